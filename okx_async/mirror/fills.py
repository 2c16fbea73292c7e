"""One own fill, whichever of three roads it came by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ..v5.models.trade import Fill, FillUpdate, OrderUpdate

__all__ = ["FillKey", "OwnFill", "from_channel", "from_order", "from_rest"]

FillKey = tuple[str, str]
"""What tells fills of one order apart: the trade's id, and where it has none the moment and the price."""


@dataclass(frozen=True, slots=True)
class OwnFill:
    """One side of one trade, which was ours.

    Attributes:
        inst_id: The instrument.
        ord_id: The order.
        cl_ord_id: Its client id, ``""`` for none.
        trade_id: The trade, ``""`` where the exchange gives none, as in liquidations.
        side: ``buy`` or ``sell``.
        fill_px: Price.
        fill_sz: Size, in the instrument's unit of size.
        ts: When, Unix milliseconds; 0 when not told.
        exec_type: ``T`` taker or ``M`` maker, ``""`` when not told.
        fee: Negative is charged; ``None`` while only the channel `fills` has told of it.
        fee_ccy: In what, ``""`` when not told.
    """

    inst_id: str
    ord_id: str
    cl_ord_id: str
    trade_id: str
    side: str
    fill_px: Decimal
    fill_sz: Decimal
    ts: int
    exec_type: str = ""
    fee: Decimal | None = None
    fee_ccy: str = ""

    @property
    def key(self) -> FillKey:
        """What tells it apart from other fills of its order."""
        if self.trade_id:
            return self.trade_id, ""
        return str(self.ts), f"{self.fill_px}x{self.fill_sz}"

    def completed(self, other: OwnFill) -> OwnFill:
        """Return the same fill with what only another telling of it says."""
        if self.fee is not None or other.fee is None:
            return self
        return replace(self, fee=other.fee, fee_ccy=other.fee_ccy, cl_ord_id=self.cl_ord_id or other.cl_ord_id)


def _trade(trade_id: str | None) -> str:
    return "" if trade_id in (None, "", "0") else str(trade_id)


def from_order(row: OrderUpdate) -> OwnFill | None:
    """Return the fill that a push about an order tells of, if it does."""
    return _own(row, row.cl_ord_id, row.fill_time or row.u_time or 0, row.fill_fee, row.fill_fee_ccy)


def from_rest(row: Fill) -> OwnFill | None:
    """Return a fill as REST tells it."""
    return _own(row, row.cl_ord_id, row.fill_time or row.ts or 0, row.fee, row.fee_ccy)


def from_channel(row: FillUpdate) -> OwnFill | None:
    """Return the fill that the channel `fills` tells of; without fee, and with numeric client ids only."""
    return _own(row, None if row.cl_ord_id == "0" else row.cl_ord_id, row.ts or 0)


def _own(
    row: OrderUpdate | Fill | FillUpdate,
    cl_ord_id: str | None,
    ts: int,
    fee: Decimal | None = None,
    fee_ccy: str | None = None,
) -> OwnFill | None:
    """Return the fill of a row, ``None`` when it tells of none."""
    if not row.fill_sz or row.fill_px is None or not row.ord_id:
        return None
    return OwnFill(
        row.inst_id,
        row.ord_id,
        cl_ord_id or "",
        _trade(row.trade_id),
        row.side or "",
        row.fill_px,
        row.fill_sz,
        ts,
        row.exec_type or "",
        fee,
        fee_ccy or "",
    )
