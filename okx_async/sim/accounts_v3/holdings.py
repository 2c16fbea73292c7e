"""Positions and accounts of futures and swaps as V3 writes them, in answers and in pushes. (Position; Account)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..accounts.auto_margin import adds_margin
from ..accounts.fees import rate_of
from ..accounts.leverage import lever_of
from ..accounts.margin import Margins
from ..accounts.orders import Order, Orders
from ..accounts.people import User
from ..accounts.positions import Position, Positions
from ..accounts.rows import price_text
from ..accounts.worth import ZERO, terms_of
from ..clock import Clock
from ..derivatives import plain
from ..instruments import Instrument
from ..market import Market
from ..text import exact_text, iso_ms
from .words import NEVER, crossed, mode_of, side_of, type_of

__all__ = ["SIDES", "HoldingsV3", "account_key"]

Json = dict[str, Any]

SIDES = ("long", "short")
_NO_POSITION = "10000"
"""``margin_ratio`` of an account without a position."""
_OPENS = {"long": "1", "short": "2"}


def account_key(instrument: Instrument) -> str:
    """Return under which name a futures account stands: coin-margined ones under their coin, in small letters as the
    documents show them, those margined in USDT under their underlying."""
    return instrument.base.lower() if instrument.inverse else instrument.family.lower()


class HoldingsV3:
    """Writes what users hold in contracts.

    A contract has one margin mode in V3. Positions of the other mode, which only V5 can open, are not in its answers.
    All accounts of a settlement currency show the same money, as they are one trading account; the equity of each is
    that and the profit of its own positions.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What they need.
    """

    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        orders: Orders,
        positions: Positions,
        margins: Margins,
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._orders = orders
        self._positions = positions
        self._margins = margins

    def held(self, user: User, market: Market) -> dict[str, Position]:
        """Return a user's positions in a market by their sides, those of the contract's margin mode; a net position
        counts on the side it is on."""
        mode = mode_of(user, market.instrument)
        mine = (each for each in self._positions.of(user.uid) if each.market is market and each.mode == mode)
        return {each.side if each.side in SIDES else side_of(each.lots): each for each in mine}

    def markets_of(self, product: str, family: str = "") -> list[Market]:
        """Return the markets of a product, or of one underlying of it."""
        found = (each for each in self._markets.values() if each.instrument.product == product)
        return [each for each in found if family in ("", each.instrument.family)]

    # -- swaps

    def swap_position(self, user: User, market: Market, *, push: bool = False) -> Json:
        """Write what a user holds of a swap, one row for each side that is held; a push says beside each row how many
        contracts are about to open, and the contract's name around them."""
        mode, held = self._mode_word(user, market), self.held(user, market)
        rows = [self._swap_side(position, side, push) for side, position in held.items()]
        row: Json = {"margin_mode": mode, "timestamp": iso_ms(self._clock.now()), "holding": rows}
        return row | ({"instrument_id": market.instrument.inst_id} if push else {})

    def _swap_side(self, position: Position, side: str, push: bool) -> Json:
        market = position.market
        row = {
            "avail_position": market.instrument.size_text(self._margins.closable(position)),
            "avg_cost": price_text(position.average),
            "instrument_id": market.instrument.inst_id,
            "last": market.instrument.price_text(market.tape.last.price),
            "leverage": _two_places(position.lever),
            "liquidation_price": _zero_or(self._margins.liquidation_price(position)),
            "maint_margin_ratio": self._tier(position),
            "margin": exact_text(self._margin(position)),
            "position": market.instrument.size_text(abs(position.lots)),
            "realized_pnl": exact_text(position.realized),
            "settled_pnl": "0",
            "settlement_price": price_text(position.average),
            "side": side,
            "timestamp": iso_ms(position.updated),
            "unrealized_pnl": exact_text(self._margins.upl(position)),
        }
        if not push:
            return row
        del row["instrument_id"]
        waiting = market.instrument.size_text(self._waiting(position.user, market, side))
        return row | {"open_outstanding": waiting}

    def swap_account(self, user: User, market: Market, *, push: bool = False) -> Json:
        """Write the account of a swap."""
        held = self.held(user, market)
        instrument, shared = market.instrument, crossed(user, market.instrument)
        fixed = sum((each.margin for each in held.values()), ZERO) if not shared else ZERO
        row = self._money(user, [market], instrument) | {
            "fixed_balance": exact_text(fixed),
            "instrument_id": instrument.inst_id,
            "timestamp": iso_ms(self._clock.now()),
            "max_withdraw": self._spendable(user, instrument),
        }
        del row["margin_for_unfilled"]  # part of what ``margin`` says
        return row | (self._open_max(user, market) if push else {})

    # -- futures

    def futures_position(self, user: User, market: Market, *, push: bool = False) -> Json:
        """Write both sides of what a user holds of a futures contract; what is not held is zero."""
        held, shared = self.held(user, market), crossed(user, market.instrument)
        known = list(held.values())
        row: Json = {
            "instrument_id": market.instrument.inst_id,
            "margin_mode": self._mode_word(user, market),
            "realised_pnl": exact_text(sum((each.realized for each in known), ZERO)),
            "last": market.instrument.price_text(market.tape.last.price),
            "created_at": iso_ms(min(each.created for each in known)) if known else NEVER,
            "updated_at": iso_ms(max(each.updated for each in known)) if known else NEVER,
        }
        for side in SIDES:
            row |= {f"{side}_{name}": text for name, text in self._futures_side(user, market, held, side).items()}
            if push:
                row[f"{side}_open_outstanding"] = market.instrument.size_text(self._waiting(user, market, side))
        if shared:
            first = known[0] if known else None
            price = self._margins.liquidation_price(first) if first is not None else None
            lever = lever_of(user, market.instrument, "cross", "")
            row |= {"leverage": exact_text(lever), "liquidation_price": _zero_or(price)}
        return row | ({"timestamp": iso_ms(self._clock.now())} if push else {})

    def _futures_side(self, user: User, market: Market, held: Mapping[str, Position], side: str) -> Json:
        position, text = held.get(side), market.instrument
        fixed = not crossed(user, text)
        lever = {"leverage": exact_text(lever_of(user, text, "isolated", side))} if fixed else {}
        names = ("qty", "avail_qty", "avg_cost", "settlement_price", "margin", "pnl", "pnl_ratio", "unrealised_pnl")
        more = ("liqui_price", "margin_ratio", "maint_margin_ratio") if fixed else ()
        if position is None:
            return dict.fromkeys((*names, "settled_pnl", *more), "0") | lever
        upl, margin = self._margins.upl(position), self._margin(position)
        row = {
            "qty": text.size_text(abs(position.lots)),
            "avail_qty": text.size_text(self._margins.closable(position)),
            "avg_cost": price_text(position.average),
            "settlement_price": price_text(position.average),
            "margin": exact_text(margin),
            "pnl": exact_text(upl + position.pnl),
            "pnl_ratio": plain(upl / margin, 8) if margin else "0",
            "unrealised_pnl": exact_text(upl),
            "settled_pnl": "0",
        }
        if not fixed:
            return row
        return (
            row
            | lever
            | {
                "liqui_price": _zero_or(self._margins.liquidation_price(position)),
                "margin_ratio": self._ratio(margin + upl, [position]),
                "maint_margin_ratio": self._tier(position),
            }
        )

    def futures_account(self, user: User, family: str, *, push: bool = False) -> Json:
        """Write the account of an underlying; fixed accounts tell their contracts apart."""
        markets = self.markets_of("futures", family)
        instrument = markets[0].instrument
        money = self._money(user, markets, instrument)
        row: Json = {
            **{
                name: money[name] for name in ("currency", "underlying", "margin_mode", "equity", "total_avail_balance")
            },
            "can_withdraw": self._spendable(user, instrument),
            "liqui_mode": "tier",
        }
        moment = {"timestamp": iso_ms(self._clock.now())} if push else {}
        if crossed(user, instrument):
            names = ("margin", "margin_frozen", "margin_for_unfilled", "margin_ratio", "maint_margin_ratio")
            row |= {name: money[name] for name in (*names, "realized_pnl", "unrealized_pnl")}
            row |= {"liqui_fee_rate": plain(rate_of(instrument.kind, user.vip, False), 8)} | moment
            if push:
                most = min((self._most(user, each) for each in markets), default=0)
                row |= {"available": money["total_avail_balance"], "open_max": instrument.size_text(most)}
            return row
        auto = "1" if adds_margin(user, instrument) else "0"
        return row | {"auto_margin": auto, "contracts": [self._contract(user, each, push) for each in markets]} | moment

    def _contract(self, user: User, market: Market, push: bool) -> Json:
        money = self._money(user, [market], market.instrument)
        fixed = sum((each.margin for each in self.held(user, market).values()), ZERO)
        row: Json = {
            "instrument_id": market.instrument.inst_id,
            "available_qty": money["total_avail_balance"],
            "fixed_balance": exact_text(fixed),
            **{
                name: money[name] for name in ("margin_for_unfilled", "margin_frozen", "realized_pnl", "unrealized_pnl")
            },
        }
        if not push:
            return row
        most = self._open_max(user, market)
        return (
            row
            | {name: most[name] for name in ("long_open_max", "short_open_max")}
            | {"timestamp": iso_ms(self._clock.now())}
        )

    # -- both

    def on_hold(self, user: User, market: Market) -> str:
        """Return the margin that the open orders of a contract hold."""
        return exact_text(sum((self._margins.need(*each)[1] for each in self._resting(user, [market])), ZERO))

    def _money(self, user: User, markets: list[Market], instrument: Instrument) -> Json:
        ccy = terms_of(instrument).settle
        held = [position for market in markets for position in self.held(user, market).values()]
        frozen = sum((self._margin(each) for each in held), ZERO)
        waiting = sum((self._margins.need(*each)[1] for each in self._resting(user, markets)), ZERO)
        upl = sum((self._margins.upl(each) for each in held), ZERO)
        return {
            "currency": ccy,
            "underlying": instrument.family,
            "equity": exact_text(self._margins.purse(user).cash.get(ccy, ZERO) + upl),
            "total_avail_balance": exact_text(max(ZERO, self._margins.free(user, ccy))),
            "margin": exact_text(frozen + waiting),
            "margin_frozen": exact_text(frozen),
            "margin_for_unfilled": exact_text(waiting),
            "margin_mode": "crossed" if crossed(user, instrument) else "fixed",
            "margin_ratio": self._ratio(self._margins.equity(user, ccy), held),
            "maint_margin_ratio": self._tier(max(held, key=lambda each: abs(each.lots))) if held else "0",
            "realized_pnl": exact_text(sum((each.realized for each in held), ZERO)),
            "unrealized_pnl": exact_text(upl),
        }

    def _resting(self, user: User, markets: Iterable[Market]) -> list[tuple[Order, Decimal, int]]:
        """Return the open orders of some markets with their prices and what is left of them."""
        wanted = set(map(id, markets))
        return [
            (each, terms_of(each.market.instrument).price(each.price), each.left)
            for each in self._orders.pending(user.uid)
            if id(each.market) in wanted and each.price is not None
        ]

    def _waiting(self, user: User, market: Market, side: str) -> int:
        """Return how many lots open orders would open on one side."""
        mine = (each for each in self._orders.pending(user.uid) if each.market is market)
        return sum(each.left for each in mine if type_of(each) == _OPENS[side])

    def _open_max(self, user: User, market: Market) -> Json:
        most = market.instrument.size_text(self._most(user, market))
        ccy = terms_of(market.instrument).settle
        available = exact_text(max(ZERO, self._margins.free(user, ccy)))
        return {"available_qty": available, "long_open_max": most, "short_open_max": most}

    def _most(self, user: User, market: Market) -> int:
        """Return how many lots the free margin would open at the present price."""
        instrument, terms = market.instrument, terms_of(market.instrument)
        lever = lever_of(user, instrument, mode_of(user, instrument), "")
        value = terms.value(terms.price(market.tape.last.price), 1)
        free = max(ZERO, self._margins.free(user, terms.settle))
        return min(int(free * lever / value), self._margins.most(market, lever))

    def _margin(self, position: Position) -> Decimal:
        return position.margin if position.mode == "isolated" else self._margins.initial(position)

    def _tier(self, position: Position) -> str:
        return exact_text(self._margins.tier(position.market, abs(position.lots)).mmr)

    def _ratio(self, stake: Decimal, held: Iterable[Position]) -> str:
        value = sum((each.terms.value(self._margins.mark(each), abs(each.lots)) for each in held), ZERO)
        return plain(stake / value, 8) if value else _NO_POSITION

    def _spendable(self, user: User, instrument: Instrument) -> str:
        return exact_text(max(ZERO, self._margins.spendable(user, terms_of(instrument).settle)))

    def _mode_word(self, user: User, market: Market) -> str:
        return "crossed" if crossed(user, market.instrument) else "fixed"


def _zero_or(value: Decimal | None) -> str:
    return price_text(value) or "0"


def _two_places(value: Decimal) -> str:
    return f"{value:.2f}"
