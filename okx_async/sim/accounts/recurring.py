"""Recurring buys: an amount of one currency that becomes coins again and again, at times its owner has chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from ..clock import Clock
from ..market import Market
from .agents import Agent
from .desk import Desk
from .ledger import Ledger
from .margin import Margins
from .orders import Order
from .people import User
from .worth import ZERO, money, terms_of

__all__ = ["RUNNING", "STOPPED", "Coin", "Recurring", "Schedule", "Standing"]

_FIRST_ID = 6_000_000_000_000_000_001
_HOUR_MS = 3_600_000
RUNNING, STOPPED = "running", "stopped"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is bought, always at a full hour of the owner's clock.

    Attributes:
        period: ``hourly``, ``daily``, ``weekly`` or ``monthly``.
        every: Hours between two purchases, where it is hourly.
        day: 1 (Monday) to 7 where it is weekly, 1 to 28 where it is monthly.
        hour: 0 to 23.
        ahead: How far the owner's clock is ahead of UTC, in milliseconds.
    """

    period: str
    every: int
    day: int
    hour: int
    ahead: int

    def following(self, now: int) -> int:
        """Return the first moment after another one."""
        local = ((now + self.ahead) // _HOUR_MS + 1) * _HOUR_MS
        while not self._fits(local):
            local += _HOUR_MS
        return local - self.ahead

    def _fits(self, local: int) -> bool:
        moment = datetime.fromtimestamp(local / 1000, UTC)
        if self.period == "hourly":
            return (moment.hour - self.hour) % self.every == 0
        if moment.hour != self.hour:
            return False
        day = {"weekly": moment.isoweekday(), "monthly": moment.day}.get(self.period, self.day)
        return day == self.day


@dataclass(slots=True)
class Coin:
    """One of the coins that are bought.

    Attributes:
        market: Where.
        ratio: Which part of the amount is for it.
        low: Below which price it is not bought, ``None`` for any.
        high: Above which.
        bought: How much of it there is so far, after fees.
        cost: What that was bought for.
    """

    market: Market
    ratio: Decimal
    low: Decimal | None
    high: Decimal | None
    bought: Decimal = ZERO
    cost: Decimal = ZERO

    @property
    def price(self) -> Decimal:
        """The last price."""
        return terms_of(self.market.instrument).price(self.market.tape.last.price)

    @property
    def wanted(self) -> bool:
        """Whether it is bought at this price."""
        return (self.low is None or self.price >= self.low) and (self.high is None or self.price <= self.high)


@dataclass(slots=True, eq=False)
class Standing:
    """One recurring buy.

    Attributes:
        algo_id: Its number.
        agent: Who buys for its owner.
        name: What its owner calls the strategy.
        amount: How much is invested each time.
        ccy: Of what.
        coins: What is bought.
        schedule: When.
        said: The parameters it was asked for with, by wire name, for what only repeats them.
        created: When, Unix milliseconds.
        updated: When it last changed.
        due: When it buys next.
        state: ``running`` or ``stopped``.
        rounds: How often it has bought something.
        orders: What it has bought with, oldest first.
    """

    algo_id: int
    agent: Agent
    name: str
    amount: Decimal
    ccy: str
    coins: list[Coin]
    schedule: Schedule
    said: dict[str, str]
    created: int
    updated: int
    due: int
    state: str = RUNNING
    rounds: int = 0
    orders: list[Order] = field(default_factory=list[Order])


class Recurring:
    """Every recurring buy.

    A round that its owner cannot pay for in full is left out, as is a coin whose price is out of its range. What is
    bought is in the owner's trading account at once.

    Args:
        clock: Market time.
        ledger: Where money moves.
        margins: What users can spend.
        desk: Where orders go.

    Attributes:
        on_change: Told of each change.
    """

    def __init__(self, clock: Clock, ledger: Ledger, margins: Margins, desk: Desk) -> None:
        self._clock = clock
        self._ledger = ledger
        self._margins = margins
        self._desk = desk
        self._ids = count(_FIRST_ID)
        self._all: dict[int, Standing] = {}
        self.on_change: Callable[[Standing], None] = lambda one: None

    def of(self, user: User) -> Iterator[Standing]:
        """Yield a user's recurring buys, the newest first."""
        yield from (one for one in reversed(self._all.values()) if one.agent.owner is user)

    def find(self, user: User, algo_id: str) -> Standing | None:
        """Return a user's recurring buy, ``None`` when there is none of that number."""
        one = self._all.get(int(algo_id)) if algo_id.isdecimal() else None
        return one if one is not None and one.agent.owner is user else None

    def start(
        self,
        owner: User,
        amount: Decimal,
        ccy: str,
        coins: list[Coin],
        schedule: Schedule,
        said: dict[str, str],
        at_once: bool,
    ) -> Standing:
        """Let one begin, with a first purchase at once where that is asked for."""
        number, now = next(self._ids), self._clock.now()
        agent = Agent(self._ledger, self._desk, owner, number, said["algoClOrdId"], said["tag"])
        due = schedule.following(now)
        one = Standing(number, agent, said["stgyName"], amount, ccy, coins, schedule, said, now, now, due)
        self._all[number] = one
        if at_once:
            self._buy(one)
        self._change(one)
        return one

    def stop(self, one: Standing) -> None:
        """End one; what it has bought is its owner's already."""
        one.state = STOPPED
        self._change(one)

    def change(self, one: Standing, *, name: str | None = None, amount: Decimal | None = None) -> None:
        """Give one another name or another amount."""
        one.name = name if name is not None else one.name
        one.amount = amount if amount is not None else one.amount
        self._change(one)

    def pass_by(self, now: int) -> None:
        """Buy what has become due, once for each time it has."""
        for one in list(self._all.values()):
            while one.state == RUNNING and one.due <= now:
                one.due = one.schedule.following(one.due)
                self._buy(one)
                self._change(one)

    def _buy(self, one: Standing) -> None:
        if self._margins.spendable(one.agent.owner, one.ccy) < one.amount:
            return
        bought = [coin for coin in one.coins if coin.wanted and self._buy_coin(one, coin)]
        one.rounds += bool(bought)

    def _buy_coin(self, one: Standing, coin: Coin) -> bool:
        """Buy one coin and hand it over, with what the purchase has left of the money."""
        agent, base = one.agent, coin.market.instrument.base
        agent.take(one.ccy, money(one.amount * coin.ratio))
        budget = agent.purse.cash[one.ccy]
        order = agent.spend(coin.market, budget)
        coin.cost += budget - agent.purse.cash[one.ccy]
        coin.bought += agent.purse.cash[base]
        for ccy in (one.ccy, base):
            agent.take(ccy, -agent.purse.cash[ccy])
        if order is not None:
            one.orders.append(order)
        return order is not None and order.filled > 0

    def _change(self, one: Standing) -> None:
        one.updated = self._clock.now()
        self.on_change(one)
