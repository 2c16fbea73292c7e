"""The process is killed at a random moment; the next one, with the same journal, knows what became of every order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from okx_async import OKX, Credentials, NotReconciled, Resolution, SqliteJournal, Timeouts
from okx_async.core.intent import Outcome, Verb
from okx_async.sim import Exchange
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault
from tests.waiting import until

from .manners import MANNERS
from .order_sorts import SORTS
from .trading_runs import verdicts

ROOT = Path(__file__).parents[2]
INST = "BTC-USDT"
KILLS = {"v5": 6, "v3": 4}
"""Kills in the suite."""
QUICK = Resolution(patience=20.0, expire=0.5, arrive=0.5, undated=0.5, settle=0.2)
ORDER: dict[str, Any] = {
    "inst_id": INST, "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "30000"
}  # fmt: skip


async def killed(dialect: str, sim: Exchange, keys: Credentials, journal: Path, seed: int) -> None:
    """Let a bot trade on an exchange that loses answers, and kill it at a random moment."""
    dice = random.Random(seed)
    config = {
        "rest": sim.site.rest,
        "sockets": dict(sim.site.sockets),
        "keys": [text.reveal() for text in (keys.api_key, keys.secret_key, keys.passphrase)],
        "journal": str(journal),
        "dialect": dialect,
        "instruments": [each.inst_id for each in sim.instruments],
        "seed": seed,
    }
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.system.order_worker", json.dumps(config), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    assert await bot.stdout.readline() == b"trading\n"
    for path in (f"/api/*{dialect}/*order*", "/api/v5/sprd/*order*", "/api/v5/trade/*algo*"):
        sim.faults.rest.add(RestFault("rest_reset", path, times=3, executed=dice.random() < 0.5))
    sim.faults.requests.ops.add(OpFault("op_reply_lost", times=4))
    await until(lambda: list(sim.venue.orders.history(sim.user().uid)))
    await asyncio.sleep(dice.uniform(0.0, 0.6))  # a random moment is what is tested
    bot.send_signal(signal.SIGKILL)
    await bot.communicate()
    assert bot.returncode == -signal.SIGKILL
    sim.faults.clear()


async def _restart(dialect: str, seed: int, tmp_path: Path) -> tuple[int, set[str]]:
    """Kill, restart and compare; return how many intents the kill left open, and which sorts of orders there were."""
    path = tmp_path / "journal.db"
    async with Exchange(seed=seed, rate=0) as sim:
        keys = sim.credentials[0]
        await killed(dialect, sim, keys, path, seed)
        with contextlib.closing(sqlite3.connect(path)) as db:
            (left,) = db.execute("SELECT count(*) FROM intents WHERE outcome = 'unknown'").fetchone()
        kinds, dice = MANNERS[dialect], random.Random(seed)
        manner = kinds[seed % len(kinds)].of(
            sim.site,
            keys,
            dice,
            [each.inst_id for each in sim.instruments],
            journal=path,
            namespace="bot",
            resolution=QUICK,
        )
        async with manner.client as okx:
            new = await manner.place(manner.order(dice))  # waits for the old ones by itself
            assert list(okx.orders.open) == []
            swept = await manner.sweep()
            assert not swept.failed
            assert await manner.pending() == [new]
        assert not [name for sort in SORTS for name, state in sort.there(sim) if state == "live"]
        journal = SqliteJournal(path)
        assert list(await journal.open(sim.site.name)) == []
        with contextlib.closing(sqlite3.connect(path)) as db:
            names = {name for (name,) in db.execute("SELECT cl_ord_id FROM intents WHERE cl_ord_id <> ''")}
        records = [record for name in names for record in await journal.find(name)]
        await journal.aclose()
        assert verdicts(sim, records) == []
    return int(left), {str(record.kind) for record in records}


@pytest.mark.parametrize("dialect", ["v5", "v3"])
async def test_a_killed_bot_knows_its_orders_again(dialect: str, tmp_path: Path) -> None:
    """On every road; none is there twice, none is there that was not written down before."""
    seeds = range(KILLS[dialect])
    for seed in seeds:
        (tmp_path / str(seed)).mkdir()
    # Side by side, for each of them mostly waits for what may still arrive.
    found = await asyncio.gather(*(_restart(dialect, seed, tmp_path / str(seed)) for seed in seeds))
    assert sum(left for left, _ in found) > 0, "no kill came in the middle of anything"
    sorts = {sort.name for kind in MANNERS[dialect] for sort in kind.sorts}
    assert sorts <= set().union(*(traded for _, traded in found)), "no bot got to some sort of orders"


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("seed", range(100, 200))
async def test_a_killed_bot_knows_its_orders_again_for_long(dialect: str, seed: int, tmp_path: Path) -> None:
    """A hundred kills of each dialect."""
    await _restart(dialect, seed, tmp_path)


async def test_new_orders_wait_until_the_old_ones_are_known(tmp_path: Path) -> None:
    """And say so when that cannot be; cancelling is allowed all the same."""
    path = tmp_path / "journal.db"
    hasty = Timeouts(connect=0.3, read=0.3, total=0.3)
    options: dict[str, Any] = {"journal": path, "timeouts": hasty, "check_orders": False}
    async with Exchange(seed=3, rate=0) as sim:
        keys = sim.credentials[0]
        sim.faults.rest.add(RestFault("rest_reset", "/api/v5/trade/*", times=1000, executed=True))
        async with OKX(keys, site=sim.site, resolution=Resolution(patience=0), **options) as okx:
            with contextlib.suppress(Exception):
                await okx.trade.place_order(**ORDER)
            (lost,) = okx.orders.open
        async with OKX(keys, site=sim.site, resolution=Resolution(patience=0.2), **options) as okx:
            with pytest.raises(NotReconciled, match=lost.cl_ord_id) as caught:
                await okx.trade.place_order(**ORDER)
            assert len(list(sim.venue.orders.history(sim.user().uid))) == 1, "it was sent all the same"
            sim.faults.clear()
            await okx.trade.cancel_order(INST, cl_ord_id=lost.cl_ord_id)
            (intent,) = caught.value.intents
            assert (await intent.resolved()).outcome is Outcome.ACCEPTED
            assert (await okx.trade.place_order(**ORDER)).s_code == "0"
            assert [one.verb for one in await okx.orders.history(lost.cl_ord_id)] == [Verb.CANCEL, Verb.PLACE]
