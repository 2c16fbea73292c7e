"""Orders for spreads: what they trade with, what their legs become, what they are refused for and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.query_v5 import Refusal
from okx_async.v5 import channels
from okx_async.v5.models.spread import SpreadOrder, SpreadTrade
from tests.sim.accounts.desk import quiet
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json

SPREAD = f"{SPOT}_{SWAP}"
LOTS = {SPOT: 10**8, SWAP: 10**4}
"""Of one coin."""

ONE, TWO = 0, 2


def level(floor: Floor, inst_id: str, buy: bool, price: int, coins: str) -> None:
    floor.markets[inst_id].book.submit(buy, price * 10, int(Decimal(coins) * LOTS[inst_id]))


@pytest.fixture
def floor() -> Floor:
    """The legs offer one coin at 60 and two at 70, and bid for one at 20 and two at 10."""
    floor = Floor(vip=(0, 0, 5)).empty_at_60000(SPOT, SWAP)
    level(floor, SPOT, True, 59_990, "10")
    level(floor, SPOT, False, 60_010, "10")
    level(floor, SWAP, False, 60_050, "1")
    level(floor, SWAP, False, 60_060, "2")
    level(floor, SWAP, True, 60_030, "1")
    level(floor, SWAP, True, 60_020, "2")
    return floor


def place(floor: Floor, user: User, side: str, sz: str, px: str, ord_type: str = "limit", **more: Any) -> Json:
    """Place an order and return its row."""
    fields = {"sprdId": SPREAD, "side": side, "ordType": ord_type, "sz": sz, "px": px, **more}
    try:
        row: Json = floor.ask(user, "sprd/order", fields)[0]
    except Refusal as refusal:
        return {"sCode": refusal.code, "ordId": ""}
    return row


def order(floor: Floor, user: User, row: Json) -> Json:
    assert row["sCode"] == "0", row
    told: Json = floor.ask(user, "?sprd/order", {"ordId": row["ordId"]})[0]
    return told


def book(floor: Floor) -> dict[str, list[list[str]]]:
    return floor.venue.beside.spreads.all()[SPREAD].book(5)


def test_an_order_takes_what_the_legs_offer_level_by_level(floor: Floor) -> None:
    user = floor.user()
    before = {ccy: floor.cash(user, ccy) for ccy in ("USDT", "BTC")}
    assert book(floor)["asks"] == [["60", "1", "1"], ["70", "2", "1"]]
    done = order(floor, user, place(floor, user, "buy", "1.5", "70", clOrdId="mine"))
    assert (done["state"], done["accFillSz"], done["pendingFillSz"], done["canceledSz"]) == ("filled", "1.5", "0", "0")
    assert Decimal(done["avgPx"]) == pytest.approx(Decimal(190) / 3)
    # Each level is settled at the prices of the legs: the near one is sold, the far one bought.
    newest, oldest = floor.ask(user, "?sprd/trades", {"ordId": done["ordId"]})
    assert [(each["fillPx"], each["fillSz"], each["execType"]) for each in (oldest, newest)] == [
        ("60", "1", "T"),
        ("70", "0.5", "T"),
    ]
    near, far = oldest["legs"]
    assert (near["instId"], near["px"], near["sz"], near["szCont"], near["side"]) == (SPOT, "59990", "1", "", "sell")
    assert (far["instId"], far["px"], far["sz"], far["szCont"], far["side"]) == (SWAP, "60050", "1", "100", "buy")
    fees = {ccy: Decimal(0) for ccy in before}
    for trade in (oldest, newest):
        for leg in trade["legs"]:
            fees[leg["feeCcy"]] += Decimal(leg["fee"])
    assert floor.cash(user, "BTC") == before["BTC"] - Decimal("1.5")
    assert floor.cash(user, "USDT") == before["USDT"] + Decimal("1.5") * 59_990 + fees["USDT"]
    (position,) = floor.positions(user)
    assert (position["instId"], position["pos"], position["mgnMode"]) == (SWAP, "150", "cross")
    assert {row["ordId"] for row in floor.ask(user, "?trade/fills")} == {done["ordId"]}
    floor.conserved()


def test_what_was_taken_is_gone_until_a_leg_moves(floor: Floor) -> None:
    user = floor.user()
    asked = floor.venue.beside.spreads.all()[SPREAD].seq_id
    place(floor, user, "buy", "0.4", "60")
    assert book(floor)["asks"] == [["60", "0.6", "1"], ["70", "2", "1"]]
    assert floor.venue.beside.spreads.all()[SPREAD].seq_id > asked
    floor.markets[SPOT].stir((), floor.clock.now())
    assert book(floor)["asks"][0] == ["60", "1", "1"]


@pytest.mark.parametrize(
    ("ord_type", "side", "px", "sz", "state", "filled", "why"),
    [
        ("limit", "buy", "50", "1", "live", "0", ""),
        ("limit", "buy", "60", "2", "partially_filled", "1", ""),
        ("post_only", "buy", "59.9", "1", "live", "0", ""),
        ("post_only", "buy", "60", "1", "canceled", "0", "31"),
        ("ioc", "buy", "60", "2", "canceled", "1", "14"),
        ("ioc", "sell", "20", "1", "filled", "1", ""),
        ("market", "buy", "-500", "4", "canceled", "3", "14"),
    ],
)
def test_what_becomes_of_each_type(
    floor: Floor, ord_type: str, side: str, px: str, sz: str, state: str, filled: str, why: str
) -> None:
    user = floor.user()
    done = order(floor, user, place(floor, user, side, sz, px, ord_type))
    assert (done["state"], done["accFillSz"], done["cancelSource"]) == (state, filled, why)
    pending = floor.ask(user, "?sprd/orders-pending", {"sprdId": SPREAD})
    assert pending == ([done] if state in ("live", "partially_filled") else [])
    history = floor.ask(user, "?sprd/orders-history") + floor.ask(user, "?sprd/orders-history-archive")
    assert history == ([] if pending else [done, done])
    floor.conserved()


def test_users_trade_with_each_other_before_the_legs(floor: Floor) -> None:
    maker, taker = floor.user(ONE), floor.user(TWO)
    resting = place(floor, maker, "sell", "1", "50")
    assert book(floor)["asks"][0] == ["50", "1", "1"]
    taking = place(floor, taker, "buy", "1.5", "60")
    assert order(floor, maker, resting)["state"] == "filled"
    trades = floor.ask(taker, "?sprd/trades", {"ordId": taking["ordId"]})
    assert [(each["fillPx"], each["fillSz"]) for each in reversed(trades)] == [("50", "1"), ("60", "0.5")]
    (mine,) = floor.ask(maker, "?sprd/trades")
    assert (mine["tradeId"], mine["execType"], mine["side"]) == (trades[1]["tradeId"], "M", "sell")
    assert [leg["tradeId"] for leg in mine["legs"]] == [leg["tradeId"] for leg in trades[1]["legs"]]
    near, far = (Decimal(leg["px"]) for leg in mine["legs"])
    assert far - near == 50
    # The lower tier pays the maker's rate, the higher one the taker's of its own tier.
    assert Decimal(mine["legs"][1]["fee"]) == -Decimal("0.0002") * far
    assert [each["pos"] for each in floor.positions(maker) + floor.positions(taker)] == ["-100", "150"]
    floor.conserved()


def test_what_rests_trades_when_the_legs_come_to_it(floor: Floor) -> None:
    user = floor.user()
    resting = place(floor, user, "buy", "2", "55")
    floor.step()
    assert order(floor, user, resting)["state"] == "live"
    level(floor, SWAP, False, 60_040, "0.5")
    floor.step()
    done = order(floor, user, resting)
    assert (done["state"], done["accFillSz"], done["fillPx"]) == ("partially_filled", "0.5", "55")
    assert book(floor)["bids"][0] == ["55", "1.5", "1"]
    assert floor.ask(user, "?sprd/trades")[0]["execType"] == "M"
    floor.conserved()


def test_an_owner_does_not_trade_with_itself(floor: Floor) -> None:
    master, sub = floor.user(), floor.user(SUB_NAME)
    resting = place(floor, master, "sell", "0.1", "50")
    taking = place(floor, sub, "buy", "0.1", "50")
    assert (order(floor, master, resting)["state"], order(floor, master, resting)["cancelSource"]) == ("canceled", "32")
    assert order(floor, sub, taking)["state"] == "live"


def test_who_cannot_bear_the_legs_any_more_is_cancelled(floor: Floor) -> None:
    maker, taker = floor.user(ONE), floor.user(TWO)
    resting = place(floor, maker, "buy", "4", "50")
    floor.good(maker, SPOT, "sell", "ioc", "4.5", "59990")
    taking = place(floor, taker, "sell", "1", "50")
    assert [order(floor, maker, resting)[name] for name in ("state", "cancelSource", "accFillSz")] == [
        "canceled",
        "34",
        "0",
    ]
    assert order(floor, taker, taking)["state"] == "live"
    assert floor.positions(maker) == floor.positions(taker) == []
    floor.conserved()


def test_amendments(floor: Floor) -> None:
    user, other = floor.user(ONE), floor.user(TWO)
    first, second = place(floor, user, "sell", "0.5", "55", clOrdId="a"), place(floor, other, "sell", "0.5", "55")

    def amend(**fields: str) -> Json:
        row: Json = floor.ask(user, "sprd/amend-order", fields)[0]
        return row

    assert amend(clOrdId="a", newSz="0.4", reqId="r1") == {
        "ordId": first["ordId"],
        "clOrdId": "a",
        "reqId": "r1",
        "newSz": "0.4",
        "newPx": "",
        "sCode": "0",
        "sMsg": "",
    }
    # What only becomes smaller keeps its place, what becomes larger goes behind.
    assert place(floor, other, "buy", "0.2", "54")["sCode"] == "0"
    quoted = [each.ord_id for each in floor.venue.beside.spreads.all()[SPREAD].quoted(True)]
    assert quoted == [int(first["ordId"]), int(second["ordId"])]
    amend(ordId=first["ordId"], newSz="0.8")
    quoted = [each.ord_id for each in floor.venue.beside.spreads.all()[SPREAD].quoted(True)]
    assert quoted == [int(second["ordId"]), int(first["ordId"])]
    amend(ordId=first["ordId"], newPx="54")
    assert (order(floor, user, first)["state"], order(floor, user, first)["accFillSz"]) == ("partially_filled", "0.2")
    amend(ordId=first["ordId"], newSz="0.2")
    assert order(floor, user, first)["state"] == "filled"


def test_countdown_and_mass_cancel(floor: Floor) -> None:
    user = floor.user()
    rows = [place(floor, user, "buy", "0.1", "10") for _ in range(3)]
    floor.ask(user, "sprd/cancel-order", {"ordId": rows[0]["ordId"]})
    assert order(floor, user, rows[0])["cancelSource"] == "1"
    (told,) = floor.ask(user, "sprd/cancel-all-after", {"timeOut": "10"})
    assert int(told["triggerTime"]) == floor.clock.now() + 10_000
    floor.ask(user, "sprd/cancel-all-after", {"timeOut": "0"})
    other = next(name for name in floor.venue.beside.spreads.all() if name != SPREAD)
    assert floor.ask(user, "sprd/mass-cancel", {"sprdId": other}) == [{"result": True}]
    assert len(floor.ask(user, "?sprd/orders-pending")) == 2
    floor.ask(user, "sprd/mass-cancel", {"sprdId": SPREAD})
    assert floor.ask(user, "?sprd/orders-pending") == []
    assert not floor.office.balances.holdings.working(user)
    row = place(floor, user, "buy", "0.1", "10")
    assert floor.office.balances.holdings.working(user)
    floor.ask(user, "sprd/cancel-all-after", {"timeOut": "10"})
    asyncio.run(floor.hands.advance(10))
    assert order(floor, user, row)["cancelSource"] == "20"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sprdId": "BTC-USDT_SOL-USDT"}, "51001"),
        ({"sz": ""}, "50014"),
        ({"sz": "0.00001"}, "51121"),
        ({"px": "1.23"}, "75003"),
        ({"px": "abc"}, "75003"),
        ({"side": "up"}, "51000"),
        ({"ordType": "fok"}, "51000"),
        ({"clOrdId": "a-b"}, "51000"),
        ({"sz": "100"}, "51008"),
    ],
)
def test_orders_that_are_refused(floor: Floor, fields: Json, code: str) -> None:
    good = {"side": "buy", "sz": "1", "px": "10", "ord_type": fields.pop("ordType", "limit")}
    assert place(floor, floor.user(), **good | fields)["sCode"] == code
    assert floor.ask(floor.user(), "?sprd/orders-pending") == []


def test_accounts_that_are_refused(floor: Floor) -> None:
    hedged, plain = floor.user(ONE), floor.user(TWO)
    hedged.hedged, plain.mode = True, Mode.SPOT
    assert place(floor, hedged, "buy", "0.1", "10")["sCode"] == "51010"
    assert place(floor, plain, "buy", "0.1", "10")["sCode"] == "51010"


def test_nothing_trades_while_a_leg_is_in_a_call_auction(floor: Floor) -> None:
    user = floor.user()
    row = place(floor, user, "buy", "1", "55")
    level(floor, SWAP, False, 60_040, "0.5")
    floor.markets[SPOT].auction = True
    floor.step()
    assert order(floor, user, row)["state"] == "live"
    assert book(floor) == {"asks": [], "bids": [["55", "1", "1"]]}
    assert place(floor, user, "buy", "1", "55")["sCode"] == "75002"
    assert floor.ask(user, "sprd/amend-order", {"ordId": row["ordId"], "newPx": "56"})[0]["sCode"] == "75002"
    floor.markets[SPOT].auction = False
    floor.step()
    assert order(floor, user, row)["accFillSz"] == "0.5"


def test_names_and_numbers_of_orders_are_limited(floor: Floor) -> None:
    user = floor.user()
    for _ in range(500):
        assert place(floor, user, "buy", "0.0001", "1")["sCode"] == "0"
    assert place(floor, user, "buy", "0.0001", "1")["sCode"] == "51025"
    floor.ask(user, "sprd/mass-cancel")
    place(floor, user, "buy", "0.1", "10", clOrdId="one")
    assert place(floor, user, "buy", "0.1", "10", clOrdId="one")["sCode"] == "51016"


@pytest.mark.parametrize(
    ("path", "state", "code"),
    [
        ("sprd/cancel-order", "unknown", "51400"),
        ("sprd/cancel-order", "canceled", "51401"),
        ("sprd/cancel-order", "filled", "51402"),
        ("sprd/amend-order", "unknown", "51503"),
        ("sprd/amend-order", "canceled", "51509"),
        ("sprd/amend-order", "filled", "51510"),
    ],
)
def test_what_has_ended_cannot_be_changed(floor: Floor, path: str, state: str, code: str) -> None:
    user = floor.user()
    row = place(floor, user, "buy", "1", "60" if state == "filled" else "10")
    if state == "canceled":
        floor.ask(user, "sprd/mass-cancel")
    name = "77" if state == "unknown" else row["ordId"]
    assert floor.ask(user, path, {"ordId": name, "newSz": "2"})[0]["sCode"] == code
    assert floor.ask(user, path, {"newSz": "2"})[0]["sCode"] == "51003"


def test_reading_what_is_not_there(floor: Floor) -> None:
    user = floor.user()
    for fields, code in (({}, "51003"), ({"ordId": "77"}, "51603")):
        with pytest.raises(Refusal) as caught:
            floor.ask(user, "?sprd/order", fields)
        assert caught.value.code == code
    row = place(floor, user, "buy", "1", "10")
    assert floor.ask(user, "sprd/amend-order", {"ordId": row["ordId"]})[0]["sCode"] == "51500"
    with pytest.raises(Refusal) as caught:
        floor.ask(user, "sprd/cancel-all-after", {"timeOut": "5"})
    assert caught.value.code == "51000"


def test_an_order_ends_with_its_leg(floor: Floor) -> None:
    user = floor.user()
    row = place(floor, user, "buy", "1", "10")
    del floor.markets[SWAP]
    floor.step()
    assert (order(floor, user, row)["state"], order(floor, user, row)["cancelSource"]) == ("canceled", "0")


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(limits=False, idle_timeout=1e9) as exchange:
        yield exchange


async def test_the_client_trades_spreads_and_hears_of_it(sim: Exchange) -> None:
    async with OKX(sim.credentials[0], site=sim.site) as okx, asyncio.timeout(20):
        orders, trades = okx.subscribe(channels.sprd_orders()), okx.subscribe(channels.sprd_trades(SPREAD))
        await orders.ready()
        await trades.ready()
        before = await okx.spread.books(SPREAD)
        assert before.asks
        price = Decimal(before.asks[0][0])
        placed = await okx.spread.place_order(SPREAD, "buy", "limit", "0.001", str(price), cl_ord_id="first")
        heard = [await anext(orders), await anext(orders)]
        assert all(isinstance(each, SpreadOrder) for each in heard)
        assert [(each.ord_id, each.state) for each in heard if isinstance(each, SpreadOrder)] == [
            (placed.ord_id, "live"),
            (placed.ord_id, "filled"),
        ]
        trade = await anext(trades)
        assert isinstance(trade, SpreadTrade)
        assert (trade.ord_id, trade.fill_px, len(trade.legs or ())) == (placed.ord_id, price, 2)
        (read,) = await okx.spread.trades(ord_id=placed.ord_id)
        assert read == trade
        over = await okx.spread.cancel_order(cl_ord_id="first")
        assert (over.s_code, over.already_gone) == ("51402", True)
        assert okx.pool.drift.seen == {}


async def test_operations_on_the_socket_do_what_rest_does(sim: Exchange) -> None:
    async with OKX(sim.credentials[0], site=sim.site, orders="ws") as okx, asyncio.timeout(20):
        placed = await okx.spread.place_order(SPREAD, "buy", "limit", "0.001", "-50")
        changed = await okx.spread.amend_order(placed.ord_id, new_sz="0.002")
        assert (changed.ord_id, changed.s_code) == (placed.ord_id, "0")
        (pending,) = await okx.spread.orders_pending(SPREAD)
        assert (pending.sz, pending.px) == (Decimal("0.002"), Decimal(-50))
        assert (await okx.spread.cancel_order(placed.ord_id)).ord_id == placed.ord_id
        assert (await okx.spread.mass_cancel(SPREAD)).result is True
        assert await okx.spread.orders_pending() == []
