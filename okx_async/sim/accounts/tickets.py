"""Reading what a user wants to trade, with the refusals of the exchange where the request alone shows that it is wrong.

What depends on the account (funds, positions, open orders) is looked at by the `desk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..derivatives import Derivatives
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query
from .forms import TAG, decimal_of, lots_of, named, refuse, ticks_of
from .legs import Attached
from .orders import Ticket
from .people import Mode, User
from .splits import read_all
from .worth import terms_of

__all__ = ["LIMITED", "Band", "band_of", "pos_side_of", "read_ticket", "spot_mode", "td_mode_of", "within"]

LIMITED = frozenset(("limit", "post_only", "fok", "ioc"))
"""Types with a price of their own."""

_PRICED_BY_MARKET = frozenset(("market", "optimal_limit_ioc"))
_AT_ONCE = frozenset(("fok", "ioc", *_PRICED_BY_MARKET))
_STP = ("cancel_maker", "cancel_taker", "cancel_both")
_RETAIL = ("rpi", "elp")
_MARKET_MAKERS = ("mmp", "mmp_and_post_only")
_TRUE = ("true", True)
# As public/instruments tells them: the largest market order, and the greatest values in spot.
_MOST_LIMIT = Decimal(99999999999)
_MOST_MARKET = Decimal(1_000_000)
_MOST_LIMIT_VALUE = Decimal(20_000_000)
_MOST_MARKET_VALUE = Decimal(1_000_000)

Band = tuple[int, int]
"""The lowest price that may be sold at and the highest that may be bought at, in ticks."""


def read_ticket(
    fields: Mapping[str, Any],
    user: User,
    markets: Mapping[str, Market],
    figures: Derivatives,
    now: int,
    *,
    on_margin: bool = False,
    banded: bool = True,
) -> Ticket:
    """Return what one order is about.

    Args:
        fields: By wire name.
        user: Who asks.
        markets: By instrument id.
        figures: Where price limits are.
        now: Market time.
        on_margin: Whether a pair is traded with the money of its margin account, which V5 does not have here.
        banded: Whether a price beyond the limits is refused, as it was not for V3's pairs.

    Raises:
        Refusal: With the code of the exchange; 50014 for what is missing, 51000 for what makes no sense.
    """
    query = Query(fields, markets)
    market = query.market()
    kind = market.instrument.kind
    td_mode = "isolated" if on_margin else td_mode_of(query, user, kind)
    buy = query.choice("side", ("buy", "sell")) == "buy"
    ord_type = _ord_type(query, market)
    _refuse_what_is_not_simulated(query, fields, kind)
    size = query.needed("sz")
    limited = ord_type in LIMITED
    if limited and not query.text("px"):
        raise refuse("51204", "The price can not be empty for limit orders")
    band = band_of(market, figures, now)
    price = None
    if limited:
        price = _price(query, market, buy, band) if banded else ticks_of(market, query.text("px"))
    tgt_ccy = _tgt_ccy(query, kind, ord_type, buy)
    lots, budget = (0, decimal_of(size, "sz")) if tgt_ccy == "quote_ccy" else (lots_of(market, size), None)
    reduce_only = _reduce_only(query, user, kind)
    ticket = Ticket(
        market,
        buy,
        ord_type,
        td_mode,
        pos_side_of(query, user, kind),
        size,
        lots,
        price,
        budget,
        reduce_only,
        query.choice("stpMode", _STP, "cancel_maker"),
        named(query, "clOrdId"),
        named(query, "tag", TAG),
        tgt_ccy,
        query.text("banAmend") == "true",
        attached=_attached(fields, market, buy, price, lots, reduce_only),
    )
    _check_greatest(ticket)
    if ord_type == "fok" and ticket.stp_mode == "cancel_both":
        raise refuse("54036", "FOK orders cannot be placed with the self-trade rule cancel_both")
    return ticket


def spot_mode(user: User) -> str:
    """Return the ``tdMode`` of what a user buys and sells for money the account has."""
    return "cross" if user.mode in (Mode.MULTI_CURRENCY, Mode.PORTFOLIO) else "cash"


def td_mode_of(query: Query, user: User, kind: Kind) -> str:
    """Return the ``tdMode`` of what a user wants to trade, which the account must be open to."""
    mode = query.choice("tdMode", ("cash", "cross", "isolated", "spot_isolated"))
    if mode == "spot_isolated":
        raise refuse("51074", "spot_isolated is for lead traders of spot; the simulator has none")
    if kind is Kind.SPOT:
        if mode == spot_mode(user):
            return mode
        if mode == "cash":
            raise refuse("51000", "Parameter tdMode error")
        raise refuse("54000", "Margin trading of V5 is simulated in multi-currency mode only, as cross")
    if user.mode is Mode.SPOT:
        raise refuse("51010", "Request unsupported under current account mode")
    if user.mode is Mode.PORTFOLIO:
        raise refuse("51010", "Derivatives in portfolio margin mode are not simulated")
    if mode == "cash":
        raise refuse("51000", "Parameter tdMode error")
    return mode


def _ord_type(query: Query, market: Market) -> str:
    ord_type, kind = query.needed("ordType"), market.instrument.kind
    if ord_type in _MARKET_MAKERS:
        raise refuse("51036", "MMP is only supported for options in portfolio margin mode")
    if ord_type in _RETAIL:
        raise refuse("54042", "No permission to place RPI orders")
    if ord_type not in LIMITED | _PRICED_BY_MARKET:
        raise refuse("51000", "Parameter ordType error")
    if kind is Kind.OPTION and ord_type in _PRICED_BY_MARKET:
        raise refuse("51066", "Options only support limit orders")
    if ord_type == "optimal_limit_ioc" and kind is Kind.SPOT:
        raise refuse("51000", "Parameter ordType error")
    if market.auction and ord_type in _AT_ONCE:
        raise refuse("51124", "Only limit orders can be placed during the call auction")
    return ord_type


def _refuse_what_is_not_simulated(query: Query, fields: Mapping[str, Any], kind: Kind) -> None:
    given = [name for name in ("px", "pxUsd", "pxVol") if query.text(name)]
    if len(given) > 1:
        raise refuse("51176", "Only one of px, pxUsd and pxVol is allowed")
    if given and given != ["px"]:
        if kind is not Kind.OPTION:
            raise refuse("51537", "pxUsd and pxVol are for options only")
        raise refuse("51179", "Option prices in USD or volatility are not simulated")
    if fields.get("rpiTakerAccess") in _TRUE or fields.get("isElpTakerAccess") in _TRUE:
        raise refuse("54046", "No permission to take RPI liquidity")
    if query.text("slippagePct"):
        raise refuse("51000", "Parameter slippagePct error: it is not simulated")


def pos_side_of(query: Query, user: User, kind: Kind) -> str:
    """Return the ``posSide`` of what a user wants to trade, which the account must have; ``""`` for spot."""
    side = query.choice("posSide", ("long", "short", "net"), "net")
    if kind is Kind.SPOT:
        return ""
    wanted = ("long", "short") if user.hedged and kind is not Kind.OPTION else ("net",)
    if side not in wanted:
        raise refuse("51000", "Parameter posSide error")
    return side


def _reduce_only(query: Query, user: User, kind: Kind) -> bool:
    if query.choice("reduceOnly", ("true", "false"), "false") == "false":
        return False
    if kind is Kind.SPOT:
        if user.mode is Mode.SPOT:
            raise refuse("51139", "Reduce-only is not available in spot mode")
        raise refuse("51133", "Reduce-only is not available for spot orders")
    if kind is Kind.OPTION:
        raise refuse("51205", "Reduce-only is not available")
    # On a long or short side each order either opens or closes; the parameter is for net positions.
    return not user.hedged


def _attached(
    fields: Mapping[str, Any], market: Market, buy: bool, price: int | None, lots: int, reduce_only: bool
) -> tuple[Attached, ...]:
    """Return the take profits and the stop loss of an order that opens something."""
    rows = fields.get("attachAlgoOrds") or []
    if not rows:
        return ()
    if reduce_only:
        raise refuse("51100", "Reduce-only orders can't have TP/SL")
    if (str(fields.get("posSide") or ""), buy) in (("long", False), ("short", True)):
        raise refuse("51333", "Closing orders can't have TP/SL")
    if market.instrument.kind is Kind.OPTION:
        raise refuse("51044", "This type of order can't have TP/SL")
    return read_all(rows, market, buy, price, lots)


def _tgt_ccy(query: Query, kind: Kind, ord_type: str, buy: bool) -> str:
    if kind is not Kind.SPOT or ord_type != "market":
        if kind is not Kind.SPOT and query.text("tgtCcy"):
            raise refuse("59110", "The instrument does not support tgtCcy")
        return ""
    return query.choice("tgtCcy", ("base_ccy", "quote_ccy"), "quote_ccy" if buy else "base_ccy")


def band_of(market: Market, figures: Derivatives, now: int) -> Band:
    """Return the limits of prices."""
    row, tick = figures.limit_row(market, now), terms_of(market.instrument).tick
    return int(Decimal(row["sellLmt"]) / tick), int(Decimal(row["buyLmt"]) / tick)


def _price(query: Query, market: Market, buy: bool, band: Band) -> int:
    ticks = ticks_of(market, query.text("px"))
    return within(market, ticks, buy, band, query.text("pxAmendType") == "1")


def within(market: Market, ticks: int, buy: bool, band: Band, move: bool) -> int:
    """Return a price inside the limits; outside them it is moved where that was asked for.

    Raises:
        Refusal: 51006.
    """
    lowest, highest = band
    if (ticks > highest) if buy else (ticks < lowest):
        if not move:
            text = market.instrument
            told = f"(max buy price: {text.price_text(highest)}, min sell price: {text.price_text(lowest)})"
            raise refuse("51006", f"Order price is not within the price limit {told}")
        return highest if buy else lowest
    return ticks


def _check_greatest(ticket: Ticket) -> None:
    """Refuse what is larger than the instrument allows."""
    instrument, terms = ticket.market.instrument, terms_of(ticket.market.instrument)
    market_order = ticket.ord_type in _PRICED_BY_MARKET
    if market_order and terms.size(ticket.lots) > _MOST_MARKET:
        raise refuse("51202", "The size of the market order exceeds the maximum")
    if instrument.kind is not Kind.SPOT:
        return
    price = ticket.price if ticket.price is not None else ticket.market.tape.last.price
    value = ticket.budget if ticket.budget is not None else terms.value(terms.price(price), ticket.lots)
    if market_order and value > _MOST_MARKET_VALUE:
        raise refuse("51201", "The value of the market order exceeds the maximum")
    if not market_order and value > _MOST_LIMIT_VALUE:
        raise refuse("51185", "The value of the order exceeds the maximum")
