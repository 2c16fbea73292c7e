"""Whatever users do with their money: nothing is made, nothing is lost, and nobody spends what he has not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.ledger import Ledger, Room
from okx_async.sim.accounts.people import User
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import Json, ask, quiet, told

CCYS = ("USDT", "BTC", "ETH")
amounts = st.decimals("0.00000001", "20000", places=8).map(lambda amount: f"{amount:f}")
people = st.sampled_from(("0", "1", SUB_NAME))
rooms = st.sampled_from(("6", "18"))
ccys = st.sampled_from(CCYS)

transfers = st.builds(
    lambda who, kind, ccy, amount, source, target: ("transfer", who, kind, ccy, amount, source, target),
    people,
    st.sampled_from(("0", "1", "2", "3")),
    ccys,
    amounts,
    rooms,
    rooms,
)
converts = st.builds(
    lambda who, side, amount: ("convert", who, side, amount), people, st.sampled_from(("buy", "sell")), amounts
)
withdrawals = st.builds(lambda who, ccy, amount: ("withdraw", who, ccy, amount), people, ccys, amounts)
cancels = st.builds(lambda who: ("cancel", who), people)
deposits = st.builds(lambda who, ccy, amount: ("deposit", who, ccy, amount), people, ccys, amounts)
waits = st.builds(lambda seconds: ("wait", seconds), st.integers(1, 5))
steps = st.lists(st.one_of(transfers, converts, withdrawals, cancels, deposits, waits), max_size=25)


def member(sim: Exchange, who: str) -> User:
    return sim.user(int(who) if who.isdecimal() else who)


class Desk:
    """Does steps, and knows which were refused."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.sim = quiet(clock=self.clock)
        self.done = 0

    def do(self, step: tuple[Any, ...]) -> None:
        name, *args = step
        with contextlib.suppress(Refusal):
            getattr(self, f"_{name}")(*args)
            self.done += 1

    def _ask(self, who: str, path: str, fields: Json) -> Json:
        rows = ask(self.sim, member(self.sim, who), "POST", f"asset/{path}", fields)
        return dict(rows[0])

    def _transfer(self, who: str, kind: str, ccy: str, amount: str, source: str, target: str) -> None:
        fields = {"type": kind, "ccy": ccy, "amt": amount, "from": source, "to": target, "subAcct": SUB_NAME}
        self._ask(who, "transfer", fields)

    def _convert(self, who: str, side: str, amount: str) -> None:
        ends = {"baseCcy": "BTC", "quoteCcy": "USDT", "side": side}
        quote = self._ask(who, "convert/estimate-quote", ends | {"rfqSz": amount, "rfqSzCcy": "USDT"})
        self._ask(who, "convert/trade", ends | {"quoteId": quote["quoteId"], "sz": amount, "szCcy": "USDT"})

    def _withdraw(self, who: str, ccy: str, amount: str) -> None:
        chain = {"USDT": "USDT-TRC20", "BTC": "BTC-Bitcoin", "ETH": "ETH-ERC20"}[ccy]
        short = f"{Decimal(amount).quantize(Decimal('0.000001')):f}"
        self._ask(who, "withdrawal", {"ccy": ccy, "amt": short, "dest": "4", "toAddr": "x", "chain": chain})

    def _cancel(self, who: str) -> None:
        waiting = [one for one in self.sim.accounts.chains.withdrawals if one.user is member(self.sim, who)]
        self._ask(who, "cancel-withdrawal", {"wdId": waiting[-1].number if waiting else "none"})

    def _deposit(self, who: str, ccy: str, amount: str) -> None:
        self.sim.deposit(member(self.sim, who), ccy, amount, at_once=False)

    def _wait(self, seconds: int) -> None:
        asyncio.run(self.clock.advance(seconds))


def check(sim: Exchange) -> None:
    """What always holds."""
    ledger = sim.ledger
    assert [ledger.total(ccy) for ccy in CCYS] == [0, 0, 0], "money was made or lost"
    for purse in ledger.purses():
        if purse.owner:
            for ccy, amount in purse.cash.items():
                assert 0 <= purse.held(ccy) <= amount, "more is spent or set aside than there is"
    for user in sim.accounts.bank.people:
        for room in (Room.FUNDING, Room.TRADING):
            summed: dict[str, Decimal] = {}
            last: dict[str, Decimal] = {}
            for bill in sim.accounts.bills.newest_first(user.uid, room):
                summed[bill.entry.ccy] = summed.get(bill.entry.ccy, Decimal(0)) + bill.change
                last.setdefault(bill.entry.ccy, bill.balance)
            cash = {ccy: amount for ccy, amount in ledger.purse(user.uid, room).cash.items() if ccy in summed}
            assert summed == cash == last, "the bills tell another story"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_money_is_conserved(script: list[tuple[Any, ...]]) -> None:
    desk = Desk()
    for step in script:
        desk.do(step)
        check(desk.sim)
    desk.do(("wait", 10))
    check(desk.sim)
    assert not any(one.state in ("0", "1") for one in desk.sim.accounts.chains.withdrawals)
    assert all(one.state == "2" for one in desk.sim.accounts.chains.deposits)


def test_the_steps_above_do_happen() -> None:
    """Were all of them refused, the test above would prove nothing."""
    desk = Desk()
    script: list[tuple[Any, ...]] = [
        ("transfer", "0", "1", "USDT", "5", "6", "18"),
        ("convert", "1", "sell", "100"),
        ("withdraw", "0", "BTC", "0.5"),
        ("cancel", "0"),
        ("deposit", SUB_NAME, "ETH", "1"),
        ("wait", 3),
    ]
    for step in script:
        desk.do(step)
    assert desk.done == len(script)


def _pay(ledger: Ledger) -> None:
    ledger.move("USDT", Decimal(1), ledger.purse("a", Room.FUNDING), ledger.house(Room.FEES), "1")


def _forge(ledger: Ledger) -> None:
    ledger.purse("a", Room.FUNDING).cash["USDT"] += 1


@pytest.mark.parametrize(("crime", "total"), [(_pay, 0), (_forge, 1)])
def test_forged_money_shows(crime: Callable[[Ledger], None], total: int) -> None:
    """Whoever goes round `Ledger.move` is found out."""
    ledger = Ledger(lambda: 1)
    crime(ledger)
    assert ledger.total("USDT") == total


def test_a_negative_amount_moves_the_other_way() -> None:
    ledger = Ledger(lambda: 5)
    one, other = ledger.purse("a", Room.TRADING), ledger.house(Room.STREET)
    heard: list[Any] = []
    ledger.listeners.append(heard.append)
    entry = ledger.move("USDT", Decimal(-3), one, other, "2")
    assert entry is not None
    assert (entry.amount, entry.source, entry.target, entry.ts) == (Decimal(3), other, one, 5)
    assert ledger.move("USDT", Decimal(0), one, other, "2") is None
    assert heard == ledger.entries == [entry]
    assert one.changed == {"USDT": 5}


def test_holds_replace_each_other_and_go() -> None:
    purse = Ledger(lambda: 1).purse("a", Room.TRADING)
    purse.cash["USDT"] = Decimal(10)
    purse.hold("order", "USDT", Decimal(4))
    purse.hold("order", "USDT", Decimal(6))
    purse.hold("other", "USDT", Decimal(1))
    assert told(purse.held("USDT"), purse.available("USDT"), purse.held("BTC")) == [7, 3, 0]
    purse.hold("order", "USDT", Decimal(0))
    assert purse.available("USDT") == 9
