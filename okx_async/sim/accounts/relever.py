"""Another leverage for positions that are open."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from ..instruments import Kind
from ..market import Market
from .forms import refuse
from .herald import Herald
from .margin import Margins
from .people import User
from .positions import Position, Positions
from .worth import ZERO

__all__ = ["Relever"]

_CAUSE = "set_leverage"


class Relever:
    """Gives open positions another leverage, and their margins what follows from it.

    How far margin is freed when an isolated position that has lost gets a higher leverage is not documented: here what
    it has lost stays covered. Orders that are open keep the leverage they were placed with.

    Args:
        positions: Everybody's positions.
        margins: What users have and need.
        herald: Who tells of it.
    """

    def __init__(self, positions: Positions, margins: Margins, herald: Herald) -> None:
        self._positions = positions
        self._margins = margins
        self._herald = herald

    def change(self, user: User, markets: Collection[Market], mode: str, side: str, lever: Decimal) -> None:
        """Change the leverage of all positions of a user that are concerned, or of none.

        Args:
            user: Whose.
            markets: Where.
            mode: ``cross`` or ``isolated``.
            side: ``long`` or ``short``, ``""`` for all.
            lever: The new one.

        Raises:
            Refusal: 59106, a position is too large for it, or 59103, the margin would not suffice.
        """
        held = [each for each in self._positions.of(user.uid) if each.mode == mode and side in ("", each.side)]
        held = [each for each in held if each.market in markets and each.market.instrument.kind is not Kind.OPTION]
        changed = [each for each in held if each.lever != lever]
        if any(abs(each.lots) > self._margins.most(each.market, lever) for each in changed):
            raise refuse("59106", "The position is too large for this leverage")
        needs = {each: self._margin(each, lever) for each in changed}
        for ccy in {each.ccy for each in changed}:
            more = sum((need - self._now(each) for each, need in needs.items() if each.ccy == ccy), ZERO)
            have = self._margins.free(user, ccy) if mode == "cross" else self._margins.spendable(user, ccy)
            if more > max(ZERO, have):
                raise refuse("59103", "The margin is too low for this leverage")
        for position, need in needs.items():
            position.lever = lever
            if mode == "isolated":
                position.margin = need
            self._margins.secure(position)
            self._herald.margin(position, _CAUSE)

    def _now(self, position: Position) -> Decimal:
        return position.margin if position.mode == "isolated" else self._margins.initial(position)

    def _margin(self, position: Position, lever: Decimal) -> Decimal:
        """Return the margin of a position with another leverage; what was added to an isolated one stays in it."""
        wanted, before = self._margins.initial(position, lever), self._margins.initial(position)
        if position.mode == "cross":
            return wanted
        safe = wanted - min(ZERO, self._margins.upl(position))
        return max(position.margin + wanted - before, min(position.margin, safe))
