"""Rows of the chapter Algo Trading."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz
from ..intents import GONE

__all__ = [
    "AlgoAmendResult",
    "AlgoAttachment",
    "AlgoOrder",
    "AlgoResult",
    "ChaseTerms",
    "LinkedOrder",
    "TriggerTerms",
]


class AlgoResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What the gateway said to one algo order."""

    algo_id: str | None = None
    cl_ord_id: str | None = None
    """Deprecated."""
    algo_cl_ord_id: str | None = None
    """Deprecated."""
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None
    tag: str | None = None
    """Deprecated."""

    @property
    def already_gone(self) -> bool:
        """Whether a cancellation came too late: the algo order was triggered or cancelled before, or is not known."""
        return self.s_code in GONE


class AlgoAmendResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What the gateway said to one change of an algo order."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    req_id: str | None = None
    """Client id of the amend."""
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None


class ChaseTerms(V5Row, frozen=True, gc=False, kw_only=True):
    """How a triggered order chases the best quote."""

    chase_type: str | None = None
    """Unit of the chase distance; ``distance``, ``ratio``."""
    chase_val: Decimal | None = None
    """Chase distance, 0 means best quote."""
    max_chase_type: str | None = None
    """Unit of the largest chase distance; ``distance``, ``ratio``."""
    max_chase_val: Decimal | None = None
    """Largest chase distance."""


class AlgoAttachment(V5Row, frozen=True, gc=False, kw_only=True):
    """What is attached to a trigger order."""

    attach_algo_cl_ord_id: str | None = None
    """Client id of the attached TP/SL."""
    tp_trigger_px: Px | None = None
    """Take-profit trigger price."""
    tp_trigger_ratio: Decimal | None = None
    """Take-profit trigger ratio (SWAP, FUTURES)."""
    tp_trigger_px_type: str | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    tp_ord_px: Px | None = None
    """Take-profit order price, -1 is market."""
    sl_trigger_px: Px | None = None
    """Stop trigger price."""
    sl_trigger_ratio: Decimal | None = None
    """Stop trigger ratio (SWAP, FUTURES)."""
    sl_trigger_px_type: str | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_ord_px: Px | None = None
    """Stop order price, -1 is market."""
    callback_ratio: Decimal | None = None
    """Trail distance as a ratio."""
    callback_spread: Decimal | None = None
    """Trail distance as a price."""
    active_px: Px | None = None
    """Price that arms a trailing stop."""


class LinkedOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """The limit take profit that is linked to a stop."""

    ord_id: str | None = None


class TriggerTerms(V5Row, frozen=True, gc=False, kw_only=True):
    """When a smart iceberg begins."""

    trigger_action: str | None = None
    """Start or stop."""
    trigger_strategy: str | None = None
    """``instant`` trigger immediately, ``price`` trigger by price, ``rsi`` RSI trigger."""
    trigger_px: Px | None = None
    trigger_cond: str | None = None
    """``cross_up``, ``cross_down``, ``above``, ``below``, ``cross``."""
    timeframe: str | None = None
    """RSI candle size; ``3m``, ``5m``, ``15m``, ``30m``, ``1H``, ``4H``, ``1D``."""
    thold: Decimal | None = None
    """Threshold, 1 to 100."""
    time_period: Decimal | None = None
    """RSI period, 14."""


class AlgoOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """One algo order; which fields are filled depends on ``ord_type``."""

    inst_id: InstId
    algo_id: str
    inst_type: str | None = None
    ccy: str | None = None
    ord_id: str | None = None
    """Deprecated."""
    ord_id_list: list[str] | None = None
    """Orders made by the algo."""
    sub_algo_id_list: list[str] | None = None
    """Algo ids made by the trigger."""
    cl_ord_id: str | None = None
    sz: Sz | None = None
    close_fraction: Decimal | None = None
    """Share of the position to close, only 1 works."""
    ord_type: str | None = None
    """``conditional``, ``oco``, ``trigger``, ``chase``."""
    side: str | None = None
    """``buy``, ``sell``."""
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    td_mode: str | None = None
    """``cross``, ``isolated``, ``cash``."""
    tgt_ccy: str | None = None
    """Currency that sz counts, spot market orders; ``base_ccy`` base currency, ``quote_ccy`` quote currency (SPOT)."""
    state: str | None = None
    """``live``, ``pause``, ``partially_effective``, ``effective``, ``canceled``, ``order_failed``,
    ``partially_failed``."""
    lever: Decimal | None = None
    tp_trigger_px: Px | None = None
    """Take-profit trigger price."""
    tp_trigger_px_type: str | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    tp_ord_px: Px | None = None
    """Take-profit order price, -1 is market."""
    sl_trigger_px: Px | None = None
    """Stop trigger price."""
    sl_trigger_px_type: str | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_ord_px: Px | None = None
    """Stop order price, -1 is market."""
    trigger_px: Px | None = None
    trigger_px_type: str | None = None
    """``last`` last price, ``index`` index price, ``mark`` mark price."""
    ord_px: Px | None = None
    """Order price, -1 is market."""
    advance_ord_type: str | None = None
    """Order type used once the trigger fires; ``fok`` fill-or-kill order, ``ioc`` immediate-or-cancel order,
    ``chase`` chase limit order."""
    adv_chase_params: list[ChaseTerms] | None = None
    """Chase settings for a trigger order."""
    actual_sz: Sz | None = None
    """Size of the order actually sent."""
    actual_px: Px | None = None
    """Price of the order actually sent."""
    tag: str | None = None
    actual_side: str | None = None
    """Which leg fired: take profit or stop loss; ``tp`` take profit, ``sl`` stop loss."""
    trigger_time: Ms | None = None
    px_var: Decimal | None = None
    """Price distance ratio of slices."""
    px_spread: Decimal | None = None
    """Price distance of slices."""
    sz_limit: Decimal | None = None
    """Size of one slice."""
    px_limit: Decimal | None = None
    """Worst price."""
    time_interval: Decimal | None = None
    callback_ratio: Decimal | None = None
    """Trail distance as a ratio."""
    callback_spread: Decimal | None = None
    """Trail distance as a price."""
    active_px: Px | None = None
    """Price that arms a trailing stop."""
    move_trigger_px: Px | None = None
    """Actual trail trigger price."""
    reduce_only: bool | None = None
    """May only shrink a position."""
    quick_mgn_type: str | None = None
    """Deprecated: quick margin type; ``manual``, ``auto_borrow``, ``auto_repay``."""
    last: Decimal | None = None
    fail_code: str | None = None
    """Error code of the failed trigger."""
    algo_cl_ord_id: str | None = None
    amend_px_on_trigger_type: str | None = None
    """Move stop to cost price after first TP: 1 on, 0 off."""
    attach_algo_ords: list[AlgoAttachment] | None = None
    """TP/SL or trailing stop attached to the order."""
    linked_ord: LinkedOrder | None = None
    """Linked take-profit order."""
    c_time: Ms | None = None
    u_time: Ms | None = None
    is_trade_borrow_mode: bool | None = None
    """Borrows automatically, spot isolated."""
    chase_type: str | None = None
    """Unit of the chase distance."""
    chase_val: Decimal | None = None
    """Chase distance, 0 means best quote."""
    max_chase_type: str | None = None
    """Unit of the largest chase distance."""
    max_chase_val: Decimal | None = None
    """Largest chase distance."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list``."""
    lmt_order_number: Decimal | None = None
    """Number of limit slices."""
    aggressiveness: str | None = None
    """How eagerly the slice order chases a fill; ``radical`` faster fill, ``mid`` balanced, ``conservative`` best
    price."""
    trigger_params: list[TriggerTerms] | None = None
    notional_usd: Decimal | None = None
    req_id: str | None = None
    amend_result: str | None = None
    """``-1``, ``0``."""
    count: Decimal | None = None
    p_time: Ms | None = None
    active_px_type: str | None = None
    """Not in the specification; seen in answers."""
    ct_val: Decimal | None = None
    """Not in the specification; seen in answers."""
    uly: str | None = None
    """Not in the specification; seen in answers."""
