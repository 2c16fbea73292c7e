"""What is kept of one sort of orders: the open ones, the latest finished ones, and their names."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

__all__ = ["Shelf"]

#: Ids of finished orders that are not kept are remembered so many times as long, so that a late row revives none.
REMEMBERED = 4


class _Kept(Protocol):
    """What a record must tell of itself."""

    @property
    def ids(self) -> tuple[str, str]:
        """The exchange's id and the client id, ``""`` for none."""
        ...

    @property
    def made(self) -> int:
        """When it was made, Unix milliseconds; 0 when that was not told."""
        ...

    @property
    def final(self) -> bool:
        """Whether nothing comes any more."""
        ...


K = TypeVar("K", bound=_Kept)


class Shelf(Generic[K]):
    """Open orders, and the latest of those that are finished.

    Args:
        keep: How many finished orders are kept.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self.open: dict[str, K] = {}
        self.finished: OrderedDict[str, K] = OrderedDict()
        self._names: dict[str, str] = {}
        self._forgotten: OrderedDict[str, None] = OrderedDict()

    def find(self, ord_id: str) -> K | None:
        """Return an order by the exchange's id."""
        return self.open.get(ord_id) or self.finished.get(ord_id)

    def named(self, cl_ord_id: str) -> K | None:
        """Return the latest order of a client id."""
        ord_id = self._names.get(cl_ord_id)
        return self.find(ord_id) if ord_id is not None else None

    def announce(self, cl_ord_id: str, ord_id: str) -> None:
        """Take the news that an order was placed under a client id: an older one is not meant by it any more."""
        if cl_ord_id in self._names and self.find(ord_id) is None and not self.forgotten(ord_id):
            self._names[cl_ord_id] = ord_id

    def forgotten(self, ord_id: str) -> bool:
        """Tell whether an order was finished so long ago that it is not kept."""
        return ord_id in self._forgotten

    def __iter__(self) -> Iterator[K]:
        yield from self.finished.values()
        yield from self.open.values()

    def shelve(self, record: K) -> None:
        """Put a record where it belongs by now; a new one gets its name."""
        ord_id = record.ids[0]
        if self.find(ord_id) is None:
            self.name(record)
        if not record.final:
            self.open[ord_id] = record
            return
        self.open.pop(ord_id, None)
        self.finished[ord_id] = record
        while len(self.finished) > self._keep:
            self._forget()

    def dropped(self, ord_id: str) -> None:
        """Take the news that a finished order is not kept any longer."""

    def name(self, record: K) -> None:
        """Let a record be found by its client id."""
        ord_id, name = record.ids
        if not name:
            return
        other = self.named(name)
        if other is None or record.made >= other.made:
            self._names[name] = ord_id

    def _forget(self) -> None:
        ord_id, record = self.finished.popitem(last=False)
        self.dropped(ord_id)
        name = record.ids[1]
        if name and self._names.get(name) == ord_id:
            del self._names[name]
        self._forgotten[ord_id] = None
        if len(self._forgotten) > REMEMBERED * self._keep:
            self._forgotten.popitem(last=False)
