"""V5 REST of OKUSD: dollars that become a token which earns every day, and dollars again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from itertools import count
from typing import Any

from ..clock import Clock
from ..earn_rates import DAY_MS, staking_rate
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .bank import Bank
from .daily import DailyRoom, earnings
from .forms import NAME, named
from .funding_v5 import amount_of
from .ledger import Room
from .people import User
from .worth import ZERO

__all__ = ["FAST", "STANDARD", "SUBSCRIBING", "OkusdV5", "Way"]

_KIND = "okusd"
_TOKEN, _COIN = "OKUSD", "USDT"
_SUBSCRIBED, _REDEEMED, _EARNED, _MINTED = "509", "511", "516", "518"
"""Types of funding bills. (Asset bills details)"""
_FIRST_ID = 8_000_000_001
_KNOWN_DAYS = 100
_LEAST = Decimal(1)
_CENT = Decimal(1).scaleb(-8)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of subscribing or redeeming.

    Attributes:
        number: How requests name it, ``""`` for subscribing.
        own: How much a user may in one day.
        all: How much everybody may together.
        codes: What is refused with above those two.
        fee: Which part is kept.
        days: How long it takes.
    """

    number: str
    own: Decimal
    all: Decimal
    codes: tuple[str, str]
    fee: Decimal = ZERO
    days: int = 0


SUBSCRIBING = Way("", Decimal(50_000), Decimal(1_000_000), ("51765", "51766"))
FAST = Way("1", Decimal(5_000), Decimal(50_000), ("51768", "51769"), fee=Decimal("0.001"))
STANDARD = Way("2", Decimal(50_000), Decimal(500_000), ("51770", "51771"), days=3)


@dataclass(slots=True, eq=False)
class _Order:
    """A subscription or redemption."""

    number: int
    user: User
    way: Way
    amount: Decimal
    fee: Decimal
    client_id: str
    ts: int
    due: int
    done: bool = False


class OkusdV5(DailyRoom):
    """The chapter OKUSD. One token is one dollar; both are in the funding account.

    A subscription is done at once, a fast redemption too, for a fee; a standard one takes days. At the end of each UTC
    day every token in a funding account has earned its part of the day's rate, in tokens. Limits, fees, rates and days
    are made up; limits count by UTC day. Which code a client id gets that was used before, and what ``type`` of the
    redemptions' history stands for, is not documented: here 51016, and the values of ``redeemType``.

    Args:
        bank: Users and money.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bank: Bank, markets: dict[str, Market], clock: Clock) -> None:
        super().__init__(bank, markets, clock)
        self._ids = count(_FIRST_ID)
        self._orders: list[_Order] = []
        self._waiting: list[_Order] = []
        self._rewards: dict[str, list[dict[str, str]]] = {}
        self._earned: dict[str, Decimal] = {}

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/finance/okusd"
        return {
            ("GET", f"{root}/limits"): self._limits,
            ("POST", f"{root}/subscribe"): self._subscribe,
            ("POST", f"{root}/redeem"): self._redeem,
            ("GET", f"{root}/account"): self._account,
            ("GET", f"{root}/subscribe/history"): self._subscriptions,
            ("GET", f"{root}/redeem/history"): self._redemptions,
            ("GET", f"{root}/rewards/history"): self._paid,
            ("GET", f"{root}/rate/history"): self._rates,
        }

    # -- what time brings

    def _settle(self, moment: int) -> None:
        for order in self._waiting:
            if order.due <= moment:
                self._finish(order)
        self._waiting = [order for order in self._waiting if not order.done]

    def _finish(self, order: _Order) -> None:
        """Pay a redemption out, its fee to the house."""
        ledger, ref = self._bank.ledger, str(order.number)
        pool = ledger.house(Room.POOL)
        order.done = True
        ledger.move(_COIN, order.amount - order.fee, pool, self._bank.funding(order.user), _KIND, _REDEEMED, ref)
        ledger.move(_COIN, order.fee, pool, ledger.house(Room.FEES), _KIND, _REDEEMED, ref)

    def _earn(self, day: int) -> None:
        rate = _rate(day)
        for user, amount, earned in earnings(self._bank, _TOKEN, rate):
            self._swap(user, _TOKEN, earned, _EARNED)
            self._earned[user.uid] = self._earned.get(user.uid, ZERO) + earned
            row = {"ccy": _TOKEN, "earnAmt": exact_text(earned), "amt": exact_text(amount), "apr": exact_text(rate)}
            self._rewards.setdefault(user.uid, []).append(row | {"ts": str(day * DAY_MS)})

    def _swap(self, user: User, ccy: str, amount: Decimal, bill: str, ref: str = "") -> None:
        """Move money from the pool to a user; a negative amount comes from the user."""
        ledger = self._bank.ledger
        ledger.move(ccy, amount, ledger.house(Room.POOL), self._bank.funding(user), _KIND, bill, ref)

    # -- what users do

    def _subscribe(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        order = self._order(ask.user, form, SUBSCRIBING, _COIN)
        self._swap(ask.user, _COIN, -order.amount, _SUBSCRIBED, str(order.number))
        self._swap(ask.user, _TOKEN, order.amount, _MINTED, str(order.number))
        order.done = True
        row = {"ccy": _COIN, "okusdAmt": exact_text(order.amount), "state": "success"}
        return [_brief(order) | row]

    def _redeem(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        way = FAST if form.choice("redeemType", (FAST.number, STANDARD.number)) == FAST.number else STANDARD
        order = self._order(ask.user, form, way, _TOKEN)
        self._swap(ask.user, _TOKEN, -order.amount, _REDEEMED, str(order.number))
        if way.days:
            self._waiting.append(order)
        else:
            self._finish(order)
        row = {
            "ccy": _TOKEN,
            "fee": exact_text(-order.fee),
            "usdtAmt": exact_text(order.amount - order.fee),
            "redeemType": way.number,
            "state": "success" if order.done else "processing",
            "estSettlementTime": str(order.due),
        }
        return [_brief(order) | row]

    def _order(self, user: User, form: Query, way: Way, ccy: str) -> _Order:
        """Take an order down, when nothing speaks against it."""
        amount, client_id = amount_of(form), form.needed("clOrdId")
        named(form, "clOrdId", NAME)
        if any(one.client_id == client_id and one.user is user for one in self._orders):
            raise Refusal(200, "51016", "Duplicate clOrdId.")
        if amount < _LEAST:
            raise Refusal(200, "51727", "The amount is below the minimum.")
        own, everybody = self._used(way, user), self._used(way, None)
        for used, most, code in zip((own, everybody), (way.own, way.all), way.codes, strict=True):
            if used + amount > most:
                raise Refusal(200, code, "The daily limit has been reached.")
        if amount > self._bank.funding(user).available(ccy):
            raise Refusal(200, "51764", "Insufficient balance.")
        now, fee = self._clock.now(), (amount * way.fee).quantize(_CENT, ROUND_UP)
        order = _Order(next(self._ids), user, way, amount, fee, client_id, now, now + way.days * DAY_MS)
        self._orders.append(order)
        return order

    def _used(self, way: Way, user: User | None) -> Decimal:
        """Return what has gone one way today, of one user or of all."""
        begin = self._clock.now() // DAY_MS * DAY_MS
        today = (one for one in self._orders if one.way is way and one.ts >= begin)
        return sum((one.amount for one in today if user in (None, one.user)), ZERO)

    # -- what users read

    def _limits(self, ask: Ask) -> list[Any]:
        self._form(ask)
        left = min(SUBSCRIBING.own - self._used(SUBSCRIBING, ask.user), SUBSCRIBING.all - self._used(SUBSCRIBING, None))
        return [
            {
                "subLimit": {"maxSubAmt": exact_text(left)} | self._use(SUBSCRIBING, ask.user),
                "fastRedeemLimit": self._use(FAST, ask.user) | {"feeRate": exact_text(FAST.fee)},
                "stdRedeemLimit": self._use(STANDARD, ask.user) | {"feeRate": exact_text(STANDARD.fee)},
                "ts": str(self._clock.now()),
            }
        ]

    def _use(self, way: Way, user: User) -> dict[str, str]:
        return {
            "personalDailyLimit": exact_text(way.own),
            "personalUsedAmt": exact_text(self._used(way, user)),
            "platformDailyLimit": exact_text(way.all),
            "platformUsedAmt": exact_text(self._used(way, None)),
        }

    def _account(self, ask: Ask) -> list[Any]:
        self._form(ask)
        held = self._bank.funding(ask.user).cash.get(_TOKEN, ZERO)
        earned = self._earned.get(ask.user.uid, ZERO)
        row = {"ccy": _TOKEN, "amt": exact_text(held), "totalEarnAccrual": exact_text(earned)}
        return [row | {"ts": str(self._clock.now())}]

    def _of(self, user: User, *ways: Way) -> Iterator[_Order]:
        return (one for one in reversed(self._orders) if one.user is user and one.way in ways)

    def _subscriptions(self, ask: Ask) -> list[Any]:
        found = self._form(ask).span(self._of(ask.user, SUBSCRIBING), lambda one: one.ts, 100)
        return [_brief(one) | _settled(one, _COIN, _TOKEN) | {"status": "success"} for one in found]

    def _redemptions(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ways = [way for way in (FAST, STANDARD) if form.text("type") in ("", way.number)]
        found = form.span(self._of(ask.user, *ways), lambda one: one.ts, 100)
        return [
            _brief(one)
            | _settled(one, _TOKEN, _COIN)
            | {
                "fee": exact_text(-one.fee),
                "type": one.way.number,
                "status": "success" if one.done else "pending",
                "estSettlementTime": str(one.due),
            }
            for one in found
        ]

    def _paid(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        rows = self._rewards.get(ask.user.uid, [])
        return form.span(reversed(rows), lambda row: int(row["ts"]), 100)

    def _rates(self, ask: Ask) -> list[Any]:
        form, today = self._form(ask), self._clock.now() // DAY_MS
        days = form.span(range(today, today - _KNOWN_DAYS, -1), lambda day: day * DAY_MS, 100)
        return [{"apr": exact_text(_rate(day)), "ts": str(day * DAY_MS)} for day in days]


def _rate(day: int) -> Decimal:
    return staking_rate(_TOKEN, day)


def _brief(order: _Order) -> dict[str, str]:
    return {
        "ordId": str(order.number),
        "clOrdId": order.client_id,
        "amt": exact_text(order.amount),
        "ts": str(order.ts),
    }


def _settled(order: _Order, ccy: str, other: str) -> dict[str, str]:
    return {"ccy": ccy, "settleCcy": other, "settleCcyAmt": exact_text(order.amount - order.fee)}
