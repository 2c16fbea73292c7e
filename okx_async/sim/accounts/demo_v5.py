"""V5 REST of play money: demo accounts that give themselves more of it, or less. (Adjust demo account balance)"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .balances import Balances
from .bank import Bank
from .forms import money_of
from .ledger import Room
from .people import User
from .worth import ZERO

__all__ = ["DemoV5"]

_COINS = ("BTC", "ETH", "USDT", "OKB")
_A_DAY = 3
_DAY_MS = 86_400_000
_BILL = ""
"""The type of the bill that such a change makes is not documented."""


class DemoV5:
    """The handler of what only the demo environment has. All changes of a request are made, or none.

    Args:
        bank: Users and money.
        balances: What is free in trading accounts.
        clock: Market time.
        demo: Whether this is the demo environment.
    """

    def __init__(self, bank: Bank, balances: Balances, clock: Clock, demo: bool) -> None:
        self._bank = bank
        self._balances = balances
        self._clock = clock
        self._demo = demo
        self._increases: dict[str, tuple[int, int]] = {}

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {("POST", "/api/v5/account/demo-adjust-balance"): self._adjust}

    def _adjust(self, ask: Ask) -> list[Any]:
        user, more = ask.user, Query(ask.fields, {}).choice("type", ("increase", "reduce")) == "increase"
        if not self._demo:
            raise Refusal(200, "50053", "This endpoint is for demo trading only")
        changes = _read(ask.fields.get("adjustments"))
        if more:
            self._count(user)
        else:
            for ccy, amount in changes.items():
                self._check(user, ccy, amount)
        outside, purse = self._bank.ledger.house(Room.OUTSIDE), self._bank.trading(user)
        for ccy, amount in changes.items():
            self._bank.ledger.move(ccy, amount if more else -amount, outside, purse, _BILL)
        return [
            {
                "remainCnt": str(_A_DAY - self._today(user)),
                "totalCnt": str(_A_DAY),
                "details": [
                    {"ccy": ccy, "amt": exact_text(amount), "bal": exact_text(purse.cash[ccy])}
                    for ccy, amount in changes.items()
                ],
            }
        ]

    def _check(self, user: User, ccy: str, amount: Decimal) -> None:
        if amount > self._bank.trading(user).cash.get(ccy, ZERO):
            raise Refusal(200, "59692", f"The balance of {ccy} would be negative")
        if amount > self._balances.leaving(user, ccy):
            raise Refusal(200, "59693", f"Orders or positions hold {ccy}")

    def _count(self, user: User) -> None:
        """Count one more increase, of which there are so many a day; the day changes at 0:00 UTC."""
        made = self._today(user)
        if made >= _A_DAY:
            raise Refusal(200, "59691", "The daily increases are used up")
        self._increases[user.uid] = (self._clock.now() // _DAY_MS, made + 1)

    def _today(self, user: User) -> int:
        day, made = self._increases.get(user.uid, (0, 0))
        return made if day == self._clock.now() // _DAY_MS else 0


def _read(rows: Any) -> dict[str, Decimal]:
    """Return the amounts by currency; none may be named twice."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refusal(400, "51000", "Parameter adjustments error")
    read = [Query(row, {}) for row in rows]
    changes = {row.choice("ccy", _COINS): money_of(row.needed("amt"), "amt") for row in read}
    if len(changes) < len(rows):
        raise Refusal(400, "51000", "Parameter adjustments error")
    return changes
