"""Channels of options, all of them by underlying: market data beside the book, and the account."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ...core.words import Underlying
from ..models.balances import OptionAccount, OptionPosition
from ..models.instruments import OptionInstrument
from ..models.orders import OptionOrder
from ..models.public import OptionSummary

__all__ = ["option_account", "option_instruments", "option_order", "option_position", "option_summary"]


@channel("option/position", endpoint="v3", dialect="v3", auth=True)
def option_position(underlying: Underlying) -> Topic[OptionPosition]:
    """Positions of one underlying, one contract at a time, on every change, even of the mark price alone.

    Read the whole list with `option.positions` first. (Position channel)
    """
    ...


@channel("option/account", endpoint="v3", dialect="v3", auth=True)
def option_account(underlying: Underlying) -> Topic[OptionAccount]:
    """The account of one underlying, on every change, even of the mark price alone. (Account channel)"""
    ...


@channel("option/order", endpoint="v3", dialect="v3", auth=True)
def option_order(underlying: Underlying) -> Topic[OptionOrder]:
    """Orders of one underlying, on every change. (Order channel)"""
    ...


@channel("option/instruments", endpoint="v3", dialect="v3")
def option_instruments(underlying: Underlying) -> Topic[OptionInstrument]:
    """Every option of one underlying, when one is listed or changes its state. (Instruments channel)"""
    ...


@channel("option/summary", endpoint="v3", dialect="v3")
def option_summary(underlying: Underlying) -> Topic[OptionSummary]:
    """Prices, Greeks and volatilities of one underlying's options, one at a time; how often is not documented.

    (Option pricing channel)
    """
    ...
