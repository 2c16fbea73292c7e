"""Rows of the chapter Trading Statistics: lists of columns, newest first."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import Columns, V5Row
from ...core.words import Ms, Px

__all__ = [
    "ExpiryInterest",
    "InterestAndVolume",
    "OpenInterestPoint",
    "PutCallRatio",
    "Ratio",
    "StrikeInterest",
    "SupportedCoins",
    "TakerFlow",
    "TakerVolume",
]


class SupportedCoins(V5Row, frozen=True, gc=False, kw_only=True):
    """For which currencies there are statistics."""

    contract: list[str] | None = None
    """Statistics of contracts."""
    option: list[str] | None = None
    """Statistics of options."""
    spot: list[str] | None = None
    """Statistics of spot and margin."""


class OpenInterestPoint(Columns, frozen=True, gc=False, array_like=True):
    """Open interest of one contract."""

    ts: Ms
    oi: Decimal | None = None
    """In contracts."""
    oi_ccy: Decimal | None = None
    """In coins."""
    oi_usd: Decimal | None = None
    """In US dollars."""


class TakerVolume(Columns, frozen=True, gc=False, array_like=True):
    """What takers sold and bought."""

    ts: Ms
    sell_vol: Decimal | None = None
    buy_vol: Decimal | None = None


class Ratio(Columns, frozen=True, gc=False, array_like=True):
    """One ratio of longs to shorts, or of loans."""

    ts: Ms
    ratio: Decimal | None = None


class InterestAndVolume(Columns, frozen=True, gc=False, array_like=True):
    """Open interest and volume of all contracts of one currency."""

    ts: Ms
    oi: Decimal | None = None
    """Open interest."""
    vol: Decimal | None = None
    """Traded volume."""


class PutCallRatio(Columns, frozen=True, gc=False, array_like=True):
    """Puts to calls."""

    ts: Ms
    oi_ratio: Decimal | None = None
    """By open interest."""
    vol_ratio: Decimal | None = None
    """By volume."""


class ExpiryInterest(Columns, frozen=True, gc=False, array_like=True):
    """Open interest and volume of one expiry."""

    ts: Ms
    exp_time: str | None = None
    """Day of the expiry, ``YYYYMMDD``."""
    call_oi: Decimal | None = None
    put_oi: Decimal | None = None
    call_vol: Decimal | None = None
    put_vol: Decimal | None = None


class StrikeInterest(Columns, frozen=True, gc=False, array_like=True):
    """Open interest and volume of one strike."""

    ts: Ms
    strike: Px | None = None
    call_oi: Decimal | None = None
    put_oi: Decimal | None = None
    call_vol: Decimal | None = None
    put_vol: Decimal | None = None


class TakerFlow(Columns, frozen=True, gc=False, array_like=True):
    """What takers did with options, in the settlement currency."""

    ts: Ms
    call_buy_vol: Decimal | None = None
    call_sell_vol: Decimal | None = None
    put_buy_vol: Decimal | None = None
    put_sell_vol: Decimal | None = None
    call_block_vol: Decimal | None = None
    """In block trades."""
    put_block_vol: Decimal | None = None
    """In block trades."""
