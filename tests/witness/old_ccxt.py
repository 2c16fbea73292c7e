"""Runs where ccxt 1.30 is, whose ``okex`` speaks V3: does what a user of 2020 did, and tells what came of it.

Its arguments are the address of the exchange, a key, its secret and its passphrase; it prints one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def act(ccxt: Any, address: str, key: str, secret: str, passphrase: str) -> dict[str, Any]:
    """Return what ccxt makes of everything."""
    okex = ccxt.okex({"apiKey": key, "secret": secret, "password": passphrase, "enableRateLimit": False})
    okex.urls["api"] = dict.fromkeys(okex.urls["api"], address)
    told: dict[str, Any] = {"version": ccxt.__version__}
    told["markets"] = sorted(market["id"] for market in okex.load_markets().values())
    told["time"] = okex.fetch_time()
    told["ticker"] = okex.fetch_ticker("BTC/USDT")
    told["book"] = okex.fetch_order_book("BTC/USDT", 5)
    told["trades"] = okex.fetch_trades("BTC/USDT")
    told["before"] = okex.fetch_balance()
    resting = okex.create_order("BTC/USDT", "limit", "buy", 0.01, 50000)
    told["placed"] = resting["id"]
    told["open"] = okex.fetch_open_orders("BTC/USDT")
    told["cancelled"] = okex.cancel_order(resting["id"], "BTC/USDT")["id"]
    told["after"] = okex.fetch_order(resting["id"], "BTC/USDT")
    bought = okex.create_order("BTC/USDT", "limit", "buy", 0.02, 61500)
    told["filled"] = okex.fetch_order(bought["id"], "BTC/USDT")
    told["mine"] = okex.fetch_my_trades("BTC/USDT")
    told["balance"] = okex.fetch_balance()
    long = okex.create_order("BTC-USDT-SWAP", "1", "buy", 2, 61500)
    told["swap"] = okex.fetch_order(long["id"], "BTC-USDT-SWAP", {"type": "swap"})
    told["swap_balance"] = okex.fetch_balance({"type": "swap"})
    try:
        okex.create_order("BTC/USDT", "limit", "buy", 3, 50000)
    except ccxt.InsufficientFunds as error:
        told["short"] = type(error).__name__
    try:
        okex.cancel_order("77", "BTC/USDT")
    except ccxt.OrderNotFound as error:
        told["unknown"] = type(error).__name__
    return told


if __name__ == "__main__":
    print(json.dumps(act(importlib.import_module("ccxt"), *sys.argv[1:]), default=str))
