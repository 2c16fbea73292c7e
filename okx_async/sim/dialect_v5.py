"""V5 on the wire: text frames of compact JSON, keys in the order of recorded messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from .bars import MARK_BARS, V5_BARS
from .dialect import Picture, Quote, TopicKind, TopicSpec
from .frames import BookUpdate, Row, text_frame
from .instruments import Instrument, Kind
from .tape import Bar, Trade
from .text import amount_text

__all__ = ["BUSINESS", "PRIVATE", "PRIVATE_BUSINESS", "PUBLIC", "DialectV5", "candle_row", "rows_json", "ticker_json"]

PUBLIC = {
    "trades": TopicSpec(TopicKind.TRADES, rank=0),
    "bbo-tbt": TopicSpec(TopicKind.PICTURE, depth=1, rank=1),
    "books-l2-tbt": TopicSpec(TopicKind.BOOK, depth=400, login=True, rank=2, vip=4),
    "books50-l2-tbt": TopicSpec(TopicKind.BOOK, depth=50, login=True, rank=3, vip=4),
    "books": TopicSpec(TopicKind.BOOK, depth=400, slow=True, rank=4),
    "books-rpi": TopicSpec(TopicKind.RETAIL, depth=400, slow=True, rank=5),
    "books5": TopicSpec(TopicKind.PICTURE, depth=5, slow=True, rank=6),
    "tickers": TopicSpec(TopicKind.TICKER, slow=True, rank=7),
    "mark-price": TopicSpec(TopicKind.FIGURE, rank=9),
    "price-limit": TopicSpec(TopicKind.FIGURE, rank=10),
    "open-interest": TopicSpec(TopicKind.FIGURE, rank=11, open_to=(Kind.SWAP, Kind.FUTURES, Kind.OPTION)),
    "funding-rate": TopicSpec(TopicKind.FIGURE, rank=12, open_to=(Kind.SWAP,)),
    "index-tickers": TopicSpec(TopicKind.INDEX, rank=13),
    "opt-summary": TopicSpec(TopicKind.INDEX, rank=14, needs=("instFamily",)),
    "call-auction-details": TopicSpec(TopicKind.FIGURE, rank=16),
    "instruments": TopicSpec(TopicKind.TOLD, needs=("instType",)),
    "status": TopicSpec(TopicKind.BOARD, needs=()),
    "option-trades": TopicSpec(
        TopicKind.BOARD,
        needs=("instType",),
        may=("instId", "instFamily"),
        types=("OPTION",),
        one_of=("instId", "instFamily"),
        open_to=(Kind.OPTION,),
    ),
    "estimated-price": TopicSpec(
        TopicKind.BOARD,
        needs=("instType",),
        may=("instFamily", "instId"),
        types=("OPTION", "FUTURES", "SWAP", "EVENTS"),
        one_of=("instFamily", "instId"),
    ),
    "liquidation-orders": TopicSpec(
        TopicKind.BOARD, needs=("instType",), types=("SWAP", "FUTURES", "MARGIN", "OPTION")
    ),
    "adl-warning": TopicSpec(
        TopicKind.BOARD, needs=("instType",), may=("instFamily",), types=("SWAP", "FUTURES", "OPTION")
    ),
}
"""Channels of ``/public`` that are simulated."""

_SPRD = ("sprdId",)

BUSINESS = (
    {
        "trades-all": TopicSpec(TopicKind.EACH_TRADE),
        "sprd-bbo-tbt": TopicSpec(TopicKind.SPREAD, depth=1, needs=_SPRD),
        "sprd-books5": TopicSpec(TopicKind.SPREAD, depth=5, needs=_SPRD),
        "sprd-tickers": TopicSpec(TopicKind.SPREAD, needs=_SPRD),
        "sprd-public-trades": TopicSpec(TopicKind.SPREAD, needs=_SPRD),
        "block-tickers": TopicSpec(TopicKind.BOARD),
        "public-block-trades": TopicSpec(TopicKind.BOARD),
        "public-struc-block-trades": TopicSpec(TopicKind.BOARD, needs=()),
    }
    | {
        f"sprd-candle{name}": TopicSpec(TopicKind.SPREAD, bar=name, needs=_SPRD)
        for name in MARK_BARS
        if name != "1Yutc"
    }
    | {f"candle{name}": TopicSpec(TopicKind.CANDLE, bar=name, rank=8) for name in V5_BARS}
    | {
        f"{family}{name}": TopicSpec(kind, bar=name, rank=15)
        for family, kind in (("index-candle", TopicKind.INDEX_CANDLE), ("mark-price-candle", TopicKind.PRICE_CANDLE))
        for name in MARK_BARS
        if name != "1Yutc" or family == "mark-price-candle"
    }
)
"""Channels of ``/business`` that are simulated."""

_OF_TYPE = ("instFamily", "instId")


def _private(
    *needs: str, may: tuple[str, ...] = (), counted: bool = False, vip: int = 0, mute: bool = False
) -> TopicSpec:
    return TopicSpec(TopicKind.PRIVATE, login=True, counted=counted, vip=vip, needs=needs, may=may, mute=mute)


PRIVATE = {
    "account": _private(may=("ccy", "extraParams"), counted=True),
    "positions": _private("instType", may=(*_OF_TYPE, "extraParams"), counted=True),
    "balance_and_position": _private(counted=True),
    "orders": _private("instType", may=_OF_TYPE, counted=True),
    "fills": _private(may=("instId",), vip=4),
    "liquidation-warning": _private("instType", may=_OF_TYPE, counted=True),
    "account-greeks": _private(may=("ccy",), counted=True, mute=True),
}
"""Channels of ``/private``."""

PRIVATE_BUSINESS = {
    "deposit-info": _private(may=("ccy",)),
    "withdrawal-info": _private(may=("ccy",)),
    "orders-algo": _private("instType", may=_OF_TYPE),
    "algo-advance": _private("instType", may=("instId", "algoId")),
    "sprd-orders": _private(may=("sprdId",)),
    "sprd-trades": _private(may=("sprdId",)),
    "rfqs": _private(),
    "quotes": _private(),
    "struc-block-trades": _private(),
    "grid-orders-spot": _private("instType", may=("instId", "algoId")),
    "grid-orders-contract": _private("instType", may=("instId", "algoId")),
    "grid-positions": _private("algoId"),
    "grid-sub-orders": _private("algoId"),
    "algo-recurring-buy": _private("instType", may=("algoId",)),
    "copytrading-lead-notification": _private("instType", may=("instId",), mute=True),
}
"""Channels of ``/business`` that need a login."""


def rows_json(rows: Sequence[Row]) -> str:
    """Return book rows as a JSON list of lists of text."""
    return "[" + ",".join([f'["{px}","{sz}","{third}","{orders}"]' for px, sz, third, orders in rows]) + "]"


def candle_row(instrument: Instrument, bar: Bar, closed: bool) -> list[str]:
    """Return one candle as V5 writes it: nine texts."""
    coins, quote = amount_text(bar.coins), amount_text(bar.quote)
    return [
        str(bar.ts),
        instrument.price_text(bar.open),
        instrument.price_text(bar.high),
        instrument.price_text(bar.low),
        instrument.price_text(bar.close),
        instrument.size_text(bar.lots),
        quote if instrument.kind is Kind.SPOT else coins,
        quote,
        "1" if closed else "0",
    ]


def ticker_json(quote: Quote) -> dict[str, str]:
    """Return one ticker row; a side without levels is ``""``."""
    text, day = quote.instrument, quote.day
    ask, bid = quote.ask or ("", "", "", ""), quote.bid or ("", "", "", "")
    return {
        "instType": text.kind.value,
        "instId": text.inst_id,
        "last": text.price_text(quote.last.price),
        "lastSz": text.size_text(quote.last.lots),
        "askPx": ask[0],
        "askSz": ask[1],
        "bidPx": bid[0],
        "bidSz": bid[1],
        "open24h": text.price_text(day.open),
        "high24h": text.price_text(day.high),
        "low24h": text.price_text(day.low),
        "sodUtc0": text.price_text(day.open_utc0),
        "sodUtc8": text.price_text(day.open_utc8),
        "volCcy24h": amount_text(day.quote if text.kind is Kind.SPOT else day.coins),
        "vol24h": text.size_text(day.lots),
        "ts": str(quote.ts),
    }


def _flat(row: dict[str, str]) -> str:
    return "{" + ",".join([f'"{key}":"{value}"' for key, value in row.items()]) + "}"


def _push(channel: str, inst_id: str, data: str, action: str = "") -> bytes:
    arg = f'{{"arg":{{"channel":"{channel}","instId":"{inst_id}"}},'
    return f'{arg}{action}"data":[{data}]}}'.encode()


class DialectV5:
    """See `dialect.Dialect`."""

    name = "v5"

    def book(self, instrument: Instrument, update: BookUpdate) -> bytes:
        checksum = "" if update.checksum is None else f'"checksum":{update.checksum},'
        return self._incremental(update, checksum)

    def retail(self, instrument: Instrument, update: BookUpdate) -> bytes:
        return self._incremental(update, "")

    def _incremental(self, update: BookUpdate, checksum: str) -> bytes:
        data = (
            f'{{"asks":{rows_json(update.asks)},"bids":{rows_json(update.bids)},"ts":"{update.ts}",'
            f'{checksum}"seqId":{update.seq_id},"prevSeqId":{update.prev_seq_id}}}'
        )
        action = '"action":"snapshot",' if update.snapshot else '"action":"update",'
        return _push(update.channel, update.inst_id, data, action)

    def picture(self, picture: Picture) -> bytes:
        inst_id = picture.instrument.inst_id
        own = f'"instId":"{inst_id}",' if picture.channel == "books5" else ""
        data = (
            f'{{"asks":{rows_json(picture.asks)},"bids":{rows_json(picture.bids)},{own}'
            f'"ts":"{picture.ts}","seqId":{picture.seq_id}}}'
        )
        return _push(picture.channel, inst_id, data)

    def trades(self, channel: str, instrument: Instrument, trades: Sequence[Trade], seq_id: int) -> bytes:
        last = trades[-1]
        row = {
            "instId": instrument.inst_id,
            "tradeId": str(last.trade_id),
            "px": instrument.price_text(last.price),
            "sz": instrument.size_text(sum(trade.lots for trade in trades)),
            "side": "buy" if last.taker_buys else "sell",
        }
        if channel == "trades-all":
            return _push(channel, instrument.inst_id, _flat(row | {"source": "0", "ts": str(last.ts)}))
        row |= {"ts": str(last.ts), "count": str(len(trades)), "source": "0"}
        return _push(channel, instrument.inst_id, f'{_flat(row)[:-1]},"seqId":{seq_id}}}')

    def ticker(self, channel: str, quote: Quote) -> bytes:
        return _push(channel, quote.instrument.inst_id, _flat(ticker_json(quote)))

    def candle(self, channel: str, instrument: Instrument, bar: Bar, closed: bool) -> bytes:
        row = ",".join([f'"{text}"' for text in candle_row(instrument, bar, closed)])
        return _push(channel, instrument.inst_id, f"[{row}]")

    def rows(self, product: str, channel: str, args: Mapping[str, str], rows: Sequence[Any]) -> bytes:
        return orjson.dumps({"arg": {"channel": channel, **args}, "data": rows})

    def frame(self, payload: bytes) -> bytes:
        return text_frame(payload)

    def moment(self, ts: int, seq_id: int) -> int:
        return seq_id
