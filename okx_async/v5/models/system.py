"""Rows of the chapter Status."""

from __future__ import annotations

from ...core.row import V5Row
from ...core.words import Ms

__all__ = ["SystemStatus"]


class SystemStatus(V5Row, frozen=True, gc=False, kw_only=True):
    """One maintenance window or disruption."""

    title: str | None = None
    state: str | None = None
    """``scheduled``, ``ongoing``, ``pre_open``, ``completed`` or ``canceled``."""
    begin: Ms | None = None
    end: Ms | None = None
    """Foreseen, until it is completed."""
    pre_open_begin: Ms | None = None
    """From when on cancelling and post-only orders work."""
    href: str | None = None
    """Where more is said."""
    service_type: str | None = None
    """``0`` WebSocket, ``5`` trading, ``6`` block trading, ``7`` bots, ``8`` trading of some accounts, ``9`` trading
    of some products, ``10`` spreads, ``11`` copy trading, ``99`` other.
    """
    system: str | None = None
    """``unified``: the trading account."""
    sche_desc: str | None = None
    """What was rescheduled."""
    maint_type: str | None = None
    """``1`` planned, ``2`` unplanned, ``3`` disruption."""
    env: str | None = None
    """``1`` live, ``2`` demo."""
    ts: Ms | None = None
    """When it was told; only the channel says."""
