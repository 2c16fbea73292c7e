"""Currencies of accounts: which account one is in, and when its money is another one. Pure.

V5 has one trading account, so that a currency says it all. V3 has an account for every product: one for spot, one for
each margin pair, for each underlying of futures and options, and for each swap.
"""

from __future__ import annotations

from decimal import Decimal

from ..v5.models.account import CurrencyBalance

__all__ = ["ProductBalance", "emptied", "purse_of", "same_cash"]

ZERO = Decimal(0)
#: Rounding is forgiven from the fourth decimal place on, the coarsest that was seen, and not sought behind this one.
_COARSEST, _FINEST = -4, -16
_DERIVED = frozenset(("futures", "swap", "option"))
"""Products whose cash is not told, but what is left of two figures that are rounded one by one."""


class ProductBalance(CurrencyBalance, frozen=True, gc=False, kw_only=True):
    """One currency of one of V3's accounts, in V5's words.

    ``cash_bal`` is what trades, fees, funding and transfers change, and nothing else does: the balance of a spot or
    margin account, of which ``liab`` is borrowed, and of contracts what is left of ``eq`` without ``upl`` (of options:
    without their value). The documents do not say how the equity of a contract account is made up; their samples add up
    so. ``eq``, ``upl``, ``imr``, ``mmr``, ``mgn_ratio`` and ``ord_frozen`` of contract accounts are as they were told
    last; they change with every price, which is no news of its own.
    """

    product: str
    """``spot``, ``margin``, ``futures``, ``swap`` or ``option``."""
    account: str = ""
    """The pair of a margin account, the underlying of futures and options, the contract of a swap; empty for spot."""

    @property
    def key(self) -> str:
        """Where it is found in `Mirror.balances`: ``USDT`` of spot, ``margin BTC-USDT USDT``, ``futures BTC-USD BTC``,
        ``swap BTC-USDT-SWAP USDT``, ``option BTC-USD BTC``.
        """
        return f"{self.product} {self.account} {self.ccy}" if self.account else self.ccy


def purse_of(row: CurrencyBalance) -> str:
    """Return where a currency is found among all that are kept."""
    return row.key if isinstance(row, ProductBalance) else row.ccy


def same_cash(one: CurrencyBalance, other: CurrencyBalance) -> bool:
    """Tell whether two rows of a currency tell of the same money."""
    if one.cash_bal == other.cash_bal:
        return True
    if one.cash_bal is None or other.cash_bal is None or not isinstance(one, ProductBalance):
        return False
    if one.product not in _DERIVED:
        return False
    shown = min(_places(one.cash_bal), _places(other.cash_bal))
    places = min(_COARSEST, max(_FINEST, shown))
    return abs(one.cash_bal - other.cash_bal) <= Decimal(2).scaleb(places)


def emptied(row: CurrencyBalance) -> CurrencyBalance:
    """Return a currency of which nothing is left."""
    if isinstance(row, ProductBalance):
        return ProductBalance(ccy=row.ccy, product=row.product, account=row.account, cash_bal=ZERO, u_time=row.u_time)
    return CurrencyBalance(ccy=row.ccy, cash_bal=ZERO, u_time=row.u_time)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
