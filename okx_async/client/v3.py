"""`OKEx`: the client of the 2020 dialect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from ..bookstream import BookStream
from ..core.channel import Topic
from ..core.intent import Kind
from ..core.steps import Steps
from ..errors import BadParameter, CredentialsNeeded
from ..instruments_v3 import InstrumentsV3
from ..net.stream import Policy
from ..settings import Site
from ..v3 import channels as v3_channels
from ..v3 import orders as v3_orders
from ..v3.chapters import V3Chapters
from ..v3.dialect import V3
from ..v3.intents import TOLD_BY, V3_INTENTS, told
from ..v5.instruments import family_of
from .trading import TradingClient

if TYPE_CHECKING:
    from ..candles import ClosedCandles
    from ..intents.intent import Intent
    from ..intents.lookup_v3 import LookupV3
    from ..intents.orders_v3 import OrderDeskV3
    from ..mirror import Mirror, MirrorSettings
    from ..v3.models.instruments import Instrument as V3Instrument
    from ..v3.models.market import Candle as OldCandle

__all__ = ["OKEx"]


class OKEx(TradingClient, V3Chapters):
    """The 2020 OKEx dialect (V3); see `Client` for the parameters and `V3Chapters` for the chapters.

    Orders of every product are written down before they are sent, and looked up when their answer is missing. Algo
    orders are not: they have no client id in V3. Nothing cancels orders when a program dies (no cancel-all-after).
    """

    dialect_type = V3
    order_shapes = v3_orders.ORDERS
    intent_dialect = V3_INTENTS
    home = Site.OKEX_2020

    def _ears(self) -> Mapping[str, Callable[[Any], None]]:
        return {channel: partial(self._heard, kinds) for channel, kinds in TOLD_BY.items()}

    def _heard(self, kinds: Collection[Kind], row: Any) -> None:
        self._overhear(kinds, told(row, pushed=True))

    def _lookup(self) -> LookupV3:
        from ..intents.lookup_v3 import LookupV3

        return LookupV3(self)

    @cached_property
    def orders(self) -> OrderDeskV3:
        """What became of the orders of this client, and what others of its namespace have left behind."""
        from ..intents.orders_v3 import OrderDeskV3

        if self._caller.auth is None:
            raise CredentialsNeeded("orders need credentials; give the client a key")
        return OrderDeskV3(self, self._intents, self.pages)

    def mirror_of(self, *instrument_ids: str, settings: MirrorSettings | None = None) -> Mirror:
        """Return orders, fills, positions and balances of some instruments, kept current and checked: see `Mirror`.

        ::

            async with okx.mirror_of("BTC-USDT", "BTC-USD-SWAP") as mirror: ...

        Its rows have the shapes and words of V5, so that a bot reads both dialects the same way: ``live`` and
        ``canceled`` for 0 and -1, ``long`` and ``short`` in ``pos_side``, ``pos_id`` made of instrument and side.

        Each balance is that of one account, and is a `ProductBalance`, which says of which: a pair brings the spot
        account in both its currencies (``balances["USDT"]``, as in V5) and its margin account (``balances["margin
        BTC-USDT USDT"]``), a future and an option the account of its underlying (``futures BTC-USD BTC``, ``option
        BTC-USD BTC``), a swap its own (``swap BTC-USDT-SWAP USDT``). Accounts that never held anything are left out,
        and so are margin accounts where the exchange has none.

        V3 offers less than V5 for it. Channels and lists are of one instrument, so they must be named. REST does not
        say when something changed last, so it is believed about what was not pushed of for a while
        (`MirrorSettings.lag`). Orders do not say how they are margined, so positions do not either (``mgn_mode``); what
        the fee of a pushed fill is nobody knows until REST is read, nor that the exchange has cancelled an order. A
        comparison takes some five requests for each instrument, nine for a pair, at the same time.

        Args:
            instrument_ids: Of what.
            settings: How it is kept; ``inst_types`` and ``fills_channel`` mean nothing here.

        Raises:
            BadParameter: No instrument was named.
        """
        from ..mirror import Mirror  # loaded by those who want one
        from ..mirror.reader_v3 import ReaderV3

        def source(told: MirrorSettings) -> ReaderV3:
            return ReaderV3(self, instrument_ids, told.lag)

        mirror = Mirror(self, self._caller.clock, source, settings, fates=self._intents)
        self._mirrors.add(mirror)
        return mirror

    @cached_property
    def _mirrors(self) -> WeakSet[Mirror]:
        self._intents.book.listeners.append(self._settled)
        return WeakSet()

    def _settled(self, intent: Intent) -> None:
        for mirror in list(self._mirrors):
            mirror.settled(intent)

    async def _close_roads(self) -> None:
        for mirror in list(self._mirrors) if "_mirrors" in self.__dict__ else ():
            await mirror.aclose()
        await super()._close_roads()

    def books(
        self,
        *instrument_ids: str,
        channel: Callable[[str], Topic[Any]] = v3_channels.depth,
        policy: Policy = "latest",
        size: int = 10_000,
    ) -> BookStream:
        """Return order books that are kept LIVE; the checksum, over the 25 best levels, is V3's only guard.

        Args:
            instrument_ids: One or several instruments of any product.
            channel: ``channels.depth`` (100 ms), ``depth_l2_tbt`` (every change) or ``depth5``.
            policy: What happens when the consumer is too slow; ``latest`` puts changes together.
            size: How many changes may wait, for the other policies.
        """
        if not callable(channel):
            raise BadParameter(f"channel takes a book channel itself, e.g. channels.depth5, not {channel!r}")
        return self._books([channel(one) for one in instrument_ids], policy, size, None)

    def closed_candles(
        self, instrument_id: str, granularity: int = 60, since: int | None = None
    ) -> ClosedCandles[OldCandle]:
        """Return the bars of an instrument as they close: in order, none twice, none skipped without a `Gap`.

        V3 does not say that a bar is finished: it is as soon as a later one has begun, and is read over REST then, so
        that its last trades are in it. Days and weeks begin by UTC+8. Bars can be missing when nobody traded.

        Args:
            instrument_id: An instrument of any product.
            granularity: Length of a bar in seconds.
            since: Begin with the first bar that begins at or after this moment in Unix milliseconds; ``None`` for the
                bar that is open now.

        Raises:
            BadParameter: There is no such bar, or ``since`` is no moment.
        """
        from ..candles import ClosedCandles
        from ..charts import V3Chart

        topic = v3_channels.candle(instrument_id, granularity)  # type: ignore[arg-type]
        return ClosedCandles(self, V3Chart(self, topic, v3_channels.product_of(instrument_id), granularity), since)

    def _kind_of(self, inst_id: str) -> str:
        product = v3_channels.product_of(inst_id)
        return f"option {family_of(inst_id)}" if product == "option" else product

    @cached_property
    def instruments(self) -> InstrumentsV3:
        """The instruments of this site, read when first asked for and then kept: by id, futures by alias too."""
        if self._share is not None:
            return self._share.instruments
        return InstrumentsV3(self._kind_of, self._fetch_instruments, lambda row: row.instrument_id)

    async def _look_up(self, inst_id: str) -> None:
        await self.instruments.check(inst_id)

    async def steps(self, inst_id: str) -> Steps:
        self._running()
        return v3_orders.steps_of(await self.instruments.get(inst_id))

    async def _steps_now(self, inst_id: str) -> Steps:
        return v3_orders.steps_of(await self.instruments.confirm(inst_id))

    def _steps_peek(self, inst_id: str) -> Steps | None:
        row = self.instruments.peek(inst_id)
        return v3_orders.steps_of(row) if row is not None else None

    async def _fetch_instruments(self, kind: str) -> Sequence[V3Instrument]:
        product, _, underlying = kind.partition(" ")
        reads: dict[str, Callable[[], Awaitable[Sequence[V3Instrument]]]] = {
            "spot": self.spot.instruments,
            "futures": self.futures.instruments,
            "swap": self.swap.instruments,
            "option": lambda: self.option.instruments(underlying),
        }
        return await reads[product]()
