"""V3's private channels: who listens to what, and what is pushed when something changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ..accounts.ledger import Entry, Room
from ..accounts.office import Office
from ..accounts.orders import Fill, Order
from ..accounts.people import User
from ..accounts.positions import Position
from ..accounts.private import Line
from ..accounts.rows import Amended
from ..accounts.stops import Stop
from ..accounts.venue import Venue
from ..accounts.worth import terms_of
from ..dialect_v3 import DialectV3
from ..frames import Message
from ..instruments import Instrument, Kind
from ..market import Market
from ..text import iso_ms
from .algos import algo_row, spoken
from .holdings import HoldingsV3
from .margin import MarginV3
from .options import OptionsV3
from .rows import order_update
from .spot import SpotV3

__all__ = ["Courier", "Interest"]

Json = dict[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Interest:
    """One listener's interest in one topic.

    Attributes:
        line: Where it listens.
        user: Whose news it gets.
        product: ``spot``, ``futures`` or ``swap``.
        channel: ``order``, ``account`` ...
        wanted: The filter behind the colon.
    """

    line: Line
    user: User
    product: str
    channel: str
    wanted: str


class Courier:
    """Pushes orders and algo orders at once, accounts and positions once a turn of the event loop.

    As the documents name no first picture, nothing is pushed before something has changed. An account that shares its
    money with others changes with it. Positions of options come one contract a message, and not with every move of the
    mark price, nor do margin accounts.

    Args:
        office: The accounts.
        venue: Orders and positions.
        markets: By instrument id; may change at any time.
        spot: Writes spot balances.
        holdings: Writes positions and contract accounts.
        options: Writes what is about options.
        margin: Writes margin accounts.
    """

    def __init__(
        self,
        office: Office,
        venue: Venue,
        markets: Mapping[str, Market],
        spot: SpotV3,
        holdings: HoldingsV3,
        options: OptionsV3,
        margin: MarginV3,
    ) -> None:
        self._clock = office.clock
        self._people = office.bank.people
        self._orders = venue.orders
        self._markets = markets
        self._spot = spot
        self._holdings = holdings
        self._options = options
        self._margin = margin
        self._positions = venue.positions
        self._dialect = DialectV3()
        self._listeners: dict[str, dict[Interest, None]] = {}
        self._stale: dict[tuple[Interest, str], None] = {}
        self._waiting: dict[Line, None] = {}
        self._called = False
        venue.herald.order_listeners.append(self._order)
        venue.herald.position_listeners.append(self._position)
        venue.stops.listeners.append(self._algo)
        venue.loans.listeners.append(self._owes)
        office.bank.ledger.listeners.append(self._moved)

    def join(self, line: Line, user: User, product: str, channel: str, wanted: str) -> Interest:
        """Add a listener."""
        one = Interest(line, user, product, channel, wanted)
        self._listeners.setdefault(user.uid, {})[one] = None
        return one

    def leave(self, one: Interest) -> None:
        """Take a listener off."""
        mine = self._listeners.get(one.user.uid, {})
        mine.pop(one, None)
        if not mine:
            self._listeners.pop(one.user.uid, None)

    # -- what happens

    def _order(self, order: Order, fill: Fill | None, amended: Amended) -> None:
        if order.user.uid not in self._listeners:
            return
        text = order.market.instrument
        option = text.kind is Kind.OPTION
        write = self._options.update if option else order_update
        self._tell(order.user, text.product, "order", _name(text), lambda: write(order, fill, amended))
        if order.ticket.on_margin:
            self._touch_pair(order.user, text.inst_id)
            return
        spot = text.kind is Kind.SPOT
        held = (text.quote if order.ticket.buy else text.base) if spot else terms_of(text).settle
        self._touch(order.user, held)
        self._touch_position(order.user, order.market)

    def _position(self, position: Position) -> None:
        if position.user.uid in self._listeners:
            self._touch(position.user, position.ccy)
            self._touch_position(position.user, position.market)

    def _algo(self, stop: Stop) -> None:
        if spoken(stop) and stop.user.uid in self._listeners:
            text = stop.market.instrument
            self._tell(
                stop.user, text.product, "order_algo", text.inst_id, lambda: algo_row(stop, self._orders, push=True)
            )

    def _moved(self, entry: Entry) -> None:
        for purse in (entry.source, entry.target):
            if purse.owner not in self._listeners:
                continue
            if purse.room is Room.TRADING:
                self._touch(self._people.user(purse.owner), entry.ccy)
            elif purse.room is Room.MARGIN:
                self._touch_pair(self._people.user(purse.owner), purse.pair)

    def _owes(self, user: User, market: Market) -> None:
        self._touch_pair(user, market.instrument.inst_id)

    def _touch_pair(self, user: User, inst_id: str) -> None:
        for one in self._listeners.get(user.uid, ()):
            if (one.channel, one.wanted) == ("margin_account", inst_id):
                self._later(one)

    def _touch(self, user: User, ccy: str) -> None:
        """Take down which accounts a change of a currency is about."""
        for one in self._listeners.get(user.uid, ()):
            if one.channel == "account" and ccy in self._currencies(one):
                self._later(one)

    def _touch_position(self, user: User, market: Market) -> None:
        text = market.instrument
        for one in self._listeners.get(user.uid, ()):
            if (one.product, one.channel, one.wanted) == (text.product, "position", _name(text)):
                self._later(one, text.inst_id)

    def _currencies(self, one: Interest) -> tuple[str, ...]:
        if one.product == "spot":
            return (one.wanted,)
        if one.product == "futures":
            # Coin-margined accounts go by their coin, USDT-margined ones by their underlying.
            return (one.wanted.rpartition("-")[2],)
        if one.product == "option":
            return (one.wanted.partition("-")[0],)
        market = self._markets.get(one.wanted)
        return (terms_of(market.instrument).settle,) if market is not None else ()

    # -- what is told

    def _later(self, one: Interest, inst_id: str = "") -> None:
        self._stale[one, inst_id] = None
        self._call()

    def _tell(self, user: User, product: str, channel: str, name: str, write: Callable[[], Json]) -> None:
        for one in list(self._listeners.get(user.uid, ())):
            if (one.product, one.channel, one.wanted) == (product, channel, name):
                self._send(one, write())

    def _call(self) -> None:
        if not self._called:
            self._called = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._called = False
        stale, self._stale = self._stale, {}
        for one, inst_id in stale:
            row = self._row(one, inst_id) if one in self._listeners.get(one.user.uid, ()) else None
            if row is not None:
                self._send(one, row)
        waiting, self._waiting = self._waiting, {}
        for line in waiting:
            line.flush()

    def _row(self, one: Interest, inst_id: str) -> Json | None:
        """Write an account or a position as it is now; ``None`` when its contract is gone."""
        user, now = one.user, iso_ms(self._clock.now())
        if one.product == "option":
            return self._option_row(one, inst_id)
        if one.channel == "margin_account":
            pair = self._markets.get(one.wanted)
            return None if pair is None else self._margin.row(user, pair, push=True)
        if one.product == "spot":
            names = ("currency", "balance", "hold", "available", "id")
            row = self._spot.row(user, one.wanted)
            return {name: row[name] for name in names} | {"timestamp": now}
        if one.channel == "account" and one.product == "futures":
            family = one.wanted if "-" in one.wanted else f"{one.wanted}-USD"
            if not self._holdings.markets_of("futures", family):
                return None
            return {one.wanted: self._holdings.futures_account(user, family, push=True)}
        market = self._markets.get(one.wanted)
        if market is None:
            return None
        if one.channel == "account":
            return self._holdings.swap_account(user, market, push=True)
        if one.product == "futures":
            return self._holdings.futures_position(user, market, push=True)
        return self._holdings.swap_position(user, market, push=True)

    def _option_row(self, one: Interest, inst_id: str) -> Json | None:
        market = self._markets.get(inst_id)
        if one.channel == "account":
            known = any(_name(each.instrument) == one.wanted for each in self._markets.values())
            return self._options.account(one.user, one.wanted) if known else None
        if market is None:
            return None
        held = (each for each in self._positions.of(one.user.uid) if each.market is market)
        return self._options.position(next(held, None), market)

    def _send(self, one: Interest, row: Json) -> None:
        payload = orjson.dumps({"table": f"{one.product}/{one.channel}", "data": [row]})
        frame = self._dialect.frame(payload)
        one.line.push(Message(one.channel, one.wanted, payload, frame, self._clock.now()))
        self._waiting[one.line] = None
        self._call()


def _name(instrument: Instrument) -> str:
    """Return by what a channel of orders and positions is filtered: options go by their underlying."""
    return instrument.family if instrument.kind is Kind.OPTION else instrument.inst_id
