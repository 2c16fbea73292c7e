"""What happens to dated contracts by time: the settled ones go, aliases move on, new ones are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import count

from .calendar import day_of, deliveries
from .derivatives import Derivatives
from .instruments import Instrument, Kind
from .listing import Listing
from .market import Market, Turns

__all__ = ["Rolls"]

_FIRST_CODE = 900_001


class Rolls:
    """Rolls the contracts of an exchange over, each Friday at 08:00 UTC or at the first step after it.

    A family of futures always has the contracts of those aliases that it had when the exchange opened; what is listed
    for one goes through the nearer aliases before it is delivered. An option that has ended is followed by one of the
    same strike for the week after. What is new opens at the index price, and knows no past but its first minute.

    Args:
        markets: By instrument id; may change at any time.
        listing: What is listed.
        figures: Where index prices are, and what was delivered.
        turns: Where new markets join.
        open_market: Makes the market of an instrument that is listed at a moment.
        now: When the exchange opens, Unix milliseconds.
    """

    def __init__(
        self,
        markets: Mapping[str, Market],
        listing: Listing,
        figures: Derivatives,
        turns: Turns,
        open_market: Callable[[Instrument, int], Market],
        now: int,
    ) -> None:
        self._markets = markets
        self._listing = listing
        self._figures = figures
        self._turns = turns
        self._open_market = open_market
        self._codes = count(_FIRST_CODE)
        self._due = deliveries(now)["this_week"]
        self._slots: dict[str, dict[str, Instrument]] = {}
        for text in self._texts(Kind.FUTURES):
            self._slots.setdefault(text.family, {})[text.alias] = text

    def pass_by(self, now: int) -> None:
        """Do what has become due."""
        if now < self._due:
            return
        dates = deliveries(now)
        self._due = dates["this_week"]
        ended = [text for text in self._texts() if text.expiry is not None and text.expiry <= now]
        for text in ended:
            self._listing.end(text.inst_id)
        changed = [
            *ended,
            *self._relabel(dates),
            *self._list_futures(dates, now),
            *self._list_options(ended, dates, now),
        ]
        # V3 tells whole lists, each once and after everything has happened.
        for text in {(text.kind, text.family if text.kind is Kind.OPTION else ""): text for text in changed}.values():
            self._listing.tell_list(text)

    def _texts(self, kind: Kind | None = None) -> list[Instrument]:
        found = (market.instrument for market in self._markets.values())
        return [text for text in found if kind in (None, text.kind)]

    def _relabel(self, dates: Mapping[str, int]) -> Iterable[Instrument]:
        """Give contracts the aliases of their dates."""
        aliases = {moment: alias for alias, moment in dates.items()}
        for text in self._texts(Kind.FUTURES):
            alias = aliases.get(text.expiry or 0, "")
            if alias != text.alias:
                yield self._listing.relabel(text.inst_id, alias)

    def _list_futures(self, dates: Mapping[str, int], now: int) -> Iterable[Instrument]:
        for family, slots in self._slots.items():
            there = {text.expiry for text in self._texts(Kind.FUTURES) if text.family == family}
            for alias, like in slots.items():
                if dates[alias] not in there:
                    name = f"{family}-{day_of(dates[alias]):%y%m%d}"
                    yield from self._begin(replace(like, inst_id=name, expiry=dates[alias], alias=alias), now)

    def _list_options(self, ended: Iterable[Instrument], dates: Mapping[str, int], now: int) -> Iterable[Instrument]:
        expiry = dates["next_week"]
        for text in ended:
            if text.kind is Kind.OPTION:
                name = f"{text.family}-{day_of(expiry):%y%m%d}-{text.strike}-{text.option_type}"
                yield from self._begin(replace(text, inst_id=name, expiry=expiry), now)

    def _begin(self, text: Instrument, now: int) -> Iterable[Instrument]:
        """List an instrument, unless it is there or was ended before its time."""
        ended = (each.instrument.inst_id for each in self._figures.deliveries)
        if text.inst_id in self._markets or text.inst_id in ended:
            return
        made = replace(text, listed=now, code=next(self._codes))
        if made.kind is Kind.FUTURES:
            made = replace(made, price=self._opening(made))
        market = self._open_market(made, now)
        self._turns.add(market)
        self._listing.begin(market)
        yield made

    def _opening(self, text: Instrument) -> int:
        """Return the index price in ticks, or where the first contract of its kind opened when there is no index."""
        index = self._figures.index_price(text.family)
        tick = Decimal(text.tick).scaleb(-text.price_scale)
        return text.price if index is None else int(index / tick)
