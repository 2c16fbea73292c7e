"""Orders over V3: batches as each product says them, cancelling, changing, and the code of each refusal."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from okx_async.errors import Refused
from okx_async.v3.models.orders import CancelOrders, FuturesAmendment, NewContractOrder, NewSpotOrder

from .desk import SPOT, SWAP, answered, both, future, send

D = Decimal


async def test_a_batch_of_several_pairs_is_keyed_by_pair() -> None:
    async with both() as (sim, v3, _):
        good = NewSpotOrder(instrument_id=SPOT, side="buy", price="50000", size="0.01", client_oid="one1")
        other = NewSpotOrder(instrument_id="ETH-USDT", side="buy", price="2000", size="0.1", client_oid="two2")
        rows = await v3.spot.place_batch_orders([good, other, good])
        assert [(row.instrument_id, row.ok) for row in rows] == [(SPOT, True), ("ETH-USDT", True), (SPOT, True)]
        assert rows[0].client_oid == rows[2].client_oid == "one1"
        assert rows[0].order_id != rows[2].order_id
        assert len(sim.venue.orders.pending(sim.user().uid)) == 3
        names = [CancelOrders(instrument_id=SPOT, client_oids=["one1"])]
        (row,) = await v3.spot.cancel_batch_orders(names)
        assert (row.ok, row.order_id) == (True, rows[2].order_id)  # of a name the newest counts
        names = [CancelOrders(instrument_id=SPOT, order_ids=[str(rows[0].order_id), "77"])]
        first, second = await v3.spot.cancel_batch_orders(names)
        assert (first.ok, second.ok, second.error_code) == (True, False, "33014")


async def test_a_batch_that_cannot_be_paid_keeps_its_good_rows() -> None:
    """HTTP 400, and yet one order stands. (V3 "errors")"""
    async with both() as (sim, v3, _):
        order = {"instrument_id": SPOT, "side": "buy", "price": "50000", "size": "0.01"}
        body = json.dumps([order, order | {"size": "100"}])
        status, answer = await send(sim, "POST", "/api/spot/v3/batch_orders", body)
        assert (status, list(answer)) == (400, ["btc-usdt"])
        good, bad = answer["btc-usdt"]
        assert (good["error_code"], bad["error_code"], bad["order_id"]) == ("0", "33017", "-1")
        rows = await v3.spot.place_batch_orders(
            [NewSpotOrder(instrument_id=SPOT, side="sell", price="70000", size=size) for size in ("1", "100")]
        )
        assert [row.ok for row in rows] == [True, False]
        assert len(await v3.spot.orders_pending(SPOT)) == 2


@pytest.mark.parametrize("product", ["swap", "futures"])
async def test_batches_of_contracts(product: str) -> None:
    async with both() as (sim, v3, _):
        chapter: Any = getattr(v3, product)
        name = SWAP if product == "swap" else future(sim, 1)
        price = str((await chapter.ticker(name)).best_bid * D("0.99"))
        order = NewContractOrder(type_="1", size="2", price=price)
        bad = NewContractOrder(type_="3", size="2", price=price)
        rows = await chapter.place_batch_orders(name, [order, bad, order])
        assert [row.ok for row in rows] == [True, False, True]
        assert rows[1].error_code == {"swap": "35010", "futures": "32041"}[product]
        ids = [str(rows[0].order_id), str(rows[2].order_id)]
        changes = [FuturesAmendment(order_id=ids[0], new_size="3"), FuturesAmendment(order_id="7", new_size="3")]
        first, second = await chapter.amend_batch_orders(name, changes)
        assert (first.ok, second.ok) == (True, False)
        assert (await chapter.order(name, ids[0])).size == 3
        assert (await chapter.amend_order(name, ids[1], new_price=str(D(price) * D("0.999")))).ok
        done = await chapter.cancel_batch_orders(name, [*ids, "7"])
        assert [row.order_id for row in done if row.ok] == ids
        assert not done[2].ok
        with pytest.raises(Refused) as caught:
            await chapter.cancel_batch_orders(name, ids)
        assert caught.value.code == {"swap": "35029", "futures": "32004"}[product]
        assert await chapter.orders(name, "6") == []


SPOT_ORDER = {"instrument_id": SPOT, "side": "buy", "price": "50000", "size": "0.01"}
CONTRACT = {"instrument_id": SWAP, "type": "1", "price": "60000", "size": "1"}


@pytest.mark.parametrize(
    ("path", "order", "change", "code"),
    [
        ("spot/v3/orders", SPOT_ORDER, {"instrument_id": "NO-SUCH"}, 30032),
        ("spot/v3/orders", SPOT_ORDER, {"size": "1000"}, 33061),
        ("spot/v3/orders", SPOT_ORDER, {"size": "3"}, 33017),
        ("spot/v3/orders", SPOT_ORDER, {"size": "0.00000001"}, 33024),
        ("spot/v3/orders", SPOT_ORDER, {"size": "0.000000001"}, 30024),
        ("spot/v3/orders", SPOT_ORDER, {"type": "market"}, 30023),
        ("spot/v3/orders", SPOT_ORDER, {"type": "market", "notional": "10", "order_type": "1"}, 30024),
        ("spot/v3/cancel_orders/77", {"instrument_id": SPOT}, {}, 33014),
        ("spot/v3/orders/77", {}, {}, 33014),
        ("swap/v3/order", CONTRACT, {"instrument_id": "NO-SUCH-SWAP"}, 35001),
        ("swap/v3/order", CONTRACT, {"type": "3"}, 35010),
        ("swap/v3/order", CONTRACT, {"price": "90000"}, 35014),
        ("swap/v3/order", CONTRACT, {"size": "900"}, 35047),
        ("swap/v3/order", CONTRACT, {"order_type": "4"}, 35104),
        ("swap/v3/order", CONTRACT, {"order_type": "1", "match_price": "1"}, 35040),
        ("swap/v3/order", CONTRACT, {"size": "0.5"}, 35012),
        (f"swap/v3/cancel_order/{SWAP}/77", {}, {}, 35029),
        (f"swap/v3/amend_order/{SWAP}", {"new_size": "1"}, {}, 35059),
        (f"swap/v3/accounts/{SWAP}/leverage", {"leverage": "300", "side": "3"}, {}, 35015),
        ("swap/v3/close_position", {"instrument_id": SWAP, "direction": "long"}, {}, 35010),
        ("futures/v3/order", CONTRACT, {"type": "4"}, 32041),
        ("futures/v3/order", CONTRACT, {"size": "900"}, 32015),
        ("futures/v3/order", CONTRACT, {"order_type": "4"}, 32089),
        ("futures/v3/order", CONTRACT, {"price": "90000"}, 32020),
        ("futures/v3/order", CONTRACT, {"size": "0.9"}, 32018),
        ("futures/v3/close_position", CONTRACT, {"direction": "short"}, 32041),
        ("account/v3/transfer", {"currency": "USDT", "amount": "1", "from": "3", "to": "3"}, {}, 34016),
        ("account/v3/transfer", {"currency": "USDT", "amount": "99999999", "from": "1", "to": "6"}, {}, 34008),
        ("account/v3/transfer", {"currency": "NONE", "amount": "1", "from": "1", "to": "6"}, {}, 30031),
    ],
)
async def test_what_is_refused_says_its_code(
    path: str, order: dict[str, Any], change: dict[str, Any], code: int
) -> None:
    async with both() as (sim, _, _):
        told = order | change
        if path.startswith("futures") and "instrument_id" in told:
            told["instrument_id"] = future(sim, 1)
        if path.startswith("spot/v3/orders/"):
            status, body = await send(sim, "GET", f"/api/{path}?instrument_id={SPOT}")
        else:
            status, body = await send(sim, "POST", f"/api/{path}", json.dumps(told))
        assert (int(body["error_code"]), body["code"]) == (code, code), body
        assert status == (200 if code == 32004 else 400)
        assert sim.counters.refusals[str(code)] == 1
        if path.endswith("/order"):  # "true" says only that a swap's call was processed
            assert body["order_id"] == "-1"
            assert body["result"] == ("true" if path.startswith("swap") else False)
        assert sim.venue.orders.pending(sim.user().uid) == []


async def test_busy_contracts_keep_their_modes() -> None:
    async with both() as (sim, v3, _):
        name = future(sim)
        await v3.swap.place_order(SWAP, "1", "1", order_type="4")
        await v3.futures.place_order(name, "1", "1", order_type="4")
        for deed, code in (
            (v3.swap.set_leverage(SWAP, "5", "1"), "35017"),
            (v3.futures.set_leverage("BTC-USD", "5"), "32066"),
            (v3.futures.set_margin_mode("BTC-USD", "fixed"), "32040"),
        ):
            with pytest.raises(Refused) as caught:
                await deed
            assert caught.value.code == code
        assert (await v3.swap.settings(SWAP)).margin_mode == "crossed"
        assert (await v3.swap.settings(SWAP)).long_leverage == 3


async def test_matching_the_best_opposite_price() -> None:
    async with both() as (_, v3, _v5):
        ask = (await v3.swap.ticker(SWAP)).best_ask
        placed = await v3.swap.place_order(SWAP, "1", "1", match_price="1")
        order = await v3.swap.order(SWAP, str(placed.order_id))
        assert (order.price, order.state, order.order_type) == (ask, "2", "0")


async def test_pages_go_by_ids_and_say_so_in_headers() -> None:
    async with both() as (sim, v3, _):
        ids = [(await v3.spot.place_order(SPOT, "buy", price="50000", size="0.001")).order_id for _ in range(5)]
        newest = list(reversed(ids))
        first = await v3.spot.orders_pending(SPOT, limit=2)
        assert [row.order_id for row in first] == newest[:2]
        older = await v3.spot.orders_pending(SPOT, after=newest[1], limit=2)
        assert [row.order_id for row in older] == newest[2:4]
        newer = await v3.spot.orders_pending(SPOT, before=newest[1])
        assert [row.order_id for row in newer] == newest[:1]
        _, rows, headers = await answered(sim, "GET", f"/api/spot/v3/orders_pending?instrument_id={SPOT}&limit=3")
        assert [row["order_id"] for row in rows] == newest[:3]
        assert (headers["OK-BEFORE"], headers["OK-AFTER"]) == (newest[0], newest[2])


async def test_a_cancelled_order_without_a_fill_is_forgotten_after_two_hours() -> None:
    async with both() as (sim, v3, _):
        placed = await v3.spot.place_order(SPOT, "buy", price="50000", size="0.001")
        await v3.spot.cancel_order(str(placed.order_id), SPOT)
        assert (await v3.spot.order(str(placed.order_id), SPOT)).status == "cancelled"
        status, _ = await send(sim, "GET", f"/api/spot/v3/orders/{placed.order_id}?instrument_id={SPOT}")
        assert status == 200
        await sim.advance(2 * 3_600 + 1)
        status, body = await send(sim, "GET", f"/api/spot/v3/orders/{placed.order_id}?instrument_id={SPOT}")
        assert (status, body["code"]) == (404, 33014)
        with pytest.raises(Refused) as caught:
            await v3.spot.order(str(placed.order_id), SPOT)
        assert caught.value.code == "33014"
