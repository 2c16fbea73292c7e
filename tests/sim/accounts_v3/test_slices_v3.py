"""Iceberg and TWAP orders in V3, and algo orders that trade with the money of a margin account."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.sim.accounts.floor import SPOT, SWAP

from .floor import FloorV3

D = Decimal
Json = dict[str, Any]

ICEBERG = {"order_type": "3", "algo_variance": "0.001"}
TWAP = {"order_type": "4", "sweep_range": "0.01", "sweep_ratio": "1", "time_interval": "10"}
V5_WORDS = {"trigger": "trigger", "trailing": "move_order_stop", "iceberg": "iceberg", "twap": "twap"}


@pytest.fixture
def floor() -> Iterator[FloorV3]:
    """A floor where the first user has 10000 USDT in the margin account."""
    made = FloorV3(instruments=4)
    moved = {"currency": "USDT", "amount": "10000", "from": "1", "to": "5", "to_instrument_id": SPOT}
    assert made.v3(0, "POST", "account/transfer", moved)["result"] is True
    yield made
    made.conserved()


def place(floor: FloorV3, **given: str) -> Any:
    told = {"instrument_id": SPOT, "mode": "1", "side": "buy", "size": "0.3", "limit_price": "61000"} | given
    answer = floor.v3(0, "POST", "spot/order_algo", told)
    return answer["algo_id"] if isinstance(answer, dict) else answer


def row(floor: FloorV3, algo_id: int, order_type: str) -> Json:
    given = {"instrument_id": SPOT, "order_type": order_type, "algo_id": str(algo_id)}
    ((found,),) = floor.v3(0, "GET", "spot/algo", given).values()
    assert isinstance(found, dict)
    return found


def quote_alone(floor: FloorV3) -> None:
    """Let there be nothing in the book but one small bid, and another far behind it."""
    floor.empty(SPOT)
    floor.good(floor.user(2), SPOT, "buy", "limit", "0.01", "59500")
    floor.good(floor.user(2), SPOT, "buy", "limit", "0.01", "60000")


def pass_seconds(floor: FloorV3, seconds: int) -> None:
    floor.pass_until(floor.clock.now() + seconds * 1000)
    floor.venue.step(floor.clock.now(), {})


def test_an_iceberg_shows_one_part_at_a_time(floor: FloorV3) -> None:
    quote_alone(floor)
    algo_id = place(floor, **ICEBERG, avg_amount="0.1")
    (shown,) = floor.venue.orders.pending(floor.user().uid)
    assert D(shown.size) == D("0.1")
    found = row(floor, algo_id, "3")
    assert (found["status"], found["deal_value"], found["avg_amount"], found["algo_variance"]) == (
        "1", "0", "0.1", "0.001"
    )  # fmt: skip
    assert (found["limit_price"], found["mode"], found["order_id"]) == ("61000", "1", str(shown.ord_id))
    price = D(shown.market.instrument.price_text(shown.price or 0))
    assert price < 60_000
    floor.good(floor.user(1), SPOT, "sell", "ioc", "0.12", "59800")
    found = row(floor, algo_id, "3")
    assert (found["status"], found["deal_value"], D(found["real_price"])) == ("4", "0.1", price)
    (shown,) = floor.venue.orders.pending(floor.user().uid)
    assert str(shown.ord_id) == found["order_id"]


def test_a_twap_takes_a_part_of_what_is_offered(floor: FloorV3) -> None:
    market = floor.empty(SPOT)
    floor.good(floor.user(1), SPOT, "sell", "limit", "0.5", "60900")
    floor.good(floor.user(1), SPOT, "sell", "limit", "0.5", "60990")
    floor.good(floor.user(1), SPOT, "sell", "limit", "4", "61300")  # beyond the limit
    algo_id = place(floor, **TWAP | {"sweep_ratio": "0.1"}, single_limit="0.25")
    assert D(row(floor, algo_id, "4")["deal_value"]) == D("0.1")  # of the coin that is offered
    pass_seconds(floor, 5)
    assert D(row(floor, algo_id, "4")["deal_value"]) == D("0.1")
    pass_seconds(floor, 5)
    found = row(floor, algo_id, "4")
    assert (D(found["deal_value"]), found["status"]) == (D("0.19"), "4")
    assert (found["sweep_ratio"], found["sweep_range"], found["time_interval"], found["single_limit"]) == (
        "0.1", "0.01", "10", "0.25"
    )  # fmt: skip
    given = {"instrument_id": SPOT, "order_type": "4", "status": "4"}
    assert [each["algo_id"] for each in floor.v3(0, "GET", "spot/algo", given)["btc-usdt"]] == [str(algo_id)]
    cancel = {"instrument_id": SPOT, "order_type": "4", "algo_ids": [str(algo_id)]}
    assert floor.v3(0, "POST", "spot/cancel_batch_algos", cancel)["algo_ids"] == [str(algo_id)]
    assert row(floor, algo_id, "4")["status"] == "3"
    assert floor.v3(0, "POST", "spot/cancel_batch_algos", cancel | {"algo_ids": ["1"] * 7}) == 33051
    assert market.book.asks.best is not None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (ICEBERG | {"algo_variance": "0.02", "avg_amount": "0.1"}, 33042),
        (ICEBERG | {"avg_amount": "0.31"}, 33044),
        (ICEBERG | {"avg_amount": "0.0002"}, 33044),
        (ICEBERG, 30023),
        (TWAP | {"single_limit": "0.1", "sweep_range": "0.02"}, 33046),
        (TWAP | {"single_limit": "0.1", "sweep_ratio": "1.5"}, 33047),
        (TWAP | {"single_limit": "0.4"}, 33048),
        (TWAP | {"single_limit": "0.1", "time_interval": "121"}, 33050),
        (TWAP | {"single_limit": "0.1", "limit_price": ""}, 30023),
    ],
)
def test_numbers_out_of_bounds_are_refused(floor: FloorV3, given: dict[str, str], code: int) -> None:
    assert place(floor, **given) == code
    assert not floor.venue.stops.waiting(floor.user())


def test_contracts_count_their_slices(floor: FloorV3) -> None:
    told = {"instrument_id": SWAP, "type": "1", "size": "40", "price_limit": "62000"} | ICEBERG
    for size, code in (("1", 35074), ("501", 35074), ("41", 35071)):
        assert floor.v3(0, "POST", "swap/order_algo", told | {"avg_amount": size}) == code
    answer = floor.v3(0, "POST", "swap/order_algo", told | {"avg_amount": "10"})
    parts = {"instrument_id": SWAP}
    given = {"order_type": "3", "algo_id": answer["data"]["algo_id"]}
    (found,) = floor.v3(0, "GET", "swap/order_algo/{instrument_id}", given, **parts)["orderStrategyVOS"]
    assert (found["price_limit"], found["type"], found["avg_amount"]) == ("62000", "1", "10")
    cancel = {"instrument_id": SWAP, "order_type": "3", "algo_ids": ["77"]}
    assert floor.v3(0, "POST", "swap/cancel_algos", cancel) == 35092
    assert floor.v3(0, "POST", "swap/cancel_algos", cancel | {"order_type": "4"}) == 35093


def test_v5_tells_the_same_of_them(floor: FloorV3) -> None:
    algo_id = place(floor, **ICEBERG, avg_amount="0.1")
    (told,) = floor.ask(floor.user(), "?trade/orders-algo-pending", {"ordType": "iceberg"})
    assert (told["algoId"], told["pxVar"], told["szLimit"], told["instType"]) == (str(algo_id), "0.001", "0.1", "SPOT")


@pytest.mark.parametrize("kind", ["trigger", "trailing", "iceberg", "twap"])
def test_algo_orders_on_margin_spend_the_margin_account(floor: FloorV3, kind: str) -> None:
    given = {
        "trigger": {"order_type": "1", "trigger_price": "60000", "algo_type": "2"},
        "trailing": {"order_type": "2", "trigger_price": "59950", "callback_rate": "0.005"},
        "iceberg": ICEBERG | {"avg_amount": "0.05", "algo_variance": "0.0001"},
        "twap": TWAP | {"single_limit": "0.05"},
    }[kind]
    before = floor.cash(floor.user(), "USDT")
    if kind == "iceberg":
        quote_alone(floor)
    algo_id = place(floor, mode="2", size="0.05", **given)
    asked = {"ordType": V5_WORDS[kind], "instType": "MARGIN"}
    told = floor.ask(floor.user(), "?trade/orders-algo-pending", asked)
    told += floor.ask(floor.user(), "?trade/orders-algo-history", asked | {"state": "effective"})
    assert [each["algoId"] for each in told] == [str(algo_id)]
    if kind == "iceberg":
        floor.good(floor.user(1), SPOT, "sell", "ioc", "0.06", "59800")
    for price in ("59900", "61500"):
        floor.print_at(SPOT, price)
    pass_seconds(floor, 10)
    found = row(floor, algo_id, given["order_type"])
    assert (found["status"], found["mode"]) == ("2", "2")
    (order,) = floor.v3(0, "GET", "margin/orders", {"instrument_id": SPOT, "state": "2"})
    assert D(order["filled_size"]) == D("0.05")
    assert floor.cash(floor.user(), "USDT") == before
