"""Where the steps of V5 instruments are read that their own row does not tell: spreads, options, orders by name.

Prices of options come in steps that depend on the price; spreads have a list of their own; a spread order is changed
without saying of which spread it is, so the client's own journal is asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from .core.orders import OrderName
from .core.steps import Steps
from .errors import UnknownInstrument
from .net.instruments import InstrumentCache
from .v5.instruments import family_of, is_spread
from .v5.orders import steps_of, steps_of_spread

if TYPE_CHECKING:
    from .instruments import Instruments
    from .v5.models.public import Instrument
    from .v5.models.reference import TickBands

__all__ = ["Rulers"]

T = TypeVar("T", bound=msgspec.Struct)


class Rulers:
    """Finds steps by the id of an instrument or a spread, or by the name of an order.

    Args:
        instruments: The lists they are read from.
        instrument_of: Returns the instrument or spread of an order by its client id, ``""`` when it is not known.
    """

    def __init__(self, instruments: Instruments, instrument_of: Callable[[str], Awaitable[str]]) -> None:
        self._lists = instruments
        self._instrument_of = instrument_of

    async def get(self, name: str) -> Steps:
        """Return steps as they are known.

        Raises:
            UnknownInstrument: There is no such instrument or spread, or nobody knows of the order.
            OkxError: A list could not be read.
        """
        return await self._read(name, False)

    async def now(self, name: str) -> Steps:
        """Return steps as they are listed now; raises as `get` does."""
        return await self._read(name, True)

    def spread(self, sprd_id: str) -> Steps | None:
        """Return the steps of a spread when nobody has to wait for them."""
        row = self._lists.spreads.peek(sprd_id)
        return steps_of_spread(row) if row is not None else None

    def steps(self, row: Instrument) -> Steps | None:
        """Return the steps of an instrument when nobody has to wait for the bands of its family."""
        if row.inst_type != "OPTION":
            return steps_of(row)
        bands = self._lists.bands.peek(family_of(row.inst_id))
        return steps_of(row, bands) if bands is not None else None

    async def _read(self, name: str, anew: bool) -> Steps:
        if isinstance(name, OrderName):
            name = await self._instrument_of(name)
        if is_spread(name):
            return steps_of_spread(await _row(self._lists.spreads, name, anew))
        row = await (self._lists.confirm(name) if anew else self._lists.get(name))
        return steps_of(row, await self._bands(name, anew) if row.inst_type == "OPTION" else None)

    async def _bands(self, inst_id: str, anew: bool) -> TickBands | None:
        try:
            return await _row(self._lists.bands, family_of(inst_id), anew)
        except UnknownInstrument:
            return None  # the exchange lists none for the family: what its steps are is not known


async def _row(cache: InstrumentCache[T], name: str, anew: bool) -> T:
    return await (cache.confirm(name) if anew else cache.get(name))
