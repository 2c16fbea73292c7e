"""How the pages of an endpoint are turned: which parameter is the cursor, and which field of a row feeds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

__all__ = ["Pager", "by_bar", "by_id", "by_page", "by_time", "by_window"]

#: Where a row says when it happened, the likeliest first.
MOMENTS = ("ts", "fill_time", "u_time", "c_time", "create_time", "timestamp")
#: How many bars V3's recent candles reach back. (Candles)
WINDOWED = 1440


@dataclass(frozen=True, slots=True)
class Pager:
    """How to walk from the newest row to older ones.

    Attributes:
        kind: ``id``: rows have ids of their own; ``time``: the cursor is a time, which several rows may share;
            ``bar``: the cursor is a time, which no two rows share; ``page``: pages are numbered.
        cursor: The parameter that asks for what is older (or for a page).
        field: The field of a row that feeds it, ``""`` for numbered pages.
        most: Rows per page, ``None`` when the documents name no maximum.
        size: The parameter that asks for so many, ``""`` when there is none.
        floor: The parameter for the older edge, where it must be given along with the cursor; else ``""``.
        then: The endpoint of the same chapter that goes on where this one's history ends, ``""`` for none.
    """

    kind: Literal["id", "time", "bar", "page"]
    cursor: str
    field: str
    most: int | None
    size: str
    floor: str = ""
    then: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """The parameters that nobody else may give."""
        return tuple(name for name in (self.cursor, self.size, self.floor) if name)

    def older(self, row: Any) -> int | str:
        """Return the cursor of a row."""
        value: int | str = getattr(row, self.field)
        return value

    def span(self, params: Mapping[str, Any]) -> int:
        """Return how far one window reaches in milliseconds, both edges included, so that windows overlap by a bar."""
        return ((self.most or 1) - 1) * int(params.get("granularity") or 60) * 1000

    @staticmethod
    def moment(row: Any) -> int | None:
        """Return when a row happened in Unix milliseconds, ``None`` when it does not say."""
        for name in MOMENTS:
            value = getattr(row, name, None)
            if isinstance(value, int):
                return value
            if isinstance(value, datetime):
                return round(value.timestamp() * 1000)
        return None


def by_id(field: str, most: int | None = 100, *, cursor: str = "after", size: str = "limit", then: str = "") -> Pager:
    """Rows with ids of their own: ``cursor`` asks for those before an id."""
    return Pager("id", cursor, field, most, size, then=then)


def by_time(
    field: str = "ts", most: int | None = 100, *, cursor: str = "after", size: str = "limit", then: str = ""
) -> Pager:
    """Rows by time: ``cursor`` asks for those before a moment, which the rows at a page's border may share."""
    return Pager("time", cursor, field, most, size, then=then)


def by_bar(most: int, *, cursor: str = "after", then: str = "") -> Pager:
    """Bars: ``cursor`` asks for those before a moment; whether with the one of that moment does not matter."""
    return Pager("bar", cursor, "ts", most, "limit", then=then)


def by_window(most: int, *, then: str = "") -> Pager:
    """Bars of V3 between ``start`` and ``end``, which are given together or not at all. (Candles)"""
    return Pager("bar", "end", "ts", most, "", floor="start", then=then)


def by_page(most: int | None = 100, *, cursor: str = "page", size: str = "limit") -> Pager:
    """Numbered pages, the first is 1."""
    return Pager("page", cursor, "", most, size)
