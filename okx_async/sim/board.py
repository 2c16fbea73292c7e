"""What every channel has that speaks of several instruments at once, or of none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .blocks import Blocks
from .derivatives import Derivatives
from .dialect import Dialect, TopicSpec
from .frames import Message
from .instruments import Kind
from .market import Market, Movement
from .spreads import Spreads
from .topics import Listener
from .upkeep import Upkeep

__all__ = ["Args", "Board", "Hall"]

Args = tuple[tuple[str, str], ...]
"""The arguments of a subscription by their names on the wire."""


@dataclass(slots=True)
class Hall:
    """What boards tell of.

    Args:
        markets: By instrument id.
        figures: What follows from them.
        upkeep: What the exchange tells of itself.
        spreads: What is made of two markets.
        blocks: What is traded between users.
        stepped: The moment of the latest step, Unix milliseconds.
    """

    markets: Mapping[str, Market]
    figures: Derivatives
    upkeep: Upkeep
    spreads: Spreads
    blocks: Blocks
    stepped: int = 0


class Board(ABC):
    """One such channel with its arguments; it is to boards what `topics.Topic` is to an instrument.

    Args:
        hall: What there is to tell of.
        channel: Its name, in V3 without the product.
        args: What it was subscribed to with, by their names on the wire.
        spec: How it is published.
        dialect: How it is written.

    Attributes:
        given: The arguments, by name.
        listeners: Who gets its messages.
    """

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        self.hall = hall
        self.channel = channel
        self.args = args
        self.spec = spec
        self.dialect = dialect
        self.listeners: dict[Listener, None] = {}
        self.given = dict(args)

    @property
    def present_name(self) -> str:
        """What it was subscribed to with, for whoever looks among topics and boards."""
        return ",".join(self.given.values())

    def first(self, now: int) -> list[Message]:
        """Return what a new subscriber is sent at once."""
        return []

    @abstractmethod
    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        """Return what is to be pushed after a step: which markets moved, and when that was."""

    def tell(self, rows: list[Any], now: int, name: str = "") -> Message:
        payload = self.dialect.rows(self.spec.product, self.channel, self.given, rows)
        return Message(self.channel, name, payload, self.dialect.frame(payload), now)

    def markets(self, kind: Kind) -> Iterator[Market]:
        """Iterate over the instruments of a kind that the arguments name by id or family."""
        for market in self.hall.markets.values():
            text = market.instrument
            named = self.given.get("instId") in (None, text.inst_id)
            if text.kind is kind and named and self.given.get("instFamily") in (None, text.family):
                yield market
