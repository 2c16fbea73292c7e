"""Who hears what the mirror tells: streams of everything, and whoever holds an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar
from weakref import WeakSet, WeakValueDictionary

from ..errors import OkxError
from ..net.stream import Stream
from .changes import Change, Divergence, FillAdded, Lost, Restored
from .handle import Held, Keeper
from .listeners import Listeners

__all__ = ["Audience"]

H = TypeVar("H", bound=Held[Any])

#: Orders that were held by somebody, above which those that nobody holds any more are looked for.
CROWD = 256


class Audience(Generic[H]):
    """Streams and handles. Handles are held by their users alone: one that was let go of costs nothing any more.

    Args:
        make: Makes handles.
        ids: Returns the exchange's id and the client id of a row.
        changes: Which changes are about the orders of these handles and carry a row.
        whats: Which divergences are.
    """

    def __init__(
        self,
        make: Callable[..., H],
        ids: Callable[[Any], tuple[str, str]],
        changes: tuple[type[Change], ...],
        whats: tuple[str, ...],
    ) -> None:
        self._make = make
        self._ids = ids
        self._changes = changes
        self._whats = whats
        self._streams = Listeners()
        self._unknown: WeakValueDictionary[str, H] = WeakValueDictionary()
        """Handles of orders the exchange has not told of, by client id."""
        self._held: dict[str, WeakSet[H]] = {}
        """Handles by the exchange's id."""
        self._crowd = CROWD

    def __len__(self) -> int:
        return len(self._held) + len(self._unknown)

    def join(self, stream: Stream[Change]) -> Callable[[], None]:
        """Let a stream hear everything; returns what undoes it."""
        return self._streams.join(stream)

    def handle(self, keeper: Keeper, ord_id: str, cl_ord_id: str, record: Any) -> H:
        """Return the handle of an order, a new one if nobody holds it."""
        if record is not None:
            ord_id, cl_ord_id = record.ids
        known = next(iter(self._held.get(ord_id, ())), None) if ord_id else self._unknown.get(cl_ord_id)
        if known is not None:
            return known
        handle = self._make(keeper, ord_id, cl_ord_id, record)
        if ord_id:
            self._hold(ord_id, handle)
        else:
            self._unknown[cl_ord_id] = handle
        return handle

    def hear(self, change: Change, find: Callable[[str], Any]) -> None:
        """Hand a change to everybody it concerns.

        Args:
            change: What has happened.
            find: Returns the order of an id.
        """
        self._streams.push(change)
        if isinstance(change, self._changes):
            ord_id, name = self._ids(change.row)  # type: ignore[attr-defined]
            waiting = self._unknown.pop(name, None) if self._is_news(change, name) else None
            if waiting is not None:
                self._hold(ord_id, waiting)
            self._hand(ord_id, change, find)
            return
        match change:
            case FillAdded(fill=fill):
                self._hand(fill.ord_id, change, find)
            case Divergence(what=what, key=key) if what in self._whats:
                self._hand(key, change, find)
            case Lost() | Restored():
                for handle in list(self._handles()):
                    handle.hear(change)
            case _:
                pass

    def _is_news(self, change: Change, name: str) -> bool:
        """Tell whether a change is the first to tell of an order by its name: an older one may have had the same."""
        before = getattr(change, "before", None)
        return before is None or self._ids(before)[1] != name

    def wake(self, cl_ord_id: str, refusal: OkxError | None) -> None:
        """Let whoever waits for an order the exchange has not told of look whether there is something to wait for.

        Args:
            cl_ord_id: Which order.
            refusal: Why there will be none, ``None`` when there is one or may be.
        """
        waiting = self._unknown.get(cl_ord_id)
        if waiting is not None:
            waiting.refuse(refusal)

    def end(self, error: OkxError | None) -> None:
        """Nothing will be told any more."""
        self._streams.end(error)
        for handle in list(self._handles()):
            handle.end(error)

    def _hand(self, ord_id: str, change: Change, find: Callable[[str], Any]) -> None:
        handles = self._held.get(ord_id)
        record = find(ord_id) if handles else None
        if handles and record is not None:
            for handle in list(handles):
                handle.take(record, change)

    def _hold(self, ord_id: str, handle: H) -> None:
        if len(self._held) >= self._crowd:
            for unheld in [name for name, handles in self._held.items() if not handles]:
                del self._held[unheld]
            self._crowd = max(CROWD, 2 * len(self._held))
        self._held.setdefault(ord_id, WeakSet()).add(handle)

    def _handles(self) -> Iterator[H]:
        for handles in self._held.values():
            yield from handles
        yield from self._unknown.values()
