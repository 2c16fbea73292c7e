"""okx_async: asyncio client for OKX (V5 and V3) with verified order books, honest streams and a simulator."""

from ._version import __version__
from .catalogue import ChannelRow, catalogue, channels
from .client import OKX, BookStream, OKEx
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
    BudgetExhausted,
    ChannelRefused,
    ClientClosed,
    ClockSkew,
    ConnectFailed,
    ConnectionLost,
    CredentialsNeeded,
    NotSent,
    OkxError,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SlowConsumer,
    StateError,
    TimedOut,
    Unavailable,
    UnknownChannel,
    UnknownEndpoint,
    UnknownInstrument,
    UsageError,
    WrongEnvironment,
    WrongLoop,
    WrongSite,
)
from .net.stream import Gap, Policy, Stream, StreamStats
from .settings import Credentials, Secret, Site, Timeouts
