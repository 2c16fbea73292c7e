"""Chapter Non-disclosed broker."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.pager import by_page, by_time
from ...core.row import LooseRow
from ...core.rules import every, needs, when
from ...core.throttle import Limit
from ...core.words import (
    BoolText,
    CapitalCcy,
    ClientId,
    Count,
    DateArg,
    IpList,
    KeyId,
    Label,
    MsArg,
    Num,
    Passphrase,
    PermList,
    SubAcct,
)
from ...errors import BadParameter
from ..models.broker_nd import (
    BrokerInfo,
    DailyRebates,
    DepositAddress,
    FeeRateSet,
    RebateFile,
    RebateFileAsked,
    SubAccountDeposit,
    SubAccountKey,
    SubAccountKeyMade,
    SubAccountLevel,
    SubAccountMade,
    SubAccountName,
    SubAccountPage,
    SubAccountWithdrawal,
)

__all__ = ["BrokerNd"]


def _trading_key(values: Mapping[str, Any]) -> None:
    if "trade" in values.get("perm", "").split(",") and "ip" not in values:
        raise BadParameter("a key with 'trade' in perm needs 'ip': give 1 to 20 addresses with commas between")


def _fee_steps(values: Mapping[str, Any]) -> None:
    """The upper end of a percentage is printed as 1,0000%, so only what no reading of it allows is refused."""
    absolute = values["chg_type"] == "absolute"
    top, step = (Decimal(1000), Decimal("0.1")) if absolute else (Decimal(10000), Decimal(1))
    for name in ("chg_taker", "chg_maker"):
        change = Decimal(values.get(name, 0))
        if not 0 <= change <= top or change % step:
            unit = "bp" if absolute else "percent"
            raise BadParameter(f"{name} counts in {unit} from 0 to {top} in steps of {step}, not {change}")


def _fee_kinds(values: Mapping[str, Any]) -> None:
    kind = values.get("inst_type")
    for name, kinds in (("quote_ccy_type", ("SPOT",)), ("mgn_type", ("FUTURES", "SWAP"))):
        if name in values and kind not in kinds:
            raise BadParameter(f"{name} goes with inst_type {' or '.join(kinds)}, not {kind}")


_FEE_RATE = every(
    needs("quote_ccy_type", "inst_type"),
    needs("mgn_type", "inst_type"),
    _fee_kinds,
    _fee_steps,
)


class BrokerNd(Section, dialect="v5", chapter="broker_nd"):
    """Non-disclosed brokers: sub-accounts of the users, their keys, fees, deposits and rebates. A master key is
    needed.
    """

    @get("/api/v5/broker/nd/info", limit=Limit(1, 1, None), auth=True)
    async def info(self) -> BrokerInfo:
        """How many sub-accounts the broker has and may have, and its trading level. (ND broker account info)"""
        ...

    @post("/api/v5/broker/nd/create-subaccount", limit=Limit(40, 1, None))
    async def create_subaccount(self, sub_acct: SubAcct, label: Label | None = None) -> SubAccountMade:
        """Create a sub-account.

        ``sub_acct`` is 6 to 20 letters or digits and not digits only. (Create sub-account)
        """
        ...

    @post("/api/v5/broker/nd/delete-subaccount", limit=Limit(10, 1, None))
    async def delete_subaccount(self, sub_acct: SubAcct) -> SubAccountName:
        """Delete a sub-account. It must be empty. (Delete sub-account)"""
        ...

    @get("/api/v5/broker/nd/subaccount-info", limit=Limit(1, 1, None), auth=True, pages=by_page(100))
    async def subaccount_info(
        self, sub_acct: SubAcct | None = None, page: Count | None = None, limit: Count | None = None
    ) -> SubAccountPage:
        """One page of sub-accounts; the rows are in ``details``, one level deeper than elsewhere.

        (List sub-accounts)
        """
        ...

    @post("/api/v5/broker/nd/subaccount/apikey", limit=Limit(40, 1, "user"), check=_trading_key, needs=Needs("keys"))
    async def create_subaccount_apikey(
        self,
        sub_acct: SubAcct,
        label: Label,
        passphrase: Passphrase,
        ip: IpList | None = None,
        perm: PermList | None = None,
    ) -> SubAccountKeyMade:
        """Create an API key of a sub-account.

        ``secret_key`` is told once. ``ip`` must be given when ``perm`` holds ``trade``; ``read_only`` is always
        granted. (Create sub-account API key)
        """
        ...

    @get("/api/v5/broker/nd/subaccount/apikey", limit=Limit(1, 1, "user"), auth=True)
    async def subaccount_apikey(self, sub_acct: SubAcct, api_key: KeyId | None = None) -> list[SubAccountKey]:
        """API keys of a sub-account, all or the one of ``api_key``. (Query sub-account API keys)"""
        ...

    @post(
        "/api/v5/broker/nd/subaccount/modify-apikey",
        limit=Limit(10, 1, "user"),
        check=_trading_key,
        needs=Needs("keys"),
    )
    async def modify_subaccount_apikey(
        self,
        sub_acct: SubAcct,
        api_key: KeyId,
        label: Label | None = None,
        perm: PermList | None = None,
        ip: IpList | None = None,
    ) -> SubAccountKey:
        """Change an API key of a sub-account.

        What is given replaces the old value. ``ip`` must be given when ``perm`` holds ``trade``. (Reset sub-account
        API key)
        """
        ...

    @post("/api/v5/broker/nd/subaccount/delete-apikey", limit=Limit(10, 1, "user"), needs=Needs("keys"))
    async def delete_subaccount_apikey(self, sub_acct: SubAcct, api_key: KeyId) -> SubAccountName:
        """Delete an API key of a sub-account. (Delete sub-account API key)"""
        ...

    @post("/api/v5/broker/nd/set-subaccount-level", limit=Limit(5, 2, None))
    async def set_subaccount_level(self, sub_acct: SubAcct, acct_lv: Literal["1", "2", "3", "4"]) -> SubAccountLevel:
        """Set the account mode: 1 spot, 2 single-currency margin, 3 multi-currency margin, 4 portfolio margin.

        (Set sub-account mode)
        """
        ...

    @post(
        "/api/v5/broker/nd/set-subaccount-fee-rate",
        limit=Limit(5, 2, None),
        one_of=(("chg_taker", "chg_maker"),),
        check=_FEE_RATE,
    )
    async def set_subaccount_fee_rate(
        self,
        chg_type: Literal["absolute", "percentage"],
        sub_acct: SubAcct | None = None,
        inst_type: Literal["SPOT", "SWAP", "FUTURES", "OPTION"] | str | None = None,
        quote_ccy_type: Literal["2", "3"] | None = None,
        mgn_type: Literal["1", "2", "3"] | None = None,
        chg_taker: Num | None = None,
        chg_maker: Num | None = None,
        eff_date: DateArg | None = None,
    ) -> FeeRateSet:
        """Set the mark-up on the fees of a sub-account, from the next day 0:00 HKT or from ``eff_date`` (YYYYMMDD).

        ``absolute`` counts in bp, 0 to 1,000 in steps of 0.1; ``percentage`` in whole percent. (Set sub-account fee
        mark-up)
        """
        ...

    @post("/api/v5/asset/broker/nd/subaccount-deposit-address", limit=Limit(5, 2, None))
    async def create_subaccount_deposit_address(
        self,
        sub_acct: SubAcct,
        ccy: CapitalCcy,
        chain: str | None = None,
        addr_type: Literal["1", "2"] | None = None,
        to: Literal["6", "18"] | None = None,
    ) -> DepositAddress:
        """Create a deposit address of a sub-account, up to 20 of a currency.

        ``addr_type`` 1 plain, 2 segwit (BTC and LTC); ``to`` 6 funding, 18 trading account. (Create sub-account
        deposit address)
        """
        ...

    @post("/api/v5/asset/broker/nd/modify-subaccount-deposit-address", limit=Limit(6, 1, None))
    async def modify_subaccount_deposit_address(
        self, sub_acct: SubAcct, ccy: CapitalCcy, addr: str, to: Literal["6", "18"], chain: str | None = None
    ) -> DepositAddress:
        """Change which account a deposit address credits: ``to`` 6 funding, 18 trading account.

        Nothing else can be changed. (Change sub-account deposit address)
        """
        ...

    @get("/api/v5/asset/broker/nd/subaccount-deposit-address", limit=Limit(6, 1, None), auth=True)
    async def subaccount_deposit_address(self, sub_acct: SubAcct, ccy: CapitalCcy) -> list[DepositAddress]:
        """Deposit addresses of a sub-account in one currency. (Get sub-account deposit addresses)"""
        ...

    @get("/api/v5/asset/broker/nd/subaccount-deposit-history", limit=Limit(5, 2, None), auth=True, pages=by_time("ts"))
    async def subaccount_deposit_history(
        self,
        sub_acct: SubAcct | None = None,
        ccy: CapitalCcy | None = None,
        tx_id: str | None = None,
        type_: Literal["3", "4"] | str | None = None,
        state: Literal["0", "1", "2", "8", "11", "12", "13", "14"] | str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SubAccountDeposit]:
        """Deposits of sub-accounts, newest first; ``after`` and ``before`` are times.

        The meaning of ``type_`` 3 and 4 is not told. (Sub-account deposit history)
        """
        ...

    @get(
        "/api/v5/asset/broker/nd/subaccount-withdrawal-history",
        limit=Limit(5, 2, "user"),
        auth=True,
        pages=by_time("ts"),
    )
    async def subaccount_withdrawal_history(
        self,
        sub_acct: SubAcct | None = None,
        ccy: CapitalCcy | None = None,
        wd_id: str | None = None,
        client_id: ClientId | None = None,
        tx_id: str | None = None,
        type_: Literal["3", "4"] | str | None = None,
        state: Literal["-3", "-2", "-1", "0", "1", "2", "7", "10", "4", "5", "6", "8", "9", "12"] | str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SubAccountWithdrawal]:
        """Withdrawals of sub-accounts, newest first; ``after`` and ``before`` are times.

        The meaning of ``type_`` 3 and 4 is not told. (Sub-account withdrawal history)
        """
        ...

    @get("/api/v5/broker/nd/rebate-daily", limit=Limit(1, 10, None), auth=True, pages=by_page(100))
    async def rebate_daily(
        self,
        sub_acct: SubAcct | None = None,
        begin: DateArg | None = None,
        end: DateArg | None = None,
        page: Count | None = None,
        limit: Count | None = None,
    ) -> DailyRebates:
        """Rebates by sub-account and day, refreshed a day later; the rows are in ``details``.

        The documents call the number of pages ``totPage`` here, and ``page`` came back empty. (Sub-account rebates
        by day)
        """
        ...

    @get(
        "/api/v5/broker/nd/rebate-per-orders",
        limit=Limit(2, 60, None),
        auth=True,
        check=when("type_", "false", "begin", "end"),
    )
    async def rebate_per_orders(
        self, type_: BoolText, begin: DateArg | None = None, end: DateArg | None = None
    ) -> list[RebateFile]:
        """Links to files of rebates by order.

        ``type_`` true: every file made so far; false: the one of ``begin`` to ``end``, which are then a must. A
        link lives 9 hours. The documents write ``tpye`` in places. (Rebate file link (ND))
        """
        ...

    @post("/api/v5/broker/nd/rebate-per-orders", limit=Limit(1, 3600, None))
    async def create_rebate_per_orders(self, begin: DateArg, end: DateArg) -> RebateFileAsked:
        """Ask for the file of rebates by order of a range.

        ``result`` true: the link exists; false: it is being made, look again after 6 hours. ``data`` is an object
        here. (Make rebate file (ND))
        """
        ...

    @post(
        "/api/v5/broker/nd/report-subaccount-ip",
        limit=Limit(80, 2, None),
        deprecated="not in the documents, and no successor is named",
    )
    async def report_subaccount_ip(self) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Seen in client libraries, gone from the documents: parameters and answer are not documented, and the limit
        is a client library's. (Post broker nd report subaccount ip)
        """
        ...

    @post(
        "/api/v5/broker/nd/set-subaccount-assets",
        limit=Limit(80, 2, None),
        deprecated="not in the documents, and no successor is named",
    )
    async def set_subaccount_assets(self) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Seen in client libraries, gone from the documents: parameters and answer are not documented, and the limit
        is a client library's. (Post broker nd set subaccount assets)
        """
        ...
