"""Who answers which private request: the rooms of the exchange bring their handlers here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..forms import NOT_SIMULATED
from ..query_v5 import Refusal
from .asks import Handler, Handlers

__all__ = ["OPS", "Open", "Services", "Slip", "not_simulated", "verdict_of"]

OPS = {
    "order": ("private", "/api/v5/trade/order"),
    "batch-orders": ("private", "/api/v5/trade/batch-orders"),
    "cancel-order": ("private", "/api/v5/trade/cancel-order"),
    "batch-cancel-orders": ("private", "/api/v5/trade/cancel-batch-orders"),
    "amend-order": ("private", "/api/v5/trade/amend-order"),
    "batch-amend-orders": ("private", "/api/v5/trade/amend-batch-orders"),
    "mass-cancel": ("private", "/api/v5/trade/mass-cancel"),
    "sprd-order": ("business", "/api/v5/sprd/order"),
    "sprd-amend-order": ("business", "/api/v5/sprd/amend-order"),
    "sprd-cancel-order": ("business", "/api/v5/sprd/cancel-order"),
    "sprd-mass-cancel": ("business", "/api/v5/sprd/mass-cancel"),
}
"""Operations on a socket: on which one, and the REST twin they share their limits with."""


Open = Callable[[Mapping[str, Any]], list[Any]]
"""Answers a query that anybody may make."""


class Slip(list[Any]):
    """The rows of an answer that is not written as the others are: some were seen so, and tables say otherwise.

    Args:
        rows: The rows.
        bare: Whether ``data`` is the one row itself, without a list around it.
        code: What stands as ``code`` on success.
    """

    def __init__(self, rows: Iterable[Any], *, bare: bool = False, code: str | int = "0") -> None:
        super().__init__(rows)
        self.bare = bare
        self.code = code


class Services:
    """All private handlers."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._ops: dict[str, Handler] = {}
        self._open: dict[str, Open] = {}

    def add(self, handlers: Handlers, ops: Mapping[str, Handler] | None = None) -> None:
        """Take in the handlers of a room.

        Args:
            handlers: By method and path, as in ``("POST", "/api/v5/trade/order")``.
            ops: By operation, where the socket needs another handler than the operation's REST twin.
        """
        self._handlers |= handlers
        self._ops |= ops or {}

    def add_open(self, path: str, answer: Open) -> None:
        """Let who shows no key read a private chapter's path, too; who shows one is asked for it as anywhere."""
        self._open[path] = answer

    def open(self, path: str) -> Open | None:
        """Return who answers a GET without a key."""
        return self._open.get(path)

    def handler(self, method: str, path: str) -> Handler | None:
        """Return who answers a request, ``None`` when it is not simulated."""
        return self._handlers.get((method, path))

    def op(self, name: str) -> Handler | None:
        """Return who does an operation, its REST twin's handler where there is no other."""
        return self._ops.get(name) or self._handlers.get(("POST", OPS[name][1]))

    @property
    def served(self) -> list[tuple[str, str]]:
        """Method and path of everything that is simulated."""
        return sorted(self._handlers)


def not_simulated(what: str) -> Refusal:
    """Return the one refusal of everything that is not simulated."""
    return Refusal(501, "50062", NOT_SIMULATED.format(what))


def verdict_of(rows: list[Any]) -> tuple[str, str]:
    """Return the code and message of an answer: rows with ``sCode`` and ``sMsg`` can fail one by one.

    A lone ``sCode`` is a result, not a failure. (protocol.md, "Partial failure")
    """
    codes = [row["sCode"] for row in rows if isinstance(row, dict) and {"sCode", "sMsg"} <= row.keys()]
    failed = sum(code != "0" for code in codes)
    if not failed:
        return "0", ""
    return ("1", "All operations failed") if failed == len(codes) else ("2", "Some of the operations failed")
