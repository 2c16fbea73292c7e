"""What parameters must fulfil together, before anything is sent. Values come as they go on the wire, by Python name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.rules import Rule
from ..errors import BadParameter

__all__ = [
    "algo_order",
    "at_most_ten",
    "both_or_neither",
    "contract_order",
    "contract_orders",
    "exactly_one",
    "option_order",
    "option_orders",
    "spot_cancels",
    "spot_order",
    "spot_orders",
    "transfer",
]

PAIRS = 4
BATCH = 10
_ALGO_NEEDS = {
    "1": ("trigger_price",),
    "2": ("trigger_price", "callback_rate"),
    "3": ("algo_variance", "avg_amount"),
    "4": ("sweep_range", "sweep_ratio", "single_limit", "time_interval"),
}


def _named(names: Sequence[str]) -> str:
    return " and ".join(map(repr, names))


def exactly_one(*names: str) -> Rule:
    """Refuse none and several of some parameters; the one that is given may be a list, of at most ten."""

    def check(values: Mapping[str, Any]) -> None:
        if sum(name in values for name in names) != 1:
            raise BadParameter(f"give exactly one of {_named(names)}")
        for name in names:
            if isinstance(values.get(name), list):
                _batch(name, values[name])

    return check


def both_or_neither(first: str, second: str) -> Rule:
    """Both or neither: the exchange ignores one alone."""

    def check(values: Mapping[str, Any]) -> None:
        if (first in values) != (second in values):
            raise BadParameter(f"give both {_named((first, second))}, or neither: one alone is ignored")

    return check


def _batch(name: str, rows: Sequence[Any], most: int = BATCH) -> None:
    if not 1 <= len(rows) <= most:
        raise BadParameter(f"{name} takes 1 to {most} items, got {len(rows)}")


def _each(name: str, rows: Sequence[Mapping[str, Any]], check: Rule) -> None:
    for at, row in enumerate(rows):
        try:
            check(row)
        except BadParameter as error:
            raise BadParameter(f"{name}[{at}]: {error}") from None


def spot_order(values: Mapping[str, Any]) -> None:
    """Limit orders need price and size, market sells size, market buys notional. (Place an order)"""
    # By Python name when it is called for, by wire name inside a batch.
    kind = values.get("type_") or values.get("type") or "limit"
    needed: tuple[str, ...]
    if kind == "limit":
        needed = ("price", "size")
    else:
        needed = ("notional",) if values["side"] == "buy" else ("size",)
        if values.get("order_type", "0") != "0":
            raise BadParameter("a market order takes order_type '0' only")
    missing = [name for name in needed if name not in values]
    if missing:
        raise BadParameter(f"a {kind} {values['side']} order needs {_named(missing)}")


def _per_pair(name: str, counts: Mapping[str, int]) -> None:
    if not 1 <= len(counts) <= PAIRS:
        raise BadParameter(f"{name} takes 1 to {PAIRS} pairs, got {len(counts)}")
    for pair, count in counts.items():
        if count > BATCH:
            raise BadParameter(f"{name} takes {BATCH} orders per pair at the most, got {count} for {pair}")


def spot_orders(values: Mapping[str, Any]) -> None:
    """At most 4 pairs of 10 orders each, every order complete. (Place orders in batch)"""
    rows = values["orders"]
    _per_pair("orders", Counter(row["instrument_id"] for row in rows))
    _each("orders", rows, spot_order)


def spot_cancels(values: Mapping[str, Any]) -> None:
    """At most 4 pairs, ids or own ids, the same kind in the whole request. (Cancel orders in batch)"""
    rows = values["orders"]
    _each("orders", rows, exactly_one("order_ids", "client_oids"))
    if len({"order_ids" in row for row in rows}) > 1:
        raise BadParameter("orders: use order_ids or client_oids in the whole request, not both")
    _per_pair(
        "orders", {row["instrument_id"]: len(row.get("order_ids") or row.get("client_oids") or ()) for row in rows}
    )


def contract_order(values: Mapping[str, Any]) -> None:
    """A price, unless it is a market order or matches the opposite price. (Place an order)"""
    market = values.get("order_type") == "4"
    match = values.get("match_price") == "1"
    if match and values.get("order_type", "0") != "0":
        raise BadParameter("match_price '1' takes order_type '0' only")
    if market and "price" in values:
        raise BadParameter("a market order (order_type '4') must not have a price")
    if not market and not match and "price" not in values:
        raise BadParameter("an order needs 'price', match_price '1' or order_type '4'")


def option_order(values: Mapping[str, Any]) -> None:
    """A price or the opposite price. (Place an order)"""
    if "price" not in values and values.get("match_price") != "1":
        raise BadParameter("an order needs 'price' or match_price '1'")


def contract_orders(name: str) -> Rule:
    """At most 10 orders, every one complete."""
    return _rows(name, contract_order)


def option_orders(name: str) -> Rule:
    """At most 10 orders, every one complete."""
    return _rows(name, option_order)


def _rows(name: str, check: Rule) -> Rule:
    def check_rows(values: Mapping[str, Any]) -> None:
        _batch(name, values[name])
        _each(name, values[name], check)

    return check_rows


def at_most_ten(name: str) -> Rule:
    """Refuse an empty list and one of more than ten rows."""

    def check(values: Mapping[str, Any]) -> None:
        _batch(name, values[name])

    return check


def algo_order(values: Mapping[str, Any]) -> None:
    """Each kind of algo order has parameters of its own. (Place an algo order)"""
    kind = values["order_type"]
    missing = [name for name in _ALGO_NEEDS[kind] if name not in values]
    if kind == "1" and values.get("algo_type", "1") == "1" and "algo_price" not in values:
        missing.append("algo_price")
    if kind in "34" and "limit_price" not in values and "price_limit" not in values:
        missing.append("the price limit")
    if missing:
        raise BadParameter(f"an algo order of order_type {kind!r} needs {_named(missing)}")


def transfer(values: Mapping[str, Any]) -> None:
    """Transfers with a sub-account name it. (Transfer)"""
    if values.get("type_", "0") != "0" and "sub_account" not in values:
        raise BadParameter("a transfer of type_ '1' or '2' needs 'sub_account'")
