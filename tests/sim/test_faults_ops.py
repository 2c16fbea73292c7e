"""What can go wrong with operations on a socket, as a client of few lines sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async import OKX, OutcomeUnknown, Resolution, Timeouts
from okx_async.core.retry import Backoff, Retry
from okx_async.errors import ConnectionLost, NotFound, TimedOut, Unconfirmed, UnknownInstrument
from okx_async.sim import Exchange
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault
from okx_async.v5 import channels

ORDER: dict[str, Any] = {
    "inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "30000"
}  # fmt: skip


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """Run an exchange."""
    async with Exchange(seed=3, rate=0) as made:
        yield made


def client(sim: Exchange, road: Any = "ws") -> OKX:
    """Return a client that says at once what it was told."""
    return OKX(
        sim.credentials[0],
        site=sim.site,
        orders=road,
        timeouts=Timeouts(reply=0.3, read=0.3),
        retry=Retry(1),
        backoff=Backoff(0.01, 0.1),
        resolution=Resolution(patience=0),
    )


def there(sim: Exchange) -> int:
    """Return how many orders the exchange has."""
    return len(list(sim.venue.orders.history(sim.user().uid)))


@pytest.mark.parametrize(
    ("kind", "more", "error", "orders"),
    [
        ("op_lost", {}, TimedOut, 0),
        ("op_reply_lost", {}, TimedOut, 1),
        ("op_reply_late", {"seconds": 0.6}, TimedOut, 1),
        ("op_cut", {}, ConnectionLost, 1),
        ("op_unknown", {}, Unconfirmed, 0),
        ("op_unknown", {"executed": True}, Unconfirmed, 1),
        ("op_refuse", {}, UnknownInstrument, 0),
        ("op_refuse", {"code": 51603}, NotFound, 0),
        ("op_reply_twice", {}, None, 1),
    ],
)
async def test_each_does_what_it_says(
    sim: Exchange, kind: str, more: dict[str, Any], error: type[Exception] | None, orders: int
) -> None:
    """The next operation goes well again, and the journal tells of the one that did not."""
    async with client(sim) as okx:
        sim.faults.requests.ops.add(OpFault(kind, op="order", **more))
        if error is None:
            assert (await okx.trade.place_order(**ORDER)).s_code == "0"
        else:
            with pytest.raises(error):
                await okx.trade.place_order(**ORDER)
        assert there(sim) == orders
        assert sim.faults.pending == 0
        assert [(one.kind, one.detail) for one in sim.faults.done] == [(kind, "order")]
        assert (await okx.trade.place_order(**ORDER)).s_code == "0"


async def test_a_line_is_cut_in_the_middle_of_a_batch(sim: Exchange) -> None:
    async with client(sim) as okx:
        sim.faults.requests.ops.add(OpFault("op_cut", op="batch-orders"))
        with pytest.raises(OutcomeUnknown) as caught:
            await okx.trade.place_batch_orders([ORDER] * 4)
        assert (len(caught.value.intents), there(sim)) == (4, 2)


async def test_a_late_reply_comes_behind_the_push(sim: Exchange) -> None:
    async with client(sim) as okx, okx.subscribe(channels.orders("ANY")) as orders:
        await orders.ready()
        sim.faults.requests.ops.add(OpFault("op_reply_late", seconds=0.1))
        call = asyncio.create_task(okx.trade.place_order(**ORDER))
        assert (await anext(orders)).state == "live"  # type: ignore[union-attr]
        assert not call.done()
        await call


async def test_rest_may_lag_behind(sim: Exchange) -> None:
    """An order that was accepted is not in REST's lists yet."""
    async with client(sim, "rest") as okx:
        sim.panel.records_lag(3600)
        placed = await okx.trade.place_order(**ORDER)
        with pytest.raises(NotFound):
            await okx.trade.order("BTC-USDT", ord_id=placed.ord_id)
        assert await okx.trade.orders_pending() == []
        sim.panel.records_lag(0)
        assert len(await okx.trade.orders_pending()) == 1


async def test_the_system_cancels(sim: Exchange) -> None:
    async with client(sim, "rest") as okx:
        placed = await okx.trade.place_order(**ORDER)
        sim.panel.system_cancel()
        order = await okx.trade.order("BTC-USDT", ord_id=placed.ord_id)
        assert (order.state, order.cancel_source) == ("canceled", "0")


@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown"])
@pytest.mark.parametrize("executed", [True, False])
async def test_an_answer_may_be_lost_or_the_request(sim: Exchange, kind: str, executed: bool) -> None:
    async with client(sim, "rest") as okx:
        await okx.trade.orders_pending()
        sim.faults.rest.add(RestFault(kind, "/api/v5/trade/order", executed=executed))
        with pytest.raises(OutcomeUnknown):
            await okx.trade.place_order(**ORDER)
        assert there(sim) == executed


@pytest.mark.parametrize(
    "wrong", [{"times": -1}, {"seconds": -1.0}, {"code": -1}, {"kind": "drop"}, {"kind": "rest_cut"}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="negative|operations"):
        OpFault(**{"kind": "op_lost"} | wrong)
    with pytest.raises(ValueError, match="seconds"):
        OpFault("op_reply_late")
