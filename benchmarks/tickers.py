"""Should a ticker's numbers be decimals, text or floats? ``python -m benchmarks.tickers``

Decides the number rule of hot channels (core/numeric.py): exact decimals everywhere, unless they cost too much.
"""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import msgspec

from benchmarks._measure import table
from benchmarks._stream import TICKER
from okx_async.core.answers import list_of
from okx_async.core.numeric import blank_to_null
from okx_async.v5.models.market import Ticker

NUMBERS = [name for name, kind in Ticker.__annotations__.items() if "Px" in kind or "Sz" in kind or "Decimal" in kind]
ROUNDS = 20_000


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    fields = [
        (name, kind, msgspec.field(name=wire)) for name, wire in zip(Ticker.__struct_fields__, _wires(), strict=True)
    ]
    plain = [(name, kind if name in NUMBERS else str, field) for name, _, field in fields]
    row = msgspec.defstruct("Plain", plain, gc=False)
    return msgspec.json.Decoder(msgspec.defstruct("Push", [("data", list_of(row))]), strict=False)


def _wires() -> tuple[str, ...]:
    return Ticker.__struct_encode_fields__


def _cost(decoder: msgspec.json.Decoder[Any], raw: bytes) -> float:
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(ROUNDS):
            decoder.decode(raw)
        best = min(best, time.process_time() - began)
    return best / ROUNDS * 1e6


def report() -> str:
    """Return the table."""
    library = msgspec.json.Decoder(msgspec.defstruct("Push", [("data", list_of(Ticker))]), strict=False)
    kinds = {
        "text": _decoder(str),
        "float": _decoder(float),
        "Decimal": _decoder(Decimal),
        "the library's row": library,
    }
    raw = blank_to_null(TICKER)
    rows = [(name, f"{_cost(decoder, raw):.2f}") for name, decoder in kinds.items()]
    return table((f"{len(NUMBERS)} numbers of a ticker as", "us per push"), rows)


if __name__ == "__main__":
    print(report())
