"""Rows of the chapter Public Data that follow the market of derivatives."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "AdlWarning",
    "Delivery",
    "DeliveryDay",
    "EstimatedPrice",
    "EstimatedSettlement",
    "FundingRate",
    "LiquidationOrder",
    "Liquidations",
    "MarkPrice",
    "OpenInterest",
    "OptionSummary",
    "PastFunding",
    "Premium",
    "PriceLimit",
    "Settlement",
    "SettlementDay",
]


class EstimatedPrice(V5Row, frozen=True, gc=False, kw_only=True):
    """The price a contract would be delivered, exercised or settled at now. Only in the half hour before."""

    inst_type: str | None = None
    inst_id: InstId
    settle_px: Px | None = None
    ts: Ms | None = None
    settle_type: str | None = None
    """``settlement``, ``delivery`` or ``exercise``; only the channel tells."""


class Delivery(V5Row, frozen=True, gc=False, kw_only=True):
    """One contract that was delivered or exercised."""

    inst_id: InstId | None = None
    """The contract, where an answer spells its name in the usual way."""
    ins_id: InstId | None = None
    """The contract, in the spelling of the documents."""
    px: Px | None = None
    """At which price."""
    type: str | None = None
    """``delivery``, ``exercised``, or ``expired_otm``: expired out of the money."""


class DeliveryDay(V5Row, frozen=True, gc=False, kw_only=True):
    """Contracts delivered or exercised at one moment."""

    ts: Ms
    details: list[Delivery] | None = None


class EstimatedSettlement(V5Row, frozen=True, gc=False, kw_only=True):
    """The next settlement of a futures contract, and at which price it would be now."""

    inst_id: InstId
    next_settle_time: Ms | None = None
    est_settle_px: Px | None = None
    ts: Ms | None = None


class Settlement(V5Row, frozen=True, gc=False, kw_only=True):
    """One contract that was settled."""

    inst_id: InstId
    settle_px: Px | None = None


class SettlementDay(V5Row, frozen=True, gc=False, kw_only=True):
    """Futures settled at one moment."""

    ts: Ms
    details: list[Settlement] | None = None


class FundingRate(V5Row, frozen=True, gc=False, kw_only=True):
    """Funding of a perpetual, and of futures that behave like one."""

    inst_type: str | None = None
    """``SWAP``, or ``FUTURES`` for those that behave like one."""
    inst_id: InstId
    method: str | None = None
    """``current_period``; ``next_period`` is history."""
    formula_type: str | None = None
    """``withRate`` is the present formula, ``noRate`` the old one."""
    funding_rate: Decimal | None = None
    """Rate of the coming settlement."""
    next_funding_rate: Decimal | None = None
    """Deprecated, empty."""
    funding_time: Ms | None = None
    """The coming settlement."""
    prev_funding_time: Ms | None = None
    """The settlement before; seen in answers, not in the documents."""
    next_funding_time: Ms | None = None
    """The settlement behind it; the difference is the interval."""
    min_funding_rate: Decimal | None = None
    """Lower bound."""
    max_funding_rate: Decimal | None = None
    """Upper bound."""
    interest_rate: Decimal | None = None
    """Part of the formula: the rate of borrowing."""
    impact_value: Decimal | None = None
    """Part of the formula: how deep into the book it looks, in the quote currency."""
    sett_state: str | None = None
    """``processing`` or ``settled``."""
    sett_funding_rate: Decimal | None = None
    """Rate of the settlement under way, or of the last one."""
    premium: Decimal | None = None
    """Premium of the contract over the index."""
    ts: Ms | None = None


class PastFunding(V5Row, frozen=True, gc=False, kw_only=True):
    """One settlement of funding."""

    inst_type: str | None = None
    """``SWAP``, or ``FUTURES`` for those that behave like one."""
    inst_id: InstId
    formula_type: str | None = None
    """``withRate`` is the present formula, ``noRate`` the old one."""
    funding_rate: Decimal | None = None
    """The rate as it was foretold."""
    realized_rate: Decimal | None = None
    """The rate that was paid."""
    funding_time: Ms
    """When it was settled."""
    method: str | None = None
    """``current_period`` or ``next_period``."""


class OpenInterest(V5Row, frozen=True, gc=False, kw_only=True):
    """How much of a contract is open."""

    inst_type: str | None = None
    inst_id: InstId
    oi: Decimal | None = None
    """In contracts."""
    oi_ccy: Decimal | None = None
    """In coins."""
    oi_usd: Decimal | None = None
    """In US dollars."""
    ts: Ms | None = None


class PriceLimit(V5Row, frozen=True, gc=False, kw_only=True):
    """Between which prices orders are accepted. Both are ``None`` while ``enabled`` is false."""

    inst_type: str | None = None
    inst_id: InstId
    buy_lmt: Px | None = None
    """The highest price to buy at."""
    sell_lmt: Px | None = None
    """The lowest price to sell at."""
    ts: Ms | None = None
    enabled: bool | None = None


class OptionSummary(V5Row, frozen=True, gc=False, kw_only=True):
    """Greeks and volatilities of one option. Names ending in ``_bs`` are the dollar greeks."""

    inst_type: str | None = None
    inst_id: InstId
    uly: str | None = None
    delta: Decimal | None = None
    gamma: Decimal | None = None
    vega: Decimal | None = None
    theta: Decimal | None = None
    delta_bs: Decimal | None = msgspec.field(default=None, name="deltaBS")
    gamma_bs: Decimal | None = msgspec.field(default=None, name="gammaBS")
    vega_bs: Decimal | None = msgspec.field(default=None, name="vegaBS")
    theta_bs: Decimal | None = msgspec.field(default=None, name="thetaBS")
    lever: Decimal | None = None
    mark_vol: Decimal | None = None
    """Implied volatility of the mark price."""
    bid_vol: Decimal | None = None
    """Implied volatility of the best bid."""
    ask_vol: Decimal | None = None
    """Implied volatility of the best ask."""
    real_vol: Decimal | None = None
    """Not used."""
    vol_lv: Decimal | None = None
    """Implied volatility at the money."""
    fwd_px: Px | None = None
    ts: Ms | None = None


class MarkPrice(V5Row, frozen=True, gc=False, kw_only=True):
    """The price that profit, loss and liquidations are reckoned with."""

    inst_type: str | None = None
    inst_id: InstId
    mark_px: Px | None = None
    """``None`` where there is none, e.g. event contracts before their start."""
    ts: Ms | None = None


class Premium(V5Row, frozen=True, gc=False, kw_only=True):
    """Premium of a perpetual over its index at one moment."""

    inst_id: InstId
    premium: Decimal | None = None
    ts: Ms | None = None


class LiquidationOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """One liquidation."""

    side: str | None = None
    """Side of the order that closes the position."""
    pos_side: str | None = None
    """Side of the position: ``long``, ``short`` or ``net``."""
    bk_px: Px | None = None
    """Bankruptcy price."""
    sz: Sz | None = None
    bk_loss: Decimal | None = None
    """What it cost the fund."""
    ccy: str | None = None
    """Margin only."""
    ts: Ms | None = None


class Liquidations(V5Row, frozen=True, gc=False, kw_only=True):
    """Liquidations of one instrument: a sample, and not always in order of time."""

    inst_type: str | None = None
    inst_id: InstId
    uly: str | None = None
    inst_family: str | None = None
    details: list[LiquidationOrder] | None = None


class AdlWarning(V5Row, frozen=True, gc=False, kw_only=True):
    """Auto-deleveraging is near or under way. Most balances are empty since 2026-06-09."""

    inst_type: str | None = None
    inst_family: str | None = None
    inst_id: InstId | None = None
    """Seen in pushes, not in the documents."""
    state: str | None = None
    """``warning`` or ``adl``."""
    bal: Decimal | None = None
    """The fund's balance."""
    ccy: str | None = None
    """Deprecated."""
    max_bal: Decimal | None = None
    """Deprecated."""
    max_bal_ts: Ms | None = None
    """Deprecated."""
    adl_type: str | None = None
    """Deprecated: what began or ended it."""
    adl_bal: Decimal | None = None
    """Deprecated."""
    adl_rec_bal: Decimal | None = None
    """Deprecated."""
    ts: Ms | None = None
    dec_rate: Decimal | None = None
    """Deprecated."""
    adl_rate: Decimal | None = None
    """Deprecated."""
    adl_rec_rate: Decimal | None = None
    """Deprecated."""
