"""What the simulator says of money at work has the fields that the documents list: all of them, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from okx_async import catalogue
from okx_async.core.answers import list_of, row_type
from okx_async.core.dialect import Answer
from okx_async.core.drift import unmodelled
from okx_async.sim.brokers.agency import Brokers
from okx_async.v5.dialect import V5
from tests.shapes import shapes

from .floor import Floor, Json

DEFI, OKUSD, LOAN, DCD = "finance/staking-defi", "finance/okusd", "finance/flexible-loan", "finance/sfp/dcd"
# Fields that stand in the documents by mistake, and in no sample.
SLIPS = {"redeemEndime"}


def names(value: Any, prefix: str = "") -> Iterator[str]:
    """Yield the dotted names of an answer's fields, as the documents write them."""
    for name, part in value.items():
        yield prefix + name
        if isinstance(part, dict):
            yield from names(part, f"{prefix}{name}.")
        for row in part if isinstance(part, list) else ():
            if isinstance(row, dict):
                yield from names(row, f"{prefix}{name}[].")


def answers() -> dict[str, list[Any]]:
    """Return an answer with rows of every call, by method and path."""
    floor = Floor(seed=3, instruments=4, vip=(0,))
    brokers = Brokers(3, floor.office, floor.venue, floor.markets)
    found: dict[str, list[Any]] = {}

    def ask(path: str, **fields: Any) -> Json:
        rows = floor.ask(floor.user(), path, fields)
        method = "GET" if path.startswith("?") else "POST"
        found[f"{method} /api/v5/{path.removeprefix('?')}"] = rows
        return rows[0] if rows else {}

    def later(hours: int) -> None:
        floor.pass_until(floor.clock.now() + hours * 3_600_000)

    ask(f"?{DEFI}/offers")
    bought = ask(f"{DEFI}/purchase", productId="4001", investData=[{"ccy": "USDT", "amt": "100"}])
    named = {"ordId": bought["ordId"], "protocolType": "defi"}
    other = ask(f"{DEFI}/purchase", productId="4001", investData=[{"ccy": "USDT", "amt": "100"}])
    ask(f"{DEFI}/cancel", ordId=other["ordId"], protocolType="defi")
    later(24)
    ask(f"{DEFI}/redeem", **named)
    ask(f"?{DEFI}/orders-active")
    ask(f"?{DEFI}/orders-history")

    ask(f"{OKUSD}/subscribe", amt="100", clOrdId="a")
    ask(f"{OKUSD}/redeem", amt="10", clOrdId="b", redeemType="2")
    later(24)
    for path in ("limits", "account", "subscribe/history", "redeem/history", "rewards/history", "rate/history"):
        ask(f"?{OKUSD}/{path}")

    pledged = [{"ccy": "BTC", "amt": "0.5"}]
    ask(f"{LOAN}/max-loan", borrowCcy="USDT", supCollateral=pledged)
    loan = ask(f"{LOAN}/borrow", loanData={"ccy": "USDT", "amt": "100"}, collateralData=pledged, clOrdId="c")
    later(1)
    ask(f"{LOAN}/repay", ordId=loan["ordId"], ccy="USDT", amt="1", clOrdId="d")
    for path in ("borrow-currencies", "collateral-assets", "loan-info", "loan-history", "interest-accrued"):
        ask(f"?{LOAN}/{path}")
    ask(f"?{LOAN}/max-collateral-redeem-amount", ccy="BTC")

    (listed,) = floor.ask(floor.user(), f"?{DCD}/products", {"baseCcy": "BTC", "quoteCcy": "USDT", "optType": "C"})
    product = listed["products"][0]
    fields = {"productId": product["productId"], "notionalSz": "0.1", "notionalCcy": "BTC"}
    (quote,) = floor.ask(floor.user(), f"{DCD}/quote", fields)
    order = ask(f"{DCD}/trade", quoteId=quote["quoteId"])
    (deal,) = brokers.deals.orders
    brokers.deals.turn(deal, "live")
    again = ask(f"{DCD}/redeem-quote", ordId=order["ordId"])
    ask(f"{DCD}/redeem", ordId=order["ordId"], quoteId=again["quoteId"])
    ask(f"?{DCD}/order-status", ordId=order["ordId"])
    ask(f"?{DCD}/order-history")
    ask(f"?{DCD}/currency-pair")
    floor.venue.close()
    return found


ANSWERS = answers()


@pytest.mark.parametrize("call", sorted(ANSWERS))
def test_an_answer_has_the_documented_fields(call: str) -> None:
    shape = shapes("v5").get(call) or shapes("v5")[f"{call} (earn_dcd)"]
    assert ANSWERS[call], "without a row nothing is proved"
    told = {name for row in ANSWERS[call] for name in names(row)}
    assert told | (SLIPS & shape.fields.keys()) == set(shape.fields)


@pytest.mark.parametrize("call", sorted(ANSWERS))
def test_an_answer_becomes_typed_rows(call: str) -> None:
    rows = [row for row in catalogue() if row.dialect == "v5" and row.chapter != "broker_dcd"]
    (endpoint,) = [row for row in rows if f"{row.method} {row.path}" == call]
    body = orjson.dumps({"code": "0", "msg": "", "data": ANSWERS[call]})
    typed = V5().decode(endpoint, Answer(200, body, endpoint.path))
    assert len(typed if endpoint.many else [typed]) == len(ANSWERS[call])
    assert unmodelled(list_of(row_type(endpoint)), ANSWERS[call]) == set()


WITHOUT_ROWS = {f"POST /api/v5/{LOAN}/adjust-collateral", f"GET /api/v5/{LOAN}/emode-info"}


def test_every_call_is_here() -> None:
    """But what answers with success alone, or with pairs that there are none of."""
    roots = tuple(f"/api/v5/{root}" for root in (OKUSD, LOAN, f"{DEFI}/o", f"{DEFI}/p", f"{DEFI}/re", f"{DEFI}/c"))
    documented = {name for name in shapes("v5") if name.partition(" ")[2].startswith(roots)}
    assert documented - set(ANSWERS) == WITHOUT_ROWS
