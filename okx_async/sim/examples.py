"""What the documents say an answer looks like: rows made up from their declarations, the same ones every time.

Values are what fields of their kind hold: words that the declaration's own text lists, else by type and name.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Union

import msgspec

from ..core.words import Ms
from ..settings import Secret

__all__ = ["example", "is_known"]

_NUMBERS = (
    ("sCode|code", "0"),
    ("totalPage|page|curPage", "1"),
    (".*(lever|Lever)", "3"),
    (".*([Rr]atio|[Rr]ate|[Aa]p[yr]|[Pp]ct|[Yy]ield|[Ii]v|Vol)", "0.01"),
    (".*[Ff]ee", "-0.05"),
    (".*([Pp]x|[Pp]rice|stk|strike)", "50000"),
    (".*([Nn]um|[Cc]ount|[Cc]nt|Days|total|[Qq]ty)", "2"),
)
_TEXTS = (
    ("sMsg|msg|subCode", ""),
    ("sCode|code|errorCode", "0"),
    ("instIds?|traderInsts", "BTC-USDT-SWAP"),
    ("sprdId", "BTC-USDT_BTC-USDT-SWAP"),
    ("instFamily|uly", "BTC-USDT"),
    ("index.*|.*Index", "BTC-USD"),
    ("instType", "SWAP"),
    (".*([Cc]cy|[Cc]urrency)(List)?", "USDT"),
    ("side", "buy"),
    ("posSide", "net"),
    ("tdMode|mgnMode", "cross"),
    ("ordType", "limit"),
    (".*([Uu]rl|[Ll]ink|fileHref)", "https://example.com/static"),
    (".*(Id|ID|Ids|uid|Uid|Code)", "1000000000000000001"),
    (".*([Tt]ype|[Ss]tate|[Ss]tatus|[Ll]v|[Ll]evel|Mode|[Rr]ole|Src)", "1"),
    (".*[Tt]ime|.*[Dd]ate", "20260101"),
)
_LISTED = re.compile(r"(?:^|: )``([\w.-]+)`` \w")
_NONE = type(None)


def example(result: Any, now: int, given: Mapping[str, Any]) -> list[Any]:
    """Return the rows of an answer as they stand on the wire: one, or none where an answer has none.

    Args:
        result: What the endpoint is declared to return.
        now: The moment at which everything in it happened, Unix milliseconds.
        given: What was asked, by wire name: a field that carries a parameter's name repeats its value.
    """
    row = _row_of(result)
    if row is _NONE:
        return []
    made = _value(row, "", now)
    if isinstance(made, dict):
        hints = _fields(row)
        made |= {name: given[name] for name in made if _repeats(hints[name], made[name], given.get(name))}
    return [made]


@lru_cache(maxsize=1024)
def is_known(result: Any) -> bool:
    """Tell whether a declared result says what its rows look like."""
    row = _row_of(result)
    origin = typing.get_origin(row)
    return row is _NONE or origin is tuple or (isinstance(row, type) and issubclass(row, msgspec.Struct))


def _row_of(result: Any) -> Any:
    origin = typing.get_origin(result)
    return typing.get_args(result)[0] if isinstance(origin, type) and issubclass(origin, list) else result


def _repeats(hint: Any, made: Any, given: Any) -> bool:
    """Tell whether a field can hold a parameter's value: one text, and a number where numbers are."""
    if not isinstance(given, str) or not given or "," in given or not isinstance(made, str):
        return False
    kind = _bare(hint)
    if typing.get_origin(kind) is Literal:
        return given in typing.get_args(kind)
    return kind is str or (kind is Decimal and re.fullmatch(r"-?\d+(\.\d+)?", given) is not None)


def _value(hint: Any, name: str, now: int) -> Any:
    if hint == Ms or Ms in typing.get_args(hint):
        return str(now)
    kind = _bare(hint)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return inner[0]
    if origin is list:
        return [_value(inner[0], name, now)]
    if origin is tuple:
        return [_text(name) for _ in inner if _ is not Ellipsis]
    if origin is dict:
        return {"BTC": "1"} if inner[1] is Decimal else {}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _row(kind, now)
    if kind is bool:
        return True
    if kind is int:
        return 1
    if kind is Decimal:
        return _by_name(_NUMBERS, name, "10")
    return "made-up" if kind is Secret else _text(name)


def _row(kind: type[msgspec.Struct], now: int) -> Any:
    said = _said(kind)
    made = {
        name: said[name] if name in said and _bare(hint) is str else _value(hint, name, now)
        for name, hint in _fields(kind).items()
    }
    return list(made.values()) if kind.__struct_config__.array_like else made


@lru_cache(maxsize=1024)
def _fields(kind: Any) -> dict[str, Any]:
    """Return the types of a row by wire name."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {wire: hints[name] for name, wire in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)}


@lru_cache(maxsize=1024)
def _said(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Return the first value that a row's source lists under each field, by wire name; none where there is no source.

    Python keeps no docstrings of fields, so they are read where they stand.
    """
    wires = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    except OSError:
        return {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            listed = _LISTED.search(str(getattr(text.value, "value", "")))
            if listed and field.target.id in wires:
                found[wires[field.target.id]] = listed[1]
    return found


def _bare(hint: Any) -> Any:
    """Strip ``None`` and the vocabulary from an annotation; of several types the first counts."""
    while typing.get_origin(hint) in (Annotated, Union, types.UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not _NONE)
    return hint


def _text(name: str) -> str:
    return _by_name(_TEXTS, name, "example")


def _by_name(table: tuple[tuple[str, str], ...], name: str, otherwise: str) -> str:
    return next((value for form, value in table if re.fullmatch(form, name)), otherwise)
