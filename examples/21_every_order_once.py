"""An order whose answer is lost is looked up, not sent again; what an earlier run has left behind is swept.

For the real exchange: ``OKX(Credentials.from_env(), site=Site.DEMO, journal="orders.db", namespace="bot1")``.
"""

import asyncio
import tempfile

from okx_async import OKX, NotArrived
from okx_async.sim import Exchange
from okx_async.sim.rest_faults import RestFault

PLACE = "/api/v5/trade/order"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Exchange(seed=7) as sim:
            key, journal = sim.credentials[0], f"{folder}/orders.db"
            async with OKX(key, site=sim.site, journal=journal, namespace="bot1") as okx, okx.keep_alive(timeout=30):
                for executed in (True, False):  # the answer is lost; then the order itself
                    sim.faults.rest.add(RestFault("rest_reset", PLACE, executed=executed))
                    try:
                        placed = await okx.trade.place_order("BTC-USDT", "cash", "buy", "limit", "0.01", px="30000")
                        print("there once:", placed.cl_ord_id)
                    except NotArrived as error:
                        print("not there, and never will be:", error)
            async with OKX(key, site=sim.site, journal=journal, namespace="bot1") as okx:  # the next run
                swept = await okx.orders.sweep(spreads=False)
                print("left behind by the run before:", [order.cl_ord_id for order in swept.cancelled])


asyncio.run(main())
