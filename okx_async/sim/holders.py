"""Which connections of a sub-account hold which private channel: the exchange allows 30 for each."""

from __future__ import annotations

from typing import Literal, Protocol

__all__ = ["Holder", "Holders"]


class Holder(Protocol):
    """A session that can lose a channel."""

    def lose(self, channel: str, count: int) -> None:
        """Take the news that the channel ended here because ``count`` connections hold it already."""
        ...


class Holders:
    """Counts connections per sub-account and channel.

    Args:
        most: How many may hold one channel, ``None`` for any number.
        loser: Whose subscription ends when one more comes.
    """

    def __init__(self, most: int | None, loser: Literal["newest", "oldest"]) -> None:
        self._most = most
        self._loser = loser
        self._held: dict[tuple[str, str], dict[Holder, None]] = {}

    def join(self, user: str, channel: str, holder: Holder) -> int:
        """Add a connection and return how many hold the channel now; one too many ends one of them.

        A connection holds a channel once, whatever number of arguments it is subscribed with.
        """
        held = self._held.setdefault((user, channel), {})
        held[holder] = None
        if self._most is None or len(held) <= self._most:
            return len(held)
        loser = holder if self._loser == "newest" else next(iter(held))
        del held[loser]
        loser.lose(channel, self._most)
        return len(held)

    def leave(self, user: str, channel: str, holder: Holder) -> None:
        """Take a connection off."""
        held = self._held.get((user, channel), {})
        held.pop(holder, None)
        if not held:
            self._held.pop((user, channel), None)

    def holds(self, user: str, channel: str, holder: Holder) -> bool:
        """Tell whether a connection holds a channel."""
        return holder in self._held.get((user, channel), {})
