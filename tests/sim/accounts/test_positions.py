"""Users' positions on the simulator: how they open, shrink and turn, what they cost, and when they are taken away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.leverage import LEVERAGE
from okx_async.sim.accounts.people import User
from okx_async.sim.derivatives import FUNDING_MS
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP, Floor
from tests.sim.wire import START

ONE, TWO = 0, 2


@pytest.fixture
def floor() -> Floor:
    """A floor whose first books hold nothing but what users put there, at a last price of 60000."""
    return Floor().empty_at_60000(SPOT, SWAP, INVERSE)


def leverage(user: User, lever: str, inst_id: str = SWAP, mode: str = "cross") -> None:
    user.settings[LEVERAGE, inst_id, mode, ""] = lever


def swap(floor: Floor, seller: User, buyer: User, sz: str, px: str, inst_id: str = SWAP, **more: Any) -> None:
    """Let one user sell to another: the seller makes the price and always opens or closes as net and cross."""
    floor.good(seller, inst_id, "sell", "limit", sz, px)
    floor.good(buyer, inst_id, "buy", "ioc", sz, px, **more)


# -- profit and loss


def test_a_linear_position_opens_grows_shrinks_and_turns_exactly(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    before = {user.uid: floor.cash(user, "USDT") for user in (short, long)}
    swap(floor, short, long, "10", "60000")
    swap(floor, short, long, "30", "60400")
    (position,) = floor.positions(long)
    assert (position["pos"], position["avgPx"], position["posSide"]) == ("40", "60300", "net")
    # 0.4 BTC: taker 0.05%, maker 0.02% of 24120.
    assert floor.cash(long, "USDT") == before[long.uid] - Decimal("12.06")
    assert floor.cash(short, "USDT") == before[short.uid] - Decimal("4.824")
    assert position["upl"] == "40"  # 0.4 x (60400 - 60300)
    assert floor.positions(short)[0]["upl"] == "-40"

    swap(floor, long, short, "15", "60500")
    (position,) = floor.positions(long)
    assert (position["pos"], position["avgPx"], position["pnl"]) == ("25", "60300", "30")

    swap(floor, long, short, "35", "60200")
    (position,) = floor.positions(long)
    assert (position["pos"], position["avgPx"], position["pnl"]) == ("-10", "60200", "0")
    (ended,) = floor.ask(long, "?account/positions-history")
    assert (ended["direction"], ended["type"], ended["pnl"]) == ("long", "2", "5")  # 30 - 25
    assert (ended["openAvgPx"], ended["closeAvgPx"]) == ("60300", "60312.5")
    assert (ended["openMaxPos"], ended["closeTotalPos"]) == ("40", "40")
    assert ended["posId"] == position["posId"]
    mark = floor.venue.margins
    profits = [
        sum((mark.upl(each) for each in floor.venue.positions.of(user.uid)), Decimal(0)) for user in (long, short)
    ]
    assert profits == [0, 0]
    fees = -sum(fill.fee for user in (long, short) for _, fill in floor.venue.orders.fills(user.uid))
    assert floor.cash(long, "USDT") + floor.cash(short, "USDT") == sum(before.values()) - fees
    floor.conserved()


def test_an_inverse_position_pays_in_coins(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    before = floor.cash(long, "BTC")
    swap(floor, short, long, "60", "60000", INVERSE)
    # 60 x 100 USD at 60000 are 0.1 BTC; the taker pays 0.05%.
    assert floor.cash(long, "BTC") == before - Decimal("0.00005")
    floor.print_at(INVERSE, "61200")
    swap(floor, long, short, "60", "61200", INVERSE)
    gain = (Decimal(6000) / Decimal(60000) - Decimal(6000) / Decimal(61200)).quantize(Decimal("1e-12"))
    fee = (Decimal(6000) / Decimal(61200) * Decimal("0.0002")).quantize(Decimal("1e-12"))
    assert floor.cash(long, "BTC") == before - Decimal("0.00005") + gain - fee
    assert floor.positions(long) == []
    floor.conserved()


def test_a_maker_of_the_highest_tier_is_paid() -> None:
    floor = Floor(vip=(9, 0))
    floor.empty(SWAP)
    floor.print_at(SWAP, "60000")
    before = floor.cash(floor.user(0), "USDT")
    swap(floor, floor.user(0), floor.user(1), "10", "60000")
    assert floor.cash(floor.user(0), "USDT") == before + Decimal("0.3")
    (fill,) = floor.ask(floor.user(0), "?trade/fills")
    assert (fill["fee"], fill["feeRate"]) == ("0.3", "0.00005")
    floor.conserved()


def test_a_long_and_a_short_stand_beside_each_other(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.user(TWO)
    user.hedged = True
    assert floor.code(user, SWAP, "buy", "limit", "1", "60000") == "51000"
    swap(floor, other, user, "10", "60000", posSide="long")
    floor.good(other, SWAP, "buy", "limit", "4", "60000")
    floor.good(user, SWAP, "sell", "ioc", "4", "60000", posSide="short")
    assert {(row["posSide"], row["pos"]) for row in floor.positions(user)} == {("long", "10"), ("short", "4")}
    # A sale on the long side closes, and cannot close more than there is.
    assert floor.code(user, SWAP, "sell", "limit", "11", "60000", posSide="long") == "51112"
    floor.good(user, SWAP, "sell", "limit", "7", "60100", posSide="long")
    assert next(row for row in floor.positions(user) if row["posSide"] == "long")["availPos"] == "3"
    assert floor.code(user, SWAP, "sell", "limit", "4", "60000", posSide="long") == "51112"
    types = {fill["subType"] for fill in floor.ask(user, "?trade/fills")}
    assert types == {"3", "4"}
    floor.conserved()


# -- margin


def test_margin_of_cross_positions_and_orders_is_what_leverage_says(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    leverage(long, "10")
    swap(floor, short, long, "100", "60000")
    margin = floor.office.balances.holdings.margin(long)["USDT"]
    assert margin.imr == Decimal(6_000)
    floor.good(long, SWAP, "buy", "limit", "10", "59000")
    margin = floor.office.balances.holdings.margin(long)["USDT"]
    assert margin.imr == Decimal(6_000) + Decimal(590) + Decimal("2.95")
    # Against the position nothing more is needed.
    floor.good(long, SWAP, "sell", "limit", "100", "61000")
    assert floor.office.balances.holdings.margin(long)["USDT"].imr == margin.imr
    # What goes beyond it is.
    floor.good(long, SWAP, "sell", "limit", "10", "61000")
    assert floor.office.balances.holdings.margin(long)["USDT"].imr == margin.imr + Decimal(610) + Decimal("3.05")
    free = floor.office.balances.free(long, "USDT")
    assert floor.code(long, SPOT, "buy", "limit", "1.6", "60000") == "51008"
    assert free == floor.venue.margins.spendable(long, "USDT")


def test_isolated_margin_stands_apart_and_can_be_lost_alone(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    leverage(long, "20", mode="isolated")
    before = floor.cash(long, "USDT")
    swap(floor, short, long, "100", "60000", tdMode="isolated")
    (position,) = floor.positions(long)
    assert (position["margin"], position["mgnMode"], position["lever"]) == ("3000", "isolated", "20")
    assert floor.office.bank.trading(long).held("USDT") == 3_000
    floor.print_at(SWAP, "57400")
    assert floor.positions(long)[0]["pos"] == "100"
    floor.print_at(SWAP, "55000")  # far beyond the price where the margin is gone
    assert floor.positions(long) == []
    assert floor.cash(long, "USDT") == before - 3_000 - 30, "the margin and the fee of opening, and not a cent more"
    assert floor.ledger.house(Room.FUND).cash["USDT"] < 0
    (ended,) = floor.ask(long, "?account/positions-history")
    assert (ended["type"], ended["triggerPx"]) == ("3", "55000")
    (order,) = floor.ask(long, "?trade/orders-history", {"instType": "SWAP", "category": "full_liquidation"})
    assert (order["state"], order["tradeId"], order["side"]) == ("filled", "0", "sell")
    floor.conserved()


def test_the_estimated_price_is_where_the_liquidation_happens(floor: Floor) -> None:
    for inst_id, mode, side in ((SWAP, "isolated", "buy"), (SWAP, "cross", "sell"), (INVERSE, "isolated", "buy")):
        user, other = floor.office.bank.add_user(trading={"USDT": 10_000, "BTC": 1}), floor.user(ONE)
        leverage(user, "10", inst_id, mode)
        size = "100" if inst_id == SWAP else "300"
        floor.print_at(inst_id, "60000")
        floor.good(other, inst_id, "sell" if side == "buy" else "buy", "limit", size, "60000")
        floor.good(user, inst_id, side, "ioc", size, "60000", tdMode=mode)
        price = Decimal(floor.positions(user)[0]["liqPx"]).quantize(Decimal("0.1"))
        away = Decimal("0.2") if side == "buy" else Decimal("-0.2")
        floor.print_at(inst_id, str(price + away))
        assert floor.positions(user), (inst_id, mode, "too early")
        floor.print_at(inst_id, str(price - away))
        assert not floor.positions(user), (inst_id, mode, "too late")
    floor.conserved()


def test_a_cross_liquidation_cancels_orders_takes_the_worst_first_and_ends_at_zero(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.office.bank.add_user(trading={"USDT": 7_000})
    leverage(user, "10")
    swap(floor, other, user, "100", "60000")
    resting = floor.good(user, SWAP, "buy", "limit", "1", "59000")
    floor.print_at(SWAP, "50000")
    assert floor.positions(user) == []
    row = floor.order(user, SWAP, resting)
    assert (row["state"], row["cancelSource"]) == ("canceled", "3")
    assert floor.cash(user, "USDT") == 0
    assert floor.venue.margins.shared(user, "USDT") == 0
    floor.conserved()


def test_a_large_position_that_has_lost_everything_is_taken_at_once(floor: Floor) -> None:
    user, market = floor.office.bank.add_user(trading={"USDT": 200_000_000}), floor.markets[SWAP]
    leverage(user, "20", mode="isolated")
    tiers = floor.venue.margins.tiers(market)
    lots = tiers[1].most + tiers[0].most
    market.book.submit(False, 600_000, lots)
    before = floor.cash(user, "USDT")
    floor.good(user, SWAP, "buy", "limit", market.instrument.size_text(lots), "60000", tdMode="isolated")
    (position,) = floor.positions(user)
    floor.print_at(SWAP, "50000")
    assert floor.positions(user) == []
    assert floor.cash(user, "USDT") == before - Decimal(position["margin"]) + Decimal(position["fee"])
    floor.conserved()


def test_a_large_position_is_stepped_down_before_it_is_taken_whole(floor: Floor) -> None:
    user, market = floor.office.bank.add_user(trading={"USDT": 200_000_000}), floor.markets[SWAP]
    leverage(user, "20", mode="isolated")
    tiers = floor.venue.margins.tiers(market)
    lots = tiers[1].most + tiers[0].most
    market.book.submit(False, 600_000, lots)
    floor.good(user, SWAP, "buy", "limit", market.instrument.size_text(lots), "60000", tdMode="isolated")
    below = Decimal(floor.positions(user)[0]["liqPx"]).quantize(Decimal("0.1")) - Decimal("0.1")
    floor.print_at(SWAP, str(below))
    (position,) = floor.positions(user)
    assert position["pos"] == market.instrument.size_text(tiers[1].most)
    rows = floor.ask(user, "?trade/orders-history", {"instType": "SWAP", "category": "partial_liquidation"})
    assert len(rows) == 1
    assert Decimal(position["liqPenalty"]) < 0
    floor.conserved()


# -- closing


def test_close_position_closes_at_market_and_asks_about_closing_orders(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.user(TWO)
    swap(floor, other, user, "10", "60000")
    closing = floor.good(user, SWAP, "sell", "limit", "4", "60100")
    floor.good(other, SWAP, "buy", "limit", "50", "59900")
    fields = {"instId": SWAP, "mgnMode": "cross"}
    with pytest.raises(Refusal) as refused:
        floor.ask(user, "trade/close-position", fields)
    assert refused.value.code == "51115"
    (row,) = floor.ask(user, "trade/close-position", fields | {"autoCxl": True, "clOrdId": "out"})
    assert row == {"instId": SWAP, "posSide": "net", "clOrdId": "out", "tag": ""}
    assert floor.positions(user) == []
    assert floor.order(user, SWAP, closing)["cancelSource"] == "17"
    with pytest.raises(Refusal) as refused:
        floor.ask(user, "trade/close-position", fields)
    assert refused.value.code == "51023"
    floor.conserved()


def test_who_has_no_margin_left_can_still_close(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.office.bank.add_user(trading={"USDT": 7_000})
    leverage(user, "10")
    swap(floor, other, user, "100", "60000")
    floor.print_at(SWAP, "58000")
    assert floor.venue.margins.free(user, "USDT") < 0
    assert floor.code(user, SWAP, "buy", "limit", "1", "58000") == "51008"
    floor.good(other, SWAP, "buy", "limit", "100", "58000")
    floor.good(user, SWAP, "sell", "ioc", "40", "58000")
    floor.ask(user, "trade/close-position", {"instId": SWAP, "mgnMode": "cross"})
    assert floor.positions(user) == []
    floor.conserved()


def test_losses_of_cross_positions_cannot_be_spent(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.office.bank.add_user(trading={"USDT": 10_000})
    leverage(user, "10")
    swap(floor, other, user, "100", "60000")
    floor.print_at(SWAP, "58000")
    # 10000 less 30 of fees, 6000 of margin and 2000 of loss.
    assert floor.venue.margins.spendable(user, "USDT") == Decimal(1_970)
    assert floor.code(user, SPOT, "buy", "limit", "0.04", "60000") == "51008"
    assert floor.code(user, SPOT, "buy", "limit", "0.03", "60000") == "0"


def test_the_fee_of_a_trade_that_turns_a_position_is_shared_by_size(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    swap(floor, short, long, "10", "60000")
    floor.good(short, SWAP, "buy", "limit", "40", "60000")
    floor.good(long, SWAP, "sell", "ioc", "40", "60000")
    (ended,) = floor.ask(long, "?account/positions-history")
    (position,) = floor.positions(long)
    # Opening cost 3, the trade that turned it 12: a quarter of that closed.
    assert (ended["fee"], position["fee"]) == ("-6", "-9")


def test_reduce_only_orders_shrink_and_never_turn(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.user(TWO)
    swap(floor, other, user, "10", "60000")
    assert floor.code(user, SWAP, "buy", "limit", "1", "59000", reduceOnly=True) == "51170"
    assert floor.code(user, SWAP, "sell", "limit", "11", "60100", reduceOnly=True) == "51148"
    stop = floor.good(user, SWAP, "sell", "limit", "10", "60500", reduceOnly=True)
    (row,) = floor.ask(user, "trade/amend-order", {"instId": SWAP, "ordId": stop, "newSz": "11"})
    assert row["sCode"] == "51171"
    # An order with a better price would close the position first, so the reduce-only one has to go.
    better = floor.good(user, SWAP, "sell", "limit", "5", "60200")
    row = floor.order(user, SWAP, stop)
    assert (row["state"], row["cancelSource"], row["reduceOnly"]) == ("canceled", "23", "true")
    rest = floor.good(user, SWAP, "sell", "limit", "5", "60500", reduceOnly=True)
    floor.good(other, SWAP, "buy", "ioc", "10", "60500")
    assert [floor.order(user, SWAP, each)["state"] for each in (better, rest)] == ["filled", "filled"]
    assert floor.positions(user) == []


def test_a_reduce_only_order_goes_with_its_position(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.user(TWO)
    swap(floor, other, user, "10", "60000")
    stop = floor.good(user, SWAP, "sell", "limit", "10", "60500", reduceOnly=True)
    floor.good(other, SWAP, "buy", "limit", "10", "60000")
    floor.good(user, SWAP, "sell", "market", "10")
    assert floor.positions(user) == []
    assert floor.order(user, SWAP, stop)["state"] == "canceled"


# -- time


def pay_funding(floor: Floor) -> None:
    floor.pass_until((floor.clock.now() // FUNDING_MS + 1) * FUNDING_MS)
    floor.step()


def test_funding_of_an_isolated_position_comes_out_of_its_margin_where_there_is_nothing_else(floor: Floor) -> None:
    poor = floor.office.bank.add_user("", trading={"USDT": 1_020})
    leverage(poor, "6", mode="isolated")
    floor.good(floor.user(ONE), SWAP, "sell", "limit", "10", "60600")
    floor.good(poor, SWAP, "buy", "ioc", "10", "60600", tdMode="isolated")
    (held,) = floor.positions(poor)
    free = floor.cash(poor, "USDT") - Decimal(held["margin"])
    assert 0 < free < 10
    for _ in range(2):
        pay_funding(floor)
    (after,) = floor.positions(poor)
    paid = -Decimal(after["fundingFee"])
    assert paid > free
    assert Decimal(held["margin"]) - Decimal(after["margin"]) == paid - free
    assert floor.cash(poor, "USDT") == Decimal(after["margin"])
    floor.conserved()


def test_funding_can_liquidate_though_no_price_moves(floor: Floor) -> None:
    poor = floor.office.bank.add_user("", trading={"USDT": 200})
    leverage(poor, "100")
    floor.good(floor.user(ONE), SWAP, "sell", "limit", "25", "60600")
    floor.good(poor, SWAP, "buy", "ioc", "25", "60600")
    assert len(floor.positions(poor)) == 1
    for _ in range(3):
        pay_funding(floor)
    assert floor.positions(poor) == []
    assert floor.venue.margins.equity(poor, "USDT") >= 0
    floor.conserved()


def test_funding_is_paid_at_its_hour_by_one_side_and_got_by_the_other(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    swap(floor, short, long, "100", "60000")
    before = {user.uid: floor.cash(user, "USDT") for user in (short, long)}
    due = START // FUNDING_MS * FUNDING_MS + FUNDING_MS
    floor.pass_until(due - 1_000)
    floor.step()
    assert floor.cash(long, "USDT") == before[long.uid]
    floor.pass_until(due)
    floor.step()
    rate = floor.figures.funding(floor.markets[SWAP], due, floor.clock.now())
    assert rate
    amount = (Decimal(60_000) * rate).quantize(Decimal("1e-12"))
    assert floor.cash(long, "USDT") == before[long.uid] - amount
    assert floor.cash(short, "USDT") == before[short.uid] + amount
    assert Decimal(floor.positions(long)[0]["fundingFee"]) == -amount
    floor.step()
    assert floor.cash(long, "USDT") == before[long.uid] - amount
    floor.conserved()


def test_a_contract_is_delivered_at_its_delivery_price(floor: Floor) -> None:
    dated = next(each for each in floor.markets if floor.markets[each].instrument.alias == "quarter")
    market = floor.markets[dated]
    short, long = floor.user(ONE), floor.user(TWO)
    floor.empty(dated)
    floor.print_at(dated, "60000")
    swap(floor, short, long, "10", "60000", dated)
    resting = floor.good(long, dated, "buy", "limit", "1", "59000")
    before = floor.cash(long, "USDT")
    floor.figures.deliver(floor.markets.pop(dated), floor.clock.now())
    market.frozen = True
    floor.step()
    price = floor.figures.deliveries[-1].price
    assert floor.positions(long) == floor.positions(short) == []
    assert floor.cash(long, "USDT") == before + ((price - 60_000) * Decimal("0.1")).quantize(Decimal("1e-12"))
    (row,) = floor.ask(long, "?trade/orders-history", {"instType": "FUTURES", "state": "canceled"})
    assert (row["ordId"], row["cancelSource"]) == (resting, "7")
    floor.conserved()


def test_an_option_is_bought_for_its_premium_and_exercised_for_what_it_is_in_the_money(floor: Floor) -> None:
    option = next(each for each in floor.markets if each.endswith("-C"))
    market, user = floor.markets[option], floor.user(ONE)
    ask = market.book.asks.best
    assert ask is not None
    before = floor.cash(user, "BTC")
    floor.good(user, option, "buy", "limit", "1", market.instrument.price_text(ask))
    premium = Decimal(market.instrument.price_text(ask)) * Decimal("0.1")
    paid = before - floor.cash(user, "BTC")
    assert paid == premium + (premium * Decimal("0.0003")).quantize(Decimal("1e-12"))
    assert floor.positions(user)[0]["instType"] == "OPTION"
    for inst_id in (SPOT, SWAP, INVERSE):
        floor.print_at(inst_id, "61000")
    floor.figures.deliver(floor.markets.pop(option), floor.clock.now())
    market.frozen = True
    held = floor.cash(user, "BTC")
    floor.step()
    price = floor.figures.deliveries[-1].price
    worth = max(Decimal(0), price - 60_000) / price * Decimal("0.1")
    assert floor.cash(user, "BTC") == held + worth.quantize(Decimal("1e-12"))
    assert floor.positions(user) == []
    floor.conserved()


# -- lists


def test_positions_are_filtered_and_their_history_paged(floor: Floor) -> None:
    short, long = floor.user(ONE), floor.user(TWO)
    swap(floor, short, long, "10", "60000")
    swap(floor, short, long, "10", "60000", INVERSE)
    swap_row, inverse_row = floor.positions(long)
    assert floor.ask(long, "?account/positions", {"instId": SWAP}) == [swap_row]
    assert floor.ask(long, "?account/positions", {"posId": inverse_row["posId"]}) == [inverse_row]
    assert floor.ask(long, "?account/positions", {"instType": "FUTURES"}) == []
    assert floor.ask(floor.user(1), "?account/positions") == []
    floor.step()
    swap(floor, long, short, "10", "60000")
    floor.step()
    swap(floor, long, short, "10", "60000", INVERSE)
    newer, older = floor.ask(long, "?account/positions-history")
    assert (newer["instId"], older["instId"]) == (INVERSE, SWAP)
    assert floor.ask(long, "?account/positions-history", {"after": newer["uTime"]}) == [older]
    assert floor.ask(long, "?account/positions-history", {"instId": SWAP, "type": "2"}) == [older]
    assert floor.ask(long, "?account/positions-history", {"type": "3"}) == []


def test_an_order_whose_own_trade_liquidates_its_user_does_not_rest(floor: Floor) -> None:
    other, user = floor.user(ONE), floor.office.bank.add_user(trading={"USDT": 700})
    leverage(user, "100")
    swap(floor, other, user, "100", "60000")
    floor.good(other, SWAP, "buy", "limit", "1", "59400")
    # One contract trades at 59400, which is the mark price from then on, and far too low for the other 99.
    selling = floor.good(user, SWAP, "sell", "limit", "10", "59400")
    row = floor.order(user, SWAP, selling)
    assert (row["state"], row["accFillSz"], row["cancelSource"]) == ("canceled", "1", "3")
    assert floor.positions(user) == []
    assert floor.markets[SWAP].book.owned == set()
    floor.conserved()


def test_a_change_to_a_size_beyond_all_tiers_is_refused(floor: Floor) -> None:
    user = floor.user(ONE)
    order = floor.good(user, SWAP, "buy", "limit", "1", "60000")
    (row,) = floor.ask(user, "trade/amend-order", {"instId": SWAP, "ordId": order, "newSz": "99999999999"})
    assert row["sCode"] == "51004"


# -- leverage of what is open


def test_a_cross_position_needs_more_or_less_with_another_leverage(floor: Floor) -> None:
    user = floor.user(TWO)
    swap(floor, floor.user(ONE), user, "100", "60000")
    assert floor.positions(user)[0]["imr"] == "20000"
    row = {"instId": SWAP, "lever": "10", "mgnMode": "cross"}
    assert floor.ask(user, "account/set-leverage", row) == [row | {"posSide": ""}]
    (position,) = floor.positions(user)
    assert (position["lever"], position["imr"]) == ("10", "6000")
    assert floor.ask(user, "?account/leverage-info", {"instId": SWAP, "mgnMode": "cross"})[0]["lever"] == "10"
    floor.ask(user, "account/set-leverage", row | {"lever": "1"})
    assert floor.positions(user)[0]["imr"] == "60000"
    swap(floor, floor.user(ONE), user, "60", "60000")
    assert floor.answer_code(user, "account/set-leverage", row | {"lever": "0.5"}) == "59105"
    floor.ask(user, "account/set-leverage", row | {"lever": "3"})
    swap(floor, floor.user(ONE), user, "80", "60000")
    assert floor.answer_code(user, "account/set-leverage", row | {"lever": "1"}) == "59103"
    assert {each["lever"] for each in floor.positions(user)} == {"3"}
    floor.conserved()


def test_a_leverage_that_the_size_of_a_position_forbids_is_refused(floor: Floor) -> None:
    rich = [floor.office.bank.add_user("", trading={"USDT": 100_000_000}) for _ in range(2)]
    largest = floor.venue.margins.tiers(floor.markets[SWAP])[0].most
    size = floor.markets[SWAP].instrument.size_text(largest + 1)
    swap(floor, rich[0], rich[1], size, "60000")
    row = {"instId": SWAP, "lever": "100", "mgnMode": "cross"}
    assert floor.answer_code(rich[0], "account/set-leverage", row) == "59106"
    assert floor.answer_code(rich[0], "account/set-leverage", row | {"lever": "20"}) == "0"


def test_an_isolated_position_gets_margin_or_gives_it_back_and_keeps_what_was_added_and_lost(floor: Floor) -> None:
    user = floor.user(TWO)
    leverage(user, "10", mode="isolated")
    swap(floor, floor.user(ONE), user, "10", "60000", tdMode="isolated")
    free = floor.venue.margins.spendable(user, "USDT")
    added = {"instId": SWAP, "posSide": "net", "type": "add", "amt": "50"}
    floor.ask(user, "account/position/margin-balance", added)
    row = {"instId": SWAP, "lever": "5", "mgnMode": "isolated"}
    floor.ask(user, "account/set-leverage", row)
    assert floor.positions(user)[0]["margin"] == "1250"
    assert floor.venue.margins.spendable(user, "USDT") == free - 650
    floor.ask(user, "account/set-leverage", row | {"lever": "20"})
    assert floor.positions(user)[0]["margin"] == "350"
    floor.ask(user, "account/set-leverage", row | {"lever": "5"})
    floor.print_at(SWAP, "59000")
    assert floor.positions(user)[0]["upl"] == "-100"
    floor.ask(user, "account/set-leverage", row | {"lever": "20"})
    assert floor.positions(user)[0]["margin"] == "400"  # 300 to begin with, and what is lost
    floor.conserved()


def test_another_leverage_is_meant_for_one_mode_and_one_side(floor: Floor) -> None:
    user = floor.user(TWO)
    floor.ask(user, "account/set-position-mode", {"posMode": "long_short_mode"})
    maker = floor.user(ONE)
    swap(floor, maker, user, "10", "60000", tdMode="isolated", posSide="long")
    swap(floor, maker, user, "10", "60000", posSide="long")
    floor.good(maker, SWAP, "buy", "limit", "10", "60000")
    floor.good(user, SWAP, "sell", "ioc", "10", "60000", tdMode="isolated", posSide="short")
    floor.ask(user, "account/set-leverage", {"instId": SWAP, "lever": "7", "mgnMode": "isolated", "posSide": "short"})
    assert {(row["mgnMode"], row["posSide"]): row["lever"] for row in floor.positions(user)} == {
        ("isolated", "long"): "3",
        ("cross", "long"): "3",
        ("isolated", "short"): "7",
    }
