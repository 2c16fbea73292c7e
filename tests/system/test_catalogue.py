"""Whatever is declared works on the simulator: each endpoint answers typed rows, each channel pushes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from okx_async import (
    OKX,
    BadAnswer,
    Credentials,
    Endpoint,
    Gap,
    NotAvailable,
    OKEx,
    UnknownChannel,
    UnknownEndpoint,
    catalogue,
    channels,
)
from okx_async.catalogue import ChannelRow, topic_of
from okx_async.core.answers import list_of
from okx_async.core.capability import CAPABILITIES
from okx_async.core.channel import Channel
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.coverage import Coverage, Served

# What of the public endpoints has no answer: no document tells what it looks like, or it has a form of its own.
NOT_ANSWERED = {
    "market": {"books_sbe"},
    "oauth": {"register_mcp_client", "exchange_mcp_token"},
    "grid": {"min_investment"},
    "earn_savings": {
        *("fixed_loan_lending_apy_history", "fixed_loan_lending_offers", "fixed_loan_pending_lending_volume"),
    },
    "agent": {"filter_market", "oi_history", "filter_oi_change", "indicators", "skill_file"},
}
# What has the answer of its documented shape. Whoever teaches the simulator more takes it out here.
STATIC = {
    "market": {"books_lite", "call_auction_detail", "open_oracle"},
    "block": {"block_trades"},
    "spread": {"ticker_legacy"},
    "public": {
        *("market_data_history", "mm_instrument_types", "delta_hedge_currencies", "vip_interest_rate_loan_quota"),
    },
    "grid": {"rsi_back_testing"},
    "earn_stable_rewards": {"product_info", "apy_history"},
    "funding": {"exchange_list"},
    "event_contracts": {"series", "events", "markets"},
    "support": {"announcements", "announcement_types"},
}
# What is served and answers with an empty list in an ordinary hour; tests/sim looks at it in others.
QUIET = {
    *("v5 system.status", "v5 public.estimated_price", "v5 public.delivery_exercise_history"),
    *("v5 block.public_trades", "v5 block.public_block_trades"),
    *("v5 copytrading.public_current_subpositions", "v5 copytrading.public_subpositions_history"),
    "v5 copytrading.public_preference_currency",
    *("v3 system.status", "v3 option.settlement_history"),
}
GRID: dict[str, Any] = {"algo_ord_type": "grid", "inst_id": "BTC-USDT"}
RANGE: dict[str, Any] = {"min_px": 50_000, "max_px": 70_000, "run_type": "1"}
# What an endpoint needs beyond the usual.
SPECIAL: dict[str, dict[str, Any]] = {
    "products": {"ccy": "BTC", "alternative_ccy": "USDT", "opt_type": "C", "tag": "simbroker"},
    "funding_rate": {"inst_id": "BTC-USDT-SWAP"},
    "funding_rate_history": {"inst_id": "BTC-USDT-SWAP"},
    "premium_history": {"inst_id": "BTC-USDT-SWAP"},
    "convert_contract_coin": {"inst_id": "BTC-USDT-SWAP", "sz": 1},
    "ai_param": GRID,
    "grid_quantity": GRID | RANGE,
    "compute_min_investment": GRID | RANGE | {"grid_num": 10},
    "index_tickers": {"inst_id": "BTC-USD"},
    "index_components": {"index": "BTC-USD"},
    "option_trades": {"inst_family": "BTC-USD"},
    "option_family_trades": {"inst_family": "BTC-USD"},
    "mark_price": {"inst_type": "SWAP"},
    "open_interest": {"inst_type": "SWAP"},
    "opt_summary": {"inst_family": "BTC-USD"},
    "position_tiers": {"inst_type": "SWAP", "td_mode": "cross", "inst_family": "BTC-USD"},
    "insurance_fund": {"inst_type": "SWAP", "inst_family": "BTC-USD"},
    "delivery_exercise_history": {"inst_type": "FUTURES", "inst_family": "BTC-USD"},
    "settlement_history": {"inst_family": "BTC-USD"},
    "instrument_tick_bands": {"inst_type": "OPTION"},
    "taker_volume": {"ccy": "BTC", "inst_type": "CONTRACTS"},
    "open_interest_history": {"inst_id": "BTC-USDT-SWAP"},
    "taker_volume_contract": {"inst_id": "BTC-USDT-SWAP"},
    "long_short_account_ratio_top_trader": {"inst_id": "BTC-USDT-SWAP"},
    "long_short_position_ratio_top_trader": {"inst_id": "BTC-USDT-SWAP"},
    "long_short_account_ratio_contract": {"inst_id": "BTC-USDT-SWAP"},
}
# Public channels the simulator does not serve.
NOT_PUSHED = {
    *("books_elp", "event_contract_markets", "sprd_books_l2_tbt"),
}
# Served, and silent until something happens or while nothing trades; tests/sim makes it happen.
SILENT = {
    *("adl_warning", "estimated_price", "instruments", "liquidation_orders", "option_trades", "status"),
    *("sprd_public_trades", "public_block_trades", "public_struc_block_trades"),
    *("futures_estimated_price", "futures_instruments", "option_instruments", "system_status"),
}
SPREAD = "BTC-USDT_BTC-USDT-SWAP"
PRODUCTS = {"spot": "BTC-USDT", "margin": "BTC-USDT", "swap": "BTC-USDT-SWAP"}


def public_endpoints() -> list[Endpoint]:
    """Return what needs no key and is to be served."""
    rows = [row for row in catalogue() if not row.auth]
    return [
        row
        for row in rows
        if row.dialect == "v3" or not any(row.name in names.get(row.chapter, ()) for names in (NOT_ANSWERED, STATIC))
    ]


def public_channels() -> list[Channel]:
    """Return what needs no login and is to be served, each family once."""
    found = {id(row.declared): row.declared for row in channels() if not row.auth}
    return [each for each in found.values() if each.dialect == "v3" or each.name not in NOT_PUSHED]


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """A market with more than a day behind it; every call is made twice here, which some rules do not allow."""
    async with Exchange(3, instruments=12, rate=50, history_minutes=1_500, limits=False) as exchange:
        yield exchange


def client_of(dialect: str, sim: Exchange, credentials: Credentials | None = None) -> Any:
    """Return a client of a dialect."""
    return (OKX if dialect == "v5" else OKEx)(credentials, site=sim.site, allow=CAPABILITIES)


def instrument_for(sim: Exchange, product: str) -> str:
    """Return an instrument of a V3 product; dated ones depend on the day."""
    if product in PRODUCTS:
        return PRODUCTS[product]
    dated = [each.inst_id for each in sim.instruments if each.inst_id.startswith("BTC-USD-2")]
    return next(one for one in dated if one.endswith(("-C", "-P")) == (product == "option"))


def params_for(endpoint: Endpoint, sim: Exchange) -> dict[str, Any]:
    """Return good values for the required parameters."""
    if endpoint.dialect == "v5":
        if endpoint.name in SPECIAL:
            return SPECIAL[endpoint.name]
        future = next(each for each in sim.instruments if each.product == "futures")
        inst_id = future.inst_id if endpoint.name.startswith("estimated") else "BTC-USDT"
        day = datetime.fromtimestamp(expiry_of(sim) / 1000, UTC).strftime("%Y%m%d")
        kind = "SWAP" if endpoint.name == "underlying" else "SPOT"
        good = {"inst_id": inst_id, "inst_type": kind, "ccy": "BTC", "exp_time": day, "sprd_id": SPREAD, "days": 7}
        good |= {"unique_code": sim.lead(sim.user()), "last_days": "1"}
    else:
        inst_id = "BTC-USD" if endpoint.chapter == "index" else instrument_for(sim, endpoint.chapter)
        good = {"instrument_id": inst_id, "underlying": "BTC-USD", "currency": "BTC", "status": "1"}
    return {param.name: good[param.name] for param in endpoint.params if param.required}


def expiry_of(sim: Exchange) -> int:
    """Return when the options end."""
    return next(each.expiry for each in sim.instruments if each.product == "option" and each.expiry is not None)


def name_of(row: Endpoint) -> str:
    """Return what tests call an endpoint."""
    return f"{row.dialect} {row.chapter}.{row.name}"


@pytest.mark.parametrize("endpoint", public_endpoints(), ids=name_of)
async def test_every_public_endpoint_answers_typed_rows(endpoint: Endpoint, sim: Exchange) -> None:
    """Performed by its catalogue row, decoded into the annotated type, with no field unmodelled."""
    request = endpoint.request((), params_for(endpoint, sim))
    async with client_of(endpoint.dialect, sim) as client:
        if name_of(endpoint) in QUIET and not endpoint.many:
            with pytest.raises(BadAnswer, match="no row"):
                await client.call(endpoint, **params_for(endpoint, sim))
            return
        answer = await client.call(endpoint, **params_for(endpoint, sim))
        raw = await client.request(endpoint.method, request.path, dict(request.fields))
    rows = answer if isinstance(answer, list) else [answer]
    assert bool(rows) == (name_of(endpoint) not in QUIET)
    assert isinstance(answer, list) == endpoint.many
    if endpoint.unpack is not None:
        raw = orjson.loads(endpoint.unpack(orjson.dumps(raw)) or b"null")
    shape = endpoint.result if endpoint.many else list_of(endpoint.result)
    flat = isinstance(raw, list) and raw and isinstance(raw[0], str)  # one row of columns, not in a list of rows
    assert unmodelled(shape, raw if isinstance(raw, list) and not flat else [raw]) == set()


def test_what_is_not_simulated_is_known() -> None:
    """What is served is read off the simulator's routes and tables; the lists above say the same by hand."""
    coverage = Coverage()
    missing: dict[Served, dict[str, set[str]]] = {}
    for row in catalogue():
        if not row.auth and (served := coverage.endpoint(row)) is not Served.YES:
            missing.setdefault(served, {}).setdefault(row.chapter, set()).add(row.name)
    assert missing == {Served.NO: NOT_ANSWERED, Served.STATIC: STATIC}
    unserved = {
        row.declared.name
        for row in channels()
        if not row.auth and coverage.channel(row.dialect, row.endpoint, row.channel) is not Served.YES
    }
    assert unserved == NOT_PUSHED


async def test_the_simulator_says_what_it_does_not_serve(sim: Exchange) -> None:
    """What is declared and not served has one refusal, which the client understands and does not repeat."""
    coverage = Coverage(sim)
    credentials = sim.credentials[0]
    for dialect in ("v5", "v3"):
        async with client_of(dialect, sim, credentials) as client:
            for endpoint in catalogue():
                mine = endpoint.dialect == dialect and endpoint.path.startswith("/api/")
                if not mine or coverage.endpoint(endpoint) is not Served.NO:
                    continue
                before = sim.counters.refusals.total()
                with pytest.raises(NotAvailable, match="is not simulated") as caught:
                    await client.request(endpoint.method, endpoint.path.replace("{", "").replace("}", ""))
                assert (caught.value.status, caught.value.retryable) == (501, False)
                assert sim.counters.refusals.total() == before + 1


def _arg(channel: Channel, sim: Exchange) -> Any:
    name = channel.names[0]
    future = instrument_for(sim, "futures")
    if channel.dialect == "v5":
        good = {"sprdId": SPREAD, "instId": "BTC-USDT", "instFamily": "BTC-USD", "instType": "SWAP"}
        if name in ("funding-rate", "open-interest", "mark-price"):
            good["instId"] = "BTC-USDT-SWAP"
        if name in ("option-trades", "estimated-price"):
            return {"channel": name, "instType": "OPTION", "instFamily": "BTC-USD"}
        return {"channel": name} | {param.wire: good[param.wire] for param in channel.args if param.required}
    if not channel.args:
        return name
    product = name.split("/")[0]
    if product == "index" or name in ("option/summary", "option/instruments"):
        return f"{name}:BTC-USD"
    return f"{name}:{future if product == 'futures' else instrument_for(sim, product)}"


@pytest.mark.parametrize("channel", public_channels(), ids=lambda channel: f"{channel.dialect} {channel.name}")
async def test_every_public_channel_pushes_typed_rows(channel: Channel, sim: Exchange) -> None:
    """Subscribed through the client: acknowledged, and unless nothing happens the first row is of the declared type."""
    topic = topic_of(channel.dialect, _arg(channel, sim))
    assert topic is not None
    async with client_of(channel.dialect, sim, sim.credentials[0]) as client, asyncio.timeout(30):
        stream = client.subscribe(topic)
        await stream.ready()
        if channel.name not in SILENT:
            item = await anext(stream)
            assert not isinstance(item, Gap)
            assert isinstance(item, topic.row)
        assert client.pool.drift.seen == {}
        hubs = [one.hub for link in client.pool.links for one in link.carried.values()]
        assert hubs
        assert all(hub.undecoded == 0 for hub in hubs)
        await stream.aclose()


async def test_all_channels_at_once(sim: Exchange) -> None:
    """Every name, every candle size among them, on one client of each dialect."""
    for dialect in ("v5", "v3"):
        async with client_of(dialect, sim, sim.credentials[0]) as client:
            rows = [
                row
                for row in channels()
                if row.dialect == dialect and not row.auth and row.declared.name not in NOT_PUSHED
            ]
            families = [topic_of(dialect, _renamed(_arg(row.declared, sim), row, sim)) for row in rows]
            streams = [client.subscribe(topic) for topic in families if topic is not None]
            assert len(streams) == len(rows)
            for stream in streams:
                await stream.ready()
            assert client.pool.drift.seen == {}
            for stream in streams:
                await stream.aclose()


def _renamed(arg: Any, row: ChannelRow, sim: Exchange) -> Any:
    """Return an argument with another name of the same family."""
    if isinstance(arg, dict):
        return arg | {"channel": row.channel}
    product = row.channel.split("/")[0]
    if len(row.declared.names) > 1 and product != "index":
        return f"{row.channel}:{instrument_for(sim, product)}"
    return arg.replace(row.declared.names[0], row.channel, 1)


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
