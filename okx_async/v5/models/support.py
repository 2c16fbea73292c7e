"""Rows of the chapter Announcement."""

from __future__ import annotations

import msgspec

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "Announcement",
    "AnnouncementPage",
    "AnnouncementType",
]


class Announcement(V5Row, frozen=True, gc=False, kw_only=True):
    """One announcement."""

    title: str | None = None
    ann_type: str | None = None
    """Its category; see ``announcement_types``."""
    business_ptime: Ms | None = msgspec.field(default=None, name="businessPTime")
    """When it was published, as the page shows it."""
    p_time: Ms | None = None
    """When it was first published."""
    url: str | None = None


class AnnouncementPage(V5Row, frozen=True, gc=False, kw_only=True):
    """One page of announcements, newest first."""

    total_page: int | None = None
    """How many pages there are."""
    details: list[Announcement] | None = None


class AnnouncementType(V5Row, frozen=True, gc=False, kw_only=True):
    """One category of announcements."""

    ann_type: str
    ann_type_desc: str | None = None
    """Its name for people."""
