"""Users' orders on the simulator: what is accepted, what is refused with which code, and what becomes of the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim.accounts import admission
from okx_async.sim.accounts.admission import MOST_OPEN_AT_ONE
from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.people import Mode
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP, Floor, verdict

SELLER, BUYER = 0, 2


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def quiet() -> Floor:
    """A floor whose first books hold nothing but what users put there, at a last price of 60000."""
    return Floor().empty_at_60000(SPOT, SWAP, INVERSE)


# -- life cycle


def test_two_users_trade_spot_and_every_digit_is_as_reckoned_by_hand(quiet: Floor) -> None:
    seller, buyer = quiet.user(SELLER), quiet.user(BUYER)
    before = {(user.uid, ccy): quiet.cash(user, ccy) for user in (seller, buyer) for ccy in ("BTC", "USDT")}
    resting = quiet.good(seller, SPOT, "sell", "limit", "0.3", "60000.1")
    taking = quiet.good(buyer, SPOT, "buy", "limit", "0.12345678", "60010")

    # 0.12345678 x 60000.1 changes hands at the maker's price; the maker pays 0.08%, the taker 0.1%, of what each got.
    assert quiet.cash(seller, "BTC") == before[seller.uid, "BTC"] - Decimal("0.12345678")
    assert quiet.cash(seller, "USDT") == before[seller.uid, "USDT"] + Decimal("7407.419145678") - Decimal(
        "5.925935316542"
    )
    assert quiet.cash(buyer, "USDT") == before[buyer.uid, "USDT"] - Decimal("7407.419145678")
    assert quiet.cash(buyer, "BTC") == before[buyer.uid, "BTC"] + Decimal("0.12345678") - Decimal("0.00012345678")
    made, took = quiet.order(seller, SPOT, resting), quiet.order(buyer, SPOT, taking)
    assert (made["state"], made["accFillSz"], made["avgPx"]) == ("partially_filled", "0.12345678", "60000.1")
    assert (made["fee"], made["feeCcy"]) == ("-5.925935316542", "USDT")
    assert (took["state"], took["fillPx"], took["fillSz"]) == ("filled", "60000.1", "0.12345678")
    assert (took["fee"], took["feeCcy"]) == ("-0.00012345678", "BTC")
    assert made["tradeId"] == took["tradeId"]
    quiet.conserved()


def test_an_order_is_in_the_public_book_and_its_trade_on_the_public_tape(quiet: Floor) -> None:
    market = quiet.markets[SPOT]
    before = market.seq_id
    quiet.good(quiet.user(SELLER), SPOT, "sell", "limit", "0.3", "60010")
    assert market.seq_id > before
    assert market.book.asks.best == 600_100
    quiet.good(quiet.user(BUYER), SPOT, "buy", "ioc", "0.1", "60010")
    trade = market.tape.last
    assert (market.instrument.price_text(trade.price), market.instrument.size_text(trade.lots)) == ("60010", "0.1")
    assert trade.taker_buys
    moved = quiet.turns.play(1, quiet.clock.advance())[SPOT]
    assert moved.trades == [trade], "the next step publishes it although the market stands still"
    assert 600_100 in moved.asks


def test_takers_of_the_background_fill_a_users_order_and_its_makers_leave_it_alone() -> None:
    floor = Floor(frozen=False)
    user, market = floor.user(), floor.markets[SPOT]
    best = market.book.bids.best
    assert best is not None
    near = floor.good(user, SPOT, "buy", "post_only", "0.5", market.instrument.price_text(best))
    far = floor.good(user, SPOT, "buy", "limit", "0.001", market.instrument.price_text(best - 2_000))
    for away in range(1, 40):
        floor.good(user, SPOT, "buy", "limit", "0.001", market.instrument.price_text(best - away))
        floor.good(user, SPOT, "sell", "limit", "0.001", market.instrument.price_text(best + 10 * away))
    floor.step(600)
    resting = {order.resting.order_id for order in floor.venue.orders.pending(user.uid) if order.resting is not None}
    assert all(order_id in market.book for order_id in resting), "the makers took a user's order away"
    assert floor.order(user, SPOT, near)["state"] == "filled"
    fills = floor.ask(user, "?trade/fills", {"instId": SPOT, "ordId": near})
    assert sum(Decimal(fill["fillSz"]) for fill in fills) == Decimal("0.5")
    assert {fill["execType"] for fill in fills} == {"M"}
    assert floor.order(user, SPOT, far)["state"] == "live"
    floor.conserved()


def test_what_users_do_in_one_market_changes_no_other() -> None:
    quiet, busy = (Floor(frozen=False) for _ in range(2))
    for _ in range(30):
        busy.good(busy.user(SELLER), SPOT, "buy", "market", "3000")
        busy.good(busy.user(BUYER), SPOT, "sell", "limit", "0.01", "61000")
        quiet.step(10)
        busy.step(10)
    others = [name for name in quiet.markets if name != SPOT]
    assert [_state(quiet, name) for name in others] == [_state(busy, name) for name in others]
    assert _state(quiet, SPOT) != _state(busy, SPOT)


def _state(floor: Floor, inst_id: str) -> tuple[Any, ...]:
    market = floor.markets[inst_id]
    sides = [[(key, side.levels[key].lots) for key in side.keys] for side in (market.book.bids, market.book.asks)]
    return market.seq_id, sides, market.tape.live


def test_price_comes_before_time_and_time_before_size(quiet: Floor) -> None:
    first, second = quiet.user(SELLER), quiet.user(BUYER)
    late = quiet.good(first, SPOT, "sell", "limit", "0.1", "60001")
    better = quiet.good(first, SPOT, "sell", "limit", "0.1", "60000")
    last = quiet.good(second, SPOT, "sell", "limit", "5", "60001")
    quiet.good(quiet.user(1), SPOT, "buy", "limit", "0.15", "60001")
    assert quiet.order(first, SPOT, better)["state"] == "filled"
    assert quiet.order(first, SPOT, late)["accFillSz"] == "0.05"
    assert quiet.order(second, SPOT, last)["accFillSz"] == "0"


# -- types


@pytest.mark.parametrize(
    ("ord_type", "px", "state", "filled", "why"),
    [
        ("limit", "60000", "partially_filled", "0.1", ""),
        ("ioc", "60000", "canceled", "0.1", "14"),
        ("ioc", "59999", "canceled", "0", "14"),
        ("fok", "60000", "canceled", "0", "13"),
        ("fok", "60001", "filled", "0.2", ""),
        ("post_only", "60000", "canceled", "0", "31"),
        ("post_only", "59999", "live", "0", ""),
    ],
)
def test_types_of_orders(quiet: Floor, ord_type: str, px: str, state: str, filled: str, why: str) -> None:
    for price in ("60000", "60001"):
        quiet.good(quiet.user(SELLER), SPOT, "sell", "limit", "0.1", price)
    row = quiet.order(quiet.user(BUYER), SPOT, quiet.good(quiet.user(BUYER), SPOT, "buy", ord_type, "0.2", px))
    assert (row["state"], row["accFillSz"], row["cancelSource"]) == (state, filled, why)
    assert bool(row["cancelSourceReason"]) is bool(why)


@pytest.mark.parametrize(
    ("side", "tgt", "size", "filled"),
    [
        ("buy", "", "9000", "0.14999916"),  # an amount of quote currency: 0.1 at 60000, the rest at 60001
        ("buy", "base_ccy", "0.15", "0.15"),
        ("sell", "", "0.15", "0.15"),
        ("sell", "quote_ccy", "6000", "0.10000166"),
    ],
)
def test_the_size_of_a_spot_market_order_counts_either_currency(
    quiet: Floor, side: str, tgt: str, size: str, filled: str
) -> None:
    maker, taker = quiet.user(SELLER), quiet.user(BUYER)
    for price in ("60000", "60001"):
        quiet.good(maker, SPOT, "sell", "limit", "0.1", price)
    for price in ("59999", "59998"):
        quiet.good(maker, SPOT, "buy", "limit", "0.2", price)
    row = quiet.order(taker, SPOT, quiet.good(taker, SPOT, side, "market", size, tgtCcy=tgt))
    assert (row["state"], row["accFillSz"], row["sz"]) == ("filled", filled, size)
    assert row["tgtCcy"] == (tgt or ("quote_ccy" if side == "buy" else "base_ccy"))
    quiet.conserved()


def test_a_market_order_is_cut_to_the_money_unless_that_is_forbidden(quiet: Floor) -> None:
    poor = quiet.office.bank.add_user(trading={"USDT": 600})
    quiet.good(quiet.user(SELLER), SPOT, "sell", "limit", "1", "60000")
    assert quiet.code(poor, SPOT, "buy", "market", "0.5", tgtCcy="base_ccy", banAmend=True) == "51008"
    row = quiet.order(poor, SPOT, quiet.good(poor, SPOT, "buy", "market", "0.5", tgtCcy="base_ccy"))
    assert row["accFillSz"] == "0.01"
    assert quiet.cash(poor, "USDT") == 0


@pytest.mark.parametrize("ord_type", ["market", "optimal_limit_ioc"])
def test_a_market_order_stops_at_the_price_limit(quiet: Floor, ord_type: str) -> None:
    quiet.good(quiet.user(SELLER), SWAP, "sell", "limit", "1", "60000")
    quiet.good(quiet.user(SELLER), SWAP, "sell", "limit", "1", "61200")
    quiet.markets[SWAP].book.submit(False, 612_001, 100)  # beyond the 2% that are allowed
    row = quiet.order(quiet.user(BUYER), SWAP, quiet.good(quiet.user(BUYER), SWAP, "buy", ord_type, "3"))
    assert (row["accFillSz"], row["state"], row["cancelSource"]) == ("2", "canceled", "14")


def test_an_empty_book_cancels_a_market_order(quiet: Floor) -> None:
    row = quiet.order(quiet.user(), SPOT, quiet.good(quiet.user(), SPOT, "buy", "market", "100"))
    assert (row["state"], row["cancelSource"]) == ("canceled", "14")


def test_one_order_meets_a_thousand_others_and_no_more(quiet: Floor) -> None:
    for _ in range(1_001):
        quiet.markets[SWAP].book.submit(False, 600_000, 1)
    row = quiet.order(quiet.user(), SWAP, quiet.good(quiet.user(), SWAP, "buy", "limit", "20", "60000"))
    assert (row["accFillSz"], row["state"], row["cancelSource"]) == ("10", "canceled", "33")


# -- self-trade prevention


@pytest.mark.parametrize(
    ("mode", "taker", "maker", "stranger"),
    [
        ("cancel_maker", ("filled", ""), ("canceled", "32"), "filled"),
        ("cancel_taker", ("canceled", "32"), ("live", ""), "live"),
        ("cancel_both", ("canceled", "32"), ("canceled", "32"), "live"),
    ],
)
def test_nobody_trades_with_itself(
    quiet: Floor, mode: str, taker: tuple[str, str], maker: tuple[str, str], stranger: str
) -> None:
    own = quiet.user(SUB_NAME)
    mine = quiet.good(own, SPOT, "sell", "limit", "0.1", "60000")
    other = quiet.good(quiet.user(BUYER), SPOT, "sell", "limit", "0.1", "60001")
    taking = quiet.good(quiet.user(0), SPOT, "buy", "limit", "0.1", "60001", stpMode=mode)
    rows = [quiet.order(quiet.user(0), SPOT, taking), quiet.order(own, SPOT, mine)]
    assert [(row["state"], row["cancelSource"]) for row in rows] == [taker, maker]
    assert quiet.order(quiet.user(BUYER), SPOT, other)["state"] == stranger
    quiet.conserved()


def test_a_whole_or_nothing_order_does_not_count_its_owners_others(quiet: Floor) -> None:
    quiet.good(quiet.user(0), SPOT, "sell", "limit", "0.1", "60000")
    row = quiet.order(quiet.user(0), SPOT, quiet.good(quiet.user(0), SPOT, "buy", "fok", "0.1", "60000"))
    assert (row["state"], row["cancelSource"]) == ("canceled", "13")
    assert quiet.code(quiet.user(0), SPOT, "buy", "fok", "0.1", "60000", stpMode="cancel_both") == "54036"


# -- names


def test_a_client_id_is_unique_among_open_orders_and_free_again_afterwards(quiet: Floor) -> None:
    user = quiet.user()
    first = quiet.good(user, SPOT, "buy", "limit", "0.1", "59000", clOrdId="mine1", tag="abc")
    assert quiet.code(user, SPOT, "buy", "limit", "0.1", "59000", clOrdId="mine1") == "51016"
    assert quiet.code(quiet.user(BUYER), SPOT, "buy", "limit", "0.1", "59000", clOrdId="mine1") == "0"
    (row,) = quiet.ask(user, "trade/cancel-order", {"instId": SPOT, "clOrdId": "mine1"})
    assert (row["sCode"], row["ordId"]) == ("0", first)
    again = quiet.good(user, SPOT, "buy", "limit", "0.2", "59000", clOrdId="mine1")
    (latest,) = quiet.ask(user, "?trade/order", {"instId": SPOT, "clOrdId": "mine1"})
    assert latest["ordId"] == again
    # The number wins over the name.
    (older,) = quiet.ask(user, "?trade/order", {"instId": SPOT, "ordId": first, "clOrdId": "mine1"})
    assert (older["ordId"], older["tag"]) == (first, "abc")


# -- refusals


@pytest.mark.parametrize(
    ("code", "inst_id", "changed"),
    [
        ("51001", SPOT, {"instId": "BTC-GOLD"}),
        ("50014", SPOT, {"instId": ""}),
        ("50014", SPOT, {"tdMode": ""}),
        ("50014", SPOT, {"side": ""}),
        ("50014", SPOT, {"ordType": ""}),
        ("50014", SPOT, {"sz": ""}),
        ("51000", SPOT, {"side": "long"}),
        ("51000", SPOT, {"tdMode": "mine"}),
        ("51000", SPOT, {"ordType": "iceberg"}),
        ("51000", SPOT, {"ordType": "optimal_limit_ioc"}),
        ("51000", SPOT, {"sz": "-1"}),
        ("51000", SPOT, {"sz": "1e3"}),
        ("51000", SPOT, {"sz": "0"}),
        ("51000", SPOT, {"clOrdId": "with blank"}),
        ("51000", SPOT, {"clOrdId": "x" * 33}),
        ("51000", SPOT, {"tag": "x" * 17}),
        ("51000", SPOT, {"stpMode": "cancel_all"}),
        ("51000", SPOT, {"reduceOnly": "perhaps"}),
        ("51000", SPOT, {"slippagePct": "0.01"}),
        ("51000", SWAP, {"tdMode": "cash"}),
        ("51000", SWAP, {"posSide": "long"}),
        ("51204", SPOT, {"px": ""}),
        ("51000", SPOT, {"px": "0"}),
        ("51150", SPOT, {"px": "60000.05"}),
        ("51514", SPOT, {"px": "6" * 33}),
        ("51121", SPOT, {"sz": "0.000000001"}),
        ("51020", SPOT, {"sz": "0.00000001"}),
        ("51121", SWAP, {"sz": "0.001"}),
        ("51006", SPOT, {"px": "70000"}),
        ("51006", SPOT, {"side": "sell", "px": "50000"}),
        ("51005", SPOT, {"sz": "100000000000"}),
        ("51185", SPOT, {"sz": "1000"}),
        ("51101", SWAP, {"sz": "100000000000"}),
        ("51202", SWAP, {"ordType": "market", "sz": "1000001"}),
        ("51201", SPOT, {"ordType": "market", "sz": "1000001"}),
        ("51008", SPOT, {"sz": "2"}),
        ("51008", SPOT, {"side": "sell", "sz": "6"}),
        ("51008", SPOT, {"ordType": "market", "sz": "100001"}),
        ("51008", SWAP, {"sz": "600"}),
        ("51004", SWAP, {"sz": "9999999999"}),
        ("51074", SPOT, {"tdMode": "spot_isolated"}),
        ("54000", SPOT, {"tdMode": "cross"}),
        ("51036", SPOT, {"ordType": "mmp"}),
        ("54042", SPOT, {"ordType": "rpi"}),
        ("54046", SPOT, {"rpiTakerAccess": True}),
        ("51178", SPOT, {"attachAlgoOrds": [{"attachAlgoClOrdId": "a"}]}),
        ("50014", SPOT, {"attachAlgoOrds": [{"slTriggerPx": "1"}]}),
        ("51046", SPOT, {"attachAlgoOrds": [{"tpTriggerPx": "60000", "tpOrdPx": "-1"}]}),
        ("51047", SPOT, {"attachAlgoOrds": [{"slTriggerPx": "60000", "slOrdPx": "-1"}]}),
        ("51048", SPOT, {"side": "sell", "attachAlgoOrds": [{"tpTriggerPx": "60000", "tpOrdPx": "-1"}]}),
        ("51049", SPOT, {"side": "sell", "attachAlgoOrds": [{"slTriggerPx": "60000", "slOrdPx": "-1"}]}),
        ("51050", SPOT, {"ordType": "market", "attachAlgoOrds": [{"tpTriggerPx": "60000", "tpOrdPx": "-1"}]}),
        ("51051", SPOT, {"ordType": "market", "attachAlgoOrds": [{"slTriggerPx": "60000", "slOrdPx": "-1"}]}),
        ("51100", SWAP, {"reduceOnly": True, "attachAlgoOrds": [{"tpTriggerPx": "60001", "tpOrdPx": "-1"}]}),
        ("51178", SPOT, {"attachAlgoOrds": [{}, {}]}),
        ("50062", SPOT, {"attachAlgoOrds": [{"slTriggerRatio": "-0.1"}]}),
        ("51537", SPOT, {"pxUsd": "1", "px": ""}),
        ("51176", SPOT, {"pxUsd": "1"}),
        ("59110", SWAP, {"tgtCcy": "base_ccy"}),
        ("51133", SPOT, {"reduceOnly": True}),
        ("51169", SWAP, {"reduceOnly": True}),
    ],
)
def test_what_is_wrong_is_refused_with_its_code_and_nothing_happens(
    quiet: Floor, code: str, inst_id: str, changed: dict[str, Any]
) -> None:
    user = quiet.user()
    entries = len(quiet.ledger.entries)
    mode = "cash" if inst_id == SPOT else "cross"
    fields = {"instId": inst_id, "tdMode": mode, "side": "buy", "ordType": "limit", "sz": "1", "px": "60000"}
    quiet.markets[SPOT].book.submit(False, 600_000, 10**12)
    assert quiet.code(user, **_named(fields | changed)) == code
    assert quiet.ask(user, "?trade/orders-pending") == []
    assert len(quiet.ledger.entries) == entries


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an order's fields as `Floor.code` names them."""
    names = {"instId": "inst_id", "ordType": "ord_type"}
    return {names.get(name, name): value for name, value in fields.items()}


def test_account_modes_and_options_have_refusals_of_their_own(floor: Floor) -> None:
    user = floor.user()
    option = next(each for each in floor.markets if each.endswith("-C"))
    price = floor.markets[option].instrument.price_text(floor.markets[option].tape.last.price)
    assert floor.code(user, option, "buy", "market", "1") == "51066"
    assert floor.code(user, option, "sell", "limit", "1", price) == "51018"
    assert floor.code(user, option, "buy", "limit", "1", price, reduceOnly=True) == "51205"
    for mode in (Mode.SPOT, Mode.PORTFOLIO):
        user.mode = mode
        assert floor.code(user, SWAP, "buy", "market", "1") == "51010"
    user.mode = Mode.SPOT
    assert floor.code(user, SPOT, "buy", "limit", "0.1", "60000", reduceOnly=True) == "51139"


def test_an_auction_takes_limit_orders_only_and_ends_with_their_trade(quiet: Floor) -> None:
    market = quiet.markets[SPOT]
    market.auction = True
    seller, buyer = quiet.user(SELLER), quiet.user(BUYER)
    assert quiet.code(buyer, SPOT, "buy", "market", "100") == "51124"
    assert quiet.code(buyer, SPOT, "buy", "ioc", "1", "60000") == "51124"
    selling = quiet.good(seller, SPOT, "sell", "limit", "0.1", "59990")
    buying = quiet.good(buyer, SPOT, "buy", "limit", "0.1", "60010")
    assert quiet.order(buyer, SPOT, buying)["state"] == "live"
    (row,) = quiet.ask(buyer, "trade/amend-order", {"instId": SPOT, "ordId": buying, "newPx": "60000"})
    assert row["sCode"] == "51508"
    market.auction = market.frozen = False
    quiet.step()
    rows = [quiet.order(seller, SPOT, selling), quiet.order(buyer, SPOT, buying)]
    assert [(row["state"], row["avgPx"]) for row in rows] == [("filled", "59990")] * 2
    quiet.conserved()


def test_a_price_outside_the_limits_is_moved_inside_when_that_is_asked_for(quiet: Floor) -> None:
    row = quiet.order(
        quiet.user(), SPOT, quiet.good(quiet.user(), SPOT, "buy", "limit", "0.1", "70000", pxAmendType="1")
    )
    assert row["px"] == "63000"


def test_the_number_of_open_orders_is_limited(quiet: Floor) -> None:
    for _ in range(MOST_OPEN_AT_ONE):
        quiet.good(quiet.user(), SPOT, "buy", "limit", "0.00001", "59000")
    assert quiet.code(quiet.user(), SPOT, "buy", "limit", "0.00001", "59000") == "51102"
    assert quiet.code(quiet.user(), SWAP, "buy", "limit", "0.01", "59000") == "0"


def test_the_number_of_open_orders_of_an_account_is_limited(quiet: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MOST_OPEN", 3)
    for inst_id in (SPOT, SWAP, SPOT):
        quiet.good(quiet.user(), inst_id, "buy", "limit", "0.01", "59000")
    assert quiet.code(quiet.user(), SWAP, "buy", "limit", "0.01", "59000") == "51025"
    assert quiet.code(quiet.user(BUYER), SWAP, "buy", "limit", "0.01", "59000") == "0"


def test_money_of_resting_orders_is_set_aside_and_comes_back(quiet: Floor) -> None:
    user = quiet.user()
    purse = quiet.office.bank.trading(user)
    buying = quiet.good(user, SPOT, "buy", "limit", "1", "60000")
    quiet.good(user, SPOT, "sell", "limit", "2", "60001")
    assert (purse.held("USDT"), purse.held("BTC")) == (Decimal(60_000), Decimal(2))
    assert quiet.code(user, SPOT, "buy", "limit", "1", "60000") == "51008"
    quiet.ask(user, "trade/amend-order", {"instId": SPOT, "ordId": buying, "newSz": "0.5"})
    assert purse.held("USDT") == Decimal(30_000)
    quiet.good(quiet.user(BUYER), SPOT, "sell", "ioc", "0.2", "60000")
    assert purse.held("USDT") == Decimal(18_000)
    quiet.ask(user, "trade/cancel-order", {"instId": SPOT, "ordId": buying})
    assert purse.held("USDT") == 0


# -- changes


def test_a_smaller_size_keeps_the_place_in_the_queue_and_a_new_price_loses_it(quiet: Floor) -> None:
    first, second = quiet.user(SELLER), quiet.user(BUYER)
    early = quiet.good(first, SPOT, "sell", "limit", "0.3", "60000")
    late = quiet.good(second, SPOT, "sell", "limit", "0.3", "60000")
    quiet.ask(first, "trade/amend-order", {"instId": SPOT, "ordId": early, "newSz": "0.2", "reqId": "r1"})
    quiet.good(quiet.user(1), SPOT, "buy", "ioc", "0.1", "60000")
    assert quiet.order(first, SPOT, early)["accFillSz"] == "0.1"
    quiet.ask(first, "trade/amend-order", {"instId": SPOT, "ordId": early, "newSz": "0.4"})
    quiet.good(quiet.user(1), SPOT, "buy", "ioc", "0.1", "60000")
    assert quiet.order(second, SPOT, late)["accFillSz"] == "0.1"
    row = quiet.order(first, SPOT, early)
    assert (row["sz"], row["accFillSz"], row["state"]) == ("0.4", "0.1", "partially_filled")


def test_an_order_can_be_moved_across_the_book_and_trades_there(quiet: Floor) -> None:
    quiet.good(quiet.user(SELLER), SPOT, "sell", "limit", "0.1", "60000")
    order = quiet.good(quiet.user(BUYER), SPOT, "buy", "limit", "0.3", "59000")
    (row,) = quiet.ask(quiet.user(BUYER), "trade/amend-order", {"instId": SPOT, "ordId": order, "newPx": "60000"})
    assert row["sCode"] == "0"
    row = quiet.order(quiet.user(BUYER), SPOT, order)
    assert (row["accFillSz"], row["px"], row["state"]) == ("0.1", "60000", "partially_filled")
    assert quiet.markets[SPOT].book.bids.best == 600_000


def test_a_size_that_has_traded_already_ends_the_order(quiet: Floor) -> None:
    order = quiet.good(quiet.user(SELLER), SPOT, "sell", "limit", "0.3", "60000")
    quiet.good(quiet.user(BUYER), SPOT, "buy", "ioc", "0.2", "60000")
    quiet.ask(quiet.user(SELLER), "trade/amend-order", {"instId": SPOT, "ordId": order, "newSz": "0.1"})
    row = quiet.order(quiet.user(SELLER), SPOT, order)
    assert (row["state"], row["accFillSz"]) == ("filled", "0.2")
    assert quiet.office.bank.trading(quiet.user(SELLER)).held("BTC") == 0


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("51500", {}),
        ("51503", {"ordId": "1", "newSz": "1"}),
        ("51003", {"ordId": "", "newSz": "1"}),
        ("51502", {"newSz": "100"}),
        ("51006", {"newPx": "90000"}),
        ("51511", {"newPx": "60005"}),
        ("51121", {"newSz": "0.000000001"}),
        ("51005", {"newSz": "99999999999.1"}),
        ("51537", {"newPxUsd": "1"}),
        ("51527", {"newSz": "1", "attachAlgoOrds": [{}]}),
        ("51000", {"newSz": "1", "reqId": "a b"}),
    ],
)
def test_a_change_that_is_refused_changes_nothing(quiet: Floor, code: str, changed: dict[str, Any]) -> None:
    quiet.good(quiet.user(BUYER), SPOT, "sell", "limit", "0.1", "60005")
    user = quiet.user(SELLER)
    order = quiet.good(user, SPOT, "buy", "post_only", "0.1", "60000")
    (row,) = quiet.ask(user, "trade/amend-order", {"instId": SPOT, "ordId": order, **changed})
    assert row["sCode"] == code
    row = quiet.order(user, SPOT, order)
    assert (row["state"], row["px"], row["sz"]) == ("live", "60000", "0.1")


def test_a_change_that_fails_can_cancel_the_order(quiet: Floor) -> None:
    user = quiet.user()
    order = quiet.good(user, SPOT, "buy", "limit", "0.1", "60000")
    change = {"instId": SPOT, "ordId": order, "newSz": "100", "cxlOnFail": True}
    (row,) = quiet.ask(user, "trade/amend-order", change)
    assert row["sCode"] == "0"
    assert quiet.order(user, SPOT, order)["state"] == "canceled"


def test_what_has_ended_can_neither_be_changed_nor_cancelled(quiet: Floor) -> None:
    user = quiet.user()
    order = quiet.good(user, SPOT, "buy", "limit", "0.1", "60000")
    name = {"instId": SPOT, "ordId": order}
    assert quiet.ask(user, "trade/cancel-order", name)[0]["sCode"] == "0"
    assert quiet.ask(user, "trade/cancel-order", name)[0]["sCode"] == "51400"
    assert quiet.ask(user, "trade/amend-order", name | {"newSz": "1"})[0]["sCode"] == "51503"
    assert quiet.ask(user, "trade/cancel-order", {"instId": SPOT})[0]["sCode"] == "51003"


def test_nobody_sees_or_touches_the_orders_of_others(quiet: Floor) -> None:
    order = quiet.good(quiet.user(0), SPOT, "buy", "limit", "0.1", "60000")
    stranger, name = quiet.user(1), {"instId": SPOT, "ordId": order}
    assert quiet.ask(stranger, "trade/cancel-order", name)[0]["sCode"] == "51400"
    with pytest.raises(Refusal) as refused:
        quiet.ask(stranger, "?trade/order", name)
    assert refused.value.code == "51603"


# -- batches


def test_a_batch_has_a_row_for_each_order_in_their_order(quiet: Floor) -> None:
    good = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.1", "px": "60000"}
    rows = quiet.ask(quiet.user(), "trade/batch-orders", [good | {"clOrdId": "a"}, good | {"px": ""}, good])
    assert [row["sCode"] for row in rows] == ["0", "51204", "0"]
    assert [bool(row["ordId"]) for row in rows] == [True, False, True]
    assert (rows[0]["clOrdId"], verdict(rows)) == ("a", "2")
    missing = quiet.ask(quiet.user(), "trade/batch-orders", [good | {"sz": ""}])
    assert (missing[0]["sCode"], verdict(missing)) == ("50014", "1")
    names = [{"instId": SPOT, "ordId": row["ordId"]} for row in rows if row["ordId"]]
    changes = [names[0] | {"newSz": "0.2", "reqId": "x"}, names[0] | {"newSz": "0.3"}, names[1] | {"newPx": "59999"}]
    amended = quiet.ask(quiet.user(), "trade/amend-batch-orders", changes)
    assert [row["sCode"] for row in amended] == ["0", "51512", "0"]
    assert [row["reqId"] for row in amended] == ["x", "", ""]
    cancelled = quiet.ask(quiet.user(), "trade/cancel-batch-orders", [*names, names[0]])
    assert [row["sCode"] for row in cancelled] == ["0", "0", "51400"]


def test_a_batch_of_more_than_twenty_is_refused_whole(quiet: Floor) -> None:
    good = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "60000"}
    with pytest.raises(Refusal) as refused:
        quiet.ask(quiet.user(), "trade/batch-orders", [good] * 21)
    assert refused.value.code == "51111"
    assert quiet.ask(quiet.user(), "?trade/orders-pending") == []


# -- brakes


async def test_the_countdown_cancels_everything_unless_told_again(quiet: Floor) -> None:
    user, other = quiet.user(0), quiet.user(1)
    mine = quiet.good(user, SPOT, "buy", "limit", "0.1", "60000", tag="one")
    theirs = quiet.good(other, SPOT, "buy", "limit", "0.1", "60000")
    (row,) = quiet.ask(user, "trade/cancel-all-after", {"timeOut": "10"})
    assert int(row["triggerTime"]) == int(row["ts"]) + 10_000
    await quiet.hands.advance(9)
    quiet.ask(user, "trade/cancel-all-after", {"timeOut": "10"})
    await quiet.hands.advance(9)
    assert quiet.order(user, SPOT, mine)["state"] == "live"
    await quiet.hands.advance(1)
    row = quiet.order(user, SPOT, mine)
    assert (row["state"], row["cancelSource"]) == ("canceled", "20")
    assert quiet.order(other, SPOT, theirs)["state"] == "live"


async def test_a_countdown_can_be_stopped_and_be_for_one_tag(quiet: Floor) -> None:
    user = quiet.user()
    tagged = quiet.good(user, SPOT, "buy", "limit", "0.1", "60000", tag="one")
    plain = quiet.good(user, SPOT, "buy", "limit", "0.1", "60000")
    quiet.ask(user, "trade/cancel-all-after", {"timeOut": "10"})
    assert quiet.ask(user, "trade/cancel-all-after", {"timeOut": "0"})[0]["triggerTime"] == "0"
    quiet.ask(user, "trade/cancel-all-after", {"timeOut": "10", "tag": "one"})
    await quiet.hands.advance(11)
    assert quiet.order(user, SPOT, tagged)["state"] == "canceled"
    assert quiet.order(user, SPOT, plain)["state"] == "live"
    for wrong in ("9", "121", "x"):
        with pytest.raises(Refusal) as refused:
            quiet.ask(user, "trade/cancel-all-after", {"timeOut": wrong})
        assert refused.value.code == "51000"
    for number in range(20):
        quiet.ask(user, "trade/cancel-all-after", {"timeOut": "10", "tag": f"t{number}"})
    with pytest.raises(Refusal) as refused:
        quiet.ask(user, "trade/cancel-all-after", {"timeOut": "10", "tag": "more"})
    assert refused.value.code == "51071"
    quiet.venue.close()


async def test_a_mass_cancel_takes_options_and_locks_the_family(floor: Floor) -> None:
    user = floor.user()
    option = next(each for each in floor.markets if each.endswith("-C"))
    bid = floor.markets[option].book.bids.best or 0
    price = floor.markets[option].instrument.price_text(bid)
    mine = floor.good(user, option, "buy", "limit", "1", price)
    spot = floor.good(user, SPOT, "buy", "limit", "0.1", "60000")
    fields = {"instType": "OPTION", "instFamily": "BTC-USD", "lockInterval": "5000"}
    assert floor.ask(user, "trade/mass-cancel", fields) == [{"result": True}]
    assert floor.order(user, option, mine)["state"] == "canceled"
    assert floor.order(user, SPOT, spot)["state"] == "live"
    assert floor.code(user, option, "buy", "limit", "1", price) == "54008"
    await floor.hands.advance(6)
    assert floor.code(user, option, "buy", "limit", "1", price) == "0"
    for wrong in ({"instType": "SWAP"}, {"lockInterval": "10001"}):
        with pytest.raises(Refusal) as refused:
            floor.ask(user, "trade/mass-cancel", fields | wrong)
        assert refused.value.code == "51000"


# -- the end of an instrument


def test_orders_of_an_instrument_that_ends_are_cancelled(quiet: Floor) -> None:
    user = quiet.user()
    order = quiet.good(user, SPOT, "buy", "limit", "0.1", "60000")
    market = quiet.markets.pop(SPOT)
    market.frozen = True
    quiet.step()
    assert quiet.office.bank.trading(user).held("USDT") == 0
    assert quiet.ask(user, "?trade/orders-pending") == []
    (row,) = quiet.ask(user, "?trade/orders-history", {"instType": "SPOT"})
    assert (row["ordId"], row["cancelSource"]) == (order, "7")


# -- lists


def test_lists_are_filtered_and_paged_newest_first(quiet: Floor) -> None:
    user = quiet.user(SELLER)
    ids = [quiet.good(user, SPOT, "sell", "limit", "0.1", f"{60_000 + at}") for at in range(5)]
    swap = quiet.good(user, SWAP, "sell", "limit", "1", "60000")
    pending = quiet.ask(user, "?trade/orders-pending", {"instType": "SPOT"})
    assert [row["ordId"] for row in pending] == ids[::-1]
    page = quiet.ask(user, "?trade/orders-pending", {"limit": "2", "after": ids[3]})
    assert [row["ordId"] for row in page] == [ids[2], ids[1]]
    newer = quiet.ask(user, "?trade/orders-pending", {"before": ids[3]})
    assert [row["ordId"] for row in newer] == [swap, ids[4]]
    assert quiet.ask(user, "?trade/orders-pending", {"ordType": "post_only,fok"}) == []
    assert [row["ordId"] for row in quiet.ask(user, "?trade/orders-pending", {"instFamily": "BTC-USDT"})] == [
        swap,
        *ids[::-1],
    ]

    quiet.good(quiet.user(BUYER), SPOT, "buy", "ioc", "0.25", "60004")
    history = quiet.ask(user, "?trade/orders-history", {"instType": "SPOT"})
    assert [row["ordId"] for row in history] == [ids[1], ids[0]]
    assert quiet.ask(user, "?trade/orders-history-archive", {"instType": "SPOT", "state": "canceled"}) == []
    partly = quiet.ask(user, "?trade/orders-pending", {"state": "partially_filled"})
    assert [row["ordId"] for row in partly] == [ids[2]]

    fills = quiet.ask(user, "?trade/fills", {"instType": "SPOT"})
    assert [fill["ordId"] for fill in fills] == [ids[2], ids[1], ids[0]]
    older = quiet.ask(user, "?trade/fills-history", {"instType": "SPOT", "after": fills[1]["billId"]})
    assert older == fills[2:]
    assert quiet.ask(user, "?trade/fills", {"ordId": ids[0]}) == fills[2:]
    assert quiet.ask(user, "?trade/fills", {"subType": "1"}) == []
    assert quiet.ask(user, "?trade/fills", {"begin": str(quiet.clock.now() + 1)}) == []
    with pytest.raises(Refusal) as refused:
        quiet.ask(user, "?trade/orders-history")
    assert refused.value.code == "50014"


def test_a_rebate_would_be_of_the_currency_that_the_fee_is_not_and_fills_of_pairs_are_net(quiet: Floor) -> None:
    seller, buyer = quiet.user(SELLER), quiet.user(BUYER)
    sold = quiet.good(seller, SPOT, "sell", "limit", "0.1", "60000")
    bought = quiet.good(buyer, SPOT, "buy", "ioc", "0.1", "60000")
    told = [quiet.order(user, SPOT, order) for user, order in ((seller, sold), (buyer, bought))]
    assert [(row["feeCcy"], row["rebateCcy"]) for row in told] == [("USDT", "BTC"), ("BTC", "USDT")]
    (fill,) = quiet.ask(buyer, "?trade/fills")
    assert fill["posSide"] == "net"
    contract = quiet.order(seller, INVERSE, quiet.good(seller, INVERSE, "sell", "limit", "1", "60000"))
    assert (contract["feeCcy"], contract["rebateCcy"]) == ("BTC", "BTC")


def test_a_multi_currency_account_trades_pairs_as_cross_and_they_stay_paid_in_full(quiet: Floor) -> None:
    seller, buyer = quiet.user(SELLER), quiet.user(BUYER)
    buyer.mode = Mode.MULTI_CURRENCY
    assert quiet.code(buyer, SPOT, "buy", "limit", "0.1", "60000", tdMode="cash") == "51000"
    assert quiet.code(buyer, SPOT, "buy", "limit", "0.1", "60000", tdMode="isolated") == "54000"
    assert quiet.code(seller, SPOT, "sell", "limit", "0.1", "60000", tdMode="cross") == "54000"
    have = quiet.cash(buyer, "USDT")
    too_much = f"{have / 60_000 + 1:.4f}"
    assert quiet.code(buyer, SPOT, "buy", "limit", too_much, "60000", tdMode="cross") == "51008"
    quiet.good(seller, SPOT, "sell", "limit", "0.1", "60000")
    order = quiet.good(buyer, SPOT, "buy", "limit", "0.3", "60000", tdMode="cross")
    row = quiet.order(buyer, SPOT, order)
    assert (row["instType"], row["tdMode"], row["posSide"], row["state"]) == ("SPOT", "cross", "", "partially_filled")
    (balance,) = quiet.ask(buyer, "?account/balance", {"ccy": "USDT"})
    assert (balance["details"][0]["ordFrozen"], balance["details"][0]["imr"]) == ("12000", "0")
    assert quiet.cash(buyer, "USDT") == have - 6000
    (size,) = quiet.ask(buyer, "?account/max-size", {"instId": SPOT, "tdMode": "cross", "px": "60000"})
    assert Decimal(size["maxBuy"]) == ((have - 18_000) / 60_000).quantize(Decimal("1e-8"), "ROUND_DOWN")
    quiet.conserved()


def test_what_was_cancelled_without_a_fill_is_in_the_list_of_seven_days_for_two_hours(quiet: Floor) -> None:
    user = quiet.user(BUYER)
    unfilled = quiet.good(user, SPOT, "buy", "ioc", "0.1", "60000")
    quiet.good(quiet.user(SELLER), SPOT, "sell", "limit", "0.1", "60000")
    partly = quiet.good(user, SPOT, "buy", "ioc", "0.2", "60000")

    def listed(name: str) -> list[str]:
        return [row["ordId"] for row in quiet.ask(user, f"?trade/{name}", {"instType": "SPOT"})]

    assert listed("orders-history") == [partly, unfilled]
    quiet.pass_until(quiet.clock.now() + 2 * 3_600_000 + 1)
    assert listed("orders-history") == [partly]
    assert listed("orders-history-archive") == [partly, unfilled]
    assert quiet.order(user, SPOT, unfilled)["state"] == "canceled"
