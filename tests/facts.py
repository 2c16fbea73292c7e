"""What the documents say and what is declared, compared both ways: ``python -m tests.facts`` lists what is missing.

The facts are a condensed copy of the project's specification, in ``tests/data/facts``. ``python -m tests.facts FOLDER``
writes them anew from a folder that holds ``v5_rest``, ``v5_ws`` and ``v3``.

A unit is what one line of work covers: dialect, ``rest`` or ``ws``, the specification's group, and ``public`` or
``private``, e.g. ``v5 rest market public``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from okx_async import ChannelRow, Endpoint, catalogue, channels
from okx_async.core.endpoint import Param

__all__ = ["DATA", "SHARED", "SLIPS", "Fact", "declared", "facts", "groups_of", "missing", "needed", "unit_of"]

DATA = Path(__file__).parent / "data" / "facts"
# Parameters that the specification calls required although they cannot always be given, with the reason. Written
# into the condensed facts as conditional.
SLIPS = {
    ("/api/v5/public/position-tiers", "instId"): "margin only: derivatives are asked for by family",
    ("/api/v5/public/market-data-history", "instIdList"): "spot only: derivatives are asked for by family",
    ("/api/v5/public/market-data-history", "instFamilyList"): "derivatives only: spot is asked for by instrument",
}
# Channels of the specification that nobody can subscribe.
NEVER = {"books-elp-all": "announced, never shipped"}

# Paths with two schemas: one for brokers and one for users.
SHARED = {"GET /api/v5/finance/sfp/dcd/products", "POST /api/v5/finance/sfp/dcd/quote"}


@dataclass(frozen=True)
class Fact:
    """One endpoint or channel.

    Attributes:
        unit: See the module.
        name: Method and path, or the channel's name.
        auth: Whether a key is needed.
        limit: Count, seconds and scope of a rate limit, for a channel the socket that serves it.
        params: Where each parameter goes and whether it is ``required``, ``conditional`` or ``optional``.
    """

    unit: str
    name: str
    auth: bool
    limit: str
    params: dict[str, str] = field(hash=False)


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


def declared() -> dict[tuple[str, str], Fact]:
    """Return what is declared, by dialect and name, in the same form and without a unit."""
    found = {(row.dialect, fact.name): fact for row in catalogue() for fact in [_endpoint(row)]}
    return found | {(row.dialect, row.channel): _channel(row) for row in channels()}


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


def _endpoint(row: Endpoint) -> Fact:
    name = f"{row.method} {row.path}"
    name = f"{name} ({row.chapter})" if name in SHARED else name
    # A scope that no source names: the general rule is per IP for public and per user for private endpoints.
    scope = row.limit and (row.limit.by or ("user" if row.auth else "ip"))
    limit = f"{row.limit.count}/{row.limit.per:g}s {scope}" if row.limit else ""
    if row.bare_list:  # the one parameter is the list itself; the documents name what its items hold
        parts = [part for param in row.params for part in param.parts] if row.dialect == "v5" else []
        return Fact("", name, row.auth, limit, {part.wire: _placed(part) for part in parts})
    fields = row.signature.fields
    params = {
        param.wire: _placed(param, always=fields[param.name].default is not None)
        for param in row.params
        if param.where != "header"
    }
    return Fact("", name, row.auth, limit, params)


def _placed(param: Param, *, always: bool = False) -> str:
    return f"{param.where} {_need(param.required or always)}"


def _channel(row: ChannelRow) -> Fact:
    fields = row.declared.signature.fields
    params = {arg.wire: _need(arg.required or fields[arg.name].default is not None) for arg in row.args}
    return Fact("", row.channel, row.auth, row.endpoint, params)


def _need(always: bool) -> str:
    """A parameter with a default is always sent, so it may stand for a required one."""
    return "required" if always else "optional"


# -- condensing


def condense(folder: Path) -> None:
    """Write the condensed facts from a folder of specifications."""
    _write("v5_rest", {said["group"]: list(_v5_rest(said)) for said in groups_of(folder / "v5_rest")})
    _write("v5_ws", _by_group(_v5_ws(_read(folder / "v5_ws" / "channels.json"))))
    _write("v3_rest", _by_group(_v3_rest(_read(folder / "v3" / "rest.json"))))
    _write("v3_ws", _by_group(_v3_ws(_read(folder / "v3" / "ws.json"))))
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


def _by_group(rows: Iterator[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for group, row in rows:
        have = groups.setdefault(group, [])
        if have and row[1:] == have[-1][1:] and "candle" in row[0][0]:
            have[-1][0].extend(row[0])  # a family of candles differs in its names only
        else:
            have.append(row)
    return groups


def _v5_rest(said: Any) -> Iterator[Any]:
    for one in said["endpoints"]:
        limit = one["rate_limit"]
        private = one["auth"] not in ("public", "none")
        # A scope that no source names: the general rule is per IP for public and per user for private endpoints.
        text = (
            f"{limit['count']}/{limit['seconds']:g}s {limit['scope'] or ('user' if private else 'ip')}" if limit else ""
        )
        params: dict[str, str] = {}
        for param in one["params"]:
            if not re.search(r"[.\[]", param["name"]):
                params[param["name"]] = f"{param['in']} {needed(one, param)}"
        yield [[f"{one['method']} {one['path']}"], int(private), text, params]


def needed(one: Any, param: Any) -> str:
    """Return whether a parameter of V5 is ``required``, ``conditional`` or ``optional``."""
    if not param["required"]:
        return "optional"
    if param["required"] == "conditional":
        return "conditional"
    types = next((other for other in one["params"] if other["name"] == "instType" and other.get("enum")), None)
    conditional = (
        param.get("required_when")
        or (one["path"], param["name"]) in SLIPS
        or any(param["name"] in group for group in one.get("one_of", []))
        or (types and param.get("applies") and not set(types["enum"]) <= set(param["applies"]))
    )
    return "conditional" if conditional else "required"


def _v5_ws(said: Any) -> Iterator[tuple[str, Any]]:
    for one in said["channels"]:
        if one["name"] not in NEVER:
            args = {arg["name"]: arg["required"] for arg in one["args"]}
            yield one["group"], [[one["name"]], int(one["auth"]), one["endpoint"], args]


def _v3_rest(said: Any) -> Iterator[tuple[str, Any]]:
    for one in said["endpoints"]:
        limit = one["rate_limit"]
        text = f"{limit['count']}/{limit['seconds']:g}s {limit['scope']}" if limit else ""
        params = {
            param["name"]: f"{param['in']} {'required' if param['required'] else 'optional'}"
            for param in one["params"]
            if not re.search(r"[.\[]", param["name"])
        }
        yield one["group"], [[f"{one['method']} {one['path']}"], int(one["auth"]), text, params]


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


def _v3_ws(said: Any) -> Iterator[tuple[str, Any]]:
    for one in said["channels"]:
        # The argument stands behind a colon without a name; only whether there is one can be compared.
        args = {} if one["filter"]["kind"] == "none" else {"": "required"}
        sizes = (60, 180, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800)
        names = [one["name"].replace("{seconds}", str(size)) for size in sizes]
        yield one["group"], [names if "{seconds}" in one["name"] else [one["name"]], int(one["auth"]), "v3", args]


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
