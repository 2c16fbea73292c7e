"""Rows of the chapter Public Data that say what holds: loans, tiers, funds, files."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "BasicLoan",
    "ConfiguredCurrency",
    "ConfiguredLoan",
    "DataFile",
    "DataGroup",
    "DataHistory",
    "DiscountRate",
    "DiscountTier",
    "FundEvent",
    "HedgeCurrencies",
    "InsuranceFund",
    "LoanLevel",
    "LoanQuotas",
    "MakerClass",
    "PositionTier",
    "TickBand",
    "TickBands",
    "UnitConversion",
    "VipLoan",
    "VipLoanQuota",
]


class DiscountTier(V5Row, frozen=True, gc=False, kw_only=True):
    """Up to which amount a currency counts how much as margin."""

    discount_rate: Decimal | None = None
    """Which part counts."""
    max_amt: Decimal | None = None
    """Upper bound of the tier; ``None`` for the last one."""
    min_amt: Decimal | None = None
    """Lower bound of the tier."""
    tier: str | None = None
    liq_penalty_rate: Decimal | None = None
    """Penalty of a liquidation."""
    dis_ccy_eq: Decimal | None = None
    """Discounted equity in the coin."""


class DiscountRate(V5Row, frozen=True, gc=False, kw_only=True):
    """How much a currency counts as margin."""

    ccy: str
    col_res: str | None = None
    """The exchange's limit of the currency as collateral: ``0`` not reached, ``1`` nearly, ``2`` reached."""
    collateral_restrict: bool | None = None
    """Deprecated: see ``col_res``."""
    amt: Decimal | None = None
    """Borrowed free of interest up to here."""
    discount_lv: str | None = None
    """Deprecated."""
    min_discount_rate: Decimal | None = None
    """What counts behind the last tier."""
    details: list[DiscountTier] | None = None


class PositionTier(V5Row, frozen=True, gc=False, kw_only=True):
    """What one size of position needs."""

    uly: str | None = None
    inst_family: str | None = None
    inst_id: InstId | None = None
    """Margin only."""
    tier: str | None = None
    """Number of the tier."""
    min_sz: Sz | None = None
    """From this size."""
    max_sz: Sz | None = None
    """Up to this size."""
    mmr: Decimal | None = None
    """Maintenance margin rate."""
    imr: Decimal | None = None
    """Initial margin rate."""
    max_lever: Decimal | None = None
    """Greatest leverage."""
    opt_mgn_factor: Decimal | None = None
    """Margin factor of options."""
    quote_max_loan: Decimal | None = None
    """How much of the quote currency may be borrowed; margin only."""
    base_max_loan: Decimal | None = None
    """How much of the base currency may be borrowed; margin only."""


class BasicLoan(V5Row, frozen=True, gc=False, kw_only=True):
    """What everybody pays for a currency, and how much may be borrowed."""

    ccy: str
    rate: Decimal | None = None
    quota: Decimal | None = None
    """Greatest amount."""


class LoanLevel(V5Row, frozen=True, gc=False, kw_only=True):
    """How one fee level differs from the basic loans."""

    level: str | None = None
    """E.g. Lv1 or VIP1."""
    loan_quota_coef: Decimal | None = None
    """Factor of the greatest amount."""
    ir_discount: Decimal | None = None
    """Deprecated."""


class ConfiguredCurrency(V5Row, frozen=True, gc=False, kw_only=True):
    """A currency whose loans are set one by one."""

    ccy: str
    rate: Decimal | None = None


class ConfiguredLoan(V5Row, frozen=True, gc=False, kw_only=True):
    """How much of such a currency one level may borrow."""

    ccy: str
    stgy_type: str | None = None
    """``0`` general, ``1`` delta neutral."""
    quota: Decimal | None = None
    """Greatest amount."""
    level: str | None = None
    """Fee level, e.g. Lv1 or VIP1."""


class LoanQuotas(V5Row, frozen=True, gc=False, kw_only=True):
    """Rates and greatest amounts of margin loans."""

    basic: list[BasicLoan] | None = None
    """By currency."""
    vip: list[LoanLevel] | None = None
    """By VIP level."""
    regular: list[LoanLevel] | None = None
    """By level of other users."""
    config_ccy_list: list[ConfiguredCurrency] | None = None
    config: list[ConfiguredLoan] | None = None


class VipLoan(V5Row, frozen=True, gc=False, kw_only=True):
    """How much one VIP level may borrow."""

    level: str | None = None
    loan_quota: Decimal | None = None


class VipLoanQuota(V5Row, frozen=True, gc=False, kw_only=True):
    """Rate and greatest amounts of a VIP loan."""

    ccy: str
    quota: Decimal | None = None
    rate: Decimal | None = None
    level_list: list[VipLoan] | None = None


class FundEvent(V5Row, frozen=True, gc=False, kw_only=True):
    """One change of a security fund."""

    balance: Decimal | None = None
    """What is in it."""
    amt: Decimal | None = None
    """By how much it changed."""
    ccy: str | None = None
    type: str | None = None
    """``liquidation_balance_deposit`` or ``bankruptcy_loss``; ``regular_update``, ``platform_revenue`` and ``adl`` are
    history.
    """
    max_bal: Decimal | None = None
    """Deprecated: greatest balance of the last 8 hours."""
    max_bal_ts: Ms | None = None
    """Deprecated: when that was."""
    dec_rate: Decimal | None = None
    """Deprecated: how fast it falls."""
    adl_type: str | None = None
    """Deprecated: what began or ended auto-deleveraging."""
    ts: Ms | None = None


class InsuranceFund(V5Row, frozen=True, gc=False, kw_only=True):
    """The security fund of one family or currency."""

    total: Decimal | None = None
    inst_family: str | None = None
    """Instrument family, e.g. BTC-USD."""
    inst_type: str | None = None
    details: list[FundEvent] | None = None


class UnitConversion(V5Row, frozen=True, gc=False, kw_only=True):
    """A size in the other unit."""

    type: str | None = None
    """``1`` coins to contracts, ``2`` contracts to coins."""
    inst_id: InstId | None = None
    px: Px | None = None
    sz: Sz | None = None
    """The result: contracts, or the unit asked for."""
    unit: str | None = None
    """``coin``, or ``usds`` for USDT and USDC."""


class TickBand(V5Row, frozen=True, gc=False, kw_only=True):
    """The price step between two prices."""

    min_px: Px | None = None
    """From here."""
    max_px: Px | None = None
    """Up to here."""
    tick_sz: Px | None = None


class TickBands(V5Row, frozen=True, gc=False, kw_only=True):
    """Price steps that depend on the price."""

    inst_type: str | None = None
    inst_family: str | None = None
    """Options only."""
    tick_band: list[TickBand] | None = None


class DataFile(V5Row, frozen=True, gc=False, kw_only=True):
    """One file of recorded market data."""

    filename: str | None = None
    data_ts: Ms | None = None
    """Which day or month, in the spelling of the samples."""
    size_mb: Decimal | None = msgspec.field(default=None, name="sizeMB")
    """Size in megabytes."""
    url: str | None = None
    """Where to download it."""
    date_ts: Ms | None = None
    """The same, in the spelling of the tables."""


class DataGroup(V5Row, frozen=True, gc=False, kw_only=True):
    """Files of one instrument or family."""

    inst_id: InstId | None = None
    inst_family: str | None = None
    """Instrument family, e.g. BTC-USD."""
    date_range_start: Ms | None = None
    """From here."""
    date_range_end: Ms | None = None
    """Up to here."""
    group_size_mb: Decimal | None = msgspec.field(default=None, name="groupSizeMB")
    """Size in megabytes."""
    group_details: list[DataFile] | None = None
    """The files."""
    inst_type: str | None = None


class DataHistory(V5Row, frozen=True, gc=False, kw_only=True):
    """Recorded market data to download."""

    ts: Ms | None = None
    total_size_mb: Decimal | None = msgspec.field(default=None, name="totalSizeMB")
    """Size in megabytes."""
    date_aggr_type: str | None = None
    """``daily`` or ``monthly`` files."""
    details: list[DataGroup] | None = None


class MakerClass(V5Row, frozen=True, gc=False, kw_only=True):
    """A market's class in the market maker programme."""

    inst_id: InstId
    inst_type: str | None = None
    pair_type: str | None = None
    """``A`` liquid, ``B-Crypto`` less so, ``B-TradFi`` traditional finance; seen with ``Type`` in front, too."""


class HedgeCurrencies(V5Row, frozen=True, gc=False, kw_only=True):
    """Currencies that hedge each other, e.g. BETH and ETH."""

    ccy: str
    hedge_ccy: list[str] | None = None
