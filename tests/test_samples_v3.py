"""V3's real answers and pushes become typed rows with no field left unmodelled, in the way the client takes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from okx_async import Endpoint, OrderBook, Verdict, catalogue
from okx_async.catalogue import topic_of
from okx_async.core.answers import decoder_for, list_of
from okx_async.core.dialect import Answer, Push
from okx_async.core.drift import unmodelled
from okx_async.core.numeric import blank_to_null
from okx_async.v3.dialect import V3
from okx_async.v3.unpack import page

DATA = Path(__file__).parent / "data/v3"
ENDPOINTS = {(row.method, row.path): row for row in catalogue() if row.dialect == "v3"}
# Samples that are not what the exchange sends, by the name of the record, with the reason.
LEFT_OUT = {
    "fetchOHLCV futures": "a comment in another client that writes the time as a number",
}
# Channels that the documents of 2020 do not have, with the reason.
LATER = {"option/trades": "a channel of 2021, not in the documents"}


def records(pattern: str) -> Iterator[dict[str, Any]]:
    """Yield each record of the files that match."""
    for path in sorted(DATA.glob(pattern)):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as lines:
            for line in lines:
                yield json.loads(line)


def answers() -> Iterator[Any]:
    """Yield every sampled answer with its endpoint."""
    for number, record in enumerate(records("rest/GET*")):
        path = record["path"]
        if "option/v3/instruments/" in path:
            path = "/api/option/v3/instruments/{underlying}"
        if record["name"] not in LEFT_OUT:
            endpoint = ENDPOINTS[record["method"], path]
            yield pytest.param(endpoint, record["response"], id=f"{endpoint.chapter}.{endpoint.name} {number}")
    for record in records("rest/POST*"):
        endpoint = ENDPOINTS[record["method"], record["path"]]
        yield pytest.param(endpoint, record["response"], id=f"{endpoint.chapter}.{endpoint.name}")


def pushes() -> Iterator[Any]:
    """Yield every sampled push."""
    for number, record in enumerate(records("ws_fixtures/*.jsonl")):
        message = record["message"]
        if not isinstance(message, dict) or "data" not in message or record["context"] in LEFT_OUT:
            continue
        if message["table"] not in LATER:
            yield pytest.param(message, id=f"{message['table']} {number}")


def nobody(arg: str) -> bool:
    """Nothing is subscribed."""
    return False


@pytest.mark.parametrize(("endpoint", "response"), list(answers()))
def test_an_answer_becomes_typed_rows_whole(endpoint: Endpoint, response: Any) -> None:
    """Typed rows, and every field of the answer is declared."""
    raw = orjson.dumps(response)
    typed = V3().decode(endpoint, Answer(200, raw, endpoint.path))
    rows = orjson.loads((endpoint.unpack or page)(raw) or b"")
    assert isinstance(typed, list) == isinstance(rows, list)
    if isinstance(typed, list):
        assert len(typed) == len(rows) > 0
    shape = endpoint.result if endpoint.many else list_of(endpoint.result)
    assert unmodelled(shape, rows if endpoint.many else [rows]) == set()


@pytest.mark.parametrize("message", list(pushes()))
def test_a_push_finds_its_topic_and_becomes_typed_rows_whole(message: dict[str, Any]) -> None:
    """A declared channel and a filter for every frame, typed rows, and every field is declared."""
    said = V3().read(orjson.dumps(message), nobody)
    assert isinstance(said, Push)
    for key, frame in said.parts:
        topic = topic_of("v3", key)
        assert topic is not None
        assert topic.key == key
        assert bool(topic.args) == bool(topic.channel.args)
        rows = orjson.loads(frame)["data"]
        assert len(decoder_for(list_of(topic.row)).decode(blank_to_null(orjson.dumps(rows)))) == len(rows)
        assert unmodelled(list_of(topic.row), rows) == set()
    assert sum(len(orjson.loads(frame)["data"]) for _, frame in said.parts) == len(message["data"])


@pytest.mark.parametrize(
    "message", [sample for sample in pushes() if "depth" in sample.values[0]["table"] and sample.values[0]["data"]]
)
def test_a_book_push_is_understood_by_a_book(message: dict[str, Any]) -> None:
    """A lone frame is a snapshot, a full picture, or an update that must wait: never an unreadable one.

    Snapshots that their authors shortened do not fit their checksums; the book says so rather than serving them.
    """
    book = OrderBook("depth")
    verdict = book.feed(orjson.dumps(message))
    unreadable = "cannot be read" in book.cause or "not a price" in book.cause
    assert not unreadable
    expected = {Verdict.IGNORED} if message.get("action") == "update" else {Verdict.SNAPSHOT, Verdict.BROKEN}
    assert verdict in expected


def test_every_reason_to_leave_a_sample_out_is_still_one() -> None:
    """A name that no sample has any more would hide nothing but look as if it did."""
    names = {record["name"] for record in records("rest/*")} | {
        record["context"] for record in records("ws_fixtures/*.jsonl")
    }
    tables = {record["message"].get("table") for record in records("ws_fixtures/*.jsonl")}
    assert set(LATER) <= tables
    assert set(LEFT_OUT) <= names
