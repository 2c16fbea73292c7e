"""What a declaration may say beyond its signature: deprecated, one of several parameters, parts, tradable or not."""

from __future__ import annotations

import importlib
from decimal import Decimal
from typing import Any

import msgspec
import orjson
import pytest

from okx_async.core.channel import Topic, channel
from okx_async.core.dialect import Answer
from okx_async.core.drift import unmodelled
from okx_async.core.endpoint import Request, Section, get
from okx_async.core.row import V5Row
from okx_async.core.throttle import Limit
from okx_async.core.words import InstId
from okx_async.errors import BadAnswer, BadParameter, Refused, Unavailable
from okx_async.v5 import channels
from okx_async.v5.dialect import V5
from okx_async.v5.rest.public import Public


class _Row(V5Row, frozen=True):
    px: Decimal | None = None


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    ts: int
    px: Decimal | None = None


class _Part(Section, dialect="v5", chapter="desk"):
    @get("/api/v5/desk/row", limit=Limit(1, 1, "ip"), one_of=(("inst_id", "inst_family"),))
    async def row(self, inst_id: InstId | None = None, inst_family: str | None = None) -> _Row:
        """One row."""
        raise NotImplementedError

    @get("/api/v5/desk/columns", limit=None)
    async def columns(self) -> _Columns:
        """One row of columns."""
        raise NotImplementedError

    @get("/api/v5/desk/binary", limit=None)
    async def binary(self) -> bytes:
        """Bytes."""
        raise NotImplementedError


class _Desk(_Part, dialect="v5", chapter="desk"):
    @get("/api/v5/desk/old", limit=None, deprecated="use desk.row")
    async def old(self) -> list[_Row]:
        """Rows of old."""
        raise NotImplementedError


ROWS = {one.name: one for one in _Desk.endpoints}


async def _perform(request: Request) -> Any:
    return request.path


def test_a_chapter_may_be_spread_over_several_classes() -> None:
    """The endpoints of the base come first, and both have the same chapter."""
    assert list(ROWS) == ["row", "columns", "binary", "old"]
    assert {one.chapter for one in _Desk.endpoints} == {"desk"}


async def test_a_deprecated_endpoint_warns_and_names_its_successor() -> None:
    """It still works, and the others are silent (a warning would be an error here)."""
    desk = _Desk(_perform)
    with pytest.warns(DeprecationWarning, match=r"desk\.old is deprecated: use desk\.row") as caught:
        assert await desk.old() == "/api/v5/desk/old"  # type: ignore[comparison-overlap]
    assert caught[0].filename == __file__
    assert await desk.row("BTC-USDT") == "/api/v5/desk/row"  # type: ignore[comparison-overlap]


def test_one_of_several_parameters_is_needed() -> None:
    """At least one of a group, and the message names them all."""
    assert dict(ROWS["row"].request((), {"inst_family": "BTC-USD"}).fields) == {"instFamily": "BTC-USD"}
    with pytest.raises(BadParameter, match="desk.row needs one of 'inst_id', 'inst_family'"):
        ROWS["row"].request((), {"inst_id": None})
    with pytest.raises(BadParameter, match="option_trades needs one of 'inst_id', 'inst_family'"):
        channels.option_trades()
    topic = channels.option_trades(inst_family="BTC-USD")
    assert topic.args == (("instType", "OPTION"), ("instFamily", "BTC-USD"))


@pytest.mark.parametrize(
    ("name", "given", "lacking"),
    [
        ("instruments", {"inst_type": "OPTION"}, "inst_family"),
        ("instruments", {"inst_type": "EVENTS"}, "series_id"),
        ("open_interest", {"inst_type": "OPTION"}, "inst_family"),
        ("position_tiers", {"inst_type": "SWAP", "td_mode": "cross"}, "inst_family"),
        ("insurance_fund", {"inst_type": "MARGIN"}, "ccy"),
        ("insurance_fund", {"inst_type": "FUTURES"}, "inst_family"),
    ],
)
def test_what_one_value_needs_beside_it_is_asked_for_before_sending(
    name: str, given: dict[str, str], lacking: str
) -> None:
    """The exchange would only say that a parameter is empty."""
    endpoint = next(one for one in Public.endpoints if one.name == name)
    with pytest.raises(BadParameter, match=f"needs '{lacking}' beside it"):
        endpoint.request((), given)
    assert endpoint.request((), {**given, lacking: "BTC-USD"}).fields


# -- answers that are no list of rows


def _decode(name: str, data: Any, status: int = 200) -> Any:
    raw = data if isinstance(data, bytes) else orjson.dumps({"code": "0", "msg": "", "data": data})
    return V5().decode(ROWS[name], Answer(status, raw, "GET /"))


def test_one_row_may_come_bare_or_in_a_list() -> None:
    """Some endpoints send an object where others send a list of one."""
    assert _decode("row", {"px": "1"}) == _decode("row", [{"px": "1"}]) == _Row(px=Decimal(1))
    with pytest.raises(BadAnswer, match="no row"):
        _decode("row", [])
    assert _decode("columns", ["5", "1.50"]) == _Columns(5, Decimal("1.50"))


def test_binary_answers_are_left_alone_and_refusals_are_found() -> None:
    """SBE comes as it is; JSON is what the exchange says instead of it."""
    assert _decode("binary", b"\x7b\x00\xee\x03") == b"\x7b\x00\xee\x03"
    with pytest.raises(Refused) as caught:
        _decode("binary", b'{"code":"51000","msg":"Parameter instIdCode error","data":[]}')
    assert caught.value.code == "51000"
    with pytest.raises(BadAnswer, match="JSON instead of binary"):
        _decode("binary", [])
    with pytest.raises(Unavailable):
        _decode("binary", b"<html>", 502)


def test_columns_that_are_not_declared_are_found() -> None:
    """A row of columns that grew is drift, too."""
    assert unmodelled(list[_Columns], [["1", "2"], ["1", "2", "3", "4"]]) == {"[2]", "[3]"}
    assert unmodelled(list[_Columns], [["1"]]) == set()


# -- channels


@channel("old", endpoint="public", deprecated="use new")
def _old(inst_id: InstId) -> Topic[_Row]:
    """Old rows."""
    raise NotImplementedError


def test_a_deprecated_channel_warns() -> None:
    """It still makes a topic."""
    with pytest.warns(DeprecationWarning, match="the channel old is deprecated: use new") as caught:
        assert _old("BTC-USDT").key == "old:BTC-USDT"
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("topic", "inst_id", "subject"),
    [
        (channels.tickers("BTC-USDT"), "BTC-USDT", "BTC-USDT"),
        (channels.index_tickers("BTC-USD"), "", "BTC-USD"),
        (channels.index_candle("BTC-USD"), "", "BTC-USD"),
        (channels.sprd_tickers("BTC-USDT_BTC-USDT-SWAP"), "", "BTC-USDT_BTC-USDT-SWAP"),
        (channels.instruments("SPOT"), "", ""),
    ],
    ids=str,
)
def test_only_tradable_instruments_are_looked_up(topic: Topic[Any], inst_id: str, subject: str) -> None:
    """An index and a spread are in no list of instruments, so they must not be called unknown."""
    assert (topic.inst_id, topic.subject) == (inst_id, subject)


@pytest.mark.parametrize("bad", ["BTC-USDT", "btc-usdt_btc-usdt-swap", "BTC-USDT_", ""])
def test_a_spread_id_joins_two_legs(bad: str) -> None:
    """What can never be a spread is refused before anything is sent."""
    with pytest.raises(BadParameter, match="sprd_id"):
        channels.sprd_tickers(bad)


@pytest.mark.parametrize(("make", "bar"), [(channels.index_candle, "1s"), (channels.mark_price_candle, "1Y")])
def test_each_family_of_candles_has_its_own_sizes(make: Any, bar: str) -> None:
    """Only traded instruments have bars of a second, and only mark prices have one of a year."""
    with pytest.raises(BadParameter, match="bar"):
        make("BTC-USD", bar)
    assert channels.candle("BTC-USDT", "1s").name == "candle1s"
    assert channels.mark_price_candle("BTC-USDT", "1Yutc").name == "mark-price-candle1Yutc"


def test_rooms_of_channels_are_loaded_on_demand_and_shown_by_dir() -> None:
    """Every room's channels are offered, each from its own room, and a wrong name is an AttributeError."""
    for room in ("block", "market", "public", "spread", "system"):
        module = importlib.import_module(f"okx_async.v5.channels.{room}")
        for name in module.__all__:
            assert name in dir(channels)
            assert name in channels.__all__
            assert getattr(channels, name) is getattr(module, name)
    with pytest.raises(AttributeError, match="no channel 'tikers'; did you mean 'tickers'"):
        getattr(channels, "tikers")  # noqa: B009 - a type checker finds it, too
