"""What trading costs: maker and taker rates by fee tier.

The exchange's own table changes and depends on region, so the rates here are the simulator's: close to it in size, with
rebates for makers of the highest tiers, so that a client meets both signs.
"""

from __future__ import annotations

from decimal import Decimal

from ..instruments import Kind

__all__ = ["rate_of"]

# By tier, in hundredths of a percent: maker and taker.
_SPOT = ((80, 100), (67, 80), (60, 70), (50, 60), (40, 50), (30, 40), (20, 35), (10, 30), (0, 25), (-5, 20))
_CONTRACT = ((20, 50), (16, 40), (15, 35), (12, 33), (10, 30), (8, 28), (5, 26), (2, 24), (0, 20), (-5, 15))
_OPTION = ((20, 30), (20, 30), (15, 30), (15, 28), (10, 25), (10, 23), (8, 20), (5, 18), (2, 15), (0, 13))
_TABLES = {Kind.SPOT: _SPOT, Kind.SWAP: _CONTRACT, Kind.FUTURES: _CONTRACT, Kind.OPTION: _OPTION}


def rate_of(kind: Kind, vip: int, maker: bool) -> Decimal:
    """Return the part of a trade's value that its maker or taker pays; below zero it is paid to them."""
    table = _TABLES[kind]
    rates = table[min(vip, len(table) - 1)]
    return Decimal(rates[0] if maker else rates[1]).scaleb(-5)
