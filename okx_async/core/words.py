"""The vocabulary: what recurring parameters and fields mean, said once.

The types are plain to a type checker; the text rides along for docs, help and the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from ..settings import Secret
from .numeric import Number

__all__ = [
    "WHOLE_BODY",
    "AccessToken",
    "Bar",
    "BoolText",
    "CapitalCcy",
    "ClientId",
    "Count",
    "DateArg",
    "Granularity",
    "InstFamily",
    "InstId",
    "InstType",
    "InstrumentId",
    "IpList",
    "IsoArg",
    "JsonInt",
    "KeyId",
    "Label",
    "Ms",
    "MsArg",
    "Num",
    "OrderTag",
    "Passphrase",
    "PermList",
    "Px",
    "SecretArg",
    "Side",
    "SubAcct",
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
        secret: Whether the value is never shown, not even when it is refused.
        wire: Its wire name, where the rule for wire names does not fit (OAuth writes ``grant_type``).
        header: The HTTP header it travels in, with what stands before it: ``"Authorization: Bearer "``.
        json_number: Whether an int is written as a JSON number instead of text.
        json_text: Whether a bool is written as the text ``"true"`` or ``"false"``.
        whole: Whether the value is the whole body, where a body is a list.
        packed: Whether a row is written as JSON text inside one text value.
    """

    text: str
    shape: str = ""
    example: str = ""
    iso: bool = False
    secret: bool = False
    wire: str = ""
    header: str = ""
    json_number: bool = False
    json_text: bool = False
    whole: bool = False
    packed: bool = False


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

# -- what brokers and OAuth applications write

SubAcct = Annotated[
    str,
    Word(
        "Sub-account name: 6 to 20 letters or digits, not digits only; case matters.",
        r"(?=[0-9]*[A-Za-z])[A-Za-z0-9]{6,20}",
        "acct001, 6 to 20 letters or digits and not digits only",
    ),
]
Label = Annotated[
    str, Word("A note of up to 50 letters or digits.", r"[^\W_]{1,50}", "desk1, up to 50 letters or digits")
]
Passphrase = Annotated[
    str | Secret,
    Word(
        "Passphrase of a key: 8 to 32 characters with a digit, a capital, a small letter and a special character.",
        r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])(?=.*[^A-Za-z0-9\s]).{8,32}",
        "of 8 to 32 characters with a digit, a capital, a small letter and a special character",
        secret=True,
    ),
]
IpList = Annotated[
    str,
    Word(
        "IP addresses a key is bound to, up to 20 with commas between.",
        r"[0-9A-Fa-f.:*/-]{2,}(,[0-9A-Fa-f.:*/-]{2,}){0,19}",
        "192.0.2.1,192.0.2.7, up to 20 of them and no blanks",
    ),
]
PermList = Annotated[
    str,
    Word(
        "Rights of a key with commas between: read_only, trade, withdraw.",
        r"(read_only|trade|withdraw)(,(read_only|trade|withdraw)){0,2}",
        "read_only,trade",
    ),
]
CapitalCcy = Annotated[str, Word("Currency, in capitals only.", r"[^\sa-z,]+", "USDT")]
ClientId = Annotated[str, Word("Your own id: 1 to 32 letters or digits.", r"[A-Za-z0-9]{1,32}", "order42")]
OrderTag = Annotated[
    str, Word("Order tag, up to 16 letters or digits; brokers put their code here.", r"[A-Za-z0-9]{1,16}", "mybroker1")
]
DateArg = Annotated[
    str,
    Word("Calendar date YYYYMMDD.", r"[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", "20260131"),
]
KeyId = Annotated[
    str | Secret, Word("Id of an API key, its public half.", r"\S+", "what the list of keys shows", secret=True)
]
SecretArg = Annotated[str | Secret, Word("A secret text.", r"\S+", "text without blanks", secret=True)]
AccessToken = Annotated[
    str | Secret,
    Word(
        "OAuth access token.", r"[!-~]+", "what the token endpoint gave", secret=True, header="Authorization: Bearer "
    ),
]

# -- spellings of plain types

BoolText = Annotated[bool, Word("Sent as the text true or false.", json_text=True)]
WHOLE_BODY = Word("The body is this list.", whole=True)
JsonInt = Annotated[int, Word("Sent as a JSON number.", json_number=True)]
