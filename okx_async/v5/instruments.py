"""What a V5 instrument id tells about its instrument."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["family_of", "is_spread", "type_of"]

_SHAPES = (
    ("SWAP", re.compile(r"[A-Z0-9]+-[A-Z0-9_]+-SWAP")),
    ("OPTION", re.compile(r"[A-Z0-9]+-[A-Z0-9_]+-\d{6}-[0-9.]+-[CP]")),
    ("FUTURES", re.compile(r"[A-Z0-9]+-[A-Z0-9_]+-\d{6}")),
    ("SPOT", re.compile(r"[A-Z0-9]+-[A-Z0-9]+")),
)


@lru_cache(maxsize=4096)
def type_of(inst_id: str) -> str:
    """Return the instrument type an id's shape stands for, ``""`` when it tells none (event contracts)."""
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(inst_id)), "")


def family_of(inst_id: str) -> str:
    """Return the instrument family of a derivative's id: its first two parts."""
    return "-".join(inst_id.split("-")[:2])


def is_spread(name: str) -> bool:
    """Tell whether an id is a spread's: two instruments with ``_`` between them, of which ``USD_UM`` has one, too."""
    parts = name.split("_")
    return any(type_of("_".join(parts[:cut])) and type_of("_".join(parts[cut:])) for cut in range(1, len(parts)))
