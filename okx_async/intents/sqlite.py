"""The journal in a file: what was meant outlives the process, however that ends.

Writes happen on the event loop. One is an insert into SQLite's write-ahead log without a sync to the disk, some tens of
microseconds (``python -m benchmarks journal``): a turn through a thread and back costs more and would let orders
overtake each other. What is in the log survives the death of the process at any moment; only a loss of power or of
the whole machine can take the latest intents with it, and then `OrderDesk.orphans` finds what they left.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from ..core.intent import Kind, Outcome, Record, Verb
from ..errors import BadParameter

__all__ = ["SqliteJournal"]

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
CREATE TABLE IF NOT EXISTS intents ({", ".join(f"{name} NOT NULL" for name in _COLUMNS)}, PRIMARY KEY (key));
CREATE INDEX IF NOT EXISTS unknown ON intents (made) WHERE outcome = 'unknown';
CREATE INDEX IF NOT EXISTS named ON intents (cl_ord_id);
"""
_WRITE = f"INSERT OR REPLACE INTO intents VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - no value in it
_READ = f"SELECT {', '.join(_COLUMNS)} FROM intents"  # noqa: S608 - no value in it
_VERSION = 1
_DAY_MS = 86_400_000


class SqliteJournal:
    """Keeps intents in an SQLite file, which one client has to itself while it is open.

    Args:
        path: The file; made when it is not there. SQLite keeps a second one, ``-wal``, beside it.
        keep_days: For how long intents that are over are kept; cleared when the journal is opened.

    Raises:
        BadParameter: ``keep_days`` is not positive.
    """

    def __init__(self, path: str | os.PathLike[str], *, keep_days: float = 30.0) -> None:
        if keep_days <= 0:
            raise BadParameter(f"keep_days must be positive, got {keep_days!r}")
        self._path = Path(path)
        self._keep_ms = keep_days * _DAY_MS
        self._db: sqlite3.Connection | None = None

    async def open(self, site: str) -> Sequence[Record]:
        """Open the file and return what earlier runs have left open; see `Journal.open`."""
        if self._db is not None:
            raise BadParameter(f"the journal {self._path} is in use by another client")
        try:
            self._db = _connect(self._path)
            self._claim(site)
            rows = self._db.execute(f"{_READ} WHERE outcome = 'unknown' ORDER BY made").fetchall()
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

    async def write(self, records: Sequence[Record]) -> None:
        """Keep records, all or none; see `Journal.write`."""
        with self._opened as db:
            db.executemany(_WRITE, [_row(record) for record in records])

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        """Return what is kept of a client id; see `Journal.find`."""
        rows = self._opened.execute(
            f"{_READ} WHERE cl_ord_id = ? ORDER BY made DESC, rowid DESC", (cl_ord_id,)
        ).fetchall()
        return [_record(row) for row in rows]

    async def aclose(self) -> None:
        """Close the file. May be called twice."""
        db, self._db = self._db, None
        if db is not None:
            db.close()

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise BadParameter(f"the journal {self._path} is not open")
        return self._db


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=0.2, check_same_thread=False)
    try:
        # Exclusive: two clients that reconcile the same intents would each take the other's orders for left over.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


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
