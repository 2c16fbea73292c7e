"""Orders with several prices and sizes: algo orders, and what is attached to an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from .endpoint import Request

__all__ = ["Priced", "PricedRow", "Prices", "Row", "Trigger", "always"]

Row = Mapping[str, Any]

_MARKET = Decimal(-1)
"""What stands for "at market" where the price of an order could stand."""


def always(_: Row) -> bool:
    """Tell that something counts, whatever the order."""
    return True


def _always_sized(_: str, __: Row) -> bool:
    return True


class Priced(NamedTuple):
    """One order of a request, as far as steps are concerned.

    Attributes:
        inst_id: Its instrument.
        px: Its price as written, ``None`` when it has none that counts.
        sz: Its size as written, ``None`` when it has none in steps of the instrument.
        px_name: How the exchange calls the price.
        sz_name: How it calls the size.
    """

    inst_id: str
    px: str | None
    sz: str | None
    px_name: str
    sz_name: str


class Trigger(NamedTuple):
    """A trigger price. It is in steps where it is compared with last prices, which are; 0 takes it away.

    Attributes:
        px: Its field.
        source: The field that tells what it is compared with, ``""`` when that cannot be chosen.
        usual: What it is compared with when nothing is said, ``""`` when that cannot be known.
    """

    px: str
    source: str
    usual: str = "last"

    def read(self, row: Row) -> str | None:
        """Return the price when it has to be on a step."""
        px: str | None = row.get(self.px)
        return px if px is not None and row.get(self.source, self.usual) == "last" and Decimal(px) else None


@dataclass(frozen=True, slots=True)
class Prices:
    """Which fields of a row are prices and sizes in steps of its instrument, by wire name.

    Attributes:
        px: Prices that orders will have; -1 is none.
        triggers: Trigger prices.
        sz: Sizes.
        priced: Tells whether the prices of a row count.
        sized: Tells of an instrument and a row whether its sizes come in steps.
        lists: Lists of rows inside it that are about the same instrument.
    """

    px: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    sz: tuple[str, ...] = ()
    priced: Callable[[Row], bool] = always
    sized: Callable[[str, Row], bool] = _always_sized
    lists: Mapping[str, Prices] = field(default_factory=dict[str, "Prices"])

    def read(self, inst_id: str, row: Row) -> Iterator[Priced]:
        """Yield every price and size of a row that has to be on a step."""
        for name in self.px if self.priced(row) else ():
            px = row.get(name)
            if px is not None and Decimal(px) != _MARKET:
                yield Priced(inst_id, px, None, name, "")
        for trigger in self.triggers:
            if (px := trigger.read(row)) is not None:
                yield Priced(inst_id, px, None, trigger.px, "")
        if self.sz and self.sized(inst_id, row):
            for name in self.sz:
                if (sz := row.get(name)) is not None:
                    yield Priced(inst_id, None, sz, "", name)
        for name, parts in self.lists.items():
            for part in row.get(name) or ():
                yield from parts.read(inst_id, part)

    def names(self) -> Iterator[str]:
        """Yield the name of every field that is looked at."""
        yield from self.px
        yield from self.sz
        for trigger in self.triggers:
            yield from (trigger.px, trigger.source) if trigger.source else (trigger.px,)
        for name, parts in self.lists.items():
            yield name
            yield from parts.names()


@dataclass(frozen=True, slots=True)
class PricedRow:
    """Where one endpoint keeps an order with several prices.

    Attributes:
        inst: The field of the instrument.
        prices: What is looked at.
    """

    inst: str
    prices: Prices

    def read(self, request: Request) -> Iterator[Priced]:
        """Yield every price and size of a request that has to be on a step."""
        row: Row = request.fields
        inst_id = row.get(self.inst)
        if inst_id:
            yield from self.prices.read(str(inst_id), row)

    def names(self) -> Iterator[str]:
        """Yield the name of every field that is looked at."""
        yield self.inst
        yield from self.prices.names()
