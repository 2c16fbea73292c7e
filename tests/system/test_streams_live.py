"""Streams and books over real loopback sockets: reconnects, gaps, recoveries, sharing, closing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async import (
    OKX,
    AuthRefused,
    Backoff,
    BookNotLive,
    BookState,
    ClientClosed,
    Credentials,
    CredentialsNeeded,
    Gap,
    Site,
    TimedOut,
    Timeouts,
    Timers,
    UnknownInstrument,
    WrongEnvironment,
)
from okx_async.sim import Exchange
from okx_async.v3 import OKEx
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels
from tests.system.truth import client_for
from tests.waiting import until

DIALECTS = ["v5", "v3"]
HASTY: dict[str, Any] = {"timers": Timers(quiet=0.3, grace=0.3, reply=2.0), "backoff": Backoff(0.001, 0.01)}


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """A market that moves only when a test says so."""
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as exchange:
        yield exchange


def trades_of(dialect: str) -> Any:
    """Return the trades topic of a dialect."""
    return (channels.trades if dialect == "v5" else v3_channels.trade)("BTC-USDT")


async def live(client: Any) -> None:
    """Wait until every topic of a client is live."""
    await until(
        lambda: (
            client.status().links
            and all(link.up and all(topic.live for topic in link.topics) for link in client.status().links)
        )
    )


async def traded(sim: Exchange) -> None:
    """Let the market go on until something traded."""
    before = len(sim.truth("BTC-USDT").trades)
    while len(sim.truth("BTC-USDT").trades) == before:
        await sim.step()


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_lost_line_gives_one_gap_and_the_stream_goes_on(sim: Exchange, dialect: str) -> None:
    """The iterator neither raises nor pretends: one typed gap, then data again."""
    async with client_for(dialect, sim) as client, client.subscribe(trades_of(dialect)) as trades:
        await live(client)
        await traded(sim)
        assert not isinstance(await anext(trades), Gap)
        sim.connections[0].reset()
        await until(lambda: client.status().links[0].connections == 2)
        await live(client)
        await traded(sim)
        # Trades from before the cut may still wait in front of the gap.
        async with asyncio.timeout(10):
            items: list[Any] = [await anext(trades)]
            while not any(isinstance(item, Gap) for item in items) or isinstance(items[-1], Gap):
                items.append(await anext(trades))
        gaps = [item for item in items if isinstance(item, Gap)]
        assert len({id(gap) for gap in gaps}) == 1
        assert gaps[0].since <= gaps[0].until
        assert "line was lost" in gaps[0].cause
        stats = trades.stats
        assert stats.received == stats.delivered + stats.dropped + stats.pending
        assert stats.gaps == 1


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_book_is_never_readable_while_its_line_is_lost(sim: Exchange, dialect: str) -> None:
    """STALE is told in-band, reading raises, and the next snapshot makes it LIVE again."""
    async with client_for(dialect, sim) as client, client.books("BTC-USDT") as books:
        await until(lambda: books.book.live)
        sim.connections[0].reset()
        states = []
        async with asyncio.timeout(5):
            async for book in books:
                states.append(book.state)
                if book.state is BookState.STALE:
                    with pytest.raises(BookNotLive, match="STALE"):
                        _ = book.best_bid
                    assert book.unverified.best_bid is not None
                if states[-1] is BookState.LIVE and BookState.STALE in states:
                    break
        assert books.book.proof.snapshots == 2


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_one_wire_subscription_serves_many_iterators(sim: Exchange, dialect: str) -> None:
    """Reference counting: the second iterator costs no frame, the last one out unsubscribes."""
    async with client_for(dialect, sim) as client:
        first = client.subscribe(trades_of(dialect))
        second = client.subscribe(trades_of(dialect))
        async with first, second:
            await live(client)
            await traded(sim)
            assert await anext(first) == await anext(second)
            assert len(client.status().links[0].topics) == 1
            await first.aclose()
            await traded(sim)
            await anext(second)
        await until(lambda: not client.status().links[0].topics)


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_cancelled_consumer_breaks_nothing(sim: Exchange, dialect: str) -> None:
    """Cancelling a waiting ``anext`` loses no item and leaves the other streams alone."""
    async with client_for(dialect, sim) as client, client.subscribe(trades_of(dialect)) as trades:
        await live(client)
        waiting = asyncio.create_task(anext(trades))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await traded(sim)
        assert not isinstance(await anext(trades), Gap)


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_closing_the_client_ends_every_iterator(sim: Exchange, dialect: str) -> None:
    """An iteration that waits stops; later use says that the client is closed."""
    client = client_for(dialect, sim)
    trades, books = client.subscribe(trades_of(dialect)), client.books("BTC-USDT")

    async def consume(stream: Any) -> int:
        return sum([1 async for _ in stream])

    tasks = [asyncio.create_task(consume(trades)), asyncio.create_task(consume(books))]
    await until(lambda: client.status().links and books.books and books.book.live)
    await client.aclose()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    with pytest.raises(ClientClosed):
        client.subscribe(trades_of(dialect))


async def test_a_half_open_line_is_found_by_the_missing_pong(sim: Exchange) -> None:
    """The socket stays open and silent: the ping's deadline replaces the line."""
    async with client_for("v5", sim) as client, client.books("BTC-USDT") as books:
        await until(lambda: books.book.live)
        sim.connections[0].stall()
        await until(lambda: client.status().links[0].connections == 2)
        await until(lambda: books.book.live)


async def test_a_quiet_market_is_kept_alive_by_text_pings(sim: Exchange) -> None:
    """Nothing is pushed for several ping periods, and the line stays the same."""
    async with OKX(site=sim.site, timers=Timers(quiet=0.05, grace=0.5)) as okx, okx.books("BTC-USDT") as books:
        await until(lambda: books.book.live)
        heard = asyncio.get_running_loop().time() + 1.0
        await until(lambda: asyncio.get_running_loop().time() > heard)
        assert okx.status().links[0].connections == 1
        assert books.book.live


async def test_private_books_wait_for_the_login(sim: Exchange) -> None:
    """books-l2-tbt needs a login on the public socket: login, reply, then subscribe; also after a cut."""
    async with (
        OKX(sim.credentials[0], site=sim.site, **HASTY) as okx,
        okx.books("BTC-USDT", channel=channels.books_l2_tbt) as books,
    ):
        await until(lambda: books.book.live)
        sim.connections[0].reset()
        await until(lambda: okx.status().links[0].connections == 2 and books.book.live)


async def test_a_refused_login_ends_with_an_error_that_names_the_suspects(sim: Exchange) -> None:
    """A key of another region or environment is fatal: no endless retry, and no secret in the text."""
    wrong = Credentials("no-such-key", "no-such-secret", "no-such-phrase")
    async with OKX(wrong, site=sim.site, **HASTY) as okx:
        stream = okx.books("BTC-USDT", channel=channels.books_l2_tbt)
        with pytest.raises(WrongEnvironment, match=r"region.*environment"):
            await anext(stream)
        bad_secret = Credentials(sim.credentials[0].api_key, "wrong", sim.credentials[0].passphrase)
    async with OKX(bad_secret, site=sim.site, **HASTY) as okx:
        with pytest.raises(AuthRefused) as caught:
            await anext(okx.books("BTC-USDT", channel=channels.books_l2_tbt))
        assert "no-such" not in str(caught.value)


async def test_a_channel_that_needs_a_login_says_so_before_anything_is_sent(sim: Exchange) -> None:
    """Without credentials nothing goes out."""
    async with OKX(site=sim.site, check_instruments=False) as okx:
        with pytest.raises(CredentialsNeeded):
            await anext(okx.books("BTC-USDT", channel=channels.books_l2_tbt))
        assert okx.status().links == ()


@pytest.mark.parametrize("checked", [True, False])
async def test_a_refused_topic_reaches_exactly_its_iterator(sim: Exchange, checked: bool) -> None:
    """An unknown instrument ends its own stream with a typed error; the other one goes on."""
    async with OKX(site=sim.site, check_instruments=checked, **HASTY) as okx:
        good, bad = okx.subscribe(channels.trades("BTC-USDT")), okx.subscribe(channels.trades("NOPE-USDT"))
        async with good:
            with pytest.raises(UnknownInstrument) as caught:
                await anext(bad)
            assert caught.value.inst_id == "NOPE-USDT"
            await live(okx)
            await traded(sim)
            await anext(good)


async def test_block_pauses_the_socket_and_loses_nothing(sim: Exchange) -> None:
    """A slow consumer with policy ``block`` gets every trade, in order, and says that it paused."""
    async with client_for("v5", sim) as client:
        async with client.subscribe(channels.trades_all("BTC-USDT"), policy="block", size=4) as trades:
            await live(client)
            start = len(sim.truth("BTC-USDT").trades)
            while len(sim.truth("BTC-USDT").trades) < start + 40:
                await sim.step()
            wanted = [str(trade.trade_id) for trade in sim.truth("BTC-USDT").trades[start:]]
            got = [(await anext(trades)).trade_id for _ in wanted]
            assert got == wanted
            assert trades.stats.dropped == 0


@pytest.mark.parametrize("checksum", ["zero", "absent"])
async def test_an_audit_finds_a_wrong_level_that_nothing_else_shows(checksum: str) -> None:
    """Checksum zero and the sequence right: only the REST book tells, within one interval."""
    async with Exchange(5, instruments=3, rate=0, checksum=checksum, history_minutes=10) as sim:  # type: ignore[arg-type]
        async with OKX(site=sim.site, **HASTY) as okx, okx.books("BTC-USDT", audit=0.05) as books:
            await until(lambda: books.book.proof.audits > 0)
            sim.faults.wrong_level("books", "BTC-USDT")
            while not sim.faults.fired:
                await sim.step()
            async with asyncio.timeout(10):
                async for book in books:
                    if "REST book" in book.cause:
                        break
            await until(lambda: books.book.live)
            assert books.resyncs == 1
            audits = books.book.proof.audits
            await until(lambda: books.book.proof.audits > audits)


async def test_audits_agree_while_the_market_moves() -> None:
    """The REST book and the stream are joined at the same sequence id, so a moving market is no false alarm."""
    async with Exchange(5, instruments=3, rate=200, checksum="zero", history_minutes=10) as sim:
        async with OKX(site=sim.site, **HASTY) as okx, okx.books("BTC-USDT", audit=0.02) as books:
            await until(lambda: books.book.proof.audits >= 10)
            assert books.resyncs == 0


async def test_a_checksum_that_never_fits_is_distrusted_once_and_the_book_goes_on() -> None:
    """With the sequence unbroken the client resyncs once, then stops obeying; it never loops."""
    async with Exchange(6, instruments=3, rate=0, history_minutes=10) as sim:
        for action in ("any",):
            sim.faults.wrong_crc("books", "BTC-USDT", times=1000, action=action)
        async with client_for("v5", sim) as client, client.books("BTC-USDT") as books:
            await until(lambda: books.books and books.book.live)
            await sim.step(5)
            await until(lambda: books.book.proof.updates >= 5)
            assert books.book.proof.crc_distrusted
            assert books.book.proof.guards == ("sequence",)
            assert books.resyncs == 1


async def test_the_client_works_under_uvloop() -> None:
    """Nothing depends on asyncio's own loop; run in a loop of its own."""
    uvloop = pytest.importorskip("uvloop")

    async def session() -> bool:
        async with Exchange(3, instruments=3, rate=0, history_minutes=10) as sim:
            async with OKX(site=sim.site, **HASTY) as okx, okx.books("BTC-USDT") as books:
                await until(lambda: books.book.live)
                sim.connections[0].reset()
                await until(lambda: books.book.proof.snapshots == 2)
            async with OKEx(site=sim.site, **HASTY) as okex, okex.books("BTC-USDT") as books:
                await until(lambda: books.book.live)
        return True

    def run() -> bool:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(session())

    assert await asyncio.to_thread(run)


async def test_no_server_at_all_is_told_by_the_status() -> None:
    """The link keeps trying and says why it is down."""
    nowhere = Site("nowhere", "http://127.0.0.1:9", {"public": "ws://127.0.0.1:9/ws/v5/public"})
    async with OKX(site=nowhere, check_instruments=False, backoff=Backoff(0.001, 0.01)) as okx:
        async with okx.books("BTC-USDT") as books:
            await until(lambda: okx.status().links and "cannot connect" in okx.status().links[0].cause)
            assert books.book.state is BookState.SYNCING


async def test_ready_waits_for_every_book_or_says_why_not(sim: Exchange) -> None:
    """The one line most programs begin with."""
    async with client_for("v5", sim) as client, client.books("BTC-USDT", "ETH-USDT") as books:
        await books.ready(5)
        assert all(book.live for book in books.books.values())
    nowhere = Site("nowhere", "http://127.0.0.1:9", {"public": "ws://127.0.0.1:9/ws/v5/public"})
    async with OKX(site=nowhere, check_instruments=False) as okx:
        with pytest.raises(TimedOut, match="cannot connect"):
            await okx.books("BTC-USDT").ready(0.3)
    async with OKX(site=sim.site, check_instruments=False) as okx:
        with pytest.raises(UnknownInstrument):
            await okx.books("NOPE-USDT").ready(5)


async def test_a_cancellation_is_never_swallowed_by_a_time_out() -> None:
    """An outer time-out in the same turn of the loop as the request's own still cancels."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    site = Site("silent", f"http://127.0.0.1:{port}", {"public": f"ws://127.0.0.1:{port}/"})
    async with server:
        async with OKX(site=site, timeouts=Timeouts(total=0.3, read=0.3)) as okx:

            async def wait_for_ever() -> None:
                async with asyncio.timeout(0.3), okx.books("BTC-USDT"):
                    await asyncio.get_running_loop().create_future()

            with pytest.raises(TimeoutError):
                await wait_for_ever()
