"""All that has to do with brokers, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts.asks import Ask, Handler, Handlers
from ..accounts.office import Office
from ..accounts.people import User
from ..accounts.venue import Venue
from ..market import Market
from ..query_v5 import Refusal
from ..roads import Roads
from .dcd import Deals
from .dcd_v5 import DcdV5
from .deposits import Addresses
from .dma import BrokerDma
from .earnings import Earnings
from .fd import BrokerFd
from .files import Files
from .markups import Markups
from .nd import BrokerNd
from .redemptions import Redemptions

__all__ = ["Brokers"]

CODE = "simbroker"
"""The code of the first broker, which orders carry as their tag."""


class Brokers:
    """The brokers of one exchange.

    The first master account is a broker of every kind, fully disclosed as ``api`` with the code ``simbroker``; whoever
    else asks is refused with 59608.

    Args:
        seed: Of the whole exchange.
        office: The accounts.
        venue: Where users trade.
        markets: By instrument id.

    Attributes:
        files: The files rebates are told in.
        earnings: What brokers earn.
        deals: Dual currency deposits.
    """

    def __init__(self, seed: int, office: Office, venue: Venue, markets: Mapping[str, Market]) -> None:
        bank, clock = office.bank, office.clock
        self._codes: dict[str, dict[str, str]] = {}
        self.files = Files(seed, clock)
        self.earnings = Earnings(bank.ledger, bank.people, office.prices)
        self.deals = Deals(bank, office.prices, clock)
        markups = Markups(clock.now)
        venue.charge(markups.rate)
        addresses = Addresses(bank, office.chains, clock)
        nd = BrokerNd(office, markets, markups, addresses, self.earnings, self.files)
        fd = BrokerFd(office, markets, self.earnings, self.files, self._codes)
        dma = BrokerDma(office, markets, nd)
        for room in (nd, fd, dma):
            office.services.add(self._for_brokers(room.handlers()))
        DcdV5(self.deals, Redemptions(self.deals, office.prices, clock), markets, clock).join(office.services)
        if bank.masters:
            self.appoint(bank.masters[0], api=CODE)

    def appoint(self, user: User, **codes: str) -> None:
        """Make a master account a broker.

        Args:
            user: Who.
            codes: The codes of the kinds of fully disclosed broker it is: ``api``, ``oauth`` or both.
        """
        self._codes[user.uid] = dict(codes)

    def mount(self, app: Roads) -> None:
        """Serve the files."""
        self.files.mount(app)

    def _for_brokers(self, handlers: Handlers) -> Handlers:
        """Let handlers answer brokers only."""

        def guarded(handler: Handler) -> Handler:
            def answer(ask: Ask) -> list[Any]:
                if ask.user.uid not in self._codes:
                    raise Refusal(200, "59608", "Only brokers have the permission.")
                return handler(ask)

            return answer

        return {key: guarded(handler) for key, handler in handlers.items()}
