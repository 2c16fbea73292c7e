"""Rows of the chapter Global liquidity program."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row

__all__ = [
    "GlpAccount",
    "GlpDay",
    "GlpFigures",
    "GlpMonth",
    "GlpProgram",
    "GlpShares",
    "GlpToday",
    "GlpVolume",
    "MakerTaker",
]


class GlpAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """Which accounts count together."""

    master_account_id: str | None = None
    combined_account_ids: list[str] | None = None
    """Other accounts of the same institution."""


class MakerTaker(V5Row, frozen=True, gc=False, kw_only=True):
    """A figure as maker and as taker."""

    maker: Decimal | None = None
    taker: Decimal | None = None


class GlpVolume(V5Row, frozen=True, gc=False, kw_only=True):
    """Volumes by pool."""

    type_a: MakerTaker | None = None
    type_b_total: MakerTaker | None = None
    tradfi_x2: MakerTaker | None = None
    total: MakerTaker | None = None


class GlpShares(V5Row, frozen=True, gc=False, kw_only=True):
    """Shares of the market by pool."""

    type_a: MakerTaker | None = None
    type_b_adj: MakerTaker | None = None
    total: MakerTaker | None = None


class GlpFigures(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of a day."""

    volume: GlpVolume | None = None
    share: GlpShares | None = None


class GlpMonth(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of this month."""

    mtd_status: str | None = None
    """Tier outlook of this month."""
    qualifying_share: MakerTaker | None = None
    """Share in the pool."""
    volume: GlpVolume | None = None
    share: GlpShares | None = None


class GlpProgram(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures in one program."""

    program: str | None = None
    """GLP program: ``FUT_NTO`` expiry & nitro."""
    market_maker_business_id: str | None = None
    enrollment_status: str | None = None
    """Enrolment state."""
    market_maker_level_id: str | None = None
    """Market maker tier id."""
    enrolled_tier_display: str | None = None
    """Tier label."""
    qualifying_pool: str | None = None
    """Pool that sets the tier."""
    qualifying_rows: list[str] | None = None
    """Row keys that qualify."""
    daily: GlpFigures | None = None
    """Figures of today."""
    mtd: GlpMonth | None = None
    """Figures of this month."""


class GlpToday(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of today and of this month."""

    data_ready: bool | None = None
    """Snapshot is available."""
    data_date: str | None = None
    """Snapshot date, yyyy-MM-dd UTC+8."""
    account: GlpAccount | None = None
    """Identity of the account."""
    programs: list[GlpProgram] | None = None
    """GLP programs."""


class GlpDay(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of one past day."""

    date: str | None = None
    volume: GlpVolume | None = None
    share: GlpShares | None = None
