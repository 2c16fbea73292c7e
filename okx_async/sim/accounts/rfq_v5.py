"""What users ask about RFQs, quotes and block trades, and the three channels that tell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ..clock import Clock
from ..market import Market
from ..query_v5 import Query, Refusal
from .asks import Ask, Handlers
from .countdowns import Countdowns, seconds_of
from .forms import TAG, named, refuse
from .people import People, User
from .private import Private
from .rfq_desk import RfqDesk
from .rfq_reading import read_legs, read_lots, read_prices, rows_of
from .rfq_rows import deal_row, quote_row, rfq_row
from .rfqs import BlockDeal, Quote, Rfq, Rfqs, Stage, code_of
from .services import not_simulated

__all__ = ["RfqV5"]

Json = dict[str, Any]
Asked = TypeVar("Asked", Rfq, Quote)

_RFQ_MS = 120_000
"""How long an RFQ is open. It is not documented; in the documents' examples it is about two minutes."""

_QUOTE_SECONDS = 60
_MOST_AT_ONCE = 100


class RfqV5:
    """The private handlers of the chapter Block Trading, but for what makers set.

    Every user can be asked by every other one who is not of the same family; a user's trader code is made of the uid.
    RFQs that are split over accounts are refused with 50062.

    Args:
        clock: Market time, and what countdowns wait on.
        markets: By instrument id; may change at any time.
        people: Who can be asked.
        rfqs: Everything asked and answered.
        desk: What becomes of it.
        private: Where changes are told.
    """

    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        people: People,
        rfqs: Rfqs,
        desk: RfqDesk,
        private: Private,
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._people = people
        self._rfqs = rfqs
        self._desk = desk
        self._private = private
        self._countdowns = Countdowns(clock)
        desk.on_rfq, desk.on_quote, desk.on_deal = self._tell_rfq, self._tell_quote, self._tell_deal

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {
            ("GET", "/api/v5/rfq/counterparties"): self._counterparties,
            ("POST", "/api/v5/rfq/create-rfq"): self._ask,
            ("POST", "/api/v5/rfq/cancel-rfq"): lambda ask: [self._cancel_rfq(ask.user, *_names(ask, "rfqId"))],
            ("POST", "/api/v5/rfq/cancel-batch-rfqs"): self._cancel_rfqs,
            ("POST", "/api/v5/rfq/cancel-all-rfqs"): self._cancel_all_rfqs,
            ("POST", "/api/v5/rfq/execute-quote"): self._execute,
            ("POST", "/api/v5/rfq/create-quote"): self._answer,
            ("POST", "/api/v5/rfq/cancel-quote"): lambda ask: [self._cancel_quote(ask.user, *_names(ask, "quoteId"))],
            ("POST", "/api/v5/rfq/cancel-batch-quotes"): self._cancel_quotes,
            ("POST", "/api/v5/rfq/cancel-all-quotes"): self._cancel_all_quotes,
            ("POST", "/api/v5/rfq/cancel-all-after"): self._cancel_all_after,
            ("GET", "/api/v5/rfq/rfqs"): self._list_rfqs,
            ("GET", "/api/v5/rfq/quotes"): self._list_quotes,
            ("GET", "/api/v5/rfq/trades"): self._list_deals,
        }

    def release(self) -> None:
        """Stop everything that waits."""
        self._countdowns.release()
        self._desk.release()

    def _counterparties(self, ask: Ask) -> list[Any]:
        return [{"traderName": code, "traderCode": code, "type": ""} for code in self._others(ask.user)]

    def _others(self, user: User) -> dict[str, User]:
        """Return who a user can ask, by trader code."""
        return {code_of(each): each for each in self._people if _owner(each) != _owner(user)}

    def _ask(self, ask: Ask) -> list[Any]:
        query, fields = Query({**ask.fields, **dict.fromkeys(("counterparties", "legs"), "")}, {}), ask.fields
        if fields.get("acctAlloc"):
            raise not_simulated("splitting an RFQ over accounts")
        codes = fields.get("counterparties")
        if not codes:
            raise refuse("70102", "No counterparty is given")
        others = self._others(ask.user)
        if not isinstance(codes, list) or any(code not in others for code in codes):
            raise refuse("70103", "A counterparty is invalid")
        legs = read_legs(rows_of(fields, "legs"), ask.user, self._markets)
        now = self._clock.now()
        rfq = Rfq(
            next(self._rfqs.rfq_ids),
            ask.user,
            tuple(others[code] for code in dict.fromkeys(codes)),
            legs,
            now,
            now,
            now + _RFQ_MS,
            _flag(query, "anonymous"),
            _flag(query, "allowPartialExecution"),
            named(query, "clRfqId"),
            named(query, "tag", TAG),
        )
        self._desk.ask(rfq)
        return [rfq_row(rfq, ask.user)]

    def _answer(self, ask: Ask) -> list[Any]:
        query = Query({**ask.fields, "legs": ""}, self._markets)
        rfq = self._rfq(ask.user, query.needed("rfqId"))
        if _owner(rfq.taker) == _owner(ask.user):
            raise refuse("70308", "You cannot quote your own RFQ")
        sells = query.choice("quoteSide", ("buy", "sell")) == "sell"
        seconds = query.number("expiresIn", _QUOTE_SECONDS)
        if not seconds:
            raise refuse("51000", "Parameter expiresIn error")
        legs = read_prices(rows_of(ask.fields, "legs"), ask.user, rfq, self._markets)
        now = self._clock.now()
        quote = Quote(
            next(self._rfqs.quote_ids),
            rfq,
            ask.user,
            sells,
            legs,
            now,
            now,
            now + seconds * 1000,
            _flag(query, "anonymous"),
            named(query, "clQuoteId"),
            named(query, "tag", TAG),
        )
        self._desk.answer(quote)
        return [quote_row(quote, ask.user)]

    def _execute(self, ask: Ask) -> list[Any]:
        query = Query({**ask.fields, "legs": ""}, self._markets)
        rfq, quote_id = self._rfq(ask.user, query.needed("rfqId")), query.needed("quoteId")
        quote = self._rfqs.quote(ask.user, quote_id)
        if quote is None or quote.maker is ask.user:
            raise refuse("70001", "The quote does not exist")
        if quote.rfq is not rfq:
            raise refuse("70501", "The quote is not for this RFQ")
        if any(self._markets.get(leg.market.instrument.inst_id) is not leg.market for leg in rfq.legs):
            raise refuse("70004", "The instrument is invalid")
        whole = tuple(leg.lots for leg in rfq.legs)
        lots = read_lots(rows_of(ask.fields, "legs"), quote) if ask.fields.get("legs") else whole
        return [deal_row(self._desk.execute(quote, lots), ask.user)]

    def _rfq(self, user: User, rfq_id: str) -> Rfq:
        rfq = self._rfqs.rfq(user, rfq_id)
        if rfq is None:
            raise refuse("70000", "The RFQ does not exist")
        return rfq

    def _cancel_rfq(self, user: User, rfq_id: str, name: str) -> Json:
        rfq = self._rfqs.rfq(user, rfq_id, name)
        if rfq is None or rfq.taker is not user:
            return {"rfqId": rfq_id, "clRfqId": name, "sCode": "70000", "sMsg": "The RFQ does not exist"}
        told = {"rfqId": str(rfq.rfq_id), "clRfqId": rfq.cl_rfq_id}
        return told | _canceled("RFQ", rfq, "70200", self._desk.end_rfq)

    def _cancel_quote(self, user: User, quote_id: str, name: str) -> Json:
        quote = self._rfqs.quote(user, quote_id, name)
        if quote is None or quote.maker is not user:
            return {"quoteId": quote_id, "clQuoteId": name, "sCode": "70001", "sMsg": "The quote does not exist"}
        told = {"quoteId": str(quote.quote_id), "clQuoteId": quote.cl_quote_id}
        return told | _canceled("quote", quote, "70400", self._desk.end_quote)

    def _cancel_rfqs(self, ask: Ask) -> list[Any]:
        return _several(ask, "rfqIds", "clRfqIds", "70203", self._cancel_rfq)

    def _cancel_quotes(self, ask: Ask) -> list[Any]:
        return _several(ask, "quoteIds", "clQuoteIds", "70408", self._cancel_quote)

    def _cancel_all_rfqs(self, ask: Ask) -> list[Any]:
        open_ones = self._rfqs.asked_by(ask.user)
        if not open_ones:
            raise refuse("70207", "There is no active RFQ")
        for rfq in open_ones:
            self._desk.end_rfq(rfq, Stage.CANCELED)
        return [{"ts": str(self._clock.now())}]

    def _cancel_all_quotes(self, ask: Ask) -> list[Any]:
        if not self._end_quotes(ask.user):
            raise refuse("70409", "There is no active quote")
        return [{"ts": str(self._clock.now())}]

    def _end_quotes(self, user: User) -> int:
        open_ones = self._rfqs.quoted_by(user)
        for quote in open_ones:
            self._desk.end_quote(quote, Stage.CANCELED)
        return len(open_ones)

    def _cancel_all_after(self, ask: Ask) -> list[Any]:
        seconds = seconds_of(Query(ask.fields, {}))
        when = self._countdowns.wind((ask.user.uid, ""), seconds, lambda: self._end_quotes(ask.user))
        return [{"triggerTime": str(when), "ts": str(self._clock.now())}]

    def _list_rfqs(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, {})
        rows = (rfq_row(rfq, ask.user) for rfq in self._rfqs.rfqs(ask.user))
        return _page(query, rows, "rfqId", ("rfqId", "clRfqId", "state"))

    def _list_quotes(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, {})
        rows = (quote_row(quote, ask.user) for quote in self._rfqs.quotes(ask.user))
        return _page(query, rows, "quoteId", ("rfqId", "clRfqId", "quoteId", "clQuoteId", "state"))

    def _list_deals(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, {})
        since, until = query.number("beginTs") or 0, query.number("endTs") or 1 << 62
        if until < since:
            raise refuse("70013", "endTs must not be before beginTs")
        good = query.choice("isSuccessful", ("true", "false"), "")
        rows = (
            deal_row(deal, ask.user)
            for deal in self._rfqs.deals(ask.user)
            if since <= deal.ts <= until and good in ("", "false" if deal.code else "true")
        )
        return _page(query, rows, "blockTdId", ("rfqId", "clRfqId", "quoteId", "clQuoteId", "blockTdId"))

    def _tell_rfq(self, rfq: Rfq) -> None:
        for user in (rfq.taker, *rfq.makers):
            self._private.push(user, "rfqs", {}, [rfq_row(rfq, user)])

    def _tell_quote(self, quote: Quote) -> None:
        for user in (quote.maker, quote.rfq.taker):
            self._private.push(user, "quotes", {}, [quote_row(quote, user)])

    def _tell_deal(self, deal: BlockDeal) -> None:
        for user in (deal.quote.rfq.taker, deal.quote.maker):
            self._private.push(user, "struc-block-trades", {}, [deal_row(deal, user)])


def _owner(user: User) -> str:
    return user.master or user.uid


def _flag(query: Query, name: str) -> bool:
    return query.choice(name, ("true", "false"), "false") == "true"


def _names(ask: Ask, name: str) -> tuple[str, str]:
    """Return by which of its two names something is meant, one of which must be there."""
    query, other = Query(ask.fields, {}), f"cl{name[0].upper()}{name[1:]}"
    if not query.text(name) and not query.text(other):
        raise Refusal(400, "50015", f"Either parameter {name} or {other} is required")
    return query.text(name), query.text(other)


def _canceled(what: str, one: Asked, code: str, end: Callable[[Asked, Stage], object]) -> Json:
    """Cancel what is still active, and return what is said of it."""
    if one.stage is not Stage.ACTIVE:
        return {"sCode": code, "sMsg": f"The {what} is {one.stage.value} and cannot be canceled"}
    end(one, Stage.CANCELED)
    return {"sCode": "0", "sMsg": ""}


def _several(ask: Ask, ids: str, names: str, code: str, cancel: Callable[[User, str, str], Json]) -> list[Any]:
    """Cancel what a list names; numbers win over names."""
    by_id, by_name = ask.fields.get(ids) or [], ask.fields.get(names) or []
    given: Sequence[Any] = by_id or by_name
    if not given:
        raise Refusal(400, "50015", f"Either parameter {ids} or {names} is required")
    if not isinstance(given, list):
        raise Refusal(400, "51000", f"Parameter {ids if by_id else names} error")
    if len(given) > _MOST_AT_ONCE:
        raise refuse(code, "Too many to cancel")
    return [cancel(ask.user, str(each), "") if by_id else cancel(ask.user, "", str(each)) for each in given]


def _page(query: Query, rows: Iterator[Json], number: str, names: tuple[str, ...]) -> list[Any]:
    """Return the rows that were asked for by name, one page of them."""
    found = (row for row in rows if all(query.text(name) in ("", row[name]) for name in names))
    return query.page_by_id(found, lambda row: int(row[number]))
