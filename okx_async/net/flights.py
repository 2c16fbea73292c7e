"""Operations on their way over one connection: each reply finds whoever waits for it, and nobody waits for ever."""

from __future__ import annotations

import asyncio
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
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, op: str) -> tuple[str, asyncio.Future[bytes]]:
        """Return the id for a new operation, and what will hold its reply: the whole frame."""
        request_id = f"{OPERATION}{next(self._ids)}"
        future = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = (op, future)
        self._empty.clear()
        return request_id, future

    def end(self, request_id: str) -> None:
        """Wait no longer for a reply; one that comes later is nobody's. May be called twice."""
        self._waiting.pop(request_id, None)
        if not self._waiting:
            self._empty.set()

    def land(self, reply: Reply) -> bool:
        """Hand a reply to whoever waits for it: id and operation must both fit, an error frame names the id alone.

        Returns:
            False when nobody waits for it: late, doubled, or somebody else's.
        """
        op, future = self._waiting.get(reply.request_id, ("", None))
        if future is None or future.done() or (reply.op and reply.op != op):
            return False
        future.set_result(reply.raw)
        self.end(reply.request_id)
        return True

    def lose(self, cause: str) -> None:
        """The line is gone: nobody knows what became of what is on its way."""
        for request_id, (_, future) in list(self._waiting.items()):
            if not future.done():
                future.set_exception(ConnectionLost(cause))
                future.exception()  # whoever waits may be stopped in this very moment, and then it is nobody's fault
            self.end(request_id)

    async def landed(self) -> None:
        """Wait until nothing is on its way."""
        await self._empty.wait()
