"""Rows of the funding account."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from ...core.row import V3Row
from .fields import CoinAmount, TextId

__all__ = [
    "AssetValuation",
    "CurrencyInfo",
    "Deposit",
    "DepositAddress",
    "FundingEntry",
    "SubAccount",
    "SubAccountBalance",
    "Transfer",
    "WalletBalance",
    "Withdrawal",
    "WithdrawalFee",
    "WithdrawalResult",
]


class WalletBalance(V3Row, frozen=True, gc=False, kw_only=True):
    """One currency of the funding account."""

    currency: str
    balance: Decimal
    """Total."""
    hold: Decimal | None = None
    """Frozen."""
    available: Decimal | None = None


class Transfer(V3Row, frozen=True, gc=False, kw_only=True, rename={"from_": "from"}):
    """A transfer between accounts; ``from_`` and ``to`` are account codes."""

    transfer_id: TextId
    currency: str | None = None
    from_: str | None = None
    to: str | None = None
    amount: Decimal | None = None
    result: bool | None = None


class WithdrawalResult(V3Row, frozen=True, gc=False, kw_only=True):
    """An accepted withdrawal."""

    currency: str | None = None
    """As it was sent, perhaps in small letters."""
    amount: Decimal | None = None
    withdrawal_id: TextId | None = None
    withdraw_id: TextId | None = None
    """The same as ``withdrawal_id`` in another edition of the documents."""
    result: bool | None = None


class FundingEntry(V3Row, frozen=True, gc=False, kw_only=True):
    """One change of the funding account."""

    ledger_id: TextId
    currency: str
    balance: Decimal
    """After the change."""
    amount: Decimal
    """Signed."""
    typename: str | None = None
    """Words for people, not a code."""
    fee: Decimal | None = None
    """The documents do not tell its sign."""
    timestamp: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return round(self.timestamp.timestamp() * 1000)


class DepositAddress(V3Row, frozen=True, gc=False, kw_only=True):
    """One address; currencies of several chains have one per chain, and addresses of the past are listed, too."""

    address: str
    currency: str
    tag: str | None = None
    memo: str | None = None
    payment_id: str | None = None
    to: int | None = None
    """Receiving account: 0 sub-account, 1 spot, 3 futures, 4 fiat, 5 margin, 6 funding, 8 savings, 9 swap,
    12 option."""


class AssetValuation(V3Row, frozen=True, gc=False, kw_only=True):
    """What an account is worth in one currency."""

    account_type: str | None = None
    balance: Decimal
    valuation_currency: str
    timestamp: datetime
    """Without a time zone: the exchange sends none and the documents name none."""

    def __post_init__(self) -> None:
        """Leave the moment as it is: only here the documents themselves show one without a zone."""


class SubAccountBalance(V3Row, frozen=True, gc=False, kw_only=True):
    """One currency or contract account of a sub-account."""

    account_type: str
    """spot, futures, ...: the part of the key ``account_type:spot``."""
    balance: Decimal | None = None
    max_withdraw: Decimal | None = None
    available: Decimal | None = None
    hold: Decimal | None = None
    currency: str | None = None
    underlying: str | None = None
    """Contract accounts; with an underscore, ``BTC_USD``."""
    equity: Decimal | None = None
    """Contract accounts."""


class SubAccount(V3Row, frozen=True, gc=False, kw_only=True):
    """The balances of a sub-account."""

    sub_account: str
    asset_valuation: Decimal | None = None
    """In BTC."""
    balances: list[SubAccountBalance]


class Withdrawal(V3Row, frozen=True, gc=False, kw_only=True, rename={"from_": "from"}):
    """One withdrawal."""

    withdrawal_id: TextId | None = None
    withdraw_id: TextId | None = None
    """The same as ``withdrawal_id`` in another edition of the documents."""
    currency: str
    amount: Decimal
    fee: CoinAmount | None = None
    """What was charged, a positive amount with its currency."""
    txid: str | None = None
    from_: str | None = None
    """The sender's account."""
    to: str | None = None
    """Address, or account of an internal transfer."""
    tag: str | None = None
    payment_id: str | None = None
    memo: str | None = None
    timestamp: datetime
    """When it was asked for."""
    status: str
    """-3 cancelling, -2 cancelled, -1 failed, 0 waiting, 1 sending, 2 sent, 3 e-mail to be confirmed, 4 checked by
    people, 5 identity to be checked."""


class Deposit(V3Row, frozen=True, gc=False, kw_only=True, rename={"from_": "from"}):
    """One deposit."""

    deposit_id: TextId | None = None
    currency: str
    amount: Decimal
    from_: str | None = None
    """Internal senders only."""
    to: str | None = None
    txid: str | None = None
    timestamp: datetime
    """When it was credited."""
    status: str
    """0 waiting for confirmations, 1 confirmed, 2 credited."""


class CurrencyInfo(V3Row, frozen=True, gc=False, kw_only=True):
    """One currency the exchange knows."""

    currency: str
    name: str | None = None
    can_deposit: bool | None = None
    can_withdraw: bool | None = None
    min_withdrawal: Decimal | None = None


class WithdrawalFee(V3Row, frozen=True, gc=False, kw_only=True):
    """The range of the network fee; ``None`` where withdrawals are closed. Fees are positive amounts to pay."""

    currency: str
    min_fee: Decimal | None = None
    max_fee: Decimal | None = None
