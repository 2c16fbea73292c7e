"""Who goes next: everybody who waits for budgets, cancels first, each for several budgets at once.

A request takes all it needs in one step or nothing, so nobody holds one budget while waiting for another and no
deadlock can be. Those who need the same budgets with the same priority stand in one `Lane`, first come, first served.
The heads of the lanes are looked at in the order of priority and arrival. A head that does not fit closes the budgets
it lacks to all behind it, so that room gathers for it; of its other budgets it keeps back just what it needs itself,
so that nobody else is held up by it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Protocol

from ..errors import ClientClosed, OkxError, Throttled
from .bucket import Bucket, Want

__all__ = ["Away", "Remote", "Ticket", "Turns"]


class Away(OkxError):
    """Whoever keeps the shared budgets does not answer."""


class Ticket:
    """One who waits.

    Attributes:
        want: For what.
        rank: How urgently; the lowest goes first.
        number: When it came.
        turn: Done when it may go.
        token: Its name with the shared budgets.
        since: When it first asked there, by the clock of the shared budgets; 0 when it never did.
        patience: Seconds it may still wait, counted from ``came``.
        came: When it came, by the loop's clock.
    """

    __slots__ = ("came", "number", "patience", "rank", "since", "token", "turn", "want")

    def __init__(self, want: Want, rank: int, number: int, came: float, patience: float | None) -> None:
        self.want = want
        self.rank = rank
        self.number = number
        self.came = came
        self.patience = patience
        self.turn: asyncio.Future[None] | None = None
        self.token = ""
        self.since = 0


class Remote(Protocol):
    """Who keeps budgets that several processes share."""

    async def take(self, ticket: Ticket, *, force: bool) -> float:
        """Take all that a ticket wants; return 0 when it is taken, else how many seconds to wait at least.

        Args:
            ticket: Who wants what.
            force: Take it whatever the others have spent: it was granted without them.

        Raises:
            Away: Nobody answered.
        """
        ...

    def give(self, ticket: Ticket) -> None:
        """Say that what a ticket took has been answered."""
        ...

    def leave(self, ticket: Ticket) -> None:
        """Say that a ticket waits no more."""
        ...


class _Lane:
    """Those who want the same with the same priority."""

    __slots__ = ("asking", "buckets", "rank", "tickets", "until")

    def __init__(self, rank: int, buckets: tuple[Bucket, ...]) -> None:
        self.rank = rank
        self.buckets = buckets
        self.tickets: deque[Ticket] = deque()
        self.asking = False
        self.until = -inf  # the shared budgets have nothing for it before this moment

    def head(self) -> Ticket | None:
        """Return the first who still waits."""
        while self.tickets:
            first = self.tickets[0]
            if first.turn is not None and not first.turn.done():
                return first
            self.tickets.popleft()
        return None


class Turns:
    """Grants budgets in order.

    Args:
        remote: Who keeps the budgets when several processes share them, asked after our own books said yes.
        forced: Whether `Remote.take` is to be forced just now.
    """

    def __init__(self, remote: Remote | None = None, forced: Callable[[], bool] = lambda: False) -> None:
        self._remote = remote
        self._forced = forced
        self._lanes: dict[tuple[int, tuple[Bucket, ...]], _Lane] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._stuck = False  # somebody waits for an answer to arrive
        self._came = 0
        self._asks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(lane.tickets) for lane in self._lanes.values())

    def free(self, want: Want, now: float) -> bool:
        """Take at once when it fits and nobody waits for any of it; what never fits raises `BadParameter`."""
        if self._remote is not None:
            return False
        for bucket, cost in want:
            if bucket.delay(now, cost) or bucket.lanes:  # this order: what never fits must raise here
                return False
        _hold(want)
        return True

    async def wait(self, want: Want, rank: int, patience: float | None = None) -> Ticket:
        """Wait for a turn and take what is wanted.

        Raises:
            BadParameter: It never fits.
            Throttled: It takes longer than ``patience`` seconds; raised at once when that is certain.
            ClientClosed: The client was closed meanwhile.
        """
        loop = asyncio.get_running_loop()
        for bucket, cost in want:
            bucket.window.check(cost)
        if self._closed:
            raise ClientClosed("the client is closed")
        self._came += 1
        ticket = Ticket(want, rank, self._came, loop.time(), patience)
        self._hopeless(ticket, loop.time())
        buckets = tuple(bucket for bucket, _ in want)
        lane = self._lanes.get((rank, buckets))
        if lane is None:
            lane = self._lanes[rank, buckets] = _Lane(rank, buckets)
            for bucket in buckets:
                bucket.lanes += 1
        turn = ticket.turn = loop.create_future()
        lane.tickets.append(ticket)
        if len(lane.tickets) == 1:
            self._serve()
        deadline = None
        if patience is not None and not turn.done():
            deadline = loop.call_later(patience, _give_up, ticket)
        try:
            await turn
        except BaseException as error:
            granted = turn.done() and not turn.cancelled() and turn.exception() is None
            if granted:
                # Granted and cancelled in the same moment: counted as spent, which errs on the safe side.
                self.arrived(ticket)
            elif self._remote is not None and ticket.since:
                self._remote.leave(ticket)
            if not turn.done():
                turn.cancel()
            if not isinstance(error, ClientClosed):
                self._serve()  # the next may fit where this one did not
            raise
        finally:
            if deadline is not None:
                deadline.cancel()
        return ticket

    def arrived(self, ticket: Ticket) -> None:
        """Spend what a ticket took."""
        self.spend(ticket.want)
        if self._remote is not None and ticket.token:
            self._remote.give(ticket)

    def spend(self, want: Want) -> None:
        """Spend what was taken: the exchange has counted it by now, and not later."""
        now = asyncio.get_running_loop().time()
        for bucket, cost in want:
            bucket.arrived(now, cost)
        if self._stuck:
            self._serve()

    def changed(self) -> None:
        """Look again: the budgets are not what they were."""
        for lane in self._lanes.values():
            lane.until = -inf
        self._serve()

    def close(self) -> None:
        """Wake everybody who waits, with `ClientClosed`."""
        self._closed = True
        self._stop_timer()
        for lane in self._lanes.values():
            for ticket in lane.tickets:
                if ticket.turn is not None and not ticket.turn.done():
                    told = "the client was closed while a request waited for its rate limit"
                    ticket.turn.set_exception(ClientClosed(told))
        for task in self._asks:
            task.cancel()

    # -- granting

    def _serve(self) -> None:
        """Grant whatever can be granted now, and set the timer for the rest."""
        self._stop_timer()
        self._stuck = False
        loop = asyncio.get_running_loop()
        now = loop.time()
        heads = self._heads()
        closed: set[Bucket] = set()
        reserved: dict[Bucket, int] = {}
        look = inf
        while heads:
            _, _, lane, ticket = heappop(heads)
            if lane.until > now:
                look = min(look, lane.until - now)
                continue
            wait, lacking = _lacking(ticket, now, closed, reserved)
            if not lacking:
                self._grant(lane, ticket)
                self._next(lane, heads)
                continue
            if closed.issuperset(lacking):
                continue  # somebody before it lacks the same
            closed.update(lacking)
            for bucket, cost in ticket.want:
                if bucket not in lacking:
                    reserved[bucket] = reserved.get(bucket, 0) + cost
            if not self._hopeless(ticket, now, wait):
                look = min(look, wait)
                self._stuck = self._stuck or wait == inf
            else:
                self._next(lane, heads)
        if look < inf and not self._closed:
            self._timer = loop.call_later(look, self._timed)

    def _heads(self) -> list[tuple[int, int, _Lane, Ticket]]:
        heads: list[tuple[int, int, _Lane, Ticket]] = []
        for lane in list(self._lanes.values()):
            self._next(lane, heads)
        return heads

    def _next(self, lane: _Lane, heads: list[tuple[int, int, _Lane, Ticket]]) -> None:
        """Put the head of a lane among those to look at; a lane without one is gone."""
        if lane.asking:
            return
        ticket = lane.head()
        if ticket is not None:
            heappush(heads, (ticket.rank, ticket.number, lane, ticket))
            return
        del self._lanes[lane.rank, lane.buckets]
        for bucket in lane.buckets:
            bucket.lanes -= 1

    def _grant(self, lane: _Lane, ticket: Ticket) -> None:
        _hold(ticket.want)
        if self._remote is None:
            _go(ticket)
            return
        lane.asking = True
        task = asyncio.get_running_loop().create_task(self._ask(self._remote, lane, ticket), name="okx shared limits")
        self._asks.add(task)
        task.add_done_callback(self._asks.discard)

    async def _ask(self, remote: Remote, lane: _Lane, ticket: Ticket) -> None:
        """Ask those who share the budgets, too."""
        granted = False
        try:
            wait = await remote.take(ticket, force=self._forced())
            granted = wait <= 0
            if not granted:
                now = asyncio.get_running_loop().time()
                lane.until = now + wait
                self._hopeless(ticket, now, wait)
        except Away:
            # Our own books decide now, and they have just been made narrow: the ticket is looked at anew.
            lane.until = -inf
        finally:
            lane.asking = False
            if granted and _go(ticket):
                pass
            elif granted:
                self.arrived(ticket)  # it left meanwhile
            else:
                for bucket, cost in ticket.want:
                    bucket.held -= cost
            if not self._closed:
                self._serve()

    def _hopeless(self, ticket: Ticket, now: float, wait: float = 0.0) -> bool:
        """Send away who certainly has to wait for longer than it has patience, or would wait for ever."""
        message = ""
        for bucket, cost in ticket.want:
            if not bucket.fits(cost):
                message = f"{cost} at once is more than the share of a rate limit that is left without Redis; split it"
        if not message and ticket.patience is not None:
            left = ticket.came + ticket.patience - now
            if ticket.turn is None:
                wait = max(bucket.earliest(now, cost, self._ahead(bucket, ticket)) for bucket, cost in ticket.want)
            if inf > wait > left:
                message = f"its rate limit has no room for {wait:.3f} s, and it may wait {left:.3f} s"
        if not message:
            return False
        error = Throttled(f"not sent: {message}")
        if ticket.turn is None:
            raise error
        if not ticket.turn.done():
            ticket.turn.set_exception(error)
        return True

    def _ahead(self, bucket: Bucket, ticket: Ticket) -> int:
        """Return how much of a budget those want who go before a ticket."""
        if not bucket.lanes:
            return 0
        lanes = [lane for (rank, buckets), lane in self._lanes.items() if rank <= ticket.rank and bucket in buckets]
        return sum(
            cost
            for lane in lanes
            for other in lane.tickets
            if other.turn is not None and not other.turn.done()
            for wanted, cost in other.want
            if wanted is bucket
        )

    def _timed(self) -> None:
        self._timer = None
        self._serve()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _lacking(ticket: Ticket, now: float, closed: set[Bucket], reserved: dict[Bucket, int]) -> tuple[float, set[Bucket]]:
    """Return what a ticket lacks, and how long it takes until that can be there."""
    wait = 0.0
    lacking: set[Bucket] = set()
    for bucket, cost in ticket.want:
        delay = bucket.delay(now, cost, reserved.get(bucket, 0))
        if delay or bucket in closed:
            lacking.add(bucket)
            wait = max(wait, delay)
    return wait, lacking


def _hold(want: Want) -> None:
    for bucket, cost in want:
        bucket.held += cost


def _go(ticket: Ticket) -> bool:
    """Wake one; tell whether it was still there."""
    if ticket.turn is None or ticket.turn.done():
        return False
    ticket.turn.set_result(None)
    return True


def _give_up(ticket: Ticket) -> None:
    if ticket.turn is not None and not ticket.turn.done():
        ticket.turn.set_exception(Throttled(f"not sent: its rate limit had no room for {ticket.patience:.3f} s"))
