"""How many algo orders may be alive in V3, by product and kind, and which numbers they may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sim.accounts.floor import SPOT, SWAP

from .floor import FloorV3

Json = dict[str, Any]

KINDS: dict[str, Json] = {
    "trigger": {"order_type": "1", "trigger_price": "70000", "algo_price": "70000"},
    "trailing": {"order_type": "2", "trigger_price": "50000", "callback_rate": "0.01"},
    "iceberg": {"order_type": "3", "algo_variance": "0.001"},
    "twap": {"order_type": "4", "sweep_range": "0.01", "sweep_ratio": "1", "time_interval": "10"},
}
SLICES = {"iceberg": "avg_amount", "twap": "single_limit"}
LIMIT = {"spot": "limit_price", "futures": "price_limit", "swap": "price_limit"}
FEW = 100
"""Of contracts, for slices of ten."""


@pytest.fixture
def floor() -> Iterator[FloorV3]:
    """A floor with futures, whose first user can pay for many orders."""
    made = FloorV3(instruments=6)
    yield made
    made.conserved()


def name_of(floor: FloorV3, product: str) -> str:
    if product == "futures":
        return next(each.instrument.inst_id for each in floor.markets.values() if each.instrument.product == product)
    return {"spot": SPOT, "swap": SWAP}[product]


def place(floor: FloorV3, product: str, kind: str, who: int = 0, **changed: str) -> Any:
    """Place a purchase at prices far away, and return its answer or the code it is refused with."""
    coins = product == "spot"
    told: Json = {"instrument_id": name_of(floor, product), "size": "0.01" if coins else str(FEW)} | KINDS[kind]
    told |= {"mode": "1", "side": "buy"} if coins else {"type": "1"}
    if kind in SLICES:
        told |= {SLICES[kind]: "0.001" if coins else "10", LIMIT[product]: "40000"}
    return floor.v3(who, "POST", f"{product}/order_algo", told | changed)


def number(answer: Json) -> str:
    return str((answer.get("data") or answer)["algo_id"])


@pytest.mark.parametrize(
    ("product", "kind", "most", "code"),
    [
        ("spot", "iceberg", 6, 33036),
        ("spot", "twap", 6, 33036),
        ("futures", "trigger", 100, 32046),
        ("futures", "trailing", 10, 32049),
        ("futures", "iceberg", 6, 32053),
        ("futures", "twap", 6, 32058),
        ("swap", "trigger", 100, 35083),
        ("swap", "trailing", 10, 35081),
        ("swap", "iceberg", 6, 35077),
        ("swap", "twap", 6, 35072),
    ],
)
def test_one_more_than_may_be_alive_is_refused(floor: FloorV3, product: str, kind: str, most: int, code: int) -> None:
    placed = [place(floor, product, kind) for _ in range(most)]
    assert all(isinstance(each, dict) for each in placed), placed[-1]
    assert place(floor, product, kind) == code
    # Another user, and the other kinds, have room of their own; what is cancelled makes room.
    assert isinstance(place(floor, product, kind, who=1), dict)
    other = "twap" if kind == "iceberg" else "iceberg"
    assert isinstance(place(floor, product, other), dict)
    cancel = {"instrument_id": name_of(floor, product), "order_type": KINDS[kind]["order_type"]}
    path = f"{product}/cancel_batch_algos" if product == "spot" else f"{product}/cancel_algos"
    floor.v3(0, "POST", path, cancel | {"algo_ids": [number(placed[0])]})
    assert isinstance(place(floor, product, kind), dict)
    assert place(floor, product, kind) == code


def test_each_product_counts_for_itself(floor: FloorV3) -> None:
    for product in ("spot", "futures", "swap"):
        for _ in range(6):
            assert isinstance(place(floor, product, "iceberg"), dict)
    assert [place(floor, product, "iceberg") for product in ("spot", "futures", "swap")] == [33036, 32053, 35077]


def test_of_spot_triggers_v3_tells_no_number(floor: FloorV3) -> None:
    for _ in range(101):
        assert isinstance(place(floor, "spot", "trigger"), dict)


@pytest.mark.parametrize(
    ("product", "kind", "changed", "code"),
    [
        *((product, "trailing", {"callback_rate": rate}, code)
          for product, code in (("spot", 33039), ("futures", 32048), ("swap", 35080)) for rate in ("0.0009", "0.051")),
        ("futures", "iceberg", {"size": "5000", "avg_amount": "1001"}, 32056),
        ("futures", "twap", {"size": "5000", "single_limit": "2001"}, 32061),
        ("futures", "twap", {"single_limit": "9"}, 32061),
        ("swap", "iceberg", {"size": "5000", "avg_amount": "501"}, 35074),
        ("swap", "twap", {"size": "5000", "single_limit": "501"}, 35069),
        ("futures", "trigger", {"size": "1000001"}, 32045),
        ("swap", "trigger", {"size": "1000001"}, 35084),
        ("spot", "trigger", {"trigger_price": "1000001"}, 30024),
        ("futures", "trigger", {"trigger_price": "1000001"}, 32006),
        ("swap", "trigger", {"algo_price": "1000001"}, 35086),
        ("futures", "trigger", {"algo_type": "2"}, 32089),
        ("swap", "trigger", {"algo_type": "2"}, 35108),
        ("spot", "trigger", {"algo_price": "91001"}, 33037),
        ("spot", "trigger", {"side": "sell", "algo_price": "48999"}, 33038),
        ("spot", "trailing", {"trigger_price": "70000"}, 33040),
        ("spot", "trailing", {"side": "sell"}, 33041),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_refused(
    floor: FloorV3, product: str, kind: str, changed: dict[str, Any], code: int
) -> None:
    assert place(floor, product, kind, **changed) == code
    assert not floor.venue.stops.waiting(floor.user())


@pytest.mark.parametrize(
    ("product", "kind", "changed"),
    [
        ("futures", "iceberg", {"size": "5000", "avg_amount": "1000"}),
        ("futures", "twap", {"size": "5000", "single_limit": "2000"}),
        ("swap", "twap", {"single_limit": "2"}),
        ("spot", "trailing", {"callback_rate": "0.05"}),
        ("spot", "trailing", {"callback_rate": "0.001"}),
        ("spot", "trigger", {"algo_price": "91000"}),
        ("swap", "trigger", {"algo_type": "2", "algo_price": ""}),
    ],
)
def test_numbers_at_the_edge_are_taken(floor: FloorV3, product: str, kind: str, changed: dict[str, Any]) -> None:
    assert isinstance(place(floor, product, kind, **changed), dict)
