"""Grid bots: orders at fixed prices, where each one that fills is followed by its counterpart one grid away.

A bot trades with money and orders of its own, which its owner's account does not show: what was invested moves there
when it starts and whatever it has become moves back when it stops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from .agents import Agent
from .bot_margin import MODE, Accounts, Standing
from .bot_roll import Roll
from .desk import Desk
from .forms import refuse
from .grid_bots import (
    DELIVERY,
    KEEP,
    MANUAL,
    NO_CLOSE,
    RISK,
    RUNNING,
    SELL,
    STOPPED,
    STOPPING,
    Grid,
    Plan,
    Rung,
    Stops,
)
from .grid_contract import ContractGrid, ContractPlan
from .grid_spot import SpotGrid, SpotPlan
from .ledger import Ledger
from .orders import Order, State, WhyCanceled
from .people import User
from .settle import FULL, PARTIAL

__all__ = ["AnyGrid", "Grids"]

AnyGrid = Grid[Any]

_FIRST_ID = 3_000_000_000_000_000_001


class Grids:
    """Every bot.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        ledger: Where money moves.
        desk: Where orders go.
        accounts: Where positions and margins are looked up.

    Attributes:
        on_change: Told of each change of a bot.
        on_order: Told of each of its orders that is placed or has ended.
        of: See `Roll`; so are `find`, `trading_as` and `watch`.
    """

    def __init__(
        self, clock: Clock, markets: Mapping[str, Market], ledger: Ledger, desk: Desk, accounts: Accounts
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._ledger = ledger
        self._desk = desk
        self._accounts = accounts
        self._ids = count(_FIRST_ID)
        self._roll: Roll[AnyGrid] = Roll(self._look)
        self.of, self.find, self.trading_as = self._roll.of, self._roll.find, self._roll.trading_as
        self.watch = self._roll.watch
        self.on_change: Callable[[AnyGrid], None] = lambda grid: None
        self.on_order: Callable[[AnyGrid, Order], None] = lambda grid, order: None

    def start(self, owner: User, plan: Plan, stops: Stops) -> AnyGrid:
        """Let a bot begin; that its owner has what it invests was looked at before.

        Raises:
            Refusal: The investment is too small or too large for its orders.
        """
        grid = self._make(owner, plan, stops)
        self._roll.enter(grid)
        for ccy, amount in plan.taken.items():
            grid.agent.take(ccy, amount)
        self.on_change(grid)
        self._fill_up(grid)
        self._roll.run(grid)
        self._change(grid, RUNNING)
        self.watch()
        return grid

    def stop(self, grid: AnyGrid, how: str, why: str = MANUAL) -> None:
        """Cancel a bot's orders, sell what it holds where that is asked for, and give its owner what there is."""
        self._roll.rest(grid)
        grid.how, grid.why = how, why
        self._change(grid, STOPPING)
        for rung in grid.open:
            self._cancel(grid, rung.order)
        grid.open.clear()
        grid.late.clear()
        if grid.closing is not None:
            self._cancel(grid, grid.closing)
            grid.closing = None
        rest = grid.rest() if how == SELL and self._listed(grid) else None
        if rest is not None:
            sold = self._at_market(grid, *rest, closes=grid.keeps)
            grid.result = "1" if sold is not None and sold.filled == rest[1] else "-1"
        if grid.keeps:
            self._roll.run(grid)
            self._change(grid, NO_CLOSE)
        else:
            self._finish(grid)

    def close(self, grid: AnyGrid, lots: int, price: int | None) -> Order | None:
        """Close what a bot still holds after it has stopped: all of it at the market, or a part at a price.

        Raises:
            Refusal: 51341 when it holds nothing like that, 51342 when an order for it waits already, 51148 when more
                shall be closed than there is.
        """
        rest = grid.rest()
        if grid.state != NO_CLOSE or rest is None:
            raise refuse("51341", "The bot has no position that could be closed")
        if grid.closing is not None:
            raise refuse("51342", "There is an order that closes the position already")
        buy, most = rest
        if price is None:
            order = self._at_market(grid, buy, most, closes=True)
        else:
            if lots > most:
                raise refuse("51148", "The order is larger than the position it may only reduce")
            order = grid.agent.limit(grid.plan.market, buy, lots, price, closes=True)
            grid.closing = order
            if order is not None:
                self.on_order(grid, order)
        self.watch()
        return order

    def cancel_close(self, grid: AnyGrid, ord_id: str) -> Order:
        """Cancel the order that closes what a bot still holds.

        Raises:
            Refusal: 51400 when there is none of that number.
        """
        order = grid.closing
        if order is None or str(order.ord_id) != ord_id:
            raise refuse("51400", "Cancellation failed as the order does not exist")
        self._cancel(grid, order)
        self.watch()
        return order

    def withdraw(self, grid: AnyGrid) -> Decimal:
        """Give its owner the profit that a bot has made and nobody has taken yet.

        Raises:
            Refusal: 51347 when there is none, or none that its orders do not hold.
        """
        ccy = grid.ccys[0]
        amount = min(grid.profit - grid.withdrawn, grid.purse.available(ccy))
        if amount <= 0:
            raise refuse("51347", "There is no profit to withdraw")
        grid.agent.take(ccy, -amount)
        grid.withdrawn += amount
        self._change(grid, grid.state)
        return amount

    def fund(self, grid: ContractGrid, amount: Decimal) -> None:
        """Add to a bot's margin, or take some of it back where the amount is below zero; its orders stay."""
        grid.agent.take(grid.standing.ccy, amount)
        grid.added += amount
        self._change(grid, grid.state)

    def grow(self, grid: ContractGrid, amount: Decimal) -> None:
        """Invest more in a bot: its orders grow with it, but for those that close what is open.

        Raises:
            Refusal: 51399 when they would become too large for the leverage.
        """
        lots = max(grid.lots, int(grid.lots * (grid.invested + amount) / grid.invested))
        self._check_size(grid.plan, lots)
        self.fund(grid, amount)
        grid.lots = lots
        small = [rung for rung in grid.open if grid.plan.opens(rung.order.ticket.buy, rung.answers is None)]
        for rung in small:
            # One that has traded in part is left: what answers it has to know its size.
            if rung.order.open and not rung.order.filled:
                grid.open.remove(rung)
                self._cancel(grid, rung.order)
                self._place(grid, rung.at, rung.order.ticket.buy, rung.answers, None)
        self._change(grid, grid.state)
        self.watch()

    def amend(self, grid: AnyGrid, stops: Stops) -> None:
        """Change when a bot stops."""
        grid.stops = stops
        self._change(grid, grid.state)
        self.watch()

    def heard(self, order: Order) -> None:
        """Note that the exchange takes a bot's position from it."""
        grid = self.trading_as(order.user)
        if isinstance(grid, ContractGrid) and order.ticket.category in (FULL, PARTIAL) and order.filled:
            grid.liquidated = True
            grid.done.append(order)
            self.on_order(grid, order)

    # -- one bot

    def _make(self, owner: User, plan: Plan, stops: Stops) -> AnyGrid:
        lots, number, now = plan.lots(owner.vip), next(self._ids), self._clock.now()
        name, tag = plan.text("algoClOrdId"), plan.text("tag")
        if isinstance(plan, ContractPlan):
            self._check_size(plan, lots)
            agent = Agent(self._ledger, self._desk, owner, number, name, tag, MODE)
            agent.set_lever(plan.market, plan.lever)
            standing = Standing(self._accounts, agent.user, plan.market)
            return ContractGrid(number, agent, plan, lots, plan.price, now, now, stops, standing=standing)
        assert isinstance(plan, SpotPlan)  # noqa: S101 - there are two sorts
        agent = Agent(self._ledger, self._desk, owner, number, name, tag)
        return SpotGrid(number, agent, plan, lots, plan.price, now, now, stops)

    def _check_size(self, plan: ContractPlan, lots: int) -> None:
        if plan.most(lots) > self._accounts.margins.most(plan.market, plan.lever):
            raise refuse("51399", "The investment exceeds what the leverage allows")

    def _look(self, grid: AnyGrid) -> None:
        if grid.state == NO_CLOSE:
            self._look_at_rest(grid)
            return
        ended = [rung for rung in grid.open if not rung.order.open]
        for rung in ended:
            grid.open.remove(rung)
            self.on_order(grid, rung.order)
            if rung.order.state is State.FILLED:
                self._follow(grid, rung)
        if ended:
            self._change(grid, grid.state)
        if not self._listed(grid):
            dated = grid.plan.market.instrument.kind is Kind.FUTURES
            self.stop(grid, KEEP, DELIVERY if dated else RISK)
            return
        why = grid.ends_at()
        if why is not None:
            self.stop(grid, grid.plan.text("stopType") or SELL, why)
            return
        late, grid.late = grid.late, []
        for each in late:
            self._place(grid, *each)

    def _look_at_rest(self, grid: AnyGrid) -> None:
        """Look after what a bot still holds after it has stopped."""
        order = grid.closing
        if order is not None and not order.open:
            grid.closing = None
            if order.filled:
                grid.done.append(order)
            self.on_order(grid, order)
        if not grid.keeps:
            self._finish(grid)

    def _finish(self, grid: AnyGrid) -> None:
        """Give a bot's money back to its owner."""
        self._roll.rest(grid)
        grid.left = grid.agent.give_back(grid.ccys, lambda: grid.present)
        self._change(grid, STOPPED)

    def _follow(self, grid: AnyGrid, rung: Rung) -> None:
        """Take a filled order down and place its counterpart."""
        order = rung.order
        grid.done.append(order)
        begins = rung.answers is None
        if rung.answers is not None:
            grid.pairs += 1
            grid.profit += grid.earned(rung.answers, order)
        self._place(
            grid, rung.at + (1 if order.ticket.buy else -1), not order.ticket.buy, order if begins else None, order
        )

    def _fill_up(self, grid: AnyGrid) -> None:
        """Get what the first orders sell or buy back, then place them."""
        first = grid.first_trade()
        if first is not None:
            self._at_market(grid, *first)
        for at in range(len(grid.plan.prices)):
            side = grid.waits(at)
            if side is not None:
                self._place(grid, at, side, None, None)

    def _place(self, grid: AnyGrid, at: int, buy: bool, answers: Order | None, after: Order | None) -> None:
        """Place one order; one that its money does not suffice for yet is tried again later.

        Args:
            grid: Whose.
            at: At which of the plan's prices.
            buy: Its side.
            answers: The order whose counterpart it is, ``None`` where it begins a pair.
            after: The order that it follows, ``None`` for one of the first.
        """
        market, lots = grid.plan.market, grid.size(buy, after, answers is None)
        if lots < market.instrument.min_lots:
            return
        order = grid.agent.limit(market, buy, lots, grid.plan.prices[at])
        if order is not None:
            grid.open.append(Rung(at, order, answers))
            self.on_order(grid, order)
        else:
            grid.late.append((at, buy, answers, after))

    def _at_market(self, grid: AnyGrid, buy: bool, lots: int, *, closes: bool = False) -> Order | None:
        order = grid.agent.at_market(grid.plan.market, buy, lots, closes=closes)
        if order is not None:
            self.on_order(grid, order)
            if order.filled:
                grid.done.append(order)
        return order

    def _cancel(self, grid: AnyGrid, order: Order) -> None:
        if order.open:
            self._desk.cancel(order, WhyCanceled.SYSTEM)
            self.on_order(grid, order)

    def _listed(self, grid: AnyGrid) -> bool:
        return self._markets.get(grid.plan.market.instrument.inst_id) is grid.plan.market

    def _change(self, grid: AnyGrid, state: str) -> None:
        grid.state, grid.updated = state, self._clock.now()
        self.on_change(grid)
