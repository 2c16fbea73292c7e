"""The vocabulary: what recurring parameters and fields mean, said once.

The types are plain to a type checker; the text rides along for docs, help and the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from .numeric import Number

__all__ = [
    "Bar",
    "Count",
    "Granularity",
    "InstFamily",
    "InstId",
    "InstType",
    "InstrumentId",
    "IsoArg",
    "Ms",
    "MsArg",
    "Num",
    "Px",
    "Side",
    "Sz",
    "TradeId",
    "Underlying",
    "Word",
]


@dataclass(frozen=True, slots=True)
class Word:
    """What a recurring name means, and how its values are checked before sending.

    Args:
        text: The meaning, for people.
        shape: A regular expression the text must match as a whole, ``""`` for none.
        example: A good value, shown when a bad one is refused.
        iso: Whether a moment in Unix milliseconds is written as ISO 8601 (V3).
        whole: Whether an int stays a JSON number instead of becoming text.
        quoted: Whether a bool becomes the text ``true`` or ``false`` in a JSON body, too.
        packed: Whether a row becomes JSON text inside one text value.
        header: The HTTP header that carries the value, ``""`` for query or body.
    """

    text: str
    shape: str = ""
    example: str = ""
    iso: bool = False
    whole: bool = False
    quoted: bool = False
    packed: bool = False
    header: str = ""


# Event contracts and renamed instruments have freer names than BASE-QUOTE, so only what can never be one is refused.
InstId = Annotated[
    str, Word("Instrument id in capitals.", r"[A-Z0-9][A-Z0-9_.]*(-[A-Za-z0-9_.]+)*", "BTC-USDT or BTC-USDT-SWAP")
]
InstrumentId = Annotated[str, Word("V3 instrument id in capitals.", r"[A-Z0-9]+(-[A-Z0-9.]+)+", "BTC-USDT")]
InstType = Annotated[
    Literal["SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS"],
    Word("Instrument type; SWAP is a perpetual, FUTURES has an expiry."),
]
InstFamily = Annotated[str, Word("Instrument family.", r"[A-Z0-9_]+(-[A-Z0-9_]+)+", "BTC-USD")]
Underlying = Annotated[str, Word("Underlying index.", r"[A-Z0-9]+-[A-Z0-9]+", "BTC-USD")]
Side = Literal["buy", "sell"]
TradeId = Annotated[str, Word("Trade id; unique per instrument.")]
Bar = Annotated[
    str,
    Word(
        "Bar size; plain names of 6H and longer open by UTC+8, names ending in 'utc' by UTC.",
        r"1s|1m|3m|5m|15m|30m|1H|2H|4H|(6H|12H|1D|2D|3D|5D|1W|1M|3M)(utc)?",
        "1m, 1H or 1Dutc",
    ),
]
Granularity = Annotated[
    Literal[60, 180, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800],
    Word("Bar length in seconds."),
]
Count = Annotated[int, Word("How many rows at the most.", r"[1-9][0-9]*", "100")]
Num = Annotated[Number, Word("An exact number: int, Decimal or text; floats are refused.")]
MsArg = Annotated[int, Word("Moment in Unix milliseconds.", r"[0-9]+", "1597026383085")]

IsoArg = Annotated[int, Word("Moment in Unix milliseconds; sent as ISO 8601.", iso=True)]

Px = Annotated[Decimal, Word("Price in the quote currency (for options: in the settlement currency).")]
Sz = Annotated[Decimal, Word("Size: base currency for spot and margin, contracts for derivatives.")]
Ms = Annotated[int, Word("Moment in Unix milliseconds.")]
