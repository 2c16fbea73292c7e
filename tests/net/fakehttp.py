"""A faked aiohttp session: answers from a list, and a note of every request. (aioresponses lags behind aiohttp.)"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
from yarl import URL

from okx_async.net.fetch import Fetch
from okx_async.settings import Timeouts

__all__ = ["FakeFetch", "FakeHttp", "Sent"]


@dataclass(frozen=True)
class Sent:
    """One request as it reached the session."""

    method: str
    url: URL
    kwargs: dict[str, Any]


@dataclass
class _Planned:
    method: str
    url: URL
    status: int
    body: str
    exception: BaseException | None
    repeat: bool
    raises: Callable[[Sent], BaseException] | None


class _Response:
    def __init__(self, status: int, body: str) -> None:
        self.status = status
        self.content = self
        self._body = body

    def is_eof(self) -> bool:
        """Tell that all of the body has come."""
        return True

    async def read(self) -> bytes:
        return self._body.encode()


class FakeHttp:
    """The answers to come and the requests that were made; in the place of an `aiohttp.ClientSession`."""

    def __init__(self) -> None:
        self.requests: list[Sent] = []
        self._plan: list[_Planned] = []

    def get(self, url: str, **answer: Any) -> None:
        """Plan an answer to a GET, whatever its query."""
        self._add("GET", url, **answer)

    def post(self, url: str, **answer: Any) -> None:
        """Plan an answer to a POST."""
        self._add("POST", url, **answer)

    def _add(
        self,
        method: str,
        url: str,
        status: int = 200,
        body: str = "",
        exception: BaseException | None = None,
        repeat: bool = False,
        raises: Callable[[Sent], BaseException] | None = None,
    ) -> None:
        self._plan.append(_Planned(method, URL(url), status, body, exception, repeat, raises))

    @asynccontextmanager
    async def request(self, method: str, url: URL, **kwargs: Any) -> AsyncIterator[_Response]:
        """Answer as planned."""
        sent = Sent(method, url, kwargs)
        self.requests.append(sent)
        bare = url.with_query(None)
        planned = next((one for one in self._plan if one.method == method and one.url == bare), None)
        if planned is None:
            raise aiohttp.ClientConnectionError("nothing planned")
        if not planned.repeat:
            self._plan.remove(planned)
        error = planned.raises(sent) if planned.raises else planned.exception
        if error is not None:
            raise error
        yield _Response(planned.status, planned.body)

    async def close(self) -> None:
        """Close nothing."""


class FakeFetch(Fetch):
    """A real `Fetch` over a faked session."""

    def __init__(self, http: FakeHttp) -> None:
        super().__init__(Timeouts())
        self._http = http

    def _open(self) -> aiohttp.ClientSession:
        return cast("aiohttp.ClientSession", self._http)
