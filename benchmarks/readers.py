"""What do the reader, TLS and the event loop change? ``python -m benchmarks.readers``"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import trustme

from benchmarks import pipes
from benchmarks._measure import Cost, median, sender, table
from benchmarks._readers import floor, ours
from okx_async.net.pipe import open_pipe

COUNT = 20_000
ROUNDS = 3
Factory = Callable[[], asyncio.AbstractEventLoop]


def _loops() -> dict[str, Factory]:
    loops: dict[str, Factory] = {"asyncio": asyncio.new_event_loop}
    try:
        import uvloop
    except ImportError:
        return loops
    return loops | {"uvloop": uvloop.new_event_loop}


def certificate(folder: str) -> tuple[str, str]:
    """Make a certificate for loopback; return the server's file and the authority's."""
    authority = trustme.CA()
    server, ca = Path(folder) / "server.pem", Path(folder) / "ca.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(server))
    authority.cert_pem.write_to_path(str(ca))
    return str(server), str(ca)


def measure(rounds: int = ROUNDS) -> dict[tuple[str, str], Cost]:
    """Run every combination in turn."""
    openers: dict[str, Callable[..., Any]] = {
        "`websockets`, short cut (ours)": open_pipe,
        "`websockets`, `recv()`": pipes.open_recv,
        "aiohttp": pipes.open_aiohttp,
        "picows": pipes.open_picows,
    }
    runs: dict[tuple[str, str], list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        server, authority = certificate(folder)
        for _ in range(rounds):
            for loop, factory in _loops().items():
                for name, opener in openers.items():
                    with sender(COUNT) as line, asyncio.Runner(loop_factory=factory) as runner:
                        runs.setdefault((name, loop), []).append(runner.run(ours(line, COUNT, opener=opener)))
                with sender(COUNT) as line, asyncio.Runner(loop_factory=factory) as runner:
                    runs.setdefault(("R", loop), []).append(runner.run(floor(line, COUNT)))
            with sender(COUNT, cert=server) as line:
                cost = asyncio.run(ours(line, COUNT, cert=authority))
                runs.setdefault(("`websockets`, short cut (ours), TLS", "asyncio"), []).append(cost)
    return {key: median(costs) for key, costs in runs.items()}


def report() -> str:
    """Return the table."""
    costs = measure()
    base = costs["R", "asyncio"].cpu
    rows = [(name, loop, f"{cost.cpu:.1f}", f"{cost.cpu / base:.2f}") for (name, loop), cost in costs.items()]
    return table(("reader under verified books", "loop", "CPU us per message", "in R"), rows)


if __name__ == "__main__":
    print(report())
