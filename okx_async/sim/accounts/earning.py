"""What the rooms have in common in which money earns something: each first catches up with the time, then answers."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..clock import Clock
from ..market import Market
from ..query_v5 import Query
from .asks import Ask, Handlers
from .bank import Bank

__all__ = ["EarningRoom"]


class EarningRoom(ABC):
    """One chapter of the documents.

    Args:
        bank: Users and money.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bank: Bank, markets: dict[str, Market], clock: Clock) -> None:
        self._bank = bank
        self._markets = markets
        self._clock = clock

    @abstractmethod
    def handlers(self) -> Handlers:
        """Return who answers what."""

    @abstractmethod
    def pass_by(self, now: int) -> None:
        """Do what has become due."""

    def _form(self, ask: Ask) -> Query:
        """Return a request to be read, when everything that was due by now is done."""
        self.pass_by(self._clock.now())
        return Query(ask.fields, self._markets)
