"""Hooks for those who watch a client: metrics, alarms, logs of their own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..errors import OkxError
from .events import StreamEvent

__all__ = ["Observer", "announcer"]

_log = logging.getLogger("okx_async.net.observer")


class Observer:
    """Override what you want to hear of. Every hook is called from inside the reader: be quick, never wait.

    A hook that raises is logged and otherwise ignored. Nothing here is called per message.
    """

    def link_up(self, link: str, conn_id: str, connections: int) -> None:
        """A connection carries data: it is open, and logged in when it has to be. ``connections`` counts reconnects."""

    def link_down(self, link: str, cause: str) -> None:
        """A connection is gone."""

    def handed_over(self, old: str, new: str, cause: str) -> None:
        """The topics of one connection now come over another; nothing was lost."""

    def event(self, event: StreamEvent) -> None:
        """A subscription had a gap, fell silent or was mended: see `Gap`, `Stale` and `Resumed`."""

    def resync(self, topic: str, cause: str) -> None:
        """A book is asked for a new snapshot."""

    def refused(self, topic: str, error: OkxError) -> None:
        """The exchange refused a topic."""

    def dropped(self, topic: str, total: int) -> None:
        """A slow consumer's stream begins to lose items; told once until it has caught up. ``total``: ever lost."""

    def paused(self, topic: str, on: bool) -> None:
        """A connection stops reading for a slow consumer with the policy ``block``, or goes on."""

    def detoured(self, op: str, cause: str) -> None:
        """An order, or the like, took REST because the socket could not take it (``orders="auto"``)."""

    def throttled(self, what: str, seconds: float) -> None:
        """A request or a connection waited for its rate limit."""

    def slowed(self, what: str, code: str, seconds: float) -> None:
        """The exchange said "too many requests": that rate limit is closed for ``seconds`` and then grows back."""

    def limits_shared(self, on: bool, cause: str) -> None:
        """Redis has gone, with the cause, and this process keeps to its share of each limit; or it is back."""

    def keep_alive(self, on: bool, cause: str) -> None:
        """The countdown that cancels all orders is not wound up any more, with the cause, or is again."""


_HOOKS = tuple(name for name in vars(Observer) if not name.startswith("_"))


class _Fan(Observer):
    """Calls every observer, and outlives the mistakes of each."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        for name in _HOOKS:
            setattr(self, name, partial(self._call, [getattr(one, name) for one in observers]))

    @staticmethod
    def _call(hooks: list[Any], *args: Any) -> None:
        for hook in hooks:
            try:
                hook(*args)
            except Exception:
                _log.exception("an observer's hook failed")


def announcer(observers: Sequence[Observer]) -> Observer:
    """Return one observer that stands for all of them."""
    return _Fan(observers) if observers else Observer()
