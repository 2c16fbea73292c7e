"""Orders, fills and positions as V5 writes them, over REST and on the private channels."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..derivatives import Derivatives, plain
from ..instruments import Kind
from ..text import exact_text
from .legs import Attached
from .margin import Margins
from .orders import Fill, Order
from .positions import ClosedPosition, Position
from .trails import TRAILING
from .worth import ZERO, terms_of

__all__ = ["Amended", "Rows", "flag", "price_text"]

Json = dict[str, Any]

_RATIO = 8
_ATTACHED, _BESIDE = 3 * 10**18, 10**16
_AVERAGE = 12

# What only orders with stops of older sorts have.
_NO_STOPS: Json = {
    "attachAlgoClOrdId": "",
    "isTpLimit": "false",
    "linkedAlgoOrd": {"algoId": ""},
    "slOrdPx": "",
    "slTriggerPx": "",
    "slTriggerPxType": "",
    "tpOrdPx": "",
    "tpTriggerPx": "",
    "tpTriggerPxType": "",
}
_REASONS = {
    "": "",
    "0": "canceled by the system",
    "1": "canceled by the user",
    "3": "canceled because of a liquidation",
    "7": "canceled because the contract was delivered",
    "13": "fill-or-kill order could not be filled whole",
    "14": "immediate-or-cancel order was not filled whole",
    "17": "canceled because its position was closed",
    "20": "cancel all after was triggered",
    "23": "reduce-only order would have turned the position",
    "31": "post-only order would have taken liquidity",
    "32": "self-trade prevention",
    "33": "the order would have met too many orders",
}
_GREEKS = ("deltaBS", "deltaPA", "gammaBS", "gammaPA", "thetaBS", "thetaPA", "vegaBS", "vegaPA")
_BORROWED = ("baseBal", "baseBorrowed", "baseInterest", "quoteBal", "quoteBorrowed", "quoteInterest")
_NOT_HELD = (
    "bizRefId",
    "bizRefType",
    "clSpotInUseAmt",
    "hedgedPos",
    "interest",
    "liab",
    "liabCcy",
    "maxSpotInUseAmt",
    "pendingCloseOrdLiabVal",
    "posCcy",
    "spotInUseAmt",
    "spotInUseCcy",
)

Amended = tuple[str, str, str]
"""What a change of an order is told with: ``reqId``, ``amendResult`` and ``amendSource``."""


def flag(value: bool) -> str:
    """Return a truth as V5 writes it in rows."""
    return "true" if value else "false"


def price_text(value: Decimal | None) -> str:
    """Return a mean price as plain text, ``""`` for none."""
    return "" if value is None else plain(value, _AVERAGE)


def attached_id(order: Order, attached: Attached) -> str:
    """Return the number of what is attached to an order; it is not that of the algo order it becomes."""
    return str(order.ord_id + _ATTACHED + attached.place * _BESIDE)


def _attached_row(order: Order, attached: Attached) -> Json:
    """Write what is attached to an order."""
    legs = {leg.name: leg for leg in attached.legs}
    code, msg = order.unattached.get(attached.place, ("", ""))
    row = {
        "attachAlgoId": attached_id(order, attached),
        "attachAlgoClOrdId": attached.name,
        "tpOrdKind": "condition" if "tp" in legs else "",
        "sz": attached.size,
        "amendPxOnTriggerType": "1" if attached.to_cost else "0",
        **{name: str(attached.fields.get(name) or "") for name in TRAILING},
        "failCode": code,
        "failReason": msg,
    }
    for name in ("tp", "sl"):
        leg = legs.get(name)
        row |= {
            f"{name}TriggerPx": "" if leg is None else exact_text(leg.trigger),
            f"{name}TriggerRatio": "",
            f"{name}TriggerPxType": "" if leg is None else leg.source,
            f"{name}OrdPx": "" if leg is None else leg.order_price,
        }
    return row


class Rows:
    """Writes rows.

    Args:
        margins: Reckons margins.
        figures: Where mark and index prices are.

    Attributes:
        closers: Returns what waits to close all of a position, as rows of positions tell it.
    """

    def __init__(self, margins: Margins, figures: Derivatives) -> None:
        self._margins = margins
        self._figures = figures
        self.closers: Callable[[Position], list[Json]] = lambda position: []

    def order(self, order: Order) -> Json:
        """Write an order as REST tells it, with its latest fill. (Get order details)"""
        ticket, instrument = order.ticket, order.market.instrument
        last = order.fills[-1] if order.fills else None
        why = order.why or ""
        return {
            **_NO_STOPS,
            "accFillSz": instrument.size_text(order.filled),
            "algoClOrdId": ticket.algo_cl_ord_id,
            "algoId": ticket.algo_id,
            "attachAlgoOrds": [_attached_row(order, each) for each in ticket.attached],
            "avgPx": price_text(order.average),
            "cTime": str(order.created),
            "cancelSource": str(why),
            "cancelSourceReason": _REASONS[why],
            "category": ticket.category,
            "ccy": "",
            "clOrdId": ticket.cl_ord_id,
            "fee": exact_text(order.fee),
            "feeCcy": self.ccy_of(order),
            "fillPx": "" if last is None else instrument.price_text(last.price),
            "fillSz": "0" if last is None else instrument.size_text(last.lots),
            "fillTime": "" if last is None else str(last.ts),
            "instId": instrument.inst_id,
            "instType": ticket.inst_type,
            "lever": order.lever,
            "ordId": str(order.ord_id),
            "ordType": ticket.ord_type,
            "outcome": "",
            "pnl": exact_text(order.pnl),
            "posSide": ticket.pos_side,
            "px": "" if order.price is None else instrument.price_text(order.price),
            "pxType": "px" if instrument.kind is Kind.OPTION else "",
            "pxUsd": "",
            "pxVol": "",
            "quickMgnType": "",
            "rebate": "0",
            "rebateCcy": self.paid_in(order),
            "reduceOnly": flag(ticket.reduce_only),
            "side": "buy" if ticket.buy else "sell",
            "source": ticket.source,
            "state": order.state.value,
            "stpId": "",
            "stpMode": ticket.stp_mode,
            "sz": order.size,
            "tag": ticket.tag,
            "tdMode": ticket.td_mode,
            "tgtCcy": ticket.tgt_ccy,
            "tradeId": "" if last is None else str(last.trade_id),
            "tradeQuoteCcy": instrument.quote if instrument.kind is Kind.SPOT else "",
            "uTime": str(order.updated),
        }

    def order_update(self, order: Order, fill: Fill | None, amended: Amended = ("", "", "")) -> Json:
        """Write an order as it is pushed: what is told of a fill belongs to this very push. (Order channel)"""
        instrument = order.market.instrument
        req_id, result, source = amended
        row = self.order(order)
        row |= {
            # Where REST has nothing recorded pushes have a zero; other clients read a number of both.
            "avgPx": row["avgPx"] or "0",
            "lever": row["lever"] or ("0" if instrument.kind is Kind.SPOT else ""),
            "amendResult": result,
            "amendSource": source,
            "code": "0",
            "execType": "",
            "fillFee": "0",
            "fillFeeCcy": "",
            "fillFwdPx": "",
            "fillIdxPx": "",
            "fillMarkPx": "",
            "fillMarkVol": "",
            "fillNotionalUsd": "",
            "fillPnl": "0",
            "fillPx": "",
            "fillPxUsd": "",
            "fillPxVol": "",
            "fillSz": "0",
            "fillTime": "",
            "lastPx": instrument.price_text(order.market.tape.last.price),
            "msg": "",
            "notionalUsd": self._dollars(order, order.lots, None),
            "reqId": req_id,
            "tradeId": "",
        }
        if fill is None:
            return row
        return row | {
            "execType": "M" if fill.maker else "T",
            "fillFee": exact_text(fill.fee),
            "fillFeeCcy": fill.fee_ccy,
            "fillIdxPx": price_text(fill.index),
            "fillMarkPx": price_text(fill.mark),
            "fillNotionalUsd": self._dollars(order, fill.lots, fill),
            "fillPnl": exact_text(fill.pnl),
            "fillPx": instrument.price_text(fill.price),
            "fillSz": instrument.size_text(fill.lots),
            "fillTime": str(fill.ts),
            "tradeId": str(fill.trade_id),
        }

    def fill(self, order: Order, fill: Fill) -> Json:
        """Write a fill. (Get transaction details)"""
        ticket, instrument = order.ticket, order.market.instrument
        contract = instrument.kind is not Kind.SPOT
        return {
            "billId": str(fill.bill_id),
            "clOrdId": ticket.cl_ord_id,
            "execType": "M" if fill.maker else "T",
            "fee": exact_text(fill.fee),
            "feeCcy": fill.fee_ccy,
            "feeRate": plain(fill.rate, _RATIO),
            "fillFwdPx": "",
            "fillIdxPx": price_text(fill.index),
            "fillMarkPx": price_text(fill.mark) if contract else "",
            "fillMarkVol": "",
            "fillPnl": exact_text(fill.pnl),
            "fillPx": instrument.price_text(fill.price),
            "fillPxUsd": "",
            "fillPxVol": "",
            "fillSz": instrument.size_text(fill.lots),
            "fillTime": str(fill.ts),
            "instId": instrument.inst_id,
            "instType": ticket.inst_type,
            "ordId": str(order.ord_id),
            "posSide": ticket.pos_side or "net",  # of pairs, too, as recordings have it
            "side": "buy" if ticket.buy else "sell",
            "subType": fill.sub_type,
            "tag": ticket.tag,
            "tradeId": str(fill.trade_id),
            "tradeQuoteCcy": instrument.quote if not contract else "",
            "ts": str(fill.ts),
        }

    def fill_update(self, order: Order, fill: Fill) -> Json:
        """Write a fill as it is pushed; of client ids it tells only whole numbers. (Fills channel)"""
        name = order.ticket.cl_ord_id
        numeric = name.isdecimal() and 0 < int(name) < 1 << 63
        return {
            "instId": order.market.instrument.inst_id,
            "fillSz": order.market.instrument.size_text(fill.lots),
            "fillPx": order.market.instrument.price_text(fill.price),
            "side": "buy" if order.ticket.buy else "sell",
            "ts": str(fill.ts),
            "ordId": str(order.ord_id),
            "clOrdId": name if numeric else "0",
            "tradeId": str(fill.trade_id),
            "execType": "M" if fill.maker else "T",
            "count": "1",
        }

    def position(self, position: Position) -> Json:
        """Write a position; one that has been closed has size 0 and little else. (Get positions)"""
        instrument, margins = position.market.instrument, self._margins
        mark, average = margins.mark(position), position.average
        upl = position.unrealized(mark)
        basis = position.margin if position.mode == "isolated" else margins.initial(position)
        last = terms_of(instrument).price(position.market.tape.last.price)
        option = instrument.kind is Kind.OPTION
        blank = dict.fromkeys((*_GREEKS, *_BORROWED, *_NOT_HELD), "")
        return blank | {
            "adl": "0" if position.lots else "",
            "availPos": instrument.size_text(margins.closable(position)),
            "avgPx": price_text(average),
            "bePx": price_text(self._break_even(position)),
            "cTime": str(position.created),
            "ccy": position.ccy,
            "closeOrderAlgo": self.closers(position),
            "fee": exact_text(position.fee),
            "fundingFee": exact_text(position.funding),
            "idxPx": price_text(self._figures.index(position.market)),
            "imr": exact_text(margins.initial(position)) if position.mode == "cross" and not option else "",
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "last": instrument.price_text(position.market.tape.last.price),
            "lever": "" if option else plain(position.lever, _RATIO),
            "liqPenalty": exact_text(position.penalty),
            "liqPx": price_text(margins.liquidation_price(position)),
            "margin": exact_text(position.margin) if position.mode == "isolated" and not option else "",
            "markPx": price_text(mark),
            "mgnMode": position.mode,
            "mgnRatio": self._ratio_text(position),
            "mmr": "" if option else exact_text(margins.maintenance(position)),
            "nonSettleAvgPx": "",
            "notionalUsd": plain(margins.worth(position), _RATIO),
            "optVal": exact_text(position.terms.value(mark, position.lots)) if option else "",
            "pnl": exact_text(position.pnl),
            "pos": self._signed(position),
            "posId": str(position.pos_id),
            "posSide": position.side,
            "realizedPnl": exact_text(position.realized),
            "settledPnl": "",
            "tradeId": str(position.trade_id),
            "uTime": str(position.updated),
            "upl": exact_text(upl),
            "uplLastPx": exact_text(position.unrealized(last)),
            "uplRatio": plain(upl / basis, _RATIO) if basis else "",
            "uplRatioLastPx": plain(position.unrealized(last) / basis, _RATIO) if basis else "",
            "usdPx": plain(margins.dollars(position.market), _RATIO),
        }

    def closed(self, ended: ClosedPosition) -> Json:
        """Write a position that has ended. (Get positions history)"""
        position, instrument = ended.position, ended.position.market.instrument
        value = ZERO
        if position.opened_average is not None:
            value = position.terms.value(position.opened_average, position.most) / position.lever
        return {
            "cTime": str(position.created),
            "ccy": position.ccy,
            "closeAvgPx": price_text(position.closed_average),
            "closeTotalPos": instrument.size_text(position.closed),
            "direction": "long" if ended.long else "short",
            "fee": exact_text(position.fee),
            "fundingFee": exact_text(position.funding),
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "lever": "" if instrument.kind is Kind.OPTION else plain(position.lever, _RATIO),
            "liqPenalty": exact_text(position.penalty),
            "mgnMode": position.mode,
            "nonSettleAvgPx": "",
            "openAvgPx": price_text(position.opened_average),
            "openMaxPos": instrument.size_text(position.most),
            "pnl": exact_text(position.pnl),
            "pnlRatio": plain(position.realized / value, _RATIO) if value else "",
            "posId": str(position.pos_id),
            "posSide": position.side,
            "realizedPnl": exact_text(position.realized),
            "settledPnl": "",
            "triggerPx": price_text(ended.trigger),
            "type": ended.kind,
            "uTime": str(ended.ts),
            "uly": instrument.family,
        }

    def position_change(self, position: Position) -> Json:
        """Write a position as the channel of balances and positions does. (Balance and position channel)"""
        instrument = position.market.instrument
        return {
            "avgPx": price_text(position.average),
            "baseBal": "",
            "ccy": position.ccy,
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "mgnMode": position.mode,
            "nonSettleAvgPx": "",
            "pos": self._signed(position),
            "posCcy": "",
            "posId": str(position.pos_id),
            "posSide": position.side,
            "quoteBal": "",
            "settledPnl": "",
            "tradeId": str(position.trade_id),
            "uTime": str(position.updated),
        }

    def warning(self, position: Position, now: int) -> Json:
        """Write that a position is near its liquidation. (Position risk warning)"""
        instrument = position.market.instrument
        return {
            "cTime": str(position.created),
            "ccy": position.ccy,
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "lever": plain(position.lever, _RATIO),
            "markPx": price_text(self._margins.mark(position)),
            "mgnMode": position.mode,
            "mgnRatio": self._ratio_text(position),
            "pTime": str(now),
            "pos": self._signed(position),
            "posCcy": "",
            "posId": str(position.pos_id),
            "posSide": position.side,
            "uTime": str(position.updated),
        }

    def _signed(self, position: Position) -> str:
        """Return a size as V5 tells it: with a sign only where one side holds both long and short."""
        lots = position.lots if position.side == "net" else abs(position.lots)
        return position.market.instrument.size_text(lots)

    def _ratio_text(self, position: Position) -> str:
        if position.market.instrument.kind is Kind.OPTION:
            return ""
        ratio = self._margins.ratio(position)
        return "" if ratio is None else plain(ratio, _RATIO)

    def _break_even(self, position: Position) -> Decimal | None:
        """Return at which price closing would pay for the fee of closing, too; fees of opening are counted in."""
        average = position.average
        if average is None or position.terms.inverse:
            return average
        cost = -position.realized + self._margins.closing_fee(position)
        per_lot = cost / (position.terms.face * abs(position.lots))
        return average + (per_lot if position.lots > 0 else -per_lot)

    def ccy_of(self, order: Order) -> str:
        """Return in what an order's fees are paid, which is what it receives."""
        instrument = order.market.instrument
        if instrument.kind is not Kind.SPOT:
            return instrument.settle
        return instrument.base if order.ticket.buy else instrument.quote

    def paid_in(self, order: Order) -> str:
        """Return what an order gives away, and sets aside while it waits; recordings name it for rebates, too."""
        instrument = order.market.instrument
        if instrument.kind is not Kind.SPOT:
            return instrument.settle
        return instrument.quote if order.ticket.buy else instrument.base

    def _dollars(self, order: Order, lots: int, fill: Fill | None) -> str:
        terms = terms_of(order.market.instrument)
        ticks = fill.price if fill is not None else order.price
        price = terms.price(order.market.tape.last.price if ticks is None else ticks)
        return plain(terms.value(price, lots) * self._margins.dollars(order.market), _RATIO)
