"""Chapter Funding Account."""

from __future__ import annotations

from typing import Literal

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.pager import by_time
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import BoolText, ClientId, Count, MsArg, Num
from ..models.funding import (
    AssetValuation,
    CancelledWithdrawal,
    ChainStatus,
    Currency,
    Deposit,
    DepositAddress,
    ExchangeName,
    FundingBalance,
    FundingBill,
    LightningWithdrawal,
    NonTradableAsset,
    Statement,
    StatementRequest,
    Transfer,
    TransferState,
    Withdrawal,
    WithdrawalResult,
)
from ..params import ReceiverInfo
from ..words import Fields, Names

__all__ = ["Funding"]


class Funding(Section, dialect="v5", chapter="funding"):
    """The funding account: balances, transfers, deposits, withdrawals."""

    @get("/api/v5/asset/currencies", limit=Limit(6, 1, "user"), auth=True)
    async def currencies(self, ccy: Names | None = None) -> list[Currency]:
        """Every currency and chain: whether it can be deposited and withdrawn, limits and fees. (Get currencies)"""
        ...

    @get("/api/v5/asset/balances", limit=Limit(6, 1, "user"), auth=True)
    async def balances(self, ccy: Names | None = None) -> list[FundingBalance]:
        """Balances of the funding account. (Get balance)"""
        ...

    @get("/api/v5/asset/non-tradable-assets", limit=Limit(6, 1, "user"), auth=True)
    async def non_tradable_assets(self, ccy: str | None = None) -> list[NonTradableAsset]:
        """Balances of coins that are not traded here, with what it takes to withdraw them. (Get non-tradable assets)"""
        ...

    @get("/api/v5/asset/asset-valuation", limit=Limit(1, 1, "user"), auth=True)
    async def asset_valuation(self, ccy: str | None = None) -> AssetValuation:
        """The value of all accounts in one currency. (Get account asset valuation)"""
        ...

    @post(
        "/api/v5/asset/transfer", limit=Limit(2, 1, "user+currency"), needs=Needs("transfer_out", free=("type_", "0"))
    )
    async def transfer(
        self,
        ccy: str,
        amt: Num,
        from_: Literal["6", "18"] | str,
        to: Literal["6", "18"] | str,
        type_: Literal["0", "1", "2", "3", "4"] | str | None = None,
        sub_acct: str | None = None,
        loan_trans: bool | None = None,
        omit_pos_risk: BoolText | None = None,
        client_id: ClientId | None = None,
    ) -> Transfer:
        """Move funds between accounts of the master and its sub-accounts.

        Args:
            from_: Source account: 6 funding, 18 trading.
            to: Target account: 6 funding, 18 trading.
            type_: ``0`` inside the account, ``1`` master to sub, master key, ``2`` sub to master, master key, ``3``
                sub to master, sub key, ``4`` sub to sub, sub key.
            loan_trans: Borrowed coins may move out.
            omit_pos_risk: Skip the position risk check.

        (Funds transfer)
        """
        ...

    @get("/api/v5/asset/transfer-state", limit=Limit(10, 1, "user"), auth=True, one_of=(("trans_id", "client_id"),))
    async def transfer_state(
        self,
        trans_id: str | None = None,
        client_id: ClientId | None = None,
        type_: Literal["0", "1", "2", "3", "4"] | str | None = None,
    ) -> TransferState:
        """What became of a transfer; a failed one may also never show up. (Get funds transfer state)"""
        ...

    @get("/api/v5/asset/bills", limit=Limit(6, 1, "user"), auth=True, pages=by_time("ts", then="bills_history"))
    async def bills(
        self,
        ccy: str | None = None,
        type_: str | None = None,
        third_party_type: Literal["1", "2", "5"] | str | None = None,
        client_id: ClientId | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[FundingBill]:
        """Every change of the funding balance in the last month, newest first.

        Args:
            third_party_type: Custodian; ``1`` copper, ``2`` komainu, ``5`` SCB.

        (Asset bills details)
        """
        ...

    @get("/api/v5/asset/bills-history", limit=Limit(1, 1, "user"), auth=True, pages=by_time("ts"))
    async def bills_history(
        self,
        ccy: str | None = None,
        type_: str | None = None,
        third_party_type: Literal["1", "2", "5"] | str | None = None,
        client_id: ClientId | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
        paging_type: Literal["1", "2"] | str | None = None,
    ) -> list[FundingBill]:
        """Every change of the funding balance since 2021, newest first.

        Args:
            third_party_type: Custodian; ``1`` copper, ``2`` komainu, ``5`` SCB.
            paging_type: Paging key: 1 time, 2 bill id.

        (Asset bills history)
        """
        ...

    @get("/api/v5/asset/deposit-address", limit=Limit(6, 1, "user"), auth=True)
    async def deposit_address(self, ccy: str) -> list[DepositAddress]:
        """Deposit addresses of one currency, old ones included. (Get deposit address)"""
        ...

    @get("/api/v5/asset/deposit-history", limit=Limit(6, 1, "user"), auth=True, pages=by_time("ts"))
    async def deposit_history(
        self,
        ccy: str | None = None,
        dep_id: str | None = None,
        from_wd_id: str | None = None,
        tx_id: str | None = None,
        type_: Literal["3", "4"] | str | None = None,
        state: Literal["0", "1", "2", "8", "11", "12", "13", "14", "17"] | str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Deposit]:
        """Deposits, newest first.

        Args:
            from_wd_id: Withdrawal id of the internal sender.
            type_: ``3`` internal transfer, ``4`` deposit from chain.

        (Get deposit history)
        """
        ...

    @post(
        "/api/v5/asset/withdrawal",
        limit=Limit(6, 1, "user"),
        permission="withdraw",
        needs=Needs("withdraw", to="to_addr"),
    )
    async def withdrawal(
        self,
        ccy: str,
        amt: Num,
        dest: Literal["3", "4"] | str,
        to_addr: str,
        to_addr_type: Literal["1", "2"] | str | None = None,
        chain: str | None = None,
        area_code: str | None = None,
        rcvr_info: ReceiverInfo | Fields | None = None,
        client_id: ClientId | None = None,
    ) -> WithdrawalResult:
        """Send funds away; the key needs the withdraw permission.

        Args:
            dest: 3 internal, 4 on-chain.
            to_addr: Trusted address or account.
            to_addr_type: Address kind; ``1`` address, mail, phone or login, ``2`` uid.
            chain: Chain name such as USDT-TRC20.
            area_code: Phone country code.
            rcvr_info: Receiver details some entities must send.

        (Withdrawal)
        """
        ...

    @post("/api/v5/asset/cancel-withdrawal", limit=Limit(6, 1, "user"))
    async def cancel_withdrawal(self, wd_id: str) -> CancelledWithdrawal:
        """Cancel a withdrawal that is still waiting; not possible for Lightning. (Cancel withdrawal)"""
        ...

    @get("/api/v5/asset/withdrawal-history", limit=Limit(6, 1, "user"), auth=True)
    async def withdrawal_history(
        self,
        ccy: str | None = None,
        wd_id: str | None = None,
        client_id: ClientId | None = None,
        tx_id: str | None = None,
        type_: Literal["3", "4"] | str | None = None,
        state: Literal["19", "17", "10", "0", "4", "5", "6", "8", "9", "12", "7"] | str | None = None,
    ) -> list[Withdrawal]:
        """Withdrawals, newest first. The specification names no paging.

        Args:
            type_: ``3`` internal transfer, ``4`` on-chain withdrawal.

        (Get withdrawal history)
        """
        ...

    @get("/api/v5/asset/deposit-withdraw-status", limit=Limit(1, 2, "user"), auth=True, one_of=(("wd_id", "tx_id"),))
    async def deposit_withdraw_status(
        self,
        wd_id: str | None = None,
        tx_id: str | None = None,
        ccy: str | None = None,
        to: str | None = None,
        chain: str | None = None,
    ) -> list[ChainStatus]:
        """Where a deposit or withdrawal stands on its way.

        Args:
            ccy: Needed to find a deposit by its ``tx_id``.
            to: Needed to find a deposit by its ``tx_id``.
            chain: Chain name such as USDT-TRC20; needed to find a deposit by its ``tx_id``.

        (Get deposit withdraw status)
        """
        ...

    @get("/api/v5/asset/exchange-list", limit=Limit(6, 1, "ip"))
    async def exchange_list(self) -> list[ExchangeName]:
        """Names and ids of exchanges, for the receiver's details of a withdrawal; no key is needed.

        (Get exchange list)
        """
        ...

    @post("/api/v5/asset/monthly-statement", limit=Limit(20, 2592000, "user"), permission="read")
    async def apply_monthly_statement(self, month: str | None = None) -> StatementRequest:
        """Ask for the statement of a month of the last year.

        Args:
            month: Month name, e.g. Jan.

        (Apply for monthly statement (last year))
        """
        ...

    @get("/api/v5/asset/monthly-statement", limit=Limit(10, 2, "user"), auth=True)
    async def monthly_statement(self, month: str) -> Statement:
        """Link to a statement that was asked for with `apply_monthly_statement`.

        Args:
            month: Month name, e.g. Jan.

        (Get monthly statement (last year))
        """
        ...

    @get(
        "/api/v5/asset/deposit-lightning",
        limit=Limit(4, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def deposit_lightning(self, ccy: str, amt: str, to: str | None = None) -> list[LooseRow]:
        """An invoice for a deposit over Lightning.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get deposit lightning)
        """
        ...

    @post(
        "/api/v5/asset/convert-dust-assets",
        limit=Limit(2, 2, None),
        deprecated="withdrawn on 2024-10-17, use trade.easy_convert",
    )
    async def convert_dust_assets(self) -> list[LooseRow]:
        """Convert small balances.

        Deprecated: withdrawn on 2024-10-17; use `trade.easy_convert`. What the rows hold is not known.

        (Convert dust assets)
        """
        ...

    @post(
        "/api/v5/asset/purchase_redempt",
        limit=None,
        deprecated="withdrawn on 2024-01-22, use earn_savings.purchase_redempt",
    )
    async def savings_purchase_redempt(self) -> list[LooseRow]:
        """Put funds into savings or take them out.

        Deprecated: withdrawn on 2024-01-22; use finance/savings/purchase-redempt. What the rows hold is not known.

        No rate limit is documented.

        (Savings purchase redempt)
        """
        ...

    @post(
        "/api/v5/asset/withdrawal-lightning",
        limit=Limit(4, 2, None),
        permission="withdraw",
        deprecated="not in the documents, and no successor is named",
        needs=Needs("withdraw", to="invoice"),
    )
    async def withdrawal_lightning(self, ccy: str, invoice: str, memo: str | None = None) -> list[LightningWithdrawal]:
        """Send funds over Lightning; the key needs the withdraw permission.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is known
        from a sample.

        (Withdraw lightning)
        """
        ...
