"""Contract DCA bots: what each is asked to do, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import accumulate

from .agents import Agent
from .bot_margin import Standing
from .bot_plan import Errand
from .fees import rate_of
from .orders import Order
from .worth import ZERO

__all__ = ["Cycle", "Dca", "DcaPlan", "Part"]

INITIAL, SAFETY, PROFIT, LOSS = "init_order", "safety_order", "tp_order", "sl_order"
MANUAL_ADD, CLOSE = "manual_add_order", "close_position"
"""What an order of a bot is for, in V5's words. (``ordType``)"""
_SPARE = Decimal("0.98")
"""How much of an amount becomes an order; the rest pays fees and what purchases cost above the last price."""
_REACH = Decimal("1.03")
"""How far from the last price a market order is reckoned with: as far as orders may lie from the mark price."""


@dataclass(frozen=True, slots=True)
class DcaPlan(Errand):
    """What a bot is asked to do; amounts count margin in the settlement currency.

    Attributes:
        long: Whether it buys first.
        lever: The leverage.
        first: The amount of the order that begins a cycle.
        safety: That of the first safety order.
        most: How many safety orders there are.
        step: How far the first of them is from the beginning, as a part of its price.
        step_mult: By what each distance between two is the one before it.
        vol_mult: By what each amount is the one before it.
        profit: How far the take profit is from the mean price, as a part of it.
        loss: How far the stop loss is from the beginning, likewise, ``None`` for none.
    """

    long: bool
    lever: Decimal
    first: Decimal
    safety: Decimal
    most: int
    step: Decimal
    step_mult: Decimal
    vol_mult: Decimal
    profit: Decimal
    loss: Decimal | None

    @property
    def amounts(self) -> list[Decimal]:
        """The amounts of the safety orders, the first one first."""
        return [self.safety * self.vol_mult**at for at in range(self.most)]

    @property
    def distances(self) -> list[Decimal]:
        """How far the safety orders are from the beginning, as parts of its price."""
        return list(accumulate(self.step * self.step_mult**at for at in range(self.most)))

    @property
    def stake(self) -> Decimal:
        """All it needs."""
        return self.first + sum(self.amounts, ZERO)

    def away(self, price: Decimal, part: Decimal, *, better: bool) -> int:
        """Return the price in ticks that is away from another by a part of it.

        Args:
            price: The other one.
            part: How far.
            better: Whether on the side where the bot earns.
        """
        up = better is self.long
        ticks = price * (1 + part if up else 1 - part) / self.terms.tick
        return int(ticks.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))

    def lots(self, amount: Decimal, price: Decimal, vip: int, *, at_market: bool = False) -> int:
        """Return how much an amount is enough for at a price."""
        prices = (price * _REACH, price / _REACH) if at_market else (price,)
        part = 1 / self.lever + max(ZERO, rate_of(self.market.instrument.kind, vip, False))
        return int(amount * _SPARE / (max(self.terms.value(each, 1) for each in prices) * part))

    def sizes(self, vip: int) -> list[int]:
        """Return how large its orders would be if it began now: the first one, then the safety orders."""
        prices = [self.terms.price(self.away(self.price, part, better=False)) for part in self.distances]
        first = self.lots(self.first, self.price, vip, at_market=True)
        return [first, *(self.lots(*each, vip) for each in zip(self.amounts, prices, strict=True))]


@dataclass(slots=True)
class Part:
    """One order of a cycle, and what it is for."""

    kind: str
    order: Order


@dataclass(slots=True)
class Cycle:
    """One round of a bot, from its first order until its position is closed.

    Attributes:
        number: Counts up over all bots.
        started: When, Unix milliseconds.
        scale: By what all amounts are multiplied, as profit is reinvested.
        ended: When, 0 while it runs.
        first: The mean price of what began it, ``None`` before that.
        average: The mean price of its position when it ended.
        parts: Its orders, oldest first.
        profit: The order that takes the profit.
        target: The price of that one which its owner has asked for, in ticks.
    """

    number: int
    started: int
    scale: Decimal
    ended: int = 0
    first: Decimal | None = None
    average: Decimal | None = None
    parts: list[Part] = field(default_factory=list[Part])
    profit: Order | None = None
    target: int | None = None

    @property
    def fee(self) -> Decimal:
        """What its orders have cost, below zero."""
        return sum((part.order.fee for part in self.parts), ZERO)

    @property
    def realized(self) -> Decimal:
        """What its orders have made real, after fees."""
        return sum((part.order.pnl for part in self.parts), ZERO) + self.fee

    def filled(self, kind: str) -> int:
        """Return how many orders of one kind have traded whole."""
        return sum(part.kind == kind and not part.order.left for part in self.parts)


@dataclass(slots=True, eq=False)
class Dca:
    """One bot.

    Attributes:
        algo_id: Its number.
        agent: Who trades for its owner.
        plan: What it does.
        standing: How it stands.
        created: When, Unix milliseconds.
        updated: When it last changed.
        reinvests: Whether profit and added margin make the orders of the next cycle larger.
        state: Where it is in its life, in V5's words.
        added: What was put in later, less what was taken out again.
        cycles: Its rounds, oldest first.
        liquidated: Whether the exchange has taken its position, or a part of it.
        why: Why it stopped, in V5's numbers.
        left: What came back when it stopped.
    """

    algo_id: int
    agent: Agent
    plan: DcaPlan
    standing: Standing
    created: int
    updated: int
    reinvests: bool
    state: str = "starting"
    added: Decimal = ZERO
    cycles: list[Cycle] = field(default_factory=list[Cycle])
    liquidated: bool = False
    why: str = "0"
    left: Decimal = ZERO

    @property
    def lives(self) -> bool:
        """Whether it has not given its money back yet."""
        return self.state != "stopped"

    @property
    def cycle(self) -> Cycle:
        """The round it is in, or was in at last."""
        return self.cycles[-1]

    @property
    def invested(self) -> Decimal:
        """What its owner has put in."""
        return self.plan.stake + self.added

    @property
    def total(self) -> Decimal:
        """What it has earned or lost in all."""
        return (self.standing.equity if self.lives else self.left) - self.invested

    @property
    def target(self) -> int | None:
        """At which price it takes its profit, in ticks, ``None`` without a position."""
        held = self.standing.position
        if held is None or held.average is None:
            return None
        asked = self.cycle.target
        return asked if asked is not None else self.plan.away(held.average, self.plan.profit, better=True)

    @property
    def stop_price(self) -> Decimal | None:
        """At which price it stops with a loss, ``None`` for never."""
        if self.plan.loss is None or self.cycle.first is None:
            return None
        return self.plan.terms.price(self.plan.away(self.cycle.first, self.plan.loss, better=False))
