"""A real chromium without a window, driven over its own DevTools socket."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

__all__ = ["Page", "chromium", "installed"]

_PATIENCE = 30.0
_TEXT = "document.readyState == 'complete' && document.body.innerText"
_FLAGS = (
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-gpu",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--remote-debugging-port=0",
)


def installed() -> str | None:
    """Return the path of a chromium, ``None`` when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


class Page:
    """One tab."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._ids = count(1)

    async def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        number = next(self._ids)
        await self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        async with asyncio.timeout(_PATIENCE):
            while True:
                said = json.loads(await self._line.recv())
                if said.get("id") == number:
                    return dict(said.get("result", {"error": said.get("error")}))

    async def evaluate(self, script: str) -> Any:
        """Return the value of a script, ``None`` while the page is being left."""
        said = await self.command("Runtime.evaluate", expression=script, returnByValue=True)
        return said.get("result", {}).get("value")

    async def shows(self, text: str) -> None:
        """Wait until the page shows a text."""
        async with asyncio.timeout(_PATIENCE):
            while text not in (await self.evaluate(_TEXT) or ""):
                await asyncio.sleep(0.02)

    async def goto(self, url: str) -> None:
        """Go somewhere."""
        await self.command("Page.navigate", url=url)

    async def press(self, label: str) -> None:
        """Press a button, by what is written on it."""
        script = f"[...document.querySelectorAll('button')].find(one => one.innerText == {json.dumps(label)}).click()"
        await self.evaluate(script)

    async def where(self) -> str:
        """Return the address of the page."""
        return str(await self.evaluate("location.href"))

    async def picture(self, width: int, height: int, *, dark: bool = False) -> bytes:
        """Return a picture (PNG) of the page in a window of a certain size."""
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.command("Emulation.setEmulatedMedia", features=[scheme])
        said = await self.command("Page.captureScreenshot")
        return base64.b64decode(said["data"])


@asynccontextmanager
async def chromium() -> AsyncIterator[Page]:
    """Start a chromium with a profile of its own, and end it afterwards."""
    binary = installed()
    assert binary is not None
    # Root has no sandbox; in a container that is who runs tests.
    flags = (*_FLAGS, "--no-sandbox") if os.geteuid() == 0 else _FLAGS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            binary,
            *flags,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port(Path(profile) / "DevToolsActivePort")
            async with connect(await _tab(port), max_size=None) as line:
                yield Page(line)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _port(file: Path) -> int:
    async with asyncio.timeout(_PATIENCE):
        while not (told := _read(file)):
            await asyncio.sleep(0.02)
    return int(told[0])


def _read(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


async def _tab(port: int) -> str:
    async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                tabs = [tab for tab in await answer.json() if tab["type"] == "page"]
            if tabs:
                return str(tabs[0]["webSocketDebuggerUrl"])
            await asyncio.sleep(0.02)
