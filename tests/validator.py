"""Whether a request is what the documents ask for, and what an answer of theirs looks like: from the facts alone.

Nothing here knows the declarations: `complaints` reads what stands on the wire, as an exchange would, and `answer`
writes what an exchange would say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .shapes import Said, Shape

__all__ = ["answer", "complaints"]

_NUMBER = r"-?[0-9]+(\.[0-9]+)?"
_MOMENT = r"[0-9]{13}"
# How values stand in a query, and in a body where they are text.
_TEXTS = {
    "string": r"(?s).+",
    "string-number": _NUMBER,
    "ms-timestamp-string": _MOMENT,
    "date-string": r"[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{6}",
    "bool-string": r"true|false",
    "iso": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{3})?Z",
}
_QUERY = _TEXTS | {
    "bool": r"true|false",
    "number": _NUMBER,
    "int": r"-?[0-9]+",
    "list<string>": r"[^,]+(,[^,]+)*",
    "list": r"[^,]+(,[^,]+)*",
}
_JSON: dict[str, tuple[type[Any], ...]] = {
    "bool": (bool,),
    "number": (int, float),
    "int": (int,),
    "list": (list,),
    "list<string>": (list,),
    "list<object>": (list,),
    "array[string]": (list,),
    "array[object]": (list,),
    "object": (dict,),
}


def complaints(shape: Shape, method: str, target: str, body: bytes | None) -> list[str]:
    """Return what the documents have against a request; nothing when it is well formed.

    Args:
        shape: What the documents say.
        method: ``GET`` or ``POST``.
        target: Path and query as they are sent.
        body: The body as it is sent, ``None`` for none.
    """
    parts = urlsplit(target)
    found = [f"method {method}"] if method != shape.method else []
    inside = _path_values(shape, parts.path)
    if inside is None:
        return [*found, f"path {parts.path}"]
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    if len(dict(pairs)) < len(pairs):
        found.append("a name stands twice in the query")
    found += _flat(shape, "path", inside)
    found += _flat(shape, "query", dict(pairs))
    if method == "GET":
        return found + (["a GET with a body"] if body is not None else [])
    return [*found, *_body(shape, json.loads(body or b"null"))]


def _path_values(shape: Shape, path: str) -> dict[str, str] | None:
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(shape.path))
    match = re.fullmatch(pattern, path)
    return {name: unquote(value) for name, value in match.groupdict().items()} if match else None


def _flat(shape: Shape, where: str, given: Mapping[str, str]) -> Iterator[str]:
    """Check what stands in the path or in the query."""
    known = {name: said for name, said in shape.params.items() if said.where == where}
    yield from _names(where, known, given)
    for name in given.keys() & known.keys():
        said = known[name]
        if not re.fullmatch(_QUERY[said.type], given[name]):
            yield f"{name}={given[name]!r} is no {said.type}"
        else:
            yield from _value(name, said, given[name])


def _names(where: str, known: Mapping[str, Said], given: Mapping[str, Any]) -> Iterator[str]:
    for name in given.keys() - known.keys():
        yield f"nobody knows {where} parameter {name}"
    for name, said in known.items():
        if said.need == "required" and name not in given:
            yield f"{where} parameter {name} is missing"


def _value(name: str, said: Said, text: str) -> Iterator[str]:
    """Check a value against the listed ones, and against the largest."""
    if said.values:
        for one in text.split(","):
            if one not in said.values:
                yield f"{name}={one!r} is none of {', '.join(said.values)}"
    if said.most is not None and float(text) > said.most:
        yield f"{name}={text} is more than {said.most}"


def _body(shape: Shape, sent: Any) -> Iterator[str]:
    known = {name: said for name, said in shape.params.items() if said.where == "body"}
    if not shape.listed:
        if not isinstance(sent, dict):
            yield f"the body is a {type(sent).__name__}"
            return
        yield from _object("", known, sent)
        return
    if not isinstance(sent, list) or not sent:
        yield "the body is no list of something"
        return
    if shape.items is not None and len(sent) > shape.items:
        yield f"{len(sent)} items are more than {shape.items}"
    prefix = "[]." if "[]" in known else ""
    for one in sent:
        yield from _object(prefix, known, one)


def _object(prefix: str, known: Mapping[str, Said], given: Any) -> Iterator[str]:
    """Check an object against the parameters whose names begin with a prefix."""
    inner = {name[len(prefix) :]: said for name, said in known.items() if name.startswith(prefix) and name != "[]"}
    own = {name: said for name, said in inner.items() if not re.search(r"[.\[]", name)}
    if not own:
        return  # the documents do not say what is in it
    if not isinstance(given, dict):
        yield f"{prefix or 'an item'} is a {type(given).__name__}"
        return
    yield from _names(f"body {prefix}", own, given)
    for name in given.keys() & own.keys():
        yield from _json(f"{prefix}{name}", own[name], given[name], known)


def _json(path: str, said: Said, value: Any, known: Mapping[str, Said]) -> Iterator[str]:
    kinds = _JSON.get(said.type)
    if kinds is None and any(name.startswith(f"{path}.") for name in known):
        kinds = (dict,)  # called a string, and made of parts all the same
    if kinds is None:
        if not isinstance(value, str) or not re.fullmatch(_TEXTS[said.type], value):
            yield f"{path}={value!r} is no {said.type}"
        else:
            yield from _value(path, said, value)
        return
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"{path}={value!r} is no {said.type}"
        return
    if said.type in ("list<object>", "array[object]"):
        for one in value:
            yield from _object(f"{path}[].", known, one)
    elif kinds == (dict,):
        yield from _object(f"{path}.", known, value)
    elif said.type in ("list<string>", "array[string]") and not all(isinstance(one, str) and one for one in value):
        yield f"{path}={value!r} holds something that is no text"


# -- answers

# What stands for a name that is a value, such as the pair whose orders are listed.
_KEYS = {
    "<pair>": "btc_usdt",
    "<key>": "btc",
    "currency:<CODE>": "currency:BTC",
    "account_type:<name>": "account_type:spot",
}
# Values of fields whose meaning says what they can be, though the documents list none.
_TOLD = {"sCode": "0", "sMsg": "", "subCode": "", "side": "buy"}
_ISO = "2020-07-20T08:00:00.123Z"


def answer(dialect: str, shape: Shape) -> bytes:
    """Return an answer in the documents' shape with every field they name."""
    if shape.kind == "binary":
        return b"\x00\x01\xff"
    columns = ["BTC-USD"] if "list" in shape.fields.values() else []
    columns = columns or [_scalar(dialect, name, kind) for name, kind in shape.fields.items()]
    row = _row(dialect, shape.fields)
    data: Any = {
        "list<object>": [row],
        "list<list>": [columns],
        "list<string>": columns,
        "object": row,
        "bare-object": row,
        "empty-list": [],
        "list": [row],
        "list_of_lists": [columns],
        "list_of_strings": ["BTC-USD"],
        "object_keyed": row,
    }[shape.kind]
    if dialect == "v3" or shape.kind == "bare-object":
        return json.dumps(data).encode()
    return json.dumps({"code": "0", "msg": "", "data": data}).encode()


def _row(dialect: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return an object with every field, parts inside the fields they belong to."""
    made: dict[str, Any] = {}
    for name, kind in fields.items():
        steps = [_KEYS.get(step, step) for step in re.findall(r"[^.\[\]]+|\[\]", name)]
        parts = any(other.startswith((f"{name}.", f"{name}[")) for other in fields)
        if steps[0] != "[]":
            _put(made, steps, [] if parts else _scalar(dialect, name, kind))
    return made


def _put(into: Any, steps: list[str], value: Any) -> None:
    step, *rest = steps
    if not rest:
        into[step] = value
        return
    empty: Any = [] if rest[0] == "[]" else {}
    if step != "[]":
        into[step] = into.get(step) or empty
        _put(into[step], rest, value)
        return
    if not into:
        into.append(empty)
    _put(into[0], rest, value)


def _scalar(dialect: str, name: str, said: str) -> Any:
    """Return a value of a documented type; what holds parts begins empty."""
    kind, _, listed = said.partition(" ")
    if kind.startswith("list"):
        return ["1"] if kind in ("list<string>", "list[string]") else []
    if kind in ("object", "object_keyed"):
        return {}
    if kind in ("bool", "boolean"):
        return True
    if kind in ("number", "int"):
        if name == "code":
            return 0
        return int(listed) if re.fullmatch(r"-?[0-9]+", listed) else 1
    if dialect == "v3":
        return _text_v3(name.rpartition(".")[2], listed)
    plain = name.rpartition(".")[2]
    if plain in _TOLD:
        return _TOLD[plain]
    return listed or {"ms-timestamp-string": "1597026383085", "date-string": "20260131", "bool-string": "true"}.get(
        kind, "1"
    )


def _text_v3(name: str, listed: str) -> str:
    """Return a text of V3, whose types tell nothing: names of moments do."""
    if name in ("error_code", "code"):
        return "0"
    if name in ("error_message", "message", "msg", "detailMsg"):
        return ""
    if name == "result":
        return "true"
    if name in _TOLD:
        return _TOLD[name]
    if re.search(r"(^|_)(time|timestamp)$|_at$|^iso$", name):
        return _ISO
    return listed or "1"
