"""How long does ``import okx_async`` take? ``python -m benchmarks.import_time``

Measured with compiled bytecode, as an installed package has it, whatever the environment says about writing it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks._measure import table

ROUNDS = 9


def _run(code: str, cache: str) -> float:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=env | {"PYTHONPYCACHEPREFIX": cache})
    return (time.perf_counter() - began) * 1000


def report() -> str:
    """Return the table: medians of whole processes, bare Python taken off."""
    names = ("import aiohttp, websockets.asyncio.client, msgspec, orjson", "import okx_async")
    bare: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as cache:
        for name in names:
            _run(name, cache)  # compiles
        for _ in range(ROUNDS):
            bare.append(_run("pass", cache))
            for name in names:
                times[name].append(_run(name, cache))
    base = statistics.median(bare)
    rows = [(f"`{name}`", f"{statistics.median(values) - base:.0f}") for name, values in times.items()]
    return table(("import", "ms over bare Python"), rows)


if __name__ == "__main__":
    print(report())
