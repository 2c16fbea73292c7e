"""What a countdown can be kept for: orders, spread orders and quotes of block trading, each as a bot has one open."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from okx_async import OKX
from okx_async.sim import Exchange
from okx_async.sim.accounts.orders import WhyCanceled
from okx_async.sim.accounts.rfqs import code_of
from okx_async.sim.accounts.spread_desk import Why
from okx_async.v5.params import NewQuoteLeg, NewRfqLeg
from tests.sim.accounts.desk import ask

__all__ = ["KEPT", "Kept", "ask_for_quotes"]

INST, SPREAD = "BTC-USDT", "BTC-USDT_BTC-USDT-SWAP"
ASKER = 2


@dataclass(frozen=True)
class Kept:
    """One sort of what goes when a countdown strikes.

    Attributes:
        name: What `OKX.keep_alive` calls it.
        path: Where its countdown is wound up.
        place: Opens one, given an RFQ to answer.
        open: Returns how many are open.
        struck: Tells whether those that are not open were ended by the countdown.
    """

    name: str
    path: str
    place: Callable[[OKX, str], Coroutine[Any, Any, object]]
    open: Callable[[Exchange], int]
    struck: Callable[[Exchange], bool]

    @property
    def chosen(self) -> dict[str, Any]:
        """How `OKX.keep_alive` is told to keep this alone."""
        return {each: each == self.name for each in ("orders", "spreads", "blocks")}


async def ask_for_quotes(sim: Exchange) -> str:
    """Let somebody else ask the user for quotes; returns the id of the RFQ."""
    async with OKX(sim.credentials[ASKER], site=sim.site) as other:
        legs = [NewRfqLeg(inst_id=INST, sz="0.2", side="buy")]
        rfq = await other.block.create_rfq([code_of(sim.user())], legs)
    return rfq.rfq_id or ""


async def _order(okx: OKX, _: str) -> object:
    return await okx.trade.place_order(INST, "cash", "buy", "limit", "0.01", px="30000")


async def _spread(okx: OKX, _: str) -> object:
    return await okx.spread.place_order(SPREAD, "buy", "limit", "0.01", "-500")


async def _quote(okx: OKX, rfq_id: str) -> object:
    legs = [NewQuoteLeg(inst_id=INST, sz="0.2", px="61000", side="buy")]
    return await okx.block.create_quote(rfq_id, "sell", legs, expires_in="120")


def _quotes(sim: Exchange, state: str) -> int:
    return len(ask(sim, sim.user(), "GET", "rfq/quotes", {"state": state}))


KEPT = (
    Kept(
        "orders",
        "/api/v5/trade/cancel-all-after",
        _order,
        lambda sim: len(sim.venue.orders.pending(sim.user().uid)),
        lambda sim: {one.why for one in sim.venue.orders.history(sim.user().uid)} == {WhyCanceled.COUNTDOWN},
    ),
    Kept(
        "spreads",
        "/api/v5/sprd/cancel-all-after",
        _spread,
        lambda sim: len(ask(sim, sim.user(), "GET", "sprd/orders-pending")),
        lambda sim: (
            {row["cancelSource"] for row in ask(sim, sim.user(), "GET", "sprd/orders-history")} == {Why.COUNTDOWN}
        ),
    ),
    Kept(
        "blocks",
        "/api/v5/rfq/cancel-all-after",
        _quote,
        lambda sim: _quotes(sim, "active"),
        lambda sim: _quotes(sim, "canceled") == 1,
    ),
)
