"""Chapter Trade: orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, post
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, ClientId, InstFamily, InstId, InstType, Num, OrderTag, Side
from ..models.trade import AmendResult, ClosedPosition, Countdown, Done, OrderPrecheck, OrderResult
from ..order_rules import AMENDED, PLACED, PRECHECKED
from ..params import AmendAttachedAlgo, AmendOrder, AttachAlgo, CancelOrder, NewOrder, PrecheckAttachAlgo
from ..words import ExpTime, Fields, InstIdCode, MgnMode, OrdType, Outcome, PosSide, StpMode, TdMode, TgtCcy

__all__ = ["TradeOrders"]


class TradeOrders(Section, dialect="v5", chapter="trade"):
    """Placing, changing and cancelling orders."""

    @post(
        "/api/v5/trade/order",
        limit=Limit(60, 2, "user+instrument", options="user+instrument-family", subaccount=True, lead=4),
        check=PLACED,
    )
    async def place_order(
        self,
        inst_id: InstId,
        td_mode: TdMode,
        side: Side,
        ord_type: OrdType,
        sz: Num,
        ccy: str | None = None,
        cl_ord_id: ClientId | None = None,
        tag: OrderTag | None = None,
        pos_side: PosSide | None = None,
        px: Num | None = None,
        outcome: Outcome | None = None,
        speed_bump: Literal["1"] | str | None = None,
        px_usd: Num | None = None,
        px_vol: Num | None = None,
        reduce_only: bool | None = None,
        tgt_ccy: TgtCcy | None = None,
        ban_amend: bool | None = None,
        px_amend_type: Literal["0", "1"] | str | None = None,
        trade_quote_ccy: str | None = None,
        slippage_pct: Num | None = None,
        stp_mode: StpMode | None = None,
        rpi_taker_access: bool | None = None,
        rpi_px_round: bool | None = None,
        attach_algo_ords: Sequence[AttachAlgo | Fields] | None = None,
        is_elp_taker_access: bool | None = None,
        inst_id_code: InstIdCode | None = None,
        exp_time: ExpTime | None = None,
    ) -> OrderResult:
        """Place one order; the answer means accepted by the gateway, not filled.

        ``cl_ord_id`` must be unique among open orders only; the client makes one where none is given. An order that
        was refused raises `Refused` with the order's own code. When the answer is lost, the client finds out what came
        of the order and returns or raises that: see `NotArrived` and `OutcomeUnknown`.

        Args:
            td_mode: cash: spot mode, spot in futures mode; cross or isolated: margin and derivatives; spot_isolated:
                spot lead trading; events take isolated only.
            sz: Derivatives: contracts; spot limit: base; spot market: see ``tgt_ccy``.
            ccy: Margin currency; needed for isolated MARGIN, and for cross MARGIN in futures mode (MARGIN).
            pos_side: Long or short, needed in long/short mode; net mode takes net only; leave out for SPOT and MARGIN
                (51000 when missing on derivatives in long/short mode) (SWAP, FUTURES).
            px: Needed by limit, post_only, fok, ioc, mmp, mmp_and_post_only and rpi; options take exactly one of px,
                ``px_usd``, ``px_vol``.
            outcome: Event market side; needed for EVENTS.
            speed_bump: Must be 1 for event orders that are not post only, else error 54086 (EVENTS).
            px_usd: Option price, USD.
            px_vol: Option price as implied volatility, 1 is 100%.
            reduce_only: May only shrink a position; net mode for futures and swap (MARGIN, SWAP, FUTURES).
            tgt_ccy: Currency that sz counts, spot market orders; default quote_ccy for buy, base_ccy for sell (SPOT).
            ban_amend: Reject instead of shrinking a spot market order when funds are short (SPOT).
            px_amend_type: 1 lets the system move px into the price band; ``0`` leave px, ``1`` move px into the band.
            trade_quote_ccy: Quote currency to trade in, from ``trade_quote_ccy_list``; default is the quote part of
                ``inst_id`` (since the 2026-09-30 USD to USDC merge pass USD yourself to keep trading in USD) (SPOT).
            slippage_pct: Largest slippage of spot market orders whose ``tgt_ccy`` is the coin received; 0 to 0.05, at
                most 4 decimals; cannot be amended (SPOT).
            stp_mode: Self-trade prevention mode.
            rpi_taker_access: Order may take RPI liquidity; adds a speed bump.
            rpi_px_round: Round an RPI price outward instead of rejecting.
            attach_algo_ords: TP/SL or trailing stop attached to the order.
            is_elp_taker_access: Deprecated: old name of ``rpi_taker_access``, accepted until 2026-10-31.
            inst_id_code: Numeric instrument code, offered by the official SDK next to ``inst_id``; WebSocket order
                operations use it instead of ``inst_id``.
            exp_time: The exchange drops the request when it arrives after this moment.

        (Place order)
        """
        ...

    @post(
        "/api/v5/trade/batch-orders",
        limit=Limit(
            300,
            2,
            "user+instrument",
            options="user+instrument-family",
            items=True,
            subaccount=True,
            lead=4,
            single=("/api/v5/trade/order", 60),
        ),
        batch=True,
        most=20,
    )
    async def place_batch_orders(
        self, orders: Annotated[Sequence[NewOrder | Fields], WHOLE_BODY], exp_time: ExpTime | None = None
    ) -> list[OrderResult]:
        """Place up to 20 orders; each row tells the result of one order, in the order they were given.

        Nothing is raised for single orders: read ``s_code`` of every row. It is ``""`` for an order that got lost on its
        way while others did not; those whose ``s_code`` leaves the outcome open are looked for, see `OKX.orders`.

        Args:
            orders: What to do, one row per order; a dict with the same names does as well.
            exp_time: The exchange drops the request when it arrives after this moment.

        (Place multiple orders)
        """
        ...

    @post(
        "/api/v5/trade/cancel-order",
        limit=Limit(60, 2, "user+instrument", options="user+instrument-family"),
        one_of=(("ord_id", "cl_ord_id"),),
    )
    async def cancel_order(
        self, inst_id: InstId, ord_id: str | None = None, cl_ord_id: ClientId | None = None
    ) -> OrderResult:
        """Cancel one order by ``ord_id`` or ``cl_ord_id``; the answer means accepted, not cancelled yet.

        An order that is over already is no error: the row says so in ``s_code``, see `OrderResult.already_gone`. One
        that nobody knows of raises `NotFound`.

        Args:
            ord_id: Order id; wins when ``cl_ord_id`` is sent too.

        (Cancel order)
        """
        ...

    @post(
        "/api/v5/trade/cancel-batch-orders",
        limit=Limit(
            300,
            2,
            "user+instrument",
            options="user+instrument-family",
            items=True,
            single=("/api/v5/trade/cancel-order", 60),
        ),
        batch=True,
        most=20,
    )
    async def cancel_batch_orders(
        self, orders: Annotated[Sequence[CancelOrder | Fields], WHOLE_BODY]
    ) -> list[OrderResult]:
        """Cancel up to 20 orders; each row tells the result of one order, in the order they were given.

        Nothing is raised for single orders: read ``s_code`` of every row.

        Args:
            orders: What to do, one row per order; a dict with the same names does as well.

        (Cancel multiple orders)
        """
        ...

    @post(
        "/api/v5/trade/amend-order",
        limit=Limit(60, 2, "user+instrument", options="user+instrument-family", subaccount=True, lead=4),
        one_of=(("ord_id", "cl_ord_id"),),
        check=AMENDED,
    )
    async def amend_order(
        self,
        inst_id: InstId,
        cxl_on_fail: bool | None = None,
        ord_id: str | None = None,
        cl_ord_id: ClientId | None = None,
        req_id: ClientId | None = None,
        new_sz: Num | None = None,
        new_px: Num | None = None,
        speed_bump: Literal["1"] | str | None = None,
        new_px_usd: Num | None = None,
        new_px_vol: Num | None = None,
        px_amend_type: Literal["0", "1"] | str | None = None,
        attach_algo_ords: Sequence[AmendAttachedAlgo | Fields] | None = None,
        rpi_taker_access: bool | None = None,
        rpi_px_round: bool | None = None,
        exp_time: ExpTime | None = None,
    ) -> AmendResult:
        """Change price or size of one open order; the order channel tells what came of it.

        ``rpi_taker_access`` is not inherited: give it again with every change.

        Args:
            cxl_on_fail: Cancel the order when the amend fails.
            ord_id: Order id; wins when ``cl_ord_id`` is sent too.
            req_id: Client id of this amend, up to 32; echoed. The client makes one where none is given.
            new_sz: New total size, the filled part included; at least one of ``new_sz``, ``new_px``.
            new_px: New price; options take one of ``new_px``, ``new_px_usd``, ``new_px_vol`` and keep the original
                kind.
            speed_bump: Must be 1 for non-post-only event orders.
            new_px_usd: New option price, USD.
            new_px_vol: New option price as volatility.
            px_amend_type: 1 lets the system move px into the price band; ``0`` leave px, ``1`` move px into the band.
            attach_algo_ords: TP/SL or trailing stop attached to the order.
            rpi_taker_access: Order may take RPI liquidity; adds a speed bump.
            rpi_px_round: Round an RPI price outward instead of rejecting.
            exp_time: The exchange drops the request when it arrives after this moment.

        (Amend order)
        """
        ...

    @post(
        "/api/v5/trade/amend-batch-orders",
        limit=Limit(
            300,
            2,
            "user+instrument",
            options="user+instrument-family",
            items=True,
            subaccount=True,
            lead=4,
            single=("/api/v5/trade/amend-order", 60),
        ),
        batch=True,
        most=20,
    )
    async def amend_batch_orders(
        self, orders: Annotated[Sequence[AmendOrder | Fields], WHOLE_BODY], exp_time: ExpTime | None = None
    ) -> list[AmendResult]:
        """Change up to 20 open orders; each row tells the result of one order, in the order they were given.

        Nothing is raised for single orders: read ``s_code`` of every row.

        Args:
            orders: What to do, one row per order; a dict with the same names does as well.
            exp_time: The exchange drops the request when it arrives after this moment.

        (Amend multiple orders)
        """
        ...

    @post("/api/v5/trade/close-position", limit=Limit(20, 2, "user+instrument", options="user+instrument-family"))
    async def close_position(
        self,
        inst_id: InstId,
        mgn_mode: MgnMode,
        pos_side: PosSide | None = None,
        ccy: str | None = None,
        auto_cxl: bool | None = None,
        cl_ord_id: ClientId | None = None,
        tag: OrderTag | None = None,
    ) -> ClosedPosition:
        """Close a whole position at market price.

        The order that does it has an intent like every other, and ``cl_ord_id`` names it, e.g. in `OKX.mirror`. That
        this order bears the given client id the documents do not say in so many words; should it not, a lost answer
        ends in `NotArrived`, and closing again is refused where it was closed.

        Args:
            auto_cxl: Cancel pending closing orders first instead of failing.
            cl_ord_id: Client id of the order that closes it. The client makes one where none is given.

        (Close positions)
        """
        ...

    @post("/api/v5/trade/mass-cancel", limit=Limit(5, 2, "user"))
    async def mass_cancel(self, inst_type: InstType, inst_family: InstFamily, lock_interval: Num | None = None) -> Done:
        """Cancel every market-maker-protection order of one option family, in portfolio margin mode.

        Args:
            lock_interval: 0 to 10000 ms during which new orders fail with 54008.

        (Mass cancel order)
        """
        ...

    @post("/api/v5/trade/cancel-all-after", limit=Limit(1, 1, "user+tag"))
    async def cancel_all_after(self, time_out: Num, tag: OrderTag | None = None) -> Countdown:
        """Cancel all open orders when this call is not repeated in time.

        There is one countdown per account, or per ``tag`` when one is given. Spread orders are not covered.

        Args:
            time_out: Countdown in seconds: 0 switches it off, else 10 to 120.

        (Cancel All After)
        """
        ...

    @post("/api/v5/trade/order-precheck", limit=Limit(5, 2, "user"), check=PRECHECKED)
    async def order_precheck(
        self,
        inst_id: InstId,
        td_mode: TdMode,
        side: Side,
        ord_type: OrdType,
        sz: Num,
        pos_side: PosSide | None = None,
        px: Num | None = None,
        outcome: Outcome | None = None,
        reduce_only: bool | None = None,
        tgt_ccy: TgtCcy | None = None,
        attach_algo_ords: Sequence[PrecheckAttachAlgo | Fields] | None = None,
    ) -> OrderPrecheck:
        """What an order would change in the account, without placing it.

        Args:
            td_mode: ``cross``, ``isolated``, ``cash``, ``spot_isolated`` spot lead trading.
            outcome: Event market side; needed for EVENTS.
            reduce_only: May only shrink a position (MARGIN, SWAP, FUTURES).
            tgt_ccy: Currency that sz counts, spot market orders; ``base_ccy`` base currency, ``quote_ccy`` quote
                currency (SPOT).
            attach_algo_ords: TP/SL or trailing stop attached to the order.

        (Order precheck)
        """
        ...
