"""Rows of the chapter Spread Trading that need no key."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import Columns, V5Row
from ...core.words import InstId, Ms, Px, Side, SprdId, Sz

__all__ = [
    "Spread",
    "SpreadBook",
    "SpreadBookUpdate",
    "SpreadCandle",
    "SpreadLeg",
    "SpreadTicker",
    "SpreadTrade",
]


class SpreadLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of a spread."""

    inst_id: InstId
    side: Side | None = None
    """What buying the spread does with the leg."""


class Spread(V5Row, frozen=True, gc=False, kw_only=True):
    """One spread: two instruments traded as one."""

    sprd_id: SprdId
    sprd_type: str | None = None
    """Kind of spread."""
    state: str | None = None
    base_ccy: str | None = None
    """Base currency."""
    sz_ccy: str | None = None
    """Currency of sizes."""
    quote_ccy: str | None = None
    """Quote currency."""
    tick_sz: Sz | None = None
    min_sz: Sz | None = None
    lot_sz: Sz | None = None
    list_time: Ms | None = None
    exp_time: Ms | None = None
    """When it ends."""
    u_time: Ms | None = None
    """When it last changed."""
    legs: list[SpreadLeg] | None = None


class SpreadBook(V5Row, frozen=True, gc=False, kw_only=True):
    """A spread's order book as one REST answer gives it.

    Rows are texts: price (zero and negative ones are usual), size, number of orders.
    """

    asks: list[tuple[str, ...]]
    bids: list[tuple[str, ...]]
    ts: Ms


class SpreadTicker(V5Row, frozen=True, gc=False, kw_only=True):
    """Latest trade, best bid and offer, and 24-hour statistics of one spread. Prices may be zero or negative."""

    sprd_id: SprdId
    last: Px | None = None
    """``None`` before the first trade."""
    last_sz: Sz | None = None
    ask_px: Px | None = None
    ask_sz: Sz | None = None
    bid_px: Px | None = None
    bid_sz: Sz | None = None
    open24h: Px | None = None
    """Price 24 hours ago."""
    high24h: Px | None = None
    low24h: Px | None = None
    vol24h: Decimal | None = None
    """In the spread's size currency."""
    ts: Ms | None = None


class SpreadTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One public trade of a spread."""

    sprd_id: SprdId
    trade_id: str
    px: Px
    sz: Sz
    side: Side
    """Side of the taker."""
    ts: Ms


class SpreadCandle(Columns, frozen=True, gc=False, array_like=True):
    """One bar of a spread; prices may be zero or negative. ``confirm`` tells a closed bar."""

    ts: Ms
    o: Px
    h: Px
    l: Px  # noqa: E741 - the documents' own word
    c: Px
    vol: Decimal | None = None
    confirm: bool | None = None


class SpreadBookUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One push of a spread's book channel, as it came; `OKX.books` puts them together.

    Rows are price, size, number of orders.
    """

    asks: list[tuple[str, ...]] = msgspec.field(default_factory=list)
    bids: list[tuple[str, ...]] = msgspec.field(default_factory=list)
    ts: Ms
    checksum: int | None = None
    """Signed CRC32; 0 or ``None`` when there is none."""
    prev_seq_id: int | None = None
    """-1 on a snapshot."""
    seq_id: int | None = None
    """Near 1.7e18: more than a float can hold."""
