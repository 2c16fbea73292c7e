"""Who has what: users are taken in here, given keys and their first money."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from ...settings import Credentials
from ..clock import Clock
from ..instruments import seed_of
from ..keys import Keyring
from .ledger import Ledger, Purse, Room
from .people import Access, Mode, People, User

__all__ = ["DEPOSIT", "FUNDING", "READ_ONLY", "SUB_NAME", "TRADING", "TRANSFER", "Bank", "Money"]

Money = Mapping[str, Decimal | int | str]
"""Amounts by currency; text and whole numbers are taken, too, floats are not."""

TRADING: Money = {"USDT": 100_000, "BTC": 5, "ETH": 50}
"""What each account of the opening day has in its trading account."""
FUNDING: Money = {"USDT": 10_000, "BTC": 1}
"""What it has in its funding account."""
READ_ONLY = frozenset(("read_only",))
SUB_NAME = "simsub1"
"""The name of the one sub-account the exchange opens with; the first account is its master."""

TRANSFER = "1"
"""The type of trading bill that a transfer makes."""
DEPOSIT = "1"
"""The type of funding bill that a deposit makes."""


class Bank:
    """The users, their keys and their money.

    It opens with a master account for each fee tier in ``vip``, in the order of `Exchange.credentials`, each with what
    `TRADING` and `FUNDING` say and with a second key that may only read; the first also has a sub-account with a key
    and a tenth of that money.

    Args:
        seed: Of the whole exchange; user ids come from it.
        clock: Market time.
        keyring: Makes keys and knows which exist.
        vip: The fee tiers.

    Attributes:
        people: Users and keys.
        ledger: The money.
        masters: The master accounts, in the order they came.
    """

    def __init__(self, seed: int, clock: Clock, keyring: Keyring, vip: Sequence[int]) -> None:
        self.people = People()
        self.ledger = Ledger(clock.now)
        self.masters: list[User] = []
        self._clock = clock
        self._keyring = keyring
        self._watchers: dict[str, dict[Callable[[], None], None]] = {}
        self._next_uid = random.Random(seed_of(seed, "users")).randrange(10**17, 9 * 10**17)
        for key, tier in zip(keyring.keys, vip, strict=True):
            user = self._enter(User(self._uid(), vip=tier))
            self.people.give(Access(key, user.uid, "main", ts=clock.now()))
            self.give_key(user, "read only", READ_ONLY)
            self._endow(user, FUNDING, TRADING)
        if self.masters:
            tenth = {ccy: Decimal(amount) / 10 for ccy, amount in TRADING.items()}
            sub = self.add_user(SUB_NAME, master=self.masters[0], trading=tenth)
            self.give_key(sub, "main")

    def user(self, which: int | str = 0) -> User:
        """Return a user: a master account by its place, any account by its uid, a sub-account by its name.

        Raises:
            KeyError: There is none.
        """
        if isinstance(which, int):
            if not 0 <= which < len(self.masters):
                raise KeyError(which)
            return self.masters[which]
        found = next((user for user in self.people if which in (user.uid, user.name or user.uid)), None)
        if found is None:
            raise KeyError(which)
        return found

    def add_user(
        self,
        name: str = "",
        *,
        master: User | None = None,
        vip: int = 0,
        mode: Mode = Mode.FUTURES,
        funding: Money | None = None,
        trading: Money | None = None,
    ) -> User:
        """Take in one more user, without a key yet.

        Args:
            name: Of a sub-account.
            master: Whose sub-account it is, ``None`` for a master account. A sub-account has its master's fee tier.
            vip: Fee tier.
            mode: Account mode.
            funding: What it has in its funding account.
            trading: What it has in its trading account.

        Raises:
            ValueError: A sub-account without a name, a master account with one, or a name taken already.
        """
        if (master is None) is not (name == ""):
            raise ValueError("a sub-account needs a name, and only a sub-account has one")
        if master is not None and self.sub_of(master, name) is not None:
            raise ValueError(f"{name} is taken")
        tier, above = (vip, "") if master is None else (master.vip, master.uid)
        user = self._enter(User(self._uid(), name, above, tier, mode))
        self._endow(user, funding or {}, trading or {})
        return user

    def remove_user(self, user: User) -> None:
        """Let a sub-account be gone, and its keys with it."""
        for access in list(self.people.keys_of(user.uid)):
            self.take_key(access)
        self.people.remove(user)

    def give_key(
        self,
        user: User,
        label: str = "",
        permissions: frozenset[str] | None = None,
        addresses: tuple[str, ...] = (),
        passphrase: str = "",
    ) -> Access:
        """Make a key for a user.

        Args:
            user: Whose it will be.
            label: What its owner calls it.
            permissions: Of ``read_only``, ``trade`` and ``withdraw``; by default all of them, for a sub-account
                without ``withdraw``.
            addresses: From where alone it may be used, addresses or networks.
            passphrase: Made up when there is none.
        """
        usual = ("read_only", "trade", "withdraw") if user.is_master else ("read_only", "trade")
        key = self._keyring.make(passphrase)
        rights = permissions or frozenset(usual)
        return self.people.give(Access(key, user.uid, label, rights, addresses, self._clock.now()))

    def take_key(self, access: Access) -> None:
        """Let a key open nothing any more."""
        self.people.take_back(access.key.api_key)
        self._keyring.forget(access.key.api_key)
        self.changed(access)

    def watch(self, access: Access, lost: Callable[[], None]) -> Callable[[], None]:
        """Have a function called when a key is changed or taken back; return what ends that."""
        watchers = self._watchers.setdefault(access.key.api_key, {})
        watchers[lost] = None

        def stop() -> None:
            watchers.pop(lost, None)

        return stop

    def changed(self, access: Access) -> None:
        """Tell whoever uses a key that it is not any more what it was."""
        for lost in list(self._watchers.pop(access.key.api_key, {})):
            lost()

    def credentials(self, user: User) -> list[Credentials]:
        """Return a user's keys as the client takes them, the oldest first."""
        return [access.key.credentials() for access in self.people.keys_of(user.uid)]

    def sub_of(self, master: User, name: str) -> User | None:
        """Return a master's sub-account by its name, ``None`` when there is none."""
        return next((user for user in self.people.family(master.uid) if name and user.name == name), None)

    def master_of(self, user: User) -> User:
        """Return a user's master account, itself for a master account."""
        return user if user.is_master else self.people.user(user.master)

    def funding(self, user: User) -> Purse:
        """Return a user's funding account."""
        return self.ledger.purse(user.uid, Room.FUNDING)

    def trading(self, user: User) -> Purse:
        """Return a user's trading account."""
        return self.ledger.purse(user.uid, Room.TRADING)

    def _uid(self) -> str:
        self._next_uid += 1
        return str(self._next_uid)

    def _enter(self, user: User) -> User:
        user.settings["created",] = str(self._clock.now())
        if user.is_master:
            self.masters.append(user)
        return self.people.add(user)

    def _endow(self, user: User, funding: Money, trading: Money) -> None:
        """Let money come from outside, as it does: into the funding account and on from there."""
        outside = self.ledger.house(Room.OUTSIDE)
        for ccy, amount in (*funding.items(), *trading.items()):
            self.ledger.move(ccy, Decimal(amount), outside, self.funding(user), DEPOSIT)
        for ccy, amount in trading.items():
            self.ledger.move(ccy, Decimal(amount), self.funding(user), self.trading(user), TRANSFER)
