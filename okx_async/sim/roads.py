"""Which handler a request is for, with one function around them all.

aiohttp's own router would have to be built anew for every exchange: 700 routes are more work, and more objects, than
all the rest of a small one. Exchanges with the same paths share a map of them here; only their handlers are their own.
Middlewares are not used either: aiohttp keeps them in a cache of the process, and with them every exchange that ever
was.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, NoReturn

from aiohttp import web

__all__ = ["Answering", "Roads", "way_of"]

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
Around = Callable[[web.Request, Answering], Awaitable[web.StreamResponse]]

# aiohttp wants its own kind of key from 3.14 on; before, there was none.
_WAY: Any = web.RequestKey("way", web.UrlMappingMatchInfo) if hasattr(web, "RequestKey") else "okx_async way"


class Roads:
    """What an application serves, with something around every handler.

    Args:
        app: The application; every request to it comes here.
        around: Called with each request and the handler behind it.

    Attributes:
        router: Itself, so that rooms mount on it as they would on an application.
    """

    def __init__(self, app: web.Application, around: Around) -> None:
        self._around = around
        self.router = self
        self._ways: list[tuple[str, str]] = []
        self._handlers: list[Answering] = []
        self._map: _Map | None = None
        app.router.add_route("*", "/{path:.*}", self._answer)

    @property
    def served(self) -> list[tuple[str, re.Pattern[str]]]:
        """Method and path of every route; under the method ``*`` stands what only says no."""
        return _map_of(tuple(self._ways)).patterns()

    def add_route(self, method: str, path: str, handler: Answering) -> None:
        """Serve a path."""
        self._map = None
        self._ways.append((method, path))
        self._handlers.append(handler)

    def add_get(self, path: str, handler: Answering) -> None:
        """Serve GET, and HEAD with it."""
        self.add_route("HEAD", path, handler)
        self.add_route("GET", path, handler)

    def add_post(self, path: str, handler: Answering) -> None:
        """Serve POST."""
        self.add_route("POST", path, handler)

    def add_delete(self, path: str, handler: Answering) -> None:
        """Serve DELETE."""
        self.add_route("DELETE", path, handler)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self._map is None:
            self._map = _map_of(tuple(self._ways))
        number = await self._map.find(request)
        return await self._around(request, self._handlers[number])


def way_of(request: web.Request) -> web.UrlMappingMatchInfo:
    """Return the way a request came by: its route, and the parts of its path by name."""
    way: web.UrlMappingMatchInfo = request[_WAY]
    return way


class _Map:
    """Methods and paths, and which of them a request is for."""

    def __init__(self, ways: tuple[tuple[str, str], ...]) -> None:
        self._paths = web.UrlDispatcher()
        self._routes = [self._paths.add_route(method, path, _nobody) for method, path in ways]
        self._numbers = {route: number for number, route in enumerate(self._routes)}

    async def find(self, request: web.Request) -> int:
        """Return the number of the way a request takes.

        Raises:
            HTTPNotFound, HTTPMethodNotAllowed: There is none.
        """
        way = await self._paths.resolve(request)
        if way.http_exception is not None:
            raise way.http_exception
        request[_WAY] = way
        return self._numbers[way.route]

    def patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Return method and path of every way but those of HEAD, which come with GET."""
        return [(route.method, _pattern(route.resource)) for route in self._routes if route.method != "HEAD"]


@lru_cache(maxsize=8)
def _map_of(ways: tuple[tuple[str, str], ...]) -> _Map:
    return _Map(ways)


async def _nobody(request: web.Request) -> NoReturn:
    """Stand where a handler would: exchanges have their own."""
    raise web.HTTPNotImplemented


def _pattern(resource: web.AbstractResource | None) -> re.Pattern[str]:
    info = resource.get_info() if resource is not None else {}
    return info.get("pattern") or re.compile(re.escape(info.get("path", "")))
