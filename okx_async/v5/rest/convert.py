"""Chapter Convert."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_time
from ...core.throttle import Limit
from ...core.words import ClientId, Count, MsArg, Num, OrderTag, Side
from ..models.convert import ConvertCurrency, ConvertPair, ConvertQuote, ConvertTrade

__all__ = ["Convert"]


class Convert(Section, dialect="v5", chapter="convert"):
    """Converting one currency into another at a quoted price."""

    @get("/api/v5/asset/convert/currencies", limit=Limit(6, 1, "user"), auth=True)
    async def currencies(self) -> list[ConvertCurrency]:
        """Currencies that can be converted. (Get convert currencies)"""
        ...

    @get("/api/v5/asset/convert/currency-pair", limit=Limit(6, 1, "user"), auth=True)
    async def currency_pair(self) -> ConvertPair:
        """Whether two currencies can be converted, and the limits. (Get convert currency pair)"""
        ...

    @post("/api/v5/asset/convert/estimate-quote", limit=Limit(1, 5, "instrument"))
    async def estimate_quote(
        self,
        base_ccy: str,
        quote_ccy: str,
        side: Side,
        rfq_sz: Num,
        rfq_sz_ccy: str,
        cl_q_req_id: ClientId | None = None,
        tag: OrderTag | None = None,
        convert_mode: Literal["0", "1"] | str | None = None,
    ) -> ConvertQuote:
        """Ask for a price; the quote lives for ``ttl_ms``.

        Args:
            rfq_sz: Asked amount.
            rfq_sz_ccy: Currency of the asked amount.
            cl_q_req_id: Client quote request id.
            convert_mode: 0 standard, 1 large VIP order.

        (Estimate quote)
        """
        ...

    @post("/api/v5/asset/convert/trade", limit=Limit(10, 1, "user"))
    async def trade(
        self,
        quote_id: str,
        base_ccy: str,
        quote_ccy: str,
        side: Side,
        sz: Num,
        sz_ccy: str,
        cl_t_req_id: ClientId | None = None,
        tag: OrderTag | None = None,
        convert_mode: Literal["0", "1"] | str | None = None,
    ) -> ConvertTrade:
        """Convert at a quoted price.

        Args:
            sz_ccy: Currency of the size.
            cl_t_req_id: Client trade request id.
            convert_mode: 0 standard, 1 large VIP order.

        (Convert trade)
        """
        ...

    @get("/api/v5/asset/convert/history", limit=Limit(6, 1, "user"), auth=True, pages=by_time("ts"))
    async def history(
        self,
        cl_t_req_id: ClientId | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
        tag: OrderTag | None = None,
    ) -> list[ConvertTrade]:
        """Conversions, newest first.

        Args:
            cl_t_req_id: Client trade request id.

        (Get convert history)
        """
        ...
