"""Rows of the chapter Event Contracts."""

from __future__ import annotations

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px

__all__ = [
    "Event",
    "EventMarket",
    "EventSeries",
    "EventSettlement",
]


class EventSettlement(V5Row, frozen=True, gc=False, kw_only=True):
    """How the events of a series are decided."""

    method: str | None = None
    """``price_up_down``, ``price_above``, ``hit`` (the price touches the strike) or ``between``."""
    close_early: bool | None = None
    """Whether it may be decided before the expiry."""
    src_name: str | None = None
    """Where the price comes from."""
    underlying: str | None = None
    """Of what."""


class EventSeries(V5Row, frozen=True, gc=False, kw_only=True):
    """A series of events of one kind."""

    series_id: str
    freq: str | None = None
    """``five_min``, ``fifteen_min``, ``hourly``, ``daily`` or ``monthly``."""
    title: str | None = None
    category: str | None = None
    settlement: EventSettlement | None = None


class Event(V5Row, frozen=True, gc=False, kw_only=True):
    """One event of a series."""

    series_id: str | None = None
    event_id: str
    fix_time: Ms | None = None
    """When strikes are fixed."""
    exp_time: Ms | None = None
    """When it is decided."""
    state: str | None = None
    """``preopen``, ``live``, ``settling`` or ``expired``."""


class EventMarket(V5Row, frozen=True, gc=False, kw_only=True):
    """One question of an event, traded as an instrument that pays when the answer is yes."""

    series_id: str | None = None
    event_id: str
    inst_id: InstId
    list_time: Ms | None = None
    fix_time: Ms | None = None
    """When strikes are fixed."""
    exp_time: Ms | None = None
    """When it is decided."""
    state: str | None = None
    """``preopen``, ``live``, ``settling`` or ``expired``."""
    disputed: bool | None = None
    """Whether the outcome is contested."""
    outcome: str | None = None
    """``0`` not known yet, ``1`` yes, ``2`` no."""
    floor_strike: Px | None = None
    """Yes is not below here."""
    cap_strike: Px | None = None
    """Yes is not above here."""
    settle_value: Px | None = None
    """The value that decided."""
    hit_dir: str | None = None
    """``up``: touched from below; ``dn``: from above."""
