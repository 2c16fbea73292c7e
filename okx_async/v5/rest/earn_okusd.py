"""Chapter OKUSD."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.throttle import Limit
from ...core.words import ClientId, Count, MsArg, Num
from ..models.earn_okusd import (
    OkusdAccount,
    OkusdLimits,
    OkusdRate,
    OkusdRedeemed,
    OkusdRedemption,
    OkusdReward,
    OkusdSubscribed,
    OkusdSubscription,
)

__all__ = ["EarnOkusd"]


class EarnOkusd(Section, dialect="v5", chapter="earn_okusd"):
    """OKUSD."""

    @get("/api/v5/finance/okusd/limits", limit=Limit(2, 2, "user"), auth=True)
    async def limits(self) -> OkusdLimits:
        """Limits of subscription and redemption, and what is used of them. (OKUSD limits)"""
        ...

    @post("/api/v5/finance/okusd/subscribe", limit=Limit(1, 2, "user"))
    async def subscribe(self, amt: Num, cl_ord_id: ClientId) -> OkusdSubscribed:
        """Subscribe: USDT becomes OKUSD. (Subscribe OKUSD)"""
        ...

    @post("/api/v5/finance/okusd/redeem", limit=Limit(1, 2, "user"))
    async def redeem(self, amt: Num, redeem_type: Literal["1", "2"], cl_ord_id: ClientId) -> OkusdRedeemed:
        """Redeem: OKUSD becomes USDT. ``redeem_type`` 1 fast, 2 standard. (Redeem OKUSD)"""
        ...

    @get("/api/v5/finance/okusd/account", limit=Limit(2, 2, "user"), auth=True)
    async def account(self) -> OkusdAccount:
        """What is held and what it has earned. (Get OKUSD Account)"""
        ...

    @get("/api/v5/finance/okusd/subscribe/history", limit=Limit(5, 2, "user"), auth=True)
    async def subscribe_history(
        self, limit: Count | None = None, begin: MsArg | None = None, end: MsArg | None = None
    ) -> list[OkusdSubscription]:
        """Past subscriptions. (Get Subscription History)"""
        ...

    @get("/api/v5/finance/okusd/redeem/history", limit=Limit(5, 2, "user"), auth=True)
    async def redeem_history(
        self, limit: Count | None = None, begin: MsArg | None = None, end: MsArg | None = None, type_: str | None = None
    ) -> list[OkusdRedemption]:
        """Past redemptions. The values of ``type_`` are not told. (Get Redemption History)"""
        ...

    @get("/api/v5/finance/okusd/rewards/history", limit=Limit(5, 2, "user"), auth=True)
    async def rewards_history(
        self, limit: Count | None = None, begin: MsArg | None = None, end: MsArg | None = None
    ) -> list[OkusdReward]:
        """Past earnings. (Get Rewards History)"""
        ...

    @get("/api/v5/finance/okusd/rate/history", limit=Limit(5, 2, "user"), auth=True)
    async def rate_history(
        self, limit: Count | None = None, begin: MsArg | None = None, end: MsArg | None = None
    ) -> list[OkusdRate]:
        """Past rates. (Get APR History)"""
        ...
