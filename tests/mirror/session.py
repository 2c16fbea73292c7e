"""A bot that trades at random on the simulator while a mirror watches, and what the exchange itself says meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from okx_async import OKX, Backoff, MirrorSettings, OkxError
from okx_async.mirror import Change, Divergence, Mirror, MirrorView, Violation
from okx_async.sim import Exchange
from tests.sim.accounts.desk import ask

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
SETTINGS = MirrorSettings(audit=10.0, lag=1.0, settle=0.5)
Facts = dict[tuple[str, str], Any]


def truth(sim: Exchange) -> Facts:
    """What the exchange says: every order of the bot, positions, and money."""
    user = sim.user()
    facts: Facts = {}
    for each in sim.venue.orders.history(user.uid):
        size = Decimal(each.market.instrument.size_text(each.filled))
        facts["order", str(each.ord_id)] = (each.state.value, size, each.price, Decimal(each.size))
    for row in ask(sim, user, "GET", "account/positions"):
        facts["position", row["posId"]] = (Decimal(row["pos"]), Decimal(row["avgPx"]))
    for row in ask(sim, user, "GET", "account/balance")[0]["details"]:
        facts["balance", row["ccy"]] = Decimal(row["cashBal"])
    return facts


def mirrored(sim: Exchange, view: MirrorView) -> Facts:
    """What the mirror says, in the same words."""
    ticks = {each.inst_id: each for each in sim.instruments}
    facts: Facts = {}
    for row in (*view.finished.values(), *view.orders.values()):
        if row.ord_type == "market":
            price = None
        else:
            price = None if row.px is None else int(row.px / Decimal(ticks[row.inst_id].tick_size))
        facts["order", row.ord_id] = (row.state, row.acc_fill_sz or Decimal(0), price, row.sz)
    for position in view.positions.values():
        facts["position", position.pos_id] = (position.pos, position.avg_px)
    for balance in view.balances.values():
        if balance.cash_bal:
            facts["balance", balance.ccy] = balance.cash_bal
    return facts


def differences(sim: Exchange, mirror: Mirror) -> Iterator[tuple[str, str]]:
    """Yield what the mirror has wrong."""
    said, told = truth(sim), mirrored(sim, mirror.last_known)
    yield from (key for key in {*said, *told} if said.get(key) != told.get(key))


@dataclass
class Session:
    """One run.

    Attributes:
        changes: What the mirror told.
        longest: For how many seconds at most something was wrong while the mirror said it was live.
        unvouched: How often the mirror was found not live.
    """

    sim: Exchange
    okx: OKX
    mirror: Mirror
    seed: int
    changes: list[Change] = field(default_factory=list[Change])
    longest: float = 0.0
    unvouched: int = 0

    def found(self) -> list[Divergence]:
        """Return what was put right."""
        return [change for change in self.changes if isinstance(change, Divergence)]

    def violated(self) -> list[Violation]:
        """Return what could not be true."""
        return [change for change in self.changes if isinstance(change, Violation)]

    async def trade(self, seconds: float) -> None:
        """Place, change and cancel at random."""
        loop, dice = asyncio.get_running_loop(), random.Random(self.seed)
        until = loop.time() + seconds
        while loop.time() < until:
            with suppress(OkxError):  # it is gone already, there is no money for it, or the line is cut
                await self._deed(dice)
            await asyncio.sleep(dice.expovariate(2.0))

    async def _deed(self, dice: random.Random) -> None:
        trade, inst_id = self.okx.trade, dice.choice((SPOT, SWAP))
        open_orders = self.sim.venue.orders.pending(self.sim.user().uid)
        if open_orders and dice.random() < 0.4:
            order = dice.choice(open_orders)
            name, ord_id = order.market.instrument.inst_id, str(order.ord_id)
            if dice.random() < 0.7:
                await trade.cancel_order(name, ord_id=ord_id)
            else:
                await trade.amend_order(name, ord_id=ord_id, new_sz=Decimal(order.size) * 2)
            return
        book = self.sim.truth(inst_id)
        bid, best = Decimal(book.bids[0][0]), Decimal(book.asks[0][0])
        side: Literal["buy", "sell"] = "buy" if dice.random() < 0.5 else "sell"
        tick = Decimal(next(each.tick_size for each in self.sim.instruments if each.inst_id == inst_id))
        price = dice.choice((bid, best, bid - 20 * tick, best + 20 * tick))
        size = Decimal(dice.randint(1, 20)) / (1000 if inst_id == SPOT else 1)
        kind = dice.choice(("limit", "limit", "limit", "ioc", "market"))
        mode = "cash" if inst_id == SPOT else "cross"
        market = kind == "market"
        target = "base_ccy" if market and inst_id == SPOT else None
        await trade.place_order(inst_id, mode, side, kind, size, px=None if market else price, tgt_ccy=target)

    async def watch(self) -> None:
        """Hold the mirror against the exchange all the time."""
        loop = asyncio.get_running_loop()
        wrong: dict[tuple[str, str], float] = {}
        while True:
            await asyncio.sleep(0.25)
            if not self.mirror.live:
                self.unvouched += 1
                wrong.clear()
                continue
            now = loop.time()
            wrong = {key: wrong.get(key, now) for key in differences(self.sim, self.mirror)}
            self.longest = max([self.longest, *(now - since for since in wrong.values())])

    async def listen(self) -> None:
        """Note what the mirror tells."""
        async for change in self.mirror:
            self.changes.append(change)

    async def settle(self) -> None:
        """Let the market stand still and wait for one audit more."""
        for instrument in self.sim.instruments:
            self.sim.freeze(instrument.inst_id)
        await asyncio.sleep(2.5 * SETTINGS.audit)
        await self.mirror.ready()

    def assert_equal(self) -> None:
        """The mirror says what the exchange says, down to every fill."""
        assert self.mirror.live
        assert list(differences(self.sim, self.mirror)) == []
        for each in self.sim.venue.orders.history(self.sim.user().uid):
            fills = self.mirror.order(ord_id=str(each.ord_id)).fills
            instrument = each.market.instrument
            assert {fill.trade_id for fill in fills} == {str(fill.trade_id) for fill in each.fills}
            assert sum(fill.fill_sz for fill in fills) == Decimal(instrument.size_text(each.filled))


@asynccontextmanager
async def session(seed: int, settings: MirrorSettings = SETTINGS, **options: Any) -> AsyncIterator[Session]:
    """An exchange, a client and a mirror that is watched."""
    told: dict[str, Any] = {"rate": 5, "latency": 0.02, "history_minutes": 5, "instruments": 3}
    async with Exchange(seed=seed, **told | options) as sim:
        async with OKX(sim.credentials[0], site=sim.site, backoff=Backoff(0.1, 2.0)) as okx:
            mirror = okx.mirror.configure(settings)
            await mirror.ready()
            run = Session(sim, okx, mirror, seed)
            tasks = [asyncio.create_task(run.watch()), asyncio.create_task(run.listen())]
            yield run
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended
