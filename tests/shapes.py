"""What the documents say of every request and answer, as data: ``python -m tests.shapes FOLDER`` writes it anew.

One line an endpoint in ``tests/data/facts/shapes_v5.json`` and ``shapes_v3.json``. Nothing here knows the declarations.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .facts import DATA, SHARED, groups_of, needed

__all__ = ["Said", "Shape", "shapes"]


# What the specification writes otherwise than the exchange sends, and the reason to think so.
SLIPS = {
    ("/api/v5/account/config", "settleCcyList"): ("settleCcyList", "list<string>"),  # its meaning is a list: currencies
    ("/api/v5/rfq/maker-instrument-settings", "instType:"): ("instType", "string"),  # a stray colon
}


@dataclass(frozen=True)
class Said:
    """One parameter.

    Attributes:
        where: ``path``, ``query`` or ``body``.
        type: As the documents write it; ``iso`` where they ask for ISO 8601.
        need: ``required``, ``conditional`` or ``optional``.
        values: The values they list, none for an open set.
        most: The largest number that is allowed, ``None`` when they do not say.
    """

    where: str
    type: str
    need: str
    values: tuple[str, ...] = ()
    most: int | None = None


@dataclass(frozen=True)
class Shape:
    """One endpoint.

    Attributes:
        method: ``GET`` or ``POST``.
        path: With ``{name}`` for path parameters.
        params: Parameters by name; parts are named ``a.b`` and ``a[].b``.
        listed: Whether the body is a list; its parts are then the parameters, or in V3 named ``[].b``.
        items: How many items such a list may have, ``None`` when nobody says.
        kind: How the answer's data looks: ``list<object>``, ``list``, ...
        fields: Type of every field of a row by name, or of every column in order; behind a blank a listed value.
    """

    method: str
    path: str
    params: dict[str, Said]
    listed: bool
    items: int | None
    kind: str
    fields: dict[str, str]


@lru_cache(maxsize=2)
def shapes(dialect: str) -> dict[str, Shape]:
    """Return every endpoint of a dialect, by method and path, with the group where two share a path."""
    said: dict[str, Any] = json.loads((DATA / f"shapes_{dialect}.json").read_text())
    return {name: _read(name, *row) for name, row in said.items()}


def _read(name: str, params: dict[str, list[Any]], listed: int, items: int | None, kind: str, fields: Any) -> Shape:
    method, path = name.split()[:2]
    return Shape(method, path, {one: _said(*row) for one, row in params.items()}, bool(listed), items, kind, fields)


def _said(where: str, kind: str, need: str, values: list[str] | None = None, most: int | None = None) -> Said:
    return Said(where, kind, need, tuple(values or ()), most)


# -- condensing


def condense(folder: Path) -> None:
    """Write the condensed shapes from a folder of specifications."""
    _write("v5", (_v5(group["group"], one) for group in groups_of(folder / "v5_rest") for one in group["endpoints"]))
    v3 = json.loads((folder / "v3" / "rest.json").read_text())
    _write("v3", (_v3(one) for one in v3["endpoints"]))


def _write(dialect: str, rows: Iterator[tuple[str, list[Any]]]) -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in rows]
    (DATA / f"shapes_{dialect}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _v5(group: str, one: Any) -> tuple[str, list[Any]]:
    name = f"{one['method']} {one['path']}"
    params = {param["name"]: _param(param, needed(one, param)) for param in one["params"]}
    told = {field["name"]: _field(field) for field in one["response_fields"]}
    fields: dict[str, str] = dict(SLIPS.get((one["path"], name), (name, kind)) for name, kind in told.items())
    row = [params, int(one["body_is_list"]), one.get("max_items"), one["data_shape"], fields]
    return f"{name} ({group})" if name in SHARED else name, row


def _v3(one: Any) -> tuple[str, list[Any]]:
    params = {
        param["name"]: _param(
            param, "required" if param["required"] else "optional", iso="ISO 8601" in param.get("note", "")
        )
        for param in one["params"]
    }
    fields = {field["name"]: _field(field) for field in one["response"]["fields"]}
    listed = int(any(name.startswith("[]") for name in params))
    return f"{one['method']} {one['path']}", [params, listed, None, one["response"]["kind"], fields]


def _param(param: Any, need: str, *, iso: bool = False) -> list[Any]:
    most = param.get("max")
    row = [param["in"], "iso" if iso else param["type"], need, param.get("enum"), most]
    while row[-1] is None:
        row.pop()
    return row


def _field(field: Any) -> str:
    values = [str(value) for value in field.get("enum", ()) if str(value) != ""]
    return f"{field['type']} {values[0]}" if values else str(field["type"])


if __name__ == "__main__":
    condense(Path(sys.argv[1]))
