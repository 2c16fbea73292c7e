"""How a bot that trades contracts stands: its position, and the money behind it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..market import Market
from .margin import Margins
from .people import User
from .positions import Position, Positions
from .worth import ZERO, terms_of

__all__ = ["MODE", "SIDE", "Accounts", "Standing"]

MODE, SIDE = "cross", "net"
"""How a bot holds its position: all its money stands behind it, and long and short are one."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where bots look up how they stand."""

    positions: Positions
    margins: Margins


@dataclass(frozen=True, slots=True)
class Standing:
    """How one bot stands in one market.

    Attributes:
        accounts: Where that is looked up.
        user: As whom it trades.
        market: Where.
    """

    accounts: Accounts
    user: User
    market: Market

    @property
    def ccy(self) -> str:
        """What it is settled in."""
        return terms_of(self.market.instrument).settle

    @property
    def position(self) -> Position | None:
        """Its position, ``None`` when it has none."""
        return self.accounts.positions.find(self.user, self.market, MODE, SIDE)

    @property
    def equity(self) -> Decimal:
        """All it has, at the mark price."""
        return self.accounts.margins.equity(self.user, self.ccy)

    @property
    def spendable(self) -> Decimal:
        """How much of its money neither its position nor its orders need."""
        return max(ZERO, self.accounts.margins.spendable(self.user, self.ccy))

    @property
    def frozen(self) -> Decimal:
        """How much its orders need."""
        held, margins = self.position, self.accounts.margins
        return margins.shared(self.user, self.ccy) - (margins.initial(held) if held is not None else ZERO)

    @property
    def funding(self) -> Decimal:
        """What funding has brought it, below zero what it has cost."""
        ended = sum((each.position.funding for each in self.accounts.positions.ended[self.user.uid]), ZERO)
        return ended + (self.position.funding if self.position is not None else ZERO)

    @property
    def liquidation_price(self) -> Decimal | None:
        """At about which mark price it would be liquidated, ``None`` for never."""
        return self.accounts.margins.liquidation_price(self.position) if self.position is not None else None

    def lever_with(self, more: Decimal) -> Decimal:
        """Return its effective leverage if it had so much more money, 0 without a position."""
        held, equity = self.position, self.equity + more
        if held is None or equity <= 0:
            return ZERO
        return held.terms.value(self.accounts.margins.mark(held), abs(held.lots)) / equity

    def rest(self) -> tuple[bool, int] | None:
        """Return what has to be traded to close its position, as side and size, ``None`` for nothing."""
        held = self.position
        return None if held is None else (held.lots < 0, abs(held.lots))
