"""Chapter Fiat and buy/sell."""

from __future__ import annotations

from typing import Literal

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.throttle import Limit
from ...core.words import ClientId, Count, MsArg, Num
from ..models.fiat import (
    BuySellCurrencies,
    BuySellOrder,
    BuySellPair,
    BuySellQuote,
    FiatOrder,
    FiatOrderState,
    PaymentMethod,
)

__all__ = ["Fiat"]


class Fiat(Section, dialect="v5", chapter="fiat"):
    """Fiat deposits and withdrawals, and buying and selling for fiat."""

    @get("/api/v5/fiat/deposit-payment-methods", limit=Limit(3, 1, "user"), auth=True)
    async def deposit_payment_methods(self, ccy: str) -> list[PaymentMethod]:
        """Ways to deposit a currency, with fees, limits and linked accounts. (Get deposit payment methods)"""
        ...

    @get("/api/v5/fiat/withdrawal-payment-methods", limit=Limit(3, 1, "user"), auth=True)
    async def withdrawal_payment_methods(self, ccy: str) -> list[PaymentMethod]:
        """Ways to withdraw a currency, with fees, limits and linked accounts. (Get withdrawal payment methods)"""
        ...

    @post(
        "/api/v5/fiat/create-withdrawal",
        limit=Limit(3, 1, "user"),
        permission="withdraw",
        needs=Needs("withdraw", to="payment_acct_id"),
    )
    async def create_withdrawal(
        self,
        payment_acct_id: str,
        ccy: str,
        amt: Num,
        payment_method: Literal["TR_BANKS", "PIX", "SEPA", "XPULSE", "NPP", "US_WIRE", "SG_FAST"] | str,
        client_id: ClientId,
    ) -> FiatOrder:
        """Withdraw to a linked account. Needs the withdraw right. (Create withdrawal order)"""
        ...

    @post("/api/v5/fiat/cancel-withdrawal", limit=Limit(3, 1, "user"))
    async def cancel_withdrawal(self, ord_id: str) -> FiatOrderState:
        """Cancel a withdrawal that has not gone out. (Cancel withdrawal order)"""
        ...

    @get("/api/v5/fiat/withdrawal-order-history", limit=Limit(3, 1, "user"), auth=True)
    async def withdrawal_order_history(
        self,
        ccy: str | None = None,
        payment_method: Literal["TR_BANKS", "PIX", "SEPA", "XPULSE", "NPP", "US_WIRE", "SG_FAST"] | str | None = None,
        state: Literal["completed", "failed", "pending", "canceled", "inqueue", "processing"] | str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[FiatOrder]:
        """Withdrawals, newest first.

        Other than everywhere, ``after`` is the begin of the time range and ``before`` its end, both included. (Get
        withdrawal order history)
        """
        ...

    @get("/api/v5/fiat/withdrawal", limit=Limit(3, 1, "user"), auth=True)
    async def withdrawal(self, ord_id: str) -> FiatOrder:
        """One withdrawal. (Get withdrawal order detail)"""
        ...

    @get("/api/v5/fiat/deposit-order-history", limit=Limit(3, 1, "user"), auth=True)
    async def deposit_order_history(
        self,
        ccy: str | None = None,
        payment_method: Literal["TR_BANKS", "PIX", "SEPA", "XPULSE", "NPP", "US_WIRE"] | str | None = None,
        state: Literal["completed", "failed", "pending", "canceled", "inqueue", "processing"] | str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[FiatOrder]:
        """Deposits, newest first.

        Other than everywhere, ``after`` is the begin of the time range and ``before`` its end, both included. (Get
        deposit order history)
        """
        ...

    @get("/api/v5/fiat/deposit", limit=Limit(3, 1, "user"), auth=True)
    async def deposit(self, ord_id: str) -> FiatOrder:
        """One deposit. (Get deposit order detail)"""
        ...

    @get("/api/v5/fiat/buy-sell/currencies", limit=Limit(6, 1, "user"), auth=True)
    async def buy_sell_currencies(self) -> BuySellCurrencies:
        """Currencies that can be bought and sold. (Get buy/sell currencies)"""
        ...

    @get("/api/v5/fiat/buy-sell/currency-pair", limit=Limit(6, 1, "user"), auth=True)
    async def buy_sell_currency_pair(self, from_ccy: str, to_ccy: str) -> list[BuySellPair]:
        """Limits of buying or selling one currency for another. (Get buy/sell currency pair)"""
        ...

    @post("/api/v5/fiat/buy-sell/quote", limit=Limit(1, 5, "instrument"), permission="read")
    async def request_buy_sell_quote(
        self, side: Literal["buy", "sell"], from_ccy: str, to_ccy: str, rfq_amt: Num, rfq_ccy: str
    ) -> BuySellQuote:
        """Ask for a quote, good for ``ttl_ms``.

        The limit is said to count per instrument; the call names none. (Get buy/sell quote)
        """
        ...

    @post("/api/v5/fiat/buy-sell/trade", limit=Limit(1, 5, "user"))
    async def buy_sell_trade(
        self,
        quote_id: str,
        side: Literal["buy", "sell"],
        from_ccy: str,
        to_ccy: str,
        rfq_amt: Num,
        rfq_ccy: str,
        payment_method: str,
        cl_ord_id: ClientId,
    ) -> BuySellOrder:
        """Trade by a quote that is still valid. (Buy/sell trade)"""
        ...

    @get("/api/v5/fiat/buy-sell/history", limit=Limit(6, 1, "user"), auth=True)
    async def buy_sell_history(
        self,
        ord_id: str | None = None,
        cl_ord_id: ClientId | None = None,
        state: Literal["processing", "completed", "failed"] | str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[BuySellOrder]:
        """Past trades, newest first. (Get buy/sell trade history)"""
        ...
