"""Chapter Signal bots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id, by_time
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, ClientId, Count, InstId, MsArg, Num
from ..models.signal_bot import (
    EntrySettingArg,
    ExitSettingArg,
    Signal,
    SignalAction,
    SignalBotChanged,
    SignalBotOrder,
    SignalEvent,
    SignalMade,
    SignalOrderCanceled,
    SignalPosition,
    SignalPositionClosed,
    SignalStopArg,
    SignalSubOrder,
)

__all__ = ["SignalBot"]


class SignalBot(Section, dialect="v5", chapter="signal_bot"):
    """Signal bots: signals come by webhook or by the endpoints below."""

    @post("/api/v5/tradingBot/signal/create-signal", limit=Limit(20, 2, "user"))
    async def create_signal(self, signal_chan_name: str, signal_chan_desc: str | None = None) -> SignalMade:
        """Create a signal. The token is what the webhook needs to send it. (Create signal)"""
        ...

    @get("/api/v5/tradingBot/signal/signals", limit=Limit(20, 2, "user"), auth=True)
    async def signals(
        self,
        signal_source_type: Literal["1", "2", "3"] | str,
        signal_chan_id: str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Signal]:
        """Signals, newest first, by time.

        The meaning of ``signal_source_type`` 1 to 3 is: made, subscribed, free. (Signals)
        """
        ...

    @post("/api/v5/tradingBot/signal/order-algo", limit=Limit(20, 2, "user"))
    async def place_order_algo(
        self,
        signal_chan_id: str,
        lever: Num,
        invest_amt: Num,
        sub_ord_type: Literal["1", "2", "9"] | str,
        include_all: bool | None = None,
        inst_ids: str | None = None,
        ratio: Num | None = None,
        entry_setting_param: EntrySettingArg | None = None,
        exit_setting_param: ExitSettingArg | None = None,
    ) -> SignalAction:
        """Start a signal bot. (Create signal bot)"""
        ...

    @post("/api/v5/tradingBot/signal/stop-order-algo", limit=Limit(20, 2, "user"), batch=True)
    async def stop_order_algo(self, orders: Annotated[Sequence[SignalStopArg], WHOLE_BODY]) -> list[SignalAction]:
        """Stop signal bots; one row each. (Cancel signal bots)"""
        ...

    @post("/api/v5/tradingBot/signal/margin-balance", limit=Limit(20, 2, "user"))
    async def adjust_margin_balance(
        self, algo_id: str, type_: Literal["add", "reduce"], amt: Num, allow_reinvest: bool | None = None
    ) -> SignalBotChanged:
        """Add to the investment of a bot or take some. (Adjust margin balance)"""
        ...

    @post("/api/v5/tradingBot/signal/amendTPSL", limit=Limit(20, 2, "user"))
    async def amend_tpsl(self, algo_id: str, exit_setting_param: ExitSettingArg) -> SignalBotChanged:
        """Change take-profit and stop of a bot. (Amend TPSL)"""
        ...

    @post("/api/v5/tradingBot/signal/set-instruments", limit=Limit(20, 2, "user"))
    async def set_instruments(self, algo_id: str, inst_ids: Sequence[str], include_all: bool) -> SignalBotChanged:
        """Choose the instruments of a bot. (Set instruments)"""
        ...

    @get("/api/v5/tradingBot/signal/orders-algo-details", limit=Limit(20, 2, "user"), auth=True)
    async def orders_algo_details(self, algo_ord_type: Literal["contract"] | str, algo_id: str) -> SignalBotOrder:
        """One bot with everything that is known of it. (Signal bot order details)"""
        ...

    @get("/api/v5/tradingBot/signal/orders-algo-pending", limit=Limit(20, 2, "user"), auth=True)
    async def orders_algo_pending(
        self,
        algo_ord_type: Literal["contract"] | str,
        after: MsArg,
        algo_id: str | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SignalBotOrder]:
        """Bots that run, newest first, by time. The documents say that ``after`` is a must. (Active signal bot)"""
        ...

    @get("/api/v5/tradingBot/signal/orders-algo-history", limit=Limit(20, 2, "user"), auth=True)
    async def orders_algo_history(
        self,
        algo_ord_type: Literal["contract"] | str,
        algo_id: str,
        after: MsArg,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SignalBotOrder]:
        """Bots that have stopped, newest first, by time.

        The documents say that ``after`` is a must. (Signal bot history)
        """
        ...

    @get("/api/v5/tradingBot/signal/positions", limit=Limit(20, 2, "user"), auth=True)
    async def positions(self, algo_ord_type: Literal["contract"] | str, algo_id: str) -> list[SignalPosition]:
        """Positions of a bot. (Signal bot order positions)"""
        ...

    @get("/api/v5/tradingBot/signal/positions-history", limit=Limit(10, 2, "user"), auth=True, pages=by_time("u_time"))
    async def positions_history(
        self,
        algo_id: str,
        inst_id: InstId | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SignalPositionClosed]:
        """Closed positions of a bot, newest first, by ``u_time``. (Position history)"""
        ...

    @post("/api/v5/tradingBot/signal/close-position", limit=Limit(20, 2, "user"))
    async def close_position(self, algo_id: str, inst_id: InstId) -> SignalBotChanged:
        """Close a position of a bot at market. (Close position)"""
        ...

    @post("/api/v5/tradingBot/signal/sub-order", limit=Limit(20, 2, "user"))
    async def place_sub_order(
        self,
        inst_id: InstId,
        algo_id: str,
        side: Literal["buy", "sell"],
        ord_type: Literal["market", "limit"],
        sz: Num,
        px: Num | None = None,
        reduce_only: bool | None = None,
    ) -> list[LooseRow]:
        """Place an order within a bot; ``px`` goes with a limit order.

        The answer is not documented. (Place sub order)
        """
        ...

    @post("/api/v5/tradingBot/signal/cancel-sub-order", limit=Limit(20, 2, "user"))
    async def cancel_sub_order(self, algo_id: str, inst_id: InstId, signal_ord_id: str) -> SignalOrderCanceled:
        """Cancel an order within a bot. (Cancel sub order)"""
        ...

    @get(
        "/api/v5/tradingBot/signal/sub-orders",
        limit=Limit(20, 2, "user"),
        auth=True,
        one_of=(("signal_ord_id", "state"),),
        pages=by_id("ord_id"),
    )
    async def sub_orders(
        self,
        algo_id: str,
        algo_ord_type: Literal["contract"] | str,
        state: Literal["live", "partially_filled", "filled", "cancelled"] | str | None = None,
        signal_ord_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
        type_: Literal["live", "filled"] | str | None = None,
        cl_ord_id: ClientId | None = None,
    ) -> list[SignalSubOrder]:
        """Orders of a bot, newest first, by ``ord_id``; ``signal_ord_id`` or ``state`` is a must, and so is
        ``cl_ord_id`` or ``type_``. (Signal bot sub orders)
        """
        ...

    @get("/api/v5/tradingBot/signal/event-history", limit=Limit(20, 2, "user"), auth=True)
    async def event_history(
        self, algo_id: str, after: MsArg | None = None, before: MsArg | None = None, limit: Count | None = None
    ) -> list[SignalEvent]:
        """What happened to a bot, newest first, by time. (Signal bot event history)"""
        ...
