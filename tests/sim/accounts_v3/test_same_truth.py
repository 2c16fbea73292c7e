"""What V3 says of an account is what V5 says of it: the same money, orders, fills and positions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.errors import Refused

from .desk import INVERSE, SPOT, SWAP, both, future

D = Decimal
STATES = {"live": "0", "partially_filled": "1", "filled": "2", "canceled": "-1"}
TYPES = {("long", "buy"): "1", ("short", "sell"): "2", ("long", "sell"): "3", ("short", "buy"): "4"}


async def same_orders(v3: Any, v5: Any, product: str, inst_id: str) -> int:
    """Compare every order of an instrument, open or not, and return how many there are."""
    chapter = {"spot": v3.spot, "swap": v3.swap, "futures": v3.futures}[product]
    kind = product.upper()
    truth = [*await v5.trade.orders_history(kind), *await v5.trade.orders_pending(kind)]
    there = {row.ord_id: row for row in truth if row.inst_id == inst_id}
    found = [*await chapter.orders(inst_id, "6"), *await chapter.orders(inst_id, "7")]
    assert {row.order_id for row in found} == set(there)
    for row in found:
        other = there[row.order_id]
        assert row.state == STATES[other.state]
        assert (row.filled_size, row.fee) == (other.acc_fill_sz, other.fee)
        assert (row.price or None, row.price_avg or None) == (other.px, other.avg_px)
        assert (row.client_oid, row.ts) == (other.cl_ord_id, other.c_time)
        if product == "spot":
            assert row.side == other.side
        else:
            assert row.type == TYPES[other.pos_side, other.side]
            assert (row.size, row.leverage) == (other.sz, other.lever)
        assert await chapter.order(*((inst_id, row.order_id) if product != "spot" else (row.order_id, inst_id))) == row
    return len(found)


async def test_spot_orders_and_fills() -> None:
    async with both() as (_, v3, v5):
        placed = await v3.spot.place_order(SPOT, "buy", price="50000.19", size="0.010000009", client_oid="mine1")
        (seen,) = await v5.trade.orders_pending()
        assert (seen.ord_id, seen.cl_ord_id) == (placed.order_id, "mine1")
        assert (seen.px, seen.sz) == (D("50000.1"), D("0.01"))  # cut down, not refused
        other = await v5.trade.place_order(SPOT, "cash", "sell", "limit", sz="0.02", px="70000")
        assert {row.order_id for row in await v3.spot.orders_pending(SPOT)} == {placed.order_id, other.ord_id}
        await v3.spot.cancel_order(str(other.ord_id), SPOT)
        await v5.trade.cancel_order(SPOT, ord_id=placed.order_id)
        await v3.spot.place_order(SPOT, "buy", "market", notional="3000")
        await v3.spot.place_order(SPOT, "sell", "market", size="0.01")
        await v3.spot.place_order(SPOT, "buy", price="1000", size="1", order_type="3")
        assert await same_orders(v3, v5, "spot", SPOT) == 5
        fills = await v5.trade.fills(inst_id=SPOT)
        rows = await v3.spot.fills(SPOT)
        assert len(rows) == 2 * len(fills) > 2
        for fill in fills:
            legs = {row.currency: row for row in rows if (row.trade_id, row.order_id) == (fill.trade_id, fill.ord_id)}
            assert legs["BTC"].size == fill.fill_sz
            assert legs["USDT"].size == fill.fill_sz * fill.fill_px
            assert {legs["BTC"].side, legs["USDT"].side} == {"buy", "sell"}
            assert legs["BTC"].side == fill.side
            assert legs[fill.fee_ccy].fee == fill.fee
            assert legs["BTC"].exec_type == fill.exec_type


async def test_balances_and_ledger() -> None:
    async with both() as (sim, v3, v5):
        await v3.spot.place_order(SPOT, "buy", price="50000", size="0.1")
        await v3.spot.place_order(SPOT, "buy", "market", notional="3000")
        await v3.account.transfer("USDT", "100", "6", "1")
        whole = await v5.account.balance()
        truth = {row.ccy: row for row in whole.details}
        accounts = {row.currency: row for row in await v3.spot.accounts()}
        assert set(accounts) == set(truth)
        for ccy, row in accounts.items():
            assert (row.balance, row.hold, row.available) == (
                truth[ccy].cash_bal,
                truth[ccy].frozen_bal,
                truth[ccy].avail_bal,
            )
            assert await v3.spot.account(ccy.lower()) == row
        assert accounts["USDT"].hold == D("5000")
        entries = await v3.spot.ledger("USDT")
        assert entries[0].type == "transfer"
        assert entries[0].balance == accounts["USDT"].balance
        assert sum(row.amount for row in entries) == accounts["USDT"].balance
        assert {row.type for row in await v3.spot.ledger("BTC", type_="7")} == {"trade", "fee"}
        assert await v3.spot.ledger("BTC", type_="8") == []
        for wallet, other in zip(await v3.account.wallet(), await v5.funding.balances(), strict=True):
            assert (wallet.currency, wallet.balance, wallet.available) == (other.ccy, other.bal, other.avail_bal)
        assert sim.ledger.total("USDT") == 0


@pytest.mark.parametrize("mode", ["crossed", "fixed"])
@pytest.mark.parametrize("where", [SWAP, INVERSE, 0, 1])
async def test_contracts(where: str | int, mode: str) -> None:
    async with both() as (sim, v3, v5):
        inst_id = where if isinstance(where, str) else future(sim, where)
        swap, family = isinstance(where, str), "-".join(inst_id.split("-")[:2])
        if swap:
            for side in ("3",) if mode == "crossed" else ("1", "2"):
                await v3.swap.set_leverage(inst_id, "5", side)
            told = await v3.swap.settings(inst_id)
            assert (told.margin_mode, told.long_leverage, told.short_leverage) == (mode, 5, 5)
        else:
            assert (await v3.futures.set_margin_mode(family, "fixed")).margin_mode == "fixed"
            await v3.futures.set_margin_mode(family, mode)
            if mode == "crossed":
                assert (await v3.futures.set_leverage(family, "5")).leverage == 5
            else:
                for way in ("long", "short"):
                    await v3.futures.set_leverage(family, "5", inst_id, way)
                levers = {each.instrument_id: each for each in (await v3.futures.leverage(family)).contracts}
                assert (levers[inst_id].long_leverage, levers[inst_id].short_leverage) == (5, 5)
        chapter = v3.swap if swap else v3.futures
        for type_, size in (("1", "4"), ("2", "3"), ("3", "1")):
            await chapter.place_order(inst_id, type_, size, order_type="4")
        bid = (await chapter.ticker(inst_id)).best_bid
        assert bid is not None
        await chapter.place_order(inst_id, "1", "2", str(bid * D("0.99")))
        resting = await chapter.place_order(inst_id, "4", "1", str(bid * D("0.99")))
        assert await same_orders(v3, v5, "swap" if swap else "futures", inst_id) == 5
        held = {row.pos_side: row for row in await v5.account.positions(inst_id=inst_id)}
        assert {row.mgn_mode for row in held.values()} == {"cross" if mode == "crossed" else "isolated"}
        if swap:
            rows = {row.side: row for row in await v3.swap.position(inst_id)}
            assert await v3.swap.positions() == list(rows.values())
            for side, other in held.items():
                row = rows[side]
                assert (row.position, row.avail_position) == (abs(other.pos), other.avail_pos)
                assert (row.avg_cost, row.unrealized_pnl) == (other.avg_px, other.upl)
                assert (row.realized_pnl, row.leverage) == (other.realized_pnl, 5)
                assert row.margin == (other.imr if mode == "crossed" else other.margin)
                assert row.liquidation_price == (other.liq_px or 0)
        else:
            (row,) = await v3.futures.position(inst_id)
            assert await v3.futures.positions() == [row]
            assert (row.long_qty, row.short_qty) == (3, 3) == (held["long"].pos, held["short"].pos)
            assert (row.long_avg_cost, row.short_avg_cost) == (held["long"].avg_px, held["short"].avg_px)
            assert (row.long_avail_qty, row.short_avail_qty) == (3, 2)
            assert (row.long_unrealised_pnl, row.short_unrealised_pnl) == (held["long"].upl, held["short"].upl)
        fills = {(each.trade_id, each.ord_id): each for each in await v5.trade.fills(inst_id=inst_id)}
        mine = await chapter.fills(inst_id)
        assert len(mine) == len(fills)
        for each in mine:
            other_fill = fills[str(each.trade_id), str(each.order_id)]
            assert (each.price, each.size, each.fee) == (other_fill.fill_px, other_fill.fill_sz, other_fill.fee)
        assert (await chapter.holds(inst_id)).amount > 0
        ledger = await (v3.swap.ledger(inst_id) if swap else v3.futures.ledger(family))
        assert sum(each.amount for each in ledger) == sum(each.fee + each.fill_pnl for each in fills.values())
        await chapter.cancel_all(inst_id, "short")
        assert (await chapter.order(inst_id, str(resting.order_id))).state == "-1"
        await chapter.close_position(inst_id, "short")
        assert {row.pos_side for row in await v5.account.positions(inst_id=inst_id)} == {"long"}


async def test_accounts_of_contracts() -> None:
    async with both() as (sim, v3, v5):
        await v3.swap.place_order(SWAP, "1", "10", order_type="4")
        account = await v3.swap.account(SWAP)
        whole = await v5.account.balance("USDT")
        (detail,) = whole.details
        (position,) = await v5.account.positions(inst_id=SWAP)
        assert (account.equity, account.total_avail_balance) == (detail.eq, detail.avail_eq)
        assert (account.margin, account.margin_frozen) == (position.imr, position.imr)
        assert account.unrealized_pnl == position.upl
        assert (account.margin_mode, account.currency, account.underlying) == ("crossed", "USDT", "BTC-USDT")
        assert [each.instrument_id for each in await v3.swap.accounts()] == [
            each.inst_id for each in sim.instruments if each.product == "swap"
        ]
        futures = {each.underlying: each for each in await v3.futures.accounts()}
        assert set(futures) == {"BTC-USD", "BTC-USDT"}
        assert await v3.futures.account("BTC") == futures["BTC-USD"]
        assert futures["BTC-USDT"].equity == account.equity - account.unrealized_pnl, "of its own positions: none"
        assert futures["BTC-USD"].margin_ratio == 10_000
        await v3.futures.set_margin_mode("BTC-USD", "fixed")
        fixed = await v3.futures.account("btc-usd")
        assert [each.instrument_id for each in fixed.contracts] == [future(sim)]


async def test_margin_that_is_added_and_taken_back() -> None:
    async with both() as (sim, v3, v5):
        name = future(sim, 1)
        with pytest.raises(Refused) as caught:
            await v3.futures.adjust_margin(name, "long", "1", "50")
        assert caught.value.code == "32043"
        await v3.futures.set_margin_mode("BTC-USDT", "fixed")
        await v3.futures.place_order(name, "1", "4", order_type="4")
        (before,) = await v5.account.positions(inst_id=name)
        free = (await v3.spot.account("USDT")).available
        done = await v3.futures.adjust_margin(name, "long", "1", "50")
        (after,) = await v5.account.positions(inst_id=name)
        assert after.margin == before.margin + 50
        assert done.liquidation_price == after.liq_px < before.liq_px
        assert (await v3.spot.account("USDT")).available == free - 50
        (row,) = await v3.futures.position(name)
        assert row.long_margin == after.margin
        for side, type_, amount, code in (("long", "2", "51", "32042"), ("long", "1", "999999", "32042"),
                                          ("short", "1", "1", "32041")):  # fmt: skip
            with pytest.raises(Refused) as caught:
                await v3.futures.adjust_margin(name, side, type_, amount)
            assert caught.value.code == code
        await v3.futures.adjust_margin(name, "long", "2", "49")
        (back,) = await v5.account.positions(inst_id=name)
        assert back.margin == before.margin + 1
        assert sim.ledger.total("USDT") == 0


async def test_net_positions_of_v5_are_told_and_closed() -> None:
    """An account that holds net positions stays in net mode, and V3 tells them on the side they are on."""
    async with both() as (sim, v3, v5):
        await v5.trade.place_order(SWAP, "cross", "sell", "market", sz="3")
        (row,) = await v3.swap.position(SWAP)
        assert (row.side, row.position) == ("short", 3)
        await v3.swap.place_order(SWAP, "4", "1", order_type="4")
        assert not sim.user().hedged
        (position,) = await v5.account.positions()
        assert (position.pos_side, position.pos) == ("net", -2)
        assert [each.type for each in await v3.swap.orders(SWAP, "2")] == ["4", "2"]
        await v3.swap.close_position(SWAP, "short")
        assert await v3.swap.position(SWAP) == []


async def test_algo_orders() -> None:
    async with both() as (sim, v3, v5):
        algo = await v3.spot.place_algo_order(SPOT, "1", "1", "0.1", "sell", trigger_price="30000", algo_price="29000")
        assert algo.ok
        (seen,) = await v5.algo.algo_orders_pending("trigger")
        assert (seen.algo_id, seen.trigger_px, seen.ord_px, seen.sz) == (algo.algo_id, 30_000, 29_000, D("0.1"))
        (row,) = await v3.spot.algo_orders(SPOT, "1", status="1")
        assert (row.algo_id, row.trigger_price, row.algo_price, row.side) == (algo.algo_id, 30_000, 29_000, "sell")
        assert (await v3.spot.cancel_algo_orders(SPOT, "1", [str(algo.algo_id), "7"])).algo_ids == [algo.algo_id]
        assert (await v3.spot.algo_orders(SPOT, "1", algo_id=str(algo.algo_id)))[0].status == "3"
        await v3.swap.place_order(SWAP, "1", "5", order_type="4")
        last = (await v3.swap.ticker(SWAP)).last
        assert last is not None
        high = str(last * 2)
        for product, name in ((v3.swap, SWAP), (v3.futures, future(sim))):
            trail = await product.place_algo_order(name, "3", "2", "2", trigger_price=high, callback_rate="0.01")
            (other,) = await v5.algo.algo_orders_pending("move_order_stop", inst_id=name)
            assert (other.algo_id, other.callback_ratio, other.active_px) == (trail.algo_id, D("0.01"), last * 2)
            assert (other.pos_side, other.side) == ("long", "sell")
            (told,) = await product.algo_orders(name, "2", status="1")
            assert (told.algo_id, told.type, told.callback_rate) == (trail.algo_id, "3", D("0.01"))
            assert (await product.cancel_algo_orders(name, "2", [str(trail.algo_id)])).algo_ids == [trail.algo_id]
        fired = await v3.swap.place_algo_order(SWAP, "3", "1", "5", trigger_price=str(last), algo_type="2")
        (told,) = await v3.swap.algo_orders(SWAP, "1", algo_id=str(fired.algo_id))
        assert (told.status, told.algo_type, told.real_amount) == ("2", "2", 5)
        assert await v3.swap.position(SWAP) == []
