"""Whatever users do, money is conserved, margins are watched, and what is pushed is what REST says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.dca_bots import Dca
from okx_async.sim.accounts.grid_contract import ContractGrid
from okx_async.sim.accounts.grids import AnyGrid
from okx_async.sim.accounts.ledger import Purse, Room
from okx_async.sim.accounts.leverage import LEVERAGE
from okx_async.sim.accounts.orders import Order
from okx_async.sim.accounts.people import User
from okx_async.sim.accounts.reducers import excess
from okx_async.sim.accounts.rfqs import code_of
from okx_async.sim.accounts.worth import money
from okx_async.sim.derivatives import FUNDING_MS
from okx_async.sim.frames import Message
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP, Floor

WHERE = (SPOT, SWAP, INVERSE)
PRICES = st.integers(59_000, 61_000)
# What REST and the channels tell of one order in the same words; the fill of a push is its own.
SAME = (
    *("instId", "ordId", "clOrdId", "px", "sz", "side", "posSide", "tdMode", "ordType", "reduceOnly"),
    *("state", "accFillSz", "fee", "feeCcy", "pnl", "cancelSource", "uTime", "cTime"),
)
ZEROED = ("lever", "avgPx")
"""Where REST has nothing pushes have a zero."""


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
        self.copying = self.floor.venue.copying
        self.leader = self.copying.lead(self.users[2], Decimal("0.3"))
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
        asked = {"instId": inst_id, "side": side, "ordType": ord_type, "sz": text, "px": str(price)}
        asked |= {"tdMode": "cash"} | fields

        def deed() -> tuple[str, str]:
            """Ask what the order would do, and place it."""
            told = [self.floor.answer_code(self.users[who], f"trade/order{end}", asked) for end in ("-precheck", "")]
            return told[0], told[1]

        told, done = self.run(deed)
        assert told == done

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
        fields |= {"orderPx": "-1" if price is None else str(price), "posSide": "net"}
        fields |= {"posSide": pos_side} if self.users[who].hedged else {}
        (row,) = self.run(lambda: self.floor.ask(self.users[who], "trade/order-algo", fields))
        assert row["sCode"] == "0"

    @rule(
        who=st.integers(0, 3),
        buy=st.booleans(),
        price=PRICES,
        sizes=st.lists(st.integers(1, 100), min_size=2, max_size=4),
        apart=st.integers(1, 300),
        to_cost=st.booleans(),
    )
    def attach(self, who: int, buy: bool, price: int, sizes: list[int], apart: int, to_cost: bool) -> None:
        """Buy or sell with several take profits and a stop loss."""
        sign = 1 if buy else -1
        attached: list[dict[str, str]] = [
            {"tpTriggerPx": str(price + sign * apart * place), "tpOrdPx": "-1", "sz": str(size)}
            for place, size in enumerate(sizes, 1)
        ]
        loss = {"slTriggerPx": str(price - sign * apart), "slOrdPx": "-1"}
        attached.append(loss | {"amendPxOnTriggerType": "1" if to_cost else "0"})
        fields: dict[str, Any] = {"attachAlgoOrds": attached}
        fields |= {"posSide": "long" if buy else "short"} if self.users[who].hedged else {}
        side, size = "buy" if buy else "sell", str(sum(sizes))
        code = self.run(
            lambda: self.floor.code(self.users[who], SWAP, side, "limit", size, str(price), **fields),
        )
        assert code in ("0", "51004", "51006", "51008", "51010")

    @rule(
        who=st.integers(0, 3),
        mode=st.sampled_from(("cross", "isolated")),
        pos_side=st.sampled_from(("long", "short")),
        lever=st.sampled_from(("1", "2", "5", "10", "50", "100")),
    )
    def lever(self, who: int, mode: str, pos_side: str, lever: str) -> None:
        """Change the leverage of what is open and of what comes."""
        user, fields = self.users[who], {"instId": SWAP, "mgnMode": mode, "lever": lever}
        fields |= {"posSide": pos_side} if user.hedged and mode == "isolated" else {}
        code = self.run(lambda: self.floor.answer_code(user, "account/set-leverage", fields))
        assert code in ("0", "59103", "59106")

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

    @property
    def bots(self) -> list[AnyGrid]:
        return [grid for user in self.users for grid in self.floor.venue.grids.of(user)]

    @property
    def living(self) -> list[AnyGrid]:
        return [grid for grid in self.bots if grid.lives]

    @rule(
        who=st.integers(0, 3),
        inst_id=st.sampled_from(WHERE),
        direction=st.sampled_from(("long", "short", "neutral")),
        based=st.booleans(),
        lever=st.sampled_from((1, 5, 50)),
        price=PRICES,
        width=st.integers(10, 1_000),
        grids=st.integers(2, 6),
        sz=st.integers(1, 10_000),
    )
    def start_bot(self, who: int, inst_id: str, price: int, width: int, grids: int, sz: int, **more: Any) -> None:
        plan = {"instId": inst_id, "minPx": str(price - width), "maxPx": str(price + width), "gridNum": str(grids)}
        amount = str(Decimal(sz) / 10_000) if inst_id == INVERSE else str(sz)
        if inst_id == SPOT:
            plan |= {"algoOrdType": "grid", "quoteSz": amount}
        else:
            plan |= {"algoOrdType": "contract_grid", "sz": amount, "lever": str(more["lever"])}
            plan |= {
                "direction": more["direction"],
                "basePos": str(more["based"] and more["direction"] != "neutral").lower(),
            }
        (row,) = self.run(lambda: self.floor.ask(self.users[who], "tradingBot/grid/order-algo", plan))
        assert row["sCode"] in ("0", "51008", "51340", "51380")

    @property
    def dcas(self) -> list[Dca]:
        return [bot for user in self.users for bot in self.floor.venue.dcas.of(user)]

    @property
    def agents(self) -> list[User]:
        """As whom bots trade."""
        return [grid.agent.user for grid in self.bots] + [bot.agent.user for bot in self.dcas]

    @rule(
        who=st.integers(0, 3),
        inst_id=st.sampled_from(WHERE[1:]),
        direction=st.sampled_from(("long", "short")),
        lever=st.sampled_from((1, 5, 50)),
        size=st.integers(1, 5_000),
        safety=st.integers(0, 3),
        part=st.integers(1, 50),
    )
    def start_dca(self, who: int, inst_id: str, direction: str, size: int, safety: int, **more: int) -> None:
        amount = str(Decimal(size) / 10_000) if inst_id == INVERSE else str(size)
        part = str(Decimal(more["part"]) / 1_000)
        plan = {"instId": inst_id, "algoOrdType": "contract_dca", "direction": direction, "tpPct": part}
        plan |= {"initOrdAmt": amount, "safetyOrdAmt": amount, "maxSafetyOrds": str(safety), "pxSteps": part}
        plan |= {"lever": str(more["lever"]), "volMult": "1.5"}

        def deed() -> str:
            try:
                self.floor.ask(self.users[who], "tradingBot/dca/create", plan)
            except Refusal as refused:
                return refused.code
            return ""

        assert self.run(deed) in ("", "51008", "51340")

    @precondition(lambda self: any(bot.lives for bot in self.dcas))
    @rule(data=st.data(), how=st.sampled_from(("1", "2")))
    def stop_dca(self, data: st.DataObject, how: str) -> None:
        bot = data.draw(st.sampled_from([bot for bot in self.dcas if bot.lives]))
        names = {"algoId": str(bot.algo_id), "algoOrdType": "contract_dca", "stopType": how}
        self.run(lambda: self.floor.ask(bot.agent.owner, "tradingBot/dca/stop", names))
        assert bot.state in ("stopped", "no_close_position")

    @precondition(lambda self: self.living)
    @rule(data=st.data(), how=st.sampled_from(("1", "2")))
    def stop_bot(self, data: st.DataObject, how: str) -> None:
        grid = data.draw(st.sampled_from(self.living))
        names = {"algoId": str(grid.algo_id), "instId": grid.plan.market.instrument.inst_id, "stopType": how}
        names["algoOrdType"] = grid.plan.kind
        (row,) = self.run(lambda: self.floor.ask(grid.owner, "tradingBot/grid/stop-order-algo", [names]))
        assert row["sCode"] == "0"
        assert grid.state in ("stopped", "no_close_position")

    @precondition(lambda self: any(isinstance(grid, ContractGrid) for grid in self.living))
    @rule(data=st.data(), adds=st.booleans(), part=st.integers(1, 100), grows=st.booleans())
    def fund_bot(self, data: st.DataObject, adds: bool, part: int, grows: bool) -> None:
        grid = data.draw(st.sampled_from([grid for grid in self.living if isinstance(grid, ContractGrid)]))
        path = "adjust-investment" if grows else "margin-balance"
        amount = str(money(grid.plan.margin * part / 100))
        asked = {"algoId": str(grid.algo_id), "type": "add" if adds else "reduce", "amt": amount}

        def deed() -> str:
            try:
                self.floor.ask(grid.owner, f"tradingBot/grid/{path}", asked)
            except Refusal as refused:
                return refused.code
            return ""

        assert self.run(deed) in ("", "51008", "51059", "59301")

    def _asks(self, user: User, path: str, fields: dict[str, str]) -> str:
        """Ask for something and return what it is refused with."""

        def deed() -> str:
            try:
                self.floor.ask(user, f"copytrading/{path}", fields)
            except Refusal as refused:
                return refused.code
            return ""

        code: str = self.run(deed)
        return code

    @rule(
        who=st.sampled_from((0, 1, 3)),
        path=st.sampled_from(("first-copy-settings", "first-copy-settings", "amend-copy-settings")),
        margin=st.sampled_from(("cross", "isolated", "copy")),
        fixed=st.booleans(),
        part=st.integers(1, 300),
        closes=st.sampled_from(("copy_close", "market_close", "manual_close")),
        stops=st.booleans(),
    )
    def copy(self, who: int, path: str, margin: str, fixed: bool, part: int, closes: str, stops: bool) -> None:
        terms = {"uniqueCode": self.leader.code, "copyMgnMode": margin, "copyInstIdType": "copy"}
        terms |= {"copyTotalAmt": str(100 * part), "subPosCloseType": closes}
        amount = {"copyMode": "fixed_amount", "copyAmt": str(10 * part)}
        terms |= amount if fixed else {"copyMode": "ratio_copy", "copyRatio": str(Decimal(part) / 100)}
        terms |= {"tpRatio": "0.1", "slRatio": "0.1", "slTotalAmt": str(10 * part)} if stops else {}
        assert self._asks(self.users[who], path, terms) in ("", "59273", "59279", "59280")

    @rule(who=st.sampled_from((0, 1, 3)), closes=st.sampled_from(("copy_close", "market_close", "manual_close")))
    def stop_copying(self, who: int, closes: str) -> None:
        asked = {"uniqueCode": self.leader.code, "subPosCloseType": closes}
        assert self._asks(self.users[who], "stop-copy-trading", asked) in ("", "59273", "59280")

    @precondition(lambda self: self.copying.parts.open_ones())
    @rule(data=st.data(), trigger=st.none() | PRICES)
    def close_part(self, data: st.DataObject, trigger: int | None) -> None:
        part = data.draw(st.sampled_from(self.copying.parts.open_ones()))
        asked = {"subPosId": str(part.number)}
        if trigger is None:
            assert self._asks(part.user, "close-subposition", asked) in ("", "51112", "51148", "51170")
        else:
            asked["tpTriggerPx"] = str(trigger)
            assert self._asks(part.user, "algo-order", asked) in ("", "51277", "51279")

    @rule()
    def share(self) -> None:
        """Let copiers pay what they owe."""
        for copier in self.copying.everybody():
            self.run(partial(self.floor.venue.shares.settle, copier))
            assert self.floor.venue.shares.open(copier) >= 0

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
        everybodys = self.floor.venue.orders.everybodys()
        for market in self.floor.markets.values():
            here = {order.resting.order_id: order for order in everybodys if order.resting and order.market is market}
            assert market.book.owned == set(here)
            for order in here.values():
                assert order.resting is not None
                assert order.resting.lots == order.left > 0
            assert not market.book.crossed
        assert all(order.resting is not None for order in everybodys)

    @invariant()
    def nobody_owes_anything(self) -> None:
        for user in [*self.users, *self.agents]:
            purse: Purse = self.floor.ledger.purse(user.uid, Room.TRADING)
            assert all(amount >= 0 for _, amount in purse.holds.values())
            for ccy, amount in purse.cash.items():
                # A bot may have paid funding out of what its open position has made.
                assert amount >= 0 or user not in self.users, (user.uid, ccy)
                assert self.floor.venue.margins.equity(user, ccy) >= 0

    @invariant()
    def no_position_is_beyond_its_margin(self) -> None:
        for user in [*self.users, *self.agents]:
            for position in self.floor.venue.positions.of(user.uid):
                ratio = self.floor.venue.margins.ratio(position)
                assert ratio is not None
                assert ratio > 1
                assert position.lots

    @invariant()
    def parts_are_never_more_than_their_position(self) -> None:
        for user in self.users:
            for position in self.floor.venue.positions.of(user.uid):
                parts = self.copying.parts.at((user.uid, position.market, position.mode, position.side))
                assert all(part.held.lots * position.lots > 0 for part in parts)
                assert sum(part.lots for part in parts) <= abs(position.lots)
        for part in self.copying.parts.open_ones():
            place = part.user, part.market, part.held.mode, part.held.side
            assert self.floor.venue.positions.find(*place) is not None

    @invariant()
    def a_dca_bot_covers_its_position_and_holds_nothing_once_it_has_stopped(self) -> None:
        for bot in self.dcas:
            rest, profit = bot.standing.rest(), bot.cycle.profit
            if bot.state == "running" and rest is not None and profit is not None and profit.open:
                assert (profit.left, profit.ticket.buy) == (rest[1], rest[0])
            if not bot.lives:
                assert rest is None
                assert not any(bot.agent.purse.cash.values())
                assert not self.floor.venue.orders.pending(bot.agent.user.uid)

    @invariant()
    def bots_hold_what_they_say_and_nothing_once_they_have_stopped(self) -> None:
        for grid in self.bots:
            pending = self.floor.venue.orders.pending(grid.agent.user.uid)
            waiting = [rung.order for rung in grid.open] + ([grid.closing] if grid.closing is not None else [])
            assert {order.ord_id for order in pending} == {order.ord_id for order in waiting}
            assert len(grid.open) <= len(grid.plan.prices)
            if not grid.lives:
                assert not pending
                assert not any(grid.purse.cash.values())
                assert not self.floor.venue.positions.of(grid.agent.user.uid)
            if (
                isinstance(grid, ContractGrid)
                and grid.standing.position is not None
                and grid.plan.direction != "neutral"
            ):
                assert (grid.standing.position.lots > 0) is (grid.plan.direction == "long")

    @invariant()
    def a_stop_loss_covers_what_its_take_profits_would_close(self) -> None:
        for group in self.floor.venue.brackets.groups():
            live = [stop for stop in group.stops if stop.state == "live"]
            losses = [stop for stop in live if stop.legs[0].name == "sl"]
            profits = sum((Decimal(stop.text("sz")) for stop in live if stop not in losses), Decimal(0))
            assert all(Decimal(loss.text("sz")) >= profits for loss in losses)

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
                    assert {name: pushed[name] for name in ZEROED} == {name: row[name] or "0" for name in ZEROED}
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
