"""Which product an instrument id belongs to, read from its form. (Instrument ids)"""

from __future__ import annotations

import re

__all__ = ["PRODUCTS", "SIZES", "product_of"]

PRODUCTS = ("spot", "futures", "swap", "option")
SIZES = (60, 180, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800)
"""Lengths of bars in seconds, in answers and channels."""
_SHAPES = (
    ("swap", re.compile(r"[A-Z0-9]+-[A-Z0-9]+-SWAP")),
    ("option", re.compile(r"[A-Z0-9]+-[A-Z0-9]+-\d{6}-[0-9.]+-[CP]")),
    ("futures", re.compile(r"[A-Z0-9]+-[A-Z0-9]+-\d{6}")),
    ("spot", re.compile(r"[A-Z0-9]+-[A-Z0-9]+")),
)


def product_of(instrument_id: str) -> str:
    """Return the product of an instrument id: spot, futures, swap or option. (Instrument ids)"""
    return next((product for product, shape in _SHAPES if shape.fullmatch(instrument_id)), "spot")
