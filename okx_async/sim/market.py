"""One instrument's whole state: book, tape and the sequence number everything published about it carries."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .engine import Book, Match
from .flow import OrderFlow
from .instruments import Instrument, Kind, seed_of
from .retail import RetailLayer
from .tape import Tape, Trade

__all__ = ["Market", "Movement", "Turns", "of_kind"]

_MOST_AHEAD = 20


@dataclass(slots=True)
class Movement:
    """What one step changed in one market: touched keys of each side, trades, and the retail layer."""

    bids: set[int] = field(default_factory=set[int])
    asks: set[int] = field(default_factory=set[int])
    trades: list[Trade] = field(default_factory=list[Trade])
    retail: bool = False


class Market:
    """The market of one instrument.

    Attributes:
        seq_id: Grows by 1 to 20 with each step that changed the book.
        ts: Moment of the latest step that changed the book, Unix milliseconds.
        frozen: Whether its order flow is stopped, so that nothing changes.
        auction: Whether it is in a call auction: nothing trades, and the sides of the book may cross.
        on_trades: Told of the matches of each step and the trades they became, e.g. where users trade.
        on_stir: Told that a user changed the book between two steps.
        phase: Its turns are the steps whose number leaves this rest when divided by the instrument's period.
    """

    def __init__(self, instrument: Instrument, seed: int, start: int, minutes: int, kept: int = 20_000) -> None:
        self.instrument = instrument
        self.book = Book()
        self.tape = Tape(instrument, seed, start, minutes, kept)
        self.retail = RetailLayer(instrument, self.book, seed) if instrument.rpi else None
        self.frozen = False
        self.auction = False
        self.on_trades: Callable[[Market, Sequence[Match], Sequence[Trade]], None] | None = None
        self.on_stir: Callable[[Market], None] | None = None
        self.ts = start
        self._stirred: list[Trade] | None = None
        self._flow = OrderFlow(instrument, self.book, seed)
        self._random = random.Random(seed_of(seed, instrument.inst_id, "sequence"))
        self.seq_id = self._random.randrange(10**8, 10**9)
        self.phase = seed_of(instrument.inst_id, "phase") % instrument.period
        self._flow.open()
        self.book.bids.take_touched()
        self.book.asks.take_touched()

    def reset_sequence(self) -> int:
        """Let sequence numbers go on from about half of what they were, as after a maintenance; return where."""
        self.seq_id //= 2
        return self.seq_id

    def step(self, step: int, ts: int) -> Movement | None:
        """Play step number ``step`` at moment ``ts``; ``None`` when it is not this market's turn or nothing moved."""
        if self.frozen or step % self.instrument.period != self.phase:
            return None
        matches = self._play()
        trades = self.tape.record(matches, ts) if matches else []
        stirred, self._stirred = self._stirred, None
        moved = Movement(
            self.book.bids.take_touched(),
            self.book.asks.take_touched(),
            trades if stirred is None else stirred + trades,
        )
        moved.retail = self.retail is not None and not self.auction and self.retail.act()
        if not (moved.bids or moved.asks or moved.retail):
            return None
        self._move_on(ts)
        if trades and self.on_trades is not None:
            self.on_trades(self, matches, trades)
        return moved

    def stir(self, matches: Sequence[Match], ts: int) -> list[Trade]:
        """Take down what a user changed between two steps, which the next step publishes; return the trades."""
        trades = self.tape.record(matches, ts)
        if self._stirred is None:
            self._stirred = []
            if self.on_stir is not None:
                self.on_stir(self)
        self._stirred += trades
        self._move_on(ts)
        return trades

    def settle(self) -> Movement | None:
        """Return what users changed since the latest step, ``None`` when the step has told it already."""
        if self._stirred is None:
            return None
        trades, self._stirred = self._stirred, None
        moved = Movement(self.book.bids.take_touched(), self.book.asks.take_touched(), trades)
        return moved if moved.bids or moved.asks or moved.trades else None

    def _move_on(self, ts: int) -> None:
        self.seq_id += 1 + int(self._random.random() * _MOST_AHEAD)
        self.ts = ts

    def _play(self) -> list[Match]:
        if self.auction:
            self._flow.gather()
            return []
        # What an auction left crossed trades at one price before anything else happens.
        return self.book.uncross() + self._flow.act()


def of_kind(markets: Mapping[str, Market], kind: Kind, family: str = "") -> list[Market]:
    """Return the markets of a kind, of one family or of all, in the order they are listed."""
    return [
        market
        for market in markets.values()
        if market.instrument.kind is kind and family in ("", market.instrument.family)
    ]


class Turns:
    """Which markets have their turn in which step, so that thousands of quiet ones cost nothing.

    Args:
        markets: All there are; one that ends is frozen.
    """

    def __init__(self, markets: Iterable[Market]) -> None:
        self._by_period: dict[int, list[list[Market]]] = {}
        self._stirred: list[Market] = []
        for market in markets:
            self.add(market)

    def add(self, market: Market) -> None:
        """Let one more market have its turns."""
        market.on_stir = self._stirred.append
        period = market.instrument.period
        self._by_period.setdefault(period, [[] for _ in range(period)])[market.phase].append(market)

    def play(self, step: int, ts: int) -> dict[str, Movement]:
        """Play a step in every market whose turn it is; return what moved, by instrument id."""
        moved: dict[str, Movement] = {}
        for period, phases in self._by_period.items():
            for market in phases[step % period]:
                movement = market.step(step, ts)
                if movement is not None:
                    moved[market.instrument.inst_id] = movement
        for market in self._stirred:
            movement = market.settle()
            if movement is not None:
                moved[market.instrument.inst_id] = movement
        self._stirred.clear()
        return moved
