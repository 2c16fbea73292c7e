"""Where orders stand in a request, so that they can be compared with the steps of their instruments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .endpoint import Request

__all__ = ["OrderShape", "Orders", "Priced", "Row"]

Row = Mapping[str, Any]


def _always(_: Row) -> bool:
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
    """

    inst: str
    px: str
    sz: str
    rows: str = ""
    priced: Callable[[Row], bool] = _always
    sized: Callable[[Row], bool] = _always

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


Orders = Mapping[str, OrderShape]
"""The endpoints that place and change orders, by path."""
