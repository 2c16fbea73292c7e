"""The accounts of V3 in the mirror: which one a balance is in, and what becomes of one whose push was lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from okx_async import BadRequest, Refused
from okx_async.errors import ChannelRefused, NotAvailable
from okx_async.mirror import BalanceChanged, Change, Divergence, Mirror, ProductBalance, balances_v3
from okx_async.mirror.accounts_v3 import AccountHost, AccountsV3
from okx_async.mirror.purses import emptied, purse_of, same_cash
from okx_async.mirror.state import MirrorState
from okx_async.net.stream import Stream
from okx_async.sim import Exchange
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.dialect_v3 import PRIVATE
from okx_async.v3 import OKEx, channels
from okx_async.v3.models.balances import (
    FixedContract,
    FuturesAccount,
    MarginAccount,
    MarginCurrency,
    OptionAccount,
    SpotAccount,
    SwapAccount,
)
from okx_async.v5.models.account import CurrencyBalance
from tests.sim.accounts_v3.desk import INVERSE, SPOT, SWAP, future, option_of

from .test_mirror_v3 import FAST, desk, in_warp

D = Decimal
AT = 1_767_225_600_000
Deed = Callable[[Exchange, OKEx], Awaitable[object]]


def moment(ms: int) -> datetime:
    """Return a time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


# -- on the simulator


async def fund(okx: OKEx, amount: str) -> None:
    """Bring money into the margin account."""
    await okx.account.transfer(currency="USDT", amount=amount, from_="1", to="5", to_instrument_id=SPOT)


async def fixed(sim: Exchange, okx: OKEx) -> None:
    """Buy a future whose margin is its own; the account then tells profits by contract."""
    await okx.futures.set_margin_mode("BTC-USDT", "fixed")
    await okx.futures.place_order(future(sim, 1), "1", "2", order_type="4")


PRODUCTS: dict[str, tuple[str, Deed, str]] = {
    "spot": (
        "account",
        lambda _, okx: okx.spot.place_order(SPOT, "buy", "market", notional="1000"),
        "USDT",
    ),
    "margin": ("margin_account", lambda _, okx: okx.margin.borrow(SPOT, "USDT", "600"), "margin BTC-USDT USDT"),
    "futures": (
        "account",
        lambda sim, okx: okx.futures.place_order(future(sim, 1), "2", "2", order_type="4"),
        "futures BTC-USDT USDT",
    ),
    "coin": (
        "account",
        lambda sim, okx: okx.futures.place_order(future(sim, 0), "1", "2", order_type="4"),
        "futures BTC-USD BTC",
    ),
    "swap": ("account", lambda _, okx: okx.swap.place_order(SWAP, "2", "2", order_type="4"), "swap BTC-USDT-SWAP USDT"),
    "fixed": ("account", fixed, "futures BTC-USDT USDT"),
    "option": (
        "account",
        lambda sim, okx: okx.option.place_order(option_of(sim), "buy", "2", match_price="1"),
        "option BTC-USD BTC",
    ),
}
"""By product: its channel of accounts, what moves money there, and what its balance is called."""


@asynccontextmanager
async def heard(mirror: Mirror) -> AsyncIterator[list[Change]]:
    """What a mirror tells from now on."""
    told: list[Change] = []

    async def listen(stream: Stream[Change]) -> None:
        async for change in stream:
            told.append(change)  # noqa: PERF401 - it is looked at meanwhile

    async with mirror.changes() as stream:
        task = asyncio.create_task(listen(stream))
        yield told
    await task


def owned(sim: Exchange, product: str) -> Decimal:
    """Return what the exchange's own books say is there."""
    uid = sim.user().uid
    room = ("USDT", Room.MARGIN, SPOT) if product == "margin" else (PRODUCTS[product][2].split()[-1], Room.TRADING, "")
    return sim.ledger.purse(uid, *room[1:]).cash.get(room[0], D(0))


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_account_is_kept_by_its_own_name(product: str) -> None:
    """As it is pushed, and REST says the same at every audit."""
    _, deed, name = PRODUCTS[product]

    async def body() -> None:
        async with AsyncExitStack() as stack, desk(product) as (sim, okx, mirror):
            await fund(okx, "1000")
            told = await stack.enter_async_context(heard(mirror))
            before = mirror.balances[name].cash_bal if name in mirror.balances else None
            await deed(sim, okx)
            await asyncio.sleep(0.1)
            row = mirror.balances[name]
            assert isinstance(row, ProductBalance)
            assert f"{row.product} {row.account} {row.ccy}".replace("spot  ", "") == name == row.key
            assert row.cash_bal != before
            assert abs((row.cash_bal or D(0)) - owned(sim, product)) < D("1e-12")
            await asyncio.sleep(2 * FAST.audit)
            assert not [each for each in mirror.status.counts if each.startswith(("violation", "divergence"))]
            mine = [each for each in told if isinstance(each, BalanceChanged) and purse_of(each.row) == name]
            assert mine[-1].row.cash_bal == mirror.balances[name].cash_bal

    in_warp(body)


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_push_that_was_dropped_is_found_within_one_audit(product: str) -> None:
    """The line looks healthy, and nothing else says that money has moved."""
    channel, deed, name = PRODUCTS[product]

    async def body() -> None:
        async with AsyncExitStack() as stack, desk(product) as (sim, okx, mirror):
            await fund(okx, "1000")
            await asyncio.sleep(0.5)
            told = await stack.enter_async_context(heard(mirror))
            sim.faults.drop(channel, endpoint="v3", times=10**9)
            before = mirror.balances[name].cash_bal if name in mirror.balances else None
            await deed(sim, okx)
            await asyncio.sleep(0.1)
            assert before == (mirror.balances[name].cash_bal if name in mirror.balances else None), "nothing was pushed"
            await asyncio.sleep(FAST.audit + FAST.lag + FAST.settle + 1.0)
            assert mirror.live
            assert abs((mirror.balances[name].cash_bal or D(0)) - owned(sim, product)) < D("1e-12")
            (found,) = (each for each in told if isinstance(each, Divergence) and each.key == name)
            assert (found.what, found.found_by) == ("balance", "audit")
            assert found.was == ("none" if before is None else f"{before}")

    in_warp(body)


@pytest.mark.parametrize("product", ["futures", "coin", "fixed", "swap", "option"])
def test_a_position_whose_push_was_dropped_is_found_within_one_audit(product: str) -> None:
    """Every product that has positions; on margin there are none, but debts of an account."""
    _, deed, _ = PRODUCTS[product]

    async def body() -> None:
        async with AsyncExitStack() as stack, desk(product) as (sim, okx, mirror):
            told = await stack.enter_async_context(heard(mirror))
            sim.faults.drop("position", endpoint="v3", times=10**9)
            await deed(sim, okx)
            await asyncio.sleep(0.05)
            assert mirror.positions == {}, "nothing was pushed"
            await asyncio.sleep(FAST.audit + FAST.lag + FAST.settle + 1.0)
            assert [row.pos for row in mirror.positions.values()] == [2]
            (found,) = (each for each in told if isinstance(each, Divergence))
            assert (found.what, found.was, found.now) == ("position", "none", "2")
            assert found.found_by in ("audit", "position_is_its_fills")

    in_warp(body)


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_moved_during_a_cut_is_read(product: str) -> None:
    _, deed, name = PRODUCTS[product]

    async def body() -> None:
        async with AsyncExitStack() as stack, desk(product) as (sim, okx, mirror):
            await fund(okx, "1000")
            await asyncio.sleep(0.5)
            told = await stack.enter_async_context(heard(mirror))
            sim.lines.reset_tcp()
            sim.faults.drop(endpoint="v3", times=10**9)
            await deed(sim, okx)
            await mirror.ready()
            assert abs((mirror.balances[name].cash_bal or D(0)) - owned(sim, product)) < D("1e-12")
            (found,) = (each for each in told if isinstance(each, Divergence) and each.key == name)
            assert found.found_by == "gap"

    in_warp(body)


def test_prices_alone_are_no_news_and_no_divergence() -> None:
    """Equity and profit move with every price; the money of an account does not."""

    async def body() -> None:
        async with AsyncExitStack() as stack, desk("swap") as (sim, okx, mirror):
            await okx.swap.place_order(SWAP, "1", "5", order_type="4")
            await asyncio.sleep(0.5)
            before = mirror.balances[f"swap {SWAP} USDT"]
            told = await stack.enter_async_context(heard(mirror))
            for _ in range(60):
                await sim.step()
            await asyncio.sleep(2 * FAST.audit)
            after = mirror.balances[f"swap {SWAP} USDT"]
            assert after.eq != before.eq, "the audit takes figures along that prices move"
            assert after.upl != before.upl
            assert same_cash(after, before)
            assert not [each for each in told if isinstance(each, Divergence | BalanceChanged)]

    in_warp(body)


def test_margin_orders_are_asked_for_where_they_are() -> None:
    """The spot lists do not show them, and REST does not say of them that they are on margin."""

    async def body() -> None:
        async with desk("margin") as (sim, okx, mirror):
            await fund(okx, "1000")
            orders = [
                await chapter.place_order(SPOT, "buy", price="30000", size="0.01", **more)
                for chapter, more in cast("Any", ((okx.spot, {}), (okx.margin, {"margin_trading": "2"})))
            ]
            await asyncio.sleep(3 * FAST.audit)
            handles = [mirror.order(ord_id=str(order.order_id)) for order in orders]
            assert [(each.state, each.row.inst_type) for each in handles] == [("live", "SPOT"), ("live", "MARGIN")]
            assert not [each for each in mirror.status.counts if each.startswith(("violation", "divergence"))]
            sim.faults.drop("order", endpoint="v3", times=10**9)
            await okx.margin.cancel_order(str(orders[1].order_id), SPOT)
            await okx.margin.place_order(SPOT, "buy", "2", "market", notional="500", client_oid="bought")
            await asyncio.sleep(2 * FAST.audit)
            assert handles[1].state == "canceled"
            bought = mirror.order(cl_ord_id="bought")
            assert (bought.state, bought.row.inst_type) == ("filled", "MARGIN")
            assert sum(fill.fill_sz for fill in bought.fills) == bought.acc_fill_sz > 0
            assert handles[0].state == "live"

    in_warp(body)


# -- which channels


def accounts(host: object = None, **names: list[str]) -> AccountsV3:
    """Return some accounts."""
    told: dict[str, Any] = {"pairs": [], "futures": [], "swaps": [], "options": []}
    return AccountsV3(cast("AccountHost", host), **told | names)


def test_futures_accounts_are_filtered_by_coin_or_by_underlying() -> None:
    kept = accounts(pairs=[SPOT], futures=["BTC-USD", "BTC-USDT"], swaps=[SWAP, INVERSE], options=["BTC-USD"])
    assert [topic.key for topic, _ in kept.topics(MirrorState())] == [
        "spot/account:BTC",
        "spot/account:USDT",
        "spot/margin_account:BTC-USDT",
        "futures/account:BTC",
        "futures/account:BTC-USDT",
        f"swap/account:{SWAP}",
        f"swap/account:{INVERSE}",
        "option/account:BTC-USD",
    ]


class Rooms:
    """A client whose margin accounts a test makes, or an error they are answered with."""

    def __init__(self, answer: MarginAccount | Exception) -> None:
        self._answer = answer
        self.asked = 0
        self.spot = SimpleNamespace(accounts=self._spot)
        self.margin = SimpleNamespace(account=self._margin)

    async def _spot(self) -> list[SpotAccount]:
        return [SpotAccount(currency="USDT", balance=D(5)), SpotAccount(currency="XYZ", balance=D(5))]

    async def _margin(self, _: str) -> MarginAccount:
        self.asked += 1
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize("error", [Refused("33001", "no"), NotAvailable("33016", "no")])
async def test_a_pair_without_a_margin_account_has_none(error: Exception) -> None:
    kept = accounts(Rooms(error), pairs=[SPOT])
    assert [row.key for row in await kept.read(MirrorState())] == ["USDT"]


async def test_other_errors_of_a_margin_account_are_not_hidden() -> None:
    with pytest.raises(BadRequest):
        await accounts(Rooms(BadRequest("30024", "no")), pairs=[SPOT]).read(MirrorState())


async def test_a_margin_channel_that_is_refused_is_done_without() -> None:
    """Neither listened to nor read any more; no other channel is spared."""
    host = Rooms(MarginAccount(currencies=[MarginCurrency(currency="USDT", balance=D(3))]))
    kept, state = accounts(host, pairs=[SPOT]), MirrorState()
    assert [row.key for row in await kept.read(state)] == ["USDT", "margin BTC-USDT USDT"]
    for row in await kept.read(state):
        state.balance(row, 1.0)
    assert not kept.spare(channels.spot_account("USDT"), state)
    assert kept.spare(channels.spot_margin_account(SPOT), state)
    assert list(state.balances.open) == ["USDT"], "it is forgotten, not gone"
    assert [row.key for row in await kept.read(state)] == ["USDT"]
    assert host.asked == 2


def test_the_mirror_goes_on_without_margin_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the exchange has no such channel."""
    monkeypatch.setitem(PRIVATE, "spot", PRIVATE["spot"] - {"margin_account"})

    async def body() -> None:
        async with desk("spot") as (_, okx, mirror):
            await fund(okx, "1000")
            await okx.spot.place_order(SPOT, "buy", "market", notional="1000")
            await asyncio.sleep(2 * FAST.audit)
            assert mirror.live
            assert set(mirror.balances) == {"BTC", "USDT"}

    in_warp(body)


def test_the_mirror_does_not_go_on_without_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRIVATE, "spot", PRIVATE["spot"] - {"account"})

    async def body() -> None:
        with pytest.raises(ChannelRefused, match="spot/account"):
            async with desk("spot"):
                raise AssertionError("it cannot be live")

    in_warp(body)


def test_an_account_that_never_held_anything_is_left_out() -> None:
    """One that is emptied stays, as its last word."""
    state = MirrorState()
    (_, _), (_, _), (_, take) = accounts(pairs=[SPOT]).topics(state)
    side = MarginCurrency(currency="USDT", balance=D(0), borrowed=D(0))
    take(MarginAccount(currencies=[side], timestamp=moment(AT)), 1.0)
    assert state.balances.open == {}
    owing = MarginCurrency(currency="USDT", balance=D(0), borrowed=D(2))
    take(MarginAccount(currencies=[owing], timestamp=moment(AT + 1)), 2.0)
    take(MarginAccount(currencies=[side], timestamp=moment(AT + 2)), 3.0)
    assert state.balances.open["margin BTC-USDT USDT"].row.liab == 0


# -- rows


def test_balances_that_come_late_change_nothing() -> None:
    state = MirrorState()
    for at, amount in ((AT, 2), (AT - 1, 1)):
        row = SpotAccount(currency="BTC", balance=D(amount), timestamp=moment(at))
        state.balance(balances_v3.spot_balance(row), 1.0)
    assert state.balances.open["BTC"].row.cash_bal == 2
    assert state.counts["late"] == 1


def test_one_currency_in_two_accounts_is_two_balances() -> None:
    state = MirrorState()
    for row in (
        balances_v3.spot_balance(SpotAccount(currency="USDT", balance=D(1))),
        balances_v3.swap_balance(SwapAccount(instrument_id=SWAP, equity=D(2), unrealized_pnl=D(0)), SWAP),
        balances_v3.futures_balance(
            FuturesAccount(margin_mode="crossed", equity=D(3), unrealized_pnl=D(0)), "BTC-USDT"
        ),
    ):
        state.balance(row, 1.0)
    assert {name: held.row.cash_bal for name, held in state.balances.open.items()} == {
        "USDT": 1,
        f"swap {SWAP} USDT": 2,
        "futures BTC-USDT USDT": 3,
    }


@pytest.mark.parametrize(
    ("equity", "upl", "cash"), [("102.38162222", "1.37991294", "101.00170928"), ("3.0139", "0.0145", "2.9994")]
)
def test_profit_that_is_not_realised_is_no_money(equity: str, upl: str, cash: str) -> None:
    """The documents' samples: their balance and realised profit add up to it."""
    row = balances_v3.swap_balance(SwapAccount(instrument_id=INVERSE, equity=D(equity), unrealized_pnl=D(upl)), INVERSE)
    assert (row.ccy, row.cash_bal, row.eq, row.upl) == ("BTC", D(cash), D(equity), D(upl))


def test_a_fixed_account_adds_up_the_profits_of_its_contracts() -> None:
    contracts = [FixedContract(instrument_id=f"BTC-USD-20092{n}", unrealized_pnl=D(n)) for n in (1, 4)]
    row = balances_v3.futures_balance(FuturesAccount(margin_mode="fixed", equity=D(9), contracts=contracts), "BTC-USD")
    assert (row.ccy, row.upl, row.cash_bal) == ("BTC", D(5), D(4))
    untold = balances_v3.futures_balance(FuturesAccount(margin_mode="crossed", equity=D(9)), "BTC-USD")
    assert untold.cash_bal is None


def test_the_money_of_an_option_account_is_what_options_are_not() -> None:
    row = OptionAccount(equity=D("3.5"), option_value=D("0.5"), unrealized_pnl=D("0.2"), maintenance_margin=D(1))
    told = balances_v3.option_balance(row, "BTC-USD")
    assert (told.ccy, told.cash_bal, told.upl, told.mmr, told.u_time) == ("BTC", D(3), D("0.2"), D(1), None)


def cash(amount: str, product: str = "swap") -> ProductBalance:
    """Return a balance."""
    return ProductBalance(ccy="BTC", product=product, account="BTC-USD-SWAP", cash_bal=D(amount))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1.00000001", "1.00000003", True),
        ("1.00000001", "1.00000004", False),
        ("1.0001", "1.0002", True),
        ("1.0001", "1.0004", False),
        ("100000", "99999", False),
        ("100000", "99999.9991", False),
        (f"1.{'3' * 24}", f"1.{'3' * 23}9", True),
    ],
)
def test_what_is_left_of_two_rounded_figures_may_differ_in_the_last_place(one: str, other: str, same: bool) -> None:
    assert same_cash(cash(one), cash(other)) is same
    assert not same_cash(cash(one, "margin"), cash(other, "margin"))
    assert not same_cash(CurrencyBalance(ccy="BTC", cash_bal=D(one)), CurrencyBalance(ccy="BTC", cash_bal=D(other)))


def test_what_is_gone_says_so_in_its_own_account() -> None:
    gone = emptied(cash("2"))
    assert isinstance(gone, ProductBalance)
    assert (gone.key, gone.cash_bal) == ("swap BTC-USD-SWAP BTC", D(0))
    assert emptied(CurrencyBalance(ccy="BTC", cash_bal=D(2), u_time=AT)) == CurrencyBalance(
        ccy="BTC", cash_bal=D(0), u_time=AT
    )
