"""V5 channels. Calling one makes a topic to subscribe to: ``okx.subscribe(channels.tickers("BTC-USDT"))``.

Each room is loaded when one of its channels is first asked for.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING, Any

from ...core.names import did_you_mean as _did_you_mean

if TYPE_CHECKING:
    from .algo import algo_advance, orders_algo
    from .block import block_tickers, public_block_trades, public_struc_block_trades
    from .block_private import quotes, rfqs, struc_block_trades
    from .bots import (
        algo_recurring_buy,
        copytrading_lead_notification,
        copytrading_notification,
        grid_orders_contract,
        grid_orders_moon,
        grid_orders_spot,
        grid_positions,
        grid_sub_orders,
    )
    from .calendar import economic_calendar
    from .funding import deposit_info, withdrawal_info
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
    from .spread import sprd_bbo_tbt, sprd_books5, sprd_books_l2_tbt, sprd_candle, sprd_public_trades, sprd_tickers
    from .spread_private import sprd_orders, sprd_trades
    from .system import status
    from .trade import fills, orders
    from .trading_account import account, account_greeks, balance_and_position, liquidation_warning, positions

__all__ = [
    "account",
    "account_greeks",
    "adl_warning",
    "algo_advance",
    "algo_recurring_buy",
    "balance_and_position",
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
    "copytrading_lead_notification",
    "copytrading_notification",
    "deposit_info",
    "economic_calendar",
    "estimated_price",
    "event_contract_markets",
    "fills",
    "funding_rate",
    "grid_orders_contract",
    "grid_orders_moon",
    "grid_orders_spot",
    "grid_positions",
    "grid_sub_orders",
    "index_candle",
    "index_tickers",
    "instruments",
    "liquidation_orders",
    "liquidation_warning",
    "mark_price",
    "mark_price_candle",
    "open_interest",
    "opt_summary",
    "option_trades",
    "orders",
    "orders_algo",
    "positions",
    "price_limit",
    "public_block_trades",
    "public_struc_block_trades",
    "quotes",
    "rfqs",
    "sprd_bbo_tbt",
    "sprd_books5",
    "sprd_books_l2_tbt",
    "sprd_candle",
    "sprd_orders",
    "sprd_public_trades",
    "sprd_tickers",
    "sprd_trades",
    "status",
    "struc_block_trades",
    "tickers",
    "trades",
    "trades_all",
    "withdrawal_info",
]

# Channels by room: the same as the imports above, which only type checkers see.
_ROOMS = {
    "trading_account": (
        "account",
        "account_greeks",
        "balance_and_position",
        "liquidation_warning",
        "positions",
    ),
    "algo": (
        "algo_advance",
        "orders_algo",
    ),
    "block": (
        "block_tickers",
        "public_block_trades",
        "public_struc_block_trades",
    ),
    "block_private": (
        "quotes",
        "rfqs",
        "struc_block_trades",
    ),
    "bots": (
        "algo_recurring_buy",
        "copytrading_lead_notification",
        "copytrading_notification",
        "grid_orders_contract",
        "grid_orders_moon",
        "grid_orders_spot",
        "grid_positions",
        "grid_sub_orders",
    ),
    "calendar": ("economic_calendar",),
    "funding": (
        "deposit_info",
        "withdrawal_info",
    ),
    "market": (
        "bbo_tbt",
        "books",
        "books5",
        "books50_l2_tbt",
        "books_elp",
        "books_l2_tbt",
        "books_rpi",
        "call_auction_details",
        "candle",
        "index_candle",
        "index_tickers",
        "mark_price_candle",
        "option_trades",
        "tickers",
        "trades",
        "trades_all",
    ),
    "public": (
        "adl_warning",
        "estimated_price",
        "event_contract_markets",
        "funding_rate",
        "instruments",
        "liquidation_orders",
        "mark_price",
        "open_interest",
        "opt_summary",
        "price_limit",
    ),
    "spread": (
        "sprd_bbo_tbt",
        "sprd_books5",
        "sprd_books_l2_tbt",
        "sprd_candle",
        "sprd_public_trades",
        "sprd_tickers",
    ),
    "spread_private": (
        "sprd_orders",
        "sprd_trades",
    ),
    "system": ("status",),
    "trade": (
        "fills",
        "orders",
    ),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


if not TYPE_CHECKING:  # so that a type checker still finds a misspelt name

    def __getattr__(name: str) -> Any:
        room = _ROOM_OF.get(name)
        if room is None:
            raise AttributeError(f"there is no channel {name!r}{_did_you_mean(name, _ROOM_OF)}")
        declared = getattr(_import(f".{room}", __name__), name)
        globals()[name] = declared
        return declared


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
