"""What a watcher knows at one moment: the book, what vouches for it, the latest trades. No drawing here."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..core.book import OrderBook
from ..net.events import Gap

__all__ = ["Print", "View"]

KEPT = 200
PACE = 5.0
"""Seconds over which changes are counted for the rate."""


@dataclass(frozen=True, slots=True)
class Print:
    """One line of the tape: a trade, or a note such as a gap.

    Args:
        clock: Local time of day as text.
        side: Side of the taker, ``""`` for a note.
        px: Price.
        sz: Size.
        note: What happened, when it is no trade.
    """

    clock: str
    side: str = ""
    px: Decimal = Decimal(0)
    sz: Decimal = Decimal(0)
    note: str = ""


@dataclass
class View:
    """One watched book.

    Args:
        inst_id: The instrument.
        channel: The book's channel on the wire.
        place: Which exchange.
        book: The book itself.
        changes: How often it changed.
        resyncs: Recoveries begun.
        line: Why the connection is down, ``""`` when it is up.
        attempts: Connections made.
        tape: The latest trades, newest first.
        began: When watching began.
    """

    inst_id: str
    channel: str
    place: str
    book: OrderBook
    changes: int = 0
    resyncs: int = 0
    line: str = ""
    attempts: int = 0
    tape: deque[Print] = field(default_factory=lambda: deque(maxlen=KEPT))
    began: float = field(default_factory=time.monotonic)
    _moments: deque[float] = field(default_factory=lambda: deque(maxlen=1000))

    def changed(self) -> None:
        """Count a change."""
        self.changes += 1
        self._moments.append(time.monotonic())

    @property
    def rate(self) -> float:
        """Changes per second of late."""
        now = time.monotonic()
        span = min(PACE, max(1.0, now - self.began))
        return sum(1 for moment in self._moments if moment > now - span) / span

    def traded(self, trade: Any) -> None:
        """Put a trade of either dialect, or a gap, on the tape."""
        if isinstance(trade, Gap):
            self.tape.appendleft(Print(_clock(trade.until), note=f"gap of {trade.until - trade.since:.1f} s"))
            return
        px, sz = (trade.px, trade.sz) if hasattr(trade, "px") else (trade.price, trade.size)
        self.tape.appendleft(Print(_clock(trade.ts / 1000), str(trade.side), px, sz))


def _clock(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment):%H:%M:%S}"
