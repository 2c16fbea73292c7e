"""Chapter Trading Account: greeks, position builder, protection, position moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.throttle import Limit
from ...core.words import ClientId, Count, InstFamily, InstType, MsArg, Num
from ..models.account_risk import (
    AccountPositionTier,
    Greeks,
    MmpConfig,
    PositionBuild,
    PositionGraph,
    PositionMove,
    RiskState,
)
from ..models.trade import Done
from ..params import MmrConfig, MoveLeg, SimAsset, SimPosition
from ..words import Fields

__all__ = ["AccountRiskTools"]


class AccountRiskTools(Section, dialect="v5", chapter="account"):
    """Risk figures, market maker protection, moving positions."""

    @get("/api/v5/account/risk-state", limit=Limit(10, 2, "user"), auth=True)
    async def risk_state(self) -> RiskState:
        """Whether the account is at risk in auto-borrow mode; portfolio margin only. (Get account risk state)"""
        ...

    @post("/api/v5/account/position-builder", limit=Limit(2, 2, "user"), permission="read")
    async def position_builder(
        self,
        acct_lv: Literal["3", "4"] | str | None = None,
        incl_real_pos_and_eq: bool | None = None,
        lever: Num | None = None,
        sim_pos: Sequence[SimPosition | Fields] | None = None,
        sim_asset: Sequence[SimAsset | Fields] | None = None,
        greeks_type: Literal["BS", "PA", "CASH"] | str | None = None,
        idx_vol: Num | None = None,
    ) -> PositionBuild:
        """Margin and greeks of assumed positions and assets.

        Args:
            acct_lv: ``3`` multi-currency margin, ``4`` portfolio margin.
            incl_real_pos_and_eq: Include real positions and equity.
            sim_pos: Assumed positions.
            sim_asset: Assumed assets.
            greeks_type: Greeks display: PA coins, BS dollars.
            idx_vol: Price move in percent for the test point.

        (Position builder (new))
        """
        ...

    @post("/api/v5/account/position-builder-graph", limit=Limit(1, 5, "user"), permission="read")
    async def position_builder_graph(
        self,
        type_: str,
        mmr_config: MmrConfig | Fields,
        incl_real_pos_and_eq: bool | None = None,
        sim_pos: Sequence[SimPosition | Fields] | None = None,
        sim_asset: Sequence[SimAsset | Fields] | None = None,
    ) -> list[PositionGraph]:
        """Margin of assumed positions over a range of prices.

        Args:
            mmr_config: Settings of the margin curve.
            incl_real_pos_and_eq: Include real positions and equity.
            sim_pos: Assumed positions.
            sim_asset: Assumed assets.

        (Position builder trend graph)
        """
        ...

    @get("/api/v5/account/greeks", limit=Limit(10, 2, "user"), auth=True)
    async def greeks(self, ccy: str | None = None) -> list[Greeks]:
        """Greeks of the account, per currency. (Get Greeks)"""
        ...

    @get("/api/v5/account/position-tiers", limit=Limit(10, 2, "user"), auth=True)
    async def position_tiers(
        self, inst_type: Literal["SWAP", "FUTURES", "OPTION"] | str, inst_family: InstFamily
    ) -> list[AccountPositionTier]:
        """The largest positions of portfolio margin accounts, per instrument family. (Get PM position limitation)"""
        ...

    @post("/api/v5/account/mmp-reset", limit=Limit(5, 2, "user"))
    async def reset_mmp(self, inst_family: InstFamily, inst_type: InstType | None = None) -> Done:
        """Thaw market maker protection. (Reset MMP Status)"""
        ...

    @post("/api/v5/account/mmp-config", limit=Limit(2, 10, "user"))
    async def set_mmp_config(
        self, inst_family: InstFamily, time_interval: Num, frozen_interval: Num, qty_limit: Num
    ) -> MmpConfig:
        """Set market maker protection of one option family.

        Args:
            frozen_interval: Freeze length, ms; 0 until manual reset.
            qty_limit: Size limit, contracts.

        (Set MMP)
        """
        ...

    @get("/api/v5/account/mmp-config", limit=Limit(5, 2, "user"), auth=True)
    async def mmp_config(self, inst_family: InstFamily | None = None) -> list[MmpConfig]:
        """Market maker protection in force. (GET MMP Config)"""
        ...

    @post("/api/v5/account/move-positions", limit=Limit(1, 1, "master-user"), needs=Needs("transfer_out"))
    async def move_positions(
        self, from_acct: str, to_acct: str, legs: Sequence[MoveLeg | Fields], client_id: ClientId
    ) -> PositionMove:
        """Move positions between accounts of one master.

        Args:
            from_acct: Source account name, 0 for the master.
            to_acct: Target account name, 0 for the master.

        (Move positions)
        """
        ...

    @get("/api/v5/account/move-positions-history", limit=Limit(2, 2, "master-user"), auth=True)
    async def move_positions_history(
        self,
        block_td_id: str | None = None,
        client_id: ClientId | None = None,
        begin_ts: MsArg | None = None,
        end_ts: MsArg | None = None,
        limit: Count | None = None,
        state: Literal["filled", "pending"] | str | None = None,
    ) -> list[PositionMove]:
        """Positions moved in the last 3 days, newest first. (Get move positions history)"""
        ...
