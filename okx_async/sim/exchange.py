"""The simulated exchange: markets, publisher and servers put together, as one context manager."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import ClientClosed
from ..settings import Credentials, Site
from .accounts.venue import Venue
from .accounts_v3.bureau import Bureau
from .admin import Admin
from .beside import Beside
from .board import Hall
from .boards import Boards
from .brokers import Brokers
from .calendar import ALIASES
from .clock import Clock, VirtualClock
from .derivatives import Derivatives
from .dialect import ChecksumMode
from .doors import Doors
from .faults import Faults
from .front import Front
from .hands import Hands
from .house import open_house
from .instruments import Instrument, catalogue
from .limits import Limits
from .lines import Lines
from .listing import Listing
from .market import Market, Turns
from .oauth import OAuthServer
from .panel import Panel
from .publish import Publisher
from .pulse import Pulse
from .rolls import Rolls
from .script import Script
from .sockets import Connection, SocketLimits
from .static import Static, StaticMode
from .upkeep import Upkeep

__all__ = ["Exchange"]


class Exchange(Hands):
    """A small OKX on a loopback port: REST and WebSocket, V5 and V3, all from one seeded state.

    Args:
        seed: Of everything random. The same seed and ``start`` give the same frames to the byte.
        instruments: How many instruments; the first twelve are fixed, the rest generated.
        rate: Steps per second of the background market; 0 leaves every step to `step`.
        checksum: What books carry: ``"on"`` the true CRC32, ``"zero"`` 0 as the live exchange, ``"absent"`` no key.
        host: Where to listen.
        port: Where to listen; 0 takes a free one.
        start: First moment of virtual market time, Unix milliseconds; ``None`` for real time.
        step_ms: Virtual time of one step; by default what ``rate`` implies, 50 when it is 0.
        skew_ms: How far real market time runs ahead of this machine's clock.
        slow_every: 100 ms channels (books, books5, tickers, depth ...) publish every so many steps.
        history_minutes: How far the made-up past reaches back.
        keep_history: Whether published book states are kept for `history`.
        history_states: How many states of each book are kept.
        kept_trades: How many of the latest trades of each instrument are kept.
        idle_timeout: Seconds without a push to a connection and without a frame from it until it is cut.
        send_buffer: Bytes that may wait for a client that does not read until it is cut.
        limits: What is rationed and how much of it: a `Limits`, ``True`` for the documented numbers, ``False`` for
            no limit at all. Access rules (logins, tiers, channels that exclude each other) hold in any case.
        vip: The fee tier of each account it opens with, each a master account with a key of its own. By default the
            first two are VIP 4, which every channel is open to, and the third is an ordinary user. What they own is
            told by `Bank`.
        ssl_context: Serve TLS with it; addresses become ``https`` and ``wss``.
        clock: Time that passes by `advance` only; without it the event loop's.
        latency: Seconds that every frame takes, each way; an HTTP request takes twice that.
        faults: A script of faults (`script`), as a list, a file or `Script`; its time begins when the exchange opens.
        admin: Whether the endpoints of `admin` are served.
        demo: Whether it is a demo environment: private REST then takes keys only with the demo header, which `site`
            sends, and without it otherwise (50101).
        static: Whether what is not simulated is answered with an example made from its documented shape, marked with a
            header and counted (`static`): ``True`` where it only asks for something, ``"all"`` also where it would
            change something, which then changes nothing, ``False`` never; the rest is refused with 50062 (HTTP 501).
        aliases: Which futures each family that has any has besides, of `ALIASES`. Whatever there is rolls over as
            market time passes Fridays 08:00 UTC: what has expired is delivered, aliases move on, new contracts come.

    Attributes:
        faults: What goes wrong with messages and requests, on demand, and the journal of every fault.
        lines: What happens to whole lines, at once.
        panel: Does what scripts say.
        counters: What was opened, asked and refused.
        routes: Every method and path that is served.
        accounts: Users, keys, money, and everything else that is private.
        venue: Orders and positions of users.
        brokers: Brokers' users, fees, rebates and their files, and dual currency deposits.
        oauth: The OAuth server: its application, its authorize page, its tokens.

    Raises:
        ValueError: A number is out of range, an alias is unknown, ``checksum`` is none of the three, or ``start``
            comes with ``clock``.
        BadParameter: Something is wrong with the script.
    """

    def __init__(
        self,
        seed: int = 7,
        instruments: int = 12,
        rate: float = 20.0,
        checksum: ChecksumMode = "on",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        start: int | None = None,
        step_ms: int | None = None,
        skew_ms: int = 0,
        slow_every: int = 1,
        history_minutes: int = 2_880,
        keep_history: bool = False,
        history_states: int = 2_000,
        kept_trades: int = 20_000,
        idle_timeout: float = 30.0,
        send_buffer: int = 8 << 20,
        limits: Limits | bool = True,
        vip: Sequence[int] = (4, 4, 0),
        ssl_context: ssl.SSLContext | None = None,
        clock: VirtualClock | None = None,
        latency: float = 0.0,
        faults: Script | Sequence[Mapping[str, Any]] | str | Path = (),
        admin: bool = False,
        demo: bool = False,
        static: StaticMode = True,
        aliases: Collection[str] = (),
    ) -> None:
        if checksum not in ("on", "zero", "absent"):
            raise ValueError(f"`checksum` must be 'on', 'zero' or 'absent', not {checksum!r}")
        if (
            instruments < 1
            or rate < 0
            or slow_every < 1
            or history_minutes < 1
            or kept_trades < 1
            or latency < 0
            or (step_ms is not None and step_ms < 1)
        ):
            raise ValueError(
                "instruments, slow_every, step_ms, history_minutes and kept_trades are at least 1, rate and latency 0"
            )
        if any(tier < 0 for tier in vip):
            raise ValueError("a fee tier in `vip` is at least 0")
        if not set(aliases) <= set(ALIASES):
            raise ValueError(f"`aliases` are of {', '.join(ALIASES)}")
        if start is not None and clock is not None:
            raise ValueError("market time begins at `start` or goes by `clock`, not both")
        pace = step_ms if step_ms is not None else max(1, round(1000 / rate)) if rate else 50
        self.seed = seed
        self.rate = rate
        self._demo = demo
        self._script = Script.of(faults)
        self._clock = Clock(start, pace, skew_ms, clock)
        self._pulse = Pulse(self._advance, rate, pace, clock)
        self.faults = Faults(self._clock.timeline)
        self._markets = {
            each.inst_id: Market(each, seed, self._clock.start, history_minutes, kept_trades)
            for each in catalogue(instruments, self._clock.start, aliases)
        }
        self._figures = Derivatives(self._markets)
        self._upkeep = Upkeep()
        self._turns = Turns(self._markets.values())
        kept = history_states if keep_history else 0
        beside = Beside(self._markets)
        hall = Hall(self._markets, self._figures, self._upkeep, beside.spreads, beside.blocks)
        self._publisher = Publisher(self._markets, self._clock, checksum, slow_every, kept, self._figures, Boards(hall))
        self._house = open_house(
            self._publisher, self._markets, self._figures, self._clock, seed, vip, limits, demo, beside, static
        )
        self._keyring = self._house.keyring
        self.accounts = self._house.office
        self.venue = Venue(self.accounts, self._markets, self._figures, beside)
        self.brokers = Brokers(seed, self.accounts, self.venue, self._markets)
        self.brokers.files.site = lambda: self.rest
        self.counters = self._house.counters
        self.oauth = OAuthServer(seed, self._clock, self._keyring, self.accounts.bank, self.counters)
        self.accounts.gate.tokens = self.oauth.access
        self._host, self._ssl = host, ssl_context
        self._connections: dict[str, Connection] = {}
        self._open = False
        bureau = Bureau(
            self.accounts,
            self.venue,
            self._markets,
            self._keyring,
            self._house.allowances,
            self._house.limits.rest,
            demo,
        )
        front = Front(
            self._house,
            bureau,
            self._figures,
            self._upkeep,
            self.oauth,
            self.brokers,
            self.faults,
            SocketLimits(idle_timeout, send_buffer, latency),
            self._connections,
        )
        app = front.application(Admin(self) if admin else None)
        self._front = front
        self._doors = front.doors = Doors(app, self._clock.timeline, host, port, ssl_context)
        journal = self.faults.journal
        self.lines = Lines(self._connections, self._clock, journal)
        listing = Listing(
            self._markets,
            self._publisher,
            self._connections,
            self._clock,
            journal,
            self._figures,
            self.ledger.rename,
            self.venue.pair_guard.close,
        )
        self._rolls = Rolls(
            self._markets,
            listing,
            self._figures,
            self._turns,
            lambda text, now: Market(text, seed, now, 1, kept_trades),
            self._clock.start,
        )
        self.panel = Panel(
            self.faults,
            self.lines,
            listing,
            self._doors,
            self._publisher,
            self._markets,
            self._clock,
            seed,
            self._upkeep,
            self.venue,
        )

    async def __aenter__(self) -> Self:
        await self._doors.open()
        self._open = True
        self.faults.journal.begin()
        self.panel.run(self._script)
        self._pulse.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections and stop serving; closing twice is no error."""
        await self._pulse.stop()
        if self._open:
            self._open = False
            self.panel.stop()
            self.venue.close()
            await asyncio.gather(*(connection.shut() for connection in list(self._connections.values())))
            await self._doors.close()

    @property
    def rest(self) -> str:
        """Base URL of REST."""
        return self._url("https" if self._ssl else "http")

    @property
    def ws(self) -> str:
        """Base URL of WebSocket; by itself it is the V5 public socket."""
        return self._url("wss" if self._ssl else "ws")

    @property
    def ws_v3(self) -> str:
        """URL of the V3 socket."""
        return self.ws + "/ws/v3"

    @property
    def site(self) -> Site:
        """This exchange as a site for a client, of either dialect."""
        sockets = {kind: f"{self.ws}/ws/v5/{kind}" for kind in ("public", "private", "business")}
        headers = {"x-simulated-trading": "1"} if self._demo else {}
        return Site("simulator", self.rest, sockets | {"v3": self.ws_v3}, headers, self._demo)

    @property
    def credentials(self) -> list[Credentials]:
        """Keys that can log in; made up, worth nothing anywhere else."""
        return self._keyring.credentials()

    @property
    def demo_credentials(self) -> Credentials:
        """A key of the other environment: it exists, and cannot log in here (V5 code 50101)."""
        return self._keyring.demo.credentials()

    @property
    def instruments(self) -> list[Instrument]:
        """What is traded."""
        return [market.instrument for market in self._markets.values()]

    @property
    def routes(self) -> list[tuple[str, re.Pattern[str]]]:
        """Every method and path that is answered with data."""
        private = self.accounts.services.served
        return [*self._front.routes, *((method, re.compile(re.escape(path))) for method, path in private)]

    @property
    def static(self) -> Static:
        """What is answered from its documented shape where nothing above is for it."""
        return self._house.static

    @property
    def connections(self) -> list[Connection]:
        """Sockets that are open now, the oldest first."""
        return list(self._connections.values())

    @property
    def now(self) -> int:
        """Market time, Unix milliseconds."""
        return self._clock.now()

    @property
    def steps(self) -> int:
        """How many steps the market has made."""
        return self._clock.steps

    def ready_line(self) -> dict[str, object]:
        """Return addresses and keys as plain values, for a line of JSON."""
        keys = [
            {"api_key": key.api_key, "secret_key": key.secret_key, "passphrase": key.passphrase}
            for key in self._keyring.keys
        ]
        return {"rest": self.rest, "ws": self.ws, "ws_v3": self.ws_v3, "credentials": keys}

    async def step(self, n: int = 1) -> None:
        """Advance the market ``n`` steps, push what they changed and let other tasks run after each.

        Raises:
            ClientClosed: The exchange is not open.
        """
        self._must_be_open()
        await self._pulse.step(n)

    async def advance(self, seconds: float) -> None:
        """Let time pass, with all that happens by time: market steps, candles, idle cuts, notices, scripted faults.

        On a `VirtualClock` it is done as soon as it is computed; else it is a sleep of the event loop, which is as
        quick on a loop of `warp`.

        Raises:
            ClientClosed: The exchange is not open.
            ValueError: ``seconds`` is negative.
        """
        self._must_be_open()
        await self._pulse.advance(seconds)

    def _url(self, scheme: str) -> str:
        self._must_be_open()
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self._doors.port}"

    def _must_be_open(self) -> None:
        if not self._open:
            raise ClientClosed("the simulator is not open; use it as `async with Exchange() as sim`")

    def _advance(self) -> None:
        now = self._clock.advance()
        step = self._clock.steps
        self._rolls.pass_by(now)
        moved = self._turns.play(step, now)
        self.venue.step(now, moved)
        self._publisher.publish(step, now, moved)
        for connection in list(self._connections.values()):
            connection.flush()
