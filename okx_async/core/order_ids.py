"""Client ids that never come twice: letters and digits alone, with a name in front that says whose they are.

An id is a namespace, 14 characters that one generator draws for its whole life (83 random bits), and 6 that count. The
part behind the namespace always has the same length, so the ids of ``bot`` and of ``bot1`` cannot be mixed up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import product

from ..errors import BadParameter

__all__ = ["NAMESPACE", "OrderIds", "belongs", "check_namespace"]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RUN = 14
_COUNT = 6
NAMESPACE = 12
"""The longest namespace, so that an id keeps to the exchange's 32 characters."""

_namespace = re.compile(f"[A-Za-z0-9]{{0,{NAMESPACE}}}")
_tail = re.compile(f"[A-Za-z0-9]{{{_RUN + _COUNT}}}")


class OrderIds:
    """Makes ids.

    Args:
        namespace: What each begins with: up to 12 letters or digits, ``""`` for nothing.
        draw: Returns a random integer below 2 to the power of its argument; it must not be guessable from a clock.

    Raises:
        BadParameter: The namespace is too long or has other characters.
    """

    def __init__(self, namespace: str, draw: Callable[[int], int]) -> None:
        check_namespace(namespace)
        self.namespace = namespace
        self._draw = draw
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._prefix = self.namespace + _text(self._draw(96) % 62**_RUN, _RUN)
        self._tails: Iterator[str] = map("".join, product(_DIGITS, repeat=_COUNT))

    def make(self) -> str:
        """Return the next id."""
        # A forked child has its parent's memory, and would go on with its parent's ids.
        if os.getpid() != self._process:
            self._begin()
        for tail in self._tails:
            return self._prefix + tail
        self._begin()
        return self.make()

    def mine(self, name: str) -> bool:
        """Tell whether this generator has made an id, rather than another one of the same namespace."""
        return belongs(name, self.namespace) and name.startswith(self._prefix)


def check_namespace(namespace: str) -> None:
    """Raise unless ids may begin with it.

    Raises:
        BadParameter: It is too long or has other characters.
    """
    if not isinstance(namespace, str) or not _namespace.fullmatch(namespace):
        raise BadParameter(f"a namespace has up to {NAMESPACE} letters or digits, not {namespace!r}")


def belongs(name: str, namespace: str) -> bool:
    """Tell whether an id was made by a generator of a namespace."""
    return name.startswith(namespace) and _tail.fullmatch(name, len(namespace)) is not None


def _text(number: int, width: int) -> str:
    signs: list[str] = []
    for _ in range(width):
        number, sign = divmod(number, 62)
        signs.append(_DIGITS[sign])
    return "".join(reversed(signs))
