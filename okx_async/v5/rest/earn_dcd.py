"""Chapter Dual investment (retail)."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, MsArg, Num
from ..models.earn_dcd import (
    DcdOrderState,
    DcdPair,
    DcdRedeem,
    DcdRedeemQuote,
    DcdTrade,
    UserDcdOrder,
    UserDcdProduct,
    UserDcdQuote,
)

__all__ = ["EarnDcd"]


class EarnDcd(Section, dialect="v5", chapter="earn_dcd"):
    """Dual investment for users. Brokers have another form of the same paths: see `BrokerDcd`."""

    @get("/api/v5/finance/sfp/dcd/currency-pair", limit=Limit(1, 1, "user"), auth=True)
    async def currency_pair(self) -> list[DcdPair]:
        """Pairs that have products. (Currency pairs)"""
        ...

    @get("/api/v5/finance/sfp/dcd/products", limit=Limit(1, 1, "user"), auth=True, inside="products")
    async def products(self, base_ccy: str, quote_ccy: str, opt_type: Literal["C", "P"]) -> list[UserDcdProduct]:
        """Products of a pair, ``C`` call or ``P`` put.

        Seen with the rows inside ``data.products``, and with ``code`` as a number; both are read. (Products)
        """
        ...

    @post("/api/v5/finance/sfp/dcd/quote", limit=Limit(10, 60, "user"))
    async def request_quote(self, product_id: str, notional_sz: Num, notional_ccy: str) -> UserDcdQuote:
        """Ask for a quote, good until ``valid_until``. (Request for quote)"""
        ...

    @post("/api/v5/finance/sfp/dcd/trade", limit=Limit(2, 60, "user"))
    async def trade(self, quote_id: str) -> DcdTrade:
        """Trade by a quote that is still valid. (Trade)"""
        ...

    @post("/api/v5/finance/sfp/dcd/redeem-quote", limit=Limit(10, 60, "user"))
    async def request_redeem_quote(self, ord_id: str) -> DcdRedeemQuote:
        """Ask what an early redemption of an order would bring, good until ``valid_until``.

        (Request for redeem quote)
        """
        ...

    @post("/api/v5/finance/sfp/dcd/redeem", limit=Limit(2, 60, "user"))
    async def redeem(self, ord_id: str, quote_id: str) -> DcdRedeem:
        """Redeem an order early by a quote that is still valid. (Redeem)"""
        ...

    @get("/api/v5/finance/sfp/dcd/order-status", limit=Limit(3, 1, "user"), auth=True)
    async def order_status(self, ord_id: str) -> DcdOrderState:
        """The state of one order. (Order state)"""
        ...

    @get(
        "/api/v5/finance/sfp/dcd/order-history",
        limit=Limit(1, 1, "user"),
        auth=True,
        pages=by_id("ord_id", cursor="end_id"),
    )
    async def order_history(
        self,
        ord_id: str | None = None,
        product_id: str | None = None,
        uly: str | None = None,
        state: Literal["initial", "live", "pending_settle", "settled", "pending_redeem", "redeemed", "rejected"]
        | str
        | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[UserDcdOrder]:
        """Orders, newest first.

        ``begin_id`` gives newer ones, ``end_id`` older ones, themselves excluded; ``limit`` is at most 100. (Order
        history)
        """
        ...
