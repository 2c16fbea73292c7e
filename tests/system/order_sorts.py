"""Spread and algo orders as tests handle them: how they are placed and cancelled, and what the exchange has of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from okx_async import OKX
from okx_async.sim import Exchange
from tests.sim.accounts.desk import ask

__all__ = ["ALGO", "SORTS", "SPREAD", "Sort"]

SPRD = "BTC-USDT_BTC-USDT-SWAP"
INST = "BTC-USDT"
_TYPES = "conditional,oco,trigger,move_order_stop,iceberg,twap"


@dataclass(frozen=True)
class Sort:
    """One sort of orders.

    Attributes:
        name: What it is called.
        path: Where it is placed over REST.
        cancel_path: Where it is cancelled.
        asked: The paths on which it is looked for.
        place: Places one that rests, under a client id or one of the client's own; returns its client id.
        cancel: Cancels the one of a client id; returns its row.
        there: Returns client id and state of all there are, the newest first.
    """

    name: str
    path: str
    cancel_path: str
    asked: str
    place: Callable[[OKX, str | None], Coroutine[Any, Any, str]]
    cancel: Callable[[OKX, str], Coroutine[Any, Any, Any]]
    there: Callable[[Exchange], list[tuple[str, str]]]


async def _place_spread(okx: OKX, name: str | None = None) -> str:
    return (await okx.spread.place_order(SPRD, "buy", "limit", "0.01", "-500", cl_ord_id=name)).cl_ord_id or ""


async def _cancel_spread(okx: OKX, name: str) -> Any:
    return await okx.spread.cancel_order(cl_ord_id=name)


def _spreads(sim: Exchange) -> list[tuple[str, str]]:
    rows = [row for path in ("pending", "history") for row in ask(sim, sim.user(), "GET", f"sprd/orders-{path}")]
    return [(row["clOrdId"], row["state"]) for row in sorted(rows, key=lambda row: -int(row["ordId"]))]


async def _place_algo(okx: OKX, name: str | None = None) -> str:
    row = await okx.algo.place_algo_order(
        INST, "cash", "buy", "trigger", sz="0.01", trigger_px="30000", order_px="29999", algo_cl_ord_id=name
    )
    return row.algo_cl_ord_id or ""


async def _cancel_algo(okx: OKX, name: str) -> Any:
    (row,) = await okx.algo.cancel_algo_orders([{"inst_id": INST, "algo_cl_ord_id": name}])
    return row


def _algos(sim: Exchange) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = []
    for path, more in (("pending", {}), *(("history", {"state": each}) for each in ("effective", "canceled"))):
        found += ask(sim, sim.user(), "GET", f"trade/orders-algo-{path}", {"ordType": _TYPES, **more})
    return [(row["algoClOrdId"], row["state"]) for row in sorted(found, key=lambda row: -int(row["algoId"]))]


SPREAD = Sort(
    "spread", "/api/v5/sprd/order", "/api/v5/sprd/cancel-order", "/api/v5/sprd/order*",
    _place_spread, _cancel_spread, _spreads,
)  # fmt: skip
ALGO = Sort(
    "algo", "/api/v5/trade/order-algo", "/api/v5/trade/cancel-algos", "/api/v5/trade/order*-algo*",
    _place_algo, _cancel_algo, _algos,
)  # fmt: skip
SORTS = (SPREAD, ALGO)
