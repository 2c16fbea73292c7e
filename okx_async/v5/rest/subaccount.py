"""Chapter Sub-account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.pager import by_time
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import BoolText, Count, KeyId, Num, Passphrase, SecretArg
from ..models.account import AccountBalance
from ..models.account_margin import MaxWithdrawal
from ..models.funding import FundingBalance
from ..models.subaccount import (
    NewSubAccount,
    SubAccount,
    SubAccountBill,
    SubAccountKey,
    SubAccountKeyInfo,
    SubAccountName,
    SubAccountTransfer,
    TransferOut,
)
from ..words import Fields, Names

__all__ = ["SubAccounts"]


class SubAccounts(Section, dialect="v5", chapter="subaccount"):
    """Sub-accounts and their keys; for master accounts."""

    @get("/api/v5/users/subaccount/list", limit=Limit(20, 2, "user"), auth=True, pages=by_time("ts"))
    async def list_(
        self,
        enable: BoolText | None = None,
        sub_acct: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[SubAccount]:
        """Sub-accounts of the master.

        Args:
            enable: Sub-account active, false is frozen.

        (Get sub-account list)
        """
        ...

    @post("/api/v5/users/subaccount/create-subaccount", limit=Limit(1, 1, "user"))
    async def create_subaccount(
        self,
        sub_acct: str,
        type_: Literal["1", "5", "12"] | str,
        label: str | None = None,
        pwd: SecretArg | None = None,
    ) -> NewSubAccount:
        """Make a sub-account.

        Args:
            type_: ``1`` standard sub-account, ``5`` custody trading sub-account - copper, ``12`` custody trading
                sub-account - komainu.
            label: Note on the API key.
            pwd: Login password, KYB users only.

        (Create sub-account)
        """
        ...

    @post("/api/v5/users/subaccount/apikey", limit=Limit(1, 1, "user"), needs=Needs("keys"))
    async def create_apikey(
        self, sub_acct: str, label: str, passphrase: Passphrase, perm: Names | None = None, ip: Names | None = None
    ) -> SubAccountKey:
        """Make an API key for a sub-account; the secret key is shown this once.

        Args:
            label: Note on the API key.
            passphrase: Of the new key.
            perm: Permissions of the key; ``read_only``, ``trade``.
            ip: Addresses the key is bound to, up to 20.

        (Create an API Key for a sub-account)
        """
        ...

    @get("/api/v5/users/subaccount/apikey", limit=Limit(20, 2, "user"), auth=True)
    async def apikey(self, sub_acct: str, api_key: KeyId | None = None) -> list[SubAccountKeyInfo]:
        """API keys of a sub-account, without their secrets.

        Args:
            api_key: Which key.

        (Query the API Key of a sub-account)
        """
        ...

    @post("/api/v5/users/subaccount/modify-apikey", limit=Limit(1, 1, "user"), needs=Needs("keys"))
    async def modify_apikey(
        self,
        sub_acct: str,
        api_key: KeyId,
        label: str | None = None,
        perm: Names | None = None,
        ip: Names | None = None,
    ) -> SubAccountKeyInfo:
        """Change an API key of a sub-account.

        Args:
            api_key: Which key.
            label: Note on the API key.
            perm: Permissions of the key; ``read_only`` read, ``trade``.
            ip: Addresses the key is bound to, up to 20.

        (Reset the API Key of a sub-account)
        """
        ...

    @post("/api/v5/users/subaccount/delete-apikey", limit=Limit(1, 1, "user"), needs=Needs("keys"))
    async def delete_apikey(self, sub_acct: str, api_key: KeyId) -> SubAccountName:
        """Delete an API key of a sub-account.

        Args:
            api_key: Which key.

        (Delete the API Key of sub-accounts)
        """
        ...

    @get("/api/v5/account/subaccount/balances", limit=Limit(6, 2, "user"), auth=True)
    async def trading_balance(self, sub_acct: str) -> AccountBalance:
        """Equity and margin of a sub-account's trading account. (Get sub-account trading balance)"""
        ...

    @get("/api/v5/asset/subaccount/balances", limit=Limit(6, 2, "user"), auth=True)
    async def funding_balances(self, sub_acct: str, ccy: Names | None = None) -> list[FundingBalance]:
        """Balances of a sub-account's funding account. (Get sub-account funding balance)"""
        ...

    @get("/api/v5/account/subaccount/max-withdrawal", limit=Limit(20, 2, "user"), auth=True)
    async def max_withdrawal(self, sub_acct: str, ccy: str | None = None) -> list[MaxWithdrawal]:
        """How much may leave a sub-account's trading account, per currency. (Get sub-account maximum withdrawals)"""
        ...

    @get("/api/v5/asset/subaccount/bills", limit=Limit(6, 1, "user"), auth=True, pages=by_time("ts"))
    async def bills(
        self,
        ccy: str | None = None,
        type_: Literal["0", "1"] | str | None = None,
        sub_acct: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[SubAccountBill]:
        """Transfers between the master and its sub-accounts, newest first. (Get history of sub-account transfer)"""
        ...

    @get("/api/v5/asset/subaccount/managed-subaccount-bills", limit=Limit(6, 1, "user"), auth=True, pages=by_time("ts"))
    async def managed_subaccount_bills(
        self,
        ccy: str | None = None,
        type_: Literal["0", "1"] | str | None = None,
        sub_acct: str | None = None,
        sub_uid: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[SubAccountBill]:
        """Transfers of the sub-accounts this account manages, newest first.

        (Get history of managed sub-account transfer)
        """
        ...

    @post("/api/v5/asset/subaccount/transfer", limit=Limit(1, 1, "user"), needs=Needs("transfer_out"))
    async def transfer(
        self,
        ccy: str,
        amt: Num,
        from_: Literal["6", "18"] | str,
        to: Literal["6", "18"] | str,
        from_sub_account: str,
        to_sub_account: str,
        loan_trans: bool | None = None,
        omit_pos_risk: BoolText | None = None,
    ) -> SubAccountTransfer:
        """Move funds between two sub-accounts.

        Args:
            from_: Source account: 6 funding, 18 trading.
            to: Target account: 6 funding, 18 trading.
            from_sub_account: Source sub-account.
            to_sub_account: Target sub-account.
            loan_trans: Borrowed coins may move out.
            omit_pos_risk: Skip the position risk check.

        (Master accounts manage the transfers between sub-accounts)
        """
        ...

    @post("/api/v5/users/subaccount/set-transfer-out", limit=Limit(1, 1, "user"), needs=Needs("transfer_out"))
    async def set_transfer_out(self, sub_acct: Names, can_trans_out: bool | None = None) -> list[TransferOut]:
        """Allow or forbid sub-accounts to transfer out.

        Args:
            can_trans_out: Sub-account may transfer out.

        (Set permission of transfer out)
        """
        ...

    @get("/api/v5/users/entrust-subaccount-list", limit=Limit(1, 1, "user"), auth=True)
    async def entrust_subaccount_list(self, sub_acct: str | None = None) -> list[SubAccountName]:
        """Custody trading sub-accounts. (Get custody trading sub-account list)"""
        ...

    @get(
        "/api/v5/account/subaccount/interest-limits",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def interest_limits(self, sub_acct: str, ccy: str | None = None) -> list[LooseRow]:
        """Borrowing quotas of a sub-account.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get interest limits)
        """
        ...

    @post(
        "/api/v5/account/subaccount/set-loan-allocation",
        limit=Limit(5, 2, None),
        deprecated="not in the documents, and no successor is named",
    )
    async def set_loan_allocation(self, enable: str, alloc: Sequence[Fields] | None = None) -> list[LooseRow]:
        """Share VIP loans out over sub-accounts.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Set loan allocation)
        """
        ...

    @post(
        "/api/v5/users/subaccount/subaccount-apikey",
        limit=Limit(2, 2, None),
        deprecated="not in the documents, and no successor is named",
        needs=Needs("keys"),
    )
    async def subaccount_apikey(self) -> list[LooseRow]:
        """API keys of sub-accounts.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Subaccount apikey)
        """
        ...
