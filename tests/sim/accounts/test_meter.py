"""The exchange's own count of orders, whichever road they take: rude programs are refused, ours never is.

The simulator reads the limits where the client does, in the declarations, and counts them by itself.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, Observer, OutcomeUnknown
from okx_async.sim import Exchange, Limits, warp
from okx_async.sim.instruments import Kind
from tests.sim.accounts.desk import Json, quiet, send
from tests.sim.accounts.test_operations import do
from tests.sim.accounts.test_private_channels import line

ORDER, BATCH = "/api/v5/trade/order", "/api/v5/trade/batch-orders"
AMEND = "/api/v5/trade/amend-order"
SWAP = "BTC-USDT-SWAP"


def charger(sim: Exchange) -> Callable[..., str | None]:
    """Return what charges the first user for items on a path."""
    meter, user = sim.accounts.gate.meter, sim.user()

    def charge(path: str, items: Sequence[Json], method: str = "POST") -> str | None:
        return meter.charge(method, path, user, "127.0.0.1", items)

    return charge


def of_kind(sim: Exchange, kind: Kind) -> list[str]:
    return [each.inst_id for each in sim.instruments if each.kind is kind]


async def test_options_of_a_family_share_what_other_contracts_have_each() -> None:
    async with quiet(instruments=12) as sim:
        charge = charger(sim)
        family = [one for one in of_kind(sim, Kind.OPTION) if one.startswith("BTC-USD-")]
        assert len(family) >= 2
        assert [charge(ORDER, [{"instId": family[number % 2]}]) for number in range(60)] == [None] * 60
        assert charge(ORDER, [{"instId": family[0]}]) == "50011"
        assert charge(ORDER, [{"instId": family[1]}]) == "50011"
        assert charge(AMEND, [{"instId": family[0]}]) is None, "amending is counted apart"
        batch = [{"instId": family[number % 2]} for number in range(20)]
        assert [charge(BATCH, batch) for _ in range(16)] == [None] * 15 + ["50011"]
        first, second, *_ = of_kind(sim, Kind.SWAP) + of_kind(sim, Kind.FUTURES)
        assert [charge(ORDER, [{"instId": first}]) for _ in range(61)] == [None] * 60 + ["50011"]
        assert charge(ORDER, [{"instId": second}]) is None


async def test_what_counts_for_the_account() -> None:
    """Placing and amending together; neither reading, cancelling, spot, nor market maker protection."""
    async with quiet(instruments=12) as sim:
        charge = charger(sim)
        contracts = of_kind(sim, Kind.SWAP) + of_kind(sim, Kind.FUTURES)
        amend_batch = "/api/v5/trade/amend-batch-orders"
        for name in contracts[:2]:
            for path in (BATCH, amend_batch):
                for _ in range(12):
                    assert charge(path, [{"instId": name}] * 20) is None
        assert charge(BATCH, [{"instId": contracts[2]}] * 20) is None
        assert charge(BATCH, [{"instId": contracts[2]}] * 20) is None
        assert charge(BATCH, [{"instId": contracts[2]}] * 20) == "50061", "1000 were sent"
        assert charge(ORDER, [{"instId": contracts[2]}]) == "50061"
        assert charge(ORDER, [{"instId": contracts[2], "ordType": "mmp"}]) is None
        assert charge(ORDER, [{"instId": "BTC-USDT"}]) is None
        assert charge("/api/v5/trade/cancel-order", [{"instId": contracts[2]}]) is None
        assert charge(ORDER, [{"instId": contracts[2]}], "GET") is None, "looking an order up is no order"
        await sim.advance(2)
        assert [charge(ORDER, [{"instId": contracts[2]}], "GET") for _ in range(60)] == [None] * 60
        assert charge(ORDER, [{"instId": contracts[2]}]) is None


async def test_orders_that_take_hidden_liquidity_have_one_more_limit() -> None:
    async with quiet() as sim:
        charge = charger(sim)
        hidden = {"instId": "BTC-USDT", "rpiTakerAccess": True}
        assert [charge(BATCH, [hidden] * 20) for _ in range(3)] == [None, None, "50011"]
        assert [charge(ORDER, [hidden | {"isElpTakerAccess": "true"}]) for _ in range(11)] == [None] * 10 + ["50011"]
        assert charge(ORDER, [{"instId": "BTC-USDT", "rpiTakerAccess": False}]) is None
        assert charge(ORDER, [hidden | {"instId": "ETH-USDT"}]) is None


async def test_a_program_that_counts_each_road_by_itself_is_refused() -> None:
    """50011 for an instrument and 50061 for the account, over both roads in turn."""
    async with quiet(instruments=12) as sim, line(sim) as client:
        contracts = of_kind(sim, Kind.SWAP) + of_kind(sim, Kind.FUTURES)
        codes = {each.inst_id: each.code for each in sim.instruments}
        said: Counter[str] = Counter()
        for name in contracts[:4]:
            for number in range(15):
                if number % 2:
                    told = await do(client, "batch-orders", *[{"instIdCode": codes[name]}] * 20)
                else:
                    told = (await send(sim, "POST", BATCH, json.dumps([{"instId": name}] * 20)))[1]
                said[told["code"] if told["code"].startswith("500") else "taken"] += 1
        assert said == {"taken": 50, "50061": 10}
        await sim.advance(2)
        for number in range(62):
            if number % 2:
                told = await do(client, "order", {"instIdCode": codes[SWAP]})
            else:
                told = (await send(sim, "POST", ORDER, json.dumps({"instId": SWAP})))[1]
        assert told["code"] == "50011"


class Roads(Observer):
    """Counts orders that took REST because the socket was away."""

    def __init__(self) -> None:
        self.detours = 0

    def detoured(self, what: str, cause: str) -> None:
        self.detours += 1


@pytest.mark.parametrize("seconds", [12.0])
def test_a_client_that_saturates_both_roads_is_never_refused(seconds: float) -> None:
    """Singles, batches and amendments, as fast as they are let out, while lines are cut; in simulated time."""

    async def main() -> tuple[Counter[str], Counter[str], int]:
        watch = Roads()
        done: Counter[str] = Counter()
        sim = Exchange(seed=3, instruments=4, rate=0, history_minutes=5, limits=Limits(connects_v5=None))
        async with sim, OKX(sim.credentials[0], site=sim.site, orders="auto", observers=[watch]) as okx:
            end = asyncio.get_running_loop().time() + seconds
            low = {name: Decimal(sim.truth(name).bids[-1][0]) for name in ("BTC-USDT", "ETH-USDT", SWAP)}
            standing = await okx.trade.place_order(SWAP, "cross", "buy", "limit", 1, px=low[SWAP])
            order: Json = {"td_mode": "cross", "side": "buy", "ord_type": "ioc", "sz": "0.01"}  # nothing stays open

            async def ever(name: str, call: Callable[[], Awaitable[Any]]) -> None:
                while asyncio.get_running_loop().time() < end:
                    with suppress(OutcomeUnknown):  # the line was cut while it was on its way
                        await call()
                    done[name] += 1

            def single(name: str) -> Awaitable[Any]:
                mode = "cash" if name != SWAP else "cross"
                return okx.trade.place_order(name, px=low[name], **order | {"td_mode": mode})

            def batch() -> Awaitable[Any]:
                return okx.trade.place_batch_orders([order | {"inst_id": SWAP, "px": low[SWAP]}] * 20)

            def amend() -> Awaitable[Any]:
                return okx.trade.amend_batch_orders([{"inst_id": SWAP, "ord_id": standing.ord_id, "new_sz": 2}] * 2)

            async def cut() -> None:
                while asyncio.get_running_loop().time() < end:
                    await asyncio.sleep(1.5)
                    for one in list(sim.connections):
                        one.reset()

            async with asyncio.TaskGroup() as group:
                for number in range(6):
                    for name in low:
                        group.create_task(ever(f"single {name}", lambda name=name: single(name)))  # type: ignore[misc]
                    group.create_task(ever("batch", batch))
                    if number < 3:
                        group.create_task(ever("amend", amend))
                group.create_task(cut())
        return done, sim.counters.refusals, watch.detours

    done, refusals, detours = warp.run(main())
    assert not refusals
    assert detours > 50
    windows = seconds / 2
    assert done["single BTC-USDT"] > 60 * windows * 0.9
    assert done["batch"] * 20 > 300 * windows * 0.8
    assert done["amend"] * 2 > 300 * windows * 0.8
