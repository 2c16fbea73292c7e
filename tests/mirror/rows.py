"""Rows as the channels push them, made by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from okx_async.mirror.changes import Change
from okx_async.mirror.picture import Picture, Trust
from okx_async.mirror.state import MirrorState
from okx_async.v5.models.account import AccountBalance, BalanceAndPosition, BalanceChange, CurrencyBalance, Position
from okx_async.v5.models.trade import Fill, FillUpdate, OrderUpdate

SWAP = "BTC-USDT-SWAP"


def mirror(**options: Any) -> tuple[MirrorState, list[Change]]:
    """A state, and the list of what it tells."""
    told: list[Change] = []
    return MirrorState(Trust(lag=1.0, settle=0.5), tell=told.append, **options), told


def order(state: str = "live", filled: int = 0, at: int = 1, **more: Any) -> OrderUpdate:
    """An order for 5 contracts."""
    row: dict[str, Any] = {"inst_id": SWAP, "ord_id": "1", "cl_ord_id": "a", "inst_type": "SWAP", "td_mode": "cross"}
    row |= {"pos_side": "net", "side": "buy", "ord_type": "limit", "sz": Decimal(5), "px": Decimal(10), "c_time": 1}
    return OrderUpdate(**row | {"state": state, "acc_fill_sz": Decimal(filled), "u_time": at} | more)


def trade(number: int, size: int = 1) -> dict[str, Any]:
    """What a push about an order tells of a fill."""
    return {"trade_id": str(number), "fill_sz": Decimal(size), "fill_px": Decimal(10), "fill_time": number}


def fill(number: int, size: int = 1, ord_id: str = "1") -> FillUpdate:
    """A push of the channel fills."""
    px = Decimal(10)
    return FillUpdate(
        inst_id=SWAP, trade_id=str(number), ord_id=ord_id, fill_sz=Decimal(size), fill_px=px, side="buy", ts=number
    )


def rest_fill(number: int, size: int = 1) -> Fill:
    """The same over REST."""
    px, fee = Decimal(10), Decimal(-1)
    row = Fill(inst_id=SWAP, trade_id=str(number), ord_id="1", fill_sz=Decimal(size), fill_px=px, side="buy", ts=number)
    return Fill(**row.to_dict() | {"fee": fee, "fee_ccy": "USDT"})


def position(size: int, at: int, number: int = 0, pos_id: str = "7") -> Position:
    """A position of the same instrument."""
    told: dict[str, Any] = {"inst_id": SWAP, "inst_type": "SWAP", "mgn_mode": "cross", "pos_side": "net"}
    return Position(pos_id=pos_id, pos=Decimal(size), u_time=at, trade_id=str(number), **told)


def money(cash: int, at: int, ccy: str = "USDT") -> CurrencyBalance:
    """A currency."""
    return CurrencyBalance(ccy=ccy, cash_bal=Decimal(cash), u_time=at)


def account(*rows: CurrencyBalance) -> AccountBalance:
    """A push of the channel account."""
    return AccountBalance(details=list(rows))


def cash(amount: int, at: int, ccy: str = "USDT") -> BalanceAndPosition:
    """A push of the channel balance_and_position."""
    return BalanceAndPosition(
        event_type="filled", bal_data=[BalanceChange(ccy=ccy, cash_bal=Decimal(amount), u_time=at)]
    )


def picture(began: float, **more: Any) -> Picture:
    """What REST says; everything else is empty."""
    told: dict[str, Any] = {"positions": [], "balances": []}
    return Picture(began, **told | more)
