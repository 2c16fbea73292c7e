"""Chapter Trading Statistics."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.pager import by_bar
from ...core.throttle import Limit
from ...core.words import Ccy, Count, DateArg, InstId, MsArg, OptionPeriod, Period, ShortPeriod
from ..models.rubik import (
    ExpiryInterest,
    InterestAndVolume,
    OpenInterestPoint,
    PutCallRatio,
    Ratio,
    StrikeInterest,
    SupportedCoins,
    TakerFlow,
    TakerVolume,
)

__all__ = ["Rubik"]


class Rubik(Section, dialect="v5", chapter="rubik"):
    """Statistics of trading: no key is needed. Rows come newest first."""

    @get("/api/v5/rubik/stat/trading-data/support-coin", limit=Limit(5, 2, "ip"))
    async def support_coin(self) -> SupportedCoins:
        """For which currencies there are statistics. (Get support coin)"""
        ...

    @get(
        "/api/v5/rubik/stat/contracts/open-interest-history",
        limit=Limit(10, 2, "ip+instrument"),
        pages=by_bar(100, cursor="end"),
    )
    async def open_interest_history(
        self,
        inst_id: InstId,
        period: Period | None = None,
        end: MsArg | None = None,
        begin: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[OpenInterestPoint]:
        """Open interest of one contract over time; ``limit`` is at most 100. (Get contract open interest history)"""
        ...

    @get("/api/v5/rubik/stat/taker-volume", limit=Limit(5, 2, "ip"))
    async def taker_volume(
        self,
        ccy: Ccy,
        inst_type: Literal["SPOT", "CONTRACTS"],
        begin: MsArg | None = None,
        end: MsArg | None = None,
        period: ShortPeriod | None = None,
    ) -> list[TakerVolume]:
        """What takers of one currency sold and bought, on the spot market or in contracts. (Get taker volume)"""
        ...

    @get(
        "/api/v5/rubik/stat/taker-volume-contract", limit=Limit(5, 2, "ip+instrument"), pages=by_bar(100, cursor="end")
    )
    async def taker_volume_contract(
        self,
        inst_id: InstId,
        period: Period | None = None,
        unit: Literal["0", "1", "2"] | None = None,
        end: MsArg | None = None,
        begin: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[TakerVolume]:
        """What takers of one contract sold and bought; ``unit`` is 0 coins, 1 contracts, 2 USDT or USDC.

        (Get contract taker volume)
        """
        ...

    @get("/api/v5/rubik/stat/margin/loan-ratio", limit=Limit(5, 2, "ip"))
    async def loan_ratio(
        self, ccy: Ccy, begin: MsArg | None = None, end: MsArg | None = None, period: ShortPeriod | None = None
    ) -> list[Ratio]:
        """Longs to shorts on margin, by what was borrowed. (Get margin long/short ratio)"""
        ...

    @get(
        "/api/v5/rubik/stat/contracts/long-short-account-ratio-contract-top-trader",
        limit=Limit(5, 2, "ip+instrument"),
        pages=by_bar(100, cursor="end"),
    )
    async def long_short_account_ratio_top_trader(
        self,
        inst_id: InstId,
        period: Period | None = None,
        end: MsArg | None = None,
        begin: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Ratio]:
        """Accounts long to accounts short among top traders of one contract.

        (Get top traders contract long/short ratio)
        """
        ...

    @get(
        "/api/v5/rubik/stat/contracts/long-short-position-ratio-contract-top-trader",
        limit=Limit(5, 2, "ip+instrument"),
        pages=by_bar(100, cursor="end"),
    )
    async def long_short_position_ratio_top_trader(
        self,
        inst_id: InstId,
        period: Period | None = None,
        end: MsArg | None = None,
        begin: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Ratio]:
        """Positions long to positions short among top traders of one contract.

        (Get top traders contract long/short ratio (by position))
        """
        ...

    @get(
        "/api/v5/rubik/stat/contracts/long-short-account-ratio-contract",
        limit=Limit(5, 2, "ip+instrument"),
        pages=by_bar(100, cursor="end"),
    )
    async def long_short_account_ratio_contract(
        self,
        inst_id: InstId,
        period: Period | None = None,
        end: MsArg | None = None,
        begin: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Ratio]:
        """Accounts long to accounts short of one contract. (Get contract long/short ratio)"""
        ...

    @get("/api/v5/rubik/stat/contracts/long-short-account-ratio", limit=Limit(5, 2, "ip"))
    async def long_short_account_ratio(
        self, ccy: Ccy, begin: MsArg | None = None, end: MsArg | None = None, period: ShortPeriod | None = None
    ) -> list[Ratio]:
        """Accounts long to accounts short in contracts of one currency. (Get long/short ratio)"""
        ...

    @get("/api/v5/rubik/stat/contracts/open-interest-volume", limit=Limit(5, 2, "ip"))
    async def contracts_open_interest_volume(
        self, ccy: Ccy, begin: MsArg | None = None, end: MsArg | None = None, period: ShortPeriod | None = None
    ) -> list[InterestAndVolume]:
        """Open interest and volume of contracts of one currency. (Get contracts open interest and volume)"""
        ...

    @get("/api/v5/rubik/stat/option/open-interest-volume", limit=Limit(5, 2, "ip"))
    async def option_open_interest_volume(
        self, ccy: Ccy, period: OptionPeriod | None = None
    ) -> list[InterestAndVolume]:
        """Open interest and volume of options of one currency. (Get options open interest and volume)"""
        ...

    @get("/api/v5/rubik/stat/option/open-interest-volume-ratio", limit=Limit(5, 2, "ip"))
    async def put_call_ratio(self, ccy: Ccy, period: OptionPeriod | None = None) -> list[PutCallRatio]:
        """Puts to calls of one currency. (Get put/call ratio)"""
        ...

    @get("/api/v5/rubik/stat/option/open-interest-volume-expiry", limit=Limit(5, 2, "ip"))
    async def open_interest_volume_expiry(self, ccy: Ccy, period: OptionPeriod | None = None) -> list[ExpiryInterest]:
        """Open interest and volume of options by expiry. (Get open interest and volume (expiry))"""
        ...

    @get("/api/v5/rubik/stat/option/open-interest-volume-strike", limit=Limit(5, 2, "ip"))
    async def open_interest_volume_strike(
        self, ccy: Ccy, exp_time: DateArg, period: OptionPeriod | None = None
    ) -> list[StrikeInterest]:
        """Open interest and volume of one expiry by strike.

        (Get open interest and volume (strike))
        """
        ...

    @get("/api/v5/rubik/stat/option/taker-block-volume", limit=Limit(5, 2, "ip"))
    async def taker_flow(self, ccy: Ccy, period: OptionPeriod | None = None) -> TakerFlow:
        """What takers of options of one currency bought and sold: the latest row only. (Get taker flow)"""
        ...
