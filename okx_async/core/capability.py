"""Calls that can empty an account or hand it to somebody else, and what a client must be built with to make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

__all__ = ["CAPABILITIES", "MEANINGS", "Capability", "Needs"]

Capability = Literal["withdraw", "transfer_out", "keys"]

CAPABILITIES: frozenset[str] = frozenset(get_args(Capability))

MEANINGS: dict[Capability, str] = {
    "withdraw": "sends funds away from the exchange or to somebody else on it",
    "transfer_out": "moves funds or positions to another account, or lets a sub-account do so",
    "keys": "makes, changes or deletes API keys",
}
"""What each capability is about, as the rest of a sentence."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a client must be built with to call an endpoint.

    Attributes:
        capability: Which capability.
        to: The parameter that says where the money goes, ``""`` when there is none.
        free: A parameter and the value that makes the call harmless; leaving the parameter out does as well. E.g. a
            transfer of type 0 stays inside the account.
    """

    capability: Capability
    to: str = ""
    free: tuple[str, str] | None = None

    def harmless(self, fields: Mapping[str, Any], wire: Mapping[str, str]) -> bool:
        """Tell whether these values, by wire name, need nothing after all; ``wire`` maps Python to wire names."""
        if self.free is None:
            return False
        name, value = self.free
        return str(fields.get(wire[name], value)) == value
