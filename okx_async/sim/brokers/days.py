"""Days and pages, as brokers are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..query_v5 import Query, Refusal

__all__ = ["DAY_MS", "HONG_KONG_MS", "date_of", "paged", "range_of", "start_of"]

DAY_MS = 86_400_000
HONG_KONG_MS = 8 * 3_600_000
"""How far Hong Kong is ahead of UTC."""
_MOST_DAYS = 180


def date_of(ms: int) -> str:
    """Return the day of a moment, as ``YYYYMMDD`` in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y%m%d")


def start_of(text: str, name: str) -> int:
    """Return the moment a day begins in UTC.

    Raises:
        Refusal: 59612, it is no day.
    """
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(400, "59612", f"Incorrect time format of {name}") from None
    return (day - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def range_of(form: Query) -> tuple[int, int]:
    """Return when ``begin`` begins and when ``end`` ends, both days included.

    Raises:
        Refusal: 59612 for what is no day, 59616 for the wrong order, 59615 for more than 180 days.
    """
    begin, end = start_of(form.needed("begin"), "begin"), start_of(form.needed("end"), "end") + DAY_MS
    if begin >= end:
        raise Refusal(400, "59616", "The begin time can not be after the end time")
    if end - begin > _MOST_DAYS * DAY_MS:
        raise Refusal(400, "59615", "The time range can not exceed 180 days")
    return begin, end


def paged(form: Query, rows: Sequence[Any]) -> tuple[int, int, list[Any]]:
    """Return which page it is, how many there are, and its rows."""
    size, page = form.limit("limit", 100, 100), form.number("page", 1) or 1
    pages = max(1, -(-len(rows) // size))
    return page, pages, list(rows[(page - 1) * size : page * size])
