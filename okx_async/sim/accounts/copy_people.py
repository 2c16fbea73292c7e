"""Who leads and who copies, and on which terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ..instruments import Kind
from ..market import Market
from .lead_positions import LeadPosition
from .people import User
from .worth import ZERO

__all__ = [
    "CCY",
    "COPY_CLOSE",
    "FIXED",
    "MANUAL_CLOSE",
    "MARKET_CLOSE",
    "MOST_COPIERS",
    "RATIO",
    "Copier",
    "Leader",
    "Terms",
    "leads",
]

CCY = "USDT"
"""What copy trading counts in: it is for contracts that are settled in it."""
MOST_COPIERS = 100
"""How many may copy one lead trader; what the exchange allows is not documented."""
FIXED, RATIO = "fixed_amount", "ratio_copy"
MARKET_CLOSE, COPY_CLOSE, MANUAL_CLOSE = "market_close", "copy_close", "manual_close"
"""What happens to copies: they are closed at once, together with what they copy, or by their owner alone."""


def leads(market: Market) -> bool:
    """Tell whether lead traders can trade something."""
    return market.instrument.kind is Kind.SWAP and market.instrument.settle == CCY


@dataclass(slots=True, eq=False)
class Leader:
    """A lead trader.

    Attributes:
        user: Who.
        code: What copiers call it.
        share: Which part of its copiers' profits is its own.
        since: When it began, Unix milliseconds.
        instruments: What it leads.
        ever: How many have copied it.
    """

    user: User
    code: str
    share: Decimal
    since: int
    instruments: set[str]
    ever: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """How somebody copies.

    Attributes:
        margin_mode: ``cross``, ``isolated``, or ``copy`` for that of the lead position.
        own_list: The instruments that are copied, ``None`` for all that are led.
        mode: ``fixed_amount`` or ``ratio_copy``.
        budget: How much margin all copies may have together.
        amount: The margin of each copy, where it is fixed.
        ratio: How large a copy is, as a part of the lead position.
        profit_ratio: At which profit a copy is closed, as a part of its margin, ``None`` for never.
        loss_ratio: At which loss, likewise.
        loss: At which loss of all copies together copying ends, ``None`` for never.
        closes: What closes copies: one of the three words above.
        tag: The broker's mark.
    """

    margin_mode: str
    own_list: frozenset[str] | None
    mode: str
    budget: Decimal
    amount: Decimal | None
    ratio: Decimal | None
    profit_ratio: Decimal | None = None
    loss_ratio: Decimal | None = None
    loss: Decimal | None = None
    closes: str = COPY_CLOSE
    tag: str = ""


@dataclass(slots=True, eq=False)
class Copier:
    """One user who copies one lead trader, or did.

    Attributes:
        user: Who copies.
        leader: Whom.
        terms: How.
        since: When it began, Unix milliseconds.
        active: Whether what is opened is copied.
        copies: What it holds and held after the lead trader, by what that is copied from.
        owed: By how much each copy is smaller than it should be, in lots: less than the smallest order. What is in
            here was looked at, whether a copy came of it or not.
        earned: When which copy has ended, and what it made after fees.
    """

    user: User
    leader: Leader
    terms: Terms
    since: int
    active: bool = True
    copies: dict[LeadPosition, LeadPosition] = field(default_factory=dict[LeadPosition, LeadPosition])
    owed: dict[LeadPosition, Decimal] = field(default_factory=dict[LeadPosition, Decimal])
    earned: list[tuple[int, Decimal]] = field(default_factory=list[tuple[int, Decimal]])

    @property
    def open(self) -> list[LeadPosition]:
        """Its copies that are open."""
        return [each for each in self.copies.values() if each.lots]

    @property
    def margin(self) -> Decimal:
        """The margin of its open copies."""
        return sum((each.margin for each in self.open), ZERO)

    @property
    def total(self) -> Decimal:
        """What its copies that have ended made."""
        return sum((amount for _, amount in self.earned), ZERO)

    def copies_from(self, inst_id: str) -> bool:
        """Tell whether it copies what is opened in an instrument."""
        own = self.terms.own_list
        return self.active and (own is None or inst_id in own)
