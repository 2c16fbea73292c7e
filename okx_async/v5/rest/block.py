"""Chapter Block Trading: private endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, ClientId, Count, MsArg, Num, OrderTag
from ..models.block import (
    BlockMmpConfig,
    BlockTrade,
    Counterparty,
    MakerProducts,
    Moment,
    Quote,
    QuoteResult,
    Rfq,
    RfqResult,
)
from ..models.trade import Countdown, Done
from ..params import ExecuteLeg, MakerSetting, NewQuoteLeg, NewRfqAllocation, NewRfqLeg
from ..words import Fields
from .block_market import BlockMarket

__all__ = ["Block"]


class Block(BlockMarket, dialect="v5", chapter="block"):
    """Own RFQs, quotes and block trades."""

    @get("/api/v5/rfq/counterparties", limit=Limit(5, 2, "user"), auth=True)
    async def counterparties(self) -> list[Counterparty]:
        """Who can be asked for quotes. (Get Counterparties)"""
        ...

    @post("/api/v5/rfq/create-rfq", limit=Limit(5, 2, "user", also=(80, 43200)))
    async def create_rfq(
        self,
        counterparties: Sequence[str],
        legs: Sequence[NewRfqLeg | Fields],
        anonymous: bool | None = None,
        cl_rfq_id: ClientId | None = None,
        tag: OrderTag | None = None,
        allow_partial_execution: bool | None = None,
        acct_alloc: Sequence[NewRfqAllocation | Fields] | None = None,
    ) -> Rfq:
        """Ask counterparties for quotes.

        It has an intent like an order: see `OKX.orders`.

        Args:
            cl_rfq_id: The client makes one where none is given.
            counterparties: Trader codes that get the RFQ.
            anonymous: Hide own identity from counterparties.
            allow_partial_execution: RFQ may fill partly with the leg ratio kept.
            acct_alloc: Split of the RFQ over accounts.

        (Create RFQ)
        """
        ...

    @post("/api/v5/rfq/cancel-rfq", limit=Limit(5, 2, "user"), one_of=(("rfq_id", "cl_rfq_id"),))
    async def cancel_rfq(self, rfq_id: str | None = None, cl_rfq_id: ClientId | None = None) -> RfqResult:
        """Cancel one RFQ by ``rfq_id`` or ``cl_rfq_id``. (Cancel RFQ)"""
        ...

    @post("/api/v5/rfq/cancel-batch-rfqs", limit=Limit(2, 2, "user"), batch=True, one_of=(("rfq_ids", "cl_rfq_ids"),))
    async def cancel_batch_rfqs(
        self, rfq_ids: Sequence[str] | None = None, cl_rfq_ids: Sequence[str] | None = None
    ) -> list[RfqResult]:
        """Cancel several RFQs; each row tells the result of one. (Cancel multiple RFQs)"""
        ...

    @post("/api/v5/rfq/cancel-all-rfqs", limit=Limit(2, 2, "user"))
    async def cancel_all_rfqs(self) -> Moment:
        """Cancel every open RFQ of the account. (Cancel all RFQs)"""
        ...

    @post("/api/v5/rfq/execute-quote", limit=Limit(2, 3, "user"))
    async def execute_quote(
        self, rfq_id: str, quote_id: str, legs: Sequence[ExecuteLeg | Fields] | None = None
    ) -> BlockTrade:
        """Trade at a quote, as the one who asked.

        There is no id of the client's for it. A quote is traded at most once, so when the answer is lost, what became
        of the quote is told: the block trade at it, or its failure. While the RFQ is in state ``pending_fill``, that is
        not known yet. (Execute Quote)
        """
        ...

    @get("/api/v5/rfq/maker-instrument-settings", limit=Limit(5, 2, "user"), auth=True)
    async def maker_instrument_settings(self) -> list[MakerProducts]:
        """What the account quotes, and up to which size and price band. (Get Quote products)"""
        ...

    @post("/api/v5/rfq/maker-instrument-settings", limit=Limit(5, 2, "user"))
    async def set_maker_instrument_settings(
        self, settings: Annotated[Sequence[MakerSetting | Fields], WHOLE_BODY]
    ) -> Done:
        """Choose what the account quotes.

        Args:
            settings: One row per instrument type; it replaces what was set before.

        (Set Quote products)
        """
        ...

    @post("/api/v5/rfq/mmp-reset", limit=Limit(5, 2, "user"))
    async def reset_mmp(self) -> Moment:
        """Thaw market maker protection. (Reset MMP status)"""
        ...

    @post("/api/v5/rfq/mmp-config", limit=Limit(1, 10, "user"))
    async def set_mmp_config(self, time_interval: Num, frozen_interval: Num, count_limit: Num) -> BlockMmpConfig:
        """Set market maker protection for block trades.

        Args:
            frozen_interval: Freeze length, ms; 0 until manual reset.

        (Set MMP)
        """
        ...

    @get("/api/v5/rfq/mmp-config", limit=Limit(5, 2, "user"), auth=True)
    async def mmp_config(self) -> BlockMmpConfig:
        """Market maker protection in force. (Get MMP Config)"""
        ...

    @post("/api/v5/rfq/create-quote", limit=Limit(50, 2, "user"))
    async def create_quote(
        self,
        rfq_id: str,
        quote_side: str,
        legs: Sequence[NewQuoteLeg | Fields],
        cl_quote_id: ClientId | None = None,
        tag: OrderTag | None = None,
        anonymous: bool | None = None,
        expires_in: Num | None = None,
    ) -> Quote:
        """Answer an RFQ with a price.

        It has an intent like an order: see `OKX.orders`.

        Args:
            cl_quote_id: The client makes one where none is given.
            quote_side: Side of the quote.
            anonymous: Hide own identity from counterparties.
            expires_in: Seconds until the quote ends.

        (Create Quote)
        """
        ...

    @post("/api/v5/rfq/cancel-quote", limit=Limit(50, 2, "user"), one_of=(("quote_id", "cl_quote_id"),))
    async def cancel_quote(
        self, quote_id: str | None = None, cl_quote_id: ClientId | None = None, rfq_id: str | None = None
    ) -> QuoteResult:
        """Cancel one quote by ``quote_id`` or ``cl_quote_id``. (Cancel Quote)"""
        ...

    @post(
        "/api/v5/rfq/cancel-batch-quotes",
        limit=Limit(2, 2, "user"),
        batch=True,
        one_of=(("quote_ids", "cl_quote_ids"),),
    )
    async def cancel_batch_quotes(
        self, quote_ids: Sequence[str] | None = None, cl_quote_ids: Sequence[str] | None = None
    ) -> list[QuoteResult]:
        """Cancel several quotes; each row tells the result of one. (Cancel multiple Quotes)"""
        ...

    @post("/api/v5/rfq/cancel-all-quotes", limit=Limit(2, 2, "user"))
    async def cancel_all_quotes(self) -> Moment:
        """Cancel every open quote of the account. (Cancel all Quotes)"""
        ...

    @post("/api/v5/rfq/cancel-all-after", limit=Limit(1, 1, "user"))
    async def cancel_all_after(self, time_out: Num) -> Countdown:
        """Cancel all open quotes when this call is not repeated in time.

        Args:
            time_out: Countdown in seconds: 0 or 10-120.

        (Cancel All After)
        """
        ...

    @get("/api/v5/rfq/rfqs", limit=Limit(2, 2, "user"), auth=True, pages=by_id("rfq_id", cursor="end_id"))
    async def rfqs(
        self,
        rfq_id: str | None = None,
        cl_rfq_id: ClientId | None = None,
        state: Literal["filled", "traded_away"] | str | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        limit: Count | None = None,
    ) -> list[Rfq]:
        """RFQs the account sent or got, newest first.

        Args:
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.

        (Get rfqs)
        """
        ...

    @get("/api/v5/rfq/quotes", limit=Limit(2, 2, "user"), auth=True, pages=by_id("quote_id", cursor="end_id"))
    async def quotes(
        self,
        rfq_id: str | None = None,
        cl_rfq_id: ClientId | None = None,
        quote_id: str | None = None,
        cl_quote_id: ClientId | None = None,
        state: str | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        limit: Count | None = None,
    ) -> list[Quote]:
        """Quotes the account sent or got, newest first.

        Args:
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.

        (Get quotes)
        """
        ...

    @get("/api/v5/rfq/trades", limit=Limit(5, 2, "user"), auth=True, pages=by_id("block_td_id", cursor="end_id"))
    async def trades(
        self,
        rfq_id: str | None = None,
        cl_rfq_id: ClientId | None = None,
        quote_id: str | None = None,
        block_td_id: str | None = None,
        cl_quote_id: ClientId | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        begin_ts: MsArg | None = None,
        end_ts: MsArg | None = None,
        limit: Count | None = None,
        is_successful: bool | None = None,
    ) -> list[BlockTrade]:
        """Own block trades, newest first.

        Args:
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.
            is_successful: Trade went through.

        (Get trades)
        """
        ...
