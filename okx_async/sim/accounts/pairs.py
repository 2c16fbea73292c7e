"""Margin accounts: what stands in the account of a pair, what is owed, and how much may be borrowed or taken out.

The rules are the simulator's, as the documents name figures and not how they are reckoned. An account may owe so many
times less one its own money as its leverage says, and no more than the tiers of the pair allow at that leverage
(``public/position-tiers`` of V5). Its margin ratio is its own money by what was borrowed; at the maintenance ratio of
its tier it is liquidated.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from ..derivatives import Derivatives
from ..market import Market
from .leverage import lever_of
from .loans import Loans
from .margin import Margins, Tier
from .people import User
from .worth import MONEY_SCALE, ZERO, terms_of

__all__ = ["PairAccount", "Pairs", "Side", "cut"]

_CENT = Decimal(1).scaleb(-MONEY_SCALE)


def cut(value: Decimal) -> Decimal:
    """Return an amount as it can move, never more than it was."""
    return value.quantize(_CENT, ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two currencies of a margin account, all amounts in it.

    Attributes:
        ccy: Which.
        balance: What is there.
        hold: What open orders hold of it.
        borrowed: What is to be given back, without interest.
        interest: The interest that is not paid yet.
        price: What one unit is worth in the pair's quote currency.
    """

    ccy: str
    balance: Decimal
    hold: Decimal
    borrowed: Decimal
    interest: Decimal
    price: Decimal

    @property
    def available(self) -> Decimal:
        """What orders and repayments can take."""
        return self.balance - self.hold

    @property
    def owed(self) -> Decimal:
        """What was borrowed, and the interest on it."""
        return self.borrowed + self.interest

    @property
    def net(self) -> Decimal:
        """What is the user's own; it may be below zero."""
        return self.balance - self.owed


@dataclass(frozen=True, slots=True)
class PairAccount:
    """A margin account at this moment's mark price.

    Attributes:
        base: One currency.
        quote: The other.
        lever: The leverage that its owner has set.
        number: Which tier the size of its debt is in, from 1.
        tier: That tier.
    """

    base: Side
    quote: Side
    lever: Decimal
    number: int
    tier: Tier

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both currencies."""
        return self.base, self.quote

    @property
    def own(self) -> Decimal:
        """What all of it is worth after all debts, in the quote currency."""
        return self.base.net * self.base.price + self.quote.net

    @property
    def debt(self) -> Decimal:
        """What everything borrowed is worth, without interest, in the quote currency."""
        return self.base.borrowed * self.base.price + self.quote.borrowed

    @property
    def ratio(self) -> Decimal | None:
        """Its margin ratio, ``None`` when nothing is borrowed."""
        return self.own / self.debt if self.debt else None

    @property
    def fails(self) -> bool:
        """Whether its own money no longer stands for its debts."""
        return self.ratio is not None and self.ratio <= self.tier.mmr

    @property
    def liquidation_price(self) -> Decimal | None:
        """The price at which it would be liquidated if nothing else moved; ``None`` for never."""
        # Where own money = maintenance ratio * debt, which is linear in the price of the base currency.
        slope = self.base.net - self.tier.mmr * self.base.borrowed
        price = (self.tier.mmr * self.quote.borrowed - self.quote.net) / slope if slope and self.debt else ZERO
        return price if price > 0 else None

    def side(self, ccy: str) -> Side:
        """Return one of the two currencies."""
        return self.base if ccy == self.base.ccy else self.quote

    def withdrawable(self, ccy: str) -> Decimal:
        """Return how much of a currency may leave: what neither orders hold nor debts need at this leverage."""
        side = self.side(ccy)
        spare = (self.own - self.debt / (self.lever - 1)) / side.price if self.debt else side.available
        return max(ZERO, cut(min(side.available, spare)))


class Pairs:
    """Reckons margin accounts.

    Args:
        loans: What is owed.
        margins: The tiers.
        figures: Where mark prices are.
    """

    def __init__(self, loans: Loans, margins: Margins, figures: Derivatives) -> None:
        self._loans = loans
        self._margins = margins
        self._figures = figures

    def account(self, user: User, market: Market) -> PairAccount:
        """Return the margin account of a pair."""
        text, price = market.instrument, self._figures.mark(market)
        base, quote = self._side(user, market, text.base, price), self._side(user, market, text.quote, Decimal(1))
        tiers = self._margins.tiers(market)
        tier = self._margins.tier(market, _lots(market, base.borrowed + quote.borrowed / price))
        return PairAccount(base, quote, self.lever(user, market), tiers.index(tier) + 1, tier)

    def lever(self, user: User, market: Market) -> Decimal:
        """Return the leverage of a pair, which is that of V5's isolated margin."""
        return max(Decimal(2), lever_of(user, market.instrument, "isolated", ""))

    def borrowable(self, user: User, market: Market, ccy: str) -> Decimal:
        """Return how much more of a currency may be borrowed now."""
        account = self.account(user, market)
        by_money = account.own * (account.lever - 1)
        most = self._margins.most(market, account.lever)
        by_tier = terms_of(market.instrument).size(most) * account.base.price
        return max(ZERO, cut((min(by_money, by_tier) - account.debt) / account.side(ccy).price))

    def allows(self, user: User, market: Market, lever: Decimal) -> tuple[bool, bool]:
        """Tell whether a leverage is high enough for what is owed, and whether the tiers have it at that size."""
        account = self.account(user, market)
        lots = _lots(market, account.debt / account.base.price)
        return account.debt <= account.own * (lever - 1), lots <= self._margins.most(market, lever)

    def least(self, market: Market, ccy: str) -> Decimal:
        """Return the smallest loan: what the smallest order of the pair is for."""
        text = market.instrument
        least = Decimal(text.min_size)
        return least if ccy == text.base else cut(least * self._figures.mark(market))

    def _side(self, user: User, market: Market, ccy: str, price: Decimal) -> Side:
        purse, loans = self._loans.purse(user, market), self._loans.open(user, market, ccy)
        borrowed = sum((loan.principal for loan in loans), ZERO)
        interest = sum((loan.due for loan in loans), ZERO)
        return Side(ccy, purse.cash.get(ccy, ZERO), purse.held(ccy), borrowed, interest, price)


def _lots(market: Market, size: Decimal) -> int:
    return int(size / terms_of(market.instrument).lot)
