"""What of the declared exchange the simulator serves, read off what it really routes requests and subscriptions by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from ..core.endpoint import Endpoint
from .dialect import TopicKind, TopicSpec
from .dialect_v3 import CHANNELS, OWN, PRODUCTS
from .dialect_v3 import PRIVATE as PRIVATE_V3
from .dialect_v5 import BUSINESS, PRIVATE, PRIVATE_BUSINESS, PUBLIC
from .exchange import Exchange
from .without import WITHOUT

__all__ = ["Coverage", "Served"]

_PLACEHOLDER = re.compile(r"{\w+}")
_TABLES_V5 = {"public": PUBLIC, "business": BUSINESS | PRIVATE_BUSINESS, "private": PRIVATE}


class Served(StrEnum):
    """How the simulator treats something that the exchange has."""

    YES = "served"
    STATIC = "static"
    """An endpoint that is answered with an example made from its documented shape."""
    SILENT = "acknowledged"
    """A channel that can be subscribed to, on which nothing comes."""
    NO = "not simulated"


class Coverage:
    """What a simulated exchange serves.

    Args:
        exchange: Whose routes; by default those of a small one that is never opened.
    """

    def __init__(self, exchange: Exchange | None = None) -> None:
        exchange = exchange or Exchange(instruments=1, history_minutes=1, rate=0)
        self._routes: Sequence[tuple[str, re.Pattern[str]]] = exchange.routes
        self._static = exchange.static

    def endpoint(self, endpoint: Endpoint) -> Served:
        """Tell whether requests to an endpoint are answered, and whether with what is so or with an example."""
        path = _PLACEHOLDER.sub("x", endpoint.path)
        found = any(method == endpoint.method and pattern.fullmatch(path) for method, pattern in self._routes)
        return Served.YES if found else Served.STATIC if self._static.serves(endpoint) else Served.NO

    def without(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Return what an endpoint that is served does not simulate."""
        served = endpoint.dialect == "v5" and self.endpoint(endpoint) is Served.YES
        return WITHOUT.get(f"{endpoint.chapter}.{endpoint.name}", ()) if served else ()

    def channel(self, dialect: str, socket: str, name: str) -> Served:
        """Tell whether a channel is pushed on.

        Args:
            dialect: ``v5`` or ``v3``.
            socket: Which one serves it: ``public``, ``private``, ``business`` or ``v3``.
            name: Its name on the wire, one candle size and one product each.
        """
        if dialect == "v5":
            return _of(_TABLES_V5.get(socket, {}).get(name))
        product, _, channel = name.partition("/")
        if channel in PRIVATE_V3.get(product, ()):
            return Served.YES
        return _of(OWN.get(product, {}).get(channel) or (CHANNELS.get(channel) if product in PRODUCTS else None))


def _of(spec: TopicSpec | None) -> Served:
    if spec is None:
        return Served.NO
    return Served.SILENT if spec.mute or spec.kind == TopicKind.SILENT else Served.YES
