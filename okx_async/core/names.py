"""How a Python name becomes a wire name, and how a mistyped name is answered."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

__all__ = ["did_you_mean", "plain_name", "snake_name", "wire_name"]


def wire_name(name: str) -> str:
    """Return the V5 wire name of a Python name: ``vol_ccy24h`` -> ``volCcy24h``.

    msgspec's own ``rename="camel"`` also raises letters behind digits (``volCcy24H``), which the exchange does not.
    A trailing underscore, as in ``type_``, only dodges a Python keyword and is dropped.
    """
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def plain_name(name: str) -> str:
    """Return the V3 wire name of a Python name: the same, but for an underscore that dodges a Python keyword."""
    return name.rstrip("_")


def snake_name(name: str) -> str:
    """Return the Python name of a wire name: ``volCcy24h`` -> ``vol_ccy24h``, ``instId`` -> ``inst_id``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a half sentence that names the closest known name, or all of them when few, or nothing.

    A camelCase spelling of a known name is always recognised: ``instId`` means ``inst_id``.
    """
    names = sorted(known)
    for candidate in (snake_name(name), name.lower(), name.upper()):
        if candidate in names:
            return f"; did you mean {candidate!r}?"
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if 0 < len(names) <= 12:
        return f"; known are {', '.join(names)}"
    return ""
