"""Chapter Option."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.endpoint import Section, get, post
from ...core.pager import by_id, by_window
from ...core.throttle import Limit
from ...core.words import Count, Granularity, InstrumentId, IsoArg, Num, Side, Underlying
from .. import checks, unpack
from ..models.balances import FuturesEntry, OptionAccount, OptionPosition
from ..models.instruments import OptionInstrument
from ..models.market import Book, Candle, ContractTrade, Ticker
from ..models.orders import (
    Amendment,
    NewOptionOrder,
    OptionFill,
    OptionOrder,
    OrderResult,
    TradeFee,
)
from ..models.public import OptionSettlement, OptionSummary
from ..words import (
    ClientOid,
    Expiry,
    Fields,
    MatchPrice,
    NewerThan,
    OlderThan,
    OptionOrderType,
    OrderId,
    OrderState,
)

__all__ = ["Option"]


class Option(Section, dialect="v3", chapter="option"):
    """Option trading, and market data that needs no key. Sizes are whole contracts."""

    @get(
        "/api/option/v3/{underlying}/position",
        limit=Limit(20, 2, "user"),
        auth=True,
        unpack=unpack.inside("holding"),
    )
    async def positions(
        self, underlying: Underlying, instrument_id: InstrumentId | None = None
    ) -> list[OptionPosition]:
        """Positions of one underlying. Without one there is no row, but a row of zeros dated 1970 when ``instrument_id``
        was given. (Positions of one underlying)"""
        ...

    @get("/api/option/v3/accounts/{underlying}", limit=Limit(20, 2, "user"), auth=True)
    async def account(self, underlying: Underlying) -> OptionAccount:
        """The account of one underlying. (Account of one underlying)"""
        ...

    @post("/api/option/v3/order", limit=Limit(20, 1, "user"), check=checks.option_order)
    async def place_order(
        self,
        instrument_id: InstrumentId,
        side: Side,
        size: Num,
        price: Num | None = None,
        order_type: OptionOrderType | None = None,
        match_price: MatchPrice | None = None,
        client_oid: ClientOid | None = None,
    ) -> OrderResult:
        """Place an order; ``price`` is needed unless ``match_price`` is 1. A refusal is raised, whatever the answer's
        ``result`` says. (Place an order)"""
        ...

    @post(
        "/api/option/v3/orders",
        limit=Limit(20, 2, "user"),
        batch=True,
        check=checks.option_orders("order_data"),
        unpack=unpack.inside("order_info"),
    )
    async def place_batch_orders(
        self, underlying: Underlying, order_data: Sequence[NewOptionOrder | Fields]
    ) -> list[OrderResult]:
        """Place up to 10 orders of one underlying; rows in the order of the request. Some may have failed while the others
        stand: look at each row's ``ok``. (Place orders in batch)"""
        ...

    @post("/api/option/v3/cancel_order/{underlying}/{order_id}", limit=Limit(20, 1, "user"))
    async def cancel_order(self, underlying: Underlying, order_id: OrderId) -> OrderResult:
        """Cancel an order by its id or your own. Accepted is not yet cancelled: the order query or channel confirms.

        (Cancel an order)
        """
        ...

    @post(
        "/api/option/v3/cancel_batch_orders/{underlying}",
        limit=Limit(20, 2, "user"),
        batch=True,
        check=checks.exactly_one("order_ids", "client_oids"),
        unpack=unpack.inside("order_info"),
    )
    async def cancel_batch_orders(
        self,
        underlying: Underlying,
        order_ids: Sequence[OrderId] | None = None,
        client_oids: Sequence[ClientOid] | None = None,
    ) -> list[OrderResult]:
        """Cancel up to 10 orders by their ids or by your own; one row each with its own outcome. (Cancel orders in batch)"""
        ...

    @post(
        "/api/option/v3/amend_order/{underlying}",
        limit=Limit(20, 1, "user"),
        one_of=(("order_id", "client_oid"), ("new_size", "new_price")),
    )
    async def amend_order(
        self,
        underlying: Underlying,
        order_id: OrderId | None = None,
        client_oid: ClientOid | None = None,
        new_size: Num | None = None,
        new_price: Num | None = None,
        request_id: ClientOid | None = None,
    ) -> OrderResult:
        """Change an order; ``new_size`` counts what has filled. With both ids ``order_id`` wins. What came of it follows as
        ``last_amend_result`` in the order channel. (Amend an order)"""
        ...

    @post(
        "/api/option/v3/amend_batch_orders/{underlying}",
        limit=Limit(20, 2, "user"),
        batch=True,
        check=checks.at_most_ten("amend_data"),
        unpack=unpack.inside("order_info"),
    )
    async def amend_batch_orders(
        self, underlying: Underlying, amend_data: Sequence[Amendment | Fields]
    ) -> list[OrderResult]:
        """Change up to 10 orders; one row each with its own outcome, in any order: match them by id.

        (Amend orders in batch)
        """
        ...

    @get("/api/option/v3/orders/{underlying}/{order_id}", limit=Limit(40, 2, "user"), auth=True)
    async def order(self, underlying: Underlying, order_id: OrderId) -> OptionOrder:
        """One order by its id or your own; cancelled ones without fills live 2 hours. An order that is not found is a
        refusal, though the exchange sends ``{}``. (Order)"""
        ...

    @get(
        "/api/option/v3/orders/{underlying}",
        limit=Limit(10, 2, "user"),
        auth=True,
        unpack=unpack.inside("order_info"),
        pages=by_id("order_id"),
    )
    async def orders(
        self,
        underlying: Underlying,
        state: OrderState,
        instrument_id: InstrumentId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[OptionOrder]:
        """Orders of 7 days in one state, newest first, at most 100; cursors are ``order_id``. (Order list)"""
        ...

    @get("/api/option/v3/fills/{underlying}", limit=Limit(10, 2, "user"), auth=True, pages=by_id("trade_id"))
    async def fills(
        self,
        underlying: Underlying,
        order_id: OrderId | None = None,
        instrument_id: InstrumentId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[OptionFill]:
        """Fills of 7 days, newest first, at most 100; cursors are ``trade_id``. (Fills)"""
        ...

    @get("/api/option/v3/accounts/{underlying}/ledger", limit=Limit(5, 2, "user"), auth=True, pages=by_id("ledger_id"))
    async def ledger(
        self,
        underlying: Underlying,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[FuturesEntry]:
        """Changes of 7 days, newest first, at most 100; cursors are ``ledger_id``. (Ledger)"""
        ...

    @get("/api/option/v3/trade_fee", limit=Limit(1, 10, "user"), auth=True)
    async def trade_fee(self) -> TradeFee:
        """Your fee rates; positive is charged, negative a rebate, unlike in fills. (Fee rates)"""
        ...

    @get("/api/option/v3/underlying", limit=Limit(20, 2, "ip"))
    async def underlying(self) -> list[str]:
        """Underlyings that have options. (Underlyings)"""
        ...

    @get("/api/option/v3/instruments/{underlying}", limit=Limit(20, 2, "ip"))
    async def instruments(
        self,
        underlying: Underlying,
        delivery: Expiry | None = None,
        instrument_id: InstrumentId | None = None,
    ) -> list[OptionInstrument]:
        """Options of one underlying; ``delivery`` is YYMMDD. (Instruments)"""
        ...

    @get("/api/option/v3/instruments/{underlying}/summary", limit=Limit(20, 2, "ip"))
    async def summaries(self, underlying: Underlying, delivery: Expiry | None = None) -> list[OptionSummary]:
        """Prices, Greeks and volatilities of one underlying's options. (Option pricing)"""
        ...

    @get("/api/option/v3/instruments/{underlying}/summary/{instrument_id}", limit=Limit(20, 2, "ip"))
    async def summary(self, underlying: Underlying, instrument_id: InstrumentId) -> OptionSummary:
        """Prices, Greeks and volatilities of one option. (Pricing of one option)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/book", limit=Limit(20, 2, "ip"))
    async def book(self, instrument_id: InstrumentId, size: int | None = None) -> Book:
        """Order book, up to 200 levels a side (the default). (Order book)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/trades", limit=Limit(20, 2, "ip"), pages=by_id("trade_id"))
    async def trades(
        self,
        instrument_id: InstrumentId,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[ContractTrade]:
        """Recent trades, newest first, at most 100; cursors are ``trade_id``. (Trades)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Ticker)"""
        ...

    @get(
        "/api/option/v3/instruments/{instrument_id}/candles",
        limit=Limit(20, 2, "ip"),
        check=checks.both_or_neither("start", "end"),
        pages=by_window(200),
    )
    async def candles(
        self,
        instrument_id: InstrumentId,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Granularity | None = None,
    ) -> list[Candle]:
        """Bars, newest first, at most 200 of the latest 1440; give both ``start`` and ``end`` or neither. (Candles)"""
        ...

    @get("/api/option/v3/settlement/history/{underlying}", limit=Limit(1, 10, "ip"))
    async def settlement_history(
        self,
        underlying: Underlying,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        limit: Count | None = None,
    ) -> list[OptionSettlement]:
        """Settlements and exercises, 5 when ``limit`` is left out; its maximum is not documented. (Settlement history)"""
        ...
