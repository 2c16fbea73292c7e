"""Rows of the chapter Market Data."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import Columns, V5Row
from ...core.words import InstId, Ms, Px, Side, Sz

__all__ = [
    "Book",
    "BookUpdate",
    "CallAuction",
    "Candle",
    "ExchangeRate",
    "FamilyTrade",
    "HistoryTrade",
    "IndexComponent",
    "IndexComponents",
    "IndexTicker",
    "OpenOracle",
    "OptionFamilyTrades",
    "OptionTrade",
    "PlatformVolume",
    "PriceCandle",
    "Ticker",
    "Trade",
]


class Ticker(V5Row, frozen=True, gc=False, kw_only=True):
    """Latest trade, best bid and offer, and 24-hour statistics of one instrument."""

    inst_id: InstId
    inst_type: str | None = None
    last: Px | None = None
    """Price of the latest trade; ``None`` before the first."""
    last_sz: Sz | None = None
    ask_px: Px | None = None
    ask_sz: Sz | None = None
    bid_px: Px | None = None
    bid_sz: Sz | None = None
    open24h: Px | None = None
    """Price 24 hours ago."""
    high24h: Px | None = None
    low24h: Px | None = None
    vol_ccy24h: Decimal | None = None
    """Volume of the last 24 hours: quote currency for spot, base currency for derivatives."""
    vol24h: Decimal | None = None
    """Volume of the last 24 hours: base currency for spot, contracts for derivatives."""
    sod_utc0: Px | None = None
    """Opening price of the day by UTC."""
    sod_utc8: Px | None = None
    """Opening price of the day by UTC+8."""
    ts: Ms | None = None


class Trade(V5Row, frozen=True, gc=False, kw_only=True):
    """One public trade, or several of one taker order at one price put together."""

    inst_id: InstId
    trade_id: str
    """Id of the trade; of the last one when ``count`` is above 1."""
    px: Px
    sz: Sz
    side: Side
    """Side of the taker."""
    ts: Ms
    count: int | None = None
    """How many matches are put together; ``None`` where trades come one by one."""
    source: str | None = None
    """``0`` normal, ``1`` RPI (called ELP until 2026-07-28)."""
    seq_id: int | None = None
    """Sequence id of the book at this trade; may repeat, so it is no key."""


class HistoryTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One public trade from the archive."""

    inst_id: InstId
    trade_id: str
    px: Px
    sz: Sz
    side: Side
    ts: Ms
    source: str | None = None


class Candle(Columns, frozen=True, gc=False, array_like=True):
    """One bar.

    ``vol`` counts base currency for spot and contracts for derivatives, ``vol_ccy`` quote currency for spot and base
    currency for derivatives, ``vol_ccy_quote`` quote currency throughout. ``confirm`` tells a closed bar.
    """

    ts: Ms
    o: Px
    h: Px
    l: Px  # noqa: E741 - the documents' own word
    c: Px
    vol: Decimal | None = None
    vol_ccy: Decimal | None = None
    vol_ccy_quote: Decimal | None = None
    confirm: bool | None = None


class Book(V5Row, frozen=True, gc=False, kw_only=True):
    """An order book as one REST answer gives it.

    Rows are the exchange's own texts: price, size, ``"0"`` (or the size without RPI), number of orders.
    """

    asks: list[tuple[str, ...]]
    bids: list[tuple[str, ...]]
    ts: Ms
    seq_id: int | None = None


class BookUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One push of a book channel, as it came; `OKX.books` puts them together."""

    asks: list[tuple[str, ...]] = msgspec.field(default_factory=list)
    bids: list[tuple[str, ...]] = msgspec.field(default_factory=list)
    ts: Ms
    inst_id: InstId | None = None
    """Only ``books5`` repeats it in the row."""
    checksum: int | None = None
    """Signed CRC32; 0 since 2026-06-23, ``None`` on channels that never had it."""
    prev_seq_id: int | None = None
    """-1 on a snapshot."""
    seq_id: int | None = None


class FamilyTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One option trade, as the list by family gives it."""

    inst_id: InstId
    trade_id: str
    px: Px
    sz: Sz
    side: Side | None = None
    ts: Ms | None = None


class OptionFamilyTrades(V5Row, frozen=True, gc=False, kw_only=True):
    """Latest trades of one family: all its calls, or all its puts."""

    vol24h: Decimal | None = None
    """Volume of the last 24 hours in contracts."""
    opt_type: str | None = None
    """C call, P put."""
    trade_info: list[FamilyTrade] | None = None
    """The trades."""


class OptionTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One option trade with the prices and the volatility of its moment."""

    inst_id: InstId
    inst_family: str | None = None
    """Instrument family, e.g. BTC-USD."""
    trade_id: str
    px: Px
    sz: Sz
    side: Side | None = None
    opt_type: str | None = None
    """C call, P put."""
    fill_vol: Decimal | None = None
    """Implied volatility of the trade."""
    fwd_px: Px | None = None
    """Forward price."""
    idx_px: Px | None = None
    """Price of the index."""
    mark_px: Px | None = None
    """Mark price."""
    ts: Ms | None = None
    index_px: Px | None = None
    """The same where older answers call it so."""


class PlatformVolume(V5Row, frozen=True, gc=False, kw_only=True):
    """Volume of the whole exchange in the last 24 hours."""

    vol_usd: Decimal | None = None
    """In US dollars."""
    vol_cny: Decimal | None = None
    """In Chinese yuan."""
    ts: Ms | None = None


class CallAuction(V5Row, frozen=True, gc=False, kw_only=True):
    """Where a call auction stands."""

    inst_id: InstId
    eq_px: Px | None = None
    """The price at which most would trade."""
    matched_sz: Sz | None = None
    """What would trade, both sides together."""
    unmatched_sz: Sz | None = None
    """What would be left."""
    auction_end_time: Ms | None = None
    """Deprecated: see ``cont_td_sw_time`` of the instrument."""
    state: str | None = None
    """``call_auction``, ``continuous_trading``."""
    ts: Ms | None = None


class IndexTicker(V5Row, frozen=True, gc=False, kw_only=True):
    """Price of an index and its last 24 hours."""

    inst_id: InstId
    idx_px: Px | None = None
    high24h: Px | None = None
    low24h: Px | None = None
    open24h: Px | None = None
    """Price 24 hours ago."""
    sod_utc0: Px | None = None
    """Price at the start of the day by UTC."""
    sod_utc8: Px | None = None
    """Price at the start of the day by UTC+8."""
    ts: Ms | None = None


class PriceCandle(Columns, frozen=True, gc=False, array_like=True):
    """One bar of an index or of a mark price: nothing is traded, so there is no volume.

    ``confirm`` tells a closed bar.
    """

    ts: Ms
    o: Px
    h: Px
    l: Px  # noqa: E741 - the documents' own word
    c: Px
    confirm: bool | None = None


class ExchangeRate(V5Row, frozen=True, gc=False, kw_only=True):
    """Yuan per US dollar."""

    usd_cny: Decimal | None = None


class IndexComponent(V5Row, frozen=True, gc=False, kw_only=True):
    """One market an index is made of."""

    exch: str | None = None
    symbol: str | None = None
    """The pair's name there."""
    sym_px: Px | None = None
    """Its price there."""
    wgt: Decimal | None = None
    """Its weight in the index."""
    cnv_px: Px | None = None
    """That price in the index's quote currency."""


class IndexComponents(V5Row, frozen=True, gc=False, kw_only=True):
    """An index, its price, and the markets it is made of."""

    index: str
    """Index name."""
    last: Px | None = None
    """Latest price."""
    ts: Ms | None = None
    components: list[IndexComponent] | None = None


class OpenOracle(V5Row, frozen=True, gc=False, kw_only=True):
    """Prices signed for the Open Oracle."""

    messages: list[str] | None = None
    """Signed messages in hexadecimal."""
    prices: dict[str, Decimal] | None = None
    """Price by currency."""
    signatures: list[str] | None = None
    timestamp: int | None = None
    """Unix seconds."""
