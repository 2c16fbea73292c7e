"""Whatever indebted users do and prices do to them, every coin that was lent is owed, and nobody takes it away."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from okx_async.sim.accounts.credit import MAINTENANCE
from okx_async.sim.accounts.debts import HOUR_MS
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.floor import SPOT, SWAP, Floor

PARTS = st.integers(1, 120)
COINS = st.sampled_from(("BTC", "USDT"))
ZERO = Decimal(0)


class Borrowing(RuleBasedStateMachine):
    """A user in spot mode, one in multi-currency mode, and a sub-account of the first."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(seed=3, instruments=4).empty_at_60000(SPOT, SWAP)
        self._quote()
        bank = self.floor.office.bank
        spot = bank.add_user(mode=Mode.SPOT, trading={"USDT": 10_000})
        multi = bank.add_user(mode=Mode.MULTI_CURRENCY, trading={"USDT": 5_000, "BTC": "0.1"}, vip=4)
        sub = bank.add_user("sub", master=spot, mode=Mode.SPOT, trading={"BTC": "0.2"})
        self.users = [spot, multi, sub]
        spot.borrows = sub.borrows = True
        multi.settings["autoLoan",] = "true"
        self.credit = self.floor.venue.credit

    def _quote(self) -> None:
        """Let strangers quote both books around the last price."""
        for inst_id, depth in ((SPOT, 10**10), (SWAP, 10**6)):
            market = self.floor.empty(inst_id) if not self._users_orders(inst_id) else self.floor.markets[inst_id]
            last = market.tape.last.price
            market.book.submit(True, last - 10, depth)
            market.book.submit(False, last + 10, depth)

    def _users_orders(self, inst_id: str) -> bool:
        return bool(self.floor.markets[inst_id].book.owned)

    def _code(self, deed: Callable[[], Any]) -> str:
        """Do something; return what it is refused with."""
        try:
            rows = deed()
        except Refusal as refusal:
            return refusal.code
        return str(rows[0].get("sCode", "0"))

    @rule(who=st.integers(0, 2), borrow=st.booleans(), ccy=COINS, part=PARTS)
    def by_hand(self, who: int, borrow: bool, ccy: str, part: int) -> None:
        user = self.users[who]
        most = self.credit.most(user, ccy) if borrow else sum(self.credit.owed(user, ccy), ZERO)
        amount = format((most * part / 100).quantize(Decimal("1e-8")), "f")
        asked = {"ccy": ccy, "side": "borrow" if borrow else "repay", "amt": amount}
        code = self._code(lambda: self.floor.ask(user, "account/spot-manual-borrow-repay", asked))
        if who == 1:
            assert code in ("51010", "51000")
        elif borrow and Decimal(amount) > most:
            assert code in ("59411", "59412")
        else:
            assert code in (("0", "51000") if borrow else ("0", "51000", "51154", "59413"))

    @rule(
        who=st.integers(0, 2),
        buy=st.booleans(),
        part=PARTS,
        away=st.integers(-300, 300),
        ord_type=st.sampled_from(("limit", "limit", "market", "ioc")),
    )
    def trade(self, who: int, buy: bool, part: int, away: int, ord_type: str) -> None:
        """Trade a part of what an account could pay at most, and sometimes more."""
        user, market = self.users[who], self.floor.markets[SPOT]
        last = Decimal(market.instrument.price_text(market.tape.last.price))
        ccy, price = ("USDT", last) if buy else ("BTC", Decimal(1))
        have = self.floor.cash(user, ccy) + self.credit.borrowable(user, ccy)
        size = (have / price * part / 100).quantize(Decimal("1e-6"))
        if size <= 0:
            return
        more = {"tgtCcy": "base_ccy"} if ord_type == "market" else {}
        text, side = format(size, "f"), "buy" if buy else "sell"
        code = self.floor.code(user, SPOT, side, ord_type, text, str(last + away), **more)
        assert code in ("0", "51006", "51008", "51020", "51201", "51202")

    @rule(buy=st.booleans(), part=PARTS)
    def trade_contracts(self, buy: bool, part: int) -> None:
        user = self.users[1]
        free = max(ZERO, self.floor.venue.margins.free(user, "USDT"))
        size = int(free * 3 / 600 * part / 100)
        if size:
            code = self.floor.code(user, SWAP, "buy" if buy else "sell", "market", str(size))
            assert code in ("0", "51004", "51008", "51202")

    @precondition(lambda self: any(self.floor.venue.orders.pending(user.uid) for user in self.users))
    @rule()
    def cancel(self) -> None:
        for user in self.users:
            for order in self.floor.venue.orders.pending(user.uid):
                self.floor.ask(user, "trade/cancel-order", {"instId": SPOT, "ordId": str(order.ord_id)})

    @rule(who=st.integers(0, 2), ccy=COINS, part=PARTS)
    def take_out(self, who: int, ccy: str, part: int) -> None:
        user = self.users[who]
        most = self.floor.office.balances.leaving(user, ccy)
        amount = (most * part / 100).quantize(Decimal("1e-8"))
        asked = {"ccy": ccy, "amt": format(amount, "f"), "from": "18", "to": "6"}
        code = self._code(lambda: self.floor.ask(user, "asset/transfer", asked))
        if amount > most:
            assert code == "58350"
        elif code == "0" and self.credit.debts.of(user):
            # What is left stands for what is owed as if it were to be borrowed now.
            assert self.credit._room(user) >= -Decimal("0.001")

    @rule(who=st.integers(0, 2), ccy=COINS)
    def repay_with_others(self, who: int, ccy: str) -> None:
        user = self.users[who]
        owed = sum(self.credit.owed(user, ccy), ZERO)
        asked = {"debtCcy": ccy, "repayCcyList": ["USDT" if ccy == "BTC" else "BTC"]}
        code = self._code(lambda: self.floor.ask(user, "trade/one-click-repay-v2", asked))
        assert code == ("0" if owed else "59413")
        assert sum(self.credit.owed(user, ccy), ZERO) <= owed

    @rule(who=st.sampled_from((0, 2)), on=st.booleans())
    def repay_by_itself(self, who: int, on: bool) -> None:
        self.floor.ask(self.users[who], "account/set-auto-repay", {"autoRepay": on})

    @rule(on=st.booleans())
    def borrow_by_itself(self, on: bool) -> None:
        self.floor.ask(self.users[1], "account/set-auto-loan", {"autoLoan": on})

    @rule(price=st.integers(30_000, 100_000))
    def print_price(self, price: int) -> None:
        for inst_id in (SPOT, SWAP):
            self.floor.print_at(inst_id, str(price))
        self._quote()

    @rule(amount=st.integers(1, 3_000))
    def pass_hours(self, amount: int) -> None:
        self.floor.pass_until(self.floor.clock.now() // HOUR_MS * HOUR_MS + amount * HOUR_MS)
        self.floor.step()

    @invariant()
    def money_is_conserved(self) -> None:
        self.floor.conserved()

    @invariant()
    def all_that_was_lent_is_owed(self) -> None:
        lenders = self.floor.ledger.house(Room.LENDERS).cash
        for ccy in ("BTC", "USDT"):
            assert -lenders[ccy] == sum((self.credit.owed(user, ccy)[0] for user in self.users), ZERO)

    @invariant()
    def interest_is_paid_or_owed(self) -> None:
        earned: dict[str, Decimal] = {"BTC": ZERO, "USDT": ZERO}
        accrued = dict(earned)
        for entry in self.floor.ledger.entries:
            if entry.kind == "7":
                earned[entry.ccy] += entry.amount if entry.target.room is Room.FEES else -entry.amount
        for user in self.users:
            for one in self.credit.debts.accruals(user):
                accrued[one.ccy] += one.amount
        due = {ccy: sum((self.credit.owed(user, ccy)[1] for user in self.users), ZERO) for ccy in earned}
        assert accrued == {ccy: earned[ccy] + due[ccy] for ccy in earned}

    @invariant()
    def nobody_has_less_than_nothing(self) -> None:
        for user in self.users:
            assert all(amount >= 0 for amount in self.floor.ledger.purse(user.uid, Room.TRADING).cash.values())

    @invariant()
    def own_money_stands_for_all_debts(self) -> None:
        for user in self.users:
            ratio = self.credit.ratio(user)
            if not self.floor.venue.positions.of(user.uid):
                assert ratio is None or ratio > MAINTENANCE

    @invariant()
    def rest_says_what_the_ledger_says(self) -> None:
        for user in self.users:
            self._compare(user)

    def _compare(self, user: User) -> None:
        (row,) = self.floor.ask(user, "?account/balance")
        for one in row["details"]:
            borrowed, interest = self.credit.owed(user, one["ccy"])
            assert (Decimal(one["liab"]), Decimal(one["interest"])) == (borrowed, interest)
            cash, upl = (Decimal(one[name]) for name in ("cashBal", "upl"))
            assert Decimal(one["eq"]) == cash + upl - borrowed - interest
        (changes,) = [self.floor.ask(user, "?account/spot-borrow-repay-history", {"ccy": "USDT", "limit": "1"})]
        if changes and self.credit.owed(user, "USDT")[0]:
            assert Decimal(changes[0]["accBorrowed"]) == self.credit.owed(user, "USDT")[0]


TestBorrowing = Borrowing.TestCase
TestBorrowing.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
