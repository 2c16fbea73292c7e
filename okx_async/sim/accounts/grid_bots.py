"""What every grid bot has: its plan, its orders, and what it has earned. Spot and contract grids fill in the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Generic, TypeVar

from ..market import Market
from .agents import Agent
from .bot_plan import Errand
from .fees import rate_of
from .forms import refuse
from .ledger import Purse
from .orders import Order
from .people import User
from .worth import ZERO

__all__ = [
    "CONTRACT",
    "DELIVERY",
    "KEEP",
    "MANUAL",
    "NO_CLOSE",
    "RISK",
    "RUNNING",
    "SELL",
    "SPARE",
    "SPOT",
    "STARTING",
    "STOPPED",
    "STOPPING",
    "STOP_LOSS",
    "TAKE_PROFIT",
    "Grid",
    "Plan",
    "Rung",
    "Stops",
    "nearest",
    "rungs",
]

SPOT, CONTRACT = "grid", "contract_grid"
"""The two sorts of bots, in V5's words. (``algoOrdType``)"""
STARTING, RUNNING, STOPPING, STOPPED = "starting", "running", "stopping", "stopped"
NO_CLOSE = "no_close_position"
"""Where a bot is in its life, in V5's words; the last is stopped with a position that is still open. (``state``)"""
MANUAL, TAKE_PROFIT, STOP_LOSS, RISK, DELIVERY = "1", "2", "3", "4", "5"
"""Why a bot has stopped, in V5's numbers. (``cancelType``)"""
SELL, KEEP = "1", "2"
"""How a bot stops: it sells or closes what it holds, or it does not. (``stopType``)"""
SPARE = Decimal("0.99")
"""How much of an investment becomes orders; the rest pays fees and what the first purchase costs above the best ask."""


def rungs(low: int, high: int, grids: int, geometric: bool) -> tuple[int, ...]:
    """Return the prices of a grid in ticks, lowest first: one more than there are grids.

    Raises:
        Refusal: 51351 where two of them are the same.
    """
    if geometric:
        ratio = (Decimal(high) / low) ** (Decimal(1) / grids)
        found = [round(low * ratio**at) for at in range(grids)]
    else:
        found = [round(low + Decimal(high - low) * at / grids) for at in range(grids)]
    found.append(high)
    if any(one >= other for one, other in pairwise(found)):
        raise refuse("51351", "The profit per grid must be positive: there are too many grids")
    return tuple(found)


def nearest(market: Market, prices: tuple[int, ...]) -> int:
    """Return which price is nearest to the last one."""
    last = market.tape.last.price
    return min(range(len(prices)), key=lambda at: abs(prices[at] - last))


@dataclass(frozen=True, slots=True)
class Plan(Errand, ABC):
    """What a grid bot is asked to do.

    Attributes:
        prices: Of its orders, in ticks, lowest first.
        own: Which price is nearest to that of the beginning: no order waits there at first.
    """

    prices: tuple[int, ...]
    own: int

    kind: ClassVar[str]

    @property
    @abstractmethod
    def stake(self) -> Decimal:
        """What is invested, counted in the currency that `per_lot` counts in."""

    @property
    @abstractmethod
    def taken(self) -> dict[str, Decimal]:
        """What is invested, by currency."""

    @abstractmethod
    def per_lot(self, vip: int) -> Decimal:
        """Return what it costs to have one lot in each order, 0 where it could have none.

        Args:
            vip: The fee tier.
        """

    @abstractmethod
    def least(self) -> int:
        """Return the smallest size of an order in lots."""

    def lots(self, vip: int) -> int:
        """Return the size of each order that the investment is enough for.

        Raises:
            Refusal: 51380 where no order could wait at all, 51340 when they would be too small.
        """
        cost = self.per_lot(vip)
        if not cost:
            raise refuse("51380", "The price is where the bot could not place a single order")
        lots = int(self.stake * SPARE / cost)
        if lots < self.least():
            raise refuse("51340", "The investment is too small for so many grids")
        return lots

    def gains(self, vip: int) -> tuple[Decimal, Decimal]:
        """Return the smallest and the largest profit of one grid as a part of its price, after fees."""
        fees = 2 * rate_of(self.market.instrument.kind, vip, True)
        found = [Decimal(high - low) / low - fees for low, high in pairwise(self.prices)]
        return min(found), max(found)


P = TypeVar("P", bound=Plan)


@dataclass(slots=True)
class Rung:
    """One order of a bot that is open.

    Attributes:
        at: Which of the plan's prices.
        order: It.
        answers: The filled order whose counterpart it is, ``None`` where it begins a pair.
    """

    at: int
    order: Order
    answers: Order | None


Late = tuple[int, bool, Order | None, Order | None]


@dataclass(frozen=True, slots=True)
class Stops:
    """When a bot stops by itself, ``None`` for never.

    Attributes:
        take_profit: At which price with a profit.
        stop_loss: At which with a loss.
        profit_ratio: At which profit, as a part of what is invested.
        loss_ratio: At which loss, likewise, above zero.
    """

    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    profit_ratio: Decimal | None = None
    loss_ratio: Decimal | None = None


@dataclass(slots=True, eq=False)
class Grid(ABC, Generic[P]):
    """One bot.

    Attributes:
        algo_id: Its number.
        agent: Who trades for its owner.
        plan: What it does.
        lots: The size of each of its orders.
        run_price: The price when it started.
        created: When, Unix milliseconds.
        updated: When it last changed.
        stops: When it stops by itself.
        state: Where it is in its life.
        open: Its open orders.
        late: Orders that it could not place yet: where, their side, which order each answers and which it follows.
        done: Its orders that have traded, oldest first.
        pairs: How many pairs of a purchase and a sale it has completed.
        profit: What they have earned after fees, in the currency that its investment is counted in.
        withdrawn: How much of that was taken out.
        added: What was put in later, less what was taken out again.
        why: Why it stopped.
        how: How it stopped.
        result: Whether selling went well, in V5's numbers.
        left: What came back when it stopped.
        closing: The order that closes what it holds after it has stopped.
    """

    algo_id: int
    agent: Agent
    plan: P
    lots: int
    run_price: Decimal
    created: int
    updated: int
    stops: Stops
    state: str = STARTING
    open: list[Rung] = field(default_factory=list[Rung])
    late: list[Late] = field(default_factory=list[Late])
    done: list[Order] = field(default_factory=list[Order])
    pairs: int = 0
    profit: Decimal = ZERO
    withdrawn: Decimal = ZERO
    added: Decimal = ZERO
    why: str = "0"
    how: str = ""
    result: str = "0"
    left: Decimal = ZERO
    closing: Order | None = None

    @property
    def owner(self) -> User:
        """Whose it is."""
        return self.agent.owner

    @property
    def purse(self) -> Purse:
        """Its money."""
        return self.agent.purse

    @property
    def lives(self) -> bool:
        """Whether it has not given its money back yet."""
        return self.state != STOPPED

    @property
    def total(self) -> Decimal:
        """What it has earned or lost in all."""
        return self.worth + self.withdrawn - self.invested

    @property
    def worth(self) -> Decimal:
        """What it has at the last price; of one that has stopped, what came back."""
        return self.present if self.lives else self.left

    @property
    @abstractmethod
    def ccys(self) -> tuple[str, ...]:
        """The currencies it may hold."""

    @property
    @abstractmethod
    def invested(self) -> Decimal:
        """What its owner has put in."""

    @property
    @abstractmethod
    def present(self) -> Decimal:
        """What it has at the last price."""

    @abstractmethod
    def first_trade(self) -> tuple[bool, int] | None:
        """Return what it trades at the market when it starts, as side and size, ``None`` for nothing."""

    @abstractmethod
    def waits(self, at: int) -> bool | None:
        """Return the side of the order that waits at a price at first, ``None`` for none."""

    @abstractmethod
    def size(self, buy: bool, after: Order | None, begins: bool) -> int:
        """Return how large an order has to be.

        Args:
            buy: Its side.
            after: The order that it follows, ``None`` for one of the first.
            begins: Whether it begins a pair.
        """

    @abstractmethod
    def earned(self, first: Order, second: Order) -> Decimal:
        """Return what a pair of orders has earned after fees."""

    @abstractmethod
    def rest(self) -> tuple[bool, int] | None:
        """Return what it has to trade to be out of the market, as side and size, ``None`` for nothing."""

    @property
    def keeps(self) -> bool:
        """Whether what it holds cannot be handed to its owner and stays open until it is closed."""
        return False

    def ends_at(self) -> str | None:
        """Return why it has to stop at the present price, ``None`` when it has not."""
        stops, price = self.stops, self.plan.price
        if stops.take_profit is not None and price >= stops.take_profit:
            return TAKE_PROFIT
        if stops.stop_loss is not None and price <= stops.stop_loss:
            return STOP_LOSS
        return None
