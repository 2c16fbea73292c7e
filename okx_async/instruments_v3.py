"""Instruments of V3, cached: what ``okex.instruments`` is."""

from __future__ import annotations

from .checks import check_text
from .errors import UnknownInstrument
from .net.instruments import InstrumentCache
from .v3.models.instruments import Instrument

__all__ = ["InstrumentsV3"]


class InstrumentsV3(InstrumentCache[Instrument]):
    """Every instrument of one site, read when first asked for and then kept: by id, futures by alias too."""

    async def alias(self, underlying: str, alias: str) -> Instrument:
        """Return the future that an alias stands for now, e.g. ``("BTC-USD", "quarter")``.

        Aliases are labels that move with each delivery, and no call and no channel takes one: a stream of the contract
        stays with it when the label has gone on. (Instrument ids and contract aliases)

        Args:
            underlying: ``BTC-USD`` for contracts margined in the coin, ``BTC-USDT`` for those margined in USDT.
            alias: ``this_week``, ``next_week``, ``quarter`` or ``bi_quarter``.

        Raises:
            UnknownInstrument: No future of the underlying goes by that alias now.
        """
        check_text("underlying", underlying, "BTC-USD")
        check_text("alias", alias, "quarter")
        futures = {row.alias: row for row in await self.current("futures") if _underlying(row) == underlying.upper()}
        if alias in futures:
            return futures[alias]
        known = ", ".join(sorted(name for name in futures if name)) or "none"
        raise UnknownInstrument(f"no future of {underlying!r} goes by {alias!r} now; known are {known}")


def _underlying(row: Instrument) -> str:
    """Return a contract's underlying, by its id where it does not say so: captures of before November 2019."""
    return (row.underlying or row.instrument_id.rpartition("-")[0]).upper()
