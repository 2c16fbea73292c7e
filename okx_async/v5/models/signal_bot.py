"""Rows of the chapter Signal bots."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from ...core.row import V5Part, V5Row
from ...core.words import BoolText, Ms, Num
from ...settings import Secret

__all__ = [
    "EntrySetting",
    "EntrySettingArg",
    "ExitSetting",
    "ExitSettingArg",
    "Signal",
    "SignalAction",
    "SignalBotChanged",
    "SignalBotOrder",
    "SignalEvent",
    "SignalMade",
    "SignalOrderCanceled",
    "SignalPosition",
    "SignalPositionClosed",
    "SignalStopArg",
    "SignalSubOrder",
    "TriggeredOrder",
]


class SignalMade(V5Row, frozen=True, gc=False, kw_only=True):
    """A new signal."""

    signal_chan_id: str | None = None
    signal_chan_token: Secret | None = None
    """Token used by the signal."""


class Signal(V5Row, frozen=True, gc=False, kw_only=True):
    """A signal."""

    signal_chan_id: str | None = None
    signal_chan_name: str | None = None
    signal_chan_desc: str | None = None
    """Signal text."""
    signal_chan_token: Secret | None = None
    """Token used by the signal."""
    signal_source_type: str | None = None
    """``1`` created by yourself, ``2`` subscribe, ``3`` free signal."""


class SignalAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The bot something was done to, and whether that went well."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    s_code: str | None = None
    """Result of this item, ``0`` is success."""
    s_msg: str | None = None


class SignalBotChanged(V5Row, frozen=True, gc=False, kw_only=True):
    """The bot something was done to."""

    algo_id: str | None = None


class EntrySetting(V5Row, frozen=True, gc=False, kw_only=True):
    """How a bot enters."""

    allow_multiple_entry: bool | None = None
    """Several entries in one direction allowed."""
    entry_type: str | None = None
    """Sizing rule of entries: ``1`` tradingview signal, ``2`` fixed margin, ``3`` contracts, ``4`` percent of free
    margin, ``5`` percent of first margin.
    """
    amt: Decimal | None = None
    ratio: Decimal | None = None


class ExitSetting(V5Row, frozen=True, gc=False, kw_only=True):
    """When a bot takes profit or stops."""

    tp_sl_type: str | None = None
    """Basis of the TP/SL target: ``pnl`` by estimated profit, ``price`` by price move."""
    tp_pct: Decimal | None = None
    """Take-profit target ratio."""
    sl_pct: Decimal | None = None
    """Stop target ratio."""


class SignalBotOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A signal bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_ids: list[str] | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    algo_ord_type: str | None = None
    """``contract`` contract signal."""
    state: str | None = None
    cancel_type: str | None = None
    """Why the bot stopped: ``0`` none, ``1`` manual stop."""
    total_pnl: Decimal | None = None
    total_pnl_ratio: Decimal | None = None
    """Profit ratio in total."""
    total_eq: Decimal | None = None
    """Total equity, USD."""
    float_pnl: Decimal | None = None
    realized_pnl: Decimal | None = None
    frozen_bal: Decimal | None = None
    """Frozen balance."""
    avail_bal: Decimal | None = None
    """Usable balance."""
    lever: Decimal | None = None
    invest_amt: Decimal | None = None
    """Invested amount."""
    sub_ord_type: str | None = None
    """Sub-order type: ``1`` limit order, ``2`` market order, ``9`` tradingview signal."""
    ratio: Decimal | None = None
    entry_setting_param: EntrySetting | None = None
    """Entry rules."""
    exit_setting_param: ExitSetting | None = None
    """Exit rules."""
    signal_chan_id: str | None = None
    signal_chan_name: str | None = None
    signal_source_type: str | None = None
    """``1`` created by yourself, ``2`` subscribe, ``3`` free signal."""


class SignalPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """A position of a bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    avg_px: Decimal | None = None
    ccy: str | None = None
    lever: Decimal | None = None
    liq_px: Decimal | None = None
    """Estimated liquidation price."""
    pos_side: str | None = None
    pos: Decimal | None = None
    """Size; negative is short in net mode."""
    mgn_mode: str | None = None
    mgn_ratio: Decimal | None = None
    imr: Decimal | None = None
    mmr: Decimal | None = None
    upl: Decimal | None = None
    upl_ratio: Decimal | None = None
    """Unrealised profit ratio."""
    last: Decimal | None = None
    notional_usd: Decimal | None = None
    adl: str | None = None
    """Auto-deleveraging rank, 0 safest to 5."""
    mark_px: Decimal | None = None


class SignalPositionClosed(V5Row, frozen=True, gc=False, kw_only=True):
    """A closed position of a bot."""

    inst_id: str | None = None
    mgn_mode: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    open_avg_px: Decimal | None = None
    """Mean open price."""
    close_avg_px: Decimal | None = None
    """Mean close price."""
    pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None
    lever: Decimal | None = None
    direction: str | None = None
    uly: str | None = None


class SignalOrderCanceled(V5Row, frozen=True, gc=False, kw_only=True):
    """An order within a bot, and whether it was cancelled."""

    signal_ord_id: str | None = None
    """Sub-order id."""
    s_code: str | None = None
    """Result of this item, ``0`` is success."""
    s_msg: str | None = None


class SignalSubOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """An order of a bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: str | None = None
    algo_ord_type: str | None = None
    """``contract`` contract signal."""
    ord_id: str | None = None
    cl_ord_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    td_mode: str | None = None
    """Trade mode."""
    ccy: str | None = None
    ord_type: str | None = None
    """``market`` market order, ``limit`` limit order, ``ioc`` immediate-or-cancel order."""
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
    pos_side: str | None = None
    pnl: Decimal | None = None
    ct_val: Decimal | None = None
    """Contract face value."""
    lever: Decimal | None = None
    tag: str | None = None


class TriggeredOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """An order made by an event."""

    cl_ord_id: str | None = None


class SignalEvent(V5Row, frozen=True, gc=False, kw_only=True):
    """Something that happened to a bot."""

    alert_msg: str | None = None
    """Alert text of the signal."""
    algo_id: str | None = None
    event_type: str | None = None
    """Event kind."""
    event_ctime: Ms | None = None
    """Event created."""
    event_utime: Ms | None = None
    """Event updated."""
    event_process_msg: str | None = None
    """Processing text."""
    event_status: str | None = None
    """Success or failure."""
    triggered_ord_data: list[TriggeredOrder] | None = None
    """Orders made by the event."""


class EntrySettingArg(V5Part, frozen=True, kw_only=True):
    """How a signal bot enters. The items of ``ratio`` are not documented."""

    allow_multiple_entry: BoolText | None = None
    """Several entries in one direction allowed."""
    entry_type: Literal["1", "2", "3", "4", "5"] | str | None = None
    """Sizing rule of entries: ``1`` tradingview signal, ``2`` fixed margin, ``3`` contracts, ``4`` percent of free
    margin, ``5`` percent of first margin.
    """
    amt: Num | None = None
    ratio: Sequence[Num] | None = None


class ExitSettingArg(V5Part, frozen=True, kw_only=True):
    """When a signal bot takes profit or stops."""

    tp_sl_type: Literal["pnl", "price"] | str
    """Basis of the TP/SL target: ``pnl`` by estimated profit, ``price`` by price move."""
    tp_pct: Num | None = None
    """Take-profit target ratio."""
    sl_pct: Num | None = None
    """Stop target ratio."""


class SignalStopArg(V5Part, frozen=True, kw_only=True):
    """A signal bot to stop."""

    algo_id: str
