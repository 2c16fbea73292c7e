"""What users ask about recurring buys, and the channel that tells of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .forms import TAG, decimal_of, named, refuse
from .orders import Order
from .people import User
from .private import Feed, Private
from .recurring import RUNNING, Coin, Recurring, Schedule, Standing
from .services import not_simulated
from .worth import ZERO, money_text, terms_of

__all__ = ["RecurringV5"]

Json = dict[str, Any]

_CHANNEL = "algo-recurring-buy"
_EVERY_MS = 5_000
_YEAR_MS = 365 * 86_400_000
_HOUR_MS = 3_600_000
_MOST_STOPS = 10
_LONGEST_NAME = 40
_DAYS = {"weekly": 7, "monthly": 28}
_ZONE = re.compile(r"[+-]?[0-9]{1,2}")
_ECHOED = (
    *("algoClOrdId", "period", "recurringDay", "recurringHour", "recurringTime", "recurringTimeType", "stgyName"),
    *("tag", "timeZone", "tradeQuoteCcy"),
)


class RecurringV5:
    """The handlers of the chapter Recurring buy that are simulated: purchases from the trading account, without loans.

    Their time, prices and source cannot be changed, and other sources of money are refused with 50062. ``hourly`` ones
    buy at every hour that is a whole number of ``recurringHour`` away from ``recurringTime``, which the documents do
    not say.

    Args:
        recurring: Every recurring buy.
        markets: By instrument id; may change at any time.
        clock: Market time.
        private: Where changes are told.
    """

    def __init__(self, recurring: Recurring, markets: Mapping[str, Market], clock: Clock, private: Private) -> None:
        self._recurring = recurring
        self._markets = markets
        self._clock = clock
        self._private = private
        recurring.on_change = self._tell
        private.feed(_CHANNEL, Feed(self._shown, False, _EVERY_MS))

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/tradingBot/recurring"
        return {
            ("POST", f"{root}/order-algo"): self._each(self._start, 1),
            ("POST", f"{root}/amend-order-algo"): self._each(self._rename, 1),
            ("POST", f"{root}/amend-recurring-amount"): self._each(self._resize, 1),
            ("POST", f"{root}/stop-order-algo"): self._each(self._stop, _MOST_STOPS),
            ("GET", f"{root}/orders-algo-pending"): lambda ask: self._page(ask, True),
            ("GET", f"{root}/orders-algo-history"): lambda ask: self._page(ask, False),
            ("GET", f"{root}/orders-algo-details"): self._details,
            ("GET", f"{root}/sub-orders"): self._sub_orders,
        }

    # -- commands

    def _each(self, deed: Callable[[User, Mapping[str, Any]], Standing], most: int) -> Callable[[Ask], list[Any]]:
        def handle(ask: Ask) -> list[Any]:
            if len(ask.items) > most:
                raise Refusal(400, "51000", f"Maximum {most} at once")
            self._recurring.pass_by(self._clock.now())
            return [self._row(deed, ask.user, item) for item in ask.items]

        return handle

    def _row(self, deed: Callable[[User, Mapping[str, Any]], Standing], user: User, item: Mapping[str, Any]) -> Json:
        told = {name: str(item.get(name) or "") for name in ("algoId", "algoClOrdId", "tag")}
        try:
            one = deed(user, item)
        except Refusal as refusal:
            if refusal.code in ("50014", "50062"):
                raise
            return told | {"sCode": refusal.code, "sMsg": refusal.msg}
        names = {"algoId": str(one.algo_id), "algoClOrdId": one.said["algoClOrdId"], "tag": one.said["tag"]}
        return names | {"sCode": "0", "sMsg": ""}

    def _start(self, user: User, item: Mapping[str, Any]) -> Standing:
        query = Query(item, self._markets)
        name = _name(query)
        ccy, amount = query.needed("investmentCcy"), decimal_of(query.needed("amt"), "amt")
        if query.choice("tdMode", ("cash", "cross")) == "cross":
            raise refuse("54000", "Margin trading is not simulated")
        if item.get("source") not in (None, [], ["1"]):
            raise not_simulated("a recurring buy from other accounts than the trading account")
        schedule = _schedule(query)
        coins = self._coins(item, ccy, amount)
        if any(one.said["algoClOrdId"] == name for one in self._recurring.of(user) if name and one.state == RUNNING):
            raise refuse("51065", "algoClOrdId already exists")
        at_once = query.choice("recurringTimeType", ("1", "2"), "1") == "2"
        said = {each: query.text(each) for each in _ECHOED}
        return self._recurring.start(user, amount, ccy, coins, schedule, said, at_once)

    def _coins(self, item: Mapping[str, Any], ccy: str, amount: Decimal) -> list[Coin]:
        rows = item.get("recurringList")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise refuse("51352", "The number of coins is out of range")
        coins = [self._coin(Query(row, self._markets), ccy) for row in rows]
        if len({coin.market.instrument.inst_id for coin in coins}) < len(coins):
            raise refuse("51353", "A coin is there twice")
        if sum((coin.ratio for coin in coins), ZERO) != 1:
            raise refuse("51354", "The shares must add up to 1")
        _enough(coins, amount)
        return coins

    def _coin(self, row: Query, ccy: str) -> Coin:
        market = self._markets.get(f"{row.needed('ccy')}-{ccy}")
        if market is None or market.instrument.kind is not Kind.SPOT:
            raise refuse("51359", "The coin does not support recurring buys with this currency")
        low, high = (decimal_of(row.text(name), name) if row.text(name) else None for name in ("minPx", "maxPx"))
        return Coin(market, decimal_of(row.needed("ratio"), "ratio"), low, high)

    def _rename(self, user: User, item: Mapping[str, Any]) -> Standing:
        query = Query(item, self._markets)
        one = self._running(user, query)
        _name(query)
        self._recurring.change(one, name=query.text("stgyName"))
        return one

    def _resize(self, user: User, item: Mapping[str, Any]) -> Standing:
        query = Query(item, self._markets)
        one, amount = self._running(user, query), decimal_of(query.needed("amount"), "amount")
        _enough(one.coins, amount)
        self._recurring.change(one, amount=amount)
        return one

    def _stop(self, user: User, item: Mapping[str, Any]) -> Standing:
        one = self._running(user, Query(item, self._markets))
        self._recurring.stop(one)
        return one

    def _known(self, user: User, query: Query) -> Standing:
        one = self._recurring.find(user, query.needed("algoId"))
        if one is None:
            raise refuse("51293", "The bot does not exist")
        return one

    def _running(self, user: User, query: Query) -> Standing:
        one = self._known(user, query)
        if one.state != RUNNING:
            raise refuse("51291", "The bot has stopped")
        return one

    # -- questions

    def _page(self, ask: Ask, running: bool) -> list[Any]:
        self._recurring.pass_by(self._clock.now())
        query = Query(ask.fields, self._markets)
        found = (
            one
            for one in self._recurring.of(ask.user)
            if (one.state == RUNNING) is running and query.text("algoId") in ("", str(one.algo_id))
        )
        return [self._brief(one) for one in query.page(found, lambda one: one.algo_id)]

    def _details(self, ask: Ask) -> list[Any]:
        self._recurring.pass_by(self._clock.now())
        return [self._whole(self._known(ask.user, Query(ask.fields, self._markets)))]

    def _sub_orders(self, ask: Ask) -> list[Any]:
        self._recurring.pass_by(self._clock.now())
        query = Query(ask.fields, self._markets)
        one = self._known(ask.user, query)
        found = (order for order in reversed(one.orders) if query.text("ordId") in ("", str(order.ord_id)))
        return [_sub_order(one, order) for order in query.page(found, lambda order: order.ord_id)]

    # -- rows

    def _brief(self, one: Standing) -> Json:
        """Write a recurring buy as lists do. (Recurring buy order list)"""
        cost = sum((coin.cost for coin in one.coins), ZERO)
        worth = sum((coin.bought * coin.price for coin in one.coins), ZERO)
        gain = (worth - cost) / cost if cost else ZERO
        years = Decimal(max(1, self._clock.now() - one.created)) / _YEAR_MS
        return {
            **{name: one.said[name] for name in _ECHOED},
            "algoId": str(one.algo_id),
            "algoOrdType": "recurring",
            "amt": exact_text(one.amount),
            "cTime": str(one.created),
            "cycles": str(one.rounds),
            "instType": "SPOT",
            "investmentAmt": money_text(cost),
            "investmentCcy": one.ccy,
            "mktCap": money_text(worth),
            "nextInvestTime": str(one.due) if one.state == RUNNING else "",
            "pnlRatio": plain(gain, 8),
            "recurringList": [_coin_row(coin) for coin in one.coins],
            "recurringTimeMinutes": "0",
            "source": ["1"],
            "state": one.state,
            "stgyName": one.name,
            "totalAnnRate": plain(gain / years, 8),
            "totalPnl": money_text(worth - cost),
            "uTime": str(one.updated),
        }

    def _whole(self, one: Standing) -> Json:
        """Write one with what it has bought of each coin. (Recurring buy order details)"""
        return self._brief(one) | {"recurringList": [_coin_row(coin) | _bought(coin) for coin in one.coins]}

    # -- the channel

    def _tell(self, one: Standing) -> None:
        if self._private.heard(one.agent.owner, _CHANNEL):
            names = {"instType": "SPOT", "algoId": str(one.algo_id)}
            self._private.push(one.agent.owner, _CHANNEL, names, [self._update(one)])

    def _shown(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        """Return those that run, which a new listener is shown, and all are again and again."""
        running = (one for one in self._recurring.of(user) if one.state == RUNNING)
        return [self._update(one) for one in running if arg.get("algoId", str(one.algo_id)) == str(one.algo_id)]

    def _update(self, one: Standing) -> Json:
        return self._whole(one) | {"pTime": str(self._clock.now())}


def _name(query: Query) -> str:
    """Return a bot's name among its owner's, and check what else it is called by."""
    if len(query.needed("stgyName")) > _LONGEST_NAME:
        raise refuse("51000", "Parameter stgyName error")
    named(query, "tag", TAG)
    return named(query, "algoClOrdId")


def _enough(coins: list[Coin], amount: Decimal) -> None:
    """Refuse an amount of which a coin's share buys less than its least order."""
    for coin in coins:
        instrument = coin.market.instrument
        if amount * coin.ratio < terms_of(instrument).value(coin.price, instrument.min_lots):
            raise refuse("51358", f"The amount for {instrument.base} is too small")


def _schedule(query: Query) -> Schedule:
    period = query.choice("period", ("hourly", "daily", "weekly", "monthly"))
    hour, every, day = query.needed("recurringTime"), 1, 0
    if not hour.isdecimal() or int(hour) > 23:
        raise refuse("51356", "The time is out of range")
    if period == "hourly":
        every = int(query.choice("recurringHour", ("1", "4", "8", "12")))
    if period in _DAYS:
        text = query.needed("recurringDay")
        if not text.isdecimal() or not 1 <= int(text) <= _DAYS[period]:
            raise refuse("51355", "The date is out of range")
        day = int(text)
    zone = query.needed("timeZone")
    if not _ZONE.fullmatch(zone) or not -12 <= int(zone) <= 14:
        raise refuse("51357", "The time zone is out of range")
    return Schedule(period, every, day, int(hour), int(zone) * _HOUR_MS)


def _coin_row(coin: Coin) -> dict[str, str]:
    return {
        "ccy": coin.market.instrument.base,
        "ratio": exact_text(coin.ratio),
        "minPx": exact_text(coin.low) if coin.low is not None else "",
        "maxPx": exact_text(coin.high) if coin.high is not None else "",
    }


def _bought(coin: Coin) -> dict[str, str]:
    return {
        "totalAmt": exact_text(coin.bought),
        "profit": money_text(coin.bought * coin.price - coin.cost),
        "avgPx": plain(coin.cost / coin.bought, 8) if coin.bought else "",
        "px": exact_text(coin.price),
    }


def _sub_order(one: Standing, order: Order) -> Json:
    """Write a purchase. (Recurring buy sub orders)"""
    instrument = order.market.instrument
    return {
        "accFillSz": instrument.size_text(order.filled),
        "algoClOrdId": one.said["algoClOrdId"],
        "algoId": str(one.algo_id),
        "algoOrdType": "recurring",
        "avgPx": exact_text(order.average) if order.average is not None else "",
        "cTime": str(order.created),
        "fee": exact_text(order.fee),
        "feeCcy": instrument.base,
        "instId": instrument.inst_id,
        "instType": "SPOT",
        "ordId": str(order.ord_id),
        "ordType": "market",
        "px": "",
        "side": "buy",
        "state": order.state.value,
        "sz": order.size,
        "tag": order.ticket.tag,
        "tdMode": "cash",
        "tradeQuoteCcy": instrument.quote,
        "uTime": str(order.updated),
    }
