"""Channels of the chapter Funding Account. Each needs a login."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.funding import Deposit, Withdrawal

__all__ = ["deposit_info", "withdrawal_info"]


@channel("deposit-info", endpoint="business", auth=True)
def deposit_info(ccy: str | None = None) -> Topic[Deposit]:
    """Deposits that begin or change; a master account also sees its sub-accounts'. (Deposit info channel)"""
    ...


@channel("withdrawal-info", endpoint="business", auth=True)
def withdrawal_info(ccy: str | None = None) -> Topic[Withdrawal]:
    """Withdrawals that begin or change; a master account also sees its sub-accounts'. (Withdrawal info channel)"""
    ...
