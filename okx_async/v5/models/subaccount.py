"""Rows of the chapter Sub-account."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms
from ...settings import Secret

__all__ = [
    "NewSubAccount",
    "SubAccount",
    "SubAccountBill",
    "SubAccountKey",
    "SubAccountKeyInfo",
    "SubAccountName",
    "SubAccountTransfer",
    "TransferOut",
]


class SubAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """One sub-account."""

    type: str | None = None
    enable: bool | None = None
    """Sub-account active, false is frozen."""
    sub_acct: str | None = None
    uid: str | None = None
    label: str | None = None
    """Note on the API key."""
    mobile: str | None = None
    """Phone bound to the sub-account."""
    g_auth: bool | None = None
    """Sub-account uses an authenticator app."""
    frozen_func: list[str] | None = None
    """Functions that are frozen; ``trading``, ``convert``, ``transfer``, ``withdrawal``, ``deposit``,
    ``flexible_loan``."""
    can_trans_out: bool | None = None
    """Sub-account may transfer out."""
    ts: Ms | None = None
    """Time of the data."""
    sub_acct_lv: str | None = None
    """Sub-account level; ``1`` first level sub-account, ``2`` second level sub-account."""
    first_lv_sub_acct: str | None = None
    """First-level sub-account."""
    if_dma: bool | None = None
    """Is a DMA broker sub-account."""


class NewSubAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """A sub-account that was made."""

    sub_acct: str | None = None
    label: str | None = None
    """Note on the API key."""
    uid: str | None = None
    ts: Ms | None = None
    """Time of the data."""


class SubAccountKey(V5Row, frozen=True, gc=False, kw_only=True):
    """A new API key with its secrets, which are never shown again and never printed here."""

    sub_acct: str | None = None
    label: str | None = None
    """Note on the API key."""
    api_key: str | None = None
    """Public part of the API key."""
    secret_key: Secret | None = None
    """Secret part of the API key; shown once."""
    passphrase: Secret | None = None
    """8-32 chars with digit, upper, lower and special."""
    perm: str | None = None
    """Comma list of permissions; ``read_only``, ``trade``."""
    ip: str | None = None
    """Bound IP addresses, comma list."""
    ts: Ms | None = None
    """Time of the data."""


class SubAccountKeyInfo(V5Row, frozen=True, gc=False, kw_only=True):
    """An API key without its secrets."""

    label: str | None = None
    """Note on the API key."""
    api_key: str | None = None
    """Public part of the API key."""
    perm: str | None = None
    """Comma list of permissions."""
    ip: str | None = None
    """Bound IP addresses, comma list."""
    ts: Ms | None = None
    """Time of the data."""
    sub_acct: str | None = None


class SubAccountName(V5Row, frozen=True, gc=False, kw_only=True):
    """Name of a sub-account."""

    sub_acct: str | None = None


class SubAccountBill(V5Row, frozen=True, gc=False, kw_only=True):
    """A transfer between accounts of one master."""

    bill_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    type: str | None = None
    sub_acct: str | None = None
    ts: Ms | None = None
    """Time of the data."""
    sub_uid: str | None = None


class SubAccountTransfer(V5Row, frozen=True, gc=False, kw_only=True):
    """An accepted transfer."""

    trans_id: str | None = None


class TransferOut(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether a sub-account may transfer out."""

    sub_acct: str | None = None
    can_trans_out: bool | None = None
    """Sub-account may transfer out."""
