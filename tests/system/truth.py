"""A short session against the simulator under faults, with every LIVE book compared to the simulator's truth."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from okx_async import OKX, Backoff, BookStream, OKEx, OrderBook, Timers
from okx_async.core.signing import iso_timestamp
from okx_async.sim import Exchange, FaultKind, warp
from okx_async.sim.faults import OUT_OF_ORDER
from okx_async.sim.panel import random_fault
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels as v5_channels

START = 1_767_225_600_000
LATENCY = 0.05  # seconds each way: a round trip of 100 ms
PACE = 0.05  # simulated seconds between two steps
# Full depth where a sequence vouches for it; the 25 best where the checksum alone does.
VOUCHED = {"v5": 400, "v3": 25}
CHECKSUM_LEVELS = 25
INSTRUMENTS = ("BTC-USDT", "BTC-USDT-SWAP", "ETH-USDT")
BOTH = (
    "drop", "delay", "duplicate", "reorder", "wrong_crc", "wrong_level", "garble", "unknown_field", "unknown_event",
    "reset_tcp", "close", "half_open", "stall",
)  # fmt: skip
FAULTS = {"v5": (*BOTH, "skip_sequence"), "v3": BOTH}
LEGAL = ("reset_sequence", "heartbeat")
NEEDS_CHECKSUM = ("wrong_crc", "wrong_level")


@dataclass
class Outcome:
    """What one session showed.

    Attributes:
        compared: LIVE books compared with the truth.
        wrong: LIVE books that differed, as text.
        fired: Faults that happened.
        resyncs: Recoveries the client began.
        connections: Connections the client opened.
        recoveries: How long the book was not LIVE each time, simulated seconds.
    """

    compared: int = 0
    wrong: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    resyncs: int = 0
    connections: int = 0
    recoveries: list[float] = field(default_factory=list)


def client_for(dialect: str, sim: Exchange) -> Any:
    """Return a client with short tempers, so that lost lines are found and replaced quickly."""
    options: dict[str, Any] = {
        "site": sim.site,
        "check_instruments": False,
        "timers": Timers(quiet=0.3, grace=0.3, reply=2.0),
        "backoff": Backoff(0.001, 0.01),
    }
    return OKX(**options) if dialect == "v5" else OKEx(**options)


class TruthSession:
    """One client, one book, one seed.

    Args:
        dialect: ``v5`` or ``v3``.
        seed: Of market, faults and moments.
        steps: Market steps under faults.
    """

    def __init__(self, dialect: str, seed: int, steps: int = 25) -> None:
        self.dialect = dialect
        self.random = random.Random(f"{dialect} {seed}")
        self.seed = seed
        self.steps = steps
        self.checksum = "on" if dialect == "v3" else self.random.choice(("on", "zero", "absent"))
        self.channel = self.random.choice(("books",) if dialect == "v5" else ("depth", "depth_l2_tbt"))
        self.inst_id = self.random.choice(INSTRUMENTS)
        self.depth = VOUCHED[dialect]
        self.outcome = Outcome()

    async def run(self) -> Outcome:
        """Run the session and return what it showed."""
        async with Exchange(
            self.seed,
            instruments=INSTRUMENTS.index(self.inst_id) + 1,
            rate=0,
            checksum=self.checksum,  # type: ignore[arg-type]
            start=START,
            keep_history=True,
            history_minutes=10,
            latency=LATENCY,
        ) as sim:
            async with client_for(self.dialect, sim) as client, asyncio.timeout(600):
                declared = v5_channels.books if self.dialect == "v5" else getattr(v3_channels, self.channel)
                async with client.books(self.inst_id, channel=declared) as books:
                    await self._session(sim, books)
                    self.outcome.resyncs = books.resyncs
                    self.outcome.connections = sum(link.connections for link in client.status().links)
        return self.outcome

    def warped(self) -> Outcome:
        """Run the session in a time of its own, as fast as it can be computed."""
        return warp.run(self.run())

    async def _session(self, sim: Exchange, books: BookStream) -> None:
        watcher = asyncio.create_task(self._watch(sim, books))
        try:
            await self._until_caught_up(sim, books.book)
            self._plan(sim)
            for _ in range(self.steps):
                await sim.step()
                if self.dialect == "v5":
                    self._stir(sim)
                await self._turn(sim, books.book)
            sim.faults.clear()
            await self._until_caught_up(sim, books.book)
            self.outcome.fired = [str(done.kind) for done in sim.faults.done if done.kind not in LEGAL]
            # A message that others overtook is missing at one moment and strange at another: two faults.
            self.outcome.fired += [done.detail for done in sim.faults.done if done.detail == OUT_OF_ORDER]
        finally:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)

    def _plan(self, sim: Exchange) -> None:
        kinds = [kind for kind in FAULTS[self.dialect] if self.checksum == "on" or kind not in NEEDS_CHECKSUM]
        for _ in range(self.random.randint(1, 3)):
            fault = random_fault(
                self.random, [FaultKind(kind) for kind in kinds], channel=self.channel, inst_id=self.inst_id
            )
            if fault.kind == "wrong_level":
                # A changed size with the right sequence shows only inside what the checksum covers.
                self.depth = CHECKSUM_LEVELS
            sim.faults.add(fault)

    def _stir(self, sim: Exchange) -> None:
        """Now and then do what is legal and strange: a sequence that begins lower, a heartbeat out of turn."""
        dice = self.random.random()
        if dice < 0.02:
            sim.reset_sequence(self.inst_id)
        elif dice < 0.06:
            sim.heartbeat(self.inst_id)

    async def _watch(self, sim: Exchange, books: BookStream) -> None:
        since = 0.0
        async for book in books:
            self._compare(sim, book)
            now = asyncio.get_running_loop().time()
            if not book.live:
                since = since or now
            elif since:
                self.outcome.recoveries.append(now - since)
                since = 0.0

    async def _turn(self, sim: Exchange, book: OrderBook) -> None:
        """Let sockets and tasks run, then compare whatever is LIVE."""
        await asyncio.sleep(PACE * self.random.random() * 2)
        self._compare(sim, book)

    async def _until_caught_up(self, sim: Exchange, book: OrderBook) -> None:
        """Let the market go on until the client's book is LIVE and stands where the exchange's stands."""
        while True:
            await sim.step()
            await asyncio.sleep(2 * LATENCY)
            if book.live and self._moment(book) == self._newest(sim):
                self._compare(sim, book)
                return

    def _moment(self, book: OrderBook) -> int | str:
        """Return what the simulator's history calls this state: the sequence id, in V3 the time's text."""
        if self.dialect == "v5":
            return book.seq_id if book.seq_id is not None else -1
        return iso_timestamp(book.ts or 0)

    def _newest(self, sim: Exchange) -> int | str:
        moments = list(sim.history(self.inst_id, self.channel))
        return moments[-1] if moments else -1

    def _compare(self, sim: Exchange, book: OrderBook) -> None:
        if not book.live:
            return
        moment, depth = self._moment(book), self.depth
        bids, asks = sim.history(self.inst_id, self.channel)[moment]
        mine = ([row[:2] for row in book.bid_rows(depth)], [row[:2] for row in book.ask_rows(depth)])
        self.outcome.compared += 1
        if mine != ([tuple(row) for row in bids[:depth]], [tuple(row) for row in asks[:depth]]):
            self.outcome.wrong.append(f"{self.dialect} seed {self.seed} {self.checksum} at {moment}")
