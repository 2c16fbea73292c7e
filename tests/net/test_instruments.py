"""The cache of instruments: who reads what how often, and what a push may change."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
import pytest

from okx_async.errors import ConnectFailed, UnknownInstrument
from okx_async.net import instruments
from okx_async.net.instruments import InstrumentCache
from tests.waiting import until


class Row(msgspec.Struct, frozen=True):
    """What a list holds here."""

    name: str
    tick: str | None = None
    rpi: str | None = None


class Exchange:
    """Lists that can be changed, taken away and made slow."""

    def __init__(self, *rows: Row) -> None:
        self.rows = list(rows)
        self.reads = 0
        self.live = False
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.cache = InstrumentCache[Row](
            lambda name: "" if "?" in name else "all", self.fetch, lambda row: row.name, lambda _: self.live
        )

    async def fetch(self, _: str) -> list[Row]:
        """Answer as the exchange."""
        self.reads += 1
        rows = list(self.rows)
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return rows


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the test say what time it is."""
    now = [1000.0]
    monkeypatch.setattr("okx_async.net.instruments.monotonic", lambda: now[0])
    return now


async def test_many_who_ask_at_once_are_served_by_one_request() -> None:
    """Fifty orders at start must not read the same list fifty times."""
    there = Exchange(Row("A"), Row("B"))
    there.gate = asyncio.Event()
    asking = [asyncio.create_task(there.cache.get(name)) for name in "AB" * 25]
    await asyncio.sleep(0)
    there.gate.set()
    assert [row.name for row in await asyncio.gather(*asking)] == list("AB" * 25)
    assert there.reads == 1


async def test_a_peek_never_reads_and_never_shows_what_should_be_read_anew(clock: list[float]) -> None:
    """Orders look here first: no waiting, but no out-of-date row either."""
    there = Exchange(Row("A"))
    assert there.cache.peek("A") is None
    assert there.cache.peek("?") is None
    row = await there.cache.get("A")
    assert there.cache.peek("A") is row
    assert there.cache.peek("B") is None
    clock[0] += instruments.OLD + 1
    assert there.cache.peek("A") is None, "get begins to read the list anew, so it must be asked"
    there.live = True
    assert there.cache.peek("A") is None, "it was read before the channel was live"
    assert there.reads == 1
    renewed = await there.cache.get("A")
    clock[0] += instruments.OLD + 1
    assert there.cache.peek("A") is renewed, "every change was pushed"
    there.cache.doubt(lambda _: True)
    assert there.cache.peek("A") is None


async def test_an_id_that_was_listed_since_is_found_and_a_wrong_one_is_named(clock: list[float]) -> None:
    """A list is read again for a new id, but not for every wrong one."""
    there = Exchange(Row("BTC-USDT"))
    with pytest.raises(UnknownInstrument, match="did you mean 'BTC-USDT'"):
        await there.cache.get("BTC-USDR")
    there.rows.append(Row("NEW-USDT"))
    with pytest.raises(UnknownInstrument):
        await there.cache.get("NEW-USDT")
    assert there.reads == 1
    clock[0] += instruments.FRESH + 1
    assert (await there.cache.get("NEW-USDT")).name == "NEW-USDT"
    assert there.reads == 2


async def test_an_id_whose_shape_tells_nothing_is_not_guessed() -> None:
    """`check` leaves it to the exchange; `get` has nothing to return."""
    there = Exchange(Row("A"))
    await there.cache.check("?")
    with pytest.raises(UnknownInstrument, match="shape"):
        await there.cache.get("?")
    assert there.reads == 0


async def test_an_old_list_is_read_anew_while_it_still_serves(clock: list[float]) -> None:
    """No order waits for a list every hour; one that was not looked at for long is waited for."""
    there = Exchange(Row("A", "0.1"))
    await there.cache.get("A")
    there.rows = [Row("A", "0.2")]
    clock[0] += instruments.OLD - 1
    await there.cache.get("A")
    assert there.reads == 1
    clock[0] += 2
    there.gate = asyncio.Event()
    assert [(await there.cache.get("A")).tick for _ in range(3)] == ["0.1"] * 3
    there.gate.set()
    await until(lambda: there.cache.age("A") == 0.0)
    assert (await there.cache.get("A")).tick == "0.2"
    assert there.reads == 2
    clock[0] += instruments.TOO_OLD + 1
    there.rows = [Row("A", "0.3")]
    assert (await there.cache.get("A")).tick == "0.3"


async def test_closing_stops_what_is_under_way(clock: list[float]) -> None:
    """A client that is closed leaves no task behind."""
    there = Exchange(Row("A"))
    await there.cache.get("A")
    clock[0] += instruments.OLD + 1
    there.gate = asyncio.Event()
    await there.cache.get("A")
    await until(lambda: there.reads == 2)
    await there.cache.close()


async def test_what_the_channel_keeps_current_is_not_read_again(clock: list[float]) -> None:
    """Once when the channel is live, since changes before were not pushed; then after a gap only."""
    there = Exchange(Row("A", "0.1"))
    await there.cache.get("A")
    there.live = True
    there.rows = [Row("A", "0.2")]
    assert (await there.cache.get("A")).tick == "0.2"
    clock[0] += 10 * instruments.OLD
    await there.cache.get("A")
    assert there.reads == 2
    there.cache.doubt(lambda kind: kind == "all")
    await there.cache.get("A")
    assert there.reads == 3


async def test_a_push_adds_and_changes_but_never_deletes() -> None:
    """What a push leaves out still holds: other rows, and fields the channel does not serve."""
    there = Exchange(Row("A", "0.1", rpi="1"), Row("B", "0.1"))
    there.cache.learn("all", Row("A", "0.5"))  # nothing was read yet: nothing to change
    await there.cache.get("A")
    there.cache.learn("all", Row("A", "0.2"))
    there.cache.learn("all", Row("C", "0.3"))
    assert [await there.cache.get(name) for name in "ABC"] == [Row("A", "0.2", "1"), Row("B", "0.1"), Row("C", "0.3")]
    assert there.reads == 1


async def test_a_push_that_comes_while_the_list_is_read_is_not_overwritten() -> None:
    """The answer may be older than the push."""
    there = Exchange(Row("A", "0.1"))
    there.gate = asyncio.Event()
    asking = asyncio.create_task(there.cache.get("A"))
    while not there.reads:
        await asyncio.sleep(0)
    there.cache.learn("all", Row("A", "0.2"))
    there.gate.set()
    assert (await asking).tick == "0.2"


async def test_a_list_that_cannot_be_read_anew_is_used_as_it_was(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    """Better an hour old than none; but without any there is nothing to return."""
    there = Exchange(Row("A"))
    there.error = ConnectFailed("no network")
    with pytest.raises(ConnectFailed):
        await there.cache.get("A")
    with caplog.at_level(logging.WARNING):
        await there.cache.check("A")
    assert "not checked" in caplog.text
    there.error = None
    await there.cache.get("A")
    there.error = ConnectFailed("no network")
    clock[0] += 2 * instruments.TOO_OLD
    assert (await there.cache.get("A")).name == "A"
    assert "old one is used" in caplog.text


async def test_a_cancelled_reader_does_not_take_the_list_away_from_others() -> None:
    """The next one in the row reads it."""
    there = Exchange(Row("A"))
    there.gate = asyncio.Event()
    first, second = (asyncio.create_task(there.cache.get("A")) for _ in range(2))
    while not there.reads:
        await asyncio.sleep(0)
    first.cancel()
    there.gate.set()
    results: Any = await asyncio.gather(first, second, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1] == Row("A")
