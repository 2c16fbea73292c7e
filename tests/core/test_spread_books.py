"""Order books of spreads: three columns, prices around zero, sequence ids beyond what a float holds, a real CRC."""

from __future__ import annotations

import zlib
from typing import Any

import orjson
import pytest

from okx_async import OKX, BookState, OrderBook, Verdict
from okx_async.errors import BadParameter
from okx_async.v5 import channels

from .ladders import ladder_kind

__all__ = ["ladder_kind"]  # runs everything here on both ladders

SPREAD = "BTC-USDT_BTC-USDT-SWAP"
SEQ = 1_724_294_007_352_168_321  # odd and beyond 2**53: a float would round it


def crc(text: str) -> int:
    """Return the signed CRC32 of a text."""
    return int.from_bytes(zlib.crc32(text.encode()).to_bytes(4, "big"), "big", signed=True)


def frame(action: str, bids: Any, asks: Any, checksum: int, before: int, seq_id: int) -> bytes:
    """Return a frame of the deep book channel."""
    row = {"asks": asks, "bids": bids, "ts": "5", "checksum": checksum, "prevSeqId": before, "seqId": seq_id}
    arg = {"channel": "sprd-books-l2-tbt", "sprdId": SPREAD}
    return orjson.dumps({"arg": arg, "action": action, "data": [row]})


@pytest.fixture
def book() -> OrderBook:
    """A book with two levels a side."""
    form = channels.sprd_books_l2_tbt(SPREAD).channel.book
    assert form is not None
    made = OrderBook(f"sprd-books-l2-tbt:{SPREAD}", depth=form.depth, incremental=form.incremental)
    bids, asks = [["-79", "1.5", "1"], ["-80.0", "3", "2"]], [["-8.8", "2", "1"], ["0", "5", "1"]]
    text = "-79:1.5:-8.8:2:-80.0:3:0:5"
    assert made.feed(frame("snapshot", bids, asks, crc(text), -1, SEQ)) is Verdict.SNAPSHOT
    return made


def test_prices_may_be_negative_and_the_checksum_counts(book: OrderBook) -> None:
    """Both guards vouch: the sequence exactly, and the CRC because it is not zero."""
    assert book.proof.guards == ("sequence", "checksum")
    assert [row[:2] for row in book.bid_rows()] == [("-79", "1.5"), ("-80.0", "3")]
    assert [row[:2] for row in book.ask_rows()] == [("-8.8", "2"), ("0", "5")]
    assert book.seq_id == SEQ


def test_neighbouring_ids_are_told_apart(book: OrderBook) -> None:
    """One id too far is a gap although both are the same float."""
    assert float(SEQ) == float(SEQ + 1)
    assert book.feed(frame("update", [], [["-8.8", "0", "0"]], 0, SEQ, SEQ + 1)) is Verdict.UPDATE
    assert [row[:2] for row in book.ask_rows()] == [("0", "5")]
    assert book.feed(frame("update", [], [["0", "0", "0"]], 0, SEQ, SEQ + 2)) is Verdict.BROKEN
    assert book.state is BookState.BROKEN
    assert "a message is missing" in book.cause


def test_a_wrong_checksum_breaks_the_book(book: OrderBook) -> None:
    """It is obeyed where the exchange still sends one."""
    wrong = crc("-79:1.5:-8.8:2:-80.0:3:0:6")
    assert book.feed(frame("update", [["-79", "9", "1"]], [], wrong, SEQ, SEQ + 1)) is Verdict.BROKEN


async def test_a_client_keeps_books_of_spreads_by_their_id() -> None:
    """The usual call with another channel; what cannot be a spread is refused before anything is sent."""
    async with OKX() as okx:
        books = okx.books(SPREAD, channel=channels.sprd_books_l2_tbt)
        assert books.topic == f"sprd-books-l2-tbt:{SPREAD}"
        with pytest.raises(BadParameter, match="sprd_id"):
            okx.books("BTC-USDT", channel=channels.sprd_books5)
