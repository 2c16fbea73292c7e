"""What the trading half of the exchange tells its bank: positions, margin, and what bills of trades say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from ..market import Market
from .ledger import Entry
from .people import User

__all__ = ["Holdings", "Margin", "Nothing"]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Margin:
    """What trading makes of one currency of a trading account, all in that currency.

    What open spot orders and isolated positions set aside are holds of the purse (`ledger.Purse.hold`), so they are
    not told here a second time, except `isolated`, which says how much of the holds belongs to isolated positions.

    Attributes:
        upl: Unrealised profit of cross positions.
        isolated: How much of the purse's holds is the margin of isolated positions.
        iso_upl: Unrealised profit of isolated positions.
        imr: Initial margin of cross positions and of the orders that would open such.
        mmr: Maintenance margin of cross positions.
        notional_usd: Notional value of all positions that settle in it, US dollars.
    """

    upl: Decimal = _ZERO
    isolated: Decimal = _ZERO
    iso_upl: Decimal = _ZERO
    imr: Decimal = _ZERO
    mmr: Decimal = _ZERO
    notional_usd: Decimal = _ZERO


class Holdings(Protocol):
    """Positions and orders of users."""

    def positions(self, user: User) -> list[dict[str, Any]]:
        """Return a user's open positions, in rows as V5 writes them. (Get positions)"""
        ...

    def margin(self, user: User) -> Mapping[str, Margin]:
        """Return what trading makes of each currency; those it does not touch may be left out."""
        ...

    def working(self, user: User) -> bool:
        """Tell whether a user has open orders of any kind."""
        ...

    def role(self, user: User) -> tuple[str, list[str]]:
        """Return what a user is in copy trading of contracts, in V5's numbers, and what it leads. (``roleType``)"""
        ...

    def relever(self, user: User, markets: Collection[Market], mode: str, side: str, lever: Decimal) -> None:
        """Give a user's open positions another leverage, or refuse to; see `relever.Relever`."""
        ...

    def bill(self, entry: Entry, user: User) -> Mapping[str, str]:
        """Return what the bill of a movement says besides type and amounts, e.g. ``px``, ``sz``, ``ordId``."""
        ...


class Nothing:
    """Nobody trades."""

    def positions(self, user: User) -> list[dict[str, Any]]:
        """See `Holdings`."""
        return []

    def margin(self, user: User) -> Mapping[str, Margin]:
        """See `Holdings`."""
        return {}

    def working(self, user: User) -> bool:
        """See `Holdings`."""
        return False

    def role(self, user: User) -> tuple[str, list[str]]:
        """See `Holdings`."""
        return "0", []

    def relever(self, user: User, markets: Collection[Market], mode: str, side: str, lever: Decimal) -> None:
        """See `Holdings`."""

    def bill(self, entry: Entry, user: User) -> Mapping[str, str]:
        """See `Holdings`."""
        return {}
