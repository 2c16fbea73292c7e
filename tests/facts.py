"""What the documents say and what is declared, compared both ways: ``python -m tests.facts`` lists what is missing.

The facts are a condensed copy of the project's specification, in ``tests/data/facts``. ``python -m tests.facts FOLDER``
writes them anew from a folder that holds ``v5_rest``, ``v5_ws`` and ``v3``.

A unit is what one line of work covers: dialect, ``rest`` or ``ws``, the specification's group, and ``public`` or
``private``, e.g. ``v5 rest market public``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from okx_async.facts import SHARED, SLIPS, Fact, declared, needed, read_facts

__all__ = ["DATA", "SHARED", "SLIPS", "Fact", "declared", "facts", "groups_of", "missing", "needed", "unit_of"]

DATA = Path(__file__).parent / "data" / "facts"


def facts() -> dict[tuple[str, str], Fact]:
    """Return what the documents say, by dialect and name."""
    found: dict[tuple[str, str], Fact] = {}
    for path in sorted(DATA.glob("v?_*.json")):
        dialect, kind = path.stem.split("_")
        for group, rows in json.loads(path.read_text()).items():
            for names, auth, limit, params in rows:
                unit = f"{dialect} {kind} {group} {'private' if auth else 'public'}"
                for name in names:
                    key = f"{name} ({group})" if name in SHARED else name
                    found[dialect, key] = Fact(unit, key, bool(auth), limit, params)
    return found


def missing() -> dict[str, list[str]]:
    """Return what is not declared yet, by unit; a unit with nothing missing is complete and not listed."""
    have = declared()
    lost: dict[str, list[str]] = {}
    for key, fact in facts().items():
        if key not in have:
            lost.setdefault(fact.unit, []).append(fact.name)
    return lost


def unit_of(key: tuple[str, str]) -> str:
    """Return the unit of an endpoint or channel, ``""`` when the documents do not know it."""
    fact = facts().get(key)
    return fact.unit if fact else ""


# -- condensing


def condense(folder: Path) -> None:
    """Write the condensed facts from a folder of specifications."""
    groups = (path for path in sorted((folder / "v5_rest").glob("*.json")) if path.name != "errors.json")
    _write("v5_rest", _condensed(*groups))
    _write("v5_ws", _condensed(folder / "v5_ws" / "channels.json"))
    _write("v3_rest", _condensed(folder / "v3" / "rest.json"))
    _write("v3_ws", _condensed(folder / "v3" / "ws.json"))
    old = [
        f"{one['method']} {one['path']}"
        for group in groups_of(folder / "v5_rest")
        for one in group["endpoints"]
        if one["deprecated"]
    ]
    (DATA / "deprecated_v5.json").write_text(json.dumps(old, indent=0) + "\n")
    v5 = ((name, said) for group in groups_of(folder / "v5_rest") for name, said in _v5_cursors(group))
    _write_pages("v5", v5)
    _write_pages("v3", _v3_cursors(_read(folder / "v3" / "rest.json")))
    _write_headings(folder / "v3")
    for dialect, said in (("v5", _errors(folder)), ("v3", _errors_v3(folder))):
        codes: dict[str, bool] = {code: one["retryable"] for code, one in said.items()}
        (DATA / f"codes_{dialect}.json").write_text(json.dumps(codes, indent=0) + "\n")


def groups_of(folder: Path) -> Iterator[Any]:
    """Yield the groups of V5's REST specification."""
    for path in sorted(folder.glob("*.json")):
        if path.name != "errors.json":
            yield _read(path)


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _write(name: str, groups: dict[str, list[Any]]) -> None:
    """Write one row a line, so that a difference shows where it is."""
    parts = [
        f"{json.dumps(group)}: [\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"
        for group, rows in groups.items()
    ]
    (DATA / f"{name}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n")


def _write_pages(dialect: str, rows: Iterator[tuple[str, list[Any]]]) -> None:
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(said)}" for name, said in rows)
    (DATA / f"pages_{dialect}.json").write_text(f"{{\n{lines}\n}}\n")


def _condensed(*files: Path) -> dict[str, list[Any]]:
    """Return the facts of some files by group, each as names, auth, limit and parameters."""
    groups: dict[str, list[Any]] = {}
    for file in files:
        for fact in read_facts(file).rows.values():
            name = fact.name.partition(" (")[0]
            row: list[Any] = [[name], int(fact.auth), fact.limit, fact.params]
            have = groups.setdefault(fact.unit.split()[2], [])
            if have and row[1:] == have[-1][1:] and "candle" in name and " " not in name:
                have[-1][0].append(name)  # a family of candles differs in its names only
            else:
                have.append(row)
    return groups


def _write_headings(folder: Path) -> None:
    """Write each heading of V3's documents with what answers it: endpoints, channels, or a word for a kind of prose."""
    endpoints = {f"rest:{one['group']}.{one['id']}": one for one in _read(folder / "rest.json")["endpoints"]}
    rows: list[list[Any]] = []
    for line in (folder / "coverage.md").read_text(encoding="utf-8").splitlines():
        number, title, ids, *_ = [*(part.strip() for part in line.strip("|").split("|")), "", ""]
        if number.isdecimal():
            rows.append([number, title, list(dict.fromkeys(_answer(one.strip(), endpoints) for one in ids.split(",")))])
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (DATA / "headings_v3.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _answer(name: str, endpoints: dict[str, Any]) -> str:
    if name in endpoints:
        return f"{endpoints[name]['method']} {endpoints[name]['path']}"
    kind, _, rest = name.partition(":")
    if kind == "ws":
        return rest.replace("{seconds}", "60")  # one of a family stands for all of it
    if name == "protocol:changelog":
        return "prose"
    return {"errors": "errors", "protocol": "protocol", "ws-op": "socket"}.get(kind, "prose")


def _v5_cursors(said: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the parameter that asks for older rows or for a page, and the rows per page."""
    older = {"after/before/limit": "after", "beginId/endId/limit": "endId", "page/limit": "page"}
    for one in said["endpoints"]:
        if one["pagination"]["style"] in older:
            yield f"{one['method']} {one['path']}", [older[one["pagination"]["style"]], one["pagination"]["max_limit"]]


def _v3_cursors(said: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the parameter that asks for older rows, the field that feeds it and the rows per page."""
    for one in said["endpoints"]:
        pages = one.get("pagination") or {}
        if pages.get("style") == "cursor":
            yield f"{one['method']} {one['path']}", [pages["older"], pages["cursor_field"], pages["limit_max"]]


def _errors(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = {
        code: one
        for code, one in _read(folder / "v5_rest" / "errors.json")["codes"].items()
        if code not in ("0", "1", "2")
    }
    for one in _read(folder / "v5_ws" / "events.json")["codes"]:
        said.setdefault(one["code"], {"retryable": one["cls"] != "fatal"})
    return said


def _errors_v3(folder: Path) -> dict[str, Any]:
    said = _read(folder / "v3" / "errors.json")
    codes: dict[str, Any] = {**said["websocket"], **said["rest"]}
    return codes


def main(args: list[str]) -> int:
    """Condense the folder that is given, else print what is missing."""
    if args:
        condense(Path(args[0]))
        return 0
    lost = missing()
    known = facts()
    for unit, names in sorted(lost.items()):
        total = sum(fact.unit == unit for fact in known.values())
        print(f"{unit}: {len(names)} of {total} missing")
        for name in names:
            print(f"    {name}")
    print(f"{sum(map(len, lost.values()))} of {len(known)} facts are not declared")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
