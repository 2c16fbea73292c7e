"""What the mirror listens to and is held against in V3, as far as V3 has the means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, Protocol, cast

import msgspec

from ..core.channel import Topic
from ..errors import BadParameter, NotFound
from ..net.pages import Pages
from ..v3 import channels
from ..v3.intents import TOLD_BY
from ..v3.products import product_of
from ..v5.instruments import family_of
from ..v5.models.account import Position
from ..v5.models.trade import Order
from . import rows_v3
from .accounts_v3 import AccountHost, AccountsV3, if_enabled
from .ears import Streams, Take
from .holdings import substance
from .orders import OrderRecord
from .picture import Picture
from .reader import TOGETHER
from .state import MirrorState

__all__ = ["HostV3", "ReaderV3"]

_OPEN, _DONE = "6", "7"


class HostV3(AccountHost, Streams, Protocol):
    """What the mirror needs of its client."""

    def pages(self, call: Callable[..., Awaitable[list[Any]]], *args: Any, **given: Any) -> Pages[Any]:
        """Return the rows of many pages."""
        ...


class ReaderV3:
    """Reads pictures of some instruments; V3 has no channel and no list of everything.

    REST does not say when an order, a position or a balance changed last. So it is believed about what nothing was
    pushed of for `MirrorSettings.lag` seconds, and about the rest at the next comparison.

    Args:
        host: The client.
        instrument_ids: Of what.
        lag: Seconds REST may take to show what was pushed.

    Raises:
        BadParameter: No instrument was named.
    """

    kinds = frozenset(kind for kinds in TOLD_BY.values() for kind in kinds)
    fills_from = "orders"

    def __init__(self, host: HostV3, instrument_ids: Sequence[str], lag: float) -> None:
        if not instrument_ids:
            raise BadParameter("say what to mirror: V3 tells of one instrument at a time, e.g. 'BTC-USDT'")
        self._host = host
        self._lag = lag
        names = dict.fromkeys(instrument_ids)
        self._of = {kind: [name for name in names if product_of(name) == kind] for kind in ("spot", "futures", "swap")}
        self._options = frozenset(name for name in names if product_of(name) == "option")
        self._underlyings = list(dict.fromkeys(family_of(name) for name in sorted(self._options)))
        self._accounts = AccountsV3(
            host,
            pairs=self._of["spot"],
            futures=list(dict.fromkeys(family_of(name) for name in self._of["futures"])),
            swaps=self._of["swap"],
            options=self._underlyings,
        )
        self._pushed: dict[str, float] = {}
        """When positions were pushed last, on the mirror's clock."""

    def spare(self, topic: Topic[Any], state: MirrorState) -> bool:
        """Tell whether the mirror goes on without a channel that is refused: with no margin account it does."""
        return self._accounts.spare(topic, state)

    # -- channels

    def topics(self, state: MirrorState) -> list[tuple[Topic[Any], Take]]:
        """Return what to listen to, and who takes the rows."""

        def order(row: Any, now: float) -> None:
            if not self._options or row.instrument_id in self._options or product_of(row.instrument_id) != "option":
                state.order(rows_v3.order(row, pushed=True), now)

        def positions(rows: Iterable[Position], now: float) -> None:
            for row in rows:
                if row.inst_type != "OPTION" or row.inst_id in self._options:
                    self._pushed[row.pos_id] = now
                    state.position(row, now)

        def held(name: str) -> Take:
            return lambda row, now: positions(rows_v3.swap_positions(row, name), now)

        found: list[tuple[Topic[Any], Take]] = []
        found += [(channels.spot_order(name), order) for name in self._of["spot"]]
        found += [(channels.futures_order(name), order) for name in self._of["futures"]]
        found += [(channels.swap_order(name), order) for name in self._of["swap"]]
        found += [(channels.option_order(name), order) for name in self._underlyings]
        found += [
            (channels.futures_position(name), lambda row, now: positions(rows_v3.futures_positions(row), now))
            for name in self._of["futures"]
        ]
        found += [(channels.swap_position(name), held(name)) for name in self._of["swap"]]
        found += [
            (channels.option_position(name), lambda row, now: positions([rows_v3.option_position(row)], now))
            for name in self._underlyings
        ]
        return found + self._accounts.topics(state)

    # -- REST

    async def whole(self, state: MirrorState, since: int | None, began: float) -> Picture:
        """Read everything; see `Reader.whole`. Of orders that finished lately those are read that were made lately."""
        picture = Picture(began)
        for part in await asyncio.gather(*(self._orders(state, since, began, *place) for place in self._places())):
            picture.open_orders += part.open_orders
            picture.orders += part.orders
            picture.fills += part.fills
        shown = {row.ord_id for row in (*picture.open_orders, *picture.orders)}
        await self._ask([each for each in state.orders.open.values() if each.row.ord_id not in shown], picture)
        picture.positions = [row async for row in self._positions(state, began)]
        picture.balances = [*await self._accounts.read(state)]
        return picture

    async def fills_of(self, records: Iterable[OrderRecord], began: float) -> Picture:
        """Read the fills of orders whose own do not add up."""
        picture = Picture(began)
        for record in records:
            chapter, where = self._chapter(record.row)
            rows = [row async for row in self._host.pages(chapter.fills, order_id=record.row.ord_id, **where)]
            picture.fills += rows_v3.fills(rows, {record.row.ord_id: record.row})
            picture.whole.add(record.row.ord_id)
        return picture

    def _places(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield where orders are listed: chapters, and what they are asked for.

        Margin comes first: should the spot lists show its orders, too, they would not say what they are.
        """
        yield from (("margin", {"instrument_id": name}) for name in self._accounts.pairs)
        for product, names in self._of.items():
            yield from ((product, {"instrument_id": name}) for name in names)
        yield from (("option", {"underlying": name}) for name in self._underlyings)

    async def _orders(
        self, state: MirrorState, since: int | None, began: float, product: str, where: dict[str, str]
    ) -> Picture:
        """Read the orders and fills of one place."""
        part, chapter, pages = Picture(began), cast("Any", getattr(self._host, product)), self._host.pages
        with if_enabled() if product == "margin" else nullcontext():
            open_orders = [row async for row in pages(chapter.orders, state=_OPEN, **where)]
            part.open_orders += [self._order(row, state, product) for row in open_orders if self._meant(row)]
            if since is None:
                return part
            done = [row async for row in pages(chapter.orders, state=_DONE, **where).since(since)]
            part.orders += [self._order(row, state, product) for row in done if self._meant(row)]
            fills = [row async for row in pages(chapter.fills, **where).since(since)]
            known = {row.ord_id: row for row in (*part.open_orders, *part.orders)}
            known |= {record.row.ord_id: record.row for record in state.orders}
            part.fills += rows_v3.fills((row for row in fills if self._meant(row)), known)
        return part

    def _meant(self, row: Any) -> bool:
        return product_of(row.instrument_id) != "option" or row.instrument_id in self._options

    def _order(self, row: Any, state: MirrorState, product: str) -> Order:
        """Read an order of REST; it is as late as what is known of it, so that it counts when all is quiet."""
        known = state.orders.find(row.order_id)
        return self._read(row, product.upper(), known.row if known is not None else None)

    def _read(self, row: Any, inst_type: str, known: Order | None) -> Order:
        """Read an order; whether it is on margin a push says, and of REST only the place where it was asked for."""
        told = rows_v3.order(row, pushed=False, u_time=known.u_time if known is not None else None)
        return msgspec.structs.replace(told, inst_type=inst_type if known is None else known.inst_type)

    def _chapter(self, row: Order) -> tuple[Any, dict[str, str]]:
        kind = "margin" if row.inst_type == "MARGIN" else product_of(row.inst_id)
        where = {"underlying": family_of(row.inst_id)} if kind == "option" else {"instrument_id": row.inst_id}
        return getattr(self._host, kind), where

    async def _ask(self, records: list[OrderRecord], picture: Picture) -> None:
        """Ask for orders that were open and that the lists do not show."""
        for at in range(0, len(records), TOGETHER):
            some = records[at : at + TOGETHER]
            for record, answer in zip(some, await asyncio.gather(*map(self._one, some)), strict=True):
                if answer is None:
                    picture.absent.add(record.row.ord_id)
                else:
                    picture.orders.append(answer)

    async def _one(self, record: OrderRecord) -> Order | None:
        chapter, where = self._chapter(record.row)
        try:
            row = await chapter.order(order_id=record.row.ord_id, **where)
        except NotFound:
            return None
        return self._read(row, record.row.inst_type or "", record.row)

    async def _positions(self, state: MirrorState, began: float) -> AsyncIterator[Position]:
        """Yield the positions that REST may be believed about."""
        rows: list[Position] = []
        for name in self._of["futures"]:
            for each in await self._host.futures.position(name):
                rows += rows_v3.futures_positions(each)
        for name in self._of["swap"]:
            rows += [rows_v3.swap_side(each, name) for each in await self._host.swap.position(name)]
        for name in self._underlyings:
            rows += [rows_v3.option_position(each) for each in await self._host.option.positions(name)]
        for row in rows:
            if not row.pos or (row.inst_type == "OPTION" and row.inst_id not in self._options):
                continue
            held = state.positions.open.get(row.pos_id)
            if held is not None and substance(held.row) == substance(row):
                yield msgspec.structs.replace(row, u_time=held.row.u_time)
            elif self._pushed.get(row.pos_id, float("-inf")) <= began - self._lag:
                # One millisecond on: nothing was pushed of it for so long, so REST knows better.
                yield msgspec.structs.replace(row, u_time=state.positions.moment(row.pos_id)[0] + 1)
            elif held is not None:
                yield held.row
