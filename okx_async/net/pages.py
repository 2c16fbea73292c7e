"""Rows of many pages as one async iterator: no duplicate, no hole at the borders, inside the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, Self, TypeVar

import msgspec

from ..core.pager import Pager
from ..errors import BadParameter

__all__ = ["Pages"]

R = TypeVar("R")

_key = msgspec.json.Encoder().encode


class Pages(Generic[R]):
    """Rows from the newest to older ones, page after page, read while they are wanted.

    ::

        async for bill in okx.pages(okx.account.bills, ccy="USDT").since(moment).first(500): ...
        rows = await okx.pages(okx.market.history_trades, "BTC-USDT").first(1000).all()

    Args:
        read: Reads one page with the given extra parameters.
        pager: How pages are turned.
    """

    def __init__(self, read: Callable[..., Awaitable[list[R]]], pager: Pager) -> None:
        self._read = read
        self._pager = pager
        self._since: int | None = None
        self._until: int | None = None
        self._count: int | None = None

    # -- bounds

    def first(self, count: int) -> Self:
        """Stop after so many rows."""
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise BadParameter(f"count must be a positive int, got {count!r}")
        self._count = count
        return self

    def since(self, moment: int) -> Self:
        """Stop at rows older than a moment in Unix milliseconds."""
        self._since = moment
        return self

    def until(self, moment: int) -> Self:
        """Begin with rows at or before a moment in Unix milliseconds."""
        self._until = moment
        return self

    async def all(self) -> list[R]:
        """Read everything inside the bounds; give at least one."""
        if self._count is None and self._since is None:
            raise BadParameter("all() reads until history ends; bound it with first(count) or since(moment)")
        return [row async for row in self]

    # -- reading

    async def __aiter__(self) -> AsyncIterator[R]:
        left = self._count
        async for row in self._rows():
            moment = self._pager.moment(row)
            if moment is None and (self._since is not None or self._until is not None):
                raise BadParameter("these rows do not say when they happened: bound them with first(count)")
            if moment is not None and self._until is not None and moment > self._until:
                continue
            if moment is not None and self._since is not None and moment < self._since:
                return
            yield row
            if left is not None:
                left -= 1
                if not left:
                    return

    def _rows(self) -> AsyncIterator[R]:
        return self._numbered() if self._pager.kind == "page" else self._walked()

    async def _numbered(self) -> AsyncIterator[R]:
        before: set[bytes] = set()
        number = 1
        while True:
            rows = await self._page({self._pager.cursor: number})
            keys = [_key(row) for row in rows]
            for key, row in zip(keys, rows, strict=True):
                if key not in before:  # rows that came meanwhile push older ones to the next page
                    yield row
            if not rows or set(keys) <= before:
                return
            before = set(keys)
            number += 1

    async def _walked(self) -> AsyncIterator[R]:
        pager = self._pager
        cursor: int | str | None = self._start()
        border: set[bytes] = set()
        while True:
            rows = await self._page({} if cursor is None else {pager.cursor: cursor})
            fresh = [row for row in rows if _key(row) not in border]
            for row in fresh:
                yield row
            if not rows:
                return
            oldest = pager.older(rows[-1])
            if pager.kind == "id":
                if not fresh or oldest == cursor:
                    return
                cursor = oldest
                continue
            at_border = {_key(row) for row in rows if pager.older(row) == oldest}
            if fresh:
                # Rows that share the border's time may stand on both sides of it: ask for it once more.
                border = at_border if cursor is None or int(cursor) != int(oldest) + 1 else border | at_border
                cursor = int(oldest) + 1
            elif cursor is not None and int(cursor) == int(oldest) + 1:
                cursor = int(oldest)  # all of that time was read
            else:
                return

    def _start(self) -> int | None:
        """Let the exchange skip what is too new, where the cursor is a time."""
        return None if self._until is None or self._pager.kind != "time" else self._until + 1

    async def _page(self, extra: dict[str, Any]) -> list[R]:
        if self._pager.most is not None:
            extra[self._pager.size] = self._pager.most
        return list(await self._read(**extra))
