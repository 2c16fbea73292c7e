"""Every reply of the seed's broker chapters decodes: as the tables say it, and with every slip of the samples."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from okx_async.core.answers import list_of
from okx_async.core.dialect import Answer
from okx_async.core.drift import unmodelled
from okx_async.core.endpoint import Endpoint
from okx_async.settings import Secret
from okx_async.v5.dialect import V5
from okx_async.v5.rest.broker_dcd import BrokerDcd
from okx_async.v5.rest.broker_fd import BrokerFd
from okx_async.v5.rest.broker_nd import BrokerNd
from tests.shapes import Shape, shapes

SEED = [row for section in (BrokerNd, BrokerFd, BrokerDcd) for row in section.endpoints if not row.deprecated]
# What samples call fields otherwise than tables do, and where.
OTHER = {
    "altCcy": ("alternativeCcy", "dcd/products"),
    "clQReqId": ("clReqId", "dcd/quote"),
    "orderId": ("ordId", "POST /api/v5/finance/sfp/dcd/order"),
    "settledTime": ("settTime", "GET /api/v5/finance/sfp/dcd/order"),
    "effTs": ("effDate", "set-subaccount-fee-rate"),
}
VALUES = {"string-number": "1.5", "ms-timestamp-string": "1774598400000", "date-string": "20260131", "bool": True}
WHOLE = {"subAcctQty", "maxSubAcctQty", "totalPage", "totPage", "page", "ttlMs"}


def shape_of(row: Endpoint) -> Shape:
    """Return what the documents say of an endpoint."""
    known, name = shapes("v5"), f"{row.method} {row.path}"
    return known.get(f"{name} ({row.chapter})") or known[name]


def value_of(name: str, kind: str) -> Any:
    """Return a value of a field."""
    first, _, listed = kind.partition(" ")
    if listed:
        return listed
    if first == "bool-string":
        return "true"
    if first == "object":
        return {"comment": "123456"}
    return "3" if name in WHOLE else VALUES.get(first, "text")


def reply_of(row: Endpoint, *, slips: bool = False, empty: bool = False) -> dict[str, Any]:
    """Return one row of an answer."""
    made: dict[str, Any] = {}
    for name, kind in shape_of(row).fields.items():
        outer, _, inner = name.rpartition("[].")
        spelt = next(
            (
                other
                for other, (told, where) in OTHER.items()
                if slips and told == inner and where in f"{row.method} {row.path}"
            ),
            inner,
        )
        if kind.startswith("list"):
            made[name] = [{}]
            continue
        holder = made[outer][0] if outer else made
        holder[spelt] = "" if empty else value_of(inner, kind)
    return made


def decode(row: Endpoint, data: Any, code: Any) -> Any:
    raw = orjson.dumps({"code": code, "msg": "", "data": data})
    return V5().decode(row, Answer(200, raw, f"{row.method} {row.path}"))


@pytest.mark.parametrize("row", SEED, ids=lambda row: f"{row.chapter}.{row.name}")
@pytest.mark.parametrize("slips", [False, True], ids=["as tables say", "as samples say"])
@pytest.mark.parametrize("code", ["0", 0])
@pytest.mark.parametrize("bare", [False, True], ids=["list", "object"])
def test_every_reply_decodes(row: Endpoint, slips: bool, code: Any, bare: bool) -> None:
    """Whichever way: every field of the tables has its value, and nothing is left over."""
    reply = reply_of(row, slips=slips)
    answer = decode(row, reply if bare else [reply], code)
    (read,) = answer if isinstance(answer, list) else [answer]
    told = fields_of(read)
    for name, kind in shape_of(row).fields.items():
        if "[]" not in name:
            value = told[name]
            assert value is not None, f"{name} was not read"
            assert value != "" or kind == "string"
    shape = row.result if isinstance(answer, list) else list_of(row.result)
    assert unmodelled(shape, [reply]) == set()


def fields_of(read: Any) -> dict[str, Any]:
    """Return the values of a row by wire name, secrets told."""
    found = {
        wire: getattr(read, name)
        for name, wire in zip(read.__struct_fields__, read.__struct_encode_fields__, strict=True)
    }
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in found.items()}


@pytest.mark.parametrize("row", SEED, ids=lambda row: f"{row.chapter}.{row.name}")
def test_a_reply_whose_texts_are_all_empty_decodes(row: Endpoint) -> None:
    """Settled fields are empty while an order lives, and the page of rebates is; empty is none."""
    answer = decode(row, [reply_of(row, empty=True)], "0")
    (read,) = answer if isinstance(answer, list) else [answer]
    values = fields_of(read)
    plain = [name for name, kind in shape_of(row).fields.items() if "[]" not in name and not kind.startswith("list")]
    assert {name: values[name] for name in plain if values[name] not in (None, "")} == {}


def test_the_table_of_other_names_is_used() -> None:
    """Each of them stands in some reply, or the tests above prove nothing."""
    seen = {name for row in SEED for name in reply_of(row, slips=True)}
    assert seen >= OTHER.keys()
