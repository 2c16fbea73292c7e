"""Everything that users trade with, put together: one place for orders, one for positions, one clockwork."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..beside import Beside
from ..derivatives import Derivatives
from ..instruments import Instrument, Kind
from ..market import Market
from ..text import exact_text
from .algos import Algos
from .bot_margin import Accounts
from .brakes import Brakes
from .copy_figures import CopyFigures
from .copy_rows import CopyRows
from .copy_v5 import CopyV5
from .copying import Copying
from .dca_v5 import DcaV5
from .dcas import Dcas
from .deals import Deals
from .desk import Desk
from .grid_advice import GridAdvice
from .grid_rows import GridRows
from .grid_v5 import GridV5
from .grids import Grids
from .guard import Guard
from .herald import Herald
from .holdings import Margin
from .isolated import IsolatedMargin
from .ledger import Entry
from .loans import Loans
from .margin import Margins
from .office import Office
from .orders import Orders, WhyCanceled
from .pair_guard import PairGuard
from .pairs import Pairs
from .people import User
from .positions import Position, Positions
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
from .rows import Rows, price_text
from .seasons import Seasons
from .settle import Settlement
from .spread_desk import SpreadDesk
from .spread_orders import SpreadOrders
from .spread_trading import SpreadTrading
from .stops import Stops
from .trading import Trading
from .worth import ZERO

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
        self.stops = Stops(clock, markets, self.positions, self.desk, figures)
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
        for order in self.desk.take_filled():
            self.stops.attach(order)
        self.stops.watch()
        self.grids.watch()
        self.dcas.watch()
        self.copying.watch()

    def cancel_all(self) -> None:
        """Cancel every open order, as the system does."""
        for order in self.orders.everybodys():
            self.desk.cancel(order, WhyCanceled.SYSTEM)

    def close(self) -> None:
        """Stop everything that waits."""
        self._brakes.release()
        self._spread_trading.release()
        self._rfqs.release()


class Standing:
    """What the accounts want to know of trading; see `Holdings`.

    Args:
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What they need.
        rows: Writes rows.
        settlement: Knows what each movement was for.
        relever: Changes the leverage of positions.
        busy: Tell whether a user has something else at work.
        role: Tells what a user is in copy trading.
    """

    def __init__(
        self,
        orders: Orders,
        positions: Positions,
        margins: Margins,
        rows: Rows,
        settlement: Settlement,
        relever: Relever,
        busy: Sequence[Callable[[User], bool]],
        role: Callable[[User], tuple[str, list[str]]],
    ) -> None:
        self._orders = orders
        self._positions = positions
        self._margins = margins
        self._rows = rows
        self.settlement = settlement
        self._relever = relever
        self._busy = busy
        self._role = role

    def positions(self, user: User) -> list[dict[str, Any]]:
        """See `Holdings`."""
        return [self._rows.position(position) for position in self._positions.of(user.uid)]

    def margin(self, user: User) -> dict[str, Margin]:
        """See `Holdings`."""
        found: dict[str, list[Position]] = {ccy: [] for ccy in self._margins.sharing(user)}
        for position in self._positions.of(user.uid):
            if position.market.instrument.kind is not Kind.OPTION:
                found.setdefault(position.ccy, []).append(position)
        return {ccy: self._margin(user, ccy, held) for ccy, held in found.items()}

    def working(self, user: User) -> bool:
        """See `Holdings`."""
        return bool(self._orders.pending(user.uid)) or any(busy(user) for busy in self._busy)

    def role(self, user: User) -> tuple[str, list[str]]:
        """See `Holdings`."""
        return self._role(user)

    def relever(self, user: User, markets: Collection[Market], mode: str, side: str, lever: Decimal) -> None:
        """See `Holdings`."""
        self._relever.change(user, markets, mode, side, lever)

    def bill(self, entry: Entry, user: User) -> Mapping[str, str]:
        """See `Holdings`. Fee and profit of a trade, and its number, stand in the bill of the currency it pays in."""
        cause = self.settlement.causes.get(entry.number)
        if cause is None:
            return self.settlement.said.get(entry.number, {})
        order, fill = cause
        instrument, paid = order.market.instrument, entry.ccy == fill.fee_ccy
        return ({"billId": str(fill.bill_id)} if paid else {}) | {
            "instType": instrument.kind.value,
            "instId": instrument.inst_id,
            "ordId": str(order.ord_id),
            "clOrdId": order.ticket.cl_ord_id,
            "tag": order.ticket.tag,
            "mgnMode": order.ticket.td_mode,
            "execType": "M" if fill.maker else "T",
            "tradeId": str(fill.trade_id),
            "fillTime": str(fill.ts),
            "px": instrument.price_text(fill.price),
            "sz": instrument.size_text(fill.lots),
            "fee": exact_text(fill.fee) if paid else "0",
            "pnl": exact_text(fill.pnl) if paid else "0",
            "fillIdxPx": price_text(fill.index),
            "fillMarkPx": price_text(fill.mark),
        }

    def _margin(self, user: User, ccy: str, held: list[Position]) -> Margin:
        margins = self._margins
        cross = [each for each in held if each.mode == "cross"]
        isolated = [each for each in held if each.mode == "isolated"]
        return Margin(
            sum((margins.upl(each) for each in cross), ZERO),
            sum((each.margin for each in isolated), ZERO),
            sum((margins.upl(each) for each in isolated), ZERO),
            margins.shared(user, ccy),
            sum((margins.maintenance(each) for each in cross), ZERO),
            sum((margins.worth(each) for each in held), ZERO),
        )
