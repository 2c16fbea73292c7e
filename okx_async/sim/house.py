"""What all sessions of one simulated exchange share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .counters import Counters
from .holders import Holders
from .keys import Keyring
from .limits import Allowances, Limits
from .market import Market
from .publish import Publisher

__all__ = ["House"]


@dataclass(frozen=True, slots=True)
class House:
    """The exchange behind a connection.

    Args:
        publisher: Where topics are.
        markets: By instrument id.
        keyring: Who may log in.
        limits: What is rationed.
        allowances: The windows it is counted in.
        holders: Who holds which private channel.
        counters: What is counted for tests.
    """

    publisher: Publisher
    markets: Mapping[str, Market]
    keyring: Keyring
    limits: Limits
    allowances: Allowances
    holders: Holders
    counters: Counters

    def charge(self, conn_id: str, dialect: str, op: str) -> bool:
        """Count one control frame of a connection; ``False`` when its hour is used up."""
        self.counters.command(conn_id, op)
        return self.allowances.take(("control", conn_id), self.limits.control(dialect))

    def leave(self, conn_id: str) -> None:
        """Forget what a connection has spent."""
        self.allowances.forget(("control", conn_id))
