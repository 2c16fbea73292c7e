"""RFQs, quotes and block trades as V5 writes them: each side is told what it may know."""

from __future__ import annotations

from typing import Any

from ..text import exact_text
from .people import User
from .rfqs import Agreed, BlockDeal, Quote, QuoteLeg, Rfq, RfqLeg, Stage, code_of

__all__ = ["deal_row", "quote_row", "rfq_row"]

Json = dict[str, Any]


def rfq_row(rfq: Rfq, viewer: User) -> Json:
    """Write an RFQ. A maker sees nobody else who was asked, and no name that the taker gave it. (Get rfqs)"""
    mine = viewer is rfq.taker
    return {
        "rfqId": str(rfq.rfq_id),
        "clRfqId": rfq.cl_rfq_id if mine else "",
        "tag": rfq.tag if mine else "",
        "traderCode": code_of(rfq.taker) if mine or not rfq.anonymous else "",
        "flowType": "",
        "state": _seen(rfq, viewer).value,
        "counterparties": [code_of(maker) for maker in rfq.makers if mine or maker is viewer],
        "allowPartialExecution": rfq.partial,
        "validUntil": str(rfq.until),
        "cTime": str(rfq.created),
        "uTime": str(rfq.updated),
        "legs": [_leg(leg, mine=mine) for leg in rfq.legs],
        "groupId": "",
        "acctAlloc": [],
    }


def quote_row(quote: Quote, viewer: User) -> Json:
    """Write a quote. (Get quotes)"""
    mine = viewer is quote.maker
    return {
        "quoteId": str(quote.quote_id),
        "clQuoteId": quote.cl_quote_id if mine else "",
        "rfqId": str(quote.rfq.rfq_id),
        "clRfqId": "" if mine else quote.rfq.cl_rfq_id,
        "tag": quote.tag if mine else "",
        "traderCode": code_of(quote.maker) if mine or not quote.anonymous else "",
        "quoteSide": "sell" if quote.sells else "buy",
        "state": quote.stage.value,
        "reason": quote.reason,
        "validUntil": str(quote.until),
        "cTime": str(quote.created),
        "uTime": str(quote.updated),
        "legs": [_quoted(leg, mine=mine) for leg in quote.legs],
    }


def deal_row(deal: BlockDeal, viewer: User) -> Json:
    """Write a block trade; sides are the taker's, fees the viewer's own. (Get trades)"""
    quote, rfq = deal.quote, deal.quote.rfq
    taker, maker = viewer is rfq.taker, viewer is quote.maker
    return {
        "cTime": str(deal.ts),
        "rfqId": str(rfq.rfq_id),
        "clRfqId": rfq.cl_rfq_id if taker else "",
        "quoteId": str(quote.quote_id),
        "clQuoteId": quote.cl_quote_id if maker else "",
        "blockTdId": str(deal.block_id),
        "tag": rfq.tag if taker else quote.tag,
        "tTraderCode": "" if rfq.anonymous else code_of(rfq.taker),
        "mTraderCode": "" if quote.anonymous else code_of(quote.maker),
        "isSuccessful": not deal.code,
        "errorCode": deal.code,
        "legs": [_agreed(leg, viewer) for leg in deal.legs],
        "acctAlloc": [],
    }


def _seen(rfq: Rfq, viewer: User) -> Stage:
    lost = rfq.stage is Stage.FILLED and viewer not in (rfq.taker, rfq.winner)
    return Stage.TRADED_AWAY if lost else rfq.stage


def _leg(leg: RfqLeg, *, mine: bool) -> Json:
    text = leg.market.instrument
    return {
        "instId": text.inst_id,
        "tdMode": leg.td_mode if mine else "",
        "ccy": "",
        "sz": text.size_text(leg.lots),
        "side": "buy" if leg.buy else "sell",
        "posSide": leg.pos_side if mine else "",
        "tgtCcy": "",
        "tradeQuoteCcy": "",
    }


def _quoted(leg: QuoteLeg, *, mine: bool) -> Json:
    held = {"tdMode": leg.td_mode if mine else "", "posSide": leg.pos_side if mine else ""}
    return _leg(leg.leg, mine=False) | held | {"px": leg.leg.market.instrument.price_text(leg.price)}


def _agreed(leg: Agreed, viewer: User) -> Json:
    text, fill = leg.market.instrument, leg.fills.get(viewer.uid)
    return {
        "instId": text.inst_id,
        "px": text.price_text(leg.price),
        "sz": text.size_text(leg.lots),
        "side": "buy" if leg.buy else "sell",
        "fee": "" if fill is None else exact_text(fill.fee),
        "feeCcy": "" if fill is None else fill.fee_ccy,
        "tradeId": "" if fill is None else str(leg.trade_id),
        "tgtCcy": "",
        "tradeQuoteCcy": "",
    }
