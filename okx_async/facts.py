"""What documents say of endpoints and channels, read from the project's facts files, and the same of what is declared.

Facts files are JSON: one per group of V5's REST endpoints (``group``, ``endpoints``), one of V5's channels, one of V3's
endpoints and one of its channels. Other files beside them, e.g. tables of codes, are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .catalogue import ChannelRow, catalogue, channels
from .core.endpoint import Endpoint, Param
from .errors import BadParameter

__all__ = ["BEYOND", "NEVER", "OTHERWISE", "SHARED", "SLIPS", "Fact", "Facts", "declared", "needed", "read_facts"]

# Parameters that the specification calls required although they cannot always be given, with the reason.
SLIPS = {
    ("/api/v5/public/position-tiers", "instId"): "margin only: derivatives are asked for by family",
    ("/api/v5/public/market-data-history", "instIdList"): "spot only: derivatives are asked for by family",
    ("/api/v5/public/market-data-history", "instFamilyList"): "derivatives only: spot is asked for by instrument",
}
# Channels of the specification that nobody can subscribe.
NEVER = {"books-elp-all": "announced, never shipped"}
# Paths with two schemas: one for brokers and one for users.
SHARED = {"GET /api/v5/finance/sfp/dcd/products", "POST /api/v5/finance/sfp/dcd/quote"}
# Declared things the documents do not know, with the reason.
_USERS = "the specification tells only the brokers' form of this path; the users' form is issue 7's second schema"
BEYOND: dict[tuple[str, str], str] = {
    ("v5", "GET /api/v5/finance/sfp/dcd/products (earn_dcd)"): _USERS,
    ("v5", "POST /api/v5/finance/sfp/dcd/quote (earn_dcd)"): _USERS,
}
# Declared with parameters that the documents do not list, with the reason.
OTHERWISE = {
    ("v5", "POST /api/v5/sprd/amend-order"): "the documents list no parameters; those of the socket's op are declared",
}
# Lengths of V3's bars in seconds: each is a channel.
_V3_BARS = (60, 180, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800)


@dataclass(frozen=True)
class Fact:
    """One endpoint or channel.

    Attributes:
        unit: Dialect, ``rest`` or ``ws``, the specification's group, and ``public`` or ``private``.
        name: Method and path, or the channel's name.
        auth: Whether a key is needed.
        limit: Count, seconds and scope of a rate limit, for a channel the socket that serves it.
        params: Where each parameter goes and whether it is ``required``, ``conditional`` or ``optional``.
        deprecated: Whether it is deprecated; ``None`` where nobody says so.
    """

    unit: str
    name: str
    auth: bool
    limit: str
    params: dict[str, str] = field(hash=False)
    deprecated: bool | None = None


class Facts(NamedTuple):
    """What a facts file or a folder of them says.

    Attributes:
        rows: By dialect and name.
        covers: Beginnings of the units it speaks for, e.g. ``v5 rest market`` or, with every group there, ``v5 rest``.
    """

    rows: dict[tuple[str, str], Fact]
    covers: frozenset[str]


# -- what is declared


def declared() -> dict[tuple[str, str], Fact]:
    """Return what is declared, by dialect and name; the group of an endpoint is its chapter, of a channel ``-``."""
    facts = [(row.dialect, _endpoint(row)) for row in catalogue()]
    facts += [(row.dialect, _channel(row)) for row in channels()]
    return {(dialect, fact.name): fact for dialect, fact in facts}


def _endpoint(row: Endpoint) -> Fact:
    name = _rest_name(row.method, row.path, row.chapter)
    unit = f"{row.dialect} rest {row.chapter} {_side(row.auth)}"
    # A scope that no source names: the general rule is per IP for public and per user for private endpoints.
    scope = row.limit and (row.limit.by or ("user" if row.auth else "ip"))
    limit = f"{row.limit.count}/{row.limit.per:g}s {scope}" if row.limit else ""
    if row.bare_list:  # the one parameter is the list itself; the documents name what its items hold
        parts = [part for param in row.params for part in param.parts] if row.dialect == "v5" else []
        return Fact(unit, name, row.auth, limit, {part.wire: _placed(part) for part in parts}, bool(row.deprecated))
    fields = row.signature.fields
    params = {
        param.wire: _placed(param, always=fields[param.name].default is not None)
        for param in row.params
        if param.where != "header"
    }
    return Fact(unit, name, row.auth, limit, params, bool(row.deprecated))


def _placed(param: Param, *, always: bool = False) -> str:
    return f"{param.where} {_need(param.required or always)}"


def _channel(row: ChannelRow) -> Fact:
    fields = row.declared.signature.fields
    params = {arg.wire: _need(arg.required or fields[arg.name].default is not None) for arg in row.args}
    return Fact(f"{row.dialect} ws - {_side(row.auth)}", row.channel, row.auth, row.endpoint, params)


def _need(always: bool) -> str:
    """A parameter with a default is always sent, so it may stand for a required one."""
    return "required" if always else "optional"


def _rest_name(method: str, path: str, group: str) -> str:
    name = f"{method} {path}"
    return f"{name} ({group})" if name in SHARED else name


def _side(auth: bool) -> str:
    return "private" if auth else "public"


# -- what files say


def read_facts(path: Path) -> Facts:
    """Read a facts file, or every facts file in a folder and below.

    A file of one group speaks for that group alone. A folder with more than one of them speaks for all of V5's REST
    endpoints: what is in none of its files is not in the documents.

    Raises:
        BadParameter: There is no such file, it is not JSON, or it is not a facts file.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    rows: dict[tuple[str, str], Fact] = {}
    covers: set[str] = set()
    for file in files:
        said = _load(file)
        kind = _kind(said)
        if kind is None:
            continue
        try:
            facts = list(_READERS[kind](said))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise BadParameter(f"{file}: not a facts file of {kind} ({type(error).__name__}: {error})") from error
        rows |= {(kind[:2], fact.name): fact for fact in facts}
        covers.add(f"{kind} {said['group']}" if kind == "v5 rest" else kind)
    if not covers:
        raise BadParameter(f"{path}: no facts file of endpoints or channels")
    groups = {one for one in covers if one.startswith("v5 rest ")}
    return Facts(rows, frozenset(covers - groups | {"v5 rest"} if len(groups) > 1 else covers))


def _load(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise BadParameter(f"{file}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise BadParameter(f"{file}: not JSON ({error})") from error


def _kind(said: Any) -> str | None:
    """Return which of the four schemas a file follows, ``None`` for none of them."""
    if not isinstance(said, dict):
        return None
    if isinstance(said.get("endpoints"), list):
        return "v5 rest" if "group" in said else "v3 rest"
    rows = said.get("channels")
    if not isinstance(rows, list):
        return None
    return "v3 ws" if any(isinstance(row, dict) and "filter" in row for row in rows) else "v5 ws"


def _limit(one: Mapping[str, Any], usual: str = "") -> str:
    limit = one["rate_limit"]
    return f"{limit['count']}/{limit['seconds']:g}s {limit['scope'] or usual}".rstrip() if limit else ""


def _is_part(name: str) -> bool:
    """Tell whether a parameter is a part of another one: ``orders[].px``."""
    return re.search(r"[.\[]", name) is not None


def _v5_rest(said: Mapping[str, Any]) -> Iterator[Fact]:
    for one in said["endpoints"]:
        private = one["auth"] not in ("public", "none")
        params = {
            param["name"]: f"{param['in']} {needed(one, param)}"
            for param in one["params"]
            if not _is_part(param["name"])
        }
        yield Fact(
            f"v5 rest {said['group']} {_side(private)}",
            _rest_name(one["method"], one["path"], said["group"]),
            private,
            _limit(one, "user" if private else "ip"),
            params,
            bool(one["deprecated"]),
        )


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


def _v5_ws(said: Mapping[str, Any]) -> Iterator[Fact]:
    for one in said["channels"]:
        if one["name"] not in NEVER:
            args = {arg["name"]: str(arg["required"]) for arg in one["args"]}
            auth = bool(one["auth"])
            yield Fact(f"v5 ws {one['group']} {_side(auth)}", one["name"], auth, one["endpoint"], args)


def _v3_rest(said: Mapping[str, Any]) -> Iterator[Fact]:
    for one in said["endpoints"]:
        params = {
            param["name"]: f"{param['in']} {_need(bool(param['required']))}"
            for param in one["params"]
            if not _is_part(param["name"])
        }
        auth = bool(one["auth"])
        name = _rest_name(one["method"], one["path"], one["group"])
        yield Fact(f"v3 rest {one['group']} {_side(auth)}", name, auth, _limit(one), params)


def _v3_ws(said: Mapping[str, Any]) -> Iterator[Fact]:
    for one in said["channels"]:
        # The argument stands behind a colon without a name; only whether there is one can be compared.
        args = {} if one["filter"]["kind"] == "none" else {"": "required"}
        auth = bool(one["auth"])
        for seconds in _V3_BARS if "{seconds}" in one["name"] else ("",):
            name = one["name"].replace("{seconds}", str(seconds))
            yield Fact(f"v3 ws {one['group']} {_side(auth)}", name, auth, "v3", args)


_READERS = {"v5 rest": _v5_rest, "v5 ws": _v5_ws, "v3 rest": _v3_rest, "v3 ws": _v3_ws}
