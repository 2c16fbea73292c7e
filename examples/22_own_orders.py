"""Own orders and what the account holds, kept current and vouched for: wait for an order's end, whatever gets lost.

For the real exchange leave the simulator and its faults out: ``OKX(Credentials.from_env(), site=Site.DEMO)``.
"""

import asyncio
from decimal import Decimal

from okx_async import OKX, MirrorNotLive, MirrorSettings
from okx_async.mirror import Divergence, Lost, Mirror, Restored
from okx_async.sim import Exchange

INST = "BTC-USDT-SWAP"


async def report(mirror: Mirror) -> None:
    async for change in mirror:
        match change:
            case Lost() | Restored():
                print("--", change)
            case Divergence(what=what, found_by=found_by, was=was, now=now):
                print(f"-- {what} was wrong, found by {found_by}: {was} -> {now}")


async def main() -> None:
    async with Exchange(seed=7, rate=0) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        async with okx.mirror.configure(MirrorSettings(audit=2.0, lag=0.3, settle=0.1)) as mirror:
            reporting = asyncio.create_task(report(mirror))
            order = mirror.order(cl_ord_id="first")
            await okx.trade.place_order(INST, "cross", "buy", "market", Decimal(2), cl_ord_id="first")
            print("done:", (await order.done()).state, [(fill.fill_sz, fill.fill_px) for fill in order.fills])

            for channel in ("orders", "fills"):
                sim.faults.drop(channel, times=9)  # silently: the line looks healthy
            second = mirror.order(cl_ord_id="second")
            await okx.trade.place_order(INST, "cross", "sell", "market", Decimal(1), cl_ord_id="second")
            print("done:", (await second.done()).state, "although nothing was pushed")

            sim.connections[0].reset()
            await anext(aiter(mirror))  # Lost
            try:
                print(mirror.positions)
            except MirrorNotLive as error:
                print(error)
            await mirror.ready()
            print("position:", [position.pos for position in mirror.positions.values()])
        await reporting


asyncio.run(main())
