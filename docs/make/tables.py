"""The tables of the site: overview, coverage, V3's headings, codes of errors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from okx_async.catalogue import catalogue, channels
from okx_async.cli import coverage as counts
from okx_async.core.refusals import Codes
from okx_async.sim.coverage import Served
from okx_async.v3.codes import CODES as V3_CODES
from okx_async.v5.codes import CODES as V5_CODES

from chapters import DIALECTS, ROOT, anchor, cell, code, served, table

HEADINGS = ROOT / "tests" / "data" / "facts" / "headings_v3.json"


def overview(dialect: str) -> str:
    """Return the first page of a dialect's reference."""
    rows = [row for row in counts.chapters() if row["dialect"] == dialect]
    cells = [
        [
            f"[{row['chapter']}]({dialect}/{row['chapter']}.md)",
            str(row["declared"]),
            str(row["private"]),
            str(row["paged"]),
        ]
        for row in rows
    ]
    parts = [
        f"# Chapters of {dialect.upper()}",
        f"The chapters of `{DIALECTS[dialect]}`, in the documents' order, made from what is declared. "
        "Every page lists its endpoints with parameters, limits and rights, then the rows they return. "
        f"[Channels]({dialect}/channels.md) have a page of their own.",
        "`null` in an answer and an empty text are both `None`; prices and sizes are `Decimal`, times are Unix "
        "milliseconds. Where a type is a list of words, these are the documented ones. Words in brackets at the end of "
        "a text are the heading of the documents it comes from. What the documents do not tell is left out, not "
        "guessed.",
        table(("chapter", "endpoints", "need a key", "turn pages"), cells),
    ]
    return "\n\n".join(parts)


def coverage() -> str:
    """Return how much of what the documents list is declared, and how much of that is simulated."""
    parts = [
        "# Endpoints and channels",
        "What the documents list, what is declared of it, and what the simulator serves. `documented` is counted in "
        "the project's specification, everything else in the code while this page is built; "
        "`okx-async catalogue --coverage` prints the same counts. What the simulator answers `by example` is made up "
        "from its documented shape and [marked so](guides/simulator.md#for-other-clients-and-languages); the rest it "
        "refuses. Where more is declared than documented, one path has two schemas. Every length of a bar is a channel "
        "of its own.",
    ]
    for dialect in DIALECTS:
        parts += [f"## {dialect.upper()}", _chapters(dialect), _sockets(dialect)]
    return "\n\n".join(parts)


def _chapters(dialect: str) -> str:
    rows = list(catalogue())
    cells = []
    for one in counts.chapters():
        if one["dialect"] != dialect:
            continue
        ways = Counter(
            served().endpoint(row) for row in rows if (row.dialect, row.chapter) == (dialect, one["chapter"])
        )
        cells.append(
            [f"[{one['chapter']}](reference/{dialect}/{one['chapter']}.md)"]
            + [str(one[name]) for name in ("documented", "declared")]
            + [str(ways[way]) for way in (Served.YES, Served.STATIC)]
            + [str(one[name]) for name in ("private", "paged", "deprecated")]
        )
    heads = ("chapter", "documented", "declared", "simulated", "by example", "need a key", "turn pages", "deprecated")
    return table(heads, [*cells, _sum(cells)])


def _sockets(dialect: str) -> str:
    rows = list(channels())
    cells = []
    for one in counts.sockets():
        if one["dialect"] != dialect:
            continue
        mine = [row for row in rows if (row.dialect, row.endpoint) == (dialect, one["socket"])]
        pushed = sum(served().channel(row.dialect, row.endpoint, row.channel) == Served.YES for row in mine)
        cells.append(
            [f"[{one['socket']}](reference/{dialect}/channels.md)"]
            + [str(one[name]) for name in ("documented", "declared")]
            + [str(pushed), *(str(one[name]) for name in ("private", "books"))]
        )
    heads = ("socket", "documented", "declared", "simulated", "need a login", "order books")
    return table(heads, [*cells, _sum(cells)])


def _sum(cells: list[list[str]]) -> list[str]:
    return ["**all**", *(str(sum(int(row[column]) for row in cells)) for column in range(1, len(cells[0])))]


# -- V3


def headings() -> str:
    """Return what answers each heading of V3's documents."""
    return "\n\n".join(
        [
            "# V3, heading by heading",
            "Each heading of the 2020 documents, as its table of contents has it, and what answers it: a method, a "
            "channel, or a part of this site. Headings without either are prose.",
            table(("", "heading", "answered by"), list(_headings())),
        ]
    )


def _headings() -> Iterator[list[str]]:
    endpoints = {f"{row.method} {row.path}": row for row in catalogue() if row.dialect == "v3"}
    declared = {row.channel: row.declared for row in channels() if row.dialect == "v3"}
    for number, title, answers in json.loads(HEADINGS.read_text(encoding="utf-8")):
        links = []
        for answer in answers:
            if answer in endpoints:
                row = endpoints[answer]
                links.append(f"[`{row.chapter}.{row.name}`](reference/v3/{row.chapter}.md#{anchor(row.name)})")
            elif answer in declared:
                links.append(f"[`{answer}`](reference/v3/channels.md#{anchor(declared[answer].name)})")
            else:
                links.append(_PLACES[answer])
        # A family of bars is one declaration, and one link is enough.
        yield [number, cell(title), ", ".join(dict.fromkeys(links))]


_PLACES = {
    "errors": "[codes](reference/codes.md#v3)",
    "prose": "",
    "protocol": "[the guide to V3](guides/v3.md)",
    "socket": "[streams](guides/streams.md)",
}


# -- codes


def codes() -> str:
    """Return every documented code with its class, cause and remedy."""
    parts = [
        "# Error codes",
        "Every code the documents name, the class it is raised as, and whether the same call may work later. "
        "`error.code`, `error.cause`, `error.remedy` and `error.retryable` carry the same. "
        "A code nobody documents is a plain `Refused` with all that the exchange said. "
        "A code such as `51008_1000` is a finer one that comes along with the first.",
    ]
    for title, table_of in (("V5", V5_CODES), ("V3", V3_CODES)):
        parts += [f"## {title} {{ #{title.lower()} }}", _codes(table_of)]
    return "\n\n".join(parts)


def _codes(known: Codes) -> str:
    cells = []
    for name, meaning in known.documented().items():
        plain, _, sub = name.partition("_")
        error = known.refusal(plain, "", sub=sub, where="")
        cause = getattr(error, "cause", "") or meaning.cause
        remedy = getattr(error, "remedy", "")
        later = "yes" if error.retryable else ""
        cells.append([code(name), code(type(error).__name__), cell(cause), later, cell(remedy)])
    return table(("code", "class", "cause", "later", "remedy"), cells)
