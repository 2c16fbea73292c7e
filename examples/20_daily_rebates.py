"""The daily report of a broker: yesterday's rebates by user and instrument, out of the file of all orders.

For the real exchange leave the simulator and `warp` out: ``asyncio.run(main())`` with a broker's key. Files are made
within six hours; here hours take no time, because market and program run on a loop that jumps to its next timer.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from okx_async import OKX, NotReady
from okx_async.rebates import nd_rebates
from okx_async.sim import Exchange, warp


async def yesterday_on(sim: Exchange, okx: OKX) -> None:
    """Let the users of a broker trade, and a day pass."""
    user = okx.as_user(sim.keys_of(sim.user("simsub1"))[0])
    for inst_id, size in (("BTC-USDT", "0.02"), ("ETH-USDT", "0.3"), ("BTC-USDT", "0.01")):
        await user.trade.place_order(inst_id, "cash", "sell", "market", size)
    await sim.advance(86_400)


async def report(okx: OKX, sim: Exchange, folder: Path) -> None:
    """Read a day's file and sum it up."""
    day = (datetime.fromtimestamp(sim.now / 1000, UTC) - timedelta(days=1)).date()
    by_user: dict[str, Decimal] = defaultdict(Decimal)
    by_instrument: dict[str, Decimal] = defaultdict(Decimal)
    orders = set()
    try:
        # Asks for the file, waits until it is made, downloads it (and keeps it here), checks it, and reads it.
        async for row in nd_rebates(okx, day, day, keep=folder / f"rebates-{day}.zip"):
            rebate = row.rebate or Decimal(0)
            by_user[row.sub_acct or "?"] += rebate
            by_instrument[row.inst_id or "?"] += rebate
            orders.add(row.ord_id)
    except NotReady as error:
        print("come back later:", error)
        return
    print(f"rebates of {day}: {sum(by_user.values()):f} USDT of {len(orders)} orders")
    for title, sums in (("user", by_user), ("instrument", by_instrument)):
        for name, rebate in sorted(sums.items(), key=lambda item: item[1], reverse=True):
            print(f"  {title:10} {name:12} {rebate:>14f} USDT")

    # The exchange's own sums by day must say the same.
    page = await okx.broker_nd.rebate_daily(begin=f"{day:%Y%m%d}", end=f"{day:%Y%m%d}")
    told = {each.sub_acct: each.income for each in page.details or ()}
    print("the exchange says the same:", told == dict(by_user))


async def main() -> None:
    async with Exchange(seed=7, rate=0) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        sim.brokers.files.generation = 5 * 3_600.0
        await yesterday_on(sim, okx)
        with TemporaryDirectory() as folder:
            await report(okx, sim, Path(folder))


warp.run(main())
