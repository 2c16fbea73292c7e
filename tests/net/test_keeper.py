"""What a book's keeper suspects by itself: silence, a snapshot that never comes, a book that stays crossed."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any, cast

import pytest

from okx_async import BookState
from okx_async.core.retry import Backoff
from okx_async.net.audit import KEPT, Audit, RestBook
from okx_async.net.keeper import CROSSED, PATIENCE, SNAPSHOT, BookKeeper
from okx_async.v5 import channels
from tests.core.frames import levels, v5

SOUND = (levels("100:1 99:2"), levels("101:1 102:2"))
CROSSING = (levels("103:1 99:2"), levels("101:1 102:2"))


class Hub:
    """A topic whose line notes what it is asked for."""

    def __init__(self) -> None:
        self.topic = channels.books("BTC-USDT")
        self.resyncs: list[float] = []
        self.restarts: list[str] = []
        self.link = SimpleNamespace(
            resync=lambda topic, delay: self.resyncs.append(delay), restart=self.restarts.append
        )


class Desk:
    """A keeper, its line, and time."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.keeper = BookKeeper(cast("Any", self.hub), Backoff(0.0, 0.0))
        self.now = 1000.0

    def snapshot(self, sides: Any) -> None:
        self.keeper.take(v5("snapshot", *sides, prev=-1, seq=1, checksum=0), self.now)

    def after(self, seconds: float) -> None:
        self.now += seconds
        self.keeper.tick(self.now)


def test_a_book_that_stays_crossed_is_read_anew_once() -> None:
    """A fresh snapshot says whether it was wrong or the market is so: in auctions it is."""
    desk = Desk()
    desk.snapshot(SOUND)
    desk.after(CROSSED)
    desk.keeper.take(v5("update", bids=levels("103:1"), prev=1, seq=2, checksum=0), desk.now)
    desk.after(0.0)
    desk.after(CROSSED / 2)
    assert desk.keeper.book.live
    desk.after(CROSSED / 2)
    assert (desk.keeper.book.state, desk.hub.resyncs) == (BookState.BROKEN, [0.0])
    assert "best bid 103 is not below best ask 101" in desk.keeper.book.cause
    desk.snapshot(CROSSING)
    for _ in range(5):
        desk.after(CROSSED)
    assert desk.keeper.book.live
    assert len(desk.hub.resyncs) == 1


def test_a_book_that_was_crossed_for_a_moment_is_not_suspected_and_the_next_time_counts_anew() -> None:
    desk = Desk()
    for sides, suspected in ((CROSSING, 0), (SOUND, 0), (CROSSING, 0), (CROSSING, 1), (SOUND, 1), (CROSSING, 1)):
        desk.snapshot(sides)
        desk.after(CROSSED * 0.6)
        desk.after(CROSSED * 0.3)
        assert len(desk.hub.resyncs) == suspected
    desk.after(CROSSED)
    assert len(desk.hub.resyncs) == 2


def test_a_book_that_falls_silent_is_stale() -> None:
    desk = Desk()
    desk.snapshot(SOUND)
    desk.after(desk.hub.topic.channel.quiet or 0.0)
    assert desk.keeper.book.live
    desk.after(1)
    assert (desk.keeper.book.state, len(desk.hub.resyncs)) == (BookState.STALE, 1)


def test_a_snapshot_that_never_comes_is_asked_for_again_and_then_over_another_line() -> None:
    desk = Desk()
    desk.keeper.granted(desk.now)
    for _ in range(PATIENCE + 1):
        desk.after(2 * SNAPSHOT + 1)
    assert (len(desk.hub.resyncs), len(desk.hub.restarts)) == (PATIENCE, 1)


async def test_what_an_audit_keeps_is_bounded() -> None:
    """REST may not answer while the market runs."""
    desk = Desk()
    desk.snapshot(SOUND)

    async def fetch() -> RestBook:
        return await asyncio.Future()

    audit = Audit(desk.keeper, fetch, 0.0, 10)
    while audit._kept is None:
        await asyncio.sleep(0)
    for seq in range(1, KEPT + 100):
        desk.keeper.take(v5("update", bids=levels(f"100:{seq}"), prev=seq, seq=seq + 1, checksum=0), desk.now)
    assert len(audit._kept) == KEPT
    audit.cancel()


def test_what_a_wrong_checksum_was_reckoned_from_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """To be held against what another client has: nobody can reproduce it later."""
    desk = Desk()
    with caplog.at_level(logging.DEBUG, "okx_async.net.keeper"):
        desk.keeper.take(v5("snapshot", *SOUND, prev=-1, seq=1, checksum=7), desk.now)
    assert "reckoned from 100:1:101:1:99:2:102:2" in caplog.text
