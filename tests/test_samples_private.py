"""Private answers and pushes that others wrote down decode into typed rows, with nothing unmodelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from okx_async import BadRequest, Endpoint, Refused, catalogue
from okx_async.catalogue import topic_of
from okx_async.core.answers import decoder_for, list_of
from okx_async.core.channel import Topic
from okx_async.core.dialect import Answer
from okx_async.core.drift import unmodelled
from okx_async.core.numeric import blank_to_null
from okx_async.v5.dialect import V5

DATA = Path(__file__).parent / "data" / "v5"
ENDPOINTS = {(row.method, row.path): row for row in catalogue() if row.dialect == "v5"}
# Records that are not what the exchange sends, by name, with the reason.
LEFT_OUT = {
    "fetchBalance": "a comment in another client with a blank inside a number",
    "fetchOrder Spot and Swap": "a comment in another client with a blank inside a number",
    "Algo/attached-algo-trailing-stop-orders": "a list of attached orders without the answer around it",
    "Trade/attached-algo-trailing-stop-orders": "a list of attached orders without the answer around it",
}
# Fields that no row has, by record, with the reason.
UNMODELLED = {
    "GetEstimatedLeverageInfo": ({"estMaxWd"}, "an invented answer"),
    "http_get_trade_fee_response": ({"uly"}, "a field of 2021 that was always empty"),
    "Block/get-rfqs": ({"reason"}, "an answer its author put together; quotes have this field, RFQs do not"),
    "Block/create-rfq-response": ({"reason"}, "an answer its author put together"),
    "http_get_spread_trades": ({"fee", "feeCcy"}, "an invented answer; fees belong to the legs"),
    "SetAccountMode": ({"isoMode"}, "the answer of another endpoint"),
    "DeleteSubAccountApiKey": ({"apiKey"}, "an invented answer"),
    "v5/account_instruments_service_test.go": ({"category"}, "a field of 2021, withdrawn since"),
    "TestOrderPushData:Balance And Position": ({"posData.uTIme"}, "a misspelt name"),
    "TestOrderPushData:Balance Save Error": ({"posData.uTIme"}, "a misspelt name"),
    "TestOrderPushData:Spot Grid Algo Orders": ({"triggerTime"}, "a field of 2022; it moved into triggerParams"),
    "TestOrderPushData:Algo Orders": ({"px"}, "a field of 2022; the documents name ordPx"),
    "TestOrderPushData:Position Risk": (
        {
            *("adl", "availPos", "avgPx", "deltaBS", "deltaPA", "gammaBS", "gammaPA", "imr", "interest", "last"),
            *("liab", "liabCcy", "liqPx", "margin", "mmr", "notionalUsd", "optVal", "thetaBS", "thetaPA", "tradeId"),
            *("upl", "uplRatio", "vegaBS", "vegaPA"),
        },
        "the channel of 2022 repeated whole positions",
    ),
}


def name_of(record: dict[str, Any]) -> str:
    """Return what a record is called in its source."""
    return str(record.get("name") or record.get("context") or record["source_path"])


def records(pattern: str) -> Iterator[dict[str, Any]]:
    """Yield each record of the files that match."""
    for path in sorted(DATA.glob(pattern)):
        yield from map(json.loads, path.read_text().splitlines())


def says_no(response: dict[str, Any]) -> bool:
    """Tell whether an answer, or the one row of an answer with code 0, is a refusal."""
    rows = response.get("data") or []
    return str(response["code"]) != "0" or any(row.get("sCode", "0") != "0" for row in rows if isinstance(row, dict))


def answers(*, refused: bool) -> list[Any]:
    """Return the answers that were granted, or those that were refused."""
    found: list[Any] = []
    for record in (*records("rest_private/*.jsonl"), *records("requests_go-okx.jsonl")):
        endpoint = ENDPOINTS.get((record["method"], record["path"]))
        if endpoint is None or not endpoint.auth or record.get("response") is None or name_of(record) in LEFT_OUT:
            continue
        if says_no(record["response"]) == refused:
            found.append(pytest.param(endpoint, record, id=f"{endpoint.chapter}.{endpoint.name} {len(found)}"))
    return found


def pushes() -> list[Any]:
    """Return the pushes of every channel that needs a login."""
    found: list[Any] = []
    for record in records("ws_private/*.jsonl"):
        message = record["message"]
        topic = topic_of("v5", message.get("arg")) if isinstance(message, dict) and "data" in message else None
        if topic is not None:
            found.append(pytest.param(topic, record, id=f"{topic.key} {len(found)}"))
    return found


def expected_gap(record: dict[str, Any]) -> set[str]:
    """Return the fields of a record that are known not to be modelled."""
    return UNMODELLED.get(name_of(record), (set(), ""))[0]


@pytest.mark.parametrize(("endpoint", "record"), answers(refused=False))
def test_an_answer_decodes_whole(endpoint: Endpoint, record: dict[str, Any]) -> None:
    """Typed rows, and every field of the answer is declared or listed above with the reason."""
    response = record["response"]
    V5().decode(endpoint, Answer(200, orjson.dumps(response), f"{endpoint.method} {endpoint.path}"))
    shape = endpoint.result if endpoint.many else list_of(endpoint.result)
    assert unmodelled(shape, response["data"]) == expected_gap(record)


@pytest.mark.parametrize(("endpoint", "record"), answers(refused=True))
def test_a_refused_item_raises_its_own_code(endpoint: Endpoint, record: dict[str, Any]) -> None:
    """The general code 1 is never what a caller sees when a row says why; batches hand the rows over."""
    response = record["response"]
    answer = Answer(200, orjson.dumps(response), f"{endpoint.method} {endpoint.path}")
    if endpoint.batch:
        assert [row.s_code for row in V5().decode(endpoint, answer)] == [row["sCode"] for row in response["data"]]
        return
    with pytest.raises(Refused) as caught:
        V5().decode(endpoint, answer)
    rows = [row for row in response.get("data") or () if row.get("sCode", "0") != "0"]
    code, msg = (rows[0]["sCode"], rows[0]["sMsg"]) if rows else (response["code"], response["msg"])
    assert caught.value.code == code
    assert caught.value.msg.startswith(msg)


def test_a_refused_order_keeps_its_class_and_finer_code() -> None:
    """Known codes of items become the same classes as known codes of answers; the finer code is in the text."""
    by_name = {name_of(one.values[1]): one.values for one in answers(refused=True)}
    for name, kind, text in (
        ("spot_cash_rejected_51000_tdmode", BadRequest, "Parameter tdMode error"),
        ("Trade/rest-place-order-with-subcode", Refused, "[54070]"),
    ):
        endpoint, record = by_name[name]
        with pytest.raises(kind) as caught:
            V5().decode(endpoint, Answer(200, orjson.dumps(record["response"]), endpoint.path))
        assert text in str(caught.value)


@pytest.mark.parametrize(("topic", "record"), pushes())
def test_a_push_decodes_whole(topic: Topic[Any], record: dict[str, Any]) -> None:
    """Typed rows, and every field of the push is declared or listed above with the reason."""
    data = record["message"]["data"]
    decoder_for(list_of(topic.row)).decode(blank_to_null(orjson.dumps(data)))
    assert unmodelled(list_of(topic.row), data) == expected_gap(record)


def test_the_samples_are_there() -> None:
    """An empty list of samples would pass everything."""
    assert len(answers(refused=False)) >= 140
    assert len(answers(refused=True)) >= 5
    assert len(pushes()) >= 30
