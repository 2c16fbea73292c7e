"""Every V3 call that changes something, through the client on the simulator: each does it and answers in its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from okx_async.catalogue import catalogue
from okx_async.cli.call import plain
from okx_async.core.row import V3Row
from okx_async.sim import Exchange

from .desk import SPOT, SWAP, both, future, option_of

LOW, HIGHER = "50000", "50001"


class Caller:
    """Performs calls and remembers which."""

    def __init__(self, v3: Any) -> None:
        self._v3 = v3
        self.done: set[str] = set()

    async def __call__(self, name: str, **given: Any) -> Any:
        answer = await self._v3.call(name, **given)
        self.done.add(name)
        rows = answer if isinstance(answer, list) else [answer]
        assert rows, name
        assert all(isinstance(row, V3Row) and orjson.dumps(plain(row)) for row in rows), name
        assert all(getattr(row, "error", None) is None for row in rows), (name, rows)
        return answer


async def spot_and_margin(call: Caller) -> None:
    """Orders of coins, one by one and in batches, and loans."""
    await call("account.transfer", currency="USDT", amount="20000", from_="1", to="5", to_instrument_id=SPOT)
    await call("margin.set_leverage", instrument_id=SPOT, leverage="3")
    loan = await call("margin.borrow", instrument_id=SPOT, currency="USDT", amount="500")
    await call("margin.repay", instrument_id=SPOT, currency="USDT", amount="500", borrow_id=loan.borrow_id)
    for product in ("spot", "margin"):
        more: Mapping[str, Any] = {"margin_trading": "2"} if product == "margin" else {}
        order = {"instrument_id": SPOT, "side": "buy", "price": LOW, "size": "0.01", **more}
        first = await call(f"{product}.place_order", **order, client_oid=f"{product}1")
        ended = await call(f"{product}.cancel_order", instrument_id=SPOT, order_id=first.order_id)
        assert ended.order_id == first.order_id
        placed = await call(f"{product}.place_batch_orders", orders=[order, {**order, "client_oid": f"{product}2"}])
        assert [row.instrument_id for row in placed] == [SPOT, SPOT]
        ids = [row.order_id for row in placed]
        gone = await call(f"{product}.cancel_batch_orders", orders=[{"instrument_id": SPOT, "order_ids": ids}])
        assert [row.order_id for row in gone] == ids
    algo = await call("spot.place_algo_order", instrument_id=SPOT, mode="1", order_type="1", size="0.1", side="sell",
                      trigger_price="30000", algo_price="29000")  # fmt: skip
    gone = await call("spot.cancel_algo_orders", instrument_id=SPOT, order_type="1", algo_ids=[algo.algo_id])
    assert gone.algo_ids == [algo.algo_id]


async def contracts(call: Caller, product: str, name: str) -> None:
    """Orders of futures and of swaps, from the leverage to the last cancel."""
    family = name.rpartition("-")[0]
    if product == "futures":
        await call("futures.set_margin_mode", underlying=family, margin_mode="crossed")
        await call("futures.set_leverage", underlying=family, leverage="5")
    else:
        await call("swap.set_leverage", instrument_id=name, leverage="5", side="3")
    first = await call(f"{product}.place_order", instrument_id=name, type_="1", size="3", price=LOW)
    changed = await call(f"{product}.amend_order", instrument_id=name, order_id=first.order_id, new_size="2")
    assert changed.order_id == first.order_id
    await call(f"{product}.cancel_order", instrument_id=name, order_id=first.order_id)
    batch = "orders_data" if product == "futures" else "order_data"
    orders = [{"type_": "1", "size": "1", "price": LOW}, {"type_": "1", "size": "1", "price": HIGHER}]
    placed = await call(f"{product}.place_batch_orders", instrument_id=name, **{batch: orders})
    ids = [row.order_id for row in placed]
    amend = [{"order_id": each, "new_size": "2"} for each in ids]
    assert len(await call(f"{product}.amend_batch_orders", instrument_id=name, amend_data=amend)) == 2
    many = "order_ids" if product == "futures" else "ids"
    gone = await call(f"{product}.cancel_batch_orders", instrument_id=name, **{many: ids})
    assert [row.order_id for row in gone] == ids
    algo = await call(f"{product}.place_algo_order", instrument_id=name, type_="1", order_type="1", size="1",
                      trigger_price="40000", algo_price="40000")  # fmt: skip
    gone = await call(f"{product}.cancel_algo_orders", instrument_id=name, order_type="1", algo_ids=[algo.algo_id])
    assert gone.algo_ids == [algo.algo_id]
    await call(f"{product}.place_order", instrument_id=name, type_="1", size="4", order_type="4")
    last = (await call(f"{product}.ticker", instrument_id=name)).last
    await call(f"{product}.place_order", instrument_id=name, type_="3", size="1", price=f"{last * 101 / 100:.1f}")
    await call(f"{product}.cancel_all", instrument_id=name, direction="long")
    await call(f"{product}.close_position", instrument_id=name, direction="long")


async def fixed_margin(call: Caller, v3: Any, sim: Exchange) -> None:
    """What only positions with their own margin have."""
    name = future(sim, 1)
    family = name.rpartition("-")[0]
    await call("futures.set_margin_mode", underlying=family, margin_mode="fixed")
    await call("futures.set_leverage", underlying=family, leverage="5", instrument_id=name, direction="long")
    await call("futures.set_auto_margin", underlying=family, type_="1")
    await call("futures.place_order", instrument_id=name, type_="1", size="4", order_type="4")
    before = (await v3.futures.position(name))[0].long_margin
    await call("futures.adjust_margin", instrument_id=name, direction="long", type_="1", amount="1")
    assert (await v3.futures.position(name))[0].long_margin == before + 1


async def options(call: Caller, name: str) -> None:
    """Orders of options, named by their underlying."""
    family = "-".join(name.split("-")[:2])
    first = await call("option.place_order", instrument_id=name, side="buy", size="1", price="0.001")
    await call("option.amend_order", underlying=family, order_id=first.order_id, new_size="2")
    await call("option.cancel_order", underlying=family, order_id=first.order_id)
    orders = [{"instrument_id": name, "side": "buy", "size": "1", "price": price} for price in ("0.001", "0.002")]
    placed = await call("option.place_batch_orders", underlying=family, order_data=orders)
    ids = [row.order_id for row in placed]
    amend = [{"order_id": each, "new_size": "2"} for each in ids]
    assert len(await call("option.amend_batch_orders", underlying=family, amend_data=amend)) == 2
    gone = await call("option.cancel_batch_orders", underlying=family, order_ids=ids)
    assert [row.order_id for row in gone] == ids


async def test_every_command_does_something() -> None:
    async with both(instruments=8) as (sim, v3, _):
        call = Caller(v3)
        await spot_and_margin(call)
        await contracts(call, "futures", future(sim, 0))
        await contracts(call, "swap", SWAP)
        await fixed_margin(call, v3, sim)
        await options(call, option_of(sim))
        await call("account.withdraw", currency="BTC", amount="0.5", destination="4", to_address="somewhere",
                   trade_pwd="funds-password", fee="0.0001")  # fmt: skip
        commands = {f"{row.chapter}.{row.name}" for row in catalogue() if row.dialect == "v3" and row.method == "POST"}
        assert commands - call.done == set()
