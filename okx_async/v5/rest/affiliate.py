"""Chapter Affiliate."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.pager import by_page
from ...core.row import LooseRow, Page
from ...core.rules import every, needs, when
from ...core.throttle import Limit
from ...core.words import Count, KeyId, MsArg
from ..models.affiliate import AffiliateLink, AffiliateSummary, CoInviterLink, Invitee, InviteeDetail, SubAffiliate

__all__ = ["Affiliate"]


class Affiliate(Section, dialect="v5", chapter="affiliate"):
    """Affiliates: invitees, links, partners and commissions."""

    @get(
        "/api/v5/affiliate/performance/summary",
        limit=Limit(3, 1, "user"),
        auth=True,
        check=when("period_type", "custom", "begin", "end"),
    )
    async def performance_summary(
        self,
        period_type: Literal["last_7d", "last_30d", "this_month", "last_month", "total", "today", "this_week", "custom"]
        | str
        | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
    ) -> AffiliateSummary:
        """Figures of a time window. ``custom`` needs ``begin`` and ``end``. (Get performance summary)"""
        ...

    @get("/api/v5/affiliate/invitee/detail", limit=Limit(3, 1, "user"), auth=True)
    async def invitee_detail(
        self,
        uid: str,
        period_type: Literal["last_7d", "last_30d", "this_month", "last_month", "total", "today", "this_week"]
        | str
        | None = None,
    ) -> InviteeDetail:
        """One invitee. (Get the invitee's detail)"""
        ...

    @get(
        "/api/v5/affiliate/invitee/list",
        limit=Limit(3, 1, "user"),
        auth=True,
        check=every(
            when("period_type", "custom", "begin", "end"),
            needs("join_time_begin", "join_time_end"),
            needs("join_time_end", "join_time_begin"),
        ),
        pages=by_page(100),
    )
    async def invitee_list(
        self,
        page: Count | None = None,
        limit: Count | None = None,
        period_type: Literal["last_7d", "last_30d", "this_month", "last_month", "total", "today", "this_week", "custom"]
        | str
        | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        keyword: str | None = None,
        commission_category: Literal["SPOT", "DERIVATIVE", "BSC"] | str | None = None,
        order_by: Literal["cTime", "depAmt", "vol", "fee", "rebate"] | str | None = None,
        order_dir: Literal["asc", "desc"] | None = None,
        kyc_status: Literal["unverified", "verified"] | str | None = None,
        sub_affiliate_uid: str | None = None,
        uid: str | None = None,
        join_time_begin: MsArg | None = None,
        join_time_end: MsArg | None = None,
    ) -> Page[Invitee]:
        """One page of invitees; ``total_page`` of the answer says how many pages there are.

        ``custom`` needs ``begin`` and ``end``; the ends of the joining time go together. (Get invitee list)
        """
        ...

    @get("/api/v5/affiliate/link/list", limit=Limit(3, 1, "user"), auth=True, pages=by_page(100))
    async def link_list(
        self,
        page: Count | None = None,
        limit: Count | None = None,
        link_type: Literal["standard", "co_inviter"] | str | None = None,
        link_status: Literal["normal", "abnormal"] | str | None = None,
    ) -> Page[AffiliateLink]:
        """One page of invite links; ``total_page`` of the answer says how many pages there are. (Get link list)"""
        ...

    @get("/api/v5/affiliate/co-inviter/list", limit=Limit(3, 1, "user"), auth=True, pages=by_page(100))
    async def co_inviter_list(
        self,
        page: Count | None = None,
        limit: Count | None = None,
        link_status: Literal["normal", "abnormal"] | str | None = None,
    ) -> Page[CoInviterLink]:
        """One page of links shared with a co-inviter; ``total_page`` of the answer says how many pages there are.

        (Get co-inviter link list)
        """
        ...

    @get("/api/v5/affiliate/sub-affiliate/list", limit=Limit(3, 1, "user"), auth=True, pages=by_page(100))
    async def sub_affiliate_list(
        self,
        page: Count | None = None,
        limit: Count | None = None,
        keyword: str | None = None,
        commission_category: Literal["SPOT", "DERIVATIVE", "BSC"] | str | None = None,
        order_by: Literal["cTime", "depAmt", "vol", "fee", "rebate"] | str | None = None,
        order_dir: Literal["asc", "desc"] | None = None,
    ) -> Page[SubAffiliate]:
        """One page of sub-affiliates; ``total_page`` of the answer says how many pages there are.

        (Get sub-affiliate list)
        """
        ...

    @get("/api/v5/affiliate/tvb/invitee/detail", limit=None, auth=True)
    async def tvb_invitee_detail(self, uid: str) -> list[LooseRow]:
        """One invitee of the TVB program. Answer and rate limit are not documented. (Get tvb invitee detail)"""
        ...

    @get("/api/v5/affiliate/tvb/invitee/list", limit=None, auth=True, pages=by_page(None))
    async def tvb_invitee_list(
        self,
        period_type: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        fee_tier: str | None = None,
        trade_type: str | None = None,
        keyword: str | None = None,
        order_by: str | None = None,
        order_dir: str | None = None,
        page: Count | None = None,
        limit: Count | None = None,
    ) -> Page[LooseRow]:
        """One page of invitees of the TVB program.

        Answer and rate limit are not documented. (Get tvb invitee list)
        """
        ...

    @get("/api/v5/affiliate/tvb/link/list", limit=None, auth=True, pages=by_page(None))
    async def tvb_link_list(
        self,
        period_type: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        page: Count | None = None,
        limit: Count | None = None,
        link_type: str | None = None,
        link_status: str | None = None,
    ) -> Page[LooseRow]:
        """One page of invite links of the TVB program.

        Answer and rate limit are not documented. (Get tvb link list)
        """
        ...

    @get("/api/v5/affiliate/tvb/performance/summary", limit=None, auth=True)
    async def tvb_performance_summary(
        self, period_type: str | None = None, begin: MsArg | None = None, end: MsArg | None = None
    ) -> list[LooseRow]:
        """Figures of the TVB program. Answer and rate limit are not documented. (Get tvb performance summary)"""
        ...

    @get("/api/v5/affiliate/tvb/tier-breakdown", limit=None, auth=True)
    async def tvb_tier_breakdown(
        self, period_type: str | None = None, begin: MsArg | None = None, end: MsArg | None = None
    ) -> list[LooseRow]:
        """Figures of the TVB program by tier. Answer and rate limit are not documented. (Get tvb tier breakdown)"""
        ...

    @get(
        "/api/v5/users/partner/if-rebate",
        limit=Limit(20, 2, None),
        auth=True,
        deprecated="withdrawn on 2025-04-24, and no successor is named",
    )
    async def partner_if_rebate(self, api_key: KeyId) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-04-24; the answer is not documented, and the limit is a client library's. (Get partner if
        rebate)
        """
        ...
