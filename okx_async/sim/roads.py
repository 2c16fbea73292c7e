"""Routes whose answers all go through one function.

aiohttp's own middlewares would do the same, but it keeps them in a cache of the process, and with them every exchange
that ever was: a thousand short sessions in one process would never be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

__all__ = ["Answering", "Roads"]

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
Around = Callable[[web.Request, Answering], Awaitable[web.StreamResponse]]


class Roads:
    """An application's router, with something around every handler.

    Args:
        app: The application.
        around: Called with each request and the handler behind it.

    Attributes:
        router: Itself, so that rooms mount on it as they would on an application.
    """

    def __init__(self, app: web.Application, around: Around) -> None:
        self._app = app
        self._around = around
        self.router = self
        self._routes: list[tuple[str, web.AbstractRoute]] = []

    def add_route(self, method: str, path: str, handler: Answering) -> None:
        """Serve a path."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._around(request, handler)

        self._routes.append((method, self._app.router.add_route(method, path, answer)))

    def add_get(self, path: str, handler: Answering) -> None:
        """Serve GET, and HEAD with it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._around(request, handler)

        self._routes.append(("GET", self._app.router.add_get(path, answer)))

    @property
    def served(self) -> list[tuple[str, re.Pattern[str]]]:
        """Method and path of every route; under the method ``*`` stands what only says no."""
        infos = ((method, route.resource.get_info()) for method, route in self._routes if route.resource is not None)
        return [(method, info.get("pattern") or re.compile(re.escape(info.get("path", "")))) for method, info in infos]

    def add_post(self, path: str, handler: Answering) -> None:
        """Serve POST."""
        self.add_route("POST", path, handler)

    def add_delete(self, path: str, handler: Answering) -> None:
        """Serve DELETE."""
        self.add_route("DELETE", path, handler)
