"""The journal in a file: what was meant outlives the process, however that ends.

Writes happen on the event loop. One is an insert into SQLite's write-ahead log without a sync to the disk, some tens of
microseconds (``python -m benchmarks.journal``): a turn through a thread and back costs more and would let orders
overtake each other. What does sync, carrying the log over into the file, is done by a thread. What is in the log
survives the death of the process at any moment; only a loss of power or of the whole machine can take the latest
intents with it, and then `OrderDesk.orphans` finds what they left.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from ..checks import check_kind
from ..core.intent import Kind, Outcome, Record, Verb
from ..errors import BadParameter
from .journal import others

__all__ = ["SqliteJournal"]

_log = logging.getLogger("okx_async.intents")

_COLUMNS = (
    "key",
    "verb",
    "kind",
    "inst_id",
    "cl_ord_id",
    "ord_id",
    "req_id",
    "made",
    "own",
    "fields",
    "expires",
    "outcome",
    "code",
    "msg",
)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intents ({", ".join(f"{name} NOT NULL" for name in _COLUMNS)}, PRIMARY KEY (key))
WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unknown ON intents (made) WHERE outcome = 'unknown';
CREATE INDEX IF NOT EXISTS named ON intents (cl_ord_id);
"""
_WRITE = f"INSERT OR REPLACE INTO intents VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - no value in it
_READ = f"SELECT {', '.join(_COLUMNS)} FROM intents"  # noqa: S608 - no value in it
_VERSION = 1
_DAY_MS = 86_400_000
_CARRY_OVER = 2_000
"""Writes after which the log is carried over."""


class SqliteJournal:
    """Keeps intents in an SQLite file, which one client has to itself while it is open.

    Args:
        path: The file; made when it is not there. SQLite keeps others beside it (``-wal``, ``-shm``), and a lock.
        keep_days: For how long intents that are over are kept; cleared when the journal is opened.
        adopt: Take over intents that another key has left: the same account has a new key.

    Raises:
        BadParameter: ``keep_days`` is not positive, or the path names no file.
    """

    def __init__(self, path: str | os.PathLike[str], *, keep_days: float = 30.0, adopt: bool = False) -> None:
        check_kind("path", path, str, os.PathLike)
        check_kind("keep_days", keep_days, int, float)
        check_kind("adopt", adopt, bool)
        if not keep_days > 0:
            raise BadParameter(f"keep_days must be positive, got {keep_days!r}")
        if os.fspath(path) in ("", ":memory:"):
            raise BadParameter("the path of a journal must name a file: leave `journal` out to keep intents in memory")
        self._path = Path(path)
        self._keep_ms = keep_days * _DAY_MS
        self._adopt = adopt
        self._db: sqlite3.Connection | None = None
        self._lock: sqlite3.Connection | None = None
        self._writes = 0
        self._carrying: asyncio.Future[None] | None = None

    async def open(self, site: str, owner: str = "") -> Sequence[Record]:
        """Open the file and return what earlier runs have left open; see `Journal.open`."""
        if self._db is not None:
            raise BadParameter(f"the journal {self._path} is in use by another client")
        try:
            self._lock = _lock(self._path)
            self._db = _connect(self._path)
            self._claim(site)
            rows = self._db.execute(f"{_READ} WHERE outcome = 'unknown' ORDER BY made").fetchall()
            self._sign(owner, len(rows))
        except sqlite3.Error as error:
            await self.aclose()
            why = "another client uses it" if "locked" in str(error) else str(error)
            raise BadParameter(f"the journal {self._path} cannot be used: {why}") from None
        except BadParameter:
            await self.aclose()
            raise
        return [_record(row) for row in rows]

    def _claim(self, site: str) -> None:
        """Look whose journal it is; one without an owner gets this one."""
        db = self._opened
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            raise BadParameter(f"the journal {self._path} was written by another version of okx_async ({version})")
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT OR IGNORE INTO about VALUES ('site', ?)", (site,))
            (owner,) = db.execute("SELECT value FROM about WHERE name = 'site'").fetchone()
            latest = db.execute("SELECT max(made) FROM intents").fetchone()[0] or 0
            # By the journal's own clock: a local clock that was set wrongly must not clear it.
            db.execute("DELETE FROM intents WHERE outcome <> 'unknown' AND made < ?", (latest - self._keep_ms,))
            db.execute(f"PRAGMA user_version = {_VERSION}")
        if owner != site:
            raise BadParameter(f"the journal {self._path} belongs to the site {owner!r}, not to {site!r}")

    def _sign(self, owner: str, left: int) -> None:
        """Put down whose key sends from now on, if nothing is left of another one's."""
        db = self._opened
        before = db.execute("SELECT value FROM about WHERE name = 'owner'").fetchone()
        if not owner or before == (owner,):
            return
        if before is not None and left and not self._adopt:
            raise BadParameter(
                f"the journal {self._path} holds {others(left)}: open it with that key first, or, if the same account "
                "has a new key, give `SqliteJournal(path, adopt=True)`"
            )
        with db:
            db.execute("INSERT OR REPLACE INTO about VALUES ('owner', ?)", (owner,))

    async def write(self, records: Sequence[Record]) -> None:
        """Keep records, all or none; see `Journal.write`."""
        with self._opened as db:
            db.executemany(_WRITE, [_row(record) for record in records])
        self._writes += 1
        if self._writes >= _CARRY_OVER and self._carrying is None:
            self._writes = 0
            self._carrying = asyncio.get_running_loop().run_in_executor(None, _carry_over, self._path)
            self._carrying.add_done_callback(self._carried)

    def _carried(self, done: asyncio.Future[None]) -> None:
        self._carrying = None
        if not done.cancelled() and done.exception() is not None:
            _log.warning("the log of the journal could not be carried over: %s", done.exception())

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        """Return what is kept of a client id; see `Journal.find`."""
        rows = self._opened.execute(
            f"{_READ} WHERE cl_ord_id = ? ORDER BY made DESC, key DESC", (cl_ord_id,)
        ).fetchall()
        return [_record(row) for row in rows]

    async def aclose(self) -> None:
        """Close the file. May be called twice."""
        if self._carrying is not None:
            await asyncio.wait((self._carrying,))
        for connection in (self._db, self._lock):
            if connection is not None:
                connection.close()
        self._db = self._lock = None

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise BadParameter(f"the journal {self._path} is not open")
        return self._db


def _lock(path: Path) -> sqlite3.Connection:
    """Keep everybody else out for as long as this is open.

    Two clients that reconcile the same intents would each take the other's orders for left over. The journal itself is
    not locked, so that it can be looked into meanwhile; the lock ends with the process, however that ends.
    """
    # By the file's own name: whoever comes through a link must find the same lock.
    lock = sqlite3.connect(f"{os.path.realpath(path)}-lock", timeout=0.2, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except BaseException:
        lock.close()
        raise
    return lock


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=0.2)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def _carry_over(path: Path) -> None:
    """Carry the log over into the file, past whoever reads or writes meanwhile."""
    with contextlib.closing(sqlite3.connect(path, timeout=5.0)) as db:
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _row(record: Record) -> tuple[Any, ...]:
    return (
        record.key,
        record.verb.value,
        record.kind.value,
        record.inst_id,
        record.cl_ord_id,
        record.ord_id,
        record.req_id,
        record.made,
        record.own,
        orjson.dumps(record.fields),
        record.expires,
        record.outcome.value,
        record.code,
        record.msg,
    )


def _record(row: Sequence[Any]) -> Record:
    values = dict(zip(_COLUMNS, row, strict=True))
    values |= {
        "verb": Verb(values["verb"]),
        "kind": Kind(values["kind"]),
        "own": bool(values["own"]),
        "fields": orjson.loads(values["fields"]),
        "outcome": Outcome(values["outcome"]),
    }
    return Record(**values)
