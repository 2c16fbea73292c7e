"""Chapter DCA bots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import BoolText, ClientId, Count, InstId, Num, OrderTag
from ..models.dca import DcaAction, DcaCycle, DcaOrder, DcaPosition, DcaSubOrder, DcaTriggerArg, DcaTriggerChangeArg

__all__ = ["Dca"]


class Dca(Section, dialect="v5", chapter="dca"):
    """DCA bots on spot (``spot_dca``) and on contracts (``contract_dca``)."""

    @post("/api/v5/tradingBot/dca/create", limit=Limit(20, 2, "user+instrument"))
    async def create_order(
        self,
        inst_id: InstId,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        init_ord_amt: Num,
        max_safety_ords: Num,
        tp_pct: Num,
        lever: Num,
        trigger_params: Sequence[DcaTriggerArg],
        allow_reinvest: BoolText | None = None,
        safety_ord_amt: Num | None = None,
        px_steps: Num | None = None,
        px_steps_mult: Num | None = None,
        vol_mult: Num | None = None,
        sl_pct: Num | None = None,
        sl_mode: Literal["limit", "market"] | None = None,
        direction: Literal["long", "short"] | None = None,
        profit_sharing_ratio: Num | None = None,
        tracking_mode: Literal["sync", "async"] | None = None,
        tag: OrderTag | None = None,
        algo_cl_ord_id: ClientId | None = None,
        trade_quote_ccy: str | None = None,
    ) -> DcaAction:
        """Start a DCA bot. (Place dca algo order)"""
        ...

    @post("/api/v5/tradingBot/dca/amend-order-algo", limit=Limit(20, 2, "user"))
    async def amend_order_algo(
        self,
        algo_id: str,
        px_steps: Num,
        px_steps_mult: Num,
        vol_mult: Num,
        tp_pct: Num,
        sl_pct: Num,
        init_ord_amt: Num,
        safety_ord_amt: Num,
        max_safety_ords: Num,
        reserve_funds: bool,
        trigger_params: Sequence[DcaTriggerChangeArg],
    ) -> DcaAction:
        """Change the parameters of a spot DCA bot. (Amend spot dca basic param)"""
        ...

    @post("/api/v5/tradingBot/dca/stop", limit=Limit(20, 2, "user"))
    async def stop_order(
        self,
        algo_id: str,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        stop_type: Literal["contract_dca", "1", "2", "spot_dca"],
    ) -> DcaAction:
        """Stop a DCA bot.

        The documents list the kinds of bots among the values of ``stop_type``, too. (Stop dca algo order)
        """
        ...

    @get("/api/v5/tradingBot/dca/ongoing-list", limit=Limit(20, 2, "user"), auth=True, pages=by_id("algo_id"))
    async def ongoing_list(
        self,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        algo_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[DcaOrder]:
        """Bots that run, newest first, by ``algo_id``. (DCA algo order details)"""
        ...

    @get("/api/v5/tradingBot/dca/history-list", limit=Limit(20, 2, "user"), auth=True, pages=by_id("algo_id"))
    async def history_list(
        self,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        algo_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[DcaOrder]:
        """Bots that have stopped, newest first, by ``algo_id``. (DCA algo order history)"""
        ...

    @get("/api/v5/tradingBot/dca/orders", limit=Limit(20, 2, "user"), auth=True, pages=by_id("ord_id"))
    async def sub_orders(
        self,
        algo_id: str,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        cycle_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[DcaSubOrder]:
        """Orders of a bot, newest first, by ``ord_id``. (DCA sub orders)"""
        ...

    @post("/api/v5/tradingBot/dca/orders/manual-buy", limit=Limit(20, 2, "user"))
    async def manual_buy(
        self,
        algo_id: str,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        price: Num,
        amt: Num,
        ord_type: Literal["limit", "market"] | None = None,
        trade_quote_ccy: str | None = None,
    ) -> DcaAction:
        """Buy by hand within a bot. (Add investment)"""
        ...

    @post("/api/v5/tradingBot/dca/settings/reinvestment", limit=Limit(20, 2, "user"))
    async def set_reinvestment(
        self, algo_id: str, algo_ord_type: Literal["contract_dca"] | str, allow_reinvest: bool
    ) -> DcaAction:
        """Choose whether a contract bot reinvests its profit. (Amend dca reinvestment)"""
        ...

    @post("/api/v5/tradingBot/dca/settings/take-profit", limit=Limit(20, 2, "user"))
    async def set_take_profit(
        self, algo_id: str, algo_ord_type: Literal["contract_dca"] | str, tp_price: Num
    ) -> DcaAction:
        """Set the take-profit price of a contract bot. (Amend dca take profit settings)"""
        ...

    @get("/api/v5/tradingBot/dca/position-details", limit=Limit(20, 2, "user"), auth=True)
    async def position_details(
        self, algo_id: str, algo_ord_type: Literal["contract_dca", "spot_dca"] | str
    ) -> DcaPosition:
        """What a bot holds in its present cycle.

        The documents spell the cycle ``curCycleld``, with a small L. (DCA algo order position details)
        """
        ...

    @get("/api/v5/tradingBot/dca/cycle-list", limit=Limit(20, 2, "user"), auth=True, pages=by_id("cycle_id"))
    async def cycle_list(
        self,
        algo_id: str,
        algo_ord_type: Literal["contract_dca", "spot_dca"] | str,
        inst_id: InstId | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[DcaCycle]:
        """Cycles of a bot, newest first, by ``cycle_id``. (DCA cycle list)"""
        ...

    @post("/api/v5/tradingBot/dca/margin/add", limit=Limit(20, 2, "user"))
    async def add_margin(self, algo_id: str, amt: Num) -> DcaAction:
        """Add margin to a contract bot. (Add dca margin)"""
        ...

    @post("/api/v5/tradingBot/dca/margin/reduce", limit=Limit(20, 2, "user"))
    async def reduce_margin(self, algo_id: str, amt: Num) -> DcaAction:
        """Take margin out of a contract bot. (Reduce dca margin)"""
        ...
