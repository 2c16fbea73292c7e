"""What is declared compared with another set of facts: what the exchange added, took away and changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from .facts import BEYOND, OTHERWISE, Fact, declared, read_facts

__all__ = ["Difference", "audit", "compare"]

#: How alike two paths must be for one to be the other's new name, 1 for equal.
ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which the declared catalogue and the facts do not agree.

    Attributes:
        kind: ``added`` is in the facts only, ``removed`` is declared only, ``changed`` is in both.
        dialect: ``v5`` or ``v3``.
        name: Method and path, or a channel's name, as declared where it is declared.
        part: What changed: ``method``, ``path``, ``auth``, ``limit``, ``socket``, ``deprecated`` or ``param NAME``;
            ``""`` for what was added or removed as a whole.
        ours: As declared, ``""`` where it is not.
        theirs: As the facts say, ``""`` where they do not.
    """

    kind: Literal["added", "removed", "changed"]
    dialect: str
    name: str
    part: str = ""
    ours: str = ""
    theirs: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def audit(path: Path) -> list[Difference]:
    """Compare what is declared with a facts file or a folder of them; nothing in the list means that they agree.

    What is known to be declared beyond the documents, with its reason in `okx_async.facts`, is no difference.

    Raises:
        BadParameter: There is no facts file to be read.
    """
    facts = read_facts(path)
    # "v5 rest earn" must not speak for "v5 rest earn_dcd".
    covers = tuple(f"{one} " for one in facts.covers)
    here = {key: fact for key, fact in declared().items() if key in facts.rows or fact.unit.startswith(covers)}
    return list(compare(here, facts.rows))


def compare(here: Mapping[tuple[str, str], Fact], there: Mapping[tuple[str, str], Fact]) -> Iterator[Difference]:
    """Yield the differences between what is declared and what facts say: changed, then removed, then added."""
    for key in sorted(here.keys() & there.keys()):
        known = key in OTHERWISE and not there[key].params
        yield from _changes(key[0], here[key], there[key], params=not known)
    gone = {key: here[key] for key in here.keys() - there.keys() - BEYOND.keys()}
    new = {key: there[key] for key in there.keys() - here.keys()}
    for old, renamed in _renamed(gone, new):
        fact, said = gone.pop(old), new.pop(renamed)
        parts = zip(("method", "path"), fact.name.split(" ", 1), said.name.split(" ", 1), strict=True)
        for part, ours, theirs in parts:
            if ours != theirs:
                yield Difference("changed", old[0], fact.name, part, ours, theirs)
        yield from _changes(old[0], fact, said)
    for (dialect, _), fact in sorted(gone.items()):
        yield Difference("removed", dialect, fact.name, ours=_seen(fact))
    for (dialect, _), fact in sorted(new.items()):
        yield Difference("added", dialect, fact.name, theirs=_seen(fact))


def _changes(dialect: str, ours: Fact, theirs: Fact, *, params: bool = True) -> Iterator[Difference]:
    is_channel = " ws " in ours.unit
    pairs = [
        ("auth", _key(ours), _key(theirs)),
        ("socket" if is_channel else "limit", ours.limit, theirs.limit),
    ]
    if theirs.deprecated is not None:
        pairs.append(("deprecated", _yes(ours.deprecated), _yes(theirs.deprecated)))
    if params:
        mine, said = _params(ours), _params(theirs)
        if is_channel and dialect == "v3":  # arguments have no names there
            mine, said = (dict(_by_place(one)) for one in (mine, said))
        pairs += [
            (f"param {name}".rstrip(), mine.get(name, ""), said.get(name, ""))
            for name in sorted(mine.keys() | said.keys())
        ]
    for part, here, there in pairs:
        if here != there:
            yield Difference("changed", dialect, ours.name, part, here, there)


def _by_place(params: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield parameters by their place instead of their name."""
    for place, need in enumerate(params.values(), 1):
        yield str(place), need


def _params(fact: Fact) -> dict[str, str]:
    """Return the parameters for comparison: what is needed only sometimes is optional in a signature."""
    return {name: need.replace("conditional", "optional") for name, need in fact.params.items()}


def _renamed(
    gone: Mapping[tuple[str, str], Fact], new: Mapping[tuple[str, str], Fact]
) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Return what stands under another method or path now: the same path, else the likest one with the same inputs."""
    found: list[tuple[tuple[str, str], tuple[str, str]]] = []
    for old, fact in sorted(gone.items()):
        taken = {renamed for _, renamed in found}
        rest = [key for key in new if key not in taken and key[0] == old[0] and _could_be(fact, new[key])]
        best = max(rest, key=lambda key: _likeness(fact, new[key]), default=None)
        if best is not None and _likeness(fact, new[best]) >= ALIKE:
            found.append((old, best))
    return found


def _could_be(ours: Fact, theirs: Fact) -> bool:
    if " ws " in ours.unit or " ws " in theirs.unit:
        return False
    method, path = ours.name.split(" ", 1)
    other_method, other_path = theirs.name.split(" ", 1)
    if path == other_path:
        return True
    same = (method, ours.auth, ours.unit.split()[2]) == (other_method, theirs.auth, theirs.unit.split()[2])
    return same and _params(ours) == _params(theirs)


def _likeness(ours: Fact, theirs: Fact) -> float:
    return SequenceMatcher(None, ours.name.split(" ", 1)[1], theirs.name.split(" ", 1)[1], autojunk=False).ratio()


def _key(fact: Fact) -> str:
    return "key" if fact.auth else "no key"


def _yes(value: bool | None) -> str:
    return "yes" if value else "no"


def _seen(fact: Fact) -> str:
    """Return a fact in one line."""
    needs = ", ".join(name for name, need in fact.params.items() if need.endswith("required"))
    return "; ".join(part for part in (_key(fact), fact.limit, f"needs {needs}" if needs.strip() else "") if part)
