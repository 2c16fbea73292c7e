"""What endpoints that are simulated do not simulate, and refuse: nobody shall find out in the middle of a night."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WITHOUT"]

_PORTFOLIO = "portfolio margin"
_ORDERS = (
    _PORTFOLIO,
    "margin of pairs, but for cross in multi-currency mode",
    "options sold short, or priced in dollars or as volatility",
    "event contracts, RPI and market maker protection",
    "attached: limit take profits, trigger ratios, trailing stops beside others",
)
_MODES = (_PORTFOLIO,)

WITHOUT: Mapping[str, tuple[str, ...]] = {
    "account.set_account_level": _MODES,
    "account.precheck_account_level_switch": _MODES,
    "account.risk_state": _MODES,
    "account.set_isolated_mode": ("settings but ``automatic``",),
    "account.max_size": ("options", "margin of pairs, but for cross in multi-currency mode"),
    "account.max_loan": ("isolated margin",),
    "account.spot_manual_borrow_repay": ("modes but spot",),
    "trade.place_order": _ORDERS,
    "trade.place_batch_orders": _ORDERS,
    "trade.order_precheck": _ORDERS,
    "trade.amend_order": ("attached: trailing stops, trigger ratios, take profits or stops that were not there",),
    "algo.place_algo_order": (
        "``chase`` and ``smart_iceberg``",
        "limit take profits",
        "what is attached to other orders than ``trigger``",
    ),
    "algo.amend_algo_order": ("types but ``trigger``, ``conditional`` and ``oco``", "what is attached"),
    "subaccount.create_subaccount": ("custody sub-accounts",),
    "block.create_rfq": ("splitting over accounts",),
}
"""By chapter and name, in V5. What is listed here is refused with an honest code."""
