"""The screen: exact size, honest when the book is not LIVE, and given back at the end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from decimal import Decimal

import orjson
import pytest
from rich.console import Console

from okx_async import BookState, Gap, OrderBook
from okx_async.cli.ladder import Ladder
from okx_async.cli.view import Print, View

from .programs import COMMAND, PATIENCE, environment

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


def a_view(levels: int = 30, **more: object) -> View:
    book = OrderBook("books:BTC-USDT")
    row = {
        "asks": [[str(60001 + at), f"{at + 1}.5", "0", "1"] for at in range(levels)],
        "bids": [[str(60000 - at), f"{at + 1}", "0", "1"] for at in range(levels)],
        "ts": "1597026383085",
        "seqId": 74093484931,
        "prevSeqId": -1,
        **more,
    }
    book.feed(orjson.dumps({"action": "snapshot", "data": [row]}))
    view = View("BTC-USDT", "books", "simulator", book)
    view.tape.appendleft(Print("12:00:01", "buy", Decimal("60001.5"), Decimal("0.12345678")))
    return view


def drawn(view: View, width: int = 80, height: int = 24, levels: int = 100) -> list[str]:
    console = Console(width=width, height=height, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(Ladder(levels).draw(view, 0.034, width, height))
    return capture.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (71, 24), (40, 12), (200, 60), (20, 7)])
def test_it_fits_the_screen(width: int, height: int) -> None:
    for view in (a_view(), a_view(0), a_view(2)):
        lines = drawn(view, width, height)
        assert len(lines) <= height
        assert all(len(line) <= width for line in lines)
        view.book.invalidate(BookState.STALE, "the line was lost: " + "a long story " * 10)
        lines = drawn(view, width, height)
        assert len(lines) <= height
        assert all(len(line) <= width for line in lines)


def test_asks_above_bids_below_and_the_spread_between() -> None:
    view = a_view()
    view.tape.clear()
    text = "\n".join(drawn(view))
    at = [text.index(word) for word in ("60,002", "60,001", "spread 1", "60,000", "59,999")]
    assert at == sorted(at)
    for word in ("LIVE", "74093484931", "guards seq", "0 failed", "1 absent", "34 ms", "chain 1", "mid 60,000.5"):
        assert word in text


def test_trades_stand_beside_the_book_and_are_not_rounded() -> None:
    text = "\n".join(drawn(a_view()))
    assert "12:00:01 ▲ 60,001.5 0.12345678" in text


def test_bars_are_proportional() -> None:
    lines = drawn(a_view(8))
    bars = [line.split("│")[0].count("█") for line in lines if re.match(r" 6?5?\d,\d{3}", line)]
    asks, bids = bars[: len(bars) // 2], bars[len(bars) // 2 :]
    assert asks == sorted(asks, reverse=True)
    assert bids == sorted(bids)
    assert len(set(bars)) > 6


def test_levels_limits_the_height() -> None:
    assert len(drawn(a_view(), levels=3)) == 5 + 6


@pytest.mark.parametrize("state", [BookState.SYNCING, BookState.STALE, BookState.BROKEN])
def test_no_price_while_nothing_vouches_for_it(state: BookState) -> None:
    view = a_view()
    view.line = "cannot connect"
    view.book.invalidate(state, "a guard said no")
    text = "\n".join(drawn(view))
    assert state.value in text
    assert "a guard said no" in text
    assert "cannot connect" in text
    assert not re.search(r"6\d,\d{3}|59,\d{3}|6000\d", text)


@pytest.mark.parametrize(("asks", "bids", "said"), [(0, 3, "nobody asks"), (3, 0, "nobody bids"), (0, 0, "empty book")])
def test_one_sided_books(asks: int, bids: int, said: str) -> None:
    rows = {"asks": [[str(10 + at), "1"] for at in range(asks)], "bids": [[str(9 - at), "1"] for at in range(bids)]}
    assert said in "\n".join(drawn(a_view(0, **rows)))


def test_crossed_books_stand_out() -> None:
    rows = {"asks": [["9", "1"]], "bids": [["10", "1"]]}
    assert "CROSSED -1" in "\n".join(drawn(a_view(0, **rows)))


def test_a_gap_is_on_the_tape() -> None:
    view = a_view()
    view.traded(Gap("trades:BTC-USDT", 100.0, 102.5, "the line was lost"))
    assert "gap of 2.5 s" in "\n".join(drawn(view))


def read_until(terminal: int, wanted: bytes, seen: bytes = b"") -> bytes:
    """Read a terminal until something was written."""
    deadline = time.monotonic() + PATIENCE
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"{wanted!r} did not come; there was {seen[-2000:]!r}"
        try:
            seen += os.read(terminal, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
    assert wanted in seen, seen[-2000:]
    return seen


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (None, 0)], ids=["ctrl-c", "kill", "count"]
)
def test_under_a_terminal(number: signal.Signals | None, code: int) -> None:
    terminal, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    more = [] if number else ["--count", "3"]
    try:
        with subprocess.Popen(
            [*COMMAND, "watch", "BTC-USDT", "--sim", *more],
            env=environment(),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        ) as process:
            os.close(slave)
            try:
                seen = read_until(terminal, b"spread")
                assert ENTER in seen
                assert b"LIVE" in seen
                if number:
                    process.send_signal(number)
                sent = time.monotonic()
                seen = read_until(terminal, b"links held", seen)
                assert process.wait(PATIENCE) == code
                if number:
                    assert time.monotonic() - sent < 3
                assert LEAVE in seen
                assert b"Traceback" not in seen
            finally:
                process.kill()
    finally:
        os.close(terminal)
