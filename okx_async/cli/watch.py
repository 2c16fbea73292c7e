"""``okx-async watch``: a live order book, as a screen for people and as lines for programs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Protocol, TypeVar

import orjson

from ..bookstream import BookStream
from ..client import OKX, OKEx
from ..core.book import BookState, OrderBook
from ..core.channel import Channel, Topic
from ..core.names import did_you_mean
from ..errors import BadParameter, OkxError, UnknownChannel
from ..v3 import channels as v3_channels
from ..v5 import channels as v5_channels
from .common import OK, Commands, NotReached, command, is_alias, named, open_client, positive, where_options, whole
from .view import Print, View

__all__ = ["add", "run"]

T = TypeVar("T")

EXAMPLES = """\
  okx-async watch BTC-USDT --sim
  okx-async watch BTC-USDT-SWAP --sim --channel books5
  okx-async watch BTC-USDT --sim --v3 --channel depth_l2_tbt --levels 5
  okx-async watch BTC-USD-quarter --sim --v3
  okx-async watch BTC-USDT --json --count 100 > changes.jsonl

The screen shows prices only while the book is LIVE: every guard that the exchange provides has held since the last
snapshot. Channels that need a login take the key from OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE.
"""
FRAME = 0.1
"""Seconds between two pictures."""
LINES = 1.0
"""Seconds between two plain lines while nothing but prices changes."""
TERMINATED = 128 + 15


class Output(Protocol):
    """Where a watched book is shown."""

    beat: float
    """Seconds after which it wants to be asked again although nothing changed."""

    def show(self, view: View, changed: bool) -> bool:
        """Show what is there now; tell whether a change was shown, for ``--count``."""
        ...


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "watch", "Watch a verified order book live in the terminal.", EXAMPLES)
    parser.add_argument(
        "inst_id",
        metavar="INST",
        help="an instrument, e.g. BTC-USDT, or a future's place in time, e.g. BTC-USD-quarter",
    )
    parser.add_argument("--channel", metavar="NAME", help="which book (default: books; with --v3 depth)")
    parser.add_argument("--levels", type=whole, default=100, metavar="N", help="at most N levels a side")
    parser.add_argument("--seconds", type=positive, metavar="S", help="stop after S seconds")
    parser.add_argument("--count", type=whole, metavar="N", help="stop after N changes were shown")
    parser.add_argument("--json", action="store_true", help="one line of JSON per change instead of the screen")
    where_options(parser, timeout=15.0)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Watch until told to stop."""
    make = _channel(args.channel or ("depth" if args.v3 else "books"), v3=args.v3)
    output = _output(args)
    return asyncio.run(_until_stopped(args, make, output))


def _channel(name: str, *, v3: bool) -> Callable[[str], Topic[Any]]:
    """Return the book channel of a name as it is on the wire or in Python."""
    module = v3_channels if v3 else v5_channels
    books = {each: getattr(module, each) for each in module.__all__ if _is_book(getattr(module, each))}
    found: Callable[[str], Topic[Any]] | None = books.get(name.rpartition("/")[2].replace("-", "_"))
    if found is None:
        known = [each if v3 else each.replace("_", "-") for each in books]
        raise UnknownChannel(f"no book channel {name!r} in {'v3' if v3 else 'v5'}{did_you_mean(name, known)}")
    return found


def _declared(made: object) -> Channel | None:
    declared = getattr(made, "channel", None)
    return declared if isinstance(declared, Channel) else None


def _is_book(made: object) -> bool:
    declared = _declared(made)
    return declared is not None and declared.book is not None


def _output(args: argparse.Namespace) -> Callable[[], contextlib.AbstractContextManager[Output]]:
    if args.json:
        return lambda: contextlib.nullcontext(_JsonLines())
    # Log lines and a screen would write over each other.
    if not sys.stdout.isatty() or (args.verbose and sys.stderr.isatty()):
        return lambda: contextlib.nullcontext(_PlainLines())
    try:
        from .ladder import Ladder
    except ImportError:
        raise BadParameter(
            'the live screen needs the package rich: pip install "okx-async[cli]"; or use --json'
        ) from None
    return lambda: _screen(Ladder(args.levels))


# -- watching


async def _until_stopped(
    args: argparse.Namespace,
    make: Callable[[str], Topic[Any]],
    output: Callable[[], contextlib.AbstractContextManager[Output]],
) -> int:
    task = asyncio.current_task()
    terminated = asyncio.Event()

    def terminate() -> None:
        terminated.set()
        if task is not None:
            task.cancel()

    with contextlib.suppress(NotImplementedError):
        # A kill must give the terminal back, too.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
    deadline = asyncio.timeout(args.seconds)
    try:
        async with deadline:
            await _watch(args, make, output)
    except TimeoutError:
        if not deadline.expired():
            raise
    except asyncio.CancelledError:
        if not terminated.is_set():
            raise
        return TERMINATED
    return OK


async def _watch(
    args: argparse.Namespace,
    make: Callable[[str], Topic[Any]],
    output: Callable[[], contextlib.AbstractContextManager[Output]],
) -> None:
    declared = _declared(make)
    keyed = declared is not None and declared.auth
    async with open_client(args, keyed=keyed, rolling=is_alias(args.inst_id)) as client:
        _announce(client.site.name)
        patience = _Patience(client, args)
        args.inst_id = await patience.in_time(named(client, args.inst_id))
        topic = make(args.inst_id)
        stream = client.books(args.inst_id, channel=make)
        async with patience.opening(stream):
            view = View(args.inst_id, topic.name, client.site.name, stream.book)
            with output() as where:
                async with _tape(client, view):
                    await _show(args.count, stream, view, client, where, patience)


def _announce(place: str) -> None:
    """Bridge the moment before there is anything to see; what comes next writes over it."""
    if sys.stdout.isatty() and sys.stderr.isatty():
        print(f"connecting to {place} ...", end="\r", file=sys.stderr, flush=True)


async def _show(
    count: int | None, stream: BookStream, view: View, client: OKX | OKEx, where: Output, patience: _Patience
) -> None:
    shown = 0
    async for changed in _beats(stream, where.beat):
        patience.check(stream.book)
        _look(client, stream, view, changed)
        shown += where.show(view, changed)
        if shown == count:
            return


class _Patience:
    """Ends the watching when no book came in time; once there was one, a lost line only is waited for."""

    def __init__(self, client: OKX | OKEx, args: argparse.Namespace) -> None:
        self._client = client
        self._args = args
        self._end: float | None = asyncio.get_running_loop().time() + args.timeout

    async def in_time(self, doing: Awaitable[T]) -> T:
        """Wait for something that must be done before the time is over."""
        deadline = asyncio.timeout_at(self._end)
        try:
            async with deadline:
                return await doing
        except TimeoutError:
            if not deadline.expired():
                raise
            raise NotReached(self._why()) from None

    @contextlib.asynccontextmanager
    async def opening(self, stream: BookStream) -> AsyncGenerator[None, None]:
        """Open a stream, which asks the exchange whether the instrument exists, and close it at the end."""
        await self.in_time(stream.__aenter__())
        try:
            yield
        finally:
            await stream.aclose()

    def check(self, book: OrderBook) -> None:
        """Raise when the time is over."""
        if book.live:
            self._end = None
        if self._end is not None and asyncio.get_running_loop().time() > self._end:
            raise NotReached(self._why())

    def _why(self) -> str:
        client, within = self._client, f"within {self._args.timeout:g} s"
        links = client.status().links
        never = next((link for link in links if not link.up and not link.connections), None)
        if never is not None:
            return never.cause
        if links:
            return f"connected to {links[0].url}, but no book of {self._args.inst_id} came {within}"
        return f"{client.site.rest} did not answer {within}"


async def _beats(stream: BookStream, beat: float) -> AsyncIterator[bool]:
    """Yield True at each change and False when there was none for a beat."""
    while True:
        pause = asyncio.timeout(beat)
        try:
            async with pause:
                await anext(stream)
        except TimeoutError:
            if not pause.expired():
                raise
            yield False
        else:
            yield True


def _look(client: OKX | OKEx, stream: BookStream, view: View, changed: bool) -> None:
    if changed:
        view.changed()
    if changed and view.book.live:
        view.line = ""
        return
    view.resyncs = stream.resyncs
    for link in client.status().links:
        if any(topic.topic == view.book.topic for topic in link.topics):
            view.line, view.attempts = link.cause, link.connections


@contextlib.asynccontextmanager
async def _tape(client: OKX | OKEx, view: View) -> AsyncGenerator[None, None]:
    """Collect trades beside the book; without them the book is still worth watching."""
    topic: Topic[Any] = (v3_channels.trade if isinstance(client, OKEx) else v5_channels.trades)(view.inst_id)

    async def collect() -> None:
        try:
            async for trade in client.subscribe(topic):
                view.traded(trade)
        except OkxError as error:
            view.tape.appendleft(Print(time.strftime("%H:%M:%S"), note=str(error)))

    task = asyncio.create_task(collect())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# -- lines


class _JsonLines:
    """One line of JSON per change; what is not LIVE has no prices."""

    beat = LINES

    def show(self, view: View, changed: bool) -> bool:
        if changed:
            print(orjson.dumps(_line(view)).decode(), flush=True)
        return changed


def _line(view: View) -> dict[str, Any]:
    book = view.book
    bid, ask = _best(book)
    spread = book.spread if bid and ask else None
    return {
        "inst": view.inst_id,
        "ts": book.ts,
        "seq_id": book.seq_id,
        "state": book.state.value,
        "cause": book.cause,
        "bid": bid and bid[0],
        "bid_sz": bid and bid[1],
        "ask": ask and ask[0],
        "ask_sz": ask and ask[1],
        "spread": None if spread is None else f"{spread:f}",
    }


def _best(book: OrderBook) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    if not book.live:
        return None, None
    return next(iter(book.bid_rows(1)), None), next(iter(book.ask_rows(1)), None)


class _PlainLines:
    """A line a second, and one more whenever the state changes."""

    beat = LINES

    def __init__(self) -> None:
        self._last = -LINES
        self._state: BookState | None = None

    def show(self, view: View, changed: bool) -> bool:
        now, state = time.monotonic(), view.book.state
        if state is self._state and (now - self._last < LINES or not changed):
            return False
        self._last, self._state = now, state
        print(f"{time.strftime('%H:%M:%S')}  {view.inst_id}  {state.value:7}  {_prices(view)}", flush=True)
        return True


def _prices(view: View) -> str:
    book = view.book
    if not book.live:
        return view.line or book.cause
    bid, ask = _best(book)
    sides = [f"{side[0]} ({side[1]})" if side else "nobody" for side in (bid, ask)]
    spread = f"  spread {book.spread:f}" if book.spread is not None else ""
    return f"{sides[0]} / {sides[1]}{spread}" + (f"  seq {book.seq_id}" if book.seq_id is not None else "")


# -- the screen


@contextlib.contextmanager
def _screen(ladder: Any) -> Generator[Output, None, None]:
    """Take the terminal and give it back, whatever happens, with one line about what was seen."""
    from rich.console import Console
    from rich.live import Live

    console = Console()
    screen: _Screen | None = None
    try:
        with Live(console=console, screen=True, auto_refresh=False, redirect_stderr=False) as live:
            screen = _Screen(live, ladder)
            yield screen
    finally:
        if screen is not None and screen.seen is not None and screen.seen.changes:
            console.print(_summary(screen.seen), highlight=False, soft_wrap=True)


class _Screen:
    beat = FRAME

    def __init__(self, live: Any, ladder: Any) -> None:
        self._live = live
        self._ladder = ladder
        self._drawn = 0.0
        self.seen: View | None = None

    def show(self, view: View, changed: bool) -> bool:
        self.seen = view
        now = asyncio.get_running_loop().time()
        if now - self._drawn >= FRAME or not changed:
            self._drawn = now
            size = self._live.console.size
            age = view.book.age(now)
            self._live.update(self._ladder.draw(view, age, size.width, size.height), refresh=True)
        return changed


def _summary(view: View) -> str:
    proof = view.book.proof
    return (
        f"{view.inst_id}: {view.changes} changes, {proof.crc_verified} checksums and {proof.seq_verified} "
        f"sequence links held, {proof.crc_failed + proof.seq_gaps} failed, {view.resyncs} resyncs"
    )
