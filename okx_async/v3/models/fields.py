"""Field types for what V3 writes in a way of its own."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from ..unpack import canonical

__all__ = ["CanonicalId", "CoinAmount", "TextId"]

_GLUED = re.compile(r"(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z][A-Za-z0-9]*)?")


class TextId(str):
    """An id: text, though some captures show a JSON number."""

    __slots__ = ()

    @classmethod
    def from_wire(cls, value: Any) -> TextId:
        """Take text or a whole number."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise TypeError(f"an id is text or a whole number, not {value!r}")
        return cls(value)


class CanonicalId(str):
    """An instrument or currency pair in the main spelling, ``BTC-USDT``, though the answer says ``btc_usdt``."""

    __slots__ = ()

    @classmethod
    def from_wire(cls, value: Any) -> CanonicalId:
        """Take text in any letter case, with hyphens or underscores."""
        if not isinstance(value, str):
            raise TypeError(f"an instrument id is text, not {value!r}")
        return cls(canonical(value))


class CoinAmount:
    """An amount with its currency glued on, as in ``0.01000000eth``.

    Not a dataclass, because the decoder would look for an object of two fields then.

    Attributes:
        amount: The number.
        currency: In capitals, ``None`` when the exchange sent the bare number.
    """

    __slots__ = ("amount", "currency")

    def __init__(self, amount: Decimal, currency: str | None = None) -> None:
        self.amount = amount
        self.currency = currency

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CoinAmount):
            return NotImplemented
        return (self.amount, self.currency) == (other.amount, other.currency)

    def __hash__(self) -> int:
        return hash((self.amount, self.currency))

    def __repr__(self) -> str:
        return f"CoinAmount({self.amount!r}, {self.currency!r})"

    @classmethod
    def from_wire(cls, value: Any) -> CoinAmount:
        """Take a number or a text of a number and perhaps a currency."""
        found = _GLUED.fullmatch(str(value).strip())
        if found is None:
            raise ValueError(f"{value!r} is not an amount")
        number, currency = found.groups()
        return cls(Decimal(number), currency.upper() if currency else None)
