"""Whatever users do with savings, staking, chains, loans and deposits, no digit of any coin is made or lost."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.onchain import OFFERS
from okx_async.sim.accounts.people import User
from okx_async.sim.brokers.agency import Brokers
from okx_async.sim.query_v5 import Refusal

from .floor import Floor

USERS = (Room.FUNDING, Room.SAVINGS, Room.EARN, Room.COLLATERAL)
COINS = ("USDT", "BTC", "ETH", "SOL")
# More digits than money moves by, and more than a decimal's 28: such amounts must be refused, not rounded.
AMOUNTS = st.builds(
    lambda number, places: f"{Decimal(number).scaleb(-places):f}", st.integers(1, 10**6), st.integers(0, 32)
)
SHORT = st.builds(
    lambda number, places: f"{Decimal(number).scaleb(-places):f}", st.integers(1, 10**5), st.integers(0, 6)
)
AMOUNT = AMOUNTS | SHORT
DCD = "finance/sfp/dcd"


class Earning(RuleBasedStateMachine):
    """Two users put their money to work in every way there is; time passes, and prices jump."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(seed=3, instruments=12, vip=(0, 0))
        self.brokers = Brokers(3, self.floor.office, self.floor.venue, self.floor.markets)
        self.users = [self.floor.user(which) for which in range(2)]
        self.loop = asyncio.new_event_loop()
        self.names = iter(range(10**6))
        prices = self.floor.office.prices
        real = prices.usd
        self.factors: defaultdict[str, Decimal] = defaultdict(lambda: Decimal(1))
        prices.usd = lambda ccy: None if (usd := real(ccy)) is None else usd * self.factors[ccy]  # type: ignore[method-assign]
        ledger = self.floor.ledger
        for user in self.users:
            for ccy, amount in zip(COINS, (300_000, 3, 50, 500), strict=True):
                funding = ledger.purse(user.uid, Room.FUNDING)
                ledger.move(ccy, Decimal(amount), ledger.house(Room.OUTSIDE), funding, "1")

    @initialize()
    def begin_with_one_of_each(self) -> None:
        """So that the first deeds have something to go on with."""
        for who, user in enumerate(self.users):
            self.save(who, "1000", "USDT", "purchase")
            self.stake(who, "4", "eth", "purchase")
            self.stake(who, "40", "sol", "purchase")
            for offer in OFFERS[:3]:
                self.buy_on_chain(who, "100" if offer.ccy == "USDT" else "4", offer)
            self.okusd(who, "2000", "")
            self.borrow(who, "25000", "USDT", "1", "BTC")
            self.deposit(who, 50, "C", who)
            held = {room for room in USERS if any(self.floor.ledger.purse(user.uid, room).cash.values())}
            assert held == set(USERS)
            assert len(self.brokers.deals.of(user)) == 1
        self.wait(2)

    def teardown(self) -> None:
        self.floor.venue.close()
        self.loop.close()

    def ask(self, user: User, path: str, **fields: Any) -> list[Any]:
        """Ask, and take no for an answer; anything else that goes wrong is a fault."""
        try:
            return self.floor.ask(user, path, fields)
        except Refusal:
            return []

    @rule(who=st.integers(0, 1), amt=AMOUNT, ccy=st.sampled_from(COINS), side=st.sampled_from(("purchase", "redempt")))
    def save(self, who: int, amt: str, ccy: str, side: str) -> None:
        self.ask(self.users[who], "finance/savings/purchase-redempt", ccy=ccy, amt=amt, side=side)

    @rule(
        who=st.integers(0, 1),
        amt=AMOUNT,
        product=st.sampled_from(("eth", "sol")),
        to=st.sampled_from(("purchase", "redeem")),
    )
    def stake(self, who: int, amt: str, product: str, to: str) -> None:
        self.ask(self.users[who], f"finance/staking-defi/{product}/{to}", amt=amt)

    @rule(who=st.integers(0, 1), amt=AMOUNT, offer=st.sampled_from(OFFERS))
    def buy_on_chain(self, who: int, amt: str, offer: Any) -> None:
        fields = {"productId": offer.number, "investData": [{"ccy": offer.ccy, "amt": amt}], "term": str(offer.term)}
        self.ask(self.users[who], "finance/staking-defi/purchase", **fields)

    @rule(who=st.integers(0, 1), which=st.integers(0, 3), deed=st.sampled_from(("redeem", "cancel")))
    def turn_back(self, who: int, which: int, deed: str) -> None:
        rows = self.ask(self.users[who], "?finance/staking-defi/orders-active")
        for row in rows[which : which + 1]:
            fields = {"ordId": row["ordId"], "protocolType": "defi", "allowEarlyRedeem": True}
            self.ask(self.users[who], f"finance/staking-defi/{deed}", **fields)

    @rule(who=st.integers(0, 1), amt=AMOUNT, way=st.sampled_from(("", "1", "2")))
    def okusd(self, who: int, amt: str, way: str) -> None:
        more = {"redeemType": way} if way else {}
        name = f"n{next(self.names)}"
        self.ask(self.users[who], f"finance/okusd/{'redeem' if way else 'subscribe'}", amt=amt, clOrdId=name, **more)

    @rule(who=st.integers(0, 1), amt=AMOUNT, ccy=st.sampled_from(COINS), held=AMOUNT, against=st.sampled_from(COINS))
    def borrow(self, who: int, amt: str, ccy: str, held: str, against: str) -> None:
        fields = {"loanData": {"ccy": ccy, "amt": amt}, "collateralData": [{"ccy": against, "amt": held}]}
        self.ask(self.users[who], "finance/flexible-loan/borrow", clOrdId=f"n{next(self.names)}", **fields)

    @rule(who=st.integers(0, 1), amt=AMOUNT)
    def repay(self, who: int, amt: str) -> None:
        for loan in self.ask(self.users[who], "?finance/flexible-loan/loan-info")[:1]:
            fields = {"ordId": loan["ordId"], "ccy": loan["loanData"][0]["ccy"], "clOrdId": f"n{next(self.names)}"}
            self.ask(self.users[who], "finance/flexible-loan/repay", amt=amt, **fields)

    @rule(who=st.integers(0, 1), amt=AMOUNT, ccy=st.sampled_from(COINS), way=st.sampled_from(("add", "reduce")))
    def adjust(self, who: int, amt: str, ccy: str, way: str) -> None:
        fields = {"type": way, "collateralCcy": ccy, "collateralAmt": amt}
        self.ask(self.users[who], "finance/flexible-loan/adjust-collateral", **fields)

    @rule(who=st.integers(0, 1), sizes=st.integers(1, 2000), kind=st.sampled_from("CP"), which=st.integers(0, 8))
    def deposit(self, who: int, sizes: int, kind: str, which: int) -> None:
        user = self.users[who]
        (found,) = self.ask(user, f"?{DCD}/products", baseCcy="BTC", quoteCcy="USDT", optType=kind)
        product = found["products"][which]
        size = f"{sizes * Decimal(product['minSize']):f}"
        fields = {"productId": product["productId"], "notionalSz": size, "notionalCcy": product["notionalCcy"]}
        for quote in self.ask(user, f"{DCD}/quote", **fields):
            self.ask(user, f"{DCD}/trade", quoteId=quote["quoteId"])

    @rule(who=st.integers(0, 1))
    def redeem_early(self, who: int) -> None:
        for row in self.ask(self.users[who], f"?{DCD}/order-history", state="live")[:1]:
            for quote in self.ask(self.users[who], f"{DCD}/redeem-quote", ordId=row["ordId"]):
                self.ask(self.users[who], f"{DCD}/redeem", ordId=row["ordId"], quoteId=quote["quoteId"])

    @rule(minutes=st.sampled_from((1, 11, 61, 24 * 60, 5 * 24 * 60)))
    def wait(self, minutes: int) -> None:
        self.loop.run_until_complete(self.floor.hands.advance(minutes * 60))
        self.floor.office.bank_v5.pass_by(self.floor.clock.now())

    @rule(ccy=st.sampled_from(COINS[1:]), percent=st.sampled_from((30, 80, 97, 125)))
    def jump(self, ccy: str, percent: int) -> None:
        self.factors[ccy] = Decimal(percent) / 100
        self.floor.office.bank_v5.pass_by(self.floor.clock.now())

    @invariant()
    def every_coin_is_somewhere(self) -> None:
        ledger = self.floor.ledger
        currencies = {ccy for purse in ledger.purses() for ccy in purse.cash}
        assert {ccy: ledger.total(ccy) for ccy in currencies} == dict.fromkeys(currencies, Decimal(0))

    @invariant()
    def nobody_owes_what_was_not_lent(self) -> None:
        for purse in self.floor.ledger.purses():
            if purse.owner and purse.room in USERS:
                assert all(amount >= 0 for amount in purse.cash.values()), (purse.room, purse.cash)

    @invariant()
    def what_is_told_is_what_is_there(self) -> None:
        for user in self.users:
            self.same(user, Room.SAVINGS, "finance/savings/balance", lambda row: [row])
            self.same(user, Room.EARN, "finance/staking-defi/orders-active", lambda row: row["investData"])
            self.same(user, Room.COLLATERAL, "finance/flexible-loan/loan-info", lambda row: row["collateralData"])

    def same(self, user: User, room: Room, path: str, parts: Callable[[Any], list[Any]]) -> None:
        shown: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in self.floor.ask(user, f"?{path}"):
            for part in parts(row):
                shown[part["ccy"]] += Decimal(part["amt"])
        held = self.floor.ledger.purse(user.uid, room).cash
        assert {ccy: amount for ccy, amount in held.items() if amount} == {c: a for c, a in shown.items() if a}


TestEarning = Earning.TestCase
TestEarning.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
