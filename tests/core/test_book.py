"""The book: a market it cannot vouch for is never shown."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core import book as book_module
from okx_async.core.book import CRC_PATIENCE, BookState, OrderBook, Verdict, book_checksum
from okx_async.core.ladder import AnyLadder
from okx_async.errors import BookNotLive

from .frames import NaiveBook, levels, v3, v5
from .ladders import apply, ladder_kind, side

__all__ = ["ladder_kind"]  # runs everything here on both ladders

_BIDS = [("100.5", "3"), ("100.4", "0.70")]
_ASKS = [("100.6", "1.20"), ("101", "5")]


def _live(seq: int = 10, **more: Any) -> OrderBook:
    book = OrderBook("books:BTC-USDT")
    assert book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=seq, **more)) is Verdict.SNAPSHOT
    return book


def _sides(bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> tuple[AnyLadder, AnyLadder]:
    sides = side("bids"), side("asks")
    apply(sides[0], bids)
    apply(sides[1], asks)
    return sides


# -- frames with values of another JSON type


_AFTER = {"asks": [["0.5021", "6", "0", "1"], ["0.5025", "88.1", "0", "1"]], "bids": [["0.5020", "0", "0", "0"],
          ["0.5019", "4.75", "0", "1"]]}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "verified", "moment"),
    [
        ({"checksum": "-1877113809", "timestamp": "2020-07-20T08:00:00.223Z"}, 2, 1_595_232_000_223),
        ({"checksum": -1877113809, "timestamp": 1595232000223}, 2, 1_595_232_000_223),
        ({"checksum": -1877113809, "timestamp": None, "instrument_id": None}, 2, 1_595_232_000_123),
        ({"checksum": "", "timestamp": "2020-07-20T08:00:00.223"}, 1, 1_595_232_000_223),
        ({"checksum": None, "timestamp": ""}, 1, 1_595_232_000_123),
    ],
)
def test_a_frame_is_read_whatever_json_type_its_values_have(said: dict[str, Any], verified: int, moment: int) -> None:
    """They are as good a guard so: a wrong one breaks the book, and what is no frame still does."""
    book = OrderBook("spot/depth:BTC-USDT", incremental=True)
    first = {"instrument_id": "BTC-USDT", "timestamp": "2020-07-20T08:00:00.123Z", "checksum": -1580523558}
    sides = {"bids": [[*each, "0", "1"] for each in _WORKED_BIDS], "asks": [[*each, "0", "1"] for each in _WORKED_ASKS]}
    assert book.feed(_frame("partial", first | sides)) is Verdict.SNAPSHOT
    assert book.feed(_frame("update", {"instrument_id": "BTC-USDT"} | _AFTER | said)) is Verdict.UPDATE
    assert (book.state, book.proof.crc_verified, book.ts) == (BookState.LIVE, verified, moment)
    assert [row[:2] for row in book.ask_rows(2)] == [("0.5021", "6"), ("0.5025", "88.1")]
    assert book.feed(_frame("update", {"checksum": "soon"} | _AFTER)) is Verdict.BROKEN
    if verified == 2:
        book = OrderBook("spot/depth:BTC-USDT", incremental=True)
        book.feed(_frame("partial", first | sides))
        assert book.feed(_frame("update", _AFTER | {"checksum": "7"})) is Verdict.BROKEN


def _frame(action: str, picture: dict[str, Any]) -> bytes:
    return json.dumps({"table": "spot/depth", "action": action, "data": [picture]}).encode()


# -- checksum vectors of both documents

_WAVES_BIDS = levels(
    "0.000709:222.91679881 0.000703:0.47161952 0.000701:140.73015789 0.0007:0.3 0.000699:401 0.000698:232.61801667"
    " 0.000689:0.71396896 0.000688:0.69910125 0.000613:227.54771052 0.0005:0.01 0.00026789:3.69905341 0.000238:2.4"
    " 0.00022:0.53 0.0000055:374.09871696 0.00000056:222 0.00000055:736.84761363 0.0000002:999"
    " 0.00000009:1222.22222417 0.00000008:20868.64520447 0.00000002:110000 0.00000001:10000"
)
_WAVES_ASKS = levels(
    "0.000714:1.15414979 0.000715:3.3 0.000717:426.71348 0.000719:140.84507042 0.00072:590.77 0.000721:991.77"
    " 0.000724:0.3532032 0.000725:58.82698567 0.000726:1033.15469748 0.000729:0.35320321 0.00073:352.77"
    " 0.000735:0.38469748 0.000736:625.77 0.00075191:152.44796961 0.00075192:114.3359772 0.00075193:85.7519829"
    " 0.00075194:64.31398718 0.00075195:48.23549038 0.00075196:36.17661779 0.00075199:61.04804253"
    " 0.0007591:70.71318474 0.0007621:53.03488855 0.00076211:39.77616642 0.00076212:29.83212481"
    " 0.0007635:22.37409361"
)
_DOWN = [(str(1000 - at), f"{at + 1}.5") for at in range(30)]
_UP = [(str(1001 + at), str(at + 2)) for at in range(30)]
_WORKED_BIDS = levels("0.5020:12.50 0.5019:4 0.5:130.0")
_WORKED_ASKS = levels("0.5021:7.25 0.503:0.00000009")


@pytest.mark.parametrize(
    ("bids", "asks", "value"),
    [
        pytest.param(_BIDS, _ASKS, 1213095319, id="V5, two levels a side"),
        pytest.param(_BIDS[:1], [*_ASKS, ("102.0", "0.001")], -1678866675, id="V5, uneven"),
        pytest.param([], [("7", "1")], -1441598396, id="V5, one-sided"),
        pytest.param(levels("3366.1:7 3366:6"), levels("3366.8:9 3368:8"), -1881014294, id="V3 sample, paired"),
        pytest.param(levels("3366.1:7"), levels("3366.8:9 3368:8 3372:8"), 831078360, id="V3 sample, one bid"),
        pytest.param(levels("0.0015:906"), [], -288111842, id="V3 capture, a single bid"),
        pytest.param(_WORKED_BIDS, _WORKED_ASKS, -1580523558, id="V3 worked example"),
        pytest.param(_WORKED_BIDS, [], -2023596522, id="V3 bids only"),
        pytest.param([], _WORKED_ASKS, -1726610771, id="V3 asks only"),
        pytest.param([], [], 0, id="an empty book"),
        pytest.param(_DOWN, _UP, -1779847422, id="cut to 25 levels"),
        pytest.param(_DOWN[:3], _UP, 2123727416, id="three bids, asks alone to level 25"),
        pytest.param(_WAVES_BIDS, _WAVES_ASKS, 1319037905, id="captured WAVES-BTC"),
    ],
)
def test_the_checksum_equals_every_documented_one(
    bids: list[tuple[str, str]], asks: list[tuple[str, str]], value: int
) -> None:
    assert book_checksum(*_sides(bids, asks)) == value
    assert book_checksum(*_sides(bids[::-1], asks[::-1])) == value


def test_the_worked_example_of_v3_holds_from_snapshot_to_update() -> None:
    book = OrderBook("spot/depth:X")
    assert book.feed(v3("partial", _WORKED_BIDS, _WORKED_ASKS, -1580523558)) is Verdict.SNAPSHOT
    update = v3("update", levels("0.5020:0 0.5019:4.75"), levels("0.5021:6 0.5025:88.1"), -1877113809)
    assert book.feed(update, 7.5) is Verdict.UPDATE
    proof = book.proof
    assert (proof.crc_verified, proof.guards, proof.vouched, proof.chain) == (2, ("checksum",), 25, 2)
    assert (book.received, book.age(8.0), book.ts) == (7.5, 0.5, 1_595_232_000_123)


def test_the_captured_book_of_waves_holds_from_partial_to_update() -> None:
    book = OrderBook("spot/depth:WAVES-BTC")
    assert book.feed(v3("partial", _WAVES_BIDS, _WAVES_ASKS, 1319037905)) is Verdict.SNAPSHOT
    asks = levels("0.000715:100.48199596 0.000716:62.21679881")
    assert book.feed(v3("update", levels("0.000713:38.95772168"), asks, -131160897)) is Verdict.UPDATE
    assert book.live


def test_deleting_an_unknown_level_and_zero_rows_in_a_snapshot_do_no_harm() -> None:
    book = OrderBook()
    assert book.feed(v3("partial", [*_WORKED_BIDS, ("0.4", "0")], _WORKED_ASKS, -1580523558)) is Verdict.SNAPSHOT
    assert book.feed(v3("update", [("0.4", "0"), ("9", "0.00")], [], -1580523558)) is Verdict.UPDATE


# -- sequence rules


def test_the_documented_chain_is_followed_through_heartbeat_and_reset() -> None:
    book = OrderBook("books:BTC-USDT")
    chain = [
        (v5("snapshot", _BIDS, _ASKS, prev=-1, seq=10), Verdict.SNAPSHOT),
        (v5("update", [("100.3", "1")], prev=10, seq=15), Verdict.UPDATE),
        (v5("update", prev=15, seq=15), Verdict.HEARTBEAT),
        (v5("update", [("100.2", "1")], prev=15, seq=3), Verdict.UPDATE),
        (v5("update", [("100.1", "1")], prev=3, seq=5), Verdict.UPDATE),
    ]
    assert [book.feed(frame) for frame, _ in chain] == [verdict for _, verdict in chain]
    proof = book.proof
    assert (proof.resets, proof.heartbeats, proof.updates, proof.seq_verified, proof.chain) == (1, 1, 3, 4, 5)
    assert (book.seq_id, book.live, proof.guards, proof.vouched) == (5, True, ("sequence",), 400)
    assert [row[0] for row in book.bid_rows()] == ["100.5", "100.4", "100.3", "100.2", "100.1"]


@pytest.mark.parametrize(
    ("last", "prev", "seq"),
    [
        pytest.param(10, 9, 11, id="one lost"),
        pytest.param(10, 11, 12, id="one ahead"),
        pytest.param(10, -1, 11, id="minus one is no wildcard"),
        pytest.param(10, 0, 11, id="zero is no wildcard"),
        pytest.param(10, None, 11, id="missing is no wildcard"),
        pytest.param(10, 10, None, id="no id of its own"),
        pytest.param(0, -1, 1, id="last 0, told -1"),
        pytest.param(0, None, 1, id="last 0, told nothing"),
        pytest.param(-1, 0, 1, id="last -1, told 0"),
        pytest.param(-1, None, 1, id="last -1, told nothing"),
        pytest.param(10, 9, 9, id="a heartbeat of the wrong place"),
    ],
)
def test_a_gap_breaks_the_book_before_anybody_can_read_it(last: int, prev: int | None, seq: int | None) -> None:
    book = _live(last)
    before = book.unverified
    assert book.feed(v5("update", [("100.5", "9")], prev=prev, seq=seq)) is Verdict.BROKEN
    assert book.state is BookState.BROKEN
    assert "prevSeqId" in book.cause
    assert book.unverified.bid_levels == before.bid_levels
    assert book.proof.seq_gaps == 1
    with pytest.raises(BookNotLive):
        book.bids(1)


def test_zero_is_an_id_like_any_other() -> None:
    book = _live(0)
    assert book.feed(v5("update", [("100.5", "9")], prev=0, seq=1)) is Verdict.UPDATE
    assert book.feed(v5("update", [("100.5", "8")], prev=1, seq=0)) is Verdict.UPDATE
    assert book.seq_id == 0
    assert book.live


def test_an_update_before_the_snapshot_is_not_applied() -> None:
    book = OrderBook("books:BTC-USDT")
    assert book.feed(v5("update", _BIDS, _ASKS, prev=1, seq=2)) is Verdict.IGNORED
    assert book.state is BookState.SYNCING
    assert book.unverified.bid_levels == ()
    assert book.proof.ignored == 1


def test_nothing_but_a_snapshot_mends_a_broken_book() -> None:
    book = _live()
    book.feed(v5("update", prev=1, seq=2))
    assert book.feed(v5("update", [("1", "1")], prev=10, seq=11)) is Verdict.IGNORED
    assert not book.live
    assert book.feed(v5("snapshot", [("7", "1")], prev=-1, seq=50)) is Verdict.SNAPSHOT
    assert (book.live, book.cause, book.seq_id, book.proof.chain) == (True, "", 50, 1)
    assert book.ask_rows() == []
    assert [row[0] for row in book.bid_rows()] == ["7"]


def test_a_second_snapshot_replaces_a_live_book() -> None:
    book = _live()
    assert book.feed(v5("snapshot", [("7", "1")], [("8", "2")], prev=-1, seq=3)) is Verdict.SNAPSHOT
    assert (len(book.bids()), len(book.asks()), book.seq_id, book.proof.snapshots) == (1, 1, 3, 2)


def test_ids_that_appear_in_mid_stream_are_a_gap() -> None:
    book = OrderBook()
    book.feed(v3("partial", _WORKED_BIDS, _WORKED_ASKS, -1580523558))
    assert book.feed(v5("update", prev=5, seq=6)) is Verdict.BROKEN


def test_a_failure_in_the_middle_of_a_frame_is_not_hidden_by_what_follows_it() -> None:
    book = _live()
    frame = json.loads(v5("update", prev=9, seq=11))
    frame["data"].append(json.loads(v5("update", prev=11, seq=12))["data"][0])
    assert book.feed(json.dumps(frame).encode()) is Verdict.BROKEN


@given(
    rounds=st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3)), max_size=10),
            st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3)), max_size=10),
        ),
        max_size=8,
    ),
    depth=st.integers(1, 45),
    ids=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_book_equals_a_naive_one_and_its_checksum_too(
    rounds: list[tuple[list[tuple[int, int]], list[tuple[int, int]]]], depth: int, ids: bool
) -> None:
    book, naive = OrderBook(depth=depth), NaiveBook()
    for at, (bids, asks) in enumerate(rounds):
        rows = {
            "bids": [(f"{price / 10:.2f}", f"{size}.0") for price, size in bids],
            "asks": [(f"{5 + price / 10}", str(size)) for price, size in asks],
        }
        for name, changes in rows.items():
            naive.apply(name, changes)
        naive.trim(depth)
        chain = {"prev": at - 1, "seq": at} if ids else {}
        frame = v5("update" if at else "snapshot", rows["bids"], rows["asks"], checksum=naive.checksum(), **chain)
        assert book.feed(frame) is not Verdict.BROKEN
        assert [row[:2] for row in book.bid_rows()] == naive.top("bids")
        assert [row[:2] for row in book.ask_rows()] == naive.top("asks")
        assert len(book.bid_rows()) <= depth


# -- checksum rules


@pytest.mark.parametrize("checksum", [0, None])
@pytest.mark.parametrize("ids", [True, False])
def test_a_checksum_of_zero_or_none_is_no_error(checksum: int | None, ids: bool) -> None:
    more = {} if checksum is None else {"checksum": checksum}
    book = OrderBook()
    assert book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=1, **more)) is Verdict.SNAPSHOT
    assert book.live
    assert (book.proof.crc_absent, book.proof.crc_failed, book.proof.guards) == (1, 0, ("sequence",))


def test_a_book_without_any_guard_vouches_for_nothing() -> None:
    book = OrderBook()
    book.feed(v5("snapshot", _BIDS, _ASKS))
    assert (book.proof.guards, book.proof.vouched) == ((), 0)


def test_the_checksum_of_an_empty_book_really_is_zero() -> None:
    book = OrderBook()
    assert book.feed(v5("snapshot", checksum=0, prev=-1, seq=1)) is Verdict.SNAPSHOT
    assert book.proof.crc_verified == 1


def test_a_wrong_checksum_breaks_a_book_without_sequence_every_time() -> None:
    book = OrderBook()
    for _ in range(CRC_PATIENCE + 5):
        assert book.feed(v3("partial", _WORKED_BIDS, _WORKED_ASKS, 1)) is Verdict.BROKEN
        with pytest.raises(BookNotLive, match="checksum 1 does not match"):
            book.best_bid  # noqa: B018
    assert not book.crc_distrusted
    assert zlib.crc32(book.crc_text.encode()) - (1 << 32) == -1580523558
    assert book.feed(v3("partial", _WORKED_BIDS, _WORKED_ASKS, -1580523558)) is Verdict.SNAPSHOT
    assert book.feed(v3("update", [("0.5019", "9")], [], -1580523558)) is Verdict.BROKEN


def test_an_unsigned_checksum_is_a_wrong_one() -> None:
    assert OrderBook().feed(v3("partial", _WORKED_BIDS, _WORKED_ASKS, 2714443738)) is Verdict.BROKEN


def test_a_mismatch_in_spite_of_a_right_sequence_is_answered_by_one_resync_and_then_distrusted() -> None:
    book = OrderBook()
    assert book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=1, checksum=99)) is Verdict.BROKEN
    assert not book.crc_distrusted
    assert book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=2, checksum=99)) is Verdict.SNAPSHOT
    assert book.crc_distrusted
    assert book.feed(v5("update", prev=2, seq=2, checksum=99)) is Verdict.HEARTBEAT
    assert book.proof.guards == ("sequence",)
    assert book.feed(v5("update", prev=1, seq=3, checksum=99)) is Verdict.BROKEN  # the sequence is obeyed as ever


def test_mismatches_among_matches_are_resynced_until_patience_ends() -> None:
    good = 1213095319
    book = OrderBook()
    for turn in range(CRC_PATIENCE):
        assert book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=1, checksum=good)) is Verdict.SNAPSHOT
        assert book.feed(v5("update", prev=1, seq=1, checksum=5)) is Verdict.BROKEN, turn
    book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=1, checksum=good))
    assert book.feed(v5("update", prev=1, seq=1, checksum=5)) is Verdict.HEARTBEAT
    assert book.crc_distrusted


def test_a_long_run_of_matches_gives_the_patience_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "CRC_TRUST", 3)
    good = 1213095319
    book = OrderBook()
    for _ in range(CRC_PATIENCE * 3):
        book.feed(v5("snapshot", _BIDS, _ASKS, prev=-1, seq=1, checksum=good))
        for _ in range(3):
            assert book.feed(v5("update", prev=1, seq=1, checksum=good)) is Verdict.HEARTBEAT
        assert book.feed(v5("update", prev=1, seq=1, checksum=5)) is Verdict.BROKEN
    assert not book.crc_distrusted


# -- full pictures


def test_every_push_of_a_full_picture_channel_is_the_whole_book() -> None:
    book = OrderBook("bbo-tbt:BTC-USDT", depth=1)
    assert book.feed(v5("", [("100", "1")], [("101", "1")], seq=20)) is Verdict.SNAPSHOT
    assert book.feed(v5("", [("99", "1")], [], seq=4)) is Verdict.SNAPSHOT  # a lower id after a reset is legal
    assert (book.seq_id, [row[0] for row in book.bid_rows()], book.ask_rows()) == (4, ["99"], [])
    assert book.proof.guards == ()


def test_books5_is_not_asked_for_a_checksum() -> None:
    book = OrderBook("books5:BTC-USDT", depth=5)
    assert book.feed(v5("", _BIDS, _ASKS, checksum=12345)) is Verdict.SNAPSHOT


def test_depth5_of_v3_counts_its_orders_with_ints() -> None:
    rows = {"asks": [["161.96", "7.37567", 3]], "bids": [["161.9", "5.1", 2]]}
    row = {**rows, "instrument_id": "ETH-USDT", "timestamp": "2020-07-20T08:00:00.123Z"}
    frame = json.dumps({"table": "spot/depth5", "data": [row]}).encode()
    book = OrderBook("spot/depth5:ETH-USDT", depth=5, whole_rows=True)
    for _ in range(3):
        assert book.feed(frame) is Verdict.SNAPSHOT
    assert book.asks(1)[0].row == ("161.96", "7.37567", "3")
    assert book.asks(1)[0].orders == 3
    assert book.ts == 1_595_232_000_123


def test_rows_of_another_width_are_kept_as_they_are() -> None:
    row = {"asks": [["1", "2", "1"]], "bids": [], "ts": "1", "seqId": 5, "prevSeqId": -1}
    book = OrderBook("sprd-books-l2-tbt:X", whole_rows=True)
    assert book.feed(json.dumps({"action": "snapshot", "data": [row]}).encode()) is Verdict.SNAPSHOT
    row |= {"asks": [["1", "3", "2"]], "seqId": 6, "prevSeqId": 5}
    assert book.feed(json.dumps({"action": "update", "data": [row]}).encode()) is Verdict.UPDATE
    assert book.ask_rows() == [("1", "3", "2")]


# -- what cannot be read


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"pong",
        b"[]",
        b"{}",
        b'{"data":5}',
        b'{"data":[5]}',
        b'{"data":[{"asks":5}]}',
        b'{"data":[{"asks":[["1"]]}],"action":"update"}',
        b'{"data":[{"asks":[[]]}],"action":"snapshot"}',
        b'{"data":[{"asks":[["x","1","0","1"]]}],"action":"snapshot"}',
        b'{"data":[{"asks":[["nan","1","0","1"]]}],"action":"snapshot"}',
        b'{"data":[{"seqId":"5"}],"action":"update"}',
        b'{"data":[{}],"action":"delta"}',
        b'{"data":[{"ts":"\xff"}]}',
        b'{"data":' + b"[" * 100_000,
        v5("update", _BIDS, prev=10, seq=11)[:-9],
    ],
    ids=lambda raw: repr(raw[:50]),
)
def test_a_frame_that_is_no_book_breaks_the_book_and_raises_nothing(raw: bytes) -> None:
    book = _live()
    book.feed(v5("update", prev=10, seq=10))
    assert book.feed(raw) is Verdict.BROKEN
    assert book.state is BookState.BROKEN
    assert book.cause


@given(at=st.integers(0, 400), byte=st.binary(min_size=0, max_size=3), cut=st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_mutated_frames_never_raise(at: int, byte: bytes, cut: int) -> None:
    frame = v5("update", _BIDS, _ASKS, prev=10, seq=11, checksum=1213095319)
    at %= len(frame)
    book = _live()
    book.feed(frame[:at] + byte + frame[at + cut :])
    assert book.unverified.topic == "books:BTC-USDT"


def test_a_time_that_is_none_is_none() -> None:
    book = _live(ts="yesterday")
    assert book.ts is None
    assert book.snapshot().ts is None
    assert OrderBook().ts is None


# -- reading


def test_a_book_that_is_not_live_is_not_shown() -> None:
    book = OrderBook("books:BTC-USDT")
    reads: list[Any] = [
        book.snapshot,
        book.bids,
        book.asks,
        book.bid_rows,
        book.ask_rows,
        book.arrays,
        lambda: book.mid,
        lambda: book.spread,
        lambda: book.best_bid,
        lambda: book.best_ask,
        lambda: book.microprice,
        lambda: book.imbalance(),
        lambda: book.size_to("bids", 1),
        lambda: book.cost("asks", 1),
    ]
    for prepare in (lambda: None, lambda: book.feed(v5("snapshot", _BIDS, _ASKS)), lambda: None):
        for read in reads:
            if book.live:
                read()
            else:
                with pytest.raises(BookNotLive):
                    read()
        prepare()
    book.invalidate(BookState.STALE, "the line was lost")
    for read in reads:
        with pytest.raises(BookNotLive) as caught:
            read()
        assert (caught.value.state, caught.value.cause) == ("STALE", "the line was lost")
        assert "books:BTC-USDT is STALE" in str(caught.value)


def test_unverified_reads_what_is_there_and_says_that_it_is_not_live() -> None:
    book = _live()
    book.invalidate(BookState.STALE, "the line was lost")
    seen = book.unverified
    assert (seen.live, seen.seq_id, seen.best_bid and seen.best_bid.px) == (False, 10, Decimal("100.5"))
    assert book.proof.chain == 0


def test_a_snapshot_is_frozen() -> None:
    book = _live()
    seen = book.snapshot(1)
    copy = (seen.bid_levels, seen.ask_levels, seen.seq_id)
    book.feed(v5("update", [("100.5", "99"), ("100.6", "0")], [("100.6", "0")], prev=10, seq=11))
    book.invalidate(BookState.BROKEN, "x")
    assert (seen.bid_levels, seen.ask_levels, seen.seq_id, seen.live) == (*copy, True)
    assert seen.bid_levels == (("100.5", "3"),)


# -- joining the stream behind a REST picture


def _joined(seq: int = 10) -> OrderBook:
    book = OrderBook()
    book.rebuild(_BIDS, _ASKS, seq)
    return book


def test_updates_join_a_picture_they_reach_back_to() -> None:
    book = _joined()
    assert book.live
    assert book.join(v5("update", [("1", "1")], prev=5, seq=9)) is Verdict.UPDATE
    assert book.join(v5("update", [("2", "1")], prev=9, seq=12)) is Verdict.UPDATE
    assert book.join(v5("update", [("3", "1")], prev=12, seq=13)) is Verdict.UPDATE
    assert book.seq_id == 13
    assert [row[0] for row in book.bid_rows()] == ["100.5", "100.4", "3", "2"]


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([v5("update", prev=11, seq=12)], id="does not reach back"),
        pytest.param([v5("update", prev=8, seq=12), v5("update", prev=11, seq=13)], id="overlaps behind the first"),
        pytest.param([v5("update", prev=10, seq=12), v5("update", prev=13, seq=14)], id="leaves one out"),
        pytest.param([v5("update")], id="has no ids"),
        pytest.param([b"{"], id="cannot be read"),
        pytest.param([v5("update", [("x", "1")], prev=10, seq=12)], id="is no level"),
    ],
)
def test_what_does_not_join_breaks_the_book(frames: list[bytes]) -> None:
    book = _joined()
    assert [book.join(frame) for frame in frames][-1] is Verdict.BROKEN
    assert not book.live


def test_a_passed_audit_is_noted() -> None:
    book = _live()
    assert book.last_audit is None
    book.audited(10)
    assert (book.proof.last_audit, book.proof.audits) == (10, 1)
