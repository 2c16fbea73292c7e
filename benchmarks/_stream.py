"""Makes the stream every benchmark reads: a 400-level book, updates of 2 to 40 levels, valid sequence and checksum.

Shares nothing with the client: its book is a dict, its checksum is written again.
"""

from __future__ import annotations

import json
import random
import zlib

INST = "BTC-USDT"
LEVELS = 400
NEAR = 1 / 60  # most changes are near the top: exponential with a mean of 60 levels
CHANGED = 0.85  # of the changes are new sizes of known prices; the rest removes and inserts


TICKER = (
    b'{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT",'
    b'"last":"60900.1","lastSz":"0.001","askPx":"60900.2","askSz":"0.5","bidPx":"60900.1","bidSz":"1.25",'
    b'"open24h":"59827.6","high24h":"60982.9","low24h":"59693.8","volCcy24h":"612345678.12","vol24h":"10123.4",'
    b'"sodUtc0":"60000","sodUtc8":"60100.5","ts":"1597026383085"}]}'
)


class Market:
    """A book that changes at random, with its prices in order."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        middle = 500_000
        self.prices = {
            "bids": [middle - step for step in range(1, LEVELS + 1)],
            "asks": [middle + step for step in range(1, LEVELS + 1)],
        }
        self.sizes = {side: {price: self._size() for price in prices} for side, prices in self.prices.items()}

    def _size(self) -> int:
        return self._random.randint(1, 10**6)

    def change(self) -> dict[str, dict[int, int]]:
        """Change 2 to 40 levels and return the new sizes, 0 for removed ones."""
        count = self._random.randint(2, 40)
        changes: dict[str, dict[int, int]] = {"bids": {}, "asks": {}}
        while len(changes["bids"]) + len(changes["asks"]) < count:
            side = self._random.choice(("bids", "asks"))
            price, size = self._one(side)
            if price not in changes[side]:
                changes[side][price] = size
                self._apply(side, price, size)
        return changes

    def _one(self, side: str) -> tuple[int, int]:
        prices = self.prices[side]
        at = min(int(self._random.expovariate(NEAR)), len(prices) - 1)
        if self._random.random() < CHANGED:
            return prices[at], self._size()
        if len(prices) >= LEVELS:
            return prices[at], 0
        return prices[-1] + (1 if side == "asks" else -1), self._size()

    def _apply(self, side: str, price: int, size: int) -> None:
        prices, sizes = self.prices[side], self.sizes[side]
        if not size:
            prices.remove(price)
            del sizes[price]
        else:
            if price not in sizes:
                prices.append(price)
            sizes[price] = size

    def checksum(self) -> int:
        """Return the signed CRC32 of the 25 best levels."""
        parts: list[str] = []
        for bid, ask in zip(self.prices["bids"][:25], self.prices["asks"][:25], strict=True):
            parts += [_px(bid), _sz(self.sizes["bids"][bid]), _px(ask), _sz(self.sizes["asks"][ask])]
        crc = zlib.crc32(":".join(parts).encode())
        return crc - 2**32 if crc >= 2**31 else crc


def _px(price: int) -> str:
    return f"{price / 10:.1f}"


def _sz(size: int) -> str:
    return f"{size / 10_000:.4f}" if size else "0"


def _rows(levels: dict[int, int]) -> list[list[str]]:
    return [[_px(price), _sz(size), "0", "3" if size else "0"] for price, size in levels.items()]


def frames(count: int, *, checksum: bool, dialect: str = "v5", seed: int = 1) -> list[bytes]:
    """Return a snapshot and ``count`` updates as JSON text (V3: deflated).

    Args:
        count: How many updates.
        checksum: Whether every message carries a valid checksum; otherwise 0, as on the live exchange.
        dialect: ``v5`` or ``v3``; ``tickers`` for V5 tickers instead of books.
        seed: Of the market.
    """
    if dialect == "tickers":
        return [TICKER] * (count + 1)
    market = Market(seed)
    made = [_frame(dialect, True, dict(market.sizes["bids"]), dict(market.sizes["asks"]), 0, 0)]
    for number in range(count):
        changes = market.change()
        crc = market.checksum() if checksum else 0
        made.append(_frame(dialect, False, changes["bids"], changes["asks"], number + 1, crc))
    return made


def _frame(dialect: str, snapshot: bool, bids: dict[int, int], asks: dict[int, int], number: int, crc: int) -> bytes:
    sides = {"asks": _rows(asks), "bids": _rows(bids)}
    if dialect == "v5":
        row = sides | {"ts": "1597026383085", "checksum": crc, "prevSeqId": number - 1, "seqId": number}
        action = "snapshot" if snapshot else "update"
        message = {"arg": {"channel": "books", "instId": INST}, "action": action, "data": [row]}
        return json.dumps(message, separators=(",", ":")).encode()
    row = {"instrument_id": INST} | sides | {"timestamp": "2020-07-20T08:00:00.123Z", "checksum": crc}
    action = "partial" if snapshot else "update"
    message = {"table": "spot/depth_l2_tbt", "action": action, "data": [row]}
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(json.dumps(message, separators=(",", ":")).encode()) + packer.flush()
