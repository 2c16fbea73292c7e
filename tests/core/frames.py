"""Frames of order books, spelled as the exchange spells them, and a naive book to judge by."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

Levels = Sequence[Sequence[str]]


def v5(
    action: str, bids: Levels = (), asks: Levels = (), *, prev: int | None = None, seq: int | None = None, **more: Any
) -> bytes:
    """Return a V5 book frame; ``action`` "" makes a full picture."""
    row: dict[str, Any] = {"asks": [four(level) for level in asks], "bids": [four(level) for level in bids]}
    row |= {"ts": "1597026383085"} | more
    if prev is not None:
        row["prevSeqId"] = prev
    if seq is not None:
        row["seqId"] = seq
    frame: dict[str, Any] = {"arg": {"channel": "books", "instId": "BTC-USDT"}}
    if action:
        frame["action"] = action
    return json.dumps({**frame, "data": [row]}, separators=(",", ":")).encode()


def v3(action: str, bids: Levels = (), asks: Levels = (), checksum: int | None = None) -> bytes:
    """Return a V3 depth frame."""
    row: dict[str, Any] = {
        "instrument_id": "BTC-USDT",
        "asks": [four(level) for level in asks],
        "bids": [four(level) for level in bids],
        "timestamp": "2020-07-20T08:00:00.123Z",
    }
    if checksum is not None:
        row["checksum"] = checksum
    return json.dumps({"table": "spot/depth", "action": action, "data": [row]}, separators=(",", ":")).encode()


def four(level: Sequence[str]) -> list[str]:
    """Return a row of four columns from price and size."""
    return [*level, "0", "1"] if len(level) == 2 else list(level)


def levels(text: str) -> list[tuple[str, str]]:
    """Read ``price:size`` pairs parted by blanks."""
    return [(one.split(":")[0], one.split(":")[1]) for one in text.split()]


class NaiveBook:
    """The update rule in its slowest and plainest form: a dict by exact price, sorted when looked at."""

    def __init__(self) -> None:
        self.sides: dict[str, dict[Decimal, tuple[str, str]]] = {"bids": {}, "asks": {}}

    def apply(self, side: str, rows: Iterable[Sequence[str]]) -> None:
        """Delete on zero, else insert or replace."""
        for price, size in rows:
            if Decimal(size) == 0:
                self.sides[side].pop(Decimal(price), None)
            else:
                self.sides[side][Decimal(price)] = (price, size)

    def top(self, side: str, depth: int | None = None) -> list[tuple[str, str]]:
        """Return the best levels."""
        ordered = sorted(self.sides[side].items(), key=lambda item: item[0], reverse=side == "bids")
        return [level for _, level in ordered[:depth]]

    def trim(self, depth: int) -> None:
        """Forget what is worse than the ``depth`` best."""
        for side, known in self.sides.items():
            self.sides[side] = {Decimal(price): known[Decimal(price)] for price, _ in self.top(side, depth)}

    def checksum(self) -> int:
        """Say the rule of both documents again, without a look at the library."""
        bids, asks = self.top("bids", 25), self.top("asks", 25)
        parts: list[str] = []
        for at in range(25):
            for side in (bids, asks):
                if at < len(side):
                    parts += side[at]
        value = zlib.crc32(":".join(parts).encode())
        return value - 2**32 if value >= 2**31 else value
