"""Runs where ccxt 1.30 is, whose ``okex`` speaks V3: does what a user of 2020 did, and tells what came of it.

Its arguments are the address of the exchange, a key, its secret, its passphrase and a futures contract; it prints one
line of JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

SPOT, SWAP = "BTC/USDT", "BTC-USDT-SWAP"
Told = dict[str, Any]


def look(okex: Any) -> Told:
    """Read what is public."""
    told: Told = {"markets": sorted(market["id"] for market in okex.load_markets().values())}
    told["time"] = okex.fetch_time()
    told["ticker"] = okex.fetch_ticker(SPOT)
    told["tickers"] = {product: okex.fetch_tickers(None, {"type": product}) for product in ("spot", "swap", "futures")}
    told["book"] = okex.fetch_order_book(SPOT, 5)
    told["trades"] = okex.fetch_trades(SPOT)
    told["candles"] = okex.fetch_ohlcv(SPOT, "1m", limit=5)
    return told


def trade(okex: Any) -> Told:
    """Place, read, change and cancel spot orders."""
    told: Told = {"before": okex.fetch_balance()}
    resting = okex.create_order(SPOT, "limit", "buy", 0.01, 50000)
    told["placed"] = resting["id"]
    told["open"] = okex.fetch_open_orders(SPOT)
    told["cancelled"] = okex.cancel_order(resting["id"], SPOT)["id"]
    told["after"] = okex.fetch_order(resting["id"], SPOT)
    bought = okex.create_order(SPOT, "limit", "buy", 0.02, 61500)
    told["filled"] = okex.fetch_order(bought["id"], SPOT)
    told["mine"] = okex.fetch_my_trades(SPOT)
    told["its"] = okex.fetch_order_trades(bought["id"], SPOT)
    told["closed"] = okex.fetch_closed_orders(SPOT)
    spent = okex.create_order(SPOT, "market", "buy", 0.01, 61000)  # its amount times its price is what it may cost
    told["spent"] = okex.fetch_order(spent["id"], SPOT)
    sold = okex.create_order(SPOT, "market", "sell", 0.01)
    told["sold"] = okex.fetch_order(sold["id"], SPOT)
    told["balance"] = okex.fetch_balance()
    told["ledger"] = okex.fetch_ledger("USDT")
    return told


def hold(okex: Any, future: str) -> Told:
    """Place and cancel orders of contracts, and read what they leave behind."""
    told: Told = {}
    resting = okex.create_order(SWAP, "1", "buy", 2, 50000)
    told["swap_open"] = okex.fetch_open_orders(SWAP, params={"type": "swap"})
    told["swap_cancelled"] = okex.cancel_order(resting["id"], SWAP, {"type": "swap"})["id"]
    long = okex.create_order(SWAP, "1", "buy", 2, 61500)
    told["swap"] = okex.fetch_order(long["id"], SWAP, {"type": "swap"})
    told["swap_balance"] = okex.fetch_balance({"type": "swap"})
    short = okex.create_order(future, "2", "sell", 3, okex.fetch_ticker(future)["bid"])
    told["future"] = okex.fetch_order(short["id"], future, {"type": "futures"})
    told["future_balance"] = okex.fetch_balance({"type": "futures"})
    told["swap_closed"] = okex.fetch_closed_orders(SWAP, params={"type": "swap"})
    told["future_closed"] = okex.fetch_closed_orders(future, params={"type": "futures"})
    told["swap_fills"] = okex.swapGetFills({"instrument_id": SWAP, "order_id": long["id"]})
    told["future_fills"] = okex.futuresGetFills({"instrument_id": future})
    told["joined_fills"] = [
        okex.fetch_my_trades(name, params={"type": kind}) for name, kind in ((SWAP, "swap"), (future, "futures"))
    ]
    return told


def own(okex: Any) -> Told:
    """Read the account that does not trade."""
    told: Told = {"wallet": okex.fetch_balance({"type": "account"})}
    told["wallet_ledger"] = okex.fetch_ledger("USDT", params={"type": "account"})
    told["address"] = okex.fetch_deposit_address("USDT")
    return told


def fail(ccxt: Any, okex: Any) -> Told:
    """Ask for what is refused."""
    told: Told = {}
    asked: dict[str, Callable[[], Any]] = {
        "short": lambda: okex.create_order(SPOT, "limit", "buy", 3, 50000),
        "unknown": lambda: okex.cancel_order("77", SPOT),
        "nowhere": lambda: okex.fetch_order("77", SPOT),
    }
    for name, ask in asked.items():
        try:
            ask()
        except ccxt.BaseError as error:
            told[name] = type(error).__name__
    okex.secret = "wrong"
    try:
        okex.fetch_balance()
    except ccxt.BaseError as error:
        told["forged"] = type(error).__name__
    return told


def act(ccxt: Any, address: str, key: str, secret: str, passphrase: str, future: str) -> Told:
    """Return what ccxt makes of everything."""
    okex = ccxt.okex({"apiKey": key, "secret": secret, "password": passphrase, "enableRateLimit": False})
    okex.urls["api"] = dict.fromkeys(okex.urls["api"], address)
    told: Told = {"version": ccxt.__version__}
    for part in (look(okex), trade(okex), hold(okex, future), own(okex), fail(ccxt, okex)):
        told.update(part)
    return told


if __name__ == "__main__":
    print(json.dumps(act(importlib.import_module("ccxt"), *sys.argv[1:]), default=str))
