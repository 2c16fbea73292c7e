"""``okx-async catalogue``: which endpoints and channels are there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ..catalogue import catalogue, channels
from ..core.channel import Channel
from ..core.endpoint import Endpoint, Param
from ..core.throttle import Limit
from . import coverage
from .common import NO, OK, WRONG, Commands, command
from .table import record, table

if TYPE_CHECKING:
    from ..sim.coverage import Coverage

__all__ = ["add", "run"]

EXAMPLES = """\
  okx-async catalogue                         everything
  okx-async catalogue v5 candles              rows with both words in name, path or description
  okx-async catalogue market.ticker           one endpoint with its parameters
  okx-async catalogue --channels book
  okx-async catalogue --sim v5 public         with what the simulator makes of each
  okx-async catalogue --sim "not simulated"   what it does not serve
  okx-async catalogue --sim portfolio         what it serves without portfolio margin
  okx-async catalogue --coverage              what is declared of what is documented, as Markdown
  okx-async catalogue --audit spec/           what facts files say that is not declared, and the other way round

facts files are those of the project's specification: one per group of V5's endpoints, one of channels, the same for
V3. A file of one group is compared with that chapter, a folder with everything it speaks for. Exit code of --audit: 1
when anything differs.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "catalogue", "List endpoints, or channels, filtered by words.", EXAMPLES)
    parser.add_argument("words", nargs="*", metavar="WORD", help="all of them must match; one exact name shows details")
    parser.add_argument("--channels", action="store_true", help="list channels instead of endpoints")
    parser.add_argument("--sim", action="store_true", help="tell what the simulator serves; can be searched for, too")
    parser.add_argument("--coverage", action="store_true", help="count what is declared of what is documented")
    parser.add_argument("--audit", type=Path, metavar="PATH", help="compare with a facts file, or a folder of them")
    parser.add_argument("--json", action="store_true", help="one line of JSON per row")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what matches."""
    if (args.coverage or args.audit) and (args.words or args.channels or args.sim or (args.coverage and args.audit)):
        print(
            "okx-async: --coverage and --audit go over everything: leave words and other options out", file=sys.stderr
        )
        return WRONG
    if args.audit:
        return _audit(args.audit, as_json=args.json)
    if args.coverage:
        return _count(args)
    served = _simulated() if args.sim else None
    rows = (
        [_channel(each, served) for each in _declared()]
        if args.channels
        else [_endpoint(each, served) for each in catalogue()]
    )
    found = _matching(rows, [word.lower() for word in args.words])
    if not found:
        print(f"okx-async: nothing matches {' '.join(args.words)!r}", file=sys.stderr)
        return NO
    if args.json:
        for row in found:
            print(orjson.dumps(row).decode())
    elif len(found) == 1:
        print(_details(found[0]))
    else:
        print(_channel_table(found) if args.channels else _endpoint_table(found))
    return OK


def _simulated() -> Coverage:
    from ..sim.coverage import Coverage  # the simulator is not needed to list what is declared

    return Coverage()


def _count(args: argparse.Namespace) -> int:
    if args.json:
        for row in (*coverage.chapters(), *coverage.sockets()):
            print(orjson.dumps(row).decode())
    else:
        print(coverage.markdown())
    return OK


def _audit(path: Path, *, as_json: bool) -> int:
    from ..audit import audit  # nobody else needs to read facts files

    found = audit(path)
    if as_json:
        for one in found:
            print(orjson.dumps(one.to_dict()).decode())
    elif found:
        cells = [[one.kind, one.dialect, one.name, one.part, one.ours, one.theirs] for one in found]
        print(table(cells, ("", "", "name", "what", "declared", "facts")))
    else:
        print("no difference")
    return NO if found else OK


def _matching(rows: Sequence[dict[str, Any]], words: list[str]) -> list[dict[str, Any]]:
    """Return the rows with every word in them; rows whose very name was given stand alone."""
    exact = [row for row in rows if row["name"].lower() in words and all(_holds(row, word) for word in words)]
    return exact or [row for row in rows if all(_holds(row, word) for word in words)]


def _holds(row: dict[str, Any], word: str) -> bool:
    keys = ("dialect", "name", "method", "path", "socket", "sim", "without", "deprecated", "doc")
    return word in " ".join(str(row.get(key, "")) for key in keys).lower()


# -- endpoints


def _served(endpoint: Endpoint, coverage: Coverage) -> dict[str, Any]:
    """Return what the simulator makes of an endpoint, and what it leaves out where it does not say so by that."""
    without = coverage.without(endpoint)
    return {"sim": coverage.endpoint(endpoint).value} | ({"without": list(without)} if without else {})


def _endpoint(endpoint: Endpoint, coverage: Coverage | None) -> dict[str, Any]:
    served = _served(endpoint, coverage) if coverage is not None else {}
    return served | {
        "dialect": endpoint.dialect,
        "name": f"{endpoint.chapter}.{endpoint.name}",
        "method": endpoint.method,
        "path": endpoint.path,
        "auth": endpoint.auth,
        "permission": endpoint.permission or "",
        "needs": endpoint.needs.capability if endpoint.needs else "",
        "limit": _limit(endpoint.limit),
        "deprecated": endpoint.deprecated,
        "params": [_param(each) for each in endpoint.params],
        "doc": endpoint.doc,
    }


def _limit(limit: Limit | None) -> str:
    return f"{limit.count}/{limit.per:g}s {limit.by or ''}".rstrip() if limit else ""


def _param(param: Param) -> dict[str, Any]:
    return {"name": param.name, "wire": param.wire, "required": param.required, "text": param.text}


def _sim_head(rows: Sequence[dict[str, Any]]) -> str:
    return "simulator" if "sim" in rows[0] else ""


def _endpoint_table(rows: Sequence[dict[str, Any]]) -> str:
    heads = ("", "name", "method", "path", "limit", "key", _sim_head(rows), "")
    cells = [
        [
            row["dialect"],
            row["name"],
            row["method"],
            row["path"],
            row["limit"],
            row["permission"],
            row.get("sim", "") + (" *" if "without" in row else ""),
            "deprecated" if row["deprecated"] else "",
        ]
        for row in rows
    ]
    return "\n".join([table(cells, heads), *_without(rows)])


def _without(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is left out of endpoints that are served, as lines below their table."""
    told = [f"* {row['name']}: without {'; '.join(row['without'])}" for row in rows if "without" in row]
    return ["", *told] if told else []


def _details(row: dict[str, Any]) -> str:
    keys = ("name", "dialect", "method", "path", "socket", "limit", "needs", "sim", "deprecated")
    shown = {key: str(row[key]) for key in keys if row.get(key)}
    if "without" in row:
        shown["without"] = "; ".join(row["without"])
    shown["key"] = f"needed {row.get('permission', '')}".rstrip() if row["auth"] else "not needed"
    given = [[each["name"], "required" if each["required"] else "optional", each["text"]] for each in row["params"]]
    lines = [row["doc"], "", record(shown)]
    if given:
        lines += ["", table(given, ("parameter", "", "meaning"))]
    return "\n".join(lines)


# -- channels


def _declared() -> list[Channel]:
    """Return each declaration once, not once per candle size."""
    return list({id(row.declared): row.declared for row in channels()}.values())


def _channel(channel: Channel, coverage: Coverage | None) -> dict[str, Any]:
    return _channel_served(channel, coverage) | {
        "dialect": channel.dialect,
        "name": channel.channel,
        "socket": channel.endpoint,
        "auth": channel.auth,
        "book": channel.book.depth if channel.book else None,
        "names": list(channel.names),
        "deprecated": channel.deprecated,
        "params": [_param(each) for each in channel.args],
        "doc": channel.doc,
    }


def _channel_served(channel: Channel, coverage: Coverage | None) -> dict[str, str]:
    """Return what the simulator makes of a channel; of one with many names also how many it serves, if not all."""
    if coverage is None:
        return {}
    made = [coverage.channel(channel.dialect, channel.endpoint, name).value for name in channel.names]
    if len(set(made)) == 1:
        return {"sim": made[0]}
    return {"sim": f"served: {made.count('served')} of {len(made)} names"}


def _channel_table(rows: Sequence[dict[str, Any]]) -> str:
    heads = ("", "name", "socket", "levels", "key", "arguments", _sim_head(rows))
    cells = [
        [
            row["dialect"],
            row["name"],
            row["socket"],
            str(row["book"] or ""),
            "key" if row["auth"] else "",
            ", ".join(each["name"] for each in row["params"]),
            row.get("sim", ""),
        ]
        for row in rows
    ]
    return table(cells, heads)
