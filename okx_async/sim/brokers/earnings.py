"""What brokers earn: a part of the fees of their users' trades.

Which part the exchange pays is a matter of contract; here it is `SHARE` of every fee, in USDT at the moment of the
trade, and nothing is taken back for rebates that makers get.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..accounts.holdings import Holdings
from ..accounts.ledger import Entry, Ledger, Room
from ..accounts.people import People, User
from ..accounts.prices import Prices

__all__ = ["SHARE", "Earned", "Earnings"]

SHARE = Decimal("0.3")
_PLACES = Decimal(1).scaleb(-8)


@dataclass(frozen=True, slots=True)
class Earned:
    """The fee of one trade.

    Attributes:
        entry: The movement of the fee.
        user: Who paid it.
        fee: What was paid, in USDT.
    """

    entry: Entry
    user: User
    fee: Decimal

    @property
    def rebate(self) -> Decimal:
        """The broker's part, in USDT."""
        return (self.fee * SHARE).quantize(_PLACES)


class Earnings:
    """Every fee of every user since the exchange opened.

    Args:
        ledger: Where fees move.
        people: Who pays them.
        prices: What currencies are worth.
    """

    def __init__(self, ledger: Ledger, people: People, prices: Prices) -> None:
        self._people = people
        self._prices = prices
        self._made: list[Earned] = []
        ledger.listeners.append(self._hear)

    def _hear(self, entry: Entry) -> None:
        # Of what goes to the exchange only fees of trades are about an instrument and an order.
        if entry.target.room is Room.FEES and entry.inst_id and entry.source.owner:
            price = self._prices.usd(entry.ccy) or Decimal(0)
            fee = (entry.amount * price).quantize(_PLACES)
            owner, _, _ = entry.source.owner.partition("-")  # what a bot pays is its owner's: see `Agent`
            self._made.append(Earned(entry, self._people.user(owner), fee))

    def below(self, master: User, begin: int, end: int) -> Iterator[Earned]:
        """Yield the fees of a broker's sub-accounts, from a moment to before another, the oldest first."""
        for one in self._made:
            if begin <= one.entry.ts < end and one.user.master == master.uid and not one.user.is_master:
                yield one

    def tagged(self, code: str, begin: int, end: int, holdings: Holdings) -> Iterator[Earned]:
        """Yield the fees of orders with a broker's code as their tag."""
        for one in self._made:
            if begin <= one.entry.ts < end and holdings.bill(one.entry, one.user).get("tag") == code:
                yield one
