"""Whatever users do, money is conserved, margins are watched, and what is pushed is what REST says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.ledger import Purse, Room
from okx_async.sim.accounts.leverage import LEVERAGE
from okx_async.sim.accounts.orders import Order
from okx_async.sim.accounts.people import User
from okx_async.sim.accounts.reducers import excess
from okx_async.sim.accounts.rfqs import code_of
from okx_async.sim.derivatives import FUNDING_MS
from okx_async.sim.frames import Message
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP, Floor

WHERE = (SPOT, SWAP, INVERSE)
PRICES = st.integers(59_000, 61_000)
# What REST and the channels tell of one order in the same words; the fill of a push is its own.
SAME = (
    *("instId", "ordId", "clOrdId", "px", "sz", "side", "posSide", "tdMode", "ordType", "reduceOnly", "lever"),
    *("state", "accFillSz", "avgPx", "fee", "feeCcy", "pnl", "cancelSource", "uTime", "cTime"),
)


def _size(inst_id: str, size: int) -> str:
    return str(Decimal(size) / 400) if inst_id == SPOT else str(size)


class Ear:
    """Hears what is pushed to a user, and keeps the latest row of each order and position."""

    def __init__(self) -> None:
        self.latest: dict[tuple[str, str], Any] = {}
        self.fills: dict[str, Decimal] = {}
        self.states: dict[str, list[str]] = {}
        self.cash: dict[str, dict[str, str]] = {"account": {}, "balance_and_position": {}}

    def push(self, message: Message) -> None:
        frame = json.loads(message.payload)
        channel = frame["arg"]["channel"]
        for row in frame["data"]:
            if channel in self.cash:
                balances = row["details"] if channel == "account" else row["balData"]
                self.cash[channel] |= {one["ccy"]: one["cashBal"] for one in balances}
                continue
            if channel == "positions":
                self.latest["position", row["posId"]] = row
                continue
            self.latest["order", row["ordId"]] = row
            self.states.setdefault(row["ordId"], []).append(row["state"])
            self.fills[row["ordId"]] = self.fills.get(row["ordId"], Decimal(0)) + Decimal(row["fillSz"])

    def flush(self) -> None:
        """Nothing is on a way."""


class Trading(RuleBasedStateMachine):
    """Three users, one of them with a sub-account, trade spot, linear and inverse contracts."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(seed=3, instruments=4, vip=(0, 5, 9))
        self.users = [*(self.floor.user(which) for which in range(3)), self.floor.user(SUB_NAME)]
        self.users[1].hedged = True
        self.ears = [Ear() for _ in self.users]
        self.loop = asyncio.new_event_loop()
        self.run(self._listen)

    def teardown(self) -> None:
        self.floor.venue.close()
        self.loop.close()

    def _listen(self) -> None:
        for user, ear in zip(self.users, self.ears, strict=True):
            for channel in ("orders", "positions"):
                arg = {"channel": channel, "instType": "ANY", "extraParams": '{"updateInterval":"0"}'}
                self.floor.office.private.join(ear, user, channel, arg)
            for channel in ear.cash:
                arg = {"channel": channel, "extraParams": '{"updateInterval":"0"}'}
                self.floor.office.private.join(ear, user, channel, arg)

    def run(self, deed: Callable[[], Any]) -> Any:
        """Do something in one turn of the event loop, and let what it asked for come after it."""

        async def turn() -> Any:
            done = deed()
            for _ in range(3):
                await asyncio.sleep(0)
            return done

        return self.loop.run_until_complete(turn())

    @property
    def pending(self) -> list[tuple[User, Order]]:
        return [(user, order) for user in self.users for order in self.floor.venue.orders.pending(user.uid)]

    @rule(
        who=st.integers(0, 3),
        inst_id=st.sampled_from(WHERE),
        side=st.sampled_from(("buy", "sell")),
        ord_type=st.sampled_from(("limit", "limit", "limit", "post_only", "ioc", "fok", "market")),
        mode=st.sampled_from(("cross", "isolated")),
        pos_side=st.sampled_from(("long", "short")),
        price=PRICES,
        size=st.integers(1, 400),
        reduce=st.booleans(),
        stp=st.sampled_from(("cancel_maker", "cancel_taker", "cancel_both")),
    )
    def place(self, who: int, inst_id: str, side: str, ord_type: str, size: int, price: int, **more: Any) -> None:
        spot = inst_id == SPOT
        fields: dict[str, Any] = {"stpMode": more["stp"]}
        if not spot:
            fields |= {"tdMode": more["mode"], "reduceOnly": more["reduce"] and who != 1}
            fields |= {"posSide": more["pos_side"]} if who == 1 else {}
        text = _size(inst_id, size)
        self.run(lambda: self.floor.code(self.users[who], inst_id, side, ord_type, text, str(price), **fields))

    @rule(
        who=st.integers(0, 3),
        inst_id=st.sampled_from(WHERE),
        side=st.sampled_from(("buy", "sell")),
        pos_side=st.sampled_from(("long", "short")),
        trigger=PRICES,
        price=st.none() | PRICES,
        size=st.integers(1, 400),
    )
    def wait(
        self, who: int, inst_id: str, side: str, pos_side: str, trigger: int, price: int | None, size: int
    ) -> None:
        """Let an order wait for a price."""
        fields: dict[str, Any] = {"instId": inst_id, "side": side, "ordType": "trigger", "sz": _size(inst_id, size)}
        fields |= {"tdMode": "cash" if inst_id == SPOT else "cross", "triggerPx": str(trigger)}
        fields |= {"orderPx": "-1" if price is None else str(price), "posSide": pos_side if who == 1 else "net"}
        (row,) = self.run(lambda: self.floor.ask(self.users[who], "trade/order-algo", fields))
        assert row["sCode"] == "0"

    @precondition(lambda self: self.pending)
    @rule(data=st.data(), price=st.none() | PRICES, size=st.none() | st.integers(1, 400))
    def amend(self, data: st.DataObject, price: int | None, size: int | None) -> None:
        user, order = data.draw(st.sampled_from(self.pending))
        change: dict[str, Any] = {"instId": order.market.instrument.inst_id, "ordId": str(order.ord_id)}
        change |= {} if price is None else {"newPx": str(price)}
        change |= {} if size is None else {"newSz": _size(order.market.instrument.inst_id, size)}
        self.run(lambda: self.floor.ask(user, "trade/amend-order", change))

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        user, order = data.draw(st.sampled_from(self.pending))
        name = {"instId": order.market.instrument.inst_id, "ordId": str(order.ord_id)}
        (row,) = self.run(lambda: self.floor.ask(user, "trade/cancel-order", name))
        assert row["sCode"] == "0"

    @rule(who=st.integers(0, 3), inst_id=st.sampled_from(WHERE[1:]), mode=st.sampled_from(("cross", "isolated")))
    def close(self, who: int, inst_id: str, mode: str) -> None:
        fields = {"instId": inst_id, "mgnMode": mode, "autoCxl": True}

        def deed() -> str:
            try:
                self.floor.ask(self.users[who], "trade/close-position", fields)
            except Refusal as refused:
                return refused.code
            return ""

        assert self.run(deed) in ("", "51023")

    @rule(
        who=st.integers(0, 3),
        side=st.sampled_from(("buy", "sell")),
        ord_type=st.sampled_from(("limit", "limit", "post_only", "ioc", "market")),
        price=st.integers(-400, 400),
        size=st.integers(1, 100),
    )
    def trade_spread(self, who: int, side: str, ord_type: str, price: int, size: int) -> None:
        fields = {"sprdId": f"{SPOT}_{SWAP}", "side": side, "ordType": ord_type, "px": str(price)}
        (row,) = self.run(
            lambda: self.floor.ask(self.users[who], "sprd/order", fields | {"sz": str(Decimal(size) / 100)})
        )
        assert row["sCode"] in ("0", "51004", "51008", "51010")

    @rule(who=st.integers(0, 3))
    def leave_spreads(self, who: int) -> None:
        self.run(lambda: self.floor.ask(self.users[who], "sprd/mass-cancel"))
        assert self.floor.ask(self.users[who], "?sprd/orders-pending") == []

    @rule(
        who=st.permutations((0, 1, 2)),
        where=st.sets(st.sampled_from(WHERE), min_size=1),
        modes=st.tuples(st.sampled_from(("cross", "isolated")), st.sampled_from(("cross", "isolated"))),
        pos_side=st.sampled_from(("long", "short")),
        sides=st.tuples(*(st.sampled_from(("buy", "sell")),) * 4),
        price=st.integers(40_000, 80_000),
        size=st.integers(1, 400),
    )
    def trade_block(
        self,
        who: list[int],
        where: set[str],
        modes: tuple[str, str],
        pos_side: str,
        sides: tuple[str, ...],
        price: int,
        size: int,
    ) -> None:
        """Let two users agree on anything; what one of them cannot bear must change nothing."""
        taker, maker = self.users[who[0]], self.users[who[1]]

        def legs(user: User, mode: str) -> list[dict[str, str]]:
            held = {"tdMode": mode, **({"posSide": pos_side} if user.hedged else {})}
            return [
                {"instId": each, "sz": _size(each, size), "side": side, **({} if each == SPOT else held)}
                for each, side in zip(sorted(where), sides, strict=False)
            ]

        def deed() -> str:
            try:
                asked = {"counterparties": [code_of(maker)], "legs": legs(taker, modes[0])}
                rfq = {"rfqId": self.floor.ask(taker, "rfq/create-rfq", asked)[0]["rfqId"]}
                priced = [leg | {"px": str(price)} for leg in legs(maker, modes[1])]
                (quote,) = self.floor.ask(maker, "rfq/create-quote", rfq | {"quoteSide": sides[3], "legs": priced})
                self.floor.ask(taker, "rfq/execute-quote", rfq | {"quoteId": quote["quoteId"]})
            except Refusal as refused:
                return refused.code
            return ""

        assert self.run(deed) in ("", "51004", "51008", "51112", "51169", "70509")

    @rule(who=st.integers(0, 3), lever=st.sampled_from((1, 5, 20, 100)))
    def choose_leverage(self, who: int, lever: int) -> None:
        user = self.users[who]
        if not self.floor.venue.positions.of(user.uid) and not self.floor.venue.orders.pending(user.uid):
            for inst_id in WHERE[1:]:
                for mode in ("cross", "isolated"):
                    user.settings[LEVERAGE, inst_id, mode, ""] = str(lever)

    @rule(who=st.integers(0, 3), kind=st.sampled_from(("add", "reduce")), amount=st.integers(1, 5_000))
    def adjust_margin(self, who: int, kind: str, amount: int) -> None:
        """Move money into an isolated position or out of it, as far as that goes."""
        user = self.users[who]
        apart = [each for each in self.floor.venue.positions.of(user.uid) if each.mode == "isolated"]
        for position in apart[:1]:
            amt = str(amount if position.ccy == "USDT" else Decimal(amount) / 100_000)
            inst_id = position.market.instrument.inst_id
            fields = {"instId": inst_id, "posSide": position.side, "type": kind, "amt": amt}

            def deed(fields: Any = fields) -> str:
                try:
                    self.floor.ask(user, "account/position/margin-balance", fields)
                except Refusal as refused:
                    return refused.code
                return ""

            assert self.run(deed) in ("", "59301")

    @rule(inst_id=st.sampled_from(WHERE), price=st.integers(50_000, 72_000))
    def print_price(self, inst_id: str, price: int) -> None:
        self.run(lambda: self.floor.print_at(inst_id, str(price)))

    @rule(steps=st.integers(1, 20))
    def live(self, steps: int) -> None:
        """Let the background trade."""

        def deed() -> None:
            for inst_id in WHERE:
                self.floor.markets[inst_id].frozen = False
            self.floor.step(steps)
            for inst_id in WHERE:
                self.floor.markets[inst_id].frozen = True

        self.run(deed)

    @rule()
    def fund(self) -> None:
        """Let the next funding come."""
        self.floor.pass_until((self.floor.clock.now() // FUNDING_MS + 1) * FUNDING_MS)
        self.run(self.floor.step)

    @invariant()
    def money_is_conserved(self) -> None:
        self.floor.conserved()

    @invariant()
    def fills_add_up(self) -> None:
        for user, ear in zip(self.users, self.ears, strict=True):
            for order in self.floor.venue.orders.history(user.uid):
                assert sum(fill.lots for fill in order.fills) == order.filled <= order.lots
                told = ear.fills[str(order.ord_id)]
                assert told == Decimal(order.market.instrument.size_text(order.filled))

    @invariant()
    def books_hold_what_is_open_and_nothing_else(self) -> None:
        for market in self.floor.markets.values():
            here = {
                order.resting.order_id: order for _, order in self.pending if order.resting and order.market is market
            }
            assert market.book.owned == set(here)
            for order in here.values():
                assert order.resting is not None
                assert order.resting.lots == order.left > 0
            assert not market.book.crossed
        assert all(order.resting is not None for _, order in self.pending)

    @invariant()
    def nobody_owes_anything(self) -> None:
        for user in self.users:
            purse: Purse = self.floor.ledger.purse(user.uid, Room.TRADING)
            assert all(amount >= 0 for _, amount in purse.holds.values())
            for ccy, amount in purse.cash.items():
                assert amount >= 0, (user.uid, ccy)
                assert self.floor.venue.margins.equity(user, ccy) >= 0

    @invariant()
    def no_position_is_beyond_its_margin(self) -> None:
        for user in self.users:
            for position in self.floor.venue.positions.of(user.uid):
                ratio = self.floor.venue.margins.ratio(position)
                assert ratio is not None
                assert ratio > 1
                assert position.lots

    @invariant()
    def nothing_can_turn_what_it_may_only_reduce(self) -> None:
        for user in self.users:
            for market in self.floor.markets.values():
                for mode in ("cross", "isolated"):
                    for side in ("net", "long", "short"):
                        around = [
                            order
                            for order in self.floor.venue.orders.pending(user.uid)
                            if order.market is market and (order.ticket.td_mode, order.ticket.pos_side) == (mode, side)
                        ]
                        position = self.floor.venue.positions.find(user, market, mode, side)
                        assert excess(position, around) == []

    @invariant()
    def channels_say_what_rest_says(self) -> None:
        for user, ear in zip(self.users, self.ears, strict=True):
            for kind in ("SPOT", "SWAP"):
                rows = self.floor.ask(user, "?trade/orders-pending", {"instType": kind})
                rows += self.floor.ask(user, "?trade/orders-history", {"instType": kind})
                for row in rows:
                    pushed = ear.latest["order", row["ordId"]]
                    assert {name: pushed[name] for name in SAME} == {name: row[name] for name in SAME}
            held = {row["posId"]: row for row in self.floor.positions(user)}
            heard = {number: row for (what, number), row in ear.latest.items() if what == "position"}
            assert {number for number, row in heard.items() if row["pos"] != "0"} == set(held)
            for number, row in held.items():
                for name in ("pos", "avgPx", "realizedPnl", "margin", "lever", "uTime", "tradeId"):
                    assert heard[number][name] == row[name], name

    @invariant()
    def money_is_told_as_rest_tells_it(self) -> None:
        """Both channels, the balance, the newest bill of each currency, and the ledger behind them."""
        for user, ear in zip(self.users, self.ears, strict=True):
            ledger = self.floor.ledger.purse(user.uid, Room.TRADING).cash
            apart = dict.fromkeys(ledger, Decimal(0))  # in isolated positions
            for row in self.floor.positions(user):
                apart[row["ccy"]] += Decimal(row["margin"] or 0)
            (balance,) = self.floor.ask(user, "?account/balance")
            told = {row["ccy"]: Decimal(row["cashBal"]) for row in balance["details"]}
            assert told == {ccy: amount - apart[ccy] for ccy, amount in ledger.items() if amount}
            for heard in ear.cash.values():
                # A currency that fell to nothing may just be missing from what is pushed.
                assert {ccy: Decimal(heard.get(ccy, "0")) for ccy in told} == told
            newest: dict[str, Decimal] = {}
            for row in self.floor.ask(user, "?account/bills"):
                newest.setdefault(row["ccy"], Decimal(row["bal"]))
            assert newest == {ccy: ledger[ccy] for ccy in newest}

    @invariant()
    def fills_are_what_orders_say_of_them(self) -> None:
        for user in self.users:
            for order in self.floor.venue.orders.history(user.uid):
                inst_id = order.market.instrument.inst_id
                row = self.floor.order(user, inst_id, str(order.ord_id))
                named = {"instType": row["instType"], "instId": inst_id, "ordId": row["ordId"]}
                fills = self.floor.ask(user, "?trade/fills-history", named)
                if len(fills) == 100:
                    continue  # there may be more pages
                assert sum(Decimal(fill["fillSz"]) for fill in fills) == Decimal(row["accFillSz"])
                assert sum(Decimal(fill["fee"]) for fill in fills) == Decimal(row["fee"])
                assert sum(Decimal(fill["fillPnl"]) for fill in fills) == Decimal(row["pnl"])
                assert all(fill["feeCcy"] == row["feeCcy"] for fill in fills)

    @invariant()
    def states_follow_each_other(self) -> None:
        for ear in self.ears:
            for states in ear.states.values():
                assert not {"filled", "canceled"} & set(states[:-1]), states
                if "partially_filled" in states:
                    assert "live" not in states[states.index("partially_filled") :], states


TestTrading = Trading.TestCase
TestTrading.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
