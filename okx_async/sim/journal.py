"""What went wrong so far: every fault that was done, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from .clock import Timeline
from .kinds import FaultKind

__all__ = ["FiredFault", "Journal"]

_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class FiredFault:
    """One fault that happened.

    Args:
        kind: What happened.
        connection: Id of the connection it happened to, empty where it concerned none or all.
        channel: Of the message or request it hit, empty where there is none.
        inst_id: Of the message, request or market it hit, empty where there is none.
        ts: Moment the message speaks of, Unix milliseconds; else market time.
        seq_id: Of the message, ``None`` where it has none.
        at: Seconds of the simulator's clock since the exchange was made.
        detail: What else there is to say, such as a path or a code.
    """

    kind: FaultKind
    connection: str
    channel: str
    inst_id: str
    ts: int
    seq_id: int | None
    at: float = 0.0
    detail: str = ""

    def row(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self) | {"kind": str(self.kind)}


class Journal:
    """Writes faults down; of very many it keeps the latest, and counts all.

    Args:
        timeline: The simulator's clock.

    Attributes:
        done: What happened, oldest first.
        counts: How often each kind happened.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.done: list[FiredFault] = []
        self.counts: Counter[str] = Counter()
        self._timeline = timeline
        self._began: float | None = None

    def begin(self) -> None:
        """Count time from now on."""
        self._began = self._timeline.time()

    def elapsed(self) -> float:
        """Return the seconds since the beginning."""
        if self._began is None:
            self.begin()
        return self._timeline.time() - (self._began or 0.0)

    def note(
        self,
        kind: FaultKind,
        ts: int,
        *,
        connection: str = "",
        channel: str = "",
        inst_id: str = "",
        seq_id: int | None = None,
        detail: str = "",
    ) -> None:
        """Write down that a fault was done."""
        at = round(self.elapsed(), 6)
        self.done.append(FiredFault(kind, connection, channel, inst_id, ts, seq_id, at, detail))
        self.counts[str(kind)] += 1
        if len(self.done) > _KEPT:
            del self.done[: _KEPT // 10]
