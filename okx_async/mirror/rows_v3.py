"""Rows of V3 in the mirror's words, which are V5's: one shape per meaning, whichever dialect told it. Pure.

What V3 does not tell is ``None``: when REST's orders and balances changed last, how a position is margined, the fee of
a fill that was pushed, and why an order was cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..v3.intents import told
from ..v3.models.balances import FuturesPosition, OptionPosition, SwapPosition, SwapPositions
from ..v3.models.orders import ContractOrder, OptionOrder, SpotFill, SpotOrder
from ..v3.models.orders import Fill as V3Fill
from ..v3.models.orders import Order as V3Order
from ..v3.products import product_of
from ..v5.models.account import Position
from ..v5.models.trade import Fill, Order, OrderUpdate

__all__ = ["SIDES", "fills", "futures_positions", "ms", "option_position", "order", "swap_positions", "swap_side"]

SIDES = ("long", "short")
ZERO = Decimal(0)
_TYPES = {"0": "limit", "1": "post_only", "2": "fok", "3": "ioc", "4": "market"}
_CONTRACT = {"1": ("buy", "long"), "2": ("sell", "short"), "3": ("sell", "long"), "4": ("buy", "short")}
"""Type of a contract's order: what it does, and on which side of the position. (Order enumerations)"""
_FORCED = {"11": "full_liquidation", "12": "full_liquidation", "13": "adl", "14": "adl"}
_NO_TRADE = ("", "0")


def ms(moment: datetime | None) -> int | None:
    """Return Unix milliseconds."""
    return None if moment is None else round(moment.timestamp() * 1000)


# -- orders


def order(row: V3Order, *, pushed: bool, u_time: int | None = None) -> OrderUpdate:
    """Return an order.

    Args:
        row: As V3 tells it.
        pushed: Whether it came over the order channel.
        u_time: When it changed last, which REST does not say; a push does.
    """
    seen = told(row, pushed=pushed)
    values: dict[str, Any] = _of_kind(row)
    if row.last_fill_id not in (None, *_NO_TRADE):
        values |= {
            "trade_id": row.last_fill_id,
            "fill_px": row.last_fill_px,
            "fill_sz": row.last_fill_qty,
            "fill_time": ms(row.last_fill_time),
        }
    return OrderUpdate(
        inst_id=row.instrument_id,
        ord_id=row.order_id,
        cl_ord_id=row.client_oid or None,
        px=row.price,
        avg_px=row.price_avg,
        fee=row.fee,
        state=seen.state,
        c_time=seen.c_time,
        u_time=row.ts if pushed else u_time,
        req_id=row.last_request_id or None,
        amend_result=row.last_amend_result or None,
        **values,
    )


def _of_kind(row: V3Order) -> dict[str, Any]:
    """Return the columns that each product spells its own way."""
    kind = _TYPES.get(row.order_type or "", row.order_type)
    if isinstance(row, SpotOrder):
        # A market purchase is for an amount of the quote currency.
        by_worth = row.type == "market" and row.side == "buy"
        return {
            "sz": row.notional if by_worth else row.size,
            "tgt_ccy": "quote_ccy" if by_worth else None,
            "inst_type": "MARGIN" if row.margin_trading == "2" else "SPOT",
            "ord_type": "market" if row.type == "market" else kind,
            "side": row.side,
            "acc_fill_sz": row.filled_size,
            "fee_ccy": row.fee_currency,
        }
    if isinstance(row, OptionOrder):
        did = row.side or ("buy" if row.type in ("1", "12", "14") else "sell")
        values: dict[str, Any] = {"inst_type": "OPTION", "sz": row.size, "side": did, "pos_side": "net"}
        return values | {"ord_type": kind, "acc_fill_sz": row.filled_size, "category": _FORCED.get(row.type or "")}
    assert isinstance(row, ContractOrder)  # noqa: S101 - there is no other
    side, pos_side = _CONTRACT.get(row.type or "", (None, None))
    return {
        "inst_type": product_of(row.instrument_id).upper(),
        "sz": row.size,
        "ord_type": kind,
        "side": side,
        "pos_side": pos_side,
        "acc_fill_sz": row.filled_size,
        "lever": row.leverage,
        "pnl": row.pnl,
        "category": "full_liquidation" if row.trigger_price else None,
    }


# -- fills


def fills(rows: Iterable[V3Fill], side_of: dict[str, Order]) -> list[Fill]:
    """Return fills, each once: of spot the two rows of one are put together.

    Args:
        rows: As V3 tells them.
        side_of: Orders by id, for what they do: the documents do not agree on how a contract's fill says it.
    """
    found: dict[tuple[str, str], Fill] = {}
    for row in rows:
        own = side_of.get(row.order_id or "")
        key = row.order_id or "", row.trade_id or ""
        if isinstance(row, SpotFill):
            _add_leg(found, key, row)
        else:
            found[key] = _fill(row, row.size, row.fee, side=own.side if own is not None else None)
    return list(found.values())


def _fill(row: V3Fill, size: Decimal, fee: Decimal | None, **more: Any) -> Fill:
    return Fill(
        inst_id=row.instrument_id,
        trade_id=row.trade_id or "",
        ord_id=row.order_id,
        fill_px=row.price,
        fill_sz=size,
        exec_type=row.exec_type,
        fee=fee,
        ts=row.ts,
        **more,
    )


def _add_leg(found: dict[tuple[str, str], Fill], key: tuple[str, str], row: SpotFill) -> None:
    """Take one currency's row of a spot fill: the size is in that of the base currency, the fee in either."""
    base = row.instrument_id.split("-")[0]
    known = found.get(key)
    size, side = known.fill_sz if known else None, known.side if known else None
    fee, fee_ccy = (known.fee, known.fee_ccy) if known else (None, None)
    if row.currency == base:
        size, side = row.size, row.side
    if row.fee or fee is None:
        fee, fee_ccy = row.fee, row.currency
    found[key] = _fill(row, size or ZERO, fee, side=side, fee_ccy=fee_ccy)


# -- positions


def futures_positions(row: FuturesPosition) -> Iterator[Position]:
    """Yield both sides of a futures position; one that is not held has size 0."""
    for side in SIDES:
        yield _position(
            row.instrument_id,
            side,
            ms(row.timestamp or row.updated_at),
            pos=getattr(row, f"{side}_qty"),
            avail_pos=getattr(row, f"{side}_avail_qty"),
            avg_px=getattr(row, f"{side}_avg_cost"),
            lever=row.leverage or getattr(row, f"{side}_leverage"),
            margin=getattr(row, f"{side}_margin"),
            upl=getattr(row, f"{side}_unrealised_pnl"),
            liq_px=row.liquidation_price or getattr(row, f"{side}_liqui_price"),
            last=row.last,
        )


def swap_positions(row: SwapPositions, instrument_id: str) -> Iterator[Position]:
    """Yield both sides of a swap position; what is not told of is not held."""
    held = {each.side: each for each in row.holding}
    for side in SIDES:
        if side in held:
            yield swap_side(held[side], instrument_id, ms(row.timestamp))
        else:
            yield _position(instrument_id, side, ms(row.timestamp), pos=ZERO)


def swap_side(row: SwapPosition, instrument_id: str, u_time: int | None = None) -> Position:
    """Return one side of a swap position; REST's ``timestamp`` is not said to be that of its last change."""
    return _position(
        instrument_id,
        row.side,
        u_time,
        pos=row.position,
        avail_pos=row.avail_position,
        avg_px=row.avg_cost,
        lever=row.leverage,
        margin=row.margin,
        upl=row.unrealized_pnl,
        liq_px=row.liquidation_price,
        last=row.last,
    )


def option_position(row: OptionPosition) -> Position:
    """Return a position in an option."""
    return _position(
        row.instrument_id,
        "net",
        ms(row.updated_at),
        pos=row.position,
        avail_pos=row.avail_position,
        avg_px=row.avg_cost,
        margin=row.pos_margin,
        upl=row.unrealized_pnl,
    )


def _position(instrument_id: str, side: str, u_time: int | None, **values: Any) -> Position:
    return Position(
        pos_id=f"{instrument_id} {side}",
        inst_id=instrument_id,
        inst_type=product_of(instrument_id).upper(),
        pos_side=side,
        u_time=u_time,
        **values,
    )
