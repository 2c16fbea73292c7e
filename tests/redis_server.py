"""A real Redis of one's own, that can be killed and started again."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from okx_async import RedisLimits

__all__ = ["RedisServer", "needs_redis", "redis_server"]

_BINARY = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(_BINARY is None, reason="there is no redis-server here; .ci/run installs it")


class RedisServer:
    """One ``redis-server`` on a socket of its own; it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"unix://{self._socket}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        assert _BINARY is not None
        options = ("--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no")
        self._process = await asyncio.create_subprocess_exec(
            _BINARY, *options, "--dir", str(self._socket.parent), stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(10):
            while not self._socket.exists():
                await asyncio.sleep(0.005)
        assert await self.ask("PING")

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None
        self._socket.unlink(missing_ok=True)

    async def ask(self, *command: Any) -> Any:
        """Send one command."""
        redis: Any = Redis.from_url(self.url, decode_responses=True)
        try:
            return await redis.execute_command(*command)
        finally:
            await redis.aclose()

    async def age(self) -> None:
        """Let this Redis have been there for long: nothing that was spent before it was is in any window."""
        for name in await self.ask("KEYS", "*:born"):
            await self.ask("SET", name, "0")

    def limits(self, share: float = 0.5, **more: Any) -> RedisLimits:
        """Return limits that are shared here."""
        return RedisLimits(url=self.url, salt="grain", share=share, **more)


@asynccontextmanager
async def redis_server() -> AsyncIterator[RedisServer]:
    """Run a Redis."""
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder))
        await server.start()
        try:
            yield server
        finally:
            await server.kill()
