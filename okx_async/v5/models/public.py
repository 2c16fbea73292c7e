"""Rows of the chapter Public Data."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = ["Instrument", "ParameterChange", "ServerTime"]


class ServerTime(V5Row, frozen=True, gc=False, kw_only=True):
    """The exchange's clock."""

    ts: Ms


class ParameterChange(V5Row, frozen=True, gc=False, kw_only=True):
    """A change of an instrument's parameter that is to come."""

    param: str
    new_value: str | None = None
    eff_time: Ms | None = None


class Instrument(V5Row, frozen=True, gc=False, kw_only=True):
    """One tradable instrument. Most fields are empty right after a listing is announced."""

    inst_type: str
    inst_id: InstId
    series_id: str | None = None
    """Event series; event contracts only."""
    uly: str | None = None
    """Underlying index, e.g. BTC-USD; derivatives and margin."""
    group_id: str | None = None
    """Fee group; read together with ``inst_type``."""
    inst_family: str | None = None
    category: str | None = None
    """Deprecated."""
    base_ccy: str | None = None
    quote_ccy: str | None = None
    settle_ccy: str | None = None
    ct_val: Decimal | None = None
    """Face value of one contract in ``ct_val_ccy``."""
    ct_mult: Decimal | None = None
    ct_val_ccy: str | None = None
    opt_type: str | None = None
    """``C`` call, ``P`` put."""
    stk: Px | None = None
    """Strike."""
    list_time: Ms | None = None
    auction_end_time: Ms | None = None
    """Deprecated: see ``cont_td_sw_time``."""
    cont_td_sw_time: Ms | None = None
    """When the call auction gives way to continuous trading."""
    pre_mkt_sw_time: Ms | None = None
    open_type: str | None = None
    exp_time: Ms | None = None
    lever: Decimal | None = None
    tick_sz: Px | None = None
    """Price step."""
    lot_sz: Sz | None = None
    """Size step."""
    min_sz: Sz | None = None
    ct_type: str | None = None
    """``linear`` or ``inverse``."""
    alias: str | None = None
    """Deprecated: see ``exp_time``."""
    state: str | None = None
    rule_type: str | None = None
    max_lmt_sz: Sz | None = None
    max_mkt_sz: Sz | None = None
    max_lmt_amt: Decimal | None = None
    max_mkt_amt: Decimal | None = None
    max_twap_sz: Sz | None = None
    max_iceberg_sz: Sz | None = None
    max_trigger_sz: Sz | None = None
    max_stop_sz: Sz | None = None
    future_settlement: bool | None = None
    trade_quote_ccy_list: list[str] | None = None
    inst_id_code: int | None = None
    """Number of the same instrument; differs between demo and live, may be missing for new listings."""
    inst_category: str | None = None
    init_px_lmt_pct: Decimal | None = None
    float_px_lmt_pct: Decimal | None = None
    max_px_lmt_pct: Decimal | None = None
    rpi: str | None = None
    rpi_min_level: Decimal | None = None
    rpi_min_px_band: Decimal | None = None
    upc_chg: list[ParameterChange] | None = None
    pos_lmt_amt: Decimal | None = None
    pos_lmt_pct: Decimal | None = None
    max_plat_oi_lmt: Decimal | None = msgspec.field(default=None, name="maxPlatOILmt")
    long_pos_remaining_quota: Decimal | None = None
    short_pos_remaining_quota: Decimal | None = None
    freq: str | None = None
    method: str | None = None
