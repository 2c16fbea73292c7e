"""What an account holds and risks, from a client that cannot trade even if it wanted to.

For the real exchange leave the simulator out and give a key that may only read:
``OKX(Credentials.from_env(), site=Site.GLOBAL, read_only=True)``.
"""

import asyncio
from collections.abc import Iterable
from decimal import Decimal

from okx_async import OKX, ReadOnly
from okx_async.sim import Exchange


def table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Print rows in columns; numbers as the exchange writes them."""
    lines = [heads, *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


async def report(okx: OKX) -> None:
    """Read everything and print it; what takes several requests is asked for at the same time."""
    config, balance, funding, positions, orders = await asyncio.gather(
        okx.account.config(),
        okx.account.balance(),
        okx.funding.balances(),
        okx.account.positions(),
        okx.pages(okx.trade.orders_pending).first(500).all(),
    )
    print(f"account {config.uid}, fee tier {config.level}, positions in {config.pos_mode}, rights {config.perm}")

    print(f"\ntrading account, {balance.total_eq:.2f} USD in all")
    table(
        ("ccy", "equity", "available", "in orders", "USD", "unrealised"),
        ((row.ccy, row.eq, row.avail_bal, row.ord_frozen, row.eq_usd, row.upl) for row in balance.details or ()),
    )
    print("\nfunding account")
    table(("ccy", "balance", "frozen"), ((row.ccy, row.bal, row.frozen_bal) for row in funding))

    print(f"\n{len(positions)} positions")
    table(
        ("instrument", "mode", "size", "entry", "mark", "liquidation", "unrealised", "lever"),
        (
            (row.inst_id, row.mgn_mode, row.pos, row.avg_px, row.mark_px, row.liq_px, row.upl, row.lever)
            for row in positions
        ),
    )
    net = sum((row.notional_usd or Decimal(0)) * (1 if (row.pos or 0) > 0 else -1) for row in positions)
    print(f"  net {net:.2f} USD")

    print(f"\n{len(orders)} open orders")
    table(
        ("instrument", "side", "type", "price", "size", "filled"),
        ((row.inst_id, row.side, row.ord_type, row.px, row.sz, row.acc_fill_sz) for row in orders),
    )
    print("\nlast movements of money")
    bills = await okx.pages(okx.account.bills).first(5).all()
    table(("ccy", "change", "balance", "type"), ((row.ccy, row.bal_chg, row.bal, row.type) for row in bills))


async def trade(okx: OKX) -> None:
    """Do what a bot did before us, so that there is something to report."""
    last = (await okx.market.ticker("ETH-USDT")).last or Decimal(0)
    steps = await okx.steps("ETH-USDT")
    await okx.trade.place_order("BTC-USDT-SWAP", "cross", "buy", "market", 20)
    await okx.trade.place_order("ETH-USDT", "cash", "buy", "limit", "0.5", px=steps.px(last * Decimal("0.98"), "buy"))


async def main() -> None:
    async with Exchange(seed=7) as sim:
        async with OKX(sim.credentials[0], site=sim.site) as bot:
            await trade(bot)
        async with OKX(sim.credentials[0], site=sim.site, read_only=True) as okx:
            await report(okx)
            try:
                await okx.trade.close_position("BTC-USDT-SWAP", "cross")
            except ReadOnly as error:
                print(f"\n{error}")


asyncio.run(main())
