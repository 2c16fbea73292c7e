"""Deposits and withdrawals on their way: currencies and chains, states, and the time everything takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from ..clock import Clock, Timer
from ..query_v5 import Query
from ..text import exact_text
from .bank import DEPOSIT, Bank
from .ledger import Purse, Room
from .people import User
from .private import Private
from .worth import MONEY_SCALE, movable

__all__ = ["CHAINS", "Chain", "Chains", "Deposit", "Withdrawal", "chains_of", "history"]

WITHDRAWAL = "2"
"""The type of funding bill that a withdrawal makes."""
STEP_SECONDS = 2.0
"""How long a deposit or a withdrawal stays in each state."""

WAITING, SENDING, DONE, CANCELLED = "0", "1", "2", "-2"
"""States of a withdrawal. The documents label only those of waiting ones; the other numbers are those of V3."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One way in and out for one currency.

    Attributes:
        ccy: The currency.
        name: Of the chain, as V5 writes it.
        fee: What a withdrawal costs, in the currency.
        least: The smallest withdrawal.
        places: Decimals that a withdrawal may have.
        tagged: Whether an address needs a tag, behind a colon.
    """

    ccy: str
    name: str
    fee: Decimal
    least: Decimal
    places: int = 8
    tagged: bool = False


def _chain(ccy: str, name: str, fee: str, least: str, places: int = 8, *, tagged: bool = False) -> Chain:
    return Chain(ccy, f"{ccy}-{name}", Decimal(fee), Decimal(least), places, tagged)


CHAINS = (
    _chain("BTC", "Bitcoin", "0.0001", "0.001"),
    _chain("ETH", "ERC20", "0.0005", "0.01"),
    _chain("USDT", "TRC20", "1", "2", 6),
    _chain("USDT", "ERC20", "3", "10", 6),
    _chain("USDC", "ERC20", "3", "10", 6),
    _chain("XRP", "Ripple", "0.1", "1", 6, tagged=True),
)
"""The chains of well-known currencies; any other has one that is named after it."""


def chains_of(ccy: str) -> list[Chain]:
    """Return the chains of a currency."""
    return [chain for chain in CHAINS if chain.ccy == ccy] or [_chain(ccy, "Mainnet", "0.1", "1")]


@dataclass(slots=True, eq=False)
class Deposit:
    """One deposit.

    Attributes:
        number: Its id.
        user: Who gets it.
        chain: On which chain.
        amount: How much.
        source: From where: an address, or the uid of another user.
        ts: When it began, Unix milliseconds.
        tx_id: On the chain, ``""`` for one from another user.
        from_withdrawal: The id of the withdrawal it comes from, ``""`` for none.
        state: See the documents; ``0`` waits, ``1`` is credited, ``2`` is done.
        confirmations: How often it was confirmed.
    """

    number: str
    user: User
    chain: Chain
    amount: Decimal
    source: str
    ts: int
    tx_id: str = ""
    from_withdrawal: str = ""
    state: str = "0"
    confirmations: int = 0

    @property
    def internal(self) -> bool:
        """Whether it comes from another user."""
        return bool(self.from_withdrawal)


@dataclass(slots=True, eq=False)
class Withdrawal:
    """One withdrawal.

    Attributes:
        number: Its id.
        user: Who sends it.
        chain: On which chain.
        amount: How much arrives.
        fee: What it costs besides.
        target: The address, or the uid of another user.
        internal: Whether it goes to another user.
        client_id: What the client calls it.
        ts: When it began, Unix milliseconds.
        tag: Behind the address.
        tx_id: On the chain, once it is there.
        state: See `WAITING` and the others.
        timer: Of its next state.
    """

    number: str
    user: User
    chain: Chain
    amount: Decimal
    fee: Decimal
    target: str
    internal: bool
    client_id: str
    ts: int
    tag: str = ""
    tx_id: str = ""
    state: str = WAITING
    timer: Timer | None = field(default=None, repr=False)

    @property
    def hold(self) -> str:
        """The name under which the money is set aside."""
        return f"withdrawal {self.number}"


Moved = TypeVar("Moved", Deposit, Withdrawal)


class Chains:
    """What comes in and goes out.

    Args:
        bank: Users and money.
        private: Where changes are told.
        clock: Market time, and what states wait on.

    Attributes:
        deposits: Oldest first.
        withdrawals: Oldest first.
        landing: Tells which purse a deposit on a chain is credited to; by default the funding account.
    """

    def __init__(self, bank: Bank, private: Private, clock: Clock) -> None:
        self._bank = bank
        self._private = private
        self._clock = clock
        self.deposits: list[Deposit] = []
        self.withdrawals: list[Withdrawal] = []
        self.landing: Callable[[User, Chain], Purse] = lambda user, chain: bank.funding(user)

    def deposit(
        self, user: User, ccy: str, amount: Decimal | int | str, chain: str = "", *, at_once: bool = True
    ) -> Deposit:
        """Let somebody outside send money to a user's funding account.

        Args:
            user: Who gets it.
            ccy: Of what.
            amount: How much.
            chain: On which chain, by default the currency's first.
            at_once: Whether it is there at once; else it is confirmed and credited after one step of the clock and done
                after another (`STEP_SECONDS` each).

        Raises:
            ValueError: The amount is not above zero or has too many decimals, or the currency has no such chain.
        """
        if Decimal(amount) <= 0:
            raise ValueError("a deposit needs an amount above zero")
        if not movable(Decimal(amount)):
            raise ValueError(f"amounts have at most {MONEY_SCALE} decimals")
        way = next((each for each in chains_of(ccy) if chain in ("", each.name)), None)
        if way is None:
            raise ValueError(f"{ccy} has no chain {chain}")
        number = self._number(len(self.deposits))
        source = f"outside-{_digest(number)[:20]}"
        one = Deposit(number, user, way, Decimal(amount), source, self._clock.now(), _digest(f"deposit {number}"))
        self.deposits.append(one)
        if at_once:
            self._credit(one)
            self._settle(one)
        else:
            self._tell_deposit(one)
            self._later(lambda: self._confirm(one))
        return one

    def withdraw(self, one: Withdrawal) -> Withdrawal:
        """Set the money of a withdrawal aside and send it on its way; whether it may go is asked before."""
        self.withdrawals.append(one)
        self._bank.funding(one.user).hold(one.hold, one.chain.ccy, one.amount + one.fee)
        self._tell_withdrawal(one)
        one.timer = self._later(lambda: self._send(one))
        return one

    def new_number(self) -> str:
        """Return the id of the next withdrawal."""
        return self._number(len(self.withdrawals))

    def cancel(self, one: Withdrawal) -> None:
        """Take a waiting withdrawal back."""
        if one.timer is not None:
            one.timer.cancel()
        one.state = CANCELLED
        self._bank.funding(one.user).hold(one.hold, one.chain.ccy, Decimal(0))
        self._tell_withdrawal(one)

    def address(self, user: User, chain: Chain) -> str:
        """Return where a user's deposits on a chain go to; made up, and always the same."""
        return f"sim{_digest(f'{user.uid} {chain.name}')[:34]}"

    def deposit_row(self, one: Deposit) -> dict[str, Any]:
        """Write a deposit. (Get deposit history)"""
        return {
            "ccy": one.chain.ccy,
            "chain": one.chain.name,
            "amt": exact_text(one.amount),
            "from": one.source if one.internal else "",
            "areaCodeFrom": "",
            "to": one.user.uid if one.internal else self.address(one.user, one.chain),
            "txId": one.tx_id,
            "ts": str(one.ts),
            "state": one.state,
            "depId": one.number,
            "fromWdId": one.from_withdrawal,
            "actualDepBlkConfirm": str(one.confirmations),
        }

    def withdrawal_row(self, one: Withdrawal) -> dict[str, Any]:
        """Write a withdrawal. (Get withdrawal history)"""
        return {
            "ccy": one.chain.ccy,
            "chain": one.chain.name,
            "nonTradableAsset": False,
            "amt": exact_text(one.amount),
            "ts": str(one.ts),
            "from": "",
            "areaCodeFrom": "",
            "to": one.target,
            "areaCodeTo": "",
            "toAddrType": "2" if one.internal else "1",
            "tag": one.tag,
            "pmtId": "",
            "memo": "",
            "addrEx": None,
            "txId": one.tx_id,
            "fee": exact_text(one.fee),
            "feeCcy": one.chain.ccy,
            "state": one.state,
            "wdId": one.number,
            "clientId": one.client_id,
            "note": "",
        }

    def _number(self, count: int) -> str:
        return str(80_000_000 + count + 1)

    def _later(self, then: Callable[[], object]) -> Timer:
        return self._clock.timeline.call_later(STEP_SECONDS, then)

    def _confirm(self, one: Deposit) -> None:
        self._credit(one)
        self._later(lambda: self._settle(one))

    def _credit(self, one: Deposit) -> None:
        outside, mine = self._bank.ledger.house(Room.OUTSIDE), self.landing(one.user, one.chain)
        self._bank.ledger.move(one.chain.ccy, one.amount, outside, mine, DEPOSIT, ref=one.number)
        one.state, one.confirmations = "1", 1
        self._tell_deposit(one)

    def _settle(self, one: Deposit) -> None:
        one.state, one.confirmations = "2", 2
        self._tell_deposit(one)

    def _send(self, one: Withdrawal) -> None:
        """Let the money leave: it is under way from now on, and cannot be taken back."""
        ledger, mine, ccy = self._bank.ledger, self._bank.funding(one.user), one.chain.ccy
        mine.hold(one.hold, ccy, Decimal(0))
        ledger.move(ccy, one.fee, mine, ledger.house(Room.FEES), WITHDRAWAL, ref=one.number)
        outside = ledger.house(Room.OUTSIDE)
        ledger.move(ccy, one.amount, mine, outside, WITHDRAWAL, ref=one.number)
        one.state = SENDING
        one.tx_id = "" if one.internal else _digest(f"withdrawal {one.number}")
        self._tell_withdrawal(one)
        one.timer = self._later(lambda: self._arrive(one))

    def _arrive(self, one: Withdrawal) -> None:
        one.state = DONE
        self._tell_withdrawal(one)
        if one.internal:
            number = self._number(len(self.deposits))
            target = self._bank.people.user(one.target)
            arrived = Deposit(number, target, one.chain, one.amount, one.user.uid, self._clock.now(), "", one.number)
            self.deposits.append(arrived)
            self._credit(arrived)
            self._settle(arrived)

    def _tell_deposit(self, one: Deposit) -> None:
        self._tell(one.user, "deposit-info", one.chain.ccy, self.deposit_row(one))

    def _tell_withdrawal(self, one: Withdrawal) -> None:
        self._tell(one.user, "withdrawal-info", one.chain.ccy, self.withdrawal_row(one))

    def _tell(self, user: User, channel: str, ccy: str, row: dict[str, Any]) -> None:
        """Tell the user, and the master account of a sub-account."""
        told = row | {"uid": user.uid, "subAcct": user.name, "pTime": str(self._clock.now())}
        for one in dict.fromkeys((user.uid, self._bank.master_of(user).uid)):
            self._private.push(self._bank.people.user(one), channel, {"ccy": ccy}, [told])


def history(
    form: Query,
    moves: Sequence[Moved],
    users: Collection[User],
    write: Callable[[Moved], dict[str, Any]],
    names: Iterable[str],
) -> list[dict[str, Any]]:
    """Return a page of the deposits or withdrawals that a request chooses. (Get deposit history)

    Args:
        form: The request; its ``type`` is 3 for those between users, 4 for those on a chain.
        moves: The oldest first.
        users: Whose.
        write: Makes a row of one.
        names: Of the columns that the request may choose by.
    """
    kind = form.choice("type", ("3", "4"), "")
    wanted = {name: form.text(name) for name in names}
    ours = (one for one in reversed(moves) if one.user in users and kind in ("", "3" if one.internal else "4"))
    fitting = (row for row in map(write, ours) if all(value in ("", row[name]) for name, value in wanted.items()))
    return form.page(fitting, lambda row: int(row["ts"]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
