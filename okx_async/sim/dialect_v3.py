"""V3 on the wire: each binary frame one raw-deflated JSON text, keys in the order of recorded messages."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from .bars import V3_BARS
from .dialect import Picture, Quote, TopicKind, TopicSpec
from .frames import BookUpdate, Row, binary_frame
from .instruments import Instrument, Kind
from .tape import Bar, Trade
from .text import amount_text, iso_ms

__all__ = ["CHANNELS", "OWN", "PRIVATE", "PRODUCTS", "DialectV3", "candle_row", "size_key", "ticker_json"]

PRODUCTS = ("spot", "futures", "swap", "option")

CHANNELS = {
    "trade": TopicSpec(TopicKind.TRADES, rank=0),
    "depth_l2_tbt": TopicSpec(TopicKind.BOOK, depth=400, rank=2),
    "depth": TopicSpec(TopicKind.BOOK, depth=400, slow=True, rank=4),
    "depth5": TopicSpec(TopicKind.PICTURE, depth=5, slow=True, rank=6),
    "ticker": TopicSpec(TopicKind.TICKER, slow=True, rank=7),
} | {f"candle{seconds}s": TopicSpec(TopicKind.CANDLE, bar=seconds, rank=8) for seconds in V3_BARS}
"""Channels every product has; the ones that are simulated."""

OWN = {
    "futures": {
        "mark_price": TopicSpec(TopicKind.FIGURE, rank=9, product="futures"),
        "price_range": TopicSpec(TopicKind.FIGURE, rank=10, product="futures"),
        "estimated_price": TopicSpec(TopicKind.FIGURE, rank=11, product="futures"),
        "instruments": TopicSpec(TopicKind.TOLD, needs=(), product="futures"),
    },
    "swap": {
        "mark_price": TopicSpec(TopicKind.FIGURE, rank=9, product="swap"),
        "price_range": TopicSpec(TopicKind.FIGURE, rank=10, product="swap"),
        "funding_rate": TopicSpec(TopicKind.FIGURE, rank=12, product="swap"),
    },
    "option": {
        "summary": TopicSpec(TopicKind.INDEX, rank=14, product="option"),
        "instruments": TopicSpec(TopicKind.TOLD, product="option"),
    },
    "index": {"ticker": TopicSpec(TopicKind.INDEX, rank=13, product="index")}
    | {
        f"candle{seconds}s": TopicSpec(TopicKind.INDEX_CANDLE, bar=seconds, rank=15, product="index")
        for seconds in V3_BARS
    },
    "system": {"status": TopicSpec(TopicKind.BOARD, needs=(), product="system")},
}
"""Channels that one product alone has, by product; the ones that are simulated."""

PRIVATE = {
    "spot": {"account", "margin_account", "order", "order_algo"},
    "futures": {"account", "position", "order", "order_algo"},
    "swap": {"account", "position", "order", "order_algo"},
    "option": {"account", "position", "order"},
}
"""Channels that need a login."""

_LEVEL = 1  # fast; the ratio hardly matters on loopback


def size_key(instrument: Instrument) -> str:
    """Return what a trade's size is called: ``size`` on spot and swap, ``qty`` on futures and options."""
    return "size" if instrument.kind in (Kind.SPOT, Kind.SWAP) else "qty"


def candle_row(instrument: Instrument, bar: Bar) -> list[str]:
    """Return one candle as V3 writes it: six texts on spot, a seventh with the coins on contracts."""
    prices = [instrument.price_text(price) for price in (bar.open, bar.high, bar.low, bar.close)]
    row = [iso_ms(bar.ts), *prices, instrument.size_text(bar.lots)]
    return row if instrument.kind is Kind.SPOT else [*row, amount_text(bar.coins)]


def ticker_json(quote: Quote) -> dict[str, str]:
    """Return one ticker row; a side without levels is ``"0"``."""
    text, day = quote.instrument, quote.day
    ask, bid = quote.ask or ("0", "0", "0", "0"), quote.bid or ("0", "0", "0", "0")
    row = {
        "last": text.price_text(quote.last.price),
        "open_24h": text.price_text(day.open),
        "best_bid": bid[0],
        "high_24h": text.price_text(day.high),
        "low_24h": text.price_text(day.low),
        "open_utc0": text.price_text(day.open_utc0),
        "open_utc8": text.price_text(day.open_utc8),
    }
    if text.kind is Kind.SPOT:
        row |= {"base_volume_24h": text.size_text(day.lots), "quote_volume_24h": amount_text(day.quote)}
    else:
        row |= {"volume_24h": text.size_text(day.lots), "volume_token_24h": amount_text(day.coins)}
    row["best_ask"] = ask[0]
    if text.kind is not Kind.SPOT:
        row["open_interest"] = text.size_text(text.open_lots(day.lots))
    return row | {
        "instrument_id": text.inst_id,
        "timestamp": iso_ms(quote.ts),
        "best_bid_size": bid[1],
        "best_ask_size": ask[1],
        "last_qty": text.size_text(quote.last.lots),
    }


def _rows(rows: Sequence[Row], short: bool) -> str:
    if short:
        return "[" + ",".join([f'["{px}","{sz}","{orders}"]' for px, sz, _, orders in rows]) + "]"
    return "[" + ",".join([f'["{px}","{sz}","0","{orders}"]' for px, sz, _, orders in rows]) + "]"


def _short_rows(instrument: Instrument, channel: str) -> bool:
    """Tell whether rows have no liquidation column: on spot everywhere but in ``depth_l2_tbt``."""
    return instrument.kind is Kind.SPOT and channel != "depth_l2_tbt"


def _push(instrument: Instrument, channel: str, data: str, action: str = "") -> bytes:
    return f'{{"table":"{instrument.product}/{channel}",{action}"data":[{data}]}}'.encode()


def _flat(row: dict[str, str]) -> str:
    return "{" + ",".join([f'"{key}":"{value}"' for key, value in row.items()]) + "}"


class DialectV3:
    """See `dialect.Dialect`."""

    name = "v3"

    def book(self, instrument: Instrument, update: BookUpdate) -> bytes:
        short = _short_rows(instrument, update.channel)
        checksum = "" if update.checksum is None else f',"checksum":{update.checksum}'
        data = (
            f'{{"instrument_id":"{update.inst_id}","asks":{_rows(update.asks, short)},'
            f'"bids":{_rows(update.bids, short)},"timestamp":"{iso_ms(update.ts)}"{checksum}}}'
        )
        action = '"action":"partial",' if update.snapshot else '"action":"update",'
        return _push(instrument, update.channel, data, action)

    def retail(self, instrument: Instrument, update: BookUpdate) -> bytes:
        raise NotImplementedError("V3 has no channel with retail orders")

    def picture(self, picture: Picture) -> bytes:
        short = _short_rows(picture.instrument, picture.channel)
        data = (
            f'{{"asks":{_rows(picture.asks, short)},"bids":{_rows(picture.bids, short)},'
            f'"instrument_id":"{picture.instrument.inst_id}","timestamp":"{iso_ms(picture.ts)}"}}'
        )
        return _push(picture.instrument, picture.channel, data)

    def trades(self, channel: str, instrument: Instrument, trades: Sequence[Trade], seq_id: int) -> bytes:
        rows = [
            {
                "side": "buy" if trade.taker_buys else "sell",
                "trade_id": str(trade.trade_id),
                "price": instrument.price_text(trade.price),
                size_key(instrument): instrument.size_text(trade.lots),
                "instrument_id": instrument.inst_id,
                "timestamp": iso_ms(trade.ts),
            }
            for trade in trades
        ]
        return _push(instrument, channel, ",".join(map(_flat, rows)))

    def ticker(self, channel: str, quote: Quote) -> bytes:
        return _push(quote.instrument, channel, _flat(ticker_json(quote)))

    def candle(self, channel: str, instrument: Instrument, bar: Bar, closed: bool) -> bytes:
        row = ",".join([f'"{text}"' for text in candle_row(instrument, bar)])
        return _push(instrument, channel, f'{{"candle":[{row}],"instrument_id":"{instrument.inst_id}"}}')

    def rows(self, product: str, channel: str, args: Mapping[str, str], rows: Sequence[Any]) -> bytes:
        return orjson.dumps({"table": f"{product}/{channel}", "data": rows})

    def frame(self, payload: bytes) -> bytes:
        return binary_frame(deflate(payload))

    def moment(self, ts: int, seq_id: int) -> str:
        return iso_ms(ts)


def deflate(payload: bytes) -> bytes:
    """Return one complete raw deflate stream."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(payload) + packer.flush()
