"""From an exchange's code to one typed error: the same way in both dialects, over each one's own table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import OkxError, RateLimited, Refused, Unavailable, UnknownInstrument

__all__ = ["Codes"]


@dataclass(frozen=True)
class Codes:
    """A dialect's table of codes.

    Attributes:
        kinds: The class and the remedy of each code; the remedy is ``""`` where the exchange's text says it all.
        no_instrument: Codes that mean: no such instrument.
        login: Socket codes that can only answer a login.
    """

    kinds: Mapping[str, tuple[type[Refused], str]]
    no_instrument: frozenset[str]
    login: frozenset[str]

    def refusal(
        self, code: str, msg: str, *, status: int | None = None, where: str = "", answer: Any = None
    ) -> OkxError:
        """Return the typed error of a code; an unknown code keeps all that was said.

        Args:
            code: The exchange's code as text.
            msg: Its message.
            status: HTTP status, ``None`` on a socket.
            where: What was asked.
            answer: The decoded answer.
        """
        if code in self.no_instrument:
            return UnknownInstrument(f"{where}: {code} {msg}" if where else f"{code} {msg}", code=code)
        kind, hint = self.kinds.get(code, (Refused, ""))
        if kind is Refused and status is not None:
            kind = RateLimited if status == 429 else Unavailable if status >= 500 else Refused
        return kind(code, msg, status=status, where=where, answer=answer, hint=hint)

    def about_login(self, code: str) -> bool:
        """Tell whether a socket code can only answer a login."""
        return code in self.login
