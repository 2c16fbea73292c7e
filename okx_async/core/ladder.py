"""One side of an order book: price levels in order, fast to change and exact to read.

The exchange's own texts are the truth (the checksum is over them); numbers are views of them. A level is found by
its text, because most changes are size changes of a known price; the float keys only give the order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from math import isfinite

__all__ = ["Ladder", "Row"]

Row = tuple[str, ...]
"""A level as the exchange sent it: price, size, then what the channel adds (orders, liquidations, non-RPI size)."""


class Ladder:
    """The levels of one side, best first.

    Args:
        sign: 1.0 for asks (ascending), -1.0 for bids (descending).

    Attributes:
        rows: The level of each price text.
        prices: Price texts, best first.
    """

    __slots__ = ("_keys", "_sign", "prices", "rows")

    def __init__(self, sign: float) -> None:
        self.rows: dict[str, Row] = {}
        self.prices: list[str] = []
        self._keys: list[float] = []
        self._sign = sign

    def __len__(self) -> int:
        return len(self.prices)

    def clear(self) -> None:
        """Remove every level."""
        self.rows.clear()
        self.prices.clear()
        self._keys.clear()

    def apply(self, changes: Iterable[Row]) -> None:
        """Apply absolute sizes: zero removes the price, anything else inserts or replaces it.

        Removing an unknown price is normal and does nothing (both protocol.md).

        Raises:
            ValueError: A price is not a number, or a row is too short; the ladder is then half changed.
        """
        rows, prices, keys, sign = self.rows, self.prices, self._keys, self._sign
        for row in changes:
            price = row[0]
            size = row[1]
            # The comparison of texts is a cheap sieve for "0", "0.00", "0E-8": only sizes below 0.1 reach float().
            if size < "0.1" and float(size) == 0.0:
                if price not in rows:
                    self._remove_respelled(price)
                    continue
                del rows[price]
                at = bisect_left(keys, sign * float(price))
                while prices[at] != price:
                    at += 1  # equal floats of different prices stand side by side
                del keys[at], prices[at]
            elif price in rows:
                rows[price] = row
            else:
                key = sign * float(price)
                at = bisect_left(keys, key)
                if (at < len(keys) and keys[at] == key) or not isfinite(key):
                    self._insert_beside(price, row, at, key)
                    continue
                keys.insert(at, key)
                prices.insert(at, price)
                rows[price] = row

    def trim(self, depth: int) -> None:
        """Forget levels worse than the ``depth`` best: the channel does not tell when those change."""
        while len(self.prices) > depth:
            del self.rows[self.prices.pop()]
            self._keys.pop()

    def _insert_beside(self, price: str, row: Row, at: int, key: float) -> None:
        """Insert where an equal float key stands already: the same price spelled otherwise, or a very close one."""
        if not isfinite(key):
            raise ValueError(f"{price!r} is not a price")
        known, at = self._same_price(price, at, key)
        if known:
            # The same price in another spelling ("0.70", "0.7"): one level, the newest text counts.
            del self.rows[self.prices[at]]
            self.prices[at] = price
        else:
            self._keys.insert(at, key)
            self.prices.insert(at, price)
        self.rows[price] = row

    def _remove_respelled(self, price: str) -> None:
        """Remove a price that is not known by this text: by another spelling of it, or not at all."""
        key = self._sign * float(price)
        at = bisect_left(self._keys, key)
        if at < len(self._keys) and self._keys[at] == key:
            known, at = self._same_price(price, at, key)
            if known:
                del self.rows[self.prices.pop(at)]
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
