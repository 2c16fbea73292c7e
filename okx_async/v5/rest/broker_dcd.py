"""Chapter Dual currency deposit for brokers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import ClientId, Count, MsArg, Num, OrderTag
from ...errors import BadParameter
from ..models.broker_dcd import DcdOrder, DcdOrderPlaced, DcdProduct, DcdQuote

__all__ = ["BrokerDcd"]


def _mark_up(values: Mapping[str, Any]) -> None:
    if not 0 <= Decimal(values.get("mark_up", 0)) < 1:
        raise BadParameter(f"mark_up is a share from 0 to below 1, not {values['mark_up']}")


class BrokerDcd(Section, dialect="v5", chapter="broker_dcd"):
    """Dual currency deposit for brokers. Users have another form of the same paths: see `EarnDcd`. All answers carry
    ``code`` as a number.
    """

    @get("/api/v5/finance/sfp/dcd/products", limit=Limit(30, 2, "ip"))
    async def products(
        self, ccy: str, alternative_ccy: str, opt_type: Literal["C", "P"], tag: OrderTag
    ) -> list[DcdProduct]:
        """Products of a pair: ``C`` invests the risk currency ``ccy``, ``P`` the stable one ``alternative_ccy``.

        The documents' sample calls the latter ``altCcy`` and lacks ``stopTradingTime``. (Dual currency products
        (broker))
        """
        ...

    @post("/api/v5/finance/sfp/dcd/quote", limit=Limit(2, 2, "user"), check=_mark_up)
    async def request_quote(
        self,
        notional: Num,
        notional_ccy: str,
        product_id: str,
        tag: OrderTag,
        cl_req_id: ClientId | None = None,
        mark_up: Num | None = None,
    ) -> DcdQuote:
        """Ask for a quote, good for ``ttl_ms``.

        ``notional`` counts in ``notional_ccy``, which must be the product's. ``mark_up`` (0 to below 1) replaces
        the preset commission. The sample calls ``cl_req_id`` ``clQReqId``. (Dual currency quote (broker))
        """
        ...

    @post("/api/v5/finance/sfp/dcd/order", limit=Limit(2, 2, "user"))
    async def place_order(self, quote_id: str, cl_ord_id: ClientId | None = None) -> DcdOrderPlaced:
        """Order by a quote that is still valid.

        ``cl_ord_id`` must be unique over all orders. ``data`` is an object, and the sample calls ``ord_id``
        ``orderId``. (Dual currency order (broker))
        """
        ...

    @get("/api/v5/finance/sfp/dcd/order", limit=Limit(10, 2, "user"), auth=True, one_of=(("ord_id", "cl_ord_id"),))
    async def order(self, ord_id: str | None = None, cl_ord_id: ClientId | None = None) -> DcdOrder:
        """One order, by ``ord_id`` (which wins) or ``cl_ord_id``.

        The sample calls ``sett_time`` ``settledTime``. (Dual currency order (broker))
        """
        ...

    @get(
        "/api/v5/finance/sfp/dcd/orders", limit=Limit(10, 2, "user"), auth=True, pages=by_id("ord_id", cursor="end_id")
    )
    async def orders(
        self,
        product_id: str | None = None,
        uly: str | None = None,
        state: Literal["initial", "live", "pending_settled", "settled", "rejected"] | str | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[DcdOrder]:
        """Orders, newest first.

        ``begin_id`` gives newer ones, ``end_id`` older ones; ids and times are excluded themselves. The sample
        calls ``sett_time`` ``settledTime``. (Dual currency orders (broker))
        """
        ...
