"""The accounts of one exchange in V3, put together."""

from __future__ import annotations

from collections.abc import Mapping

from ..accounts.office import Office
from ..accounts.venue import Venue
from ..counters import Counters
from ..forms import declared
from ..keys import Keyring
from ..limits import Allowances
from ..market import Market
from ..roads import Roads
from .algos import AlgosV3
from .asks import HandlersV3
from .contracts import ContractsV3
from .courier import Courier
from .entries import Entries
from .gate import GateV3
from .holdings import HoldingsV3
from .margin import MarginV3
from .meter import MeterV3
from .options import OptionsV3
from .records import RecordsV3
from .rest import PrivateV3
from .spot import SpotV3
from .trading import TradingV3
from .wallet import WalletV3

__all__ = ["Bureau"]


class Bureau:
    """Everything private that is spoken in V3.

    Args:
        office: The accounts.
        venue: Orders and positions.
        markets: By instrument id; may change at any time.
        keyring: Judges signatures.
        allowances: The windows limits are counted in.
        limited: Whether REST has limits.
        demo: Whether this is the demo environment.

    Attributes:
        courier: Private channels.
        handlers: Who answers what.
    """

    def __init__(
        self,
        office: Office,
        venue: Venue,
        markets: Mapping[str, Market],
        keyring: Keyring,
        allowances: Allowances,
        limited: bool,
        demo: bool,
    ) -> None:
        endpoints = [each for each in declared("v3") if each.auth]
        meter = MeterV3(allowances, markets, limited)
        gate = GateV3(endpoints, keyring, office.bank.people, office.clock, meter, markets, demo)
        entries = Entries(office.bills, venue.settlement)
        spot = SpotV3(office.clock, office.bank, venue.margins, office.prices, entries)
        clock, orders = office.clock, venue.orders
        holdings = HoldingsV3(clock, markets, orders, venue.positions, venue.margins)
        trading = TradingV3(orders, venue.desk, venue.trading, office.balances)
        options = OptionsV3(office, venue, entries)
        margin = MarginV3(clock, markets, venue, office.prices, entries)
        self.courier = Courier(office, venue, markets, spot, holdings, options, margin)
        self.handlers: HandlersV3 = {
            **spot.handlers(),
            **WalletV3(office, spot, margin, markets).handlers(),
            **margin.handlers(),
            **ContractsV3(office, venue, holdings, entries).handlers(),
            **options.handlers(),
            **trading.handlers(),
            **AlgosV3(venue.algos, venue.stops, orders, trading.apart).handlers(),
            **RecordsV3(clock, orders, office.bills, venue.settlement, venue.records.seen).handlers(),
        }
        self._rest = PrivateV3(endpoints, gate, self.handlers)

    def mount(self, app: Roads, counters: Counters) -> None:
        """Add the endpoints to an application."""
        self._rest.mount(app, counters)
