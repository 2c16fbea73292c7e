"""Runs where NautilusTrader is: keeps a book from its OKX client's deltas, and tells each state, one line of JSON each.

Its arguments are the addresses of the exchange, REST and socket, an instrument, and a key with its secret and
passphrase: it makes no client without one. It runs until it is told to stop.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from typing import Any


def tell(kind: str, **told: Any) -> None:
    """Print one event."""
    print(json.dumps({"kind": kind, **told}), flush=True)


class Book:
    """One book, kept by Nautilus itself.

    Args:
        name: Its instrument's id.
    """

    def __init__(self, name: str) -> None:
        identifiers: Any = importlib.import_module("nautilus_trader.model.identifiers")
        books: Any = importlib.import_module("nautilus_trader.model.book")
        enums: Any = importlib.import_module("nautilus_trader.model.enums")
        data: Any = importlib.import_module("nautilus_trader.model.data")
        self._read = data.capsule_to_data
        self._deltas = data.OrderBookDeltas
        self.book = books.OrderBook(identifiers.InstrumentId.from_str(name), enums.BookType.L2_MBP)

    def receive(self, message: Any) -> None:
        """Apply a message of the client and tell what the book is now."""
        deltas = self._read(message)
        if not isinstance(deltas, self._deltas):
            return
        self.book.apply_deltas(deltas)
        sides = {
            side: [[str(level.price), str(level.size())] for level in levels]
            for side, levels in (("bids", self.book.bids()), ("asks", self.book.asks()))
        }
        tell("book", seq_id=deltas.sequence, whole=deltas.is_snapshot, **sides)


async def run(rest: str, ws: str, name: str, *key: str) -> None:
    """Run the client as Nautilus' own data client does."""
    core: Any = importlib.import_module("nautilus_trader.core.nautilus_pyo3")
    tell("version", version=importlib.import_module("nautilus_trader").__version__)
    client = core.OKXHttpClient(*key, base_url=rest)
    instruments, _ = await client.request_instruments(core.OKXInstrumentType.SPOT, None)
    tell("instruments", instruments=sorted(str(one.id) for one in instruments))
    socket = core.OKXWebSocketClient(url=ws, heartbeat=20)
    loop = asyncio.get_running_loop()
    await socket.connect(loop_=loop, instruments=instruments, callback=Book(name).receive)
    await socket.wait_until_active(timeout_secs=10.0)
    await socket.subscribe_book_with_depth(core.InstrumentId.from_str(name), 0)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
