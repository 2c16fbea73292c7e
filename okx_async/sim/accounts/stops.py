"""Stand-alone algo orders: those that wait for a price (trigger, TP/SL, trailing stop), and those in slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from ..clock import Clock
from ..derivatives import Derivatives
from ..market import Market
from ..query_v5 import Refusal
from .desk import Desk
from .forms import refuse
from .legs import Leg
from .people import User
from .positions import Position, Positions
from .slices import Plan, Slicer
from .tickets import read_ticket
from .trails import Trail
from .worth import terms_of

__all__ = ["CANCELED", "FAILED", "FIRED", "LIVE", "PARTLY_FAILED", "Stop", "Stops"]

_FIRST_ID = 4_000_000_000_000_000_001

LIVE, FIRED, FAILED, CANCELED = "live", "effective", "order_failed", "canceled"
PARTLY_FAILED = "partially_failed"
_SOURCES = {"trigger": "6", "conditional": "7", "oco": "7", "move_order_stop": "25"}
# How many may wait, by type: in one instrument or in all, and the code of one more. (protocol.md, "Rate limits")
_MOST = {
    "conditional": (100, True, "51261"),
    "oco": (100, True, "51261"),
    "trigger": (500, False, "51299"),
    "move_order_stop": (50, False, "51260"),
    "iceberg": (100, False, "51262"),
    "twap": (20, False, "51263"),
}


@dataclass(slots=True, eq=False)
class Stop:
    """One algo order.

    Attributes:
        algo_id: Grows from one to the next.
        user: Whose.
        market: Where.
        fields: As it was asked for, by wire name.
        ord_type: ``conditional``, ``oco``, ``trigger``, ``move_order_stop``, ``iceberg`` or ``twap``.
        buy: Its side.
        legs: What it waits for; the first that fires counts.
        trail: What it follows.
        plan: How it trades in slices.
        on_margin: Whether its orders trade with the money of the pair's margin account.
        state: In V5's words.
        fired: Which leg has fired.
        fired_at: When, Unix milliseconds.
        ord_id: The order it has sent.
        fail_code: Why its order was refused.
        req_id: The user's name for the change that is being told.
        amend_result: What came of that change, ``""`` while none is told.
    """

    algo_id: int
    user: User
    market: Market
    fields: Mapping[str, Any]
    ord_type: str
    buy: bool
    created: int
    updated: int
    legs: list[Leg] = field(default_factory=list[Leg])
    trail: Trail | None = None
    plan: Plan | None = None
    on_margin: bool = False
    state: str = LIVE
    fired: Leg | None = None
    fired_at: int = 0
    ord_id: str = ""
    fail_code: str = ""
    req_id: str = ""
    amend_result: str = ""

    @property
    def inst_type(self) -> str:
        """What it trades, in V5's word."""
        return "MARGIN" if self.on_margin else self.market.instrument.kind.value

    def text(self, name: str) -> str:
        """Return a field as text, ``""`` when it was not given."""
        value = self.fields.get(name)
        return ("true" if value else "false") if isinstance(value, bool) else str(value or "")


class Stops:
    """All algo orders. Nothing is set aside for one that waits; its order can be refused when it is sent.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        positions: Everybody's positions.
        desk: Where orders go.
        figures: Where prices are.

    Attributes:
        listeners: Told of each change of an algo order.
        firing: Called when one has been set off, before its order is sent.
    """

    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        positions: Positions,
        desk: Desk,
        figures: Derivatives,
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._positions = positions
        self._desk = desk
        self._figures = figures
        self._slicer = Slicer(clock, markets, desk, figures)
        self._ids = count(_FIRST_ID)
        self._all: dict[int, Stop] = {}
        self._live: dict[int, Stop] = {}
        self.listeners: list[Callable[[Stop], None]] = []
        self.firing: list[Callable[[Stop], None]] = []

    def price(self, market: Market, source: str) -> Decimal:
        """Return the present price of one source."""
        if source == "index":
            return self._figures.index(market)
        return terms_of(market.instrument).price(market.tape.last.price)

    def add(
        self,
        user: User,
        market: Market,
        fields: Mapping[str, Any],
        legs: list[Leg],
        trail: Trail | None = None,
        plan: Plan | None = None,
        *,
        on_margin: bool = False,
        looks: bool = True,
    ) -> Stop:
        """Take an algo order in; one whose price is there already fires at once, unless it must not look yet.

        Raises:
            Refusal: There are too many of its kind.
        """
        ord_type, now = str(fields["ordType"]), self._clock.now()
        most, each_market, code = _MOST[ord_type]
        waiting = [one for one in self._live.values() if one.user is user and _MOST[one.ord_type] == _MOST[ord_type]]
        if sum(one.market is market or not each_market for one in waiting) >= most:
            raise refuse(code, "Too many algo orders of this kind")
        buy = fields["side"] == "buy"
        stop = Stop(next(self._ids), user, market, dict(fields), ord_type, buy, now, now, legs, trail, plan, on_margin)
        self._all[stop.algo_id] = self._live[stop.algo_id] = stop
        self._call(stop)
        if looks:
            self.look(stop)
        return stop

    def find(self, user: User, algo_id: str, name: str) -> Stop | None:
        """Return a user's algo order by its number or, the latest, by its name."""
        if algo_id:
            stop = self._all.get(int(algo_id)) if algo_id.isdecimal() else None
            return stop if stop is not None and stop.user is user else None
        return next((stop for stop in self.of(user) if name and stop.text("algoClOrdId") == name), None)

    def of(self, user: User) -> Iterator[Stop]:
        """Yield a user's algo orders, the newest first."""
        yield from (stop for stop in reversed(self._all.values()) if stop.user is user)

    def live(self, user: User) -> Iterator[Stop]:
        """Yield those of a user's algo orders that wait."""
        yield from (stop for stop in self._live.values() if stop.user is user)

    def waiting(self, user: User) -> bool:
        """Tell whether any of a user's algo orders waits."""
        return any(self.live(user))

    def amend(self, stop: Stop, fields: Mapping[str, Any], legs: list[Leg], req_id: str) -> None:
        """Let an algo order wait for something else, or be of another size; it may fire at once.

        Args:
            stop: Which.
            fields: As it is now, by wire name.
            legs: What it waits for now.
            req_id: The user's name for the change.
        """
        stop.fields, stop.legs = dict(fields), legs
        stop.req_id, stop.amend_result = req_id, "0"
        self._tell(stop)
        stop.req_id = stop.amend_result = ""
        self.look(stop)

    def cancel(self, stop: Stop) -> None:
        """Cancel an algo order that waits, and the slice of it that rests."""
        if stop.plan is not None:
            stop.plan.busy = True
            self._slicer.stop(stop.plan)
        self._finish(stop, CANCELED)

    def watch(self) -> None:
        """Look whether prices have set something off."""
        for stop in list(self._live.values()):
            if stop.state == LIVE:
                self.look(stop)

    def look(self, stop: Stop) -> None:
        """Look whether prices set off an algo order that waits."""
        if self._markets.get(stop.market.instrument.inst_id) is not stop.market:
            self._finish(stop, CANCELED)
        elif stop.plan is not None:
            self._slice(stop, stop.plan)
        elif stop.trail is not None:
            if stop.trail.follow(self.price(stop.market, "last"), stop.buy):
                self._fire(stop, None)
        else:
            leg = next((leg for leg in stop.legs if leg.fires(self.price(stop.market, leg.source))), None)
            if leg is not None:
                self._fire(stop, leg)

    def _slice(self, stop: Stop, plan: Plan) -> None:
        """Send what is due of a plan; it ends when all has traded, or when a slice is refused."""
        try:
            while plan.filled < plan.lots and self._slicer.work(stop, plan):
                stop.ord_id = str(plan.sent[-1].ord_id)
                if plan.filled < plan.lots:
                    self._tell(stop)
                if plan.sent[-1].left:
                    break
        except Refusal as refusal:
            stop.fail_code = refusal.code
            self._finish(stop, PARTLY_FAILED if plan.filled else FAILED)
            return
        if plan.filled >= plan.lots and stop.state == LIVE and not plan.busy:
            stop.fired_at = self._clock.now()
            self._finish(stop, FIRED)

    def _fire(self, stop: Stop, leg: Leg | None) -> None:
        """Send the order of an algo order, which has ended by then, so that the trade cannot set it off again."""
        del self._live[stop.algo_id]
        stop.fired, stop.fired_at, stop.state = leg, self._clock.now(), FIRED
        for listener in self.firing:
            listener(stop)
        at_market = leg is None or leg.order_price == "-1"
        fields = {
            "instId": stop.market.instrument.inst_id,
            "ordType": "market" if at_market else stop.text("advanceOrdType") or "limit",
            "px": "" if at_market or leg is None else leg.order_price,
            "sz": self._size(stop),
            "attachAlgoOrds": stop.fields.get("attachAlgoOrds"),
            **{name: stop.text(name) for name in ("tdMode", "side", "posSide", "reduceOnly", "tgtCcy", "tag")},
        }
        try:
            now = self._clock.now()
            ticket = read_ticket(fields, stop.user, self._markets, self._figures, now, on_margin=stop.on_margin)
            sent = replace(
                ticket,
                algo_id=str(stop.algo_id),
                algo_cl_ord_id=stop.text("algoClOrdId"),
                source=_SOURCES[stop.ord_type],
            )
            stop.ord_id = str(self._desk.place(stop.user, sent).ord_id)
        except Refusal as refusal:
            stop.state, stop.fail_code = FAILED, refusal.code
        self._tell(stop)

    def moved(self, position: Position) -> None:
        """Cancel what shall end with a position, once nothing is left of it to close. (``cxlOnClosePos``)"""
        for stop in list(self._live.values()):
            if (
                stop.text("cxlOnClosePos") == "true"
                and (stop.user, stop.market) == (position.user, position.market)
                and (stop.text("tdMode"), stop.text("posSide") or "net") == (position.mode, position.side)
                and (not position.lots or (position.lots > 0) is stop.buy)
            ):
                self.cancel(stop)

    def _size(self, stop: Stop) -> str:
        """Return how much to trade: what was asked for, or all of the position."""
        if not stop.text("closeFraction"):
            return stop.text("sz")
        side = stop.text("posSide") or "net"
        position = self._positions.find(stop.user, stop.market, stop.text("tdMode"), side)
        return stop.market.instrument.size_text(abs(position.lots) if position is not None else 0)

    def _finish(self, stop: Stop, state: str) -> None:
        del self._live[stop.algo_id]
        stop.state = state
        self._tell(stop)

    def _tell(self, stop: Stop) -> None:
        stop.updated = self._clock.now()
        self._call(stop)

    def _call(self, stop: Stop) -> None:
        for listener in self.listeners:
            listener(stop)
