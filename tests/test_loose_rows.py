"""Rows without a type: exactly those of which nobody tells the fields, each with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from okx_async import Endpoint, catalogue
from okx_async.core.answers import row_type
from okx_async.core.row import HiddenRow, LooseRow

from .shapes import shapes

DATA = Path(__file__).parent / "data" / "v5"

LIBRARIES = "known from client libraries, which hand the rows on as they come; never in the documents' pages of 2026"
FIXED_LOANS = "withdrawn with the fixed loans on 2025-03-03"
QUICK_MARGIN = "withdrawn with the quick margin mode on 2024-03-06"
COPY_TWINS = "withdrawn on 2024-12-16; whether the public calls that took over have the same fields is not told"
AGENT_KIT = "known from OKX's agent kit only, which tells requests and hands answers on as they come"
PYTHON_OKX = "known from python-okx only, which hands the rows on as they come"
REASONS = {
    "account.amend_fixed_loan": FIXED_LOANS,
    "account.auto_repay": LIBRARIES,
    "account.borrow_repay": LIBRARIES,
    "account.borrow_repay_history": LIBRARIES,
    "account.convert_fixed_loan": FIXED_LOANS,
    "account.fixed_loan_borrowing_limit": FIXED_LOANS,
    "account.fixed_loan_borrowing_orders": FIXED_LOANS,
    "account.fixed_loan_borrowing_quote": FIXED_LOANS,
    "account.place_fixed_loan": FIXED_LOANS,
    "account.quick_margin_borrow_repay": QUICK_MARGIN,
    "account.quick_margin_borrow_repay_history": QUICK_MARGIN,
    "account.reborrow_fixed_loan": FIXED_LOANS,
    "account.reduce_fixed_loan_liabilities": FIXED_LOANS,
    "account.repay_fixed_loan": FIXED_LOANS,
    "account.set_risk_offset_type": "withdrawn with the old rules of portfolio margin on 2025-01-17",
    "account.simulated_margin": LIBRARIES,
    "account.spot_manual_borrow_repay_state": LIBRARIES,
    "account.vip_interest_accrued": LIBRARIES,
    "account.vip_interest_deducted": LIBRARIES,
    "account.vip_loan_order_detail": LIBRARIES,
    "account.vip_loan_orders": LIBRARIES,
    "affiliate.partner_if_rebate": "withdrawn on 2025-04-24",
    "affiliate.tvb_invitee_detail": PYTHON_OKX,
    "affiliate.tvb_invitee_list": PYTHON_OKX,
    "affiliate.tvb_link_list": PYTHON_OKX,
    "affiliate.tvb_performance_summary": PYTHON_OKX,
    "affiliate.tvb_tier_breakdown": PYTHON_OKX,
    "agent.currency_sentiment": AGENT_KIT,
    "agent.currency_sentiment_ranking": AGENT_KIT,
    "agent.filter_market": AGENT_KIT,
    "agent.filter_oi_change": AGENT_KIT,
    "agent.indicators": AGENT_KIT,
    "agent.news_detail": AGENT_KIT,
    "agent.news_platforms": AGENT_KIT,
    "agent.oi_history": AGENT_KIT,
    "agent.presign_skill_download": AGENT_KIT + "; the row has a token, so it never shows itself",
    "agent.search_news": AGENT_KIT,
    "agent.search_skills": AGENT_KIT,
    "agent.skill_categories": AGENT_KIT,
    "broker_nd.report_subaccount_ip": LIBRARIES,
    "broker_nd.set_subaccount_assets": LIBRARIES,
    "copytrading.apply_lead_trading": COPY_TWINS,
    "copytrading.batch_leverage_info": COPY_TWINS,
    "copytrading.batch_set_leverage": COPY_TWINS,
    "copytrading.copy_traders": COPY_TWINS,
    "copytrading.lead_traders": COPY_TWINS,
    "copytrading.lead_traders_history": COPY_TWINS,
    "copytrading.performance_current_subpositions": COPY_TWINS,
    "copytrading.performance_subpositions_history": COPY_TWINS,
    "copytrading.pnl": COPY_TWINS,
    "copytrading.preference_currency": COPY_TWINS,
    "copytrading.stats": COPY_TWINS,
    "copytrading.stop_lead_trading": COPY_TWINS,
    "copytrading.weekly_pnl": COPY_TWINS,
    "earn_savings.fixed_loan_amend_lending_order": FIXED_LOANS,
    "earn_savings.fixed_loan_lending_apy_history": FIXED_LOANS,
    "earn_savings.fixed_loan_lending_offers": FIXED_LOANS,
    "earn_savings.fixed_loan_lending_order": FIXED_LOANS,
    "earn_savings.fixed_loan_lending_orders_list": FIXED_LOANS,
    "earn_savings.fixed_loan_lending_sub_orders": FIXED_LOANS,
    "earn_savings.fixed_loan_pending_lending_volume": FIXED_LOANS,
    "earn_savings.fixed_offers": AGENT_KIT,
    "earn_savings.fixed_orders": AGENT_KIT,
    "earn_savings.flash_earn_projects": AGENT_KIT,
    "earn_savings.purchase_fixed": AGENT_KIT,
    "earn_savings.redeem_fixed": AGENT_KIT,
    "funding.convert_dust_assets": "withdrawn on 2024-10-17",
    "funding.deposit_lightning": LIBRARIES,
    "funding.savings_purchase_redempt": "withdrawn on 2024-01-22",
    "grid.min_investment": LIBRARIES,
    "signal_bot.place_sub_order": "the documents' page lists no field, and the one sample is an empty list",
    "subaccount.interest_limits": LIBRARIES,
    "subaccount.set_loan_allocation": LIBRARIES,
    "subaccount.subaccount_apikey": LIBRARIES,
    "trade.apply_fills_archive": "withdrawn on 2024-09-19",
    "trade.fills_archive": "withdrawn on 2024-09-19",
}


def loose() -> dict[str, Endpoint]:
    """Return the endpoints whose rows have no type of their own, by name."""
    rows = (row for row in catalogue() if row.dialect == "v5")
    return {f"{row.chapter}.{row.name}": row for row in rows if row_type(row) in (LooseRow, HiddenRow)}


def test_what_is_loose_is_listed_with_a_reason_and_nothing_else_is() -> None:
    assert sorted(loose()) == sorted(REASONS)


@pytest.mark.parametrize("name", sorted(REASONS))
def test_nobody_tells_its_fields(name: str) -> None:
    """Neither the documents nor a sample; and its docstring says that it is so."""
    row = loose()[name]
    assert shapes("v5")[f"{row.method} {row.path}"].fields == {}
    assert not [fields for fields in samples(row) if fields], "a sample shows what the rows hold"
    section = row.doc + (SECTIONS.get(row.chapter) or "")
    assert any(words in " ".join(section.split()) for words in UNKNOWN), row.doc


UNKNOWN = ("not known", "not documented", "not told")
SECTIONS = {"agent": "answers are not documented"}


def samples(row: Endpoint) -> Iterator[Any]:
    """Yield the first row of every answer of an endpoint that somebody recorded or wrote down."""
    for path in (*DATA.glob("rest*/*.jsonl"), DATA / "requests_go-okx.jsonl"):
        for record in map(json.loads, path.read_text().splitlines()):
            if (record["method"], record["path"]) == (row.method, row.path):
                yield from (record.get("response") or {}).get("data") or ()
