"""Rows of the chapter Trade: easy convert and one-click repay."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "ConvertibleBalance",
    "Debt",
    "EasyConversion",
    "EasyConvertCurrencies",
    "RepayBalance",
    "RepayCurrencies",
    "Repayment",
    "RepaymentFill",
    "RepaymentOrder",
]


class ConvertibleBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """A small balance that can be converted."""

    from_ccy: str | None = None
    from_amt: Decimal | None = None
    """Source coin amount."""


class EasyConvertCurrencies(V5Row, frozen=True, gc=False, kw_only=True):
    """What can be converted, and what into."""

    from_data: list[ConvertibleBalance] | None = None
    """Convertible small balances."""
    to_ccy: list[str] | None = None


class EasyConversion(V5Row, frozen=True, gc=False, kw_only=True):
    """One converted balance."""

    status: str | None = None
    """``running``, ``filled``, ``failed``."""
    from_ccy: str | None = None
    to_ccy: str | None = None
    fill_from_sz: Sz | None = None
    """Small coin amount converted."""
    fill_to_sz: Sz | None = None
    """Target coin amount got."""
    u_time: Ms | None = None
    acct: str | None = None
    """``6`` funding account, ``18`` trading account."""


class Debt(V5Row, frozen=True, gc=False, kw_only=True):
    """One debt."""

    debt_ccy: str | None = None
    debt_amt: Decimal | None = None
    """Debt amount."""


class RepayBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """A balance that can repay a debt."""

    repay_ccy: str | None = None
    repay_amt: Decimal | None = None
    """Repay currency available."""


class RepayCurrencies(V5Row, frozen=True, gc=False, kw_only=True):
    """Debts and what can repay them."""

    debt_data: list[Debt] | None = None
    debt_type: str | None = None
    """Cross or isolated debt."""
    repay_data: list[RepayBalance] | None = None


class Repayment(V5Row, frozen=True, gc=False, kw_only=True):
    """One repaid debt."""

    status: str | None = None
    """``running``, ``filled``, ``failed``."""
    debt_ccy: str | None = None
    repay_ccy: str | None = None
    fill_debt_sz: Sz | None = None
    """Filled debt amount."""
    fill_repay_sz: Sz | None = None
    """Filled repay amount."""
    u_time: Ms | None = None
    fill_from_sz: Sz | None = None
    """Small coin amount converted."""
    fill_to_sz: Sz | None = None
    """Target coin amount got."""


class RepaymentFill(V5Row, frozen=True, gc=False, kw_only=True):
    """One order behind a repayment."""

    ord_id: str | None = None
    inst_id: InstId | None = None
    ord_type: str | None = None
    """``ioc`` immediate-or-cancel order."""
    side: str | None = None
    """``buy``, ``sell``."""
    px: Px | None = None
    sz: Sz | None = None
    fill_px: Px | None = None
    """Last fill price."""
    fill_sz: Sz | None = None
    """Size of the last fill."""
    state: str | None = None
    """``filled``, ``canceled``."""
    c_time: Ms | None = None


class RepaymentOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """One debt repaid with several currencies."""

    debt_ccy: str | None = None
    repay_ccy_list: list[str] | None = None
    """Repay currencies, first is used first."""
    ts: Ms | None = None
    """Time of the data."""
    fill_debt_sz: Sz | None = None
    """Filled debt amount."""
    status: str | None = None
    """``running``, ``filled``, ``failed``."""
    ord_id_info: list[RepaymentFill] | None = None
