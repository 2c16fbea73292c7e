"""What users ask about their spot account in V3: balances, the ledger, fee rates."""

from __future__ import annotations

from typing import Any

from ..accounts.bank import Bank
from ..accounts.fees import rate_of
from ..accounts.margin import Margins
from ..accounts.people import User
from ..accounts.prices import Prices
from ..accounts.worth import ZERO
from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..query_v3 import Refusal
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, page
from .entries import Entries

__all__ = ["SpotV3", "fee_rates"]

Json = dict[str, Any]

_DAYS_MS = 90 * 86_400_000


class SpotV3:
    """The spot account, which is the trading account: what contracts hold of a currency counts as frozen.

    Args:
        clock: Market time.
        bank: Users and money.
        margins: What is left to spend.
        prices: Which currencies there are.
        entries: The ledger.
    """

    def __init__(self, clock: Clock, bank: Bank, margins: Margins, prices: Prices, entries: Entries) -> None:
        self._clock = clock
        self._bank = bank
        self._margins = margins
        self._prices = prices
        self._entries = entries

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        return {
            ("GET", "/api/spot/v3/accounts"): self._accounts,
            ("GET", "/api/spot/v3/accounts/{currency}"): self._account,
            ("GET", "/api/spot/v3/accounts/{currency}/ledger"): self._ledger,
            ("GET", "/api/spot/v3/trade_fee"): lambda ask: fee_rates(ask.user, Kind.SPOT, self._clock.now()),
        }

    def row(self, user: User, ccy: str) -> Json:
        """Write one currency. (Spot account of one currency)"""
        balance = self._bank.trading(user).cash.get(ccy, ZERO)
        available = max(ZERO, min(balance, self._margins.spendable(user, ccy)))
        hold = exact_text(balance - available)
        return {
            "currency": ccy,
            "balance": exact_text(balance),
            "hold": hold,
            "available": exact_text(available),
            "id": "",
            "frozen": hold,
            "holds": hold,
        }

    def _accounts(self, ask: AskV3) -> list[Json]:
        held = self._bank.trading(ask.user).cash
        return [self.row(ask.user, ccy) for ccy in sorted(held) if held[ccy]]

    def _account(self, ask: AskV3) -> Json:
        return self.row(ask.user, self._currency(ask))

    def _ledger(self, ask: AskV3) -> Answer:
        since = self._clock.now() - _DAYS_MS
        return page(self._entries.of_currency(ask.user, self._currency(ask), ask.query, since), "ledger_id")

    def _currency(self, ask: AskV3) -> str:
        ccy = ask.query.named("currency")
        if ccy not in self._prices.currencies and ccy not in self._bank.trading(ask.user).cash:
            raise Refusal(30031, f"token {ccy} does not exist")
        return ccy


def fee_rates(user: User, kind: Kind, now: int) -> Json:
    """Write a user's fee rates; here what is charged is positive. (Fee rates)"""
    rates = {name: plain(rate_of(kind, user.vip, name == "maker"), 8) for name in ("maker", "taker")}
    return rates | {"timestamp": iso_ms(now)}
