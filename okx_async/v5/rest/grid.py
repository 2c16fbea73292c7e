"""Chapter Grid bots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.row import LooseRow
from ...core.rules import every, when
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, BoolText, ClientId, Count, InstId, Num, OrderTag
from ...errors import BadParameter
from ..models.grid import (
    GridAction,
    GridAiParam,
    GridBasicAmended,
    GridChanged,
    GridClosing,
    GridIncome,
    GridMarginRoom,
    GridMinInvestment,
    GridOrder,
    GridPosition,
    GridQuantity,
    GridStopArg,
    GridSubOrder,
    GridTriggerArg,
    GridTriggerChangeArg,
    InvestmentArg,
    RsiBackTest,
)

__all__ = ["Grid"]


def _spot_amount(values: Mapping[str, Any]) -> None:
    if values["algo_ord_type"] == "grid" and "quote_sz" not in values and "base_sz" not in values:
        raise BadParameter("a spot grid needs one of 'quote_sz', 'base_sz'")


_AMOUNT = every(_spot_amount, when("algo_ord_type", "contract_grid", "sz", "direction", "lever"))


class Grid(Section, dialect="v5", chapter="grid"):
    """Grid bots on spot (``grid``) and on contracts (``contract_grid``)."""

    @post("/api/v5/tradingBot/grid/order-algo", limit=Limit(20, 2, "user+instrument"), check=_AMOUNT)
    async def place_order_algo(
        self,
        inst_id: InstId,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        max_px: Num,
        min_px: Num,
        grid_num: Num,
        run_type: Literal["1", "2"] | None = None,
        tp_trigger_px: Num | None = None,
        sl_trigger_px: Num | None = None,
        algo_cl_ord_id: ClientId | None = None,
        tag: OrderTag | None = None,
        profit_sharing_ratio: Num | None = None,
        trigger_params: Sequence[GridTriggerArg] | None = None,
        quote_sz: Num | None = None,
        base_sz: Num | None = None,
        trade_quote_ccy: str | None = None,
        sz: Num | None = None,
        direction: Literal["long", "short", "neutral"] | None = None,
        lever: Num | None = None,
        base_pos: bool | None = None,
        tp_ratio: Num | None = None,
        sl_ratio: Num | None = None,
    ) -> GridAction:
        """Start a grid bot.

        Spot grids take ``quote_sz`` or ``base_sz``; contract grids take ``sz``, ``direction`` and ``lever``.
        ``run_type`` 1 arithmetic, 2 geometric. (Place grid algo order)
        """
        ...

    @post("/api/v5/tradingBot/grid/amend-algo-basic-param", limit=Limit(20, 2, "user"))
    async def amend_algo_basic_param(
        self, algo_id: str, min_px: Num, max_px: Num, grid_num: Num, topup_amount: Num | None = None
    ) -> GridBasicAmended:
        """Change the range and the number of grids of a bot. (Amend grid algo order basic param)"""
        ...

    @post("/api/v5/tradingBot/grid/amend-order-algo", limit=Limit(20, 2, "user"))
    async def amend_order_algo(
        self,
        algo_id: str,
        inst_id: InstId,
        sl_trigger_px: Num | None = None,
        tp_trigger_px: Num | None = None,
        tp_ratio: Num | None = None,
        sl_ratio: Num | None = None,
        top_up_amt: Num | None = None,
        trigger_params: Sequence[GridTriggerChangeArg] | None = None,
    ) -> GridAction:
        """Change take-profit, stop or triggers of a bot. (Amend grid algo order)"""
        ...

    @post("/api/v5/tradingBot/grid/stop-order-algo", limit=Limit(20, 2, "user"), batch=True, most=10)
    async def stop_order_algo(self, orders: Annotated[Sequence[GridStopArg], WHOLE_BODY]) -> list[GridAction]:
        """Stop up to 10 bots; one row each.

        ``stop_type`` of a spot grid: 1 sells the base currency, 2 keeps it; for contracts the values are not told.
        (Stop grid algo order)
        """
        ...

    @post("/api/v5/tradingBot/grid/close-position", limit=Limit(20, 2, "user"))
    async def close_position(
        self, algo_id: str, mkt_close: bool, sz: Num | None = None, px: Num | None = None
    ) -> GridClosing:
        """Close what a stopped contract grid left open: all at market, or ``sz`` at ``px``.

        (Close position for contract grid)
        """
        ...

    @post("/api/v5/tradingBot/grid/cancel-close-order", limit=Limit(20, 2, "user"))
    async def cancel_close_order(self, algo_id: str, ord_id: str) -> GridClosing:
        """Cancel the order that closes a contract grid's position.

        (Cancel close position order for contract grid)
        """
        ...

    @post("/api/v5/tradingBot/grid/order-instant-trigger", limit=Limit(20, 2, "user+instrument"))
    async def trigger_order(self, algo_id: str, top_up_amt: Num | None = None) -> GridChanged:
        """Trigger a waiting bot at once. (Instant trigger grid algo order)"""
        ...

    @get("/api/v5/tradingBot/grid/orders-algo-pending", limit=Limit(20, 2, "user"), auth=True, pages=by_id("algo_id"))
    async def orders_algo_pending(
        self,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        algo_id: str | None = None,
        inst_id: InstId | None = None,
        inst_type: Literal["SPOT", "MARGIN", "FUTURES", "SWAP"] | str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[GridOrder]:
        """Bots that run, newest first, by ``algo_id``. (Grid algo order list)"""
        ...

    @get("/api/v5/tradingBot/grid/orders-algo-history", limit=Limit(20, 2, "user"), auth=True, pages=by_id("algo_id"))
    async def orders_algo_history(
        self,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        algo_id: str | None = None,
        inst_id: InstId | None = None,
        inst_type: Literal["SPOT", "MARGIN", "FUTURES", "SWAP"] | str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[GridOrder]:
        """Bots that have stopped, newest first, by ``algo_id``. (Grid algo order history)"""
        ...

    @get("/api/v5/tradingBot/grid/orders-algo-details", limit=Limit(20, 2, "user"), auth=True)
    async def orders_algo_details(
        self, algo_ord_type: Literal["grid", "contract_grid"] | str, algo_id: str
    ) -> GridOrder:
        """One bot with everything that is known of it. (Grid algo order details)"""
        ...

    @get("/api/v5/tradingBot/grid/sub-orders", limit=Limit(20, 2, "user"), auth=True, pages=by_id("ord_id"))
    async def sub_orders(
        self,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        algo_id: str,
        type_: Literal["live", "filled"] | str,
        group_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[GridSubOrder]:
        """Orders of a bot, open (``live``) or ``filled``, newest first, by ``ord_id``. (Grid algo sub orders)"""
        ...

    @get("/api/v5/tradingBot/grid/positions", limit=Limit(20, 2, "user"), auth=True)
    async def positions(self, algo_ord_type: Literal["contract_grid"] | str, algo_id: str) -> list[GridPosition]:
        """Positions of a contract grid. (Grid algo order positions)"""
        ...

    @post("/api/v5/tradingBot/grid/withdraw-income", limit=Limit(20, 2, "user"))
    async def withdraw_income(self, algo_id: str) -> GridIncome:
        """Take the profit out of a spot grid. (Spot grid withdraw income)"""
        ...

    @post("/api/v5/tradingBot/grid/compute-margin-balance", limit=Limit(20, 2, "user"))
    async def compute_margin_balance(
        self, algo_id: str, type_: Literal["add", "reduce"], amt: Num | None = None
    ) -> GridMarginRoom:
        """How much margin of a contract grid can be added or taken. (Compute margin balance)"""
        ...

    @post("/api/v5/tradingBot/grid/margin-balance", limit=Limit(20, 2, "user"), one_of=(("amt", "percent"),))
    async def adjust_margin_balance(
        self, algo_id: str, type_: Literal["add", "reduce"], amt: Num | None = None, percent: Num | None = None
    ) -> GridChanged:
        """Add margin to a contract grid or take some, by amount or percent. (Adjust margin balance)"""
        ...

    @post("/api/v5/tradingBot/grid/adjust-investment", limit=Limit(20, 2, "user"))
    async def adjust_investment(
        self, algo_id: str, amt: Num, allow_reinvest_profit: BoolText | None = None
    ) -> GridChanged:
        """Add to what a bot has invested. (Add investment)"""
        ...

    @get(
        "/api/v5/tradingBot/grid/ai-param",
        limit=Limit(20, 2, "ip"),
        check=when("algo_ord_type", "contract_grid", "direction"),
    )
    async def ai_param(
        self,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        inst_id: InstId,
        direction: Literal["long", "short", "neutral"] | None = None,
        duration: str | None = None,
    ) -> list[GridAiParam]:
        """Parameters the exchange proposes from back-tests.

        ``direction`` is a must for ``contract_grid``. No key is needed. (Grid AI parameter)
        """
        ...

    @post("/api/v5/tradingBot/grid/min-investment", limit=Limit(20, 2, "ip"), auth=False)
    async def compute_min_investment(
        self,
        inst_id: InstId,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        max_px: Num,
        min_px: Num,
        grid_num: Num,
        run_type: Literal["1", "2"],
        direction: Literal["long", "short", "neutral"] | None = None,
        lever: Num | None = None,
        base_pos: bool | None = None,
        investment_type: Literal["quote", "base", "dual"] | None = None,
        trigger_strategy: Literal["instant", "price", "rsi"] | str | None = None,
        top_up_amt: Num | None = None,
        investment_data: Sequence[InvestmentArg] | None = None,
    ) -> GridMinInvestment:
        """The least a grid of these parameters needs. No key is needed. (Compute min investment)"""
        ...

    @get("/api/v5/tradingBot/public/rsi-back-testing", limit=Limit(20, 2, "ip"))
    async def rsi_back_testing(
        self,
        inst_id: InstId,
        timeframe: Literal["3m", "5m", "15m", "30m", "1H", "4H", "1D"] | str,
        thold: Num,
        time_period: Num,
        trigger_cond: Literal["cross_up", "cross_down", "above", "below", "cross"] | str | None = None,
        duration: str | None = None,
    ) -> RsiBackTest:
        """How often an RSI trigger would have fired. No key is needed. (RSI back testing)"""
        ...

    @get(
        "/api/v5/tradingBot/grid/grid-quantity",
        limit=Limit(5, 2, "ip"),
        check=when("algo_ord_type", "contract_grid", "lever"),
    )
    async def grid_quantity(
        self,
        inst_id: InstId,
        run_type: Literal["1", "2"],
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        max_px: Num,
        min_px: Num,
        lever: Num | None = None,
    ) -> GridQuantity:
        """How many grids fit between two prices.

        ``lever`` is a must for ``contract_grid``. No key is needed. (Max grid quantity)
        """
        ...

    @post(
        "/api/v5/tradingBot/grid/copy-order-algo",
        limit=Limit(20, 2, "user+instrument"),
        check=every(when("auto_reserve", True, "sz"), when("auto_reserve", False, "actual_margin_sz")),
    )
    async def copy_order_algo(
        self,
        inst_id: InstId,
        algo_ord_type: Literal["grid", "contract_grid"] | str,
        source_algo_id: str,
        quote_sz: Num | None = None,
        lever: Num | None = None,
        auto_reserve: bool | None = None,
        sz: Num | None = None,
        actual_margin_sz: Num | None = None,
        extra_margin_sz: Num | None = None,
        algo_cl_ord_id: ClientId | None = None,
        tag: OrderTag | None = None,
    ) -> GridAction:
        """Copy a lead trader's bot.

        With ``auto_reserve`` true ``sz`` is a must, with false ``actual_margin_sz``. (Copy grid algo order)
        """
        ...

    @get(
        "/api/v5/tradingBot/grid/min-investment",
        limit=Limit(20, 2, None),
        deprecated="not in the documents, use grid.compute_min_investment",
    )
    async def min_investment(self) -> list[LooseRow]:
        """Deprecated: use `compute_min_investment`.

        Seen in client libraries, gone from the documents: parameters and answer are not documented, and the limit
        is a client library's. (Get min investment)
        """
        ...
