"""Whose push it is when it does not name its subscription exactly. (WebSocket "Frames": the argument of pushes)

Pushes of private channels add ``uid``, leave filters out that were subscribed (``extraParams`` always), or name more
than was asked. So a push belongs to the subscriptions of its channel that its argument does not contradict, the ones
it confirms most first; where it is silent about a filter, the rows are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.channel import Topic
from .instruments import family_of

__all__ = ["owners"]

#: Filters about the pace of a channel: no push repeats them.
_SILENT = frozenset(("extraParams",))
_ANY = "ANY"


def owners(
    arg: Mapping[str, Any], rows: list[Any], topics: Iterable[Topic[Any]]
) -> tuple[list[tuple[Topic[Any], list[Any]]], bool]:
    """Return whose a push is, and whether the next push with the same argument is certainly theirs, too.

    Args:
        arg: The push's own argument.
        rows: Its rows.
        topics: The subscriptions of its channel.

    Returns:
        Subscriptions with the rows that belong to each; none when every row contradicts it.
    """
    fitting = [
        (topic, _confirmed(arg, topic), left) for topic in topics if (left := _left_open(arg, topic)) is not None
    ]
    if not fitting:
        return [], False
    theirs: dict[int, list[Any]] = {}
    for row in rows:
        agreeing = [(at, score) for at, (_, score, left) in enumerate(fitting) if _agrees(row, left)]
        most = max((score for _, score in agreeing), default=0)
        for at, score in agreeing:
            if score == most:
                theirs.setdefault(at, []).append(row)
    top = max(score for _, score, _ in fitting)
    best = [at for at, (_, score, _) in enumerate(fitting) if score == top]
    if not rows:
        theirs = {at: [] for at in best}
    certain = len(best) == 1 and not fitting[best[0]][2]
    return [(fitting[at][0], found) for at, found in theirs.items()], certain


def _filters(topic: Topic[Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in topic.args if name not in _SILENT and value != _ANY]


def _confirmed(arg: Mapping[str, Any], topic: Topic[Any]) -> int:
    """Return how many filters of a subscription an argument repeats."""
    return sum(str(arg.get(name)) == value for name, value in topic.args)


def _left_open(arg: Mapping[str, Any], topic: Topic[Any]) -> list[tuple[str, str]] | None:
    """Return the filters an argument leaves open, ``None`` when it contradicts one."""
    left: list[tuple[str, str]] = []
    for name, value in _filters(topic):
        told = str(arg.get(name, ""))
        if told in ("", _ANY):
            left.append((name, value))
        elif told != value:
            return None
    return left


def _agrees(row: Any, filters: list[tuple[str, str]]) -> bool:
    """Tell whether a row contradicts none of the filters; what it does not say contradicts nothing."""
    if not isinstance(row, dict):
        return True
    for name, value in filters:
        told = row.get(name)
        if not told and name == "instFamily" and row.get("instId"):
            told = family_of(str(row["instId"]))
        if told and str(told) != value:
            return False
    return True
