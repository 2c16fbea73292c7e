"""How many book messages does the simulator push on one core? ``python -m benchmarks.simulator``

The exchange runs in this process, one plain client in another reads everything. The market steps as fast as it can, so
what is counted is the exchange's own CPU time: order flow, matching, books, checksums, encoding, framing, socket.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from benchmarks._measure import table
from okx_async.sim import Exchange

SIZES = (12, 300, 3_000)
MESSAGES = 60_000

READER = """
import asyncio, json, sys, aiohttp
async def main(url, names):
    async with aiohttp.ClientSession() as http, http.ws_connect(url, max_msg_size=0) as socket:
        for at in range(0, len(names), 300):
            args = [{"channel": "books", "instId": name} for name in names[at : at + 300]]
            await socket.send_str(json.dumps({"op": "subscribe", "args": args}))
        async for _ in socket: pass
asyncio.run(main(sys.argv[1], json.loads(sys.stdin.readline())))
"""


@contextmanager
def reading(url: str, names: str) -> Iterator[None]:
    """Run the client beside this process."""
    command = [sys.executable, "-c", READER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        reader.stdin.write(names + "\n")
        reader.stdin.flush()
        yield
        reader.kill()


async def measure(instruments: int, checksum: str) -> float:
    """Return messages per second of CPU time."""
    async with Exchange(7, instruments, 0, checksum, history_minutes=10, send_buffer=1 << 30) as sim:  # type: ignore[arg-type]
        names = orjson.dumps([each.inst_id for each in sim.instruments]).decode()
        with reading(sim.ws, names):
            while not sim.connections or sim.connections[0].pushed < instruments:
                await asyncio.sleep(0.01)
            await sim.step(25)
            gc.collect()
            gc.freeze()  # as the command line does
            gc.set_threshold(100_000, 20, 100)
            line = sim.connections[0]
            before, began = line.pushed, time.process_time()
            while line.pushed - before < MESSAGES:
                await sim.step()
            spent, pushed = time.process_time() - began, line.pushed - before
            gc.unfreeze()
    return pushed / spent


def report() -> str:
    """Return the table."""
    rows = [
        (f"{size:,}", checksum, f"{asyncio.run(measure(size, checksum)):,.0f}")
        for size in SIZES
        for checksum in ("zero", "on")
    ]
    return table(("instruments", "checksum", "book messages per CPU second"), rows)


if __name__ == "__main__":
    print(report())
