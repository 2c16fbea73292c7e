"""Running a sender beside a reader, and counting the reader's CPU time."""

from __future__ import annotations

import gc
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks._stream import frames
from okx_async import Site

_folder = tempfile.TemporaryDirectory()


@dataclass(frozen=True)
class Line:
    """A sender that is ready.

    Attributes:
        port: Where it listens.
        secure: Whether it speaks TLS.
    """

    port: int
    secure: bool
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"{'wss' if self.secure else 'ws'}://127.0.0.1:{self.port}/"

    @property
    def site(self) -> Site:
        """The sender as a site."""
        sockets = dict.fromkeys(("public", "business", "private", "v3"), self.url)
        return Site("sender", f"http://127.0.0.1:{self.port}", sockets)

    def go(self) -> None:
        """Let it send."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()


@lru_cache
def prepared(count: int, checksum: bool, dialect: str) -> Path:
    """Make the frames once and keep them in a file for the sender."""
    path = Path(_folder.name) / f"{dialect}-{checksum}-{count}"
    path.write_bytes(pickle.dumps(frames(count, checksum=checksum, dialect=dialect)))
    return path


@contextmanager
def sender(
    count: int, *, checksum: bool = True, dialect: str = "v5", each: int = 0, rate: float = 0.0, cert: str = ""
) -> Iterator[Line]:
    """Start a sender in a process of its own.

    Args:
        count: How many updates there are.
        checksum: Whether they carry valid checksums.
        dialect: ``v5`` or ``v3``.
        each: How many of them each topic gets; all without it.
        rate: Messages per second; as fast as they are read without it.
        cert: Certificate file for TLS.
    """
    options = ["--dialect", dialect, "--each", str(each or count), "--rate", str(rate), "--cert", cert]
    command = [sys.executable, "-m", "benchmarks._sender", str(prepared(count, checksum, dialect)), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Line(int(process.stdout.readline()), bool(cert), process)
        process.kill()


@contextmanager
def desk() -> Iterator[str]:
    """Start an exchange that takes every order, in a process of its own; yields where it is."""
    command = [sys.executable, "-m", "benchmarks._desk"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


@dataclass
class Cost:
    """What a reader spent.

    Attributes:
        cpu: Process CPU time per message, microseconds.
        rate: Messages per second of wall time.
    """

    cpu: float
    rate: float


class Clock:
    """Measures between `start` and `stop`."""

    def __init__(self) -> None:
        self.cost = Cost(0.0, 0.0)

    def start(self) -> None:
        """Begin to count."""
        gc.collect()
        gc.freeze()
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, messages: int) -> None:
        """Stop counting."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        gc.unfreeze()
        self.cost = Cost(cpu / messages * 1e6, messages / wall)


Run = Callable[[], Awaitable[Cost]]


def median(costs: list[Cost]) -> Cost:
    """Return the median of several runs."""
    return Cost(statistics.median(cost.cpu for cost in costs), statistics.median(cost.rate for cost in costs))


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
