"""How long a request may take, in a time that jumps: silence and the whole each have a limit of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from okx_async.errors import TimedOut
from okx_async.net.fetch import Fetch
from okx_async.settings import Timeouts
from tests.net.clock import run

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def drip(*parts: tuple[float, bytes]) -> Answer:
    """Return what answers in parts, each after so many seconds."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for seconds, part in parts:
            await asyncio.sleep(seconds)
            writer.write(part)

    return answer


@asynccontextmanager
async def server(answer: Answer, connections: int = 50) -> AsyncIterator[Callable[[], Awaitable[tuple[int, bytes]]]]:
    """Serve the same answer to every request; yields what sends one."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                await answer(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    serving: set[asyncio.Task[None]] = set()
    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    fetch = Fetch(Timeouts(connect=5, read=10, total=25), connections=connections)
    async with listener:
        try:
            yield lambda: fetch.request("GET", url, {}, None)
        finally:
            await fetch.close()
            await asyncio.gather(*serving)  # the time that takes costs nothing


def now() -> float:
    """Return the time."""
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize(
    ("parts", "ends"),
    [
        ([], 10),
        ([(9, HEAD)], 19),
        ([(6, HEAD), (2, b"a")], 18),
        ([(6, HEAD), (6, b"a"), (6, b"b"), (6, b"c")], 25),
    ],
)
def test_silence_and_the_whole_have_an_end(parts: list[tuple[float, bytes]], ends: float) -> None:
    """Silence is counted from the last bytes, the whole from its beginning."""

    async def main() -> None:
        async with server(drip(*parts, (100, b""))) as send:
            began = now()
            with pytest.raises(TimedOut):
                await send()
            assert now() - began == pytest.approx(ends)
            task = asyncio.current_task()
            assert task is not None
            assert not task.cancelling(), "nobody else is asked to stop"

    run(main())


def test_a_slow_answer_is_waited_for_as_long_as_it_goes_on() -> None:
    async def main() -> None:
        async with server(drip((6, HEAD), (6, b"ab"), (6, b"cde"))) as send:
            assert await send() == (200, b"abcde")
            assert await send() == (200, b"abcde"), "the line is used again, and the watch begins anew"

    run(main())


def test_waiting_for_a_line_is_no_silence() -> None:
    """The second request is sent when the first is answered, and its silence begins then."""

    async def main() -> None:
        async with server(drip((6, HEAD), (6, b"abcde")), connections=1) as send:
            assert list(await asyncio.gather(send(), send())) == [(200, b"abcde")] * 2

    run(main())


@pytest.mark.parametrize("seconds", [3, 10])
def test_a_time_out_around_it_stays_what_it_is(seconds: float) -> None:
    """Also when it comes in the same moment as the watch's own."""

    async def main() -> None:
        async with server(drip()) as send:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(seconds):
                    await send()
            assert not isinstance(caught.value, TimedOut)

    run(main())


def test_each_request_has_its_own_moment() -> None:
    async def main() -> None:
        ends: list[float] = []

        async def one(after: float) -> None:
            await asyncio.sleep(after)
            with pytest.raises(TimedOut):
                await send()
            ends.append(now() - began)

        async with server(drip()) as send:
            began = now()
            await asyncio.gather(one(0), one(3), one(12))
        assert ends == pytest.approx([10, 13, 22])

    run(main())
