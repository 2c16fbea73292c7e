"""Who hears what: the topics somebody subscribed to, fed once per step."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from itertools import count
from types import MappingProxyType

from .bars import MARK_BARS, V3_BARS, V5_BARS
from .board import Board
from .boards import Boards
from .clock import Clock
from .derivatives import Derivatives
from .dialect import ChecksumMode, Dialect, TopicKind, TopicSpec
from .figure_topics import host_of, make_figure_topic
from .market import Market, Movement
from .topics import NEVER, Frozen, Listener, Topic, make_topic

__all__ = ["Publisher"]

_AUCTION_MS = 1_000
_BARS = {"v5": V5_BARS | MARK_BARS, "v3": V3_BARS}
_BOOKS = (TopicKind.BOOK, TopicKind.RETAIL, TopicKind.PICTURE)


class Publisher:
    """Makes topics when the first subscriber comes, drops them when the last one leaves.

    Args:
        markets: By instrument id.
        clock: Market time.
        checksum: What books carry as checksum.
        every: Channels of the slow pace publish every so many steps.
        history: How many states of each published book are kept, 0 for none.
        figures: What follows from the markets.
        boards: What speaks of several instruments, or of none.
    """

    def __init__(
        self,
        markets: Mapping[str, Market],
        clock: Clock,
        checksum: ChecksumMode,
        every: int,
        history: int,
        figures: Derivatives,
        boards: Boards,
    ) -> None:
        self._markets = markets
        self._clock = clock
        self._checksum: ChecksumMode = checksum
        self._every = every
        self._keep = history
        self._figures = figures
        self._boards = boards
        self._topics: dict[str, list[Topic]] = {}
        self._second = 0
        self._place: dict[str, int] = {}
        self._count = count()
        self._stirred: set[str] = set()
        self._wake = 0
        self._history: dict[tuple[str, str], dict[int | str, Frozen]] = {}

    def subscribe(
        self,
        listener: Listener,
        dialect: Dialect,
        channel: str,
        inst_id: str,
        spec: TopicSpec,
        args: tuple[tuple[str, str], ...] = (),
    ) -> Topic | Board:
        """Add a listener to a topic and push it what a new subscriber gets first."""
        if spec.kind in TopicKind.BOARDS:
            return self._boards.subscribe(listener, dialect, channel, args, spec, self._clock.stepped)
        market = host_of(self._markets, inst_id, spec)
        if market is None:
            raise KeyError(inst_id)
        topic = self._find(dialect, channel, inst_id, spec, market) or self._open(
            dialect, channel, inst_id, spec, market
        )
        topic.listeners[listener] = None
        for message in topic.first(self._clock.stepped):
            listener.push(message)
        return topic

    def unsubscribe(self, listener: Listener, topic: Topic | Board) -> None:
        """Take a listener off a topic."""
        if isinstance(topic, Board):
            self._boards.unsubscribe(listener, topic)
            return
        topic.listeners.pop(listener, None)
        if not topic.listeners:
            topics = self._topics[topic.market.instrument.inst_id]
            topics.remove(topic)
            if not topics:
                del self._topics[topic.market.instrument.inst_id]

    def publish(self, step: int, now: int, moved: Mapping[str, Movement]) -> None:
        """Push what a step changed, instrument by instrument in the order they were first subscribed to."""
        due = step % self._every == 0
        second, self._second = self._second, now // _AUCTION_MS
        new_second = second != self._second
        timely = now >= self._wake
        for inst_id in list(self._topics) if timely else self._stirred_by(moved, due, new_second):
            movement = moved.get(inst_id)
            for topic in self._topics[inst_id]:
                if topic.silent:
                    continue
                spec, auction = topic.spec, topic.market.auction
                # In a call auction books come about once a second, the fast ones too. (V5 "Order book")
                its_turn = new_second if auction and spec.kind in _BOOKS else due or not spec.slow
                for message in topic.step(movement, now, its_turn):
                    for listener in topic.listeners:
                        listener.push(message)
                if not timely and spec.kind in TopicKind.DERIVED:
                    # What changed too soon after the push before waits a moment, maybe beyond the market's next move.
                    self._wake = min(self._wake, topic.wakes())
        self._boards.publish(moved, now)
        if timely:
            self._wake = min((topic.wakes() for topic in self._matching(None) if not topic.silent), default=NEVER)
        if due:
            self._stirred.clear()
        else:
            self._stirred.update(moved)

    def _stirred_by(self, moved: Mapping[str, Movement], due: bool, new_second: bool) -> list[str]:
        """Return the instruments that moved, now or since the slow channels were last due, by first subscription.

        A new second is the turn of those in a call auction, too.

        With thousands of instruments few move in a step. All are looked at only when time alone may bring something.
        """
        stirred = self._stirred.union(moved) if due else set(moved)
        if new_second:
            stirred.update(name for name, topics in self._topics.items() if topics[0].market.auction)
        return sorted([each for each in stirred if each in self._topics], key=self._place.__getitem__)

    def heartbeat(self, channel: str | None, inst_id: str | None, now: int) -> None:
        """Push the empty update of a quiet book at once, on every book that matches."""
        for topic in self._matching(inst_id):
            message = topic.heartbeat(now) if channel in (None, topic.channel) and not topic.silent else None
            if message is not None:
                for listener in topic.listeners:
                    listener.push(message)

    def silence(self, inst_id: str, spared: Container[str] = ()) -> None:
        """Push nothing about an instrument any more but on channels of some kinds."""
        for topic in self._matching(inst_id):
            topic.silent = topic.silent or topic.spec.kind not in spared

    def rename(self, old: str, new: str) -> None:
        """Keep the topics of an instrument that has a new name."""
        if old in self._topics:
            self._topics[new] = self._topics.pop(old)
            self._place[new] = next(self._count)

    def history(self, inst_id: str, channel: str) -> Mapping[int | str, Frozen]:
        """Return the kept states of one published book by their identity, oldest first."""
        return MappingProxyType(self._history.get((channel, inst_id), {}))

    def _matching(self, inst_id: str | None) -> list[Topic]:
        found = self._topics.values() if inst_id is None else [self._topics.get(inst_id, [])]
        return [topic for topics in found for topic in topics]

    def _find(self, dialect: Dialect, channel: str, inst_id: str, spec: TopicSpec, market: Market) -> Topic | None:
        for topic in self._topics.get(market.instrument.inst_id, ()):
            # In V3 an index and a spot pair of one name have channels of one name, published differently.
            same = topic.spec.kind == spec.kind and topic.dialect.name == dialect.name
            if same and (topic.channel, topic.name) == (channel, inst_id):
                return topic
        return None

    def _open(self, dialect: Dialect, channel: str, name: str, spec: TopicSpec, market: Market) -> Topic:
        topic = self._make(dialect, channel, name, spec, market)
        inst_id = market.instrument.inst_id
        if inst_id not in self._topics:
            self._topics[inst_id] = []
            self._place[inst_id] = next(self._count)
        topics = self._topics[inst_id]
        self._wake = 0
        topics.append(topic)
        topics.sort(key=lambda each: each.spec.rank)
        return topic

    def _make(self, dialect: Dialect, channel: str, name: str, spec: TopicSpec, market: Market) -> Topic:
        size, now = _BARS[dialect.name][spec.bar] if spec.bar else None, self._clock.stepped
        if spec.kind in TopicKind.DERIVED:
            return make_figure_topic(
                market, name, channel, spec, dialect, markets=self._markets, figures=self._figures, size=size, now=now
            )
        return make_topic(
            market,
            channel,
            spec,
            dialect,
            checksum=self._checksum,
            size=size,
            now=now,
            record=self._recorder(channel, name) if self._keep else None,
        )

    def _recorder(self, channel: str, inst_id: str) -> Callable[[int | str, Frozen], None]:
        kept = self._history.setdefault((channel, inst_id), {})

        def record(moment: int | str, state: Frozen) -> None:
            kept.pop(moment, None)
            kept[moment] = state
            if len(kept) > self._keep:
                del kept[next(iter(kept))]

        return record
