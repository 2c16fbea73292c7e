"""Algo orders that trade in slices: iceberg, which shows one at a time, and TWAP, which sends one every so often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from ..clock import Clock
from ..derivatives import Derivatives
from ..market import Market
from ..query_v5 import Query, Refusal
from .desk import Desk
from .forms import lots_of, refuse, ticks_of
from .orders import Order, WhyCanceled
from .people import User
from .tickets import read_ticket
from .worth import ZERO, terms_of

__all__ = ["SLICED", "Plan", "Slicer", "Splits", "read_plan"]

SLICED = ("iceberg", "twap")
"""Types of algo orders that trade in slices."""

_SOURCE = "13"
_MOST_SLICES = 1_000
_MOST_VARIANCE = Decimal("0.01")
_DRIFT = 2


@dataclass(slots=True)
class Plan:
    """How something is traded in slices.

    Attributes:
        lots: How much in all.
        slice: How much at once at most, in lots.
        ratio: The distance of a slice from the best price as a part of that, or ``None``.
        spread: The same as a price, or ``None``.
        limit: The worst price, in ticks.
        every: Milliseconds from one slice to the next, 0 to send one when the one before has traded.
        share: Which part of what the other side offers within its reach one takes at most, ``None`` for all of it.
        due: When the next one is due, Unix milliseconds.
        sent: The slices so far.
        busy: Whether one is being sent.
    """

    lots: int
    slice: int
    ratio: Decimal | None
    spread: Decimal | None
    limit: int
    every: int = 0
    share: Decimal | None = None
    due: int = 0
    sent: list[Order] = field(default_factory=list[Order])
    busy: bool = False

    @property
    def filled(self) -> int:
        """How many lots have traded."""
        return sum(order.filled for order in self.sent)

    @property
    def average(self) -> Decimal | None:
        """The mean price of what has traded, ``None`` for nothing."""
        filled = self.filled
        parts = ((order.average or ZERO, order.filled) for order in self.sent)
        if not filled:
            return None
        if terms_of(self.sent[0].market.instrument).inverse:
            return filled / sum((lots / price for price, lots in parts if lots), ZERO)
        return sum((price * lots for price, lots in parts), ZERO) / filled

    def away(self, price: Decimal) -> Decimal:
        """Return the distance from a price."""
        return price * self.ratio if self.ratio is not None else self.spread or ZERO


class Splits(Protocol):
    """What the slicer needs to know of an algo order."""

    algo_id: int
    user: User
    market: Market
    buy: bool
    on_margin: bool

    def text(self, name: str) -> str:
        """Return a field as text, ``""`` when it was not given."""
        ...


class Slicer:
    """Sends slices.

    A slice of an iceberg rests at its distance behind the best price of its own side; when it has traded the next one
    follows, and when the best price has left it behind by twice the distance it is replaced. A slice of a TWAP takes
    what the other side offers within its distance of the best price, and what does not trade at once is tried again
    with the next one. Neither goes beyond the limit: an iceberg waits there, a TWAP leaves its turn out. Time is
    looked at with each step of the market. The exchange tells the idea and not its details, which are the simulator's.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        desk: Where slices go.
        figures: Where price limits are.
    """

    def __init__(self, clock: Clock, markets: Mapping[str, Market], desk: Desk, figures: Derivatives) -> None:
        self._clock = clock
        self._markets = markets
        self._desk = desk
        self._figures = figures

    def work(self, algo: Splits, plan: Plan) -> bool:
        """Send what is due; tell whether something was sent.

        Raises:
            Refusal: A slice was refused.
        """
        if plan.busy:
            return False
        plan.busy = True
        try:
            return self._take_turn(algo, plan) if plan.every else self._show(algo, plan)
        finally:
            plan.busy = False

    def stop(self, plan: Plan) -> None:
        """Cancel the slice that rests."""
        if plan.sent and plan.sent[-1].open:
            self._desk.cancel(plan.sent[-1], WhyCanceled.USER)

    def _take_turn(self, algo: Splits, plan: Plan) -> bool:
        now = self._clock.now()
        if now < plan.due:
            return False
        plan.due = now + plan.every
        best = _best(algo, own=False)
        if best is None:
            return False
        price = _capped(algo, plan, best + (plan.away(best) if algo.buy else -plan.away(best)))
        if (best > price) if algo.buy else (best < price):
            return False
        lots = min(plan.slice, plan.lots - plan.filled)
        if plan.share is not None:
            offered = algo.market.book.reachable(algo.buy, int(price / terms_of(algo.market.instrument).tick))
            lots = min(lots, int(sum(each.lots for each in offered) * plan.share))
            if lots < algo.market.instrument.min_lots:
                return False
        self._send(algo, plan, "ioc", price, lots)
        return True

    def _show(self, algo: Splits, plan: Plan) -> bool:
        best, shown = _best(algo, own=True), plan.sent[-1] if plan.sent and plan.sent[-1].open else None
        if best is None:
            return False
        price = _capped(algo, plan, best - (plan.away(best) if algo.buy else -plan.away(best)))
        if shown is not None:
            assert shown.price is not None  # noqa: S101 - slices have prices
            terms = terms_of(algo.market.instrument)
            left_behind = abs(best - terms.price(shown.price)) > _DRIFT * max(plan.away(best), terms.tick)
            if not left_behind or price == terms.price(shown.price):
                return False
            self._desk.cancel(shown, WhyCanceled.USER)
        self._send(algo, plan, "limit", price, min(plan.slice, plan.lots - plan.filled))
        return True

    def _send(self, algo: Splits, plan: Plan, ord_type: str, price: Decimal, lots: int) -> None:
        text, terms = algo.market.instrument, terms_of(algo.market.instrument)
        fields = {
            "instId": text.inst_id,
            "ordType": ord_type,
            "px": text.price_text(int(price / terms.tick)),
            "sz": text.size_text(lots),
            "pxAmendType": "1",
            **{name: algo.text(name) for name in ("tdMode", "side", "posSide", "reduceOnly", "tag")},
        }
        now = self._clock.now()
        ticket = read_ticket(fields, algo.user, self._markets, self._figures, now, on_margin=algo.on_margin)
        named = replace(ticket, algo_id=str(algo.algo_id), algo_cl_ord_id=algo.text("algoClOrdId"), source=_SOURCE)
        plan.sent.append(self._desk.place(algo.user, named))


def read_plan(query: Query, market: Market, ord_type: str) -> Plan:
    """Return how an algo order wants to be traded.

    Which code the exchange has for which of these mistakes is told in few words, so some are the nearest that fits.

    Raises:
        Refusal: Of icebergs 51254 to 51256, of TWAPs 51264, 51265, 51269 and 51270, of both 50015 and 50024.
    """
    iceberg = ord_type == "iceberg"
    total = lots_of(market, query.needed("sz"))
    ratio, spread = query.text("pxVar"), query.text("pxSpread")
    if bool(ratio) is bool(spread):
        raise refuse("50015" if not ratio else "50024", "Exactly one of pxVar and pxSpread is required")
    if ratio and not ZERO <= _number(ratio, "51256" if iceberg else "51270") <= _MOST_VARIANCE:
        raise refuse("51256" if iceberg else "51270", "The price variance must be from 0 to 1%")
    code = "51254" if iceberg else "51264"
    one = _as_told(lambda: lots_of(market, query.needed("szLimit")), code, "The size of a slice is wrong")
    if one > total:
        raise refuse(code, "A slice is larger than the whole")
    if iceberg and one * _MOST_SLICES < total:
        raise refuse("51255", "A slice must be more than a thousandth of the whole")
    code = "51000" if iceberg else "51265"
    limit = _as_told(lambda: ticks_of(market, query.needed("pxLimit")), code, "The price limit is wrong")
    plan = Plan(total, one, Decimal(ratio) if ratio else None, _number(spread, "51000") if spread else None, limit)
    if not iceberg:
        query.needed("timeInterval")
        if not query.text("timeInterval").isdecimal() or not int(query.text("timeInterval")):
            raise refuse("51269", "The interval is out of range")
        plan.every = int(query.text("timeInterval")) * 1000
    return plan


def _as_told(read: Callable[[], int], code: str, msg: str) -> int:
    """Return what is read; what is wrong with it is refused with one code, what is missing with its own."""
    try:
        return read()
    except Refusal as refusal:
        if refusal.code == "50014":
            raise
        raise refuse(code, msg) from refusal


def _number(text: str, code: str) -> Decimal:
    """Return a number, zero allowed."""
    if not text.replace(".", "", 1).isdecimal() or len(text) > 32:
        raise refuse(code, "This is no number")
    return Decimal(text)


def _best(algo: Splits, *, own: bool) -> Decimal | None:
    """Return the best price of the own or of the other side, own slices among them."""
    book = algo.market.book
    side = book.bids if algo.buy is own else book.asks
    return None if side.best is None else terms_of(algo.market.instrument).price(side.best)


def _capped(algo: Splits, plan: Plan, price: Decimal) -> Decimal:
    """Return a price on the tick and within the limit."""
    tick = terms_of(algo.market.instrument).tick
    limit = plan.limit * tick
    return min(price // tick * tick, limit) if algo.buy else max(-(-price // tick) * tick, limit)
