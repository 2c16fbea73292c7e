"""Operations on their way: each finds its reply, or its end."""

from __future__ import annotations

import pytest

from okx_async.core.dialect import Reply
from okx_async.errors import ConnectionLost
from okx_async.net.flights import Flights


async def test_one_timer_gives_up_each_operation_at_its_own_moment() -> None:
    flights = Flights()
    _, first = flights.begin("order", 0.01)
    answered, second = flights.begin("order", 0.02)
    _, third = flights.begin("order", 0.03)
    _, late = flights.begin("order", 60.0)
    assert flights.land(Reply(answered, "order", b"done"))
    with pytest.raises(TimeoutError):
        await first
    with pytest.raises(TimeoutError):
        await third
    assert await second == b"done"
    assert not late.done()
    flights.lose("the test is over")


async def test_what_is_over_is_forgotten_with_the_next() -> None:
    flights = Flights()
    for _ in range(1000):
        name, _ = flights.begin("order", 60.0)
        flights.end(name)
    flights.begin("order", 60.0)
    assert len(flights._due) == 1
    flights.lose("the test is over")
    assert flights._timer is None


async def test_a_lost_line_ends_what_is_on_its_way() -> None:
    flights = Flights()
    _, reply = flights.begin("order", 60.0)
    flights.lose("cut")
    with pytest.raises(ConnectionLost, match="cut"):
        await reply
    assert not flights
    await flights.landed()


async def test_a_reply_to_whoever_has_just_stopped_waiting_is_nobodys() -> None:
    """Stopped or out of time in the very turn in which it comes: the reader must not stumble over it."""
    flights = Flights()
    name, reply = flights.begin("order", 60.0)
    reply.cancel()
    assert not flights.land(Reply(name, "order", b"late"))
    name, reply = flights.begin("order", 0.0)
    with pytest.raises(TimeoutError):
        await reply
    assert not flights.land(Reply(name, "order", b"late"))
    flights.lose("the test is over")
