"""What a client may be told when it is made, but for who it is and what it may do."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any

from ..checks import check_kind, check_seconds
from ..core.retry import Backoff, Retry
from ..core.session import Timers
from ..errors import BadParameter
from ..net.observer import Observer
from ..net.port import Opener
from ..settings import LocalLimits, Resolution, Timeouts

__all__ = ["check_options"]

#: Shortest life of a connection that may be asked for, in seconds; more often would spend the exchange's budgets.
_MIN_ROTATION = 60.0

_KINDS: Mapping[str, tuple[type, ...]] = {
    "timeouts": (Timeouts,),
    "timers": (Timers,),
    "retry": (Retry,),
    "backoff": (Backoff,),
    "proxy": (str, NoneType),
    "ssl_context": (ssl.SSLContext, NoneType),
    "check_instruments": (bool,),
    "whole_rows": (bool,),
    "standby": (bool,),
    "read_only": (bool,),
    "check_orders": (bool,),
    "resolution": (Resolution,),
}


def check_options(
    *,
    proxy: str | None,
    opener: Opener | None,
    observers: Sequence[Observer],
    rotate: float | None,
    limits: LocalLimits,
    **others: Any,
) -> None:
    """Raise when an option is not what it must be, by its name in `Client`.

    Raises:
        BadParameter: The message says what it must be.
    """
    for name, value in {"proxy": proxy, **others}.items():
        check_kind(name, value, *_KINDS[name])
    if proxy is not None and "://" not in proxy:
        # The text is not shown: proxies have passwords.
        raise BadParameter("proxy must be a URL, e.g. 'http://127.0.0.1:8080': its scheme is missing")
    if opener is not None and not callable(opener):
        raise BadParameter("opener must be a function that opens a socket, as okx_async.net.pipe.open_pipe does")
    if not isinstance(observers, list | tuple) or not all(isinstance(one, Observer) for one in observers):
        raise BadParameter("observers must be a list of objects whose classes extend Observer")
    if rotate is not None:
        check_seconds("rotate", rotate)
        if rotate < _MIN_ROTATION:
            raise BadParameter(f"rotate must be at least {_MIN_ROTATION:g} seconds, got {rotate!r}")
    if not isinstance(limits, LocalLimits):
        raise BadParameter(f"limits must be LocalLimits or RedisLimits, not {type(limits).__name__}")
