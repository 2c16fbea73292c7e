"""All that has to do with accounts, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..clock import Clock
from ..counters import Counters
from ..derivatives import Derivatives
from ..forms import declared
from ..keys import Keyring
from ..limits import Allowances
from ..market import Market
from ..query_v5 import Query
from ..roads import Roads
from ..static import Static
from .balances import Balances
from .bank import Bank
from .bank_v5 import BankV5
from .bills import Bills
from .chains import Chains
from .demo_v5 import DemoV5
from .gate import Gate
from .holdings import Holdings, Nothing
from .meter import Meter
from .news import News
from .operations import Operations
from .prices import Prices
from .private import Private
from .ratios import FillRatios
from .rest import PrivateV5
from .services import Services

__all__ = ["Answer", "Command", "Office"]

Answer = Callable[[Query], list[Any]]
"""Answers a query with its ``data``."""
Command = Callable[[Query, Mapping[str, Any]], list[Any]]
"""Answers a JSON object, read and as it was sent, with its ``data``."""


class Office:
    """The accounts of one exchange. What a test wants to know is in `bank` and its ledger.

    Whoever trades on top of it (orders, positions) comes in by five doors: `services` takes its REST handlers and
    socket operations, `publish` what needs no key, `holds` what it knows of positions and margin, `private` its pushes
    and first pictures, and the ledger its money. `news` tells of what changed without money moving.

    Args:
        seed: Of the whole exchange.
        clock: Market time.
        keyring: Makes keys and judges signatures.
        vip: The fee tiers of the accounts it opens with.
        markets: By instrument id; may change at any time.
        figures: What follows from the markets.
        allowances: The windows limits are counted in.
        limited: Whether there are limits on REST and on operations.
        demo: Whether this is the demo environment.

    Attributes:
        bank: Users, keys and money.
        bills: Every movement as its owners see it.
        balances: What trading accounts look like.
        prices: What currencies are worth.
        private: Private channels.
        news: What they say about money.
        ratios: How many orders each account may send.
        chains: Deposits and withdrawals.
        bank_v5: Who answers what is asked about accounts and money.
        gate: Who is let in.
        services: Who answers.
        operations: The same on a socket.
        public: What answers anybody's GET without a key, by path.
        public_posts: What answers anybody's POST likewise.
    """

    def __init__(
        self,
        seed: int,
        clock: Clock,
        keyring: Keyring,
        vip: Sequence[int],
        markets: dict[str, Market],
        figures: Derivatives,
        allowances: Allowances,
        limited: bool,
        demo: bool,
    ) -> None:
        self.clock = clock
        self.markets = markets
        self.bank = Bank(seed, clock, keyring, vip)
        self.bills = Bills(self.bank.ledger)
        self.prices = Prices(markets, figures)
        self.balances = Balances(self.bank.trading, Nothing(), self.prices, clock)
        self.private = Private(clock)
        self.news = News(self.bank, self.balances, self.private, clock)
        self.endpoints = tuple(declared("v5"))
        self.ratios = FillRatios(self.bank.people, self.prices, clock)
        meter = Meter(self.endpoints, allowances, markets, self.ratios, limited)
        self.gate = Gate(keyring, self.bank.people, clock, meter, demo)
        self.services = Services()
        self.services.add(self.ratios.handlers())
        self.public: dict[str, Answer] = {}
        self.public_posts: dict[str, Command] = {}
        self.chains = Chains(self.bank, self.private, clock)
        self.bank_v5 = BankV5(self.bank, self.bills, self.balances, self.prices, self.chains, markets, clock)
        self.services.add(self.bank_v5.handlers())
        self.services.add(DemoV5(self.bank, self.balances, clock, demo).handlers())
        self.operations = Operations(self.endpoints, self.gate, self.services, self.bank.people, clock)

    def publish(self, endpoints: Mapping[str, Answer], commands: Mapping[str, Command] | None = None) -> None:
        """Let anybody ask for something that follows from accounts.

        Args:
            endpoints: What answers a GET, by path.
            commands: What answers a POST, by path.
        """
        self.public |= endpoints
        self.public_posts |= commands or {}

    def holds(self, holdings: Holdings) -> None:
        """Say who knows of positions and margin."""
        self.balances.holdings = holdings

    def mount(self, app: Roads, static: Static, counters: Counters) -> None:
        """Add the private endpoints to an application; ``static`` answers what nobody else does."""
        PrivateV5(self.endpoints, self.gate, self.services, static, self.clock, counters).mount(app)
