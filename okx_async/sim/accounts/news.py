"""What the private channels say about money: account, and balance_and_position."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ..clock import Clock
from ..text import exact_text
from .balances import Balances, account_pages
from .bank import Bank
from .ledger import Entry, Room
from .people import User
from .private import Feed, Private

__all__ = ["CAUSES", "News"]

_EVERY_MS = 5_000
CAUSES = {
    "1": "transferred",
    "2": "filled",
    "3": "delivered",
    "5": "liquidation",
    "6": "adjust_margin",
    "7": "interest_deduction",
    "8": "funding_fee",
    "9": "adl",
    "10": "claw_back",
}
"""``eventType`` of balance_and_position by the type of bill; a convert is told as ``filled``."""

_POSITION = (
    "posId",
    "tradeId",
    "instId",
    "instType",
    "mgnMode",
    "avgPx",
    "ccy",
    "posSide",
    "pos",
    "baseBal",
    "quoteBal",
    "posCcy",
    "nonSettleAvgPx",
    "settledPnl",
    "uTime",
)


class News:
    """Tells users when their trading account has changed.

    All that one turn of the event loop changes is told together, as the exchange gathers some 50 ms: first account,
    then one balance_and_position for each cause. The account repeats itself every 5 s unless ``updateInterval`` is
    ``"0"``; the exchange's own pace is not documented.

    Args:
        bank: Users and money.
        balances: What an account looks like.
        private: Where it is told.
        clock: Market time.
    """

    def __init__(self, bank: Bank, balances: Balances, private: Private, clock: Clock) -> None:
        self._bank = bank
        self._balances = balances
        self._private = private
        self._clock = clock
        self._news: dict[str, dict[str, dict[str, None]]] = {}
        bank.ledger.listeners.append(self._note)
        private.feed("account", Feed(self._account, True, _EVERY_MS, (0,), account_pages))
        private.feed("balance_and_position", Feed(self._everything))

    def touch(self, user: User, ccys: tuple[str, ...], cause: str = "") -> None:
        """Tell later in this turn that currencies of a user have changed, e.g. because an order holds money.

        Args:
            user: Whose.
            ccys: Which.
            cause: ``eventType`` for balance_and_position, ``""`` to tell the account channel alone.
        """
        if not self._private.heard(user, "account") and not self._private.heard(user, "balance_and_position"):
            return
        if not self._news:
            asyncio.get_running_loop().call_soon(self._tell)
        self._news.setdefault(user.uid, {}).setdefault(cause, {}).update(dict.fromkeys(ccys))

    def _note(self, entry: Entry) -> None:
        for purse in (entry.source, entry.target):
            if purse.owner and purse.room is Room.TRADING:
                self.touch(self._bank.people.user(purse.owner), (entry.ccy,), CAUSES.get(entry.kind, "filled"))

    def _tell(self) -> None:
        news, self._news = self._news, {}
        for uid, causes in news.items():
            user = self._bank.people.user(uid)
            changed = {ccy for ccys in causes.values() for ccy in ccys}
            self._tell_account(user, changed)
            for cause, ccys in causes.items():
                if cause:
                    self._private.push(user, "balance_and_position", {}, [self._change(user, cause, list(ccys))])

    def _tell_account(self, user: User, changed: set[str]) -> None:
        def told(arg: Mapping[str, str]) -> list[Any]:
            wanted = changed & {arg.get("ccy", ccy) for ccy in changed}
            # One that fell to zero is in no row any more, but the totals have changed.
            return [self._balances.row(user, wanted)] if wanted else []

        self._private.tell(user, "account", told)

    def _account(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        return [self._balances.row(user, (arg["ccy"],) if "ccy" in arg else ())]

    def _everything(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        held = [ccy for ccy, amount in sorted(self._bank.trading(user).cash.items()) if amount]
        row = self._change(user, "snapshot", held)
        rows = self._balances.holdings.positions(user)
        row["posData"] = [{name: position.get(name, "") for name in _POSITION} for position in rows]
        return [row]

    def _change(self, user: User, cause: str, ccys: list[str]) -> dict[str, Any]:
        purse, now = self._bank.trading(user), str(self._clock.now())
        balances = [
            {
                "ccy": ccy,
                "cashBal": exact_text(self._balances.cash(user, ccy)),
                "uTime": str(purse.changed.get(ccy, now)),
            }
            for ccy in ccys
        ]
        return {"pTime": now, "eventType": cause, "balData": balances, "posData": [], "trades": []}
