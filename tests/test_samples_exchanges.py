"""Small sessions others recorded or wrote down: what was sent is what is sent here, and every reply is understood."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from okx_async import BadParameter, Endpoint, catalogue
from okx_async.catalogue import topic_of
from okx_async.core.answers import decoder_for, list_of, row_type
from okx_async.core.channel import Topic
from okx_async.core.dialect import Ack, Answer, LoggedIn, Push, Reply
from okx_async.core.drift import unmodelled
from okx_async.core.endpoint import Request
from okx_async.core.numeric import blank_to_null
from okx_async.v5.dialect import V5
from okx_async.v5.ops import OPS

from . import test_samples, test_samples_private
from .test_request_vectors import by_python_name, python_value

DATA = Path(__file__).parent / "data"


def records(name: str) -> list[dict[str, Any]]:
    """Return the records of one file."""
    return [json.loads(line) for line in (DATA / "v5" / name).read_text().splitlines()]


def exchanges() -> list[Any]:
    """Return every session."""
    return [pytest.param(one, id=one["name"]) for one in records("ws_exchanges.jsonl")]


def topics(frame: dict[str, Any]) -> list[Topic[Any]]:
    """Return what a frame subscribes."""
    found = [topic_of("v5", arg) for arg in frame["args"]]
    assert None not in found, "a channel that is not declared"
    return [topic for topic in found if topic is not None]


def operation(frame: dict[str, Any]) -> Request:
    """Return the checked request of an operation's frame."""
    twin = OPS[frame["op"]].twin
    fields = twin.signature.fields
    if twin.bare_list:
        whole = next(iter(fields.values()))
        return twin.request((), {whole.name: python_value(whole, frame["args"])})
    return twin.request((), by_python_name(fields, frame["args"][0]))


def same_frame(frame: dict[str, Any]) -> None:
    """Check that this client sends the same; orders name their instrument by number since 2026."""
    if frame["op"] == "subscribe":
        here = orjson.loads(V5().control("subscribe", topics(frame), "1"))
        assert here["args"] == frame["args"]
        return
    here = orjson.loads(OPS[frame["op"]].frame(operation(frame), frame["id"], lambda _: 7))
    numbered = [{**{n: v for n, v in arg.items() if n != "instId"}, "instIdCode": 7} for arg in frame["args"]]
    assert here == {**frame, "args": numbered}


@pytest.mark.parametrize("session", exchanges())
def test_a_session_is_sent_and_understood(session: dict[str, Any]) -> None:
    """Subscriptions word by word; acknowledgements, pushes and replies as typed rows with nothing unmodelled."""
    wanted = [topic for frame in session["sent"] if frame["op"] == "subscribe" for topic in topics(frame)]
    for frame in session["sent"]:
        if frame["op"] == "subscribe":
            same_frame(frame)
    asked = {V5().arg_key(topic): topic for topic in wanted}
    for message in session["received"]:
        raw = orjson.dumps(message)
        said = V5().read(raw, asked.__contains__)
        if message.get("event") == "login":
            assert isinstance(said, LoggedIn)
        elif message.get("event") == "subscribe":
            assert isinstance(said, Ack)
            assert said.arg in asked
        elif "op" in message:
            assert isinstance(said, Reply)
            assert unmodelled(list_of(row_type(OPS[said.op].twin)), message["data"]) == set()
            assert OPS[said.op].decode(V5(), raw)
        else:
            assert isinstance(said, Push)
            ((key, _),) = said.parts
            row = asked[key].row
            assert decoder_for(list_of(row)).decode(blank_to_null(orjson.dumps(message["data"])))
            assert unmodelled(list_of(row), message["data"]) == set()


@pytest.mark.parametrize(
    "frame", [pytest.param(one["message"], id=one["context"]) for one in records("ws_fixtures/requests.jsonl")]
)
def test_what_other_clients_send_is_sent_here(frame: dict[str, Any]) -> None:
    """Or refused before it is sent, where it is not what the documents say."""
    args = frame["args"][0]
    if args.get("side") == "Buy":
        with pytest.raises(BadParameter, match="did you mean 'buy'"):
            operation(frame)
    elif "uly" in args:
        (topic,) = topics(frame)
        assert "uly" not in dict(topic.args)
    else:
        same_frame(frame)


def test_a_withdrawal_over_lightning_is_answered_with_its_id() -> None:
    """The client that wrote this down calls it a GET; the documents call it a POST."""
    (record,) = records("rest/GET_api_v5_asset_withdrawal-lightning.jsonl")
    (endpoint,) = [row for row in catalogue() if row.path == record["path"] and row.dialect == "v5"]
    assert endpoint.method == "POST"
    (row,) = V5().decode(endpoint, Answer(200, orjson.dumps(record["response"]), endpoint.path))
    assert row.to_dict() == {"wd_id": "121212", "c_time": 1597026383085}


# -- whether all of them are here

# The index of the recorded messages: what there is of each kind.
INDEX = {
    "v3/rest": 34,
    "v3/ws": 8824,
    "v3/ws_fixtures": 78,
    "v5/requests_go-okx.jsonl": 186,
    "v5/rest": 312,
    "v5/ws": 5439,
    "v5/ws_exchanges.jsonl": 24,
    "v5/ws_fixtures": 196,
}


def count(path: Path) -> int:
    """Return how many records a file has."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        return sum(1 for _ in lines)


def test_every_recorded_message_is_here() -> None:
    """Nothing was lost when samples were sorted into public and private ones."""
    found = dict.fromkeys(INDEX, 0)
    for path in sorted(DATA.glob("v?/**/*.jsonl*")):
        kind = "/".join(path.relative_to(DATA).parts[:2])
        kind = {"v5/rest_private": "v5/rest", "v5/ws_private": "v5/ws_fixtures"}.get(kind, kind)
        if kind in INDEX:
            found[kind] += count(path)
    assert found == INDEX


def test_every_rest_sample_of_v5_is_used_or_left_out_with_a_reason() -> None:
    """V3's are all used: a sample without an endpoint fails there."""
    known: dict[tuple[str, str], Endpoint] = {(row.method, row.path): row for row in catalogue() if row.dialect == "v5"}
    reasons = test_samples.LEFT_OUT | test_samples_private.LEFT_OUT
    elsewhere = {"/api/v5/asset/withdrawal-lightning", "/api/v5/tradingBot/recurring/order-algo-details"}
    for path in sorted((DATA / "v5").glob("rest*/*")):
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for record in map(json.loads, lines):
                name = test_samples_private.name_of(record)
                endpoint = known.get((record["method"], record["path"]))
                assert name in reasons or record["path"] in elsewhere or endpoint is not None, f"{path.name}: {name}"
                assert path.parent.name == "rest" or (endpoint is not None and endpoint.auth), f"{path.name}: {name}"
                assert record.get("response") is not None, f"{path.name}: {name}"


# Answers that a client's tests give to a request that the exchange does not know, with the reason.
NO_SUCH_REQUEST = {
    "/api/v5/copytrading/first-copy-settings": "the client asks with GET; the documents have a POST",
    "/api/v5/copytrading/stop-copy-trading": "the client asks with GET; the documents have a POST",
}


def test_every_answer_of_that_client_is_used_or_left_out_with_a_reason() -> None:
    """Public answers in `test_samples`, private ones in `test_samples_private`."""
    known = {(row.method, row.path) for row in catalogue() if row.dialect == "v5"}
    answered = [one for one in records("requests_go-okx.jsonl") if one.get("response") is not None]
    strange = {one["path"] for one in answered if (one["method"], one["path"]) not in known}
    assert strange == set(NO_SUCH_REQUEST)
    assert {path for method, path in known if path in NO_SUCH_REQUEST} == set(NO_SUCH_REQUEST)
    public = [one for _, one in test_samples.public_answers()]
    private = [one.values[1] for flag in (False, True) for one in test_samples_private.answers(refused=flag)]
    empty = [one for one in answered if not one["response"].get("data")]
    left = [one for one in answered if one not in public and one not in private and one not in empty]
    assert {one["path"] for one in left} == strange
    assert len(public) >= 40


def test_every_push_sample_of_v5_is_used_or_left_out_with_a_reason() -> None:
    """Those without data are events, operations and requests, which are looked at elsewhere."""
    for path in sorted((DATA / "v5").glob("ws_*/*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            message = record["message"]
            if path.stem in ("events", "operations", "requests") or record["context"] in test_samples.LEFT_OUT:
                continue
            assert topic_of("v5", message["arg"]) is not None, f"{path.name}: {record['context']}"
            assert isinstance(message["data"], list), f"{path.name}: {record['context']}"
