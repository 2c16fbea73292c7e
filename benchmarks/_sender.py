"""The other end of the line, in a process of its own: acknowledges subscriptions, waits for "go", sends.

Started by `benchmarks._measure.sender`; speaks just enough WebSocket and OKX.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import pickle
import ssl
import sys
import time
import zlib
from pathlib import Path

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CHUNK = 64  # frames joined into one write, as a busy server's socket buffer would


def frame(payload: bytes, binary: bool) -> bytes:
    """Return one unmasked frame."""
    head = b"\x82" if binary else b"\x81"
    size = len(payload)
    if size < 126:
        return head + bytes([size]) + payload
    if size < 65536:
        return head + b"\x7e" + size.to_bytes(2, "big") + payload
    return head + b"\x7f" + size.to_bytes(8, "big") + payload


class Sender:
    """Serves every connection the same prepared frames, under the names it subscribes to."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.prepared: list[bytes] = pickle.loads(Path(options.frames).read_bytes())  # noqa: S301 - our own file
        self.go = asyncio.Event()
        self.binary = options.dialect == "v3"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Live through one connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        key = next(line.split(b": ")[1] for line in lines if line.lower().startswith(b"sec-websocket-key"))
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())  # noqa: S324 - RFC 6455 says so
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        names: list[str] = []
        listening = asyncio.create_task(self._listen(reader, writer, names))
        await self.go.wait()
        await self._send(writer, names)
        await listening

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, names: list[str]) -> None:
        try:
            while True:
                self._answer(await self._message(reader), writer, names)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _message(self, reader: asyncio.StreamReader) -> bytes:
        first, size = await reader.readexactly(2)
        size &= 127
        if size == 126:
            size = int.from_bytes(await reader.readexactly(2), "big")
        mask = await reader.readexactly(4)
        body = await reader.readexactly(size)
        if first & 15 == 8:
            raise ConnectionError
        return bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))

    def _answer(self, message: bytes, writer: asyncio.StreamWriter, names: list[str]) -> None:
        if message == b"ping":
            writer.write(self._wire(b"pong"))
            return
        said = json.loads(message)
        for arg in said["args"] if said["op"] == "subscribe" else []:
            ack = {"event": "subscribe", "channel": arg} if self.binary else {"event": "subscribe", "arg": arg}
            writer.write(self._wire(json.dumps(ack, separators=(",", ":")).encode()))
            name = arg.split(":")[1] if self.binary else arg["instId"]
            names.append(name)
            writer.write(self._named(self.prepared[0], name))

    def _wire(self, text: bytes) -> bytes:
        if not self.binary:
            return frame(text, False)
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        return frame(packer.compress(text) + packer.flush(), True)

    def _named(self, payload: bytes, name: str) -> bytes:
        return frame(payload if self.binary else payload.replace(b"BTC-USDT", name.encode(), 1), self.binary)

    async def _send(self, writer: asyncio.StreamWriter, names: list[str]) -> None:
        updates = self.prepared[1 : 1 + self.options.each]
        if self.options.rate:
            await self._paced(writer, updates, names)
            return
        wire = [self._named(update, name) for update in updates for name in names]
        for at in range(0, len(wire), CHUNK):
            writer.write(b"".join(wire[at : at + CHUNK]))
            await writer.drain()

    async def _paced(self, writer: asyncio.StreamWriter, updates: list[bytes], names: list[str]) -> None:
        began = time.perf_counter()
        for number, update in enumerate(updates):
            ahead = began + number / self.options.rate - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
            writer.write(self._named(update, names[number % len(names)]))


async def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("frames")
    parser.add_argument("--dialect", default="v5")
    parser.add_argument("--each", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--cert", default="")
    options = parser.parse_args()
    sender = Sender(options)
    context = None
    if options.cert:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert)
    server = await asyncio.start_server(sender.serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    sender.go.set()
    await asyncio.to_thread(sys.stdin.readline)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
