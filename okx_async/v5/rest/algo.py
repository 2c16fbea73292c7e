"""Chapter Algo Trading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, ClientId, Count, InstId, Num, OrderTag, Side
from ..models.algo import AlgoAmendResult, AlgoOrder, AlgoResult
from ..params import AmendChase, AmendTriggerAttachedAlgo, CancelAlgo, Chase, IcebergTrigger, TriggerAttachAlgo
from ..words import AlgoOrdType, Fields, PosSide, TdMode, TgtCcy, TriggerPxType

__all__ = ["Algo"]


class Algo(Section, dialect="v5", chapter="algo"):
    """Orders that wait for a condition or work in slices."""

    @post("/api/v5/trade/order-algo", limit=Limit(20, 2, "user+instrument", options="user+instrument-family", lead=1))
    async def place_algo_order(
        self,
        inst_id: InstId,
        td_mode: TdMode,
        side: Side,
        ord_type: AlgoOrdType,
        ccy: str | None = None,
        pos_side: PosSide | None = None,
        sz: Num | None = None,
        tag: OrderTag | None = None,
        tgt_ccy: TgtCcy | None = None,
        algo_cl_ord_id: ClientId | None = None,
        close_fraction: Num | None = None,
        trade_quote_ccy: str | None = None,
        tp_trigger_px: Num | None = None,
        tp_trigger_px_type: TriggerPxType | None = None,
        tp_ord_px: Num | None = None,
        tp_ord_kind: Literal["condition", "limit"] | str | None = None,
        sl_trigger_px: Num | None = None,
        sl_trigger_px_type: TriggerPxType | None = None,
        sl_ord_px: Num | None = None,
        cxl_on_close_pos: bool | None = None,
        reduce_only: bool | None = None,
        chase_type: Literal["distance", "ratio"] | str | None = None,
        chase_val: Num | None = None,
        max_chase_type: Literal["distance", "ratio"] | str | None = None,
        max_chase_val: Num | None = None,
        trigger_px: Num | None = None,
        order_px: Num | None = None,
        advance_ord_type: Literal["fok", "ioc", "chase"] | str | None = None,
        adv_chase_params: Sequence[Chase | Fields] | None = None,
        trigger_px_type: Literal["last", "triggerPx", "index", "mark"] | str | None = None,
        attach_algo_ords: Sequence[TriggerAttachAlgo | Fields] | None = None,
        callback_ratio: Num | None = None,
        callback_spread: Num | None = None,
        active_px: Num | None = None,
        px_var: Num | None = None,
        px_spread: Num | None = None,
        sz_limit: Num | None = None,
        px_limit: Num | None = None,
        time_interval: Num | None = None,
        lmt_order_number: Num | None = None,
        aggressiveness: Literal["radical", "mid", "conservative"] | str | None = None,
        trigger_params: Sequence[IcebergTrigger | Fields] | None = None,
    ) -> AlgoResult:
        """Place one algo order: stop, OCO, trigger, trailing, chase, TWAP or iceberg.

        Args:
            td_mode: ``cross``, ``isolated``, ``cash``, ``spot_isolated`` spot lead trading.
            pos_side: Needed in long/short mode, as ``long`` or ``short``.
            sz: Order size; give sz or ``close_fraction``.
            tgt_ccy: Currency that sz counts, spot market orders; ``base_ccy`` base currency, ``quote_ccy`` quote
                currency (SPOT).
            close_fraction: Share of the position to close, only 1 works (SWAP, FUTURES).
            trade_quote_ccy: Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT).
            tp_trigger_px: Take-profit trigger price.
            tp_trigger_px_type: Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark
                price.
            tp_ord_px: Take-profit order price, -1 is market.
            tp_ord_kind: Take-profit kind.
            sl_trigger_px: Stop trigger price.
            sl_trigger_px_type: Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price.
            sl_ord_px: Stop order price, -1 is market.
            cxl_on_close_pos: Cancel the TP/SL once the position is closed.
            reduce_only: May only shrink a position.
            chase_type: Unit of the chase distance; ``distance`` distance from best bid/ask price, ``ratio``.
            chase_val: Chase distance, 0 means best quote.
            max_chase_type: Unit of the largest chase distance; ``distance``, ``ratio`` the ratio.
            max_chase_val: Largest chase distance.
            order_px: Price sent after the trigger, -1 is market.
            advance_ord_type: Order type used once the trigger fires; ``fok`` fill-or-kill order, ``ioc``
                immediate-or-cancel order, ``chase`` chase limit order (SWAP, FUTURES).
            adv_chase_params: Chase settings for a trigger order; needed when ``advance_ord_type`` is chase.
            attach_algo_ords: TP/SL or trailing stop attached to the order.
            callback_ratio: Trail distance as a ratio.
            callback_spread: Trail distance as a price.
            active_px: Price that arms a trailing stop.
            px_var: Price distance ratio of slices.
            px_spread: Price distance of slices.
            sz_limit: Size of one slice.
            px_limit: Worst price.
            lmt_order_number: Number of limit slices.
            aggressiveness: How eagerly the slice order chases a fill; ``radical`` faster fill, ``mid`` balanced,
                ``conservative`` best price.

        (Place algo order)
        """
        ...

    @post(
        "/api/v5/trade/cancel-algos",
        limit=Limit(20, 2, "user+instrument", options="user+instrument-family", items=True),
        batch=True,
        most=10,
    )
    async def cancel_algo_orders(
        self, orders: Annotated[Sequence[CancelAlgo | Fields], WHOLE_BODY]
    ) -> list[AlgoResult]:
        """Cancel up to 10 algo orders; each row tells the result of one order, in the order they were given.

        Nothing is raised for single orders: read ``s_code`` of every row.

        Args:
            orders: What to do, one row per order; a dict with the same names does as well.

        (Cancel algo order)
        """
        ...

    @post("/api/v5/trade/amend-algos", limit=Limit(20, 2, "user+instrument"), one_of=(("algo_id", "algo_cl_ord_id"),))
    async def amend_algo_order(
        self,
        inst_id: InstId,
        algo_id: str | None = None,
        algo_cl_ord_id: ClientId | None = None,
        cxl_on_fail: bool | None = None,
        req_id: ClientId | None = None,
        new_sz: Num | None = None,
        new_tp_trigger_px: Num | None = None,
        new_tp_ord_px: Num | None = None,
        new_sl_trigger_px: Num | None = None,
        new_sl_ord_px: Num | None = None,
        new_tp_trigger_px_type: TriggerPxType | None = None,
        new_sl_trigger_px_type: TriggerPxType | None = None,
        new_trigger_px: Num | None = None,
        new_ord_px: Num | None = None,
        new_trigger_px_type: TriggerPxType | None = None,
        attach_algo_ords: Sequence[AmendTriggerAttachedAlgo | Fields] | None = None,
        adv_chase_params: Sequence[AmendChase | Fields] | None = None,
    ) -> AlgoAmendResult:
        """Change one waiting algo order; only stop, OCO and trigger orders can be changed.

        Args:
            cxl_on_fail: Cancel the order when the amend fails.
            req_id: Client id of the amend.
            new_sz: New total size, filled part included.
            new_tp_trigger_px: New take-profit trigger, 0 removes it.
            new_tp_ord_px: New take-profit order price, -1 is market.
            new_sl_trigger_px: New stop trigger, 0 removes it.
            new_sl_ord_px: New stop order price, -1 is market.
            new_tp_trigger_px_type: New take-profit trigger source; ``last`` last price, ``index`` index price,
                ``mark`` mark price.
            new_sl_trigger_px_type: New stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark
                price.
            new_trigger_px: New trigger price.
            new_ord_px: New order price, -1 is market.
            new_trigger_px_type: New trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price.
            attach_algo_ords: TP/SL or trailing stop attached to the order.
            adv_chase_params: Chase settings for a trigger order.

        (Amend algo order)
        """
        ...

    @get("/api/v5/trade/order-algo", limit=Limit(20, 2, "user"), auth=True, one_of=(("algo_id", "algo_cl_ord_id"),))
    async def algo_order(self, algo_id: str | None = None, algo_cl_ord_id: ClientId | None = None) -> AlgoOrder:
        """One algo order by ``algo_id`` or ``algo_cl_ord_id``. (Algo order details)"""
        ...

    @get("/api/v5/trade/orders-algo-pending", limit=Limit(20, 2, "user"), auth=True, pages=by_id("algo_id"))
    async def algo_orders_pending(
        self,
        ord_type: AlgoOrdType,
        algo_id: str | None = None,
        inst_type: Literal["SPOT", "SWAP", "FUTURES", "MARGIN"] | str | None = None,
        inst_id: InstId | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[AlgoOrder]:
        """Waiting algo orders of one kind, newest first. (Algo order list)"""
        ...

    @get(
        "/api/v5/trade/orders-algo-history",
        limit=Limit(20, 2, "user"),
        auth=True,
        one_of=(("state", "algo_id"),),
        pages=by_id("algo_id"),
    )
    async def algo_orders_history(
        self,
        ord_type: AlgoOrdType,
        state: Literal["effective", "canceled", "order_failed"] | str | None = None,
        algo_id: str | None = None,
        inst_type: Literal["SPOT", "SWAP", "FUTURES", "MARGIN"] | str | None = None,
        inst_id: InstId | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[AlgoOrder]:
        """Finished algo orders of one kind, newest first. (Algo order history)"""
        ...

    @post(
        "/api/v5/trade/cancel-advance-algos",
        limit=Limit(20, 2, None),
        deprecated="withdrawn on 2025-04-24, use algo.cancel_algo_orders",
    )
    async def cancel_advance_algos(
        self, inst_id: InstId, algo_id: str | None = None, algo_cl_ord_id: ClientId | None = None
    ) -> list[AlgoResult]:
        """Cancel iceberg, TWAP and trailing orders.

        Deprecated: withdrawn on 2025-04-24; use `cancel_algo_orders`. What the rows hold is known from a sample.

        (Cancel advance algos)
        """
        ...
