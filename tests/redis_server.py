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
from redis.exceptions import ConnectionError as NoConnection

from okx_async import RedisLimits

__all__ = ["RedisServer", "needs_redis", "redis_server"]

_BINARY = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(_BINARY is None, reason="there is no redis-server here; .ci/run installs it")


class RedisServer:
    """One ``redis-server`` on a socket of its own; it keeps nothing on disk."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self._password = password
        self._client: Any = None
        self._socket = folder / "redis.sock"
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"unix://{f':{password}@' if password else ''}{self._socket}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        assert _BINARY is not None
        options: tuple[str, ...] = (
            "--port",
            "0",
            "--unixsocket",
            str(self._socket),
            "--save",
            "",
            "--appendonly",
            "no",
        )
        if self._password:
            options += ("--requirepass", self._password)
        self._process = await asyncio.create_subprocess_exec(
            _BINARY, *options, "--dir", str(self._socket.parent), stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(10):
            while not await self._answers():
                await asyncio.sleep(0.005)

    async def _answers(self) -> bool:
        try:
            return bool(await self.ask("PING"))
        except NoConnection:
            return False

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None
        self._socket.unlink(missing_ok=True)

    async def ask(self, *command: Any) -> Any:
        """Send one command."""
        if self._client is None:
            self._client = Redis.from_url(self.url, decode_responses=True)
        return await self._client.execute_command(*command)

    async def lined_up(self, count: int) -> None:
        """Wait until so many wait here for their turn."""
        for _ in range(10_000):
            lines = await self.ask("KEYS", "*:line")
            if sum([await self.ask("ZCARD", line) for line in lines]) == count:
                return
        raise AssertionError(f"there are never {count} in line")

    async def dump(self) -> str:
        """Return every name and every value that is kept here."""
        found = []
        for name in sorted(await self.ask("KEYS", "*")):
            kind = await self.ask("TYPE", name)
            read = ("ZRANGE", name, 0, -1) if kind == "zset" else ("GET", name)
            found.append(f"{name} {await self.ask(*read)}")
        return "\n".join(found)

    def limits(self, share: float = 0.5, **more: Any) -> RedisLimits:
        """Return limits that are shared here."""
        return RedisLimits(url=self.url, salt="grain", share=share, **more)


@asynccontextmanager
async def redis_server(password: str = "", patience: float = 120.0) -> AsyncIterator[RedisServer]:
    """Run a Redis; what is done with it may take ``patience`` seconds, so that a lost wake-up is a red test."""
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder), password)
        await server.start()
        try:
            async with asyncio.timeout(patience):
                yield server
        finally:
            await server.kill()
