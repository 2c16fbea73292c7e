"""V5 channels. Calling one makes a topic to subscribe to: ``okx.subscribe(channels.tickers("BTC-USDT"))``.

Each room is loaded when one of its channels is first asked for.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .block import block_tickers, public_block_trades, public_struc_block_trades
    from .market import (
        bbo_tbt,
        books,
        books5,
        books50_l2_tbt,
        books_elp,
        books_l2_tbt,
        books_rpi,
        call_auction_details,
        candle,
        index_candle,
        index_tickers,
        mark_price_candle,
        option_trades,
        tickers,
        trades,
        trades_all,
    )
    from .public import (
        adl_warning,
        estimated_price,
        event_contract_markets,
        funding_rate,
        instruments,
        liquidation_orders,
        mark_price,
        open_interest,
        opt_summary,
        price_limit,
    )
    from .spread import (
        sprd_bbo_tbt,
        sprd_books5,
        sprd_books_l2_tbt,
        sprd_candle,
        sprd_public_trades,
        sprd_tickers,
    )
    from .system import status

__all__ = [
    "adl_warning",
    "bbo_tbt",
    "block_tickers",
    "books",
    "books5",
    "books50_l2_tbt",
    "books_elp",
    "books_l2_tbt",
    "books_rpi",
    "call_auction_details",
    "candle",
    "estimated_price",
    "event_contract_markets",
    "funding_rate",
    "index_candle",
    "index_tickers",
    "instruments",
    "liquidation_orders",
    "mark_price",
    "mark_price_candle",
    "open_interest",
    "opt_summary",
    "option_trades",
    "price_limit",
    "public_block_trades",
    "public_struc_block_trades",
    "sprd_bbo_tbt",
    "sprd_books5",
    "sprd_books_l2_tbt",
    "sprd_candle",
    "sprd_public_trades",
    "sprd_tickers",
    "status",
    "tickers",
    "trades",
    "trades_all",
]

# Channels by room: the same as the imports above, which only type checkers see.
_ROOMS = {
    "block": ("block_tickers", "public_block_trades", "public_struc_block_trades"),
    "market": (
        *("bbo_tbt", "books", "books5", "books50_l2_tbt", "books_elp", "books_l2_tbt", "books_rpi", "candle"),
        *("call_auction_details", "index_candle", "index_tickers", "mark_price_candle", "option_trades", "tickers"),
        *("trades", "trades_all"),
    ),
    "public": (
        *("adl_warning", "estimated_price", "event_contract_markets", "funding_rate", "instruments"),
        *("liquidation_orders", "mark_price", "open_interest", "opt_summary", "price_limit"),
    ),
    "spread": (
        *("sprd_bbo_tbt", "sprd_books5", "sprd_books_l2_tbt", "sprd_candle", "sprd_public_trades", "sprd_tickers"),
    ),
    "system": ("status",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


if not TYPE_CHECKING:  # so that a type checker still finds a misspelt name

    def __getattr__(name: str) -> Any:
        room = _ROOM_OF.get(name)
        if room is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        declared = getattr(_import(f".{room}", __name__), name)
        globals()[name] = declared
        return declared


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
