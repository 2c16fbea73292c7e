"""Whatever an exchange, a proxy or a recording says: V3 answers with rows or an error of ours, never with a crash."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okx_async import OkxError
from okx_async.client import OKEx
from okx_async.core.answers import UNREADABLE
from okx_async.core.dialect import Answer
from okx_async.core.endpoint import Endpoint
from okx_async.v3.dialect import V3

ENDPOINTS = list(OKEx.endpoints())
KEYS = st.sampled_from(
    (
        *(
            "result",
            "error_code",
            "code",
            "error_message",
            "message",
            "data",
            "info",
            "holding",
            "order_info",
            "order_id",
        ),
        *(
            "order_ids",
            "ids",
            "client_oids",
            "algo_ids",
            "algo_id",
            "orderStrategyVOS",
            "instrument_id",
            "currency:BTC",
        ),
        *(
            "btc_usdt",
            "BTC-USD-200925",
            "account_type:spot",
            "margin_mode",
            "timestamp",
            "currency",
            "underlying",
            "BTC",
        ),
    )
)
TABLES = st.sampled_from(
    ("spot/ticker", "spot/depth", "futures/account", "futures/instruments", "spot/margin_account", "swap/position", "x")
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(("", "1", "-1", "x"))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
CHECKED = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda row: f"{row.chapter}.{row.name}")
def test_every_endpoint_answers_anything_with_rows_or_an_error(endpoint: Endpoint) -> None:
    @CHECKED
    @given(VALUES, st.sampled_from((200, 400, 503)))
    def holds(value: Any, status: int) -> None:
        answer = Answer(status, json.dumps(value).encode(), f"{endpoint.method} {endpoint.path}")
        with contextlib.suppress(OkxError):
            V3().decode(endpoint, answer)

    holds()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.fixed_dictionaries({}, optional={
    "table": TABLES | VALUES, "action": VALUES, "event": st.sampled_from(("subscribe", "login", "error")) | VALUES,
    "channel": VALUES, "errorCode": VALUES, "message": VALUES, "success": VALUES, "data": VALUES,
}))  # fmt: skip
def test_every_frame_is_read_as_something(frame: dict[str, Any]) -> None:
    dialect = V3()
    raw = json.dumps(frame).encode()
    said = dialect.read(raw, lambda topic: False)
    assert said is not None
    for topic, part in getattr(said, "parts", ()):
        assert topic
        json.loads(part)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_read_as_strange(raw: bytes) -> None:
    with contextlib.suppress(*UNREADABLE):
        json.loads(raw)
        return
    assert V3().read(raw, lambda topic: False) is not None
    with pytest.raises(OkxError):
        V3().decode(ENDPOINTS[0], Answer(200, raw, "GET /x"))
