"""The life of RFQs and quotes: asked, answered, cancelled, expired, and traded between two users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..blocks import Block, BlockLeg, Blocks
from ..clock import Clock, Timer
from ..derivatives import Derivatives
from ..instruments import Kind
from .deals import Broke, Deals, Part
from .forms import refuse
from .people import User
from .rfq_makers import Makers
from .rfqs import Agreed, BlockDeal, Quote, Rfq, Rfqs, Stage

__all__ = ["RfqDesk"]


class RfqDesk:
    """Keeps RFQs and quotes.

    An RFQ ends when it is traded, also in part, and all its quotes with it. A trade that the maker cannot bear fails
    the quote and leaves the RFQ open; one that the taker cannot bear changes nothing.

    Args:
        clock: Market time, and what ends wait on.
        rfqs: Everything asked and answered.
        deals: Settles legs.
        makers: What makers have set.
        blocks: What the public is told.
        figures: Where mark and index prices are.

    Attributes:
        on_rfq: Told of each change of an RFQ.
        on_quote: Told of each change of a quote.
        on_deal: Told of each block trade.
    """

    def __init__(
        self, clock: Clock, rfqs: Rfqs, deals: Deals, makers: Makers, blocks: Blocks, figures: Derivatives
    ) -> None:
        self._clock = clock
        self._rfqs = rfqs
        self._deals = deals
        self._makers = makers
        self._blocks = blocks
        self._figures = figures
        self._timers: dict[Rfq | Quote, Timer] = {}
        self.on_rfq: Callable[[Rfq], None] = lambda rfq: None
        self.on_quote: Callable[[Quote], None] = lambda quote: None
        self.on_deal: Callable[[BlockDeal], None] = lambda deal: None

    def ask(self, rfq: Rfq) -> None:
        """Take a new RFQ in and tell those who are asked.

        Raises:
            Refusal: 70101.
        """
        namesake = self._rfqs.rfq(rfq.taker, "", rfq.cl_rfq_id)
        if namesake is not None and namesake.stage is Stage.ACTIVE:
            raise refuse("70101", "Client RFQ ID already exists")
        self._rfqs.ask(rfq)
        self._timers[rfq] = self._later(rfq.until, lambda: self.end_rfq(rfq, Stage.EXPIRED))
        self.on_rfq(rfq)

    def answer(self, quote: Quote) -> None:
        """Take a new quote in and tell who asked.

        Raises:
            Refusal: With the code of the exchange.
        """
        if quote.rfq.stage is not Stage.ACTIVE:
            raise refuse("70303", f"The RFQ is {quote.rfq.stage.value} and takes no quotes")
        self._makers.check(quote)
        namesake = self._rfqs.quote(quote.maker, "", quote.cl_quote_id)
        if namesake is not None and namesake.stage is Stage.ACTIVE:
            raise refuse("70301", "Client quote ID already exists")
        others = [each for each in self._rfqs.answers(quote.rfq) if each.maker is quote.maker]
        if any(each.sells is quote.sells for each in others):
            raise refuse("70309", "This side of the RFQ is quoted already")
        for other in others:
            offer, bid = (quote, other) if quote.sells else (other, quote)
            if bid.value > offer.value:
                raise refuse("70305", "The bid is above the offer")
        self._rfqs.answer(quote)
        self._timers[quote] = self._later(quote.until, lambda: self.end_quote(quote, Stage.EXPIRED))
        self.on_quote(quote)

    def end_rfq(self, rfq: Rfq, stage: Stage, winner: User | None = None) -> None:
        """End an RFQ and with it every quote that is left."""
        self._forget(rfq)
        rfq.stage, rfq.winner, rfq.updated = stage, winner, self._clock.now()
        self.on_rfq(rfq)
        for quote in self._rfqs.answers(rfq):
            self.end_quote(quote, Stage.EXPIRED if stage is Stage.EXPIRED else Stage.CANCELED)

    def end_quote(self, quote: Quote, stage: Stage, reason: str = "") -> None:
        """End a quote."""
        self._forget(quote)
        quote.stage, quote.reason, quote.updated = stage, reason, self._clock.now()
        self.on_quote(quote)

    def execute(self, quote: Quote, lots: Sequence[int]) -> BlockDeal:
        """Trade at a quote.

        Args:
            quote: Which; its taker wants to trade.
            lots: How much of each leg.

        Raises:
            Refusal: 70504, 70505, 70509, or why the taker cannot bear it.
        """
        rfq = quote.rfq
        if rfq.stage is not Stage.ACTIVE:
            raise refuse("70504", f"The RFQ is {rfq.stage.value} and cannot be executed")
        if quote.stage is not Stage.ACTIVE:
            raise refuse("70505", f"The quote is {quote.stage.value} and cannot be executed")
        legs = tuple(
            Agreed(each.leg.market, each.price, size, each.leg.buy is quote.sells, self._deals.next_trade())
            for each, size in zip(quote.legs, lots, strict=True)
        )
        deal = BlockDeal(next(self._rfqs.block_ids), quote, legs, self._clock.now())
        parts = self._parts(deal, maker=False) + self._parts(deal, maker=True)
        try:
            fills = self._deals.strike(parts)
        except Broke as broke:
            if broke.user is rfq.taker:
                raise broke.refusal from broke
            self._end_deal(replace(deal, code=broke.refusal.code), Stage.FAILED)
            raise refuse("70509", "The counterparty could not bear the trade") from broke
        for at, leg in enumerate(legs):
            leg.fills.update({rfq.taker.uid: fills[at], quote.maker.uid: fills[at + len(legs)]})
        self._publish(deal)
        self._end_deal(deal, Stage.FILLED)
        self.end_rfq(rfq, Stage.FILLED, quote.maker)
        if self._makers.count(quote.maker):
            for other in self._rfqs.quoted_by(quote.maker):
                self.end_quote(other, Stage.CANCELED, "mmp_canceled")
        return deal

    def release(self) -> None:
        """Stop waiting for ends."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _end_deal(self, deal: BlockDeal, stage: Stage) -> None:
        self._rfqs.trade(deal)
        self.end_quote(deal.quote, stage)
        self.on_deal(deal)

    def _parts(self, deal: BlockDeal, *, maker: bool) -> list[Part]:
        """Return what one side trades."""
        quote, rfq, ord_id = deal.quote, deal.quote.rfq, self._deals.next_id()
        parts: list[Part] = []
        for leg, quoted in zip(deal.legs, quote.legs, strict=True):
            user, held = (quote.maker, quoted) if maker else (rfq.taker, quoted.leg)
            tag = quote.tag if maker else rfq.tag
            buys = leg.buy is not maker
            mode, side = held.td_mode, held.pos_side
            number = leg.trade_id
            parts.append(Part(user, leg.market, buys, leg.price, leg.lots, maker, number, ord_id, mode, side, tag=tag))
        return parts

    def _publish(self, deal: BlockDeal) -> None:
        figures = self._figures
        legs = tuple(
            BlockLeg(
                leg.market,
                leg.trade_id,
                leg.price,
                leg.lots,
                leg.buy,
                None if leg.market.instrument.kind is Kind.SPOT else figures.mark(leg.market),
                None if leg.market.instrument.kind is Kind.SPOT else figures.index(leg.market),
            )
            for leg in deal.legs
        )
        self._blocks.add(Block(deal.block_id, legs, deal.ts))

    def _later(self, until: int, deed: Callable[[], None]) -> Timer:
        return self._clock.timeline.call_later((until - self._clock.now()) / 1000, deed)

    def _forget(self, one: Rfq | Quote) -> None:
        timer = self._timers.pop(one, None)
        if timer is not None:
            timer.cancel()
