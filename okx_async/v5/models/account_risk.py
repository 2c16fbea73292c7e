"""Rows of the chapter Trading Account: greeks, position builder, protection, position moves."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "AccountPositionTier",
    "BuildAsset",
    "BuildHolding",
    "BuildPosition",
    "ExtremeScenario",
    "GraphPoint",
    "Greeks",
    "MmpConfig",
    "PositionBuild",
    "PositionGraph",
    "PositionMove",
    "PositionMoveLeg",
    "PositionMoveSource",
    "PositionMoveTarget",
    "RiskState",
    "RiskUnit",
    "VolatilityScenarios",
    "WorstScenario",
]


class RiskState(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether the account is at risk."""

    at_risk: bool | None = None
    """Account is at risk in auto-borrow mode."""
    at_risk_idx: list[str] | None = None
    """Derivative risk units at risk."""
    at_risk_mgn: list[str] | None = None
    """Margin risk units at risk."""
    ts: Ms | None = None
    """Time of the data."""


class BuildAsset(V5Row, frozen=True, gc=False, kw_only=True):
    """Margin of one currency."""

    ccy: str | None = None
    avail_eq: Decimal | None = None
    spot_in_use: Decimal | None = None
    """Spot used as hedge."""
    borrow_mmr: Decimal | None = None
    """Deprecated: maintenance margin for borrowing, USD."""
    borrow_imr: Decimal | None = None
    """Initial margin for borrowing, USD."""


class VolatilityScenarios(V5Row, frozen=True, gc=False, kw_only=True):
    """Profit by price shock, for three moves of volatility."""

    vol_shock_down: dict[str, Decimal] | None = None
    """Profit with volatility down."""
    vol_same: dict[str, Decimal] | None = None
    """Profit with unchanged volatility."""
    vol_shock_up: dict[str, Decimal] | None = None
    """Profit with volatility up."""


class WorstScenario(V5Row, frozen=True, gc=False, kw_only=True):
    """The worst case of spot and volatility stress."""

    pnl: Decimal | None = None
    spot_shock: Decimal | None = None
    """Price shock of the worst case."""
    vol_shock: str | None = None
    """Volatility shock of the worst case; ``down`` volatility shock down, ``unchange`` volatility unchanged, ``up``
    volatility shock up."""


class ExtremeScenario(V5Row, frozen=True, gc=False, kw_only=True):
    """The worst case of an extreme move."""

    pnl: Decimal | None = None
    spot_shock: Decimal | None = None
    """Price shock of the worst case."""


class BuildHolding(V5Row, frozen=True, gc=False, kw_only=True):
    """One holding of a risk unit."""

    inst_id: InstId | None = None
    inst_type: str | None = None
    """``SPOT``, ``SWAP``, ``FUTURES``, ``OPTION``."""
    amt: Decimal | None = None
    pos_side: str | None = None
    """``long``, ``short``, ``net``."""
    avg_px: Px | None = None
    mark_px_bf: Decimal | None = None
    """Mark price before the move."""
    mark_px: Px | None = None
    float_pnl: Decimal | None = None
    notional_usd: Decimal | None = None
    """Notional, USD."""
    delta: Decimal | None = None
    """Delta, USD."""
    gamma: Decimal | None = None
    """Gamma of the risk unit."""
    theta: Decimal | None = None
    """Theta of the risk unit."""
    vega: Decimal | None = None
    """Vega of the risk unit."""
    is_real_pos: bool | None = None
    """Is a real position."""


class RiskUnit(V5Row, frozen=True, gc=False, kw_only=True):
    """Margin and greeks of one risk unit."""

    risk_unit: str | None = None
    """Risk unit."""
    mmr_bf: Decimal | None = None
    """Risk unit maintenance margin before the move."""
    mmr: Decimal | None = None
    imr_bf: Decimal | None = None
    """Risk unit initial margin before the move."""
    imr: Decimal | None = None
    upl: Decimal | None = None
    mr1: Decimal | None = None
    """Spot and volatility stress."""
    mr2: Decimal | None = None
    """Time value stress."""
    mr3: Decimal | None = None
    """Volatility span stress."""
    mr4: Decimal | None = None
    """Basis stress."""
    mr5: Decimal | None = None
    """Interest rate stress."""
    mr6: Decimal | None = None
    """Extreme move stress."""
    mr7: Decimal | None = None
    """Reduction cost stress."""
    mr8: Decimal | None = None
    """Borrowing margin."""
    mr9: Decimal | None = None
    """Stablecoin depeg risk."""
    mr1_scenarios: VolatilityScenarios | None = None
    """MR1 cases."""
    mr1_final_result: WorstScenario | None = None
    """Worst MR1 case."""
    mr6_final_result: ExtremeScenario | None = None
    """MR6 case."""
    delta: Decimal | None = None
    """Delta, USD."""
    gamma: Decimal | None = None
    """Gamma of the risk unit."""
    theta: Decimal | None = None
    """Theta of the risk unit."""
    vega: Decimal | None = None
    """Vega of the risk unit."""
    portfolios: list[BuildHolding] | None = None
    """Assumed positions and assets of the risk unit."""


class BuildPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """One position under the assumptions."""

    inst_id: InstId | None = None
    inst_type: str | None = None
    """``SPOT``, ``SWAP``, ``FUTURES``, ``OPTION``."""
    amt: Decimal | None = None
    pos_side: str | None = None
    """``long``, ``short``, ``net``."""
    avg_px: Px | None = None
    mark_px_bf: Decimal | None = None
    """Mark price before the move."""
    mark_px: Px | None = None
    float_pnl: Decimal | None = None
    imr_bf: Decimal | None = None
    """Risk unit initial margin before the move."""
    imr: Decimal | None = None
    mgn_ratio: Decimal | None = None
    lever: Decimal | None = None
    notional_usd: Decimal | None = None
    """Notional, USD."""
    is_real_pos: bool | None = None
    """Is a real position."""


class PositionBuild(V5Row, frozen=True, gc=False, kw_only=True):
    """Margin and greeks of what was assumed."""

    eq: Decimal | None = None
    total_mmr: Decimal | None = None
    """Total maintenance margin, USD."""
    total_imr: Decimal | None = None
    """Total initial margin, USD."""
    borrow_mmr: Decimal | None = None
    """Maintenance margin for borrowing, USD."""
    deriv_mmr: Decimal | None = None
    """Derivatives maintenance margin, USD."""
    margin_ratio: Decimal | None = None
    """Cross maintenance margin ratio."""
    upl: Decimal | None = None
    acct_lever: Decimal | None = None
    """Account-level leverage."""
    ts: Ms | None = None
    """Time of the data."""
    assets: list[BuildAsset] | None = None
    risk_unit_data: list[RiskUnit] | None = None
    """Risk units."""
    positions: list[BuildPosition] | None = None


class GraphPoint(V5Row, frozen=True, gc=False, kw_only=True):
    """One point of the curve."""

    shock_factor: Decimal | None = None
    """Price change ratio, -1 to 1."""
    mmr: Decimal | None = None
    mmr_ratio: Decimal | None = None
    """Maintenance margin ratio."""


class PositionGraph(V5Row, frozen=True, gc=False, kw_only=True):
    """A curve of margin over price changes."""

    type: str | None = None
    mmr_data: list[GraphPoint] | None = None
    """Maintenance margin points."""


class Greeks(V5Row, frozen=True, gc=False, kw_only=True):
    """Greeks of one currency."""

    ccy: str
    delta_bs: Decimal | None = msgspec.field(default=None, name="deltaBS")
    """Delta, dollar greeks."""
    delta_pa: Decimal | None = msgspec.field(default=None, name="deltaPA")
    """Delta, coin greeks."""
    gamma_bs: Decimal | None = msgspec.field(default=None, name="gammaBS")
    """Gamma, dollar greeks (OPTION)."""
    gamma_pa: Decimal | None = msgspec.field(default=None, name="gammaPA")
    """Gamma, coin greeks (OPTION)."""
    theta_bs: Decimal | None = msgspec.field(default=None, name="thetaBS")
    """Theta, dollar greeks (OPTION)."""
    theta_pa: Decimal | None = msgspec.field(default=None, name="thetaPA")
    """Theta, coin greeks (OPTION)."""
    vega_bs: Decimal | None = msgspec.field(default=None, name="vegaBS")
    """Vega, dollar greeks (OPTION)."""
    vega_pa: Decimal | None = msgspec.field(default=None, name="vegaPA")
    """Vega, coin greeks (OPTION)."""
    ts: Ms | None = None
    """Time of the data."""


class AccountPositionTier(V5Row, frozen=True, gc=False, kw_only=True):
    """The largest position of one family."""

    uly: str | None = None
    inst_family: str | None = None
    max_sz: Sz | None = None
    """Largest position size."""
    pos_type: str | None = None
    """What the limit counts, PM only (OPTION)."""


class MmpConfig(V5Row, frozen=True, gc=False, kw_only=True):
    """Market maker protection of one option family."""

    inst_family: str | None = None
    time_interval: Decimal | None = None
    frozen_interval: Decimal | None = None
    """Freeze length, ms; 0 until manual reset."""
    qty_limit: Decimal | None = None
    """Size limit, contracts."""
    mmp_frozen: bool | None = None
    """MMP has fired."""
    mmp_frozen_until: Ms | None = None
    """Unfreeze time, empty for manual reset."""


class PositionMoveSource(V5Row, frozen=True, gc=False, kw_only=True):
    """Where a position came from."""

    inst_id: InstId | None = None
    pos_id: str | None = None
    px: Px | None = None
    side: str | None = None
    """``buy``, ``sell``."""
    sz: Sz | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None


class PositionMoveTarget(V5Row, frozen=True, gc=False, kw_only=True):
    """What it became."""

    inst_id: InstId | None = None
    side: str | None = None
    """``buy``, ``sell``."""
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    td_mode: str | None = None
    """``cross``, ``isolated``."""
    px: Px | None = None
    ccy: str | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None
    sz: Sz | None = None


class PositionMoveLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One moved position."""

    from_: PositionMoveSource | None = None
    to: PositionMoveTarget | None = None


class PositionMove(V5Row, frozen=True, gc=False, kw_only=True):
    """One move of positions between accounts."""

    code: str | None = None
    """Result code, 0 is success."""
    msg: str | None = None
    """Message, empty on success."""
    block_td_id: str | None = None
    client_id: str | None = None
    state: str | None = None
    """``filled``, ``pending``."""
    from_acct: str | None = None
    """Source account name, 0 for the master."""
    to_acct: str | None = None
    """Target account name, 0 for the master."""
    legs: list[PositionMoveLeg] | None = None
    ts: Ms | None = None
    """Time of the data."""
