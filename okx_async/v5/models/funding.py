"""Rows of the chapter Funding Account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ...core.row import V5Row
from ...core.words import InstId, Ms, Sz

__all__ = [
    "AssetValuation",
    "AssetValuationDetails",
    "CancelledWithdrawal",
    "ChainStatus",
    "Currency",
    "Deposit",
    "DepositAddress",
    "ExchangeName",
    "FundingBalance",
    "FundingBill",
    "LightningWithdrawal",
    "NonTradableAsset",
    "Statement",
    "StatementRequest",
    "Transfer",
    "TransferState",
    "Withdrawal",
    "WithdrawalResult",
]


class Currency(V5Row, frozen=True, gc=False, kw_only=True):
    """One currency on one chain."""

    ccy: str
    name: str | None = None
    logo_link: str | None = None
    chain: str | None = None
    """Chain name such as USDT-TRC20."""
    ct_addr: str | None = None
    """Last six characters of the contract address."""
    can_dep: bool | None = None
    """On-chain deposit open."""
    can_wd: bool | None = None
    """On-chain withdrawal open."""
    can_internal: bool | None = None
    """Internal transfer open."""
    dep_est_open_time: Ms | None = None
    """Expected reopening of deposits."""
    wd_est_open_time: Ms | None = None
    """Expected reopening of withdrawals."""
    min_dep: Decimal | None = None
    """Smallest deposit."""
    min_wd: Decimal | None = None
    """Smallest on-chain withdrawal."""
    min_internal: Decimal | None = None
    """Smallest internal transfer."""
    max_wd: Decimal | None = None
    """Withdrawable without borrowing."""
    wd_tick_sz: Sz | None = None
    """Decimals allowed in a withdrawal."""
    wd_quota: Decimal | None = None
    """24 h withdrawal cap, USD."""
    used_wd_quota: Decimal | None = None
    """Withdrawn in 24 h, USD."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    min_fee: Decimal | None = None
    """Deprecated: lowest fee, normal address."""
    max_fee: Decimal | None = None
    """Deprecated: highest fee, normal address."""
    min_fee_for_ct_addr: Decimal | None = None
    """Deprecated: lowest fee, contract address."""
    max_fee_for_ct_addr: Decimal | None = None
    """Deprecated: highest fee, contract address."""
    burning_fee_rate: Decimal | None = None
    """On-chain burn fee share."""
    main_net: bool | None = None
    """Is the main chain of the coin."""
    need_tag: bool | None = None
    """Tag or memo needed."""
    min_dep_arrival_confirm: Decimal | None = None
    """Confirmations before credit."""
    min_wd_unlock_confirm: Decimal | None = None
    """Confirmations before withdrawal opens."""
    dep_quota_fixed: Decimal | None = None
    """Fixed deposit cap, USD."""
    used_dep_quota_fixed: Decimal | None = None
    """Fixed deposit quota used, USD."""
    dep_quote_daily_layer2: Decimal | None = None
    """Daily layer-2 deposit cap."""


class FundingBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """One currency of a funding account."""

    ccy: str
    bal: Decimal | None = None
    frozen_bal: Decimal | None = None
    avail_bal: Decimal | None = None


class NonTradableAsset(V5Row, frozen=True, gc=False, kw_only=True):
    """A coin that is not traded here."""

    ccy: str | None = None
    name: str | None = None
    logo_link: str | None = None
    bal: Decimal | None = None
    can_wd: bool | None = None
    """On-chain withdrawal open."""
    chain: str | None = None
    """Chain name such as USDT-TRC20."""
    min_wd: Decimal | None = None
    """Smallest on-chain withdrawal."""
    wd_all: bool | None = None
    """All of the coin must leave at once."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    fee_ccy: str | None = None
    burning_fee_rate: Decimal | None = None
    """On-chain burn fee share."""
    ct_addr: str | None = None
    """Last six characters of the contract address."""
    wd_tick_sz: Sz | None = None
    """Decimals allowed in a withdrawal."""
    need_tag: bool | None = None
    """Tag or memo needed."""


class AssetValuationDetails(V5Row, frozen=True, gc=False, kw_only=True):
    """The value of each account."""

    funding: Decimal | None = None
    """Funding account value."""
    trading: Decimal | None = None
    """Trading account value."""
    classic: str | None = None
    """Deprecated: classic account valuation."""
    earn: Decimal | None = None
    """Earn account value."""


class AssetValuation(V5Row, frozen=True, gc=False, kw_only=True):
    """The value of all accounts."""

    total_bal: Decimal | None = None
    """Total value."""
    ts: Ms | None = None
    """Time of the data."""
    details: AssetValuationDetails | None = None


class Transfer(V5Row, frozen=True, gc=False, kw_only=True):
    """An accepted transfer."""

    trans_id: str | None = None
    client_id: str | None = None
    ccy: str | None = None
    from_: str | None = None
    amt: Decimal | None = None
    to: str | None = None


class TransferState(V5Row, frozen=True, gc=False, kw_only=True):
    """What became of a transfer."""

    trans_id: str | None = None
    client_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    type: str | None = None
    from_: str | None = None
    """Source account: 6 funding, 18 trading."""
    to: str | None = None
    """Target account: 6 funding, 18 trading."""
    sub_acct: str | None = None
    inst_id: InstId | None = None
    """Deprecated."""
    to_inst_id: str | None = None
    """Deprecated."""
    state: str | None = None
    """``success``, ``pending``, ``failed``."""


class FundingBill(V5Row, frozen=True, gc=False, kw_only=True):
    """One change of the funding balance."""

    bill_id: str
    ccy: str | None = None
    client_id: str | None = None
    bal_chg: Decimal | None = None
    """Signed balance change."""
    bal: Decimal | None = None
    type: str | None = None
    notes: str | None = None
    ts: Ms | None = None
    """Time of the data."""


class DepositAddress(V5Row, frozen=True, gc=False, kw_only=True):
    """Where one currency can be sent to."""

    addr: str | None = None
    tag: str | None = None
    memo: str | None = None
    """Memo some coins need; absent otherwise."""
    pmt_id: str | None = None
    """Payment id some coins need."""
    addr_ex: dict[str, Any] | None = None
    """Extra address labels, e.g. a comment; absent when not needed."""
    ccy: str | None = None
    chain: str | None = None
    """Chain name such as USDT-TRC20."""
    to: str | None = None
    """Target account: 6 funding, 18 trading."""
    verified_name: str | None = None
    """Verified recipient name."""
    selected: bool | None = None
    """Address chosen on the site."""
    ct_addr: str | None = None
    """Last six characters of the contract address."""


class Deposit(V5Row, frozen=True, gc=False, kw_only=True):
    """One deposit."""

    ccy: str
    dep_id: str
    chain: str | None = None
    """Chain name such as USDT-TRC20."""
    amt: Decimal | None = None
    from_: str | None = None
    area_code_from: str | None = None
    """Phone country code of the sender."""
    to: str | None = None
    tx_id: str | None = None
    ts: Ms | None = None
    """Time of the data."""
    state: str | None = None
    """``0``, ``1``, ``2``, ``8``, ``11``, ``12``, ``13``, ``14``."""
    from_wd_id: str | None = None
    """Withdrawal id of the internal sender."""
    actual_dep_blk_confirm: Decimal | None = None
    """Confirmations seen so far for the deposit."""
    uid: str | None = None
    sub_acct: str | None = None
    p_time: Ms | None = None


class WithdrawalResult(V5Row, frozen=True, gc=False, kw_only=True):
    """An accepted withdrawal."""

    ccy: str | None = None
    chain: str | None = None
    """Chain name such as USDT-TRC20."""
    amt: Decimal | None = None
    wd_id: str | None = None
    client_id: str | None = None


class CancelledWithdrawal(V5Row, frozen=True, gc=False, kw_only=True):
    """A withdrawal that was cancelled."""

    wd_id: str | None = None


class LightningWithdrawal(V5Row, frozen=True, gc=False, kw_only=True):
    """An accepted withdrawal over Lightning."""

    wd_id: str | None = None
    c_time: Ms | None = None


class Withdrawal(V5Row, frozen=True, gc=False, kw_only=True):
    """One withdrawal."""

    ccy: str
    wd_id: str
    chain: str | None = None
    """Chain name such as USDT-TRC20."""
    non_tradable_asset: bool | None = None
    """Coin is not tradable on the exchange."""
    amt: Decimal | None = None
    ts: Ms | None = None
    """Time of the data."""
    from_: str | None = None
    area_code_from: str | None = None
    """Phone country code of the sender."""
    to: str | None = None
    area_code_to: str | None = None
    """Phone country code of the receiver."""
    to_addr_type: str | None = None
    """Address kind; ``1`` address, mail, phone or login, ``2`` UID."""
    tag: str | None = None
    pmt_id: str | None = None
    """Payment id some coins need."""
    memo: str | None = None
    """Memo some coins need; absent otherwise."""
    addr_ex: dict[str, Any] | None = None
    """Extra address labels, e.g. a comment; absent when not needed."""
    tx_id: str | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    fee_ccy: str | None = None
    state: str | None = None
    client_id: str | None = None
    note: str | None = None
    uid: str | None = None
    sub_acct: str | None = None
    p_time: Ms | None = None


class ChainStatus(V5Row, frozen=True, gc=False, kw_only=True):
    """Where a deposit or withdrawal stands."""

    est_complete_time: str | None = None
    """Expected completion."""
    state: str | None = None
    tx_id: str | None = None
    wd_id: str | None = None


class ExchangeName(V5Row, frozen=True, gc=False, kw_only=True):
    """Name and id of an exchange."""

    exch_name: str | None = None
    exch_id: str | None = None


class StatementRequest(V5Row, frozen=True, gc=False, kw_only=True):
    """When a statement was asked for."""

    ts: Ms | None = None
    """Time of the data."""


class Statement(V5Row, frozen=True, gc=False, kw_only=True):
    """A statement that was asked for."""

    file_href: str | None = None
    ts: int | None = None
    """Time of the data."""
    state: str | None = None
