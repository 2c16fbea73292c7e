"""How far orders of a pair trade in V3: up to 5% from the best price of the other side, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sim.accounts.floor import SPOT

from .floor import FloorV3

Json = dict[str, Any]

# What the other side offers, the last of it more than 5% behind the first, and a price beyond all of it.
OFFERS = {"buy": ("60000", "62000", "64000"), "sell": ("60000", "58000", "56000")}
BEYOND = {"buy": "90000", "sell": "30000"}


@pytest.fixture
def floor() -> Iterator[FloorV3]:
    """A floor with an empty book."""
    made = FloorV3(instruments=4)
    made.empty_at_60000(SPOT)
    yield made
    made.conserved()


def offer(floor: FloorV3, side: str) -> None:
    """Let somebody offer a tenth of a coin at each price."""
    for price in OFFERS[side]:
        floor.good(floor.user(1), SPOT, "sell" if side == "buy" else "buy", "limit", "0.1", price)


def placed(floor: FloorV3, side: str, size: str, **given: str) -> Json:
    """Place an order and return it as it is told afterwards."""
    order = {"instrument_id": SPOT, "side": side, "size": size, "price": BEYOND[side], **given}
    answer = floor.v3(0, "POST", "spot/orders", order)
    assert answer["error_code"] == "0", answer
    told: Json = floor.v3(0, "GET", "spot/orders/{order_id}", {"instrument_id": SPOT}, order_id=answer["order_id"])
    return told


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_an_order_that_would_trade_too_far_is_cancelled_as_a_whole(floor: FloorV3, side: str) -> None:
    offer(floor, side)
    order = placed(floor, side, "0.21")
    assert (order["state"], order["status"], order["filled_size"]) == ("-1", "cancelled", "0")
    assert (order["price"], order["size"], order["order_type"]) == (BEYOND[side], "0.21", "0")
    assert len(floor.venue.orders.pending(floor.user(1).uid)) == 3
    assert not floor.venue.orders.pending(floor.user().uid)


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_price_far_away_is_no_reason_to_refuse_what_trades_near(floor: FloorV3, side: str) -> None:
    """The price is that of who was there first."""
    offer(floor, side)
    order = placed(floor, side, "0.2")
    assert (order["state"], order["filled_size"]) == ("2", "0.2")
    assert order["price_avg"] == ("61000" if side == "buy" else "59000")
    assert order["price"] == BEYOND[side]


def test_what_finds_nobody_beyond_the_edge_waits(floor: FloorV3) -> None:
    floor.good(floor.user(1), SPOT, "sell", "limit", "0.1", "60000")
    order = placed(floor, "buy", "0.3")
    assert (order["state"], order["filled_size"], order["price"]) == ("1", "0.1", "90000")


@pytest.mark.parametrize(("order_type", "state"), [("1", "-1"), ("2", "-1"), ("3", "-1")])
def test_the_other_kinds_of_orders_end_as_ever(floor: FloorV3, order_type: str, state: str) -> None:
    offer(floor, "buy")
    order = placed(floor, "buy", "0.25", order_type=order_type)
    assert (order["state"], order["filled_size"], order["order_type"]) == (state, "0", order_type)


def test_v5_refuses_such_prices(floor: FloorV3) -> None:
    offer(floor, "buy")
    assert floor.code(floor.user(), SPOT, "buy", "limit", "0.1", "90000") == "51006"
