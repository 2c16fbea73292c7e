"""What does a V3 frame cost over inflating and decoding it? ``python -m benchmarks.v3_frames``"""

from __future__ import annotations

import asyncio
import zlib

import msgspec

from benchmarks._measure import Cost, median, sender, table
from benchmarks._readers import SUBSCRIBE_V3, floor, ours

COUNT = 20_000
ROUNDS = 3


class Row(msgspec.Struct, gc=False):
    """The data of a V3 frame, whole."""

    instrument_id: str
    asks: list[tuple[str, str, str, str]]
    bids: list[tuple[str, str, str, str]]
    timestamp: str
    checksum: int


class Push(msgspec.Struct, gc=False):
    """A push of a depth channel."""

    data: list[Row] = []


_decode = msgspec.json.Decoder(Push).decode


def inflate_and_decode(frame: bytes) -> Push:
    """The floor: what nobody can do without."""
    return _decode(zlib.decompress(frame, -15))


def measure(rounds: int = ROUNDS) -> tuple[Cost, Cost]:
    """Return the cost of the floor and of ours."""
    base: list[Cost] = []
    full: list[Cost] = []
    for _ in range(rounds):
        with sender(COUNT, dialect="v3") as line:
            base.append(asyncio.run(floor(line, COUNT, inflate_and_decode, SUBSCRIBE_V3)))
        with sender(COUNT, dialect="v3") as line:
            full.append(asyncio.run(ours(line, COUNT, dialect="v3")))
    return median(base), median(full)


def report() -> str:
    """Return the table."""
    base, full = measure()
    rows = [
        ("raw asyncio protocol + inflate + one typed msgspec decode", f"{base.cpu:.1f}", "1.00"),
        (
            "ours: inflate, route, decode, apply, CRC32 on every message",
            f"{full.cpu:.1f}",
            f"{full.cpu / base.cpu:.2f}",
        ),
    ]
    return table(("V3 frame", "CPU us per message", "ratio"), rows)


if __name__ == "__main__":
    print(report())
