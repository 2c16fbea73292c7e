"""A client keeps to what its account may send, also when that changes, and to less where it leads: simulated time."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, LocalLimits, OkxError, Retry, TimedOut
from okx_async.core.clock import ClockOffset
from okx_async.orderlimit import AGAIN, AHEAD, BEHIND, OrderLimit
from okx_async.sim import Exchange, Limits, warp
from okx_async.sim.accounts.people import User
from okx_async.sim.instruments import Kind
from okx_async.v5.models.trade import AccountRateLimit

DAY, EIGHT = 86_400, 8 * 3_600
SWAP = "BTC-USDT-SWAP"
BATCHES = 15  # of 20 orders, all that one instrument takes in 2 s
ORDER: dict[str, Any] = {"td_mode": "cross", "side": "buy", "ord_type": "ioc", "sz": "1", "px": "1"}


def exchange() -> Exchange:
    """An exchange where nothing but time moves."""
    return Exchange(3, instruments=12, rate=0, history_minutes=5, vip=(5,), limits=Limits(connects_v5=None))


async def burst(okx: OKX, contracts: list[str]) -> float:
    """Send what the limits of five contracts allow at once, 1,500 orders, and return how many seconds it took."""
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for name in contracts:
            for _ in range(BATCHES):
                group.create_task(okx.trade.place_batch_orders([ORDER | {"inst_id": name}] * 20))
    return asyncio.get_running_loop().time() - began


def contracts_of(sim: Exchange) -> list[str]:
    """Return five contracts."""
    return [each.inst_id for each in sim.instruments if each.kind in (Kind.SWAP, Kind.FUTURES)][:5]


async def eight(past: float = 5.0) -> None:
    """Wait until shortly after the next 08:00 UTC."""
    await asyncio.sleep(DAY - (time.time() - EIGHT) % DAY + past)


def ratio(sim: Exchange, user: User, value: int) -> None:
    """Let a user have traded enough today for a ratio."""
    sim.accounts.ratios.count(user.uid, sent=Decimal(2_000_000) / value, traded=Decimal(2_000_000))


def test_a_client_that_follows_uses_what_it_may_and_is_never_refused() -> None:
    """A rise at 08:00, a week later the cut; 1,500 orders go at once between the two, and in two goes else."""

    async def main() -> tuple[list[float], Counter[str]]:
        async with exchange() as sim, OKX(sim.credentials[0], site=sim.site, check_orders=False) as okx:
            contracts = contracts_of(sim)
            row = await okx.follow_order_limit()
            assert row.acc_rate_limit == 1000
            took = [await burst(okx, contracts)]
            ratio(sim, sim.user(0), 50_000_000)  # whatever is sent besides
            await eight(DAY)
            took.append(await burst(okx, contracts))
            await asyncio.sleep(8 * DAY)
            sim.accounts.ratios._days.clear()  # the orders above are no matter
            await eight(DAY)
            took.append(await burst(okx, contracts))
            return took, sim.counters.refusals

    took, refusals = warp.run(main())
    assert not refusals
    usual, raised, cut = took
    assert usual >= 2
    assert raised < 1
    assert cut >= 2


def test_the_smaller_number_counts_around_a_change_and_a_failure_is_asked_again() -> None:
    """Careful before 08:00, whatever the other clock says then; and read on until it is answered."""

    async def main() -> list[tuple[int, int]]:
        answers: list[AccountRateLimit | OkxError] = [
            AccountRateLimit(acc_rate_limit=Decimal(1750)),
            TimedOut("no answer"),
            AccountRateLimit(acc_rate_limit=Decimal(1750), next_acc_rate_limit=Decimal(1000)),
            AccountRateLimit(acc_rate_limit=Decimal(1000), next_acc_rate_limit=Decimal(1250)),
            AccountRateLimit(acc_rate_limit=Decimal(1000), next_acc_rate_limit=Decimal(1250)),
            AccountRateLimit(acc_rate_limit=Decimal(1250)),
        ]
        kept: list[tuple[int, int]] = []
        begin = time.time()
        first = DAY - (begin - EIGHT) % DAY

        async def read() -> AccountRateLimit:
            answer = answers.pop(0)
            if isinstance(answer, OkxError):
                raise answer
            return answer

        def keep(count: int) -> None:
            kept.append((round(time.time() - begin - first), count))

        limit = OrderLimit(read, keep, ClockOffset())
        await limit.follow()
        while answers:
            await asyncio.sleep(60)
        await limit.stop()
        return [(at, count) for at, count in kept[1:]]

    before = round(-AHEAD + AGAIN)
    assert warp.run(main()) == [
        (before, 1000), (round(BEHIND), 1000), (round(DAY - AHEAD), 1000), (round(DAY + BEHIND), 1250)
    ]  # fmt: skip


def test_a_client_that_was_told_where_it_leads_is_never_refused() -> None:
    async def main(leads: tuple[str, ...]) -> tuple[int, Counter[str]]:
        async with exchange() as sim:
            sim.lead(sim.user(0), inst_ids=[SWAP])
            options: dict[str, Any] = {"limits": LocalLimits(lead=leads), "retry": Retry(attempts=1)}
            async with OKX(sim.credentials[0], site=sim.site, check_orders=False, **options) as okx:
                done = await asyncio.gather(
                    *(okx.trade.place_order(SWAP, **ORDER) for _ in range(12)), return_exceptions=True
                )
            return sum(isinstance(one, OkxError) and "50011" in str(one) for one in done), sim.counters.refusals

    assert warp.run(main((SWAP,)))[0] == 0
    assert warp.run(main(()))[0] > 0, "the exchange does count them"


def test_wrong_use() -> None:
    async def main() -> None:
        async with exchange() as sim, OKX(site=sim.site) as okx:
            with pytest.raises(OkxError, match="credentials"):
                await okx.follow_order_limit()

    warp.run(main())
