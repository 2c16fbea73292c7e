"""V5 channels. Calling one makes a topic to subscribe to: ``okx.subscribe(channels.tickers("BTC-USDT"))``."""

from .account import account, account_greeks, balance_and_position, liquidation_warning, positions
from .algo import algo_advance, orders_algo
from .block_private import quotes, rfqs, struc_block_trades
from .bots import (
    algo_recurring_buy,
    copytrading_lead_notification,
    grid_orders_contract,
    grid_orders_spot,
    grid_positions,
    grid_sub_orders,
)
from .calendar import economic_calendar
from .funding import deposit_info, withdrawal_info
from .market import bbo_tbt, books, books5, books50_l2_tbt, books_l2_tbt, books_rpi, candle, tickers, trades, trades_all
from .spread_private import sprd_orders, sprd_trades
from .trade import fills, orders

__all__ = [
    "account",
    "account_greeks",
    "algo_advance",
    "algo_recurring_buy",
    "balance_and_position",
    "bbo_tbt",
    "books",
    "books5",
    "books50_l2_tbt",
    "books_l2_tbt",
    "books_rpi",
    "candle",
    "copytrading_lead_notification",
    "deposit_info",
    "economic_calendar",
    "fills",
    "grid_orders_contract",
    "grid_orders_spot",
    "grid_positions",
    "grid_sub_orders",
    "liquidation_warning",
    "orders",
    "orders_algo",
    "positions",
    "quotes",
    "rfqs",
    "sprd_orders",
    "sprd_trades",
    "struc_block_trades",
    "tickers",
    "trades",
    "trades_all",
    "withdrawal_info",
]
