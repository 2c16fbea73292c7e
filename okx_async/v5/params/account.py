"""Parameter rows of the chapter Trading Account."""

from __future__ import annotations

from typing import Literal

from ...core.row import V5Part
from ...core.words import InstId, Num, Side
from ..words import Fields, PosSide

__all__ = [
    "DemoAdjustment",
    "MmrConfig",
    "MoveFrom",
    "MoveLeg",
    "MoveTo",
    "SimAsset",
    "SimPosition",
]


class SimPosition(V5Part, frozen=True, kw_only=True):
    """One assumed position."""

    inst_id: InstId
    pos: Num
    """Size; negative is short in net mode."""
    avg_px: Num
    lever: Num | None = None


class SimAsset(V5Part, frozen=True, kw_only=True):
    """One assumed balance."""

    ccy: str
    amt: Num


class MmrConfig(V5Part, frozen=True, kw_only=True):
    """Settings of the margin curve."""

    acct_lv: Literal["3", "4"] | str | None = None
    """``3`` multi-currency margin, ``4`` portfolio margin."""
    lever: Num | None = None


class MoveFrom(V5Part, frozen=True, kw_only=True):
    """The position that is moved."""

    pos_id: str
    sz: Num
    side: Side


class MoveTo(V5Part, frozen=True, kw_only=True):
    """What the moved position becomes."""

    td_mode: Literal["cross", "isolated"] | str | None = None
    pos_side: PosSide | None = None
    """Needed for the destination sub-account = in **net** mode."""
    ccy: str | None = None


class MoveLeg(V5Part, frozen=True, kw_only=True):
    """One position to move: where from and where to."""

    from_: MoveFrom | Fields
    to: MoveTo | Fields


class DemoAdjustment(V5Part, frozen=True, kw_only=True):
    """A change of one demo balance."""

    ccy: Literal["BTC", "ETH", "USDT", "OKB"] | str
    amt: Num
