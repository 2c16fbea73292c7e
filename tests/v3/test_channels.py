"""V3 channels: filters are checked, and each row of a push reaches whoever subscribed to it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from okx_async import BadParameter
from okx_async.catalogue import channels as all_channels
from okx_async.catalogue import topic_of
from okx_async.core.dialect import Ack, Push, Refusal
from okx_async.v3 import channels
from okx_async.v3.dialect import V3

OPTION = "BTC-USD-200925-9000-C"


def parts(table: str, rows: list[Any], *asked: str) -> list[tuple[str, Any]]:
    """Return the topics of a push and what each of them gets."""
    said = V3().read(orjson.dumps({"table": table, "data": rows}), asked.__contains__)
    assert isinstance(said, Push)
    return [(key, orjson.loads(frame)["data"]) for key, frame in said.parts]


@pytest.mark.parametrize(
    ("topic", "arg"),
    [
        (channels.spot_account("BTC"), "spot/account:BTC"),
        (channels.spot_order("LTC-USDT"), "spot/order:LTC-USDT"),
        (channels.futures_account("BTC"), "futures/account:BTC"),
        (channels.futures_account("BTC-USDT"), "futures/account:BTC-USDT"),
        (channels.futures_instruments(), "futures/instruments"),
        (channels.option_order("BTC-USD"), "option/order:BTC-USD"),
        (channels.index_candle("BTC-USD", 604800), "index/candle604800s:BTC-USD"),
        (channels.system_status(), "system/status"),
        (channels.candle(OPTION, 21600), f"option/candle21600s:{OPTION}"),
    ],
)
def test_a_topic_is_spelt_with_its_filter(topic: Any, arg: str) -> None:
    """By currency, instrument, underlying, index, or none; the other way round it is the same topic."""
    assert V3().arg(topic) == arg
    assert topic_of("v3", arg) == topic


@pytest.mark.parametrize(
    ("channel", "filter_", "says"),
    [
        (channels.futures_account, "BTC-USD", "BTC-USDT"),
        (channels.spot_account, "btc", "capitals|did you mean 'BTC'"),
        (channels.spot_order, "BTC-USD-SWAP", "BTC-USDT"),
        (channels.swap_order, "BTC-USD-200925", "BTC-USD-SWAP"),
        (channels.futures_mark_price, "BTC-USD-SWAP", "BTC-USD-200925"),
        (channels.option_summary, OPTION, "BTC-USD"),
    ],
)
def test_a_filter_of_another_kind_never_leaves(channel: Any, filter_: str, says: str) -> None:
    """The message shows a good one."""
    with pytest.raises(BadParameter, match=says):
        channel(filter_)


def test_every_channel_has_its_candle_sizes() -> None:
    """51 channels, 106 names."""
    rows = [row for row in all_channels() if row.dialect == "v3"]
    assert len(rows) == 106
    assert len({row.declared.channel.replace("{product}", row.channel.split("/")[0]) for row in rows}) == 51
    assert sum("candle" in row.channel for row in rows) == 60


def test_rows_of_options_reach_the_topic_of_their_underlying() -> None:
    """Whether the row names it or not."""
    for table in ("option/summary", "option/order", "option/position"):
        for row in ({"instrument_id": OPTION, "underlying": "BTC-USD"}, {"instrument_id": OPTION}):
            assert parts(table, [row]) == [(f"{table}:BTC-USD", [row])]
    assert parts("option/account", [{"currency": "BTC", "underlying": "BTC-USD"}])[0][0] == "option/account:BTC-USD"
    rows = [{"instrument_id": OPTION, "underlying": "BTC-USD"}, {"instrument_id": "ETH-USD-200925-200-P"}]
    assert [key for key, _ in parts("option/summary", rows)] == ["option/summary:BTC-USD", "option/summary:ETH-USD"]


def test_rows_of_several_currencies_are_told_apart() -> None:
    """One frame, two topics."""
    rows = [
        {"currency": "BTC", "balance": "1"},
        {"currency": "ETH", "balance": "2"},
        {"currency": "BTC", "balance": "3"},
    ]
    assert parts("spot/account", rows) == [
        ("spot/account:BTC", [rows[0], rows[2]]),
        ("spot/account:ETH", [rows[1]]),
    ]


def test_futures_accounts_find_their_topic_by_either_spelling() -> None:
    """By currency when coin-margined, by underlying when margined in USDT; the key stands in for what is not said."""
    coin, usdt = "futures/account:BTC", "futures/account:BTC-USDT"
    crossed = {"margin_mode": "crossed", "currency": "BTC", "underlying": "BTC-USD"}
    assert parts("futures/account", [{"BTC": crossed}], coin, usdt) == [(coin, [crossed])]
    assert parts("futures/account", [{"BTC": {"margin_mode": "fixed"}}], coin) == [
        (coin, [{"margin_mode": "fixed", "currency": "BTC"}])
    ]
    margined = {"margin_mode": "crossed", "currency": "USDT", "underlying": "BTC-USDT"}
    for key in ("BTC-USDT", "btc-usdt", "USDT"):
        assert parts("futures/account", [{key: margined}], coin, usdt) == [(usdt, [margined])]
    both = parts("futures/account", [{"BTC": crossed, "BTC-USDT": margined}], coin, usdt)
    assert [key for key, _ in both] == [coin, usdt]
    assert parts("futures/account", [{"BTC-USD": {"margin_mode": "fixed"}}], coin)[0][0] == coin


def test_the_list_of_contracts_is_one_list() -> None:
    """It comes as a list in a list, and it may be empty."""
    rows = [{"instrument_id": "BTC-USD-200925"}, {"instrument_id": "BTC-USD-201225"}]
    assert parts("futures/instruments", [rows]) == [("futures/instruments", rows)]
    assert parts("futures/instruments", [[]]) == [("futures/instruments", [])]


def test_an_emptied_position_is_still_told() -> None:
    """The row around an empty holding says which contract has none any more."""
    row = {
        "instrument_id": "BTC-USD-SWAP",
        "margin_mode": "crossed",
        "timestamp": "2020-07-20T08:00:00Z",
        "holding": [],
    }
    assert parts("swap/position", [row]) == [("swap/position:BTC-USD-SWAP", [row])]
    inside = {"margin_mode": "fixed", "holding": [{"instrument_id": "BTC-USD-SWAP", "side": "long", "position": "1"}]}
    assert parts("swap/position", [inside])[0][0] == "swap/position:BTC-USD-SWAP"


def test_an_id_in_small_letters_reaches_the_topic_in_capitals() -> None:
    """Algo orders come as ``ltc_usdt``; a confirmation may, too."""
    assert parts("spot/order_algo", [{"instrument_id": "ltc_usdt"}])[0][0] == "spot/order_algo:LTC-USDT"
    said = V3().read(b'{"event":"subscribe","channel":"spot/ticker:eth-usdt"}', lambda arg: False)
    assert said == Ack("subscribe", "spot/ticker:ETH-USDT")
    said = V3().read(b'{"event":"subscribe","channel":"futures/instruments"}', lambda arg: False)
    assert said == Ack("subscribe", "futures/instruments")


def test_rows_and_frames_with_nothing_in_places_are_read() -> None:
    """Null is no reason to lose a frame."""
    order = {"instrument_id": "BTC-USD-SWAP", "currency": None, "underlying": None, "holding": None}
    assert parts("swap/order", [order]) == [("swap/order:BTC-USD-SWAP", [order])]
    option = {"instrument_id": None, "underlying": "BTC-USD"}
    assert parts("option/account", [option])[0][0] == "option/account:BTC-USD"
    account = {"BTC": {"margin_mode": "fixed"}, "timestamp": "2020-07-20T08:00:00.000Z"}
    assert parts("futures/account", [account])[0][0] == "futures/account:BTC"
    frame = b'{"table":"spot/ticker","action":null,"event":null,"data":[{"instrument_id":"BTC-USDT"}]}'
    said = V3().read(frame, lambda arg: False)
    assert isinstance(said, Push)
    assert said.parts[0][0] == "spot/ticker:BTC-USDT"
    said = V3().read(b'{"event":"error","message":null,"errorCode":null}', lambda arg: False)
    assert isinstance(said, Refusal)


def test_only_what_goes_on_unchanged_is_recognised_by_its_raw_bytes() -> None:
    """A margin account must be reshaped every time, so no sink may be learned for it."""
    frame = orjson.dumps({"table": "spot/margin_account", "data": [{"instrument_id": "ETH-USDT", "currency:ETH": {}}]})
    said = V3().read(frame, lambda arg: False)
    assert isinstance(said, Push)
    assert said.key == b""
    summary = V3().read(
        orjson.dumps({"table": "option/summary", "data": [{"instrument_id": OPTION}]}), lambda arg: False
    )
    assert isinstance(summary, Push)
    assert summary.key
