"""V5 REST of flexible loans."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .bank import Bank
from .earning import EarningRoom
from .flexible_loans import CALL, LIQUIDATION, Loan, Loans
from .forms import NAME, named
from .funding_v5 import amount_of
from .people import User
from .prices import Prices
from .worth import ZERO

__all__ = ["LoansV5"]

_STEP = Decimal(1).scaleb(-8)
_TYPES = (
    *("borrowed", "repaid", "collateral_locked", "collateral_released", "forced_repayment_buy"),
    *("forced_repayment_sell", "forced_liquidation", "partial_liquidation", "sell_collateral"),
    *("buy_transition_coin", "sell_transition_coin", "buy_borrowed_coin"),
)


class LoansV5(EarningRoom):
    """The chapter Flexible loan.

    Where ``ordId`` may be left out the user's newest loan is meant, except in borrowing, where that makes a new one.

    Args:
        bank: Users and money.
        prices: Which currencies there are, and what they are worth.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bank: Bank, prices: Prices, markets: dict[str, Market], clock: Clock) -> None:
        super().__init__(bank, markets, clock)
        self._prices = prices
        self._loans = Loans(bank, prices, clock)
        self._client_ids: set[tuple[str, str]] = set()

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/finance/flexible-loan"
        return {
            ("GET", f"{root}/borrow-currencies"): self._currencies,
            ("GET", f"{root}/collateral-assets"): self._assets,
            ("POST", f"{root}/max-loan"): self._max_loan,
            ("GET", f"{root}/max-collateral-redeem-amount"): self._max_redeem,
            ("POST", f"{root}/adjust-collateral"): self._adjust,
            ("POST", f"{root}/borrow"): self._borrow,
            ("POST", f"{root}/repay"): self._repay,
            ("GET", f"{root}/emode-info"): self._pairs,
            ("GET", f"{root}/loan-info"): self._info,
            ("GET", f"{root}/loan-history"): self._history,
            ("GET", f"{root}/interest-accrued"): self._interest,
        }

    def pass_by(self, now: int) -> None:
        """Do what has become due."""
        self._loans.pass_by(now)

    # -- reading requests

    def _named_loan(self, form: Query, user: User) -> Loan | None:
        """Return the loan that a request names, ``None`` when it names none."""
        number = form.text("ordId")
        return self._loans.find(user, number) if number else None

    def _loan(self, form: Query, user: User) -> Loan:
        found = self._named_loan(form, user) or next(self._loans.of(user), None)
        if found is None:
            raise Refusal(200, "51754", "There is no debt.")
        return found

    def _borrowable(self, form: Query, name: str) -> str:
        ccy = form.needed(name)
        if ccy not in self._prices.currencies:
            raise Refusal(200, "51751", "This coin cannot be borrowed.")
        return ccy

    def _collateral(self, form: Query, name: str) -> str:
        ccy = form.needed(name)
        if ccy not in self._prices.currencies:
            raise Refusal(200, "51752", "This coin is no collateral.")
        return ccy

    def _amounts(self, rows: Any, name: str) -> dict[str, Decimal]:
        """Return collateral by currency; a currency that is there twice counts together."""
        if not isinstance(rows, list | None) or not all(isinstance(row, dict) for row in rows or ()):
            raise Refusal(400, "51000", f"Parameter {name} error")
        found: dict[str, Decimal] = {}
        for row in rows or ():
            part = Query(row, self._markets)
            ccy = self._collateral(part, "ccy")
            found[ccy] = found.get(ccy, ZERO) + amount_of(part)
        return found

    def _client_id(self, form: Query, user: User) -> str:
        """Return the request's own id; which code one gets that was used before is not documented."""
        form.needed("clOrdId")
        client_id = named(form, "clOrdId", NAME)
        if (user.uid, client_id) in self._client_ids:
            raise Refusal(200, "51016", "Duplicate clOrdId.")
        return client_id

    # -- before a loan

    def _currencies(self, ask: Ask) -> list[Any]:
        return [{"borrowCcy": ccy} for ccy in self._prices.currencies]

    def _assets(self, ask: Ask) -> list[Any]:
        """List what the funding account has that can stand for a loan."""
        form, funding = self._form(ask), self._bank.funding(ask.user)
        self._named_loan(form, ask.user)
        known = [ccy for ccy in self._prices.currencies if form.text("ccy") in ("", ccy)]
        held = {ccy: funding.available(ccy) for ccy in known if funding.available(ccy) > 0}
        return [{"assets": [_amount_row(ccy, amount) | self._worth(ccy, amount) for ccy, amount in held.items()]}]

    def _worth(self, ccy: str, amount: Decimal) -> dict[str, str]:
        return {"notionalUsd": plain(amount * self._loans.price(ccy), 8)}

    def _max_loan(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ccy, loan = self._borrowable(form, "borrowCcy"), self._named_loan(form, ask.user)
        more = self._amounts(ask.fields.get("supCollateral"), "supCollateral")
        quota = self._loans.quota(ask.user)
        dollars = min(self._loans.room(loan, more), quota)
        most = (dollars / self._loans.price(ccy)).quantize(_STEP, ROUND_DOWN)
        row = {
            "borrowCcy": ccy,
            "maxLoan": exact_text(most),
            "remainingQuota": plain(quota / self._loans.price(ccy), 8),
        }
        return [row | self._worth(ccy, most)]

    def _pairs(self, ask: Ask) -> list[Any]:
        return []

    # -- a loan

    def _borrow(self, ask: Ask) -> list[Any]:
        form, said = self._form(ask), ask.fields.get("loanData")
        if not isinstance(said, dict):
            raise Refusal(400, "50014" if not said else "51000", "Parameter loanData error")
        if form.choice("eMode", ("0", "1"), "0") == "1":
            raise Refusal(200, "51785", "The collateral does not fit any pair with an e-mode.")
        client_id = self._client_id(form, ask.user)
        wanted, loan = Query(said, self._markets), self._named_loan(form, ask.user)
        more = self._amounts(ask.fields.get("collateralData"), "collateralData")
        made = self._loans.borrow(ask.user, loan, self._borrowable(wanted, "ccy"), amount_of(wanted), more)
        self._client_ids.add((ask.user.uid, client_id))
        return [{"ordId": str(made.number), "eMode": "0", "clOrdId": client_id}]

    def _repay(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        form.needed("ordId")
        loan, ccy = self._loan(form, ask.user), form.needed("ccy")
        client_id = self._client_id(form, ask.user)
        paid = self._loans.repay(loan, ccy, amount_of(form))
        self._client_ids.add((ask.user.uid, client_id))
        return [{"ordId": str(loan.number), "clOrdId": client_id} | _amount_row(ccy, paid)]

    def _adjust(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        adds = form.choice("type", ("add", "reduce")) == "add"
        ccy, amount = self._collateral(form, "collateralCcy"), amount_of(form, "collateralAmt")
        loan = self._loan(form, ask.user)
        (self._loans.add if adds else self._loans.reduce)(loan, ccy, amount)
        return []

    def _max_redeem(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ccy = self._collateral(form, "ccy")
        return [{"ccy": ccy, "maxRedeemAmt": exact_text(self._loans.spare(self._loan(form, ask.user), ccy))}]

    # -- reading

    def _info(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        one = self._named_loan(form, ask.user)
        return [self._row(loan) for loan in ([one] if one else self._loans.of(ask.user))]

    def _row(self, loan: Loan) -> dict[str, Any]:
        return {
            "ordId": str(loan.number),
            "loanNotionalUsd": plain(self._loans.usd(loan.debts), 8),
            "loanData": _amount_rows(loan.debts),
            "collateralNotionalUsd": plain(self._loans.usd(loan.collateral), 8),
            "collateralData": _amount_rows(loan.collateral),
            "riskWarningData": self._warning(loan),
            "curLTV": plain(self._loans.ratio(loan), 4),
            "marginCallLTV": exact_text(CALL),
            "liqLTV": exact_text(LIQUIDATION),
        }

    def _warning(self, loan: Loan) -> dict[str, str]:
        """Tell at which price the collateral is sold, where that hangs on one coin alone."""
        coins = [ccy for ccy, amount in loan.collateral.items() if amount]
        debts = [ccy for ccy, amount in loan.debts.items() if amount]
        if len(coins) != 1 or len(debts) != 1:
            return {"instId": "", "liqPx": ""}
        price = loan.debts[debts[0]] / loan.collateral[coins[0]] / LIQUIDATION
        return {"instId": f"{coins[0]}-{debts[0]}", "liqPx": plain(price, 8)}

    def _history(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        kind, number = form.choice("type", _TYPES, ""), form.text("ordId")
        found = (
            one
            for one in reversed(self._loans.records)
            if one.loan.user is ask.user and kind in ("", one.type) and number in ("", str(one.loan.number))
        )
        return [
            {"refId": str(one.number), "type": one.type, "ts": str(one.ts)} | _amount_row(one.ccy, one.amount)
            for one in form.page(found, lambda one: one.number)
        ]

    def _interest(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ccy, number = form.text("ccy"), form.text("ordId")
        found = (
            one
            for one in reversed(self._loans.interest)
            if one.loan.user is ask.user and ccy in ("", one.ccy) and number in ("", str(one.loan.number))
        )
        return [
            {
                "refId": str(one.number),
                "ccy": one.ccy,
                "loan": exact_text(one.debt),
                "interest": exact_text(one.amount),
                "interestRate": plain(one.rate, 12),
                "ts": str(one.ts),
            }
            for one in form.page(found, lambda one: one.number)
        ]


def _amount_row(ccy: str, amount: Decimal) -> dict[str, str]:
    return {"ccy": ccy, "amt": exact_text(amount)}


def _amount_rows(amounts: dict[str, Decimal]) -> list[dict[str, str]]:
    return [_amount_row(ccy, amount) for ccy, amount in amounts.items() if amount]
