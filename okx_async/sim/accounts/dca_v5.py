"""What users ask about DCA bots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query
from ..text import exact_text
from .asks import Ask, Handlers
from .dca_bots import MANUAL_ADD, SAFETY, Cycle, Dca, DcaPlan, Part
from .dcas import Dcas
from .forms import TAG, decimal_of, named, refuse, ticks_of
from .grid_bots import KEEP, RUNNING, SELL
from .leverage import most_leverage
from .margin import Margins
from .people import Mode, User
from .rows import price_text
from .services import not_simulated
from .worth import ZERO, money_text

__all__ = ["DcaV5"]

Json = dict[str, Any]
Item = Mapping[str, Any]

_CONTRACT, _SPOT = "contract_dca", "spot_dca"
_KINDS = (_CONTRACT, _SPOT)
_MOST_SAFETY = 100
_INSTANT: list[dict[str, str]] = [{"triggerAction": "start", "triggerStrategy": "instant"}]
_ONE = Decimal(1)


class DcaV5:
    """The handlers of the chapter DCA bots: of contracts, started at once.

    Spot DCA bots, other triggers, profit shares, stops with a limit price and changes of a spot bot's parameters are
    refused with 50062.

    What no document tells is taken so: ratios are parts of one; amounts count margin in the settlement currency; the
    steps of safety orders and the stop loss are measured from the mean price of the order that begins the cycle, the
    take profit from that of the position; a stop loss that comes before the last safety order is refused with 51387;
    all money is set aside at the start; a stop loss ends the bot; one that has kept its position can be stopped again,
    which closes it.

    Args:
        dcas: Every bot.
        margins: What users can spend.
        markets: By instrument id; may change at any time.
        clock: Market time.
    """

    def __init__(self, dcas: Dcas, margins: Margins, markets: Mapping[str, Market], clock: Clock) -> None:
        self._dcas = dcas
        self._margins = margins
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/tradingBot/dca"
        return {
            ("POST", f"{root}/create"): self._command(self._start),
            ("POST", f"{root}/stop"): self._command(self._stop),
            ("POST", f"{root}/orders/manual-buy"): self._command(self._add),
            ("POST", f"{root}/settings/reinvestment"): self._command(self._reinvest),
            ("POST", f"{root}/settings/take-profit"): self._command(self._aim),
            ("POST", f"{root}/margin/add"): self._command(self._give),
            ("POST", f"{root}/margin/reduce"): self._command(self._take),
            ("GET", f"{root}/ongoing-list"): lambda ask: self._list(ask, living=True),
            ("GET", f"{root}/history-list"): lambda ask: self._list(ask, living=False),
            ("GET", f"{root}/orders"): self._orders,
            ("GET", f"{root}/position-details"): self._position,
            ("GET", f"{root}/cycle-list"): self._cycles,
        }

    # -- commands

    def _command(self, deed: Callable[[User, Query, Item], Json]) -> Callable[[Ask], list[Any]]:
        def handle(ask: Ask) -> list[Any]:
            return [deed(ask.user, Query(ask.fields, self._markets), ask.fields) | {"sCode": "0", "sMsg": ""}]

        return handle

    def _start(self, user: User, query: Query, item: Item) -> Json:
        if query.choice("algoOrdType", _KINDS) == _SPOT:
            raise not_simulated("a spot DCA bot")
        if (item.get("triggerParams") or _INSTANT) != _INSTANT or query.text("profitSharingRatio"):
            raise not_simulated("a DCA bot like this (with triggers or with a profit share)")
        if query.choice("slMode", ("limit", "market"), "market") != "market":
            raise not_simulated("a stop of a DCA bot with a limit price")
        if user.mode in (Mode.SPOT, Mode.PORTFOLIO):
            raise refuse("51057", "The bot is not available in your account mode")
        plan, name = _plan(query, item), named(query, "algoClOrdId")
        if name and any(bot.plan.text("algoClOrdId") == name for bot in self._dcas.of(user) if bot.lives):
            raise refuse("51065", "algoClOrdId already exists")
        self._check_money(user, plan.terms.settle, plan.stake)
        reinvests = query.choice("allowReinvest", ("true", "false"), "true") == "true"
        return _ids(self._dcas.start(user, plan, reinvests)) | {"tag": plan.text("tag")}

    def _stop(self, user: User, query: Query, item: Item) -> Json:
        bot = self._living(user, query)
        query.choice("algoOrdType", (_CONTRACT,))
        self._dcas.stop(bot, query.choice("stopType", (SELL, KEEP)))
        return _ids(bot) | {"tag": bot.plan.text("tag")}

    def _add(self, user: User, query: Query, item: Item) -> Json:
        bot = self._living(user, query)
        query.choice("algoOrdType", (_CONTRACT,))
        amount = decimal_of(query.needed("amt"), "amt")
        limit = query.choice("ordType", ("limit", "market"), "limit") == "limit"
        price = ticks_of(bot.plan.market, query.needed("price")) if limit else None
        self._check_money(user, bot.standing.ccy, amount)
        self._dcas.add(bot, amount, price)
        told = {"algoOrdType": _CONTRACT, "tag": bot.plan.text("tag"), "diffAmount": exact_text(amount)}
        return _ids(bot) | told

    def _reinvest(self, user: User, query: Query, item: Item) -> Json:
        bot = self._living(user, query)
        query.choice("algoOrdType", (_CONTRACT,))
        bot.reinvests = query.choice("allowReinvest", ("true", "false")) == "true"
        return _named(bot)

    def _aim(self, user: User, query: Query, item: Item) -> Json:
        bot = self._living(user, query)
        query.choice("algoOrdType", (_CONTRACT,))
        price, last = ticks_of(bot.plan.market, query.needed("tpPrice")), bot.plan.market.tape.last.price
        if bot.state != RUNNING:
            raise refuse("51059", "The state of the bot does not allow this")
        if (price <= last) if bot.plan.long else (price >= last):
            code = "51279" if bot.plan.long else "51277"
            raise refuse(code, "The take-profit price is on the wrong side of the price")
        self._dcas.aim(bot, price)
        return _named(bot)

    def _give(self, user: User, query: Query, item: Item) -> Json:
        bot, amount = self._living(user, query), decimal_of(query.needed("amt"), "amt")
        self._check_money(user, bot.standing.ccy, amount)
        self._dcas.fund(bot, amount)
        return _named(bot)

    def _take(self, user: User, query: Query, item: Item) -> Json:
        bot, amount = self._living(user, query), decimal_of(query.needed("amt"), "amt")
        if amount > min(bot.standing.spendable, bot.invested):
            raise refuse("59301", "The margin that would be left is too low")
        self._dcas.fund(bot, -amount)
        return _named(bot)

    def _check_money(self, user: User, ccy: str, amount: Decimal) -> None:
        if amount > self._margins.spendable(user, ccy):
            raise refuse("51008", f"Order failed. Insufficient {ccy} balance in account")

    def _known(self, user: User, query: Query) -> Dca:
        bot = self._dcas.find(user, query.needed("algoId"))
        if bot is None:
            raise refuse("51293", "The bot does not exist")
        return bot

    def _living(self, user: User, query: Query) -> Dca:
        bot = self._known(user, query)
        if not bot.lives:
            raise refuse("51291", "The bot has stopped")
        return bot

    # -- questions

    def _list(self, ask: Ask, *, living: bool) -> list[Any]:
        query = Query(ask.fields, self._markets)
        kind = query.choice("algoOrdType", _KINDS)
        found = (
            bot
            for bot in self._dcas.of(ask.user)
            if kind == _CONTRACT and bot.lives is living and query.text("algoId") in ("", str(bot.algo_id))
        )
        return [_whole(bot) for bot in query.page(found, lambda bot: bot.algo_id)]

    def _asked(self, ask: Ask) -> tuple[Dca, Query]:
        """Return the bot that is asked about by its number and its sort."""
        query = Query(ask.fields, self._markets)
        kind, bot = query.choice("algoOrdType", _KINDS), self._known(ask.user, query)
        if kind != _CONTRACT:
            raise refuse("51293", "The bot does not exist")
        return bot, query

    def _orders(self, ask: Ask) -> list[Any]:
        bot, query = self._asked(ask)
        found = [
            (cycle, part)
            for cycle in bot.cycles
            if query.text("cycleId") in ("", str(cycle.number))
            for part in cycle.parts
        ]
        newest = sorted(found, key=lambda row: -row[1].order.ord_id)
        return [_order(bot, *row) for row in query.page(newest, lambda row: row[1].order.ord_id)]

    def _cycles(self, ask: Ask) -> list[Any]:
        bot, query = self._asked(ask)
        newest = [cycle for cycle in reversed(bot.cycles) if query.text("instId") in ("", _inst_id(bot))]
        return [_cycle(bot, cycle) for cycle in query.page(newest, lambda cycle: cycle.number)]

    def _position(self, ask: Ask) -> list[Any]:
        bot, _ = self._asked(ask)
        held, cycle, stop, target = bot.standing.position, bot.cycle, bot.stop_price, bot.target
        instrument = bot.plan.market.instrument
        return [
            {
                **_ids(bot),
                **dict.fromkeys(("baseSz", "quoteSz", "tradeQuoteCcy"), ""),
                "algoOrdType": _CONTRACT,
                "avgPx": price_text(held.average) if held is not None else "",
                "curCycleld": str(cycle.number),
                "fee": exact_text(cycle.fee),
                "fillManualOrds": str(cycle.filled(MANUAL_ADD)),
                "fillSafetyOrds": str(cycle.filled(SAFETY)),
                "fundingFee": exact_text(held.funding) if held is not None else "0",
                "initPx": price_text(cycle.first),
                "instId": instrument.inst_id,
                "liqPx": price_text(bot.standing.liquidation_price),
                "notionalUsd": plain(self._margins.worth(held), 8) if held is not None else "0",
                "slPx": price_text(stop),
                "startTime": str(cycle.started),
                "sz": instrument.size_text(abs(held.lots)) if held is not None else "0",
                "tpPx": instrument.price_text(target) if target is not None else "",
                "upl": money_text(self._margins.upl(held)) if held is not None else "0",
            }
        ]


def _plan(query: Query, item: Item) -> DcaPlan:
    market = query.market()
    if market.instrument.kind not in (Kind.SWAP, Kind.FUTURES):
        raise refuse("51287", "The bot does not offer this instrument")
    named(query, "tag", TAG)
    lever = decimal_of(query.needed("lever"), "lever")
    if not 1 <= lever <= most_leverage(market):
        raise refuse("51000", "Parameter lever error")
    most = query.number("maxSafetyOrds", 0) or 0
    if query.needed("maxSafetyOrds") and most > _MOST_SAFETY:
        raise refuse("51000", "Parameter maxSafetyOrds error")

    def given(name: str, default: Decimal) -> Decimal:
        """Return a number, which must be there where safety orders need it and nothing else is usual."""
        text = query.needed(name) if most and not default else query.text(name)
        return decimal_of(text, name) if text else default

    loss = decimal_of(query.text("slPct"), "slPct") if query.text("slPct") else None
    plan = DcaPlan(
        market,
        dict(item),
        query.choice("direction", ("long", "short"), "long") == "long",
        lever,
        decimal_of(query.needed("initOrdAmt"), "initOrdAmt"),
        given("safetyOrdAmt", ZERO),
        most,
        given("pxSteps", ZERO),
        given("pxStepsMult", _ONE),
        given("volMult", _ONE),
        decimal_of(query.needed("tpPct"), "tpPct"),
        loss,
    )
    farthest = max(plan.distances, default=ZERO)
    if plan.long and farthest >= 1:
        raise refuse("51000", "Parameter pxSteps error: the last safety order would be below zero")
    if loss is not None and (loss <= farthest or (plan.long and loss >= 1)):
        raise refuse("51387", "The stop loss must come behind the last safety order")
    return plan


def _inst_id(bot: Dca) -> str:
    return bot.plan.market.instrument.inst_id


def _ids(bot: Dca) -> Json:
    return {"algoId": str(bot.algo_id), "algoClOrdId": bot.plan.text("algoClOrdId")}


def _named(bot: Dca) -> Json:
    return {"algoId": str(bot.algo_id), "algoOrdType": _CONTRACT}


def _whole(bot: Dca) -> Json:
    """Write a bot. (DCA algo order details, DCA algo order history)"""
    plan, total = bot.plan, bot.total
    done = sum((cycle.realized for cycle in bot.cycles if cycle.ended), ZERO)
    funding = exact_text(bot.standing.funding)
    return {
        **dict.fromkeys(("profitSharingRatio", "tpPxRange", "trackingMode", "tradeQuoteCcy"), ""),
        "algoId": str(bot.algo_id),
        "algoOrdType": _CONTRACT,
        "allowReinvest": bot.reinvests,
        "arbitragePnL": money_text(done),
        "cTime": str(bot.created),
        "cancelType": bot.why,
        "copyType": "0",
        "ctVal": plan.market.instrument.ct_val,
        "direction": "long" if plan.long else "short",
        "fundingFee": funding,
        "initOrdAmt": exact_text(plan.first),
        "instId": _inst_id(bot),
        "investmentAmt": money_text(bot.invested),
        "investmentCcy": bot.standing.ccy,
        "lever": exact_text(plan.lever),
        "maxSafetyOrds": str(plan.most),
        "pnlRatio": plain(total / bot.invested, 8) if bot.invested > 0 else "0",
        "pxSteps": exact_text(plan.step) if plan.most else "",
        "pxStepsMult": exact_text(plan.step_mult) if plan.most else "",
        "safetyOrdAmt": exact_text(plan.safety) if plan.most else "",
        "slMode": "market" if plan.loss is not None else "",
        "slPct": exact_text(plan.loss) if plan.loss is not None else "",
        "state": bot.state,
        "totalFundingFee": funding,
        "totalPnl": money_text(total),
        "transferInMargin": money_text(bot.added),
        "triggerParams": _INSTANT,
        "uTime": str(bot.updated),
        "volMult": exact_text(plan.vol_mult) if plan.most else "",
    }


def _cycle(bot: Dca, cycle: Cycle) -> Json:
    """Write a cycle. (DCA cycle list)"""
    instrument, waiting = bot.plan.market.instrument, cycle.profit
    price = waiting.price if waiting is not None else None
    return {
        **_ids(bot),
        "avgPx": price_text(cycle.average),
        "currentCycle": bot.lives and cycle is bot.cycle,
        "cycleId": str(cycle.number),
        "endTime": str(cycle.ended or ""),
        "fee": exact_text(cycle.fee),
        "realizedPnl": money_text(cycle.realized),
        "startTime": str(cycle.started),
        "tpPx": instrument.price_text(price) if price is not None else "",
    }


def _order(bot: Dca, cycle: Cycle, part: Part) -> Json:
    """Write an order of a bot. (DCA sub orders)"""
    order, instrument = part.order, bot.plan.market.instrument
    return {
        **dict.fromkeys(("rebateCcy", "tradeQuoteCcy"), ""),
        "avgFillPx": price_text(order.average),
        "cTime": str(order.created),
        "ctVal": instrument.ct_val,
        "cycleId": str(cycle.number),
        "direction": "long" if bot.plan.long else "short",
        "fee": exact_text(order.fee),
        "fillTime": str(order.fills[-1].ts) if order.fills else "",
        "filledSz": instrument.size_text(order.filled),
        "instId": instrument.inst_id,
        "lever": order.lever,
        "ordId": str(order.ord_id),
        "ordType": part.kind,
        "px": instrument.price_text(order.price) if order.price is not None else "",
        "rebate": "0",
        "side": "buy" if order.ticket.buy else "sell",
        "state": order.state.value,
        "sz": order.size,
        "uTime": str(order.updated),
    }
