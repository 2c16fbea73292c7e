"""Parameters of endpoints and channels: what is wrong never leaves, and the message says what is right."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import pytest

from okx_async.core.channel import Topic, channel
from okx_async.core.endpoint import Endpoint, Request, Section, get, post
from okx_async.core.row import V5Row
from okx_async.core.throttle import Limit
from okx_async.core.words import Bar, Count, Granularity, InstId, IsoArg, MsArg, Num, Side
from okx_async.errors import BadParameter, UsageError
from okx_async.v3.dialect import V3
from okx_async.v5 import channels
from okx_async.v5.dialect import V5


class _Row(V5Row, frozen=True):
    px: Decimal | None = None


class _Desk(Section, dialect="v5", chapter="desk"):
    @get("/api/v5/desk/orders", limit=Limit(5, 1, "user"), auth=True)
    async def orders(
        self,
        inst_id: InstId,
        limit: Count | None = None,
        type_: Literal["a", "b"] = "a",
        before: MsArg | None = None,
    ) -> list[_Row]:
        """List orders."""
        raise NotImplementedError

    @post("/api/v5/desk/order", limit=None)
    async def place(
        self,
        inst_id: InstId,
        side: Side,
        sz: Num,
        reduce_only: bool | None = None,
        tags: Sequence[str] | None = None,
        px: Num | None = None,
    ) -> _Row:
        """Place an order."""
        raise NotImplementedError


class _OldDesk(Section, dialect="v3", chapter="desk"):
    @get("/api/spot/v3/orders/{order_id}", limit=None, auth=True)
    async def order(
        self, order_id: str, instrument_id: str, start: IsoArg | None = None, granularity: Granularity = 60
    ) -> _Row:
        """Look one order up."""
        raise NotImplementedError


def _endpoint(section: type[Section], name: str) -> Endpoint:
    return next(one for one in section.endpoints if one.name == name)


def _orders(*args: object, **given: object) -> Request:
    return _endpoint(_Desk, "orders").request(args, given)


def _place(*args: object, **given: object) -> Request:
    return _endpoint(_Desk, "place").request(args, given)


def _order(*args: object, **given: object) -> Request:
    return _endpoint(_OldDesk, "order").request(args, given)


def test_names_become_wire_names_defaults_are_sent_and_none_is_left_out() -> None:
    assert dict(_orders("BTC-USDT", before=5).fields) == {"instId": "BTC-USDT", "type": "a", "before": "5"}
    assert dict(_orders("BTC-USDT", None, before=None).fields) == {"instId": "BTC-USDT", "type": "a"}


def test_body_values_keep_their_json_types_and_numbers_become_text() -> None:
    request = _place("BTC-USDT", "buy", Decimal("1E-3"), reduce_only=False, tags=["a", "b"], px=100)
    assert dict(request.fields) == {
        "instId": "BTC-USDT",
        "side": "buy",
        "sz": "0.001",
        "reduceOnly": False,
        "tags": ["a", "b"],
        "px": "100",
    }
    assert request.values["reduce_only"] is False


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [
        ((), {}, "desk.orders needs 'inst_id'"),
        ((None,), {}, "desk.orders needs 'inst_id'"),
        (("BTC-USDT",), {"instId": "X"}, "desk.orders has no parameter 'instId'; did you mean 'inst_id'?"),
        (("BTC-USDT",), {"zzz": 1}, "has no parameter 'zzz'; known are before, inst_id, limit, type_"),
        (("BTC-USDT",), {"inst_id": "X"}, "desk.orders got 'inst_id' twice"),
        (("BTC-USDT", 1, "a", 1, 1), {}, "takes at most 4 parameters, got 5"),
        (("btc-usdt",), {}, "did you mean 'BTC-USDT'?"),
        (("BTC/USDT",), {}, "did you mean 'BTC-USDT'?"),
        (("",), {}, "inst_id is empty: where it is optional, leave it out"),
        ((7,), {}, "inst_id must be text, not int"),
        (("BTC-USDT", 1.0), {}, "limit must be an int"),
        (("BTC-USDT", True), {}, "limit must be an int"),
        (("BTC-USDT", "5"), {}, "limit must be an int"),
        (("BTC-USDT", 0), {}, "limit is not well formed"),
        (("BTC-USDT", -1), {}, "limit is not well formed"),
        (("BTC-USDT",), {"type_": "c"}, "type_ must not be 'c'"),
        (("BTC-USDT",), {"before": -1}, "before is not well formed"),
    ],
)
def test_wrong_calls_are_refused_with_what_is_right(
    args: tuple[object, ...], given: dict[str, object], said: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        _orders(*args, **given)
    assert said in str(caught.value)
    assert isinstance(caught.value, UsageError)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sz": 0.1}, "sz must not be a float"),
        ({"sz": True}, "sz must be an int"),
        ({"sz": "many"}, "sz must be a number"),
        ({"px": float("inf")}, "px must not be a float"),
        ({"side": "Buy"}, "did you mean 'buy'?"),
        ({"reduce_only": "true"}, "reduce_only must be True or False"),
        ({"reduce_only": 1}, "reduce_only must be True or False"),
        ({"tags": "ab"}, "tags must be a list, not str"),
        ({"tags": ["a", 1]}, "tags[1] must be text"),
    ],
)
def test_wrong_order_values_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(BadParameter) as caught:
        _place(**{"inst_id": "BTC-USDT", "side": "buy", "sz": 1, **given})
    assert said in str(caught.value)


def test_path_parameters_go_into_the_path_and_nowhere_else() -> None:
    request = _order("123", "BTC-USDT")
    assert request.path == "/api/spot/v3/orders/123"
    assert dict(request.fields) == {"instrument_id": "BTC-USDT", "granularity": "60"}
    assert [param.where for param in _endpoint(_OldDesk, "order").params] == ["path", "query", "query", "query"]


def test_a_path_parameter_cannot_leave_its_place_in_the_path() -> None:
    assert _order("../a?b=1#c d", "BTC-USDT").path == "/api/spot/v3/orders/..%2Fa%3Fb%3D1%23c%20d"


def test_moments_are_written_as_iso_where_v3_wants_it() -> None:
    fields = dict(_order("1", "BTC-USDT", 1_595_232_000_123).fields)
    assert fields["start"] == "2020-07-20T08:00:00.123Z"


@pytest.mark.parametrize("moment", [10**18, -(10**18), 10**30])
def test_a_moment_that_is_none_is_refused_and_not_a_bare_error_of_python(moment: int) -> None:
    with pytest.raises(BadParameter, match="start is not a moment"):
        _order("1", "BTC-USDT", moment)


@pytest.mark.parametrize("value", [60.0, Decimal("60.0"), True, "60", 61])
def test_a_number_among_fixed_values_must_be_that_very_int(value: object) -> None:
    with pytest.raises(BadParameter, match="granularity must not be"):
        _order("1", "BTC-USDT", granularity=value)


def test_an_enum_of_texts_counts_as_its_text() -> None:
    class Way(StrEnum):
        BUY = "buy"

    sent = _place("BTC-USDT", Way.BUY, 1).fields["side"]
    assert type(sent) is str
    assert sent == "buy"


async def test_a_section_checks_before_it_performs() -> None:
    done: list[Request] = []

    async def perform(request: Request) -> Any:
        done.append(request)
        return []

    desk = _Desk(perform)
    with pytest.raises(BadParameter):
        await desk.orders("BTC-USDT", instId="X")  # type: ignore[call-arg]
    assert done == []
    assert await desk.orders("BTC-USDT", limit=3) == []
    assert dict(done[0].fields) == {"instId": "BTC-USDT", "limit": "3", "type": "a"}


def test_the_catalogue_knows_what_was_declared() -> None:
    orders, place = _Desk.endpoints
    assert (orders.method, orders.chapter, orders.auth, orders.limit) == ("GET", "desk", True, Limit(5, 1, "user"))
    assert (place.method, place.auth, place.limit) == ("POST", True, None)
    assert [(param.wire, param.where, param.required) for param in orders.params] == [
        ("instId", "query", True),
        ("limit", "query", False),
        ("type", "query", False),
        ("before", "query", False),
    ]
    assert orders.doc == "List orders."


# -- channels


@channel("mark{bar}", endpoint="business", names=("mark1m", "mark1H"), auth=True)
def _mark(inst_id: InstId, bar: Bar = "1m", depth: Count | None = None) -> Topic[_Row]:
    """Bars of the mark price."""
    raise NotImplementedError


def test_an_argument_in_the_name_fills_the_name_by_default_too() -> None:
    assert _mark("BTC-USDT").name == "mark1m"
    assert _mark("BTC-USDT").args == (("instId", "BTC-USDT"),)
    assert _mark("BTC-USDT", "1H").key == "mark1H:BTC-USDT"
    assert channels.candle("BTC-USDT").name == "candle1m"


def test_arguments_without_value_are_left_out_of_the_topic() -> None:
    assert _mark("BTC-USDT", depth=5).args == (("instId", "BTC-USDT"), ("depth", "5"))
    assert V5().arg(_mark("BTC-USDT")) == {"channel": "mark1m", "instId": "BTC-USDT"}


def test_equal_topics_are_one_topic_however_they_were_spelled() -> None:
    assert _mark("BTC-USDT") == _mark(inst_id="BTC-USDT", bar="1m")
    assert len({_mark("BTC-USDT"), _mark("BTC-USDT", "1m"), _mark("BTC-USDT", "1H")}) == 2
    assert _mark("BTC-USDT").inst_id == "BTC-USDT"


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [
        ((), {}, "channel _mark needs 'inst_id'"),
        (("BTC-USDT", "7m"), {}, "bar is not well formed: '7m'"),
        (("BTC-USDT",), {"instId": "X"}, "did you mean 'inst_id'?"),
        (("BTC-USDT",), {"depth": 5.0}, "depth must be an int"),
    ],
)
def test_wrong_topics_are_refused(args: tuple[object, ...], given: dict[str, object], said: str) -> None:
    with pytest.raises(BadParameter) as caught:
        _mark(*args, **given)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_the_declaration_of_a_channel_can_be_looked_at() -> None:
    declared = _mark("BTC-USDT").channel
    assert (declared.name, declared.endpoint, declared.auth, declared.row) == ("_mark", "business", True, _Row)
    assert declared.names == ("mark1m", "mark1H")
    assert [param.wire for param in declared.args] == ["instId", "depth"]


def test_v3_finds_the_product_of_an_instrument_in_its_shape() -> None:
    from okx_async.v3 import channels as old

    keys = [old.depth(one).key for one in ("BTC-USDT", "BTC-USD-200925", "BTC-USD-SWAP", "BTC-USD-200925-9000-C")]
    assert keys == [
        "spot/depth:BTC-USDT",
        "futures/depth:BTC-USD-200925",
        "swap/depth:BTC-USD-SWAP",
        "option/depth:BTC-USD-200925-9000-C",
    ]
    assert V3().arg(old.depth("BTC-USDT")) == "spot/depth:BTC-USDT"
