"""How many orders an account may send: 1,000 in 2 s, and more where much of what is sent is traded.

From VIP 5 on the ratio of the volume traded to the orders sent decides, over seven days. (protocol.md, "Rate limits")
That sub-accounts of ND brokers go by their own ratio alone is not simulated: any master may be such a broker here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..clock import Clock
from ..instruments import Instrument, Kind
from .asks import Ask, Handlers
from .orders import Fill, Order
from .people import People, User
from .prices import Prices
from .worth import ZERO, terms_of

__all__ = ["USUAL", "FillRatios"]

USUAL = 1_000
"""Orders in 2 s below VIP 5, and of who trades little of what it orders."""

_FROM = 5
_DAY = 86_400_000
_BEGINS = 8 * 3_600_000
"""When a day's limit begins to count, after midnight UTC."""
_DAYS = 7
_ENOUGH = Decimal(1_000_000)
_PLACES = Decimal(1).scaleb(-4)
_TIERS = ((50, 10_000), (20, 3_000), (10, 2_500), (5, 2_000), (3, 1_750), (2, 1_500), (1, 1_250))
_MAJOR = ("BTC", "ETH")
# What an order counts: of bitcoin and ether, of all others.
_WEIGHTS = {
    Kind.SWAP: (Decimal(1), Decimal("0.2")),
    Kind.FUTURES: (Decimal("0.3"), Decimal("0.1")),
    Kind.SPOT: (Decimal("0.5"), Decimal("0.1")),
    Kind.OPTION: (Decimal("0.1"), Decimal("0.1")),
}


@dataclass(slots=True)
class _Tally:
    """What one user did: orders by their weight, and USDT traded."""

    sent: Decimal = ZERO
    traded: Decimal = ZERO

    def __add__(self, other: _Tally) -> _Tally:
        return _Tally(self.sent + other.sent, self.traded + other.traded)

    @property
    def ratio(self) -> Decimal:
        return (self.traded / self.sent).quantize(_PLACES) if self.sent else ZERO


class FillRatios:
    """Counts orders and trades by day, and tells each account's limit.

    Args:
        people: Who belongs to whom.
        prices: What currencies are worth.
        clock: Market time.
    """

    def __init__(self, people: People, prices: Prices, clock: Clock) -> None:
        self._people = people
        self._prices = prices
        self._clock = clock
        self._days: dict[tuple[str, int], _Tally] = defaultdict(_Tally)

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {("GET", "/api/v5/trade/account-rate-limit"): self._tell}

    # -- counting

    def sent(self, user: User, instruments: Iterable[Instrument | None]) -> None:
        """Count orders that were placed or changed."""
        self.count(user.uid, sent=sum((_weight(one) for one in instruments if one is not None), ZERO))

    def filled(self, order: Order, fill: Fill | None, _: object) -> None:
        """Count a trade."""
        if fill is None:
            return
        terms = terms_of(order.market.instrument)
        worth = terms.value(terms.price(fill.price), fill.lots) * (self._prices.usd(terms.settle) or ZERO)
        owner, _, _ = order.user.uid.partition("-")  # a bot trades for its owner: see `Agent`
        self.count(owner, traded=worth)

    def count(self, uid: str, *, sent: Decimal = ZERO, traded: Decimal = ZERO) -> None:
        """Count for today: orders by their weight, and trades in USDT. Tests give somebody a ratio with it."""
        today = self._days[uid, self._clock.now() // _DAY]
        today.sent += sent
        today.traded += traded

    # -- limits

    def limit(self, user: User) -> int:
        """Return how many orders an account may send in 2 s now."""
        if user.vip < _FROM:
            return USUAL
        day = (self._clock.now() - _BEGINS) // _DAY
        return self._limit(user, day)

    def _limit(self, user: User, day: int) -> int:
        """Return the limit that counts from 08:00 of a day on: a rise at once, a cut one day later."""
        return max(self._earned(user, day), self._earned(user, day - 1))

    def _earned(self, user: User, day: int) -> int:
        """Return what the seven days before a midnight give."""
        own, family = self._ratios(user, day)
        ratio = family.ratio if own.traded < _ENOUGH else max(own.ratio, family.ratio)
        return next((count for least, count in _TIERS if ratio >= least), USUAL)

    def _ratios(self, user: User, day: int) -> tuple[_Tally, _Tally]:
        """Return what an account did in the seven days before a day, and its whole family."""
        family = [self._week(one.uid, day) for one in self._people.family(user.uid)]
        return self._week(user.uid, day), sum(family, _Tally())

    def _week(self, uid: str, day: int) -> _Tally:
        days = (self._days.get((uid, day - back)) for back in range(1, _DAYS + 1))
        return sum((tally for tally in days if tally is not None), _Tally())

    def _next(self, user: User, now: int) -> int:
        """Return the limit of the next period, as far as it is known: the day that decides may not be over yet."""
        if user.vip < _FROM:
            return USUAL
        begins = (now - _BEGINS) // _DAY + 1
        return self._limit(user, begins) if now // _DAY == begins else self._earned(user, begins - 1)

    def _tell(self, ask: Ask) -> list[dict[str, str]]:
        now = self._clock.now()
        own, family = self._ratios(ask.user, now // _DAY)
        limit, later = self.limit(ask.user), self._next(ask.user, now)
        return [
            {
                "fillRatio": f"{own.ratio:f}",
                "mainFillRatio": f"{family.ratio:f}",
                "accRateLimit": str(limit),
                "nextAccRateLimit": str(later) if later != limit else "",
                "ts": str(now // _DAY * _DAY),
            }
        ]


def _weight(instrument: Instrument) -> Decimal:
    major, other = _WEIGHTS[instrument.kind]
    if instrument.kind is Kind.SPOT:
        return major if instrument.base in _MAJOR and instrument.quote == "USDT" else other
    return major if instrument.family.split("-")[0] in _MAJOR else other
