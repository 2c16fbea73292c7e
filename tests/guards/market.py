"""The guards of books, streams and the lines that carry them."""

from __future__ import annotations

from .mutation import Mutation

BOOK = "okx_async/core/book.py"
FUZZ = "tests/system/test_truth_fuzz.py"
LIVE = "tests/system/test_streams_live.py"
MARKET = (
    Mutation(
        "sequence",
        BOOK,
        "if picture.prev_seq_id != last or seq_id is None:",
        "if False:",
        (f"{FUZZ}::test_a_live_book_never_differs_from_the_truth[0-v5]", "tests/core/test_book.py"),
    ),
    Mutation(
        "checksum",
        BOOK,
        "if sent == book_checksum(bids, asks):",
        "if True:",
        (f"{FUZZ}::test_a_live_book_never_differs_from_the_truth[0-v3]", "tests/core/test_book.py"),
    ),
    Mutation(
        "a snapshot replaces",
        BOOK,
        '        self._incremental = action != ""\n        self._bids.clear()\n        self._asks.clear()\n',
        '        self._incremental = action != ""\n',
        ("tests/core/test_book.py", "tests/test_recordings.py"),
    ),
    Mutation(
        "updates wait for the snapshot",
        BOOK,
        "if self._state is not BookState.LIVE:\n            counts.ignored",
        "if False:\n            counts.ignored",
        ("tests/core/test_book.py", f"{FUZZ}::test_a_live_book_never_differs_from_the_truth[0-v5]"),
    ),
    Mutation(
        "reading raises when not LIVE",
        BOOK,
        "            raise BookNotLive(self.topic, self._state.value, self.cause)",
        "            pass",
        ("tests/core/test_book.py", LIVE),
    ),
    Mutation(
        "V3 frames are routed by their table",
        "okx_async/v3/dialect.py",
        "if not raw.startswith(_TABLE):",
        "if False:",
        ("tests/core/test_dialects.py::test_v3_tables_are_told_apart_whatever_comes_first",),
    ),
    Mutation(
        "moments of V3 are in UTC",
        "okx_async/core/row.py",
        "if moment is not None and moment.tzinfo is None:",
        "if False:",
        ("tests/v3/test_odd_values.py::test_moments_do_not_depend_on_where_the_program_runs",),
    ),
    Mutation(
        "a gap is told",
        "okx_async/net/hub.py",
        "if gap is not None:",
        "if False:",
        (LIVE,),
    ),
    Mutation(
        "rows of both lines of a hand-over come once",
        "okx_async/net/crossing.py",
        "unseen.clear()",
        "unseen.append(row)",
        ("tests/system/test_hand_over.py",),
    ),
    Mutation(
        "a hand-over waits for what the old line delivered last",
        "okx_async/net/crossing.py",
        "return self._order[-1] in self._kept or now - self._rows_wait > DRAIN",
        "return True",
        ("tests/system/test_manager_proofs.py::test_hand_overs_lose_and_double_nothing[v3]",),
    ),
    Mutation(
        "the audit invalidates",
        "okx_async/net/audit.py",
        "if _same(mine.bid_levels, theirs.bid_levels) and _same(mine.ask_levels, theirs.ask_levels):",
        "if True:",
        (LIVE,),
    ),
    Mutation(
        "a book that stays crossed is suspected",
        "okx_async/net/keeper.py",
        "if not self._suspected and now - self._crossed >= CROSSED:",
        "if False:",
        ("tests/net/test_keeper.py",),
    ),
    Mutation(
        "a crossed book is suspected once",
        "okx_async/net/keeper.py",
        "            self._suspected = True\n",
        "            pass\n",
        ("tests/net/test_keeper.py",),
    ),
    Mutation(
        "a snapshot that never comes is asked for again",
        "okx_async/net/keeper.py",
        "if self._deadline is not None and now > self._deadline:",
        "if False:",
        ("tests/net/test_keeper.py",),
    ),
    Mutation(
        "a book that falls silent is not believed",
        "okx_async/net/keeper.py",
        "elif self._quiet is not None and book.live and book.age(now) > self._quiet:",
        "elif False:",
        ("tests/net/test_keeper.py",),
    ),
    Mutation(
        "a book that cannot be recovered gets another line",
        "okx_async/net/keeper.py",
        "if self._failures > PATIENCE:",
        "if False:",
        ("tests/net/test_keeper.py",),
    ),
    Mutation(
        "what an audit keeps is bounded",
        "okx_async/net/audit.py",
        "if self._kept is not None and len(self._kept) < KEPT:\n            self._kept.append(raw)",
        "if self._kept is not None:\n            self._kept.append(raw)",
        ("tests/net/test_keeper.py",),
    ),
    Mutation(
        "login before subscribing",
        "okx_async/core/session.py",
        "self.login in (LoginState.NEEDED, LoginState.ASKED)",
        "False",
        ("tests/core/test_session.py",),
    ),
    Mutation(
        "half a snapshot is not shown",
        "okx_async/core/paging.py",
        "if not head.last_page:",
        "if False:",
        ("tests/core/test_routing.py::test_pages_are_handed_on_as_one_when_the_last_is_there",),
    ),
    Mutation(
        "pages of two lines are not mixed",
        "okx_async/net/sorting.py",
        "self._pages.clear()",
        "pass",
        ("tests/system/test_private_streams.py::test_half_a_snapshot_does_not_survive_its_connection",),
    ),
    Mutation(
        "rows decide whose a push is",
        "okx_async/v5/routing.py",
        "if told and str(told) != value:",
        "if False:",
        ("tests/core/test_routing.py::test_rows_decide_where_the_argument_is_silent",),
    ),
    Mutation(
        "a push never takes a field away",
        "okx_async/net/instruments.py",
        "if old is not None:",
        "if False:",
        ("tests/net/test_instruments.py::test_a_push_adds_and_changes_but_never_deletes",),
    ),
    Mutation(
        "silence that only readers take for wrong does not cost the line",
        "okx_async/net/hub.py",
        "if self._silences > PATIENCE and silence > self._quiet:",
        "if self._silences > PATIENCE:",
        ("tests/system/test_many_topics.py::test_who_knows_how_often_rows_come_is_told_when_they_do_not",),
    ),
)
