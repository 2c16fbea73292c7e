"""Rows of the chapter Non-disclosed broker."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import LooseRow, V5Row
from ...core.words import Ms
from ...settings import Secret

__all__ = [
    "BrokerInfo",
    "DailyRebate",
    "DailyRebates",
    "DepositAddress",
    "FeeRateSet",
    "RebateFile",
    "RebateFileAsked",
    "SubAccount",
    "SubAccountDeposit",
    "SubAccountKey",
    "SubAccountKeyMade",
    "SubAccountLevel",
    "SubAccountMade",
    "SubAccountName",
    "SubAccountPage",
    "SubAccountWithdrawal",
]


class BrokerInfo(V5Row, frozen=True, gc=False, kw_only=True):
    """What the broker may do, and how much of it is used."""

    sub_acct_qty: int | None = None
    """Sub-accounts made so far."""
    max_sub_acct_qty: int | None = None
    """Most sub-accounts allowed."""
    level: str | None = None
    """Trading level, e.g. lv1."""
    ts: Ms | None = None
    """Time of the reply."""


class SubAccountMade(V5Row, frozen=True, gc=False, kw_only=True):
    """A new sub-account."""

    sub_acct: str | None = None
    label: str | None = None
    acct_lv: str | None = None
    """``1`` simple (spot)."""
    uid: str | None = None
    """Account id."""
    ts: Ms | None = None


class SubAccountName(V5Row, frozen=True, gc=False, kw_only=True):
    """The sub-account something was done to."""

    sub_acct: str | None = None


class SubAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """One sub-account."""

    sub_acct: str | None = None
    uid: str | None = None
    label: str | None = None
    acct_lv: str | None = None
    """``1`` simple (spot), ``2`` single-currency margin, ``3`` multi-currency margin, ``4`` portfolio margin."""
    ts: Ms | None = None


class SubAccountPage(V5Row, frozen=True, gc=False, kw_only=True):
    """One page of sub-accounts."""

    total_page: int | None = None
    page: int | None = None
    details: list[SubAccount] | None = None


class SubAccountKeyMade(V5Row, frozen=True, gc=False, kw_only=True):
    """A new API key. The only time its secret is told."""

    sub_acct: str | None = None
    label: str | None = None
    api_key: Secret | None = None
    secret_key: Secret | None = None
    passphrase: Secret | None = None
    perm: str | None = None
    """Rights with commas between."""
    ip: str | None = None
    """Bound addresses, comma list."""
    ts: Ms | None = None


class SubAccountKey(V5Row, frozen=True, gc=False, kw_only=True):
    """An API key, without its secret."""

    label: str | None = None
    api_key: Secret | None = None
    perm: str | None = None
    """Rights with commas between."""
    ip: str | None = None
    """Bound addresses."""
    ts: Ms | None = None
    sub_acct: str | None = None


class SubAccountLevel(V5Row, frozen=True, gc=False, kw_only=True):
    """The account mode that is set now."""

    acct_lv: str | None = None
    """``1`` simple (spot), ``2`` single-currency margin, ``3`` multi-currency margin, ``4`` portfolio margin."""


class FeeRateSet(V5Row, frozen=True, gc=False, kw_only=True):
    """From when a mark-up counts."""

    sub_acct: str | None = None
    eff_date: str | None = None
    """Start date YYYYMMdd."""
    eff_ts: str | None = None
    """What the documents' sample calls ``eff_date``; read that one."""

    def __post_init__(self) -> None:
        self._take(eff_date="eff_ts")


class DepositAddress(V5Row, frozen=True, gc=False, kw_only=True):
    """A deposit address of a sub-account."""

    ccy: str | None = None
    addr: str | None = None
    chain: str | None = None
    pmt_id: str | None = None
    """Payment id some coins need, empty otherwise."""
    tag: str | None = None
    """Tag some coins need, empty otherwise."""
    memo: str | None = None
    """Memo some coins need, empty otherwise."""
    ts: Ms | None = None
    to: str | None = None
    """Account credited now: ``6`` funding account, ``18`` trading account."""
    selected: bool | None = None
    """Chosen on the site."""
    ct_addr: str | None = None
    """Last six characters of the contract address."""


class SubAccountDeposit(V5Row, frozen=True, gc=False, kw_only=True):
    """A deposit of a sub-account."""

    sub_acct: str | None = None
    ccy: str | None = None
    chain: str | None = None
    amt: Decimal | None = None
    from_: str | None = None
    """Internal sender only; chain senders are not shown."""
    area_code_from: str | None = None
    """Phone country code when from is a phone number."""
    to: str | None = None
    tx_id: str | None = None
    ts: Ms | None = None
    """Credit time."""
    state: str | None = None
    dep_id: str | None = None
    actual_dep_blk_confirm: Decimal | None = None
    """Confirmations seen."""


class SubAccountWithdrawal(V5Row, frozen=True, gc=False, kw_only=True):
    """A withdrawal of a sub-account."""

    sub_acct: str | None = None
    ccy: str | None = None
    chain: str | None = None
    non_tradable_asset: bool | None = None
    """Coin is not tradable."""
    amt: Decimal | None = None
    ts: Ms | None = None
    to: str | None = None
    area_code_to: str | None = None
    """Phone country code when to is a phone number."""
    tag: str | None = None
    """Absent when not needed."""
    pmt_id: str | None = None
    """Absent when not needed."""
    memo: str | None = None
    """Absent when not needed."""
    addr_ex: LooseRow | None = None
    """Label of the address; absent when not needed."""
    tx_id: str | None = None
    """Hash, empty for internal moves."""
    fee: Decimal | None = None
    """Fee amount."""
    fee_ccy: str | None = None
    state: str | None = None
    wd_id: str | None = None
    client_id: str | None = None


class DailyRebate(V5Row, frozen=True, gc=False, kw_only=True):
    """The rebate of one sub-account on one day."""

    sub_acct: str | None = None
    income: Decimal | None = None
    """Rebate, USDT."""
    rebate_date: str | None = None
    """Date of the rebate."""


class DailyRebates(V5Row, frozen=True, gc=False, kw_only=True):
    """One page of rebates by day."""

    ts: Ms | None = None
    tot_income: Decimal | None = None
    """Rebate of all sub-accounts."""
    tot_page: int | None = None
    page: int | None = None
    """This page; the sample has an empty string."""
    details: list[DailyRebate] | None = None
    """Rebates."""


class RebateFile(V5Row, frozen=True, gc=False, kw_only=True):
    """A link to a file of rebates by order."""

    file_href: Secret | None = None
    """Signed link: whoever has it can download. Lives 9 hours, for FD brokers 2."""
    ts: Ms | None = None
    """Time the link was made."""
    state: str | None = None
    """``finished`` ready, ``ongoing`` in progress."""
    begin_time: Ms | None = None
    """Start of the data; newer documents."""
    end_time: Ms | None = None
    """End of the data; newer documents."""
    c_time: Ms | None = None
    """When the file was first asked for; newer documents."""


class RebateFileAsked(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether a file of rebates is there already."""

    result: bool | None = None
    """Its meaning differs between the kinds of brokers: see the endpoint."""
    ts: Ms | None = None
    """Time the server took the request."""
