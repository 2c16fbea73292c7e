"""V5 REST of the bills of trading accounts: one for each currency that a trade, a transfer or a charge moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query
from ..text import exact_text
from .asks import Ask, Handlers
from .balances import Balances
from .bills import Bill, Bills
from .ledger import Room
from .people import User

__all__ = ["BillsV5"]

Json = dict[str, Any]

_WEEK_MS, _QUARTER_MS = 7 * 86_400_000, 92 * 86_400_000
_EMPTY_BILL: tuple[str, ...] = (
    "instType",
    "instId",
    "mgnMode",
    "ordId",
    "clOrdId",
    "tradeId",
    "execType",
    "tag",
    "fillTime",
    "fillIdxPx",
    "fillMarkPx",
    "fillPxVol",
    "fillPxUsd",
    "fillMarkVol",
    "fillFwdPx",
    "earnAmt",
    "earnApr",
    "px",
    "from",
    "to",
    "notes",
)
_ZERO_BILL: tuple[str, ...] = ("pnl", "fee", "interest", "posBal", "posBalChg")
_NAMES = {Room.FUNDING: "6", Room.TRADING: "18"}
_BUY, _SELL = "1", "2"


class BillsV5:
    """Bills details, of the last seven days and of the last three months.

    The ledger moves what a trade swaps or makes real and its fee one after the other; a bill tells them in one row, as
    the documents' samples do: ``balChg`` is what was received or made, plus ``fee``. A trade of a contract has one,
    one of a pair has two, and each of those speaks of its own currency: ``sz`` counts it, and ``subType`` says whether
    it was bought. The number of the bill that has the fee is the fill's ``billId``.

    Args:
        bills: Every movement as its owners see it.
        balances: Know what was traded.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bills: Bills, balances: Balances, markets: Mapping[str, Market], clock: Clock) -> None:
        self._bills = bills
        self._balances = balances
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {
            ("GET", "/api/v5/account/bills"): lambda ask: self._list(ask, _WEEK_MS),
            ("GET", "/api/v5/account/bills-archive"): lambda ask: self._list(ask, _QUARTER_MS),
        }

    def _list(self, ask: Ask, age: int) -> list[Any]:
        form = Query(ask.fields, self._markets)
        begin, end = form.moments()
        oldest = max(begin, self._clock.now() - age)
        wanted = {name: form.text(name) for name in ("instType", "instId", "ccy", "mgnMode", "type", "subType")}
        contracts = form.choice("ctType", ("linear", "inverse"), "")
        found = (
            row
            for row in self._rows(ask.user)
            if oldest <= int(row["ts"]) <= end
            and all(value in ("", row[name]) for name, value in wanted.items())
            and contracts in ("", _contract(row))
        )
        return form.page(found, lambda row: int(row["billId"]))

    def _rows(self, user: User) -> Iterator[Json]:
        """Yield a user's bills, the newest first."""
        told = ((bill, self._balances.holdings.bill(bill.entry, user)) for bill in self._mine(user))
        for (_, trade), parts in groupby(told, lambda each: (each[1].get("ordId"), each[1].get("tradeId"))):
            if trade is None:
                yield from (_row(bill) | dict(said) for bill, said in parts)
            else:
                yield from _traded(parts)

    def _mine(self, user: User) -> Iterator[Bill]:
        return self._bills.newest_first(user.uid, Room.TRADING)


def _traded(parts: Iterable[tuple[Bill, Mapping[str, str]]]) -> list[Json]:
    """Write one trade, each currency in one row, that of the fee last because its number was given first."""
    by_ccy: dict[str, list[tuple[Bill, Mapping[str, str]]]] = {}
    for bill, said in parts:
        by_ccy.setdefault(bill.entry.ccy, []).append((bill, said))
    rows: list[Json] = []
    for (bill, said), *earlier in by_ccy.values():
        change = bill.change + sum((each.change for each, _ in earlier), Decimal(0))
        row = _row(bill) | dict(said) | {"balChg": exact_text(change)}
        if row["instType"] == Kind.SPOT.value and row["subType"] in (_BUY, _SELL):
            swapped = change - Decimal(row["fee"])
            row |= {"sz": exact_text(abs(swapped)), "subType": _BUY if swapped > 0 else _SELL}
        rows.append(row)
    return sorted(rows, key=lambda row: int(row["billId"]), reverse=True)


def _row(bill: Bill) -> Json:
    """Write one movement. (Get bills details)"""
    entry = bill.entry
    row: Json = dict.fromkeys(_EMPTY_BILL, "") | dict.fromkeys(_ZERO_BILL, "0")
    row |= {
        "billId": str(bill.bill_id),
        "ccy": entry.ccy,
        "type": entry.kind,
        "subType": bill.sub_type,
        "balChg": exact_text(bill.change),
        "bal": exact_text(bill.balance),
        "sz": exact_text(bill.change),
        "ts": str(entry.ts),
        "instId": entry.inst_id,
    }
    ends = entry.source.room, entry.target.room
    if all(room in _NAMES for room in ends):
        row |= {"from": _NAMES[ends[0]], "to": _NAMES[ends[1]]}
    return row


def _contract(row: Json) -> str:
    """Return whether a bill is about a ``linear`` or an ``inverse`` contract, ``""`` for neither."""
    if row["instType"] not in (Kind.FUTURES.value, Kind.SWAP.value):
        return ""
    return "inverse" if row["instId"].split("-")[1] == "USD" else "linear"
