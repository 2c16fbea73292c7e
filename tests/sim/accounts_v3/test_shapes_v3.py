"""What private V3 queries answer on the wire has the documented fields, in the documented types, in the places where
each product puts them, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from okx_async.core.endpoint import Endpoint
from tests.shapes import shapes

from .desk import both, future, send
from .test_every_endpoint_v3 import params_of, prepare, private

KINDS: dict[str, Any] = {"string": str, "boolean": bool, "number": (int, float), "object": dict, "object_keyed": dict}
# What is documented and not in this answer: fields of the other margin mode, of other kinds of algo orders, of other
# chains, and greeks, which nobody reckons.
ABSENT = {
    "account.deposit_address": {"payment_id", "memo", "tag"},
    "account.withdrawal_history": {"payment_id", "memo"},
    "account.withdrawal_history_currency": {"payment_id", "memo"},
    "account.sub_account": {"underlying", "equity"},
    "futures.positions": {"long_leverage", "short_leverage", "liqui_price", "margin_ratio", "maint_margin_ratio"},
    "futures.position": {"long_leverage", "short_leverage", "liqui_price", "margin_ratio", "maint_margin_ratio"},
    "futures.accounts": {"auto_margin", "contracts"},
    "futures.account": {"auto_margin", "contracts"},
    "futures.leverage": {"<instrument_id>"},
    "option.account": {"delta", "vega", "gamma", "theta"},
    **{
        f"{product}.algo_orders": {
            *(
                "callback_rate",
                "algo_variance",
                "avg_amount",
                "deal_value",
                "sweep_range",
                "sweep_ratio",
                "rejected_at",
            ),
            *("single_limit", "time_interval", "limit_price", "price_limit"),
        }
        for product in ("spot", "swap", "futures")
    },
}
# What is answered beyond the documents' tables: what pushes and other editions of the documents have.
EXTRA = {
    "account.withdrawal_history": {"withdraw_id"},
    "account.withdrawal_history_currency": {"withdraw_id"},
    "spot.algo_orders": {"created_at", "real_amount", "real_price"},
    "futures.algo_orders": {"created_at", "real_price", "algo_price"},
    "swap.algo_orders": {"created_at"},
}


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value inside an answer with its path, as the documents write paths."""
    if isinstance(value, list):
        for item in value:
            yield from flat(item, f"{path}[]")
    elif isinstance(value, dict):
        for name, item in value.items():
            inner = f"{path}.{name}".lstrip(".")
            yield inner, item
            yield from flat(item, inner)


def pattern(path: str, others: Iterable[str]) -> re.Pattern[str]:
    """Return what paths a documented one stands for: ``<key>`` is any name that is not documented by itself."""
    names = "|".join(re.escape(other) for other in others if "<" not in other and "." not in other)
    free = re.sub(r"<\w+>", r"[^.\\[\\]]+", re.escape(path))
    return re.compile(f"(?!(?:{names})$){free}" if path.startswith("<") and names else free)


def wrong(row: Endpoint, answer: Any) -> Iterator[str]:
    """Yield what is not as it is documented."""
    name, shape = f"{row.chapter}.{row.name}", shapes("v3")[f"{row.method} {row.path}"]
    found = [(path.removeprefix("[].").removeprefix("[]"), value) for path, value in flat(answer)]
    whole = {part for path in shape.fields for part in (path, path.rpartition(".")[0]) if part}
    said = {path: pattern(path, shape.fields) for path in whole}
    for path, kind in shape.fields.items():
        here = [value for other, value in found if said[path].fullmatch(other)]
        if not here and not any(path.endswith(part) for part in ABSENT.get(name, ())):
            yield f"{path} is missing"
        expected: Any = list if kind.startswith("list") else KINDS[kind]
        if not all(isinstance(value, expected) for value in here):
            yield f"{path} is no {kind}: {here[0]!r}"
    for path, _ in found:
        inside = any(path.startswith(f"{other}.") and shape.fields[other] == "object" for other in shape.fields)
        known = any(each.fullmatch(path) for each in said.values())
        if not known and not inside and path.split(".")[-1] not in EXTRA.get(name, ()):
            yield f"{path} is not documented"


@pytest.mark.parametrize("number", [0, 1])
async def test_answers_have_the_documented_shape(number: int) -> None:
    async with both(instruments=8) as (sim, v3, _):
        contract = future(sim, number)
        names = await prepare(v3, sim, contract)
        complaints: list[str] = []
        for row in private():
            if row.method != "GET":
                continue
            given = params_of(row, names, contract)
            path = row.path.format(**given)
            wires = {param.name: param.wire for param in row.params}
            query = {wires[name]: value for name, value in given.items() if f"{{{name}}}" not in row.path}
            status, answer = await send(sim, "GET", path + (f"?{urlencode(query)}" if query else ""))
            assert status == 200
            complaints += [f"{row.chapter}.{row.name}: {each}" for each in wrong(row, answer)]
        assert not complaints, "\n".join(complaints)
