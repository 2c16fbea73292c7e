"""Whatever is declared works on the simulator: each endpoint answers typed rows, each channel pushes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from okx_async import (
    OKX,
    Credentials,
    Endpoint,
    Gap,
    OKEx,
    Refused,
    UnknownChannel,
    UnknownEndpoint,
    catalogue,
    channels,
)
from okx_async.catalogue import ChannelRow, topic_of
from okx_async.core.answers import list_of
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.dialect import TopicKind
from okx_async.sim.dialect_v5 import BUSINESS, PUBLIC
from tests.waiting import until

# What of V5's REST the simulator serves. Whoever teaches it more adds it here; a test below sees to that.
SIMULATED = {
    *("market.tickers", "market.ticker", "market.books", "market.books_rpi", "market.books_full", "market.trades"),
    *("market.history_trades", "market.candles", "market.history_candles", "public.instruments", "public.time"),
    "public.underlying",
    *("market.index_tickers", "market.index_candles", "market.history_index_candles", "market.mark_price_candles"),
    *("market.history_mark_price_candles", "market.index_components", "market.exchange_rate"),
    *("market.platform_24_volume", "market.option_trades", "public.funding_rate", "public.funding_rate_history"),
    *("public.premium_history", "public.mark_price", "public.open_interest", "public.price_limit"),
    *("public.opt_summary", "public.position_tiers", "public.insurance_fund", "public.convert_contract_coin"),
}
# What it answers with an empty list in an ordinary hour; tests/sim/test_public_data.py looks at the others.
QUIET = {"system.status", "public.estimated_price", "public.delivery_exercise_history"}
# What it serves to bearers of a token only; tests/oauth/test_fast_api.py and tests/sim/test_oauth.py look at them.
BEARERS = {"oauth.create_fast_api_key", "oauth.delete_fast_api_key"}
# What an endpoint needs beyond the usual.
SPECIAL: dict[str, dict[str, Any]] = {
    "funding_rate": {"inst_id": "BTC-USDT-SWAP"},
    "funding_rate_history": {"inst_id": "BTC-USDT-SWAP"},
    "premium_history": {"inst_id": "BTC-USDT-SWAP"},
    "convert_contract_coin": {"inst_id": "BTC-USDT-SWAP", "sz": 1},
    "index_tickers": {"inst_id": "BTC-USD"},
    "index_components": {"index": "BTC-USD"},
    "option_trades": {"inst_family": "BTC-USD"},
    "mark_price": {"inst_type": "SWAP"},
    "open_interest": {"inst_type": "SWAP"},
    "opt_summary": {"inst_family": "BTC-USD"},
    "position_tiers": {"inst_type": "SWAP", "td_mode": "cross", "inst_family": "BTC-USD"},
    "insurance_fund": {"inst_type": "SWAP", "inst_family": "BTC-USD"},
}
# Channels the simulator pushes on. It knows others, on which nothing happens.
PUSHED = {name for name, spec in (PUBLIC | BUSINESS).items() if spec.kind is not TopicKind.SILENT}
PRODUCTS = {"spot": "BTC-USDT", "swap": "BTC-USDT-SWAP"}


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """A market that moves by itself; every call is made twice here, which some rules do not allow."""
    async with Exchange(3, instruments=12, rate=50, history_minutes=600, limits=False) as exchange:
        yield exchange


def client_of(dialect: str, sim: Exchange, credentials: Credentials | None = None) -> Any:
    """Return a client of a dialect."""
    return (OKX if dialect == "v5" else OKEx)(credentials, site=sim.site)


def instrument_for(sim: Exchange, product: str) -> str:
    """Return an instrument of a V3 product; dated ones depend on the day."""
    if product in PRODUCTS:
        return PRODUCTS[product]
    dated = [each.inst_id for each in sim.instruments if each.inst_id.startswith("BTC-USD-2")]
    return next(one for one in dated if one.endswith(("-C", "-P")) == (product == "option"))


def params_for(endpoint: Endpoint, sim: Exchange) -> dict[str, Any]:
    """Return good values for the required parameters."""
    inst_id = instrument_for(sim, endpoint.chapter) if endpoint.dialect == "v3" else "BTC-USDT"
    kind = "SWAP" if endpoint.name == "underlying" else "SPOT"
    good = {"inst_id": inst_id, "instrument_id": inst_id, "inst_type": kind, "underlying": "BTC-USD"}
    if endpoint.dialect == "v5" and endpoint.name in SPECIAL:
        return SPECIAL[endpoint.name]
    return {param.name: good[param.name] for param in endpoint.params if param.required}


# What of V3 the simulator serves, by name: every product's market data.
V3_SERVED = {
    *("time", "instruments", "book", "tickers", "ticker", "trades", "candles", "history_candles", "underlying"),
}
V3_PUSHED = {"ticker", "trade", "depth", "depth5", "depth_l2_tbt", "candle"}


def simulated(row: Endpoint) -> bool:
    """Tell whether the simulator is expected to serve an endpoint."""
    return row.name in V3_SERVED if row.dialect == "v3" else f"{row.chapter}.{row.name}" in SIMULATED


@pytest.mark.parametrize(
    "endpoint",
    [row for row in catalogue() if simulated(row)],
    ids=lambda row: f"{row.dialect} {row.chapter}.{row.name}",
)
async def test_every_simulated_endpoint_answers_typed_rows(endpoint: Endpoint, sim: Exchange) -> None:
    """Performed by its catalogue row, decoded into the annotated type, with no field unmodelled."""
    async with client_of(endpoint.dialect, sim) as client:
        answer = await client.call(endpoint, **params_for(endpoint, sim))
        raw = await client.request("GET", _path(endpoint, sim), _query(endpoint, sim))
    rows = answer if isinstance(answer, list) else [answer]
    assert rows
    assert isinstance(answer, list) == str(endpoint.result).startswith("list")
    shape = endpoint.result if isinstance(answer, list) else list_of(endpoint.result)
    assert unmodelled(shape, raw if isinstance(raw, list) else [raw]) == set()


async def test_the_simulator_refuses_what_it_does_not_serve(sim: Exchange) -> None:
    """Nothing is served that the list above does not name, and the refusal is typed."""
    async with client_of("v5", sim) as client:
        for endpoint in catalogue():
            if (
                endpoint.path.startswith("/api/v5/")
                and not simulated(endpoint)
                and f"{endpoint.chapter}.{endpoint.name}" not in QUIET | BEARERS
            ):
                with pytest.raises(Refused) as caught:
                    await client.request(endpoint.method, endpoint.path, auth=False)
                # Behind the door of private chapters nothing is served yet, and without a key it stays shut.
                shut = (caught.value.status, caught.value.code) == (401, "50103")
                assert shut or caught.value.status == 404, f"{endpoint}: it is simulated by now, add it to SIMULATED"


def _path(endpoint: Endpoint, sim: Exchange) -> str:
    return endpoint.request((), params_for(endpoint, sim)).path


def _query(endpoint: Endpoint, sim: Exchange) -> dict[str, Any]:
    return dict(endpoint.request((), params_for(endpoint, sim)).fields)


def _arg(row: ChannelRow, sim: Exchange) -> Any:
    if row.dialect == "v5":
        if row.channel == "opt-summary":
            return {"channel": row.channel, "instFamily": "BTC-USD"}
        if row.channel in ("funding-rate", "open-interest", "mark-price"):
            return {"channel": row.channel, "instId": "BTC-USDT-SWAP"}
        return {"channel": row.channel, "instId": "BTC-USDT"}
    return f"{row.channel}:{instrument_for(sim, row.channel.split('/')[0])}"


async def test_every_simulated_channel_pushes_typed_rows(sim: Exchange) -> None:
    """All channels of both dialects at once; the first push of each is of the declared type."""
    assert {row.channel for row in channels() if row.dialect == "v5"} >= PUSHED
    for dialect in ("v5", "v3"):
        async with client_of(dialect, sim, sim.credentials[0]) as client:
            pushed = [row for row in channels() if row.dialect == dialect]
            rows = [row for row in pushed if row.channel in PUSHED or row.declared.name in V3_PUSHED]
            topics = [topic_of(dialect, _arg(row, sim)) for row in rows]
            assert None not in topics
            # One of the deep tick-by-tick books excludes the others of its instrument on one connection (64004).
            topics = [topic for topic in topics if topic and topic.name not in ("books-l2-tbt", "books50-l2-tbt")]
            streams = [client.subscribe(topic) for topic in topics]
            async with asyncio.timeout(30):
                quiet = [stream for stream in streams if "option" in stream.topic and "trade" in stream.topic]
                for stream in streams:
                    if stream not in quiet:
                        item = await anext(stream)
                        assert not isinstance(item, Gap)
                await until(lambda: not client.status().not_live)
            assert client.pool.drift.seen == {}
            assert all(
                hub.undecoded == 0 for link in client.pool.links for hub in [one.hub for one in link.carried.values()]
            )
            for stream in streams:
                await stream.aclose()


def test_catalogue_rows_carry_what_others_build_on() -> None:
    """Every row names dialect, chapter, name, method, path, auth, limit, params and result."""
    for row in catalogue():
        assert row.dialect in ("v5", "v3")
        assert row.method in ("GET", "POST")
        assert row.path.startswith(("/api/", "/v5/users/oauth/"))  # the token endpoint has no prefix
        assert isinstance(row.auth, bool)
        assert row.limit is None or (row.limit.count > 0 and row.limit.per > 0)
        assert row.doc.endswith(")"), f"{row}: the docstring names the documents' heading"
        assert row.result is not None
        for param in row.params:
            assert param.where in ("path", "query", "body", "header")
            assert f"{{{param.name}}}" in row.path or param.where != "path"
    for channel in channels():
        assert channel.endpoint in ("public", "private", "business", "v3")
        assert all(arg.wire for arg in channel.args)


async def test_a_row_of_the_other_dialect_is_refused(sim: Exchange) -> None:
    """A V3 endpoint or topic on a V5 client is a mistake that is named."""
    v3_row = next(row for row in catalogue() if row.dialect == "v3")
    v3_topic = topic_of("v3", "spot/ticker:BTC-USDT")
    async with OKX(site=sim.site) as okx:
        with pytest.raises(UnknownEndpoint, match="v3"):
            await okx.call(v3_row)
        assert v3_topic is not None
        with pytest.raises(UnknownChannel, match="v3"):
            okx.subscribe(v3_topic)
        with pytest.raises(UnknownEndpoint, match="market.ticker"):
            await okx.call("market.tiker", inst_id="BTC-USDT")


async def test_rows_become_dicts(sim: Exchange) -> None:
    """``to_dict`` gives Python names and exact numbers; the raw hatch gives the exchange's own words."""
    async with OKX(site=sim.site) as okx:
        row = (await okx.market.ticker("BTC-USDT")).to_dict()
        raw = (await okx.request("GET", "/api/v5/market/ticker", {"instId": "BTC-USDT"}))[0]
    assert row["inst_id"] == raw["instId"]
    assert orjson.loads(orjson.dumps(raw)) == raw
