"""A bot that trades at random on the simulator while a mirror watches, and what the exchange itself says meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from okx_async import OKX, Backoff, MirrorSettings, OKEx, OkxError
from okx_async.mirror import Change, Divergence, Mirror, MirrorView, Violation
from okx_async.sim import Exchange
from okx_async.v5.models.trade import Order
from tests.sim.accounts.desk import ask

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
SWAP_ACCOUNT = f"swap {SWAP} USDT"
SETTINGS = MirrorSettings(audit=10.0, lag=1.0, settle=0.5)
Facts = dict[tuple[str, str], Any]
Side = Literal["buy", "sell"]


def truth(sim: Exchange, dialect: str = "v5", but: Collection[str] = ()) -> Facts:
    """What the exchange says: every order of the bot, but some, positions, and money; in V3 the swap has an account of
    its own, which is the same money here."""
    user = sim.user()
    facts: Facts = {}
    for each in sim.venue.orders.history(user.uid):
        if str(each.ord_id) in but:
            continue
        size = Decimal(each.market.instrument.size_text(each.filled))
        facts["order", str(each.ord_id)] = (each.state.value, size, each.price, Decimal(each.size))
    for row in ask(sim, user, "GET", "account/positions"):
        facts["position", f"{row['instId']} {row['posSide']}"] = (Decimal(row["pos"]), Decimal(row["avgPx"]))
    for row in ask(sim, user, "GET", "account/balance")[0]["details"]:
        if row["ccy"] in SPOT.split("-"):
            facts["balance", row["ccy"]] = Decimal(row["cashBal"])
        if row["ccy"] == "USDT" and dialect == "v3":
            facts["balance", SWAP_ACCOUNT] = round(Decimal(row["cashBal"]), 12)
    return facts


def mirrored(sim: Exchange, view: MirrorView, but: Collection[str] = ()) -> Facts:
    """What the mirror says, in the same words."""
    ticks = {each.inst_id: each for each in sim.instruments}
    facts: Facts = {}
    for row in (*view.finished.values(), *view.orders.values()):
        if row.ord_id in but:
            continue
        if row.ord_type == "market":
            price = None
        else:
            price = None if row.px is None else int(row.px / Decimal(ticks[row.inst_id].tick_size))
        facts["order", row.ord_id] = (row.state, row.acc_fill_sz or Decimal(0), price, row.sz)
    for position in view.positions.values():
        facts["position", f"{position.inst_id} {position.pos_side}"] = (position.pos, position.avg_px)
    for name, balance in view.balances.items():
        if balance.cash_bal and name in SPOT.split("-"):
            facts["balance", name] = balance.cash_bal
        elif balance.cash_bal and name == SWAP_ACCOUNT:
            facts["balance", name] = round(balance.cash_bal, 12)  # what is left of two long figures
    return facts


def differences(
    sim: Exchange, mirror: Mirror, dialect: str = "v5", seen: dict[str, Order] | None = None
) -> set[tuple[str, str]]:
    """Return what the mirror has wrong.

    Args:
        sim: The exchange.
        mirror: The mirror.
        dialect: What it speaks.
        seen: Finished orders that were right, as the mirror told them. One is looked at again when the mirror tells
            another row of it: the exchange never will.
    """
    view, known = mirror.last_known, {} if seen is None else seen
    but = {ord_id for ord_id, row in view.finished.items() if known.get(ord_id) is row}
    said, told = truth(sim, dialect, but), mirrored(sim, view, but)
    wrong = {key for key in {*said, *told} if said.get(key) != told.get(key)}
    known |= {ord_id: row for ord_id, row in view.finished.items() if ("order", ord_id) not in wrong}
    return wrong


class V5Bot:
    """Trades in V5."""

    private, dialect = "private", "v5"

    def __init__(self, okx: OKX) -> None:
        self._trade = okx.trade

    async def place(self, inst_id: str, side: Side, kind: str, size: Decimal, price: Decimal, name: str = "") -> None:
        """Place an order; a market order leaves the price out."""
        market, spot = kind == "market", inst_id == SPOT
        await self._trade.place_order(
            inst_id,
            "cash" if spot else "cross",
            side,
            kind,
            size,
            px=None if market else price,
            tgt_ccy="base_ccy" if market and spot else None,
            cl_ord_id=name or None,
        )

    async def cancel(self, inst_id: str, ord_id: str) -> None:
        """Cancel an order."""
        await self._trade.cancel_order(inst_id, ord_id=ord_id)

    async def amend(self, inst_id: str, ord_id: str, size: Decimal) -> None:
        """Change an order's size."""
        await self._trade.amend_order(inst_id, ord_id=ord_id, new_sz=size)


class V3Bot:
    """Trades in V3: buying opens long positions, selling closes them or opens short ones."""

    private, dialect = "v3", "v3"

    def __init__(self, okx: OKEx) -> None:
        self._okx = okx
        self._dice = random.Random(3)

    async def place(self, inst_id: str, side: Side, kind: str, size: Decimal, price: Decimal, name: str = "") -> None:
        """Place an order."""
        more: dict[str, Any] = {"client_oid": name or None, "order_type": {"limit": "0", "ioc": "3"}.get(kind)}
        if inst_id == SPOT and kind == "market":
            amount: dict[str, Any] = {"notional": price * size} if side == "buy" else {"size": size}
            await self._okx.spot.place_order(SPOT, side, "market", **amount, client_oid=name or None)
        elif inst_id == SPOT:
            await self._okx.spot.place_order(SPOT, side, price=price, size=size, **more)
        else:
            types: Any = ("1", "4") if side == "buy" else ("2", "3")
            terms = {"order_type": "4"} if kind == "market" else {"price": price}
            await self._okx.swap.place_order(SWAP, self._dice.choice(types), size, **more | terms)

    async def cancel(self, inst_id: str, ord_id: str) -> None:
        """Cancel an order."""
        if inst_id == SPOT:
            await self._okx.spot.cancel_order(ord_id, inst_id)
        else:
            await self._okx.swap.cancel_order(inst_id, ord_id)

    async def amend(self, inst_id: str, ord_id: str, size: Decimal) -> None:
        """Change an order's size, where V3 can."""
        if inst_id == SPOT:
            await self._okx.spot.cancel_order(ord_id, inst_id)
        else:
            await self._okx.swap.amend_order(inst_id, order_id=ord_id, new_size=size)


@dataclass
class Session:
    """One run.

    Attributes:
        changes: What the mirror told.
        longest: For how many seconds at most something was wrong while the mirror said it was live.
        unvouched: How often the mirror was found not live.
    """

    sim: Exchange
    bot: V5Bot | V3Bot
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
        inst_id = dice.choice((SPOT, SWAP))
        open_orders = self.sim.venue.orders.pending(self.sim.user().uid)
        if open_orders and dice.random() < 0.4:
            order = dice.choice(open_orders)
            name, ord_id = order.market.instrument.inst_id, str(order.ord_id)
            if dice.random() < 0.7:
                await self.bot.cancel(name, ord_id)
            else:
                await self.bot.amend(name, ord_id, Decimal(order.size) * 2)
            return
        book = self.sim.truth(inst_id)
        bid, best = Decimal(book.bids[0][0]), Decimal(book.asks[0][0])
        side: Side = "buy" if dice.random() < 0.5 else "sell"
        tick = Decimal(next(each.tick_size for each in self.sim.instruments if each.inst_id == inst_id))
        price = dice.choice((bid, best, bid - 20 * tick, best + 20 * tick))
        size = Decimal(dice.randint(1, 20)) / (1000 if inst_id == SPOT else 1)
        kind = dice.choice(("limit", "limit", "limit", "ioc", "market"))
        await self.bot.place(inst_id, side, kind, size, price)

    async def watch(self) -> None:
        """Hold the mirror against the exchange all the time."""
        loop = asyncio.get_running_loop()
        wrong: dict[tuple[str, str], float] = {}
        seen: dict[str, Order] = {}
        moved, looked, differ = self._moves(), (-1, -1), set[tuple[str, str]]()
        while True:
            await asyncio.sleep(0.25)
            if not self.mirror.live:
                self.unvouched += 1
                wrong.clear()
                continue
            now, here = loop.time(), (moved[0], self.mirror.status.version)
            if here != looked:  # else what differs is what differed
                looked, differ = here, differences(self.sim, self.mirror, self.bot.dialect, seen)
            wrong = {key: wrong.get(key, now) for key in differ}
            self.longest = max([self.longest, *(now - since for since in wrong.values())])

    def _moves(self) -> list[int]:
        """Count from now on how often anything moves on the exchange."""
        count, herald = [0], self.sim.venue.herald

        def move(*_: Any) -> None:
            count[0] += 1

        for listeners in (herald.order_listeners, herald.position_listeners, self.sim.ledger.listeners):
            cast("list[Any]", listeners).append(move)
        return count

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
        assert differences(self.sim, self.mirror, self.bot.dialect) == set()
        for each in self.sim.venue.orders.history(self.sim.user().uid):
            fills = self.mirror.order(ord_id=str(each.ord_id)).fills
            instrument = each.market.instrument
            assert {fill.trade_id for fill in fills} == {str(fill.trade_id) for fill in each.fills}
            assert sum(fill.fill_sz for fill in fills) == Decimal(instrument.size_text(each.filled))


@asynccontextmanager
async def session(
    seed: int, dialect: str = "v5", settings: MirrorSettings = SETTINGS, **options: Any
) -> AsyncIterator[Session]:
    """An exchange, a client and a mirror that is watched."""
    told: dict[str, Any] = {"rate": 5, "latency": 0.02, "history_minutes": 5, "instruments": 3}
    async with Exchange(seed=seed, **told | options) as sim, AsyncExitStack() as stack:
        common: dict[str, Any] = {"site": sim.site, "backoff": Backoff(0.1, 2.0)}
        bot: V5Bot | V3Bot
        if dialect == "v5":
            okx = await stack.enter_async_context(OKX(sim.credentials[0], **common))
            bot, mirror = V5Bot(okx), okx.mirror.configure(settings)
        else:
            sim.user().hedged = True  # V3 knows no other accounts; else it depends on what the first order is
            okex = await stack.enter_async_context(OKEx(sim.credentials[0], **common))
            bot, mirror = V3Bot(okex), okex.mirror_of(SPOT, SWAP, settings=settings)
        await mirror.ready()
        run = Session(sim, bot, mirror, seed)
        tasks = [asyncio.create_task(run.watch()), asyncio.create_task(run.listen())]
        yield run
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended
