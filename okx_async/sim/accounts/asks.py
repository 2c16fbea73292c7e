"""What a user asks of the exchange, whichever road it came: one request, understood and not yet answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .people import Access, User

__all__ = ["Ask", "Handler", "Handlers", "Road"]

Road = str
"""``rest`` or ``ws``."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a user who has shown a good key.

    Attributes:
        user: Who asks.
        access: With which key.
        fields: The query of a GET, the JSON object of a POST, by wire name.
        items: The JSON list of a POST whose body is one; else the fields alone.
        road: ``rest`` or ``ws``.
        address: From where.
        received: When it came, Unix milliseconds.
    """

    user: User
    access: Access
    fields: Mapping[str, Any]
    items: tuple[Mapping[str, Any], ...]
    road: Road
    address: str
    received: int


Handler = Callable[[Ask], list[Any]]
"""Answers a request with its ``data`` or raises `query_v5.Refusal`."""

Handlers = Mapping[tuple[str, str], Handler]
"""Which handler answers a method and a path: ``("POST", "/api/v5/trade/order")``."""
