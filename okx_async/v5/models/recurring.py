"""Rows of the chapter Recurring buy."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Part, V5Row
from ...core.words import Ms, Num

__all__ = [
    "PriceRangeArg",
    "RecurringAction",
    "RecurringCoin",
    "RecurringCoinArg",
    "RecurringOrder",
    "RecurringStopArg",
    "RecurringSubOrder",
]


class RecurringAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The recurring buy something was done to, and whether that went well."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    s_code: str | None = None
    """Result of this item, ``0`` is success."""
    s_msg: str | None = None
    tag: str | None = None


class RecurringCoin(V5Row, frozen=True, gc=False, kw_only=True):
    """A coin of a recurring buy. Only the details tell what was bought."""

    ccy: str | None = None
    ratio: Decimal | None = None
    min_px: Decimal | None = None
    max_px: Decimal | None = None
    total_amt: Decimal | None = None
    """Bought in total."""
    profit: Decimal | None = None
    avg_px: Decimal | None = None
    px: Decimal | None = None


class RecurringOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A recurring buy."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    algo_ord_type: str | None = None
    """``recurring`` recurring buy."""
    state: str | None = None
    stgy_name: str | None = None
    """Bot name, up to 40 characters."""
    recurring_list: list[RecurringCoin] | None = None
    """Coins and weights."""
    period: str | None = None
    """Bar size or period."""
    recurring_day: str | None = None
    """Day of the buy: 1-7 weekly, 1-28 monthly."""
    recurring_hour: str | None = None
    """Hours between buys."""
    recurring_time: Decimal | None = None
    """Hour of the buy, 0-23."""
    time_zone: str | None = None
    """UTC offset."""
    amt: Decimal | None = None
    investment_amt: Decimal | None = None
    """Invested in total."""
    investment_ccy: str | None = None
    """Currency invested."""
    total_pnl: Decimal | None = None
    total_ann_rate: Decimal | None = None
    """Total annualised rate."""
    pnl_ratio: Decimal | None = None
    mkt_cap: Decimal | None = None
    """Market value, USDT."""
    cycles: Decimal | None = None
    """Recurring rounds done."""
    tag: str | None = None
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in tradeQuoteCcyList."""
    source: list[str] | None = None
    """``1`` trading account, ``2`` funding account, ``3`` simple earn account."""
    recurring_time_type: str | None = None
    """1 set time, 2 at once."""
    recurring_time_minutes: Decimal | None = None
    """Minute of the buy."""
    next_invest_time: Ms | None = None
    """Next recurring buy."""


class RecurringSubOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """An order of a recurring buy."""

    algo_id: str | None = None
    inst_type: str | None = None
    inst_id: str | None = None
    algo_ord_type: str | None = None
    """``recurring`` recurring buy."""
    ord_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    td_mode: str | None = None
    """Trade mode."""
    ord_type: str | None = None
    """``market`` market order, ``manual_add_order`` manual add investment order."""
    sz: Decimal | None = None
    state: str | None = None
    side: str | None = None
    px: Decimal | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    fee_ccy: str | None = None
    avg_px: Decimal | None = None
    acc_fill_sz: Decimal | None = None
    """Cumulative filled size of the order."""
    tag: str | None = None
    algo_cl_ord_id: str | None = None
    trade_quote_ccy: str | None = None
    """Seen, not documented."""


class RecurringCoinArg(V5Part, frozen=True, kw_only=True):
    """A coin of a recurring buy, its share, and the prices it is bought between."""

    ccy: str
    ratio: Num
    min_px: Num | None = None
    max_px: Num | None = None


class RecurringStopArg(V5Part, frozen=True, kw_only=True):
    """A recurring buy to stop."""

    algo_id: str


class PriceRangeArg(V5Part, frozen=True, kw_only=True):
    """The prices a coin is bought between."""

    ccy: str
    min_px: Num
    max_px: Num
