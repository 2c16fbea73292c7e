"""What the simulated exchange guards itself with: tiers of positions and security funds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .bars import V5_BARS
from .derivatives import Derivatives, plain
from .instruments import Kind
from .market import Market
from .text import AMOUNT_SCALE

__all__ = ["LOAN_RATE", "fund_row", "loan_quota", "tier_rows"]

LOAN_RATE = Decimal("0.0002")
"""The part of a loan that a day costs."""

_DOLLARS = ("USD", "USDT", "USDC")
_QUOTA, _QUOTA_OF_DOLLARS = 1_000, 1_000_000

# Greatest leverage by tier, for contracts and for margin.
_CONTRACT_LEVERS = (100, 50, 20, 10, 5, 2)
_MARGIN_LEVERS = (10, 5, 3, 2)
_FIRST_TIER = 1_000
# The part of an hour's turnover that liquidations leave to the fund, and how many hours' worth it began with.
_SHARE = Decimal("0.00001")
_BEGAN_WITH = 10_000


def loan_quota(ccy: str) -> int:
    """Return how much of a currency a master account and its sub-accounts may owe together."""
    return _QUOTA_OF_DOLLARS if ccy in _DOLLARS else _QUOTA


def tier_rows(market: Market) -> list[dict[str, str]]:
    """Write the tiers of a position: each twice as large as the one before, with less leverage.

    Contracts of one family share their tiers. Maintenance takes half of the initial margin.
    """
    text = market.instrument
    spot = text.kind is Kind.SPOT
    levers = _MARGIN_LEVERS if spot else _CONTRACT_LEVERS
    rows: list[dict[str, str]] = []
    lowest = 0
    for number, lever in enumerate(levers, 1):
        highest = _FIRST_TIER * text.typical * 2 ** (number - 1)
        initial = Decimal(1) / lever
        rows.append(
            {
                "uly": text.family,
                "instFamily": text.family,
                "instId": text.inst_id if spot else "",
                "tier": str(number),
                "minSz": text.size_text(lowest),
                "maxSz": text.size_text(highest),
                "mmr": plain(initial / 2, 6),
                "imr": plain(initial, 6),
                "maxLever": str(lever),
                "optMgnFactor": "1" if text.kind is Kind.OPTION else "0",
                "quoteMaxLoan": text.size_text(highest) if spot else "0",
                "baseMaxLoan": text.size_text(highest) if spot else "0",
            }
        )
        lowest = highest
    return rows


def fund_row(markets: Sequence[Market], family: str, kind: str, figures: Derivatives, now: int) -> dict[str, Any]:
    """Write the security fund of some markets with its whole history, newest first.

    Every closed hour liquidations leave it a part of what was traded, so that it never loses.
    """
    hours: dict[int, Decimal] = {}
    size = V5_BARS["1H"]
    for market in markets:
        for bar in market.tape.bars(size, now):
            end = size.following(bar.ts)
            if end <= now:
                hours[end] = hours.get(end, Decimal(0)) + Decimal(bar.coins).scaleb(-AMOUNT_SCALE) * _SHARE
    first = markets[0].instrument
    balance = Decimal(first.typical) * _BEGAN_WITH * Decimal(first.lot_size) * _SHARE
    events: list[dict[str, str]] = []
    for ts in sorted(hours):
        balance += hours[ts]
        events.append(
            {
                "balance": plain(balance, 8),
                "amt": plain(hours[ts], 8),
                "ccy": first.base,
                "type": "liquidation_balance_deposit",
                "maxBal": "",
                "maxBalTs": "",
                "decRate": "",
                "adlType": "",
                "ts": str(ts),
            }
        )
    events.reverse()
    total = plain(balance * figures.index(markets[0]), 8)
    return {"total": total, "instFamily": family, "instType": kind, "details": events}
