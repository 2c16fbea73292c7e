"""Where intents are written down: the interface, and the journal in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Protocol

from ..core.intent import Outcome, Record
from ..errors import BadParameter

__all__ = ["Journal", "MemoryJournal", "others"]


class Journal(Protocol):
    """What a client asks of a journal; write your own to keep intents elsewhere.

    A journal belongs to one client and one account at a time. Records are kept by their ``key``; a record that is
    written again replaces the one before.
    """

    async def open(self, site: str, owner: str = "") -> Sequence[Record]:
        """Begin, and return the intents of earlier runs whose outcome is not known.

        Args:
            site: The name of the site; a journal that was begun on another one must refuse.
            owner: A hash of the key that sends, ``""`` where there is none that stays the same. A journal with intents
                that are left of another one must refuse: in another account they would not be found, and called lost.

        Raises:
            BadParameter: The journal belongs to another site or key, or another client uses it.
        """
        ...

    async def write(self, records: Sequence[Record]) -> None:
        """Keep records. New intents are sent only after this has returned, so it must not return before it is done.

        Raises:
            Exception: No order will be placed or amended; cancellations go out all the same.
        """
        ...

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        """Return what is known of orders of one client id, the latest first."""
        ...

    async def aclose(self) -> None:
        """End. May be called twice."""
        ...


class MemoryJournal:
    """Keeps intents as long as the client lives: enough to tell what became of each, and nothing after a restart.

    Args:
        keep: How many intents that are over are remembered.
    """

    def __init__(self, keep: int = 10_000) -> None:
        self._keep = keep
        self._open: dict[str, Record] = {}
        self._over: OrderedDict[str, Record] = OrderedDict()
        self._named: dict[str, list[str]] = {}
        self._owner = ""

    async def open(self, site: str, owner: str = "") -> Sequence[Record]:
        """Return what an earlier client has left open here; see `Journal.open`."""
        if self._open and owner and self._owner not in ("", owner):
            raise BadParameter(f"the journal holds {others(len(self._open))}: give each account a journal of its own")
        self._owner = owner or self._owner
        return list(self._open.values())

    async def write(self, records: Sequence[Record]) -> None:
        """Keep records; see `Journal.write`."""
        for record in records:
            if record.cl_ord_id and record.key not in self._open and record.key not in self._over:
                self._named.setdefault(record.cl_ord_id, []).append(record.key)
            if record.outcome is Outcome.UNKNOWN:
                self._open[record.key] = record
            else:
                self._open.pop(record.key, None)
                self._over[record.key] = record
        while len(self._over) > self._keep:
            key, old = self._over.popitem(last=False)
            if old.cl_ord_id:
                self._unname(old.cl_ord_id, key)

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        """Return what is remembered of a client id; see `Journal.find`."""
        keys = reversed(self._named.get(cl_ord_id, []))
        return [self._open.get(key) or self._over[key] for key in keys]

    async def aclose(self) -> None:
        """Keep everything: the next client may be given the same journal."""

    def _unname(self, name: str, key: str) -> None:
        keys: Collection[str] = self._named[name]
        left = [one for one in keys if one != key]
        if left:
            self._named[name] = left
        else:
            del self._named[name]


def others(count: int) -> str:
    """Return what a journal holds that cannot be opened with a key."""
    return f"{count} order(s) of another key that are not looked up yet, and would seem lost with this one"
