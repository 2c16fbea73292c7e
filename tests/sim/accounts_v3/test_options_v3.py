"""Options over V3: orders by underlying, one row an order in every batch, and the same truth as V5's."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from okx_async.v3 import channels
from okx_async.v3.models.orders import Amendment, NewOptionOrder

from .desk import both, option_of, send

FAMILY = "BTC-USD"


async def test_the_same_truth() -> None:
    async with both(instruments=8) as (sim, v3, v5):
        name = option_of(sim)
        bought = await v3.option.place_order(name, "buy", "3", match_price="1", client_oid="call1")
        (position,) = await v5.account.positions(inst_id=name)
        (row,) = await v3.option.positions(FAMILY)
        assert (row.instrument_id, row.position, row.avail_position) == (name, position.pos, position.avail_pos)
        assert (row.avg_cost, row.unrealized_pnl, row.option_value) == (position.avg_px, position.upl, position.opt_val)
        order = await v3.option.order(FAMILY, "call1")
        truth = await v5.trade.order(name, ord_id=str(bought.order_id))
        assert (order.order_id, order.state, order.type) == (bought.order_id, "2", "1")
        assert (order.filled_size, order.price_avg, order.fee) == (truth.acc_fill_sz, truth.avg_px, truth.fee)
        fills = {each.trade_id: each for each in await v5.trade.fills(inst_id=name)}
        for fill in await v3.option.fills(FAMILY):
            other = fills[str(fill.trade_id)]
            assert (fill.price, fill.size, fill.fee) == (other.fill_px, other.fill_sz, other.fee)
        entries = await v3.option.ledger(FAMILY)
        cash = sim.accounts.bank.trading(sim.user()).cash["BTC"]
        assert 5 + sum(each.amount for each in entries) == cash
        account = await v3.option.account(FAMILY)
        assert account.equity == cash + position.opt_val
        assert (await v3.option.order(FAMILY, "call1")).side == "buy"
        (nothing,) = await v3.option.positions(FAMILY, instrument_id=name.replace("60000-C", "30000-P"))
        assert (nothing.position, nothing.created_at.year) == (0, 1970)


async def test_batches_have_a_row_for_each_order() -> None:
    async with both(instruments=8) as (sim, v3, _):
        name = option_of(sim)
        good = NewOptionOrder(instrument_id=name, side="buy", size="1", price="0.0005")
        bad = NewOptionOrder(instrument_id=name, side="sell", size="1", price="0.05")
        rows = await v3.option.place_batch_orders(FAMILY, [good, bad, good])
        assert [row.ok for row in rows] == [True, False, True]
        assert rows[1].error_code == "36202"
        changes = [Amendment(order_id=str(rows[0].order_id), new_size="4"), Amendment(order_id="7", new_size="4")]
        assert [row.ok for row in await v3.option.amend_batch_orders(FAMILY, changes)] == [True, False]
        assert {order.size for order in await v3.option.orders(FAMILY, "6")} == {1, 4}
        ids = [str(rows[0].order_id), "7", str(rows[2].order_id)]
        assert [row.ok for row in await v3.option.cancel_batch_orders(FAMILY, ids)] == [True, False, True]
        assert await v3.option.orders(FAMILY, "6") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"instrument_id": "BTC-USD-200101-1-C"}, 36002),
        ({"price": ""}, 36207),
        ({"side": "sell"}, 36202),
        ({"price": "0.9"}, 36222),
        ({"size": "99999"}, 36238),
    ],
)
async def test_what_is_refused_says_its_code(change: dict[str, Any], code: int) -> None:
    async with both(instruments=8) as (sim, _, _v5):
        order = {"instrument_id": option_of(sim), "side": "buy", "price": "0.0330", "size": "1"}
        status, body = await send(sim, "POST", "/api/option/v3/order", json.dumps(order | change))
        assert (status, int(body["error_code"]), body["order_id"], body["result"]) == (400, code, "-1", "true")


async def test_channels() -> None:
    async with both(instruments=8) as (sim, v3, _), asyncio.timeout(20):
        name = option_of(sim)
        topics = channels.option_order(FAMILY), channels.option_position(FAMILY), channels.option_account(FAMILY)
        orders, positions, accounts = streams = [v3.subscribe(topic) for topic in topics]
        for stream in streams:
            await stream.ready()
        await v3.option.place_order(name, "buy", "2", match_price="1")
        assert [(await anext(orders)).state for _ in range(2)] == ["0", "2"]
        row = await anext(positions)
        assert (row.instrument_id, row.position) == (name, 2)
        account = await anext(accounts)
        assert account.option_value == (await v3.option.account(FAMILY)).option_value > Decimal(0)
        for stream in streams:
            await stream.aclose()
