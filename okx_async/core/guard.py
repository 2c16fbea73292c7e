"""What one client may do at all, whatever its key may: looked at before anything is sent, on every road.

A read-only client sends nothing that needs more than the read right. Withdrawals, transfers to other accounts and the
management of keys need a client that was built for them, and withdrawals go to listed addresses only once there is a
list. (field lesson 98)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from ..errors import AddressNotListed, BadParameter, CapabilityNeeded, ReadOnly
from .capability import CAPABILITIES, MEANINGS, Capability, Needs
from .endpoint import Endpoint, Request
from .names import did_you_mean

__all__ = ["Guard"]

# A path that means what it says: no escapes, no empty or dotted steps, nothing a server could read otherwise.
_PLAIN_PATH = re.compile(r"(?:/(?!\.+(?:/|$))[\w.-]+)+/?", re.ASCII)

# Paths nobody has declared are judged by their words, so that tomorrow's withdrawal is no way around either.
_WORDS: tuple[tuple[str, Capability], ...] = (
    ("withdraw", "withdraw"),
    ("apikey", "keys"),
    ("api-key", "keys"),
    ("transfer", "transfer_out"),
    ("move-position", "transfer_out"),
)


class Guard:
    """The rules of one client.

    Args:
        allow: The capabilities it is built with: ``withdraw``, ``transfer_out``, ``keys``.
        withdraw_to: Where withdrawals may go; ``None`` for anywhere.
        read_only: Whether every write is refused.
    """

    def __init__(
        self,
        allow: Collection[str] = frozenset(),
        withdraw_to: Collection[str] | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self._allow = _names("allow", allow)
        for name in sorted(self._allow - CAPABILITIES):
            known = sorted(CAPABILITIES)
            raise BadParameter(
                f"no capability {name!r}{did_you_mean(name, known) or '; there are ' + ', '.join(known)}"
            )
        self._addresses = None if withdraw_to is None else _names("withdraw_to", withdraw_to)
        self._read_only = read_only
        if read_only and self._allow:
            raise BadParameter("read_only=True refuses every write, so allow must be empty")
        if withdraw_to is not None and "withdraw" not in self._allow:
            raise BadParameter("withdraw_to is of use only beside allow={'withdraw'}")

    def check(self, request: Request) -> None:
        """Raise when a declared request must not be sent.

        Raises:
            ReadOnly: It writes, and the client is read-only.
            CapabilityNeeded: The client was not built for it.
            AddressNotListed: The withdrawal goes where it may not.
        """
        endpoint = request.endpoint
        if self._read_only or endpoint.needs is not None:
            self._check(f"{endpoint.chapter}.{endpoint.name}", endpoint, request.fields)

    def check_raw(
        self,
        method: str,
        path: str,
        fields: Mapping[str, Any] | None,
        find: Callable[[str], Endpoint | None],
    ) -> None:
        """Raise when a request by path must not be sent; what is raised is the same as in `check`.

        Args:
            method: ``GET`` or ``POST``. Reading is free.
            path: With its query.
            fields: By wire name.
            find: Returns the declared POST endpoint of a path in small letters, ``None`` when there is none.
        """
        if method == "GET":
            return
        bare, asks, _ = path.partition("?")
        if not _PLAIN_PATH.fullmatch(bare):
            raise BadParameter(f"write the path of a POST plainly, without escapes, dots and doubled slashes: {path!r}")
        what = f"{method} {bare}"
        bare = bare.rstrip("/").lower()
        endpoint = find(bare)
        if endpoint is not None:
            # Whether the server reads a query beside the body nobody knows, so then the body proves nothing.
            self._check(what, endpoint, fields or {}, plain=not asks)
            return
        self._refuse_write(what)
        for word, capability in _WORDS:
            if word in bare:
                self._refuse(what, Needs(capability), None)

    def _check(self, what: str, endpoint: Endpoint, fields: Any, *, plain: bool = True) -> None:
        if endpoint.writes:
            self._refuse_write(what)
        needs = endpoint.needs
        if needs is None:
            return
        wire = {name: field.wire for name, field in endpoint.signature.fields.items()}
        if not (plain and needs.harmless(fields, wire)):
            self._refuse(what, needs, fields.get(wire[needs.to]) if plain and needs.to else None)

    def _refuse_write(self, what: str) -> None:
        if self._read_only:
            raise ReadOnly(f"{what} is more than reading, and this client is read-only; nothing was sent")

    def _refuse(self, what: str, needs: Needs, address: object) -> None:
        """Raise unless the client was built for it and the money goes where it may."""
        if needs.capability not in self._allow:
            raise CapabilityNeeded(
                f"{what} {MEANINGS[needs.capability]}; nothing was sent. When it is meant, build the client for it: "
                f"allow={{'{needs.capability}'}}",
                capability=needs.capability,
            )
        listed = self._addresses is None or (isinstance(address, str) and address in self._addresses)
        if needs.capability == "withdraw" and not listed:
            raise AddressNotListed(
                f"{what} would go to {address!r}, which is not in withdraw_to; nothing was sent. When it is meant, "
                "build the client with it in the list",
                capability=needs.capability,
            )


def _names(what: str, given: Collection[str]) -> frozenset[str]:
    """Return texts as a set that nobody can change any more."""
    items: Collection[object] = cast("Collection[object]", given)
    if isinstance(given, str) or not isinstance(given, Collection) or not all(isinstance(one, str) for one in items):
        raise BadParameter(f"{what} must be a set of texts, e.g. {what}={{'...'}}, not {type(given).__name__}")
    return frozenset(given)
