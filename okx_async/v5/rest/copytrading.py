"""Chapter Copy trading."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id, by_page
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import Count, InstId, InstType, Num, OrderTag
from ..models.copytrading import (
    CopySettings,
    CopyTraders,
    CopyTradingConfig,
    CopyTradingLimits,
    CurrencyPreference,
    Done,
    LeadAction,
    LeadInstrument,
    LeadPosition,
    LeadPositionClosed,
    LeadTrader,
    LeadTraderPnl,
    LeadTraderRanks,
    LeadTraderStats,
    ProfitShare,
    SignalLink,
    TotalProfitShare,
    TotalUnrealizedProfitShare,
    UnrealizedProfitShare,
)

__all__ = ["CopyTrading"]


class CopyTrading(Section, dialect="v5", chapter="copytrading"):
    """Lead trading, copying, and the public figures of lead traders."""

    @get(
        "/api/v5/copytrading/current-subpositions",
        limit=Limit(20, 2, "user"),
        auth=True,
        pages=by_id("sub_pos_id", 500),
    )
    async def current_subpositions(
        self,
        inst_type: Literal["SPOT", "SWAP"] | str | None = None,
        inst_id: InstId | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LeadPosition]:
        """Open lead positions, newest first, by ``sub_pos_id``; ``limit`` is at most 500.

        (Existing lead positions)
        """
        ...

    @get("/api/v5/copytrading/subpositions-history", limit=Limit(20, 2, "user"), auth=True, pages=by_id("sub_pos_id"))
    async def subpositions_history(
        self,
        inst_type: Literal["SPOT", "SWAP"] | str | None = None,
        inst_id: InstId | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LeadPositionClosed]:
        """Closed lead positions, newest first, by ``sub_pos_id``. (Lead position history)"""
        ...

    @post("/api/v5/copytrading/algo-order", limit=Limit(20, 2, "user"))
    async def place_lead_stop_order(
        self,
        sub_pos_id: str,
        inst_type: Literal["SPOT", "SWAP"] | str | None = None,
        tp_trigger_px: Num | None = None,
        sl_trigger_px: Num | None = None,
        tp_ord_px: Num | None = None,
        sl_ord_px: Num | None = None,
        tp_trigger_px_type: Literal["last", "index", "mark"] | str | None = None,
        sl_trigger_px_type: Literal["last", "index", "mark"] | str | None = None,
        tag: OrderTag | None = None,
    ) -> LeadAction:
        """Put a take-profit or a stop on a lead position.

        An order price of -1 means market; order prices are for SPOT. (Place lead stop order)
        """
        ...

    @post("/api/v5/copytrading/close-subposition", limit=Limit(20, 2, "user"))
    async def close_subposition(
        self,
        sub_pos_id: str,
        inst_type: Literal["SPOT", "SWAP"] | str | None = None,
        ord_type: Literal["market", "limit"] | None = None,
        px: Num | None = None,
        tag: OrderTag | None = None,
    ) -> LeadAction:
        """Close a lead position, at market unless ``ord_type`` is ``limit`` with ``px`` (SPOT).

        (Close lead position)
        """
        ...

    @get("/api/v5/copytrading/instruments", limit=Limit(5, 2, "user"), auth=True)
    async def instruments(self, inst_type: Literal["SPOT", "SWAP"] | str | None = None) -> list[LeadInstrument]:
        """Instruments that can be led, and whether they are switched on. (Leading instruments)"""
        ...

    @post("/api/v5/copytrading/set-instruments", limit=Limit(5, 2, "user"))
    async def set_instruments(
        self, inst_id: str, inst_type: Literal["SPOT", "SWAP"] | str | None = None
    ) -> list[LeadInstrument]:
        """Choose what to lead. (Amend leading instruments)"""
        ...

    @get(
        "/api/v5/copytrading/profit-sharing-details",
        limit=Limit(5, 2, "user"),
        auth=True,
        pages=by_id("profit_sharing_id"),
    )
    async def profit_sharing_details(
        self,
        inst_type: Literal["SPOT", "SWAP"] | str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[ProfitShare]:
        """Profit shares received, newest first, by ``profit_sharing_id``. (Profit sharing details)"""
        ...

    @get("/api/v5/copytrading/total-profit-sharing", limit=Limit(5, 2, "user"), auth=True)
    async def total_profit_sharing(
        self, inst_type: Literal["SPOT", "SWAP"] | str | None = None
    ) -> list[TotalProfitShare]:
        """Profit shares received in total, by currency. (Total profit sharing)"""
        ...

    @get("/api/v5/copytrading/unrealized-profit-sharing-details", limit=Limit(5, 2, "user"), auth=True)
    async def unrealized_profit_sharing_details(
        self, inst_type: Literal["SPOT", "SWAP"] | str | None = None
    ) -> list[UnrealizedProfitShare]:
        """Profit shares that are still open, by copier. (Unrealized profit sharing details)"""
        ...

    @get("/api/v5/copytrading/total-unrealized-profit-sharing", limit=Limit(5, 2, "user"), auth=True)
    async def total_unrealized_profit_sharing(self, inst_type: InstType | None = None) -> TotalUnrealizedProfitShare:
        """Profit shares that are still open, in total, and when they are settled.

        (Total unrealized profit sharing)
        """
        ...

    @post("/api/v5/copytrading/amend-profit-sharing-ratio", limit=Limit(5, 2, "user"))
    async def amend_profit_sharing_ratio(self, profit_sharing_ratio: Num, inst_type: InstType | None = None) -> Done:
        """Change the profit share, 0 to 0.3. (Amend profit sharing ratio)"""
        ...

    @get("/api/v5/copytrading/config", limit=Limit(5, 2, "user"), auth=True)
    async def config(self) -> CopyTradingConfig:
        """The account's own role in copy trading. (Account configuration)"""
        ...

    @post("/api/v5/copytrading/first-copy-settings", limit=Limit(5, 2, "user"))
    async def set_first_copy_settings(
        self,
        unique_code: str,
        copy_mgn_mode: Literal["cross", "isolated", "copy"] | str,
        copy_inst_id_type: Literal["custom", "copy"] | str,
        copy_total_amt: Num,
        sub_pos_close_type: Literal["market_close", "copy_close", "manual_close"] | str,
        inst_type: InstType | None = None,
        inst_id: str | None = None,
        copy_mode: Literal["fixed_amount", "ratio_copy"] | str | None = None,
        copy_amt: Num | None = None,
        copy_ratio: Num | None = None,
        tp_ratio: Num | None = None,
        sl_ratio: Num | None = None,
        sl_total_amt: Num | None = None,
        tag: OrderTag | None = None,
    ) -> Done:
        """Start to copy a lead trader.

        ``copy_amt`` goes with ``fixed_amount``, ``copy_ratio`` with ``ratio_copy``, ``inst_id`` with ``custom``;
        amounts are in USDT. (First copy settings)
        """
        ...

    @post("/api/v5/copytrading/amend-copy-settings", limit=Limit(5, 2, "user"))
    async def amend_copy_settings(
        self,
        unique_code: str,
        copy_mgn_mode: Literal["cross", "isolated", "copy"] | str,
        copy_inst_id_type: Literal["custom", "copy"] | str,
        copy_total_amt: Num,
        sub_pos_close_type: Literal["market_close", "copy_close", "manual_close"] | str,
        inst_type: InstType | None = None,
        inst_id: str | None = None,
        copy_mode: Literal["fixed_amount", "ratio_copy"] | str | None = None,
        copy_amt: Num | None = None,
        copy_ratio: Num | None = None,
        tp_ratio: Num | None = None,
        sl_ratio: Num | None = None,
        sl_total_amt: Num | None = None,
        tag: OrderTag | None = None,
    ) -> Done:
        """Change how a lead trader is copied.

        ``copy_amt`` goes with ``fixed_amount``, ``copy_ratio`` with ``ratio_copy``, ``inst_id`` with ``custom``;
        amounts are in USDT. (Amend copy settings)
        """
        ...

    @post("/api/v5/copytrading/stop-copy-trading", limit=Limit(5, 2, "user"))
    async def stop_copy_trading(
        self,
        unique_code: str,
        sub_pos_close_type: Literal["market_close", "copy_close", "manual_close"] | str,
        inst_type: InstType | None = None,
    ) -> Done:
        """Stop to copy a lead trader, and say what happens to open positions. (Stop copying)"""
        ...

    @get("/api/v5/copytrading/copy-settings", limit=Limit(5, 2, "user"), auth=True)
    async def copy_settings(self, unique_code: str, inst_type: InstType | None = None) -> CopySettings:
        """How a lead trader is copied. (Copy settings)"""
        ...

    @get("/api/v5/copytrading/current-lead-traders", limit=Limit(5, 2, "user"), auth=True)
    async def current_lead_traders(self, inst_type: InstType | None = None) -> list[LeadTrader]:
        """The lead traders the account copies. (My lead traders)"""
        ...

    @get("/api/v5/copytrading/public-config", limit=Limit(5, 2, "ip"))
    async def public_config(self, inst_type: InstType | None = None) -> CopyTradingLimits:
        """Smallest and largest values of copy settings. No key is needed. (Copy trading configuration)"""
        ...

    @get("/api/v5/copytrading/public-lead-traders", limit=Limit(5, 2, "ip"), pages=by_page(20))
    async def public_lead_traders(
        self,
        inst_type: InstType | None = None,
        sort_type: Literal["overview", "pnl", "aum", "win_ratio", "pnl_ratio", "current_copy_trader_pnl"]
        | str
        | None = None,
        state: Literal["0", "1"] | str | None = None,
        min_lead_days: Literal["1", "2", "3", "4"] | None = None,
        min_assets: Num | None = None,
        max_assets: Num | None = None,
        min_aum: Num | None = None,
        max_aum: Num | None = None,
        data_ver: str | None = None,
        page: Count | None = None,
        limit: Count | None = None,
    ) -> list[LeadTraderRanks]:
        """Ranks of lead traders.

        Pages belong together while ``data_ver`` is the same. ``min_lead_days``: 1 is 7, 2 is 30, 3 is 90, 4 is 180
        days. ``limit`` is at most 20. (Lead trader ranks)
        """
        ...

    @get("/api/v5/copytrading/public-weekly-pnl", limit=Limit(5, 2, "ip"))
    async def public_weekly_pnl(self, unique_code: str, inst_type: InstType | None = None) -> list[LeadTraderPnl]:
        """Profit of a lead trader by week. (Lead trader weekly pnl)"""
        ...

    @get("/api/v5/copytrading/public-pnl", limit=Limit(5, 2, "ip"))
    async def public_pnl(
        self, unique_code: str, last_days: Literal["1", "2", "3", "4"], inst_type: InstType | None = None
    ) -> list[LeadTraderPnl]:
        """Profit of a lead trader by day.

        ``last_days``: 1 is 7, 2 is 30, 3 is 90, 4 is 365 days. (Lead trader daily pnl)
        """
        ...

    @get("/api/v5/copytrading/public-stats", limit=Limit(5, 2, "ip"))
    async def public_stats(
        self, unique_code: str, last_days: Literal["1", "2", "3", "4"], inst_type: InstType | None = None
    ) -> LeadTraderStats:
        """Figures of a lead trader. ``last_days``: 1 is 7, 2 is 30, 3 is 90, 4 is 365 days. (Lead trader stats)"""
        ...

    @get("/api/v5/copytrading/public-preference-currency", limit=Limit(5, 2, "ip"))
    async def public_preference_currency(
        self, unique_code: str, inst_type: InstType | None = None
    ) -> list[CurrencyPreference]:
        """What a lead trader trades, by currency. (Lead trader currency preferences)"""
        ...

    @get("/api/v5/copytrading/public-current-subpositions", limit=Limit(5, 2, "ip"), pages=by_id("sub_pos_id"))
    async def public_current_subpositions(
        self,
        unique_code: str,
        inst_type: InstType | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LeadPosition]:
        """Open lead positions of a lead trader, newest first, by ``sub_pos_id``.

        (Lead trader current lead positions)
        """
        ...

    @get("/api/v5/copytrading/public-subpositions-history", limit=Limit(5, 2, "ip"), pages=by_id("sub_pos_id"))
    async def public_subpositions_history(
        self,
        unique_code: str,
        inst_type: InstType | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LeadPositionClosed]:
        """Closed lead positions of a lead trader, newest first, by ``sub_pos_id``.

        (Lead trader lead position history)
        """
        ...

    @get("/api/v5/copytrading/public-copy-traders", limit=Limit(5, 2, "ip"))
    async def public_copy_traders(
        self, unique_code: str, inst_type: InstType | None = None, limit: Count | None = None
    ) -> CopyTraders:
        """The copiers of a lead trader. (Copy traders)"""
        ...

    @post("/api/v5/copytrade/create-sgl-link", limit=Limit(10, 1, "user"))
    async def create_signal_link(self, order_id: str, inst_id: InstId) -> SignalLink:
        """Make a short link to one of your orders on a USDT swap.

        Announced, perhaps not served yet; note the prefix ``copytrade``. (Create signal copy link)
        """
        ...

    @get(
        "/api/v5/copytrading/batch-leverage-info",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="withdrawn on 2024-12-16, and no successor is named",
    )
    async def batch_leverage_info(self, mgn_mode: str, unique_code: str, inst_id: str | None = None) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2024-12-16; the answer is not documented, and the limit is a client library's. (Get batch
        leverage info)
        """
        ...

    @get(
        "/api/v5/copytrading/copy-traders",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_copy_traders",
    )
    async def copy_traders(
        self, unique_code: str, inst_type: InstType | None = None, limit: Count | None = None
    ) -> list[LooseRow]:
        """Deprecated: use `public_copy_traders`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get copy traders)
        """
        ...

    @get(
        "/api/v5/copytrading/lead-traders",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_lead_traders",
    )
    async def lead_traders(
        self,
        inst_type: InstType | None = None,
        sort_type: str | None = None,
        state: str | None = None,
        min_lead_days: str | None = None,
        min_assets: str | None = None,
        max_assets: str | None = None,
        min_aum: str | None = None,
        max_aum: str | None = None,
        data_ver: str | None = None,
        page: Count | None = None,
        limit: Count | None = None,
    ) -> list[LooseRow]:
        """Deprecated: use `public_lead_traders`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get lead traders)
        """
        ...

    @get(
        "/api/v5/copytrading/lead-traders-history",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="withdrawn on 2024-12-16, and no successor is named",
    )
    async def lead_traders_history(
        self,
        inst_type: InstType | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2024-12-16; the answer is not documented, and the limit is a client library's. (Get lead
        traders history)
        """
        ...

    @get(
        "/api/v5/copytrading/performance-current-subpositions",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_current_subpositions",
    )
    async def performance_current_subpositions(
        self,
        unique_code: str,
        inst_type: InstType | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LooseRow]:
        """Deprecated: use `public_current_subpositions`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get performance current subpositions)
        """
        ...

    @get(
        "/api/v5/copytrading/performance-subpositions-history",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_subpositions_history",
    )
    async def performance_subpositions_history(
        self,
        unique_code: str,
        inst_type: InstType | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LooseRow]:
        """Deprecated: use `public_subpositions_history`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get performance subpositions history)
        """
        ...

    @get(
        "/api/v5/copytrading/pnl",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_pnl",
    )
    async def pnl(self, unique_code: str, last_days: str, inst_type: InstType | None = None) -> list[LooseRow]:
        """Deprecated: use `public_pnl`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get pnl)
        """
        ...

    @get(
        "/api/v5/copytrading/preference-currency",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_preference_currency",
    )
    async def preference_currency(self, unique_code: str, inst_type: InstType | None = None) -> list[LooseRow]:
        """Deprecated: use `public_preference_currency`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get preference currency)
        """
        ...

    @get(
        "/api/v5/copytrading/stats",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_stats",
    )
    async def stats(self, unique_code: str, last_days: str, inst_type: InstType | None = None) -> list[LooseRow]:
        """Deprecated: use `public_stats`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get stats)
        """
        ...

    @get(
        "/api/v5/copytrading/weekly-pnl",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2024-12-16, use copytrading.public_weekly_pnl",
    )
    async def weekly_pnl(self, unique_code: str, inst_type: InstType | None = None) -> list[LooseRow]:
        """Deprecated: use `public_weekly_pnl`.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Get weekly pnl)
        """
        ...

    @post(
        "/api/v5/copytrading/apply-lead-trading",
        limit=None,
        deprecated="withdrawn on 2024-12-16, and no successor is named",
    )
    async def apply_lead_trading(
        self, profit_sharing_ts: str, total_unrealized_profit_sharing_amt: str
    ) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Apply lead trading)
        """
        ...

    @post(
        "/api/v5/copytrading/batch-set-leverage",
        limit=Limit(5, 2, None),
        deprecated="withdrawn on 2024-12-16, and no successor is named",
    )
    async def batch_set_leverage(self, mgn_mode: str, lever: str, inst_id: str) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2024-12-16; the answer is not documented, and the limit is a client library's. (Batch set
        leverage)
        """
        ...

    @post(
        "/api/v5/copytrading/stop-lead-trading",
        limit=None,
        deprecated="withdrawn on 2024-12-16, and no successor is named",
    )
    async def stop_lead_trading(self, inst_type: InstType | None = None) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2024-12-16; answer and rate limit are not documented. (Stop lead trading)
        """
        ...
