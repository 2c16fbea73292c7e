"""Contract DCA bots: a position that grows as the price goes against it, and is closed a little above its mean price.

A cycle begins with an order at the market. Safety orders wait behind it, each farther away and larger than the one
before; a take profit waits for all of the position and is moved with each order that makes it larger. Once it is
filled the cycle is over and the next one begins. A bot trades with money of its own, as grid bots do.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from .agents import Agent
from .bot_margin import MODE, Accounts, Standing
from .bot_roll import Roll
from .dca_bots import CLOSE, INITIAL, LOSS, MANUAL_ADD, PROFIT, SAFETY, Cycle, Dca, DcaPlan, Part
from .desk import Desk
from .forms import refuse
from .grid_bots import DELIVERY, KEEP, MANUAL, NO_CLOSE, RISK, RUNNING, SELL, STOP_LOSS, STOPPED, STOPPING
from .ledger import Ledger
from .orders import Order, WhyCanceled
from .people import User
from .settle import FULL, PARTIAL

__all__ = ["Dcas"]

_FIRST_ID = 9_000_000_000_000_000_001
_FIRST_CYCLE = 1_000_000_001


class Dcas:
    """Every bot.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        ledger: Where money moves.
        desk: Where orders go.
        accounts: Where positions and margins are looked up.

    Attributes:
        of: See `Roll`; so are `find` and `watch`.
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
        self._cycles = count(_FIRST_CYCLE)
        self._roll: Roll[Dca] = Roll(self._look)
        self.of, self.find, self.watch = self._roll.of, self._roll.find, self._roll.watch

    def start(self, owner: User, plan: DcaPlan, reinvests: bool) -> Dca:
        """Let a bot begin; that its owner has what it invests was looked at before.

        Raises:
            Refusal: An order would be too small, or all of them too large for the leverage.
        """
        sizes = plan.sizes(owner.vip)
        if min(sizes) < plan.market.instrument.min_lots:
            raise refuse("51340", "The investment is too small for its orders")
        if sum(sizes) > self._accounts.margins.most(plan.market, plan.lever):
            raise refuse("51399", "The investment exceeds what the leverage allows")
        number, now = next(self._ids), self._clock.now()
        name, tag = plan.text("algoClOrdId"), plan.text("tag")
        agent = Agent(self._ledger, self._desk, owner, number, name, tag, MODE)
        agent.set_lever(plan.market, plan.lever)
        bot = Dca(number, agent, plan, Standing(self._accounts, agent.user, plan.market), now, now, reinvests)
        agent.take(bot.standing.ccy, plan.stake)
        self._roll.enter(bot)
        self._begin(bot)
        self._enter(bot)
        bot.state = RUNNING
        self._roll.run(bot)
        self.watch()
        return bot

    def stop(self, bot: Dca, how: str, why: str = MANUAL) -> None:
        """Cancel a bot's orders, close what it holds where that is asked for, and give its owner what there is."""
        self._roll.rest(bot)
        bot.why = why
        self._change(bot, STOPPING)
        self._clear(bot)
        rest = bot.standing.rest()
        if rest is not None and how == SELL and self._listed(bot):
            self._note(bot, LOSS if why == STOP_LOSS else CLOSE, self._close(bot, *rest))
        if bot.standing.position is not None:
            self._roll.run(bot)
            self._change(bot, NO_CLOSE)
        else:
            self._finish(bot)

    def add(self, bot: Dca, amount: Decimal, price: int | None) -> Order:
        """Make a bot's position larger with money that is put in for that.

        Args:
            bot: Which.
            amount: How much margin.
            price: At which price in ticks, ``None`` for the market.

        Raises:
            Refusal: 51059 while it has no position, 51340 when the order would be too small, or is not taken.
        """
        plan = bot.plan
        if bot.state != RUNNING or bot.standing.position is None:
            raise refuse("51059", "The state of the bot does not allow this")
        at = plan.price if price is None else plan.terms.price(price)
        lots = plan.lots(amount, at, bot.agent.owner.vip, at_market=price is None)
        if lots < plan.market.instrument.min_lots:
            raise refuse("51340", "The amount is too small for an order")
        self.fund(bot, amount)
        order = self._open(bot, MANUAL_ADD, lots, price)
        if order is None:
            self.fund(bot, -amount)
            raise refuse("51008", "The order was not taken")
        self.watch()
        return order

    def aim(self, bot: Dca, price: int) -> None:
        """Take the profit of the present cycle at another price."""
        bot.cycle.target = price
        self._change(bot, bot.state)
        self.watch()

    def fund(self, bot: Dca, amount: Decimal) -> None:
        """Add to a bot's margin, or take some of it back where the amount is below zero."""
        bot.agent.take(bot.standing.ccy, amount)
        bot.added += amount
        self._change(bot, bot.state)

    def heard(self, order: Order) -> None:
        """Note that the exchange takes a bot's position from it."""
        bot = self._roll.trading_as(order.user)
        if bot is not None and order.ticket.category in (FULL, PARTIAL) and order.filled:
            bot.liquidated = True
            bot.cycle.parts.append(Part(CLOSE, order))

    # -- one bot

    def _look(self, bot: Dca) -> None:
        if bot.state == NO_CLOSE:
            if bot.standing.position is None:
                self._finish(bot)
            return
        why = self._ends(bot)
        if why is not None:
            self.stop(bot, KEEP if why == DELIVERY else SELL, why)
            return
        cycle = bot.cycle
        if cycle.first is None:
            # Not in the moment in which the one before it has ended, or bots in a thin book would chase each other.
            if self._clock.now() > cycle.started:
                self._enter(bot)
        elif bot.standing.position is None:
            self._complete(bot)
        else:
            self._cover(bot)

    def _ends(self, bot: Dca) -> str | None:
        """Return why a bot has to stop, ``None`` when it has not."""
        if not self._listed(bot):
            return DELIVERY if bot.plan.market.instrument.kind is Kind.FUTURES else RISK
        if bot.liquidated:
            return RISK
        stop = bot.stop_price
        if stop is None or bot.standing.position is None:
            return None
        return STOP_LOSS if (bot.plan.price <= stop if bot.plan.long else bot.plan.price >= stop) else None

    def _begin(self, bot: Dca) -> None:
        """Begin a cycle with what there is: with less where money was lost, with more only where that is wanted."""
        scale = bot.standing.equity / bot.plan.stake
        scale = scale if bot.reinvests else min(scale, Decimal(1))
        bot.cycles.append(Cycle(next(self._cycles), self._clock.now(), scale))

    def _enter(self, bot: Dca) -> None:
        """Send the first order of a cycle, and once it has traded, the safety orders."""
        plan, cycle, vip = bot.plan, bot.cycle, bot.agent.owner.vip
        lots = plan.lots(plan.first * cycle.scale, plan.price, vip, at_market=True)
        order = self._open(bot, INITIAL, lots, None)
        if order is None or order.average is None:
            cycle.parts.clear()
            return  # nobody traded with it: the next look tries again
        cycle.first = order.average
        for amount, part in zip(plan.amounts, plan.distances, strict=True):
            price = plan.away(cycle.first, part, better=False)
            lots = plan.lots(amount * cycle.scale, plan.terms.price(price), vip)
            self._open(bot, SAFETY, lots, price)
        self._cover(bot)
        self._change(bot, bot.state)

    def _cover(self, bot: Dca) -> None:
        """Let a take profit wait for all of the position."""
        cycle, held, rest, target = bot.cycle, bot.standing.position, bot.standing.rest(), bot.target
        if held is None or rest is None or target is None:
            return
        cycle.average = held.average
        waiting = cycle.profit
        if waiting is not None and waiting.open and (waiting.left, waiting.price) == (rest[1], target):
            return
        self._cancel(waiting)
        cycle.profit = bot.agent.limit(bot.plan.market, *rest, target, closes=True)
        self._note(bot, PROFIT, cycle.profit)

    def _complete(self, bot: Dca) -> None:
        """End a cycle whose position is closed, and begin the next one."""
        self._clear(bot)
        bot.cycle.ended = self._clock.now()
        self._begin(bot)
        self._change(bot, bot.state)

    def _finish(self, bot: Dca) -> None:
        self._roll.rest(bot)
        bot.cycle.ended = self._clock.now()
        bot.left = bot.agent.give_back((bot.standing.ccy,), lambda: bot.standing.equity)
        self._change(bot, STOPPED)

    def _clear(self, bot: Dca) -> None:
        for part in bot.cycle.parts:
            self._cancel(part.order)

    def _open(self, bot: Dca, kind: str, lots: int, price: int | None) -> Order | None:
        plan = bot.plan
        if lots < plan.market.instrument.min_lots:
            return None
        if price is None:
            order = bot.agent.at_market(plan.market, plan.long, lots)
        else:
            order = bot.agent.limit(plan.market, plan.long, lots, price)
        self._note(bot, kind, order)
        return order

    def _close(self, bot: Dca, buy: bool, lots: int) -> Order | None:
        return bot.agent.at_market(bot.plan.market, buy, lots, closes=True)

    def _note(self, bot: Dca, kind: str, order: Order | None) -> None:
        if order is not None:
            bot.cycle.parts.append(Part(kind, order))

    def _cancel(self, order: Order | None) -> None:
        if order is not None and order.open:
            self._desk.cancel(order, WhyCanceled.SYSTEM)

    def _listed(self, bot: Dca) -> bool:
        return self._markets.get(bot.plan.market.instrument.inst_id) is bot.plan.market

    def _change(self, bot: Dca, state: str) -> None:
        bot.state, bot.updated = state, self._clock.now()
