"""Conversations with the exchange, as scripts: what is sent, what is answered, what becomes of it."""

from __future__ import annotations

import pytest

from okx_async.core.session import LoginState, Sub

from .script import TOPICS_V5, both, talk_in


@both
def test_several_arguments_travel_in_one_frame_and_are_granted_one_by_one(dialect: str) -> None:
    talk = talk_in(dialect)
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
    talk = talk_in(dialect, private=True)
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
    talk = talk_in(dialect, private=True)
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
    talk_in(dialect, private=True).run("""
        want A
        open
        > login
        @ 10
        @ 10.1
        = dead no reply to the login
    """)


# -- refusals


def test_one_of_several_is_refused_by_its_argument_and_the_others_go_on() -> None:
    talk = talk_in("v5")
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
    talk_in("v5").run(f"""
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
    talk_in("v3").run("""
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
    talk_in("v5").run("""
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
    talk_in(dialect).run(f"""
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
    talk_in(dialect).run(f"""
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
    talk = talk_in("v5")
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
    assert talk.session.state(TOPICS_V5["A"]) is Sub.LIVE


# -- lost lines


@both
def test_a_lost_line_replays_what_is_wanted_and_nothing_else(dialect: str) -> None:
    talk_in(dialect).run("""
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
    talk_in(dialect).run("""
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
    talk_in(dialect).run("""
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
    talk_in(dialect).run("""
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
    talk = talk_in(dialect)
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
    talk = talk_in(dialect)
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
    talk_in(dialect).run("""
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
    talk = talk_in(dialect)
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
    talk_in("v5").run("""
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
