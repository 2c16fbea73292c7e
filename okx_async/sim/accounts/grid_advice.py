"""What anybody may ask before starting a grid bot: how much it takes, how fine it can be, and what might fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_UP, Decimal
from itertools import takewhile
from typing import Any

from ..bars import V5_BARS
from ..clock import Clock
from ..derivatives import plain
from ..instruments import Instrument, Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .forms import refuse
from .grid_bots import CONTRACT, SPARE, SPOT, Plan, nearest, rungs
from .grid_contract import LONG, NEUTRAL, SHORT, ContractPlan
from .grid_reading import KINDS, MOST_GRIDS, amount_of, is_geometric, read_bounds, read_outline
from .grid_spot import SpotPlan
from .services import not_simulated
from .worth import ZERO

__all__ = ["GridAdvice"]

Json = dict[str, Any]
_Answer = list[Any]

_NEWCOMER = 0
"""The fee tier that is reckoned with, as nobody says who asks: the dearest."""
_SMALLEST = Decimal("0.00000001")
_DAY_MS = 86_400_000
_DURATIONS = {"7D": 7, "30D": 30, "180D": 180}
_STEP = Decimal("0.004")
"""How far apart suggested prices are at least, as a part of the lowest: a few times what two trades cost."""
_LEVER = Decimal(2)


class GridAdvice:
    """The public endpoints of the chapter Grid bots.

    The smallest investment is that of the lowest fee tier at the present price. What is suggested is the range that
    the price has had in the time asked for, as far back as the simulator remembers, in grids wide enough to earn more
    than their fees; how the exchange finds its own suggestions is not documented. What they would have earned is left
    empty.

    Args:
        markets: By instrument id; may change at any time.
        clock: Market time.
    """

    def __init__(self, markets: Mapping[str, Market], clock: Clock) -> None:
        self._markets = markets
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers a GET, by path."""
        return {"tradingBot/grid/ai-param": self._suggest, "tradingBot/grid/grid-quantity": self._quantity}

    def commands(self) -> dict[str, Callable[[Query, Mapping[str, Any]], _Answer]]:
        """Return what answers a POST, by path."""
        return {"tradingBot/grid/min-investment": self._least}

    def _least(self, query: Query, item: Mapping[str, Any]) -> _Answer:
        if query.choice("triggerStrategy", ("instant", "price", "rsi"), "instant") != "instant":
            raise not_simulated("a grid bot with triggers")
        plan = read_outline(query, item)
        rows = _contract_rows(plan) if isinstance(plan, ContractPlan) else _spot_rows(query, plan)
        return [{"minInvestmentData": rows, "singleAmt": plan.market.instrument.size_text(plan.least())}]

    def _quantity(self, query: Query) -> _Answer:
        kind = query.choice("algoOrdType", KINDS)
        if kind == CONTRACT:
            amount_of(query, "lever")
        _, low, high = read_bounds(query, kind)
        return [{"maxGridQty": str(_finest(low, high, is_geometric(query)))}]

    def _suggest(self, query: Query) -> _Answer:
        kind, market = query.choice("algoOrdType", KINDS), query.market()
        days = _DURATIONS[query.choice("duration", _DURATIONS, "7D")]
        direction = query.choice("direction", (LONG, SHORT, NEUTRAL)) if kind == CONTRACT else ""
        if market.instrument.kind not in ((Kind.SPOT,) if kind == SPOT else (Kind.SWAP, Kind.FUTURES)):
            raise refuse("51350", "There is no suggestion for this instrument")
        low, high = self._range(market, days)
        grids = max(2, min(_finest(low, high, False), int(Decimal(high - low) / low / _STEP)))
        prices = rungs(low, high, grids, False)
        own = nearest(market, prices)
        plan: Plan = SpotPlan(market, {}, prices, own, ZERO, ZERO)
        if kind == CONTRACT:
            based = direction != NEUTRAL
            plan = ContractPlan(market, {}, prices, own, ZERO, direction, _LEVER, based)
        return [_suggestion(plan, query.text("duration", "7D"), direction)]

    def _range(self, market: Market, days: int) -> tuple[int, int]:
        """Return the lowest and the highest price of some days in ticks, and some room around the last one."""
        now, last = self._clock.now(), market.tape.last.price
        bars = takewhile(lambda bar: bar.ts > now - days * _DAY_MS, market.tape.bars(V5_BARS["1H"], now))
        prices = [(bar.low, bar.high) for bar in bars]
        low, high = min((each[0] for each in prices), default=last), max((each[1] for each in prices), default=last)
        return min(low, last - last // 64), max(high, last + last // 64)


def _finest(low: int, high: int, geometric: bool) -> int:
    """Return how many grids a range can have.

    Raises:
        Refusal: 51351 when it cannot have two.
    """
    rungs(low, high, 2, geometric)
    least, most = 2, MOST_GRIDS
    while least < most:
        middle = (least + most + 1) // 2
        try:
            rungs(low, high, middle, geometric)
            least = middle
        except Refusal:
            most = middle - 1
    return least


def _needed(plan: Plan) -> Decimal:
    """Return the smallest investment, counted as the plan counts."""
    cost = plan.per_lot(_NEWCOMER)
    if not cost:
        raise refuse("51380", "The price is where the bot could not place a single order")
    return (plan.least() * cost / SPARE).quantize(_SMALLEST, ROUND_UP)


def _row(ccy: str, amount: Decimal) -> Json:
    return {"amt": exact_text(amount), "ccy": ccy}


def _contract_rows(plan: ContractPlan) -> list[Json]:
    return [_row(plan.terms.settle, _needed(plan))]


def _spot_rows(query: Query, plan: SpotPlan) -> list[Json]:
    """Write the investment in the currency asked for, or in both: coins for what is sold, money for the rest."""
    instrument: Instrument = plan.market.instrument
    sort, whole = query.choice("investmentType", ("quote", "base", "dual"), "quote"), _needed(plan)
    if sort == "quote":
        return [_row(instrument.quote, whole)]
    if sort == "base":
        return [_row(instrument.base, (whole / plan.price).quantize(_SMALLEST, ROUND_UP))]
    bought = _needed(replace(plan, prices=plan.prices[: plan.own + 1])) if plan.own else ZERO
    sold = ((whole - bought) / plan.price).quantize(_SMALLEST, ROUND_UP)
    return [_row(instrument.base, sold), _row(instrument.quote, bought)]


def _suggestion(plan: Plan, duration: str, direction: str) -> Json:
    instrument, (worst, best) = plan.market.instrument, plan.gains(_NEWCOMER)
    return {
        "algoOrdType": plan.kind,
        "annualizedRate": "",
        "ccy": instrument.quote if plan.kind == SPOT else plan.terms.settle,
        "direction": direction,
        "duration": duration,
        "gridNum": str(len(plan.prices) - 1),
        "instId": instrument.inst_id,
        "lever": exact_text(_LEVER) if plan.kind == CONTRACT else "",
        "maxPx": instrument.price_text(plan.prices[-1]),
        "minInvestment": exact_text(_needed(plan)),
        "minPx": instrument.price_text(plan.prices[0]),
        "perGridProfitRatio": plain(worst, 8),
        "perMaxProfitRate": plain(best, 8),
        "perMinProfitRate": plain(worst, 8),
        "runType": "1",
        "sourceCcy": "",
    }
