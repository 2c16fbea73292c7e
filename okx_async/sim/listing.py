"""Instruments that get another name or come to an end while somebody listens (protocol.md, "Renamed instruments")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from .clock import Clock
from .derivatives import Derivatives
from .dialect import TopicKind
from .dialect_v3 import DialectV3
from .frames import Message, text_frame
from .instruments import Instrument, Kind
from .journal import Journal
from .kinds import FaultKind
from .market import Market
from .publish import Publisher
from .rest_v3 import instrument_row as instrument_row_v3
from .rest_v5 import instrument_row
from .session_v3 import SessionV3
from .session_v5 import SessionV5
from .sockets import Connection

__all__ = ["Listing"]

_SPARED = (TopicKind.TRADES, TopicKind.BOOK, *TopicKind.INDEXED)
_CHANNEL = "instruments"
# V3's channels of lists, by what they list.
_LISTS = {Kind.FUTURES: "futures/instruments", Kind.OPTION: "option/instruments:{}"}


class Listing:
    """What is listed on an exchange.

    Args:
        markets: By instrument id; changed in place.
        publisher: Where topics are.
        connections: Who may want to know, by id.
        clock: Market time.
        journal: Where it is written down.
        figures: Where deliveries are taken down.
        renamed: Called with the old and the new name of what gets another.
        ended: Called with each market that has ended.
    """

    def __init__(
        self,
        markets: dict[str, Market],
        publisher: Publisher,
        connections: Mapping[str, Connection],
        clock: Clock,
        journal: Journal,
        figures: Derivatives,
        renamed: Callable[[str, str], None],
        ended: Callable[[Market], None],
    ) -> None:
        self._markets = markets
        self._publisher = publisher
        self._connections = connections
        self._clock = clock
        self._journal = journal
        self._figures = figures
        self._renamed = renamed
        self._ended = ended

    def rename(self, old: str, new: str) -> None:
        """Give an instrument another name; its numeric code stays.

        Trades and incremental books go on under the old name for who has them, all else falls silent. The channel
        ``instruments`` tells the old one's end and three states of the new one. A book of the old name is unsubscribed
        under the new one. What other topics do is not documented, so ``trades-all`` counts as silent.

        Raises:
            KeyError: No such instrument.
            ValueError: The new name is taken.
        """
        if new in self._markets:
            raise ValueError(f"{new} is listed already")
        market = self._markets.pop(old)
        before = market.instrument
        self._publisher.silence(old, _SPARED)
        self._publisher.rename(old, new)
        market.instrument = replace(before, inst_id=new)
        self._markets[new] = market
        self._renamed(old, new)
        self._journal.note(FaultKind.RENAME, self._clock.now(), inst_id=old, detail=new)
        self._tell(before, "expired")
        self.tell_list(market.instrument)
        for state in ("rebase", "post_only", "live"):
            self._tell(market.instrument, state)

    def expire(self, inst_id: str) -> None:
        """End an instrument: it leaves all lists, its topics fall silent, new subscriptions are refused.

        A dated contract is delivered or exercised at the price of that moment.

        Raises:
            KeyError: No such instrument.
        """
        self._journal.note(FaultKind.EXPIRE, self._clock.now(), inst_id=inst_id)
        self.tell_list(self.end(inst_id))

    def end(self, inst_id: str) -> Instrument:
        """Let an instrument end as it does by time, at its own expiry if that has come; see `expire`.

        Raises:
            KeyError: No such instrument.
        """
        market = self._markets.pop(inst_id)
        text, now = market.instrument, self._clock.now()
        self._figures.deliver(market, min(now, text.expiry or now))
        market.frozen = True
        self._ended(market)
        self._publisher.silence(inst_id)
        self._tell(text, "expired")
        return text

    def begin(self, market: Market) -> None:
        """List a new instrument."""
        self._markets[market.instrument.inst_id] = market
        self._tell(market.instrument, "live")

    def relabel(self, inst_id: str, alias: str) -> Instrument:
        """Let a contract go by another alias; return what it is then."""
        market = self._markets[inst_id]
        market.instrument = replace(market.instrument, alias=alias)
        self._tell(market.instrument, "live")
        return market.instrument

    def _tell(self, instrument: Instrument, state: str) -> None:
        """Push one instrument to everybody who subscribed to its type."""
        kind = instrument.kind.value
        body: dict[str, Any] = {
            "arg": {"channel": _CHANNEL, "instType": kind},
            "data": [instrument_row(instrument) | {"state": state}],
        }
        payload = orjson.dumps(body)
        message = Message(_CHANNEL, instrument.inst_id, payload, text_frame(payload), self._clock.now())
        for connection in self._connections.values():
            if isinstance(connection.session, SessionV5) and connection.session.holds(_CHANNEL, kind):
                connection.push(message)
                connection.flush()

    def tell_list(self, instrument: Instrument) -> None:
        """Push all that is listed beside an instrument to V3's readers: it tells no changes, only whole lists."""
        name = _LISTS.get(instrument.kind, "").format(instrument.family)
        if not name:
            return
        rows: list[Any] = [
            instrument_row_v3(market.instrument)
            for market in self._markets.values()
            if market.instrument.kind is instrument.kind
            and (instrument.kind is Kind.FUTURES or market.instrument.family == instrument.family)
        ]
        # Of futures there is a list in the list.
        payload = DialectV3().rows(
            instrument.product, _CHANNEL, {}, [rows] if instrument.kind is Kind.FUTURES else rows
        )
        message = Message(_CHANNEL, "", payload, DialectV3().frame(payload), self._clock.now())
        for connection in self._connections.values():
            if isinstance(connection.session, SessionV3) and connection.session.holds(name):
                connection.push(message)
                connection.flush()
