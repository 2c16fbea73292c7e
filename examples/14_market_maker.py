"""A market maker: quotes both sides of a perpetual, leans against its inventory, and leaves nothing behind.

For the real exchange leave the simulator out: ``OKX(Credentials.from_env(), site=Site.DEMO, orders="auto")``.
"""

import asyncio
import contextlib
from decimal import Decimal

from okx_async import OKX, OrderBook, Steps, StreamEvent
from okx_async.sim import Exchange
from okx_async.v5 import channels
from okx_async.v5.models.trade import OrderUpdate

INST = "BTC-USDT-SWAP"
SIZE = Decimal(5)
"""Contracts of one quote."""
MOST = Decimal(20)
"""Contracts held at the most, long or short."""
EDGE = Decimal("0.000002")
"""Half of the spread, as a part of the price."""
LEAN = Decimal("0.0000005")
"""How far a contract in the inventory moves both quotes, as a part of the price."""
SECONDS = 3.0


class Maker:
    """Two quotes and what came of them."""

    def __init__(self, okx: OKX, steps: Steps) -> None:
        self.okx = okx
        self.steps = steps
        self.inventory = Decimal(0)
        self.quotes: dict[str, str] = {}  # the order of each side
        self.over: set[str] = set()  # orders that ended, perhaps before the answer to their placing was read
        self.trades: set[str] = set()

    def heard(self, order: OrderUpdate) -> None:
        """Count every fill once: a push may come twice."""
        if order.trade_id and order.fill_sz and order.trade_id not in self.trades:
            self.trades.add(order.trade_id)
            self.inventory += order.fill_sz if order.side == "buy" else -order.fill_sz
            print(f"{order.side:4} {order.fill_sz} at {order.fill_px}, inventory {self.inventory}")
        if order.state in ("filled", "canceled"):
            self.over.add(order.ord_id)
            self.quotes = {side: ord_id for side, ord_id in self.quotes.items() if ord_id not in self.over}

    async def quote(self, mid: Decimal) -> None:
        """Bring both quotes to where they should be: amend what stands, place what is missing."""
        fair = mid * (1 - LEAN * self.inventory)
        prices = {}
        if self.inventory < MOST:
            prices["buy"] = self.steps.px(fair * (1 - EDGE), "buy")
        if self.inventory > -MOST:
            prices["sell"] = self.steps.px(fair * (1 + EDGE), "sell")
        standing = {side: px for side, px in prices.items() if side in self.quotes}
        if standing:
            # A row that was refused tells of an order that has just ended; its push says so, too.
            await self.okx.trade.amend_batch_orders(
                [{"inst_id": INST, "ord_id": self.quotes[side], "new_px": px} for side, px in standing.items()]
            )
        missing = [side for side in prices if side not in self.quotes]
        if missing:
            order = {"inst_id": INST, "td_mode": "cross", "ord_type": "post_only", "sz": SIZE}
            rows = await self.okx.trade.place_batch_orders(
                [order | {"side": side, "px": prices[side]} for side in missing]
            )
            for side, row in zip(missing, rows, strict=True):
                if row.s_code == "0" and row.ord_id and row.ord_id not in self.over:
                    self.quotes[side] = row.ord_id

    async def leave(self) -> None:
        """Cancel both quotes, close the position, and see that nothing is left."""
        if self.quotes:
            orders = [{"inst_id": INST, "ord_id": ord_id} for ord_id in self.quotes.values()]
            await self.okx.trade.cancel_batch_orders(orders)
        if any(position.pos for position in await self.okx.account.positions(inst_id=INST)):
            await self.okx.trade.close_position(INST, "cross", auto_cxl=True)
        await self.okx.trade.cancel_all_after(0)
        left = [*await self.okx.trade.orders_pending(inst_id=INST), *await self.okx.account.positions(inst_id=INST)]
        print(f"{len(self.trades)} fills; orders and positions left: {len(left)}")


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(sim.credentials[0], site=sim.site, orders="auto") as okx:
        maker = Maker(okx, await okx.steps(INST))
        async with okx.subscribe(channels.orders("SWAP", inst_id=INST)) as news, okx.books(INST) as books:
            await news.ready()

            async def listen() -> None:
                async for item in news:
                    if isinstance(item, StreamEvent):
                        raise RuntimeError(f"fills may be missing: {item.cause}")  # noqa: TRY004 - the task ends here
                    maker.heard(item)

            async def quote() -> None:
                while True:
                    # Should this program die, the exchange cancels its orders ten seconds later.
                    await okx.trade.cancel_all_after(10)
                    for _ in range(25):
                        book: OrderBook = await anext(books)
                        if book.live and book.mid is not None:
                            await maker.quote(book.mid)
                        await asyncio.sleep(0.1)

            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
                        group.create_task(listen())
                        group.create_task(quote())
            finally:
                await maker.leave()


asyncio.run(main())
