"""What one more user of a broker's process costs: memory, tasks, and the time to make its client."""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc

from okx_async import OKX, Credentials
from okx_async.sim import Exchange

USERS = 1_000


async def measure() -> None:
    async with Exchange(rate=0, instruments=1) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        await okx.as_user(sim.credentials[0]).account.balance()  # what is loaded once is loaded
        keys = [Credentials(f"key{number}", "secret", "phrase") for number in range(USERS)]
        tasks = len(asyncio.all_tasks())
        began = time.perf_counter()
        spent = [okx.as_user(each) for each in keys]
        took = time.perf_counter() - began
        del spent
        gc.collect()
        tracemalloc.start()
        users = [okx.as_user(each) for each in keys]
        for user in users:
            assert user.account is not okx.account
            assert user.trade is not okx.trade
        gc.collect()
        size = tracemalloc.get_traced_memory()[0] / USERS
        tracemalloc.stop()
        print(f"a user of {USERS}: {size / 1000:.1f} KB, {len(asyncio.all_tasks()) - tasks} tasks, ", end="")
        print(f"{took / USERS * 1e6:.0f} us to make")


def main() -> None:
    """Measure and print."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
