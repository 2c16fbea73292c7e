"""V5 channels. Calling one makes a topic to subscribe to: ``okx.subscribe(channels.tickers("BTC-USDT"))``."""

from .market import (
    bbo_tbt,
    books,
    books5,
    books50_l2_tbt,
    books_l2_tbt,
    books_rpi,
    candle,
    tickers,
    trades,
    trades_all,
)

__all__ = [
    "bbo_tbt",
    "books",
    "books5",
    "books50_l2_tbt",
    "books_l2_tbt",
    "books_rpi",
    "candle",
    "tickers",
    "trades",
    "trades_all",
]
