"""Reads over REST what the mirror is held against."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from ..core.channel import Topic
from ..errors import NotFound
from ..net.observer import Observer
from ..net.pool import Pool
from ..v5 import channels
from ..v5.models.trade import Fill, Order
from ..v5.rest.account import Account
from ..v5.rest.algo import Algo
from ..v5.rest.spread import Spread
from ..v5.rest.trade import Trade
from .orders import OrderRecord
from .picture import Picture
from .state import MirrorState

__all__ = ["Host", "Reader", "Source", "Streams", "Take"]

Take = Callable[[Any, float], None]
"""Takes a row of a channel and the moment on the mirror's clock."""

#: Orders asked for at the same time.
TOGETHER = 20


class Source(Protocol):
    """Where the mirror has its rows from, one for each dialect. All it hands on has V5's shapes and words.

    Attributes:
        optional: The channel without which the mirror goes on, ``""`` for none.
    """

    @property
    def optional(self) -> str:
        """See above."""
        ...

    def topics(self, state: MirrorState) -> list[tuple[Topic[Any], Take]]:
        """Return what to listen to, and who takes the rows."""
        ...

    async def whole(self, state: MirrorState, since: int | None, began: float) -> Picture:
        """Read everything: open orders, those that finished lately or must have, fills, positions and balances.

        Args:
            state: What is known, for orders that must be asked for by id.
            since: From when on finished orders and fills are wanted, Unix milliseconds; ``None`` for none of them.
            began: The mirror's clock now.
        """
        ...

    async def fills_of(self, records: Iterable[OrderRecord], began: float) -> Picture:
        """Read the fills of orders whose own do not add up."""
        ...


class Streams(Protocol):
    """What the mirror itself needs of its client."""

    @property
    def pool(self) -> Pool:
        """The sockets."""
        ...

    @property
    def observer(self) -> Observer:
        """Whom to tell what is lost."""
        ...

    def why_not(self, topic: str) -> str:
        """Return in one sentence why a topic is not live."""
        ...


class Host(Streams, Protocol):
    """What reading needs of the client."""

    @property
    def trade(self) -> Trade:
        """The chapter of orders and fills."""
        ...

    @property
    def account(self) -> Account:
        """The chapter of positions and balances."""
        ...

    @property
    def algo(self) -> Algo:
        """The chapter of algo orders."""
        ...

    @property
    def spread(self) -> Spread:
        """The chapter of spread orders."""
        ...

    def pages(self, call: Callable[..., Awaitable[list[Any]]], *args: Any, **given: Any) -> Any:
        """Return the rows of many pages."""
        ...


class Reader:
    """Reads pictures.

    Args:
        host: The client.
        inst_types: Whose finished orders are read; the exchange tells them for one type at a time.
        fills_channel: Whether to listen to the channel `fills`.
    """

    optional = "fills"

    def __init__(self, host: Host, inst_types: Sequence[str], *, fills_channel: bool) -> None:
        self._host = host
        self._inst_types = inst_types
        self._fills_channel = fills_channel

    def topics(self, state: MirrorState) -> list[tuple[Topic[Any], Take]]:
        """Return what to listen to, and who takes the rows."""
        rows: list[tuple[Topic[Any], Take]] = [
            (channels.orders("ANY"), state.order),
            (channels.positions("ANY"), state.position),
            (channels.account(), state.account),
            (channels.balance_and_position(), state.change),
        ]
        return [*rows, (channels.fills(), state.fill)] if self._fills_channel else rows

    async def whole(self, state: MirrorState, since: int | None, began: float) -> Picture:
        """Read everything: open orders, those that finished lately or must have, fills, positions and balances.

        Args:
            state: What is known, for orders that must be asked for by id.
            since: From when on finished orders and fills are wanted, Unix milliseconds; ``None`` for none of them.
            began: The mirror's clock now.
        """
        trade, picture = self._host.trade, Picture(began)
        picture.open_orders = await self._all(trade.orders_pending)
        if since is not None:
            for inst_type in self._inst_types:
                picture.orders += await self._all(trade.orders_history, inst_type, begin=since)
            picture.fills = await self._all(trade.fills, begin=since)
        shown = {row.ord_id for row in (*picture.open_orders, *picture.orders)}
        await self._ask([each.row for each in state.orders.open.values() if each.row.ord_id not in shown], picture)
        picture.positions = await self._host.account.positions()
        picture.balances = (await self._host.account.balance()).details or []
        return picture

    async def fills_of(self, records: Iterable[OrderRecord], began: float) -> Picture:
        """Read the fills of orders whose own do not add up."""
        picture = Picture(began)
        for record in records:
            rows: list[Fill] = await self._all(self._host.trade.fills, ord_id=record.row.ord_id)
            picture.fills += rows
            picture.whole.add(record.row.ord_id)
        return picture

    async def _all(self, call: Callable[..., Awaitable[list[Any]]], *args: Any, **given: Any) -> list[Any]:
        return [row async for row in self._host.pages(call, *args, **given)]

    async def _ask(self, rows: list[Order], picture: Picture) -> None:
        """Ask for orders that were open and that the list of open ones does not show."""
        for at in range(0, len(rows), TOGETHER):
            some = rows[at : at + TOGETHER]
            for row, answer in zip(some, await asyncio.gather(*map(self._one, some)), strict=True):
                if answer is None:
                    picture.absent.add(row.ord_id)
                else:
                    picture.orders.append(answer)

    async def _one(self, row: Order) -> Order | None:
        try:
            return await self._host.trade.order(row.inst_id, ord_id=row.ord_id)
        except NotFound:
            return None
