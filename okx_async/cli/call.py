"""``okx-async call``: performs any endpoint of the catalogue."""

from __future__ import annotations

import argparse
import asyncio
import typing
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeGuard

import msgspec
import orjson

from ..client import OKX, OKEx
from ..core.endpoint import Endpoint
from ..core.fields import part_of
from ..core.row import HiddenRow
from ..errors import BadParameter
from ..settings import Secret
from ..v3.models.fields import CanonicalId, CoinAmount, TextId
from .common import OK, Commands, NotReached, command, is_alias, named, open_client, where_options
from .table import record, table

__all__ = ["add", "run"]

EXAMPLES = """\
  okx-async call market.ticker inst_id=BTC-USDT --sim
  okx-async call market.candles inst_id=BTC-USDT bar=1H limit=5 --sim --fields ts,o,h,l,c
  okx-async call spot.ticker instrument_id=BTC-USDT --sim --v3 --json
  okx-async call futures.ticker instrument_id=BTC-USD-quarter --sim --v3

`okx-async catalogue` lists the endpoints, `okx-async catalogue NAME` the parameters of one. Endpoints that need a
key take it from OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE and want a --site; with --sim they just work.
"""

_INSTRUMENT = ("inst_id", "instrument_id")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "call", "Call a REST endpoint and show its answer.", EXAMPLES)
    parser.add_argument("endpoint", metavar="CHAPTER.NAME", help="e.g. market.ticker")
    parser.add_argument("params", nargs="*", metavar="NAME=VALUE", help="by Python name; lists as a,b,c or as JSON")
    parser.add_argument("--json", action="store_true", help="as JSON, decimals as text")
    parser.add_argument("--fields", metavar="A,B", help="show only these fields, in this order")
    where_options(parser, timeout=10.0)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Perform the call and print the answer."""
    answer = plain(asyncio.run(_call(args)))
    if args.fields:
        answer = _only(answer, args.fields.split(","))
    print(orjson.dumps(answer).decode() if args.json else _text(answer))
    return OK


async def _call(args: argparse.Namespace) -> Any:
    row = _row(args.endpoint, v3=args.v3)
    given = _split(args.params)
    params = {name: value_of(row, name, text) for name, text in given.items()} if row else {}
    futures = [name for name, text in given.items() if name in _INSTRUMENT and is_alias(text)]
    keyed = row is not None and row.scheme == "key"
    async with open_client(args, keyed=keyed, rolling=bool(futures)) as client:
        deadline = asyncio.timeout(args.timeout)
        try:
            async with deadline:
                params |= {name: await named(client, given[name]) for name in futures}
                return await client.call(args.endpoint, **params)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise NotReached(f"{client.site.rest} did not answer within {args.timeout:g} s") from None


def _row(name: str, *, v3: bool) -> Endpoint | None:
    """Return the endpoint; ``None`` leaves it to the client to say what is wrong with the name."""
    mine, other = (OKEx, OKX) if v3 else (OKX, OKEx)
    for row in mine.endpoints():
        if f"{row.chapter}.{row.name}" == name:
            return row
    if any(f"{row.chapter}.{row.name}" == name for row in other.endpoints()):
        raise BadParameter(f"{name} is an endpoint of {'V5: leave out --v3' if v3 else 'V3: add --v3'}")
    return None


# -- parameters


def _split(params: Iterable[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for param in params:
        name, sign, value = param.partition("=")
        if not sign or not name:
            raise BadParameter(f"a parameter is NAME=VALUE, e.g. inst_id=BTC-USDT, not {param!r}")
        if name in given:
            raise BadParameter(f"{name} is given twice")
        given[name] = value
    return given


def value_of(row: Endpoint, name: str, text: str) -> Any:
    """Return what a text stands for by the endpoint's signature; a text that does not fit is left to be refused."""
    field = row.signature.fields.get(name)
    return _value(field.hint, text) if field else text


def _value(hint: Any, text: str) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _value(inner[0], text)
    if origin is typing.Literal:
        return next((allowed for allowed in inner if str(allowed) == text), text)
    if hint is int and text.lstrip("-").isdecimal():
        return int(text)
    if part_of(hint) is not None and text.startswith(("{", "[")):
        return _json(text)
    if origin is Mapping and text.startswith("{"):
        return _json(text)
    if hint is bool and text in ("true", "false"):
        return text == "true"
    if isinstance(origin, type) and issubclass(origin, typing.Sequence):
        return _listed(text)
    # A parameter that takes one value or a list of them.
    if any(typing.get_origin(member) in (list, Sequence) for member in inner) and text.startswith("["):
        return _listed(text)
    return text


def _listed(text: str) -> Any:
    if not text.startswith("["):
        return text.split(",")
    return _json(text)


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadParameter(f"{text!r} is not JSON: {error}") from None


# -- answers


def plain(answer: Any) -> Any:
    """Return typed rows as plain values by Python name, exact decimals as text."""
    return msgspec.to_builtins(_named(answer))


def _named(answer: Any) -> Any:
    """Rows know themselves by wire name; here they are told by the names that Python code uses."""
    if isinstance(answer, Decimal):
        return f"{answer:f}"  # an exchange writes 0.00000001, never 1E-8
    if isinstance(answer, Secret | HiddenRow):
        return "***"
    if isinstance(answer, CoinAmount):
        return {"amount": _named(answer.amount), "currency": answer.currency}
    if isinstance(answer, TextId | CanonicalId):
        return str(answer)  # msgspec writes no kinds of text of its own
    if isinstance(answer, Mapping):
        return {str(name): _named(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [_named(each) for each in typing.cast("Iterable[Any]", answer)]
    if isinstance(answer, msgspec.Struct):
        return {name: _named(value) for name, value in msgspec.structs.asdict(answer).items()}
    return answer


def _only(answer: Any, fields: list[str]) -> Any:
    if _is_list(answer):
        return [_only(each, fields) for each in answer]
    if not _is_row(answer):
        return answer
    missing = [field for field in fields if field not in answer]
    if missing:
        raise BadParameter(f"the answer has no field {missing[0]!r}; it has {', '.join(answer)}")
    return {field: answer[field] for field in fields}


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_row(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _text(answer: Any) -> str:
    if _is_row(answer):
        return record({name: _block(value) for name, value in answer.items()})
    if _is_list(answer):
        return _rows(answer) or "(no rows)"
    return str(answer)


def _rows(rows: list[Any]) -> str:
    if not rows or not isinstance(rows[0], dict):
        return "\n".join(_cell(row) for row in rows)
    known: list[Mapping[str, Any]] = rows
    # Most rows leave many fields empty; a column without any value only takes up room.
    heads = [name for name in known[0] if any(row.get(name) is not None for row in known)]
    return table([[_cell(row.get(name)).replace("\n", " ") for name in heads] for row in known], heads)


def _block(value: Any) -> str:
    """Return a field of a record; rows in it stand below each other, e.g. the currencies of a balance."""
    return _rows(value) + "\n" if _is_list(value) and value and _is_row(value[0]) else _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if _is_list(value):
        if value and _is_list(value[0]):
            return table([[_cell(part) for part in item] for item in value]) + "\n"
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
