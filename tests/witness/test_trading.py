"""Other people's clients trade on the simulator: place, amend and cancel, read orders, fills, positions, balances.

What they say they did is compared with the simulator's own ledger and books, never with our client.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim import Exchange
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import Mode
from okx_async.sim.derivatives import FUNDING_MS

from .seen import steps_until, while_it_moves

Json = dict[str, Any]
Ask = Callable[..., Any]
SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"


def cash(sim: Exchange, ccy: str) -> Decimal:
    """Return what the first user's trading account holds."""
    return sim.ledger.purse(sim.user().uid, Room.TRADING).cash.get(ccy, Decimal(0))


def touch(sim: Exchange, inst_id: str) -> tuple[Decimal, Decimal]:
    """Return the best bid and the best ask."""
    truth = sim.truth(inst_id)
    return Decimal(truth.bids[0][0]), Decimal(truth.asks[0][0])


def plain(sim: Exchange) -> tuple[str, str, str]:
    """Return the first user's key."""
    key = sim.credentials[0]
    return key.api_key.reveal(), key.secret_key.reveal(), key.passphrase.reveal()


# -- python-okx


@pytest.fixture
def ask(python_okx: Any, sim: Exchange) -> Iterator[Ask]:
    """Call ``Module.method`` of python-okx with a key; returns the rows, or the whole answer with ``whole``."""
    clients: dict[str, Any] = {}

    async def call(name: str, *args: Any, whole: bool = False, **more: Any) -> Any:
        module, method = name.split(".")
        if module not in clients:
            clients[module] = getattr(python_okx(module), f"{module}API")(*plain(sim), flag="0", domain=sim.rest)
        answer = await asyncio.to_thread(getattr(clients[module], method), *args, **more)
        if whole:
            return answer
        assert (answer["code"], answer["msg"]) == ("0", "")
        return answer["data"]

    yield call
    for client in clients.values():
        client.close()


async def test_python_okx_places_amends_and_cancels(ask: Ask, sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    (placed,) = await ask("Trade.place_order", SPOT, "cash", "buy", "limit", "0.01", px=str(bid - 100), clOrdId="one")
    assert (placed["sCode"], placed["clOrdId"]) == ("0", "one")
    (order,) = await ask("Trade.get_order", SPOT, clOrdId="one")
    assert (order["ordId"], order["state"], order["sz"]) == (placed["ordId"], "live", "0.01")
    (amended,) = await ask("Trade.amend_order", SPOT, ordId=placed["ordId"], newPx=str(bid - 200), newSz="0.02")
    assert amended["sCode"] == "0"
    (pending,) = await ask("Trade.get_order_list", instType="SPOT")
    assert (Decimal(pending["px"]), pending["sz"]) == (bid - 200, "0.02")
    (balance,) = await ask("Account.get_account_balance", "USDT")
    assert Decimal(balance["details"][0]["ordFrozen"]) == (bid - 200) * Decimal("0.02")
    (cancelled,) = await ask("Trade.cancel_order", SPOT, ordId=placed["ordId"])
    assert cancelled["sCode"] == "0"
    assert await ask("Trade.get_order_list") == []
    (history,) = await ask("Trade.get_orders_history", "SPOT")
    assert (history["ordId"], history["state"], history["cancelSource"]) == (placed["ordId"], "canceled", "1")


async def test_python_okx_batches_keep_a_row_for_each_order(ask: Ask, sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    order = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "px": str(bid - 100)}
    answer = await ask(
        "Trade.place_multiple_orders",
        [order | {"sz": "0.01"}, order | {"sz": "10"}, order | {"sz": "0.02"}],
        whole=True,
    )
    assert answer["code"] == "2"
    assert [row["sCode"] for row in answer["data"]] == ["0", "51008", "0"]
    good = [{"instId": SPOT, "ordId": row["ordId"]} for row in answer["data"] if row["sCode"] == "0"]
    amended = await ask("Trade.amend_multiple_orders", [one | {"newSz": "0.03"} for one in good])
    assert [row["sCode"] for row in amended] == ["0", "0"]
    assert {row["sz"] for row in await ask("Trade.get_order_list")} == {"0.03"}
    assert [row["sCode"] for row in await ask("Trade.cancel_multiple_orders", good)] == ["0", "0"]


async def test_python_okx_trades_a_perpetual_and_reads_what_came_of_it(ask: Ask, sim: Exchange) -> None:
    (config,) = await ask("Account.get_account_config")
    assert (config["uid"], config["posMode"]) == (sim.user().uid, "net_mode")
    await ask("Account.set_leverage", "5", "cross", instId=SWAP)
    before = cash(sim, "USDT")
    (placed,) = await ask("Trade.place_order", SWAP, "cross", "buy", "market", "12")
    fills = await ask("Trade.get_fills", instType="SWAP", ordId=placed["ordId"])
    assert sum(Decimal(fill["fillSz"]) for fill in fills) == 12
    assert before + sum(Decimal(fill["fee"]) for fill in fills) == cash(sim, "USDT")
    (position,) = await ask("Account.get_positions", instType="SWAP")
    assert (position["pos"], position["lever"], position["mgnMode"]) == ("12", "5", "cross")
    paid = sum((Decimal(fill["fillSz"]) * Decimal(fill["fillPx"]) for fill in fills), Decimal(0))
    assert abs(Decimal(position["avgPx"]) - paid / 12) < Decimal("1e-8")
    await ask("Trade.close_positions", SWAP, "cross")
    assert await ask("Account.get_positions") == []
    (balance,) = await ask("Account.get_account_balance", "USDT")
    assert Decimal(balance["details"][0]["cashBal"]) == cash(sim, "USDT")


async def test_python_okx_lets_orders_wait(ask: Ask, sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    wanted = {"tpTriggerPx": str(bid + 1000), "tpOrdPx": "-1"}
    (placed,) = await ask("Trade.place_algo_order", SPOT, "cash", "sell", "conditional", "0.01", **wanted)
    (waiting,) = await ask("Trade.order_algos_list", "conditional")
    assert (waiting["algoId"], waiting["sz"], waiting["state"]) == (placed["algoId"], "0.01", "live")
    assert Decimal(waiting["tpTriggerPx"]) == bid + 1000
    await ask("Trade.amend_algo_order", SPOT, algoId=placed["algoId"], newSz="0.02")
    (changed,) = await ask("Trade.get_algo_order_details", algoId=placed["algoId"])
    assert changed["sz"] == "0.02"
    await ask("Trade.cancel_algo_order", [{"instId": SPOT, "algoId": placed["algoId"]}])
    (over,) = await ask("Trade.order_algos_history", "conditional", state="canceled")
    assert (over["algoId"], over["state"]) == (placed["algoId"], "canceled")


async def test_python_okx_converts_and_every_bill_is_there(ask: Ask, sim: Exchange) -> None:
    before = {ccy: cash(sim, ccy) for ccy in ("BTC", "USDT")}
    (quote,) = await ask("Convert.estimate_quote", "BTC", "USDT", "buy", "30", "USDT")
    (done,) = await ask("Convert.convert_trade", quote["quoteId"], "BTC", "USDT", "buy", "30", "USDT")
    assert (done["state"], done["fillQuoteSz"]) == ("fullyFilled", "30")
    got = {ccy: cash(sim, ccy) - amount for ccy, amount in before.items()}
    assert got == {"BTC": Decimal(done["fillBaseSz"]), "USDT": -30}
    assert [row["tradeId"] for row in await ask("Convert.get_convert_history")] == [done["tradeId"]]
    bills = await ask("Account.get_account_bills", limit="2")
    assert {row["ccy"]: Decimal(row["balChg"]) for row in bills} == got


async def test_python_okx_trades_a_spread(ask: Ask, sim: Exchange) -> None:
    sprd = f"{SPOT}_{SWAP}"
    (book,) = await ask("SpreadTrading.get_order_book", sprd)
    (placed,) = await ask("SpreadTrading.place_order", sprd, "mine", "", "buy", "limit", "0.01", book["asks"][4][0])
    (order,) = await ask("SpreadTrading.get_order_details", placed["ordId"])
    trades = await ask("SpreadTrading.get_trades", ordId=placed["ordId"])
    assert (order["state"], order["accFillSz"]) == ("filled", "0.01")
    assert sum(Decimal(trade["fillSz"]) for trade in trades) == Decimal("0.01")
    assert {(leg["instId"], leg["side"]) for trade in trades for leg in trade["legs"]} == {
        (SPOT, "sell"),
        (SWAP, "buy"),
    }
    (position,) = await ask("Account.get_positions", instType="SWAP")
    assert Decimal(position["pos"]) == 1


async def test_python_okx_is_refused_as_by_the_exchange(ask: Ask, sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    poor = await ask("Trade.place_order", SPOT, "cash", "buy", "limit", "10", px=str(bid), whole=True)
    assert (poor["code"], poor["data"][0]["sCode"]) == ("1", "51008")
    gone = await ask("Trade.cancel_order", SPOT, ordId="1", whole=True)
    assert (gone["code"], gone["data"][0]["sCode"]) == ("1", "51400")
    assert (await ask("Trade.get_order", SPOT, ordId="1", whole=True))["code"] == "51603"


# -- ccxt


@asynccontextmanager
async def _ccxt(ccxt_pro: Any, sim: Exchange) -> AsyncIterator[Any]:
    key, secret, phrase = plain(sim)
    urls = {"urls": {"api": {"rest": sim.rest, "ws": f"{sim.ws}/ws/v5"}}}
    client = ccxt_pro.okx({"apiKey": key, "secret": secret, "password": phrase, **urls})
    yield client
    await client.close()


@pytest.fixture
async def okx(ccxt_pro: Any, sim: Exchange) -> AsyncIterator[Any]:
    """ccxt's client with a key."""
    async with _ccxt(ccxt_pro, sim) as client:
        yield client


async def test_ccxt_places_edits_and_cancels(okx: Any, sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    px = float(bid - 100)
    placed = await okx.create_order("BTC/USDT", "limit", "buy", 0.01, px, {"clientOrderId": "mine"})
    order = await okx.fetch_order(placed["id"], "BTC/USDT")
    assert (order["status"], order["price"], order["amount"]) == ("open", px, 0.01)
    assert order["clientOrderId"].endswith("mine")
    await okx.edit_order(placed["id"], "BTC/USDT", "limit", "buy", 0.02, px - 100)
    (order,) = await okx.fetch_open_orders("BTC/USDT")
    assert (order["id"], order["price"], order["amount"]) == (placed["id"], px - 100, 0.02)
    balance = await okx.fetch_balance()
    assert balance["USDT"]["used"] == pytest.approx((px - 100) * 0.02)
    assert balance["USDT"]["total"] == float(cash(sim, "USDT"))
    await okx.cancel_order(placed["id"], "BTC/USDT")
    assert await okx.fetch_open_orders("BTC/USDT") == []
    assert [order["status"] for order in await okx.fetch_canceled_orders("BTC/USDT")] == ["canceled"]


async def test_ccxt_batches(okx: Any, sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    order = {"symbol": "BTC/USDT", "type": "limit", "side": "buy", "price": float(bid - 100)}
    placed = await okx.create_orders([order | {"amount": 0.01}, order | {"amount": 0.02}])
    assert len({one["id"] for one in placed}) == 2
    assert {one["amount"] for one in await okx.fetch_open_orders("BTC/USDT")} == {0.01, 0.02}
    await okx.cancel_orders([one["id"] for one in placed], "BTC/USDT")
    assert await okx.fetch_open_orders("BTC/USDT") == []


async def test_ccxt_trades_a_perpetual_and_reads_what_came_of_it(okx: Any, sim: Exchange) -> None:
    await okx.set_leverage(5, "BTC/USDT:USDT", {"mgnMode": "cross"})
    before = cash(sim, "USDT")
    placed = await okx.create_order("BTC/USDT:USDT", "market", "sell", 12, params={"marginMode": "cross"})
    trades = await okx.fetch_my_trades("BTC/USDT:USDT")
    assert {trade["order"] for trade in trades} == {placed["id"]}
    assert sum(trade["amount"] for trade in trades) == pytest.approx(12)
    fees = sum(Decimal(str(trade["fee"]["cost"])) for trade in trades)
    assert float(before - fees) == pytest.approx(float(cash(sim, "USDT")), rel=1e-12)
    (position,) = await okx.fetch_positions(["BTC/USDT:USDT"])
    assert (position["side"], position["contracts"], position["leverage"]) == ("short", 12, 5)
    assert position["liquidationPrice"] is None or position["liquidationPrice"] > position["entryPrice"]
    await okx.create_order("BTC/USDT:USDT", "market", "buy", 12, params={"marginMode": "cross", "reduceOnly": True})
    assert await okx.fetch_positions(["BTC/USDT:USDT"]) == []
    assert (await okx.fetch_balance())["USDT"]["total"] == float(cash(sim, "USDT"))


async def test_ccxt_keeps_long_and_short_apart_and_changes_the_leverage_of_what_is_open(
    okx: Any, sim: Exchange
) -> None:
    await okx.set_position_mode(True)
    params = {"marginMode": "isolated", "hedged": True}
    for side, margin in (("buy", params), ("sell", params), ("buy", params | {"marginMode": "cross"})):
        await okx.create_order("BTC/USDT:USDT", "market", side, 2, params=margin)
    held = {(each["marginMode"], each["side"]): each for each in await okx.fetch_positions(["BTC/USDT:USDT"])}
    assert set(held) == {("isolated", "long"), ("isolated", "short"), ("cross", "long")}
    assert {(each["contracts"], each["hedged"]) for each in held.values()} == {(2, True)}
    await okx.set_leverage(10, "BTC/USDT:USDT", {"marginMode": "isolated", "posSide": "long"})
    await okx.set_leverage(8, "BTC/USDT:USDT", {"marginMode": "cross"})
    after = {(each["marginMode"], each["side"]): each for each in await okx.fetch_positions(["BTC/USDT:USDT"])}
    assert {key: each["leverage"] for key, each in after.items()} == {
        ("isolated", "long"): 10,
        ("isolated", "short"): 3,
        ("cross", "long"): 8,
    }
    was, now = (each["isolated", "long"]["initialMargin"] for each in (held, after))
    assert now == pytest.approx(was * 3 / 10)
    for mode, side in held:
        await okx.close_position("BTC/USDT:USDT", side, {"marginMode": mode})
    assert await okx.fetch_positions(["BTC/USDT:USDT"]) == []
    ended = await okx.fetch_positions_history(["BTC/USDT:USDT"])
    assert sorted((each["marginMode"], each["side"]) for each in ended) == sorted(held)


async def test_ccxt_lets_orders_wait(okx: Any, sim: Exchange) -> None:
    sim.user().mode = Mode.MULTI_CURRENCY  # where pairs are traded as ``cross``, as it takes for granted of stops
    bid, _ = touch(sim, SPOT)
    px, cross = float(bid), {"tdMode": "cross"}
    trigger = await okx.create_order("BTC/USDT", "limit", "buy", 0.01, px - 300, {"triggerPrice": px - 200, **cross})
    loss = await okx.create_order("BTC/USDT", "limit", "sell", 0.01, px - 300, {"stopLossPrice": px - 200})
    profit = await okx.create_order("BTC/USDT", "market", "sell", 0.01, None, {"takeProfitPrice": px + 2000})
    both = {"stopLossPrice": px - 2000, "takeProfitPrice": px + 2000}
    pair = await okx.create_order("BTC/USDT", "oco", "sell", 0.01, None, both)
    trail = await okx.create_order("BTC/USDT", "market", "sell", 0.01, None, {"trailingPercent": 5, **cross})

    async def waiting(kind: str) -> dict[str, Any]:
        return {each["id"]: each for each in await okx.fetch_open_orders("BTC/USDT", params={"ordType": kind})}

    assert (await waiting("trigger"))[trigger["id"]]["triggerPrice"] == px - 200
    stops = await waiting("conditional")
    assert (stops[loss["id"]]["stopLossPrice"], stops[profit["id"]]["takeProfitPrice"]) == (px - 200, px + 2000)
    assert {name: (await waiting("oco"))[pair["id"]][name] for name in both} == both
    assert set(await waiting("move_order_stop")) == {trail["id"]}
    await okx.cancel_orders([trigger["id"], loss["id"], profit["id"], pair["id"]], "BTC/USDT", {"trigger": True})
    await okx.cancel_order(trail["id"], "BTC/USDT", {"trailing": True})
    for kind in ("trigger", "conditional", "oco", "move_order_stop"):
        assert await waiting(kind) == {}
    told = {"ordType": "oco", "trigger": True}
    assert [each["id"] for each in await okx.fetch_canceled_orders("BTC/USDT", params=told)] == [pair["id"]]


async def test_ccxt_reads_its_ledger_and_what_funding_cost(ccxt_pro: Any) -> None:
    due = 60_800 * FUNDING_MS
    async with Exchange(seed=7, rate=0, start=due - 5_000, step_ms=1_000) as sim, _ccxt(ccxt_pro, sim) as okx:
        await okx.create_order("BTC/USDT:USDT", "market", "buy", 12, params={"marginMode": "cross"})
        bought = await okx.create_order("BTC/USDT", "limit", "buy", 0.5, float(touch(sim, SPOT)[1]))
        trades = await okx.fetch_order_trades(bought["id"], "BTC/USDT")
        entries = [each for each in await okx.fetch_ledger() if each["referenceId"] == bought["id"]]
        assert len(entries) == 2 * len(trades)
        assert sum(each["fee"]["cost"] for each in entries) == pytest.approx(
            sum(each["fee"]["cost"] for each in trades)
        )
        got = sum(each["amount"] for each in entries if each["currency"] == "BTC")
        assert got == pytest.approx(sum(each["amount"] - each["fee"]["cost"] for each in trades))
        newest = max(entries, key=lambda each: int(each["id"]))
        assert newest["after"] == float(cash(sim, newest["currency"]))
        before = cash(sim, "USDT")
        assert await okx.fetch_funding_history("BTC/USDT:USDT") == []
        await sim.step(10)
        (paid,) = await okx.fetch_funding_history("BTC/USDT:USDT")
        assert paid["timestamp"] == due
        assert paid["amount"] == pytest.approx(float(cash(sim, "USDT") - before))


async def test_ccxt_is_refused_as_by_the_exchange(okx: Any, sim: Exchange, ccxt_pro: Any) -> None:
    bid, _ = touch(sim, SPOT)
    with pytest.raises(ccxt_pro.InsufficientFunds):
        await okx.create_order("BTC/USDT", "limit", "buy", 10, float(bid))
    with pytest.raises(ccxt_pro.OrderNotFound):
        await okx.cancel_order("1", "BTC/USDT")
    okx.secret = "wrong"
    with pytest.raises(ccxt_pro.AuthenticationError):
        await okx.fetch_balance()


async def test_ccxt_watches_its_orders_and_balance(okx: Any, sim: Exchange) -> None:
    await okx.load_markets()
    bid, _ = touch(sim, SPOT)
    watching = asyncio.ensure_future(okx.watch_orders("BTC/USDT"))
    await steps_until(sim, lambda: sim.accounts.private.heard(sim.user(), "orders"))
    placed = await okx.create_order("BTC/USDT", "limit", "buy", 0.01, float(bid - 100))
    (order,) = await while_it_moves(sim, watching)
    assert (order["id"], order["status"], order["amount"]) == (placed["id"], "open", 0.01)
    balance = await while_it_moves(sim, okx.watch_balance())
    assert balance["USDT"]["total"] == float(cash(sim, "USDT"))
    done = asyncio.ensure_future(okx.watch_orders("BTC/USDT"))
    await okx.cancel_order(placed["id"], "BTC/USDT")
    (order,) = await while_it_moves(sim, done)
    assert (order["id"], order["status"]) == (placed["id"], "canceled")


async def test_ccxt_orders_over_the_socket(okx: Any, sim: Exchange) -> None:
    await okx.load_markets()
    bid, _ = touch(sim, SPOT)
    placed = await while_it_moves(sim, okx.create_order_ws("BTC/USDT", "limit", "buy", 0.01, float(bid - 100)))
    (order,) = await okx.fetch_open_orders("BTC/USDT")
    assert order["id"] == placed["id"]
    await while_it_moves(sim, okx.edit_order_ws(placed["id"], "BTC/USDT", "limit", "buy", 0.02, float(bid - 200)))
    assert (await okx.fetch_order(placed["id"], "BTC/USDT"))["amount"] == 0.02
    await while_it_moves(sim, okx.cancel_order_ws(placed["id"], "BTC/USDT"))
    assert await okx.fetch_open_orders("BTC/USDT") == []
