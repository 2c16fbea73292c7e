"""Chapter On-chain earn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, Num, OrderTag
from ..models.earn_onchain import InvestmentArg, OnchainAction, OnchainOffer, OnchainOrder

__all__ = ["EarnOnchain"]


class EarnOnchain(Section, dialect="v5", chapter="earn_onchain"):
    """On-chain earn."""

    @get("/api/v5/finance/staking-defi/offers", limit=Limit(3, 1, "user"), auth=True)
    async def offers(
        self, product_id: str | None = None, protocol_type: Literal["defi"] | str | None = None, ccy: str | None = None
    ) -> list[OnchainOffer]:
        """What can be bought. (Offers)"""
        ...

    @post("/api/v5/finance/staking-defi/purchase", limit=Limit(2, 1, "user"))
    async def purchase(
        self,
        product_id: str,
        invest_data: Sequence[InvestmentArg],
        term: Num | None = None,
        tag: OrderTag | None = None,
    ) -> OnchainAction:
        """Buy. ``term`` is in days and a must for fixed terms. (Purchase)"""
        ...

    @post("/api/v5/finance/staking-defi/redeem", limit=Limit(2, 1, "user"))
    async def redeem(
        self, ord_id: str, protocol_type: Literal["defi"] | str, allow_early_redeem: bool | None = None
    ) -> OnchainAction:
        """Redeem an order, early if ``allow_early_redeem`` says so. (Redeem)"""
        ...

    @post("/api/v5/finance/staking-defi/cancel", limit=Limit(2, 1, "user"))
    async def cancel(self, ord_id: str, protocol_type: Literal["defi"] | str) -> OnchainAction:
        """Cancel a purchase or a redemption that is still under way. (Cancel purchases/redemptions)"""
        ...

    @get("/api/v5/finance/staking-defi/orders-active", limit=Limit(3, 1, "user"), auth=True)
    async def orders_active(
        self,
        product_id: str | None = None,
        protocol_type: Literal["defi"] | str | None = None,
        ccy: str | None = None,
        state: Literal["8", "13", "9", "1", "2"] | str | None = None,
    ) -> list[OnchainOrder]:
        """Orders that earn or are under way. (Active orders)"""
        ...

    @get("/api/v5/finance/staking-defi/orders-history", limit=Limit(3, 1, "user"), auth=True, pages=by_id("ord_id"))
    async def orders_history(
        self,
        product_id: str | None = None,
        protocol_type: Literal["defi"] | str | None = None,
        ccy: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[OnchainOrder]:
        """Orders that have ended, newest first, by ``ord_id``. (Order history)"""
        ...
