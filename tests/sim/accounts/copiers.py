"""A book where only users trade, where one leads and others copy: what tests of copy trading have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from okx_async.sim.query_v5 import Query, Refusal

from .floor import SPOT, SWAP, Floor, Json

ROOT = "copytrading"
LEADER, COPIER, STRANGER = 0, 1, 3
"""The leader, who copies it, and who stands in the book and is rich."""
CONTRACT = Decimal("0.01")
"""Coins in one contract."""


def led_floor() -> Floor:
    """A perpetual at 60000, and a user who leads."""
    made = Floor(instruments=12)
    made.empty(SWAP)
    made.print_at(SPOT, "60000")
    made.print_at(SWAP, "60000")
    stranger = made.office.bank.add_user("", trading={"USDT": 10**9})
    assert stranger is made.user(STRANGER)
    quote(made, "60000")
    made.venue.copying.lead(made.user(LEADER), Decimal("0.1"))
    return made


def quote(floor: Floor, price: str) -> None:
    """Let the stranger stand at a price, and a tick away on the other side."""
    stranger = floor.user(STRANGER)
    for order in floor.ask(stranger, "?trade/orders-pending", {}):
        floor.ask(stranger, "trade/cancel-order", {"instId": order["instId"], "ordId": order["ordId"]})
    floor.print_at(SWAP, price)
    floor.good(stranger, SWAP, "sell", "limit", "5000", str(Decimal(price) + Decimal("0.1")))
    floor.good(stranger, SWAP, "buy", "limit", "5000", price)
    floor.step()


def terms(floor: Floor, **more: Any) -> Json:
    """A copy of half the size."""
    code = floor.venue.copying.code(floor.user(LEADER))
    terms_told = {"uniqueCode": code, "copyMgnMode": "copy", "copyInstIdType": "copy", "copyMode": "ratio_copy"}
    return terms_told | {"copyRatio": "0.5", "copyTotalAmt": "50000", "subPosCloseType": "copy_close"} | more


def copy(floor: Floor, who: int = COPIER, **more: Any) -> None:
    """Let a user copy the leader."""
    assert floor.ask(floor.user(who), f"{ROOT}/first-copy-settings", terms(floor, **more)) == [{"result": True}]


def code(floor: Floor, path: str, fields: Json, who: int = COPIER) -> str:
    """Return what a request is refused with, ``"0"`` for nothing."""
    try:
        floor.ask(floor.user(who), path, fields)
    except Refusal as refusal:
        return refusal.code
    return "0"


def parts(floor: Floor, who: int, kind: str = "current-subpositions", **more: str) -> list[Json]:
    return floor.ask(floor.user(who), f"?{ROOT}/{kind}", {"instType": "SWAP"} | more)


def held(floor: Floor, who: int, inst_id: str = SWAP) -> Any:
    """Return the size of a user's net position, a decimal."""
    return sum((Decimal(row["pos"]) for row in floor.positions(floor.user(who)) if row["instId"] == inst_id), Decimal())


def agrees(floor: Floor, who: int) -> None:
    """Check that the parts of a position are the position."""
    assert sum(Decimal(row["subPos"]) for row in parts(floor, who)) == held(floor, who)


def order(floor: Floor, side: str, sz: str, px: str) -> Json:
    for own in floor.ask(floor.user(STRANGER), "?trade/orders-pending", {}):
        if own["side"] != side:
            floor.ask(floor.user(STRANGER), "trade/cancel-order", {"instId": own["instId"], "ordId": own["ordId"]})
    return {"instId": SWAP, "tdMode": "cross", "side": side, "ordType": "ioc", "sz": sz, "px": px}


def public(floor: Floor, name: str, **asked: str) -> list[Any]:
    return floor.office.public[f"{ROOT}/{name}"](Query(asked, floor.markets))
