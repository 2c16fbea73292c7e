"""Chapter Funding account."""

from __future__ import annotations

from typing import Annotated, Literal

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, Num, Word
from .. import checks, unpack
from ..models.account import (
    AssetValuation,
    CurrencyInfo,
    Deposit,
    DepositAddress,
    FundingEntry,
    SubAccount,
    Transfer,
    WalletBalance,
    Withdrawal,
    WithdrawalFee,
    WithdrawalResult,
)
from ..words import AccountCode, Currency, FundsPassword, LedgerType, NewerThan, OlderThan

__all__ = ["Account"]

TransferType = Annotated[
    Literal["0", "1", "2"],
    Word("0 between own accounts (default), 1 from master to sub-account, 2 from sub-account to master."),
]
ValuationAccount = Annotated[
    Literal["0", "1", "3", "4", "5", "6", "8", "9", "12", "14", "15", "16"],
    Word(
        "0 everything (default), 1 spot, 3 futures, 4 fiat, 5 margin, 6 funding, 8 savings, 9 swap, 12 option, "
        "14 mining, 15 futures margined in USDT, 16 swaps margined in USDT."
    ),
]


class Account(Section, dialect="v3", chapter="account"):
    """The funding account: everything needs a key, withdrawing a key with that permission."""

    @get("/api/account/v3/wallet", limit=Limit(6, 1, "user"), auth=True)
    async def wallet(self) -> list[WalletBalance]:
        """Every currency of the funding account. (Funding account)"""
        ...

    @get("/api/account/v3/wallet/{currency}", limit=Limit(6, 1, "user"), auth=True, unpack=unpack.one)
    async def wallet_currency(self, currency: Currency) -> WalletBalance:
        """One currency of the funding account. (Funding account of one currency)"""
        ...

    @post(
        "/api/account/v3/transfer",
        limit=Limit(1, 2, "user"),
        check=checks.transfer,
        needs=Needs("transfer_out", free=("type_", "0")),
    )
    async def transfer(
        self,
        currency: Currency,
        amount: Num,
        from_: AccountCode,
        to: AccountCode,
        type_: TransferType | None = None,
        sub_account: str | None = None,
        instrument_id: str | None = None,
        to_instrument_id: str | None = None,
    ) -> Transfer:
        """Move money between accounts. The exchange counts the limit per currency; here all currencies share it.

        ``sub_account`` is a login name, needed with type 1 and 2, and those need the master account's key.
        ``instrument_id`` is the margin pair or the contract's underlying on the paying side, ``to_instrument_id`` on the
        receiving one; needed for accounts 3, 5 and 9. (Transfer)
        """
        ...

    @post(
        "/api/account/v3/withdrawal",
        limit=Limit(6, 1, "user"),
        permission="withdraw",
        needs=Needs("withdraw", to="to_address"),
    )
    async def withdraw(
        self,
        currency: Currency,
        amount: Num,
        destination: Annotated[str, Word("3 an account of the exchange, 4 an address, 68 CoinAll, from 89 partners.")],
        to_address: Annotated[str, Word("Must be on the web site's list; a tag follows behind a colon.")],
        trade_pwd: FundsPassword,
        fee: Num,
    ) -> WithdrawalResult:
        """Withdraw money. Needs a key with the permission; sub-accounts cannot. ``fee`` is what you pay, positive, see
        `withdrawal_fee`; 0 inside the exchange. (Withdrawal)"""
        ...

    @get("/api/account/v3/ledger", limit=Limit(6, 1, "user"), auth=True, pages=by_id("ledger_id"))
    async def ledger(
        self,
        currency: Currency | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
        type_: LedgerType | None = None,
    ) -> list[FundingEntry]:
        """Changes of the last month, newest first, at most 100; cursors are ``ledger_id``. (Ledger)"""
        ...

    @get("/api/account/v3/deposit/address", limit=Limit(6, 1, "user"), auth=True)
    async def deposit_address(self, currency: Currency) -> list[DepositAddress]:
        """Addresses to deposit to: one per chain, and those of the past. (Deposit address)"""
        ...

    @get("/api/account/v3/asset-valuation", limit=Limit(1, 30, "user"), auth=True)
    async def asset_valuation(
        self,
        account_type: ValuationAccount | None = None,
        valuation_currency: Annotated[
            Literal["BTC", "USD", "CNY", "JPY", "KRW", "RUB"], Word("What it is counted in; BTC by default.")
        ]
        | None = None,
    ) -> AssetValuation:
        """What accounts are worth; the moment in the answer has no time zone. (Asset valuation)"""
        ...

    @get(
        "/api/account/v3/sub-account",
        limit=Limit(1, 30, "user"),
        auth=True,
        unpack=unpack.sub_account,
    )
    async def sub_account(
        self, sub_account: Annotated[str, Word("The sub-account's login name.", wire="sub-account")]
    ) -> SubAccount:
        """Balances of a sub-account; needs the master account's key. (Balance of a sub-account)"""
        ...

    @get("/api/account/v3/withdrawal/history", limit=Limit(6, 1, "user"), auth=True)
    async def withdrawal_history(self) -> list[Withdrawal]:
        """The last 100 withdrawals of all currencies; the documents name no cursor. (Withdrawal history)"""
        ...

    @get("/api/account/v3/withdrawal/history/{currency}", limit=Limit(6, 1, "user"), auth=True)
    async def withdrawal_history_currency(
        self, currency: Currency, withdraw_id: Annotated[str, Word("One withdrawal only.")] | None = None
    ) -> list[Withdrawal]:
        """The last 100 withdrawals of one currency. (Withdrawal history of one currency)"""
        ...

    @get("/api/account/v3/deposit/history", limit=Limit(6, 1, "user"), auth=True)
    async def deposit_history(self) -> list[Deposit]:
        """The last 100 deposits of the past year, all currencies. (Deposit history)"""
        ...

    @get("/api/account/v3/deposit/history/{currency}", limit=Limit(6, 1, "user"), auth=True, pages=by_id("deposit_id"))
    async def deposit_history_currency(
        self,
        currency: Currency,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[Deposit]:
        """Deposits of one currency in 3 months, newest first, at most 100; cursors are ``deposit_id``.

        (Deposit history of one currency)
        """
        ...

    @get("/api/account/v3/currencies", limit=Limit(6, 1, "user"), auth=True)
    async def currencies(self) -> list[CurrencyInfo]:
        """Every currency of the exchange; needs a key although nothing private is in it. (Currencies)"""
        ...

    @get("/api/account/v3/withdrawal/fee", limit=Limit(6, 1, "user"), auth=True)
    async def withdrawal_fee(self, currency: Currency | None = None) -> list[WithdrawalFee]:
        """The range of the fee of withdrawals, a positive amount to pay. (Withdrawal fees)"""
        ...
