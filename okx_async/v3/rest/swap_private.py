"""Chapter Swap: accounts, positions and orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, InstrumentId, Num, Word
from .. import checks, unpack
from ..models.balances import Hold, SwapAccount, SwapEntry, SwapPosition, SwapSettings
from ..models.orders import (
    AlgoCancelResult,
    AlgoOrder,
    AlgoResult,
    ContractFill,
    ContractOrder,
    DirectionResult,
    FuturesAmendment,
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
    YesNo,
)

__all__ = ["SwapPrivate"]


class SwapPrivate(Section, dialect="v3", chapter="swap"):
    """Swap trading. Sizes are whole contracts."""

    @get("/api/swap/v3/position", limit=Limit(1, 10, "user"), auth=True, unpack=unpack.swap_positions)
    async def positions(self) -> list[SwapPosition]:
        """Positions of every contract, one row per side. (Positions of all contracts)"""
        ...

    @get(
        "/api/swap/v3/{instrument_id}/position",
        limit=Limit(20, 2, "user"),
        auth=True,
        unpack=unpack.swap_positions,
    )
    async def position(self, instrument_id: InstrumentId) -> list[SwapPosition]:
        """The position in one contract, one row per side. (Position of one contract)"""
        ...

    @get("/api/swap/v3/accounts", limit=Limit(1, 10, "user"), auth=True, unpack=unpack.inside("info"))
    async def accounts(self) -> list[SwapAccount]:
        """The accounts of every contract. (Accounts of all currencies)"""
        ...

    @get(
        "/api/swap/v3/{instrument_id}/accounts",
        limit=Limit(20, 2, "user"),
        auth=True,
        unpack=unpack.inside("info"),
    )
    async def account(self, instrument_id: InstrumentId) -> SwapAccount:
        """The account of one contract. (Account of one currency)"""
        ...

    @get("/api/swap/v3/accounts/{instrument_id}/settings", limit=Limit(5, 2, "user"), auth=True)
    async def settings(self, instrument_id: InstrumentId) -> SwapSettings:
        """Leverage and margin mode of one contract. (Settings of a contract)"""
        ...

    @post("/api/swap/v3/accounts/{instrument_id}/leverage", limit=Limit(5, 2, "user"))
    async def set_leverage(
        self,
        instrument_id: InstrumentId,
        leverage: Annotated[Num, Word("1 to 100.")],
        side: Annotated[Literal["1", "2", "3"], Word("1 fixed margin long, 2 fixed margin short, 3 crossed.")],
    ) -> SwapSettings:
        """Set the leverage of one contract. Whether side 3 changes the margin mode, too, is not documented.

        (Set leverage)
        """
        ...

    @get("/api/swap/v3/accounts/{instrument_id}/ledger", limit=Limit(5, 2, "user"), auth=True, pages=by_id("ledger_id"))
    async def ledger(
        self,
        instrument_id: InstrumentId,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
        type_: LedgerType | None = None,
    ) -> list[SwapEntry]:
        """Changes of 7 days, newest first, at most 100; cursors are ``ledger_id``. (Ledger)"""
        ...

    @post("/api/swap/v3/order", limit=Limit(40, 2, "user+instrument"), check=checks.contract_order)
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
        "/api/swap/v3/orders",
        limit=Limit(20, 2, "user+instrument"),
        batch=True,
        check=checks.contract_orders("order_data"),
        unpack=unpack.inside("order_info"),
    )
    async def place_batch_orders(
        self, instrument_id: InstrumentId, order_data: Sequence[NewContractOrder | Fields]
    ) -> list[OrderResult]:
        """Place up to 10 orders of one contract; rows in the order of the request. Some may have failed while the others
        stand: look at each row's ``ok``. (Place orders in batch)"""
        ...

    @post("/api/swap/v3/cancel_order/{instrument_id}/{order_id}", limit=Limit(40, 2, "user+instrument"))
    async def cancel_order(self, instrument_id: InstrumentId, order_id: OrderId) -> OrderResult:
        """Cancel an order by its id or your own. Accepted is not yet cancelled: the order query or channel confirms.

        (Cancel an order)
        """
        ...

    @post(
        "/api/swap/v3/cancel_batch_orders/{instrument_id}",
        limit=Limit(20, 2, "user+instrument"),
        check=checks.exactly_one("ids", "client_oids"),
        unpack=unpack.shared_result("ids"),
    )
    async def cancel_batch_orders(
        self,
        instrument_id: InstrumentId,
        ids: Sequence[OrderId] | None = None,
        client_oids: Sequence[ClientOid] | None = None,
    ) -> list[OrderResult]:
        """Cancel up to 10 orders by their ids or by your own. The exchange gives one outcome for all of them, so every row
        has the same. How many own ids one call takes is not certain. (Cancel orders in batch)"""
        ...

    @post(
        "/api/swap/v3/amend_order/{instrument_id}",
        limit=Limit(40, 2, "user+instrument"),
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
        "/api/swap/v3/amend_batch_orders/{instrument_id}",
        limit=Limit(20, 2, "user+instrument"),
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
        "/api/swap/v3/orders/{instrument_id}",
        limit=Limit(10, 2, "user"),
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
        """Orders of 7 days in one state, newest first, at most 100; cursors are ``order_id``. The page of June 2020 prints
        twice the limit. (Order list)"""
        ...

    @get("/api/swap/v3/orders/{instrument_id}/{order_id}", limit=Limit(10, 2, "user"), auth=True)
    async def order(self, instrument_id: InstrumentId, order_id: OrderId) -> ContractOrder:
        """One order of 7 days by its id or your own; cancelled ones without fills live 2 hours. (Order)"""
        ...

    @get("/api/swap/v3/fills", limit=Limit(10, 2, "user"), auth=True, pages=by_id("trade_id"))
    async def fills(
        self,
        instrument_id: InstrumentId,
        order_id: OrderId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[ContractFill]:
        """Fills of 7 days, newest first, at most 100; cursors are ``trade_id``. (Fills)"""
        ...

    @get("/api/swap/v3/accounts/{instrument_id}/holds", limit=Limit(5, 2, "user"), auth=True)
    async def holds(self, instrument_id: InstrumentId) -> Hold:
        """The margin that open orders freeze. (Holds)"""
        ...

    @post(
        "/api/swap/v3/order_algo",
        limit=Limit(40, 2, "user"),
        check=checks.algo_order,
        unpack=unpack.inside("data"),
    )
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
        ``callback_rate`` 0.001 to 0.05. Iceberg: ``algo_variance`` 0.0001 to 0.01, ``avg_amount`` 2 to 500,
        ``price_limit``. TWAP: ``sweep_range`` 0.005 to 0.01, ``sweep_ratio`` 0.01 to 1, ``single_limit`` 2 to 500,
        ``price_limit``, ``time_interval`` 5 to 120 seconds. (Place an algo order)
        """
        ...

    @post("/api/swap/v3/cancel_algos", limit=Limit(20, 2, "user"), unpack=unpack.algo_ids_inside)
    async def cancel_algo_orders(
        self, instrument_id: InstrumentId, order_type: AlgoType, algo_ids: Sequence[AlgoId]
    ) -> AlgoCancelResult:
        """Cancel up to 10 algo orders (6 of iceberg and TWAP). (Cancel algo orders)"""
        ...

    @get(
        "/api/swap/v3/order_algo/{instrument_id}",
        limit=Limit(20, 2, "user"),
        auth=True,
        check=checks.exactly_one("status", "algo_id"),
        unpack=unpack.inside("orderStrategyVOS"),
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
    ) -> list[AlgoOrder]:
        """Algo orders by status or by id (exactly one), newest first, at most 100; finished ones for 7 days; cursors are
        ``algo_id``. (Algo order list)"""
        ...

    @get("/api/swap/v3/trade_fee", limit=Limit(5, 2, "user"), auth=True)
    async def trade_fee(self) -> TradeFee:
        """Your fee rates of nine coins' contracts; positive is charged, negative a rebate, unlike in fills. (Fee rates)"""
        ...

    @post("/api/swap/v3/close_position", limit=Limit(2, 2, "user+underlying"))
    async def close_position(self, instrument_id: InstrumentId, direction: Direction) -> DirectionResult:
        """Close one side at the market, up to 999 contracts of BTC and 9999 of others. (Close at market)"""
        ...

    @post("/api/swap/v3/cancel_all", limit=Limit(5, 2, "user+underlying"))
    async def cancel_all(self, instrument_id: InstrumentId, direction: Direction) -> DirectionResult:
        """Cancel every close order of one side; orders that open stay. (Cancel all close orders)"""
        ...
