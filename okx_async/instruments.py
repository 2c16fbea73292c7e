"""Instruments of V5, cached: what ``okx.instruments`` is."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, get_args

from .checks import check_text
from .core.channel import Topic
from .core.words import InstType
from .errors import BadParameter, OkxError, Refused, UnknownInstrument
from .net.events import Gap, StreamEvent
from .net.instruments import FRESH, InstrumentCache
from .net.pool import Pool
from .net.stream import Policy
from .v5 import channels
from .v5.instruments import family_of, type_of

if TYPE_CHECKING:
    from .v5.models.public import Instrument
    from .v5.models.reference import TickBands
    from .v5.models.spread_market import Spread
    from .v5.rest.public import Public
    from .v5.rest.spread_market import SpreadMarket

__all__ = ["Instruments", "NoCode"]

_log = logging.getLogger("okx_async.instruments")

_TYPES: tuple[str, ...] = get_args(get_args(InstType)[0])
#: Types whose whole list is one request without a family or a series.
_WHOLE = ("SPOT", "SWAP", "FUTURES")
_OVER = "expired"


class NoCode(UnknownInstrument):
    """The instrument exists, but the exchange publishes no number for it."""


class Host(Protocol):
    """What the cache needs of its client."""

    @property
    def pool(self) -> Pool:
        """The sockets."""
        ...

    @property
    def public(self) -> Public:
        """The chapter that lists instruments."""
        ...

    @property
    def spread(self) -> SpreadMarket:
        """The chapter that lists spreads."""
        ...


class Instruments:
    """Every instrument of one site, read when first asked for and then kept.

    A list is read again when an id is missing from it, and in the background when it is older than an hour; once
    `follow` keeps it current, after a gap only. Codes and steps of demo and live differ; each client knows those of its
    own site.

    Args:
        host: The client.

    Attributes:
        spreads: Every spread, by id.
        bands: The price steps of options, by family; the exchange lists them apart from the instruments.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._followed: dict[str, Topic[Instrument]] = {}
        self._cache: InstrumentCache[Instrument] = InstrumentCache(
            _kind_of, self._fetch, lambda row: row.inst_id, self._is_live
        )
        self.spreads: InstrumentCache[Spread] = InstrumentCache(
            lambda _: "spreads", lambda _: host.spread.spreads(), lambda row: row.sprd_id
        )
        self.bands: InstrumentCache[TickBands] = InstrumentCache(
            lambda _: "tick bands",
            lambda _: host.public.instrument_tick_bands("OPTION"),
            lambda row: row.inst_family or "",
        )

    async def close(self) -> None:
        """Stop what is under way; done by the client."""
        for cache in (self._cache, self.spreads, self.bands):
            await cache.close()

    async def check(self, inst_id: str) -> None:
        """Raise `UnknownInstrument` when an id certainly does not exist; what cannot be known passes."""
        await self._cache.check(inst_id)

    async def get(self, inst_id: str) -> Instrument:
        """Return an instrument. (Get instruments)

        Args:
            inst_id: E.g. ``BTC-USDT``. Event contracts are found once `of_type` has read their series.

        Raises:
            UnknownInstrument: The exchange lists no such id; the message names the closest one.
            OkxError: The list could not be read, and none was read before.
        """
        check_text("inst_id", inst_id, "BTC-USDT")
        if not _kind_of(inst_id):
            found = next((rows[inst_id] for rows in self._cache.kinds().values() if inst_id in rows), None)
            if found is not None:
                return found
        return await self._cache.get(inst_id)

    def peek(self, inst_id: str) -> Instrument | None:
        """Return an instrument when it is known at once, and its list is not about to be read anew."""
        return self._cache.peek(inst_id)

    async def confirm(self, inst_id: str) -> Instrument:
        """Return an instrument as it is listed now: its list is read anew unless that has just been done."""
        return await self._cache.confirm(inst_id)

    async def of_type(self, inst_type: InstType, family: str | None = None) -> list[Instrument]:
        """Return every instrument of a type. (Get instruments)

        Args:
            inst_type: ``SPOT``, ``SWAP``, ...
            family: Needed for ``OPTION`` (a family, e.g. ``BTC-USD``) and ``EVENTS`` (a series).
        """
        if inst_type not in _TYPES:
            raise BadParameter(f"inst_type must be one of {', '.join(_TYPES)}, not {inst_type!r}")
        if inst_type in ("OPTION", "EVENTS"):
            if not family:
                raise BadParameter(f"{inst_type} needs a {'family' if inst_type == 'OPTION' else 'series'}")
            return await self._cache.of_kind(f"{inst_type} {family}")
        rows = await self._cache.of_kind(inst_type)
        return [row for row in rows if family is None or row.inst_family == family]

    async def family(self, inst_family: str) -> list[Instrument]:
        """Return every perpetual, future and option of a family, e.g. ``BTC-USD``.

        Raises:
            UnknownInstrument: The family has none.
        """
        found = [row for kind in ("SWAP", "FUTURES") for row in await self.of_type(kind, inst_family)]
        try:
            found += await self.of_type("OPTION", inst_family)
        except (UnknownInstrument, Refused):
            _log.debug("the exchange knows no options of %s", inst_family)
        if not found:
            raise UnknownInstrument(f"no contract of the family {inst_family!r} exists on this site")
        return found

    async def alias(self, inst_family: str, alias: str) -> Instrument:
        """Return the future that an alias stands for now, e.g. ``("BTC-USD", "quarter")``; it moves at each delivery.

        Raises:
            UnknownInstrument: No future of the family goes by that alias now.
        """
        listed = await self._cache.current("FUTURES")
        futures = [row for row in listed if row.inst_family == inst_family and _stands(row)]
        for row in futures:
            if row.alias == alias:
                return row
        known = ", ".join(sorted({row.alias for row in futures if row.alias})) or "none"
        raise UnknownInstrument(f"no future of {inst_family!r} goes by {alias!r} now; known are {known}")

    async def by_code(self, inst_id_code: int) -> Instrument:
        """Return the instrument of a number (``instIdCode``) on this site.

        Options and event contracts are found once their family or series was read.

        Raises:
            UnknownInstrument: No listed instrument has it.
        """
        found = _with_code(inst_id_code, self._rows())
        for kind in _WHOLE:
            if found is not None:
                return found
            found = _with_code(inst_id_code, await self._cache.of_kind(kind))
        if found is None:
            raise UnknownInstrument(f"no instrument with the code {inst_id_code} is known on this site")
        return found

    async def code_of(self, inst_id: str, *, refresh: bool = False) -> int:
        """Return the number (``instIdCode``) by which orders over the socket name an instrument on this site.

        Args:
            inst_id: The instrument.
            refresh: Read the exchange's list anew first.

        Raises:
            UnknownInstrument: There is no such instrument, or the exchange publishes no number for it (yet).
        """
        row = await self._cache.refresh(inst_id) if refresh else await self.get(inst_id)
        if not row.inst_id_code and self._cache.age(inst_id) > FRESH:
            row = await self._cache.refresh(inst_id)  # listed without one; it may have one by now
        if not row.inst_id_code:
            raise NoCode(
                f"the exchange publishes no instIdCode for {inst_id} on this site, so its orders cannot go over the "
                "socket; use the REST road",
                inst_id=inst_id,
            )
        return row.inst_id_code

    def doubt(self, *inst_ids: str) -> None:
        """Read the lists of instruments anew when they are asked for next: the exchange contradicted them."""
        kinds = set(map(_kind_of, inst_ids))
        self._cache.doubt(kinds.__contains__)

    def follow(self, *inst_types: InstType) -> None:
        """Keep types current from the channel ``instruments`` from now on, until the client is closed.

        Opens a public socket. A push never deletes: what is missing from it still exists.
        """
        for inst_type in inst_types:
            if inst_type in self._followed:
                continue
            topic = channels.instruments(inst_type)
            self._host.pool.listen(topic, _Follower(self._cache, self._followed, inst_type))
            self._followed[inst_type] = topic

    def _is_live(self, kind: str) -> bool:
        topic = self._followed.get(kind.partition(" ")[0])
        return topic is not None and self._host.pool.live(topic)

    def _rows(self) -> Iterator[Instrument]:
        for rows in self._cache.kinds().values():
            yield from rows.values()

    async def _fetch(self, kind: str) -> list[Instrument]:
        inst_type, _, part = kind.partition(" ")
        named: dict[str, Any] = {"series_id" if inst_type == "EVENTS" else "inst_family": part} if part else {}
        return await self._host.public.instruments(inst_type, **named)  # type: ignore[arg-type]


class _Follower:
    """Takes what the channel ``instruments`` brings of one type."""

    policy: Policy = "drop_oldest"

    def __init__(
        self, cache: InstrumentCache[Instrument], followed: dict[str, Topic[Instrument]], inst_type: str
    ) -> None:
        self._cache = cache
        self._followed = followed
        self._type = inst_type

    def push(self, item: Instrument) -> None:
        self._cache.learn(_kind_of_row(item), item)

    def gap(self, gap: Gap) -> None:
        self._cache.doubt(lambda kind: kind.partition(" ")[0] == self._type)

    def event(self, event: StreamEvent) -> None:
        """A gap follows where something may be missing."""

    def fail(self, error: OkxError) -> None:
        _log.warning("the instruments of type %s are not followed any more: %s", self._type, error)
        self._followed.pop(self._type, None)

    def end(self) -> None:
        """The client is closing."""


def _kind_of(inst_id: str) -> str:
    kind = type_of(inst_id)
    return f"{kind} {family_of(inst_id)}" if kind == "OPTION" else kind


def _kind_of_row(row: Instrument) -> str:
    if row.inst_type == "OPTION":
        return f"OPTION {row.inst_family or family_of(row.inst_id)}"
    return f"EVENTS {row.series_id}" if row.inst_type == "EVENTS" else row.inst_type


def _stands(row: Instrument) -> bool:
    """Tell whether an instrument has not ended yet."""
    return row.state != _OVER and (row.exp_time is None or row.exp_time > time.time() * 1000)


def _with_code(code: int, rows: Iterable[Instrument]) -> Instrument | None:
    """Return the instrument of a number; a renamed one keeps it, so the one that has not ended counts."""
    found = [row for row in rows if row.inst_id_code == code and code]
    return next((row for row in found if _stands(row)), found[-1] if found else None)
