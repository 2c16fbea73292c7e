"""Rows of many pages as one async iterator: no duplicate, no hole at the borders, inside the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

import msgspec

from ..checks import check_moment
from ..core.pager import WINDOWED, Pager
from ..errors import BadParameter

__all__ = ["Pages", "Source"]

R = TypeVar("R")

_key = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Source(Generic[R]):
    """One endpoint that pages are read from.

    Attributes:
        read: Reads one page with the given extra parameters.
        pager: How pages are turned.
        span: How far one window reaches, in milliseconds, where windows are asked for.
    """

    read: Callable[..., Awaitable[list[R]]]
    pager: Pager
    span: int = 0

    async def page(self, **extra: Any) -> list[R]:
        """Read one page."""
        if self.pager.most is not None and self.pager.size:
            extra[self.pager.size] = self.pager.most
        return list(await self.read(**extra))

    def older_than(self, edge: int | str | None) -> Awaitable[list[R]]:
        """Read the page behind a place, ``None`` for the newest."""
        if edge is None:
            return self.page()
        extra: dict[str, Any] = {self.pager.cursor: edge}
        if self.pager.floor:
            extra[self.pager.floor] = max(0, int(edge) - self.span)
        return self.page(**extra)


@dataclass(slots=True)
class _Place:
    """How far was read, over all sources."""

    cursor: int | str | None = None
    """What the oldest row that was read says, or the bound that reading begins at."""
    border: set[bytes] = field(default_factory=set)
    """The rows that share the oldest time that was read."""
    ended: bool = False


class Pages(Generic[R]):
    """Rows from the newest to older ones, page after page, read while they are wanted.

    ::

        async for bill in okx.pages(okx.account.bills, ccy="USDT").since(moment).first(500): ...
        rows = await okx.pages(okx.market.history_trades, "BTC-USDT").first(1000).all()

    Where the exchange keeps the recent and the past apart, and tells both in the same words, reading goes on in the
    archive: ``market.candles`` in ``market.history_candles``, ``account.bills`` in ``account.bills_archive``.

    Args:
        sources: Where to read, the most recent first.
    """

    def __init__(self, *sources: Source[R]) -> None:
        self._sources = sources
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
        check_moment("since", moment)
        self._since = moment
        return self

    def until(self, moment: int) -> Self:
        """Begin with rows at or before a moment in Unix milliseconds."""
        check_moment("until", moment)
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
            moment = Pager.moment(row)
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

    async def _rows(self) -> AsyncIterator[R]:
        walks = {"id": self._by_id, "time": self._by_time, "bar": self._by_bar, "page": self._by_page}
        place = _Place()
        if self._until is not None and self._sources[0].pager.kind in ("time", "bar"):
            place.cursor = self._until + 1  # the exchange skips what is too new
        for source in self._sources:
            async for row in walks[source.pager.kind](source, place):
                yield row
            if place.ended:
                return

    async def _by_page(self, source: Source[R], place: _Place) -> AsyncIterator[R]:
        before: set[bytes] = set()
        number = 1
        while True:
            rows = await source.page(**{source.pager.cursor: number})
            keys = [_key(row) for row in rows]
            for key, row in zip(keys, rows, strict=True):
                if key not in before:  # rows that came meanwhile push older ones to the next page
                    yield row
            if not rows or set(keys) <= before:
                return
            before = set(keys)
            number += 1

    async def _by_id(self, source: Source[R], place: _Place) -> AsyncIterator[R]:
        older = source.pager.older
        while True:
            rows = [row for row in await source.older_than(place.cursor) if older(row) != place.cursor]
            if not rows:
                return
            for row in rows:
                yield row
            place.cursor = older(rows[-1])

    async def _by_bar(self, source: Source[R], place: _Place) -> AsyncIterator[R]:
        older, edge = source.pager.older, place.cursor
        windows = _windows(source.pager)
        while True:
            rows = [
                row
                for row in await source.older_than(edge)
                if place.cursor is None or int(older(row)) < int(place.cursor)
            ]
            for row in rows:
                yield row
            if rows:
                edge = place.cursor = int(older(rows[-1]))
                place.ended = self._since is not None and edge <= self._since
            elif source.pager.floor and edge is not None:
                edge = int(edge) - source.span  # a window in which nobody traded is not the end
            else:
                return
            windows -= 1
            if place.ended or not windows or edge <= (self._since or 0):
                return

    async def _by_time(self, source: Source[R], place: _Place) -> AsyncIterator[R]:
        older = source.pager.older
        while True:
            rows = await source.older_than(place.cursor)
            fresh = [row for row in rows if _key(row) not in place.border]
            for row in fresh:
                yield row
            if not rows:
                return
            oldest = int(older(rows[-1]))
            cursor = None if place.cursor is None else int(place.cursor)
            at_border = {_key(row) for row in rows if int(older(row)) == oldest}
            if fresh:
                # Rows that share the border's time may stand on both sides of it: ask for it once more.
                place.border = at_border | place.border if cursor == oldest + 1 else at_border
                place.cursor = oldest + 1
            elif cursor == oldest + 1:
                place.cursor = oldest  # all of that time was read
            else:
                return


def _windows(pager: Pager) -> int:
    """Return how many windows hold all that there can be, -1 where pages end by themselves."""
    # Windows overlap by a bar, and the market goes on while they are read.
    return -(-WINDOWED // (pager.most - 1)) + 1 if pager.floor and pager.most else -1
