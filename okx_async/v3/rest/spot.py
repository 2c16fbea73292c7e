"""Chapter Spot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_bar, by_id, by_window
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, Count, Granularity, InstrumentId, IsoArg, Num, Side, Word
from .. import checks, unpack
from ..models.balances import LedgerEntry, SpotAccount
from ..models.instruments import Instrument
from ..models.market import Book, Candle, Ticker, Trade
from ..models.orders import (
    AlgoCancelResult,
    AlgoResult,
    CancelOrders,
    NewSpotOrder,
    OrderResult,
    SpotAlgoOrder,
    SpotFill,
    SpotOrder,
    TradeFee,
)
from ..words import (
    AlgoId,
    AlgoPriceType,
    AlgoStatus,
    AlgoType,
    ClientOid,
    Currency,
    Fields,
    LedgerType,
    NewerThan,
    OlderThan,
    OrderId,
    OrderState,
    Since,
    SpotOrderType,
    SpotOrderTypeName,
    Until,
)

__all__ = ["Spot"]

Mode = Annotated[Literal["1", "2"], Word("1 spot, 2 margin.")]


class Spot(Section, dialect="v3", chapter="spot"):
    """Spot trading, and market data that needs no key."""

    @get("/api/spot/v3/accounts", limit=Limit(20, 2, "user"), auth=True)
    async def accounts(self) -> list[SpotAccount]:
        """Every currency of the spot account that has funds. (Spot accounts)"""
        ...

    @get("/api/spot/v3/accounts/{currency}", limit=Limit(20, 2, "user"), auth=True)
    async def account(self, currency: Currency) -> SpotAccount:
        """One currency of the spot account. (Spot account of one currency)"""
        ...

    @get("/api/spot/v3/accounts/{currency}/ledger", limit=Limit(10, 2, "user"), auth=True, pages=by_id("ledger_id"))
    async def ledger(
        self,
        currency: Currency,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
        type_: LedgerType | None = None,
    ) -> list[LedgerEntry]:
        """Changes of 3 months, newest first, at most 100; cursors are ``ledger_id``. ``type_`` asks by number, the answer
        says a word. (Ledger)"""
        ...

    @post("/api/spot/v3/orders", limit=Limit(100, 2, "user+instrument"), check=checks.spot_order)
    async def place_order(
        self,
        instrument_id: InstrumentId,
        side: Side,
        type_: SpotOrderTypeName | None = None,
        price: Num | None = None,
        size: Num | None = None,
        notional: Num | None = None,
        order_type: SpotOrderType | None = None,
        client_oid: ClientOid | None = None,
    ) -> OrderResult:
        """Place an order. A limit order (default) needs ``price`` and ``size``, a market sell ``size``, a market buy
        ``notional``, the quote amount to spend. Excess digits are cut off, not refused. A refusal is raised, whatever the
        answer's ``result`` says. (Place an order)"""
        ...

    @post(
        "/api/spot/v3/batch_orders",
        limit=Limit(50, 2, "user"),
        batch=True,
        check=checks.spot_orders,
        unpack=unpack.by_instrument,
    )
    async def place_batch_orders(
        self, orders: Annotated[Sequence[NewSpotOrder | Fields], WHOLE_BODY]
    ) -> list[OrderResult]:
        """Place up to 10 orders for each of up to 4 pairs; one call for the limit. One row per order, in the
        order of the request; some may have failed while the others stand: look at each row's ``ok``.

        (Place orders in batch)
        """
        ...

    @post("/api/spot/v3/cancel_orders/{order_id}", limit=Limit(100, 2, "user+instrument"))
    async def cancel_order(self, order_id: OrderId, instrument_id: InstrumentId) -> OrderResult:
        """Cancel an order by its id or your own. Accepted is not yet cancelled: the order query or channel confirms.

        (Cancel an order)
        """
        ...

    @post(
        "/api/spot/v3/cancel_batch_orders",
        limit=Limit(50, 2, "user"),
        batch=True,
        check=checks.spot_cancels,
        unpack=unpack.by_instrument,
    )
    async def cancel_batch_orders(
        self, orders: Annotated[Sequence[CancelOrders | Fields], WHOLE_BODY]
    ) -> list[OrderResult]:
        """Cancel up to 10 orders of each of up to 4 pairs, by ids or by your own; one row per order with its own
        outcome. (Cancel orders in batch)"""
        ...

    @get("/api/spot/v3/orders", limit=Limit(10, 2, "user"), auth=True, pages=by_id("order_id"))
    async def orders(
        self,
        instrument_id: InstrumentId,
        state: OrderState,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotOrder]:
        """Orders of 3 months in one state, newest first, at most 100; cursors are ``order_id``. (Order list)"""
        ...

    @get("/api/spot/v3/orders_pending", limit=Limit(20, 2, "user"), auth=True, pages=by_id("order_id"))
    async def orders_pending(
        self,
        instrument_id: InstrumentId,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotOrder]:
        """Open and partly filled orders, newest first, at most 100; cursors are ``order_id``. (Open orders)"""
        ...

    @get("/api/spot/v3/orders/{order_id}", limit=Limit(20, 2, "user"), auth=True)
    async def order(self, order_id: OrderId, instrument_id: InstrumentId) -> SpotOrder:
        """One order of the last 3 months, by its id or your own; cancelled ones without fills live 2 hours. (Order)"""
        ...

    @get("/api/spot/v3/fills", limit=Limit(10, 2, "user"), auth=True, pages=by_id("ledger_id"))
    async def fills(
        self,
        instrument_id: InstrumentId,
        order_id: OrderId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotFill]:
        """Fills of 3 months, newest first, at most 100 rows, two per fill; cursors are ``ledger_id``. (Fills)"""
        ...

    @post("/api/spot/v3/order_algo", limit=Limit(40, 2, "user"), check=checks.algo_order)
    async def place_algo_order(
        self,
        instrument_id: InstrumentId,
        mode: Mode,
        order_type: AlgoType,
        size: Num,
        side: Side,
        trigger_price: Num | None = None,
        algo_price: Num | None = None,
        algo_type: AlgoPriceType | None = None,
        callback_rate: Num | None = None,
        algo_variance: Num | None = None,
        avg_amount: Num | None = None,
        limit_price: Num | None = None,
        sweep_range: Num | None = None,
        sweep_ratio: Num | None = None,
        single_limit: Num | None = None,
        time_interval: Num | None = None,
    ) -> AlgoResult:
        """Place an algo order; at most 6 iceberg and 6 TWAP orders at once.

        Trigger: ``trigger_price``, and ``algo_price`` unless ``algo_type`` is 2 (market). Trailing: ``trigger_price``,
        ``callback_rate`` 0.001 to 0.05. Iceberg: ``algo_variance`` 0.0001 to 0.01, ``avg_amount``, ``limit_price``.
        TWAP: ``sweep_range`` 0.005 to 0.01, ``sweep_ratio`` 0.01 to 1, ``single_limit``, ``limit_price``,
        ``time_interval`` 5 to 120 seconds. (Place an algo order)
        """
        ...

    @post("/api/spot/v3/cancel_batch_algos", limit=Limit(20, 2, "user"), unpack=unpack.algo_ids)
    async def cancel_algo_orders(
        self, instrument_id: InstrumentId, order_type: AlgoType, algo_ids: Sequence[AlgoId]
    ) -> AlgoCancelResult:
        """Cancel up to 10 algo orders (6 of iceberg and TWAP); the ids of those being cancelled. (Cancel algo orders)"""
        ...

    @get("/api/spot/v3/trade_fee", limit=Limit(1, 10, "user"), auth=True)
    async def trade_fee(self) -> TradeFee:
        """Your fee rates, renewed daily; positive is charged, unlike in fills. (Fee rates)"""
        ...

    @get(
        "/api/spot/v3/algo",
        limit=Limit(20, 2, "user"),
        auth=True,
        check=checks.exactly_one("status", "algo_id"),
        unpack=unpack.by_instrument,
        pages=by_id("algo_id"),
    )
    async def algo_orders(
        self,
        instrument_id: InstrumentId,
        order_type: AlgoType,
        status: AlgoStatus | None = None,
        algo_id: AlgoId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotAlgoOrder]:
        """Algo orders by status or by id (exactly one), newest first, at most 100; cursors are ``algo_id``.

        (Algo order list)
        """
        ...

    @get("/api/spot/v3/instruments", limit=Limit(20, 2, "ip"))
    async def instruments(self) -> list[Instrument]:
        """Every instrument of this product. (Instruments)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/book", limit=Limit(20, 2, "ip"))
    async def book(self, instrument_id: InstrumentId, size: int | None = None, depth: Num | None = None) -> Book:
        """Order book, up to 200 levels a side (the default); ``depth`` merges prices by that step. (Order book)"""
        ...

    @get("/api/spot/v3/instruments/ticker", limit=Limit(20, 2, "ip"))
    async def tickers(self) -> list[Ticker]:
        """Tickers of every instrument of this product. (Tickers)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Ticker)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/trades", limit=Limit(20, 2, "ip"))
    async def trades(self, instrument_id: InstrumentId, limit: Count | None = None) -> list[Trade]:
        """Recent trades, newest first, at most 60; the documents name no cursor. (Trades)"""
        ...

    @get(
        "/api/spot/v3/instruments/{instrument_id}/candles",
        limit=Limit(20, 2, "ip"),
        check=checks.both_or_neither("start", "end"),
        pages=by_window(200, then="history_candles"),
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

    @get(
        "/api/spot/v3/instruments/{instrument_id}/history/candles",
        limit=Limit(20, 2, "ip"),
        pages=by_bar(300, cursor="until"),
    )
    async def history_candles(
        self,
        instrument_id: InstrumentId,
        since: Since | None = None,
        until: Until | None = None,
        granularity: Granularity | None = None,
        limit: Count | None = None,
    ) -> list[Candle]:
        """Bars of the past of nine base coins, newest first, at most 300, the newest ones up to ``until``.

        The exchange calls the newer edge ``start`` and the older one ``end``, the reverse of `candles`: here they are
        ``until`` and ``since``. The limit is a later figure; that of July 2020 is not known. (History candles)
        """
        ...
