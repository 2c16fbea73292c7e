"""First pushes that come in pages: kept until the last page is there, then handed on as one.

::

    {"arg": ..., "eventType": "snapshot", "curPage": 1, "lastPage": false, "data": [...]}
    {"arg": ..., "eventType": "snapshot", "curPage": 2, "lastPage": true, "data": [...]}
"""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

__all__ = ["SnapshotPages"]


class _Head(msgspec.Struct):
    """What a push says about itself beside its rows."""

    event_type: str = msgspec.field(default="", name="eventType")
    cur_page: int = msgspec.field(default=1, name="curPage")
    last_page: bool = msgspec.field(default=True, name="lastPage")


_head = msgspec.json.Decoder(_Head, strict=False)


class SnapshotPages:
    """Puts the pages of one subscription on one connection together. A new subscription wants a new one of these.

    Args:
        inside: The list inside a row that is what pages split, e.g. ``details``; ``""`` when they split the rows.

    Attributes:
        whole: Whether a snapshot has come whole.
    """

    def __init__(self, inside: str) -> None:
        self.whole = False
        self._inside = inside
        self._pages: list[bytes] = []
        self._behind: list[bytes] = []

    def take(self, raw: bytes) -> list[bytes]:
        """Take a push and return what can be handed on now: nothing while pages are missing.

        Changes that come between two pages come behind the whole. A snapshot that begins anew, or lacks a page, drops
        the half one: the exchange repeats it.
        """
        try:
            head = _head.decode(raw)
        except (msgspec.MsgspecError, ValueError):
            return [raw]  # whoever reads the rows says what is wrong with it
        if head.event_type and head.event_type != "snapshot":
            if not self._pages:
                return [raw]
            self._behind.append(raw)
            return []
        before = self._drop() if head.cur_page == 1 else []
        if head.cur_page != len(self._pages) + 1:
            return [*before, *self._drop()]
        self._pages.append(raw)
        if not head.last_page:
            return before
        self.whole = True
        pages, self._pages = self._pages, []
        return [*before, *self._joined(pages), *self._drop()]

    def _drop(self) -> list[bytes]:
        """Forget a half snapshot, and return the changes that waited behind it."""
        self._pages = []
        behind, self._behind = self._behind, []
        return behind

    def _joined(self, pages: list[bytes]) -> list[bytes]:
        """Return pages as one; as they came when they cannot be read."""
        if len(pages) == 1:
            return pages
        try:
            messages: list[dict[str, Any]] = [orjson.loads(page) for page in pages]
        except orjson.JSONDecodeError:
            return pages
        rows = [row for message in messages for row in _list(message.get("data"))]
        if self._inside and rows and all(isinstance(row, dict) for row in rows):
            rows = [{**rows[0], self._inside: [part for row in rows for part in _list(row.get(self._inside))]}]
        return [orjson.dumps({**messages[0], "lastPage": True, "data": rows})]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
