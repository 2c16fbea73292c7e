"""Rules over several parameters, said where an endpoint is declared and run before anything is sent.

::

    @post("/api/v5/...", limit=..., check=every(needs("mgn_type", "inst_type"), when("type_", "false", "begin")))

A rule is a pure function of the values by Python name, as they are written for the wire. It raises `BadParameter`
with a sentence that says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import BadParameter

__all__ = ["Rule", "every", "needs", "one_at_most", "when"]

Rule = Callable[[Mapping[str, Any]], None]


def every(*rules: Rule) -> Rule:
    """Return a rule that applies several, in this order."""

    def check(values: Mapping[str, Any]) -> None:
        for rule in rules:
            rule(values)

    return check


def needs(name: str, *others: str) -> Rule:
    """Return the rule that a parameter, when it is given, needs others beside it."""

    def check(values: Mapping[str, Any]) -> None:
        missing = [other for other in others if other not in values]
        if name in values and missing:
            raise BadParameter(f"{name} needs {_listed(missing)} beside it")

    return check


def when(name: str, value: object, *others: str) -> Rule:
    """Return the rule that one value of a parameter needs other parameters. ``value`` is as written for the wire."""

    def check(values: Mapping[str, Any]) -> None:
        missing = [other for other in others if other not in values]
        if values.get(name) == value and missing:
            raise BadParameter(f"{name} {value!r} needs {_listed(missing)} beside it")

    return check


def one_at_most(*names: str) -> Rule:
    """Return the rule that of several parameters no more than one is given."""

    def check(values: Mapping[str, Any]) -> None:
        given = [name for name in names if name in values]
        if len(given) > 1:
            raise BadParameter(f"{_listed(given)} exclude each other: give one of them")

    return check


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return " and ".join(map(repr, names)) if len(names) < 3 else ", ".join(map(repr, names))
