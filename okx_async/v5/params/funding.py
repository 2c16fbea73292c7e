"""Parameter rows of the chapter Funding Account."""

from __future__ import annotations

from typing import Literal

from ...core.row import V5Part

__all__ = [
    "ReceiverInfo",
]


class ReceiverInfo(V5Part, frozen=True, kw_only=True):
    """Who gets a withdrawal; some legal entities must say."""

    wallet_type: Literal["exchange", "private"] | str
    """Wallet kind; ``exchange`` withdraw to exchange wallet, ``private`` withdraw to private wallet."""
    exch_id: str | None = None
    rcvr_first_name: str | None = None
    rcvr_last_name: str | None = None
    rcvr_country: str | None = None
    """Receiver country."""
    rcvr_country_sub_division: str | None = None
    """Receiver state or province."""
    rcvr_town_name: str | None = None
    rcvr_street_name: str | None = None
