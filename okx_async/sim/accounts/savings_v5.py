"""V5 REST of flexible savings: money that is lent by the hour, at the market's rate, unless its owner wants more."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..earn_rates import HOUR_MS, YEAR_HOURS, lending_rate
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .bank import Bank
from .earning import EarningRoom
from .funding_v5 import amount_of
from .ledger import Entry, Purse, Room
from .people import User
from .prices import Prices
from .worth import ZERO, money

__all__ = ["SavingsV5"]

_PURCHASE, _REDEMPTION = "75", "76"
_INTEREST = "interest"
_LEAST_RATE = Decimal("0.01")


@dataclass(slots=True)
class _Pot:
    """What one user has saved in one currency, but for the amount itself, which the ledger knows."""

    user: User
    ccy: str
    rate: Decimal = _LEAST_RATE
    lent: Decimal = ZERO
    earnings: Decimal = ZERO
    rows: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


class SavingsV5(EarningRoom):
    """The chapter Simple earn, flexible kind. Money comes from the funding account and goes back there at once.

    V3 saves by transfers into a wallet; what it moves there is saved like the rest, at the lowest rate.

    What is saved when an hour begins is lent for the hour that has passed, if its owner's rate is at most the
    market's, and its interest is saved, too. The exchange's own rules for a part of an hour are not documented, nor
    are its codes for redeeming more than there is; here that is 58350.

    Args:
        bank: Users and money.
        prices: Which currencies there are.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bank: Bank, prices: Prices, markets: dict[str, Market], clock: Clock) -> None:
        super().__init__(bank, markets, clock)
        self._prices = prices
        self._pots: dict[tuple[str, str], _Pot] = {}
        self._hour = clock.now() // HOUR_MS
        bank.ledger.listeners.append(self._moved)

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/finance/savings"
        return {
            ("GET", f"{root}/balance"): self._balance,
            ("POST", f"{root}/purchase-redempt"): self._move,
            ("POST", f"{root}/set-lending-rate"): self._set_rate,
            ("GET", f"{root}/lending-history"): self._history,
        }

    def pass_by(self, now: int) -> None:
        """Pay the interest of every hour that has passed."""
        while self._hour < now // HOUR_MS:
            self._hour += 1
            for pot in self._pots.values():
                self._lend(pot, self._hour)

    def _moved(self, entry: Entry) -> None:
        """Begin a pot for whoever saves, by whatever way."""
        if entry.target.room is Room.SAVINGS:
            self._pot(self._bank.people.user(entry.target.owner), entry.ccy)

    def _pot(self, user: User, ccy: str) -> _Pot:
        return self._pots.setdefault((user.uid, ccy), _Pot(user, ccy))

    def _lend(self, pot: _Pot, hour: int) -> None:
        rate, purse = lending_rate(pot.ccy, hour), self._purse(pot.user)
        amount = purse.cash.get(pot.ccy, ZERO)
        pot.lent = amount if pot.rate <= rate else ZERO
        if not pot.lent:
            return
        interest = money(amount * rate / YEAR_HOURS)
        self._bank.ledger.move(pot.ccy, interest, self._bank.ledger.house(Room.STREET), purse, _INTEREST)
        pot.earnings += interest
        row = {
            "ccy": pot.ccy,
            "amt": exact_text(amount),
            "earnings": exact_text(interest),
            "rate": exact_text(rate),
            "ts": str(hour * HOUR_MS),
        }
        pot.rows.append(row)

    def _purse(self, user: User) -> Purse:
        return self._bank.ledger.purse(user.uid, Room.SAVINGS)

    def _of(self, ask: Ask) -> list[_Pot]:
        """Return a user's pots, those of one currency where that is asked for, paid up to now."""
        ccy = self._form(ask).text("ccy")
        return [pot for pot in self._pots.values() if pot.user is ask.user and ccy in ("", pot.ccy)]

    def _balance(self, ask: Ask) -> list[Any]:
        rows: list[Any] = []
        for pot in self._of(ask):
            amount = self._purse(ask.user).cash.get(pot.ccy, ZERO)
            lent = min(pot.lent, amount)
            if amount or pot.earnings:
                rows.append(
                    {
                        "ccy": pot.ccy,
                        "amt": exact_text(amount),
                        "earnings": exact_text(pot.earnings),
                        "rate": exact_text(pot.rate),
                        "loanAmt": exact_text(lent),
                        "pendingAmt": exact_text(amount - lent),
                        "redemptAmt": "0",
                    }
                )
        return rows

    def _move(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ccy, amount, rate = form.needed("ccy"), amount_of(form), form.text("rate")
        if ccy not in self._prices.currencies:
            raise Refusal(200, "58003", "Savings does not support this currency.")
        saves = form.choice("side", ("purchase", "redempt")) == "purchase"
        wanted = form.decimal("rate") if rate else None
        funding, savings = self._bank.funding(ask.user), self._purse(ask.user)
        if amount > (funding if saves else savings).available(ccy):
            raise Refusal(200, "58350", "Insufficient balance.")
        pot = self._pot(ask.user, ccy)
        pot.rate = pot.rate if wanted is None or not saves else wanted
        ends = (funding, savings) if saves else (savings, funding)
        self._bank.ledger.move(ccy, amount, *ends, _INTEREST, _PURCHASE if saves else _REDEMPTION)
        side = "purchase" if saves else "redempt"
        return [{"ccy": ccy, "amt": exact_text(amount), "side": side, "rate": exact_text(pot.rate)}]

    def _set_rate(self, ask: Ask) -> list[Any]:
        form = Query(ask.fields, self._markets)
        ccy, rate = form.needed("ccy"), form.decimal("rate")
        pot = self._pots.get((ask.user.uid, ccy))
        if pot is None:
            raise Refusal(200, "58002", "Please activate Savings Account first.")
        self.pass_by(self._clock.now())
        pot.rate = rate
        return [{"ccy": ccy, "rate": exact_text(rate)}]

    def _history(self, ask: Ask) -> list[Any]:
        rows = [row for pot in self._of(ask) for row in pot.rows]
        newest = sorted(rows, key=lambda row: -int(row["ts"]))
        return Query(ask.fields, self._markets).page(newest, lambda row: int(row["ts"]))
