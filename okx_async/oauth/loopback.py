"""Where a desktop application's browser comes back to: one request on 127.0.0.1, and a page to read. (RFC 8252)"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from ..errors import AuthorizationDenied, AuthorizationFailed, AuthorizationTimedOut, BadParameter, StateMismatch
from .login import Answer, Login

__all__ = ["Loopback"]

_HEAD_BYTES = 16_384
_PATIENCE = 10.0
"""Seconds that a browser has to say what it wants: one that says nothing must not keep a place."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; color: #1a1a1a; background: #f4f4f2;
  font: 17px/1.5 system-ui, sans-serif; }}
main {{ max-width: 26rem; margin: 1rem; padding: 2rem; background: #fff; border: 1px solid #ddd; border-radius: 10px; }}
h1 {{ margin: 0 0 .5rem; font-size: 1.3rem; }} p {{ margin: 0; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #eee; background: #161616; }} main {{ background: #222; border-color: #3a3a3a; }} }}
</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""
_CLOSE = "You can close this window and go back to the application."


class Loopback:
    """Waits on 127.0.0.1 for the answer to one question. Use it as async context manager.

    It takes GET on its own path only, from browsers that name it by its own address, and the first answer with the
    right state only; other answers are turned away, and it goes on waiting.

    Args:
        port: Where to listen; 0 takes a free one.
        path: Where the browser comes back to.
    """

    def __init__(self, *, port: int = 0, path: str = "/callback") -> None:
        if not path.startswith("/") or set(path) & set("?# "):
            raise BadParameter(f"path must start with '/' and have no query, got {path!r}")
        self._port = port
        self._path = path
        self._server: asyncio.Server | None = None
        self._login: Login | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.turned_away = 0

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(self._greet, "127.0.0.1", self._port, limit=_HEAD_BYTES)
        except OSError as error:
            raise AuthorizationFailed(f"cannot listen on 127.0.0.1:{self._port}: {error.strerror}") from None
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        # What was said is still sent: the page that tells the user how it went. Who said nothing is not waited for.
        for writer in self._talks.values():
            writer.close()
        await asyncio.gather(*self._talks)

    @property
    def redirect_uri(self) -> str:
        """Where the browser shall come back to."""
        return f"http://127.0.0.1:{self._port}{self._path}"

    async def answer(
        self, login: Login, open_page: Callable[[str], Awaitable[object] | object], *, timeout: float = 300.0
    ) -> Answer:
        """Open the authorize page and return the answer that the browser comes back with.

        Args:
            login: The question, asked with this ``redirect_uri``.
            open_page: Opens a URL, e.g. ``webbrowser.open``; a plain function runs in a thread.
            timeout: How many seconds the user has.

        Raises:
            AuthorizationDenied: The user said no.
            AuthorizationTimedOut: Nobody answered.
        """
        if login.redirect_uri != self.redirect_uri:
            raise BadParameter("the login was asked with another redirect_uri than this one's")
        self._login = login
        self._answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await _open(open_page, login.url)
                return await self._answer
        except TimeoutError:
            pass
        finally:
            self._login = None
            if self._answer.done() and not self._answer.cancelled():
                self._answer.exception()  # seen, even when opening the page failed
        away = f"; {self.turned_away} answer(s) with another state were turned away" if self.turned_away else ""
        raise AuthorizationTimedOut(f"nobody answered within {timeout:g} seconds{away}")

    # -- one connection

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a handler of asyncio's server is a task
        self._talks[task] = writer
        try:
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                async with asyncio.timeout(_PATIENCE):
                    head = await reader.readuntil(b"\r\n\r\n")
                    writer.write(self._respond(head))
                    await writer.drain()
        finally:
            del self._talks[task]
            writer.close()

    def _respond(self, head: bytes) -> bytes:
        first, *rest = head.decode("latin-1").split("\r\n")
        method, _, target = first.partition(" ")
        target = target.rpartition(" ")[0]
        hosts = [line.partition(":")[2].strip() for line in rest if line.lower().startswith("host:")]
        if hosts != [f"127.0.0.1:{self._port}"]:
            # A page of the web that reaches this port by a name of its own (DNS rebinding).
            return _page(403, "Forbidden", "Not for you", "This address answers one application only.")
        if urlsplit(target).path != self._path:
            return _page(404, "Not Found", "Nothing here", "This is not the address you were sent to.")
        if method != "GET":
            return _page(405, "Method Not Allowed", "Nothing here", "Only a browser's plain visit is answered.")
        return self._take(target)

    def _take(self, target: str) -> bytes:
        if self._login is None or self._answer is None or self._answer.done():
            return _page(410, "Gone", "This login is over", "Go back to the application and begin again.")
        try:
            answer = self._login.read(target)
        except StateMismatch:
            self.turned_away += 1
            text = "It belongs to another login. Go back to the application and begin again."
            return _page(400, "Bad Request", "This answer was not accepted", text)
        except AuthorizationDenied as error:
            self._answer.set_exception(error.with_traceback(None))  # which holds the address
            return _page(200, "OK", "Access was not granted", f"Nothing was changed. {_CLOSE}")
        except AuthorizationFailed as error:
            self._answer.set_exception(error.with_traceback(None))  # which holds the address
            return _page(400, "Bad Request", "This answer was not accepted", f"Something is missing in it. {_CLOSE}")
        self._answer.set_result(answer)
        return _page(200, "OK", "Access was granted", _CLOSE)


async def _open(open_page: Callable[[str], Awaitable[object] | object], url: str) -> None:
    if inspect.iscoroutinefunction(open_page):
        await open_page(url)
        return
    opened = await asyncio.to_thread(open_page, url)
    if inspect.isawaitable(opened):
        await opened


def _page(status: int, reason: str, title: str, text: str) -> bytes:
    body = _PAGE.format(title=title, text=text).encode()
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",  # the code is in this page's own address
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*head, "", "")).encode() + body
