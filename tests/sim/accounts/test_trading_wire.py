"""Trading over the wire: the library's own client over REST, raw frames on the sockets, and what each is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from okx_async import OKX, Refused
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.engine import Match
from okx_async.v5 import channels
from okx_async.v5.models.account import BalanceAndPosition, Position, RiskWarning
from okx_async.v5.models.account_records import ClosedPositionRecord
from okx_async.v5.models.trade import Fill, FillUpdate, Order, OrderUpdate
from tests.sim.accounts.desk import Json, frozen
from tests.sim.accounts.test_operations import do
from tests.sim.accounts.test_private_channels import line, pushed
from tests.sim.wire import NaiveBook, arg, connect

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
ANY = {"channel": "orders", "instType": "ANY"}


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with frozen() as exchange:
        yield exchange


@pytest.fixture
async def one(sim: Exchange) -> AsyncIterator[OKX]:
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        yield okx


@pytest.fixture
async def two(sim: Exchange) -> AsyncIterator[OKX]:
    async with OKX(sim.credentials[1], site=sim.site) as okx:
        yield okx


def touch(sim: Exchange, inst_id: str) -> tuple[Decimal, Decimal]:
    """Return the best bid and the best ask."""
    truth = sim.truth(inst_id)
    return Decimal(truth.bids[0][0]), Decimal(truth.asks[0][0])


def code_of(sim: Exchange, inst_id: str) -> int:
    return next(each.code for each in sim.instruments if each.inst_id == inst_id)


# -- the client over REST


async def test_the_client_places_reads_changes_and_cancels(sim: Exchange, one: OKX) -> None:
    bid, _ = touch(sim, SPOT)
    placed = await one.trade.place_order(
        SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 10, cl_ord_id="abc", tag="mark"
    )
    assert (placed.s_code, placed.s_msg) == ("0", "Order placed")
    assert (placed.cl_ord_id, placed.tag) == ("abc", "mark")
    order = await one.trade.order(SPOT, cl_ord_id="abc")
    assert (order.ord_id, order.state, order.px, order.sz) == (placed.ord_id, "live", bid - 10, Decimal("0.01"))
    changed = await one.trade.amend_order(SPOT, ord_id=placed.ord_id, new_px=bid - 20, req_id="r1")
    assert (changed.req_id, changed.s_code) == ("r1", "0")
    (pending,) = await one.trade.orders_pending()
    assert pending.px == bid - 20
    await one.trade.cancel_order(SPOT, ord_id=placed.ord_id)
    assert await one.trade.orders_pending() == []
    over = await one.trade.cancel_order(SPOT, ord_id=placed.ord_id)
    assert (over.s_code, over.already_gone) == ("51400", True)


async def test_the_client_gets_a_refusal_with_the_orders_own_code_and_a_row_for_each_of_a_batch(
    sim: Exchange, one: OKX
) -> None:
    bid, _ = touch(sim, SPOT)
    with pytest.raises(Refused) as refused:
        await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal(3), px=bid)
    assert refused.value.code == "51008"
    good: dict[str, Any] = {"inst_id": SPOT, "td_mode": "cash", "side": "buy", "ord_type": "limit", "px": bid - 10}
    rows = await one.trade.place_batch_orders([good | {"sz": Decimal("0.01")}, good | {"sz": Decimal(3)}])
    assert [row.s_code for row in rows] == ["0", "51008"]
    assert len(await one.trade.orders_pending()) == 1


async def test_two_clients_trade_a_perpetual_and_close_again(sim: Exchange, one: OKX, two: OKX) -> None:
    bid, ask = touch(sim, SWAP)
    price = (bid + ask) / 2 if ask - bid > Decimal("0.2") else ask
    await one.trade.place_order(SWAP, "cross", "sell", "limit", Decimal(50), px=price)
    await two.trade.place_order(SWAP, "cross", "buy", "limit", Decimal("2.5"), px=bid - 5)
    await two.trade.place_order(SWAP, "cross", "buy", "ioc", Decimal(50), px=price)
    (long,), (short,) = await two.account.positions(), await one.account.positions()
    assert long.pos is not None
    assert short.pos is not None
    assert long.pos > 0 > short.pos
    fills = await two.trade.fills("SWAP")
    assert sum(fill.fill_sz or 0 for fill in fills) == long.pos
    before = await one.trade.fills("SWAP")
    assert {fill.exec_type for fill in before} == {"M"}
    closed = await two.trade.close_position(SWAP, "cross", auto_cxl=True)
    assert (closed.inst_id, closed.pos_side) == (SWAP, "net")
    assert await two.account.positions() == []
    (ended,) = await two.account.positions_history()
    assert ended.direction == "long"
    for ccy in ("USDT", "BTC"):
        assert sim.ledger.total(ccy) == 0


async def test_the_countdown_runs_on_the_exchanges_time(sim: Exchange, one: OKX) -> None:
    bid, _ = touch(sim, SPOT)
    placed = await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 10)
    countdown = await one.trade.cancel_all_after(10)
    assert countdown.trigger_time is not None
    await sim.advance(10)
    order = await one.trade.order(SPOT, placed.ord_id)
    assert (order.state, order.cancel_source) == ("canceled", "20")


async def test_an_order_past_its_time_is_not_placed(sim: Exchange, one: OKX) -> None:
    bid, _ = touch(sim, SPOT)
    with pytest.raises(Refused) as refused:
        await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid, exp_time=sim.now - 1)
    assert refused.value.code == "50036"
    assert await one.trade.orders_pending() == []


# -- operations


async def test_operations_place_change_and_cancel_by_number(sim: Exchange) -> None:
    bid, _ = touch(sim, SPOT)
    number = code_of(sim, SPOT)
    order = {"instIdCode": number, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": str(bid)}
    async with line(sim) as client:
        reply = await do(client, "order", order | {"clOrdId": "one"})
        assert (reply["code"], reply["data"][0]["clOrdId"]) == ("0", "one")
        name = {"instIdCode": number, "ordId": reply["data"][0]["ordId"]}
        reply = await do(client, "batch-orders", order, order | {"sz": "9"})
        assert (reply["code"], [row["sCode"] for row in reply["data"]]) == ("2", ["0", "51008"])
        reply = await do(client, "amend-order", name | {"newSz": "0.02", "reqId": "r"})
        assert (reply["data"][0]["sCode"], reply["data"][0]["reqId"]) == ("0", "r")
        reply = await do(client, "batch-amend-orders", name | {"newSz": "0.03"}, name | {"newSz": "0.04"})
        assert [row["sCode"] for row in reply["data"]] == ["0", "51512"]
        reply = await do(client, "cancel-order", name)
        assert (reply["code"], reply["data"][0]["sCode"]) == ("0", "0")
        reply = await do(client, "batch-cancel-orders", name)
        assert (reply["code"], reply["data"][0]["sCode"]) == ("1", "51400")
        reply = await do(client, "mass-cancel", {"instType": "OPTION", "instFamily": "BTC-USD"})
        assert reply["data"] == [{"result": True}]


@pytest.mark.parametrize(("named", "code"), [({"instId": SPOT}, "50014"), ({"instIdCode": 9}, "51001")])
async def test_operations_know_instruments_by_number_alone(sim: Exchange, named: Json, code: str) -> None:
    order = {"tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "60000", **named}
    async with line(sim) as client:
        reply = await do(client, "order", order)
        assert code in (reply["code"], *(row["sCode"] for row in reply["data"]))


# -- private channels


async def test_an_order_is_told_from_life_to_end_before_positions_and_money(sim: Exchange, one: OKX) -> None:
    _, ask = touch(sim, SWAP)
    channels_of = ({"channel": "fills"}, ANY, {"channel": "positions", "instType": "SWAP"}, {"channel": "account"})
    async with line(sim, *channels_of, {"channel": "balance_and_position"}) as client:
        await pushed(client)
        await one.trade.place_order(SWAP, "cross", "buy", "ioc", Decimal("0.01"), px=ask)
        messages = await pushed(client)
        order = [(message["arg"]["channel"], message["data"][0]) for message in messages]
        assert [name for name, _ in order][:3] == ["orders", "fills", "orders"]
        assert {name for name, _ in order[3:]} == {"positions", "account", "balance_and_position"}
        live, done = order[0][1], order[2][1]
        assert (live["state"], live["fillSz"], live["tradeId"]) == ("live", "0", "")
        assert (done["state"], done["fillSz"], done["execType"]) == ("filled", "0.01", "T")
        assert done["tradeId"] == order[1][1]["tradeId"]
        assert done["fillFee"] == done["fee"]
        changes = [row for name, row in order if name == "balance_and_position"]
        assert {row["eventType"] for row in changes} == {"filled"}
        (moved,) = [row for row in changes if row["posData"]]
        assert moved["posData"][0]["pos"] == "0.01"
        assert moved["trades"] == [{"instId": SWAP, "tradeId": done["tradeId"]}]


async def test_what_is_pushed_goes_to_its_own_user_and_type_only(sim: Exchange, one: OKX) -> None:
    bid, _ = touch(sim, SPOT)
    async with line(sim, ANY, key=1) as other, line(sim, {"channel": "orders", "instType": "SWAP"}) as swaps:
        await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 5)
        assert await pushed(other) == []
        assert await pushed(swaps) == []


async def test_post_only_orders_are_told_alive_only_once_they_rest(sim: Exchange, one: OKX) -> None:
    bid, ask = touch(sim, SPOT)
    async with line(sim, ANY) as client:
        await one.trade.place_order(SPOT, "cash", "buy", "post_only", Decimal("0.01"), px=ask)
        (only,) = await pushed(client)
        assert (only["data"][0]["state"], only["data"][0]["cancelSource"]) == ("canceled", "31")
        await one.trade.place_order(SPOT, "cash", "buy", "post_only", Decimal("0.01"), px=bid)
        (only,) = await pushed(client)
        assert only["data"][0]["state"] == "live"


async def test_changes_are_told_with_their_own_name_and_result(sim: Exchange, one: OKX) -> None:
    bid, _ = touch(sim, SPOT)
    placed = await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 5)
    async with line(sim, ANY) as client:
        await one.trade.amend_order(SPOT, ord_id=placed.ord_id, new_px=bid - 6, req_id="r1")
        await one.trade.amend_order(SPOT, ord_id=placed.ord_id, new_sz=Decimal(90), req_id="r2", cxl_on_fail=True)
        rows = [message["data"][0] for message in await pushed(client)]
        assert [(row["reqId"], row["amendResult"], row["state"]) for row in rows] == [
            ("r1", "0", "live"),
            ("r2", "1", "canceled"),
        ]


async def test_positions_are_shown_at_once_by_type_family_and_name(sim: Exchange, one: OKX) -> None:
    await one.trade.place_order(SWAP, "cross", "buy", "market", Decimal(1))
    for more, amount in (
        ({"instType": "ANY"}, 1),
        ({"instType": "FUTURES"}, 0),
        ({"instType": "SWAP", "instFamily": "BTC-USD"}, 0),
        ({"instType": "SWAP", "instId": SWAP, "instFamily": "BTC-USD"}, 1),
    ):
        async with line(sim, {"channel": "positions", **more}) as client:
            (page,) = await pushed(client)
            assert (page["eventType"], page["lastPage"], len(page["data"])) == ("snapshot", True, amount)


async def test_a_user_is_warned_once_before_a_liquidation_and_then_told_of_it(sim: Exchange) -> None:
    user = sim.user(0)
    user.settings["leverage", SWAP, "isolated", ""] = "50"
    market = sim.accounts.markets[SWAP]
    wanted = ({"channel": "liquidation-warning", "instType": "ANY"}, ANY, {"channel": "fills"})
    async with OKX(sim.credentials[0], site=sim.site) as okx, line(sim, *wanted) as client:
        await okx.trade.place_order(SWAP, "isolated", "buy", "market", Decimal(1))
        await pushed(client)
        price = market.tape.last.price
        for percent in (Decimal("99.5"), Decimal("99.4"), Decimal(97)):
            _print(sim, int(price * percent / 100))
        told = [(message["arg"]["channel"], message["data"][0]) for message in await pushed(client)]
        assert [name for name, _ in told] == ["liquidation-warning", "orders"]
        assert told[1][1]["category"] == "full_liquidation"
        (row,) = [row for name, row in told if name == "liquidation-warning"]
        assert unmodelled(RiskWarning, row) == set()
        assert Decimal(row["mgnRatio"]) < 3


def _print(sim: Exchange, ticks: int) -> None:
    """Let a trade of strangers happen at a price and everything that follows from it."""
    market = sim.accounts.markets[SWAP]
    market.tape.record([Match(0, 0, ticks, 1, True)], sim.now)
    sim.venue.step(sim.now, {SWAP: market})


# -- rows


def _names(row: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(row)}


async def test_rows_have_the_documented_fields_and_no_others(sim: Exchange, one: OKX) -> None:
    _, ask = touch(sim, SWAP)
    user = sim.user(0)
    async with line(sim, ANY, {"channel": "fills"}, {"channel": "balance_and_position"}) as client:
        await pushed(client)
        await one.trade.place_order(SWAP, "cross", "buy", "limit", Decimal("0.01"), px=ask)
        messages = await pushed(client)
    rows = sim.venue.rows
    order = next(sim.venue.orders.history(user.uid))
    (position,) = sim.venue.positions.of(user.uid)
    told = {message["arg"]["channel"]: message["data"][0] for message in messages}
    for written, model in (
        (rows.order(order), Order),
        (rows.fill(order, order.fills[0]), Fill),
        (rows.position(position), Position),
        (told["orders"], OrderUpdate),
        (told["fills"], FillUpdate),
        (told["balance_and_position"], BalanceAndPosition),
    ):
        assert unmodelled(model, written) == set(), model
    # What the channel of positions alone has, and a text that one client saw once.
    assert _names(Order) - rows.order(order).keys() == set()
    assert _names(Fill) - rows.fill(order, order.fills[0]).keys() == set()
    assert _names(Position) - rows.position(position).keys() == {"pTime"}
    assert _names(OrderUpdate) - told["orders"].keys() == {"riskBypassResult"}
    await one.trade.close_position(SWAP, "cross")
    (ended,) = sim.venue.positions.ended[user.uid]
    assert unmodelled(ClosedPositionRecord, rows.closed(ended)) == set()
    assert _names(ClosedPositionRecord) - rows.closed(ended).keys() == set()


# -- public data


async def test_the_public_sees_a_users_order_and_its_trade_and_the_chain_holds(
    sim: Exchange, one: OKX, two: OKX
) -> None:
    bid, ask = touch(sim, SPOT)
    async with connect(sim.ws) as client:
        await client.send("subscribe", arg("books"), arg("trades"))
        book = NaiveBook()
        for message in await pushed(client):
            if message["arg"]["channel"] == "books":
                book.apply(message)
        await one.trade.place_order(SPOT, "cash", "sell", "limit", Decimal("0.5"), px=ask + Decimal("0.3"))
        await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.7"), px=bid)
        await sim.step()
        for message in await pushed(client):
            book.apply(message)
        assert book.levels == sim.truth(SPOT).top(400)
        await two.trade.place_order(SPOT, "cash", "sell", "ioc", Decimal("0.001"), px=bid)
        await sim.step()
        trades = []
        for message in await pushed(client):
            if message["arg"]["channel"] == "books":
                book.apply(message)
            else:
                trades += message["data"]
        assert [(row["px"], row["sz"], row["side"]) for row in trades] == [(str(bid), "0.001", "sell")]
        assert book.levels == sim.truth(SPOT).top(400)
        (latest, *_) = await one.market.trades(SPOT)
        assert latest.trade_id == trades[0]["tradeId"]


async def test_the_client_hears_of_its_order_by_subscription(sim: Exchange, one: OKX) -> None:
    bid, _ = touch(sim, SPOT)
    async with one.subscribe(channels.orders("SPOT")) as orders:
        await orders.ready()
        placed = await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 5)
        update = await anext(aiter(orders))
        assert isinstance(update, OrderUpdate)
        assert (update.ord_id, update.state) == (placed.ord_id, "live")


async def test_the_account_is_told_of_the_currency_that_an_order_sets_aside(sim: Exchange, one: OKX) -> None:
    """What a purchase holds is its quote currency, though its fee will be in the other."""
    bid, ask = touch(sim, SPOT)

    async def frozen_now(client: Any) -> list[dict[str, str]]:
        messages = [message for message in await pushed(client) if message["arg"]["channel"] == "account"]
        return [{row["ccy"]: row["ordFrozen"] for row in message["data"][0]["details"]} for message in messages]

    async with line(sim, {"channel": "account"}) as client:
        await pushed(client)
        bought = await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 5)
        assert await frozen_now(client) == [{"USDT": format((bid - 5) * Decimal("0.01"), "f").rstrip("0")}]
        await one.trade.amend_order(SPOT, ord_id=bought.ord_id, new_sz=Decimal("0.1"))
        assert await frozen_now(client) == [{"USDT": format((bid - 5) * Decimal("0.1"), "f").rstrip("0")}]
        await one.trade.cancel_order(SPOT, ord_id=bought.ord_id)
        assert await frozen_now(client) == [{"USDT": "0"}]
        await one.trade.place_order(SPOT, "cash", "sell", "limit", Decimal("0.01"), px=ask + 5)
        assert await frozen_now(client) == [{"BTC": "0.01"}]


async def test_pushes_have_a_zero_where_rest_has_nothing(sim: Exchange, one: OKX) -> None:
    """The mean price before a fill and a pair's leverage, in recordings; others' clients read numbers there."""
    bid, _ = touch(sim, SPOT)
    async with line(sim, ANY) as client:
        placed = await one.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=bid - 5)
        await one.trade.place_order(SWAP, "cross", "buy", "market", Decimal(1))
        pair, live, filled = (message["data"][0] for message in await pushed(client))
    assert [(row["avgPx"], row["lever"]) for row in (pair, live)] == [("0", "0"), ("0", "3")]
    assert filled["avgPx"] == filled["fillPx"]
    order = await one.trade.order(SPOT, ord_id=placed.ord_id)
    assert (order.avg_px, order.lever) == (None, None)
