"""Channels of block trades: volumes at once, trades a quarter of an hour late."""

from __future__ import annotations

from collections.abc import Mapping

from .board import Args, Board, Hall
from .dialect import Dialect, TopicSpec
from .frames import Message
from .market import Movement

__all__ = ["BlockLegs", "BlockTicker", "BlockTrades"]

_REPEATS = 300_000


class BlockTicker(Board):
    """The volume of one instrument: told at once, with every block trade in it, and every five minutes."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._market = hall.markets[self.given["instId"]]
        self._count = hall.blocks.count(self._market)
        self._told = hall.stepped

    def first(self, now: int) -> list[Message]:
        return [self.tell([self.hall.blocks.ticker(self._market, now)], now, self.given["instId"])]

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        count = self.hall.blocks.count(self._market)
        if count == self._count and now - self._told < _REPEATS:
            return []
        self._count, self._told = count, now
        return self.first(now)


class _Late(Board):
    """What the public learns of when its time has come."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._told = hall.stepped


class BlockTrades(_Late):
    """Block trades with all their legs."""

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        since, self._told = self._told, now
        return [self.tell([block.row()], now) for block in self.hall.blocks.between(since, now)]


class BlockLegs(_Late):
    """Legs of block trades in one instrument, one in a message."""

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        since, self._told = self._told, now
        name = self.given["instId"]
        rows = (row for block in self.hall.blocks.between(since, now) for row in block.leg_rows())
        return [self.tell([row], now, name) for row in rows if row["instId"] == name]
