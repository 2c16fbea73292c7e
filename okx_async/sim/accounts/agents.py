"""Who trades for a user without the user's own account showing it: the hands of a bot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from ..market import Market
from ..query_v5 import Refusal
from ..text import exact_text
from .bank import TRANSFER
from .desk import Desk
from .ledger import Ledger, Purse, Room
from .leverage import LEVERAGE
from .orders import Order, Ticket
from .people import User
from .worth import ZERO

__all__ = ["Agent"]

_COVER = ("10", "")
"""The bill of what the insurance fund pays."""


class Agent:
    """A bot's money and orders. What it gets from its owner and gives back are transfers.

    Args:
        ledger: Where money moves.
        desk: Where orders go.
        owner: For whom it trades.
        number: The bot's.
        name: What its owner calls the bot.
        tag: The broker's mark.
        mode: How it trades: ``cash``, or contracts ``cross``.

    Attributes:
        owner: For whom it trades.
        user: In whose name: an account nobody can ask for anything.
        purse: What it has.
    """

    def __init__(
        self, ledger: Ledger, desk: Desk, owner: User, number: int, name: str, tag: str, mode: str = "cash"
    ) -> None:
        self.owner = owner
        self.user = User(f"{owner.uid}-{number}", vip=owner.vip, mode=owner.mode)
        self.purse: Purse = ledger.purse(self.user.uid, Room.TRADING)
        self._ledger = ledger
        self._desk = desk
        self._number = str(number)
        self._name = name
        self._tag = tag
        self._mode = mode

    def take(self, ccy: str, amount: Decimal) -> None:
        """Take money from the owner; a negative amount goes back."""
        source = self._ledger.purse(self.owner.uid, Room.TRADING)
        self._ledger.move(ccy, amount, source, self.purse, TRANSFER, ref=self._number)

    def give_back(self, ccys: Iterable[str], worth: Callable[[], Decimal]) -> Decimal:
        """Give all that a bot still has back to its owner, and return what that was worth just before.

        It cannot have lost more than it had: the insurance fund pays what its account is in the red.
        """
        owed = [ccy for ccy in ccys if self.purse.cash.get(ccy, ZERO) < 0]
        for ccy in owed:
            fund = self._ledger.house(Room.FUND)
            self._ledger.move(ccy, -self.purse.cash[ccy], fund, self.purse, *_COVER, ref=self._number)
        left = worth()
        for ccy in ccys:
            self.take(ccy, -self.purse.cash.get(ccy, ZERO))
        return left

    def set_lever(self, market: Market, lever: Decimal) -> None:
        """Set the leverage that contracts are traded with."""
        self.user.settings[LEVERAGE, market.instrument.inst_id, self._mode, ""] = exact_text(lever)

    def limit(self, market: Market, buy: bool, lots: int, price: int, *, closes: bool = False) -> Order | None:
        """Place an order at a price in ticks; ``None`` where it is not taken, e.g. because the money is short.

        Args:
            market: Where.
            buy: Its side.
            lots: Its size.
            price: Its price.
            closes: Whether it may only shrink a position.
        """
        return self._send(market, buy, "limit", lots, price, None, closes)

    def at_market(self, market: Market, buy: bool, lots: int, *, closes: bool = False) -> Order | None:
        """Trade a size at once; see `limit`."""
        return self._send(market, buy, "market", lots, None, None, closes)

    def spend(self, market: Market, budget: Decimal) -> Order | None:
        """Buy for an amount of the quote currency at once; see `limit`."""
        return self._send(market, True, "market", 0, None, budget, False)

    def _send(
        self,
        market: Market,
        buy: bool,
        ord_type: str,
        lots: int,
        price: int | None,
        budget: Decimal | None,
        closes: bool,
    ) -> Order | None:
        spot = self._mode == "cash"
        ticket = Ticket(
            market,
            buy,
            ord_type,
            self._mode,
            "" if spot else "net",
            market.instrument.size_text(lots) if budget is None else f"{budget:f}",
            lots,
            price,
            budget,
            reduce_only=closes,
            tag=self._tag,
            tgt_ccy="" if price is not None or not spot else "base_ccy" if budget is None else "quote_ccy",
            algo_id=self._number,
            algo_cl_ord_id=self._name,
        )
        try:
            return self._desk.place(self.user, ticket)
        except Refusal:
            return None
