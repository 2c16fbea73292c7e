"""Answers other clients recorded or wrote down, for the chapters of `test_chapters_rest`.

`test_samples` decodes every sample in the usual shape; here are the odd shapes, and values that must come out right.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from okx_async import Endpoint, Refused
from okx_async.catalogue import sections
from okx_async.core.answers import list_of
from okx_async.core.dialect import Answer
from okx_async.core.drift import unmodelled
from okx_async.v5.dialect import V5

SAMPLES = Path(__file__).parent / "data/v5/rest"
CHAPTERS = (
    "affiliate",
    "copytrading",
    "dca",
    "earn_dcd",
    "earn_eth",
    "earn_flexible_loan",
    "earn_onchain",
    "earn_savings",
    "earn_sol",
    "fiat",
    "grid",
    "recurring",
)
ENDPOINTS = {
    (row.method, row.path): row
    for section in sections("v5")
    if section.chapter in CHAPTERS
    for row in section.endpoints
}
# A client's own slip: the documents write the path with ``orders``.
SLIPS = {"/api/v5/tradingBot/recurring/order-algo-details": "/api/v5/tradingBot/recurring/orders-algo-details"}


def samples() -> dict[str, tuple[Endpoint, Any]]:
    """Return endpoint and answer of every sample that belongs to these chapters, by its name."""
    found: dict[str, tuple[Endpoint, Any]] = {}
    for path in sorted(SAMPLES.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            key = record.get("method"), SLIPS.get(record.get("path"), record.get("path"))
            if key in ENDPOINTS:
                found[record["name"]] = ENDPOINTS[key], record["response"]
    return found


FOUND = samples()


def decode(name: str) -> Any:
    """Return the typed rows of a sample."""
    endpoint, response = FOUND[name]
    return V5().decode(endpoint, Answer(200, orjson.dumps(response), endpoint.path))


def test_the_samples_are_there() -> None:
    """A glob that finds nothing would prove nothing."""
    assert len(FOUND) >= 29


@pytest.mark.parametrize("name", [name for name, (_, response) in FOUND.items() if str(response["code"]) == "0"])
def test_a_sample_decodes_whole(name: str) -> None:
    """Typed rows, and every field is declared, in whatever shape it came."""
    endpoint, response = FOUND[name]
    answer = decode(name)
    data = response["data"]
    if isinstance(data, dict) and endpoint.inside:
        data = data[endpoint.inside]
    data = data if isinstance(data, list) else [data]
    rows = answer if endpoint.many else [answer] if answer is not None else []
    assert len(rows) == len(data)
    shape = endpoint.result if endpoint.many else list_of(endpoint.result)
    assert unmodelled(shape, data) == set()


def test_a_feature_that_demo_lacks_is_refused() -> None:
    """The recorded answer of demo trading."""
    with pytest.raises(Refused, match="50038"):
        decode("demo get-public-borrow-history-btc.json")


def test_values_come_out_exact() -> None:
    """Decimals, moments, rows in rows, and nothing for empty texts."""
    rates = decode("production get-public-borrow-history-btc.json")
    assert (rates[0].lending_rate, rates[0].amt, rates[0].ts) == (Decimal("0.0016"), None, 1777284000000)
    (product,) = decode("Financial/DualInvestment/get-products-live-wrapper-shape")
    assert (product.step_sz, product.trade_end_time) == (Decimal("0.0001"), 1777262400000)
    method = decode("Funding/fiat-payment-methods")[0]
    assert (method.limits.max_amt, method.accounts[0].bank_name) == (Decimal(1000000), "VakifBank")
    loan = decode("Financial/FlexibleLoan/get-loan-info")[0]
    assert (loan.cur_ltv, loan.collateral_data[1].amt, loan.risk_warning_data.liq_px) == (
        Decimal("0.5742"),
        Decimal("0.78"),
        None,
    )
    order = decode("RecurringBuy/get-order-details")
    assert (order.source, order.recurring_list[0].avg_px) == (["1", "3"], Decimal(42000))
    assert decode("Financial/staking-empty-success") is None
    assert decode("Financial/sol-staking-product-info").rate == Decimal("5.57")
    assert decode("Dca/get-order-history")[0].arbitrage_pnl == Decimal("2.5")
