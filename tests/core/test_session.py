"""Conversations with the exchange, as scripts: what is sent, what is answered, what becomes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.channel import Topic
from okx_async.core.dialect import Dialect
from okx_async.core.session import LoginState, Session, Sub, Timers
from okx_async.errors import BadParameter
from okx_async.v3 import channels as old
from okx_async.v5 import channels

from .script import V3, V5, Conversation

_V5: dict[str, Topic[Any]] = {
    "A": channels.books("BTC-USDT"),
    "B": channels.tickers("ETH-USDT"),
    "C": channels.trades("SOL-USDT"),
    "D": channels.tickers("BTC-USDT"),
}
_V3: dict[str, Topic[Any]] = {
    "A": old.depth("BTC-USDT"),
    "B": old.ticker("ETH-USDT"),
    "C": old.trade("SOL-USDT"),
    "D": old.ticker("BTC-USDT"),
}


def _talk(dialect: str, **more: Any) -> Conversation:
    return Conversation(V5(), _V5, **more) if dialect == "v5" else Conversation(V3(), _V3, **more)


both = pytest.mark.parametrize("dialect", ["v5", "v3"])


@both
def test_several_arguments_travel_in_one_frame_and_are_granted_one_by_one(dialect: str) -> None:
    talk = _talk(dialect)
    talk.run("""
        want A B C
        open
        > subscribe A B C
        < granted B
        = granted B
        < granted A
        = granted A
        < granted C
        = granted C
        @ 5
    """)
    assert {talk.session.state(topic) for topic in list(talk.topics.values())[:3]} == {Sub.LIVE}


@both
def test_nothing_is_subscribed_before_the_login_was_accepted(dialect: str) -> None:
    talk = _talk(dialect, private=True)
    talk.run("""
        want A
        open
        > login
        want B
        @ 1
        < login
        = logged in
        > subscribe A B
        lost
        open
        > login
        @ 2
        < login
        = logged in
        > subscribe A B
    """)
    assert talk.session.login is LoginState.DONE


@pytest.mark.parametrize(
    ("dialect", "code", "kind"),
    [("v5", "60009", "AuthRefused"), ("v5", "60006", "ClockSkew"), ("v3", "30013", "AuthRefused")],
)
def test_a_refused_login_is_told_and_no_subscription_leaves(dialect: str, code: str, kind: str) -> None:
    talk = _talk(dialect, private=True)
    talk.run(f"""
        want A
        open
        > login
        < refused {code} text=Wrong
        = login refused {kind}
        @ 1
    """)
    assert talk.session.login is not LoginState.DONE


@both
def test_a_login_without_answer_is_a_dead_line(dialect: str) -> None:
    _talk(dialect, private=True).run("""
        want A
        open
        > login
        @ 10
        @ 10.1
        = dead no reply to the login
    """)


# -- refusals


def test_one_of_several_is_refused_by_its_argument_and_the_others_go_on() -> None:
    talk = _talk("v5")
    talk.run("""
        want A B C
        open
        > subscribe A B C
        < refused 60018 arg=B text=wrong
        = refused B ChannelRefused
        < granted A
        = granted A
        < granted C
        = granted C
        lost
        open
        > subscribe A C
        want B     # asked for anew on purpose
        > subscribe B
    """)


def test_one_of_several_is_refused_by_the_text_alone() -> None:
    text = "Wrong URL or channel:tickers,instId:ETH-USDT doesn't exist. Please use the correct URL"
    _talk("v5").run(f"""
        want A B D
        open
        > subscribe A B D
        < refused 60018 text="{text}"
        = refused B ChannelRefused
        < granted A
        = granted A
        < granted D
        = granted D
    """)


def test_one_of_several_is_refused_by_the_text_of_v3() -> None:
    _talk("v3").run("""
        want A B D
        open
        > subscribe A B D
        < refused 30040 text="Channel spot/ticker:ETH-USDT doesn't exist"
        = refused B ChannelRefused
        < granted A
        = granted A
        < granted D
        = granted D
    """)


def test_the_request_id_tells_which_of_two_frames_was_refused() -> None:
    _talk("v5").run("""
        open
        want A
        > subscribe A
        want B
        > subscribe B
        < refused 60018 id=c2
        = refused B ChannelRefused
        < granted A
        = granted A
    """)


@pytest.mark.parametrize(("dialect", "code"), [("v5", "60012"), ("v3", "30039")])
def test_a_frame_refused_as_a_whole_is_asked_again_one_by_one(dialect: str, code: str) -> None:
    _talk(dialect).run(f"""
        want A B C
        open
        > subscribe A B C
        < refused {code} text=Illegal
        > subscribe A
        > subscribe B
        > subscribe C
        < granted A
        = granted A
        < granted C
        = granted C
        < refused {code} text=Illegal
        = refused B ChannelRefused
        lost
        open
        > subscribe A C
    """)


@both
def test_what_is_refused_for_the_moment_is_asked_again_later(dialect: str) -> None:
    code = "60014" if dialect == "v5" else "30026"
    _talk(dialect).run(f"""
        want A
        open
        > subscribe A
        < refused {code} text=busy
        @ 0.9
        @ 1.1
        > subscribe A
        < refused {code} text=busy
        @ 3
        @ 3.2
        > subscribe A
        < refused {code} text=busy
        = refused A RateLimited
        @ 9
    """)


def test_an_error_about_nothing_that_was_asked_hurts_nothing() -> None:
    talk = _talk("v5")
    talk.run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        < refused 60012 text=huh
        = strange
        < refused 60018 arg=C
        = strange
        < refused 60018 id=c77
        = strange
    """)
    assert talk.session.state(_V5["A"]) is Sub.LIVE


# -- lost lines


@both
def test_a_lost_line_replays_what_is_wanted_and_nothing_else(dialect: str) -> None:
    _talk(dialect).run("""
        want A B C
        open
        > subscribe A B C
        < granted A
        = granted A
        < granted B
        = granted B
        unwant B
        > unsubscribe B
        lost
        open
        > subscribe A C
        lost
        unwant A
        open
        > subscribe C
    """)


@both
def test_nothing_is_sent_while_the_line_is_down(dialect: str) -> None:
    _talk(dialect).run("""
        want A
        @ 100
        open
        > subscribe A
        < granted A
        = granted A
        lost
        want B
        resync A
        = no resync
        @ 300
    """)


# -- recovery


@both
def test_a_recovery_unsubscribes_and_subscribes_and_waits_for_both_answers(dialect: str) -> None:
    _talk(dialect).run("""
        want A B
        open
        > subscribe A B
        < granted A
        = granted A
        < granted B
        = granted B
        resync A
        > unsubscribe A
        resync A
        = no resync
        @ 1
        < left A
        = left A
        > subscribe A
        resync A
        = no resync
        < granted A
        = granted A
        resync A
        > unsubscribe A
        < left A
        = left A
        > subscribe A
    """)


@both
def test_a_recovery_keeps_to_its_back_off_and_a_lost_line_ends_it(dialect: str) -> None:
    _talk(dialect).run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        resync A 5
        resync A 5
        = no resync
        @ 4.9
        @ 5
        > unsubscribe A
        lost
        open
        > subscribe A
        < granted A
        = granted A
        resync A
        > unsubscribe A
    """)


@both
def test_a_topic_given_up_during_its_recovery_is_gone(dialect: str) -> None:
    talk = _talk(dialect)
    talk.run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        resync A
        > unsubscribe A
        unwant A
        < left A
        = left A
        @ 1
    """)
    assert len(talk.session) == 0


# -- leaving


@both
def test_leaving_names_exactly_what_is_left(dialect: str) -> None:
    talk = _talk(dialect)
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
        unwant B
        > unsubscribe B
        < left B
        = left B
    """)
    assert talk.session.state(talk.topics["B"]) is None
    assert {talk.session.state(talk.topics[name]) for name in "AD"} == {Sub.LIVE}
    assert not talk.session.asked(talk.dialect.arg_key(talk.topics["B"]))


@both
def test_what_is_given_up_before_its_answer_is_left_behind_it(dialect: str) -> None:
    _talk(dialect).run("""
        want A
        open
        > subscribe A
        unwant A
        < granted A
        = granted A
        > unsubscribe A
        want A
        < left A
        = left A
        > subscribe A
        < granted A
        = granted A
    """)


@both
def test_what_is_given_up_and_wanted_at_once_gets_a_fresh_subscription(dialect: str) -> None:
    talk = _talk(dialect)
    talk.run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
    """)
    # Both in the same moment, with nothing sent in between: a new consumer needs an ack and a snapshot of its own.
    talk.session.unwant(talk.topics["A"])
    talk.session.want(talk.topics["A"])
    talk.run("""
        @ 0
        > unsubscribe A
        < left A
        = left A
        > subscribe A
        < granted A
        = granted A
        want A       # wanted twice: nothing to do
        @ 1
    """)


def test_leaving_what_is_gone_already_is_no_error() -> None:
    _talk("v5").run("""
        want A
        open
        > subscribe A
        < granted A
        = granted A
        unwant A
        > unsubscribe A
        < refused 60018 arg=A
        = left A
        unwant A
    """)


# -- time


@both
def test_a_quiet_line_is_pinged_and_a_dead_one_found_from_the_unanswered_ping(dialect: str) -> None:
    _talk(dialect).run("""
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
    _talk(dialect).run(f"""
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
def test_a_lively_line_is_never_pinged(dialect: str) -> None:
    _talk(dialect).run("open\n" + "\n".join(f"@ {at}\n~" for at in range(10, 300, 10)))


@both
def test_a_new_line_does_not_inherit_an_unanswered_ping(dialect: str) -> None:
    _talk(dialect).run("""
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
    name = _V5["A"] if dialect == "v5" else _V3["A"]
    _talk(dialect).run(f"""
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
    name = _V5["A"] if dialect == "v5" else _V3["A"]
    _talk(dialect).run(f"""
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
    talk = _talk(dialect)
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
    talk = _talk("v5")
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
    assert talk.session.state(_V5["A"]) is Sub.LIVE
    assert talk.session.conn_id == "a4d3ae55"


def test_too_many_connections_end_the_subscriptions_of_that_channel_only() -> None:
    talk = _talk("v5")
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
    talk = _talk("v5", reserve=477)  # 480 an hour: three frames for wishes
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
    talk = _talk("v5", reserve=479)
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

    talk = Conversation(Poor(), _V5, reserve=1)
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
    talk = _talk("v5", private=private)
    talk.run("open" + ("\n> login\n< login\n= logged in" if private else ""))
    for name in _V5:
        talk.run(f"want {name}\n> subscribe {name}")
    ids = [json.loads(frame)["id"] for frame in talk.frames]
    assert len(set(ids)) == len(_V5)
    assert all(one.isalnum() and len(one) <= 32 for one in ids)


@both
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_happens_in_whatever_order_the_right_topics_end_live(dialect: str, data: st.DataObject) -> None:
    """A little exchange that answers every frame, sometimes late: in the end wanted is live and the rest is gone."""
    talk = _talk(dialect)
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
