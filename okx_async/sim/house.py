"""What all sessions of one simulated exchange share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .accounts.office import Office
from .beside import Beside
from .clock import Clock
from .counters import Counters
from .derivatives import Derivatives
from .holders import Holders
from .keys import Keyring
from .limits import NO_LIMITS, Allowances, Limits
from .market import Market
from .publish import Publisher
from .static import Static, StaticMode

__all__ = ["House", "open_house"]


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
        clock: Market time, and what timers wait on.
        office: The accounts.
        beside: What is traded beside the order books.
        static: What is answered from its documented shape.
        seed: Of everything random.
    """

    publisher: Publisher
    markets: dict[str, Market]
    keyring: Keyring
    limits: Limits
    allowances: Allowances
    holders: Holders
    counters: Counters
    clock: Clock
    office: Office
    beside: Beside
    static: Static
    seed: int

    def welcome(self, endpoint: str, address: str) -> bool:
        """Count one new connection; ``False`` when its address opened too many within a second.

        How the exchange then refuses is not documented; here the handshake fails with HTTP 429.
        """
        dialect = "v3" if endpoint == "v3" else "v5"
        if not self.allowances.take(("connects", dialect, address), self.limits.connects(dialect), 1.0):
            self.counters.refuse(429)
            return False
        self.counters.connections += 1
        return True

    def charge(self, conn_id: str, dialect: str, op: str) -> bool:
        """Count one control frame of a connection; ``False`` when its hour is used up."""
        self.counters.command(conn_id, op)
        return self.allowances.take(("control", conn_id), self.limits.control(dialect))

    def leave(self, conn_id: str) -> None:
        """Forget what a connection has spent."""
        self.allowances.forget(("control", conn_id))


def open_house(
    publisher: Publisher,
    markets: dict[str, Market],
    figures: Derivatives,
    clock: Clock,
    seed: int,
    vip: Sequence[int],
    limits: Limits | bool,
    demo: bool,
    beside: Beside,
    static: StaticMode,
) -> House:
    """Return the house of a new exchange; ``True`` stands for the documented limits, ``False`` for none."""
    rationed = limits if isinstance(limits, Limits) else Limits() if limits else NO_LIMITS
    holders = Holders(rationed.holders, rationed.loser)
    keyring, allowances = Keyring(seed, clock, vip), Allowances(clock)
    office = Office(seed, clock, keyring, vip, markets, figures, allowances, rationed.rest, demo)
    counters = Counters()
    shapes = Static(office.endpoints, static, clock, counters)
    return House(
        publisher, markets, keyring, rationed, allowances, holders, counters, clock, office, beside, shapes, seed
    )
