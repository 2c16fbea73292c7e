"""How the pages of an endpoint are turned: which parameter is the cursor, and which field of a row feeds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Pager", "by_id", "by_page", "by_time"]

#: Where a row says when it happened, the likeliest first.
MOMENTS = ("ts", "fill_time", "u_time", "c_time", "create_time", "timestamp")


@dataclass(frozen=True, slots=True)
class Pager:
    """How to walk from the newest row to older ones.

    Attributes:
        kind: ``id``: rows have ids of their own; ``time``: the cursor is a time, which several rows may share;
            ``page``: pages are numbered.
        cursor: The parameter that asks for what is older (or for a page).
        field: The field of a row that feeds it, ``""`` for numbered pages.
        most: Rows per page, ``None`` when the documents name no maximum.
        size: The parameter that asks for so many.
    """

    kind: Literal["id", "time", "page"]
    cursor: str
    field: str
    most: int | None
    size: str

    def older(self, row: Any) -> int | str:
        """Return the cursor of a row."""
        value: int | str = getattr(row, self.field)
        return value

    @staticmethod
    def moment(row: Any) -> int | None:
        """Return when a row happened in Unix milliseconds, ``None`` when it does not say."""
        for name in MOMENTS:
            value = getattr(row, name, None)
            if isinstance(value, int):
                return value
        return None


def by_id(field: str, most: int | None = 100, *, cursor: str = "after", size: str = "limit") -> Pager:
    """Rows with ids of their own: ``cursor`` asks for those before an id."""
    return Pager("id", cursor, field, most, size)


def by_time(field: str = "ts", most: int | None = 100, *, cursor: str = "after", size: str = "limit") -> Pager:
    """Rows by time: ``cursor`` asks for those before a moment, which the rows at a page's border may share."""
    return Pager("time", cursor, field, most, size)


def by_page(most: int | None = 100, *, cursor: str = "page", size: str = "limit") -> Pager:
    """Numbered pages, the first is 1."""
    return Pager("page", cursor, "", most, size)
