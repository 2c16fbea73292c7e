"""Requests of another client, built here from typed parameters: the same path, query, body and signature.

The vectors come from the tests of a Go client. A vector without a query or body says nothing about them, so it counts
only where the endpoint needs no parameter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from okx_async import Credentials, Endpoint, catalogue
from okx_async.core.endpoint import Request
from okx_async.core.fields import Field, part_of, part_signature
from okx_async.core.signing import Signer
from okx_async.net.caller import _spell

VECTORS = Path(__file__).parent / "data" / "v5" / "requests_go-okx.jsonl"
ENDPOINTS = {(row.method, row.path): row for row in catalogue() if row.dialect == "v5"}
# Parameters of vectors that no document names any more.
FORGOTTEN = {
    "/api/v5/public/instruments": {"uly"},
    "/api/v5/public/mark-price": {"uly"},
    "/api/v5/public/open-interest": {"uly"},
}
# Vectors that leave out what the documents call a must.
TOO_SHORT = {"/api/v5/tradingBot/signal/orders-algo-pending": "after"}


def wanted(record: Mapping[str, Any]) -> Any:
    """Return what the vector sends, by wire name; a list where the body is one."""
    if record["method"] == "GET":
        query = dict(parse_qsl(record["query"] or "", keep_blank_values=True))
        return {name: text for name, text in query.items() if name not in FORGOTTEN.get(record["path"], ())}
    return json.loads(record["body"]) if record["body"] else {}


def vectors() -> list[Any]:
    """Return every vector whose endpoint is declared and whose parameters were recorded."""
    found: list[Any] = []
    for line in VECTORS.read_text().splitlines():
        record = json.loads(line)
        endpoint = ENDPOINTS.get((record["method"], record["path"]))
        silent = record["query"] is None and record["body"] is None
        if (
            endpoint is not None
            and record["path"] not in TOO_SHORT
            and not (silent and any(param.required for param in endpoint.params))
        ):
            found.append(pytest.param(endpoint, record, id=f"{endpoint.chapter}.{endpoint.name} {len(found)}"))
    return found


def by_python_name(fields: Mapping[str, Field], wire: Mapping[str, Any]) -> dict[str, Any]:
    """Turn wire names and texts into Python names and values, parts included."""
    by_wire = {field.wire: field for field in fields.values()}
    return {by_wire[name].name: python_value(by_wire[name], value) for name, value in wire.items()}


def python_value(field: Field, value: Any) -> Any:
    """Turn a value as it stands on the wire into what a Python caller gives."""
    part = part_of(field.hint)
    if part is not None:
        inner = part_signature(part).fields
        return (
            [by_python_name(inner, one) for one in value] if isinstance(value, list) else by_python_name(inner, value)
        )
    if field.hint is bool and isinstance(value, str):
        return {"true": True, "false": False}[value]
    return int(value) if field.hint is int else value


def build(endpoint: Endpoint, record: Mapping[str, Any]) -> Request:
    """Build the vector's request from typed parameters."""
    wire = wanted(record)
    fields = endpoint.signature.fields
    if isinstance(wire, list):
        whole = next(iter(fields.values()))
        return endpoint.request((), {whole.name: python_value(whole, wire)})
    return endpoint.request((), by_python_name(fields, wire))


@pytest.mark.parametrize(("endpoint", "record"), vectors())
def test_typed_parameters_make_the_same_request(endpoint: Endpoint, record: dict[str, Any]) -> None:
    """Path, query and body mean the same; the order of names is of no meaning."""
    path, body = _spell(endpoint.method, build(endpoint, record))
    where, _, query = path.partition("?")
    assert where == record["path"]
    if endpoint.method == "GET":
        assert dict(parse_qsl(query, keep_blank_values=True)) == wanted(record)
    else:
        assert orjson.loads(body or b"") == wanted(record)


@pytest.mark.parametrize(
    ("endpoint", "record"), [one for one in vectors() if isinstance(one.values[1], dict) and "sign" in one.values[1]]
)
def test_the_signature_is_the_same(endpoint: Endpoint, record: dict[str, Any]) -> None:
    """What is sent, put into the vector's order of names, gives the vector's signature."""
    request = build(endpoint, record)
    ordered = Request(endpoint, request.path, in_order(request.fields, wanted(record)), request.values)
    path, body = _spell(endpoint.method, ordered)
    keys = Credentials(record["api_key"], record["secret"], record["passphrase"])
    moment = round(datetime.fromisoformat(record["timestamp"]).timestamp() * 1000)
    signed_body = body or b"" if wanted(record) else b""
    headers = Signer(keys).headers(moment, endpoint.method, path, signed_body)
    assert headers["OK-ACCESS-SIGN"] == record["sign"]


def in_order(value: Any, model: Any) -> Any:
    """Return ``value`` with its names in the order of ``model``."""
    if isinstance(value, list) and isinstance(model, list):
        return [in_order(one, other) for one, other in zip(value, model, strict=True)]
    if isinstance(value, dict):
        assert value.keys() == model.keys()
        return {name: in_order(value[name], model[name]) for name in model}
    return value


def test_the_vectors_are_there() -> None:
    """An empty list of vectors would pass everything."""
    assert len(vectors()) >= 55
    assert sum("sign" in one.values[1] for one in vectors()) >= 15
