"""Time jumps only when nobody has anything to do."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time

import pytest

from okx_async.sim import warp


def test_sleeping_costs_nothing_and_every_clock_agrees() -> None:
    async def main() -> tuple[float, float, float]:
        loop = asyncio.get_running_loop()
        began = loop.time(), time.time(), time.monotonic()
        await asyncio.gather(asyncio.sleep(3_600), asyncio.sleep(1_800))
        return loop.time() - began[0], time.time() - began[1], time.monotonic() - began[2]

    real = time.monotonic()
    assert warp.run(main(), wall=1_000.0) == (3_600, 3_600, 3_600)
    assert time.monotonic() - real < 60
    assert time.time() > 1_700_000_000


def test_a_long_talk_through_real_sockets_needs_no_time() -> None:
    """Every byte arrives before time moves: a thousand round trips of 100 KB happen in one instant."""

    async def main() -> float:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while block := await reader.read(1 << 16):
                writer.write(block)
                await writer.drain()
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            began = asyncio.get_running_loop().time()
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for _ in range(300):
                writer.write(b"x" * 100_000)
                async with asyncio.timeout(0.001):
                    assert len(await reader.readexactly(100_000)) == 100_000
            writer.close()
            async with asyncio.timeout(0.001):
                await writer.wait_closed()
            return asyncio.get_running_loop().time() - began

    assert warp.run(main()) == 0


def test_the_end_of_a_line_is_heard_before_time_moves() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()

        async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(5)
            writer.transport.abort()

        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            began = loop.time()
            assert await reader.read() == b""
            writer.close()
            return loop.time() - began

    assert warp.run(main()) == 5


def test_a_peer_that_does_not_read_stops_nobody() -> None:
    """Data that waits in front of a paused reader is not on its way."""

    async def main() -> float:
        async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            transport = writer.transport
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()
            await asyncio.sleep(100)
            transport.abort()

        async with await asyncio.start_server(deaf, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"x" * 20_000_000)
            began = asyncio.get_running_loop().time()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            writer.close()
            return asyncio.get_running_loop().time() - began

    assert warp.run(main()) == 100


def test_threads_are_waited_for() -> None:
    """A timer of an hour does not go off before a thread that has work in hand."""

    async def main() -> str:
        async with asyncio.timeout(3_600):
            return await asyncio.get_running_loop().run_in_executor(None, _slow)

    assert warp.run(main()) == "done"


def _slow() -> str:
    left, right = socket.socketpair()
    with left, right:
        left.settimeout(0.05)
        try:
            left.recv(1)
        except TimeoutError:
            return "done"
    return "impossible"


def test_a_peer_outside_is_waited_for_in_real_time() -> None:
    program = "import socket,time;s=socket.create_server(('127.0.0.1',0));print(s.getsockname()[1],flush=True)\n"
    program += "c,_=s.accept();time.sleep(0.1);c.sendall(b'late');c.close()"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())

        async def main() -> bytes:
            async with asyncio.timeout(3_600):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                heard = await reader.read()
                writer.close()
                return heard

        assert warp.run(main()) == b"late"


def test_a_deadlock_is_told() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(warp.Deadlock):
        warp.run(main())


def test_what_nobody_saw_fails_the_run() -> None:
    async def main() -> None:
        def fail() -> None:
            raise ZeroDivisionError

        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(1)

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        warp.run(main())
