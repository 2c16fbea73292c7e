"""Random trading in both dialects at once: all that holds of V5's trading holds still, and V3 tells the same story."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.loans import HOUR_MS
from okx_async.sim.accounts.people import User
from okx_async.sim.text import exact_text
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP
from tests.sim.accounts.test_trading_invariants import PRICES
from tests.sim.accounts.test_trading_invariants import Trading as _Trading

from .floor import ask_v3, bureau_of

Json = dict[str, Any]


class BothDialects(_Trading):
    """The same users trade over V3, too."""

    def __init__(self) -> None:
        super().__init__()
        self.bureau = bureau_of(self.floor)

    def v3(self, user: User, method: str, path: str, given: Json | None = None, **parts: str) -> Any:
        """Call a handler; a refusal is returned as its code."""
        return self.run(ask_v3(self.floor, self.bureau, user, method, path, given, **parts))

    @rule(
        who=st.integers(0, 3),
        product=st.sampled_from(("spot", "margin")),
        side=st.sampled_from(("buy", "sell")),
        kind=st.sampled_from(("0", "0", "1", "2", "3", "market")),
        price=PRICES,
        size=st.integers(1, 400),
    )
    def place_a_pair_over_v3(self, who: int, product: str, side: str, kind: str, price: int, size: int) -> None:
        order: Json = {"instrument_id": SPOT, "side": side, "client_oid": "again1"}
        order["margin_trading"] = "2" if product == "margin" else "1"
        if kind == "market":
            order |= {"type": "market", "notional": str(size * 100), "size": str(Decimal(size) / 400)}
        else:
            order |= {"order_type": kind, "price": str(price), "size": str(Decimal(size) / 400)}
        row = self.v3(self.users[who], "POST", f"{product}/orders", order)
        assert (row["order_id"] == "-1") is (row["error_code"] != "0")

    @rule(
        who=st.integers(0, 3),
        inst_id=st.sampled_from((SWAP, INVERSE)),
        type_=st.sampled_from("1234"),
        kind=st.sampled_from("001234"),
        price=PRICES,
        size=st.integers(1, 400),
        match=st.booleans(),
    )
    def place_swap_over_v3(
        self, who: int, inst_id: str, type_: str, kind: str, price: int, size: int, match: bool
    ) -> None:
        order: Json = {"instrument_id": inst_id, "type": type_, "size": str(size), "order_type": kind}
        order |= {} if kind == "4" else {"price": str(price)}
        order |= {"match_price": "1"} if match and kind == "0" else {}
        row = self.v3(self.users[who], "POST", "swap/order", order)
        assert (row["order_id"] == "-1") is (row["error_code"] != "0")

    @rule(
        who=st.integers(0, 3),
        ccy=st.sampled_from(("BTC", "USDT")),
        part=st.decimals("0.01", "1.1", places=2),
        deed=st.sampled_from(("in", "out", "borrow", "borrow", "repay")),
    )
    def lend_over_v3(self, who: int, ccy: str, part: Decimal, deed: str) -> None:
        """Move money in or out of the margin account, borrow or repay; parts of what there is, or a little more."""
        user, given = self.users[who], {"instrument_id": SPOT, "currency": ccy}
        row = self.v3(user, "GET", "margin/accounts/{instrument_id}", instrument_id=SPOT)[f"currency:{ccy}"]
        (room,) = self.v3(user, "GET", "margin/accounts/{instrument_id}/availability", instrument_id=SPOT)
        there = {
            "in": self.floor.cash(user, ccy) / 2,
            "out": Decimal(row["can_withdraw"]),
            "borrow": Decimal(room[f"currency:{ccy}"]["available"]),
            "repay": Decimal(row["borrowed"]) + Decimal(row["lending_fee"]),
        }[deed]
        given["amount"] = exact_text((there * part).quantize(Decimal("1e-12")))
        if deed in ("in", "out"):
            ends = ("1", "5") if deed == "in" else ("5", "1")
            told = self.v3(
                user,
                "POST",
                "account/transfer",
                given | {"from": ends[0], "to": ends[1], "to_instrument_id": SPOT},
            )
        else:
            told = self.v3(user, "POST", f"margin/accounts/{'borrow' if deed == 'borrow' else 'repayment'}", given)
        codes = {"in": ("58350",), "out": ("58350",), "borrow": (33004, 33008), "repay": (33006, 33017)}[deed]
        assert told in (30024, *codes) or told["result"] is True
        assert deed == "in" or part <= 1 or told in (30024, *codes) or deed == "repay"

    @rule(hours=st.integers(1, 100))
    def owe_interest(self, hours: int) -> None:
        def deed() -> None:
            self.floor.pass_until(self.floor.clock.now() + hours * HOUR_MS)
            self.floor.venue.step(self.floor.clock.now(), {})

        self.run(deed)

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def cancel_over_v3(self, data: st.DataObject) -> None:
        user, order = data.draw(st.sampled_from(self.pending))
        text, number = order.market.instrument, str(order.ord_id)
        if text.inst_id == SPOT:
            product = "margin" if order.ticket.on_margin else "spot"
            row = self.v3(
                user, "POST", f"{product}/cancel_orders/{{order_id}}", {"instrument_id": SPOT}, order_id=number
            )
        else:
            parts = {"instrument_id": text.inst_id, "order_id": number}
            row = self.v3(user, "POST", "swap/cancel_order/{instrument_id}/{order_id}", {}, **parts)
        assert (row["error_code"], row["order_id"]) == ("0", number)

    @rule(who=st.integers(0, 3), inst_id=st.sampled_from((SWAP, INVERSE)), side=st.sampled_from("123"))
    def choose_over_v3(self, who: int, inst_id: str, side: str) -> None:
        given = {"leverage": "7", "side": side}
        told = self.v3(self.users[who], "POST", "swap/accounts/{instrument_id}/leverage", given, instrument_id=inst_id)
        assert told == 35017 or told["margin_mode"] == ("crossed" if side == "3" else "fixed")

    @rule(who=st.integers(0, 3), inst_id=st.sampled_from((SWAP, INVERSE)), way=st.sampled_from(("long", "short")))
    def close_over_v3(self, who: int, inst_id: str, way: str) -> None:
        given = {"instrument_id": inst_id, "direction": way}
        self.v3(self.users[who], "POST", "swap/cancel_all", given)
        told = self.v3(self.users[who], "POST", "swap/close_position", given)
        assert told in (35010, 35017, "51115") or told["result"] is True

    @invariant()
    def v3_lists_what_is_open(self) -> None:
        for user in self.users:
            mine = [order for owner, order in self.pending if owner is user]
            for inst_id, product in ((SPOT, "spot"), (SPOT, "margin"), (SWAP, "swap"), (INVERSE, "swap")):
                here = [each for each in mine if each.market.instrument.inst_id == inst_id]
                truth = {str(each.ord_id) for each in here if each.ticket.on_margin is (product == "margin")}
                given = {"instrument_id": inst_id, "state": "6"}
                if inst_id == SPOT:
                    rows = self.v3(user, "GET", f"{product}/orders", given)
                else:
                    rows = self.v3(user, "GET", "swap/orders/{instrument_id}", given, instrument_id=inst_id)[
                        "order_info"
                    ]
                assert {row["order_id"] for row in rows} == truth

    @invariant()
    def v3_balances_are_the_ledgers(self) -> None:
        for user in self.users:
            for row in self.v3(user, "GET", "spot/accounts"):
                cash = self.floor.cash(user, row["currency"])
                assert Decimal(row["balance"]) == cash
                assert Decimal(row["hold"]) + Decimal(row["available"]) == cash
                assert 0 <= Decimal(row["available"]) <= cash

    @invariant()
    def margin_accounts_are_the_ledgers_and_stand_for_their_debts(self) -> None:
        ledger, lent = self.floor.ledger, {"BTC": Decimal(0), "USDT": Decimal(0)}
        for user in self.users:
            purse, market = ledger.purse(user.uid, Room.MARGIN, SPOT), self.floor.markets[SPOT]
            row = self.v3(user, "GET", "margin/accounts/{instrument_id}", instrument_id=SPOT)
            bills = list(self.floor.office.bills.newest_first(user.uid, Room.MARGIN, SPOT))
            for ccy in lent:
                told = {name: Decimal(text) for name, text in row[f"currency:{ccy}"].items()}
                assert told["balance"] == purse.cash.get(ccy, 0)
                assert sum(bill.change for bill in bills if bill.entry.ccy == ccy) == told["balance"]
                assert told["hold"] + told["available"] == told["balance"]
                assert 0 <= told["can_withdraw"] <= told["available"]
                lent[ccy] += told["borrowed"]
                owed = self.floor.venue.loans.open(user, market, ccy)
                assert told["lending_fee"] == sum(loan.due for loan in owed) >= 0
            assert row["margin_ratio"] == "" or Decimal(row["margin_ratio"]) > Decimal(row["maint_margin_ratio"])
        assert lent == {ccy: -ledger.house(Room.LENDERS).cash.get(ccy, Decimal(0)) for ccy in lent}


TestBothDialects = BothDialects.TestCase
TestBothDialects.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
