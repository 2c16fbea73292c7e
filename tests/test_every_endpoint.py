"""Every endpoint there and back: its requests as the documents want them, and what the documents answer, typed.

Whether a request is right is decided by `tests.validator`, which knows the facts of the documents and nothing of the
declarations.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import orjson
import pytest

from okx_async import Endpoint, catalogue
from okx_async.core.answers import list_of
from okx_async.core.dialect import Answer, Dialect
from okx_async.core.drift import unmodelled
from okx_async.core.fields import Field, part_of, part_signature
from okx_async.facts import BEYOND
from okx_async.net.caller import _spell
from okx_async.v3.dialect import V3
from okx_async.v3.unpack import page
from okx_async.v5.dialect import V5
from okx_async.v5.params import AmendOrder, NewOrder

from .facts import SHARED
from .plausible import given, is_sequence, value_of
from .shapes import Shape, shapes
from .validator import answer, complaints

DIALECTS: dict[str, Dialect] = {"v5": V5(), "v3": V3()}
_PRICED = {"price": 1, "size": 1}
_SPOT_ROW = {"instrument_id": "BTC-USDT", "side": "buy", **_PRICED}
_ALGO = {"trigger_price": 1, "algo_price": 1}
_LINES = {"instrument_id": "BTC-USDT", "order_ids": ["7"]}
# What the documents' rules over several parameters want beside those that are always required.
BESIDE: dict[str, dict[str, Any]] = {
    "v5 public.insurance_fund": {"ccy": "BTC"},
    "v5 oauth.exchange_token": {"code": "7", "redirect_uri": "https://example.com", "code_verifier": "a" * 43},
    "v5 grid.place_order_algo": {"quote_sz": 1},
    "v5 recurring.amend_recurring_time": {"recurring_day": "1", "recurring_time": "3"},
    "v3 spot.place_order": _PRICED,
    "v3 spot.place_batch_orders": {"orders": [_SPOT_ROW]},
    "v3 spot.cancel_batch_orders": {"orders": [_LINES]},
    "v3 spot.place_algo_order": _ALGO,
    "v3 spot.algo_orders": {"status": "1"},
    "v3 margin.place_order": _PRICED,
    "v3 margin.place_batch_orders": {"orders": [{**_SPOT_ROW, "margin_trading": "2"}]},
    "v3 margin.cancel_batch_orders": {"orders": [_LINES]},
    "v3 futures.place_order": {"price": 1},
    "v3 futures.place_batch_orders": {"orders_data": [{"type_": "1", **_PRICED}]},
    "v3 futures.cancel_batch_orders": {"order_ids": ["7"]},
    "v3 futures.place_algo_order": _ALGO,
    "v3 futures.algo_orders": {"status": "1"},
    "v3 swap.place_order": {"price": 1},
    "v3 swap.place_batch_orders": {"order_data": [{"type_": "1", **_PRICED}]},
    "v3 swap.cancel_batch_orders": {"ids": ["7"]},
    "v3 swap.place_algo_order": _ALGO,
    "v3 swap.algo_orders": {"status": "1"},
    "v3 option.place_order": {"price": 1},
    "v3 option.place_batch_orders": {
        "order_data": [{"instrument_id": "BTC-USD-200925-9000-C", "side": "buy", **_PRICED}]
    },
    "v3 option.cancel_batch_orders": {"order_ids": ["7"]},
}
# What must stand in the place of a plausible value when everything is given; ``None``: what excludes the others.
_PLACED: dict[str, Any] = {"px_usd": None, "px_vol": None, "td_mode": "isolated"}
_AMENDED: dict[str, Any] = {"new_px_usd": None, "new_px_vol": None}
INSTEAD: dict[str, dict[str, Any]] = {
    "v5 trade.place_order": _PLACED,
    "v5 trade.place_batch_orders": {"orders": [given(part_signature(NewOrder), everything=True) | _PLACED]},
    "v5 trade.amend_order": _AMENDED,
    "v5 trade.amend_batch_orders": {"orders": [given(part_signature(AmendOrder), everything=True) | _AMENDED]},
    "v5 trade.order_precheck": {"td_mode": "isolated"},
    "v5 broker_nd.set_subaccount_fee_rate": {"inst_type": "SWAP", "quote_ccy_type": None},
    "v5 broker_dcd.request_quote": {"mark_up": "0.01"},
    "v5 recurring.place_order_algo": {"source": ["1"]},
    "v3 spot.cancel_batch_orders": {"orders": [_LINES]},
    "v3 spot.algo_orders": {"algo_id": None},
    "v3 margin.cancel_batch_orders": {"orders": [_LINES]},
    "v3 futures.cancel_batch_orders": {"client_oids": None},
    "v3 futures.algo_orders": {"algo_id": None},
    "v3 swap.cancel_batch_orders": {"client_oids": None},
    "v3 swap.algo_orders": {"algo_id": None},
    "v3 option.cancel_batch_orders": {"client_oids": None},
}
# Answers whose rows nobody documents, with the reason.
SILENT = {
    "v5 block.block_trades": "withdrawn",
    "v5 market.books_lite": "withdrawn on 2024-03-27",
    "v5 market.call_auction_detail": "an older spelling of the path",
    "v5 public.vip_interest_rate_loan_quota": "withdrawn",
    "v5 spread.ticker_legacy": "an older spelling of the path",
}


def name_of(row: Endpoint) -> str:
    """Return dialect, chapter and name."""
    return f"{row.dialect} {row.chapter}.{row.name}"


def shape_of(row: Endpoint) -> Shape | None:
    """Return what the documents say of an endpoint, ``None`` for the few they do not know."""
    path = f"{row.method} {row.path}"
    return shapes(row.dialect).get(f"{path} ({row.chapter})" if path in SHARED else path)


ROWS = [row for row in catalogue() if shape_of(row) is not None]
every_endpoint = pytest.mark.parametrize("row", ROWS, ids=name_of)


def least(row: Endpoint) -> dict[str, Any]:
    """Return the parameters nothing can be asked without."""
    fields = row.signature.fields
    params = given(row.signature, everything=False) | BESIDE.get(name_of(row), {})
    for group in row.one_of:
        if params.keys().isdisjoint(group):
            params[group[0]] = value_of(fields[group[0]], everything=False)
    return params


def most(row: Endpoint) -> dict[str, Any]:
    """Return every parameter that can stand beside the others; those that cannot are ``None``."""
    return given(row.signature, everything=True) | INSTEAD.get(name_of(row), {})


def check(row: Endpoint, params: dict[str, Any]) -> None:
    """Build a request, show it to the documents' validator, and see that what was left out is not there."""
    shape = shape_of(row)
    assert shape is not None
    request = row.request((), params)
    target, body = _spell(row.method, request)
    assert complaints(shape, row.method, target, body) == []
    if not row.bare_list:
        fields = row.signature.fields
        wanted = {name for name, one in fields.items() if params.get(name, one.default) is not None}
        assert set(request.fields) == {fields[name].wire for name in wanted if travels(row, fields[name])}


def travels(row: Endpoint, field: Field) -> bool:
    """Tell whether a parameter goes into query or body rather than into path or headers."""
    return f"{{{field.name}}}" not in row.path and not (field.word and field.word.header)


def test_nothing_is_missing_here() -> None:
    """Every endpoint of the documents, and every declared one but those that are known to be beyond them."""
    known = {(dialect, one.method, one.path) for dialect in ("v5", "v3") for one in shapes(dialect).values()}
    assert {(row.dialect, row.method, row.path) for row in ROWS} == known
    beyond = {(row.dialect, f"{row.method} {row.path} ({row.chapter})") for row in catalogue() if shape_of(row) is None}
    assert beyond == set(BEYOND)
    names = set(map(name_of, ROWS))
    assert names >= BESIDE.keys() | INSTEAD.keys() | SILENT.keys()


@every_endpoint
def test_the_least_that_can_be_asked_is_what_the_documents_want(row: Endpoint) -> None:
    check(row, least(row))


@every_endpoint
def test_everything_that_can_be_asked_is_what_the_documents_know(row: Endpoint) -> None:
    check(row, most(row))


@every_endpoint
def test_a_documented_answer_becomes_typed_rows_whole(row: Endpoint) -> None:
    """With every field the documents name, each of them declared."""
    shape = shape_of(row)
    assert shape is not None
    if name_of(row) in SILENT:
        assert not shape.fields, "the documents know its rows by now"
        return
    raw = answer(row.dialect, shape)
    typed = DIALECTS[row.dialect].decode(row, Answer(200, raw, row.path))
    if shape.kind == "binary" or typed is None:
        assert typed == (raw if shape.kind == "binary" else None)
        return
    data = rows_of(row, shape, raw)
    assert len(data) == (len(typed) if isinstance(typed, list) else 1)
    assert unmodelled(row.result if row.many else list_of(row.result), data) == set()


def rows_of(row: Endpoint, shape: Shape, raw: bytes) -> list[Any]:
    """Return the rows of an answer as plain values."""
    data = orjson.loads(raw if row.dialect == "v5" else (row.unpack or page)(raw) or b"")
    if row.dialect == "v5" and shape.kind != "bare-object":
        data = [data["data"]] if shape.kind == "list<string>" else data["data"]
        data = data[row.inside] if row.inside and isinstance(data, dict) else data
    return data if isinstance(data, list) else [data]


# -- values

# Offered beyond what the documents list for this very parameter, with the reason: the vocabulary of orders is one.
OFFERED = {
    "v5 trade.place_order ordType": {"op_fok"},  # listed for answers only
    "v5 trade.place_batch_orders ordType": {"op_fok"},
    "v5 trade.order_precheck ordType": {"mmp", "mmp_and_post_only", "op_fok"},  # listed where orders are placed
    "v5 algo.place_algo_order ordType": {"iceberg"},  # listed where orders are asked for
    "v5 block.create_rfq legs[].tdMode": {"spot_isolated"},  # listed where orders are placed
    "v5 block.create_quote legs[].tdMode": {"spot_isolated"},
}


def offered(hint: Any) -> set[str]:
    """Return the values an annotation lists."""
    if typing.get_origin(hint) is Literal:
        return set(map(str, typing.get_args(hint)))
    return {value for member in typing.get_args(hint) for value in offered(member)}


def choices(shape: Shape, fields: Mapping[str, Field], prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the name, the offered and the documented values of every parameter for which both list some."""
    for field in fields.values():
        part, name = part_of(field.hint), prefix + field.wire
        if part is not None:
            inner = f"{name}[]." if f"{name}[]" in shape.params or is_sequence(field.hint) else f"{name}."
            whole = field.word is not None and field.word.whole
            yield from choices(shape, part_signature(part).fields, "" if whole else inner)
        elif name in shape.params and shape.params[name].values and offered(field.hint):
            yield name, offered(field.hint), set(shape.params[name].values)


def test_the_values_on_offer_are_the_documented_ones() -> None:
    """Both ways, parts included: nothing is made up, and nothing is left for the caller to find out."""
    compared, beyond = 0, {}
    for row in ROWS:
        shape = shape_of(row)
        assert shape is not None
        for name, here, said in choices(shape, row.signature.fields):
            compared += 1
            assert said <= here, f"{name_of(row)} {name} lacks {said - here}"
            if here - said:
                beyond[f"{name_of(row)} {name}"] = here - said
    assert beyond == OFFERED
    assert compared > 350


# -- the validator must be able to say no

SPOILT: list[tuple[str, str, bytes | None, str]] = [
    ("GET /api/v5/market/ticker", "/api/v5/market/ticker", None, "query parameter instId is missing"),
    ("GET /api/v5/market/ticker", "/api/v5/market/ticker?instId=", None, "is no string"),
    ("GET /api/v5/market/ticker", "/api/v5/market/ticker?instId=A&x=1", None, "nobody knows query parameter x"),
    ("GET /api/v5/market/ticker", "/api/v5/market/ticker?instId=A&instId=B", None, "stands twice"),
    ("GET /api/v5/market/ticker", "/api/v5/market/tickers?instId=A", None, "path /api/v5/market/tickers"),
    ("GET /api/v5/market/ticker", "/api/v5/market/ticker?instId=A", b"{}", "a GET with a body"),
    ("GET /api/v5/account/positions-history", "/api/v5/account/positions-history?limit=101", None, "more than 100"),
    ("GET /api/v5/account/positions-history", "/api/v5/account/positions-history?after=7", None, "no ms-timestamp"),
    ("GET /api/v5/account/positions-history", "/api/v5/account/positions-history?mgnMode=x", None, "is none of cross"),
    ("POST /api/v5/trade/cancel-order", "/api/v5/trade/cancel-order", b'{"ordId":"7"}', "instId is missing"),
    ("POST /api/v5/trade/cancel-order", "/api/v5/trade/cancel-order", b'{"instId":7}', "is no string"),
    ("POST /api/v5/trade/cancel-order", "/api/v5/trade/cancel-order", b"[]", "the body is a list"),
    ("POST /api/v5/trade/cancel-order", "/api/v5/trade/cancel-order?instId=A", b'{"instId":"A"}', "nobody knows query"),
    ("POST /api/v5/trade/cancel-batch-orders", "/api/v5/trade/cancel-batch-orders", b"{}", "no list"),
    (
        "POST /api/v5/trade/cancel-batch-orders",
        "/api/v5/trade/cancel-batch-orders",
        b'[{"x":"1"}]',
        "nobody knows body",
    ),
    (
        "POST /api/v5/trade/cancel-batch-orders",
        "/api/v5/trade/cancel-batch-orders",
        orjson.dumps([{"instId": "A"}] * 21),
        "21 items are more than 20",
    ),
    (
        "POST /api/v5/trade/order",
        "/api/v5/trade/order",
        b'{"instId":"A","tdMode":"cash","side":"buy","ordType":"limit","sz":1}',
        "sz=1 is no string-number",
    ),
    (
        "POST /api/v5/trade/order",
        "/api/v5/trade/order",
        b'{"instId":"A","tdMode":"cash","side":"buy","ordType":"limit","sz":"1","reduceOnly":"true"}',
        "reduceOnly='true' is no bool",
    ),
    (
        "POST /api/v5/trade/order",
        "/api/v5/trade/order",
        b'{"instId":"A","tdMode":"cash","side":"buy","ordType":"limit","sz":"1","attachAlgoOrds":[{"tpOrdPx":7}]}',
        "attachAlgoOrds[].tpOrdPx=7 is no string-number",
    ),
]


@pytest.mark.parametrize(("name", "target", "body", "complaint"), SPOILT)
def test_the_validator_finds_what_is_wrong(name: str, target: str, body: bytes | None, complaint: str) -> None:
    found = complaints(shapes("v5")[name], name.split()[0], target, body)
    assert any(complaint in one for one in found), found


def test_the_validator_knows_v3s_times_and_methods() -> None:
    name = "GET /api/spot/v3/instruments/{instrument_id}/candles"
    path = "/api/spot/v3/instruments/BTC-USDT/candles"
    shape = shapes("v3")[name]
    assert complaints(shape, "GET", f"{path}?start=2020-07-20T08%3A00%3A00.123Z", None) == []
    assert complaints(shape, "GET", f"{path}?start=1597026383085", None) == ["start='1597026383085' is no iso"]
    assert complaints(shape, "POST", path, b"{}") == ["method POST"]
