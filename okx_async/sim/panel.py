"""The fault panel: does what a script says, when it says so."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .accounts.venue import Venue
from .clock import Clock, Timer
from .doors import Doors
from .faults import Fault, Faults
from .kinds import CLOSE_CODES, KINDS, FaultKind, Group
from .lines import Lines
from .listing import Listing
from .market import Market
from .op_faults import OpFault
from .publish import Publisher
from .requests import RequestFault
from .rest_faults import RestFault
from .script import Entry, Script
from .upkeep import Upkeep

__all__ = ["Panel", "random_fault"]

_RANDOM = (
    FaultKind.DROP,
    FaultKind.DELAY,
    FaultKind.DUPLICATE,
    FaultKind.REORDER,
    FaultKind.GARBLE,
    FaultKind.SKIP_SEQUENCE,
    FaultKind.UNKNOWN_FIELD,
    FaultKind.UNKNOWN_EVENT,
    FaultKind.CLOSE,
    FaultKind.RESET_TCP,
    FaultKind.HALF_OPEN,
    FaultKind.STALL,
)


def random_fault(dice: random.Random, kinds: list[FaultKind], **where: Any) -> Fault:
    """Return a fault of one of these kinds, everything else about it drawn."""
    kind = dice.choice(kinds)
    options: dict[str, Any] = {"after": dice.randint(0, 6)} | where
    if kind is FaultKind.CLOSE:
        options["code"] = dice.choice(CLOSE_CODES)
    if kind in (FaultKind.DELAY, FaultKind.STALL):
        options["seconds"] = round(dice.uniform(0.01, 3.0), 3)
    if kind is FaultKind.DELAY:
        options["keep_order"] = dice.random() < 0.5
    return Fault(kind, **options)


class Panel:
    """Everything that can be made to go wrong, under one hand.

    Args:
        faults: What waits for messages and requests.
        lines: What happens to lines.
        listing: What happens to instruments.
        doors: What happens to the port.
        publisher: Where topics are.
        markets: By instrument id.
        clock: Market time.
        seed: Of random faults that name none.
        upkeep: Where disruptions are taken down.
        venue: Where orders are.
    """

    def __init__(
        self,
        faults: Faults,
        lines: Lines,
        listing: Listing,
        doors: Doors,
        publisher: Publisher,
        markets: Mapping[str, Market],
        clock: Clock,
        seed: int,
        upkeep: Upkeep,
        venue: Venue,
    ) -> None:
        self.lines = lines
        self.listing = listing
        self._faults = faults
        self._doors = doors
        self._publisher = publisher
        self._markets = markets
        self._clock = clock
        self._seed = seed
        self._upkeep = upkeep
        self._venue = venue
        self._timers: dict[int, Timer] = {}

    @property
    def scheduled(self) -> int:
        """How many entries of scripts still have something to do."""
        return len(self._timers)

    def run(self, script: Script) -> None:
        """Begin to do what a script says; its time begins now."""
        for entry in script.entries:
            deed = self._random(entry) if entry.what is FaultKind.RANDOM else partial(self.do, entry)
            number = max(self._timers, default=0) + 1
            self._await(number, entry, deed, entry.first, entry.times if entry.every is not None else 1)

    def stop(self) -> None:
        """Do nothing more of any script."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _await(self, number: int, entry: Entry, deed: Callable[[], object], delay: float, left: int) -> None:
        def due() -> None:
            del self._timers[number]
            if entry.every is not None and left != 1:
                self._await(number, entry, deed, entry.every, max(0, left - 1))
            deed()

        self._timers[number] = self._clock.timeline.call_later(delay, due)

    def _random(self, entry: Entry) -> Callable[[], object]:
        dice = random.Random(entry.args.get("seed", self._seed))
        kinds = [FaultKind(name) for name in entry.args.get("kinds", _RANDOM)]
        return lambda: self._faults.add(random_fault(dice, kinds))

    def do(self, entry: Entry) -> None:
        """Do what one entry says, now."""
        kind, where, args = entry.what, entry.where, entry.args
        group = KINDS[kind].group
        if entry.on_messages:
            self._faults.add(Fault(kind, **where, **args))
        elif group in (Group.LINE, Group.NOTE):
            getattr(self.lines, kind)(**where, **args)
        elif group is Group.REQUEST:
            self._faults.requests.add(RequestFault(kind, **where, **args))
        elif group is Group.REST:
            self._faults.rest.add(RestFault(kind, **where, **args))
        elif group is Group.OPERATION:
            self._faults.requests.ops.add(OpFault(kind, **where, **args))
        else:
            self._deeds()[kind](**where, **args)

    def _deeds(self) -> dict[FaultKind, Callable[..., object]]:
        return {
            FaultKind.RESET_SEQUENCE: self.reset_sequence,
            FaultKind.HEARTBEAT: self.heartbeat,
            FaultKind.RENAME: self._rename_if_there,
            FaultKind.EXPIRE: self._expire_if_there,
            FaultKind.MAINTENANCE: self.lines.maintenance,
            FaultKind.OUTAGE: self.outage,
            FaultKind.SKEW: self.skew,
            FaultKind.RECORDS_LAG: self.records_lag,
            FaultKind.SYSTEM_CANCEL: self.system_cancel,
        }

    def reset_sequence(self, inst_id: str | None = None) -> None:
        """Let sequence numbers begin lower, in an unbroken chain; of one instrument or of all.

        Raises:
            KeyError: No such instrument.
        """
        for market in self._markets.values() if inst_id is None else [self._markets[inst_id]]:
            seq_id = market.reset_sequence()
            name = market.instrument.inst_id
            self._faults.journal.note(FaultKind.RESET_SEQUENCE, self._clock.now(), inst_id=name, seq_id=seq_id)

    def heartbeat(self, inst_id: str | None = None, channel: str | None = None) -> None:
        """Push the empty update of a quiet book, on every V5 book that matches."""
        now = self._clock.now()
        self._faults.journal.note(FaultKind.HEARTBEAT, now, inst_id=inst_id or "", channel=channel or "")
        self._publisher.heartbeat(channel, inst_id, now)
        for line in self.lines.matching():
            line.flush()

    def outage(self, seconds: float) -> None:
        """Cut every line with a TCP reset and refuse connections and requests for so many seconds.

        Raises:
            ValueError: ``seconds`` is not above 0.
        """
        if seconds <= 0:
            raise ValueError("an outage lasts more than 0 seconds")
        self._faults.journal.note(FaultKind.OUTAGE, self._clock.now(), detail=str(seconds))
        self._upkeep.disrupted(self._clock.now(), seconds)
        for line in self.lines.matching():
            line.reset()
        self._doors.shut_for(seconds)

    def skew(self, seconds: float) -> None:
        """Let the exchange's clock run ahead by so many seconds: what it stamps, says and accepts.

        Stamps of the market never run backwards; they stand almost still until the clock has caught up.
        """
        self._clock.skew_ms = round(seconds * 1000)
        self._faults.journal.note(FaultKind.SKEW, self._clock.now(), detail=str(seconds))

    def records_lag(self, seconds: float) -> None:
        """Let orders turn up in REST's lists and answers only when they are so many seconds old; 0 ends it.

        Every question misses them, the first one about an order, too. The fault ``rest_lag`` repeats old answers
        instead, of whatever is read, to whoever asks the same again.
        """
        self._venue.records.lag_ms = round(seconds * 1000)
        self._faults.journal.note(FaultKind.RECORDS_LAG, self._clock.now(), detail=str(seconds))

    def system_cancel(self) -> None:
        """Let the system cancel every open order of every user."""
        self._faults.journal.note(FaultKind.SYSTEM_CANCEL, self._clock.now())
        self._venue.cancel_all()

    def _rename_if_there(self, inst_id: str, to: str) -> None:
        # A script may speak of an instrument that an earlier entry has ended.
        if inst_id in self._markets and to not in self._markets:
            self.listing.rename(inst_id, to)

    def _expire_if_there(self, inst_id: str) -> None:
        if inst_id in self._markets:
            self.listing.expire(inst_id)
