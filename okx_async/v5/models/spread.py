"""Rows of the chapter Spread Trading: own orders and trades."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz
from ..intents import GONE

__all__ = [
    "SpreadAmendResult",
    "SpreadOrder",
    "SpreadOrderResult",
    "SpreadTrade",
    "SpreadTradeLeg",
]


class SpreadOrderResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What the gateway said to one spread order."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    tag: str | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None

    @property
    def already_gone(self) -> bool:
        """Whether a cancellation came too late: the order was filled or cancelled before, or is being cancelled."""
        return self.s_code in GONE


class SpreadAmendResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What the gateway said to one change of a spread order."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    req_id: str | None = None
    """Client id of the amend."""
    new_sz: Sz | None = None
    """New total size, filled part included."""
    new_px: Px | None = None
    """New price."""
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None


class SpreadOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """One spread order."""

    sprd_id: str
    ord_id: str
    cl_ord_id: str | None = None
    tag: str | None = None
    px: Px | None = None
    sz: Sz | None = None
    ord_type: str | None = None
    """``market`` market order, ``limit`` limit order, ``post_only`` post-only order, ``ioc`` immediate-or-cancel
    order."""
    side: str | None = None
    fill_sz: Sz | None = None
    """Size of the last fill."""
    fill_px: Px | None = None
    """Last fill price."""
    trade_id: str | None = None
    acc_fill_sz: Sz | None = None
    """Cumulative filled size of the order."""
    pending_fill_sz: Sz | None = None
    """Size still open."""
    pending_settle_sz: Sz | None = None
    """Size waiting for settlement."""
    canceled_sz: Sz | None = None
    avg_px: Px | None = None
    state: str | None = None
    """``canceled``, ``live``, ``partially_filled``, ``filled``."""
    cancel_source: str | None = None
    """Who or what cancelled."""
    u_time: Ms | None = None
    c_time: Ms | None = None
    inst_id: InstId | None = None
    code: str | None = None
    msg: str | None = None
    req_id: str | None = None
    amend_result: str | None = None
    """``-1``, ``0``."""


class SpreadTradeLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of a spread trade."""

    inst_id: InstId | None = None
    px: Px | None = None
    sz: Sz | None = None
    sz_cont: Decimal | None = None
    """Filled contracts."""
    side: str | None = None
    fill_pnl: Decimal | None = None
    """Realised profit of this fill."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    fee_ccy: str | None = None
    trade_id: str | None = None


class SpreadTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One own spread trade."""

    sprd_id: str
    trade_id: str
    ord_id: str | None = None
    cl_ord_id: str | None = None
    tag: str | None = None
    fill_px: Px | None = None
    """Last fill price."""
    fill_sz: Sz | None = None
    """Size of the last fill."""
    side: str | None = None
    """``buy``, ``sell``."""
    state: str | None = None
    """``filled``, ``rejected``."""
    exec_type: str | None = None
    """T taker, M maker."""
    ts: Ms | None = None
    """Time of the data."""
    legs: list[SpreadTradeLeg] | None = None
    code: str | None = None
    """Result code, 0 is success."""
    msg: str | None = None
    """Message, empty on success."""
