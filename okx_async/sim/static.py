"""Answers to what is declared and not simulated: made up from its documented shape, and marked so.

Such an answer knows nothing of the exchange's state, and a request that gets one changes nothing. Nobody should take
it for more: it carries the header `HEADER`, is counted in `Counters.static`, and a warning is logged the first time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson
from aiohttp import web

from ..core.endpoint import Endpoint
from .clock import Clock
from .counters import Counters
from .examples import example, is_known
from .forms import Form
from .query_v5 import flawed

__all__ = ["HEADER", "Static", "StaticMode"]

_log = logging.getLogger("okx_async.sim")

HEADER = {"X-Simulated": "static"}
"""What every such answer carries."""
StaticMode = bool | Literal["all"]
"""``True``: what only asks is answered; ``"all"``: what would change something, too; ``False``: nothing is."""


class Static:
    """The endpoints that are answered from their shape where nobody simulates them.

    What would change something is refused unless it is asked for: a bot that is told "placed" by an exchange that has
    placed nothing learns something wrong, one that reads an example can see that it is one. What answers without the
    usual envelope, or with rows that no document tells, is never answered.

    Args:
        endpoints: What is declared.
        mode: See `StaticMode`.
        clock: Market time.
        counters: Where it is counted.

    Raises:
        ValueError: The mode is none of the three.
    """

    def __init__(self, endpoints: Iterable[Endpoint], mode: StaticMode, clock: Clock, counters: Counters) -> None:
        if mode not in (True, False, "all"):
            raise ValueError(f"`static` must be True, False or 'all', not {mode!r}")
        self._mode = mode
        self._clock = clock
        self._counters = counters
        # Of two schemas of one path, the first counts.
        self._endpoints: dict[tuple[str, str], Endpoint] = {
            (each.method, each.path): each for each in reversed(tuple(endpoints))
        }

    def serves(self, endpoint: Endpoint) -> bool:
        """Tell whether an endpoint would be answered from its shape if nobody simulates it."""
        changes = endpoint.method == "POST" and endpoint.writes
        if not self._mode or endpoint.dialect != "v5" or (changes and self._mode != "all"):
            return False
        return endpoint.scheme in ("none", "key") and not endpoint.bare and is_known(endpoint.result)

    def public(self, method: str, path: str) -> Endpoint | None:
        """Return the endpoint without a key that would be answered at a path."""
        found = self._endpoints.get((method, path))
        return found if found is not None and not found.auth and self.serves(found) else None

    def answer(self, endpoint: Endpoint, items: tuple[Mapping[str, Any], ...]) -> web.Response:
        """Return the answer to a request that was let in.

        Args:
            endpoint: Which.
            items: What was asked: a query, an object, or the objects of a list.

        Raises:
            Refusal: A parameter is missing or wrong.
        """
        if not endpoint.bare_list:
            flaw = Form(endpoint).flaw({name: _written(value) for name, value in items[0].items()})
            if flaw is not None:
                raise flawed(flaw)
        place = f"{endpoint.method} {endpoint.path}"
        self._counters.static[place] += 1
        if self._counters.static[place] == 1:
            _log.warning("%s is not simulated: the answer is an example made from its documented shape", place)
        now = self._clock.now()
        asked = () if _is_later(endpoint, items[0]) else items
        rows = [row for item in asked for row in example(endpoint.result, now, item)]
        body = {"code": "0", "data": rows, "msg": "", "totalPage": "1"}
        return web.Response(body=orjson.dumps(body), content_type="application/json", headers=HEADER)


def _is_later(endpoint: Endpoint, given: Mapping[str, Any]) -> bool:
    """Tell whether a page behind the first one is asked for: there is none, or turning pages would never end."""
    pages = endpoint.pages
    if pages is None or not endpoint.many:
        return False
    cursor = given.get(endpoint.signature.fields[pages.cursor].wire)
    return str(cursor) not in ("", "1") if pages.kind == "page" and cursor is not None else bool(cursor)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()
