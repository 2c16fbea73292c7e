"""What an order would change in the account, tried out on copies of all that it could touch. (Order precheck)"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import Derivatives
from ..instruments import Kind
from ..market import Market
from ..tape import Trade
from .asks import Ask, Handlers
from .balances import Balances
from .desk import Desk
from .holdings import Margin, Nothing
from .orders import Order
from .people import Mode, User
from .prices import Prices
from .rows import price_text
from .settle import Settlement
from .standing import margin_of
from .tickets import read_ticket
from .worth import money_text, terms_of

__all__ = ["Precheck"]

Json = dict[str, Any]

_POOLED = (Mode.MULTI_CURRENCY, Mode.PORTFOLIO)
_ACCOUNT = ("adjEq", "imr", "mmr", "mgnRatio")
# What only isolated margin orders of pairs would change.
_OF_MARGIN_PAIRS = ("posBal", "posBalChg", "type")


class Precheck:
    """Tells what an order would change if it were filled whole now: by the book as it is, the rest at its own price.

    What would be refused is refused with the code that the order itself would get. Figures are those of this moment,
    and what ends in ``Chg`` is the difference that the order would make; of the distance to the liquidation price,
    which is told as it would be then, no document says whether it has a sign: it has none here. In modes where each
    currency stands for itself, margins are those of the currency that the order is settled in; ``availBal`` is that
    currency's, of a pair what the order spends, and so is ``liab`` where orders borrow by themselves.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        desk: Where the order would go.
        settlement: What its trades would do.
        figures: Where mark prices are.
        prices: What currencies are worth.
    """

    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        desk: Desk,
        settlement: Settlement,
        figures: Derivatives,
        prices: Prices,
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._desk = desk
        self._settlement = settlement
        self._figures = figures
        self._prices = prices

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {("POST", "/api/v5/trade/order-precheck"): self._precheck}

    def _precheck(self, ask: Ask) -> list[Any]:
        user, now = ask.user, self._clock.now()
        ticket = read_ticket(ask.fields, user, self._markets, self._figures, now)
        order, parts = self._desk.would_trade(user, ticket)
        copy = self._settlement.copy_of(user)
        before, stands = self._account(copy, user, order), self._liquidation(copy, order)
        for price, lots, maker in parts:
            copy.fill(order, Trade(0, 0, price, lots, ticket.buy, now), maker)
        after, would_stand = self._account(copy, user, order), self._liquidation(copy, order)
        row: Json = dict.fromkeys(_OF_MARGIN_PAIRS, "") | {"liabChgCcy": _spent(order) if before["liab"] else ""}
        for name, text in before.items():
            row |= {name: text, f"{name}Chg": _change(text, after[name])}
        mark = self._figures.mark(order.market)
        away = None if would_stand is None else abs(mark - would_stand)
        return [
            row
            | {
                "liqPx": price_text(stands),
                "liqPxDiff": price_text(away),
                "liqPxDiffRatio": "" if away is None else money_text(away / mark),
            }
        ]

    def _account(self, copy: Settlement, user: User, order: Order) -> dict[str, str]:
        """Return the figures of an account that an order could change."""
        balances = Balances(copy.margins.purse, _Tried(copy), self._prices, self._clock)
        balances.credit = copy.credit
        row = balances.row(user)
        ccy = _spent(order)
        detail: Json = next((one for one in row["details"] if one["ccy"] == ccy), {})
        if user.mode in _POOLED:
            figures = {name: str(row[name]) for name in _ACCOUNT}
        else:
            # A currency that the account has nothing of has no row.
            told = {"imr": "0", "mmr": "0", "mgnRatio": ""} | detail
            figures = {"adjEq": "", **{name: str(told[name]) for name in _ACCOUNT[1:]}}
        owed = str(detail.get("liab", "0")) if copy.credit is not None and copy.credit.lends(user) else ""
        return figures | {"availBal": str(detail.get("availBal", "0")), "liab": owed}

    def _liquidation(self, copy: Settlement, order: Order) -> Decimal | None:
        """Return the liquidation price of the position that an order belongs to."""
        ticket = order.ticket
        position = copy.positions.find(order.user, order.market, ticket.td_mode, ticket.pos_side)
        return None if position is None else copy.margins.liquidation_price(position)


class _Tried(Nothing):
    """What an account holds on which trades are tried out."""

    def __init__(self, settlement: Settlement) -> None:
        self._settlement = settlement

    def margin(self, user: User) -> Mapping[str, Margin]:
        """See `Holdings`."""
        return margin_of(self._settlement.margins, self._settlement.positions.of(user.uid), user)


def _spent(order: Order) -> str:
    """Return the currency that an order needs: what it is settled in, of a pair what it spends."""
    instrument = order.market.instrument
    if instrument.kind is not Kind.SPOT:
        return terms_of(instrument).settle
    return instrument.quote if order.ticket.buy else instrument.base


def _change(before: str, after: str) -> str:
    """Return the difference of two figures, ``""`` where one of them is not told."""
    return money_text(Decimal(after) - Decimal(before)) if before and after else ""
