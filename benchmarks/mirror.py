"""What does the mirror cost beside the bare decode of a private push? ``python -m benchmarks.mirror``

Every push of a private channel is decoded into a typed row in any case; the mirror then finds out what it says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import orjson

from benchmarks._measure import table
from okx_async.core.answers import build, list_of
from okx_async.core.numeric import blank_to_null
from okx_async.mirror.state import MirrorState
from okx_async.v5.models.account import BalanceAndPosition, Position
from okx_async.v5.models.trade import OrderUpdate

ORDERS = 5_000
_ORDER = {
    **dict.fromkeys(("ccy", "tag", "tgtCcy", "pxUsd", "pxVol", "algoId", "algoClOrdId", "source", "rebate"), ""),
    **dict.fromkeys(("fillPx", "tradeId", "fillTime", "avgPx", "execType", "reqId", "amendResult", "cancelSource"), ""),
    "instType": "SWAP",
    "instId": "BTC-USDT-SWAP",
    "px": "60930.1",
    "sz": "3",
    "ordType": "limit",
    "side": "buy",
    "posSide": "net",
    "tdMode": "cross",
    "category": "normal",
    "fillSz": "0",
    "accFillSz": "0",
    "fee": "0",
    "feeCcy": "USDT",
    "pnl": "0",
    "lever": "3",
    "reduceOnly": "false",
    "cTime": "1767225600000",
    "notionalUsd": "182790.3",
}


def _push(channel: str, row: dict[str, Any]) -> bytes:
    return orjson.dumps({"arg": {"channel": channel, "instType": "ANY", "uid": "7"}, "data": [row]})


def _life(number: int) -> list[bytes]:
    """Return the pushes of one order: live, partly filled, filled."""
    name = {"ordId": str(number), "clOrdId": f"bench{number}"}
    rows = [_ORDER | name | {"state": "live", "uTime": "1767225600000"}]
    for trade, (size, filled, state) in enumerate((("1", "1", "partially_filled"), ("2", "3", "filled"))):
        fill = {"fillSz": size, "fillPx": "60930.1", "tradeId": str(number * 2 + trade), "fillTime": "1767225600001"}
        told = {"state": state, "accFillSz": filled, "uTime": str(1767225600001 + trade), "avgPx": "60930.1"}
        rows.append(_ORDER | name | fill | told)
    return [_push("orders", row) for row in rows]


def _position(number: int) -> bytes:
    row = {"posId": "9", "instId": "BTC-USDT-SWAP", "instType": "SWAP", "mgnMode": "cross", "posSide": "net"}
    more = {"pos": str(number), "avgPx": "60930.1", "tradeId": str(number), "uTime": str(1767225600000 + number)}
    return _push("positions", {**row, **more, "markPx": "60931", "upl": "12.5", "lever": "3", "imr": "100"})


def _money(number: int) -> bytes:
    cash = {"ccy": "USDT", "cashBal": str(100_000 - number), "uTime": str(1767225600000 + number)}
    row = {"pTime": "1767225600000", "eventType": "filled", "balData": [cash], "posData": [], "trades": []}
    return _push("balance_and_position", row)


def _cost(raws: Sequence[bytes], kind: Any, take: Callable[[MirrorState, Any, float], None] | None) -> float:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
        msgspec.defstruct("Push", [("data", list_of(kind))]), strict=False, dec_hook=build
    )
    best = float("inf")
    for _ in range(5):
        state = MirrorState(keep_orders=1_000)
        began = time.process_time()
        for raw in raws:
            for row in decoder.decode(blank_to_null(raw)).data:
                if take is not None:
                    take(state, row, 0.0)
        best = min(best, time.process_time() - began)
    return best / len(raws) * 1e6


def report() -> str:
    """Return the table."""
    lives = [raw for number in range(ORDERS) for raw in _life(number + 1)]
    questions: list[tuple[str, list[bytes], Any, Callable[[MirrorState, Any, float], None]]] = [
        ("an order's life: live, one fill, filled", lives, OrderUpdate, MirrorState.order),
        ("the same pushes, each three times", [raw for raw in lives for _ in range(3)], OrderUpdate, MirrorState.order),
        ("a position that changes", [_position(each + 1) for each in range(ORDERS)], Position, MirrorState.position),
        (
            "a balance that changes",
            [_money(each + 1) for each in range(ORDERS)],
            BalanceAndPosition,
            MirrorState.change,
        ),
    ]
    rows = []
    for name, raws, kind, take in questions:
        bare, whole = _cost(raws, kind, None), _cost(raws, kind, take)
        rows.append((name, f"{bare:.2f}", f"{whole:.2f}", f"{whole - bare:.2f}", f"{whole / bare:.2f}"))
    return table(("us per push", "bare decode", "with the mirror", "the mirror", "ratio"), rows)


if __name__ == "__main__":
    print(report())
