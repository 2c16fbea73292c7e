"""What the ledgers of V3 say about movements of money: words in answers, numbers in questions. (Ledger)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..accounts.bank import TRANSFER
from ..accounts.bills import Bill, Bills
from ..accounts.ledger import Room
from ..accounts.loans import BORROWED, INTEREST, REPAID
from ..accounts.orders import Fill, Order
from ..accounts.people import User
from ..accounts.settle import Settlement
from ..accounts.worth import ZERO
from ..instruments import Kind
from ..query_v3 import Query
from ..text import exact_text, iso_ms
from .words import type_of

__all__ = ["Entries"]

Json = dict[str, Any]
_Cause = tuple[Order, Fill] | None

_DAY_MS = 86_400_000
_DELIVERY, _LIQUIDATION, _MARGIN, _FUNDING = "3", "5", "6", "8"
_WORDS = {TRANSFER: "transfer", _DELIVERY: "settlement", _MARGIN: "margin", _FUNDING: "funding"}
_WORDS |= {BORROWED: "borrow", REPAID: "repay", INTEREST: "interest"}
_FUNDING_FEE = "14"
_FEE = "5"
# Numbers of a margin account's ledger: loans, and by the account on the other side what came from it and went to it.
_LOANS = {BORROWED: "3", REPAID: "4", INTEREST: "5"}
_ENDS = {Room.FUNDING: ("9", "14"), Room.TRADING: ("12", "16"), Room.MARGIN: ("62", "61"), Room.FIAT: ("10", "15")}
_ENDS |= {Room.SAVINGS: ("20", "21"), Room.MINING: ("65", "64")}
# The same of a trading account's.
_SPOT_ENDS = {
    Room.FUNDING: ("30", "29"),
    Room.FIAT: ("32", "31"),
    Room.MARGIN: ("34", "33"),
    Room.SAVINGS: ("55", "56"),
}
_SPOT_ENDS |= {Room.MINING: ("65", "64")}
_SUB_ACCOUNT = ("21", "20")
_UNSAID = ("", "")
_PENALTY = "24"


class Entries:
    """Reads the bills of trading accounts.

    Args:
        bills: Every movement as its owners see it.
        settlement: Knows which trade a movement belongs to.
    """

    def __init__(self, bills: Bills, settlement: Settlement) -> None:
        self._bills = bills
        self._settlement = settlement

    def of_currency(self, user: User, ccy: str, query: Query, since: int) -> list[Json]:
        """Write what moved one currency of the trading account, the newest first, by the query's page and type."""
        found = ((bill, cause) for bill, cause in self._all(user, since) if bill.entry.ccy == ccy)
        wanted = query.text("type")
        fitting = ((bill, cause) for bill, cause in found if wanted in ("", _spot_number(bill, cause)))
        return [_spot_row(*each) for each in query.page(fitting, lambda each: each[0].bill_id)]

    def of_pair(self, user: User, inst_id: str, query: Query, since: int) -> list[Json]:
        """Write what moved in the margin account of a pair, the newest first, by the query's page and type.

        The documents have numbers for everything that happens there, and words for transfers, trades and rebates only.
        """
        wanted, found = query.text("type"), self._all(user, since, inst_id)
        fitting = ((bill, cause) for bill, cause in found if wanted in ("", _pair_number(bill, cause)))
        chosen = query.page(fitting, lambda each: each[0].bill_id)
        return [_spot_row(*each) | {"instrument_id": inst_id} for each in chosen]

    def of_contracts(self, user: User, form: re.Pattern[str], query: Query, since: int) -> list[Json]:
        """Write what contracts moved whose names are of a form, the newest first, by the query's page and type.

        They are told apart by name, because some may be over and not listed any more.
        """
        found = ((bill, cause) for bill, cause in self._all(user, since) if form.fullmatch(bill.entry.inst_id))
        wanted = query.text("type")
        fitting = ((bill, cause) for bill, cause in found if wanted in ("", _contract_number(bill, cause)))
        return [_contract_row(*each, query.product) for each in query.page(fitting, lambda each: each[0].bill_id)]

    def _all(self, user: User, since: int, pair: str = "") -> Iterator[tuple[Bill, _Cause]]:
        for bill in self._bills.newest_first(user.uid, Room.MARGIN if pair else Room.TRADING, pair):
            if bill.entry.ts < since:
                return
            yield bill, self._settlement.causes.get(bill.entry.number)


def _word(bill: Bill, cause: _Cause) -> str:
    if bill.entry.kind == _LIQUIDATION or (cause is not None and cause[0].ticket.category != "normal"):
        return "liquidation"
    if cause is None:
        return _WORDS.get(bill.entry.kind, "transfer")
    if bill.other[1] is Room.FEES:
        return "rebate" if bill.change > 0 else "fee"
    return "trade" if cause[0].market.instrument.kind is Kind.SPOT else "match"


def _spot_number(bill: Bill, cause: _Cause) -> str:
    if cause is not None:
        return "22" if _word(bill, cause) == "rebate" else "7" if cause[0].ticket.buy else "8"
    if bill.entry.kind != TRANSFER:
        return ""
    owner, room = bill.other
    ends = _SPOT_ENDS.get(room, _UNSAID) if owner == bill.owner else _SUB_ACCOUNT
    return ends[bill.change < 0]


def _pair_number(bill: Bill, cause: _Cause) -> str:
    if cause is not None:
        return "7" if cause[0].ticket.buy else "8"
    if bill.entry.kind == TRANSFER:
        return _ENDS.get(bill.other[1], _UNSAID)[bill.change < 0]
    return _PENALTY if bill.entry.kind == _LIQUIDATION else _LOANS.get(bill.entry.kind, "")


def _contract_number(bill: Bill, cause: _Cause) -> str:
    if bill.entry.kind == _FUNDING:
        return _FUNDING_FEE
    if cause is None:
        return ""
    return _FEE if bill.other[1] is Room.FEES else type_of(cause[0])


def _spot_row(bill: Bill, cause: _Cause) -> Json:
    moment = iso_ms(bill.entry.ts)
    details: Json = {"from": "", "to": ""}
    if cause is not None:
        order, name = str(cause[0].ord_id), cause[0].market.instrument.inst_id
        details = {"instrument_id": name, "order_id": order, "product_id": name}
    return {
        "ledger_id": str(bill.bill_id),
        "balance": exact_text(bill.balance),
        "currency": bill.entry.ccy,
        "amount": exact_text(bill.change),
        "type": _word(bill, cause),
        "timestamp": moment,
        "created_at": moment,
        "details": details,
    }


def _contract_row(bill: Bill, cause: _Cause, product: str) -> Json:
    """Write a movement; its balance is the number of contracts, below zero when they were closed."""
    lots = "0"
    details: Json = {"instrument_id": bill.entry.inst_id}
    if cause is not None:
        order, fill = cause
        lots = ("-" if order.ticket.closes else "") + order.market.instrument.size_text(fill.lots)
        details["order_id"] = str(order.ord_id)
    row: Json = {
        "ledger_id": str(bill.bill_id),
        "amount": exact_text(bill.change),
        "balance": lots,
        "currency": bill.entry.ccy,
        "type": _word(bill, cause),
        "timestamp": iso_ms(bill.entry.ts),
        "details": details,
    }
    if product == "swap":
        fee = exact_text(bill.change) if bill.other[1] is Room.FEES else "0"
        return row | {"instrument_id": bill.entry.inst_id, "fee": fee}
    if product == "option":
        made = cause[1].pnl if cause is not None and row["type"] != "fee" else ZERO
        return row | {"realized_pnl": exact_text(made)}
    return row | {"underlying": "-".join(bill.entry.inst_id.split("-")[:2])}
