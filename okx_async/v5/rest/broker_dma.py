"""Chapter DMA broker."""

from __future__ import annotations

from typing import Annotated

from ...core.capability import Needs
from ...core.endpoint import Section, get, post
from ...core.pager import by_page
from ...core.rules import when
from ...core.throttle import Limit
from ...core.words import BoolText, Count, DateArg, IpList, KeyId, PermList, Word
from ...settings import Secret
from ..models.broker_dma import DmaSubAccountPage, DmaTradeFeePage
from ..models.broker_nd import (
    DepositAddress,
    RebateFile,
    RebateFileAsked,
    SubAccountDeposit,
    SubAccountKey,
    SubAccountKeyMade,
    SubAccountLevel,
    SubAccountMade,
    SubAccountName,
)

__all__ = ["BrokerDma"]


_PASSPHRASE = Word("Passphrase of a key: 8 to 32 characters.", r".{8,32}", "of 8 to 32 characters", secret=True)


class BrokerDma(Section, dialect="v5", chapter="broker_dma"):
    """DMA brokers: sub-accounts of the users, their keys, fees and trades."""

    @get("/api/v5/broker/dma/subaccount-info", limit=Limit(10, 1, "user"), auth=True, pages=by_page(100))
    async def subaccount_info(
        self, sub_acct: str | None = None, uid: str | None = None, page: Count | None = None, limit: Count | None = None
    ) -> DmaSubAccountPage:
        """One page of sub-accounts; the rows are in ``details``. (Get subaccount info)"""
        ...

    @get("/api/v5/broker/dma/subaccount-trade-fee", limit=Limit(1, 1, "user"), auth=True, pages=by_page(100))
    async def subaccount_trade_fee(
        self, sub_acct: str | None = None, uid: str | None = None, page: Count | None = None, limit: Count | None = None
    ) -> DmaTradeFeePage:
        """One page of the fee rates of sub-accounts; the rows are in ``details``.

        The documents' sample spells ``maker`` as ``marker``; both are read. (Get subaccount trade fee)
        """
        ...

    @post("/api/v5/broker/dma/subaccount/apikey", limit=Limit(40, 1, "user"), needs=Needs("keys"))
    async def create_subaccount_apikey(
        self,
        sub_acct: str,
        label: str,
        passphrase: Annotated[str | Secret, _PASSPHRASE],
        ip: IpList | None = None,
        perm: PermList | None = None,
    ) -> SubAccountKeyMade:
        """Create an API key of a sub-account.

        ``secret_key`` is told once. The passphrase has 8 to 32 characters. (Create subaccount apikey)
        """
        ...

    @get("/api/v5/broker/dma/subaccount/apikey", limit=Limit(1, 1, "user"), auth=True)
    async def subaccount_apikey(self, sub_acct: str, api_key: KeyId | None = None) -> list[SubAccountKey]:
        """API keys of a sub-account, all or the one of ``api_key``. (Get subaccount apikey)"""
        ...

    @get(
        "/api/v5/broker/dma/rebate-per-orders",
        limit=Limit(2, 60, "user"),
        auth=True,
        check=when("type_", "false", "begin", "end"),
    )
    async def rebate_per_orders(
        self, type_: BoolText, begin: DateArg | None = None, end: DateArg | None = None
    ) -> list[RebateFile]:
        """Links to files of trades.

        ``type_`` true: every file made so far; false: the one of ``begin`` to ``end`` (UTC), which are then a must.
        A link lives 9 hours. The Chinese page names ``trades`` for the same file. (Get rebate per orders)
        """
        ...

    @get(
        "/api/v5/broker/dma/trades", limit=Limit(2, 60, "user"), auth=True, check=when("type_", "false", "begin", "end")
    )
    async def trades_file(
        self, type_: BoolText, begin: DateArg | None = None, end: DateArg | None = None
    ) -> list[RebateFile]:
        """Links to files of trades.

        ``type_`` true: every file made so far; false: the one of ``begin`` to ``end`` (UTC), which are then a must.
        The English page names ``rebate-per-orders`` for the same file. (Get trades file)
        """
        ...

    @post("/api/v5/broker/dma/trades", limit=Limit(1, 3600, "user"), permission="read")
    async def create_trades_file(self, begin: DateArg, end: DateArg) -> RebateFileAsked:
        """Ask for the file of trades of a range, up to 180 days.

        ``result`` true: the link exists; false: it is being made. (Create trades file)
        """
        ...

    @post(
        "/api/v5/broker/dma/create-subaccount",
        limit=Limit(40, 1, "user"),
        deprecated="not in the documents, and no successor is named",
    )
    async def create_subaccount(self) -> SubAccountMade:
        """Deprecated: no successor is named.

        Fields are said to mirror `BrokerNd.create_subaccount`, parameters are not told. (Create subaccount)
        """
        ...

    @post(
        "/api/v5/broker/dma/delete-subaccount", limit=None, deprecated="not in the documents, and no successor is named"
    )
    async def delete_subaccount(self) -> SubAccountName:
        """Deprecated: no successor is named.

        Fields are said to mirror `BrokerNd.delete_subaccount`; parameters are not
        told, and no rate limit is documented. (Delete subaccount)
        """
        ...

    @post(
        "/api/v5/broker/dma/set-subaccount-level",
        limit=None,
        deprecated="not in the documents, and no successor is named",
    )
    async def set_subaccount_level(self) -> SubAccountLevel:
        """Deprecated: no successor is named.

        Fields are said to mirror `BrokerNd.set_subaccount_level`; parameters are not
        told, and no rate limit is documented. (Set subaccount level)
        """
        ...

    @get(
        "/api/v5/asset/broker/dma/subaccount-deposit-address",
        limit=None,
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def subaccount_deposit_address(self) -> list[DepositAddress]:
        """Deprecated: no successor is named.

        Fields are said to mirror `BrokerNd.subaccount_deposit_address`; parameters are not
        told, and no rate limit is documented. (Get subaccount deposit address)
        """
        ...

    @get(
        "/api/v5/asset/broker/dma/subaccount-deposit-history",
        limit=None,
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def subaccount_deposit_history(self) -> list[SubAccountDeposit]:
        """Deprecated: no successor is named.

        Fields are said to mirror `BrokerNd.subaccount_deposit_history`; parameters are not
        told, and no rate limit is documented. (Get subaccount deposit history)
        """
        ...
