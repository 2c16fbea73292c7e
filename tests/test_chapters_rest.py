"""The chapters of brokers, OAuth, bots, earn, fiat, affiliates, agents and GLP against the facts of the documents.

``data/v5/facts/rest_chapters.jsonl`` holds what the documents say of each endpoint: one line each, wire names.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from okx_async import Endpoint
from okx_async.catalogue import sections
from okx_async.core.answers import list_of
from okx_async.core.dialect import Answer
from okx_async.core.drift import unmodelled
from okx_async.core.fields import Field, part_of, part_signature
from okx_async.core.row import Page
from okx_async.settings import Secret
from okx_async.v5.dialect import V5

FACTS = [
    json.loads(line) for line in (Path(__file__).parent / "data/v5/facts/rest_chapters.jsonl").read_text().splitlines()
]
CHAPTERS = {fact["chapter"] for fact in FACTS}
DECLARED = {
    (section.chapter, row.method, row.path): row
    for section in sections("v5")
    if section.chapter in CHAPTERS
    for row in section.endpoints
}
# Good values of parameters that have a shape, by wire name.
GOOD: dict[str, Any] = {
    "subAcct": "acct001",
    "label": "desk1",
    "passphrase": "Abcdef1!",
    "ip": "192.0.2.1",
    "perm": "read_only,trade",
    "begin": "20260101",
    "end": "20260131",
    "effDate": "20260201",
    "chgTaker": "1",
    "chgMaker": "2",
    "ccy": "BTC",
    "instId": "BTC-USDT",
    "instFamily": "BTC-USD",
    "clOrdId": "mine1",
    "markUp": "0.1",
    "mgnType": None,  # goes with derivatives, while ``quoteCcyType`` goes with spot
}


def known(fact: Mapping[str, Any]) -> Endpoint:
    """Return the declaration of a fact."""
    return DECLARED[fact["chapter"], fact["method"], fact["path"]]


def facts(**wanted: Any) -> list[Any]:
    """Return the facts with these values as test parameters."""
    return [
        pytest.param(fact, id=f"{fact['chapter']} {fact['method']} {fact['path']}")
        for fact in FACTS
        if all(fact[name] == value for name, value in wanted.items())
    ]


def wire_fields(endpoint: Endpoint) -> dict[str, tuple[str, bool]]:
    """Return where each parameter goes and whether it is a must, objects inside parameters included."""
    found: dict[str, tuple[str, bool]] = {}
    for param in endpoint.params:
        field = endpoint.signature.fields[param.name]
        kind = part_of(field.hint)
        whole = field.word is not None and field.word.whole
        if param.where != "header" and not whole:
            found[param.wire] = (param.where, param.required)
        if kind:
            before = "" if whole else f"{param.wire}."
            found |= {before + one.wire: (param.where, one.required) for one in part_signature(kind).fields.values()}
    return found


def test_the_documents_and_the_chapters_name_the_same_endpoints() -> None:
    """None is missing, none is invented."""
    assert {(fact["chapter"], fact["method"], fact["path"]) for fact in FACTS} == set(DECLARED)


@pytest.mark.parametrize("fact", facts())
def test_a_declaration_says_what_the_documents_say(fact: dict[str, Any]) -> None:
    """Parameters, places, musts, auth, limit; what is unknown or deprecated is said in the docstring."""
    endpoint = known(fact)
    limit = endpoint.limit
    assert wire_fields(endpoint) == {name: (where, must) for name, where, must, _, _ in fact["params"]}
    assert (endpoint.auth, endpoint.permission) == (fact["private"], fact["permission"])
    assert (None if limit is None else [limit.count, limit.per, limit.by]) == fact["limit"]
    assert limit is not None or "imit" in endpoint.doc
    assert endpoint.doc.startswith("Deprecated: ") == fact["deprecated"]


# -- requests


def good(field: Field) -> Any:
    """Return a good value of a parameter."""
    if field.wire in GOOD and not (field.wire in ("begin", "end") and field.hint is int):
        return GOOD[field.wire]
    return _good(field.hint)


def _good(hint: Any) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _good(inner[0])
    if origin is typing.Literal:
        return inner[0]
    kind = part_of(hint)
    if kind and hint is kind:
        return {one.name: good(one) for one in part_signature(kind).fields.values()}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"MA": {"paramList": [5]}}
    if isinstance(origin, type) and issubclass(origin, typing.Sequence):
        return [_good(inner[0])]
    if Decimal in inner or hint is Decimal:
        return Decimal("1.50")
    if inner:
        return _good(inner[0])
    return {bool: True, int: 7, str: "x1"}[hint]


def texts(value: Any) -> list[Any]:
    """Return every plain value inside a written one."""
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in texts(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in texts(inner)]
    return [value]


def written(value: Any, name: str) -> set[str]:
    """Return the dotted wire names inside a written value."""
    names = {name} if name else set()
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, dict) and name != "indicators":
            names |= {deep for key, inner in item.items() for deep in written(inner, f"{name}.{key}" if name else key)}
    return names


@pytest.mark.parametrize("fact", facts())
def test_a_request_carries_every_parameter_by_its_wire_name(fact: dict[str, Any]) -> None:
    """All of them given: each arrives once, as text, unless the documents want a bool, a number, a list, an object."""
    endpoint = known(fact)
    values = {name: good(field) for name, field in endpoint.signature.fields.items()}
    request = endpoint.request((), {name: value for name, value in values.items() if value is not None})
    assert isinstance(request.fields, list) == fact["body_is_list"]
    left_out = {name for name, *_ in fact["params"] if name in GOOD and GOOD[name] is None}
    assert written(request.fields, "") == {name for name, *_ in fact["params"]} - left_out
    kinds = {name: kind for name, _, _, kind, _ in fact["params"]}
    leaves = [] if fact["body_is_list"] else [(kinds[name], value) for name, value in request.fields.items()]
    for kind, value in leaves:
        if kind in ("string-number", "ms-timestamp-string", "bool-string", "date-string"):
            assert isinstance(value, str)
        if kind == "bool":
            assert value is True
        if kind == "number" and fact["method"] == "POST":
            assert value == 7
    assert all(isinstance(leaf, str | bool | int) for leaf in texts(request.fields))
    assert json.loads(orjson.dumps(request.fields)) == request.fields


@pytest.mark.parametrize("fact", facts())
def test_a_required_parameter_is_required(fact: dict[str, Any]) -> None:
    """Without its musts nothing leaves."""
    endpoint = known(fact)
    if any(field.required for field in endpoint.signature.fields.values()):
        with pytest.raises(ValueError, match="needs"):
            endpoint.request((), {})


# -- answers

SAMPLE = {"string-number": "1.5", "ms-timestamp-string": "1700000000000", "bool-string": "true", "bool": True}
WHOLE = {"totalPage", "totPage", "page", "ttlMs", "subAcctQty", "maxSubAcctQty"}


def sample(fact: Mapping[str, Any], *, empty: bool = False) -> dict[str, Any]:
    """Return a minimal row with every documented field."""
    row: dict[str, Any] = {}
    for dotted, kind in fact["fields"]:
        *above, name = dotted.split(".")
        at: Any = row
        for step in above:
            at = at.setdefault(step.removesuffix("[]"), [{}] if step.endswith("[]") else {})
            at = at[0] if isinstance(at, list) else at
        if any(other.startswith((f"{dotted}.", f"{dotted}[].")) for other, _ in fact["fields"]):
            continue  # its own fields make it
        if kind == "object":
            at[name] = {}
        elif kind.startswith("list"):
            at[name] = []
        elif kind == "number":
            at[name] = 3600
        else:
            at[name] = "" if empty else "3" if name in WHOLE else SAMPLE.get(kind, "text")
    if row.get("sCode"):
        row["sCode"] = "0"  # any other is a refusal
    return row


def answer(fact: Mapping[str, Any], data: Any, code: Any = "0") -> Any:
    """Return what an answer decodes to."""
    body = data if fact["shape"] == "bare-object" else {"code": code, "msg": "", "data": data}
    body |= dict.fromkeys(fact["extra"], "4")
    return V5().decode(known(fact), Answer(200, orjson.dumps(body), fact["path"]))


def same(row: Any, raw: Any) -> bool:
    """Tell whether every raw value arrived, as an exact number, a moment, a bool, a text or a secret."""
    if isinstance(raw, dict):
        if isinstance(row, dict):
            return bool(row == raw)
        names = dict(zip(row.__struct_encode_fields__, row.__struct_fields__, strict=True))
        return all(same(getattr(row, names[wire]), value) for wire, value in raw.items())
    if isinstance(raw, list):
        return len(row) == len(raw) and all(map(same, row, raw))
    if isinstance(row, Secret):
        return bool(row.reveal() == raw)
    if isinstance(row, bool):
        return str(row).lower() == str(raw).lower()
    return str(row) == str(raw)


DOCUMENTED = [param for param in facts() if param.values[0]["fields"]]


@pytest.mark.parametrize("fact", DOCUMENTED)
def test_every_documented_field_is_modelled_and_typed(fact: dict[str, Any]) -> None:
    """In the documented shape, in the other one, with the code as a number, and with every text empty."""
    endpoint, raw = known(fact), sample(fact)
    alone, listed = raw, [raw]
    shapes = [alone] if fact["shape"] == "bare-object" else [listed, alone]
    if endpoint.inside:
        shapes = [listed, {endpoint.inside: listed}]
    for data in shapes:
        decoded = answer(fact, data, 0)
        rows = decoded if endpoint.many else [decoded]
        assert len(rows) == 1
        assert same(rows[0], raw)
    row = typing.get_args(endpoint.result)[0] if endpoint.many else endpoint.result
    assert unmodelled(list_of(row), [raw]) == set()
    number = {name.replace("[]", ""): kind for name, kind in fact["fields"] if "." not in name}
    for wire, kind in number.items():
        value = getattr(rows[0], _python(rows[0], wire))
        if kind == "string-number":
            assert isinstance(value, int if wire in WHOLE else Decimal)
        if kind == "ms-timestamp-string":
            assert value == 1700000000000
    if fact["shape"] != "bare-object":  # a token without a text is none
        bare = sample(fact, empty=True)
        nothing = answer(fact, [bare])
        first = nothing[0] if endpoint.many else nothing
        assert all(getattr(first, _python(first, wire)) is None for wire, value in bare.items() if value == "")


def _python(row: msgspec.Struct, wire: str) -> str:
    return dict(zip(row.__struct_encode_fields__, row.__struct_fields__, strict=True))[wire]


# Calls whose fields are said to be those of the twin for ND brokers.
MIRRORED = {
    f"/api/v5/{path}"
    for path in (
        "broker/dma/create-subaccount",
        "broker/dma/delete-subaccount",
        "broker/dma/set-subaccount-level",
        "asset/broker/dma/subaccount-deposit-address",
        "asset/broker/dma/subaccount-deposit-history",
    )
}


@pytest.mark.parametrize("path", sorted(MIRRORED))
def test_an_answer_that_mirrors_another_has_its_rows(path: str) -> None:
    """The documents name no field and say that they are those of the twin for ND brokers."""
    (here,) = [row for row in DECLARED.values() if row.path == path]
    (twin,) = [
        row for row in DECLARED.values() if row.path == path.replace("/dma/", "/nd/") and row.method == here.method
    ]
    assert here.result == twin.result


UNDESCRIBED = [param for param in facts() if not param.values[0]["fields"] and param.values[0]["path"] not in MIRRORED]


@pytest.mark.parametrize("fact", UNDESCRIBED)
def test_an_answer_without_documented_fields_comes_as_it_is(fact: dict[str, Any]) -> None:
    """Nothing is lost of what nobody has described."""
    endpoint = known(fact)
    if fact["shape"] == "empty-list":
        assert answer(fact, []) is None
    elif fact["shape"] == "binary":
        assert V5().decode(endpoint, Answer(200, b"PK\x03\x04", fact["path"])) == b"PK\x03\x04"
    elif fact["shape"] == "object":
        assert answer(fact, {"a": "1"}) == {"a": "1"}
    else:
        rows = answer(fact, [{"a": "1", "b": {"c": ""}}])
        assert rows == [{"a": "1", "b": {"c": None}}]


@pytest.mark.parametrize("fact", facts(extra=["totalPage"]))
def test_the_number_of_pages_is_told(fact: dict[str, Any]) -> None:
    """It stands at the top of the answer, beside the code."""
    page = answer(fact, [sample(fact)])
    assert isinstance(page, Page)
    assert page.total_page == 4


@pytest.mark.parametrize("fact", [param for param in facts() if param.values[0]["aliases"]])
def test_the_names_of_the_documents_samples_are_read(fact: dict[str, Any]) -> None:
    """The table and the sample call some fields differently; the table's name tells, whichever came."""
    for wire, (other,) in fact["aliases"].items():
        raw = sample(fact)
        raw[other] = raw.pop(wire)
        decoded = answer(fact, [raw])
        row = decoded[0] if known(fact).many else decoded
        assert str(getattr(row, _python(row, wire))) == raw[other]
        assert unmodelled(type(row), raw) == set()
