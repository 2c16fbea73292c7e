"""Parameter rows of the chapter Trade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from ...core.row import V5Part
from ...core.rules import Rule
from ...core.words import ClientId, InstId, Num, OrderTag, Side
from ..order_rules import AMENDED, PLACED
from ..words import Fields, InstIdCode, OrdType, Outcome, PosSide, StpMode, TdMode, TgtCcy, TriggerPxType

__all__ = [
    "AmendAttachedAlgo",
    "AmendOrder",
    "AttachAlgo",
    "CancelOrder",
    "NewOrder",
    "PrecheckAttachAlgo",
]


class AttachAlgo(V5Part, frozen=True, kw_only=True):
    """Take profit, stop loss or trailing stop that comes alive when the order fills."""

    attach_algo_cl_ord_id: ClientId | None = None
    """Client id of the attached TP/SL."""
    tp_trigger_px: Num | None = None
    """Take-profit trigger price."""
    tp_trigger_ratio: Num | None = None
    """Take-profit trigger ratio (SWAP, FUTURES)."""
    tp_ord_px: Num | None = None
    """Take-profit order price, -1 is market."""
    tp_ord_kind: Literal["condition", "limit"] | str | None = None
    """Take-profit kind."""
    sl_trigger_px: Num | None = None
    """Stop trigger price."""
    sl_trigger_ratio: Num | None = None
    """Stop trigger ratio (SWAP, FUTURES)."""
    sl_ord_px: Num | None = None
    """Stop order price, -1 is market."""
    tp_trigger_px_type: TriggerPxType | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_trigger_px_type: TriggerPxType | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sz: Num | None = None
    """Needed for each of several take profits."""
    amend_px_on_trigger_type: Literal["0", "1"] | str | None = None
    """Move stop to cost price after first TP: 1 on, 0 off."""
    callback_ratio: Num | None = None
    """Trail distance as a ratio."""
    callback_spread: Num | None = None
    """Trail distance as a price."""
    active_px: Num | None = None
    """Price that arms a trailing stop."""


class NewOrder(V5Part, frozen=True, kw_only=True):
    """One order of `place_batch_orders`; see `place_order` for what each parameter means."""

    rule: ClassVar[Rule | None] = PLACED

    inst_id: InstId
    td_mode: TdMode
    """cash: spot mode, spot in futures mode; cross or isolated: margin and derivatives; spot_isolated: spot lead
    trading; events take isolated only."""
    side: Side
    ord_type: OrdType
    sz: Num
    """Derivatives: contracts; spot limit: base; spot market: see ``tgt_ccy``."""
    ccy: str | None = None
    """Margin currency; needed for isolated MARGIN, and for cross MARGIN in futures mode (MARGIN)."""
    cl_ord_id: ClientId | None = None
    tag: OrderTag | None = None
    pos_side: PosSide | None = None
    """Long or short, needed in long/short mode; net mode takes net only; leave out for SPOT and MARGIN (51000 when
    missing on derivatives in long/short mode) (SWAP, FUTURES)."""
    px: Num | None = None
    """Needed by limit, post_only, fok, ioc, mmp, mmp_and_post_only and rpi; options take exactly one of px,
    ``px_usd``, ``px_vol``."""
    speed_bump: Literal["1"] | str | None = None
    """Must be 1 for non-post-only event orders."""
    outcome: Outcome | None = None
    """Event market side; needed for EVENTS."""
    px_usd: Num | None = None
    """Option price, USD."""
    px_vol: Num | None = None
    """Option price as implied volatility, 1 is 100%."""
    reduce_only: bool | None = None
    """May only shrink a position; net mode for futures and swap (MARGIN, SWAP, FUTURES)."""
    tgt_ccy: TgtCcy | None = None
    """Currency that sz counts, spot market orders; default quote_ccy for buy, base_ccy for sell (SPOT)."""
    ban_amend: bool | None = None
    """Reject instead of shrinking a spot market order when funds are short (SPOT)."""
    px_amend_type: Literal["0", "1"] | str | None = None
    """1 lets the system move px into the price band; ``0`` leave px, ``1`` move px into the band."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in, from ``trade_quote_ccy_list``; default is the quote part of ``inst_id`` (since the
    2026-09-30 USD to USDC merge pass USD yourself to keep trading in USD) (SPOT)."""
    slippage_pct: Num | None = None
    """Largest slippage of spot market orders whose ``tgt_ccy`` is the coin received; 0 to 0.05, at most 4 decimals;
    cannot be amended (SPOT)."""
    stp_mode: StpMode | None = None
    """Self-trade prevention mode."""
    rpi_taker_access: bool | None = None
    """Order may take RPI liquidity; adds a speed bump."""
    rpi_px_round: bool | None = None
    """Round an RPI price outward instead of rejecting."""
    attach_algo_ords: Sequence[AttachAlgo | Fields] | None = None
    """TP/SL or trailing stop attached to the order."""
    is_elp_taker_access: bool | None = None
    """Deprecated: old name of ``rpi_taker_access``, accepted until 2026-10-31."""
    inst_id_code: InstIdCode | None = None
    """Numeric instrument code, offered by the official SDK next to ``inst_id``; WebSocket order operations use it
    instead of ``inst_id``."""


class CancelOrder(V5Part, frozen=True, kw_only=True):
    """One order of `cancel_batch_orders`, named by ``ord_id`` or ``cl_ord_id``."""

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("ord_id", "cl_ord_id"),)

    inst_id: InstId
    ord_id: str | None = None
    """Order id; wins when ``cl_ord_id`` is sent too."""
    cl_ord_id: ClientId | None = None


class AmendAttachedAlgo(V5Part, frozen=True, kw_only=True):
    """A change of a take profit or stop loss attached to an order."""

    attach_algo_id: str | None = None
    """Id of the attached TP/SL."""
    attach_algo_cl_ord_id: ClientId | None = None
    """Client id of the attached TP/SL."""
    new_tp_trigger_px: Num | None = None
    """New take-profit trigger, 0 removes it."""
    new_tp_trigger_ratio: Num | None = None
    """New take-profit trigger ratio (SWAP, FUTURES)."""
    new_tp_ord_px: Num | None = None
    """New take-profit order price, -1 is market."""
    new_tp_ord_kind: Literal["condition", "limit"] | str | None = None
    """New take-profit kind."""
    new_sl_trigger_px: Num | None = None
    """New stop trigger, 0 removes it."""
    new_sl_trigger_ratio: Num | None = None
    """New stop trigger ratio (SWAP, FUTURES)."""
    new_sl_ord_px: Num | None = None
    """New stop order price, -1 is market."""
    new_tp_trigger_px_type: TriggerPxType | None = None
    """New take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price (SWAP,
    FUTURES)."""
    new_sl_trigger_px_type: TriggerPxType | None = None
    """New stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price (SWAP, FUTURES)."""
    sz: Num | None = None
    """Needed for each of several take profits."""
    amend_px_on_trigger_type: Literal["0", "1"] | str | None = None
    """Move stop to cost price after first TP: 1 on, 0 off."""
    new_callback_ratio: Num | None = None
    """New trail ratio."""
    new_callback_spread: Num | None = None
    """New trail distance."""
    new_active_px: Num | None = None
    """New activation price."""


class AmendOrder(V5Part, frozen=True, kw_only=True):
    """One change of `amend_batch_orders`, of the order named by ``ord_id`` or ``cl_ord_id``."""

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("ord_id", "cl_ord_id"),)
    rule: ClassVar[Rule | None] = AMENDED

    inst_id: InstId
    cxl_on_fail: bool | None = None
    """Cancel the order when the amend fails."""
    ord_id: str | None = None
    """Order id; wins when ``cl_ord_id`` is sent too."""
    cl_ord_id: ClientId | None = None
    req_id: ClientId | None = None
    """Client id of this amend, up to 32; echoed."""
    new_sz: Num | None = None
    """New total size, the filled part included; at least one of ``new_sz``, ``new_px``."""
    new_px: Num | None = None
    """New price; options take one of ``new_px``, ``new_px_usd``, ``new_px_vol`` and keep the original kind."""
    speed_bump: Literal["1"] | str | None = None
    """Must be 1 for non-post-only event orders."""
    new_px_usd: Num | None = None
    """New option price, USD."""
    new_px_vol: Num | None = None
    """New option price as volatility."""
    px_amend_type: Literal["0", "1"] | str | None = None
    """1 lets the system move px into the price band; ``0`` leave px, ``1`` move px into the band."""
    attach_algo_ords: Sequence[AmendAttachedAlgo | Fields] | None = None
    """TP/SL or trailing stop attached to the order."""
    rpi_taker_access: bool | None = None
    """Order may take RPI liquidity; adds a speed bump."""
    rpi_px_round: bool | None = None
    """Round an RPI price outward instead of rejecting."""


class PrecheckAttachAlgo(V5Part, frozen=True, kw_only=True):
    """Take profit or stop loss attached to an order that is only checked."""

    attach_algo_cl_ord_id: ClientId | None = None
    """Client id of the attached TP/SL."""
    tp_trigger_px: Num | None = None
    """Take-profit trigger price."""
    tp_ord_px: Num | None = None
    """Take-profit order price, -1 is market."""
    tp_ord_kind: Literal["condition", "limit"] | str | None = None
    """Take-profit kind."""
    sl_trigger_px: Num | None = None
    """Stop trigger price."""
    sl_ord_px: Num | None = None
    """Stop order price, -1 is market."""
    tp_trigger_px_type: TriggerPxType | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_trigger_px_type: TriggerPxType | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sz: Num | None = None
    """Needed for each of several take profits."""
    callback_ratio: Num | None = None
    """Trail distance as a ratio."""
    callback_spread: Num | None = None
    """Trail distance as a price."""
    active_px: Num | None = None
    """Price that arms a trailing stop."""
