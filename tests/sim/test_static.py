"""What is not simulated is answered from its shape, where that helps, and nobody can mistake it for more."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from okx_async import OKX, NotAvailable
from okx_async.catalogue import catalogue
from okx_async.core.endpoint import Endpoint
from okx_async.sim import Exchange
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.examples import example
from okx_async.sim.static import HEADER

from .accounts.desk import headers, quiet, send

ANNOUNCEMENTS = "/api/v5/support/announcements"
READ = "/api/v5/fiat/deposit-payment-methods?ccy=TRY"
WRITE = "/api/v5/fiat/create-withdrawal"
ORDER = json.dumps(
    {"paymentAcctId": "412323", "ccy": "TRY", "amt": "10000", "paymentMethod": "TR_BANKS", "clientId": "194a6975"}
)


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet() as exchange:
        yield exchange


async def get(sim: Exchange, path: str, **signed: str) -> tuple[int, Any, str | None]:
    """Return status, body and the header that says what an answer is."""
    async with aiohttp.ClientSession() as http, http.get(sim.rest + path, headers=signed) as answer:
        return answer.status, await answer.json(), answer.headers.get("X-Simulated")


async def test_an_example_cannot_be_mistaken(sim: Exchange, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "okx_async.sim"):
        for _ in range(2):
            status, body, mark = await get(sim, ANNOUNCEMENTS)
            assert (status, body["code"], mark) == (200, "0", HEADER["X-Simulated"])
            assert body["data"]
    assert sim.counters.static == {f"GET {ANNOUNCEMENTS}": 2}
    assert [one.message for one in caplog.records if "example" in one.message] == [
        f"GET {ANNOUNCEMENTS} is not simulated: the answer is an example made from its documented shape"
    ]
    assert (await get(sim, "/api/v5/public/time"))[2] is None
    assert sim.counters.static.total() == 2


async def test_the_gate_comes_first(sim: Exchange) -> None:
    """A key, a right, the parameters: what a served endpoint asks for is asked for here, too."""
    assert (await get(sim, READ))[0] == 401
    assert (await get(sim, READ, **headers(sim, sim.credentials[0], "GET", READ)))[2] == "static"
    status, body = await send(sim, "GET", READ.partition("?")[0])
    assert (status, body["code"], body["msg"]) == (400, "50014", "Parameter ccy can not be empty")
    status, body, mark = await get(sim, f"{ANNOUNCEMENTS}?page=first")
    assert (status, body["code"], mark) == (400, "51000", None)
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{sim.rest}/api/v5/tradingBot/grid/min-investment", data="[]") as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (400, "50002")


async def test_limits_hold(sim: Exchange) -> None:
    limit = next(one for one in catalogue() if one.path == ANNOUNCEMENTS).limit
    assert limit is not None
    statuses = [(await get(sim, ANNOUNCEMENTS))[0] for _ in range(limit.count + 1)]
    assert statuses == [200] * limit.count + [429]


async def test_what_would_change_something_is_refused_unless_it_is_asked_for() -> None:
    async with quiet() as sim:
        status, body = await send(sim, "POST", WRITE, ORDER)
        assert (status, body["code"]) == (501, "50062")
        assert not sim.counters.static
    async with quiet(static="all") as sim:
        before = (len(sim.ledger.entries), dict(sim.ledger.purse(sim.user().uid, Room.FUNDING).cash))
        status, body = await send(sim, "POST", WRITE, ORDER)
        assert (status, body["code"]) == (200, "0")
        assert body["data"][0]["ccy"] == "TRY"
        assert before == (len(sim.ledger.entries), sim.ledger.purse(sim.user().uid, Room.FUNDING).cash)
        assert sim.counters.static == {f"POST {WRITE}": 1}


async def test_off_means_off() -> None:
    async with quiet(static=False) as sim:
        assert (await get(sim, ANNOUNCEMENTS))[0] == 501
        async with OKX(sim.credentials[0], site=sim.site) as okx:
            with pytest.raises(NotAvailable, match="is not simulated"):
                await okx.fiat.deposit_payment_methods("TRY")
        assert not sim.counters.static
    with pytest.raises(ValueError, match="'all'"):
        Exchange(static="some")  # type: ignore[arg-type]


async def test_who_really_answers_goes_first(sim: Exchange) -> None:
    path = READ.partition("?")[0]
    sim.accounts.services.add({("GET", path): lambda ask: [{"ccy": ask.fields["ccy"], "paymentMethod": "real"}]})
    status, body, mark = await get(sim, READ, **headers(sim, sim.credentials[0], "GET", READ))
    assert (status, body["data"], mark) == (200, [{"ccy": "TRY", "paymentMethod": "real"}], None)
    assert not sim.counters.static


async def test_pages_end(sim: Exchange) -> None:
    """There is one page, whichever way it is turned: by cursor or by number."""
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        by_id = [one async for one in okx.pages(okx.signal_bot.positions_history, "1")]
        by_number = [one async for one in okx.pages(okx.affiliate.invitee_list)]
    assert (len(by_id), len(by_number)) == (1, 1)
    assert sim.counters.static.total() >= 2


def endpoint_of(chapter: str, name: str) -> Endpoint:
    """Return a row of V5's catalogue."""
    return next(one for one in catalogue() if (one.dialect, one.chapter, one.name) == ("v5", chapter, name))


def test_examples_say_what_was_asked_and_what_the_documents_list() -> None:
    result = endpoint_of("signal_bot", "sub_orders").result
    rows = example(result, 1_700_000_000_000, {"instId": "ETH-USDT-SWAP", "algoId": ["7"], "avgPx": "none"})
    assert rows == example(result, 1_700_000_000_000, {"instId": "ETH-USDT-SWAP"})
    (order,) = rows
    assert order["instId"] == "ETH-USDT-SWAP"
    assert order["cTime"] == "1700000000000"
    (terms,) = example(endpoint_of("block", "mmp_config").result, 1, {"timeInterval": "250", "countLimit": "all"})
    assert (terms["timeInterval"], terms["countLimit"]) == ("250", "10")
    (offer,) = example(endpoint_of("earn_onchain", "offers").result, 1, {"ccy": "ETH,SOL", "protocolType": "staking"})
    assert (offer["ccy"], offer["protocolType"]) == ("USDT", "staking")
    assert example(endpoint_of("earn_onchain", "offers").result, 1, {})[0]["protocolType"] == "defi"
    assert example(None.__class__, 1, {}) == []
