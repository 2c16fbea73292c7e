"""What users ask about grid bots, and the two channels that tell of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .fees import rate_of
from .forms import TAG, decimal_of, named, refuse, ticks_of
from .grids import STOPPED, Grid, Grids, Plan, rungs
from .herald import names_of
from .margin import Margins
from .orders import Order
from .people import User
from .private import Feed, Private
from .services import not_simulated
from .worth import ZERO, money_text, movable

__all__ = ["GridV5"]

Json = dict[str, Any]

_SPOT, _CONTRACT = "grid", "contract_grid"
_MOST_GRIDS = 400
"""Orders of one bot here; how many the exchange takes depends on the instrument and is not documented."""
_MOST_STOPS = 10
_YEAR_MS = 365 * 86_400_000
_EVERY_MS = 5_000
_BLANK = (
    *("actualLever", "availEq", "direction", "fee", "feeCcy", "fundingFee", "instFamily", "lever", "liqPx"),
    *("ordFrozen", "sz", "uly"),
)


class GridV5:
    """The handlers of the chapter Grid bots that are simulated: spot grids that start at once.

    A bot can be started, stopped, told other stop prices and relieved of its profit. Grids of contracts, copies, other
    triggers and changes of range or investment are refused with 50062. Which code the exchange has for an investment
    that is too small is not documented; here it is 51340.

    Args:
        grids: Every bot.
        margins: What users can spend.
        markets: By instrument id; may change at any time.
        clock: Market time.
        private: Where changes are told.
    """

    def __init__(
        self, grids: Grids, margins: Margins, markets: Mapping[str, Market], clock: Clock, private: Private
    ) -> None:
        self._grids = grids
        self._margins = margins
        self._markets = markets
        self._clock = clock
        self._private = private
        grids.on_change, grids.on_order = self._tell, self._tell_order
        private.feed("grid-orders-spot", Feed(self._shown, False, _EVERY_MS))

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/tradingBot/grid"
        return {
            ("POST", f"{root}/order-algo"): self._one(self._start),
            ("POST", f"{root}/amend-order-algo"): self._one(self._amend),
            ("POST", f"{root}/stop-order-algo"): self._stop,
            ("POST", f"{root}/withdraw-income"): self._withdraw,
            ("GET", f"{root}/orders-algo-pending"): self._pending,
            ("GET", f"{root}/orders-algo-history"): self._history,
            ("GET", f"{root}/orders-algo-details"): self._details,
            ("GET", f"{root}/sub-orders"): self._sub_orders,
            ("GET", f"{root}/positions"): self._positions,
        }

    # -- commands

    def _one(self, deed: Callable[[User, Mapping[str, Any]], Grid]) -> Callable[[Ask], list[Any]]:
        def handle(ask: Ask) -> list[Any]:
            return [self._row(deed, ask.user, ask.fields)]

        return handle

    def _stop(self, ask: Ask) -> list[Any]:
        if len(ask.items) > _MOST_STOPS:
            raise Refusal(400, "51000", f"Maximum {_MOST_STOPS} bots can be stopped in bulk")
        return [self._row(self._end, ask.user, item) for item in ask.items]

    def _row(self, deed: Callable[[User, Mapping[str, Any]], Grid], user: User, item: Mapping[str, Any]) -> Json:
        told = {name: str(item.get(name) or "") for name in ("algoId", "algoClOrdId", "tag")}
        try:
            grid = deed(user, item)
        except Refusal as refusal:
            if refusal.code in ("50014", "50062"):
                raise
            return told | {"sCode": refusal.code, "sMsg": refusal.msg}
        names = {"algoId": str(grid.algo_id), "algoClOrdId": grid.plan.text("algoClOrdId")}
        return told | names | {"sCode": "0", "sMsg": ""}

    def _start(self, user: User, item: Mapping[str, Any]) -> Grid:
        query = Query(item, self._markets)
        plan = self._plan(query, item)
        low, high = (plan.market.instrument.price_text(plan.prices[at]) for at in (0, -1))
        stops = _stops(query, Decimal(low), Decimal(high), None, None)
        name = named(query, "algoClOrdId")
        if name and any(grid.plan.text("algoClOrdId") == name for grid in self._grids.of(user) if _lives(grid)):
            raise refuse("51065", "algoClOrdId already exists")
        instrument = plan.market.instrument
        for ccy, amount in ((instrument.quote, plan.quote), (instrument.base, plan.base)):
            if amount > self._margins.spendable(user, ccy):
                raise refuse("51008", f"Order failed. Insufficient {ccy} balance in account")
        return self._grids.start(user, plan, *stops)

    def _plan(self, query: Query, item: Mapping[str, Any]) -> Plan:
        kind = query.choice("algoOrdType", (_SPOT, _CONTRACT))
        market = query.market()
        triggers = item.get("triggerParams") or []
        simple = [{"triggerAction": "start", "triggerStrategy": "instant"}]
        if kind == _CONTRACT or triggers not in ([], simple) or query.text("profitSharingRatio"):
            raise not_simulated("a grid bot like this (of contracts, with triggers, or with a profit share)")
        if market.instrument.kind is not Kind.SPOT:
            raise refuse("51287", "The bot does not offer this instrument")
        named(query, "tag", TAG)
        low, high = (ticks_of(market, query.needed(name)) for name in ("minPx", "maxPx"))
        if low >= high:
            raise refuse("51346", "The highest price must be above the lowest")
        grids = query.number("gridNum", 0) or 0
        if query.needed("gridNum") and not 2 <= grids <= _MOST_GRIDS:
            raise refuse("51000", "Parameter gridNum error")
        geometric = query.choice("runType", ("1", "2"), "1") == "2"
        sizes = [query.text(name) for name in ("quoteSz", "baseSz")]
        if not any(sizes):
            raise Refusal(400, "50015", "Either parameter quoteSz or baseSz is required")
        quote, base = (
            decimal_of(size, name) if size else ZERO for size, name in zip(sizes, ("quoteSz", "baseSz"), strict=True)
        )
        if not movable(quote) or not movable(base):
            raise refuse("51000", "Parameter quoteSz or baseSz error")
        return Plan(market, rungs(low, high, grids, geometric), quote, base, dict(item))

    def _end(self, user: User, item: Mapping[str, Any]) -> Grid:
        query = Query(item, self._markets)
        grid = self._living(user, query)
        query.choice("algoOrdType", (_SPOT,))
        if query.needed("instId") != grid.plan.market.instrument.inst_id:
            raise refuse("51293", "The bot does not exist")
        self._grids.stop(grid, query.choice("stopType", ("1", "2")))
        return grid

    def _amend(self, user: User, item: Mapping[str, Any]) -> Grid:
        query = Query(item, self._markets)
        grid = self._living(user, query)
        if any(item.get(name) for name in ("tpRatio", "slRatio", "topUpAmt", "triggerParams")):
            raise not_simulated("a change of a grid bot other than of its stop prices")
        low, high = (grid.terms.price(grid.plan.prices[at]) for at in (0, -1))
        self._grids.amend(grid, *_stops(query, low, high, grid.take_profit, grid.stop_loss))
        return grid

    def _withdraw(self, ask: Ask) -> list[Any]:
        grid = self._living(ask.user, Query(ask.fields, self._markets))
        profit = self._grids.withdraw(grid)
        names = {"algoId": str(grid.algo_id), "algoClOrdId": grid.plan.text("algoClOrdId")}
        return [names | {"profit": exact_text(profit)}]

    def _known(self, user: User, query: Query) -> Grid:
        grid = self._grids.find(user, query.needed("algoId"))
        if grid is None:
            raise refuse("51293", "The bot does not exist")
        return grid

    def _living(self, user: User, query: Query) -> Grid:
        grid = self._known(user, query)
        if not _lives(grid):
            raise refuse("51291", "The bot has stopped")
        return grid

    # -- questions

    def _pending(self, ask: Ask) -> list[Any]:
        return self._page(ask, True)

    def _history(self, ask: Ask) -> list[Any]:
        return self._page(ask, False)

    def _page(self, ask: Ask, living: bool) -> list[Any]:
        query = Query(ask.fields, self._markets)
        kind = query.choice("algoOrdType", (_SPOT, _CONTRACT))
        found = (
            grid
            for grid in self._grids.of(ask.user)
            if kind == _SPOT
            and _lives(grid) is living
            and query.text("algoId") in ("", str(grid.algo_id))
            and query.text("instId") in ("", grid.plan.market.instrument.inst_id)
            and query.text("instType") in ("", "SPOT")
        )
        return [self._brief(grid) for grid in query.page(found, lambda grid: grid.algo_id)]

    def _details(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        query.choice("algoOrdType", (_SPOT, _CONTRACT))
        return [self._whole(self._known(ask.user, query))]

    def _sub_orders(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        query.choice("algoOrdType", (_SPOT, _CONTRACT))
        live = query.choice("type", ("live", "filled")) == "live"
        grid = self._known(ask.user, query)
        orders = [rung.order for rung in grid.open] if live else grid.done
        newest = sorted(orders, key=lambda order: -order.ord_id)
        return [_sub_order(grid, order) for order in query.page(newest, lambda order: order.ord_id)]

    def _positions(self, ask: Ask) -> list[Any]:
        """Return nothing: only grids of contracts have positions, and there are none."""
        query = Query(ask.fields, self._markets)
        query.choice("algoOrdType", (_CONTRACT,))
        raise refuse("51293", "The bot does not exist")

    # -- rows

    def _brief(self, grid: Grid) -> Json:
        """Write a bot as lists do. (Grid algo order list)"""
        plan, instrument = grid.plan, grid.plan.market.instrument
        total = self._grids.worth(grid) + grid.withdrawn - grid.invested
        return {
            **dict.fromkeys(_BLANK, ""),
            "algoClOrdId": plan.text("algoClOrdId"),
            "algoId": str(grid.algo_id),
            "algoOrdType": _SPOT,
            "arbitrageNum": str(grid.pairs),
            "basePos": False,
            "baseSz": exact_text(plan.base),
            "cTime": str(grid.created),
            "cancelType": grid.why,
            "copyType": "0",
            "floatProfit": money_text(total - grid.profit),
            "gridNum": str(len(plan.prices) - 1),
            "gridProfit": money_text(grid.profit),
            "instId": instrument.inst_id,
            "instType": "SPOT",
            "investment": money_text(grid.invested),
            "maxPx": instrument.price_text(plan.prices[-1]),
            "minPx": instrument.price_text(plan.prices[0]),
            "pnlRatio": plain(total / grid.invested, 8),
            "profitSharingRatio": "",
            "quoteSz": exact_text(plan.quote),
            "rebateTrans": [],
            "runType": plan.text("runType") or "1",
            "slTriggerPx": exact_text(grid.stop_loss) if grid.stop_loss is not None else "",
            "state": grid.state,
            "stopResult": grid.result,
            "stopType": grid.how,
            "tag": plan.text("tag"),
            "totalPnl": money_text(total),
            "tpTriggerPx": exact_text(grid.take_profit) if grid.take_profit is not None else "",
            "tradeQuoteCcy": instrument.quote,
            "triggerParams": [
                {"triggerAction": "start", "triggerStrategy": "instant", "triggerTime": str(grid.created)}
            ],
            "uTime": str(grid.updated),
        }

    def _whole(self, grid: Grid) -> Json:
        """Write everything that is known of a bot. (Grid algo order details)"""
        prices, cash, instrument = grid.plan.prices, grid.purse.cash, grid.plan.market.instrument
        fees = 2 * rate_of(Kind.SPOT, grid.owner.vip, True)
        gains = [Decimal(high - low) / low - fees for low, high in pairwise(prices)]
        years = Decimal(max(1, self._clock.now() - grid.created)) / _YEAR_MS
        row = self._brief(grid)
        return row | {
            "activeOrdNum": str(len(grid.open)),
            "annualizedRate": plain(grid.profit / grid.invested / years, 8),
            "curBaseSz": exact_text(cash.get(instrument.base, ZERO)),
            "curQuoteSz": exact_text(cash.get(instrument.quote, ZERO)),
            "perMaxProfitRate": plain(max(gains), 8),
            "perMinProfitRate": plain(min(gains), 8),
            "profit": money_text(grid.profit - grid.withdrawn),
            "runPx": exact_text(grid.run_price),
            "singleAmt": instrument.size_text(grid.lots),
            "totalAnnualizedRate": plain(Decimal(row["pnlRatio"]) / years, 8),
            "tradeNum": str(len(grid.done)),
        }

    # -- channels

    def _tell(self, grid: Grid) -> None:
        if self._private.heard(grid.owner, "grid-orders-spot"):
            self._private.push(grid.owner, "grid-orders-spot", _names(grid), [self._update(grid)])

    def _tell_order(self, grid: Grid, order: Order) -> None:
        if self._private.heard(grid.owner, "grid-sub-orders"):
            row = _sub_order(grid, order) | {"pTime": str(self._clock.now())}
            del row["ccy"]
            self._private.push(grid.owner, "grid-sub-orders", _names(grid), [row])

    def _shown(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        """Return the bots that a new listener is shown, and all are again and again."""
        wanted = {name: arg[name] for name in ("instId", "algoId") if name in arg}
        living = (grid for grid in self._grids.of(user) if _lives(grid))
        return [self._update(grid) for grid in living if wanted.items() <= _names(grid).items()]

    def _update(self, grid: Grid) -> Json:
        """Write a bot as it is pushed: without what only grids of contracts have."""
        row = {name: value for name, value in self._whole(grid).items() if name not in (*_BLANK, "basePos")}
        return row | {"pTime": str(self._clock.now())}


def _lives(grid: Grid) -> bool:
    return grid.state != STOPPED


def _names(grid: Grid) -> dict[str, str]:
    return names_of(grid.plan.market) | {"algoId": str(grid.algo_id)}


def _stops(
    query: Query, low: Decimal, high: Decimal, profit: Decimal | None, loss: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Return at which prices a bot takes its profit and its loss: those that are asked for, else those it has."""
    tp, sl = query.text("tpTriggerPx"), query.text("slTriggerPx")
    profit, loss = decimal_of(tp, "tpTriggerPx") if tp else profit, decimal_of(sl, "slTriggerPx") if sl else loss
    if profit is not None and profit <= high:
        raise refuse("51349", "The take-profit price must be above the range")
    if loss is not None and loss >= low:
        raise refuse("51348", "The stop price must be below the range")
    return profit, loss


def _sub_order(grid: Grid, order: Order) -> Json:
    """Write an order of a bot. (Grid algo sub orders)"""
    instrument, ticket = order.market.instrument, order.ticket
    return {
        **dict.fromkeys(("ccy", "ctVal", "lever", "rebateCcy"), ""),
        "accFillSz": instrument.size_text(order.filled),
        "algoClOrdId": grid.plan.text("algoClOrdId"),
        "algoId": str(grid.algo_id),
        "algoOrdType": _SPOT,
        "avgPx": exact_text(order.average) if order.average is not None else "",
        "cTime": str(order.created),
        "fee": exact_text(order.fee),
        "feeCcy": instrument.base if ticket.buy else instrument.quote,
        "groupId": "1",
        "instId": instrument.inst_id,
        "instType": "SPOT",
        "ordId": str(order.ord_id),
        "ordType": ticket.ord_type,
        "pnl": "0",
        "posSide": "net",
        "px": instrument.price_text(order.price) if order.price is not None else "",
        "rebate": "0",
        "side": "buy" if ticket.buy else "sell",
        "state": order.state.value,
        "sz": order.size,
        "tag": ticket.tag,
        "tdMode": ticket.td_mode,
        "uTime": str(order.updated),
    }
