"""What a trading account looks like: the rows of the balance endpoint and of the account channel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..text import exact_text
from .credit import Credit
from .holdings import Holdings, Margin
from .ledger import Purse
from .people import Mode, User
from .prices import Prices
from .private import PAGE

__all__ = ["Balances", "account_pages"]

_ZERO = Decimal(0)
_IDLE = Margin()
_USD_PLACES = 8


class Balances:
    """Equity, margin and money that is free, by the ledger, the positions and the prices of this moment.

    What was borrowed is told beside the money that it brought: equity is what is left when it is given back, with its
    interest. Every coin counts in full, without the exchange's discount rates. Fields that need a mode the account is
    not in are ``""``, as are those nothing here gives rise to.

    Args:
        purse: Returns the trading account of a user.
        holdings: Positions and margin.
        prices: What currencies are worth.
        clock: Market time.

    Attributes:
        holdings: See above.
        credit: Who knows of debts, ``None`` for nobody owes anything.
    """

    def __init__(self, purse: Callable[[User], Purse], holdings: Holdings, prices: Prices, clock: Clock) -> None:
        self._purse = purse
        self._prices = prices
        self._clock = clock
        self.holdings = holdings
        self.credit: Credit | None = None

    def row(self, user: User, only: Collection[str] = ()) -> dict[str, Any]:
        """Return the one row of an account, with the currencies that are not zero. (Get balance)

        Args:
            user: Whose.
            only: Only these currencies in its details, the totals are those of all.
        """
        margins = self.holdings.margin(user)
        purse = self._purse(user)
        known = sorted(purse.cash.keys() | margins.keys() | {ccy for ccy, _ in purse.holds.values()})
        held = [
            ccy
            for ccy in known
            if self.equity(user, ccy, margins) or purse.cash.get(ccy) or purse.held(ccy) or any(self._owed(user, ccy))
        ]
        details = [self._detail(user, ccy, margins) for ccy in held if not only or ccy in only]
        pooled = user.mode in (Mode.MULTI_CURRENCY, Mode.PORTFOLIO)

        def total(figure: str) -> Decimal:
            amounts = ((getattr(margin, figure), self._usd(ccy)) for ccy, margin in margins.items())
            return sum((amount * price for amount, price in amounts), _ZERO)

        equity = sum((self.equity(user, ccy, margins) * self._usd(ccy) for ccy in held), _ZERO)
        isolated = total("isolated") + total("iso_upl")
        imr, mmr = total("imr"), total("mmr")
        own = equity - isolated
        row = dict.fromkeys(_EMPTY, "") | {
            "totalEq": _dollars(equity),
            "isoEq": _dollars(isolated),
            "uTime": str(self._clock.now()),
            "details": details,
        }
        if pooled:
            notional = sum((margin.notional_usd for margin in margins.values()), _ZERO)
            row |= {
                "adjEq": _dollars(own),
                "availEq": _dollars(max(own - imr, _ZERO)),
                "ordFroz": "0",
                "imr": _dollars(imr),
                "mmr": _dollars(mmr),
                "borrowFroz": "0",
                "mgnRatio": plain(own / mmr, 8) if mmr else "",
                "notionalUsd": _dollars(notional),
                "upl": _dollars(total("upl")),
            }
        return row

    def equity(self, user: User, ccy: str, margins: Mapping[str, Margin] | None = None) -> Decimal:
        """Return the equity of one currency: money and unrealised profit, less what is owed."""
        margin = (self.holdings.margin(user) if margins is None else margins).get(ccy, _IDLE)
        money = self._purse(user).cash.get(ccy, _ZERO) + margin.upl + margin.iso_upl
        return money - sum(self._owed(user, ccy), _ZERO)

    def cash(self, user: User, ccy: str) -> Decimal:
        """Return the money of one currency, without what isolated positions have taken out of it."""
        isolated = self.holdings.margin(user).get(ccy, _IDLE).isolated
        return self._purse(user).cash.get(ccy, _ZERO) - isolated

    def free(self, user: User, ccy: str) -> Decimal:
        """Return what may be spent or taken out of one currency: never more than the money, never below zero.

        An unrealised profit cannot be taken out; a loss must stay covered.
        """
        margin = self.holdings.margin(user).get(ccy, _IDLE)
        money = self._purse(user).available(ccy)
        return max(money + min(margin.upl, _ZERO) - margin.imr, _ZERO)

    def payable(self, user: User, ccy: str) -> Decimal:
        """Return what orders of pairs may spend of one currency: what is free, and what they may borrow."""
        free = self.free(user, ccy)
        return free if self.credit is None else free + self.credit.borrowable(user, ccy)

    def leaving(self, user: User, ccy: str) -> Decimal:
        """Return what may be taken out of the account of one currency: what is free, and no debt needs."""
        spare = None if self.credit is None else self.credit.spare(user, ccy)
        free = self.free(user, ccy)
        return free if spare is None else min(free, spare)

    def withdrawable(self, user: User, wanted: Collection[str] = ()) -> list[Any]:
        """Write what may leave the account, of all currencies it has or of those wanted. (Get maximum withdrawals)"""
        cash = self._purse(user).cash
        named = wanted or [ccy for ccy, amount in sorted(cash.items()) if amount]
        free = {ccy: exact_text(self.leaving(user, ccy)) for ccy in named}
        return [
            {"ccy": ccy, "maxWd": text, "maxWdEx": text, "spotOffsetMaxWd": "", "spotOffsetMaxWdEx": ""}
            for ccy, text in free.items()
        ]

    def owes(self, user: User) -> bool:
        """Tell whether a user owes anything."""
        return self.credit is not None and bool(self.credit.debts.of(user))

    def _owed(self, user: User, ccy: str) -> tuple[Decimal, Decimal]:
        return (_ZERO, _ZERO) if self.credit is None else self.credit.owed(user, ccy)

    def usd_total(self, user: User) -> Decimal:
        """Return the equity of all currencies in US dollars."""
        margins = self.holdings.margin(user)
        cash = self._purse(user).cash
        return sum((self.equity(user, ccy, margins) * self._usd(ccy) for ccy in cash.keys() | margins.keys()), _ZERO)

    def _usd(self, ccy: str) -> Decimal:
        return self._prices.usd(ccy) or _ZERO

    def _detail(self, user: User, ccy: str, margins: Mapping[str, Margin]) -> dict[str, Any]:
        purse, margin = self._purse(user), margins.get(ccy, _IDLE)
        equity, price = self.equity(user, ccy, margins), self._usd(ccy)
        isolated = margin.isolated + margin.iso_upl
        orders = purse.held(ccy) - margin.isolated
        borrowed, interest = self._owed(user, ccy)
        # Borrowed money can be used like any other, and it is no equity.
        free = max(equity + borrowed + interest - isolated - margin.imr - orders, _ZERO)
        cross = equity - isolated
        texts = {
            "eq": equity,
            "cashBal": purse.cash.get(ccy, _ZERO) - margin.isolated,
            "isoEq": isolated,
            "availEq": free,
            "availBal": free,
            "frozenBal": equity + borrowed + interest - free,
            "liab": borrowed,
            "crossLiab": borrowed,
            "interest": interest,
            "ordFrozen": orders,
            "upl": margin.upl,
            "isoUpl": margin.iso_upl,
            "imr": margin.imr,
            "mmr": margin.mmr,
        }
        row: dict[str, Any] = dict.fromkeys(_DETAIL_EMPTY, "") | dict.fromkeys(_DETAIL_ZERO, "0")
        row |= {name: exact_text(value) for name, value in texts.items()}
        if self.credit is not None and self.credit.lends(user):
            row["maxLoan"] = exact_text(self.credit.most(user, ccy))
        return row | {
            "ccy": ccy,
            "uTime": str(purse.changed.get(ccy, self._clock.now())),
            "eqUsd": _dollars(equity * price),
            "disEq": _dollars(equity * price),
            "coinUsdPrice": exact_text(price),
            "mgnRatio": plain(cross / margin.mmr, 8) if margin.mmr else "",
            "spotBal": exact_text(purse.cash.get(ccy, _ZERO)),
            "collateralEnabled": False,
            "collateralRestrict": False,
            "autoLendStatus": "unsupported",
            "autoLendMtAmt": "0",
        }


def account_pages(rows: list[Any]) -> list[list[Any]]:
    """Cut the row of an account into pages of so many currencies each."""
    (row,) = rows
    details = row["details"]
    cuts = [details[at : at + PAGE] for at in range(0, len(details), PAGE)] or [[]]
    return [[row | {"details": cut}] for cut in cuts]


def _dollars(value: Decimal) -> str:
    return plain(value, _USD_PLACES)


_EMPTY: tuple[str, ...] = (
    "adjEq",
    "availEq",
    "ordFroz",
    "imr",
    "mmr",
    "borrowFroz",
    "mgnRatio",
    "notionalUsd",
    "notionalUsdForBorrow",
    "notionalUsdForSwap",
    "notionalUsdForFutures",
    "notionalUsdForOption",
    "upl",
    "delta",
    "deltaLever",
    "deltaNeutralStatus",
)
_DETAIL_EMPTY: tuple[str, ...] = (
    "clSpotInUseAmt",
    "maxSpotInUseAmt",
    "spotInUseAmt",
    "notionalLever",
    "openAvgPx",
    "accAvgPx",
    "spotUpl",
    "spotUplRatio",
    "totalPnl",
    "totalPnlRatio",
    "maxLoan",
    "frpType",
)
_DETAIL_ZERO: tuple[str, ...] = (
    "fixedBal",
    "uplLiab",
    "isoLiab",
    "rewardBal",
    "twap",
    "borrowFroz",
    "stgyEq",
    "spotIsoBal",
    "smtSyncEq",
    "spotCopyTradingEq",
    "colRes",
    "colBorrAutoConversion",
)
