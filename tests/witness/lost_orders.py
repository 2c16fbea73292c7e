"""What becomes of orders when requests and answers get lost: the faults, the runs and the verdict, for any client.

Every client wants the same orders of the same simulator, meets the same seeded faults, and says of each order whether
it stands. Then the exchange's own list of orders says what is true. ``python -m tests.witness`` prints it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from okx_async.sim import Exchange, warp
from okx_async.sim.rest_faults import RestFault

__all__ = ["FAULTS", "INST", "TIMEOUT", "Belief", "End", "Opened", "Place", "Score", "Wish", "judge", "run", "wishes"]

INST = "BTC-USDT"
TIMEOUT = 1.0
"""Seconds every client waits for an answer: each is told so by a documented option of its own."""
LATE = (1.5, 7.0)
"""Seconds for which what is late is late; always longer than anybody waits."""
LAGS = (0.0, 0.0, 0.3, 0.8)
"""Seconds by which the exchange's records lag behind; one of them for a whole run."""
PATHS = "/api/v5/trade/*order*"
"""Which requests faults hit: placing and looking up, whichever comes first."""


class Belief(StrEnum):
    """What a client says of an order it wanted."""

    PLACED = "placed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class End(StrEnum):
    """What became of a wanted order, and whether its client knows."""

    ONCE = "there once, known"
    NOT_THERE = "not there, known"
    DOUBLED = "doubled"
    ORPHAN = "orphan"
    PHANTOM = "phantom"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Wish:
    """One order somebody wants.

    Attributes:
        sz: Its size; no other order of a run has it, so that it is known again whatever its id.
        px: Its price.
        takes: Whether it takes what is there and is over at once (IOC), or rests far below the market.
        fault: What goes wrong meanwhile, a name of `FAULTS`; ``""`` for nothing.
        times: How many requests it hits.
        seconds: How late what is late is.
    """

    sz: str
    px: str
    takes: bool
    fault: str = ""
    times: int = 1
    seconds: float = 0.0


Place = Callable[[Wish], Awaitable[Belief]]
"""How a client places one order, with whatever it does against faults."""
Opened = Callable[[Exchange], AbstractAsyncContextManager[Place]]
"""Opens a client on a simulator."""


@dataclass
class Score:
    """What was counted.

    Attributes:
        ends: How often wanted orders ended how.
        by_fault: The same, by fault.
    """

    ends: Counter[End] = field(default_factory=Counter)
    by_fault: dict[str, Counter[End]] = field(default_factory=dict)

    def note(self, fault: str, end: End) -> None:
        """Count one order."""
        self.ends[end] += 1
        self.by_fault.setdefault(fault, Counter())[end] += 1

    def __add__(self, other: Score) -> Score:
        """Return both together."""
        both = Score(self.ends + other.ends, {fault: Counter(ends) for fault, ends in self.by_fault.items()})
        for fault, ends in other.by_fault.items():
            both.by_fault.setdefault(fault, Counter()).update(ends)
        return both

    @property
    def wrong(self) -> int:
        """How many orders stand otherwise than their client says, or more than once."""
        return self.ends[End.DOUBLED] + self.ends[End.ORPHAN] + self.ends[End.PHANTOM]


def _rest(kind: str, executed: bool = False) -> Callable[[Exchange, Wish], None]:
    def plan(sim: Exchange, wish: Wish) -> None:
        seconds = wish.seconds if kind == "rest_slow" else 0.0
        sim.faults.rest.add(RestFault(kind, PATHS, times=wish.times, executed=executed, seconds=seconds))

    return plan


FAULTS: Mapping[str, Callable[[Exchange, Wish], None]] = {
    "request lost": _rest("rest_reset"),
    "request late": _rest("rest_slow"),
    "reply lost": _rest("rest_reset", executed=True),
    "reply late": _rest("rest_slow", executed=True),
    "reply cut": _rest("rest_cut"),
    "empty, not done": _rest("rest_empty"),
    "empty, done": _rest("rest_empty", executed=True),
    "502 HTML, not done": _rest("rest_html"),
    "502 HTML, done": _rest("rest_html", executed=True),
    "50004, not done": _rest("rest_unknown"),
    "50004, done": _rest("rest_unknown", executed=True),
    "429": _rest("rest_429"),
    "outage": lambda sim, wish: sim.outage(wish.seconds),
}
"""What goes wrong with one order, by name."""


def wishes(sim: Exchange, dice: random.Random, count: int) -> list[Wish]:
    """Return the orders of one run and what goes wrong with them: the same for every client."""
    ask = Decimal(sim.truth(INST).asks[0][0])
    wanted = []
    for nth in range(count):
        takes, fails = dice.random() < 0.5, dice.random() < 0.75
        wanted.append(
            Wish(
                sz=str(Decimal("0.01") + nth * Decimal("0.0001")),
                px=str(ask + 100) if takes else "30000",
                takes=takes,
                fault=dice.choice(sorted(FAULTS)) if fails else "",
                times=dice.randint(1, 3),
                seconds=round(dice.uniform(*LATE), 2),
            )
        )
    return wanted


def judge(times: int, belief: Belief) -> End:
    """Say what became of an order that is there so many times, and of which its client believes something."""
    if times > 1:
        return End.DOUBLED
    if belief is Belief.UNKNOWN:
        return End.UNKNOWN
    if belief is Belief.PLACED:
        return End.ONCE if times else End.PHANTOM
    return End.ORPHAN if times else End.NOT_THERE


def run(opened: Opened, seed: int, orders: int, *, real: bool = False) -> Score:
    """Let one client trade once, in simulated time or in ``real`` time."""
    trade = _trade(opened, seed, orders)
    return asyncio.run(trade) if real else warp.run(trade)


async def _trade(opened: Opened, seed: int, orders: int) -> Score:
    dice, score = random.Random(seed), Score()
    # A short past is made fast: where time is real, a busy machine must not be mistaken for a late answer.
    async with Exchange(seed=seed, rate=0, history_minutes=5) as sim:
        wanted = wishes(sim, dice, orders)
        sim.panel.records_lag(dice.choice(LAGS))
        async with _settled(sim, opened) as place:
            beliefs = [await _one(sim, place, wish) for wish in wanted]
        there = Counter(
            Decimal(order.market.instrument.size_text(order.ticket.lots))
            for order in sim.venue.orders.history(sim.user().uid)
        )
    for wish, belief in zip(wanted, beliefs, strict=True):
        score.note(wish.fault, judge(there[Decimal(wish.sz)], belief))
    return score


@asynccontextmanager
async def _settled(sim: Exchange, opened: Opened) -> AsyncIterator[Place]:
    """Open a client, and wait at the end until nothing is under way any more."""
    async with opened(sim) as place:
        yield place
        await asyncio.sleep(LATE[1] + 1)


async def _one(sim: Exchange, place: Place, wish: Wish) -> Belief:
    """Place one order while something goes wrong, then let everything work again."""
    if wish.fault:
        FAULTS[wish.fault](sim, wish)
    belief = await place(wish)
    sim.faults.rest.clear()
    while sim._doors.shut:
        await asyncio.sleep(0.1)
    return belief
