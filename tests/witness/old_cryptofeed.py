"""Runs where cryptofeed 1.x is, whose ``OKEx`` speaks V3: tells what its callbacks are told, one line of JSON each.

Its argument is JSON: the addresses of the exchange, ``rest`` and ``ws``, ``symbols`` and ``channels``, whether to
``check`` checksums, and for private channels the ``keys``. It runs until it is told to terminate. Python 3.8 must read
this: what cryptofeed 1.x needs does not install on newer ones.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
from functools import partial
from typing import Any

OFFICIAL = "https://www.okex.com"


def tell(kind: str, **told: Any) -> None:
    """Print one event."""
    print(json.dumps({"kind": kind, **told}, default=str), flush=True)


async def book(feed: str, symbol: str, book: Any, timestamp: float, receipt_timestamp: float) -> None:
    """Tell the whole book, best levels first."""
    bids = [[str(price), str(size)] for price, size in reversed(book["bid"].items())]
    asks = [[str(price), str(size)] for price, size in book["ask"].items()]
    tell("book", symbol=symbol, ms=round(timestamp * 1000), bids=bids, asks=asks)


async def row(kind: str, **told: Any) -> None:
    """Tell a callback's arguments as they are."""
    tell(kind, **told)


class Log(logging.Handler):
    """Tells what it logs as an error: a wrong checksum ends there."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the kind of the error."""
        kind = record.exc_info[0] if record.exc_info else None
        tell("error", error=kind.__name__ if kind else record.getMessage())


def redirect(address: str) -> None:
    """Let what has the exchange's address written in its middle reach another one; the rest of the URL stays."""
    requests: Any = importlib.import_module("requests")
    get = requests.get
    requests.get = lambda url, **more: get(url.replace(OFFICIAL, address), **more)


def run(rest: str, ws: str, symbols: list[str], channels: list[str], check: bool, keys: list[str]) -> None:
    """Run the feed."""
    redirect(rest)
    cryptofeed: Any = importlib.import_module("cryptofeed")
    okex: Any = importlib.import_module("cryptofeed.exchanges").OKEx
    okex.api = rest + "/api/"
    config: dict[str, Any] = {"uvloop": False, "log": {"filename": "/dev/null", "level": "WARNING"}}
    if keys:
        config["okex"] = dict(zip(("key_id", "key_secret", "key_passphrase"), keys))  # noqa: B905 - Python 3.8
    handler = cryptofeed.FeedHandler(config=config)
    logging.getLogger("feedhandler").addHandler(Log(logging.ERROR))
    callbacks = {channel: book if channel == "l2_book" else partial(row, channel) for channel in channels}
    if "ticker" in channels:
        callbacks["open_interest"] = partial(row, "open_interest")  # it comes along with tickers
    feed = okex(config=config, symbols=symbols, channels=channels, callbacks=callbacks, checksum_validation=check)
    feed.address = ws
    tell("version", version=importlib.import_module("pkg_resources").get_distribution("cryptofeed").version)
    tell("symbols", symbols=sorted(importlib.import_module("cryptofeed.symbols").gen_symbols("OKEX")))
    handler.add_feed(feed, timeout=-1)
    handler.run()


if __name__ == "__main__":
    run(**json.loads(sys.argv[1]))
