"""Copy trading: who leads, who copies whom, and that copies follow what lead traders open and close.

Copies are market orders in the copier's own account, sent as soon as the trade that they follow is settled. They may
fail, as any order may: for want of money, of budget or of somebody to trade with. What was not copied is not copied
later; what was not closed with its lead position is tried again as long as it is there. Only orders are led: what is
agreed on beside the books, such as block trades, opens no lead position, though it can close one.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..clock import Clock
from ..market import Market
from ..query_v5 import Refusal
from ..text import exact_text
from .bot_roll import Rounds
from .copy_people import (
    FIXED,
    MANUAL_CLOSE,
    MARKET_CLOSE,
    MOST_COPIERS,
    RATIO,
    Copier,
    Leader,
    Terms,
    leads,
)
from .desk import Desk
from .forms import refuse
from .lead_positions import LeadPosition, LeadPositions, Spot
from .leverage import LEVERAGE
from .margin import Margins
from .orders import Fill, Order, Ticket
from .people import Mode, User
from .positions import Position, Positions
from .worth import ZERO, money, terms_of

__all__ = ["Copying"]


@dataclass(frozen=True, slots=True)
class _Deed:
    """What copying is sending an order for, while it is sent.

    Attributes:
        ticket: The order's, by which it is known.
        part: What it closes, ``None`` where it opens.
        copier: Who copies, where it opens.
        source: What is copied, where it opens.
    """

    ticket: Ticket
    part: LeadPosition | None = None
    copier: Copier | None = None
    source: LeadPosition | None = None


class Copying:
    """Copy trading.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        positions: Everybody's positions.
        margins: Reckons margins.
        desk: Where orders go.
        price: Returns the price of one source, as stops know it.

    Attributes:
        parts: Every lead position and every copy.
        on_stopped: Told of each copier that stops.
        watch: Lets copies follow, and closes what has reached its price.
    """

    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        positions: Positions,
        margins: Margins,
        desk: Desk,
        price: Callable[[Market, str], Decimal],
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._positions = positions
        self._margins = margins
        self._desk = desk
        self._price = price
        self.parts = LeadPositions()
        self._leaders: dict[str, Leader] = {}
        self._copiers: list[Copier] = []
        self._copier_of: dict[LeadPosition, Copier] = {}
        self._deed: _Deed | None = None
        self._stirred: dict[LeadPosition, None] = {}
        self.watch = Rounds(self._look_at_all)
        self.on_stopped: Callable[[Copier], None] = lambda copier: None

    # -- who leads and who copies

    def code(self, user: User) -> str:
        """Return a user's unique code: sixteen characters."""
        return hashlib.sha256(f"copy {user.uid}".encode()).hexdigest()[:16].upper()

    def leader(self, user: User) -> Leader | None:
        """Return a lead trader, ``None`` for who is none."""
        return self._leaders.get(self.code(user))

    def leaders(self) -> list[Leader]:
        """Return every lead trader."""
        return list(self._leaders.values())

    def led_by(self, code: str) -> Leader:
        """Return the lead trader of a unique code.

        Raises:
            Refusal: 59269 when there is none.
        """
        if code not in self._leaders:
            raise refuse("59269", "The lead trader doesn't exist")
        return self._leaders[code]

    def lead(self, user: User, share: Decimal, inst_ids: set[str] | None = None) -> Leader:
        """Let a user lead.

        Args:
            user: Who.
            share: Which part of its copiers' profits is its own.
            inst_ids: What it leads, ``None`` for all that can be led.

        Raises:
            Refusal: Its account mode does not fit, it copies somebody, or it cannot lead what it wants to.
        """
        if user.mode in (Mode.SPOT, Mode.PORTFOLIO):
            code = "59286" if user.mode is Mode.SPOT else "51164"
            raise refuse(code, "Your account mode has no lead trading")
        if any(each.active for each in self.copied_by(user)):
            raise refuse("59258", "You copy a lead trader")
        possible = {each for each, market in self._markets.items() if leads(market)}
        if inst_ids is not None and not inst_ids <= possible:
            raise refuse("51166", "The instrument is not for lead trading")
        chosen = possible if inst_ids is None else set(inst_ids)
        leader = Leader(user, self.code(user), share, self._clock.now(), chosen)
        return self._leaders.setdefault(leader.code, leader)

    def leads_on(self, user: User, inst_id: str) -> bool:
        """Tell whether a user leads on an instrument."""
        leader = self.leader(user)
        return leader is not None and inst_id in leader.instruments

    def role(self, user: User) -> tuple[str, list[str]]:
        """Return what a user is, in V5's numbers, and what it leads: 1 a lead trader, 2 a copier, 0 neither."""
        leader = self.leader(user)
        if leader is not None:
            return "1", sorted(leader.instruments)
        return "2" if any(copier.active for copier in self.copied_by(user)) else "0", []

    def copied_by(self, user: User) -> Iterator[Copier]:
        """Yield what a user copies and copied, the newest first."""
        yield from (each for each in reversed(self._copiers) if each.user is user)

    def copiers(self, leader: Leader) -> list[Copier]:
        """Return who copies a lead trader, and who did."""
        return [each for each in self._copiers if each.leader is leader]

    def everybody(self) -> list[Copier]:
        """Return everybody who copies, and who did."""
        return list(self._copiers)

    def copier(self, user: User, leader: Leader) -> Copier | None:
        """Return how a user copies a lead trader, or did at last; ``None`` for never."""
        return next((each for each in self.copied_by(user) if each.leader is leader), None)

    def begin(self, user: User, leader: Leader, terms: Terms) -> Copier:
        """Let a user copy a lead trader: what is open already is not copied.

        Raises:
            Refusal: It cannot be.
        """
        if leader.user is user:
            raise refuse("59274", "You can't copy yourself")
        if self.leader(user) is not None:
            raise refuse("59258", "Lead traders can't copy")
        if user.mode is not Mode.FUTURES:
            raise refuse("59283", "Your account is not in futures mode")
        others = [each for each in self.copied_by(user) if each.active]
        if any(each.leader is leader for each in others):
            raise refuse("59279", "You copy this lead trader already")
        if others and not user.hedged:
            raise refuse("59256", "In one-way mode you can copy only one lead trader")
        if sum(each.active for each in self.copiers(leader)) >= MOST_COPIERS:
            raise refuse("59277", "The lead trader has no place for more copiers")
        copier = Copier(user, leader, terms, self._clock.now())
        self._copiers.append(copier)
        leader.ever += 1
        return copier

    def change(self, copier: Copier, terms: Terms) -> None:
        """Copy in another way from now on; copies are closed at once where that is asked for."""
        copier.terms = terms
        self._let(copier, terms.closes)
        self.watch()

    def stop(self, copier: Copier, closes: str) -> None:
        """Copy nothing any more.

        Args:
            copier: Who.
            closes: What happens to what is open.
        """
        copier.active = False
        self._let(copier, closes)
        self.watch()
        self.on_stopped(copier)

    def _let(self, copier: Copier, closes: str) -> None:
        for part in copier.open:
            part.follows = closes != MANUAL_CLOSE
            part.goal = 0 if closes == MARKET_CLOSE else part.goal if part.follows else None

    # -- what happens to positions

    def heard(self, order: Order, fill: Fill | None) -> None:
        """Take down what a fill of anybody has opened and closed."""
        if fill is None or not leads(order.market) or not self._leaders:
            return
        ticket = order.ticket
        spot = (order.user.uid, order.market, ticket.td_mode, ticket.pos_side)
        position = self._positions.find(order.user, order.market, ticket.td_mode, ticket.pos_side)
        change = fill.lots if ticket.buy else -fill.lots
        before = (position.lots if position is not None else 0) - change
        closed = min(abs(before), fill.lots) if before * change < 0 else 0
        if closed:
            price = terms_of(order.market.instrument).price(fill.price)
            aim = self._deed.part if self._deed is not None and self._deed.ticket is ticket else None
            if aim is not None and aim.lots:
                self._shrink(aim, min(aim.lots, closed), price, fill.fee / fill.lots, fill.ts)
            self._cut(spot, abs(before) - closed, price, fill.fee / fill.lots, fill.ts)
        if closed < fill.lots:
            self._grow(order, fill, fill.lots - closed)

    def moved(self, position: Position) -> None:
        """Close what is left of parts when a position has become smaller, or has turned, without an order."""
        spot = (position.user.uid, position.market, position.mode, position.side)
        parts = self.parts.at(spot)
        if parts:
            left = abs(position.lots) if parts[0].held.lots * position.lots > 0 else 0
            self._cut(spot, left, self._margins.mark(position), ZERO, self._clock.now())

    def _grow(self, order: Order, fill: Fill, lots: int) -> None:
        deed = self._deed
        if deed is not None and deed.ticket is order.ticket and deed.copier is not None and deed.source is not None:
            copy = self.parts.grow(deed.copier.copies.get(deed.source), order, fill, lots, deed.copier.leader.code)
            copy.source = deed.source
            deed.copier.copies[deed.source] = copy
            self._copier_of[copy] = deed.copier
            return
        leader = self.leader(order.user)
        if leader is None or order.market.instrument.inst_id not in leader.instruments:
            return
        spot = (order.user.uid, order.market, order.ticket.td_mode, order.ticket.pos_side)
        mine = next((part for part in self.parts.at(spot) if part.order is order), None)
        self._stirred[self.parts.grow(mine, order, fill, lots, leader.code)] = None

    def _cut(self, spot: Spot, left: int, price: Decimal, fee: Decimal, now: int) -> None:
        """Close the oldest parts until all are no more than what is left of their position.

        Args:
            spot: Which position.
            left: How many lots of it are left.
            price: At which price it was closed.
            fee: What that cost for each lot.
            now: When, Unix milliseconds.
        """
        parts = self.parts.at(spot)
        excess = sum(part.lots for part in parts) - left
        for part in parts:
            lots = min(part.lots, excess)
            if lots > 0:
                self._shrink(part, lots, price, fee, now)
                excess -= lots

    def _shrink(self, part: LeadPosition, lots: int, price: Decimal, fee: Decimal, now: int) -> None:
        self.parts.shrink(part, lots, price, money(fee * lots), now)
        if part.source is None:
            self._stirred[part] = None
        elif not part.lots:
            self._copier_of[part].earned.append((now, part.profit))

    # -- what follows from it

    def _look_at_all(self) -> None:
        self._follow()
        for part in self.parts.open_ones():
            self._look(part)
        for copier in self._copiers:
            self._look_at_loss(copier)

    def _follow(self) -> None:
        """Let copies become as their sources did: smaller ones first, as both may share a position."""
        stirred, self._stirred = self._stirred, {}
        changes = [(source, source.mirrored, source.lots) for source in stirred]
        for source, before, now in sorted(changes, key=lambda change: change[2] > change[1]):
            source.mirrored = now
            for copier in self.copiers(self.led_by(source.code)):
                if now < before:
                    self._close_after(copier, source, before)
                elif now > before and copier.copies_from(source.market.instrument.inst_id):
                    self._copy(copier, source, now - before)

    def _close_after(self, copier: Copier, source: LeadPosition, before: int) -> None:
        """Let a copy become smaller by the part that was closed of what it copies."""
        copy = copier.copies.get(source)
        if copy is not None and copy.lots and copy.follows:
            copy.goal = (copy.lots - copy.surplus) * source.mirrored // before
            self._look(copy)

    def _look(self, part: LeadPosition) -> None:
        """Close what has to be closed; what finds nobody to trade with is tried again."""
        if not part.lots:
            return  # closed along with one before it
        copier = self._copier_of.get(part)
        if any(leg.fires(self._price(part.market, leg.source)) for leg in part.legs) or (
            copier is not None and self._at_ratio(part, copier.terms)
        ):
            part.goal = 0
        if part.surplus:
            with contextlib.suppress(Refusal):
                self._send_close(part, part.surplus, "")

    def _at_ratio(self, part: LeadPosition, terms: Terms) -> bool:
        """Tell whether a copy has made or lost as much as it may."""
        margin = part.margin
        ratio = self._margins.upl(part.held) / margin if margin else ZERO
        profits = terms.profit_ratio is not None and ratio >= terms.profit_ratio
        return profits or (terms.loss_ratio is not None and ratio <= -terms.loss_ratio)

    def _look_at_loss(self, copier: Copier) -> None:
        """End copying that has lost as much as it may."""
        if copier.active and copier.terms.loss is not None and self.pnl(copier) <= -copier.terms.loss:
            self.stop(copier, MARKET_CLOSE)

    def upl(self, copier: Copier) -> Decimal:
        """Return the unrealized profit of somebody's open copies."""
        return sum((self._margins.upl(part.held) for part in copier.open), ZERO)

    def pnl(self, copier: Copier) -> Decimal:
        """Return what all copies of somebody have made, those that are open included."""
        return sum((part.profit for part in copier.copies.values()), ZERO) + self.upl(copier)

    # -- orders

    def close(self, part: LeadPosition, tag: str = "") -> None:
        """Close a part at the market.

        Raises:
            Refusal: The order is not taken.
        """
        self._send_close(part, part.lots, tag)
        self.watch()

    def _send_close(self, part: LeadPosition, lots: int, tag: str) -> None:
        held, market = part.held, part.market
        ticket = Ticket(
            market,
            not part.buy,
            "market",
            held.mode,
            held.side,
            market.instrument.size_text(lots),
            lots,
            reduce_only=held.side == "net",
            tag=tag,
        )
        self._send(_Deed(ticket, part=part), part.user)

    def _copy(self, copier: Copier, source: LeadPosition, more: int) -> None:
        """Open what a lead trader has opened, as far as the copier's terms allow."""
        copy = copier.copies.get(source)
        if source.held.created < copier.since or (copy is not None and not copy.lots):
            return  # it was open before, or its copy was closed already
        user, market, terms = copier.user, source.market, copier.terms
        mode = source.held.mode if terms.margin_mode == "copy" else terms.margin_mode
        side = ("long" if source.buy else "short") if user.hedged else "net"
        lever = self._lever(user, market, mode, side, source.held.lever)
        price = terms_of(market.instrument).price(market.tape.last.price)
        per_lot = terms_of(market.instrument).value(price, 1) / lever
        if terms.mode == FIXED:
            wanted = ZERO if source in copier.owed else (terms.amount or ZERO) / per_lot
        else:
            wanted = more * (terms.ratio or ZERO) + copier.owed.get(source, ZERO)
        lots = int(wanted)
        late = terms.mode == RATIO and lots < market.instrument.min_lots
        copier.owed[source] = wanted if late else wanted - lots
        if lots < market.instrument.min_lots or copier.margin + lots * per_lot > terms.budget:
            return
        ticket = Ticket(
            market, source.buy, "market", mode, side, market.instrument.size_text(lots), lots, tag=terms.tag
        )
        try:
            self._send(_Deed(ticket, copier=copier, source=source), user)
        except Refusal:
            return  # it is not copied

    def _lever(self, user: User, market: Market, mode: str, side: str, lever: Decimal) -> Decimal:
        """Set a copier's leverage to that of the lead position and return it; what is open keeps what it has."""
        held = self._positions.find(user, market, mode, side)
        if held is not None:
            return held.lever
        name = side if mode == "isolated" and side != "net" else ""
        user.settings[LEVERAGE, market.instrument.inst_id, mode, name] = exact_text(lever)
        return lever

    def _send(self, deed: _Deed, user: User) -> None:
        before, self._deed = self._deed, deed
        try:
            self._desk.place(user, deed.ticket)
        finally:
            self._deed = before
