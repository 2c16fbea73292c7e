"""`OKX`: the client of today's OKX. Orders take their roads here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..bookstream import BookStream
from ..catalogue import post_at
from ..checks import check_text
from ..core.channel import Topic
from ..core.endpoint import Endpoint, Request
from ..core.intent import Kind
from ..core.names import snake_name
from ..core.steps import Steps
from ..errors import (
    BadParameter,
    ClientClosed,
    CredentialsNeeded,
)
from ..instruments import Instruments
from ..net.audit import Audit, RestBook
from ..net.keeper import BookKeeper
from ..net.stream import Policy
from ..rulers import Rulers
from ..settings import Site
from ..v5 import channels as v5_channels
from ..v5.chapters import V5Chapters
from ..v5.dialect import V5
from ..v5.intents import SHAPES, TOLD_BY, V5_INTENTS
from ..v5.orders import ORDERS
from .trading import TradingClient

if TYPE_CHECKING:
    from ..candles import ClosedCandles
    from ..intents.lookup import Lookup
    from ..intents.orders import OrderDesk
    from ..keepalive import KeepAlive
    from ..mirror import Mirror
    from ..orderlimit import OrderLimit
    from ..roads import Roads
    from ..v5.models.market import Candle
    from ..v5.models.public import Instrument
    from ..v5.models.trade import AccountRateLimit

__all__ = ["OKX"]


class OKX(TradingClient, V5Chapters):
    """Today's OKX (V5); see `Client` for the parameters and `V5Chapters` for the chapters."""

    dialect_type = V5
    order_shapes = ORDERS
    intent_dialect = V5_INTENTS
    home = Site.GLOBAL
    _socket_orders = True
    _takes_tokens = True

    async def request(
        self, method: str, path: str, fields: Mapping[str, Any] | None = None, *, auth: bool | None = None
    ) -> Any:
        """Reach what is not declared yet: see `Client.request`.

        An order that is sent so to one of the paths that carry intents has one, too: it gets a client id unless it has
        one, is written down, and is looked up when its answer is missing; lists of orders are refused. Orders on other
        paths (bots, copy trading) have none, here as in their declared calls.
        """
        shape_path = path.partition("?")[0].rstrip("/").lower()
        if method != "POST" or shape_path not in SHAPES or self._caller.auth is None or auth is False:
            return await super().request(method, path, fields, auth=auth)
        from ..intents.raw import perform_raw

        self._running()
        self._guard.check_raw(method, path, fields, partial(post_at, self._dialect.name))
        endpoint = post_at(self._dialect.name, shape_path)
        assert endpoint is not None  # noqa: S101 - the shapes are of declared endpoints
        request = self._caller.request(method, path, fields, auth=True)
        named = {snake_name(name): str(value) for name, value in request.fields.items()}  # by these, limits are counted
        return await perform_raw(self._intents, self._caller, endpoint, replace(request, values=named))

    def _travel(self, request: Request) -> Awaitable[Any]:
        return self._caller.perform(request) if self._roads is None else self._roads.perform(request)

    def _signs(self, endpoint: Endpoint) -> bool:
        return super()._signs(endpoint) and (self._roads is None or self._roads.by_rest(endpoint))

    async def _open_roads(self) -> None:
        await super()._open_roads()
        if self._roads is not None:
            self._roads.start()

    async def _close_roads(self) -> None:
        if "mirror" in self.__dict__:
            await self.mirror.aclose()
        if "_order_limit" in self.__dict__:
            await self._order_limit.stop()
        await super()._close_roads()

    def _ears(self) -> Mapping[str, Callable[[Any], None]]:
        return {channel: partial(self._overhear, (kind,)) for channel, kind in TOLD_BY.items()}

    def _lookup(self) -> Lookup:
        from ..intents.lookup import Lookup

        return Lookup(self, self.pages)

    @cached_property
    def orders(self) -> OrderDesk:
        """What became of the orders of this client, and what others of its namespace have left behind."""
        from ..intents.orders import OrderDesk

        if self._closed:
            raise ClientClosed("this client is closed; make a new one")
        if self._caller.auth is None:
            raise CredentialsNeeded("orders need credentials; give the client a key")
        return OrderDesk(self, self._intents, self.pages)

    @cached_property
    def _roads(self) -> Roads | None:
        """The roads of orders; ``None`` when everything goes over REST."""
        auth = self._caller.auth
        if self._road == "rest" or auth is None or (self._road == "auto" and auth.login is None):
            return None
        from ..net.desk import Desk  # the declarations behind them are loaded by those who take another road than REST
        from ..roads import Roads

        desk = Desk(self.pool, reply=self._timeouts.reply, connect=self._timeouts.connect)
        return Roads(self._road, self._caller, desk, self.instruments, self._observer)

    def keep_alive(
        self,
        timeout: int = 30,
        *,
        orders: bool = True,
        spreads: bool = False,
        blocks: bool = False,
        tag: str | None = None,
        heartbeat: float | None = None,
        streams: bool = True,
    ) -> KeepAlive:
        """Let the exchange cancel everything when this program fails, for as long as the block lasts.

        ::

            async with okx.keep_alive(timeout=30) as keeper: ...

        The exchange counts down and is told to wait on, four times in the length of the countdown, unless the event
        loop stands still, private streams that are subscribed to are not live, or the heartbeat is missing. When the
        block ends without an exception, the countdown is switched off; else it runs out. `KeepAlive.state` tells where
        it stands.

        Args:
            timeout: Seconds of the countdown, 10 to 120.
            orders: Whether orders are meant; those of spreads and quotes are not among them.
            spreads: Whether spread orders are meant.
            blocks: Whether the quotes of block trading are meant.
            tag: Only orders with this tag; each tag has a countdown of its own.
            heartbeat: Seconds after which `KeepAlive.beat` must have been called again, ``None`` when it need not be.
            streams: Whether private streams must be live.

        Raises:
            BadParameter: The exchange takes no such countdown, or this client keeps that one already.

        (Cancel All After)
        """
        from ..keepalive import KeepAlive, winds_of

        self._running()

        def broken() -> str:
            return self._pool.private_trouble() if streams and self._pool is not None else ""

        winds = winds_of(self, orders=orders, spreads=spreads, blocks=blocks, tag=tag)
        return KeepAlive(winds, timeout, heartbeat, broken, self._observer, self._kept)

    async def follow_order_limit(self) -> AccountRateLimit:
        """Keep to the number of orders that the exchange allows this account, now and whenever it changes.

        Without this the client keeps to ``orders`` of its `LocalLimits`, 1,000 in 2 s. The number is read now and
        around each 08:00 UTC until the client is closed; in the minute before a change the smaller of the two numbers
        counts. With `RedisLimits`, every process that shares the account calls this.

        Raises:
            CredentialsNeeded: The client has none.
            OkxError: The number could not be read; nothing has changed.

        (Account rate limit)
        """
        self._running()
        return await self._order_limit.follow()

    @cached_property
    def _order_limit(self) -> OrderLimit:
        from ..orderlimit import OrderLimit  # loaded by those who follow it

        caller, limits = self._caller, self._limits
        return OrderLimit(
            self.trade.account_rate_limit, lambda count: limits.allow_orders(caller.auth, count), caller.clock
        )

    def books(
        self,
        *inst_ids: str,
        channel: Callable[[str], Topic[Any]] | None = None,
        policy: Policy = "latest",
        size: int = 10_000,
        audit: float | None = None,
    ) -> BookStream:
        """Return order books that are kept LIVE: verified, recovered, never shown when they cannot be vouched for.

        Args:
            inst_ids: One or several instruments (spreads, where the channel is one of theirs).
            channel: Which book channel: ``channels.books`` (400 levels, the usual one), ``books5``, ``bbo_tbt``,
                ``sprd_books_l2_tbt``, ...
            policy: What happens when the consumer is too slow; ``latest`` puts changes together.
            size: How many changes may wait, for the other policies.
            audit: Compare with the exchange's REST book every so many seconds; worth while because the exchange has
                sent no checksums since 2026-06-23. ``None`` for never.
        """
        make = channel or v5_channels.books  # looked up here: the room of market channels need not be loaded before
        if not callable(make):
            raise BadParameter(f"channel takes a book channel itself, e.g. channels.books5, not {make!r}")
        return self._books([make(inst_id) for inst_id in inst_ids], policy, size, audit)

    def closed_candles(self, inst_id: str, bar: str = "1m", since: int | None = None) -> ClosedCandles[Candle]:
        """Return the bars of an instrument as they close: in order, none twice, none skipped without a `Gap`.

        ::

            async for candle in okx.closed_candles("BTC-USDT", bar="1m", since=moment): ...

        Bars come from the channel; what it did not bring is read over REST, from the archive where needed.

        Args:
            inst_id: The instrument.
            bar: Length of a bar: ``1s``, ``1m``, ``1H``, ``1Dutc``, ...
            since: Begin with the first bar that begins at or after this moment in Unix milliseconds; ``None`` for the
                bar that is open now.

        Raises:
            BadParameter: There is no such bar, or ``since`` is no moment.
        """
        from ..candles import ClosedCandles
        from ..charts import V5Chart

        return ClosedCandles(self, V5Chart(self, v5_channels.candle(inst_id, bar), bar), since)

    def audit(self, keeper: BookKeeper, topic: Topic[Any], interval: float) -> Audit:
        """Begin to audit a book against ``GET /api/v5/market/books``; used by `BookStream`."""
        if topic.channel.channel not in ("books", "books-l2-tbt", "books50-l2-tbt"):
            raise BadParameter(f"{topic} cannot be audited: REST has no such book")

        async def fetch() -> RestBook:
            book = await self.market.books(topic.inst_id, sz=400)
            return RestBook(book.seq_id if book.seq_id is not None else -1, book.bids, book.asks)

        return Audit(keeper, fetch, interval, min(400, keeper.book.depth))

    @cached_property
    def instruments(self) -> Instruments:
        """The instruments of this site, read when first asked for and then kept: by id, family, alias or number."""
        return Instruments(self) if self._share is None else self._share.instruments

    @cached_property
    def mirror(self) -> Mirror:
        """Orders, fills, positions and balances of the account, kept current and checked: see `Mirror`."""
        from ..mirror import Mirror, MirrorSettings  # loaded by those who want one
        from ..mirror.reader import Reader
        from ..mirror.rooms import furnish

        def source(told: MirrorSettings) -> Reader:
            return Reader(self, told.inst_types, fills_channel=told.fills_channel)

        mirror = Mirror(self, self._caller.clock, source, fates=self._intents, rooms=partial(furnish, self))
        self._intents.book.listeners.append(mirror.settled)
        return mirror

    async def _look_up(self, inst_id: str) -> None:
        await self.instruments.check(inst_id)

    async def steps(self, inst_id: str) -> Steps:
        self._running()
        check_text("inst_id", inst_id, "BTC-USDT")
        return await self._rulers.get(inst_id)

    async def _steps_now(self, inst_id: str) -> Steps:
        return await self._rulers.now(inst_id)

    def _steps_peek(self, inst_id: str) -> Steps | None:
        row = self.instruments.peek(inst_id)
        if row is None:
            return self._rulers.spread(inst_id)
        known = self._known_steps.get(inst_id)
        if known is None or known[0] is not row:
            steps = self._rulers.steps(row)
            if steps is None:
                return None
            known = self._known_steps[inst_id] = row, steps
        return known[1]

    @cached_property
    def _rulers(self) -> Rulers:
        return Rulers(self.instruments, self._spread_of)

    async def _spread_of(self, cl_ord_id: str) -> str:
        """Return the spread that an order of this client was placed on, ``""`` when that is not known."""
        return await self._intents.placed_on(cl_ord_id, Kind.SPREAD) if "_intents" in self.__dict__ else ""

    @cached_property
    def _known_steps(self) -> dict[str, tuple[Instrument, Steps]]:
        """The steps of instruments that were traded, each with the row they were read from."""
        return {}
