"""Rows of the chapter Copy trading."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "CopiedInstrument",
    "CopySettings",
    "CopyTrader",
    "CopyTraders",
    "CopyTradingConfig",
    "CopyTradingLimits",
    "CopyTradingRole",
    "CurrencyPreference",
    "Done",
    "LeadAction",
    "LeadInstrument",
    "LeadPosition",
    "LeadPositionClosed",
    "LeadTrader",
    "LeadTraderPnl",
    "LeadTraderRank",
    "LeadTraderRanks",
    "LeadTraderStats",
    "PnlRatio",
    "ProfitShare",
    "SignalLink",
    "TotalProfitShare",
    "TotalUnrealizedProfitShare",
    "UnrealizedProfitShare",
]


class LeadPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """An open lead position."""

    inst_id: str | None = None
    sub_pos_id: str | None = None
    """Lead position id."""
    pos_side: str | None = None
    mgn_mode: str | None = None
    lever: Decimal | None = None
    open_ord_id: str | None = None
    """Order that opened the lead position."""
    open_avg_px: Decimal | None = None
    """Mean open price."""
    open_time: Ms | None = None
    sub_pos: Decimal | None = None
    """Lead size."""
    tp_trigger_px: Decimal | None = None
    """Take-profit trigger price."""
    sl_trigger_px: Decimal | None = None
    """Stop trigger price."""
    algo_id: str | None = None
    inst_type: str | None = None
    tp_ord_px: Decimal | None = None
    """Take-profit order price, -1 is market."""
    sl_ord_px: Decimal | None = None
    """Stop order price, -1 is market."""
    margin: Decimal | None = None
    upl: Decimal | None = None
    upl_ratio: Decimal | None = None
    """Unrealised profit ratio."""
    mark_px: Decimal | None = None
    unique_code: str | None = None
    """Lead trader code, 16 or 18 characters."""
    ccy: str | None = None
    avail_sub_pos: Decimal | None = None
    """Lead size that can still be closed."""


class LeadPositionClosed(V5Row, frozen=True, gc=False, kw_only=True):
    """A closed lead position."""

    inst_id: str | None = None
    sub_pos_id: str | None = None
    """Lead position id."""
    pos_side: str | None = None
    mgn_mode: str | None = None
    lever: Decimal | None = None
    open_ord_id: str | None = None
    """Order that opened the lead position."""
    open_avg_px: Decimal | None = None
    """Mean open price."""
    open_time: Ms | None = None
    sub_pos: Decimal | None = None
    """Lead size."""
    close_time: Ms | None = None
    close_avg_px: Decimal | None = None
    """Mean close price."""
    pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None
    inst_type: str | None = None
    margin: Decimal | None = None
    ccy: str | None = None
    mark_px: Decimal | None = None
    unique_code: str | None = None
    """Lead trader code, 16 or 18 characters."""
    profit_sharing_amt: Decimal | None = None
    """Deprecated: shared profit."""
    close_sub_pos: Decimal | None = None
    """Closed lead size."""
    type_: str | None = None
    """``1`` close position partially, ``2`` close all."""


class LeadAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The lead position something was done to."""

    sub_pos_id: str | None = None
    """Lead position id."""
    tag: str | None = None


class LeadInstrument(V5Row, frozen=True, gc=False, kw_only=True):
    """An instrument that can be led."""

    inst_id: str | None = None
    enabled: bool | None = None
    """Whether it is switched on."""


class ProfitShare(V5Row, frozen=True, gc=False, kw_only=True):
    """A profit share that was paid."""

    ccy: str | None = None
    profit_sharing_amt: Decimal | None = None
    """Shared profit."""
    nick_name: str | None = None
    profit_sharing_id: str | None = None
    """Profit share id."""
    inst_type: str | None = None
    port_link: str | None = None
    """Portrait link."""
    ts: Ms | None = None


class TotalProfitShare(V5Row, frozen=True, gc=False, kw_only=True):
    """All profit shares of a currency."""

    ccy: str | None = None
    total_profit_sharing_amt: Decimal | None = None
    """Shared profit in total."""
    inst_type: str | None = None


class UnrealizedProfitShare(V5Row, frozen=True, gc=False, kw_only=True):
    """A profit share that is still open."""

    ccy: str | None = None
    unrealized_profit_sharing_amt: Decimal | None = None
    """Profit share still open."""
    nick_name: str | None = None
    inst_type: str | None = None
    port_link: str | None = None
    """Portrait link."""
    ts: Ms | None = None


class TotalUnrealizedProfitShare(V5Row, frozen=True, gc=False, kw_only=True):
    """All profit shares that are still open."""

    profit_sharing_ts: Ms | None = None
    """Profit share settled."""
    total_unrealized_profit_sharing_amt: Decimal | None = None
    """Profit share still open."""


class Done(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether it was done."""

    result: bool | None = None


class CopyTradingRole(V5Row, frozen=True, gc=False, kw_only=True):
    """The role for one instrument type."""

    inst_type: str | None = None
    role_type: str | None = None
    """Copy trading role: ``0`` general user, ``1`` leading trader, ``2`` copy trader."""
    profit_sharing_ratio: Decimal | None = None
    """Profit share, 0 to 0.3."""
    max_copy_trader_num: Decimal | None = None
    """Most copiers allowed."""
    copy_trader_num: Decimal | None = None
    """Copiers now."""


class CopyTradingConfig(V5Row, frozen=True, gc=False, kw_only=True):
    """The account's own role in copy trading."""

    unique_code: str | None = None
    """Lead trader code, 16 or 18 characters."""
    nick_name: str | None = None
    port_link: str | None = None
    """Portrait link."""
    details: list[CopyTradingRole] | None = None


class CopiedInstrument(V5Row, frozen=True, gc=False, kw_only=True):
    """An instrument and whether it is copied."""

    inst_id: str | None = None
    enabled: bool | None = None
    """Whether it is switched on."""


class CopySettings(V5Row, frozen=True, gc=False, kw_only=True):
    """How a lead trader is copied."""

    copy_mode: str | None = None
    """Fixed amount or ratio."""
    copy_amt: Decimal | None = None
    """Amount per copied order, USDT."""
    copy_ratio: Decimal | None = None
    """Size ratio to the lead order."""
    copy_total_amt: Decimal | None = None
    """Copy budget, USDT."""
    tp_ratio: Decimal | None = None
    """Take-profit ratio."""
    sl_ratio: Decimal | None = None
    """Stop ratio."""
    copy_inst_id_type: str | None = None
    """Own list or same as lead: ``custom`` own choice, ``copy`` follow the lead list."""
    inst_ids: list[CopiedInstrument] | None = None
    sl_total_amt: Decimal | None = None
    """Total stop, USDT."""
    sub_pos_close_type: str | None = None
    """What happens to open positions: ``market_close`` close at market, ``copy_close`` close with the lead,
    ``manual_close`` close manually.
    """
    copy_mgn_mode: str | None = None
    """Margin mode for copied positions: ``copy`` same as lead."""
    ccy: str | None = None
    copy_state: str | None = None
    """1 while copying."""
    tag: str | None = None


class LeadTrader(V5Row, frozen=True, gc=False, kw_only=True):
    """A lead trader the account copies."""

    port_link: str | None = None
    """Portrait link."""
    nick_name: str | None = None
    margin: Decimal | None = None
    copy_total_amt: Decimal | None = None
    """Copy budget, USDT."""
    copy_total_pnl: Decimal | None = None
    """Copy profit in total."""
    unique_code: str | None = None
    """Lead trader code, 16 or 18 characters."""
    ccy: str | None = None
    profit_sharing_ratio: Decimal | None = None
    """Profit share, 0 to 0.3."""
    begin_copy_time: Ms | None = None
    """When copying began."""
    upl: Decimal | None = None
    today_pnl: Decimal | None = None
    """Profit today."""
    lead_mode: str | None = None
    """Public or private."""


class CopyTradingLimits(V5Row, frozen=True, gc=False, kw_only=True):
    """Smallest and largest values of copy settings."""

    max_copy_amt: Decimal | None = None
    """Largest amount per copied order, USDT."""
    min_copy_amt: Decimal | None = None
    """Smallest amount per copied order, USDT."""
    max_copy_total_amt: Decimal | None = None
    """Largest copy budget, USDT."""
    min_copy_ratio: Decimal | None = None
    """Smallest copy ratio."""
    max_copy_ratio: Decimal | None = None
    """Largest copy ratio."""
    max_tp_ratio: Decimal | None = None
    """Largest take-profit ratio."""
    max_sl_ratio: Decimal | None = None
    """Largest stop-loss ratio."""


class PnlRatio(V5Row, frozen=True, gc=False, kw_only=True):
    """A profit ratio from some time on."""

    begin_ts: Ms | None = None
    """Range start."""
    pnl_ratio: Decimal | None = None


class LeadTraderRank(V5Row, frozen=True, gc=False, kw_only=True):
    """One lead trader in the ranks."""

    aum: Decimal | None = None
    """Copied assets managed, USDT."""
    copy_state: str | None = None
    """1 while copying."""
    max_copy_trader_num: Decimal | None = None
    """Most copiers allowed."""
    copy_trader_num: Decimal | None = None
    """Copiers now."""
    acc_copy_trader_num: Decimal | None = None
    """Copiers gained over all time."""
    port_link: str | None = None
    """Portrait link."""
    nick_name: str | None = None
    ccy: str | None = None
    unique_code: str | None = None
    """Lead trader code, 16 or 18 characters."""
    win_ratio: Decimal | None = None
    lead_days: Decimal | None = None
    """Days leading."""
    trader_insts: list[str] | None = None
    """Lead instruments."""
    pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None
    pnl_ratios: list[PnlRatio] | None = None
    """Profit ratio history."""


class LeadTraderRanks(V5Row, frozen=True, gc=False, kw_only=True):
    """One page of ranks."""

    data_ver: str | None = None
    """Data version, 14 digits."""
    total_page: int | None = None
    ranks: list[LeadTraderRank] | None = None
    """Lead trader ranks."""


class LeadTraderPnl(V5Row, frozen=True, gc=False, kw_only=True):
    """Profit of a lead trader from some time on."""

    begin_ts: Ms | None = None
    """Range start."""
    pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None


class LeadTraderStats(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of a lead trader."""

    win_ratio: Decimal | None = None
    profit_days: Decimal | None = None
    """Winning days."""
    loss_days: Decimal | None = None
    """Losing days."""
    cur_copy_trader_pnl: Decimal | None = None
    """Profit of present copiers, USDT."""
    avg_sub_pos_notional: Decimal | None = None
    """Mean lead position notional, USDT."""
    invest_amt: Decimal | None = None
    """Invested amount."""
    ccy: str | None = None


class CurrencyPreference(V5Row, frozen=True, gc=False, kw_only=True):
    """How much of a lead trader's trading is in a currency."""

    ccy: str | None = None
    ratio: Decimal | None = None


class CopyTrader(V5Row, frozen=True, gc=False, kw_only=True):
    """One copier."""

    begin_copy_time: Ms | None = None
    """When copying began."""
    nick_name: str | None = None
    port_link: str | None = None
    """Portrait link."""
    pnl: Decimal | None = None


class CopyTraders(V5Row, frozen=True, gc=False, kw_only=True):
    """The copiers of a lead trader."""

    copy_total_pnl: Decimal | None = None
    """Copy profit in total."""
    ccy: str | None = None
    copy_trader_num_chg: Decimal | None = None
    """Copier change in 7 days."""
    copy_trader_num_chg_ratio: Decimal | None = None
    """Copier change ratio in 7 days."""
    copy_traders: list[CopyTrader] | None = None


class SignalLink(V5Row, frozen=True, gc=False, kw_only=True):
    """A short link to an order."""

    short_link: str | None = None
    """App link with the order prefilled."""
