"""A push that is not quite what is declared: what can be read of it is read, the rest is counted and told."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest

from okx_async.core.drift import Drift
from okx_async.net.hub import Hub, Line
from okx_async.net.observer import Observer
from okx_async.v3 import channels as v3
from okx_async.v5 import channels as v5


def hub_of(topic: Any) -> Hub:
    return Hub(topic, cast("Line", None), Drift(), cast("Observer", None))


def test_values_of_another_json_type_are_read() -> None:
    hub = hub_of(v3.trade("BTC-USDT"))
    raw = (
        b'{"table":"spot/trade","data":[{"instrument_id":"BTC-USDT","trade_id":9007199254740993,"price":6.9E-6,'
        b'"size":"1.50","side":"buy","timestamp":"2020-07-20T08:00:00.1"}]}'
    )
    (row,) = hub.rows(raw)
    assert (row.trade_id, f"{row.price:f}", f"{row.size:f}", row.ts) == (
        "9007199254740993", "0.0000069", "1.50", 1_595_232_000_100
    )  # fmt: skip
    assert hub.undecoded == 0
    (row,) = hub_of(v5.trades("BTC-USDT")).rows(
        b'{"arg":{},"data":[{"instId":"BTC-USDT","tradeId":7,"px":"1","sz":"2","side":"buy","ts":"3","count":"1"}]}'
    )
    assert row.trade_id == "7"


def test_one_row_that_cannot_be_read_does_not_take_the_others_along(caplog: pytest.LogCaptureFixture) -> None:
    hub = hub_of(v3.ticker("BTC-USDT"))
    good, bad = b'{"instrument_id":"BTC-USDT","last":"1"}', b'{"instrument_id":"BTC-USDT","last":"soon"}'
    with caplog.at_level(logging.WARNING):
        rows = hub.rows(b'{"table":"spot/ticker","data":[' + b",".join((good, bad, good)) + b"]}")
    assert [row.last for row in rows] == [1, 1]
    assert hub.undecoded == 1
    assert "but for 2 of its rows" in caplog.text


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"data":5}', b'{"data":[5]}', b'{"table":"spot/ticker"}'])
def test_what_is_no_push_has_no_rows(raw: bytes) -> None:
    hub = hub_of(v3.ticker("BTC-USDT"))
    assert hub.rows(raw) == []
    assert hub.undecoded == 1
