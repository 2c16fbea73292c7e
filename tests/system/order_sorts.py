"""Sorts of orders as tests handle them: how they are placed and cancelled, and what the exchange has of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from okx_async import OKX
from okx_async.sim import Exchange
from tests.sim.accounts.desk import ask

__all__ = ["ALGO", "CLOSE", "RFQ", "SORTS", "SPREAD", "SWAP", "Sort"]

SPRD = "BTC-USDT_BTC-USDT-SWAP"
INST = "BTC-USDT"
SWAP = "BTC-USDT-SWAP"
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
        ready: Brings about what one of them needs.
    """

    name: str
    path: str
    cancel_path: str
    asked: str
    place: Callable[[OKX, str | None], Coroutine[Any, Any, str]]
    cancel: Callable[[OKX, str], Coroutine[Any, Any, Any]]
    there: Callable[[Exchange], list[tuple[str, str]]]
    ready: Callable[[OKX], Coroutine[Any, Any, Any]]


async def _nothing(okx: OKX) -> None:
    """Nothing is needed, but the exchange's time."""
    await okx.trade.orders_pending()


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


async def _buy(okx: OKX) -> None:
    await okx.trade.place_order(SWAP, "cross", "buy", "market", sz="1")


async def _close(okx: OKX, name: str | None = None) -> str:
    return (await okx.trade.close_position(SWAP, "cross", auto_cxl=True, cl_ord_id=name)).cl_ord_id or ""


async def _cannot(okx: OKX, name: str) -> Any:
    raise NotImplementedError(f"{name} is at market price: it is done at once")


def _closed(sim: Exchange) -> list[tuple[str, str]]:
    orders = sim.venue.orders.history(sim.user().uid)
    return [(one.ticket.cl_ord_id, "live" if one.open else "filled") for one in orders if not one.ticket.buy]


async def _ask(okx: OKX, name: str | None = None) -> str:
    other = (await okx.block.counterparties())[0].trader_code or ""
    legs = [{"inst_id": INST, "sz": "0.1", "side": "buy"}]
    return (await okx.block.create_rfq([other], legs, cl_rfq_id=name)).cl_rfq_id or ""


async def _cancel_rfq(okx: OKX, name: str) -> Any:
    return await okx.block.cancel_rfq(cl_rfq_id=name)


def _rfqs(sim: Exchange) -> list[tuple[str, str]]:
    rows = ask(sim, sim.user(), "GET", "rfq/rfqs")
    return [(row["clRfqId"], "live" if row["state"] == "active" else row["state"]) for row in rows]


SPREAD = Sort(
    "spread", "/api/v5/sprd/order", "/api/v5/sprd/cancel-order", "/api/v5/sprd/order*",
    _place_spread, _cancel_spread, _spreads, _nothing,
)  # fmt: skip
ALGO = Sort(
    "algo", "/api/v5/trade/order-algo", "/api/v5/trade/cancel-algos", "/api/v5/trade/order*-algo*",
    _place_algo, _cancel_algo, _algos, _nothing,
)  # fmt: skip
CLOSE = Sort(
    "close", "/api/v5/trade/close-position", "", "/api/v5/trade/order*", _close, _cannot, _closed, _buy
)  # fmt: skip
"""What closes a position."""
RFQ = Sort(
    "rfq", "/api/v5/rfq/create-rfq", "/api/v5/rfq/cancel-rfq", "/api/v5/rfq/rfqs", _ask, _cancel_rfq, _rfqs, _nothing
)
"""What asks for quotes; those that are not cancelled expire."""
SORTS = (SPREAD, ALGO)
"""Those that rest."""
