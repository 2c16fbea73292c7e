"""Orders over REST, over the socket, or over whichever is there: the same call, the same rows, the same errors."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okx_async import (
    OKX,
    AuthRefused,
    BadAnswer,
    BadParameter,
    BadRequest,
    ConnectionLost,
    CredentialsNeeded,
    NotSent,
    Observer,
    OKEx,
    OkxError,
    OutcomeUnknown,
    Refused,
    TimedOut,
    Unconfirmed,
    UnknownInstrument,
)
from okx_async.core.retry import Backoff
from okx_async.settings import Timeouts
from okx_async.sim import warp
from okx_async.v5.ops import OPS
from tests.waiting import until

from .order_exchange import CALLS, OrderExchange, granted, refused

PLACE: dict[str, Any] = CALLS["order"][2]


@pytest.fixture
async def there() -> AsyncIterator[OrderExchange]:
    """Run the exchange."""
    async with OrderExchange() as exchange:
        yield exchange


async def call(okx: OKX, op: str, **more: Any) -> Any:
    """Perform the example of an operation."""
    chapter, method, params = CALLS[op]
    return await getattr(getattr(okx, chapter), method)(**params | more)


def test_every_operation_has_an_example() -> None:
    """A new operation must not slip through."""
    assert set(CALLS) == set(OPS)


@pytest.mark.parametrize("op", CALLS)
async def test_both_roads_take_the_same_call_and_return_the_same_rows(there: OrderExchange, op: str) -> None:
    """One declaration, two roads; only the instrument is called by its number on the socket."""
    async with there.client("rest") as rest, there.client("ws") as ws:
        assert await call(ws, op) == await call(rest, op)
    (frame,), ((path, body),) = there.frames, there.posts
    assert (frame["op"], path) == (op, OPS[op].twin.path)
    rows = body if isinstance(body, list) else [body]
    if OPS[op].coded:
        rows = [{"instIdCode": there.codes[row["instId"]]} | row for row in rows]
        for row in rows:
            del row["instId"]
    assert frame["args"] == rows


@pytest.mark.parametrize("op", CALLS)
async def test_a_refusal_is_the_same_error_on_both_roads(there: OrderExchange, op: str) -> None:
    """Rows of a batch tell their own result and raise nothing; a single order raises its own code."""
    there.reply = lambda frame: refused(frame["args"], "51008", "Insufficient balance")
    async with there.client() as okx:
        if OPS[op].twin.batch:
            assert [row.s_code for row in await call(okx, op)] == ["51008"] * len(there.frames[0]["args"])
        else:
            with pytest.raises(Refused, match="51008 Insufficient balance") as caught:
                await call(okx, op)
            assert op in caught.value.where
    assert there.posts == []


async def test_a_batch_that_failed_in_part_loses_no_row(there: OrderExchange) -> None:
    """Code 2: some were granted (lesson 44)."""
    rows = granted("", [{"clOrdId": "a"}])["data"] + refused([1], "51008")["data"]
    there.reply = lambda _: {"code": "2", "msg": "", "data": rows}
    async with there.client() as okx:
        assert [(row.ord_id, row.s_code) for row in await call(okx, "batch-orders")] == [("7", "0"), (None, "51008")]


async def test_the_deadline_stands_beside_the_orders(there: OrderExchange) -> None:
    """``exp_time`` goes to the frame's root, as text."""
    async with there.client() as okx:
        await call(okx, "order", exp_time=1_597_026_383_085)
        await call(okx, "batch-orders", exp_time=1_597_026_383_085)
    assert [frame["expTime"] for frame in there.frames] == ["1597026383085"] * 2
    assert not any("expTime" in row for frame in there.frames for row in frame["args"])


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ({"event": "error", "code": "60012", "msg": "Invalid request", "connId": "c"}, Refused, "60012"),
        ({"event": "error", "code": "60013", "msg": "Invalid args", "connId": "c"}, Refused, "60013"),
        ({"code": "60013", "msg": "Invalid args", "data": []}, Refused, "60013"),
        ({"code": "50001", "msg": "Service temporarily unavailable", "data": []}, Refused, "50001"),
        ({"code": "50014", "msg": "can not be empty", "data": []}, BadRequest, "50014"),
        ({"event": "error", "code": "64007", "msg": "Operation failed", "connId": "c"}, Unconfirmed, "64007"),
        ({"code": "50004", "msg": "Endpoint request timeout", "data": []}, Unconfirmed, "50004"),
        ({"code": "51149", "msg": "Order timed out", "data": []}, Unconfirmed, "51149"),
        ({"code": "0", "msg": "", "data": []}, BadAnswer, None),
        ({"code": "0", "msg": "", "data": [5]}, BadAnswer, None),
    ],
)
async def test_what_the_exchange_says_becomes_one_typed_error(
    there: OrderExchange, said: Any, kind: type[OkxError], code: str | None
) -> None:
    """Frame errors with an id, codes of the reply, and what leaves open whether the order stands."""
    there.reply = lambda _: said
    async with there.client() as okx:
        with pytest.raises(kind) as caught:
            await call(okx, "order")
        assert getattr(caught.value, "code", None) == code
        there.reply = lambda frame: granted(frame["op"], frame["args"])
        await call(okx, "order")
    assert there.posts == []


async def test_an_error_frame_without_the_id_ends_nobody_elses_order(there: OrderExchange) -> None:
    """Lesson 45: it may be about anything."""
    stray = orjson.dumps({"event": "error", "code": "60012", "msg": "Invalid request", "connId": "c"})
    other = orjson.dumps({"event": "error", "id": "c1", "code": "60012", "msg": "no", "connId": "c"})
    there.reply = lambda frame: [stray, other, {"op": "amend-order", "code": "1"}, granted(frame["op"], frame["args"])]
    async with there.client() as okx:
        assert (await call(okx, "order")).ord_id == "7"


# -- outcomes


async def test_no_reply_in_time_is_an_unknown_outcome_that_says_how_to_find_the_order(there: OrderExchange) -> None:
    """It is never sent again; a late reply is nobody's."""
    late: list[dict[str, Any]] = []
    there.reply = late.append
    async with there.client("auto", timeouts=Timeouts(reply=0.05)) as okx:
        await up(okx)
        with pytest.raises(TimedOut, match=r"order \(request o1 on private-1\).*clOrdId a, instId BTC-USDT") as caught:
            await call(okx, "order")
        assert isinstance(caught.value, OutcomeUnknown)
        there.reply = lambda frame: [
            orjson.dumps({"id": late[0]["id"], "op": "order"} | granted("order", [{"clOrdId": "late"}])),
            granted("order", frame["args"]),
        ]
        assert (await call(okx, "order", cl_ord_id="b")).cl_ord_id == "b"
        assert okx.status().links[0].strange == 1
    assert len(there.frames) == 2
    assert there.posts == []


@pytest.mark.parametrize("road", ["ws", "auto"])
async def test_a_line_that_is_lost_after_sending_is_an_unknown_outcome(there: OrderExchange, road: str) -> None:
    """Nobody knows: not sent again, not over REST either. The next order goes over the new line."""
    there.reply = lambda _: there.cut()
    async with there.client(road) as okx:
        await up(okx)
        with pytest.raises(ConnectionLost, match="clOrdId a") as caught:
            await call(okx, "order")
        assert isinstance(caught.value, OutcomeUnknown)
        there.reply = lambda frame: granted(frame["op"], frame["args"])
        await up(okx)
        await call(okx, "order")
    assert (len(there.frames), there.posts) == (2, [])


async def test_a_line_that_never_comes_up_means_not_sent(there: OrderExchange) -> None:
    """The caller learns that nothing happened, and why."""
    await there.close_sockets()
    async with there.client(timeouts=Timeouts(connect=0.1)) as okx:
        with pytest.raises(NotSent, match=r"not ready: cannot connect.*nothing was sent"):
            await call(okx, "order")
    assert there.posts == []


async def test_a_refused_login_is_raised_by_the_order(there: OrderExchange) -> None:
    """Waiting longer would not help."""
    there.deny = "60024"
    async with there.client() as okx:
        with pytest.raises(AuthRefused, match="60024"):
            await call(okx, "order")
        with pytest.raises(AuthRefused, match="60024"):
            await call(okx, "order")
    assert there.logins == 1


async def test_a_line_whose_login_was_refused_is_tried_anew_after_a_while(
    there: OrderExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key may have been given its right meanwhile."""
    there.deny = "60009"
    async with there.client() as okx:
        with pytest.raises(AuthRefused):
            await call(okx, "order")
        there.deny = ""
        monkeypatch.setattr("okx_async.net.pool.SECOND_TRY", 0.0)
        await call(okx, "order")
        assert [link.up for link in okx.status().links] == [True]


async def test_closing_the_client_ends_what_is_on_its_way(there: OrderExchange) -> None:
    """Nothing hangs, and the outcome is called unknown."""
    there.reply = lambda _: None
    async with there.client() as okx:
        orders = [asyncio.create_task(call(okx, "order")) for _ in range(3)]
        await until(lambda: len(there.frames) == 3)
    results = await asyncio.gather(*orders, return_exceptions=True)
    assert [type(result) for result in results] == [ConnectionLost] * 3


async def test_a_cancelled_order_leaves_nothing_behind(there: OrderExchange) -> None:
    """Its reply is nobody's, and the line goes on."""
    there.reply = lambda _: None
    async with there.client() as okx:
        order = asyncio.create_task(call(okx, "order"))
        await until(lambda: there.frames)
        order.cancel()
        assert isinstance((await asyncio.gather(order, return_exceptions=True))[0], asyncio.CancelledError)
        assert len(line(okx).flights) == 0
        there.reply = lambda frame: granted(frame["op"], frame["args"])
        await call(okx, "order")


# -- auto


async def test_auto_takes_the_socket_when_it_is_there_and_rest_when_it_is_not(there: OrderExchange) -> None:
    """No order waits for a socket that is away."""
    async with there.client("auto") as okx:
        await call(okx, "order")  # the line is only being opened
        assert len(there.posts) == 1
        await up(okx)
        await call(okx, "order")
        assert (len(there.frames), len(there.posts)) == (1, 1)
        await there.close_sockets()
        await until(lambda: not line(okx).up)
        await call(okx, "order")
        assert (len(there.frames), len(there.posts)) == (1, 2)


async def test_auto_takes_rest_when_the_login_is_refused(there: OrderExchange) -> None:
    """The socket is away for good; orders are not."""
    there.deny = "60024"
    async with there.client("auto") as okx:
        await until(lambda: line(okx).failed is not None)
        await call(okx, "order")
    assert len(there.posts) == 1


@pytest.mark.parametrize("code", ["60011", "60019", "60028"])
async def test_auto_takes_rest_once_when_the_socket_does_not_offer_the_operation(
    there: OrderExchange, code: str
) -> None:
    """It was certainly not executed."""
    there.reply = lambda _: {"event": "error", "code": code, "msg": "no", "connId": "c"}
    watcher = _Watcher()
    async with there.client("auto", observers=[watcher]) as okx:
        await up(okx)
        await call(okx, "order")
    assert (len(there.frames), len(there.posts)) == (1, 1)
    ((op, cause),) = watcher.detours
    assert op == "order"
    assert code in cause


async def test_a_line_that_says_it_is_not_logged_in_is_replaced(there: OrderExchange) -> None:
    """It was, so it will not be again (60011); what is on its way over it is let finish."""
    there.reply = lambda _: {"event": "error", "code": "60011", "msg": "Please log in", "connId": "c"}
    async with there.client() as okx:
        with pytest.raises(AuthRefused, match="60011"):
            await call(okx, "order")
        there.reply = lambda frame: granted(frame["op"], frame["args"])
        await until(lambda: line(okx).name == "private-2" and line(okx).up)
        await call(okx, "order")
    assert there.logins == 2


@pytest.mark.parametrize("code", ["51008", "51016", "50004", "51149", "60013", "50011"])
async def test_auto_does_not_ask_twice_what_was_answered(there: OrderExchange, code: str) -> None:
    """A refused order is refused, and an unknown outcome is unknown, on every road."""
    there.reply = lambda frame: refused(frame["args"], code)
    async with there.client("auto") as okx:
        await up(okx)
        with pytest.raises(OkxError, match=code):
            await call(okx, "order")
    assert (len(there.frames), there.posts) == (1, [])


async def test_auto_takes_rest_for_what_the_socket_is_not_known_to_take(there: OrderExchange) -> None:
    """A stop loss is neither dropped nor refused."""
    more = {"attach_algo_ords": [{"sl_trigger_px": "1", "sl_ord_px": "-1"}]}
    async with there.client("auto") as auto, there.client("ws") as ws:
        await up(auto)
        await call(auto, "order", **more)
        with pytest.raises(BadParameter, match="attachAlgoOrds"):
            await call(ws, "order", **more)
    assert (there.frames, len(there.posts)) == ([], 1)


# -- numbers


@pytest.mark.parametrize("inst_id", ["NEW-USDT", "ZERO-USDT"])
async def test_an_instrument_without_a_number_is_never_sent_with_a_0(there: OrderExchange, inst_id: str) -> None:
    """``ws`` raises before anything is sent; ``auto`` takes REST, where the id serves."""
    async with there.client("ws") as ws, there.client("auto") as auto:
        with pytest.raises(UnknownInstrument, match=f"no instIdCode for {inst_id}"):
            await call(ws, "order", inst_id=inst_id)
        for op in ("order", "cancel-order", "amend-order"):
            await up(auto)
            await call(auto, op, inst_id=inst_id)
        with pytest.raises(UnknownInstrument, match="did you mean"):
            await call(auto, "order", inst_id="BTC-USDR")
    assert (there.frames, len(there.posts)) == ([], 3)


async def test_numbers_are_read_once_for_many_orders(there: OrderExchange) -> None:
    """One list, however many orders."""
    async with there.client() as okx:
        await asyncio.gather(*(call(okx, "batch-orders") for _ in range(20)))
    assert there.listed == 1
    assert {row["instIdCode"] for frame in there.frames for row in frame["args"]} == {101, 103}


async def test_a_number_that_changed_is_read_anew_once(there: OrderExchange) -> None:
    """A relisted instrument gets another number; a second refusal is final."""
    there.reply = lambda frame: (
        granted(frame["op"], frame["args"])
        if frame["args"][0]["instIdCode"] == there.codes["BTC-USDT"]
        else refused(frame["args"], "51001")
    )
    async with there.client() as okx:
        await call(okx, "order")
        there.codes["BTC-USDT"] = 202
        await call(okx, "order")
        assert [frame["args"][0]["instIdCode"] for frame in there.frames] == [101, 101, 202]
        there.reply = lambda frame: refused(frame["args"], "51001")
        with pytest.raises(UnknownInstrument, match="51001"):
            await call(okx, "order")
        assert len(there.frames) == 4, "the list says the same, so asking again is of no use"
    assert there.posts == []


@pytest.mark.parametrize("op", ["order", "batch-orders", "cancel-order", "batch-cancel-orders", "amend-order"])
async def test_a_site_that_refuses_its_own_numbers_is_served_over_rest(there: OrderExchange, op: str) -> None:
    """Demo did so (lesson 22): one order tries, the next ones know. Other instruments go on over the socket."""
    there.reply = lambda frame: (
        refused(frame["args"], "51001")
        if 101 in [row["instIdCode"] for row in frame["args"]]
        else granted(frame["op"], frame["args"])
    )
    async with there.client("auto", check_orders=False) as okx:  # which reads the list, too
        await up(okx)
        await call(okx, op)
        await call(okx, op)
        assert (len(there.frames), len(there.posts), there.listed) == (1, 2, 1)
        await call(okx, "order", inst_id="ETH-USDT")
        assert there.listed == (1 if "batch" in op else 2), "contradicted, so read anew"
        assert len(there.frames) == (1 if "batch" in op else 2)


async def test_a_list_that_cannot_be_read_is_no_outcome_of_the_order(there: OrderExchange) -> None:
    """The order never left, whatever happened to the request for the list."""
    async with there.client("ws") as ws:
        await up(ws)
        site = there.site
        ws._caller._site = type(site)(site.name, "http://127.0.0.1:9", site.sockets)
        with pytest.raises(NotSent, match="could not be read, so nothing was sent"):
            await call(ws, "order")
    assert there.frames == []


# -- lines


async def test_orders_have_a_line_of_their_own_that_logs_in_once(there: OrderExchange) -> None:
    """Fifty at once over one login."""
    async with there.client() as okx:
        await asyncio.gather(*(call(okx, "order", cl_ord_id=f"n{number}") for number in range(50)))
        assert [link.link for link in okx.status().links] == ["private-1"]
        await call(okx, "sprd-order")
        assert [link.link for link in okx.status().links] == ["private-1", "business-2"]
    assert there.logins == 2
    assert len({frame["id"] for frame in there.frames if frame["op"] == "order"}) == 50


async def test_an_announced_cut_loses_no_order(there: OrderExchange) -> None:
    """Notice 64008: a new line first; what is on its way over the old one is answered before that is closed."""
    gate = asyncio.Event()

    async def slow(frame: dict[str, Any]) -> dict[str, Any]:
        await gate.wait()
        return granted(frame["op"], frame["args"])

    async with there.client() as okx:
        await call(okx, "order")
        there.reply = slow
        waiting = asyncio.create_task(call(okx, "order", cl_ord_id="slow"))
        await until(lambda: len(there.frames) == 2)
        old = line(okx)
        await there.say({"event": "notice", "code": "64008", "msg": "soon", "connId": "c"})
        await until(lambda: line(okx) is not old and line(okx).up)
        assert old.up
        there.reply = lambda frame: granted(frame["op"], frame["args"])
        await call(okx, "order", cl_ord_id="new")
        assert not waiting.done()
        gate.set()
        assert (await waiting).cl_ord_id == "slow"
        await until(lambda: len(there.lines) == 1)
        assert [link.link for link in okx.status().links] == ["private-2"]


@pytest.mark.parametrize("standby", [False, True])
async def test_handing_over_while_orders_stream_loses_none(there: OrderExchange, standby: bool) -> None:
    """Every order has its answer, whatever the lines do meanwhile."""
    async with there.client(standby=standby) as okx:
        trading = asyncio.create_task(trade_fast(okx, 300))
        for _ in range(3):
            await okx.hand_over()
        assert await trading == 300
    assert (len(there.frames), there.posts) == (300, [])


async def trade_fast(okx: OKX, amount: int) -> int:
    """Place orders one after the other, past the limits of the client; return how many were granted."""
    op = OPS["order"]
    request = op.twin.request((), PLACE)
    done = 0
    assert okx._roads is not None
    for _ in range(amount):
        answer = await okx._roads._desk.send(op, {"BTC-USDT": 101}, request)
        done += b'"sCode":"0"' in answer.raw
    return done


# -- usage


async def test_roads_are_named_right_or_not_at_all() -> None:
    """Said when the client is made."""
    for wrong in ("WS", "", None, "socket"):
        road: Any = wrong
        with pytest.raises(BadParameter, match="orders must be one of"):
            OKX(orders=road)
    with pytest.raises(BadParameter, match="v3 has no orders over the socket"):
        OKEx(orders="ws")


async def test_a_client_without_a_key_says_so(there: OrderExchange) -> None:
    """Before anything is sent or opened."""
    async with OKX(site=there.site, orders="ws") as okx:
        with pytest.raises(CredentialsNeeded):
            await call(okx, "order")
        assert okx.status().links == ()


async def test_what_has_one_road_takes_it(there: OrderExchange) -> None:
    """REST alone knows most endpoints."""
    async with there.client("ws") as okx:
        await okx.public.instruments("SPOT")
        await okx.trade.cancel_all_after(time_out=0)
    assert [path for path, _ in there.posts] == ["/api/v5/trade/cancel-all-after"]
    assert there.frames == []


# -- correlation


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fates=st.lists(
        st.sampled_from(["reply", "late", "lost", "doubled", "strange op", "error"]), min_size=1, max_size=30
    ),
    seed=st.integers(0, 2**16),
    cut=st.booleans(),
)
def test_each_order_gets_its_own_answer_or_a_typed_error(fates: list[str], seed: int, cut: bool) -> None:
    """Replies in any order, lost, doubled, errors, a cut at the end: nothing is mixed up and nothing hangs."""
    warp.run(_correlate(fates, random.Random(seed), cut))


async def _correlate(fates: list[str], chance: random.Random, cut: bool) -> None:
    async with OrderExchange() as there:
        there.reply = lambda _: None
        reply = 5.0 if cut else 0.3
        async with there.client(timeouts=Timeouts(reply=reply), backoff=Backoff(0.001, 0.01)) as okx:
            orders = [asyncio.create_task(_place(okx, f"n{number}")) for number in range(len(fates))]
            await until(lambda: len(there.frames) == len(fates))
            replies = [text for frame in there.frames for text in _fate(frame, fates)]
            chance.shuffle(replies)
            for text in replies:
                await there.lines[0].send(text)
            if cut:
                answered = sum(_answered(fate) for fate in fates)
                await until(lambda: sum(order.done() for order in orders) == answered)
                there.cut()
            results = await asyncio.gather(*orders)
            assert len(line(okx).flights) == 0
    for number, (fate, result) in enumerate(zip(fates, results, strict=True)):
        if fate in ("reply", "late", "doubled"):
            assert result == f"n{number}"
        elif fate == "error":
            assert isinstance(result, Refused)
            assert result.msg == f"n{number}"
        else:
            assert isinstance(result, ConnectionLost if cut else TimedOut)
            assert f"clOrdId n{number}," in str(result)


async def _place(okx: OKX, name: str) -> Any:
    """Return the client id of the answer, or the error."""
    assert okx._roads is not None
    op = OPS["order"]
    try:
        answer = await okx._roads._desk.send(op, {"BTC-USDT": 101}, op.twin.request((), PLACE | {"cl_ord_id": name}))
        return okx._dialect.decode(op.twin, answer).cl_ord_id
    except OkxError as error:
        return error


def _answered(fate: str) -> bool:
    return fate in ("reply", "late", "doubled", "error")


def _fate(frame: dict[str, Any], fates: list[str]) -> list[str]:
    """Return the replies to one order."""
    name = frame["args"][0]["clOrdId"]
    fate = fates[int(name[1:])]
    good = {"id": frame["id"], "op": frame["op"]} | granted("order", frame["args"])
    error = {"id": frame["id"], "event": "error", "code": "60013", "msg": name, "connId": "c"}
    said = {
        "reply": [good],
        "late": [good],
        "lost": [],
        "doubled": [good, good],
        "strange op": [good | {"op": "amend-order"}, good | {"id": "o999999"}],
        "error": [error],
    }[fate]
    return [orjson.dumps(message).decode() for message in said]


class _Watcher(Observer):
    """Notes which orders took another road."""

    def __init__(self) -> None:
        self.detours: list[tuple[str, str]] = []

    def detoured(self, op: str, cause: str) -> None:
        self.detours.append((op, cause))


def line(okx: OKX) -> Any:
    """Return the line that carries orders."""
    return okx.pool.order_line("private")


async def up(okx: OKX) -> None:
    """Wait until orders can go over the socket."""
    await until(lambda: line(okx).up)
