"""V5 REST of ETH and SOL staking: a coin becomes a token that earns more of itself and takes days to return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from ..clock import Clock
from ..earn_rates import DAY_MS, staking_rate
from ..market import Market
from ..query_v5 import Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .bank import Bank
from .daily import DailyRoom, earnings
from .funding_v5 import amount_of
from .ledger import Room
from .people import User
from .worth import ZERO

__all__ = ["ETH", "SOL", "Product", "StakingV5"]

_KIND = "staking"
_FIRST_ID = 5_000_000_000_000_000_001
_FAST_LIMIT = "100"
_TYPES, _STATES = ("purchase", "redeem"), ("pending", "success", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Product:
    """What can be staked.

    Attributes:
        name: Its name in paths.
        coin: What is staked.
        token: What is got for it, one to one.
        days: How long a redemption takes.
        least: The least that can be staked at once.
        bills: The types of funding bills, in V5's numbers: coins given, tokens got, earnings, tokens given, coins got.
    """

    name: str
    coin: str
    token: str
    days: int
    least: Decimal
    bills: tuple[str, str, str, str, str]


ETH = Product("eth", "ETH", "BETH", 16, Decimal("0.0001"), ("137", "138", "139", "138", "138"))
SOL = Product("sol", "SOL", "OKSOL", 4, Decimal("0.01"), ("329", "330", "328", "331", "332"))


@dataclass(slots=True)
class _Order:
    """A purchase or redemption."""

    ord_id: int
    user: User
    type: str
    amount: Decimal
    asked: int
    expected: int
    status: str
    ended: int | None = None


@dataclass(slots=True)
class _Interest:
    """What staking has earned one user: on the latest day, and in total."""

    latest: Decimal = ZERO
    total: Decimal = ZERO
    ts: int | None = None


class StakingV5(DailyRoom):
    """The chapters ETH staking and SOL staking, one each. All money comes from the funding account and returns there.

    A purchase is done at once. At the end of each UTC day every token in a funding account has earned its part of the
    day's rate. Instant redemption is not simulated, days and limits are made up, and which codes the exchange has for
    what can go wrong is not documented in every case.

    Args:
        product: Which.
        bank: Users and money.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, product: Product, bank: Bank, markets: dict[str, Market], clock: Clock) -> None:
        self._product = product
        super().__init__(bank, markets, clock)
        self._ids = count(_FIRST_ID)
        self._orders: list[_Order] = []
        self._interest: dict[str, _Interest] = {}

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = f"/api/v5/finance/staking-defi/{self._product.name}"
        return {
            ("GET", f"{root}/product-info"): self._info,
            ("POST", f"{root}/purchase"): self._purchase,
            ("POST", f"{root}/redeem"): self._redeem,
            ("POST", f"{root}/cancel-redeem"): self._cancel,
            ("GET", f"{root}/balance"): self._balance,
            ("GET", f"{root}/purchase-redeem-history"): self._history,
        }

    def _settle(self, moment: int) -> None:
        for order in self._orders:
            if order.type == "redeem" and order.status == "pending" and order.expected <= moment:
                order.status, order.ended = "success", order.expected
                self._give(order.user, self._product.coin, order.amount, 4)

    def _earn(self, day: int) -> None:
        token, rate = self._product.token, staking_rate(self._product.coin, day)
        for user, _, earned in earnings(self._bank, token, rate):
            self._give(user, token, earned, 2)
            interest = self._interest.setdefault(user.uid, _Interest())
            interest.latest, interest.ts = earned, day * DAY_MS
            interest.total += earned

    def _give(self, user: User, ccy: str, amount: Decimal, bill: int) -> None:
        """Move money from the pool to a user; a negative amount comes from the user."""
        ledger = self._bank.ledger
        ledger.move(ccy, amount, ledger.house(Room.POOL), self._bank.funding(user), _KIND, self._product.bills[bill])

    def _amount(self, ask: Ask, ccy: str) -> Decimal:
        amount = amount_of(self._form(ask))
        if amount < self._product.least:
            raise Refusal(200, "51727", "The amount is below the minimum.")
        if amount > self._bank.funding(ask.user).available(ccy):
            raise Refusal(200, "51736", "Insufficient balance.")
        return amount

    def _order(self, user: User, kind: str, amount: Decimal, days: int) -> _Order:
        now = self._clock.now()
        status, ended = ("pending", None) if days else ("success", now)
        order = _Order(next(self._ids), user, kind, amount, now, now + days * DAY_MS, status, ended)
        self._orders.append(order)
        return order

    def _purchase(self, ask: Ask) -> list[Any]:
        amount = self._amount(ask, self._product.coin)
        self._give(ask.user, self._product.coin, -amount, 0)
        self._give(ask.user, self._product.token, amount, 1)
        self._order(ask.user, "purchase", amount, 0)
        return []

    def _redeem(self, ask: Ask) -> list[Any]:
        amount = self._amount(ask, self._product.token)
        self._give(ask.user, self._product.token, -amount, 3)
        self._order(ask.user, "redeem", amount, self._product.days)
        return []

    def _cancel(self, ask: Ask) -> list[Any]:
        wanted = self._form(ask).needed("ordId")
        order = next((one for one in self._mine(ask.user) if str(one.ord_id) == wanted), None)
        if order is None or order.status != "pending":
            raise Refusal(200, "51726", "The order cannot be canceled.")
        order.status, order.ended = "cancelled", self._clock.now()
        self._give(order.user, self._product.token, order.amount, 1)
        return [{"ordId": wanted}]

    def _mine(self, user: User) -> Iterator[_Order]:
        return (order for order in reversed(self._orders) if order.user is user)

    def _info(self, ask: Ask) -> list[Any]:
        """Describe the product, in a list; the exchange is said to leave the list out for SOL."""
        row = {
            "fastRedemptionDailyLimit": _FAST_LIMIT,
            "minAmt": exact_text(self._product.least),
            "rate": exact_text(staking_rate(self._product.coin, self._clock.now() // DAY_MS)),
            "redemptDays": str(self._product.days),
        }
        return [row | ({"fastRedemptionAvail": "0"} if self._product is SOL else {})]

    def _balance(self, ask: Ask) -> list[Any]:
        self.pass_by(self._clock.now())
        interest = self._interest.get(ask.user.uid, _Interest())
        return [
            {
                "ccy": self._product.token,
                "amt": exact_text(self._bank.funding(ask.user).cash.get(self._product.token, ZERO)),
                "latestInterestAccrual": exact_text(interest.latest),
                "totalInterestAccrual": exact_text(interest.total),
                "ts": str(interest.ts or self._clock.now()),
            }
        ]

    def _history(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        kind, status = form.choice("type", _TYPES, ""), form.choice("status", _STATES, "")
        found = (one for one in self._mine(ask.user) if kind in ("", one.type) and status in ("", one.status))
        return [_row(order) for order in form.page(found, lambda order: order.asked)]


def _row(order: _Order) -> dict[str, str]:
    redeeming = order.type == "redeem" and order.status == "pending"
    return {
        "type": order.type,
        "amt": exact_text(order.amount),
        "redeemingAmt": exact_text(order.amount) if redeeming else "0",
        "status": order.status,
        "ordId": str(order.ord_id),
        "requestTime": str(order.asked),
        "completedTime": str(order.ended or ""),
        "estCompletedTime": str(order.expected),
    }
