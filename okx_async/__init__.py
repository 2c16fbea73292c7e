"""okx_async: asyncio client for OKX (V5 and V3) with verified order books, honest streams and a simulator."""

import logging as _logging

from ._version import __version__
from .bookstream import BookStream
from .candles import ClosedCandles
from .catalogue import ChannelRow, catalogue, channels
from .client import OKX, OKEx
from .core.book import BookProof, BookState, OrderBook, Verdict
from .core.bookview import BookSnapshot, Fill, Level
from .core.channel import Topic
from .core.endpoint import Endpoint
from .core.retry import Backoff, Retry
from .core.session import Timers
from .core.throttle import Limit
from .errors import (
    AuthRefused,
    BadAnswer,
    BadParameter,
    BadRequest,
    BookNotLive,
    ChannelRefused,
    ClientClosed,
    ClockSkew,
    ConnectFailed,
    ConnectionLost,
    CredentialsNeeded,
    InsufficientFunds,
    NotAllowed,
    NotAvailable,
    NotFound,
    NotSent,
    OkxError,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SlowConsumer,
    StateError,
    TimedOut,
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
from .frames import to_dicts, to_pandas, to_polars
from .net.events import Gap, Resumed, Stale, StreamEvent
from .net.observer import Observer
from .net.pages import Pages
from .net.plan import Plan
from .net.status import LinkStatus, Status, TopicStatus
from .net.stream import Policy, Stream, StreamStats
from .rowstream import RowStream
from .settings import Credentials, Secret, Site, Timeouts

__all__ = [
    "OKX",
    "AuthRefused",
    "Backoff",
    "BadAnswer",
    "BadParameter",
    "BadRequest",
    "BookNotLive",
    "BookProof",
    "BookSnapshot",
    "BookState",
    "BookStream",
    "ChannelRefused",
    "ChannelRow",
    "ClientClosed",
    "ClockSkew",
    "ClosedCandles",
    "ConnectFailed",
    "ConnectionLost",
    "Credentials",
    "CredentialsNeeded",
    "Endpoint",
    "Fill",
    "Gap",
    "InsufficientFunds",
    "Level",
    "Limit",
    "LinkStatus",
    "NotAllowed",
    "NotAvailable",
    "NotFound",
    "NotSent",
    "OKEx",
    "Observer",
    "OkxError",
    "OrderBook",
    "OutcomeUnknown",
    "Pages",
    "Plan",
    "Policy",
    "RateLimited",
    "Refused",
    "Resumed",
    "Retry",
    "RowStream",
    "Secret",
    "Site",
    "SlowConsumer",
    "Stale",
    "StateError",
    "Status",
    "Stream",
    "StreamEvent",
    "StreamStats",
    "TimedOut",
    "Timeouts",
    "Timers",
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
]

# A library is quiet unless its user asks: nothing goes to stderr by logging's last resort.
_logging.getLogger(__name__).addHandler(_logging.NullHandler())
