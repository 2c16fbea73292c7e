"""Rows of the chapter On-chain earn."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Part, V5Row
from ...core.words import Ms, Num

__all__ = [
    "Earning",
    "FastRedemption",
    "Investment",
    "InvestmentArg",
    "OfferedEarning",
    "OfferedInvestment",
    "OnchainAction",
    "OnchainOffer",
    "OnchainOrder",
]


class OfferedInvestment(V5Row, frozen=True, gc=False, kw_only=True):
    """What an offer takes."""

    ccy: str | None = None
    bal: Decimal | None = None
    min_amt: Decimal | None = None
    max_amt: Decimal | None = None


class OfferedEarning(V5Row, frozen=True, gc=False, kw_only=True):
    """What an offer pays in."""

    ccy: str | None = None
    earning_type: str | None = None
    """0 estimated, 1 cumulative."""


class OnchainOffer(V5Row, frozen=True, gc=False, kw_only=True):
    """An offer."""

    ccy: str | None = None
    product_id: str | None = None
    protocol: str | None = None
    protocol_type: str | None = None
    """``defi`` on-chain earn."""
    term: Decimal | None = None
    """Days; 0 is flexible."""
    apy: Decimal | None = None
    """Estimated annual yield."""
    early_redeem: bool | None = None
    """Early redemption supported."""
    invest_data: list[OfferedInvestment] | None = None
    """Coins and amounts to invest."""
    earning_data: list[OfferedEarning] | None = None
    """Earnings rows."""
    state: str | None = None
    """``sold_out`` sold out, ``Stop`` suspension of subscription."""
    redeem_period: list[str] | None = None
    """Shortest and longest wait, e.g. 1H or 2D."""
    fast_redemption_daily_limit: Decimal | None = None
    """Instant redemption cap per day."""


class OnchainAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The order something was done to."""

    ord_id: str | None = None
    tag: str | None = None


class Investment(V5Row, frozen=True, gc=False, kw_only=True):
    """What was invested."""

    ccy: str | None = None
    amt: Decimal | None = None


class Earning(V5Row, frozen=True, gc=False, kw_only=True):
    """What was earned."""

    ccy: str | None = None
    earning_type: str | None = None
    """0 estimated, 1 cumulative."""
    earnings: Decimal | None = None
    """Earned amount."""
    realized_earnings: Decimal | None = None
    """Earnings of redeemed orders."""


class FastRedemption(V5Row, frozen=True, gc=False, kw_only=True):
    """What is on its way back."""

    ccy: str | None = None
    redeeming_amt: Decimal | None = None
    """Amount being redeemed."""


class OnchainOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """An order."""

    ccy: str | None = None
    ord_id: str | None = None
    product_id: str | None = None
    state: str | None = None
    """``8`` pending, ``13`` cancelling, ``9`` onchain, ``1`` earning, ``2`` redeeming."""
    protocol: str | None = None
    protocol_type: str | None = None
    """``defi`` on-chain earn."""
    term: Decimal | None = None
    """Days; 0 is flexible."""
    apy: Decimal | None = None
    """Estimated annual yield."""
    invest_data: list[Investment] | None = None
    """Coins and amounts to invest."""
    earning_data: list[Earning] | None = None
    """Earnings rows."""
    fast_redemption_data: list[FastRedemption] | None = None
    """Instant redemption rows."""
    purchased_time: Ms | None = None
    """Purchase time."""
    est_settlement_time: Ms | None = None
    cancel_redemption_deadline: Ms | None = None
    """Last moment to cancel a redemption."""
    tag: str | None = None
    redeemed_time: Ms | None = None
    """Redemption time."""


class InvestmentArg(V5Part, frozen=True, kw_only=True):
    """A currency and how much of it is invested."""

    ccy: str
    amt: Num
