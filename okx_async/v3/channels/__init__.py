"""V3 channels. Calling one makes a topic to subscribe to: ``okx.subscribe(channels.ticker("BTC-USD-SWAP"))``.

Tickers, trades, books and candles serve every product: the instrument's id tells which. All others say their product.
Each room is loaded when one of its channels is first asked for.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING, Any

from ...core.names import did_you_mean as _did_you_mean
from ..products import product_of

if TYPE_CHECKING:
    from .futures import (
        futures_account,
        futures_estimated_price,
        futures_instruments,
        futures_mark_price,
        futures_order,
        futures_order_algo,
        futures_position,
        futures_price_range,
    )
    from .index import index_candle, index_ticker
    from .market import candle, depth, depth5, depth_l2_tbt, ticker, trade
    from .option import option_account, option_instruments, option_order, option_position, option_summary
    from .spot import spot_account, spot_margin_account, spot_order, spot_order_algo
    from .swap import (
        swap_account,
        swap_funding_rate,
        swap_mark_price,
        swap_order,
        swap_order_algo,
        swap_position,
        swap_price_range,
    )
    from .system import system_status

__all__ = [
    "candle",
    "depth",
    "depth5",
    "depth_l2_tbt",
    "futures_account",
    "futures_estimated_price",
    "futures_instruments",
    "futures_mark_price",
    "futures_order",
    "futures_order_algo",
    "futures_position",
    "futures_price_range",
    "index_candle",
    "index_ticker",
    "option_account",
    "option_instruments",
    "option_order",
    "option_position",
    "option_summary",
    "product_of",
    "spot_account",
    "spot_margin_account",
    "spot_order",
    "spot_order_algo",
    "swap_account",
    "swap_funding_rate",
    "swap_mark_price",
    "swap_order",
    "swap_order_algo",
    "swap_position",
    "swap_price_range",
    "system_status",
    "ticker",
    "trade",
]

_ROOMS = {
    "market": (
        "candle",
        "depth",
        "depth5",
        "depth_l2_tbt",
        "ticker",
        "trade",
    ),
    "spot": (
        "spot_account",
        "spot_margin_account",
        "spot_order",
        "spot_order_algo",
    ),
    "futures": (
        "futures_account",
        "futures_estimated_price",
        "futures_instruments",
        "futures_mark_price",
        "futures_order",
        "futures_order_algo",
        "futures_position",
        "futures_price_range",
    ),
    "swap": (
        "swap_account",
        "swap_funding_rate",
        "swap_mark_price",
        "swap_order",
        "swap_order_algo",
        "swap_position",
        "swap_price_range",
    ),
    "option": (
        "option_account",
        "option_instruments",
        "option_order",
        "option_position",
        "option_summary",
    ),
    "index": (
        "index_candle",
        "index_ticker",
    ),
    "system": ("system_status",),
}


def __getattr__(name: str) -> Any:
    for room, names in _ROOMS.items():
        if name in names:
            found = getattr(_import(f".{room}", __name__), name)
            globals()[name] = found  # not asked again
            return found
    raise AttributeError(f"there is no channel {name!r}{_did_you_mean(name, __all__)}")
