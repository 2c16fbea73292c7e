"""Removes one guard at a time and shows the test that goes red: ``python -m tests.guards``.

A guard that no test misses is no guard. Each mutation changes one place of a copy of the package; the named tests are
run on the copy and must fail. ``tests/test_guards_bite.py`` does the same inside the suite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Seconds: a test that waits for ever for what the guard would have brought is red, too.
PATIENCE = 120.0
_COMPILING = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


@dataclass(frozen=True)
class Mutation:
    """One guard taken away.

    Attributes:
        name: Which guard.
        file: Where it stands.
        guard: Its text, exactly once in the file.
        without: What stands there instead.
        tests: The tests that must go red.
    """

    name: str
    file: str
    guard: str
    without: str
    tests: tuple[str, ...]


BOOK = "okx_async/core/book.py"
FUZZ = "tests/system/test_truth_fuzz.py"
LIVE = "tests/system/test_streams_live.py"
ROADS = "tests/system/test_roads.py"
LIFE, USER = "tests/oauth/test_life.py", "okx_async/oauth/user.py"
INTENTS = "okx_async/intents/"
DATED = "tests/system/test_intents_dated.py"
ORDERS = "tests/system/test_intents.py"
RUNS = "tests/system/test_trading_runs.py"
KEEP = "okx_async/keepalive.py"
SWITCH = "tests/system/test_keep_alive.py"
MIRROR = "tests/mirror"
MUTATIONS = (
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
        "throttle",
        "okx_async/core/throttle.py",
        "return wait + GUARD if wait >= 0 else 0.0",
        "return 0.0",
        ("tests/core/test_budgets.py",),
    ),
    Mutation(
        "redaction of secrets",
        "okx_async/settings.py",
        "return \"Secret('***')\"",
        "return self._text",
        ("tests/system/test_canary.py",),
    ),
    Mutation(
        "redaction of headers",
        "okx_async/settings.py",
        'return f"<{len(self)} headers, values hidden>"',
        "return dict.__repr__(self)",
        ("tests/system/test_canary.py",),
    ),
    Mutation(
        "the library's logger is silent",
        "okx_async/net/pipe.py",
        "logger=_silent,",
        'logger=logging.getLogger("websockets.client"),',
        ("tests/system/test_canary.py",),
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
        "no more algo orders alive than V3 allows",
        "okx_async/sim/accounts_v3/algo_limits.py",
        "sum(1 for _ in alive) >= most",
        "sum(1 for _ in alive) > most",
        ("tests/sim/accounts_v3/test_algo_limits_v3.py::test_one_more_than_may_be_alive_is_refused",),
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
        "a limit holds a place until the answer",
        "okx_async/net/turns.py",
        "        _hold(want)\n        return True",
        "        return True",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "a limit's more urgent requests go first",
        "okx_async/net/turns.py",
        "heappush(heads, (ticket.rank, ticket.number, lane, ticket))",
        "heappush(heads, (0, ticket.number, lane, ticket))",
        ("tests/net/test_turns.py",),
    ),
    Mutation(
        "room gathers for who comes first",
        "okx_async/net/turns.py",
        "closed.update(lacking)",
        "pass",
        ("tests/net/test_turns.py",),
    ),
    Mutation(
        "a refusal slows its limit down",
        "okx_async/net/limits.py",
        "            bucket.refused(now)\n",
        "            pass\n",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "what an order wants is forgotten with its budgets",
        "okx_async/net/limits.py",
        "        self._wants.clear()\n",
        "",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "budgets of orders are told apart by all that counts",
        "okx_async/core/claims.py",
        'values.get("ord_type") in _EXEMPT_KINDS, ',
        "False, ",
        ("tests/core/test_claims.py",),
    ),
    Mutation(
        "a request that hears nothing ends",
        "okx_async/net/fetch.py",
        "        self._connected()\n",
        "        pass\n",
        ("tests/net/test_fetch.py",),
    ),
    Mutation(
        "a time-out around a request stays what it is",
        "okx_async/net/watch.py",
        "return task.uncancel() <= watched.others",
        "return True",
        ("tests/net/test_fetch.py",),
    ),
    Mutation(
        "a request never waits past its deadline",
        "okx_async/net/turns.py",
        "if inf > wait > left:",
        "if False:",
        ("tests/net/test_turns.py",),
    ),
    Mutation(
        "shared limits hold a place until the answer",
        "okx_async/net/limits.lua",
        "now + lease + window, '~'",
        "now, '~'",
        ("tests/net/test_shared.py",),
    ),
    Mutation(
        "shared limits are empty-handed after a loss of memory",
        "okx_async/net/limits.lua",
        "    born = now\n",
        "    born = 0\n",
        ("tests/net/test_shared.py",),
    ),
    Mutation(
        "names in Redis are hashed",
        "okx_async/net/limits.py",
        "return hashlib.blake2b(text.encode(), key=self._salt, digest_size=8).hexdigest()",
        "return text",
        ("tests/net/test_limits.py",),
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
        "a reply is for one operation",
        "okx_async/net/flights.py",
        "or (reply.op and reply.op != op)",
        "",
        (f"{ROADS}::test_each_order_gets_its_own_answer_or_a_typed_error",),
    ),
    Mutation(
        "no second road after an unknown outcome",
        "okx_async/roads.py",
        "except (NotSent, BadParameter, Refused, UnknownInstrument) as error:",
        "except OkxError as error:",
        (f"{ROADS}::test_a_line_that_is_lost_after_sending_is_an_unknown_outcome[auto]",),
    ),
    Mutation(
        "no order without its number",
        "okx_async/instruments.py",
        "if not row.inst_id_code:\n            raise",
        "if False:\n            raise",
        (f"{ROADS}::test_an_instrument_without_a_number_is_never_sent_with_a_0",),
    ),
    Mutation(
        "a lost line ends what is on its way",
        "okx_async/net/link.py",
        'self.flights.lose(f"the line was lost before the reply: {reason}")',
        "pass",
        (f"{ROADS}::test_a_line_that_is_lost_after_sending_is_an_unknown_outcome[ws]",),
    ),
    Mutation(
        "an old line finishes its orders",
        "okx_async/net/pool.py",
        "await old.flights.landed()",
        "pass",
        (f"{ROADS}::test_an_announced_cut_loses_no_order",),
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
        "one refresh for all who wait",
        USER,
        "if self._renewing is None:\n                if not self._due():\n                    return\n",
        "if True:\n                if not self._due():\n                    return\n",
        (f"{LIFE}::test_fifty_users_of_one_token_share_one_refresh_and_never_use_a_dead_one",),
    ),
    Mutation(
        "a refresh waits for requests under way",
        USER,
        "        await self._drained()\n",
        "",
        (f"{LIFE}::test_a_refresh_waits_for_requests_under_way_with_the_old_token",),
    ),
    Mutation(
        "a doubtful token is not used",
        USER,
        "self._doubtful = True  # nobody knows",
        "pass  # nobody knows",
        (f"{LIFE}::test_after_a_refresh_of_unknown_outcome_the_old_token_is_not_used",),
    ),
    Mutation(
        "one mended proof, not endless ones",
        "okx_async/net/caller.py",
        "                    raise\n                mended = True\n",
        "                    raise\n",
        (f"{LIFE}::test_a_second_refusal_is_told",),
    ),
    Mutation(
        "one corrected deadline, not endless ones",
        "okx_async/net/caller.py",
        "                    mended = True\n                    continue",
        "                    continue",
        ("tests/net/test_caller.py::test_a_deadline_that_stays_wrong_is_an_error",),
    ),
    Mutation(
        "the state of an answer",
        "okx_async/oauth/login.py",
        "if not hmac.compare_digest(",
        "if False and not hmac.compare_digest(",
        ("tests/oauth/test_login.py",),
    ),
    Mutation(
        "the loopback answers to its own name only",
        "okx_async/oauth/loopback.py",
        'if hosts != [f"127.0.0.1:{self._port}"]:',
        "if False:",
        ("tests/oauth/test_loopback.py",),
    ),
    Mutation(
        "redaction of bodies",
        "okx_async/settings.py",
        'return f"<{len(self)} bytes, hidden>"',
        "return bytes.__repr__(self)",
        ("tests/system/test_canary_oauth.py",),
    ),
    Mutation(
        "redaction of answers to a login",
        "okx_async/oauth/login.py",
        "answer = told = query_of(answer)",
        "told = query_of(answer)",
        ("tests/system/test_canary_oauth.py",),
    ),
    Mutation(
        "written down before it is sent",
        INTENTS + "desk.py",
        "        try:\n            await self.book.begin(intents)\n",
        "        try:\n            asyncio.get_running_loop().call_later(0.5, self.book.add, intents)\n",
        (f"{ORDERS}::test_an_intent_is_written_before_it_is_sent",),
    ),
    Mutation(
        "what another key has left is not looked for with this one",
        INTENTS + "sqlite.py",
        "if before is not None and left and not self._adopt:",
        "if False:",
        ("tests/intents/test_journals.py",),
    ),
    Mutation(
        "no intent is left that nobody looks for",
        INTENTS + "desk.py",
        "            for intent in intents:\n                self._lost_sight(intent)\n            raise",
        "            raise",
        ("tests/system/test_intents_cut.py",),
    ),
    Mutation(
        "what was not sent is written to be so",
        INTENTS + "book.py",
        "                self.settle(intent, Outcome.REJECTED, msg=UNSENT)",
        "                pass",
        ("tests/system/test_intents_cut.py",),
    ),
    Mutation(
        "nothing is sent behind a client that is closed",
        "okx_async/net/fetch.py",
        "        if self._closed:\n            raise ClientClosed(_CLOSED)\n",
        "",
        ("tests/system/test_intents_cut.py",),
    ),
    Mutation(
        "a full disk stops no cancellation",
        INTENTS + "desk.py",
        "            if shape.verb is not Verb.CANCEL:\n                raise\n            _log",
        "            if True:\n                raise\n            _log",
        ("tests/system/test_intents_cut.py",),
    ),
    Mutation(
        "an order that cannot be written down is not sent",
        INTENTS + "desk.py",
        "            if shape.verb is not Verb.CANCEL:\n                raise\n            _log",
        "            _log",
        ("tests/system/test_intents_cut.py",),
    ),
    Mutation(
        "no line is opened behind a client that is closed",
        "okx_async/net/pool.py",
        "        if self._closed:\n            raise ClientClosed(",
        "        if False:\n            raise ClientClosed(",
        ("tests/system/test_intents_cut.py::test_a_client_may_be_closed_before_an_order_can_leave",),
    ),
    Mutation(
        "no cancellation is made up",
        "okx_async/net/together.py",
        "if work.cancelled() and mine is not None and not mine.cancelling():",
        "if False:",
        ("tests/net/test_together.py", "tests/system/test_intents_cut.py"),
    ),
    Mutation(
        "a clock that was set a little stops no order",
        "okx_async/net/caller.py",
        "if not mended and await self._misjudged(error, request):",
        "if False:",
        (f"{ORDERS}::test_a_clock_that_was_set_a_little_stops_no_order",),
    ),
    Mutation(
        "what was slow is not sent again",
        "okx_async/net/caller.py",
        "return abs(self.clock.ms - before) > MISJUDGED",
        "return True",
        (f"{ORDERS}::test_an_order_that_was_slow_is_its_owners_to_repeat",),
    ),
    Mutation(
        "history is asked before an order is called lost",
        INTENTS + "resolver.py",
        "                    if row is None and late:\n",
        "                    if False:\n",
        ("tests/intents/test_resolver.py",),
    ),
    Mutation(
        "whoever has a name now is another order",
        INTENTS + "resolver.py",
        "return row if row is not None and same(intent.record, row, intent.others) else None",
        "return row",
        ("tests/intents/test_resolver.py",),
    ),
    Mutation(
        "an order of an earlier run is heard of",
        INTENTS + "desk.py",
        "Intent(replace(record, expires=0), sent=True, sent_at=now)",
        "Intent(replace(record, expires=0), sent=False, sent_at=now)",
        (f"{ORDERS}::test_an_order_of_an_earlier_run_is_heard_of_first",),
    ),
    Mutation(
        "a reply finds only who still waits",
        "okx_async/net/flights.py",
        "if future is None or future.done() or",
        "if future is None or",
        ("tests/net/test_flights.py",),
    ),
    Mutation(
        "an order is never sent again",
        "okx_async/core/retry.py",
        "return safe or isinstance(error, NotSent | RateLimited)",
        "return True",
        (f"{RUNS}::test_every_order_has_exactly_one_outcome[v5-0]", "tests/net/test_caller.py"),
    ),
    Mutation(
        "what has no deadline is not called lost too early",
        INTENTS + "resolver.py",
        "away = times.arrive if intent.verb is Verb.CANCEL else times.undated",
        "away = times.arrive",
        (f"{DATED}::test_over_the_socket_nothing_dates_a_spread_order",),
    ),
    Mutation(
        "an algo order is known by its own names",
        INTENTS + "judge.py",
        'Kind.ALGO: ("algo_id", "algo_cl_ord_id"),',
        "",
        ("tests/intents/test_judge.py",),
    ),
    Mutation(
        "an order by path has an intent",
        "okx_async/client/v5.py",
        'if method != "POST" or shape_path not in SHAPES or self._caller.auth is None or auth is False:',
        "if True:",
        ("tests/system/test_intents_roundabout.py::test_an_order_by_path_has_an_intent",),
    ),
    Mutation(
        "nobody waits for an order that was refused",
        INTENTS + "fate.py",
        "return refusal(dialect, record)",
        "return None",
        ("tests/system/test_mirror_fates.py::test_an_order_that_is_refused_ends_the_waiting",),
    ),
    Mutation(
        "an order is not called lost too early",
        INTENTS + "resolver.py",
        "late = await self._late(intent)",
        "late = True",
        (f"{ORDERS}::test_an_order_may_arrive_while_it_is_looked_for",),
    ),
    Mutation(
        "too late by the exchange's own clock",
        INTENTS + "resolver.py",
        "return await self._ask_time() and self._left(intent) <= 0",
        "return True",
        (f"{ORDERS}::test_an_order_is_too_late_by_the_exchanges_clock",),
    ),
    Mutation(
        "the exchange takes no order too late",
        INTENTS + "desk.py",
        "return shape.until(expires) if expires else {}",
        "return {}",
        (f"{ORDERS}::test_a_request_that_is_lost_is_found_out[rest_slow]",),
    ),
    Mutation(
        "over the socket nothing counts as dated by a signature",
        "okx_async/net/caller.py",
        "signed = send is None and prover is not None and prover.dates",
        "signed = prover is not None and prover.dates",
        (f"{DATED}::test_over_the_socket_nothing_dates_a_spread_order",),
    ),
    Mutation(
        "nor with a token",
        "okx_async/net/auth.py",
        'so that the exchange takes it for a while only."""\n        return False',
        'so that the exchange takes it for a while only."""\n        return True',
        (f"{DATED}::test_a_token_dates_nothing",),
    ),
    Mutation(
        "no header of a signature in a frame",
        "okx_async/core/op.py",
        "beside = {_EXP: headers[_EXP]} if _EXP in headers else {}",
        "beside = headers",
        (f"{DATED}::test_an_operation_takes_no_header_but_its_moment",),
    ),
    Mutation(
        "what has no expTime is dated by its signature",
        "okx_async/v5/intents.py",
        '_ALGO = ("algoClOrdId", "algoId", STAMP)',
        '_ALGO = ("algoClOrdId", "algoId")',
        (f"{DATED}::test_over_rest_a_lost_order_is_certain_soon",),
    ),
    Mutation(
        "what REST alone can date goes over REST",
        "okx_async/roads.py",
        "return op_of(endpoint) is None or (self._auto and dated)",
        "return op_of(endpoint) is None",
        (f"{DATED}::test_what_rest_alone_can_date_goes_over_rest",),
    ),
    Mutation(
        "a later moment of the caller's does not count",
        INTENTS + "desk.py",
        "return min(expires, int(given.get(shape.deadline, expires)))",
        "return int(given.get(shape.deadline, expires))",
        (f"{DATED}::test_an_earlier_moment_of_the_callers_own_counts",),
    ),
    Mutation(
        "most of all a cancellation gets through",
        INTENTS + "desk.py",
        "again = shape.verb is Verb.CANCEL and intents[0].sent",
        "again = False",
        (f"{DATED}::test_over_a_slow_line_a_cancellation_gets_through",),
    ),
    Mutation(
        "a journal says what could be dated",
        INTENTS + "desk.py",
        "intent.dated = bool(record.expires)",
        "intent.dated = True",
        (f"{DATED}::test_a_journal_says_whether_an_order_could_be_dated",),
    ),
    Mutation(
        "nobody takes a turn from the look-ups that decide",
        INTENTS + "resolver.py",
        "if crowd > FEW:",
        "if False:",
        (f"{DATED}::test_many_that_are_lost_at_once_are_certain_soon",),
    ),
    Mutation(
        "a block trade under way is not called lost",
        INTENTS + "lookup_block.py",
        "if any(row.state == _PENDING for row in rows if row.rfq_id == rfq_id):",
        "if False:",
        ("tests/system/test_intents_blocks.py::test_a_block_trade_that_is_under_way_is_not_called_lost",),
    ),
    Mutation(
        "a block trade that failed was refused",
        INTENTS + "judge.py",
        'if getattr(row, "is_successful", None) is False:',
        "if False:",
        ("tests/system/test_intents_blocks.py::test_a_block_trade_that_failed_was_refused",),
    ),
    Mutation(
        "nor does the exchange of 2020",
        "okx_async/core/intent.py",
        "str(expires - TAKEN_FOR_MS if self.deadline == STAMP else expires)",
        "str(expires)",
        ("tests/v3/test_intents.py::test_a_request_that_is_lost_is_found_out[rest_slow]",),
    ),
    Mutation(
        "a list that was read before one asked is no answer",
        INTENTS + "readings.py",
        "if turn.done <= asked:",
        "if not turn.done:",
        ("tests/v3/test_intents.py::test_one_reading_serves_all_who_ask_before_it_begins",),
    ),
    Mutation(
        "the same id elsewhere is another order",
        INTENTS + "judge.py",
        "if place and place != record.inst_id:",
        "if False:",
        ("tests/v3/test_intents.py::test_an_id_is_unique_in_its_place_alone",),
    ),
    Mutation(
        "a gateway's page is no refusal",
        INTENTS + "desk.py",
        "return error.code in self.dialect.vague",
        "return False",
        (f"{ORDERS}::test_an_answer_that_is_lost_is_found_out[rest_html]",),
    ),
    Mutation(
        "old orders are looked up before new ones go out",
        INTENTS + "desk.py",
        "if self._old and shape.verb is not Verb.CANCEL:",
        "if False:",
        ("tests/system/test_restart.py::test_new_orders_wait_until_the_old_ones_are_known",),
    ),
    Mutation(
        "an older order of the same id is another one",
        INTENTS + "judge.py",
        "or made >= record.made - _AGED_MS",
        "or True",
        ("tests/intents/test_judge.py",),
    ),
    Mutation(
        "a child does not go on with its parent's ids",
        "okx_async/core/order_ids.py",
        "if os.getpid() != self._process:",
        "if False:",
        ("tests/core/test_order_ids.py",),
    ),
    Mutation(
        "what V3's REST says of positions waits until pushes are quiet",
        "okx_async/mirror/reader_v3.py",
        'elif self._pushed.get(row.pos_id, float("-inf")) <= began - self._lag:',
        "elif True:",
        ("tests/mirror/test_mirror_v3.py::test_rest_is_believed_about_what_is_quiet",),
    ),
    Mutation(
        "V3's accounts are told apart",
        "okx_async/mirror/purses.py",
        "return row.key if isinstance(row, ProductBalance) else row.ccy",
        "return row.ccy",
        (f"{MIRROR}/test_accounts_v3.py::test_one_currency_in_two_accounts_is_two_balances",),
    ),
    Mutation(
        "V3's accounts are reconciled by REST",
        "okx_async/mirror/reader_v3.py",
        "picture.balances = [*await self._accounts.read(state)]",
        "picture.balances = None",
        (
            f"{MIRROR}/test_accounts_v3.py::test_a_push_that_was_dropped_is_found_within_one_audit",
            f"{MIRROR}/test_accounts_v3.py::test_what_moved_during_a_cut_is_read",
        ),
    ),
    Mutation(
        "an account's profit that is not realised is no divergence",
        "okx_async/mirror/balances_v3.py",
        "return None if equity is None or part is None else equity - part",
        "return equity",
        (f"{MIRROR}/test_accounts_v3.py::test_prices_alone_are_no_news_and_no_divergence",),
    ),
    Mutation(
        "margin orders of V3 are looked for among margin orders",
        "okx_async/mirror/reader_v3.py",
        'kind = "margin" if row.inst_type == "MARGIN" else product_of(row.inst_id)',
        "kind = product_of(row.inst_id)",
        (f"{MIRROR}/test_accounts_v3.py::test_margin_orders_are_asked_for_where_they_are",),
    ),
    Mutation(
        "in V3, too, a refusal ends the waiting for an order",
        "okx_async/client/v3.py",
        "            mirror.settled(intent)",
        "            pass",
        ("tests/system/test_mirror_fates_v3.py::test_an_order_that_is_refused_ends_the_waiting",),
    ),
    Mutation(
        "a pair without margin trading is mirrored all the same",
        "okx_async/mirror/mirror.py",
        "if isinstance(error, ChannelRefused | UnknownInstrument) and",
        "if isinstance(error, ChannelRefused) and",
        (f"{MIRROR}/test_accounts_v3.py::test_the_mirror_goes_on_without_margin_accounts",),
    ),
    Mutation(
        "one client has a journal",
        INTENTS + "sqlite.py",
        'lock.execute("BEGIN EXCLUSIVE")',
        "pass",
        ("tests/intents/test_journals.py",),
    ),
    Mutation(
        "the countdown is kept alive",
        KEEP,
        "if not self._withheld and now >= self._next:",
        "if False:",
        (f"{SWITCH}::test_a_clean_end_leaves_the_orders",),
    ),
    Mutation(
        "not without private streams or a heartbeat",
        KEEP,
        "if not self._withheld and now >= self._next:",
        "if now >= self._next:",
        (
            f"{SWITCH}::test_it_is_not_kept_alive_without_private_streams",
            f"{SWITCH}::test_an_owner_without_a_heartbeat_loses_the_orders",
        ),
    ),
    Mutation(
        "the countdown is switched off by a clean end only",
        KEEP,
        "        if kind is None:\n            try:\n                # What",
        "        if True:\n            try:\n                # What",
        (f"{SWITCH}::test_an_end_by_an_exception_or_by_being_cancelled_does_not",),
    ),
    Mutation(
        "a countdown that has ended is kept alive again",
        KEEP,
        "        self._ending.clear()  # one that has ended may begin again\n",
        "",
        (f"{SWITCH}::test_one_that_has_ended_may_begin_again",),
    ),
    Mutation(
        "a farewell ends before somebody else begins",
        KEEP,
        "        self._ending.set()\n        if kind is None:\n            try:\n",
        "        self._ending.set()\n        if kind is None:\n"
        "            self._kept.difference_update(self._winds)\n            try:\n",
        (f"{SWITCH}::test_a_farewell_ends_before_somebody_else_begins",),
    ),
    Mutation(
        "countdowns are armed together or not at all",
        KEEP,
        "            await self._take_back()\n",
        "",
        (f"{SWITCH}::test_countdowns_are_armed_together_or_not_at_all",),
    ),
    Mutation(
        "algo and spread orders are reconciled by REST",
        "okx_async/mirror/auditor.py",
        "        repaired += sum(room.reconcile(cause) for room in self._rooms)\n",
        "",
        (f"{MIRROR}/test_others.py::test_what_a_cut_swallowed_is_read",),
    ),
    Mutation(
        "a triggered algo order does not wait again",
        "okx_async/mirror/others.py",
        "if was_over and not over:",
        "if False:",
        (f"{MIRROR}/test_others.py::test_what_is_impossible_is_told_and_moves_nothing",),
    ),
    Mutation(
        "a fill is told once",
        "okx_async/mirror/orders.py",
        "        if known is not None:\n            self.fills",
        "        if False:\n            self.fills",
        (f"{MIRROR}/test_state.py::test_a_fill_is_told_once_whatever_brings_it",),
    ),
    Mutation(
        "a last state is the last",
        "okx_async/mirror/orders.py",
        "if known.state in FINAL:",
        "if False:",
        (f"{MIRROR}/test_state.py::test_overtaking_pushes_move_nothing_back", f"{MIRROR}/test_convergence.py"),
    ),
    Mutation(
        "the filled size only grows",
        "okx_async/mirror/orders.py",
        "if filled < before:",
        "if False:",
        (f"{MIRROR}/test_convergence.py", f"{MIRROR}/test_state.py"),
    ),
    Mutation(
        "a late position is not opened again",
        "okx_async/mirror/state.py",
        "if moment_of(row) < known or (moment_of(row) == known and row.pos_id not in self.positions.open):",
        "if False:",
        (f"{MIRROR}/test_state.py", f"{MIRROR}/test_convergence.py"),
    ),
    Mutation(
        "REST is not believed about what was just pushed",
        "okx_async/mirror/state.py",
        "return touched <= picture.began - self.trust.lag",
        "return True",
        (f"{MIRROR}/test_state.py::test_an_older_answer_moves_nothing_back",),
    ),
    Mutation(
        "what does not add up is told",
        "okx_async/mirror/state.py",
        "if not record.checked and record.touched <= before:",
        "if False:",
        (f"{MIRROR}/test_state.py::test_a_missing_fill_is_noticed_when_all_is_quiet",),
    ),
    Mutation(
        "a reply whose order is never told of is not kept for ever",
        "okx_async/mirror/orders.py",
        "            self._promised.popitem(last=False)\n",
        "            pass\n",
        (f"{MIRROR}/test_state.py::test_a_reply_whose_order_is_never_told_of_is_not_kept_for_ever",),
    ),
    Mutation(
        "a row keeps the name of its order",
        "okx_async/mirror/orders.py",
        "return replace(row, cl_ord_id=name) if name else row",
        "return row",
        (f"{MIRROR}/test_state.py::test_a_reply_names_an_order_whose_pushes_do_not",),
    ),
    Mutation(
        "silence that only readers take for wrong does not cost the line",
        "okx_async/net/hub.py",
        "if self._silences > PATIENCE and silence > self._quiet:",
        "if self._silences > PATIENCE:",
        ("tests/system/test_many_topics.py::test_who_knows_how_often_rows_come_is_told_when_they_do_not",),
    ),
    Mutation(
        "an id that is used again means the new order",
        "okx_async/mirror/shelf.py",
        "            self._names[cl_ord_id] = ord_id\n\n    def forgotten",
        "            pass\n\n    def forgotten",
        (f"{MIRROR}/test_consumers.py::test_an_id_that_is_used_again_means_the_new_order_at_once",),
    ),
    Mutation(
        "news of an old order is not for who waits for a new one",
        "okx_async/mirror/audience.py",
        "return before is None or self._ids(before)[1] != name",
        "return True",
        (f"{MIRROR}/test_consumers.py::test_an_id_that_is_used_again_means_the_new_order_at_once",),
    ),
    Mutation(
        "a reader that only waits is kept",
        "okx_async/mirror/listeners.py",
        "        self._awaited.add(self)\n",
        "",
        (f"{MIRROR}/test_consumers.py::test_a_reader_that_only_waits_is_kept",),
    ),
    Mutation(
        "a mirror waits for nobody",
        "okx_async/mirror/mirror.py",
        'if policy == "block":',
        "if False:",
        (f"{MIRROR}/test_consumers.py::test_a_mirror_waits_for_nobody",),
    ),
    Mutation(
        "a cut makes the mirror doubtful",
        "okx_async/mirror/auditor.py",
        "        self._doubt(cause)\n\n",
        "\n",
        (f"{MIRROR}/test_mirror.py::test_what_is_not_certain_is_not_shown",),
    ),
    Mutation(
        "a cut is reconciled by REST",
        "okx_async/mirror/auditor.py",
        "repaired = state.reconcile(picture, cause, now())",
        "repaired = 0",
        (f"{MIRROR}/test_mirror.py::test_it_is_not_live_before_rest_must_have_shown_what_was_missed",),
    ),
    Mutation(
        "REST is asked late enough",
        "okx_async/mirror/auditor.py",
        "sure = began >= self._stood + settings.lag",
        "sure = True",
        (f"{MIRROR}/test_mirror.py::test_it_is_not_live_before_rest_must_have_shown_what_was_missed",),
    ),
    Mutation(
        "audits",
        "okx_async/mirror/auditor.py",
        "return now >= self._due",
        "return False",
        (f"{MIRROR}/test_mirror_proofs.py::test_it_is_told_what_was_wrong_and_how_that_was_found",),
    ),
    Mutation(
        "algo and attached prices are on a step",
        "okx_async/core/pricing.py",
        "if px is not None and Decimal(px) != _MARKET:",
        "if False:",
        ("tests/net/test_ordercheck_more.py",),
    ),
    Mutation(
        "at market is no price",
        "okx_async/core/pricing.py",
        "if px is not None and Decimal(px) != _MARKET:",
        "if px is not None:",
        ("tests/net/test_ordercheck_more.py",),
    ),
    Mutation(
        "an option's step depends on its price",
        "okx_async/core/steps.py",
        "elif px is not None and self.bands:",
        "elif False:",
        ("tests/net/test_ordercheck_more.py::test_the_step_of_an_option_depends_on_its_price",),
    ),
    Mutation(
        "a raised number of orders counts at once",
        "okx_async/net/limits.py",
        "            bucket.resize(count)\n",
        "",
        ("tests/system/test_order_limit.py",),
    ),
    Mutation(
        "the smaller number of orders counts around a change",
        "okx_async/orderlimit.py",
        "self._keep(min(told))",
        "self._keep(told[0])",
        ("tests/system/test_order_limit.py",),
    ),
    Mutation(
        "the exchange cuts a number of orders",
        "okx_async/sim/accounts/meter.py",
        "self._ratios.limit(user), _ACCOUNT_SECONDS",
        "10_000, _ACCOUNT_SECONDS",
        ("tests/sim/accounts/test_ratios.py",),
    ),
    Mutation(
        "a mirror that is not live is not read",
        "okx_async/mirror/mirror.py",
        "            raise MirrorNotLive(self.cause)\n        return self.last_known",
        "            pass\n        return self.last_known",
        (f"{MIRROR}/test_mirror.py::test_what_is_not_certain_is_not_shown",),
    ),
)


@cache
def _copy() -> Path:
    """Return a copy of the project, which lasts as long as this process."""
    copy = Path(tempfile.mkdtemp(prefix="okx_async-guards-"))
    atexit.register(shutil.rmtree, copy)
    for name in ("okx_async", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def red_tests(mutation: Mutation) -> list[str]:
    """Take one guard away in a copy of the project and return the tests that failed."""
    copy = _copy()
    file = copy / mutation.file
    text = file.read_text()
    if text.count(mutation.guard) != 1:
        raise ValueError(f"{mutation.name}: the guard stands {text.count(mutation.guard)} times in {mutation.file}")
    file.write_text(text.replace(mutation.guard, mutation.without))
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", "-rfE"]
    # What is compiled lies in the copy, for the next mutation.
    env = {name: value for name, value in os.environ.items() if name not in _COMPILING}
    try:
        done = subprocess.run(
            [*command, *mutation.tests],
            cwd=copy,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return [f"FAILED tests: {mutation.name}: nothing ended within {PATIENCE:g} s"]
    finally:
        shutil.copy2(ROOT / mutation.file, file)  # with its time, by which Python knows what has to be compiled anew
    return [line for line in done.stdout.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))]


def main() -> int:
    """Try every mutation and print the first red test of each."""
    survived = 0
    for mutation in MUTATIONS:
        red = red_tests(mutation)
        survived += not red
        told = f"RED   {red[0][:140]}" if red else "SURVIVED: no test misses this guard"
        print(f"{mutation.name:32} {told}", flush=True)
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main())
