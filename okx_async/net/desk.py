"""Sends operations over the pool's lines and waits for their replies: the second road beside `Caller`'s REST."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ..core.dialect import Answer
from ..core.endpoint import Request
from ..core.op import Op
from ..errors import NotSent, OutcomeUnknown
from .link import Link
from .pool import Pool

__all__ = ["Away", "Desk"]

#: Wire names by which an order can be found again.
_IDS = ("clOrdId", "ordId", "instId", "sprdId")


class Away(NotSent):
    """The socket cannot take an operation now; nothing was sent. Waiting was tried already."""

    retryable = False


class Desk:
    """Where operations are handed in.

    Args:
        pool: The sockets.
        reply: Seconds a reply may take; after that nobody knows what came of the operation.
        connect: Seconds to wait for a line that is not ready.
    """

    def __init__(self, pool: Pool, *, reply: float, connect: float) -> None:
        self._pool = pool
        self._reply = reply
        self._connect = connect

    def ready(self, socket: str) -> bool:
        """Tell whether a line could take an operation now, and begin to open one when there is none."""
        return self._pool.order_line(socket).ready

    def renew(self, socket: str, cause: str) -> None:
        """Replace a line that stands but does not do its duty; what is on its way is let finish."""
        self._pool.hand_over(self._pool.order_line(socket), cause)

    async def send(self, op: Op, codes: Mapping[str, int], request: Request, *, wait: bool = True) -> Answer:
        """Send an operation and return the reply as the answer its REST twin would give.

        Args:
            op: Which.
            codes: The numbers of its instruments, by id.
            request: The checked request of its twin.
            wait: Whether to wait for a line that is not ready; otherwise it is `Away` at once.

        Raises:
            BadParameter: A parameter cannot take this road.
            Away: It never left this machine.
            AuthRefused: The exchange refused the login of the line, so it never left this machine either.
            TimedOut, ConnectionLost: It was sent, and nobody knows what came of it.
        """
        rows = op.rows(request, codes.__getitem__)
        line = self._pool.order_line(op.socket)
        if not line.ready:
            line = await self._line(op.socket, self._connect if wait else 0.0)
        try:
            raw = await line.operate(op.name, lambda name: op.spell(rows, request.headers, name), self._reply)
        except OutcomeUnknown as error:
            raise _with_ids(error, request) from None
        return op.answer(raw)

    async def _line(self, socket: str, patience: float) -> Link:
        """Return a line that is ready now, or within so many seconds."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            line = self._pool.order_line(socket)
            if line.failed is not None:
                raise line.failed.with_traceback(None)
            if line.ready:
                return line
            try:
                async with asyncio.timeout_at(deadline):
                    await self._pool.changed()
            except TimeoutError:
                raise Away(f"the {socket} socket for orders is not ready: {line.cause}; nothing was sent") from None


def _with_ids(error: OutcomeUnknown, request: Request) -> OutcomeUnknown:
    """Return the error with what the order can be looked up by."""
    rows: Any = request.fields if isinstance(request.fields, list) else [request.fields]
    told = "; ".join(", ".join(f"{name} {row[name]}" for name in _IDS if row.get(name)) for row in rows)
    return type(error)(f"{error}. Look it up before sending it again: {told or request.endpoint.path}")
