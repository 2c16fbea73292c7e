"""Channels of the chapter Trading Account. Each needs a login."""

from __future__ import annotations

from typing import Annotated, Literal

from ...core.channel import Topic, channel
from ...core.words import InstFamily, InstId, Word
from ..models.account import AccountBalance, BalanceAndPosition, Position, RiskWarning
from ..models.account_risk import Greeks
from ..params.push import PushPace
from ..words import Fields

__all__ = ["account", "account_greeks", "balance_and_position", "liquidation_warning", "positions"]

Pace = Annotated[PushPace | Fields, Word("How often the channel repeats itself.", packed=True)]


@channel("account", endpoint="private", auth=True, paged="details")
def account(ccy: str | None = None, extra_params: Pace | None = None) -> Topic[AccountBalance]:
    """Equity, margin and balances: first the whole account, its pages put together, then changes and regular repeats.

    Only currencies that are not zero come, so one that fell to zero may just vanish from the repeats. ``extra_params``
    ``PushPace(update_interval="0")`` turns the repeats off. (Account channel)
    """
    ...


@channel("positions", endpoint="private", auth=True, paged="")
def positions(
    inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS", "ANY"] | str,
    inst_family: InstFamily | None = None,
    inst_id: InstId | None = None,
    extra_params: Pace | None = None,
) -> Topic[Position]:
    """Positions: first all of them, pages put together, then changes, and repeats about every 5 s by default.

    ``pos`` 0 tells a position that was closed. ``inst_id`` wins over ``inst_family``. (Positions channel)
    """
    ...


@channel("balance_and_position", endpoint="private", auth=True)
def balance_and_position() -> Topic[BalanceAndPosition]:
    """What fills, transfers, funding and the like change, at once; first everything that is not zero.

    Only the changed half of a row is filled; its ``event_type`` tells the cause. (Balance and position channel)
    """
    ...


@channel("liquidation-warning", endpoint="private", auth=True)
def liquidation_warning(
    inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION", "ANY"] | str,
    inst_family: InstFamily | None = None,
    inst_id: InstId | None = None,
) -> Topic[RiskWarning]:
    """Positions at risk of liquidation; a hint only, the position may be gone already. (Position risk warning)"""
    ...


@channel("account-greeks", endpoint="private", auth=True)
def account_greeks(ccy: str | None = None) -> Topic[Greeks]:
    """Greeks per currency: first of all currencies held, then changes and regular repeats. (Account greeks channel)"""
    ...
