"""What positions and orders of users need, and what is left for more.

One rule for all account modes with derivatives, which is that of the futures mode: each settlement currency stands
for itself. Initial margin is counted at opening prices, maintenance margin and profits at mark prices. The tiers are
those of ``public/position-tiers``. What spot orders and whatever is isolated need is held in the purse; what shares the
cash of a currency is counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ..derivatives import Derivatives
from ..instruments import Instrument, Kind
from ..market import Market
from ..risk import tier_rows
from .fees import rate_of
from .ledger import Ledger, Purse, Room
from .orders import Order, Orders
from .people import User
from .positions import Position, Positions
from .worth import ZERO, money, terms_of

__all__ = ["Lending", "Margins", "Tier"]


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of position sizes: up to how many lots, with which rates and which greatest leverage."""

    most: int
    mmr: Decimal
    lever: Decimal


class Lending(Protocol):
    """What has to be known of borrowed money."""

    def spare(self, user: User, ccy: str) -> Decimal | None:
        """Return how much of a currency debts leave to be taken out or tied up, ``None`` for any amount."""
        ...

    def borrowable(self, user: User, ccy: str) -> Decimal:
        """Return how much an order of a user may spend beyond what the account has."""
        ...


class Margins:
    """Reckons margins.

    Args:
        ledger: Where the money is.
        orders: Everybody's orders.
        positions: Everybody's positions.
        figures: Where mark prices are.

    Attributes:
        credit: Who lends to trading accounts, ``None`` for nobody.
    """

    def __init__(self, ledger: Ledger, orders: Orders, positions: Positions, figures: Derivatives) -> None:
        self._ledger = ledger
        self._orders = orders
        self._positions = positions
        self._figures = figures
        self._tiers: dict[Instrument, list[Tier]] = {}
        self._shared: dict[str, dict[str, tuple[str, Decimal]]] = {}
        self.credit: Lending | None = None

    def copy_of(self, user: User, ledger: Ledger, orders: Orders, positions: Positions) -> Margins:
        """Return margins of its own over copies of what one user has, orders and holds."""
        copy = Margins(ledger, orders, positions, self._figures)
        copy._shared[user.uid] = dict(self._shared.get(user.uid, {}))
        return copy

    def purse(self, user: User) -> Purse:
        """Return a user's trading account."""
        return self._ledger.purse(user.uid, Room.TRADING)

    def purse_of(self, order: Order) -> Purse:
        """Return what an order is paid from and pays into: the trading account, or the margin account of its pair."""
        if not order.ticket.on_margin:
            return self.purse(order.user)
        return self._ledger.purse(order.user.uid, Room.MARGIN, order.market.instrument.inst_id)

    def mark(self, position: Position) -> Decimal:
        """Return the mark price of a position."""
        return self._figures.mark(position.market)

    def upl(self, position: Position) -> Decimal:
        """Return a position's unrealized profit at its mark price."""
        return position.unrealized(self.mark(position))

    def crossed(self, user: User, ccy: str) -> Decimal:
        """Return the unrealized profit of all cross positions in a currency."""
        return sum((self.upl(position) for position in self._positions.crossed(user.uid, ccy)), ZERO)

    def equity(self, user: User, ccy: str) -> Decimal:
        """Return what stands behind a user's cross positions: cash without isolated margins, and their profit."""
        return self.purse(user).cash.get(ccy, ZERO) - self.apart(user, ccy) + self.crossed(user, ccy)

    def apart(self, user: User, ccy: str) -> Decimal:
        """Return the margin of all isolated positions in a currency."""
        return sum((each.margin for each in self._positions.of(user.uid) if each.ccy == ccy), ZERO)

    def idle(self, user: User, ccy: str) -> Decimal:
        """Return the cash that nothing needs: losses of cross positions count, their profits do not."""
        return self.purse(user).available(ccy) - self.shared(user, ccy) + min(ZERO, self.crossed(user, ccy))

    def spendable(self, user: User, ccy: str) -> Decimal:
        """Return how much cash may leave or be tied up: what is idle, as far as no debt needs it."""
        spare = None if self.credit is None else self.credit.spare(user, ccy)
        idle = self.idle(user, ccy)
        return idle if spare is None else min(idle, spare)

    def payable(self, order: Order, ccy: str) -> Decimal:
        """Return how much an order may spend where what it trades is paid in full, borrowed money included."""
        if order.ticket.on_margin:
            return self.purse_of(order).available(ccy)
        more = ZERO if self.credit is None else self.credit.borrowable(order.user, ccy)
        return self.idle(order.user, ccy) + more

    def free(self, user: User, ccy: str) -> Decimal:
        """Return how much margin new cross positions may take: profits count, too."""
        gain = max(ZERO, self.crossed(user, ccy))
        return self.spendable(user, ccy) + gain

    def shared(self, user: User, ccy: str) -> Decimal:
        """Return the initial margin of cross positions and of the orders that would open such."""
        return sum((amount for one, amount in self._shared.get(user.uid, {}).values() if one == ccy), ZERO)

    def sharing(self, user: User) -> set[str]:
        """Return the currencies in which cross positions and orders need margin."""
        return {ccy for ccy, _ in self._shared.get(user.uid, {}).values()}

    def worth(self, position: Position) -> Decimal:
        """Return the notional value of a position in dollars."""
        value = position.terms.value(self.mark(position), abs(position.lots))
        return value * self.dollars(position.market)

    def initial(self, position: Position) -> Decimal:
        """Return a position's initial margin at opening prices."""
        average = position.average
        if average is None or position.market.instrument.kind is Kind.OPTION:
            return ZERO
        return money(position.terms.value(average, abs(position.lots)) / position.lever)

    def maintenance(self, position: Position) -> Decimal:
        """Return a position's maintenance margin at the mark price."""
        if not position.lots or position.market.instrument.kind is Kind.OPTION:
            return ZERO
        lots = abs(position.lots)
        return money(position.terms.value(self.mark(position), lots) * self.tier(position.market, lots).mmr)

    def closing_fee(self, position: Position) -> Decimal:
        """Return what closing a position at its mark price would cost a taker."""
        rate = rate_of(position.market.instrument.kind, position.user.vip, False)
        return money(position.terms.value(self.mark(position), abs(position.lots)) * rate)

    def ratio(self, position: Position) -> Decimal | None:
        """Return by how much margin exceeds what is needed, 1 is liquidation; ``None`` without a need."""
        sharing = [position]
        if position.mode == "cross":
            sharing = list(self._positions.crossed(position.user.uid, position.ccy))
        need = sum((self._upkeep(each) for each in sharing), ZERO)
        return self.behind(position) / need if need else None

    def _upkeep(self, position: Position) -> Decimal:
        """Return below what margin a position is liquidated."""
        return self.maintenance(position) + self.closing_fee(position)

    def behind(self, position: Position) -> Decimal:
        """Return what stands behind a position at mark prices: its own margin, or the equity it shares."""
        if position.mode == "isolated":
            return position.margin + self.upl(position)
        return self.equity(position.user, position.ccy)

    def dollars(self, market: Market) -> Decimal:
        """Return what one unit of the currency that an instrument is settled in costs in dollars.

        Dollars in coins count as one, and so does BTC as the quote currency of a pair, whose price is not known here.
        """
        return self._figures.index(market) if market.instrument.settle == market.instrument.base else Decimal(1)

    def liquidation_price(self, position: Position) -> Decimal | None:
        """Return at about which mark price a position would be liquidated if nothing else moved; ``None`` for never."""
        average, terms, lots = position.average, position.terms, abs(position.lots)
        if average is None or position.market.instrument.kind is Kind.OPTION:
            return None
        isolated = position.mode == "isolated"
        stake = position.margin if isolated else self.equity(position.user, position.ccy) - self.upl(position)
        others = ZERO
        if not isolated:
            sharing = self._positions.crossed(position.user.uid, position.ccy)
            others = sum((self._upkeep(each) for each in sharing if each is not position), ZERO)
        rate = self.tier(position.market, lots).mmr + rate_of(position.market.instrument.kind, position.user.vip, False)
        sign = 1 if position.lots > 0 else -1
        # Where stake + profit = need: linear in the price, of inverse contracts in its reciprocal.
        face = terms.face * lots
        if terms.inverse:
            below = (stake - others) / face + sign / average
            price = (rate + sign) / below if below else ZERO
        else:
            price = (sign * average - (stake - others) / face) / (sign - rate)
        return price if price > 0 else None

    def closable(self, position: Position) -> int:
        """Return how many lots of a position no open order is going to close."""
        taken = sum(
            order.left
            for order in self._orders.pending(position.user.uid)
            if order.market is position.market
            and (order.ticket.td_mode, order.ticket.pos_side) == (position.mode, position.side)
            and order.ticket.buy is (position.lots < 0)
        )
        return max(0, abs(position.lots) - taken)

    def tiers(self, market: Market) -> list[Tier]:
        """Return the tiers of an instrument, the smallest first."""
        instrument = market.instrument
        if instrument not in self._tiers:
            lot = terms_of(instrument).lot
            self._tiers[instrument] = [
                Tier(int(Decimal(row["maxSz"]) / lot), Decimal(row["mmr"]), Decimal(row["maxLever"]))
                for row in tier_rows(market)
            ]
        return self._tiers[instrument]

    def tier(self, market: Market, lots: int) -> Tier:
        """Return the tier of a size; what is beyond all counts as the last."""
        tiers = self.tiers(market)
        return next((tier for tier in tiers if lots <= tier.most), tiers[-1])

    def most(self, market: Market, lever: Decimal) -> int:
        """Return how many lots a leverage allows at most."""
        return max((tier.most for tier in self.tiers(market) if tier.lever >= lever), default=0)

    def opening(self, order: Order, left: int) -> int:
        """Return how many of an order's lots would open something, the older orders counted before it."""
        ticket = order.ticket
        position = self._positions.find(order.user, order.market, ticket.td_mode, ticket.pos_side)
        if ticket.closes:
            return 0
        if position is None or (position.lots > 0) == ticket.buy:
            return left
        taken = sum(each.left for each in self._rivals(order) if each.ord_id < order.ord_id)
        return max(0, left - max(0, abs(position.lots) - taken))

    def need(self, order: Order, price: Decimal, left: int) -> tuple[str, Decimal]:
        """Return what has to be set aside for so many lots of an order at a price: the currency and the amount."""
        instrument, ticket, terms = order.market.instrument, order.ticket, terms_of(order.market.instrument)
        if instrument.kind is Kind.SPOT:
            return (instrument.quote, terms.value(price, left)) if ticket.buy else (instrument.base, terms.size(left))
        opened = self.opening(order, left)
        fee = rate_of(instrument.kind, order.user.vip, False)
        if instrument.kind is Kind.OPTION:
            return terms.settle, money(terms.value(price, opened) * (1 + fee))
        return terms.settle, money(terms.value(price, opened) * (1 / Decimal(order.lever) + max(ZERO, fee)))

    def lost_at_once(self, order: Order, price: Decimal) -> Decimal:
        """Return what a contract trade at a price loses against the mark price, 0 for a gain."""
        terms, mark = terms_of(order.market.instrument), self._figures.mark(order.market)
        bought, sold = (price, mark) if order.ticket.buy else (mark, price)
        return max(ZERO, -money(terms.gain(bought, sold, order.lots)))

    def set_aside(self, order: Order) -> None:
        """Set aside what an order needs now; nothing for one that does not rest."""
        amount, ccy = ZERO, ""
        if order.resting is not None and order.price is not None:
            ccy, amount = self.need(order, terms_of(order.market.instrument).price(order.price), order.left)
        what_for = f"order {order.ord_id}"
        if order.ticket.td_mode == "cross" and order.market.instrument.kind is not Kind.SPOT:
            self._share(order.user, what_for, ccy, amount)
        else:
            self.purse_of(order).hold(what_for, ccy, amount)

    def secure(self, position: Position) -> None:
        """Set aside what a position needs now, and set the orders around it right."""
        what_for = f"position {position.pos_id}"
        if position.mode == "cross":
            self._share(position.user, what_for, position.ccy, self.initial(position))
        else:
            self.purse(position.user).hold(what_for, position.ccy, position.margin)
        for order in self._orders.pending(position.user.uid):
            if order.market is position.market and order.ticket.td_mode == position.mode:
                self.set_aside(order)

    def _share(self, user: User, what_for: str, ccy: str, amount: Decimal) -> None:
        """Set aside what shares the cash of a currency."""
        if amount:
            self._shared.setdefault(user.uid, {})[what_for] = (ccy, amount)
        else:
            self._shared.get(user.uid, {}).pop(what_for, None)

    def _rivals(self, order: Order) -> list[Order]:
        """Return the open orders of the same user, side and position."""
        ticket = order.ticket
        return [
            each
            for each in self._orders.pending(order.user.uid)
            if each.market is order.market
            and (each.ticket.buy, each.ticket.td_mode, each.ticket.pos_side)
            == (ticket.buy, ticket.td_mode, ticket.pos_side)
        ]
