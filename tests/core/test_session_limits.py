"""Conversations under time and limits: pings, silence, budgets, the size of frames, and everything in any order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.channel import Topic
from okx_async.core.dialect import Dialect
from okx_async.core.session import Session, Sub, Timers
from okx_async.errors import BadParameter
from okx_async.v3 import channels as old
from okx_async.v3.dialect import V3
from okx_async.v5 import channels
from okx_async.v5.dialect import V5

from .script import TOPICS_V3, TOPICS_V5, Conversation, both, talk_in

# -- time


@both
def test_a_quiet_line_is_pinged_and_a_dead_one_found_from_the_unanswered_ping(dialect: str) -> None:
    talk_in(dialect).run("""
        open
        @ 14.9
        @ 15
        > ping
        @ 24.9
        @ 25
        = dead no answer to a ping for 10.0 s
    """)


@both
@pytest.mark.parametrize("inbound", ["~", "< pong"])
def test_anything_heard_answers_a_ping(dialect: str, inbound: str) -> None:
    talk_in(dialect).run(f"""
        open
        @ 15
        > ping
        @ 24
        {inbound}
        @ 25
        @ 38.9
        @ 39
        > ping
        @ 48.9
        ~
        @ 49
    """)


@both
@pytest.mark.parametrize("inbound", ["~", "< pong"])
def test_an_answer_in_the_very_moment_of_the_ping_is_one(dialect: str, inbound: str) -> None:
    """Clocks have steps, and the line was silent before the ping."""
    talk_in(dialect).run(f"""
        open
        @ 15
        > ping
        {inbound}
        @ 25
        @ 30
        > ping
    """)


@both
def test_a_lively_line_is_never_pinged(dialect: str) -> None:
    talk_in(dialect).run("open\n" + "\n".join(f"@ {at}\n~" for at in range(10, 300, 10)))


@both
def test_a_new_line_does_not_inherit_an_unanswered_ping(dialect: str) -> None:
    talk_in(dialect).run("""
        open
        @ 15
        > ping
        lost
        @ 24
        open
        @ 30
        @ 39
        > ping
    """)


@both
def test_an_unanswered_subscription_is_asked_again_alone_and_then_the_line_is_dead(dialect: str) -> None:
    name = TOPICS_V5["A"] if dialect == "v5" else TOPICS_V3["A"]
    talk_in(dialect).run(f"""
        want A B
        open
        > subscribe A B
        < granted B
        = granted B
        @ 10
        @ 10.1
        > subscribe A
        ~
        @ 20
        ~
        @ 20.2
        > subscribe A
        ~
        @ 30.3
        = dead no reply to subscribing {name} in 3 tries
    """)


@both
def test_an_unanswered_unsubscription_is_a_dead_line(dialect: str) -> None:
    name = TOPICS_V5["A"] if dialect == "v5" else TOPICS_V3["A"]
    talk_in(dialect).run(f"""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        unwant A
        > unsubscribe A
        @ 10
        ~
        @ 10.1
        = dead no reply to unsubscribing {name}
    """)


@both
def test_late_and_repeated_answers_change_nothing(dialect: str) -> None:
    talk = talk_in(dialect)
    talk.run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        < granted A
        < left A
        < granted B
        < left B
        < pong
        @ 1
    """)
    assert talk.session.state(talk.topics["A"]) is Sub.LIVE


@pytest.mark.parametrize("timers", [(0, 10, 10), (30, 10, 10), (15, 0, 10), (15, 30, 10), (15, 10, 0)])
def test_timers_beyond_the_servers_patience_are_refused(timers: tuple[float, float, float]) -> None:
    with pytest.raises(BadParameter):
        Timers(*timers)


# -- announcements of V5


def test_announcements_are_passed_on_and_change_nothing() -> None:
    talk = talk_in("v5")
    talk.run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        < notice 64008
        = notice
        < count books 2
        = connection count
        < raw {"foo":1}
        = strange
        < raw not json
        = strange
    """)
    assert talk.session.state(TOPICS_V5["A"]) is Sub.LIVE
    assert talk.session.conn_id == "a4d3ae55"


def test_too_many_connections_end_the_subscriptions_of_that_channel_only() -> None:
    talk = talk_in("v5")
    talk.run("""
        want A B D
        open
        > subscribe A B D
        < granted A
        = granted A
        < granted B
        = granted B
        < granted D
        = granted D
        < overcount tickers 20
        = connection count
        = refused B ChannelRefused
        = refused D ChannelRefused
        lost
        open
        > subscribe A
    """)


# -- budget and frames


def test_new_wishes_leave_the_reserve_to_recoveries() -> None:
    talk = talk_in("v5", reserve=477)  # 480 an hour: three frames for wishes
    talk.run("""
        open
        want A
        > subscribe A
        want B
        > subscribe B
        want C
        > subscribe C
        want D
        < granted A
        = granted A
        resync A
        > unsubscribe A
        < left A
        = left A
        > subscribe A D      # the recovery's frame is sent anyway; who rides along costs nothing
    """)


def test_the_budget_comes_back_after_an_hour() -> None:
    talk = talk_in("v5", reserve=479)
    talk.run("""
        open
        want A
        > subscribe A
        < granted A
        = granted A
        want B
        @ 5
    """)
    for now in (3_600.0, 3_600.5):
        talk.now = talk.heard = now
        talk.run("@ 3600" if now == 3_600.0 else "@ 3600.5\n> subscribe B")


def test_the_budget_is_never_overspent_even_by_recoveries() -> None:
    class Poor(V5):
        budget = 4

    talk = Conversation(Poor(), TOPICS_V5, reserve=1)
    talk.run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        resync A
        > unsubscribe A
        < left A
        = left A
        > subscribe A
        < granted A
        = granted A
        resync A
        > unsubscribe A
        < left A
        = left A
        @ 5
        lost
        open          # every line has a budget of its own
        > subscribe A
    """)


@given(count=st.integers(1, 150), size=st.sampled_from([200, 700, 4000]), dialect=st.sampled_from(["v5", "v3"]))
@settings(max_examples=40, deadline=None)
def test_frames_stay_under_the_byte_limit_and_lose_nothing(count: int, size: int, dialect: str) -> None:
    speaker: Dialect = V5() if dialect == "v5" else V3()
    speaker.frame_bytes = size
    session = Session(speaker, private=False, reserve=0)
    make = channels.books if dialect == "v5" else old.depth
    topics: list[Topic[Any]] = [make(f"COIN{at}-USDT-SWAP") for at in range(count)]
    for topic in topics:
        session.want(topic)
    session.opened()
    session.flush(0.0)
    frames = session.take()
    assert all(len(frame) <= size for frame in frames)
    args = [arg for frame in frames for arg in json.loads(frame)["args"]]
    assert args == [speaker.arg(topic) for topic in topics]


@pytest.mark.parametrize("private", [False, True])
def test_session_ids_are_unique_and_well_formed(private: bool) -> None:
    talk = talk_in("v5", private=private)
    talk.run("open" + ("\n> login\n< login\n= logged in" if private else ""))
    for name in TOPICS_V5:
        talk.run(f"want {name}\n> subscribe {name}")
    ids = [json.loads(frame)["id"] for frame in talk.frames]
    assert len(set(ids)) == len(TOPICS_V5)
    assert all(one.isalnum() and len(one) <= 32 for one in ids)


@both
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_happens_in_whatever_order_the_right_topics_end_live(dialect: str, data: st.DataObject) -> None:
    """A little exchange that answers every frame, sometimes late: in the end wanted is live and the rest is gone."""
    talk = talk_in(dialect)
    session, names = talk.session, list(talk.topics)
    wanted: set[str] = set()
    unanswered: list[tuple[str, str]] = []
    session.opened()

    def collect() -> None:
        for frame in session.take():
            op, *args = talk._read(frame).split()
            unanswered.extend((op, name) for name in args if op != "ping")

    def answer() -> None:
        op, name = unanswered.pop(0)
        session.hear(talk._spell("granted" if op == "subscribe" else "left", name), talk.now)

    for act, name in data.draw(
        st.lists(
            st.tuples(st.sampled_from(["want", "unwant", "resync", "answer", "lost"]), st.sampled_from(names)),
            max_size=25,
        )
    ):
        topic = talk.topics[name]
        if act == "want":
            session.want(topic)
            wanted.add(name)
        elif act == "unwant":
            session.unwant(topic)
            wanted.discard(name)
        elif act == "resync":
            session.resync(topic, talk.now)
        elif act == "answer" and unanswered:
            answer()
        elif act == "lost":
            session.lost()
            unanswered.clear()
            session.opened()
        if data.draw(st.booleans()):
            session.flush(talk.now)
        collect()
    for _ in range(200):
        session.flush(talk.now)
        collect()
        if not unanswered:
            break
        answer()
    assert {talk.names[talk.dialect.arg_key(topic)]: state for topic, state in session.topics()} == dict.fromkeys(
        wanted, Sub.LIVE
    )
