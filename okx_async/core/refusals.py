"""From an exchange's code to one typed error: the same way in both dialects, over each one's own table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from ..errors import (
    AuthRefused,
    BadRequest,
    ChannelRefused,
    InsufficientFunds,
    NotAllowed,
    NotAvailable,
    NotFound,
    OkxError,
    RateLimited,
    Refused,
    Unavailable,
    Unconfirmed,
    UnknownInstrument,
)

__all__ = ["Codes", "Meaning", "meanings"]


class Meaning(NamedTuple):
    """What the documents say about a code.

    Attributes:
        kind: Its class.
        retryable: Whether the same call may work later.
        cause: What it means.
    """

    kind: type[Refused]
    retryable: bool
    cause: str


_NAMES: dict[str, type[Refused]] = {
    "auth": AuthRefused,
    "bad": BadRequest,
    "channel": ChannelRefused,
    "closed": NotAvailable,
    "denied": NotAllowed,
    "down": Unavailable,
    "funds": InsufficientFunds,
    "missing": NotFound,
    "other": Refused,
    "rate": RateLimited,
}


@cache
def meanings(package: str) -> Mapping[str, Meaning]:
    """Read the table ``codes.txt`` of a dialect: code, kind, + or - for retryable, and the cause, line by line."""
    from importlib.resources import files  # as slow to import as half of this package, and rarely needed

    lines = files(package).joinpath("codes.txt").read_text("utf-8").splitlines()
    rows = (line.split(" ", 3) for line in lines if not line.startswith("#"))
    return {code: Meaning(_NAMES[kind], mark == "+", cause) for code, kind, mark, cause in rows}


def _nothing() -> Mapping[str, Meaning]:
    return {}


@dataclass(frozen=True)
class Codes:
    """A dialect's table of codes.

    Attributes:
        kinds: The class and the remedy of codes that need one; the remedy is ``""`` where the cause says it all.
        no_instrument: Codes that mean: no such instrument.
        login: Socket codes that can only answer a login.
        unknown: Codes that leave open whether something was executed.
        documented: Reads the whole table of the documents; called at the first refusal only.
    """

    kinds: Mapping[str, tuple[type[Refused], str]]
    no_instrument: frozenset[str]
    login: frozenset[str]
    unknown: frozenset[str] = frozenset()
    documented: Callable[[], Mapping[str, Meaning]] = _nothing

    def refusal(
        self,
        code: str,
        msg: str,
        *,
        status: int | None = None,
        where: str = "",
        answer: Any = None,
        write: bool = False,
        sub: str = "",
    ) -> OkxError:
        """Return the typed error of a code; an unknown code keeps all that was said.

        Args:
            code: The exchange's code as text.
            msg: Its message.
            status: HTTP status, ``None`` on a socket.
            where: What was asked.
            answer: The decoded answer.
            write: Whether the request may have changed something.
            sub: The finer code beside it, where there is one (V5 ``subCode``).
        """
        if code in self.no_instrument:
            return UnknownInstrument(f"{where}: {code} {msg}" if where else f"{code} {msg}", code=code)
        table = self.documented()
        known = table.get(f"{code}_{sub}") or table.get(code) or Meaning(Refused, False, "")
        kind, hint = self.kinds.get(code, (known.kind, ""))
        if write and code in self.unknown:
            hint = "look it up by its client id before sending it again"
            return Unconfirmed(code, msg, status=status, where=where, answer=answer, hint=hint, cause=known.cause)
        if kind is Refused and status is not None:
            kind = RateLimited if status == 429 else Unavailable if status >= 500 else Refused
        retryable = known.retryable if known.cause else None
        return kind(
            code, msg, status=status, where=where, answer=answer, hint=hint, cause=known.cause, retryable=retryable
        )

    def about_login(self, code: str) -> bool:
        """Tell whether a socket code can only answer a login."""
        return code in self.login
