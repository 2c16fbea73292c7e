"""What happens to whole lines, at once: closed, cut, half open, stalled, told of a maintenance."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from .clock import Clock
from .frames import text_frame
from .journal import Journal
from .kinds import CLOSE_CODES, FaultKind
from .sockets import Connection

__all__ = ["Lines"]

_UPGRADE = "64008"
_NO_CLOSE_FRAME = 1006


class Lines:
    """The open connections of an exchange, to be ill-treated.

    Every method takes an ``endpoint`` (``public``, ``private``, ``business`` or ``v3``) and a ``connection`` id to
    choose by, does it to every open line it finds, and returns how many those were.

    Args:
        connections: The open ones by id.
        clock: Market time.
        journal: Where it is written down.
    """

    def __init__(self, connections: Mapping[str, Connection], clock: Clock, journal: Journal) -> None:
        self._connections = connections
        self._clock = clock
        self._journal = journal

    def matching(self, endpoint: str | None = None, connection: str | None = None) -> list[Connection]:
        """Return the open lines that match, the oldest first."""
        return [
            line
            for line in self._connections.values()
            if line.open and endpoint in (None, line.endpoint) and connection in (None, line.conn_id)
        ]

    def close(self, code: int, endpoint: str | None = None, connection: str | None = None) -> int:
        """Close lines with a code; 1006 ends them without a close frame.

        Raises:
            ValueError: The exchange never closes with this code.
        """
        if code not in CLOSE_CODES:
            raise ValueError(f"`code` must be one of {', '.join(map(str, CLOSE_CODES))}, not {code}")
        lines = self._do(FaultKind.CLOSE, endpoint, connection, str(code))
        for line in lines:
            line.close(code, "simulated")
        return len(lines)

    def reset_tcp(self, endpoint: str | None = None, connection: str | None = None) -> int:
        """Cut lines with a TCP reset; what is under way is lost."""
        lines = self._do(FaultKind.RESET_TCP, endpoint, connection)
        for line in lines:
            line.reset()
        return len(lines)

    def half_open(self, endpoint: str | None = None, connection: str | None = None) -> int:
        """Answer nothing and close nothing on lines from now on."""
        lines = self._do(FaultKind.HALF_OPEN, endpoint, connection)
        for line in lines:
            line.half_open()
        return len(lines)

    def stall(self, seconds: float = 0.0, endpoint: str | None = None, connection: str | None = None) -> int:
        """Neither read nor write for so many seconds, then catch up; 0 is for ever.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("`seconds` cannot be negative")
        lines = self._do(FaultKind.STALL, endpoint, connection, str(seconds))
        for line in lines:
            line.stall(seconds)
        return len(lines)

    def stop_reading(self, endpoint: str | None = None, connection: str | None = None) -> int:
        """Read no more from lines, and go on pushing."""
        lines = self._do(FaultKind.STOP_READING, endpoint, connection)
        for line in lines:
            line.stop_reading()
        return len(lines)

    def notice(self, cut_after: float | None = None, endpoint: str | None = None, connection: str | None = None) -> int:
        """Send V5 lines the notice 64008, and cut the same lines after so many seconds if they are still there.

        V3 has no notice, so its lines are left out (V5 protocol.md, "Maintenance and zero-downtime reconnect"). How the
        exchange cuts is not documented; here the line ends without a close frame.

        Raises:
            ValueError: ``cut_after`` is negative.
        """
        if cut_after is not None and cut_after < 0:
            raise ValueError("`cut_after` cannot be negative")
        told = [line for line in self.matching(endpoint, connection) if line.dialect_name == "v5"]
        for line in told:
            self._note(FaultKind.NOTICE, line, _UPGRADE)
            event = {"event": "notice", "code": _UPGRADE, "connId": line.conn_id}
            event["msg"] = "This connection ends soon for an upgrade of the service. Please open another one."
            line.send(text_frame(orjson.dumps(event)))
            line.flush()
        if cut_after is not None:
            self._clock.timeline.call_later(cut_after, lambda: self._cut(told))
        return len(told)

    def maintenance(self, after: float = 60.0) -> int:
        """Cut every line after so many seconds; those of V5 are told of it first, those of V3 are not."""
        self._journal.note(FaultKind.MAINTENANCE, self._clock.now(), detail=str(after))
        untold = [line for line in self.matching() if line.dialect_name != "v5"]
        told = self.notice(after)
        if untold:
            self._clock.timeline.call_later(after, lambda: self._cut(untold))
        return told + len(untold)

    def _cut(self, lines: list[Connection]) -> None:
        for line in lines:
            if line.open:
                self._note(FaultKind.CLOSE, line, str(_NO_CLOSE_FRAME))
                line.close(_NO_CLOSE_FRAME)

    def _do(self, kind: FaultKind, endpoint: str | None, connection: str | None, detail: str = "") -> list[Connection]:
        lines = self.matching(endpoint, connection)
        for line in lines:
            self._note(kind, line, detail)
        return lines

    def _note(self, kind: FaultKind, line: Connection, detail: str) -> None:
        self._journal.note(kind, self._clock.now(), connection=line.conn_id, detail=detail)
