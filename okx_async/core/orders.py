"""Where orders stand in a request, so that they can be compared with the steps of their instruments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from .endpoint import Request
from .pricing import Priced, Prices, Row, always

__all__ = ["NamedOrder", "OrderName", "OrderShape", "Orders", "Priced", "Row", "Shape"]


@dataclass(frozen=True, slots=True)
class OrderShape:
    """Where one endpoint keeps its orders, by wire name.

    Attributes:
        inst: The instrument, of each order or of the whole request.
        px: The price.
        sz: The size.
        rows: The list of orders, ``""`` when the body is the order or the list.
        priced: Tells whether the price of an order counts.
        sized: Tells whether its size comes in steps of the instrument.
        attached: The list of what is attached to an order, ``""`` when nothing can be.
        parts: What is looked at of it.
    """

    inst: str
    px: str
    sz: str
    rows: str = ""
    priced: Callable[[Row], bool] = always
    sized: Callable[[Row], bool] = always
    attached: str = ""
    parts: Prices = Prices()  # noqa: RUF009 - frozen

    def read(self, request: Request) -> Iterator[Priced]:
        """Yield the orders of a request."""
        fields = request.fields
        orders = fields if isinstance(fields, list) else fields[self.rows] if self.rows else [fields]
        # In V3 the instrument may stand in the path, where Python and wire names are the same.
        shared = request.values.get(self.inst)
        for order in orders:
            inst_id = order.get(self.inst) or shared
            px = order.get(self.px) if self.priced(order) else None
            sz = order.get(self.sz) if self.sized(order) else None
            if inst_id and (px is not None or sz is not None):
                yield Priced(str(inst_id), px, sz, self.px, self.sz)
            if self.attached in order and inst_id:
                for part in order[self.attached] or ():
                    yield from self.parts.read(str(inst_id), part)

    def names(self) -> Iterator[str]:
        """Yield the name of every field that is looked at."""
        yield from (self.inst, self.px, self.sz)
        if self.attached:
            yield self.attached
            yield from self.parts.names()


class OrderName(str):
    """The client id of an order, where the id of its instrument would stand."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """Where one endpoint keeps the change of an order that is named by its client id, without its instrument.

    Attributes:
        name: The client id.
        px: The new price.
        sz: The new size.
    """

    name: str
    px: str
    sz: str

    def read(self, request: Request) -> Iterator[Priced]:
        """Yield the order of a request under its own name."""
        order: Row = request.fields
        px, sz, name = order.get(self.px), order.get(self.sz), order.get(self.name)
        if name and (px is not None or sz is not None):
            yield Priced(OrderName(name), px, sz, self.px, self.sz)

    def names(self) -> Iterator[str]:
        """Yield the name of every field that is looked at."""
        yield from (self.name, self.px, self.sz)


class Shape(Protocol):
    """What is known of one endpoint's orders."""

    def read(self, request: Request) -> Iterator[Priced]:
        """Yield the prices and sizes of a request that have to be on a step."""
        ...

    def names(self) -> Iterator[str]:
        """Yield the wire name of every field that is looked at."""
        ...


Orders = Mapping[str, Shape]
"""The endpoints that place and change orders, by path."""
