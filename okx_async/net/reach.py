"""How far the way to a server is open: name, line, encryption, step by step, so that failures can be told apart."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import ConnectFailed

__all__ = ["Blocked", "Reached", "reach"]

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class Blocked(ConnectFailed):
    """The way to a server ends before the server.

    Attributes:
        remedy: What to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Reached:
    """A server that answers.

    Attributes:
        host: Its name.
        address: The IP address behind it.
        tcp_ms: How long the line took.
        tls: The version of the encryption, ``""`` for none.
        tls_ms: How long that took.
    """

    host: str
    address: str
    tcp_ms: float
    tls: str = ""
    tls_ms: float = 0.0

    def __str__(self) -> str:
        secured = f"{self.tls} in {self.tls_ms:.0f} ms" if self.tls else "not encrypted"
        return f"{self.host} at {self.address}, line in {self.tcp_ms:.0f} ms, {secured}"


async def reach(url: str, ssl_context: ssl.SSLContext | None = None) -> Reached:
    """Open a line to a server and close it again; nothing is asked.

    Args:
        url: ``http``, ``https``, ``ws`` or ``wss``.
        ssl_context: Instead of the system's verified default.

    Raises:
        Blocked: The message names the step that failed.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    await _resolve(host, port)
    began = time.perf_counter()
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise Blocked(
            f"nobody answers at {host}:{port} ({os.strerror(error.errno) if error.errno else type(error).__name__})",
            "a firewall or a proxy may stand between, or the server is not there: try from another network",
        ) from None
    try:
        address = str(writer.get_extra_info("peername")[0])
        tcp_ms = (time.perf_counter() - began) * 1000.0
        if parts.scheme in ("http", "ws"):
            return Reached(host, address, tcp_ms)
        began = time.perf_counter()
        tls = await _encrypt(writer, host, ssl_context)
        return Reached(host, address, tcp_ms, tls, (time.perf_counter() - began) * 1000.0)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _resolve(host: str, port: int) -> None:
    try:
        await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Blocked(
            f"the name {host} is not known here",
            "look whether this machine has a network at all, then try another name server (DNS)",
        ) from None


async def _encrypt(writer: asyncio.StreamWriter, host: str, ssl_context: ssl.SSLContext | None) -> str:
    try:
        await writer.start_tls(ssl_context or ssl.create_default_context(), server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise Blocked(
            f"the certificate of {host} is not trusted ({error.verify_message})",
            "something may read along (a company's proxy, a virus scanner), or this machine's clock or list of "
            "authorities is old: do not send a key before you know",
        ) from None
    except OSError as error:
        raise Blocked(
            f"{host} does not speak TLS ({type(error).__name__})",
            "something stands between this machine and the server: try from another network",
        ) from None
    return str(writer.get_extra_info("ssl_object").version())
