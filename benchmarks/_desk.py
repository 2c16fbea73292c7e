"""An exchange that takes every order, in a process of its own: just enough HTTP, WebSocket and OKX to answer.

Started by `benchmarks._measure.desk`. It reads no signature and keeps no book; what it costs is not measured.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import sys
import time

from benchmarks._sender import GUID, frame

INSTRUMENTS = 1_000
"""So many that no instrument's rate limit is reached."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_KEY = re.compile(rb"sec-websocket-key: *(\S+)", re.IGNORECASE)
_ROW = b'{"clOrdId":"","ordId":"312269865356374016","tag":"","ts":"1695190491421","sCode":"0","sMsg":""}'
_DONE = b'{"code":"0","msg":"","data":[' + _ROW + b'],"inTime":"1695190491421339","outTime":"1695190491423240"}'


def inst_id(number: int) -> str:
    """Return the id of one of the instruments."""
    return f"C{number % INSTRUMENTS:03d}-USDT"


def _instrument(number: int) -> dict[str, object]:
    base = inst_id(number).removesuffix("-USDT")
    steps = {"tickSz": "0.1", "lotSz": "0.001", "minSz": "0.001", "maxLmtSz": "99999", "maxMktSz": "99999"}
    named = {"instType": "SPOT", "instId": inst_id(number), "baseCcy": base, "quoteCcy": "USDT", "state": "live"}
    return {**named, **steps, "instIdCode": 1_000 + number, "listTime": "1597026383085"}


def _answers() -> dict[bytes, bytes]:
    listed = json.dumps({"code": "0", "msg": "", "data": [_instrument(number) for number in range(INSTRUMENTS)]})
    now = json.dumps({"code": "0", "msg": "", "data": [{"ts": str(round(time.time() * 1000))}]})
    return {b"/api/v5/public/instruments": listed.encode(), b"/api/v5/public/time": now.encode()}


class Desk(asyncio.Protocol):
    """One connection, HTTP at first."""

    answers = _answers()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._line = transport
        self._rest = b""
        self._socket = False

    def data_received(self, data: bytes) -> None:
        """Answer whatever is whole."""
        self._rest += data
        while self._frame() if self._socket else self._request():
            pass

    def _request(self) -> bool:
        head, end, rest = self._rest.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if not end or len(rest) < size:
            return False
        self._rest = rest[size:]
        key = _KEY.search(head)
        if key is not None:
            accept = base64.b64encode(hashlib.sha1(key[1] + GUID).digest())  # noqa: S324 - RFC 6455 says so
            switched = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            self._line.write(switched + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
            self._socket = True
            return True
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        body = self.answers.get(path, _DONE)
        told = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._line.write(told + body)
        return True

    def _frame(self) -> bool:
        rest = self._rest
        if len(rest) < 2:
            return False
        size, at = rest[1] & 127, 6
        if size == 126:
            size, at = int.from_bytes(rest[2:4]), 8
        if len(rest) < at + size:
            return False
        mask, body = rest[at - 4 : at], rest[at : at + size]
        self._rest = rest[at + size :]
        if rest[0] & 15 == 8:
            self._line.close()
            return False
        whole = (mask * (size // 4 + 1))[:size]
        self._line.write(frame(self._reply((int.from_bytes(body) ^ int.from_bytes(whole)).to_bytes(size)), False))
        return True

    @staticmethod
    def _reply(text: bytes) -> bytes:
        if text == b"ping":
            return b"pong"
        said = json.loads(text)
        if said["op"] == "login":
            return b'{"event":"login","code":"0","msg":"","connId":"a4d3ae55"}'
        return b'{"id":"%s","op":"%s",' % (said["id"].encode(), said["op"].encode()) + _DONE[1:]


async def main() -> None:
    """Serve until standard input closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Desk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
