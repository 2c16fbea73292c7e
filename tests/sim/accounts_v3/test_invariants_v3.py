"""Random trading in both dialects at once: all that holds of V5's trading holds still, and V3 tells the same story."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from okx_async.sim.accounts.people import User
from okx_async.sim.accounts_v3.asks import Answer, AskV3
from okx_async.sim.accounts_v3.bureau import Bureau
from okx_async.sim.keys import Keyring
from okx_async.sim.limits import Allowances
from okx_async.sim.query_v3 import Query, Refusal
from okx_async.sim.query_v5 import Refusal as RefusalV5
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP
from tests.sim.accounts.test_trading_invariants import PRICES
from tests.sim.accounts.test_trading_invariants import Trading as _Trading

Json = dict[str, Any]


class BothDialects(_Trading):
    """The same users trade over V3, too."""

    def __init__(self) -> None:
        super().__init__()
        floor = self.floor
        keyring = Keyring(3, floor.clock, ())
        self.bureau = Bureau(
            floor.office, floor.venue, floor.markets, keyring, Allowances(floor.clock), limited=False, demo=False
        )

    def v3(self, user: User, method: str, path: str, given: Json | None = None, **parts: str) -> Any:
        """Call a handler; a refusal is returned as its code."""
        product = path.split("/")[0]
        query = Query(product, parts, given or {}, self.floor.markets)
        access = next(self.floor.office.bank.people.keys_of(user.uid))
        ask = AskV3(user, access, query, given, "127.0.0.1", self.floor.clock.now())
        handler = self.bureau.handlers[method, f"/api/{path.replace('/', '/v3/', 1)}"]
        try:
            answer = self.run(lambda: handler(ask))
        except Refusal as refusal:
            return refusal.code
        except RefusalV5 as refusal:
            return refusal.code
        return answer.body if isinstance(answer, Answer) else answer

    @rule(
        who=st.integers(0, 3),
        side=st.sampled_from(("buy", "sell")),
        kind=st.sampled_from(("0", "0", "1", "2", "3", "market")),
        price=PRICES,
        size=st.integers(1, 400),
    )
    def place_spot_over_v3(self, who: int, side: str, kind: str, price: int, size: int) -> None:
        order: Json = {"instrument_id": SPOT, "side": side, "client_oid": "again1"}
        if kind == "market":
            order |= {"type": "market", "notional": str(size * 100), "size": str(Decimal(size) / 400)}
        else:
            order |= {"order_type": kind, "price": str(price), "size": str(Decimal(size) / 400)}
        row = self.v3(self.users[who], "POST", "spot/orders", order)
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

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def cancel_over_v3(self, data: st.DataObject) -> None:
        user, order = data.draw(st.sampled_from(self.pending))
        text, number = order.market.instrument, str(order.ord_id)
        if text.inst_id == SPOT:
            row = self.v3(user, "POST", "spot/cancel_orders/{order_id}", {"instrument_id": SPOT}, order_id=number)
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
            for inst_id in (SPOT, SWAP, INVERSE):
                truth = {str(each.ord_id): each.filled for each in mine if each.market.instrument.inst_id == inst_id}
                given = {"instrument_id": inst_id, "state": "6"}
                if inst_id == SPOT:
                    rows = self.v3(user, "GET", "spot/orders", given)
                else:
                    rows = self.v3(user, "GET", "swap/orders/{instrument_id}", given, instrument_id=inst_id)[
                        "order_info"
                    ]
                assert {row["order_id"] for row in rows} == set(truth)

    @invariant()
    def v3_balances_are_the_ledgers(self) -> None:
        for user in self.users:
            for row in self.v3(user, "GET", "spot/accounts"):
                cash = self.floor.cash(user, row["currency"])
                assert Decimal(row["balance"]) == cash
                assert Decimal(row["hold"]) + Decimal(row["available"]) == cash
                assert 0 <= Decimal(row["available"]) <= cash


TestBothDialects = BothDialects.TestCase
TestBothDialects.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
