"""What a test may want to know afterwards: who came, what was asked, and what was refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Counters"]


@dataclass(slots=True)
class Counters:
    """Counts since the exchange was made.

    Attributes:
        connections: WebSocket connections that were opened.
        requests: REST requests that were answered, refused ones included.
        refusals: Refusals by code: error events and REST answers by the exchange's code, handshakes as ``"429"``,
            and ``"channel-conn-count-error"``.
        closes: Connections the exchange closed, by close code, counted when they are gone.
        static: Answers made up from a documented shape (`static`), by method and path, e.g. ``"GET /api/v5/..."``.
        control: Login, subscribe and unsubscribe frames by connection id and operation, refused ones included.
    """

    connections: int = 0
    requests: int = 0
    refusals: Counter[str] = field(default_factory=Counter[str])
    closes: Counter[int] = field(default_factory=Counter[int])
    static: Counter[str] = field(default_factory=Counter[str])
    control: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])

    def refuse(self, code: str | int) -> None:
        """Count one refusal."""
        self.refusals[str(code)] += 1

    def command(self, conn_id: str, op: str) -> None:
        """Count one control frame."""
        self.control.setdefault(conn_id, Counter())[op] += 1
