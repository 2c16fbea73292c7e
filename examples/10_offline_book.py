"""The book without any network: feed it raw frames, your own recordings for example, and it verifies them.

Nothing here touches the exchange; on a live connection of your own, feed the frames as they come.
"""

import json
from typing import Any

from okx_async import OrderBook, Verdict


def frame(action: str, **row: Any) -> bytes:
    arg = {"channel": "books", "instId": "BTC-USDT"}
    return json.dumps({"arg": arg, "action": action, "data": [{"ts": "1597026383085", "checksum": 0, **row}]}).encode()


book = OrderBook("books:BTC-USDT")
frames = [
    frame("snapshot", seqId=10, prevSeqId=-1, asks=[["101", "2", "0", "1"]], bids=[["100", "1", "0", "1"]]),
    frame("update", seqId=12, prevSeqId=10, asks=[["101", "0", "0", "0"], ["102", "5", "0", "1"]], bids=[]),
    frame("update", seqId=12, prevSeqId=12, asks=[], bids=[]),
    frame("update", seqId=20, prevSeqId=15, asks=[], bids=[["100.5", "1", "0", "1"]]),
]
for raw in frames:
    verdict = book.feed(raw)
    print(f"{verdict.value:9} -> {book.state.value:7} {f'mid {book.mid}' if book.live else ''}")
    if verdict is Verdict.BROKEN:
        print(f"{'':9}    {book.cause}: now a new snapshot is needed")
