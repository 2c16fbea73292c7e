"""V3's own vocabulary: the codes the documents write as digits, said once. (Order enumerations)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from ..core.words import Word
from ..settings import Secret

__all__ = [
    "AccountCode",
    "AlgoId",
    "AlgoPriceType",
    "AlgoStatus",
    "AlgoType",
    "CapitalCurrency",
    "ClientOid",
    "Currency",
    "Direction",
    "Expiry",
    "Fields",
    "FundsPassword",
    "FuturesAccountId",
    "FuturesId",
    "FuturesOrderType",
    "IndexId",
    "LedgerType",
    "LiquidationStatus",
    "MarginTrading",
    "MatchPrice",
    "NewerThan",
    "OlderThan",
    "OpenClose",
    "OptionOrderType",
    "OrderId",
    "OrderState",
    "Since",
    "SpotId",
    "SpotOrderType",
    "SpotOrderTypeName",
    "SpotTrading",
    "SwapId",
    "SwitchOnOff",
    "Until",
    "YesNo",
]

AccountCode = Annotated[
    Literal["1", "3", "4", "5", "6", "8", "9", "12", "14", "17"],
    Word(
        "Wallet: 1 spot, 3 futures, 4 fiat, 5 margin, 6 funding, 8 savings, 9 swap, 12 option, 14 mining pool, "
        "17 lending."
    ),
]
AlgoId = Annotated[str, Word("Id of an algo order.")]
AlgoPriceType = Annotated[
    Literal["1", "2"], Word("What a trigger order becomes: 1 limit order (default), 2 market order.")
]
AlgoStatus = Annotated[
    Literal["1", "2", "3", "4", "5", "6"],
    Word("1 pending, 2 effective, 3 cancelled, 4 partly effective, 5 paused, 6 failed; 4 and 5 only iceberg and TWAP."),
]
AlgoType = Annotated[
    Literal["1", "2", "3", "4"], Word("1 trigger (stop or take profit), 2 trailing, 3 iceberg, 4 time-weighted (TWAP).")
]
CapitalCurrency = Annotated[str, Word("Currency in capitals.", r"[A-Z0-9]+", "BTC")]
ClientOid = Annotated[
    str,
    Word(
        "Your own order id: 1 to 32 letters, or letters and digits. Duplicates are accepted; queries and cancels "
        "then act on the newest.",
        r"(?=[A-Za-z0-9]{1,32}$)[0-9]*[A-Za-z][A-Za-z0-9]*",
        "bot1order7",
    ),
]
Currency = Annotated[str, Word("Currency, in any letter case.", r"[A-Za-z0-9]+", "BTC")]
Direction = Annotated[Literal["long", "short"], Word("Which side of the position.")]
Expiry = Annotated[str, Word("Day of expiry, YYMMDD.", r"[0-9]{6}", "200925")]
Fields = Mapping[str, Any]
"""A row of parameters as a dict by name, where a class of rows does as well."""
FundsPassword = Annotated[
    str | Secret, Word("The funds password, not the key's passphrase.", r".+", "the one of the web site", secret=True)
]
FuturesAccountId = Annotated[
    str,
    Word(
        "Currency of a coin-margined account, or underlying of one margined in USDT.",
        r"[A-Z0-9]+(-USDT)?",
        "BTC (coin-margined) or BTC-USDT (margined in USDT)",
    ),
]
FuturesId = Annotated[str, Word("Futures contract in capitals.", r"[A-Z0-9]+-[A-Z0-9]+-[0-9]{6}", "BTC-USD-200925")]
FuturesOrderType = Annotated[
    Literal["0", "1", "2", "3", "4"],
    Word("0 normal (default), 1 post only, 2 fill or kill, 3 immediate or cancel, 4 market."),
]
IndexId = Annotated[
    str, Word("Index id in capitals; the part behind the hyphen is the unit.", r"[A-Z0-9]+-[A-Z0-9]+", "BTC-USD")
]
LedgerType = Annotated[str, Word("Kind of entry, a number of the documents' table.", r"[0-9]+", "2")]
LiquidationStatus = Annotated[Literal["0", "1"], Word("0 unfilled, 1 filled; of the last 7 days.")]
MarginTrading = Annotated[Literal["2"], Word("Always 2: a margin order.")]
MatchPrice = Annotated[
    Literal["0", "1"], Word("1 takes the best opposite price: the order type must be 0, and the price is ignored.")
]
NewerThan = Annotated[str, Word("Cursor: rows newer than the one of this id, without it.")]
OlderThan = Annotated[str, Word("Cursor: rows older than the one of this id, without it.")]
OpenClose = Annotated[Literal["1", "2", "3", "4"], Word("1 open long, 2 open short, 3 close long, 4 close short.")]
OptionOrderType = Annotated[Literal["0"], Word("Options know 0 (normal) only.")]
OrderId = Annotated[str, Word("The exchange's order id; in a path also your own ``client_oid``.")]
OrderState = Annotated[
    Literal["-2", "-1", "0", "1", "2", "3", "4", "6", "7"],
    Word(
        "-2 failed, -1 cancelled, 0 open, 1 partly filled, 2 filled, 3 being submitted, 4 being cancelled; "
        "6 means 0 and 1, 7 means -1 and 2."
    ),
]
Since = Annotated[int, Word("The older edge, in Unix milliseconds; ``end`` on the wire.", iso=True, wire="end")]
SpotId = Annotated[str, Word("Currency pair in capitals.", r"[A-Z0-9]+-[A-Z0-9]+", "BTC-USDT")]
SpotOrderType = Annotated[
    Literal["0", "1", "2", "3"],
    Word("0 normal (default), 1 post only, 2 fill or kill, 3 immediate or cancel; market orders take 0 only."),
]
SpotOrderTypeName = Annotated[Literal["limit", "market"], Word("limit (default) or market.")]
SpotTrading = Annotated[Literal["1"], Word("1: a spot order; optional.")]
SwapId = Annotated[str, Word("Swap in capitals.", r"[A-Z0-9]+-[A-Z0-9]+-SWAP", "BTC-USD-SWAP")]
SwitchOnOff = Annotated[Literal["1", "2"], Word("1 on, 2 off.")]
Until = Annotated[int, Word("The newer edge, in Unix milliseconds; ``start`` on the wire.", iso=True, wire="start")]
YesNo = Annotated[Literal["0", "1"], Word("0 no, 1 yes.")]
