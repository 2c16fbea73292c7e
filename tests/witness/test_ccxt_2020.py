"""ccxt 1.30 of June 2020, whose ``okex`` speaks V3, unmodified but for its URLs: what it sees and does is the truth.

It cannot share an environment with today's ccxt, which is another witness. Make one for it and say where it is::

    python -m venv old && old/bin/pip install ccxt==1.30.1 six certifi requests setuptools
    OKX_ASYNC_CCXT_2020=old/bin/python pytest -m witness tests/witness/test_ccxt_2020.py

It has no socket, so no login there either: cryptofeed 1.x is the witness for that (`test_cryptofeed_2021.py`).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okx_async.sim import Exchange
from okx_async.sim.accounts.orders import Order

from .programs import secrets
from .seen import MINUTE, every_trade

PYTHON = os.environ.get("OKX_ASYNC_CCXT_2020", "")
PROGRAM = Path(__file__).parent / "old_ccxt.py"
SPOT = "BTC-USDT"
pytestmark = pytest.mark.skipif(not PYTHON, reason="OKX_ASYNC_CCXT_2020 does not say where a Python with ccxt 1.30 is")


@dataclass(frozen=True)
class Session:
    """What ccxt told of its whole session, and the exchange it was on.

    Attributes:
        told: What it made of everything, by name.
        sim: The exchange, as the session left it.
        public: The trades and best levels of the moment before it began.
        future: The contract it sold.
    """

    told: dict[str, Any]
    sim: Exchange
    public: dict[str, Any]
    future: str

    @property
    def orders(self) -> dict[str, Order]:
        """Every order it placed, by the exchange's id."""
        return {str(order.ord_id): order for order in self.sim.venue.orders.history(self.sim.user().uid)}


async def _told(sim: Exchange, future: str) -> dict[str, Any]:
    (key, *_) = sim.keys_of(sim.user())
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(
        PYTHON, str(PROGRAM), sim.rest, *secrets(key), future, stdout=pipe, stderr=pipe
    )
    output, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    told: dict[str, Any] = json.loads(output)
    return told


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    """Let it do everything once."""
    async with Exchange(seed=7, rate=0, step_ms=1_000, instruments=12) as sim:
        await sim.step(150)
        future = next(each.inst_id for each in sim.instruments if each.product == "futures")
        truth = sim.truth(SPOT)
        public = {
            "trades": every_trade(sim, SPOT),
            "bids": truth.bids[:5],
            "asks": truth.asks[:5],
            "now": sim.now,
        }
        yield Session(await _told(sim, future), sim, public, future)


async def test_what_is_public(session: Session) -> None:
    told, sim, public = session.told, session.sim, session.public
    assert told["version"].startswith("1.30.")
    assert told["markets"] == sorted(each.inst_id for each in sim.instruments)
    assert 0 <= told["time"] - public["now"] < 60_000
    last = public["trades"][-1]
    assert told["ticker"]["last"] == last[2]
    shown = [(row["id"], row["side"], row["price"], row["amount"]) for row in told["trades"]]
    # It sorts by time, and turns round what has the same.
    assert sorted(shown)[-20:] == [trade[:4] for trade in public["trades"][-20:]]
    for side in ("bids", "asks"):
        assert told["book"][side] == [[float(price), float(size)] for price, size in public[side]]
    assert [told["ticker"]["bid"], told["ticker"]["bidVolume"]] == told["book"]["bids"][0]
    candles = told["candles"]
    assert [candle[0] for candle in candles] == [candles[-1][0] - ago * MINUTE for ago in (4, 3, 2, 1, 0)]
    assert all(low <= min(begin, end) <= max(begin, end) <= high for _, begin, high, low, end, _ in candles)
    assert candles[-1][4] == last[2]
    for product, tickers in told["tickers"].items():
        ids = {row["info"]["instrument_id"] for row in tickers.values()}
        assert ids == {each.inst_id for each in sim.instruments if each.product == product}


async def test_what_rested_and_was_cancelled(session: Session) -> None:
    told, resting = session.told, session.orders[session.told["placed"]]
    assert [row["id"] for row in told["open"]] == [told["placed"]] == [told["cancelled"]]
    assert (told["after"]["status"], resting.state.value) == ("canceled", "canceled")


async def test_what_was_bought(session: Session) -> None:
    told, bought = session.told, session.orders[session.told["filled"]["id"]]
    assert (told["filled"]["status"], told["filled"]["filled"]) == ("closed", 0.02)
    assert Decimal(str(told["filled"]["average"])) == bought.average
    for rows in (told["mine"], told["its"]):
        assert {row["id"] for row in rows} == {str(fill.trade_id) for fill in bought.fills}
        assert sum(Decimal(str(row["amount"])) for row in rows) == Decimal("0.02")
        assert sum(Decimal(str(row["fee"]["cost"])) for row in rows) == -bought.fee
    assert [row["id"] for row in told["closed"]] == [told["placed"], str(bought.ord_id)]  # V3's "complete" are both
    assert 609 < told["spent"]["cost"] <= 610
    assert (told["sold"]["status"], told["sold"]["filled"]) == ("closed", 0.01)


async def test_what_it_has(session: Session) -> None:
    told = session.told
    assert told["before"]["USDT"] == {"free": 100_000, "used": 0, "total": 100_000}
    bought = [session.orders[told[name]["id"]] for name in ("filled", "spent")]
    gained = sum(Decimal(str(told[name]["filled"])) for name in ("filled", "spent")) + sum(one.fee for one in bought)
    had, has = (Decimal(str(told[name]["BTC"]["total"])) for name in ("before", "balance"))
    assert has == had + gained - Decimal(str(told["sold"]["filled"]))
    assert sum(Decimal(str(row["amount"])) for row in told["ledger"]) == Decimal(str(told["balance"]["USDT"]["total"]))
    assert {currency: told["wallet"]["total"][currency] for currency in ("BTC", "USDT")} == {"BTC": 1, "USDT": 10_000}
    assert [row["amount"] for row in told["wallet_ledger"] if row["info"]["typename"] == "To spot"] == [-100_000]
    assert told["address"]["address"]


async def test_what_it_holds(session: Session) -> None:
    told, sim = session.told, session.sim
    assert [row["id"] for row in told["swap_open"]] == [told["swap_cancelled"]]
    assert session.orders[told["swap_cancelled"]].state.value == "canceled"
    positions = {
        position.market.instrument.inst_id: (position.side, position.market.instrument.size_text(abs(position.lots)))
        for position in sim.venue.positions.of(sim.user().uid)
    }
    assert positions == {"BTC-USDT-SWAP": ("long", "2"), session.future: ("short", "3")}
    assert (told["swap"]["status"], told["swap"]["filled"]) == ("closed", 2)
    assert (told["future"]["status"], told["future"]["filled"]) == ("closed", 3)
    ended = [told["swap_cancelled"], told["swap"]["id"]]
    assert [[row["id"] for row in told[name]] for name in ("swap_closed", "future_closed")] == [
        ended,
        [told["future"]["id"]],
    ]
    # What is left of the money after everything.
    cash = sim.accounts.bank.trading(sim.user()).cash
    assert told["swap_balance"]["BTC-USDT-SWAP"]["total"] == pytest.approx(float(cash["USDT"]), rel=1e-6)
    assert told["future_balance"]["BTC"]["total"] == pytest.approx(float(cash["BTC"]), rel=1e-6)


async def test_what_its_contracts_traded(session: Session) -> None:
    """It reads the fills of contracts as they are, and can join none of them: it waits for two rows of each trade, as
    spot has them, one for each currency; a fill of a contract is one row. (ccxt 1.30 ``parse_my_trades``)"""
    told = session.told
    for name, order in (("swap_fills", told["swap"]), ("future_fills", told["future"])):
        placed, rows = session.orders[order["id"]], told[name]
        assert {row["trade_id"] for row in rows} == {str(fill.trade_id) for fill in placed.fills}
        assert sum(Decimal(row["order_qty"]) for row in rows) == Decimal(str(order["filled"]))
        assert sum(Decimal(row["fee"]) for row in rows) == placed.fee
        assert {row["order_id"] for row in rows} == {order["id"]}
    assert [{row["side"] for row in told[name]} for name in ("swap_fills", "future_fills")] == [{"long"}, {"sell"}]
    assert told["joined_fills"] == [[], []]


async def test_what_is_refused(session: Session) -> None:
    told = session.told
    assert (told["short"], told["unknown"]) == ("InsufficientFunds", "OrderNotFound")
    assert (told["nowhere"], told["forged"]) == ("OrderNotFound", "AuthenticationError")
