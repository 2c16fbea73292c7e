"""The short cut through the WebSocket library must see what the library's own parser sees, byte for byte."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import trustme
import uvloop
import websockets.asyncio.server as server
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from okx_async.errors import ConnectFailed, ConnectionLost
from okx_async.net.pipe import MAX_SIZE, _ShortCut, open_pipe

# -- a line without a network

URI = parse_uri("ws://example.com/ws")


class _Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def writelines(self, list_of_data: Any) -> None:
        self.written += b"".join(map(bytes, list_of_data))

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        return

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


def _answer(request: Request) -> bytes:
    """Return the server's answer to a handshake."""
    peer = ServerProtocol()
    peer.receive_data(request.serialize())
    (asked,) = peer.events_received()
    assert isinstance(asked, Request)
    peer.send_response(peer.accept(asked))
    return b"".join(peer.data_to_send())


@dataclass
class _Seen:
    """What one parser made of a conversation."""

    messages: list[bytes] = field(default_factory=list)
    replies: bytes = b""
    open: bool = True
    close: tuple[int | None, str | None] = (None, None)


def _by_library(chunks: list[bytes]) -> _Seen:
    """Let the library's own parser read the chunks behind the handshake."""
    protocol = ClientProtocol(URI, max_size=MAX_SIZE)
    request = protocol.connect()
    protocol.send_request(request)
    protocol.receive_data(_answer(request))
    protocol.events_received()
    protocol.data_to_send()
    seen, parts = _Seen(), b""
    for chunk in chunks:
        protocol.receive_data(chunk)
        seen.replies += b"".join(protocol.data_to_send())
        for event in protocol.events_received():
            assert isinstance(event, Frame)
            if event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                parts += bytes(event.data)
                if event.fin:
                    seen.messages.append(parts)
                    parts = b""
    seen.open = protocol.state is OPEN
    if not seen.open:
        protocol.receive_eof()
        seen.close = (protocol.close_code, protocol.close_reason)
    return seen


async def _by_short_cut(chunks: list[bytes], joined: int, late: int) -> _Seen:
    """Let the short cut read them; the last ``late`` bytes of the handshake bring the first ``joined`` with them."""
    protocol = ClientProtocol(URI, max_size=MAX_SIZE)
    pipe = _ShortCut(protocol, ping_interval=None, close_timeout=1.0)
    seen = _Seen()
    pipe.deliver = lambda message, _: seen.messages.append(bytes(message))
    wire = _Wire()
    pipe.connection_made(wire)
    request = protocol.connect()
    protocol.send_request(request)
    pipe.send_data()
    wire.written = b""
    whole = b"".join(chunks)
    answer = _answer(request)
    half = len(answer) - late
    pipe.data_received(answer[:half])
    pipe.data_received(answer[half:] + whole[:joined])
    for chunk in _rest(chunks, joined):
        pipe.data_received(chunk)
    masked = wire.written
    seen.open = protocol.state is OPEN
    if not seen.open:
        pipe.eof_received()
        seen.close = (protocol.close_code, protocol.close_reason)
    pipe.connection_lost(None)
    seen.replies = masked
    return seen


def _rest(chunks: list[bytes], joined: int) -> Iterator[bytes]:
    for chunk in chunks:
        cut, joined = min(joined, len(chunk)), max(0, joined - len(chunk))
        if chunk[cut:]:
            yield chunk[cut:]


def _unmasked(raw: bytes) -> list[tuple[int, bytes]]:
    """Read the frames of a client: masks are random, so only what is under them can be compared."""
    frames = []
    while raw:
        opcode, length = raw[0], raw[1] & 0x7F
        assert raw[1] & 0x80
        assert length < 126
        mask, body = raw[2:6], raw[6 : 6 + length]
        frames.append((opcode, bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))))
        raw = raw[6 + length :]
    return frames


def _frame(first: int, body: bytes, *, mask: bool = False) -> bytes:
    bit = 0x80 if mask else 0
    if len(body) < 126:
        head = struct.pack("!BB", first, bit | len(body))
    elif len(body) < 65_536:
        head = struct.pack("!BBH", first, bit | 126, len(body))
    else:
        head = struct.pack("!BBQ", first, bit | 127, len(body))
    return head + (b"\0\0\0\0" if mask else b"") + body


_sizes = st.sampled_from([0, 1, 2, 5, 124, 125, 126, 127, 300, 65_535, 65_536, 70_000]) | st.integers(0, 200)
_small = st.binary(max_size=125)


@st.composite
def _bodies(draw: st.DrawFn) -> bytes:
    size = draw(_sizes)
    # Bytes that look like frames themselves, so that a reader out of step stumbles at once.
    return (b"\x81\x02ok\x89\x00\x88\x00" * (size // 8 + 1))[:size]


@st.composite
def _good(draw: st.DrawFn) -> bytes:
    """Return one message of the server: whole, in fragments with control frames between them, or a control frame."""
    kind = draw(st.sampled_from(["whole", "whole", "fragments", "ping", "pong"]))
    if kind == "ping":
        return _frame(0x89, draw(_small))
    if kind == "pong":
        return _frame(0x8A, draw(_small))
    opcode = draw(st.sampled_from([0x1, 0x2]))
    if kind == "whole":
        return _frame(0x80 | opcode, draw(_bodies()))
    raw = _frame(opcode, draw(_bodies()))
    for part in draw(st.lists(_bodies() | st.none(), max_size=3)):
        raw += _frame(0x89, b"between") if part is None else _frame(0x00, part)
    return raw + _frame(0x80, draw(_bodies()))


_BAD = {
    "close": _frame(0x88, struct.pack("!H", 1000) + b"bye"),
    "close without code": _frame(0x88, b""),
    "close 64008": _frame(0x88, struct.pack("!H", 4004) + b"too quiet"),
    "masked": _frame(0x81, b"hidden", mask=True),
    "reserved bit": _frame(0xC1, b"deflated"),
    "unknown opcode": _frame(0x83, b"?"),
    "stray continuation": _frame(0x80, b"?"),
    "new message inside a fragmented one": _frame(0x01, b"a") + _frame(0x81, b"b"),
    "fragmented ping": _frame(0x09, b"a"),
    "long ping": _frame(0x89, b"a" * 126),
    "too big": struct.pack("!BBQ", 0x82, 127, MAX_SIZE + 1),
    "huge": struct.pack("!BBQ", 0x82, 127, 2**63),
    "too big in parts": _frame(0x01, b"a" * 9) + struct.pack("!BBQ", 0x80, 127, MAX_SIZE - 8),
    "bad close": _frame(0x88, b"\x00"),
}


@st.composite
def _conversations(draw: st.DrawFn) -> tuple[list[bytes], int, int]:
    raw = b"".join(draw(st.lists(_good(), max_size=6)))
    if draw(st.booleans()):
        raw += draw(st.sampled_from(list(_BAD.values())))
        raw += b"".join(draw(st.lists(_good(), max_size=2)))
    borders = sorted(draw(st.lists(st.integers(0, len(raw)) | st.integers(0, 40), max_size=12)))
    chunks = [raw[a:b] for a, b in zip([0, *borders], [*borders, len(raw)], strict=True) if raw[a:b]]
    return chunks, draw(st.sampled_from([0, 0, 1, 2, 3, 7]) | st.integers(0, 200)), draw(st.integers(1, 90))


def _same(chunks: list[bytes], joined: int = 0, late: int = 9) -> _Seen:
    mine, theirs = asyncio.run(_by_short_cut(chunks, joined, late)), _by_library(chunks)
    assert mine.messages == theirs.messages
    assert mine.open == theirs.open
    assert mine.close == theirs.close
    assert _unmasked(mine.replies) == _unmasked(theirs.replies)
    return mine


@given(_conversations())
@settings(max_examples=200, deadline=None)
def test_the_short_cut_equals_the_library_on_any_stream_split_anywhere(talk: tuple[list[bytes], int, int]) -> None:
    _same(*talk)


_MIXED = (
    _frame(0x81, b"text")
    + _frame(0x89, b"are you there")
    + _frame(0x01, b"one ")
    + _frame(0x89, b"")
    + _frame(0x00, b"two ")
    + _frame(0x80, b"three")
    + _frame(0x82, b"x" * 130)
    + _frame(0x81, b"")
    + _frame(0x88, struct.pack("!H", 1001) + b"away")
)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, len(_MIXED)])
def test_a_mixed_stream_is_read_in_steps_of_any_size(size: int) -> None:
    seen = _same([_MIXED[at : at + size] for at in range(0, len(_MIXED), size)])
    assert seen.messages == [b"text", b"one two three", b"x" * 130, b""]
    assert _unmasked(seen.replies)[:2] == [(0x8A, b"are you there"), (0x8A, b"")]
    assert seen.close == (1001, "away")


@pytest.mark.parametrize("joined", [*range(40), len(_MIXED) - 1, len(_MIXED)])
@pytest.mark.parametrize("late", [1, 2, 3, 4, 40])
def test_frames_that_arrive_with_the_handshake_are_read_too(joined: int, late: int) -> None:
    assert len(_same([_MIXED], joined, late).messages) == 4


@pytest.mark.parametrize("bad", _BAD)
@pytest.mark.parametrize("step", [1, 1_000])
def test_what_a_server_must_not_send_ends_the_line_as_the_library_ends_it(bad: str, step: int) -> None:
    raw = _frame(0x81, b"before") + _BAD[bad] + _frame(0x81, b"behind")
    seen = _same([raw[at : at + step] for at in range(0, len(raw), step)])
    assert not seen.open
    assert seen.messages[0] == b"before"


async def test_a_handler_that_fails_does_not_end_the_reading(caplog: pytest.LogCaptureFixture) -> None:
    protocol = ClientProtocol(URI)
    pipe = _ShortCut(protocol, ping_interval=None)
    got: list[bytes] = []

    def deliver(message: bytes, _: float) -> None:
        got.append(message)
        raise ValueError("private text" if message == b"bad" else "x")

    pipe.deliver = deliver
    pipe.connection_made(_Wire())
    request = protocol.connect()
    protocol.send_request(request)
    pipe.data_received(_answer(request) + _frame(0x81, b"bad") + _frame(0x81, b"good"))
    pipe.connection_lost(None)
    assert got == [b"bad", b"good"]
    assert "a message of 3 bytes could not be handled" in caplog.text


# -- a line over the loopback


async def _say_and_close(connection: server.ServerConnection) -> None:
    await connection.send("hello")
    await connection.send([b"in ", b"parts"])
    async for message in connection:
        if message == "close":
            await connection.close(4004, "enough")
            return
        await connection.send(f"echo {message!r} " + "x" * 70_000)


@asynccontextmanager
async def _serving(tls: ssl.SSLContext | None = None, **more: Any) -> AsyncIterator[str]:
    async with server.serve(_say_and_close, "127.0.0.1", 0, ssl=tls, **more) as serving:
        port = next(iter(serving.sockets)).getsockname()[1]
        yield f"{'wss' if tls else 'ws'}://localhost:{port}/ws" if tls else f"ws://127.0.0.1:{port}/ws"


def _contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(serving)
    authority.configure_trust(trusting)
    return serving, trusting


async def _smoke(url: str, trusting: ssl.SSLContext | None = None) -> None:
    got: asyncio.Queue[bytes] = asyncio.Queue()
    pipe = await open_pipe(url, lambda message, _: got.put_nowait(message), timeout=5.0, ssl_context=trusting)
    async with asyncio.timeout(10.0):
        assert [await got.get(), await got.get()] == [b"hello", b"in parts"]
        pipe.pause()
        await pipe.say(b"ping")
        pipe.resume()
        answer = await got.get()
        assert answer == b"echo 'ping' " + b"x" * 70_000
        assert pipe.put(b"ping")
        assert await got.get() == answer
        assert not pipe.closed.done()
        await pipe.say(b"close")
        await asyncio.shield(pipe.closed)
        assert pipe.close_reason_text == "4004 enough"
        assert not pipe.put(b"too late")
        with pytest.raises(ConnectionLost):
            await pipe.say(b"too late")
        await pipe.shut(1.0)


async def test_messages_go_both_ways_over_a_real_line() -> None:
    async with _serving() as url:
        await _smoke(url)


async def test_messages_go_both_ways_over_tls() -> None:
    serving, trusting = _contexts()
    async with _serving(serving) as url:
        await _smoke(url, trusting)


@pytest.mark.parametrize("tls", [False, True])
def test_messages_go_both_ways_on_uvloop(tls: bool) -> None:
    serving, trusting = _contexts() if tls else (None, None)

    async def main() -> None:
        async with _serving(serving) as url:
            await _smoke(url, trusting)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    serving, _ = _contexts()
    async with _serving(serving) as url:
        with pytest.raises(ConnectFailed, match="cannot connect to wss://localhost"):
            await open_pipe(url, lambda *_: None, timeout=5.0)


def _forbid(connection: server.ServerConnection, _: Request) -> Any:
    return connection.respond(403, "no\r\n\r\nentry")


@pytest.mark.parametrize("refuse", [_forbid])
async def test_a_refused_handshake_is_a_failed_connection(refuse: Callable[..., Any]) -> None:
    async with _serving(process_request=refuse) as url:
        with pytest.raises(ConnectFailed, match="403"):
            await open_pipe(url, lambda *_: None, timeout=5.0)


async def test_a_closed_port_is_a_failed_connection_and_the_old_port_is_pointed_out() -> None:
    async with _serving() as url:
        port = url.split(":")[2].split("/")[0]
    with pytest.raises(ConnectFailed):
        await open_pipe(f"ws://127.0.0.1:{port}/ws", lambda *_: None, timeout=5.0)
    with pytest.raises(ConnectFailed, match="switched port 8443 off"):
        await open_pipe("ws://127.0.0.1:8443/ws", lambda *_: None, timeout=5.0)


async def test_shutting_is_polite() -> None:
    codes: list[int | None] = []

    async def note(connection: server.ServerConnection) -> None:
        await connection.wait_closed()
        codes.append(connection.close_code)

    async with server.serve(note, "127.0.0.1", 0) as serving:
        port = next(iter(serving.sockets)).getsockname()[1]
        pipe = await open_pipe(f"ws://127.0.0.1:{port}/", lambda *_: None, timeout=5.0)
        await pipe.shut(5.0)
    assert codes == [1000]


async def test_shutting_a_line_that_does_not_answer_is_cut_in_time() -> None:
    writers: list[asyncio.StreamWriter] = []

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = ServerProtocol()
        peer.receive_data(await reader.readuntil(b"\r\n\r\n"))
        (asked,) = peer.events_received()
        assert isinstance(asked, Request)
        peer.send_response(peer.accept(asked))
        writer.write(b"".join(peer.data_to_send()))
        writers.append(writer)

    listener = await asyncio.start_server(deaf, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    pipe = await open_pipe(f"ws://127.0.0.1:{port}/", lambda *_: None, timeout=5.0)
    async with asyncio.timeout(5.0):
        await pipe.shut(0.05)
    assert pipe.closed.done()
    for writer in writers:
        writer.close()
    listener.close()
    await listener.wait_closed()
