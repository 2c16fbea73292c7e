"""V3's private channels: what changes is pushed in V3's rows, to whom it belongs, and is what REST then says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from okx_async.v3 import OKEx, channels

from ..wire import connect, signed_v3
from .desk import SPOT, SWAP, both, future

D = Decimal


@asynccontextmanager
async def listening(client: OKEx, *topics: Any) -> AsyncIterator[list[Any]]:
    """Streams of some topics, acknowledged."""
    streams = [client.subscribe(topic) for topic in topics]
    for stream in streams:
        await stream.ready()
    async with asyncio.timeout(20):
        yield streams
    for stream in streams:
        await stream.aclose()


async def test_spot_orders_and_balances() -> None:
    async with both() as (_, v3, v5):
        topics = channels.spot_order(SPOT), channels.spot_account("USDT"), channels.spot_account("BTC")
        async with listening(v3, *topics) as (orders, dollars, coins):
            placed = await v5.trade.place_order(SPOT, "cash", "buy", "limit", sz="0.01", px="50000", cl_ord_id="x1")
            row = await anext(orders)
            assert (row.order_id, row.client_oid, row.state, row.margin_trading) == (placed.ord_id, "x1", "0", "1")
            assert (row.last_fill_id, row.last_fill_px) == ("0", 0)
            money = await anext(dollars)
            assert (money.hold, money.available, money.balance) == (500, 99_500, 100_000)
            await v3.spot.cancel_order("x1", SPOT)
            assert (await anext(orders)).state == "-1"
            assert (await anext(dollars)).hold == 0
            bought = await v3.spot.place_order(SPOT, "buy", "market", notional="100")
            rows = [await anext(orders) for _ in range(2)]
            assert [each.state for each in rows] == ["0", "2"]
            assert rows[1].order_id == bought.order_id
            (fill, _) = await v3.spot.fills(SPOT)
            assert (rows[1].last_fill_id, rows[1].last_fill_qty) == (fill.trade_id, fill.size)
            there = await v3.spot.order(str(bought.order_id), SPOT)
            assert (rows[1].filled_size, rows[1].fee) == (there.filled_size, there.fee)
            assert (await anext(coins)).balance == (await v3.spot.account("BTC")).balance
            assert (await anext(dollars)).balance == (await v3.spot.account("USDT")).balance


async def test_swaps() -> None:
    async with both() as (_, v3, _v5):
        topics = channels.swap_order(SWAP), channels.swap_account(SWAP), channels.swap_position(SWAP)
        async with listening(v3, *topics) as (orders, accounts, positions):
            placed = await v3.swap.place_order(SWAP, "2", "3", order_type="4")
            rows = [await anext(orders) for _ in range(2)]
            assert [(each.order_id, each.type, each.state) for each in rows] == [
                (placed.order_id, "2", "0"),
                (placed.order_id, "2", "2"),
            ]
            assert rows[1].filled_size == 3
            wrapper = await anext(positions)
            assert (wrapper.instrument_id, wrapper.margin_mode) == (SWAP, "crossed")
            (side,) = wrapper.holding
            (there,) = await v3.swap.position(SWAP)
            assert (side.side, side.position, side.avg_cost) == ("short", there.position, there.avg_cost)
            account, said = await anext(accounts), await v3.swap.account(SWAP)
            assert (account.equity, account.margin_frozen) == (said.equity, said.margin_frozen)
            assert account.long_open_max > 0
            await v3.swap.close_position(SWAP, "short")
            gone = await anext(positions)
            while gone.holding:
                gone = await anext(positions)
            assert (gone.instrument_id, gone.holding) == (SWAP, [])


@pytest.mark.parametrize(("number", "name"), [(0, "BTC"), (1, "BTC-USDT")])
async def test_futures_accounts_go_by_coin_or_by_underlying(number: int, name: str) -> None:
    async with both() as (sim, v3, _):
        contract = future(sim, number)
        topics = channels.futures_account(name), channels.futures_position(contract), channels.futures_order(contract)
        async with listening(v3, *topics) as (accounts, positions, orders):
            await v3.futures.place_order(contract, "1", "2", order_type="4")
            account = await anext(accounts)
            said = await v3.futures.account(name)
            assert (account.equity, account.margin_mode) == (said.equity, "crossed")
            assert account.open_max > 0
            row = await anext(positions)
            assert (row.long_qty, row.short_qty, row.long_open_outstanding) == (2, 0, 0)
            assert [(await anext(orders)).state for _ in range(2)] == ["0", "2"]


async def test_margin_accounts_and_orders() -> None:
    async with both(idle_timeout=1e9) as (sim, v3, _):
        topics = channels.spot_margin_account(SPOT), channels.spot_order(SPOT), channels.spot_account("USDT")
        async with listening(v3, *topics) as (accounts, orders, dollars):
            await v3.account.transfer("USDT", "1000", "6", "5", to_instrument_id=SPOT)
            (base, quote) = (await anext(accounts)).currencies
            assert (base.currency, base.balance, quote.currency, quote.balance) == ("BTC", 0, "USDT", 1_000)
            await v3.margin.borrow(SPOT, "USDT", "600")
            row = await anext(accounts)
            assert (row.currencies[1].balance, row.currencies[1].borrowed) == (1_600, 600)
            said = await v3.margin.account(SPOT)
            assert (row.liquidation_price, row.tiers, row.maint_margin_ratio) == (
                said.liquidation_price, said.tiers, said.maint_margin_ratio
            )  # fmt: skip
            placed = await v3.margin.place_order(SPOT, "buy", "2", price="50000", size="0.02", client_oid="m1")
            told = await anext(orders)
            assert (told.order_id, told.client_oid, told.margin_trading) == (placed.order_id, "m1", "2")
            assert ((await anext(accounts)).currencies[1].hold, quote.hold) == (1_000, 0)
            await sim.advance(3_600)
            await sim.step()
            assert (await anext(accounts)).currencies[1].lending_fee == D("0.005")
            await sim.advance(3_600)  # without a step of the market
            assert (await v3.margin.account(SPOT)).currencies[1].lending_fee == D("0.01")
            assert (await anext(accounts)).currencies[1].lending_fee == D("0.01")
            await v3.margin.cancel_order("m1", SPOT)
            assert (await anext(accounts)).currencies[1].hold == 0
            await v3.margin.repay(SPOT, "USDT", "600.01")
            row = await anext(accounts)
            assert (row.currencies[1].borrowed, row.currencies[1].lending_fee) == (0, 0)
            await v3.spot.place_order(SPOT, "buy", price="50000", size="0.01")
            assert (await anext(dollars)).hold == 500  # the spot account has heard of nothing else


async def test_algo_orders() -> None:
    async with both() as (_, v3, _v5), listening(v3, channels.spot_order_algo(SPOT)) as (algos,):
        algo = await v3.spot.place_algo_order(SPOT, "1", "1", "0.1", "sell", trigger_price="30000", algo_price="29000")
        row = await anext(algos)
        assert (row.algo_id, row.status, row.trigger_price) == (algo.algo_id, "1", 30_000)
        await v3.spot.cancel_algo_orders(SPOT, "1", [str(algo.algo_id)])
        assert (await anext(algos)).status == "3"


async def test_others_are_told_nothing() -> None:
    async with both() as (sim, v3, _):
        async with OKEx(sim.credentials[1], site=sim.site) as other:
            topics = channels.spot_order(SPOT), channels.spot_account("USDT")
            async with listening(other, *topics) as (orders, dollars):
                await v3.spot.place_order(SPOT, "buy", price="50000", size="0.01")
                await other.spot.place_order(SPOT, "buy", price="40000", size="0.01")
                assert (await anext(orders)).price == 40_000
                assert (await anext(dollars)).hold == 400


async def test_frames_are_deflated_and_end_with_the_subscription() -> None:
    async with both() as (sim, v3, _), connect(sim.ws_v3) as line:
        assert await line.ask("login", *signed_v3(sim, f"{sim.now // 1000}.000")) == {"event": "login", "success": True}
        name = f"spot/order:{SPOT}"
        assert await line.ask("subscribe", name) == {"event": "subscribe", "channel": name}
        await v3.spot.place_order(SPOT, "buy", price="50000", size="0.01")
        push = await line.json()
        assert (push["table"], push["data"][0]["price"]) == ("spot/order", "50000")
        assert await line.ask("unsubscribe", name) == {"event": "unsubscribe", "channel": name}
        await v3.spot.place_order(SPOT, "buy", price="40000", size="0.01")
        assert await line.until_pong() == []


async def test_a_key_that_is_taken_back_hangs_up() -> None:
    async with both() as (sim, _, _v5), connect(sim.ws_v3) as line:
        await line.ask("login", *signed_v3(sim, f"{sim.now // 1000}.000"))
        bank = sim.accounts.bank
        access = next(bank.people.keys_of(sim.user().uid))
        bank.take_key(access)
        assert await line.closed_with() == 1000


async def test_a_pair_that_is_renamed_takes_its_margin_accounts_along() -> None:
    async with both() as (sim, v3, _):
        await v3.account.transfer("USDT", "1000", "6", "5", to_instrument_id=SPOT)
        await v3.margin.borrow(SPOT, "USDT", "600")
        sim.rename(SPOT, "XBT-USDT")
        async with listening(v3, channels.spot_margin_account("XBT-USDT")) as (accounts,):
            await v3.margin.repay("XBT-USDT", "USDT", "100")
            row = await anext(accounts)
            assert (row.instrument_id, row.currencies[1].balance, row.currencies[1].borrowed) == (
                "XBT-USDT",
                1_500,
                500,
            )
        assert len(await v3.margin.ledger("XBT-USDT")) == 3
        (loan,) = await v3.margin.borrow_history_instrument("XBT-USDT")
        assert (loan.instrument_id, loan.returned_amount) == ("XBT-USDT", 100)


async def test_a_pair_that_ends_gives_its_margin_accounts_back() -> None:
    async with both() as (sim, v3, _):
        before = await v3.spot.account("USDT")
        await v3.account.transfer("USDT", "1000", "1", "5", to_instrument_id=SPOT)
        await v3.margin.borrow(SPOT, "BTC", "0.01")
        await v3.margin.place_order(SPOT, "sell", "2", "market", size="0.01")
        await v3.margin.place_order(SPOT, "buy", "2", price="50000", size="0.01")
        sim.expire(SPOT)
        after = await v3.spot.account("USDT")
        assert before.balance - 10 < after.balance < before.balance  # two fees, and what lies between bid and ask
        assert not sim.venue.loans.markets()
        assert sim.venue.orders.everybodys() == []
        assert [sim.ledger.total(ccy) for ccy in ("BTC", "USDT")] == [0, 0]
