"""V5's real REST answers and pushes decode into their typed rows with no field left unmodelled."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from okx_async import Endpoint, OkxError, OrderBook, Verdict, catalogue
from okx_async.catalogue import topic_of
from okx_async.core.answers import decoder_for, list_of
from okx_async.core.dialect import Answer, Dialect
from okx_async.core.drift import unmodelled
from okx_async.core.numeric import blank_to_null
from okx_async.v3.dialect import V3
from okx_async.v5.dialect import V5

DATA = Path(__file__).parent / "data"
DIALECTS: dict[str, Dialect] = {"v5": V5(), "v3": V3()}
ENDPOINTS = {(row.dialect, row.method, row.path): row for row in catalogue()}
# Samples that are not what the exchange sends, by the name of the record, with the reason.
LEFT_OUT = {
    "Test_parseKLineSliceJSON:in": "a unit test of another client that feeds broken rows",
    "demo get-public-borrow-history-btc.json": "a refusal: see test_samples_rest.py",
    "Financial/DualInvestment/get-products-live-wrapper-shape": "rows one level deeper: see test_samples_rest.py",
}


def records(pattern: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the dialect and each record of the files that match."""
    for path in sorted(DATA.glob(pattern)):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as lines:
            for line in lines:
                yield path.relative_to(DATA).parts[0], json.loads(line)


def rest_samples() -> list[Any]:
    """Return every REST answer whose endpoint is declared; private ones of one client are in `test_samples_private`."""
    samples: list[Any] = []
    for dialect, record in (*records("v5/rest/*"), *public_answers()):
        endpoint = ENDPOINTS.get((dialect, record["method"], record["path"]))
        if endpoint is not None and record.get("name") not in LEFT_OUT:
            name = f"{dialect} {endpoint.chapter}.{endpoint.name} {len(samples)}"
            samples.append(pytest.param(dialect, endpoint, record["response"], id=name))
    return samples


def public_answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the answers with rows that one client's tests give to public requests."""
    for dialect, record in records("v5/requests_go-okx.jsonl"):
        endpoint = ENDPOINTS.get((dialect, record["method"], record["path"]))
        if endpoint is not None and not endpoint.auth and (record.get("response") or {}).get("data"):
            yield dialect, record


def push_samples() -> list[Any]:
    """Return every push whose channel is declared."""
    samples: list[Any] = []
    for dialect, record in records("v5/ws_fixtures/*.jsonl"):
        message = record["message"]
        if not isinstance(message, dict) or "data" not in message or record["context"] in LEFT_OUT:
            continue
        arg = message.get("arg") or f"{message.get('table')}:{message['data'][0].get('instrument_id')}"
        topic = topic_of(dialect, arg)
        if topic is not None:
            samples.append(pytest.param(topic, message, id=f"{dialect} {topic.key} {len(samples)}"))
    return samples


@pytest.mark.parametrize(("dialect", "endpoint", "response"), rest_samples())
def test_a_rest_answer_decodes_whole(dialect: str, endpoint: Endpoint, response: Any) -> None:
    """Typed rows, and every field of the answer is declared."""
    raw = orjson.dumps(response)
    DIALECTS[dialect].decode(endpoint, Answer(200, raw, endpoint.path))
    data = response["data"] if dialect == "v5" else response
    many = isinstance(data, list) and str(endpoint.result).startswith("list")
    shape = endpoint.result if many else list_of(endpoint.result)
    assert unmodelled(shape, data if isinstance(data, list) else [data]) == set()


@pytest.mark.parametrize(("topic", "message"), push_samples())
def test_a_push_decodes_whole(topic: Any, message: dict[str, Any]) -> None:
    """Typed rows, and every field of the push is declared."""
    decoder_for(list_of(topic.row)).decode(blank_to_null(orjson.dumps(message["data"])))
    assert unmodelled(list_of(topic.row), message["data"]) == set()


@pytest.mark.parametrize(
    ("topic", "message"),
    [sample for sample in push_samples() if sample.values[0].channel.book is not None and sample.values[1]["data"]],
)
def test_a_book_push_is_understood_by_a_book(topic: Any, message: dict[str, Any]) -> None:
    """A lone frame is a snapshot, a full picture, or an update that must wait: never an unreadable one.

    Snapshots that their authors shortened do not fit their checksums; the book says so rather than serving them.
    """
    book = OrderBook(topic.key)
    verdict = book.feed(orjson.dumps(message))
    unreadable = "cannot be read" in book.cause or "not a price" in book.cause
    assert not unreadable
    expected = {Verdict.IGNORED} if message.get("action") == "update" else {Verdict.SNAPSHOT, Verdict.BROKEN}
    assert verdict in expected


@pytest.mark.parametrize("record", [record for _, record in records("v3/rest/errors.jsonl")])
def test_an_error_body_of_v3_becomes_a_typed_error(record: dict[str, Any]) -> None:
    """Success is decided by the codes, never by ``result``."""
    endpoint = ENDPOINTS["v3", "GET", "/api/spot/v3/instruments"]
    with pytest.raises(OkxError):
        V3().decode(endpoint, Answer(400, orjson.dumps(record["response"]), endpoint.path))
    with pytest.raises(msgspec.MsgspecError):
        decoder_for(endpoint.result).decode(orjson.dumps(record["response"]))
