"""Channels that speak of several instruments at once, or of none: trades of all options, liquidations, the status."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .derivatives import Derivatives
from .dialect import Dialect, TopicSpec
from .frames import Message
from .instruments import Kind
from .liquidations import LIQUIDATED, liquidations, order_row
from .market import Market, Movement
from .options import trade_row
from .topics import Listener
from .upkeep import Upkeep

__all__ = ["Board", "Boards"]

_Row = dict[str, Any]
_Args = tuple[tuple[str, str], ...]
_ESTIMATE_PACE = 200


class Board(ABC):
    """One such channel with its arguments; it is to boards what `topics.Topic` is to an instrument.

    Args:
        boards: What there is to tell of.
        channel: Its name, in V3 without the product.
        args: What it was subscribed to with, by their names on the wire.
        spec: How it is published.
        dialect: How it is written.

    Attributes:
        listeners: Who gets its messages.
    """

    def __init__(self, boards: Boards, channel: str, args: _Args, spec: TopicSpec, dialect: Dialect) -> None:
        self.boards = boards
        self.channel = channel
        self.args = args
        self.spec = spec
        self.dialect = dialect
        self.listeners: dict[Listener, None] = {}
        self._given = dict(args)

    @property
    def present_name(self) -> str:
        """What it was subscribed to with, for whoever looks among topics and boards."""
        return ",".join(self._given.values())

    def first(self, now: int) -> list[Message]:
        """Return what a new subscriber is sent at once."""
        return []

    @abstractmethod
    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        """Return what is to be pushed after a step: which markets moved, and when that was."""

    def _tell(self, rows: list[_Row], now: int, name: str = "") -> Message:
        payload = self.dialect.rows(self.spec.product, self.channel, self._given, rows)
        return Message(self.channel, name, payload, self.dialect.frame(payload), now)

    def _markets(self, kind: Kind) -> Iterator[Market]:
        """Iterate over the instruments of a kind that the arguments name by id or family."""
        for market in self.boards.markets.values():
            text = market.instrument
            named = self._given.get("instId") in (None, text.inst_id)
            if text.kind is kind and named and self._given.get("instFamily") in (None, text.family):
                yield market


class _OptionTrades(Board):
    """Every trade of some options, one in a message."""

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        figures = self.boards.figures
        return [
            self._tell([trade_row(market, figures, trade)], now, market.instrument.inst_id)
            for market in self._markets(Kind.OPTION)
            if market.instrument.inst_id in moved
            for trade in moved[market.instrument.inst_id].trades
        ]


class _Liquidations(Board):
    """The forced closes of each minute, when it is over."""

    def __init__(self, boards: Boards, channel: str, args: _Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(boards, channel, args, spec, dialect)
        self._told = boards.stepped()

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        since, self._told = self._told, now
        kind = LIQUIDATED.get(self._given["instType"])
        if kind is None or since // 60_000 == now // 60_000:
            return []
        messages: list[Message] = []
        for market in self._markets(kind):
            details = [order_row(market, each) for each in liquidations(market, since, now)]
            if details:
                text = market.instrument
                row = {"instType": self._given["instType"], "instId": text.inst_id, "uly": text.family}
                messages.append(self._tell([row | {"details": details}], now, text.inst_id))
        return messages


class _Estimates(Board):
    """What contracts would be delivered at, every 200 ms in the half hour before their end."""

    def __init__(self, boards: Boards, channel: str, args: _Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(boards, channel, args, spec, dialect)
        self._told = 0

    def first(self, now: int) -> list[Message]:
        rows = list(self._rows(now))
        return [self._tell(rows, now)] if rows else []

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        if now - self._told < _ESTIMATE_PACE:
            return []
        self._told = now
        return self.first(now)

    def _rows(self, now: int) -> Iterator[_Row]:
        kind = self._given["instType"]
        if kind in ("FUTURES", "OPTION"):
            ends = {"settleType": "delivery" if kind == "FUTURES" else "exercise"}
            for market in self._markets(Kind(kind)):
                yield from (row | ends for row in self.boards.figures.estimate_rows(market, now))


class _Status(Board):
    """The latest change of the system's state."""

    def __init__(self, boards: Boards, channel: str, args: _Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(boards, channel, args, spec, dialect)
        self._told = self._rows(boards.stepped())

    def first(self, now: int) -> list[Message]:
        rows = self._rows(now)
        # Only V5 promises the latest record to who subscribes.
        return [self._tell(rows, now)] if rows and self.dialect.name == "v5" else []

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        rows = self._rows(now)
        if rows == self._told:
            return []
        self._told = rows
        return [self._tell(rows, now)]

    def _rows(self, now: int) -> list[_Row]:
        upkeep = self.boards.upkeep
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
}


class Boards:
    """The boards somebody subscribed to.

    Args:
        markets: By instrument id.
        figures: What follows from them.
        upkeep: What the exchange tells of itself.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives, upkeep: Upkeep) -> None:
        self.markets = markets
        self.figures = figures
        self.upkeep = upkeep
        self._open: dict[tuple[str, str, _Args], Board] = {}
        self._stepped = 0

    def stepped(self) -> int:
        """Return the moment of the latest step, Unix milliseconds."""
        return self._stepped

    def subscribe(
        self, listener: Listener, dialect: Dialect, channel: str, args: _Args, spec: TopicSpec, now: int
    ) -> Board:
        """Add a listener to a board and push it what a new subscriber gets first."""
        self._stepped = now
        key = (dialect.name, channel, args)
        board = self._open.get(key)
        if board is None:
            board = self._open[key] = _KINDS[channel](self, channel, args, spec, dialect)
        board.listeners[listener] = None
        for message in board.first(now):
            listener.push(message)
        return board

    def unsubscribe(self, listener: Listener, board: Board) -> None:
        """Take a listener off a board."""
        board.listeners.pop(listener, None)
        if not board.listeners:
            self._open.pop((board.dialect.name, board.channel, board.args), None)

    def publish(self, moved: Mapping[str, Movement], now: int) -> None:
        """Push what a step changed."""
        self._stepped = now
        for board in self._open.values():
            _push(board.step(moved, now), board.listeners)


def _push(messages: Iterable[Message], listeners: Iterable[Listener]) -> None:
    for message in messages:
        for listener in listeners:
            listener.push(message)
