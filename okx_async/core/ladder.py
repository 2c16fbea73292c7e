"""One side of an order book: price levels in order, fast to change and exact to read.

The exchange's own texts are the truth (the checksum is over them); numbers are views of them. A level is found by
its text, because most changes are size changes of a known price; the float keys only give the order.

There are two ladders that do the same: `Ladder` here, and a compiled one (``_levels.c``) that reads the levels of a
frame out of its JSON and keeps them in flat arrays. The compiled one is taken when it was built, unless whole rows
are wanted or the environment variable ``OKX_ASYNC_PURE`` is set.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from math import isfinite
from typing import Any, Protocol

_levels: Any
try:
    from . import _levels
except ImportError:  # there was no compiler
    _levels = None

__all__ = ["COMPILED", "AnyLadder", "Ladder", "Row", "flat", "joined", "ladders"]

Row = tuple[str, ...]
"""A level as the exchange sent it: price, size, then what the channel adds (orders, liquidations, non-RPI size)."""

COMPILED = _levels is not None and not os.environ.get("OKX_ASYNC_PURE")
"""Whether books use the compiled ladder."""


class AnyLadder(Protocol):
    """What the book asks of one side, whichever ladder it is."""

    def __len__(self) -> int:
        """Return the number of levels."""
        ...

    def apply(self, changes: Any, depth: int, /) -> None:
        """Apply absolute sizes, then keep the ``depth`` best levels; raise `ValueError` for what is no level."""
        ...

    def clear(self) -> None:
        """Remove every level."""
        ...

    def top(self, n: int | None = None, /) -> Iterable[Row]:
        """Return the ``n`` best rows (all without ``n``)."""
        ...


def ladders(*, whole: bool = False) -> tuple[AnyLadder, AnyLadder]:
    """Return empty bids and asks, of the compiled kind if that is there and can do it."""
    if COMPILED and not whole:
        return _levels.Ladder(-1.0), _levels.Ladder(1.0)
    return Ladder(-1.0, whole=whole), Ladder(1.0, whole=whole)


def flat(ladder: AnyLadder) -> bool:
    """Tell whether a ladder takes its changes as JSON."""
    return not isinstance(ladder, Ladder)


def joined(bids: AnyLadder, asks: AnyLadder, levels: int) -> bytes:
    """Return what a checksum is over: bid price, bid size, ask price, ask size, level by level, joined by ``:``."""
    if isinstance(bids, Ladder) and isinstance(asks, Ladder):
        return _joined(bids, asks, levels)
    text: bytes = _levels.joined(bids, asks, levels)
    return text


class Ladder:
    """The levels of one side, best first.

    Only price and size are kept unless told otherwise: order counts and the like would double what a message touches
    in memory, and with many books memory is what a message costs.

    Args:
        sign: 1.0 for asks (ascending), -1.0 for bids (descending).
        whole: Whether every column the exchange sends is kept.

    Attributes:
        sizes: The size of each price, both as the exchange's texts.
        prices: Price texts, best first.
    """

    __slots__ = ("_keys", "_rows", "_sign", "prices", "sizes")

    def __init__(self, sign: float, *, whole: bool = False) -> None:
        self.sizes: dict[str, str] = {}
        self.prices: list[str] = []
        self._keys: list[float] = []
        self._rows: dict[str, Row] | None = {} if whole else None
        self._sign = sign

    def __len__(self) -> int:
        return len(self.prices)

    def top(self, n: int | None = None) -> Iterator[Row]:
        """Yield the ``n`` best rows (all without ``n``): price and size, or every column."""
        prices = self.prices if n is None else self.prices[:n]
        if self._rows is not None:
            return map(self._rows.__getitem__, prices)
        return zip(prices, map(self.sizes.__getitem__, prices), strict=True)

    def clear(self) -> None:
        """Remove every level."""
        self.sizes.clear()
        self.prices.clear()
        self._keys.clear()
        if self._rows is not None:
            self._rows.clear()

    def apply(self, changes: Sequence[Row], depth: int) -> None:
        """Apply absolute sizes: zero removes the price, anything else inserts or replaces it.

        Levels worse than the ``depth`` best are forgotten: the channel does not tell when those change.

        Removing an unknown price is normal and does nothing (both protocol.md).

        Raises:
            ValueError: A price is not a number, or a row is too short; the ladder is then half changed.
        """
        sizes, prices, keys, sign = self.sizes, self.prices, self._keys, self._sign
        for row in changes:
            price = row[0]
            size = row[1]
            # The comparison of texts is a cheap sieve for "0", "0.00", "0E-8": only sizes below 1 reach float().
            if size < "1" and float(size) == 0.0:
                if price not in sizes:
                    self._remove_respelled(price)
                    continue
                del sizes[price]
                at = bisect_left(keys, sign * float(price))
                while prices[at] != price:
                    at += 1  # equal floats of different prices stand side by side
                del keys[at], prices[at]
            elif price in sizes:
                sizes[price] = size
            else:
                key = sign * float(price)
                at = bisect_left(keys, key)
                if (at < len(keys) and keys[at] == key) or not isfinite(key):
                    self._insert_beside(price, size, at, key)
                    continue
                keys.insert(at, key)
                prices.insert(at, price)
                sizes[price] = size
        if self._rows is not None:
            self._keep(changes, self._rows)
        while len(prices) > depth:
            self._forget(prices.pop())
            keys.pop()

    def _keep(self, changes: Iterable[Row], rows: dict[str, Row]) -> None:
        """Keep the whole rows of what stands after a change."""
        for row in changes:
            if row[0] in self.sizes:
                rows[row[0]] = row
            else:
                rows.pop(row[0], None)

    def _forget(self, price: str) -> None:
        del self.sizes[price]
        if self._rows is not None:
            self._rows.pop(price, None)

    def _insert_beside(self, price: str, size: str, at: int, key: float) -> None:
        """Insert where an equal float key stands already: the same price spelled otherwise, or a very close one."""
        if not isfinite(key):
            raise ValueError(f"{price!r} is not a price")
        known, at = self._same_price(price, at, key)
        if known:
            # The same price in another spelling ("0.70", "0.7"): one level, the newest text counts.
            self._forget(self.prices[at])
            self.prices[at] = price
        else:
            self._keys.insert(at, key)
            self.prices.insert(at, price)
        self.sizes[price] = size

    def _remove_respelled(self, price: str) -> None:
        """Remove a price that is not known by this text: by another spelling of it, or not at all."""
        key = self._sign * float(price)
        at = bisect_left(self._keys, key)
        if at < len(self._keys) and self._keys[at] == key:
            known, at = self._same_price(price, at, key)
            if known:
                self._forget(self.prices.pop(at))
                del self._keys[at]

    def _same_price(self, price: str, at: int, key: float) -> tuple[bool, int]:
        """Tell whether an equal price stands among the equal float keys from ``at``, and where it is or belongs.

        Floats are equal for prices that differ behind the 17th digit; only the texts tell them apart.
        """
        if self.prices[at] == price:
            return True, at
        exact = self._sign_of(Decimal(price))
        while at < len(self._keys) and self._keys[at] == key:
            other = self._sign_of(Decimal(self.prices[at]))
            if other >= exact:
                return other == exact, at
            at += 1
        return False, at

    def _sign_of(self, price: Decimal) -> Decimal:
        return price if self._sign > 0 else price.copy_negate()  # `-price` would round to 28 digits


def _joined(bids: Ladder, asks: Ladder, levels: int) -> bytes:
    bid_prices, ask_prices = bids.prices[:levels], asks.prices[:levels]
    bid_sizes, ask_sizes = map(bids.sizes.__getitem__, bid_prices), map(asks.sizes.__getitem__, ask_prices)
    if len(bid_prices) == len(ask_prices):
        parts = [""] * (4 * len(bid_prices))
        parts[0::4], parts[1::4], parts[2::4], parts[3::4] = bid_prices, bid_sizes, ask_prices, ask_sizes
    else:
        pairs = zip_longest(zip(bid_prices, bid_sizes, strict=True), zip(ask_prices, ask_sizes, strict=True))
        parts = [text for pair in pairs for level in pair if level for text in level]
    return ":".join(parts).encode()
