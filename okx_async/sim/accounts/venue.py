"""Everything that users trade with, put together: one place for orders, one for positions, one clockwork."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from ..beside import Beside
from ..derivatives import Derivatives
from ..instruments import Instrument, Kind
from ..market import Market
from .algos import Algos
from .borrow_v5 import BorrowV5
from .bot_margin import Accounts
from .brackets import Brackets
from .brakes import Brakes
from .copy_figures import CopyFigures
from .copy_rows import CopyRows
from .copy_v5 import CopyV5
from .copying import Copying
from .credit import Credit
from .dca_v5 import DcaV5
from .dcas import Dcas
from .deals import Deals
from .debt_guard import DebtGuard
from .debts import Debts
from .desk import Desk
from .grid_advice import GridAdvice
from .grid_rows import GridRows
from .grid_v5 import GridV5
from .grids import Grids
from .guard import Guard
from .herald import Herald
from .isolated import IsolatedMargin
from .loans import Loans
from .margin import Margins
from .office import Office
from .one_click import OneClick
from .orders import Orders, WhyCanceled
from .pair_guard import PairGuard
from .pairs import Pairs
from .people import User
from .positions import Positions
from .precheck import Precheck
from .profit_shares import ProfitShares
from .records import Records
from .recurring import Recurring
from .recurring_v5 import RecurringV5
from .relever import Relever
from .rfq_desk import RfqDesk
from .rfq_maker_v5 import RfqMakerV5
from .rfq_makers import Makers
from .rfq_v5 import RfqV5
from .rfqs import Rfqs
from .rows import Rows
from .seasons import Seasons
from .settle import Settlement
from .spread_desk import SpreadDesk
from .spread_orders import SpreadOrders
from .spread_trading import SpreadTrading
from .standing import Standing
from .stops import Stops
from .trading import Trading

__all__ = ["Venue"]


class Venue:
    """Orders and positions of all users.

    Args:
        office: The accounts.
        markets: By instrument id; may change at any time.
        figures: What follows from the markets.
        beside: What is traded beside the order books; its own where nobody else looks at it.

    Attributes:
        orders: Every order.
        positions: Every position.
        margins: What they need.
        desk: Where orders go.
        guard: Watches over margins.
        credit: What is borrowed into trading accounts, and what may be.
        debt_guard: Counts its interest and watches over who owes it.
        loans: What is borrowed into margin accounts.
        pairs: Reckons margin accounts.
        pair_guard: Counts their interest and watches over them.
        isolated: Changes the margin of isolated positions.
        beside: What is traded beside the order books.
        rows: Writes what users are told.
        herald: Who tells.
        settlement: What trades do, and which movements of money they made.
        trading: Reads and places orders.
        stops: Every algo order.
        brackets: What was attached to orders.
        algos: Reads and places algo orders.
        grids: Every grid bot.
        dcas: Every DCA bot.
        copying: Who leads and who copies.
        shares: What lead traders get of their copiers' profits.
        recurring: Every recurring buy.
    """

    def __init__(
        self, office: Office, markets: Mapping[str, Market], figures: Derivatives, beside: Beside | None = None
    ) -> None:
        clock, ledger = office.clock, office.bank.ledger
        self._markets = markets
        self._earnings = office.bank_v5.pass_by
        self.orders = Orders()
        self.positions = Positions()
        self.margins = Margins(ledger, self.orders, self.positions, figures)
        self.rows = Rows(self.margins, figures)
        self.herald = Herald(office.private, office.news, self.rows, self.positions, clock)
        self.herald.order_listeners.append(office.ratios.filled)
        self.settlement = Settlement(ledger, self.orders, self.positions, self.margins, figures, office.bills.reserve)
        self.desk = Desk(clock, self.orders, self.positions, self.margins, self.settlement, self.herald, figures)
        self.credit = Credit(Debts(ledger, clock), self.margins, office.prices, office.bank.people, self._bases)
        self.margins.credit = self.settlement.credit = office.balances.credit = self.credit
        self.debt_guard = DebtGuard(
            ledger, self.credit, self.margins, office.prices, self.orders, self.positions, self.desk
        )
        self.debt_guard.on_grown = lambda user, ccy: office.news.touch(user, (ccy,))
        borrowing = BorrowV5(self.credit, self.debt_guard, self.margins, office.prices, markets, clock)
        office.services.add(borrowing.handlers())
        office.services.add(OneClick(clock, markets, self.credit, self.margins, self.desk).handlers())
        self.guard = Guard(self.orders, self.positions, self.margins, self.settlement, self.desk, self.herald)
        self.desk.on_traded = self._traded
        self.loans = Loans(ledger, clock)
        self.pairs = Pairs(self.loans, self.margins, figures)
        office.bank_v5.transfers.withdrawable = lambda user, pair, ccy: self.pairs.account(
            user, markets[pair]
        ).withdrawable(ccy)
        self.pair_guard = PairGuard(ledger, self.loans, self.pairs, self.orders, self.desk)
        self._seasons = Seasons(
            clock,
            self.orders,
            self.positions,
            self.margins,
            self.settlement,
            self.desk,
            self.herald,
            figures,
            markets,
        )
        self.isolated = IsolatedMargin(markets, self.positions, self.margins, self.herald)
        office.services.add(self.isolated.handlers())
        self._brakes = Brakes(clock, self.orders, self.desk)
        self.trading = Trading(clock, markets, self.orders, self.positions, self.desk, self._brakes, figures)
        office.services.add(self.trading.handlers())
        precheck = Precheck(clock, markets, self.desk, self.settlement, figures, office.prices)
        office.services.add(precheck.handlers())
        self.stops = Stops(clock, markets, self.positions, self.desk, figures)
        self.herald.position_listeners.append(self.stops.moved)
        self.brackets = Brackets(self.stops)
        self.algos = Algos(clock, markets, self.stops, self.orders, office.private)
        office.services.add(self.algos.handlers())
        self.rows.closers = self.algos.closers
        self.records = Records(clock, markets, self.orders, self.positions, self.rows)
        office.services.add(self.records.handlers())
        self.beside = beside or Beside(markets)
        deals = Deals(clock, self.orders, self.positions, self.desk, self.settlement, self.herald)
        spread_orders = SpreadOrders()
        self._spread_desk = SpreadDesk(clock, markets, spread_orders, deals)
        self._spread_trading = SpreadTrading(
            clock, self.beside.spreads, spread_orders, self._spread_desk, office.private
        )
        office.services.add(self._spread_trading.handlers())
        rfqs, makers = Rfqs(), Makers(clock, figures)
        rfq_desk = RfqDesk(clock, rfqs, deals, makers, self.beside.blocks, figures)
        self._rfqs = RfqV5(clock, markets, office.bank.people, rfqs, rfq_desk, office.private)
        office.services.add(self._rfqs.handlers())
        office.services.add(RfqMakerV5(clock, makers).handlers())
        bots = Accounts(self.positions, self.margins)
        self.grids = Grids(clock, markets, ledger, self.desk, bots)
        grid_rows = GridRows(self.rows, self.orders)
        grid_v5 = GridV5(self.grids, grid_rows, self.margins, markets, clock, office.private)
        grid_v5.listen(self.herald)
        office.services.add(grid_v5.handlers())
        advice = GridAdvice(markets, clock)
        office.publish(advice.endpoints(), advice.commands())
        self.dcas = Dcas(clock, markets, ledger, self.desk, bots)
        self.herald.order_listeners.append(lambda order, fill, amended: self.dcas.heard(order))
        office.services.add(DcaV5(self.dcas, self.margins, markets, clock).handlers())
        self.copying = Copying(clock, markets, self.positions, self.margins, self.desk, self.stops.price)
        office.gate.meter.leads = self.copying.leads_on
        self.shares = ProfitShares(clock, ledger, self.margins, self.copying)
        self.herald.order_listeners.append(lambda order, fill, amended: self.copying.heard(order, fill))
        self.herald.position_listeners.append(self.copying.moved)
        copy_rows = CopyRows(self.copying, self.shares, self.margins)
        copy_v5 = CopyV5(self.copying, self.shares, copy_rows, markets, clock)
        office.services.add(copy_v5.handlers())
        office.publish(copy_v5.endpoints() | CopyFigures(self.copying, clock).endpoints())
        self.recurring = Recurring(clock, ledger, self.margins, self.desk)
        office.services.add(RecurringV5(self.recurring, markets, clock, office.private).handlers())
        busy = (
            self.stops.waiting,
            lambda user: bool(spread_orders.pending(user.uid)),
            lambda user: bool(rfqs.asked_by(user) or rfqs.quoted_by(user)),
        )
        role = self.copying.role
        relever = Relever(self.positions, self.margins, self.herald)
        office.holds(
            Standing(self.orders, self.positions, self.margins, self.rows, self.settlement, relever, busy, role)
        )

    def charge(self, rate: Callable[[Instrument, User, bool], Decimal]) -> None:
        """Say what part of a trade's value a user pays as its maker or taker."""
        self.settlement.rate = rate

    def step(self, now: int, moved: Mapping[str, object]) -> None:
        """Do what a step of the market brings: what is due by now, and a look at margins and bots where prices moved.

        Args:
            now: The step's moment.
            moved: The instruments that moved.
        """
        funded = self._seasons.pass_by(now)
        self.pair_guard.pass_by(now)
        self.debt_guard.pass_by(now)
        self._earnings(now)
        self.recurring.pass_by(now)
        for market in self.positions.markets():
            if funded or market.instrument.inst_id in moved:
                self.guard.watch(market)
        self.pair_guard.watch([market for market in self.loans.markets() if market.instrument.inst_id in moved])
        self.stops.watch()
        self._spread_desk.watch()
        self.grids.watch()
        self.dcas.watch()
        self.copying.watch()
        self.shares.pass_by(now)

    def _traded(self, market: Market) -> None:
        """Look after what a user's own trade can set off."""
        self.guard.watch(market)
        self.pair_guard.watch((market,))
        self.debt_guard.watch()
        for order in self.desk.take_filled():
            self.brackets.attach(order)
        self.stops.watch()
        self.grids.watch()
        self.dcas.watch()
        self.copying.watch()

    def _bases(self, ccy: str) -> Iterator[str]:
        """Yield the pairs whose base a currency is."""
        pairs = (market.instrument for market in self._markets.values() if market.instrument.kind is Kind.SPOT)
        return (pair.inst_id for pair in pairs if pair.base == ccy)

    def cancel_all(self) -> None:
        """Cancel every open order, as the system does."""
        for order in self.orders.everybodys():
            self.desk.cancel(order, WhyCanceled.SYSTEM)

    def close(self) -> None:
        """Stop everything that waits."""
        self._brakes.release()
        self._spread_trading.release()
        self._rfqs.release()
