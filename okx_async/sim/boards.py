"""Channels that speak of several instruments at once, or of none: trades of all options, liquidations, the status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .block_boards import BlockLegs, BlockTicker, BlockTrades
from .board import Args, Board, Hall
from .dialect import Dialect, TopicKind, TopicSpec
from .frames import Message
from .instruments import Kind
from .liquidations import LIQUIDATED, liquidations, order_row
from .market import Movement
from .options import trade_row
from .spread_boards import spread_board
from .topics import Listener

__all__ = ["Boards"]

_Row = dict[str, Any]
_ESTIMATE_PACE = 200


class _OptionTrades(Board):
    """Every trade of some options, one in a message."""

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        figures = self.hall.figures
        return [
            self.tell([trade_row(market, figures, trade)], now, market.instrument.inst_id)
            for market in self.markets(Kind.OPTION)
            if market.instrument.inst_id in moved
            for trade in moved[market.instrument.inst_id].trades
        ]


class _Liquidations(Board):
    """The forced closes of each minute, when it is over."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._told = hall.stepped

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        since, self._told = self._told, now
        kind = LIQUIDATED.get(self.given["instType"])
        if kind is None or since // 60_000 == now // 60_000:
            return []
        messages: list[Message] = []
        for market in self.markets(kind):
            details = [order_row(market, each) for each in liquidations(market, since, now)]
            if details:
                text = market.instrument
                row = {"instType": self.given["instType"], "instId": text.inst_id, "uly": text.family}
                messages.append(self.tell([row | {"details": details}], now, text.inst_id))
        return messages


class _Estimates(Board):
    """What contracts would be delivered at, every 200 ms in the half hour before their end."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._told = 0

    def first(self, now: int) -> list[Message]:
        rows = list(self._rows(now))
        return [self.tell(rows, now)] if rows else []

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        if now - self._told < _ESTIMATE_PACE:
            return []
        self._told = now
        return self.first(now)

    def _rows(self, now: int) -> Iterator[_Row]:
        kind = self.given["instType"]
        if kind in ("FUTURES", "OPTION"):
            ends = {"settleType": "delivery" if kind == "FUTURES" else "exercise"}
            for market in self.markets(Kind(kind)):
                yield from (row | ends for row in self.hall.figures.estimate_rows(market, now))


class _Status(Board):
    """The latest change of the system's state."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._told = self._rows(hall.stepped)

    def first(self, now: int) -> list[Message]:
        rows = self._rows(now)
        # Only V5 promises the latest record to who subscribes.
        return [self.tell(rows, now)] if rows and self.dialect.name == "v5" else []

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        rows = self._rows(now)
        if rows == self._told:
            return []
        self._told = rows
        return [self.tell(rows, now)]

    def _rows(self, now: int) -> list[_Row]:
        upkeep = self.hall.upkeep
        return upkeep.latest_v5(now) if self.dialect.name == "v5" else upkeep.latest_v3(now)


class _Quiet(Board):
    """A channel of something that never happens here, such as auto-deleveraging: the security fund never loses."""

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        return []


_KINDS: dict[str, type[Board]] = {
    "option-trades": _OptionTrades,
    "liquidation-orders": _Liquidations,
    "estimated-price": _Estimates,
    "status": _Status,
    "adl-warning": _Quiet,
    "block-tickers": BlockTicker,
    "public-block-trades": BlockLegs,
    "public-struc-block-trades": BlockTrades,
}


class Boards:
    """The boards somebody subscribed to.

    Args:
        hall: What they tell of.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._open: dict[tuple[str, str, Args], Board] = {}

    def subscribe(
        self, listener: Listener, dialect: Dialect, channel: str, args: Args, spec: TopicSpec, now: int
    ) -> Board:
        """Add a listener to a board and push it what a new subscriber gets first."""
        self._hall.stepped = now
        key = (dialect.name, channel, args)
        board = self._open.get(key)
        if board is None:
            make = spread_board if spec.kind == TopicKind.SPREAD else _KINDS[channel]
            board = self._open[key] = make(self._hall, channel, args, spec, dialect)
        board.listeners[listener] = None
        _push(board.first(now), [listener])
        return board

    def unsubscribe(self, listener: Listener, board: Board) -> None:
        """Take a listener off a board."""
        board.listeners.pop(listener, None)
        if not board.listeners:
            self._open.pop((board.dialect.name, board.channel, board.args), None)

    def publish(self, moved: Mapping[str, Movement], now: int) -> None:
        """Push what a step changed."""
        self._hall.stepped = now
        for board in self._open.values():
            _push(board.step(moved, now), board.listeners)


def _push(messages: Iterable[Message], listeners: Iterable[Listener]) -> None:
    for message in messages:
        for listener in listeners:
            listener.push(message)
