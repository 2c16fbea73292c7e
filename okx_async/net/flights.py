"""Operations on their way over one connection: each reply finds whoever waits for it, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import count

from ..core.dialect import Reply
from ..core.session import OPERATION
from ..errors import ConnectionLost

__all__ = ["Flights"]


class Flights:
    """What was sent over one connection and is not answered yet.

    An id is used once in the life of this object, so that a late reply is never taken for another request's.
    """

    def __init__(self) -> None:
        self._ids = count(1)
        self._waiting: dict[str, tuple[str, asyncio.Future[bytes]]] = {}
        # A timer each would cost more than all the rest, and patience is nearly always the same.
        self._due: deque[tuple[float, str]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._empty: asyncio.Event | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, op: str, timeout: float) -> tuple[str, asyncio.Future[bytes]]:
        """Return the id for a new operation, and what will hold its reply: the whole frame.

        Args:
            op: Its name.
            timeout: Seconds after which it holds `TimeoutError` instead; the same for all, or it may take longer.
        """
        request_id = f"{OPERATION}{next(self._ids)}"
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting[request_id] = (op, future)
        due = self._due
        while due and due[0][1] not in self._waiting:
            due.popleft()
        due.append((loop.time() + timeout, request_id))
        if self._timer is None:
            self._timer = loop.call_at(due[0][0], self._look, loop)
        return request_id, future

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up what has waited for too long, and come back when the next may have."""
        self._timer = None
        now = loop.time()
        while self._due:
            deadline, request_id = self._due[0]
            _, future = self._waiting.get(request_id, ("", None))
            if future is not None and not future.done():
                if deadline > now:
                    self._timer = loop.call_at(deadline, self._look, loop)
                    return
                future.set_exception(TimeoutError())
                future.exception()  # whoever waits may be stopped in this very moment
            self._due.popleft()

    def end(self, request_id: str) -> None:
        """Wait no longer for a reply; one that comes later is nobody's. May be called twice."""
        self._waiting.pop(request_id, None)
        if self._empty is not None and not self._waiting:
            self._empty.set()
            self._empty = None

    def land(self, reply: Reply) -> bool:
        """Hand a reply to whoever waits for it: id and operation must both fit, an error frame names the id alone.

        Returns:
            False when nobody waits for it: late, doubled, or somebody else's.
        """
        op, future = self._waiting.get(reply.request_id, ("", None))
        if future is None or future.done() or (reply.op and reply.op != op):
            return False
        future.set_result(reply.raw)
        return True

    def lose(self, cause: str) -> None:
        """The line is gone: nobody knows what became of what is on its way."""
        for request_id, (_, future) in list(self._waiting.items()):
            if not future.done():
                future.set_exception(ConnectionLost(cause))
                future.exception()  # whoever waits may be stopped in this very moment, and then it is nobody's fault
            self.end(request_id)
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def landed(self) -> None:
        """Wait until nothing is on its way."""
        while self._waiting:
            if self._empty is None:
                self._empty = asyncio.Event()
            await self._empty.wait()
