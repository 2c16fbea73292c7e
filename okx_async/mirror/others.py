"""Algo and spread orders: rows of a channel and of REST in, changes out. Pure, as `MirrorState` is for orders.

They are simpler than orders: their trades are told elsewhere (as fills of the orders an algo order sends, as trades of
a spread), so that only what a row says of itself counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol

import msgspec

from .changes import Change, Divergence, Source
from .orders import NOT_FOUND, Telling
from .picture import Trust
from .shelf import Shelf
from .sorts import R, Sort

__all__ = ["OtherOrders", "OtherPicture", "OtherRecord"]


class Book(Protocol):
    """Where changes of all sorts are numbered, told and counted; `MirrorState` is one."""

    counts: Counter[str]

    def number(self) -> int:
        """Return the number of the next change."""
        ...

    def tell(self, change: Change) -> None:
        """Tell a change."""
        ...

    def suspect(self, invariant: str, key: str, detail: str) -> None:
        """Tell that something cannot be true, so that REST is asked soon."""
        ...

    def found_by(self, key: str, cause: str) -> str:
        """Return what has found a divergence: the invariant that was violated, or the cause of the comparison."""
        ...


@dataclass(slots=True, eq=False)
class OtherRecord(Generic[R]):
    """One order.

    Attributes:
        sort: Of which sort.
        row: As it was told last.
        version: The mirror's number of its latest change.
        touched: When it was pushed last, on the mirror's clock.
    """

    sort: Sort[R]
    row: R
    version: int = 0
    touched: float = 0.0

    @property
    def ids(self) -> tuple[str, str]:
        """The exchange's id and the client id."""
        return self.sort.ids(self.row)

    @property
    def made(self) -> int:
        """When it was made."""
        return self.row.c_time or 0

    @property
    def final(self) -> bool:
        """Whether nothing comes any more, but for what it has sent."""
        return self.row.state in self.sort.final

    def told(self, before: R | None = None, source: Source = "push") -> Change:
        """Return what has happened to it last as a change."""
        return self.sort.change(self.version, self.row, before, self.final, source)  # type: ignore[arg-type]


@dataclass(slots=True)
class OtherPicture(Generic[R]):
    """What REST says, read once.

    Attributes:
        began: When reading began, on the mirror's clock.
        rows: Open orders, those that finished lately, and those that were asked for by id.
        absent: Ids that were asked for and that the exchange does not know.
    """

    began: float
    rows: list[R] = field(default_factory=list[R])
    absent: set[str] = field(default_factory=set[str])


class OtherOrders(Generic[R]):
    """The orders of one sort.

    Args:
        sort: Which.
        trust: How much to believe whom.
        keep: How many finished orders are kept.
        book: Where changes are told.
    """

    def __init__(self, sort: Sort[R], trust: Trust, keep: int, book: Book) -> None:
        self.sort = sort
        self.shelf: Shelf[OtherRecord[R]] = Shelf(keep)
        self._trust = trust
        self._book = book

    def push(self, row: R, now: float) -> None:
        """Take a push."""
        counts = self._book.counts
        counts["pushes"] += 1
        ord_id = self.sort.ids(row)[0]
        if self.shelf.forgotten(ord_id):
            counts["repeated"] += 1
            return
        record = self.shelf.find(ord_id)
        said = self._telling(row, record)
        if record is not None and said in (Telling.SHRUNK, Telling.ILLEGAL):
            detail = f"after {self._text(record.row)} came {self._text(row)}"
            self._book.suspect(said.value, ord_id, detail)
        elif said in (Telling.NEWER, Telling.EQUAL):
            self._put(row, "push").touched = now
        elif said is Telling.OLDER:
            counts["late"] += 1
        else:
            counts["repeated"] += 1

    def differs(self, picture: OtherPicture[R]) -> bool:
        """Tell whether REST knows better about anything."""
        return any(True for _ in self._findings(picture))

    def reconcile(self, picture: OtherPicture[R], cause: str) -> int:
        """Put right what REST knows better; return how much that was.

        Args:
            picture: What REST says.
            cause: ``audit`` or ``gap`` to tell what was put right as divergences, ``""`` for the first time.
        """
        repaired = 0
        for row in self._findings(picture):
            repaired += 1
            ord_id = self.sort.ids(row)[0]
            known = self.shelf.find(ord_id)
            if cause:
                was = self._text(known.row) if known is not None else "unknown"
                self._book.counts[f"divergence {self.sort.what}"] += 1
                found_by = self._book.found_by(ord_id, cause)
                number = self._book.number()
                self._book.tell(Divergence(number, self.sort.what, ord_id, found_by, was, self._text(row)))
            self._put(row, "rest")
        return repaired

    def doubts(self, picture: OtherPicture[R]) -> bool:
        """Tell whether something could not be judged because it was pushed too shortly before REST was asked."""
        asked = (self.shelf.open.get(ord_id) for ord_id in picture.absent)
        return any(record is not None and not self._quiet(record, picture) for record in asked)

    def _findings(self, picture: OtherPicture[R]) -> Iterator[R]:
        for row in picture.rows:
            ord_id = self.sort.ids(row)[0]
            if self.shelf.forgotten(ord_id):
                continue
            record = self.shelf.find(ord_id)
            said = self._telling(row, record)
            equal = said is Telling.EQUAL and record is not None and self._quiet(record, picture)
            if said is Telling.NEWER or equal:
                yield row
        for ord_id in picture.absent:
            record = self.shelf.open.get(ord_id)
            if record is not None and self._quiet(record, picture):
                yield msgspec.structs.replace(record.row, state=NOT_FOUND)

    def _quiet(self, record: OtherRecord[R], picture: OtherPicture[R]) -> bool:
        """Tell whether REST must have known of the latest push when it was asked."""
        return record.touched <= picture.began - self._trust.lag

    def _telling(self, row: R, record: OtherRecord[R] | None) -> Telling:
        """Tell how a row stands to what is known of the same order."""
        if record is None:
            return Telling.NEWER
        sort, known = self.sort, record.row
        later = (row.u_time or 0) - (known.u_time or 0)
        over, was_over = row.state in sort.final, known.state in sort.final
        if was_over and not over:
            return Telling.ILLEGAL if later > 0 and known.state != NOT_FOUND else Telling.OLDER
        if sort.filled(row) < sort.filled(known):
            return Telling.SHRUNK if later > 0 else Telling.OLDER
        if sort.content(row) == sort.content(known):
            if later > 0:
                record.row = row
            return Telling.SAME
        if over > was_over or sort.filled(row) > sort.filled(known) or known.state == NOT_FOUND:
            return Telling.NEWER
        if later == 0:
            return Telling.EQUAL
        return Telling.NEWER if later > 0 else Telling.OLDER

    def _put(self, row: R, source: Source) -> OtherRecord[R]:
        record = self.shelf.find(self.sort.ids(row)[0])
        before = record.row if record is not None else None
        if record is None:
            record = OtherRecord(self.sort, row)
        record.row = row
        self.shelf.shelve(record)
        record.version = self._book.number()
        self._book.tell(record.told(before, source))
        return record

    def _text(self, row: R) -> str:
        return f"{row.state}, {self.sort.filled(row)} of {row.sz or 'all'} filled"
