"""ccxt 1.30 of June 2020, whose ``okex`` speaks V3, unmodified but for its URLs: what it sees and does is the truth.

It cannot share an environment with today's ccxt, which is another witness. Make one for it and say where it is::

    python -m venv old && old/bin/pip install ccxt==1.30.1 six certifi requests setuptools
    OKX_ASYNC_CCXT_2020=old/bin/python pytest -m witness tests/witness/test_ccxt_2020.py
"""

from __future__ import annotations

import asyncio
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okx_async.sim import Exchange

PYTHON = os.environ.get("OKX_ASYNC_CCXT_2020", "")
PROGRAM = Path(__file__).parent / "old_ccxt.py"


async def _told(sim: Exchange) -> dict[str, Any]:
    (key, *_) = sim.keys_of(sim.user())
    secrets = (key.api_key.reveal(), key.secret_key.reveal(), key.passphrase.reveal())
    program = await asyncio.create_subprocess_exec(
        PYTHON, str(PROGRAM), sim.rest, *secrets, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    told: dict[str, Any] = json.loads(output)
    return told


@pytest.mark.skipif(not PYTHON, reason="OKX_ASYNC_CCXT_2020 does not say where a Python with ccxt 1.30 is")
async def test_what_a_user_of_2020_sees_and_does() -> None:
    async with Exchange(seed=7, rate=0, step_ms=1_000, instruments=12) as sim:
        await sim.step(50)
        told = await _told(sim)
        user, truth = sim.user(), sim.truth("BTC-USDT")
        assert told["version"].startswith("1.30.")
        assert told["markets"] == sorted(each.inst_id for each in sim.instruments)
        assert abs(told["time"] - sim.now) < 60_000
        orders = {str(order.ord_id): order for order in sim.venue.orders.history(user.uid)}
        resting = orders[told["placed"]]
        # public data of the moment before it traded
        mine = {fill.trade_id for order in orders.values() for fill in order.fills}
        public = [trade for trade in truth.trades if trade.trade_id not in mine]
        text = resting.market.instrument
        assert told["ticker"]["last"] == float(text.price_text(public[-1].price))
        assert str(public[-1].trade_id) in {row["id"] for row in told["trades"]}
        assert told["book"]["bids"][0] == [told["ticker"]["bid"], told["ticker"]["bidVolume"]]
        assert [[str(price), str(size)] for price, size in told["book"]["bids"]] == [
            [str(float(price)), str(float(size))] for price, size in truth.bids[:5]
        ]
        # what rested and was cancelled
        assert [row["id"] for row in told["open"]] == [told["placed"]] == [told["cancelled"]]
        assert (told["after"]["status"], resting.state.value) == ("canceled", "canceled")
        # what was bought
        bought = orders[told["filled"]["id"]]
        assert (told["filled"]["status"], told["filled"]["filled"]) == ("closed", 0.02)
        assert Decimal(str(told["filled"]["average"])) == bought.average
        assert {row["id"] for row in told["mine"]} == {str(fill.trade_id) for fill in bought.fills}
        assert sum(Decimal(str(row["amount"])) for row in told["mine"]) == Decimal("0.02")
        assert sum(Decimal(str(row["fee"]["cost"])) for row in told["mine"]) == -bought.fee
        # what it has
        assert told["before"]["USDT"] == {"free": 100_000, "used": 0, "total": 100_000}
        cash = sim.accounts.bank.trading(user).cash
        assert Decimal(str(told["balance"]["BTC"]["total"])) == cash["BTC"]
        assert (told["short"], told["unknown"]) == ("InsufficientFunds", "OrderNotFound")
        # what it holds
        (position,) = sim.venue.positions.of(user.uid)
        assert (told["swap"]["status"], told["swap"]["filled"]) == ("closed", 2)
        assert (position.side, position.market.instrument.size_text(position.lots)) == ("long", "2")
        assert told["swap_balance"]["BTC-USDT-SWAP"]["total"] == pytest.approx(float(cash["USDT"]))
