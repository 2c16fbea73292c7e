"""What a client is, whichever dialect it speaks: life, REST, streams, users."""

from __future__ import annotations

import asyncio
import os
import ssl
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar
from weakref import WeakSet

from ..bookstream import BookStream
from ..catalogue import post_at, sections
from ..checks import check_kind, check_seconds, check_text
from ..core.channel import Topic
from ..core.dialect import Dialect
from ..core.endpoint import Endpoint, Request
from ..core.guard import Guard
from ..core.names import did_you_mean
from ..core.order_ids import check_namespace
from ..core.orders import Orders
from ..core.pager import Pager
from ..core.retry import Backoff, Retry
from ..core.session import Timers
from ..core.steps import Steps
from ..errors import (
    BadParameter,
    ClientClosed,
    CredentialsNeeded,
    UnknownChannel,
    UnknownEndpoint,
    WrongLoop,
    WrongSite,
)
from ..intents.given import journal_of
from ..intents.journal import Journal
from ..net.audit import Audit
from ..net.auth import TokenAuth
from ..net.caller import Caller
from ..net.events import StreamEvent
from ..net.keeper import BookKeeper
from ..net.limits import Limits
from ..net.observer import Observer, announcer
from ..net.ordercheck import OrderCheck
from ..net.pages import Pages, Source
from ..net.plan import Plan
from ..net.pool import Pool
from ..net.port import Opener
from ..net.status import Status
from ..net.stream import Policy
from ..rowstream import RowStream
from ..settings import ROADS, Credentials, LocalLimits, Resolution, Road, Secret, Site, Timeouts
from .options import check_options

if TYPE_CHECKING:
    from ..net.download import Downloaded
    from ..net.fetch import Fetch

__all__ = ["Client"]

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


class Client(ABC):
    """What `OKX` and `OKEx` share. Use it as async context manager, or call `aclose` when done.

    Args:
        credentials: As whom: an API key, or a user's OAuth token (`okx_async.oauth`, V5 only); ``None`` for public
            data. A key works only on its own site, so keys need a ``site``; a token brings its own.
        site: Where to; without credentials the live global site.
        timeouts: How long to wait.
        timers: Deadlines of a socket.
        retry: What to do with failed reads.
        backoff: Delays between connections of a socket.
        proxy: URL of an HTTP proxy (for sockets also SOCKS, with the package python-socks).
        ssl_context: Instead of the system's verified default, e.g. for a private certificate authority.
        check_instruments: Whether instrument ids of streams are checked against the exchange's list before anything
            is subscribed; one public request per instrument type.
        opener: Opens sockets; replaceable for tests and other socket libraries.
        whole_rows: Whether books keep every column, e.g. the number of orders of a level, rather than price and size
            alone; costs more than twice the memory.
        observers: Whom to tell of connections, gaps, recoveries and waits: see `Observer`.
        rotate: Replace every connection after so many seconds by a new one, without a gap; ``None`` for never. The
            exchange's own announcements (notice 64008) are always followed.
        standby: Carry every topic on two connections: whichever brings a message first wins, and losing one of them
            loses nothing.
        orders: Which road orders, amendments and cancellations take (V5): ``rest``, ``ws`` (a private socket that is
            opened with the client and carries nothing else), or ``auto`` (the socket, and REST when the socket is away
            or does not offer it; never after an unknown outcome). Spread orders and their amendments go over REST
            unless ``ws`` is asked for: only there the exchange can be told until when it may take them, and without
            that a lost one is certain after half a minute rather than after seconds; see `Resolution`.
        allow: What it may do beyond trading: ``withdraw`` sends funds away, ``transfer_out`` moves them to another
            account, ``keys`` manages API keys. Moving funds inside the own account needs nothing.
        withdraw_to: The addresses, accounts and payment accounts withdrawals may go to, exactly as they are given to
            the call; ``None`` for any.
        read_only: Whether to refuse every call that needs more than the read right.
        check_orders: Whether prices and sizes of orders are compared with the steps of their instrument before they
            are sent; see `OrderCheck`.
        limits: How rate limits are kept: `LocalLimits` for one process, `RedisLimits` for several that use the same
            keys or the same address.
        journal: Where orders are written down before they are sent: the path of an SQLite file, which outlives
            the process, or a `Journal` of your own. By default memory.
        namespace: Up to 12 letters or digits that the client ids of orders begin with, so that they can be told from
            everybody else's: see `OrderDesk`.
        resolution: How long what may take when it is not known what became of an order.
        share: Another client, whose connections, budgets and list of instruments this one uses; see `as_user`.
    """

    dialect_type: ClassVar[type[Dialect]]
    home: ClassVar[Site]
    order_shapes: ClassVar[Orders]
    _socket_orders: ClassVar[bool] = False
    _takes_tokens: ClassVar[bool] = False

    def __init__(
        self,
        credentials: Credentials | TokenAuth | None = None,
        *,
        site: Site | None = None,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        timers: Timers = Timers(),  # noqa: B008 - frozen
        retry: Retry = Retry(),  # noqa: B008 - frozen
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        check_instruments: bool = True,
        opener: Opener | None = None,
        whole_rows: bool = False,
        observers: Sequence[Observer] = (),
        rotate: float | None = None,
        standby: bool = False,
        orders: Road = "rest",
        allow: Collection[str] = frozenset(),
        withdraw_to: Collection[str] | None = None,
        read_only: bool = False,
        check_orders: bool = True,
        limits: LocalLimits = LocalLimits(),  # noqa: B008 - frozen
        journal: Journal | str | os.PathLike[str] | None = None,
        namespace: str = "",
        resolution: Resolution = Resolution(),  # noqa: B008 - frozen
        share: Self | None = None,
    ) -> None:
        self._guard = Guard(allow, withdraw_to, read_only=read_only)
        check_options(
            timeouts=timeouts,
            timers=timers,
            retry=retry,
            backoff=backoff,
            proxy=proxy,
            ssl_context=ssl_context,
            check_instruments=check_instruments,
            opener=opener,
            whole_rows=whole_rows,
            observers=observers,
            rotate=rotate,
            standby=standby,
            read_only=read_only,
            check_orders=check_orders,
            limits=limits,
            resolution=resolution,
        )
        if share is not None:
            check_kind("share", share, Client)
        if credentials is not None and not isinstance(credentials, Credentials | TokenAuth):
            raise BadParameter(f"credentials must be Credentials or a user's token, not {type(credentials).__name__}")
        if site is not None and not isinstance(site, Site):
            raise BadParameter(f"site must be a Site, e.g. Site.DEMO, not {type(site).__name__}")
        if isinstance(credentials, TokenAuth):
            site = self._site_of(credentials, site)
        if credentials is not None and site is None:
            raise WrongSite(
                "credentials were given without a site: a key works only where it was made, so name it, "
                "e.g. site=Site.DEMO or site=Site.GLOBAL"
            )
        if orders not in ROADS:
            raise BadParameter(f"orders must be one of {', '.join(ROADS)}, not {orders!r}")
        if orders != "rest" and not self._socket_orders:
            raise BadParameter(f"{self.dialect_type.name} has no orders over the socket: leave `orders` out")
        if journal is not None and credentials is None:
            raise CredentialsNeeded("a journal is for orders: give the client credentials, too")
        check_namespace(namespace)
        self._journal = journal_of(journal) if journal is not None else None
        self._namespace = namespace
        self._resolution = resolution
        self.site = site or self.home
        self._timeouts = timeouts
        self._dialect = self.dialect_type()
        self._check_instruments = check_instruments
        self._order_check = (
            OrderCheck(self.order_shapes, self.steps, self._steps_now, self._steps_peek) if check_orders else None
        )
        # Imported when a client is made: aiohttp takes longer to load than all of this package.
        from ..net.fetch import Fetch

        self._observer = announcer(observers) if share is None else share.observer
        self._retry = retry
        self._share: Self | None = share if share is None else share._share or share
        if share is None:
            fetch = Fetch(timeouts, proxy=proxy, ssl_context=ssl_context)
            self._limits = Limits(limits, self._observer, patience=timeouts.limit, site=self.site.rest)
        else:
            fetch, self._limits = share._join(self)
        self._caller = Caller(self._dialect, self.site, credentials, fetch, self._limits, retry, owner=share is None)
        self._pool_options: dict[str, Any] = {
            "timeouts": timeouts,
            "timers": timers,
            "backoff": backoff,
            "proxy": proxy,
            "ssl_context": ssl_context,
            "opener": opener,
            "whole_rows": whole_rows,
            "observer": self._observer,
            "rotate": rotate,
            "standby": standby,
            "overhear": self._ears(),
        }
        self._road: Road = orders
        self._pool: Pool | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._kept: set[str] = set()
        self._users: WeakSet[Client] | None = None

    @classmethod
    def _site_of(cls, token: TokenAuth, site: Site | None) -> Site:
        """Return where a token is good; it cannot be used elsewhere, nor in V3."""
        if not cls._takes_tokens:
            raise WrongSite("access tokens exist in V5 only: use OKX, or give OKEx an API key")
        if site not in (None, token.site):
            raise WrongSite(f"the token belongs to site {token.site.name}, not {site.name}: leave site out")
        return token.site

    # -- life

    async def __aenter__(self) -> Self:
        self._running()
        try:
            await self._open_roads()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def _open_roads(self) -> None:  # noqa: B027 - not every dialect has any
        """Open what orders travel over, so that the first one finds it ready."""

    async def _close_roads(self) -> None:  # noqa: B027 - not every dialect has any
        """Let nothing go on behind the client's back."""

    async def _close_books(self) -> None:  # noqa: B027 - not every dialect has any
        """Write down what there is to write, when nothing can happen any more."""

    def _ears(self) -> Mapping[str, Callable[[Any], None]]:
        """Return who wants to hear every row of a channel that is subscribed to, by its name."""
        return {}

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every stream, socket and connection. May be called twice."""
        if self._closed:
            return
        self._closed = True
        await self._close_roads()
        for user in list(self._users or ()):
            await user.aclose()
        if self._pool is not None:
            await self._pool.close()
        if "instruments" in self.__dict__ and self._share is None:  # made when first asked for
            await self.__dict__["instruments"].close()
        await self._caller.close()
        await self._close_books()

    # -- many users

    def as_user(
        self,
        credentials: Credentials | TokenAuth,
        *,
        orders: Road = "rest",
        allow: Collection[str] = frozenset(),
        withdraw_to: Collection[str] | None = None,
        read_only: bool = False,
        check_orders: bool = True,
        journal: Journal | str | os.PathLike[str] | None = None,
        namespace: str = "",
    ) -> Self:
        """Return a client for another user of the same site: for a broker, whose one process serves thousands.

        ::

            async with OKX(broker, site=Site.GLOBAL) as okx:
                users = {name: okx.as_user(keys) for name, keys in stored.items()}
                await users["alice"].account.balance()

        It shares the HTTP connections, the budgets of the address, the exchange's clock and the list of instruments.
        The user's own budgets, rights, checks and sockets are its own. It costs a few KB and no task until it opens a
        socket. Closing it leaves the others alone; closing this client closes all of them.

        Args:
            credentials: As whom.
            orders: As for a client of its own, and so are the others; what is not named here is as in this client.
            allow: See `Client`.
            withdraw_to: See `Client`.
            read_only: See `Client`.
            check_orders: See `Client`.
            journal: See `Client`; each user has one of its own.
            namespace: See `Client`.

        Raises:
            WrongSite: A token of another site.
        """
        if credentials is None:
            raise CredentialsNeeded("as_user takes the credentials of a user")
        own = ("observer", "overhear")
        options = {name: value for name, value in self._pool_options.items() if name not in own}
        return type(self)(
            credentials,
            site=self.site,
            orders=orders,
            allow=allow,
            withdraw_to=withdraw_to,
            read_only=read_only,
            check_orders=check_orders,
            journal=journal,
            namespace=namespace,
            resolution=self._resolution,
            check_instruments=self._check_instruments,
            share=self,
            retry=self._retry,
            **options,
        )

    def _join(self, user: Client) -> tuple[Fetch, Limits]:
        """Take a client in that shares with this one; return what it shares."""
        if self._closed:
            raise ClientClosed("the client to share with is closed")
        if user.dialect_type is not self.dialect_type or user.site != self.site:
            raise BadParameter("share takes a client of the same dialect and site")
        if self._share is not None:
            return self._share._join(user)
        if self._limits.one_user:
            raise BadParameter("the client to share with counts every key as one user (LocalLimits.user)")
        if self._users is None:
            self._users = WeakSet()
        self._users.add(user)
        return self._caller.fetch, self._limits

    def _running(self) -> asyncio.AbstractEventLoop:
        """Check that the client is open and on its own loop; the first use decides which that is."""
        if self._closed:
            raise ClientClosed("this client is closed; make a new one")
        if self._share is not None:
            return self._share._running()
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise WrongLoop("this client runs on another event loop; make one client per loop")
        return loop

    @property
    def pool(self) -> Pool:
        """The sockets; opened on first use."""
        self._running()
        if self._pool is None:
            self._pool = Pool(self._caller, self.site, **self._pool_options)
        return self._pool

    # -- REST

    async def _perform(self, request: Request) -> Any:
        self._running()
        self._guard.check(request)
        if self._order_check is not None and not self._order_check.fits(request):
            await self._order_check.check(request)
        return await self._carry(request)

    def _carry(self, request: Request) -> Awaitable[Any]:
        """Bring a checked request to the exchange and return its rows."""
        return self._caller.perform(request)

    async def request(
        self, method: str, path: str, fields: Mapping[str, Any] | None = None, *, auth: bool | None = None
    ) -> Any:
        """Reach what is not declared yet: send a request by path and return its ``data`` as plain values.

        Args:
            method: ``GET`` or ``POST``.
            path: Starts with ``/api/``.
            fields: Query of a GET, JSON body of a POST, by wire name.
            auth: Whether to sign; by default when the client has credentials.

        Raises:
            ReadOnly, CapabilityNeeded, AddressNotListed: As for the declared call of that path.
        """
        self._running()
        if fields is not None:
            check_kind("fields", fields, Mapping, example="{'instId': 'BTC-USDT'}")
        self._guard.check_raw(method, path, fields, partial(post_at, self._dialect.name))
        signed = self._caller.auth is not None if auth is None else auth
        return await self._caller.raw(method, path, fields, auth=signed)

    async def download(self, link: Secret, into: IO[bytes], *, most: int = 1 << 30) -> Downloaded:
        """Write the file behind a signed link, e.g. `RebateFile.file_href`; see `okx_async.rebates` for its rows.

        A line that breaks is taken up where it broke. No header of this client goes to the file server.

        Args:
            link: The link; it is a secret and appears nowhere.
            into: Where to; is written from its beginning, and left there.
            most: How many bytes the file may have.

        Raises:
            FileRefused: The server says no (the link has expired), or the file is too large or damaged.
            NotSent, OutcomeUnknown: The line broke too often.
        """
        self._running()
        check_kind("link", link, Secret, example="the file_href of a rebate file")
        from ..net.download import download

        secure = self.site.rest.startswith("https:")
        return await download(self._caller.fetch, link, into, most=most, secure=secure, backoff=self._retry.backoff)

    async def call(self, endpoint: Endpoint | str, **params: Any) -> Any:
        """Perform any endpoint of the catalogue, given as its row or as ``chapter.name``."""
        row = self._find(endpoint) if isinstance(endpoint, str) else endpoint
        if not isinstance(row, Endpoint):
            raise UnknownEndpoint(f"call takes an endpoint or its name such as 'market.ticker', not {row!r}")
        if row.dialect != self._dialect.name:
            raise UnknownEndpoint(f"{row.chapter}.{row.name} is {row.dialect}, this client speaks {self._dialect.name}")
        row.warn()
        return await self._perform(row.request((), params))

    def _find(self, name: str) -> Endpoint:
        known = {f"{row.chapter}.{row.name}": row for row in self.endpoints()}
        if name not in known:
            raise UnknownEndpoint(f"no endpoint {name!r} in {self._dialect.name}{did_you_mean(name, known)}")
        return known[name]

    def pages(self, call: Callable[P, Awaitable[list[R]]], *args: P.args, **given: P.kwargs) -> Pages[R]:
        """Return the rows of many pages as one async iterator, from the newest to older ones.

        ::

            async for trade in okx.pages(okx.market.history_trades, "BTC-USDT").first(1000): ...
            bars = await okx.pages(okx.market.candles, "BTC-USDT", bar="1m").since(moment).all()

        Candles go on in the exchange's archive where the recent ones end, without a hole or a duplicate at the seam;
        bills do the same. See `Endpoint.pages`.

        Args:
            call: An endpoint that has pages; `Endpoint.pages` tells.
            args: Its parameters, without those that turn pages.
            given: The same by name.

        Raises:
            BadParameter: The endpoint has no pages, or a parameter is wrong; nothing is sent.
        """
        endpoint = getattr(call, "endpoint", None)
        if not isinstance(endpoint, Endpoint):
            raise BadParameter("pages takes an endpoint and its parameters, e.g. pages(okx.account.bills, ccy='USDT')")
        pager = endpoint.pages
        if pager is None:
            raise BadParameter(f"{endpoint.chapter}.{endpoint.name} has no pages: call it directly")
        named = dict(zip(endpoint.signature.fields, args, strict=False))
        own = [name for name in pager.own if name in named or name in given]
        if own:
            raise BadParameter(f"pages() turns the pages itself: leave {', '.join(sorted(own))} out, use first(count)")
        endpoint.request(args, given)
        return Pages(*_sources(call, {**named, **given}))

    @classmethod
    def endpoints(cls) -> Iterator[Endpoint]:
        """Yield the declared endpoints of this dialect."""
        for section in sections(cls.dialect_type.name):
            yield from section.endpoints

    # -- streams

    def subscribe(
        self,
        *topics: Topic[T],
        policy: Policy = "drop_oldest",
        size: int = 10_000,
        backfill: bool = False,
        stale_after: float | None = None,
    ) -> RowStream[T | StreamEvent]:
        """Return a stream of the rows of one or many topics; `StreamEvent` items tell what happened to them.

        Args:
            topics: What to subscribe to, e.g. ``channels.trades("BTC-USDT")``.
            policy: What happens when the consumer is too slow; see `Policy`.
            size: How many items may wait.
            backfill: Read over REST what a `Gap` swallowed (trades, candles, funding): the missing rows follow the gap
                in order, none twice, and then a `Resumed` that says what could not be recovered.
            stale_after: Seconds of silence that mean something is wrong, at least 1. Channels with a habit of their own
                (books, mark prices...) are watched without it; of candles, trades and tickers only you know how often
                your instrument trades. Each time is told as `Stale`, and takes two of the control frames of an hour.

        Raises:
            BadParameter: There is no topic, one twice, or a number out of range.
            UnknownChannel: That is no topic, or one of the other dialect.
        """
        self._running()
        if stale_after is not None:
            check_seconds("stale_after", stale_after)
            if stale_after < 1:
                raise BadParameter(f"stale_after must be at least 1 s, not {stale_after!r}")
        if not topics:
            raise BadParameter("subscribe needs at least one topic, e.g. channels.tickers('BTC-USDT')")
        for topic in topics:
            self._known(topic)
        if len(set(topics)) < len(topics):
            raise BadParameter("a topic was named twice")
        return RowStream[T | StreamEvent](topics, self, policy, size, backfill, stale_after)

    def plan(self, *topics: Topic[Any]) -> Plan:
        """Return how many connections and frames topics take, and the shortest time the exchange allows for it."""
        for topic in topics:
            self._known(topic)
        return self.pool.plan(topics)

    @property
    def observer(self) -> Observer:
        """All observers as one."""
        return self._observer

    def _known(self, topic: object) -> None:
        if not isinstance(topic, Topic):
            raise UnknownChannel(f"subscribe takes a topic such as channels.tickers('BTC-USDT'), not {topic!r}")
        if topic.channel.dialect != self._dialect.name:
            raise UnknownChannel(f"{topic} is {topic.channel.dialect}, this client speaks {self._dialect.name}")

    def _books(self, topics: list[Topic[Any]], policy: Policy, size: int, audit: float | None) -> BookStream:
        self._running()
        if not topics:
            raise BadParameter("books needs at least one instrument")
        for topic in topics:
            if topic.channel.book is None:
                raise UnknownChannel(f"{topic} is not an order book channel")
        if len(set(topics)) < len(topics):
            raise BadParameter("an instrument was named twice")
        if audit is not None:
            check_seconds("audit", audit)
        return BookStream(topics, self, policy, size, audit)

    def audit(self, keeper: BookKeeper, topic: Topic[Any], interval: float) -> Audit:
        """Begin to audit a book; used by `BookStream`."""
        raise BadParameter(f"{self._dialect.name} has no REST book with a sequence id to audit against")

    # -- instruments

    async def check_instrument(self, inst_id: str) -> None:
        """Raise `UnknownInstrument` when an instrument certainly does not exist on this site."""
        self._running()
        check_text("inst_id", inst_id, "BTC-USDT")
        if inst_id and self._check_instruments:
            await self._look_up(inst_id)

    @abstractmethod
    async def _look_up(self, inst_id: str) -> None:
        """Raise `UnknownInstrument` when the exchange's list does not have an instrument."""

    @abstractmethod
    async def steps(self, inst_id: str) -> Steps:
        """Return the steps of an instrument, which round prices and sizes in the harmless direction.

        Raises:
            UnknownInstrument: There is no such instrument.
            OkxError: The exchange's list could not be read.
        """

    @abstractmethod
    async def _steps_now(self, inst_id: str) -> Steps:
        """Return the steps as the exchange lists them now."""

    @abstractmethod
    def _steps_peek(self, inst_id: str) -> Steps | None:
        """Return the steps where they are known without any waiting."""

    # -- looking

    def why_not(self, topic: str) -> str:
        """Return in one sentence why a topic is not live."""
        for one in self.status().topics:
            if one.topic == topic:
                return one.why_not or f"{topic} is {one.state}"
        return f"{topic} is not subscribed"

    def status(self) -> Status:
        """Return where every connection and every topic stands, and what is not subscribed and why."""
        status = self._pool.status() if self._pool is not None else Status()
        return replace(status, limits=self._limits.status())

    async def hand_over(self) -> None:
        """Replace every socket by a new one now: open, log in, subscribe, swap topic by topic, close the old one.

        Nothing is lost or doubled, and no book stops being LIVE. Returns when it is done.
        """
        await self.pool.hand_over_all("asked for")


def _sources(call: Any, params: Mapping[str, Any]) -> Iterator[Source[Any]]:
    """Yield where the pages of an endpoint are read: the endpoint itself, then the archives behind it."""
    while True:
        pager: Pager = call.endpoint.pages
        yield Source(partial(call, **params), pager, pager.span(params) if pager.floor else 0)
        if not pager.then:
            return
        call = getattr(call.__self__, pager.then)
