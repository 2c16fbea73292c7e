"""Rows of the instrument lists; one shape for every product."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V3Row
from ...core.words import InstrumentId, Px, Sz

__all__ = ["FuturesInstrument", "Instrument", "OptionInstrument"]


class Instrument(V3Row, frozen=True, gc=False, kw_only=True):
    """One tradable instrument. The size step is ``size_increment`` whatever the product calls it."""

    instrument_id: InstrumentId
    tick_size: Px | None = None
    """Price step."""
    size_increment: Sz | None = None
    """Size step (``trade_increment`` in futures, ``lot_size`` in options)."""
    min_size: Sz | None = None
    base_currency: str | None = None
    quote_currency: str | None = None
    category: str | None = None
    underlying: str | None = None
    underlying_index: str | None = None
    settlement_currency: str | None = None
    coin: str | None = None
    contract_val: Decimal | None = None
    contract_val_currency: str | None = None
    listing: str | None = None
    """A plain date in futures, ISO 8601 elsewhere."""
    delivery: str | None = None
    """A plain date in futures, ISO 8601 elsewhere."""
    is_inverse: bool | None = None
    """Whether the contract is settled in the coin."""
    alias: str | None = None
    """Futures: this_week, next_week, quarter, bi_quarter; labels that move with each delivery."""
    option_type: str | None = None
    strike: Px | None = None
    state: str | None = None
    trading_start_time: str | None = None
    timestamp: str | None = None


class FuturesInstrument(Instrument, frozen=True, gc=False, kw_only=True, rename={"size_increment": "trade_increment"}):
    """A futures contract, which writes ``trade_increment`` for the size step."""

    size_increment: Sz | None = None  # said again: a rename reaches only a class's own fields


class OptionInstrument(Instrument, frozen=True, gc=False, kw_only=True, rename={"size_increment": "lot_size"}):
    """An option, which writes ``lot_size`` for the size step."""

    size_increment: Sz | None = None
