"""What users ask about margin accounts in V3: balances, what can be borrowed, loans, leverage, the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..accounts.leverage import LEVERAGE, most_leverage
from ..accounts.loans import Loan, Loans
from ..accounts.pairs import Pairs, Side, cut
from ..accounts.people import User
from ..accounts.prices import Prices
from ..accounts.rows import price_text
from ..accounts.venue import Venue
from ..accounts.worth import ZERO
from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v3 import Query, Refusal
from ..risk import LOAN_RATE
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, HandlerV3, page
from .entries import Entries
from .words import NEVER

__all__ = ["MarginV3"]

Json = dict[str, Any]

_DAYS_MS = 90 * 86_400_000
_LEAST_LEVERAGE = Decimal(2)
_RATIO = 8


class MarginV3:
    """The handlers of the chapter Margin, its orders apart.

    Every spot pair has margin trading. Where the documents leave a figure open it is the simulator's: how much may be
    borrowed, when an account is liquidated (`accounts.pairs`), the rate, which is that of a day, and when interest is
    counted (`accounts.loans`). No loan is called in because of its age, so ``force_repay_time`` is no moment, and
    ``risk_rate`` is empty. A repayment takes no more than is owed; that the account has less than the amount is refused
    with 33017, as no code is documented for it.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        venue: Loans and margin accounts.
        prices: What currencies are worth.
        entries: The ledger.
    """

    def __init__(
        self, clock: Clock, markets: Mapping[str, Market], venue: Venue, prices: Prices, entries: Entries
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._loans: Loans = venue.loans
        self._pairs: Pairs = venue.pairs
        self._guard = venue.pair_guard
        self._prices = prices
        self._entries = entries

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        api = "/api/margin/v3/accounts"
        found: dict[tuple[str, str], HandlerV3] = {
            ("GET", api): lambda ask: [self.row(ask.user, market) for market in self._all()],
            ("GET", f"{api}/{{instrument_id}}"): lambda ask: self.row(ask.user, ask.query.market()),
            ("GET", f"{api}/{{instrument_id}}/ledger"): self._ledger,
            ("GET", f"{api}/availability"): lambda ask: [self._room(ask.user, market) for market in self._all()],
            ("GET", f"{api}/{{instrument_id}}/availability"): lambda ask: [self._room(ask.user, ask.query.market())],
            ("GET", f"{api}/borrowed"): self._borrowed,
            ("GET", f"{api}/{{instrument_id}}/borrowed"): self._borrowed,
            ("POST", f"{api}/borrow"): self._borrow,
            ("POST", f"{api}/repayment"): self._repay,
            ("GET", f"{api}/{{instrument_id}}/leverage"): self._leverage,
            ("POST", f"{api}/{{instrument_id}}/leverage"): self._set_leverage,
        }
        return {key: self._up_to_now(handler) for key, handler in found.items()}

    def _up_to_now(self, handler: HandlerV3) -> HandlerV3:
        """Return a handler before which interest is counted, which otherwise waits for the next step of the market."""

        def handle(ask: AskV3) -> Any:
            self._guard.pass_by(ask.received)
            return handler(ask)

        return handle

    def _all(self) -> list[Market]:
        return [market for market in self._markets.values() if market.instrument.kind is Kind.SPOT]

    # -- accounts

    def row(self, user: User, market: Market, *, push: bool = False) -> Json:
        """Write the margin account of a pair; a push says less of it, and when. (Margin account of one pair)"""
        account, inst_id = self._pairs.account(user, market), market.instrument.inst_id
        row: Json = {
            f"currency:{side.ccy}": _side(side) | ({} if push else _more(side, account.withdrawable(side.ccy)))
            for side in account.sides
        }
        row |= {
            "instrument_id": inst_id,
            "liquidation_price": price_text(account.liquidation_price) or "0",
            "maint_margin_ratio": exact_text(account.tier.mmr),
            "tiers": str(account.number),
        }
        if push:
            return row | {"timestamp": iso_ms(self._clock.now())}
        ratio = "" if account.ratio is None else plain(account.ratio, _RATIO)
        return row | {"product_id": inst_id, "margin_ratio": ratio, "risk_rate": ""}

    def worth(self, user: User) -> Decimal:
        """Return what is in all margin accounts of a user after all debts, in US dollars."""
        total = ZERO
        for market in self._all():
            account = self._pairs.account(user, market)
            total += account.own * (self._prices.usd(account.quote.ccy) or ZERO)
        return total

    def _ledger(self, ask: AskV3) -> Answer:
        inst_id, since = ask.query.market().instrument.inst_id, ask.received - _DAYS_MS
        return page(self._entries.of_pair(ask.user, inst_id, ask.query, since), "ledger_id")

    # -- loans

    def _room(self, user: User, market: Market) -> Json:
        """Write how much may be borrowed. (Margin settings of one pair)"""
        text, lever = market.instrument, exact_text(self._pairs.lever(user, market))
        sides = {
            f"currency:{ccy}": {
                "available": exact_text(self._pairs.borrowable(user, market, ccy)),
                "leverage": lever,
                "leverage_ratio": lever,
                "rate": exact_text(LOAN_RATE),
            }
            for ccy in (text.base, text.quote)
        }
        return sides | {"instrument_id": text.inst_id, "product_id": text.inst_id}

    def _borrowed(self, ask: AskV3) -> Answer:
        repaid = ask.query.choice("status", ("0", "1"), "0") == "1"
        market = ask.query.market() if "instrument_id" in ask.query.path else None
        found = (
            loan
            for loan in self._loans.newest_first(ask.user)
            if market in (None, loan.market) and bool(loan.owed) is not repaid
        )
        return page([_loan(loan) for loan in ask.query.page(found, lambda loan: loan.number)], "borrow_id")

    def _borrow(self, ask: AskV3) -> Json:
        query, market = ask.query, ask.query.market()
        ccy, amount = _currency(query, market), cut(query.decimal("amount"))
        if amount < self._pairs.least(market, ccy):
            raise Refusal(33004, "The loan is below the minimum amount")
        if amount > self._pairs.borrowable(ask.user, market, ccy):
            raise Refusal(33008, "The loan is above what can be borrowed")
        loan = self._loans.borrow(ask.user, market, ccy, amount)
        return {"borrow_id": str(loan.number), "client_oid": query.text("client_oid"), "result": True}

    def _repay(self, ask: AskV3) -> Json:
        query, user, market = ask.query, ask.user, ask.query.market()
        ccy, amount = _currency(query, market), cut(query.decimal("amount"))
        number = query.number("borrow_id", 0, 1 << 62) if query.text("borrow_id") else None
        owing = [loan for loan in self._loans.open(user, market, ccy) if number in (None, loan.number)]
        if not owing:
            raise Refusal(33006, "There is no such loan")
        if not amount:
            raise Refusal(33005, "The repayment must be positive")
        paid = min(amount, sum((loan.owed for loan in owing), ZERO))
        if paid > self._pairs.account(user, market).side(ccy).available:
            raise Refusal(33017, "The repayment is more than what is available")
        repayment = str(self._loans.repay(user, market, ccy, paid, number))
        return {"repayment_id": repayment, "client_oid": query.text("client_oid"), "result": True}

    # -- leverage

    def _leverage(self, ask: AskV3) -> Json:
        market = ask.query.market()
        told = {"instrument_id": market.instrument.inst_id, "result": True}
        # Of margin leverage, success is an empty text. (V3 "errors")
        lever = exact_text(self._pairs.lever(ask.user, market))
        return told | {"leverage": lever, "error_code": "", "error_message": ""}

    def _set_leverage(self, ask: AskV3) -> Json:
        user, market, lever = ask.user, ask.query.market(), ask.query.decimal("leverage")
        if lever < _LEAST_LEVERAGE:
            raise Refusal(33064, "The leverage must be at least 2")
        if lever > most_leverage(market):
            raise Refusal(33065, "The leverage is above the maximum")
        enough, room = self._pairs.allows(user, market, lever)
        if not enough:
            raise Refusal(33063, "The leverage is too low: the margin would not suffice")
        if not room:
            raise Refusal(33062, "The leverage is too high for what is borrowed")
        user.settings[LEVERAGE, market.instrument.inst_id, "isolated", ""] = exact_text(lever)
        return self._leverage(ask)


def _currency(query: Query, market: Market) -> str:
    ccy = query.named("currency")
    if ccy not in (market.instrument.base, market.instrument.quote):
        raise Refusal(33021, f"{ccy} does not belong to the pair")
    return ccy


def _side(side: Side) -> Json:
    return {
        "available": exact_text(side.available),
        "balance": exact_text(side.balance),
        "borrowed": exact_text(side.borrowed),
        "hold": exact_text(side.hold),
        "lending_fee": exact_text(side.interest),
    }


def _more(side: Side, withdrawable: Decimal) -> Json:
    """Write what only answers say of a currency."""
    hold = exact_text(side.hold)
    return {"can_withdraw": exact_text(withdrawable), "frozen": hold, "holds": hold}


def _loan(loan: Loan) -> Json:
    moment, inst_id = iso_ms(loan.ts), loan.market.instrument.inst_id
    returned, paid = exact_text(loan.returned), exact_text(loan.paid)
    return {
        "borrow_id": str(loan.number),
        "instrument_id": inst_id,
        "product_id": inst_id,
        "currency": loan.ccy,
        "timestamp": moment,
        "created_at": moment,
        "amount": exact_text(loan.amount),
        "interest": exact_text(loan.interest),
        "returned_amount": returned,
        "repay_amount": returned,
        "paid_interest": paid,
        "repay_interest": paid,
        "last_interest_time": iso_ms(loan.charged),
        "force_repay_time": NEVER,
        "rate": exact_text(loan.rate),
    }
