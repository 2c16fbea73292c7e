"""Spot grid bots: orders at fixed prices, where each one that fills is followed by its counterpart one grid away.

A bot trades with money and orders of its own, which its owner's account does not show: what was invested moves there
when it starts and whatever it has become moves back when it stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from .agents import Agent
from .desk import Desk
from .fees import rate_of
from .forms import refuse
from .ledger import Ledger, Purse
from .orders import Order, State, WhyCanceled
from .people import User
from .worth import ZERO, Terms, money, terms_of

__all__ = ["RUNNING", "STOPPED", "Grid", "Grids", "Plan", "rungs"]

_FIRST_ID = 3_000_000_000_000_000_001

STARTING, RUNNING, STOPPING, STOPPED = "starting", "running", "stopping", "stopped"
MANUAL, TAKE_PROFIT, STOP_LOSS, RISK = "1", "2", "3", "4"
SELL = "1"
_SPARE = Decimal("0.99")
"""How much of an investment becomes orders; the rest pays fees and what the first purchase costs above the best ask."""
_SLIPPAGE = Decimal("1.005")


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


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bot is asked to do.

    Attributes:
        market: Where.
        prices: Of its orders, in ticks, lowest first.
        quote: How much of the quote currency is invested.
        base: How much of the base currency.
        fields: As they were sent, by wire name.
    """

    market: Market
    prices: tuple[int, ...]
    quote: Decimal
    base: Decimal
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a parameter as it was sent, ``""`` for none."""
        return str(self.fields.get(name) or "")


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


@dataclass(slots=True, eq=False)
class Grid:
    """One bot.

    Attributes:
        algo_id: Its number.
        agent: Who trades for its owner.
        plan: What it does.
        lots: The size of each of its orders.
        run_price: The price when it started.
        created: When, Unix milliseconds.
        updated: When it last changed.
        take_profit: At which price it stops with a profit, ``None`` for none.
        stop_loss: At which with a loss.
        state: Where it is in its life, in V5's words.
        open: Its open orders.
        done: Its orders that have filled, oldest first.
        pairs: How many pairs of a purchase and a sale it has completed.
        profit: What they have earned after fees, in the quote currency.
        withdrawn: How much of that was taken out.
        why: Why it stopped, in V5's numbers.
        how: How it stopped: ``1`` sold what it had, ``2`` kept it.
        result: Whether selling went well, in V5's numbers.
        left: What came back when it stopped, in the quote currency.
    """

    algo_id: int
    agent: Agent
    plan: Plan
    lots: int
    run_price: Decimal
    created: int
    updated: int
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    state: str = STARTING
    open: list[Rung] = field(default_factory=list[Rung])
    done: list[Order] = field(default_factory=list[Order])
    pairs: int = 0
    profit: Decimal = ZERO
    withdrawn: Decimal = ZERO
    why: str = "0"
    how: str = ""
    result: str = "0"
    left: Decimal = ZERO

    @property
    def owner(self) -> User:
        """Whose it is."""
        return self.agent.owner

    @property
    def purse(self) -> Purse:
        """What was set aside for it, and what it has made of that."""
        return self.agent.purse

    @property
    def terms(self) -> Terms:
        """The numbers of its instrument."""
        return terms_of(self.plan.market.instrument)

    @property
    def price(self) -> Decimal:
        """The last price of its market."""
        return self.terms.price(self.plan.market.tape.last.price)

    @property
    def invested(self) -> Decimal:
        """What its owner has put in, in the quote currency."""
        return money(self.plan.quote + self.plan.base * self.run_price)


class Grids:
    """Every bot.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        ledger: Where money moves.
        desk: Where orders go.

    Attributes:
        on_change: Told of each change of a bot.
        on_order: Told of each of its orders that is placed or has ended.
    """

    def __init__(self, clock: Clock, markets: Mapping[str, Market], ledger: Ledger, desk: Desk) -> None:
        self._clock = clock
        self._markets = markets
        self._ledger = ledger
        self._desk = desk
        self._ids = count(_FIRST_ID)
        self._all: dict[int, Grid] = {}
        self._running: dict[int, Grid] = {}
        self._watching = False
        self._again = False
        self.on_change: Callable[[Grid], None] = lambda grid: None
        self.on_order: Callable[[Grid, Order], None] = lambda grid, order: None

    def of(self, user: User) -> Iterator[Grid]:
        """Yield a user's bots, the newest first."""
        yield from (grid for grid in reversed(self._all.values()) if grid.owner is user)

    def find(self, user: User, algo_id: str) -> Grid | None:
        """Return a user's bot, ``None`` when there is none of that number."""
        grid = self._all.get(int(algo_id)) if algo_id.isdecimal() else None
        return grid if grid is not None and grid.owner is user else None

    def start(self, owner: User, plan: Plan, take_profit: Decimal | None, stop_loss: Decimal | None) -> Grid:
        """Let a bot begin; that its owner has what it invests was looked at before.

        Raises:
            Refusal: 51340 when the investment is too small for its orders.
        """
        lots = self._lots(owner, plan)
        if lots <= plan.market.instrument.min_lots:  # the fee comes off what is bought, and what is left is sold
            raise refuse("51340", "The investment is too small for so many grids")
        number, now = next(self._ids), self._clock.now()
        agent = Agent(self._ledger, self._desk, owner, number, plan.text("algoClOrdId"), plan.text("tag"))
        price = terms_of(plan.market.instrument).price(plan.market.tape.last.price)
        grid = Grid(number, agent, plan, lots, price, now, now, take_profit, stop_loss)
        self._all[number] = grid
        agent.take(plan.market.instrument.quote, plan.quote)
        agent.take(plan.market.instrument.base, plan.base)
        self.on_change(grid)
        self._fill_up(grid)
        self._running[number] = grid
        self._change(grid, RUNNING)
        self.watch()
        return grid

    def stop(self, grid: Grid, how: str, why: str = MANUAL) -> None:
        """Cancel a bot's orders, sell what it holds where that is asked for, and give its owner what there is."""
        self._running.pop(grid.algo_id, None)
        grid.how, grid.why = how, why
        self._change(grid, STOPPING)
        for rung in grid.open:
            if rung.order.open:
                self._desk.cancel(rung.order, WhyCanceled.SYSTEM)
                self.on_order(grid, rung.order)
        grid.open.clear()
        listed = self._markets.get(grid.plan.market.instrument.inst_id) is grid.plan.market
        if how == SELL and listed and (lots := self._has(grid)) >= grid.plan.market.instrument.min_lots:
            sold = self._at_market(grid, False, lots)
            grid.result = "1" if sold is not None and sold.filled == lots else "-1"
        instrument = grid.plan.market.instrument
        grid.left = self.worth(grid)
        for ccy in (instrument.quote, instrument.base):
            grid.agent.take(ccy, -grid.purse.cash.get(ccy, ZERO))
        self._change(grid, STOPPED)

    def withdraw(self, grid: Grid) -> Decimal:
        """Give its owner the profit that a bot has made and nobody has taken yet.

        Raises:
            Refusal: 51347 when there is none, or none that its orders do not hold.
        """
        ccy = grid.plan.market.instrument.quote
        amount = min(grid.profit - grid.withdrawn, grid.purse.available(ccy))
        if amount <= 0:
            raise refuse("51347", "There is no profit to withdraw")
        grid.agent.take(ccy, -amount)
        grid.withdrawn += amount
        self._change(grid, grid.state)
        return amount

    def amend(self, grid: Grid, take_profit: Decimal | None, stop_loss: Decimal | None) -> None:
        """Change at which prices a bot stops."""
        grid.take_profit, grid.stop_loss = take_profit, stop_loss
        self._change(grid, grid.state)
        self.watch()

    def worth(self, grid: Grid) -> Decimal:
        """Return what a bot has at the last price, in the quote currency; of one that has stopped, what came back."""
        if grid.state == STOPPED:
            return grid.left
        instrument, cash = grid.plan.market.instrument, grid.purse.cash
        return money(cash.get(instrument.quote, ZERO) + cash.get(instrument.base, ZERO) * grid.price)

    def watch(self) -> None:
        """Look after every bot; what its orders set off is looked after, too, but not inside of itself."""
        self._again = True
        if self._watching:
            return
        self._watching = True
        try:
            while self._again:
                self._again = False
                for grid in list(self._running.values()):
                    self._look(grid)
        finally:
            self._watching = False

    # -- one bot

    def _look(self, grid: Grid) -> None:
        ended = [rung for rung in grid.open if not rung.order.open]
        for rung in ended:
            grid.open.remove(rung)
            self.on_order(grid, rung.order)
            if rung.order.state is State.FILLED:
                self._follow(grid, rung)
        if ended:
            self._change(grid, grid.state)
        if self._markets.get(grid.plan.market.instrument.inst_id) is not grid.plan.market:
            self.stop(grid, "2", RISK)
        elif grid.take_profit is not None and grid.price >= grid.take_profit:
            self.stop(grid, grid.plan.text("stopType") or SELL, TAKE_PROFIT)
        elif grid.stop_loss is not None and grid.price <= grid.stop_loss:
            self.stop(grid, grid.plan.text("stopType") or SELL, STOP_LOSS)

    def _follow(self, grid: Grid, rung: Rung) -> None:
        """Take a filled order down and place its counterpart."""
        order = rung.order
        grid.done.append(order)
        begins = rung.answers is None
        if rung.answers is not None:
            grid.pairs += 1
            grid.profit += _earned(rung.answers, order)
        self._place(grid, rung.at + (1 if order.ticket.buy else -1), not order.ticket.buy, order if begins else None)

    def _fill_up(self, grid: Grid) -> None:
        """Get what the orders above the price sell, then place all orders but the one at the price."""
        own = self._nearest(grid.plan)
        missing = self._gross(grid, (len(grid.plan.prices) - own - 1) * grid.lots) - self._has(grid)
        if missing:
            self._at_market(grid, missing > 0, abs(missing))
        for at in range(len(grid.plan.prices)):
            if at != own:
                self._place(grid, at, at < own, None)

    def _place(self, grid: Grid, at: int, buy: bool, answers: Order | None) -> None:
        """Place one order; a sale is cut to what is there, as fees are taken from what was bought."""
        market = grid.plan.market
        lots = grid.lots if buy else min(grid.lots, self._has(grid))
        if lots < market.instrument.min_lots:
            return
        order = grid.agent.limit(market, buy, lots, grid.plan.prices[at])
        if order is not None:
            grid.open.append(Rung(at, order, answers))
            self.on_order(grid, order)

    def _at_market(self, grid: Grid, buy: bool, lots: int) -> Order | None:
        order = grid.agent.at_market(grid.plan.market, buy, lots)
        if order is not None:
            self.on_order(grid, order)
            if order.filled:
                grid.done.append(order)
        return order

    # -- sizes and money

    def _lots(self, owner: User, plan: Plan) -> int:
        """Return the size of each order that an investment is enough for."""
        market, terms, own = plan.market, terms_of(plan.market.instrument), self._nearest(plan)
        price = terms.price(market.tape.last.price)
        asks = market.book.asks.best
        dear = max(price, terms.price(asks) if asks is not None else price) * _SLIPPAGE
        buys = sum((terms.value(terms.price(each), 1) for each in plan.prices[:own]), ZERO)
        sells = terms.value(dear, 1) * (len(plan.prices) - own - 1) / (1 - self._rate(owner))
        return int((plan.quote + plan.base * price) * _SPARE / (buys + sells))

    def _nearest(self, plan: Plan) -> int:
        """Return which price is nearest to the last one: no order waits there at first."""
        last = plan.market.tape.last.price
        return min(range(len(plan.prices)), key=lambda at: abs(plan.prices[at] - last))

    def _gross(self, grid: Grid, lots: int) -> int:
        """Return how much has to be bought to have so many lots after the fee."""
        return -int(-lots // (1 - self._rate(grid.owner))) if lots else 0

    def _rate(self, owner: User) -> Decimal:
        return max(ZERO, rate_of(Kind.SPOT, owner.vip, False))

    def _has(self, grid: Grid) -> int:
        """Return how many lots a bot could sell."""
        return int(grid.purse.available(grid.plan.market.instrument.base) / grid.terms.lot)

    def _change(self, grid: Grid, state: str) -> None:
        grid.state, grid.updated = state, self._clock.now()
        self.on_change(grid)


def _earned(first: Order, second: Order) -> Decimal:
    """Return what a purchase and a sale have earned after fees, in the quote currency."""
    bought, sold = (first, second) if first.ticket.buy else (second, first)
    terms = terms_of(bought.market.instrument)
    cost = sum((terms.value(terms.price(fill.price), fill.lots) for fill in bought.fills), ZERO)
    got = sum((terms.value(terms.price(fill.price), fill.lots) for fill in sold.fills), ZERO)
    had = bought.filled + bought.fee / terms.lot  # what the fee, which is taken in coins, left of the purchase
    return money(got + sold.fee - cost * sold.filled / had)
