"""TWAP: buys a large amount in small slices over time, never above a limit, and knows what became of every slice.

For the real exchange leave the simulator out: ``OKX(Credentials.from_env(), site=Site.DEMO)``, and take minutes.
"""

import asyncio
import secrets
from decimal import Decimal

from okx_async import OKX, NotSent, OutcomeUnknown, Refused, Steps
from okx_async.sim import Exchange
from okx_async.v5.models.trade import Order

INST = "BTC-USDT"
AMOUNT = Decimal("0.05")
SLICES = 6
SECONDS = 3.0
REACH = Decimal("1.0005")
"""How much dearer than at the beginning a slice may be."""


async def settled(okx: OKX, cl_ord_id: str) -> Order | None:
    """Return what became of an order, ``None`` when the exchange never had it."""
    for _ in range(10):
        try:
            order = await okx.trade.order(INST, cl_ord_id=cl_ord_id)
        except Refused as error:
            if error.code == "51603":  # no such order
                return None
            raise
        if order.state in ("filled", "canceled"):
            return order
        await asyncio.sleep(0.1)
    raise RuntimeError(f"the order {cl_ord_id} does not end")


async def buy(okx: OKX, sz: Decimal, px: Decimal) -> Order | None:
    """Take what is there at once up to a price; the rest of the slice is not left in the book."""
    # The id is ours, so the order can be found again even when the answer got lost.
    cl_ord_id = f"twap{secrets.token_hex(8)}"
    try:
        await okx.trade.place_order(INST, "cash", "buy", "ioc", sz, px=px, cl_ord_id=cl_ord_id)
    except NotSent as error:
        print(f"   not sent, so the next slice takes it over: {error}")
        return None
    except OutcomeUnknown as error:
        print(f"   nobody knows, so it is looked up: {error}")
    return await settled(okx, cl_ord_id)


async def twap(okx: OKX, steps: Steps) -> list[Order]:
    """Buy in slices; what one of them did not get is shared by those behind it."""
    began = await okx.market.ticker(INST)
    assert began.ask_px is not None
    limit = steps.px(began.ask_px * REACH, "buy")
    print(f"to buy {AMOUNT} of {INST} in {SLICES} slices, at {limit} or below; the best ask is {began.ask_px}")
    done: list[Order] = []
    for slices_left in range(SLICES, 0, -1):
        left = AMOUNT - sum((order.acc_fill_sz or Decimal(0) for order in done), Decimal(0))
        sz = steps.sz(left / slices_left if slices_left > 1 else left)
        order = await buy(okx, sz, limit) if sz else None
        if order is not None and order.acc_fill_sz:
            done.append(order)
            print(f"{order.acc_fill_sz:10} at {order.avg_px}, fee {order.fee} {order.fee_ccy}")
        else:
            print(f"{'nothing':>10} up to {limit}")
        if slices_left > 1:
            await asyncio.sleep(SECONDS / SLICES)
    return done


async def held(okx: OKX, ccy: str) -> Decimal:
    """Return how much of a currency the trading account holds."""
    balance = await okx.account.balance(ccy)
    return sum((row.cash_bal or Decimal(0) for row in balance.details or ()), Decimal(0))


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        before = await held(okx, "BTC")
        done = await twap(okx, await okx.steps(INST))
        bought = sum((order.acc_fill_sz or Decimal(0) for order in done), Decimal(0))
        paid = sum(((order.acc_fill_sz or 0) * (order.avg_px or 0) for order in done), Decimal(0))
        after = await held(okx, "BTC")
        print(
            f"bought {bought} for {paid:.2f}, {paid / bought:.2f} on average; the account has {after - before:f} more"
        )


asyncio.run(main())
