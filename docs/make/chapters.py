"""One page per chapter of the documents, one page of channels per dialect: read from the catalogue and the source."""

from __future__ import annotations

import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import griffe
import msgspec
from okx_async.catalogue import catalogue, declared_channels, sections
from okx_async.core.channel import Channel
from okx_async.core.endpoint import Endpoint, Param, Section
from okx_async.core.fields import Field, part_of, part_signature
from okx_async.sim.coverage import Coverage
from okx_async.v5.ops import op_of

ROOT = Path(__file__).parents[2]
DIALECTS = {"v5": "OKX", "v3": "OKEx"}


def names(dialect: str) -> list[str]:
    """Return the chapters of a dialect in the documents' order."""
    return [section.chapter for section in sections(dialect)]


def anchor(name: str) -> str:
    """Return the anchor of an endpoint or a channel on its page."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower())


@functools.cache
def served() -> Coverage:
    """Return what the simulator serves."""
    return Coverage()


# -- the source: docstrings of parameters and fields are not there at run time


@functools.cache
def source() -> Any:
    """Return the package as griffe reads it, without running it."""
    return griffe.load("okx_async", search_paths=[str(ROOT)], docstring_parser=griffe.Parser.google)


def _object(target: Any) -> Any:
    return source()[f"{target.__module__}.{target.__qualname__}".removeprefix("okx_async.")]


def _docs(target: Any) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return the prose, the parameters' and the errors' meanings from a function's docstring."""
    text, meant, raised = [], {}, {}
    for section in griffe.parse_google(_object(target).docstring, warnings=False):
        match section.kind:
            case griffe.DocstringSectionKind.text:
                text.append(section.value)
            case griffe.DocstringSectionKind.parameters:
                meant |= {one.name: one.description for one in section.value}
            case griffe.DocstringSectionKind.raises:
                raised |= {str(one.annotation): one.description for one in section.value}
            case _:
                pass
    return "\n\n".join(text), meant, raised


# -- writing


def cell(text: str) -> str:
    """Return a text that stands in one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table, without the columns in which nothing stands."""
    kept = [at for at in range(len(heads)) if not rows or any(row[at] for row in rows)]
    lines = ([line[at] for at in kept] for line in (heads, ["---"] * len(heads), *rows))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: str) -> str:
    """Return code that may hold a bar, fit for a table."""
    return f"`{cell(text)}`" if text else ""


def title(section: type[Section]) -> str:
    """Return the documents' name of a chapter, as its module has it."""
    about = sys.modules[section.__module__].__doc__ or ""
    return re.split(r"[.:]", about.removeprefix("Chapter "))[0]


def chapter_page(dialect: str, name: str) -> str:
    """Return the page of one chapter."""
    section = next(one for one in sections(dialect) if one.chapter == name)
    rows = [row for row in catalogue() if (row.dialect, row.chapter) == (dialect, name)]
    client = "okx" if dialect == "v5" else "okex"
    about = inspect.cleandoc(section.__doc__ or "")
    parts = [f"# {title(section)}: {name}", about, f"On a client: `{client}.{name}`. {len(rows)} endpoints."]
    parts.append(_list(rows))
    parts += (_endpoint(row, client) for row in rows)
    parts += _rows_of([row.result for row in rows])
    return "\n\n".join(part for part in parts if part)


def _list(rows: Sequence[Endpoint]) -> str:
    # No table: on a telephone the longest name would leave no room for the text.
    return "\n".join(f"- [`{row.name}`](#{anchor(row.name)}): {_first(row.doc)}" for row in rows)


def _first(doc: str) -> str:
    """Return the first sentence of a docstring."""
    text = doc.split("\n\n")[0]
    return cell(re.split(r"(?<=[.:;]) (?=[A-Z(])", " ".join(text.split()))[0])


def _endpoint(row: Endpoint, client: str) -> str:
    text, meant, raised = _docs(row._function)
    facts = [f"`{row.method} {row.path}`", f"limit {_limit(row)}", _key(row)]
    if row.needs:
        facts.append(f'needs `allow={{"{row.needs.capability}"}}`')
    if row.pages is not None:
        facts.append(f"pages: `{client}.pages({client}.{row.chapter}.{row.name}, ...)`")
    if row.batch:
        facts.append("batch: one row per item")
    if op_of(row) is not None:
        facts.append("also over the socket")
    facts.append(f"simulator: {served().endpoint(row).value}")
    parts = [*_head(row, f"await {client}.{row.chapter}.{row.name}({_given(row.params)})", facts), text]
    if row.params:
        parts.append(_params(row.params, meant, row.signature.fields))
    if raised:
        parts.append(table(("raises", "when"), [[code(name), cell(when)] for name, when in raised.items()]))
    parts.append(f"Returns {_shape(row.result)}.")
    return "\n\n".join(parts)


def _head(one: Endpoint | Channel, call: str, facts: Sequence[str]) -> Iterator[str]:
    """Yield the heading of an endpoint or a channel, how it is called, and what is known of it."""
    yield f"## {one.name} {{ #{anchor(one.name)} }}"
    yield f"`{call}`"
    yield " · ".join(facts) + "\n{ .facts }"
    if one.deprecated:
        yield f'!!! warning "Deprecated"\n    {one.deprecated}'


def _given(params: Sequence[Param]) -> str:
    """Return what must be given, and dots for the rest."""
    required = [param.name for param in params if param.required]
    return ", ".join(required + ["..."] * (len(required) < len(params)))


def _limit(row: Endpoint) -> str:
    limit = row.limit
    if limit is None:
        return "not documented"
    return f"{limit.count} in {limit.per:g} s per {limit.by or ('user' if row.auth else 'ip')}"


def _key(row: Endpoint) -> str:
    match row.scheme:
        case "none":
            return "no key"
        case "key":
            return f"key with the right `{row.permission}`"
        case "bearer":
            return "access token"
        case _:
            return "credentials of an application"


def _params(params: Sequence[Param], meant: dict[str, str], fields: Mapping[str, Field], *, where: bool = True) -> str:
    cells = []
    for param in params:
        kind = _kind(fields[param.name].hint)
        cells.append([_name(param), cell(meant.get(param.name) or param.text), kind, _wire(param, where=where)])
        part = part_of(fields[param.name].hint)
        if part is not None:
            inner, said = part_signature(part).fields, _about(_object(part))[1]
            for one in param.parts:
                text = _meaning(_object(part), one.name, said) or one.text
                cells.append([f"… {_name(one)}", cell(text), _kind(inner[one.name].hint), _wire(one, where=False)])
    return table(("parameter", "meaning", "type", "on the wire"), cells)


def _name(param: Param) -> str:
    return code(param.name) + ("<br>required" if param.required else "")


def _wire(param: Param, *, where: bool) -> str:
    if param.parts:
        return "body"
    return f"{param.where} {code(param.wire)}" if where else code(param.wire)


def _kind(hint: Any) -> str:
    """Return a type for people: the words that may be given, else its name."""
    if typing.get_origin(hint) is typing.Literal:
        return ", ".join(code(str(one)) for one in typing.get_args(hint))
    if typing.get_origin(hint) is typing.Annotated:
        return _kind(typing.get_args(hint)[0])
    origin = typing.get_origin(hint)
    inner = [_kind(one) for one in typing.get_args(hint) if one not in (type(None), ...)]
    if origin in (typing.Union, types.UnionType):
        words = [one for one in inner if one.startswith("`")]
        return " or ".join(words or dict.fromkeys(inner))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "dict"
    if inner:
        return f"list of {inner[0]}"
    if hint is str:
        return "text"
    return cell(getattr(hint, "__name__", str(hint)))


# -- rows


def _shape(result: Any) -> str:
    """Return what comes back, with links to the rows on the same page."""
    inner = [one for one in typing.get_args(result) if one is not type(None)]
    if typing.get_origin(result) is list or (
        inspect.isclass(typing.get_origin(result)) and issubclass(typing.get_origin(result), list)
    ):
        return f"a list of {_shape(inner[0])}"
    if _is_row(result):
        return f"[`{result.__name__}`](#row-{anchor(result.__name__)})"
    if inner and typing.get_origin(result) is not dict:
        return " or ".join(_shape(one) for one in inner)
    return code(getattr(result, "__name__", str(result)) if not inner else str(result).replace("typing.", ""))


def _is_row(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _rows_of(results: Sequence[Any]) -> Iterator[str]:
    """Yield a table per row type, those inside others included, each once."""
    found: dict[type, None] = {}
    waiting = list(results)
    while waiting:
        kind = waiting.pop(0)
        waiting += typing.get_args(kind)
        if _is_row(kind) and kind not in found:
            found[kind] = None
            waiting += (field.type for field in msgspec.structs.fields(kind))
    if found:
        yield "## Rows { #rows }"
    for kind in found:
        yield _row(kind)


def _row(kind: Any) -> str:
    target = _object(kind)
    text, meant = _about(target)
    cells = [
        [code(field.name), cell(_meaning(target, field.name, meant)), _of_row(field.type), code(field.encode_name)]
        for field in msgspec.structs.fields(kind)
    ]
    name = f"### {kind.__name__} {{ #row-{anchor(kind.__name__)} }}"
    return "\n\n".join([name, *text, table(("field", "meaning", "type", "on the wire"), cells)])


def _about(target: Any) -> tuple[list[str], dict[str, str]]:
    """Return the prose and the attributes' meanings from a class's docstring."""
    text, meant = [], {}
    for section in griffe.parse_google(target.docstring, warnings=False) if target.docstring else ():
        if section.kind is griffe.DocstringSectionKind.text:
            text.append(section.value)
        elif section.kind is griffe.DocstringSectionKind.attributes:
            meant |= {one.name: one.description for one in section.value}
    return text, meant


def _member(target: Any, name: str) -> Any:
    return target.members.get(name) or target.inherited_members.get(name)


def _of_row(hint: Any) -> str:
    """Return the type of a field; other rows are linked."""
    rows = [one for one in _inside(hint) if _is_row(one)]
    return " or ".join(f"[`{one.__name__}`](#row-{anchor(one.__name__)})" for one in rows) or _kind(hint)


def _inside(hint: Any) -> Iterator[Any]:
    yield hint
    for one in typing.get_args(hint):
        yield from _inside(one)


def _meaning(target: Any, name: str, meant: dict[str, str]) -> str:
    member = _member(target, name)
    own = member.docstring.value if member is not None and member.docstring else ""
    return own or meant.get(name, "")


# -- channels


def channel_page(dialect: str) -> str:
    """Return the page of a dialect's channels."""
    client = "okx" if dialect == "v5" else "okex"
    declared = list(declared_channels(dialect))
    lines = [
        f"- [`{one.name}`](#{anchor(one.name)}), {one.endpoint}{', login' if one.auth else ''}: {_first(one.doc)}"
        for one in declared
    ]
    parts = [
        f"# Channels of {dialect.upper()}",
        f"`from okx_async.{dialect} import channels`; `{client}.subscribe(channels.NAME(...))` yields typed rows and, "
        "among them, events such as `Gap`. Names with a part in braces stand for several channels.",
        "\n".join(lines),
    ]
    parts += (_channel(one) for one in declared)
    parts += _rows_of([one.row for one in declared])
    return "\n\n".join(parts)


def _channel(one: Channel) -> str:
    text, meant, _ = _docs(one._function)
    facts = [f"`{one.channel}`", f"{one.endpoint} socket", "login needed" if one.auth else "no login"]
    if one.book is not None:
        facts.append(f"order book, {one.book.depth} levels a side")
    if one.quiet is not None:
        facts.append(f"stale after {one.quiet:g} s of silence")
    made = {served().channel(one.dialect, one.endpoint, name).value for name in one.names}
    facts.append(f"simulator: {' or '.join(sorted(made))}")
    parts = [*_head(one, f"channels.{one.name}({_given(one.args)})", facts), text]
    if len(one.names) > 1:
        parts.append(f"Stands for {', '.join(code(name) for name in one.names)}.")
    if one.args:
        parts.append(_params(one.args, meant, one.signature.fields, where=False))
    parts.append(f"Yields {_shape(one.row)}.")
    return "\n\n".join(parts)
