"""Users of the simulated exchange, their sub-accounts, their keys and how their accounts are set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from ..keys import PlainKey

__all__ = ["Access", "Mode", "People", "User"]


class Mode(StrEnum):
    """Account mode, in V5's numbers. (``acctLv``)"""

    SPOT = "1"
    FUTURES = "2"
    MULTI_CURRENCY = "3"
    PORTFOLIO = "4"


@dataclass(slots=True)
class User:
    """One account: a master account, or a sub-account of one.

    Attributes:
        uid: Its number, as text.
        name: ``""`` for a master account, the name of a sub-account.
        master: The uid of its master account, its own for a master account.
        vip: Fee tier.
        mode: Account mode.
        hedged: Whether positions are kept long and short apart (``long_short_mode``).
        borrows: Whether its owner has switched borrowing in spot mode on, which the exchange lets nobody do by API.
        settings: What else the user has set, by (what, instrument or currency ...), e.g. leverage.
    """

    uid: str
    name: str = ""
    master: str = ""
    vip: int = 0
    mode: Mode = Mode.FUTURES
    hedged: bool = False
    borrows: bool = False
    settings: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])

    @property
    def is_master(self) -> bool:
        """Whether it is a master account."""
        return self.master in ("", self.uid)


@dataclass(slots=True)
class Access:
    """A key and what it opens.

    Attributes:
        key: The key itself.
        uid: Whose.
        label: What its owner calls it.
        permissions: Of ``read_only``, ``trade`` and ``withdraw``.
        addresses: From where alone it may be used, addresses or networks; empty for anywhere.
        ts: When it was made, Unix milliseconds.
        scoped: Whether a token was shown in place of the key.
    """

    key: PlainKey
    uid: str
    label: str = ""
    permissions: frozenset[str] = frozenset(("read_only", "trade", "withdraw"))
    addresses: tuple[str, ...] = ()
    ts: int = 0
    scoped: bool = False


class People:
    """Every user and every key."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._gone: dict[str, User] = {}
        self._keys: dict[str, Access] = {}

    def add(self, user: User) -> User:
        """Take a user in."""
        self._users[user.uid] = user
        return user

    def remove(self, user: User) -> None:
        """Let a user be gone, whose keys were taken back before; what it did is still told under its number."""
        self._gone[user.uid] = self._users.pop(user.uid)

    def give(self, access: Access) -> Access:
        """Take a key in."""
        self._keys[access.key.api_key] = access
        return access

    def take_back(self, api_key: str) -> None:
        """Let a key open nothing any more."""
        self._keys.pop(api_key, None)

    def user(self, uid: str) -> User:
        """Return a user who exists, or did."""
        return self._users.get(uid) or self._gone[uid]

    def find(self, uid: str) -> User | None:
        """Return a user, ``None`` for who is none, such as a bot that trades for one."""
        return self._users.get(uid)

    def access(self, api_key: str) -> Access | None:
        """Return a key, ``None`` when there is none of that name."""
        return self._keys.get(api_key)

    def family(self, uid: str) -> Iterator[User]:
        """Yield a master account and its sub-accounts."""
        master = self._users[uid].master or uid
        yield from (user for user in self._users.values() if master in (user.uid, user.master))

    def keys_of(self, uid: str) -> Iterator[Access]:
        """Yield a user's keys."""
        yield from (access for access in self._keys.values() if access.uid == uid)

    def __iter__(self) -> Iterator[User]:
        yield from self._users.values()
