"""What a user asks of the exchange in V3: one request that was let in, and what its answer carries beside its body."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..accounts.people import Access, User
from ..query_v3 import Query

__all__ = ["Answer", "AskV3", "HandlerV3", "HandlersV3", "page"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskV3:
    """One request of a user who has shown a good key.

    Attributes:
        user: Who asks.
        access: With which key.
        query: The parameters of the path, and those of the query or of the body's object.
        body: The body's JSON, ``None`` without one.
        address: From where.
        received: When it came, Unix milliseconds.
    """

    user: User
    access: Access
    query: Query
    body: Any
    address: str
    received: int

    @property
    def product(self) -> str:
        """``spot``, ``swap``, ``futures`` ..."""
        return self.query.product


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is more than a body.

    Attributes:
        body: The JSON.
        status: Of HTTP.
        cursors: The first and the last id of a page, ``None`` for an empty one.
        refused: The code it refuses with, 0 for none.
    """

    body: Any
    status: int = 200
    cursors: tuple[str, str] | None = None
    refused: int = 0


HandlerV3 = Callable[[AskV3], Any]
"""Answers a request with an `Answer` or the JSON alone, or raises `query_v3.Refusal`."""

HandlersV3 = Mapping[tuple[str, str], HandlerV3]
"""Which handler answers a method and a path as it is declared: ``("GET", "/api/spot/v3/orders/{order_id}")``."""


def page(rows: Sequence[Json], cursor: str, body: Any = None) -> Answer:
    """Return a page of rows with the ids at its ends; the rows are the body where it is no other."""
    ends = (str(rows[0][cursor]), str(rows[-1][cursor])) if rows else None
    return Answer(rows if body is None else body, cursors=ends)
