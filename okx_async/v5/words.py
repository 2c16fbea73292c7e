"""The vocabulary of V5's private side: names that recur in orders, positions and accounts.

Values the documents list are offered to the type checker; a new one the exchange adds later is accepted as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from ..core.words import Word

__all__ = [
    "AlgoOrdType",
    "ExpTime",
    "Fields",
    "InstIdCode",
    "InstIds",
    "MgnMode",
    "Names",
    "OrdType",
    "Outcome",
    "PosSide",
    "SpreadOrdType",
    "StpMode",
    "TdMode",
    "TgtCcy",
    "TriggerPxType",
]

Fields = Mapping[str, Any]
"""A parameter row as a dict, by the same Python names."""

Names = Annotated[str | Sequence[str], Word("One or several, as a list or with commas.")]
InstIds = Annotated[
    str | Sequence[str],
    Word(
        "One or several instrument ids, as a list or with commas.",
        r"[A-Z0-9][A-Z0-9_.]*(-[A-Za-z0-9_.]+)*(,[A-Z0-9][A-Z0-9_.]*(-[A-Za-z0-9_.]+)*)*",
        "BTC-USDT or ['BTC-USDT', 'ETH-USDT']",
    ),
]
InstIdCode = Annotated[
    int, Word("Number of the instrument; differs between demo and live.", r"[1-9][0-9]*", "10459", json_number=True)
]
ExpTime = Annotated[
    int,
    Word("Moment in Unix milliseconds after which the request is void.", r"[0-9]+", "1597026383085", header="expTime"),
]

TdMode = Annotated[
    Literal["cash", "cross", "isolated", "spot_isolated"] | str,
    Word("Trade mode: without margin, or how it is shared."),
]
MgnMode = Annotated[Literal["cross", "isolated"] | str, Word("Margin mode.")]
PosSide = Annotated[Literal["net", "long", "short"] | str, Word("Position side; ``net`` in net mode.")]
OrdType = Annotated[
    Literal[
        "market",
        "limit",
        "post_only",
        "fok",
        "ioc",
        "optimal_limit_ioc",
        "mmp",
        "mmp_and_post_only",
        "op_fok",
        "rpi",
        "elp",
    ]
    | str,
    Word("Order type; ``elp`` is the old name of ``rpi``."),
]
AlgoOrdType = Annotated[
    Literal["conditional", "oco", "trigger", "move_order_stop", "chase", "iceberg", "twap", "smart_iceberg"] | str,
    Word("Kind of algo order; ``conditional`` is a single take profit or stop loss, ``oco`` is both."),
]
SpreadOrdType = Annotated[Literal["market", "limit", "post_only", "ioc"] | str, Word("Order type of spreads.")]
TgtCcy = Annotated[Literal["base_ccy", "quote_ccy"] | str, Word("What ``sz`` counts in spot market orders.")]
Outcome = Annotated[Literal["yes", "no"] | str, Word("Side of an event market.")]
StpMode = Annotated[
    Literal["cancel_maker", "cancel_taker", "cancel_both"] | str, Word("What self-trade prevention cancels.")
]
TriggerPxType = Annotated[Literal["last", "index", "mark"] | str, Word("Which price triggers.")]
