"""Rows of the chapter Fully disclosed broker."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row

__all__ = ["RebateStatus"]


class RebateStatus(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether a user's trades earn a rebate."""

    type_: str | None = None
    """Why no rebate is paid: ``0`` rebate possible, ``1`` broker identity expired, ``2`` user fee level is VIP3 or
    higher.
    """
    broker_code: str | None = None
    affiliated: bool | None = None
    """An affiliate rebate exists."""
    client_rebate_ratio: Decimal | None = None
    """Newer documents."""
    last_rebate: Decimal | None = None
    """Newer documents."""
