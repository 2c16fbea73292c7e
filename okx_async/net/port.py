"""The narrow port to a WebSocket library: all that the rest of the house knows about a connection.

Another library fits behind it as well; ``benchmarks/pipes.py`` has three.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

__all__ = ["Deliver", "Opener", "Pipe"]

Deliver = Callable[[bytes, float], None]


class Pipe(Protocol):
    """What the rest of the house knows about a WebSocket connection."""

    heard: float
    """When bytes were last received, on the loop's clock."""

    @property
    def closed(self) -> asyncio.Future[None]:
        """Done when the connection is gone."""
        ...

    @property
    def close_reason_text(self) -> str:
        """Why it closed, for logs: code and reason."""
        ...

    async def say(self, frame: bytes) -> None:
        """Send one text frame. Raises `ConnectionLost` when the line is gone."""
        ...

    def put(self, frame: bytes) -> bool:
        """Send one text frame at once; return False, with nothing sent, when it would have to wait for anything."""
        ...

    def pause(self) -> None:
        """Stop reading from the socket, so that TCP slows the sender down."""
        ...

    def resume(self) -> None:
        """Read again."""
        ...

    async def shut(self, timeout: float) -> None:
        """Close politely, and cut the line when that takes longer than ``timeout`` seconds."""
        ...


Opener = Callable[..., Awaitable[Pipe]]
"""Opens a connection: see `okx_async.net.pipe.open_pipe` for the parameters."""
