"""okx_async: asyncio client for OKX (V5 and V3) with verified order books, honest streams and a simulator."""

import logging as _logging
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from ._version import __version__
from .bookstream import BookStream
from .catalogue import ChannelRow, catalogue, channels
from .client import OKX, OKEx
from .core.book import BookProof, BookState, OrderBook, Verdict
from .core.bookview import BookSnapshot, Fill, Level
from .core.channel import Topic
from .core.endpoint import Endpoint
from .core.intent import Outcome
from .core.patience import waiting
from .core.retry import Backoff, Retry
from .core.session import Timers
from .core.steps import Steps
from .core.throttle import Limit, Priority
from .errors import (
    AddressNotListed,
    AuthorizationDenied,
    AuthorizationEnded,
    AuthorizationFailed,
    AuthorizationNeeded,
    AuthorizationTimedOut,
    AuthRefused,
    BadAnswer,
    BadOrder,
    BadParameter,
    BadRequest,
    BookNotLive,
    CapabilityNeeded,
    ChannelRefused,
    ClientClosed,
    ClockSkew,
    CodeRefused,
    ConnectFailed,
    ConnectionLost,
    CredentialsNeeded,
    FileRefused,
    InsufficientFunds,
    JournalFailed,
    MirrorNotLive,
    NotAllowed,
    NotArrived,
    NotAvailable,
    NotFound,
    NotReady,
    NotReconciled,
    NotSent,
    OkxError,
    OpenIntent,
    OutcomeUnknown,
    RateLimited,
    ReadOnly,
    Refused,
    SlowConsumer,
    StateError,
    StateMismatch,
    Throttled,
    TimedOut,
    TokenExpired,
    TokenRefused,
    TokenStoreFailed,
    Unavailable,
    Unconfirmed,
    UnknownChannel,
    UnknownEndpoint,
    UnknownInstrument,
    UsageError,
    WrongEnvironment,
    WrongLoop,
    WrongSite,
)
from .instruments import Instruments
from .intents.journal import Journal, MemoryJournal
from .net.events import Gap, Resumed, Stale, StreamEvent
from .net.observer import Observer
from .net.pages import Pages
from .net.plan import Plan
from .net.status import LimitStatus, LinkStatus, SlowedLimit, Status, TopicStatus
from .net.stream import Policy, Stream, StreamStats
from .rowstream import RowStream
from .settings import Credentials, LocalLimits, RedisLimits, Resolution, Road, Secret, Site, Timeouts

if _TYPE_CHECKING:
    from .candles import ClosedCandles
    from .frames import to_dicts, to_pandas, to_polars
    from .intents.intent import Intent
    from .intents.orders import OrderDesk, Swept
    from .intents.orders_v3 import OrderDeskV3
    from .intents.sqlite import SqliteJournal
    from .keepalive import KeepAlive, KeepAliveState
    from .mirror import Mirror, MirrorSettings

__all__ = [
    "OKX",
    "AddressNotListed",
    "AuthRefused",
    "AuthorizationDenied",
    "AuthorizationEnded",
    "AuthorizationFailed",
    "AuthorizationNeeded",
    "AuthorizationTimedOut",
    "Backoff",
    "BadAnswer",
    "BadOrder",
    "BadParameter",
    "BadRequest",
    "BookNotLive",
    "BookProof",
    "BookSnapshot",
    "BookState",
    "BookStream",
    "CapabilityNeeded",
    "ChannelRefused",
    "ChannelRow",
    "ClientClosed",
    "ClockSkew",
    "ClosedCandles",
    "CodeRefused",
    "ConnectFailed",
    "ConnectionLost",
    "Credentials",
    "CredentialsNeeded",
    "Endpoint",
    "FileRefused",
    "Fill",
    "Gap",
    "Instruments",
    "InsufficientFunds",
    "Intent",
    "Journal",
    "JournalFailed",
    "KeepAlive",
    "KeepAliveState",
    "Level",
    "Limit",
    "LimitStatus",
    "LinkStatus",
    "LocalLimits",
    "MemoryJournal",
    "Mirror",
    "MirrorNotLive",
    "MirrorSettings",
    "NotAllowed",
    "NotArrived",
    "NotAvailable",
    "NotFound",
    "NotReady",
    "NotReconciled",
    "NotSent",
    "OKEx",
    "Observer",
    "OkxError",
    "OpenIntent",
    "OrderBook",
    "OrderDesk",
    "OrderDeskV3",
    "Outcome",
    "OutcomeUnknown",
    "Pages",
    "Plan",
    "Policy",
    "Priority",
    "RateLimited",
    "ReadOnly",
    "RedisLimits",
    "Refused",
    "Resolution",
    "Resumed",
    "Retry",
    "Road",
    "RowStream",
    "Secret",
    "Site",
    "SlowConsumer",
    "SlowedLimit",
    "SqliteJournal",
    "Stale",
    "StateError",
    "StateMismatch",
    "Status",
    "Steps",
    "Stream",
    "StreamEvent",
    "StreamStats",
    "Swept",
    "Throttled",
    "TimedOut",
    "Timeouts",
    "Timers",
    "TokenExpired",
    "TokenRefused",
    "TokenStoreFailed",
    "Topic",
    "TopicStatus",
    "Unavailable",
    "Unconfirmed",
    "UnknownChannel",
    "UnknownEndpoint",
    "UnknownInstrument",
    "UsageError",
    "Verdict",
    "WrongEnvironment",
    "WrongLoop",
    "WrongSite",
    "__version__",
    "catalogue",
    "channels",
    "to_dicts",
    "to_pandas",
    "to_polars",
    "waiting",
]

# A library is quiet unless its user asks: nothing goes to stderr by logging's last resort.
_logging.getLogger(__name__).addHandler(_logging.NullHandler())

# Loaded when they are first used: an import should not pay for what few need.
_LATER = {
    "ClosedCandles": ".candles",
    "Mirror": ".mirror",
    "MirrorSettings": ".mirror",
    "Intent": ".intents.intent",
    "KeepAlive": ".keepalive",
    "KeepAliveState": ".keepalive",
    "OrderDesk": ".intents.orders",
    "OrderDeskV3": ".intents.orders_v3",
    "SqliteJournal": ".intents.sqlite",
    "Swept": ".intents.orders",
    "to_dicts": ".frames",
    "to_pandas": ".frames",
    "to_polars": ".frames",
}

if not _TYPE_CHECKING:  # so that a type checker still finds a misspelt name

    def __getattr__(name: str) -> _Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_import_module(_LATER[name], __name__), name)
