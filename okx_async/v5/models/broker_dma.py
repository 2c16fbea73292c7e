"""Rows of the chapter DMA broker."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = ["DmaFeeRate", "DmaSubAccount", "DmaSubAccountPage", "DmaTradeFee", "DmaTradeFeePage"]


class DmaSubAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """One sub-account."""

    sub_acct: str | None = None
    uid: str | None = None
    label: str | None = None
    acct_lv: str | None = None
    """Account mode 1-4."""
    enable: bool | None = None
    """Active."""
    frozen_func: list[str] | None = None
    """Frozen functions."""
    can_trans_out: bool | None = None
    """May transfer out; declared String."""
    first_lv_sub_acct: str | None = None
    """First-level sub-account."""
    sub_acct_lv: str | None = None
    """Level 1 or 2."""
    ts: Ms | None = None


class DmaSubAccountPage(V5Row, frozen=True, gc=False, kw_only=True):
    """One page of sub-accounts."""

    total_page: int | None = None
    page: int | None = None
    details: list[DmaSubAccount] | None = None


class DmaFeeRate(V5Row, frozen=True, gc=False, kw_only=True):
    """The rates of one kind of trade."""

    type_: str | None = None
    """1 spot USDT, 2 spot other, 3-5 futures USDT/USDC/coin, 6-8 swap USDT/USDC/coin, 9 option."""
    maker: Decimal | None = None
    """Maker rate; the sample spells it marker."""
    marker: Decimal | None = None
    """What the documents' sample calls ``maker``; read that one."""
    taker: Decimal | None = None
    """Taker rate."""

    def __post_init__(self) -> None:
        self._take(maker="marker")


class DmaTradeFee(V5Row, frozen=True, gc=False, kw_only=True):
    """The fee rates of one sub-account."""

    sub_acct: str | None = None
    uid: str | None = None
    first_lv_sub_acct: str | None = None
    """First-level sub-account."""
    sub_acct_lv: str | None = None
    """Level."""
    ts: Ms | None = None
    fee_rates: list[DmaFeeRate] | None = None


class DmaTradeFeePage(V5Row, frozen=True, gc=False, kw_only=True):
    """One page of fee rates."""

    total_page: int | None = None
    page: int | None = None
    details: list[DmaTradeFee] | None = None
