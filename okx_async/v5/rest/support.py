"""Chapter Announcement."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ..models.support import AnnouncementPage, AnnouncementType

__all__ = ["Support"]


class Support(Section, dialect="v5", chapter="support"):
    """Announcements: no key is needed."""

    @get("/api/v5/support/announcements", limit=Limit(5, 2, "user"))
    async def announcements(self, ann_type: str | None = None, page: int | None = None) -> AnnouncementPage:
        """Announcements, 20 a page, newest first.

        Sent unsigned, so not narrowed to the region of the user. (Get announcements)
        """
        ...

    @get("/api/v5/support/announcement-types", limit=Limit(1, 2, "ip"))
    async def announcement_types(self) -> list[AnnouncementType]:
        """Categories of announcements. (Get announcement types)"""
        ...
