"""Both journals keep the same promises; the file keeps them longer."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from okx_async import OKX, BadParameter, Credentials, Journal, JournalFailed, MemoryJournal, SqliteJournal
from okx_async.core.intent import Kind, Outcome, Record, Verb
from okx_async.intents.book import IntentBook
from okx_async.intents.intent import Intent
from okx_async.intents.sqlite import _CARRY_OVER
from okx_async.sim import Exchange
from tests.waiting import until


def record(key: str, name: str = "a", **more: Any) -> Record:
    """Return a record."""
    fields = {"instId": "BTC-USDT", "clOrdId": name, "px": "1.50"}
    ids = {"cl_ord_id": name, "ord_id": "", "req_id": ""} | more
    return Record(key, Verb.PLACE, Kind.ORDER, "BTC-USDT", made=1_000, own=True, fields=fields, **ids)


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    """Run a test with each."""
    made: Journal = MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "j.db")
    assert list(await made.open("here")) == []
    yield made
    await made.aclose()
    await made.aclose()


async def test_what_is_open_is_found_again(journal: Journal) -> None:
    await journal.write([record("1"), record("2", "b"), record("3", "c", outcome=Outcome.ACCEPTED, ord_id="9")])
    await journal.write([record("2", "b", outcome=Outcome.REJECTED, code="51008", msg="no")])
    await journal.aclose()
    assert list(await journal.open("here")) == [record("1")]
    assert list(await journal.find("c")) == [record("3", "c", outcome=Outcome.ACCEPTED, ord_id="9")]
    assert list(await journal.find("b")) == [record("2", "b", outcome=Outcome.REJECTED, code="51008", msg="no")]
    assert list(await journal.find("d")) == []


async def test_a_client_id_that_was_used_again_is_found_twice_the_latest_first(journal: Journal) -> None:
    await journal.write([record("1", outcome=Outcome.ACCEPTED)])
    await journal.write([record("2")])
    assert [one.key for one in await journal.find("a")] == ["2", "1"]


async def test_memory_is_bounded() -> None:
    """Months of orders fit in; open intents are never forgotten."""
    journal = MemoryJournal(keep=3)
    await journal.write([record("open", "o")])
    for number in range(10):
        await journal.write([record(str(number), f"n{number}", outcome=Outcome.ACCEPTED)])
    assert [bool(await journal.find(f"n{number}")) for number in (6, 7, 9)] == [False, True, True]
    assert list(await journal.open("here")) == [record("open", "o")]
    assert len(journal._named) == 4
    for number in range(10):
        await journal.write([record(f"c{number}", "", outcome=Outcome.ACCEPTED, ord_id=str(number))])
    assert len(journal._named) == 1, "only the open one still has a name"


# -- the file


async def test_a_file_belongs_to_one_client_at_a_time(tmp_path: Path) -> None:
    """Two would take each other's orders for left over. Looking into it is allowed."""
    one, other = SqliteJournal(tmp_path / "j.db"), SqliteJournal(tmp_path / "j.db")
    await one.open("here")
    for again in (other, one):
        with pytest.raises(BadParameter, match="another client"):
            await again.open("here")
    (tmp_path / "link.db").symlink_to(tmp_path / "j.db")
    with pytest.raises(BadParameter, match="another client"):
        await SqliteJournal(tmp_path / "link.db").open("here")
    await one.write([record("1")])
    with closing(sqlite3.connect(tmp_path / "j.db")) as db:
        assert db.execute("SELECT key, outcome FROM intents").fetchall() == [("1", "unknown")]
    await one.aclose()
    assert list(await other.open("here")) == [record("1")]
    await other.aclose()


async def test_a_file_belongs_to_one_site(tmp_path: Path) -> None:
    """Orders of the demo site, looked up on the live one, would all seem lost."""
    journal = SqliteJournal(tmp_path / "j.db")
    await journal.open("demo")
    await journal.aclose()
    with pytest.raises(BadParameter, match="'demo', not to 'live'"):
        await journal.open("live")
    await journal.open("demo")
    await journal.aclose()


async def test_what_another_key_has_left_is_not_looked_for_with_this_one(journal: Journal) -> None:
    """In another account its orders would all seem lost."""
    await journal.aclose()
    await journal.open("here", "mine")
    await journal.write([record("1")])
    await journal.aclose()
    with pytest.raises(BadParameter, match=r"holds 1 order\(s\) of another key"):
        await journal.open("here", "yours")
    assert list(await journal.open("here")) == [record("1")]  # a token does not tell whose it is
    await journal.write([record("1", outcome=Outcome.ACCEPTED)])
    await journal.aclose()
    assert list(await journal.open("here", "yours")) == []
    await journal.write([record("2")])
    await journal.aclose()
    with pytest.raises(BadParameter, match="of another key"):
        await journal.open("here", "mine")
    assert list(await journal.open("here", "yours")) == [record("2")]


async def test_a_new_key_of_the_same_account_adopts_what_the_old_one_has_left(tmp_path: Path) -> None:
    old, new = SqliteJournal(tmp_path / "j.db"), SqliteJournal(tmp_path / "j.db", adopt=True)
    await old.open("here", "old")
    await old.write([record("1")])
    await old.aclose()
    assert list(await new.open("here", "new")) == [record("1")]
    await new.aclose()
    with pytest.raises(BadParameter, match="adopt=True"):
        await old.open("here", "old")


async def test_a_client_says_whose_its_journal_is_and_shows_no_key(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    async with Exchange(3, rate=0, instruments=1, history_minutes=1) as sim:
        async with OKX(sim.credentials[0], site=sim.site, journal=path) as okx:
            await okx._intents.book.journal.write([record("1")])
        with pytest.raises(BadParameter, match="of another key"):
            async with OKX(sim.credentials[1], site=sim.site, journal=path):
                pass
        async with OKX(sim.credentials[0], site=sim.site, journal=path) as okx:
            assert len(okx.orders.open) == 1
    assert sim.credentials[0].api_key.reveal().encode() not in path.read_bytes()


@pytest.mark.parametrize("what", ["no database", "newer", "no folder"])
async def test_a_file_that_is_none_is_told_before_anything_is_sent(tmp_path: Path, what: str) -> None:
    path = tmp_path / "j.db"
    if what == "no database":
        path.write_text("these are not the bytes of a database, however long one looks at them")
    elif what == "no folder":
        path = tmp_path / "nowhere" / "j.db"
    else:
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA user_version = 99")
    with pytest.raises(BadParameter, match="journal"):
        async with OKX(Credentials("k", "s", "p"), site=_site(), journal=path):
            raise AssertionError("it opened")


@pytest.mark.parametrize("path", ["", ":memory:"])
def test_a_path_that_names_no_file_is_no_place_for_a_journal(path: str) -> None:
    """SQLite would keep it in memory, which nobody means who names a path."""
    with pytest.raises(BadParameter, match="must name a file"):
        SqliteJournal(path)


def _site() -> Any:
    from okx_async import Site

    return Site("nowhere", "http://127.0.0.1:9", {})


async def test_what_is_over_for_long_is_cleared(tmp_path: Path) -> None:
    """By the age of the latest intent; open ones stay whatever their age."""
    day = 86_400_000
    journal = SqliteJournal(tmp_path / "j.db", keep_days=2)
    await journal.open("here")
    old, new = record("old", outcome=Outcome.ACCEPTED), record("new", outcome=Outcome.ACCEPTED)
    await journal.write([old, record("open"), Record(**{**_values(new), "made": 1_000 + 3 * day})])
    await journal.aclose()
    assert [one.key for one in await journal.open("here")] == ["open"]
    assert {one.key for one in await journal.find("a")} == {"open", "new"}
    await journal.aclose()
    with pytest.raises(BadParameter, match="keep_days"):
        SqliteJournal(tmp_path / "j.db", keep_days=0)


def _values(one: Record) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


async def test_the_log_is_carried_over(tmp_path: Path) -> None:
    """By a thread, past the writes; nothing is lost, and the log does not grow for ever."""
    path = tmp_path / "j.db"
    journal = SqliteJournal(path)
    await journal.open("here")
    for number in range(_CARRY_OVER):
        await journal.write([record(str(number), str(number))])
    assert journal._carrying is not None
    await until(lambda: journal._carrying is None)
    assert path.stat().st_size > 100 * _CARRY_OVER
    await journal.aclose()
    assert len(await journal.open("here")) == _CARRY_OVER
    await journal.aclose()


# -- the book in front of it


class Failing(MemoryJournal):
    """A journal whose disk is full now and then."""

    full = True

    async def write(self, records: Any) -> None:
        if self.full:
            raise OSError("no space left on device")
        await super().write(records)


async def test_what_cannot_be_written_is_not_sent_and_outcomes_wait() -> None:
    journal = Failing()
    book = IntentBook(journal)
    with pytest.raises(JournalFailed, match="no space left"):
        await book.begin([Intent(record("1"))])
    assert book.open == []
    journal.full = False
    intent = Intent(record("2"))
    await book.begin([intent])
    journal.full = True
    book.settle(intent, Outcome.ACCEPTED, ord_id="9")
    await book.flush()
    assert [one.outcome for one in await journal.find("a")] == [Outcome.UNKNOWN]
    journal.full = False
    await book.aclose()
    assert [one.outcome for one in await journal.find("a")] == [Outcome.ACCEPTED]
