"""Witnesses that need an environment of their own: programs that print what they are told, one line of JSON each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from okx_async import Credentials

__all__ = ["Told", "secrets", "telling"]

Told = dict[str, list[dict[str, Any]]]
"""What a program has printed so far, by kind."""
_LINE = 1 << 22
"""How long a line may be: a whole book is one."""


@asynccontextmanager
async def telling(python: str, program: str, *args: str) -> AsyncIterator[Told]:
    """Run a program of this folder until the block ends, and yield what it tells."""
    path = str(Path(__file__).parent / program)
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    running = await asyncio.create_subprocess_exec(python, path, *args, stdout=pipe, stderr=nowhere, limit=_LINE)
    told: Told = {}

    async def read() -> None:
        assert running.stdout is not None
        async for line in running.stdout:
            row = json.loads(line)
            told.setdefault(row.pop("kind"), []).append(row)

    reading = asyncio.create_task(read())
    try:
        yield told
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()
        await reading


def secrets(key: Credentials) -> tuple[str, str, str]:
    """Return a key as others want it."""
    return key.api_key.reveal(), key.secret_key.reveal(), key.passphrase.reveal()
