"""Every real recording goes through the production path, and the books equal an independent naive one."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from okx_async import OrderBook
from okx_async.replay import Replay, read_recording

from .core.ladders import ladder_kind

__all__ = ["ladder_kind"]  # runs everything here on both ladders

DATA = Path(__file__).parent / "data"
RECORDINGS = sorted(DATA.glob("v?/ws/*.jsonl.gz"))
# From the index of the recordings: snapshots plus updates of each file.
BOOK_MESSAGES = {
    "2021-04-05_okcoin_spot_conn1": 3516,
    "2021-04-05_okcoin_spot_conn2": 3500,
    "2021-04-17_okex_mixed_A": 1509,
    "2021-07-22_okex_books-l2-tbt_conn1": 1504,
    "2021-07-22_okex_books-l2-tbt_conn2": 1446,
    "2022-02-27_okx_books-l2-tbt_A": 1778,
    "2022-05-13_okx_books": 290,
    "2026-08-24_okx_books_BTC-USDT": 7,
}


def recording(path: Path) -> str:
    """Return a recording's name."""
    return path.name.removesuffix(".jsonl.gz")


def naive_books(path: Path) -> dict[tuple[str, str], tuple[dict[str, str], dict[str, str]]]:
    """Rebuild every book with nothing but dicts; of all code under test only the file reader is shared."""
    books: dict[tuple[str, str], tuple[dict[str, str], dict[str, str]]] = {}
    for record in read_recording(path):
        if record["dir"] != "recv":
            continue
        text = zlib.decompress(base64.b64decode(record["b64"]), -15) if "b64" in record else record["text"]
        message = json.loads(text) if text not in (b"pong", "pong") else {}
        channel = message.get("table") or message.get("arg", {}).get("channel", "")
        if "data" not in message or not ("depth" in channel or "books" in channel):
            continue
        for row in message["data"]:
            key = (channel, row.get("instrument_id") or message["arg"]["instId"])
            if message["action"] in ("partial", "snapshot"):
                books[key] = ({}, {})
            for side, levels in zip(books[key], (row["bids"], row["asks"]), strict=True):
                for price, size, *_ in levels:
                    if float(size) == 0:
                        side.pop(price, None)
                    else:
                        side[price] = size
    return books


def sides(book: OrderBook) -> tuple[dict[str, str], dict[str, str]]:
    """Return a book's sides as price and size texts."""
    picture = book.unverified
    return {row[0]: row[1] for row in picture.bid_levels}, {row[0]: row[1] for row in picture.ask_levels}


def test_the_recordings_are_all_here() -> None:
    """A missing file would make the other tests pass for nothing."""
    assert {recording(path) for path in RECORDINGS} == set(BOOK_MESSAGES)


@pytest.mark.parametrize("path", RECORDINGS, ids=recording)
def test_every_checksum_verifies_and_every_frame_is_understood(path: Path) -> None:
    """No wrong checksum, no gap, nothing undecoded, no field that is not modelled."""
    report = Replay().run(read_recording(path))
    assert report.ok
    assert report.unmodelled == {}
    assert report.book_messages == BOOK_MESSAGES[recording(path)]
    if "2026" in path.name:
        assert (report.crc_verified, report.crc_absent, report.seq_verified) == (0, 7, 6)
    else:
        assert (report.crc_verified, report.crc_absent) == (report.book_messages, 0)


@pytest.mark.parametrize("path", RECORDINGS, ids=recording)
def test_the_final_books_equal_an_independent_naive_book(path: Path) -> None:
    """Level by level, in the exchange's own texts, best price first."""
    replay = Replay()
    replay.run(read_recording(path))
    naive = naive_books(path)
    assert len(naive) == len(replay.books)
    for (_, topic), book in replay.books.items():
        channel, _, inst_id = topic.partition(":")
        assert sides(book) == naive[channel, inst_id]
        bids, asks = book.unverified.bid_levels, book.unverified.ask_levels
        assert [row[0] for row in bids] == sorted((row[0] for row in bids), key=float, reverse=True)
        assert [row[0] for row in asks] == sorted((row[0] for row in asks), key=float)


def test_a_book_with_checksum_zero_is_live_by_its_sequence() -> None:
    """The exchange has sent 0 since 2026-06-23: that is no error, and the book says what vouches for it."""
    replay = Replay()
    replay.run(read_recording(DATA / "v5/ws/2026-08-24_okx_books_BTC-USDT.jsonl.gz"))
    (book,) = replay.books.values()
    assert book.live
    assert book.proof.guards == ("sequence",)
    assert book.proof.vouched == 400


@pytest.mark.parametrize("damage", ["size", "gap"])
def test_a_damaged_recording_is_found_out(damage: str) -> None:
    """One changed size fails a checksum; one lost frame fails the sequence or a checksum."""
    name = "2022-05-13_okx_books" if damage == "size" else "2026-08-24_okx_books_BTC-USDT"
    records: list[dict[str, Any]] = list(read_recording(DATA / f"v5/ws/{name}.jsonl.gz"))
    updates = [record for record in records if '"action":"update"' in record.get("text", "")]
    if damage == "gap":
        records.remove(updates[2])
    else:
        victim = next(record for record in updates if '"bids":[["' in record["text"])
        victim["text"] = victim["text"].replace('"bids":[["', '"bids":[["1', 1)
    report = Replay().run(records)
    assert not report.ok
    assert (report.seq_gaps if damage == "gap" else report.crc_failed) >= 1
