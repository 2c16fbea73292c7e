"""Chapter Public Data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.endpoint import Section, get
from ...core.pager import by_time
from ...core.rules import every, when
from ...core.throttle import Limit
from ...core.words import (
    Ccy,
    Count,
    InstFamily,
    InstId,
    InstType,
    MsArg,
    Num,
)
from ..models.derivatives import (
    DeliveryDay,
    EstimatedPrice,
    EstimatedSettlement,
    FundingRate,
    MarkPrice,
    OpenInterest,
    OptionSummary,
    PastFunding,
    Premium,
    PriceLimit,
    SettlementDay,
)
from ..models.economic_calendar import EconomicEvent
from ..models.public import Instrument, ServerTime
from ..models.reference import (
    DataHistory,
    DiscountRate,
    HedgeCurrencies,
    InsuranceFund,
    LoanQuotas,
    MakerClass,
    PositionTier,
    TickBands,
    UnitConversion,
    VipLoanQuota,
)

__all__ = ["Public"]

_FAMILY = tuple(when("inst_type", kind, "inst_family") for kind in ("SWAP", "FUTURES", "OPTION"))


class Public(Section, dialect="v5", chapter="public"):
    """Public reference data: no key is needed."""

    @get(
        "/api/v5/public/instruments",
        limit=Limit(20, 2, "ip+instrument-type"),
        check=every(when("inst_type", "OPTION", "inst_family"), when("inst_type", "EVENTS", "series_id")),
    )
    async def instruments(
        self,
        inst_type: InstType,
        series_id: str | None = None,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
    ) -> list[Instrument]:
        """Instruments of one type. OPTION needs ``inst_family``, EVENTS needs ``series_id``. (Get instruments)"""
        ...

    @get("/api/v5/public/estimated-price", limit=Limit(10, 2, "ip+instrument"))
    async def estimated_price(self, inst_id: InstId) -> EstimatedPrice:
        """What a contract would be delivered or exercised at; only in the half hour before.

        (Get estimated delivery/exercise price)
        """
        ...

    @get(
        "/api/v5/public/delivery-exercise-history",
        limit=Limit(40, 2, "ip+instrument-type+instrument-family"),
        pages=by_time("ts"),
    )
    async def delivery_exercise_history(
        self,
        inst_type: Literal["FUTURES", "OPTION"],
        inst_family: InstFamily,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[DeliveryDay]:
        """Deliveries and exercises of one family, newest first; ``limit`` is at most 100.

        (Get delivery/exercise history)
        """
        ...

    @get("/api/v5/public/estimated-settlement-info", limit=Limit(10, 2, "ip+instrument"))
    async def estimated_settlement_info(self, inst_id: InstId) -> EstimatedSettlement:
        """The next settlement of a futures contract. (Get estimated future settlement price)"""
        ...

    @get("/api/v5/public/settlement-history", limit=Limit(40, 2, "ip+instrument-family"), pages=by_time("ts"))
    async def settlement_history(
        self,
        inst_family: InstFamily,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SettlementDay]:
        """Settlements of the futures of one family, newest first; ``limit`` is at most 100.

        (Get futures settlement history)
        """
        ...

    @get("/api/v5/public/funding-rate", limit=Limit(10, 2, "ip+instrument"))
    async def funding_rate(self, inst_id: InstId) -> list[FundingRate]:
        """Funding of one contract; ``ANY`` gives that of all, so there may be many rows. (Get funding rate)"""
        ...

    @get("/api/v5/public/funding-rate-history", limit=Limit(10, 2, "ip+instrument"), pages=by_time("funding_time", 400))
    async def funding_rate_history(
        self, inst_id: InstId, before: MsArg | None = None, after: MsArg | None = None, limit: Count | None = None
    ) -> list[PastFunding]:
        """Past funding of one contract, newest first; ``limit`` is at most 400. (Get funding rate history)"""
        ...

    @get(
        "/api/v5/public/open-interest",
        limit=Limit(20, 2, "ip+instrument"),
        check=when("inst_type", "OPTION", "inst_family"),
    )
    async def open_interest(
        self,
        inst_type: Literal["SWAP", "FUTURES", "OPTION", "EVENTS"],
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
    ) -> list[OpenInterest]:
        """Open contracts of one type; OPTION needs ``inst_family``. (Get open interest)"""
        ...

    @get("/api/v5/public/price-limit", limit=Limit(20, 2, "ip"))
    async def price_limit(self, inst_id: InstId) -> PriceLimit:
        """Between which prices orders of one instrument are accepted. (Get limit price)"""
        ...

    @get("/api/v5/public/opt-summary", limit=Limit(20, 2, "ip+instrument-family"))
    async def opt_summary(self, inst_family: InstFamily, exp_time: str | None = None) -> list[OptionSummary]:
        """Greeks and volatilities of one family, or of one of its expiries.

        ``exp_time`` is passed on as it is: the facts at hand call it a timestamp and do not show one.
        (Get option market data)
        """
        ...

    @get("/api/v5/public/discount-rate-interest-free-quota", limit=Limit(2, 2, "ip"))
    async def discount_rate_interest_free_quota(
        self, ccy: Ccy | None = None, discount_lv: str | None = None
    ) -> list[DiscountRate]:
        """How much currencies count as margin.

        ``discount_lv`` is deprecated. (Get discount rate and interest-free quota)
        """
        ...

    @get("/api/v5/public/time", limit=Limit(10, 2, "ip"))
    async def time(self) -> ServerTime:
        """The exchange's clock. (Get system time)"""
        ...

    @get("/api/v5/public/mark-price", limit=Limit(10, 2, "ip+instrument"))
    async def mark_price(
        self,
        inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS"],
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
    ) -> list[MarkPrice]:
        """Mark prices of one type, family or instrument. (Get mark price)"""
        ...

    @get("/api/v5/public/position-tiers", limit=Limit(10, 2, "ip"), check=every(*_FAMILY))
    async def position_tiers(
        self,
        inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION"],
        td_mode: Literal["cross", "isolated"],
        inst_family: Sequence[str] | str | None = None,
        inst_id: InstId | None = None,
        ccy: Ccy | None = None,
        tier: str | None = None,
    ) -> list[PositionTier]:
        """What positions need by size.

        SWAP, FUTURES and OPTION need ``inst_family`` (up to five), MARGIN needs ``inst_id`` or ``ccy``.
        (Get position tiers)
        """
        ...

    @get("/api/v5/public/interest-rate-loan-quota", limit=Limit(2, 2, "ip"))
    async def interest_rate_loan_quota(self) -> list[LoanQuotas]:
        """Rates and greatest amounts of margin loans. (Get interest rate and loan quota)"""
        ...

    @get("/api/v5/public/underlying", limit=Limit(20, 2, "ip"))
    async def underlying(self, inst_type: Literal["SWAP", "FUTURES", "OPTION"]) -> tuple[str, ...]:
        """Underlying indices of one type. (Get underlying)"""
        ...

    @get(
        "/api/v5/public/insurance-fund",
        limit=Limit(10, 2, "ip"),
        check=every(*_FAMILY, when("inst_type", "MARGIN", "ccy")),
    )
    async def insurance_fund(
        self,
        inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION"],
        type_: Literal["liquidation_balance_deposit", "bankruptcy_loss", "platform_revenue", "adl"] | None = None,
        inst_family: InstFamily | None = None,
        ccy: Ccy | None = None,
        before: MsArg | None = None,
        after: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[InsuranceFund]:
        """The security fund of one family, for MARGIN of one currency, newest first.

        ``platform_revenue`` and ``adl`` are history. (Get security fund)
        """
        ...

    @get("/api/v5/public/convert-contract-coin", limit=Limit(10, 2, "ip"))
    async def convert_contract_coin(
        self,
        inst_id: InstId,
        sz: Num,
        px: Num | None = None,
        type_: Literal["1", "2"] | None = None,
        unit: Literal["coin", "usds"] | None = None,
        op_type: Literal["open", "close"] | None = None,
    ) -> UnitConversion:
        """Turn coins into contracts (``type_`` 1) or back (2).

        ``op_type`` decides how contracts are rounded: ``open`` down, ``close`` to the nearest. (Unit convert)
        """
        ...

    @get("/api/v5/public/instrument-tick-bands", limit=Limit(5, 2, "ip"))
    async def instrument_tick_bands(
        self, inst_type: Literal["OPTION", "EVENTS"], inst_family: InstFamily | None = None
    ) -> list[TickBands]:
        """Price steps that depend on the price. (Get instrument tick bands)"""
        ...

    @get("/api/v5/public/premium-history", limit=Limit(20, 2, "ip"), pages=by_time("ts"))
    async def premium_history(
        self, inst_id: InstId, after: MsArg | None = None, before: MsArg | None = None, limit: Count | None = None
    ) -> list[Premium]:
        """Past premium of a perpetual, newest first; ``limit`` is at most 100. (Get premium history)"""
        ...

    @get("/api/v5/public/market-data-history", limit=Limit(5, 2, "ip"))
    async def market_data_history(
        self,
        module: Literal["1", "2", "3", "4", "5", "6", "11"],
        inst_type: Literal["SPOT", "FUTURES", "SWAP", "OPTION"],
        date_aggr_type: Literal["daily", "monthly"],
        begin: MsArg,
        end: MsArg,
        inst_id_list: Sequence[str] | str | None = None,
        inst_family_list: Sequence[str] | str | None = None,
    ) -> list[DataHistory]:
        """Files of recorded market data.

        ``module`` is 1 trades, 2 one-minute bars, 3 funding, 4 books of 400 levels, 5 of 5000, 6 of 50 (being retired),
        11 rates of borrowing. SPOT takes ``inst_id_list``, the others ``inst_family_list``; ``ANY`` stands for all.
        (Get historical market data)
        """
        ...

    @get("/api/v5/public/mm-instrument-types", limit=Limit(5, 2, "ip"))
    async def mm_instrument_types(
        self, inst_type: Literal["SPOT", "SWAP"] | None = None, inst_id: InstId | None = None
    ) -> list[MakerClass]:
        """Classes of the market maker programme. (Get MM instrument types)"""
        ...

    @get("/api/v5/public/delta-hedge-currencies", limit=Limit(20, 2, "ip"))
    async def delta_hedge_currencies(self, ccy: Ccy | None = None) -> list[HedgeCurrencies]:
        """Currencies that hedge each other. (Get delta hedge currencies)"""
        ...

    @get(
        "/api/v5/public/vip-interest-rate-loan-quota",
        limit=Limit(2, 2, "ip"),
        deprecated="not documented any more, see public.interest_rate_loan_quota",
    )
    async def vip_interest_rate_loan_quota(self) -> list[VipLoanQuota]:
        """Rates and quotas of VIP loans.

        Deprecated: not in the documents any more, which named no parameters; see `interest_rate_loan_quota`.

        (Get interest rate and loan quota for VIP loans)
        """
        ...

    @get("/api/v5/public/economic-calendar", limit=Limit(1, 5, "ip"), auth=True, pages=by_time("ts"))
    async def economic_calendar(
        self,
        region: str | None = None,
        importance: Literal["1", "2", "3"] | None = None,
        before: MsArg | None = None,
        after: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[EconomicEvent]:
        """Events of the economic calendar, newest first, at most 100; ``importance`` 3 is the highest.

        Needs a key, although the data is the same for everybody. (Get economic calendar data)
        """
        ...
