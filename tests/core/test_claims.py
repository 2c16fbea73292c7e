"""Which budgets a request takes from: every field of a limit means something, on both roads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.catalogue import sections
from okx_async.core.claims import ORDERS, Claim, Claims
from okx_async.core.endpoint import Endpoint, Request
from okx_async.v5.ops import OPS

SWAP, OTHER, SPOT = "BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USDT"
CALL, PUT, DATED = "BTC-USD-261225-50000-C", "BTC-USD-270326-60000-P", "BTC-USD-261225"


def endpoint(path: str, method: str = "POST", dialect: str = "v5") -> Endpoint:
    """Return one row of the catalogue."""
    rows = [row for part in sections(dialect) for row in part.endpoints if (row.path, row.method) == (path, method)]
    assert len(rows) == 1
    return rows[0]


def claims(row: Endpoint, *args: Any, lead: tuple[str, ...] = (), **given: Any) -> list[Claim]:
    """Return the claims of a real request."""
    assert row.limit is not None
    return Claims(row, row.limit, lead, ORDERS).of(row.request(args, given), "me", "here", 1)


def order(inst_id: str, **more: str) -> dict[str, str]:
    return {"inst_id": inst_id, "td_mode": "cross", "side": "buy", "ord_type": "limit", "sz": "1", "px": "1", **more}


def place(inst_id: str, **more: Any) -> list[Claim]:
    return claims(endpoint("/api/v5/trade/order"), **(order(inst_id) | more))


def batch(*orders: dict[str, str], lead: tuple[str, ...] = ()) -> list[Claim]:
    return claims(endpoint("/api/v5/trade/batch-orders"), list(orders), lead=lead)


def test_an_order_counts_for_its_instrument_and_for_the_sub_account() -> None:
    assert place(SWAP) == [
        Claim(("POST", "/api/v5/trade/order", "me", SWAP), 60, 2, 1),
        Claim(("orders", "me"), 1000, 2.0, 1),
    ]
    assert place(SWAP)[0].key != place(OTHER)[0].key
    assert place(SWAP)[1].key == place(OTHER)[1].key


def test_options_of_one_family_share_a_budget_and_futures_do_not() -> None:
    assert place(CALL)[0].key == place(PUT)[0].key == ("POST", "/api/v5/trade/order", "me", "BTC-USD")
    assert place(DATED)[0].key == ("POST", "/api/v5/trade/order", "me", DATED)


def test_each_order_of_a_batch_counts_in_its_own_budget() -> None:
    found = batch(order(SWAP), order(OTHER), order(SWAP), order(CALL), order(PUT))
    assert len(found) == 4
    assert {(claim.key[-1], claim.most, claim.cost) for claim in found} == {
        (SWAP, 300, 2),
        (OTHER, 300, 1),
        ("BTC-USD", 300, 2),
        ("me", 1000, 5),
    }


def test_a_batch_of_one_counts_as_a_single_order() -> None:
    for name in ("order", "cancel-order", "amend-order"):
        single = endpoint(f"/api/v5/trade/{name}")
        many = endpoint(f"/api/v5/trade/{name.replace('order', 'batch-orders') if name != 'order' else 'batch-orders'}")
        assert many.limit is not None
        assert single.limit is not None
        assert many.limit.single == (single.path, single.limit.count)
    assert batch(order(SWAP)) == place(SWAP)


def test_the_sub_account_leaves_out_spot_market_maker_protection_cancels_and_reads() -> None:
    def counted(found: list[Claim]) -> int:
        return sum(claim.cost for claim in found if claim.key[0] == "orders")

    assert counted(place(SPOT)) == 0
    assert counted(place(CALL, ord_type="mmp")) == 0
    assert counted(batch(order(SPOT), order(SWAP), order(CALL, ord_type="mmp_and_post_only"))) == 1
    assert counted(claims(endpoint("/api/v5/trade/amend-order"), SWAP, ord_id="1", new_sz="2")) == 1
    assert counted(claims(endpoint("/api/v5/trade/cancel-order"), SWAP, ord_id="1")) == 0
    assert counted(claims(endpoint("/api/v5/trade/order", "GET"), SWAP, ord_id="1")) == 0


def test_who_leads_copy_traders_has_less_on_lead_instruments() -> None:
    row = endpoint("/api/v5/trade/order")
    assert claims(row, **order(SWAP), lead=(SWAP.lower(),))[0].most == 4
    assert claims(row, **order(OTHER), lead=(SWAP,))[0].most == 60
    assert sorted(claim.most for claim in batch(order(SWAP), order(OTHER), lead=(SWAP,))) == [4, 300, 1000]


def test_orders_that_take_hidden_liquidity_have_one_more_limit() -> None:
    assert place(SWAP, rpi_taker_access=True)[2:] == [Claim(("hidden", "me", SWAP), 50, 2.0, 1)]
    assert place(SWAP, rpi_taker_access=False) == place(SWAP)


def test_a_second_rule_is_a_second_budget() -> None:
    row = endpoint("/api/v5/rfq/create-rfq")
    assert row.limit is not None
    request = row.request((), {"counterparties": ["A"], "legs": [{"inst_id": SPOT, "sz": "1", "side": "buy"}]})
    found = Claims(row, row.limit, (), ORDERS).of(request, "me", "here", 1)
    assert [(claim.most, claim.seconds) for claim in found] == [(5, 2), (80, 43200)]
    assert found[0].key != found[1].key


def test_the_expiries_of_a_v3_underlying_share_a_budget() -> None:
    row = endpoint("/api/futures/v3/order", dialect="v3")
    near, far, other = (
        claims(row, inst_id, type_="1", size="1", price="1")[0].key
        for inst_id in ("BTC-USD-200925", "BTC-USD-201225", "BTC-USDT-200925")
    )
    assert near == far != other


@pytest.mark.parametrize("name", sorted(OPS))
def test_an_operation_of_the_socket_has_its_rest_twins_budgets(name: str) -> None:
    """The request of an operation is the request of its twin, so there is one budget whichever road is taken."""
    twin = OPS[name].twin
    assert twin.limit is not None
    assert endpoint(twin.path, twin.method) is twin


@pytest.mark.parametrize(
    ("path", "method", "priority"),
    [
        ("/api/v5/trade/order", "POST", "place"),
        ("/api/v5/trade/order", "GET", "read"),
        ("/api/v5/trade/amend-batch-orders", "POST", "amend"),
        ("/api/v5/trade/cancel-batch-orders", "POST", "cancel"),
        ("/api/v5/trade/mass-cancel", "POST", "cancel"),
        ("/api/v5/trade/cancel-all-after", "POST", "cancel"),
        ("/api/v5/sprd/mass-cancel", "POST", "cancel"),
        ("/api/v5/account/balance", "GET", "read"),
    ],
)
def test_what_takes_risk_away_goes_first(path: str, method: str, priority: str) -> None:
    assert endpoint(path, method).priority == priority


SINGLE = [
    row
    for part in sections("v5")
    for row in part.endpoints
    if row.limit is not None and row.limit.subaccount and not row.limit.items
]


@given(
    st.sampled_from(SINGLE),
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "inst_id": st.sampled_from((SWAP, OTHER, SPOT, CALL, PUT, DATED, "btc-usdt-swap")),
                "inst_family": st.sampled_from(("BTC-USD", "ETH-USD")),
                "inst_id_code": st.sampled_from(("1", "2")),
                "ord_type": st.sampled_from(("limit", "market", "mmp", "mmp_and_post_only")),
                "rpi_taker_access": st.booleans(),
                "is_elp_taker_access": st.booleans(),
                "sz": st.sampled_from(("1", "2")),
            },
        ),
        min_size=2,
        max_size=2,
    ),
)
@settings(max_examples=500, deadline=None)
def test_requests_that_are_called_alike_have_the_same_claims(row: Endpoint, given: list[dict[str, Any]]) -> None:
    assert row.limit is not None
    known = Claims(row, row.limit, (OTHER,), ORDERS)
    one, other = (Request(row, row.path, values, values) for values in given)
    if known.alike(one.values) is not None and known.alike(one.values) == known.alike(other.values):
        assert known.of(one, "me", "here", 1) == known.of(other, "me", "here", 1)


def test_what_is_alike_is_found_so() -> None:
    """Size and price say nothing about budgets; hidden liquidity and batches are looked at each time."""
    row = endpoint("/api/v5/trade/order")
    batched = endpoint("/api/v5/trade/batch-orders")
    assert row.limit is not None
    assert batched.limit is not None
    known = Claims(row, row.limit, (), ORDERS)
    assert known.alike(order(SWAP)) == known.alike(order(SWAP, sz="7", px="3")) != known.alike(order(OTHER))
    assert known.alike({**order(SWAP), "rpi_taker_access": True}) is None
    assert Claims(batched, batched.limit, (), ORDERS).alike({}) is None
