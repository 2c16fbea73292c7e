"""Orders that are made by a way round: closing a position, and requests by path. They have an outcome as well."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, BadParameter, InsufficientFunds, NotArrived, Outcome, Refused, Resolution
from okx_async.sim.rest_faults import RestFault

from .test_intents import INST, PLACE, lose, real, trading, warped

SWAP = "BTC-USDT-SWAP"
CLOSE = "/api/v5/trade/close-position"
FIELDS = {"instId": INST, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "30000"}
PATIENT: dict[str, Any] = {"resolution": Resolution(patience=40.0)}


async def size(okx: OKX) -> Decimal:
    """Return how large the position is."""
    return sum((row.pos or Decimal(0) for row in await okx.account.positions()), Decimal(0))


@pytest.mark.parametrize("kind", ["", "rest_reset", "rest_html", "rest_unknown", "rest_slow", "rest_cut"])
@warped
async def test_what_closes_a_position_is_found_out(kind: str) -> None:
    """It has a client id, and the mirror knows the order by it."""
    async with trading(**PATIENT) as (sim, okx), okx.mirror as mirror:
        await mirror.ready()
        await okx.trade.place_order(SWAP, "cross", "buy", "market", "2")
        if kind:
            lose(sim, kind, CLOSE, executed=kind != "rest_cut", seconds=5.0)
        closed = await okx.trade.close_position(SWAP, "cross")
        assert okx.orders.mine(closed.cl_ord_id)
        assert await size(okx) == 0
        (record,) = await okx.orders.history(closed.cl_ord_id or "")
        assert record.outcome is Outcome.ACCEPTED
        order = mirror.order(cl_ord_id=closed.cl_ord_id or "")
        assert (await order.done(timeout=60)).state == "filled"
        assert real(sim)[-1] == closed.cl_ord_id


@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown"])
@warped
async def test_what_was_to_close_a_position_and_got_lost(kind: str) -> None:
    async with trading(**PATIENT) as (sim, okx):
        await okx.trade.place_order(SWAP, "cross", "buy", "market", "2")
        lose(sim, kind, CLOSE)
        with pytest.raises(NotArrived):
            await okx.trade.close_position(SWAP, "cross", cl_ord_id="mine")
        assert await size(okx) == 2
        assert (await okx.orders.history("mine"))[0].outcome is Outcome.REJECTED
        await okx.trade.close_position(SWAP, "cross", cl_ord_id="mine")
        assert await size(okx) == 0
        with pytest.raises(Refused) as caught:
            await okx.trade.close_position(SWAP, "cross", cl_ord_id="again")
        assert caught.value.code == "51023"


# -- by path


@warped
async def test_an_order_by_path_has_an_intent() -> None:
    """And comes back as the exchange wrote it."""
    async with trading() as (sim, okx):
        (row,) = await okx.request("POST", PLACE, FIELDS)
        assert (row["sCode"], row["sMsg"], row["tag"]) == ("0", row["sMsg"], "")
        assert okx.orders.mine(row["clOrdId"])
        assert real(sim) == [row["clOrdId"]]
        (named,) = await okx.request("POST", PLACE, {**FIELDS, "px": Decimal("3E4"), "clOrdId": "mine"})
        (record,) = await okx.orders.history("mine")
        assert (record.ord_id, record.fields["px"]) == (named["ordId"], "30000")
        (gone,) = await okx.request("POST", "/api/v5/trade/cancel-order", {"instId": INST, "clOrdId": "mine"})
        assert gone["ordId"] == named["ordId"]
        assert [record.verb for record in await okx.orders.history("mine")] == ["cancel", "place"]


@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_an_answer_by_path_that_is_lost_is_found_out(executed: bool) -> None:
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        sim.faults.rest.add(RestFault("rest_reset", PLACE, executed=executed))
        with contextlib.nullcontext() if executed else pytest.raises(NotArrived):
            (row,) = await okx.request("POST", PLACE, {**FIELDS, "clOrdId": "mine"})
            (order,) = sim.venue.orders.history(sim.user().uid)
            assert (row["clOrdId"], row["ordId"], row["sCode"]) == ("mine", str(order.ord_id), "0")
        assert real(sim) == (["mine"] if executed else [])


@warped
async def test_an_order_by_path_that_is_refused_is_rejected() -> None:
    async with trading() as (sim, okx):
        with pytest.raises(InsufficientFunds):
            await okx.request("POST", PLACE, {**FIELDS, "sz": "600", "clOrdId": "mine"})
        (record,) = await okx.orders.history("mine")
        assert (record.outcome, record.code) == (Outcome.REJECTED, "51008")
        with pytest.raises(BadParameter, match=r"okx\.trade\.place_batch_orders"):
            await okx.request("POST", "/api/v5/trade/batch-orders", FIELDS)
        with pytest.raises(BadParameter, match="float"):
            await okx.request("POST", PLACE, {**FIELDS, "px": 3e4, "clOrdId": "float"})
        assert await okx.orders.history("float") == []
        assert real(sim) == []
