"""V3's accounts in the mirror's words: a row for each currency, which says what account it is in. Pure.

Rows of REST do not say when something changed last, whatever ``timestamp`` they have: who reads them sets ``u_time``.
"""

from __future__ import annotations

from decimal import Decimal

from ..v3.models.balances import FuturesAccount, MarginAccount, OptionAccount, SpotAccount, SwapAccount
from .purses import ProductBalance
from .rows_v3 import ms

__all__ = [
    "filter_of",
    "futures_balance",
    "margin_balances",
    "option_balance",
    "settled_in",
    "spot_balance",
    "swap_balance",
]


def settled_in(name: str) -> str:
    """Return the currency an underlying or a contract is settled in: the coin, where it is quoted in dollars."""
    base, quote = name.split("-")[:2]
    return base if quote == "USD" else quote


def filter_of(underlying: str) -> str:
    """Return by what the channel of futures accounts calls one: by its coin, or by its underlying when that is not what
    it is settled in. (Account channel)
    """
    return underlying.removesuffix("-USD")


def spot_balance(row: SpotAccount) -> ProductBalance:
    """Return a currency of the spot account."""
    return ProductBalance(
        product="spot",
        ccy=row.currency,
        cash_bal=row.balance,
        avail_bal=row.available,
        frozen_bal=row.hold,
        u_time=ms(row.timestamp),
    )


def margin_balances(row: MarginAccount, pair: str) -> list[ProductBalance]:
    """Return both currencies of a margin account."""
    return [
        ProductBalance(
            product="margin",
            account=pair,
            ccy=each.currency,
            cash_bal=each.balance,
            avail_bal=each.available,
            frozen_bal=each.hold,
            liab=each.borrowed,
            interest=each.lending_fee,
            mgn_ratio=row.margin_ratio,
            u_time=ms(row.timestamp),
        )
        for each in row.currencies
    ]


def futures_balance(row: FuturesAccount, underlying: str) -> ProductBalance:
    """Return the account of an underlying; of fixed margin the profits of its contracts are added up."""
    upl = row.unrealized_pnl
    if upl is None and row.margin_mode == "fixed":
        upl = sum((each.unrealized_pnl or Decimal(0) for each in row.contracts), Decimal(0))
    return ProductBalance(
        product="futures",
        account=underlying,
        ccy=settled_in(underlying),
        eq=row.equity,
        upl=upl,
        cash_bal=_without(row.equity, upl),
        imr=row.margin,
        ord_frozen=row.margin_for_unfilled,
        mgn_ratio=row.margin_ratio,
        u_time=ms(row.timestamp),
    )


def swap_balance(row: SwapAccount, instrument_id: str) -> ProductBalance:
    """Return the account of a swap."""
    return ProductBalance(
        product="swap",
        account=instrument_id,
        ccy=settled_in(instrument_id),
        eq=row.equity,
        upl=row.unrealized_pnl,
        cash_bal=_without(row.equity, row.unrealized_pnl),
        imr=row.margin,
        mgn_ratio=row.margin_ratio,
        u_time=ms(row.timestamp),
    )


def option_balance(row: OptionAccount, underlying: str) -> ProductBalance:
    """Return the account of an underlying; no push says when it was sent, so that the later one counts."""
    return ProductBalance(
        product="option",
        account=underlying,
        ccy=settled_in(underlying),
        eq=row.equity,
        upl=row.unrealized_pnl,
        cash_bal=_without(row.equity, row.option_value),
        imr=row.margin_frozen,
        mmr=row.maintenance_margin,
        ord_frozen=row.margin_for_unfilled,
    )


def _without(equity: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if equity is None or part is None else equity - part
