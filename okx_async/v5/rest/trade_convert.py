"""Chapter Trade: easy convert and one-click repay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_time
from ...core.throttle import Limit
from ...core.words import Count, MsArg
from ..models.trade_convert import EasyConversion, EasyConvertCurrencies, RepayCurrencies, Repayment, RepaymentOrder

__all__ = ["TradeConvert"]


class TradeConvert(Section, dialect="v5", chapter="trade"):
    """Small balances and debts."""

    @get("/api/v5/trade/easy-convert-currency-list", limit=Limit(1, 2, "user"), auth=True)
    async def easy_convert_currency_list(self, source: Literal["1", "2"] | str | None = None) -> EasyConvertCurrencies:
        """Small balances that can be converted, and what into.

        Args:
            source: ``1`` trading account, ``2`` funding account.

        (Easy convert currency list)
        """
        ...

    @post("/api/v5/trade/easy-convert", limit=Limit(1, 2, "user"))
    async def easy_convert(
        self, from_ccy: Sequence[str], to_ccy: str, source: Literal["1", "2"] | str | None = None
    ) -> list[EasyConversion]:
        """Convert small balances into one currency, one row per balance.

        Args:
            source: ``1`` trading account, ``2`` funding account.

        (Place easy convert)
        """
        ...

    @get("/api/v5/trade/easy-convert-history", limit=Limit(1, 2, "user"), auth=True, pages=by_time("u_time"))
    async def easy_convert_history(
        self, after: MsArg | None = None, before: MsArg | None = None, limit: Count | None = None
    ) -> list[EasyConversion]:
        """Small balances converted in the last 7 days, newest first. (Easy convert history)"""
        ...

    @get("/api/v5/trade/one-click-repay-currency-list", limit=Limit(1, 2, "user"), auth=True)
    async def one_click_repay_currency_list(
        self, debt_type: Literal["cross", "isolated"] | str | None = None
    ) -> list[RepayCurrencies]:
        """Debts and the currencies that can repay them; for futures mode, the other modes use the v2 twin.

        Args:
            debt_type: Cross or isolated debt.

        (One-click repay currency list)
        """
        ...

    @post("/api/v5/trade/one-click-repay", limit=Limit(1, 2, "user"))
    async def one_click_repay(self, debt_ccy: Sequence[str], repay_ccy: str) -> list[Repayment]:
        """Repay cross debts with another currency, one row per debt; for futures mode, the other modes use the v2 twin.

        (Trade one-click repay)
        """
        ...

    @get("/api/v5/trade/one-click-repay-history", limit=Limit(1, 2, "user"), auth=True, pages=by_time("u_time"))
    async def one_click_repay_history(
        self, after: MsArg | None = None, before: MsArg | None = None, limit: Count | None = None
    ) -> list[Repayment]:
        """Debts repaid in the last 7 days, newest first; for futures mode, the other modes use the v2 twin.

        (One-click repay history)
        """
        ...

    @get("/api/v5/trade/one-click-repay-currency-list-v2", limit=Limit(1, 2, "user"), auth=True)
    async def one_click_repay_currency_list_v2(self) -> list[RepayCurrencies]:
        """Debts and the currencies that can repay them, for spot, multi-currency and portfolio modes.

        (One-click repay currency list (New))
        """
        ...

    @post("/api/v5/trade/one-click-repay-v2", limit=Limit(1, 2, "user"))
    async def one_click_repay_v2(self, debt_ccy: str, repay_ccy_list: Sequence[str]) -> RepaymentOrder:
        """Repay one debt with other currencies, for spot, multi-currency and portfolio modes.

        Args:
            repay_ccy_list: Repay currencies, first is used first.

        (Trade one-click repay (New))
        """
        ...

    @get("/api/v5/trade/one-click-repay-history-v2", limit=Limit(1, 2, "user"), auth=True, pages=by_time("ts"))
    async def one_click_repay_history_v2(
        self, after: MsArg | None = None, before: MsArg | None = None, limit: Count | None = None
    ) -> list[RepaymentOrder]:
        """Debts repaid in the last 7 days with the orders behind them, newest first. (One-click repay history (New))"""
        ...
