"""V5 REST of borrowing into trading accounts: by hand and by itself, what it costs, and what was borrowed so far."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..risk import LOAN_RATE, loan_quota
from ..text import exact_text
from .asks import Ask, Handlers
from .credit import AUTO_LOAN, AUTO_REPAY, Credit
from .debt_guard import DebtGuard
from .debts import HOUR_MS
from .forms import money_of
from .margin import Margins
from .people import Mode, User
from .prices import Prices
from .services import not_simulated
from .worth import ZERO

__all__ = ["BorrowV5"]

Json = dict[str, Any]

_HISTORY = ("auto_borrow", "auto_repay", "manual_borrow", "manual_repay")
_RATE_PLACES = 12
_HOURLY = plain(LOAN_RATE / 24, _RATE_PLACES)
_WRONG_MODE = "You can't complete this request under your current account mode."


class BorrowV5:
    """The handlers of the chapter Trading Account that are about borrowed money.

    In spot mode whose owner has switched borrowing on (`User.borrows`; no endpoint does that) and in multi-currency
    mode with auto-borrow, an order of a pair spends what the account lacks; both modes repay by themselves where that
    is set. Positions in contracts are never opened with money that is still to be borrowed. Interest is owed until a
    repayment pays it, so no moment of its deduction is told.

    Args:
        credit: What may be borrowed.
        guard: Counts interest.
        margins: What accounts have.
        prices: What currencies are worth.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(
        self,
        credit: Credit,
        guard: DebtGuard,
        margins: Margins,
        prices: Prices,
        markets: Mapping[str, Market],
        clock: Clock,
    ) -> None:
        self._credit = credit
        self._guard = guard
        self._margins = margins
        self._prices = prices
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        account = "/api/v5/account/"
        return {
            ("POST", f"{account}spot-manual-borrow-repay"): self._by_hand,
            ("GET", f"{account}spot-borrow-repay-history"): self._history,
            ("POST", f"{account}set-auto-repay"): self._set_auto_repay,
            ("POST", f"{account}set-auto-loan"): self._set_auto_loan,
            ("GET", f"{account}interest-accrued"): self._accrued,
            ("GET", f"{account}interest-rate"): self._rates,
            ("GET", f"{account}interest-limits"): self._limits,
            ("GET", f"{account}max-loan"): self._max_loan,
        }

    def _form(self, ask: Ask) -> Query:
        """Return a request to be read, when the interest that was due by now is counted."""
        self._guard.pass_by(self._clock.now())
        return Query(ask.fields, self._markets)

    # -- by hand

    def _by_hand(self, ask: Ask) -> list[Any]:
        form, user = self._form(ask), ask.user
        ccy, side = self._ccy(form), form.choice("side", ("borrow", "repay"))
        amount = money_of(form.needed("amt"), "amt")
        if user.mode is not Mode.SPOT:
            raise Refusal(200, "51010", _WRONG_MODE)
        amount = self._borrow(user, ccy, amount) if side == "borrow" else self._repay(user, ccy, amount)
        return [{"ccy": ccy, "side": side, "amt": exact_text(amount)}]

    def _borrow(self, user: User, ccy: str, amount: Decimal) -> Decimal:
        if not user.borrows:
            raise Refusal(200, "59410", f"Borrowing of {ccy} is not enabled")
        if amount > self._credit.quota(user, ccy):
            raise Refusal(200, "59412", f"The borrowing limit of {ccy} is exceeded")
        if amount > self._credit.most(user, ccy):
            raise Refusal(200, "59411", "Insufficient free margin to borrow")
        self._credit.debts.borrow(user, ccy, amount, "manual_borrow")
        return amount

    def _repay(self, user: User, ccy: str, amount: Decimal) -> Decimal:
        """Repay as much as is owed and was said; whether the exchange refuses more than that is not documented."""
        owed = sum(self._credit.owed(user, ccy), ZERO)
        if not owed:
            raise Refusal(200, "59413", f"No {ccy} was borrowed")
        if min(amount, owed) > self._margins.idle(user, ccy):
            raise Refusal(200, "51154", "The repayment is larger than the balance")
        return self._credit.debts.repay(user, ccy, amount, "manual_repay")

    def _history(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ccy, kind = form.text("ccy"), form.choice("type", _HISTORY, "")
        found = (one for one in self._credit.debts.changes(ask.user) if ccy in ("", one.ccy) and kind in ("", one.kind))
        return [
            {
                "ccy": one.ccy,
                "type": one.kind,
                "amt": exact_text(one.amount),
                "accBorrowed": exact_text(one.principal),
                "ts": str(one.ts),
            }
            for one in form.page(found, lambda one: one.ts)
        ]

    # -- by itself

    def _set_auto_repay(self, ask: Ask) -> list[Any]:
        return self._switch(ask, "autoRepay", AUTO_REPAY, Mode.SPOT, "51010")

    def _set_auto_loan(self, ask: Ask) -> list[Any]:
        return self._switch(ask, "autoLoan", AUTO_LOAN, Mode.MULTI_CURRENCY, "54001")

    def _switch(self, ask: Ask, name: str, setting: str, mode: Mode, code: str) -> list[Any]:
        wanted = self._form(ask).choice(name, ("true", "false"), "false")
        if ask.user.mode is not mode:
            raise Refusal(200, code, _WRONG_MODE)
        ask.user.settings[setting,] = wanted
        return [{name: wanted == "true"}]

    # -- what it costs

    def _accrued(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        form.choice("type", ("2",), "2")
        ccy, mode = form.text("ccy"), form.choice("mgnMode", ("cross", "isolated"), "")
        if mode == "isolated" or form.text("instId"):
            return []
        found = (one for one in self._credit.debts.accruals(ask.user) if ccy in ("", one.ccy))
        return [
            {
                "type": "2",
                "ccy": one.ccy,
                "instId": "",
                "mgnMode": "cross",
                "interest": exact_text(one.amount),
                "interestRate": _HOURLY,
                "liab": exact_text(one.principal),
                "totalLiab": exact_text(one.total),
                "interestFreeLiab": "0",
                "ts": str(one.ts),
            }
            for one in form.page(found, lambda one: one.ts)
        ]

    def _rates(self, ask: Ask) -> list[Any]:
        return [{"ccy": ccy, "interestRate": _HOURLY} for ccy in self._ccys(self._form(ask))]

    def _limits(self, ask: Ask) -> list[Any]:
        form, user, now = self._form(ask), ask.user, self._clock.now()
        form.choice("type", ("2",), "2")
        debts = self._credit.debts.of(user)
        interest = sum((debt.due * (self._prices.usd(ccy) or ZERO) for ccy, debt in debts.items()), ZERO)
        return [
            {
                "debt": plain(self._credit.debt(user), 8),
                "interest": plain(interest, 8),
                "nextDiscountTime": "",
                "nextInterestTime": str(now - now % HOUR_MS + HOUR_MS),
                "loanAlloc": "",
                "records": [self._limit(user, ccy) for ccy in self._ccys(form)],
            }
        ]

    def _limit(self, user: User, ccy: str) -> Json:
        principal, due = self._credit.owed(user, ccy)
        left = exact_text(max(ZERO, self._credit.quota(user, ccy)))
        return {
            "ccy": ccy,
            "rate": plain(LOAN_RATE, _RATE_PLACES),
            "loanQuota": str(loan_quota(ccy)),
            "surplusLmt": left,
            "usedLmt": exact_text(principal),
            "interest": exact_text(due),
            "interestFreeLiab": "0",
            "potentialBorrowingAmt": "0",
            "surplusLmtDetails": {
                "allAcctRemainingQuota": left,
                "curAcctRemainingQuota": left,
                "platRemainingQuota": "",
            },
            "posLoan": "",
            "availLoan": "",
            "usedLoan": "",
            "avgRate": _HOURLY,
        }

    def _max_loan(self, ask: Ask) -> list[Any]:
        form, user = self._form(ask), ask.user
        if form.choice("mgnMode", ("cross", "isolated")) == "isolated":
            raise not_simulated("borrowing for isolated margin")
        if user.mode not in (Mode.SPOT, Mode.MULTI_CURRENCY):
            raise Refusal(200, "51010", _WRONG_MODE)
        told = {"mgnMode": "cross", "mgnCcy": ""}
        if form.text("ccy"):
            return [
                {"instId": "", **told, "ccy": ccy, "maxLoan": self._most(user, ccy), "side": ""}
                for ccy in form.names("ccy", 5)
            ]
        form.needed("instId")
        rows: list[Any] = []
        for name in form.names("instId", 5):
            instrument = form.market(name).instrument
            if instrument.kind is not Kind.SPOT:
                raise Refusal(400, "51000", "Parameter instId error")
            for side, ccy in (("buy", instrument.quote), ("sell", instrument.base)):
                rows.append({"instId": name, **told, "ccy": ccy, "maxLoan": self._most(user, ccy), "side": side})
        return rows

    def _most(self, user: User, ccy: str) -> str:
        """Return the largest loan as text: none where the account may not borrow."""
        may = user.borrows if user.mode is Mode.SPOT else self._credit.lends(user)
        return exact_text(self._credit.most(user, ccy) if may else ZERO)

    # -- parts

    def _ccy(self, form: Query) -> str:
        ccy = form.needed("ccy")
        if ccy not in self._prices.currencies:
            raise Refusal(200, "51012", "Currency does not exist")
        return ccy

    def _ccys(self, form: Query) -> list[str]:
        return [self._ccy(form)] if form.text("ccy") else self._prices.currencies
