"""Every private V3 endpoint is served and answers the client in the declared rows."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from okx_async.catalogue import catalogue
from okx_async.cli.call import plain
from okx_async.core.endpoint import Endpoint
from okx_async.core.row import V3Row
from okx_async.sim import Exchange
from okx_async.sim.coverage import Coverage, Served

from .desk import SPOT, SWAP, both, future, option_of


def private() -> list[Endpoint]:
    return [row for row in catalogue() if row.dialect == "v3" and row.auth]


def test_everything_is_served() -> None:
    coverage = Coverage()
    assert {f"{row.chapter}.{row.name}" for row in private() if coverage.endpoint(row) is not Served.YES} == set()


async def prepare(v3: Any, sim: Exchange, contract: str) -> dict[str, str]:
    """Let there be one of everything, and return the names of what endpoints ask for."""
    names: dict[str, str] = {}
    order = await v3.spot.place_order(SPOT, "buy", price="50000", size="0.01")
    await v3.spot.place_order(SPOT, "buy", "market", notional="500")
    names["spot"] = str(order.order_id)
    await v3.account.transfer("USDT", "1000", "6", "5", to_instrument_id=SPOT)
    await v3.margin.borrow(SPOT, "USDT", "500")
    order = await v3.margin.place_order(SPOT, "buy", "2", price="50000", size="0.01")
    await v3.margin.place_order(SPOT, "buy", "2", "market", notional="400")
    names["margin"] = str(order.order_id)
    for product, name in ((v3.swap, SWAP), (v3.futures, contract)):
        await product.place_order(name, "1", "4", order_type="4")
        bid = (await product.ticker(name)).best_bid
        assert bid is not None
        resting = await product.place_order(name, "1", "1", str(round(bid * 99 / 100, 1)))
        names["swap" if product is v3.swap else "futures"] = str(resting.order_id)
        algo = await product.place_algo_order(name, "3", "1", "1", trigger_price="30000", algo_price="29000")
        names[f"algo {'swap' if product is v3.swap else 'futures'}"] = str(algo.algo_id)
    option = await v3.option.place_order(option_of(sim), "buy", "3", match_price="1")
    names["option"] = str(option.order_id)
    algo = await v3.spot.place_algo_order(SPOT, "1", "1", "0.1", "sell", trigger_price="30000", algo_price="29000")
    names["algo spot"] = str(algo.algo_id)
    sim.deposit(sim.user(), "BTC", "1")
    await v3.account.withdraw("BTC", "0.5", "4", "somewhere", "funds-password", "0.0001")
    await v3.account.transfer("USDT", "5", "6", "1")
    return names


def params_of(row: Endpoint, names: dict[str, str], contract: str) -> dict[str, Any]:
    """Return what a query needs."""
    inst_id = {"spot": SPOT, "margin": SPOT, "swap": SWAP, "futures": contract}.get(row.chapter, "")
    good: dict[str, Any] = {
        "instrument_id": inst_id,
        "underlying": "BTC-USD" if row.chapter == "option" else "-".join(contract.split("-")[:2]),
        "currency": "BTC",
        "sub_account": "simsub1",
        "order_id": names.get(row.chapter, ""),
        "state": "6",
        "order_type": "1",
    }
    if row.chapter == "option":
        good["state"] = "2"
    needed = {param.name: good[param.name] for param in row.params if param.required}
    return needed | ({"status": "1"} if row.name == "algo_orders" else {})


@pytest.mark.parametrize("number", [0, 1])
async def test_every_query_answers_in_typed_rows(number: int) -> None:
    async with both(instruments=8) as (sim, v3, _):
        contract = future(sim, number)
        names = await prepare(v3, sim, contract)
        asked = [row for row in private() if row.method == "GET"]
        assert len(asked) > 50
        for row in asked:
            answer = await v3.call(row, **params_of(row, names, contract))
            rows = answer if isinstance(answer, list) else [answer]
            assert rows, f"{row.chapter}.{row.name} has nothing"
            assert all(isinstance(each, V3Row) for each in rows)
            assert orjson.dumps(plain(answer))  # as `okx-async call` shows it


async def test_withdrawals_deposits_and_what_they_cost() -> None:
    async with both() as (sim, v3, v5):
        sim.deposit(sim.user(), "BTC", "2", at_once=False)
        (waiting,) = await v3.account.deposit_history_currency("BTC")
        assert (waiting.status, waiting.amount) == ("0", 2)
        sent = await v3.account.withdraw("BTC", "0.5", "4", "somewhere", "funds-password", "0.0001")
        (row,) = await v3.account.withdrawal_history()
        assert (row.withdrawal_id, row.status, row.amount) == (sent.withdrawal_id, "0", sent.amount)
        assert row.fee is not None
        assert (str(row.fee.amount), row.fee.currency) == ("0.0001", "BTC")
        (other,) = await v5.funding.withdrawal_history()
        assert (other.wd_id, other.amt) == (sent.withdrawal_id, row.amount)
        await sim.advance(30)
        assert (await v3.account.withdrawal_history_currency("btc"))[0].status == "2"
        assert (await v3.account.deposit_history())[0].status == "2"
        assert (await v3.account.wallet_currency("BTC")).balance == (await v5.funding.balances("BTC"))[0].bal
        left = [entry.amount for entry in await v3.account.ledger("BTC", type_="2")]
        assert sum(left) == -(row.amount + row.fee.amount)
        assert sim.ledger.total("BTC") == 0
