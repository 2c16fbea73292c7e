"""Requests for quotes, the quotes that answer them, and the block trades they become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import count

from ..market import Market
from .orders import Fill
from .people import User
from .worth import ZERO, terms_of

__all__ = ["Agreed", "BlockDeal", "Quote", "QuoteLeg", "Rfq", "RfqLeg", "Rfqs", "Stage", "code_of"]

_FIRST_ID = 1_000_001


class Stage(StrEnum):
    """Where an RFQ or a quote is in its life, in V5's words."""

    ACTIVE = "active"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    FAILED = "failed"
    TRADED_AWAY = "traded_away"
    """Only makers are told so: the RFQ was filled with somebody else."""


@dataclass(frozen=True, slots=True)
class RfqLeg:
    """One leg as its taker wants to trade it."""

    market: Market
    lots: int
    buy: bool
    td_mode: str
    pos_side: str


@dataclass(frozen=True, slots=True)
class QuoteLeg:
    """One leg of a quote: the leg of the RFQ, at which price in ticks, and how the maker would hold it."""

    leg: RfqLeg
    price: int
    td_mode: str
    pos_side: str

    @property
    def value(self) -> Decimal:
        """What the taker of the leg pays, below zero for what they get."""
        terms = terms_of(self.leg.market.instrument)
        value = terms.face * self.leg.lots * terms.price(self.price)
        return value if self.leg.buy else -value


@dataclass(slots=True, eq=False)
class Rfq:
    """One request for quotes.

    Attributes:
        rfq_id: Grows from one to the next.
        taker: Who asked.
        makers: Who was asked.
        legs: What about.
        until: When it ends, Unix milliseconds.
        anonymous: Whether makers do not learn who asks.
        partial: Whether less of it may be traded, in the same proportions.
        cl_rfq_id: The taker's own name for it.
        tag: The broker's mark.
        winner: Who it was traded with.
    """

    rfq_id: int
    taker: User
    makers: tuple[User, ...]
    legs: tuple[RfqLeg, ...]
    created: int
    updated: int
    until: int
    anonymous: bool = False
    partial: bool = False
    cl_rfq_id: str = ""
    tag: str = ""
    stage: Stage = Stage.ACTIVE
    winner: User | None = None


@dataclass(slots=True, eq=False)
class Quote:
    """One answer to a request for quotes.

    Attributes:
        quote_id: Grows from one to the next.
        maker: Who answered.
        sells: Whether the maker sells the legs as the taker wants to trade them; else the other way round.
        until: When it ends, Unix milliseconds.
        anonymous: Whether the taker does not learn who quotes.
        cl_quote_id: The maker's own name for it.
        tag: The broker's mark.
        reason: Why it ended, where that has a name.
    """

    quote_id: int
    rfq: Rfq
    maker: User
    sells: bool
    legs: tuple[QuoteLeg, ...]
    created: int
    updated: int
    until: int
    anonymous: bool = False
    cl_quote_id: str = ""
    tag: str = ""
    stage: Stage = Stage.ACTIVE
    reason: str = ""

    @property
    def value(self) -> Decimal:
        """What the taker pays for all legs as they were asked for, below zero for what they get."""
        return sum((leg.value for leg in self.legs), ZERO)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One leg of a block trade; ``buy`` is the taker's side. What was settled is told by user, none where it failed."""

    market: Market
    price: int
    lots: int
    buy: bool
    trade_id: int
    fills: dict[str, Fill] = field(default_factory=dict[str, Fill])


@dataclass(frozen=True, slots=True)
class BlockDeal:
    """One block trade: of which quote, its legs, and the code of its failure, ``""`` for none."""

    block_id: int
    quote: Quote
    legs: tuple[Agreed, ...]
    ts: int
    code: str = ""


class Rfqs:
    """Everything that was asked, answered and traded since the exchange opened."""

    def __init__(self) -> None:
        self.rfq_ids = count(_FIRST_ID)
        self.quote_ids = count(_FIRST_ID)
        self.block_ids = count(_FIRST_ID)
        self._rfqs: dict[int, Rfq] = {}
        self._quotes: dict[int, Quote] = {}
        self._deals: list[BlockDeal] = []

    def ask(self, rfq: Rfq) -> None:
        """Take an RFQ in."""
        self._rfqs[rfq.rfq_id] = rfq

    def answer(self, quote: Quote) -> None:
        """Take a quote in."""
        self._quotes[quote.quote_id] = quote

    def trade(self, deal: BlockDeal) -> None:
        """Take a block trade in."""
        self._deals.append(deal)

    def rfq(self, user: User, rfq_id: str, name: str = "") -> Rfq | None:
        """Return an RFQ that a user sent or got, by its number or, if it is their own, by their name for it."""
        if rfq_id:
            rfq = self._rfqs.get(int(rfq_id)) if rfq_id.isdecimal() else None
            return rfq if rfq is not None and concerns(rfq, user) else None
        return next((rfq for rfq in self.rfqs(user) if name and rfq.taker is user and rfq.cl_rfq_id == name), None)

    def quote(self, user: User, quote_id: str, name: str = "") -> Quote | None:
        """Return a quote that a user sent or got, by its number or, if it is their own, by their name for it."""
        if quote_id:
            quote = self._quotes.get(int(quote_id)) if quote_id.isdecimal() else None
            return quote if quote is not None and user in (quote.maker, quote.rfq.taker) else None
        mine = (quote for quote in self.quotes(user) if quote.maker is user)
        return next((quote for quote in mine if name and quote.cl_quote_id == name), None)

    def rfqs(self, user: User) -> Iterator[Rfq]:
        """Yield the RFQs that a user sent or got, the newest first."""
        yield from (rfq for rfq in reversed(self._rfqs.values()) if concerns(rfq, user))

    def quotes(self, user: User) -> Iterator[Quote]:
        """Yield the quotes that a user sent or got, the newest first."""
        yield from (each for each in reversed(self._quotes.values()) if user in (each.maker, each.rfq.taker))

    def deals(self, user: User) -> Iterator[BlockDeal]:
        """Yield a user's block trades, the newest first."""
        yield from (each for each in reversed(self._deals) if user in (each.quote.maker, each.quote.rfq.taker))

    def answers(self, rfq: Rfq) -> list[Quote]:
        """Return the quotes of an RFQ that are good now, oldest first."""
        return [quote for quote in self._quotes.values() if quote.rfq is rfq and quote.stage is Stage.ACTIVE]

    def asked_by(self, user: User) -> list[Rfq]:
        """Return a user's own RFQs that are open."""
        return [rfq for rfq in self._rfqs.values() if rfq.taker is user and rfq.stage is Stage.ACTIVE]

    def quoted_by(self, user: User) -> list[Quote]:
        """Return a user's own quotes that are good now."""
        return [quote for quote in self._quotes.values() if quote.maker is user and quote.stage is Stage.ACTIVE]


def code_of(user: User) -> str:
    """Return the trader code of a user."""
    return f"T{user.uid}"


def concerns(rfq: Rfq, user: User) -> bool:
    """Tell whether a user sent or got an RFQ."""
    return user is rfq.taker or user in rfq.makers
