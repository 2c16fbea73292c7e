"""Fixed futures positions that are given margin by themselves before they would be liquidated."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.sim.accounts.floor import SPOT

from .floor import FloorV3

D = Decimal
FAMILY = "BTC-USDT"


@pytest.fixture
def floor() -> Iterator[FloorV3]:
    """A floor where a bitcoin costs 61500, as spot and as future, and margins of the first user's futures are fixed."""
    made = FloorV3(instruments=6)
    made.print_at(SPOT, "61500")
    made.print_at(contract(made), "61500")
    given = {"underlying": FAMILY, "margin_mode": "fixed"}
    assert made.v3(0, "POST", "futures/accounts/margin_mode", given)["result"] is True
    yield made
    made.conserved()


def contract(floor: FloorV3) -> str:
    return next(name for name in floor.markets if name.startswith(f"{FAMILY}-2"))


def auto(floor: FloorV3, type_: str) -> Any:
    return floor.v3(0, "POST", "futures/accounts/auto_margin", {"underlying": FAMILY, "type": type_})


def open_long(floor: FloorV3, size: str) -> None:
    given = {"instrument_id": contract(floor), "type": "1", "size": size, "order_type": "4"}
    assert floor.v3(0, "POST", "futures/order", given)["error_code"] == "0"


def side(floor: FloorV3) -> dict[str, Any]:
    (row,) = floor.v3(0, "GET", "futures/{instrument_id}/position", instrument_id=contract(floor))["holding"]
    return {name: D(row[f"long_{name}"]) for name in ("qty", "margin", "liqui_price", "unrealised_pnl")}


def test_it_is_switched_for_an_underlying_in_fixed_mode(floor: FloorV3) -> None:
    told = {"result": True, "underlying": FAMILY, "type": "1", "error_code": "0", "error_message": ""}
    assert auto(floor, "1") == told
    path = "futures/accounts/{underlying}"
    assert floor.v3(0, "GET", path, underlying=FAMILY)["auto_margin"] == "1"
    assert auto(floor, "2") == told | {"type": "2"}
    assert floor.v3(0, "GET", path, underlying=FAMILY)["auto_margin"] == "0"
    assert auto(floor, "3") == 30024
    given = {"underlying": "BTC-USD", "type": "1"}  # still crossed
    assert floor.v3(0, "POST", "futures/accounts/auto_margin", given) == 32043


@pytest.mark.parametrize("on", [True, False])
def test_margin_is_added_before_a_liquidation(floor: FloorV3, on: bool) -> None:
    auto(floor, "1" if on else "2")
    open_long(floor, "10")
    before, free = side(floor), floor.venue.margins.spendable(floor.user(), "USDT")
    floor.print_at(contract(floor), str(int(before["liqui_price"]) + 5))
    assert side(floor)["margin"] == before["margin"]
    floor.print_at(contract(floor), str(int(before["liqui_price"]) - 5))
    after = side(floor)
    if not on:
        assert after["qty"] == 0
        return
    assert (after["qty"], after["margin"] + after["unrealised_pnl"]) == (before["qty"], before["margin"])
    assert after["liqui_price"] < before["liqui_price"]
    given = after["margin"] - before["margin"]
    assert floor.venue.margins.spendable(floor.user(), "USDT") == free - given


def test_who_has_nothing_left_is_liquidated_all_the_same(floor: FloorV3) -> None:
    auto(floor, "1")
    open_long(floor, "10")
    free = floor.venue.margins.spendable(floor.user(), "USDT")
    moved = {"currency": "USDT", "amount": str(free - 1), "from": "3", "to": "6"}
    assert floor.v3(0, "POST", "account/transfer", moved)["result"] is True
    floor.print_at(contract(floor), str(int(side(floor)["liqui_price"]) - 200))
    assert side(floor)["qty"] == 0
