"""A recorded connection runs through the same code as a live one, and every book in it is verified.

Give a recording as argument, or let it record the simulator for a moment. The format is one JSON object per line:
``dir`` (open, send, recv), ``t``, and the frame in ``text``. For the real exchange change ``sim.ws`` below.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from okx_async.replay import Replay, read_recording
from okx_async.sim import Exchange


async def record() -> str:
    ask = json.dumps({"op": "subscribe", "args": [{"channel": "books", "instId": "BTC-USDT"}]})
    async with Exchange(seed=7) as sim, connect(f"{sim.ws}/ws/v5/public") as socket:
        lines: list[dict[str, Any]] = [{"dir": "open", "url": sim.ws}, {"dir": "send", "text": ask}]
        await socket.send(ask)
        while len(lines) < 20:
            lines.append({"dir": "recv", "t": time.time(), "text": await socket.recv()})
    return "".join(json.dumps(line) + "\n" for line in lines)


with tempfile.TemporaryDirectory() as folder:
    recording = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder, "recording.jsonl")
    if not recording.exists():
        recording.write_text(asyncio.run(record()))
    replay = Replay()
    report = replay.run(read_recording(recording))

print("nothing failed" if report.ok else "something is wrong with it", report.to_dict())
for (line, topic), book in replay.books.items():
    print(f"connection {line}, {topic}: {book.state.value} with {len(book.unverified.bid_levels)} bids at the end")
