"""Margin of isolated positions that their users add or take back. (Increase/decrease margin)"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query
from ..text import exact_text
from .asks import Ask, Handlers
from .forms import decimal_of, refuse
from .herald import Herald
from .margin import Margins
from .news import News
from .positions import Position, Positions
from .worth import ZERO, money

__all__ = ["IsolatedMargin"]

_SIDES = ("long", "short", "net")


class IsolatedMargin:
    """Moves money between an account and the margin of its isolated positions.

    Args:
        markets: By instrument id.
        positions: Everybody's positions.
        margins: What users have and need.
        herald: Who tells of positions.
        news: Who tells of money.
    """

    def __init__(
        self, markets: Mapping[str, Market], positions: Positions, margins: Margins, herald: Herald, news: News
    ) -> None:
        self._markets = markets
        self._positions = positions
        self._margins = margins
        self._herald = herald
        self._news = news

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {("POST", "/api/v5/account/position/margin-balance"): self._change}

    def change(self, position: Position, amount: Decimal) -> bool:
        """Set more aside for a position, or less where the amount is negative; ``False`` when that cannot be.

        What it was opened with stays, and what it has lost since.
        """
        margins = self._margins
        spare = position.margin + min(ZERO, margins.upl(position)) - margins.initial(position)
        if amount > margins.spendable(position.user, position.ccy) or -amount > max(ZERO, spare):
            return False
        position.margin += amount
        margins.secure(position)
        self._herald.position(position, "adjust_margin")
        self._news.touch(position.user, (position.ccy,), "adjust_margin")
        return True

    def _change(self, ask: Ask) -> list[Any]:
        """Answer; what ``leverage`` tells is not documented, here it is what the position was opened with."""
        query = Query(ask.fields, self._markets)
        market, side = query.market(), query.choice("posSide", _SIDES)
        kind, text = query.choice("type", ("add", "reduce")), query.needed("amt")
        amount = decimal_of(text, "amt")
        if amount != money(amount):
            raise refuse("51150", "The amount has too many decimals")
        if market.instrument.kind is Kind.OPTION:
            raise refuse("51040", "The margin of isolated options can't be changed")
        position = self._positions.find(ask.user, market, "isolated", side)
        if position is None:
            raise refuse("59300", "Position does not exist")
        if not self.change(position, amount if kind == "add" else -amount):
            raise refuse("59301", "The change of margin exceeds the limit")
        return [
            {
                "instId": market.instrument.inst_id,
                "posSide": side,
                "amt": exact_text(amount),
                "type": kind,
                "leverage": exact_text(position.lever),
                "ccy": position.ccy,
            }
        ]
