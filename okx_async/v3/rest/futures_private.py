"""Chapter Futures: accounts, positions and orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, InstrumentId, Num, Underlying, Word
from .. import checks, unpack
from ..models.balances import (
    FuturesAccount,
    FuturesEntry,
    FuturesLeverage,
    FuturesPosition,
    Hold,
    MarginChange,
    MarginMode,
    UnderlyingSwitch,
)
from ..models.orders import (
    AlgoCancelResult,
    AlgoResult,
    ContractOrder,
    DirectionResult,
    FuturesAlgoOrder,
    FuturesAmendment,
    FuturesFill,
    NewContractOrder,
    OrderResult,
    TradeFee,
)
from ..words import (
    AlgoId,
    AlgoPriceType,
    AlgoStatus,
    AlgoType,
    ClientOid,
    Direction,
    Fields,
    FuturesOrderType,
    LedgerType,
    MatchPrice,
    NewerThan,
    OlderThan,
    OpenClose,
    OrderId,
    OrderState,
    SwitchOnOff,
    YesNo,
)

__all__ = ["FuturesPrivate"]

UnderlyingOrCoin = Annotated[
    str,
    Word(
        "Underlying; a bare currency still means the coin-margined one.",
        r"[A-Za-z0-9]+(-[A-Za-z0-9]+)?",
        "BTC-USD or BTC-USDT",
    ),
]


class FuturesPrivate(Section, dialect="v3", chapter="futures"):
    """Futures trading. Sizes are whole contracts."""

    @get(
        "/api/futures/v3/position",
        limit=Limit(5, 2, "user"),
        auth=True,
        unpack=unpack.nested_positions,
    )
    async def positions(self) -> list[FuturesPosition]:
        """Positions of every contract; expensive, `position` is better. (Positions of all contracts)"""
        ...

    @get(
        "/api/futures/v3/{instrument_id}/position",
        limit=Limit(20, 2, "user+underlying"),
        auth=True,
        unpack=unpack.nested_positions,
    )
    async def position(self, instrument_id: InstrumentId) -> list[FuturesPosition]:
        """The position in one contract; a row of default values when there is none. (Position of one contract)"""
        ...

    @get(
        "/api/futures/v3/accounts",
        limit=Limit(1, 10, "user"),
        auth=True,
        unpack=unpack.futures_accounts,
    )
    async def accounts(self) -> list[FuturesAccount]:
        """The accounts of every underlying. How the exchange keys USDT-margined ones is not documented; the key is kept as
        ``underlying`` or ``currency`` where the row itself is silent. (Accounts of all currencies)"""
        ...

    @get("/api/futures/v3/accounts/{underlying}", limit=Limit(20, 2, "user+underlying"), auth=True)
    async def account(self, underlying: UnderlyingOrCoin) -> FuturesAccount:
        """The account of one underlying. (Account of one currency)"""
        ...

    @get(
        "/api/futures/v3/accounts/{underlying}/leverage",
        limit=Limit(5, 2, "user+underlying"),
        auth=True,
        unpack=unpack.contract_leverage,
    )
    async def leverage(self, underlying: UnderlyingOrCoin) -> FuturesLeverage:
        """The leverage of an underlying, in fixed mode per contract. (Leverage)"""
        ...

    @post(
        "/api/futures/v3/accounts/{underlying}/leverage",
        limit=Limit(5, 2, "user+underlying"),
        check=checks.both_or_neither("instrument_id", "direction"),
        unpack=unpack.contract_leverage,
    )
    async def set_leverage(
        self,
        underlying: UnderlyingOrCoin,
        leverage: Annotated[Num, Word("1 to 100.")],
        instrument_id: InstrumentId | None = None,
        direction: Direction | None = None,
    ) -> FuturesLeverage:
        """Set the leverage; fixed mode needs ``instrument_id`` and ``direction``. Refused with open orders. (Set leverage)"""
        ...

    @get(
        "/api/futures/v3/accounts/{underlying}/ledger",
        limit=Limit(5, 2, "user+underlying"),
        auth=True,
        pages=by_id("ledger_id"),
    )
    async def ledger(
        self,
        underlying: UnderlyingOrCoin,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
        type_: LedgerType | None = None,
    ) -> list[FuturesEntry]:
        """Changes of 3 months, newest first, at most 100; cursors are ``ledger_id``. (Ledger)"""
        ...

    @post("/api/futures/v3/order", limit=Limit(60, 2, "user+underlying"), check=checks.contract_order)
    async def place_order(
        self,
        instrument_id: InstrumentId,
        type_: OpenClose,
        size: Num,
        price: Num | None = None,
        order_type: FuturesOrderType | None = None,
        match_price: MatchPrice | None = None,
        client_oid: ClientOid | None = None,
    ) -> OrderResult:
        """Place an order; ``price`` is needed unless ``match_price`` is 1 or ``order_type`` 4 (market). A refusal is
        raised, whatever the answer's ``result`` says. (Place an order)"""
        ...

    @post(
        "/api/futures/v3/orders",
        limit=Limit(30, 2, "user+underlying"),
        batch=True,
        check=checks.contract_orders("orders_data"),
        unpack=unpack.inside("order_info"),
    )
    async def place_batch_orders(
        self, instrument_id: InstrumentId, orders_data: Sequence[NewContractOrder | Fields]
    ) -> list[OrderResult]:
        """Place up to 10 orders of one contract; rows in the order of the request. Some may have failed while the others
        stand: look at each row's ``ok``. (Place orders in batch)"""
        ...

    @post("/api/futures/v3/cancel_order/{instrument_id}/{order_id}", limit=Limit(40, 2, "user+underlying"))
    async def cancel_order(self, instrument_id: InstrumentId, order_id: OrderId) -> OrderResult:
        """Cancel an order by its id or your own. Accepted is not yet cancelled: the order query or channel confirms.

        (Cancel an order)
        """
        ...

    @post(
        "/api/futures/v3/cancel_batch_orders/{instrument_id}",
        limit=Limit(20, 2, "user+underlying"),
        check=checks.exactly_one("order_ids", "client_oids"),
        unpack=unpack.shared_result("order_ids"),
    )
    async def cancel_batch_orders(
        self,
        instrument_id: InstrumentId,
        order_ids: Sequence[OrderId] | None = None,
        client_oids: Sequence[ClientOid] | None = None,
    ) -> list[OrderResult]:
        """Cancel up to 10 orders by their ids or by your own. The exchange gives one outcome for all of them, so every row
        has the same. (Cancel orders in batch)"""
        ...

    @post(
        "/api/futures/v3/amend_order/{instrument_id}",
        limit=Limit(40, 2, "user+underlying"),
        one_of=(("order_id", "client_oid"), ("new_size", "new_price")),
    )
    async def amend_order(
        self,
        instrument_id: InstrumentId,
        order_id: OrderId | None = None,
        client_oid: ClientOid | None = None,
        new_size: Num | None = None,
        new_price: Num | None = None,
        request_id: ClientOid | None = None,
        cancel_on_fail: YesNo | None = None,
    ) -> OrderResult:
        """Change an order; ``new_size`` counts what has filled, ``cancel_on_fail`` 1 cancels what cannot be changed. With
        both ids ``order_id`` wins. The answer's types are not certain. (Amend an order)"""
        ...

    @post(
        "/api/futures/v3/amend_batch_orders/{instrument_id}",
        limit=Limit(20, 2, "user+underlying"),
        batch=True,
        check=checks.at_most_ten("amend_data"),
        unpack=unpack.inside("order_info"),
    )
    async def amend_batch_orders(
        self, instrument_id: InstrumentId, amend_data: Sequence[FuturesAmendment | Fields]
    ) -> list[OrderResult]:
        """Change up to 10 orders; one row each with its own outcome. (Amend orders in batch)"""
        ...

    @get(
        "/api/futures/v3/orders/{instrument_id}",
        limit=Limit(10, 2, "user+underlying"),
        auth=True,
        unpack=unpack.inside("order_info"),
        pages=by_id("order_id"),
    )
    async def orders(
        self,
        instrument_id: InstrumentId,
        state: OrderState,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[ContractOrder]:
        """Orders of 3 months in one state, newest first, at most 100; cursors are ``order_id``. (Order list)"""
        ...

    @get("/api/futures/v3/orders/{instrument_id}/{order_id}", limit=Limit(60, 2, "user+underlying"), auth=True)
    async def order(self, instrument_id: InstrumentId, order_id: OrderId) -> ContractOrder:
        """One order by its id or your own; cancelled ones without fills live 2 hours. (Order)"""
        ...

    @get("/api/futures/v3/fills", limit=Limit(10, 2, "user+underlying"), auth=True, pages=by_id("trade_id"))
    async def fills(
        self,
        instrument_id: InstrumentId,
        order_id: OrderId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[FuturesFill]:
        """Fills of 7 days, newest first, at most 100; cursors are ``trade_id``. (Fills)"""
        ...

    @post("/api/futures/v3/accounts/margin_mode", limit=Limit(5, 2, "user"))
    async def set_margin_mode(
        self, underlying: Underlying, margin_mode: Annotated[Literal["crossed", "fixed"], Word("Margin mode.")]
    ) -> MarginMode:
        """Set the margin mode of an underlying; refused with positions or open orders. (Set margin mode)"""
        ...

    @post("/api/futures/v3/close_position", limit=Limit(2, 2, "user+underlying"))
    async def close_position(self, instrument_id: InstrumentId, direction: Direction) -> DirectionResult:
        """Close one side at the market, up to 999 contracts of BTC and 9999 of others; cancel close orders first.

        (Close at market)
        """
        ...

    @post("/api/futures/v3/cancel_all", limit=Limit(5, 2, "user+underlying"))
    async def cancel_all(self, instrument_id: InstrumentId, direction: Direction) -> DirectionResult:
        """Cancel every close order of one side; orders that open stay. (Cancel all close orders)"""
        ...

    @get("/api/futures/v3/accounts/{instrument_id}/holds", limit=Limit(5, 2, "user+underlying"), auth=True)
    async def holds(self, instrument_id: InstrumentId) -> Hold:
        """The margin that open orders freeze. (Holds)"""
        ...

    @post("/api/futures/v3/order_algo", limit=Limit(40, 2, "user+underlying"), check=checks.algo_order)
    async def place_algo_order(
        self,
        instrument_id: InstrumentId,
        type_: OpenClose,
        order_type: AlgoType,
        size: Num,
        trigger_price: Num | None = None,
        algo_price: Num | None = None,
        algo_type: AlgoPriceType | None = None,
        callback_rate: Num | None = None,
        algo_variance: Num | None = None,
        avg_amount: Num | None = None,
        price_limit: Num | None = None,
        sweep_range: Num | None = None,
        sweep_ratio: Num | None = None,
        single_limit: Num | None = None,
        time_interval: Num | None = None,
    ) -> AlgoResult:
        """Place an algo order; at most 10 trailing, 6 iceberg and 6 TWAP orders at once.

        Trigger: ``trigger_price``, and ``algo_price`` unless ``algo_type`` is 2 (market). Trailing: ``trigger_price``,
        ``callback_rate`` 0.001 to 0.05. Iceberg: ``algo_variance`` 0.0001 to 0.01, ``avg_amount`` 2 to 1000,
        ``price_limit``. TWAP: ``sweep_range`` 0.005 to 0.01, ``sweep_ratio`` 0.01 to 1, ``single_limit`` 10 to 2000,
        ``price_limit``, ``time_interval`` 5 to 120 seconds. (Place an algo order)
        """
        ...

    @post("/api/futures/v3/cancel_algos", limit=Limit(20, 2, "user+underlying"), unpack=unpack.algo_ids)
    async def cancel_algo_orders(
        self, instrument_id: InstrumentId, order_type: AlgoType, algo_ids: Sequence[AlgoId]
    ) -> AlgoCancelResult:
        """Cancel up to 10 algo orders (6 of iceberg and TWAP). (Cancel algo orders)"""
        ...

    @get(
        "/api/futures/v3/order_algo/{instrument_id}",
        limit=Limit(20, 2, "user+underlying"),
        auth=True,
        check=checks.exactly_one("status", "algo_id"),
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
    ) -> list[FuturesAlgoOrder]:
        """Algo orders by status or by id (exactly one), newest first, at most 100; cursors are ``algo_id``.

        (Algo order list)
        """
        ...

    @get("/api/futures/v3/trade_fee", limit=Limit(1, 10, "user"), auth=True)
    async def trade_fee(self) -> TradeFee:
        """Your fee rates; positive is charged, negative a rebate, unlike in fills. (Fee rates)"""
        ...

    @post("/api/futures/v3/position/margin", limit=Limit(5, 2, "user"))
    async def adjust_margin(
        self,
        instrument_id: InstrumentId,
        direction: Direction,
        type_: Annotated[Literal["1", "2"], Word("1 add, 2 reduce.")],
        amount: Num,
    ) -> MarginChange:
        """Add margin to one side of a position, or take it away. (Adjust margin)"""
        ...

    @post("/api/futures/v3/accounts/auto_margin", limit=Limit(5, 2, "user+underlying"))
    async def set_auto_margin(self, underlying: Underlying, type_: SwitchOnOff) -> UnderlyingSwitch:
        """Whether margin is added by itself, in fixed mode. (Set automatic margin)"""
        ...
