"""Grid bots, their orders and their positions as V5 writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..derivatives import plain
from ..text import exact_text
from .grid_bots import CONTRACT, SPOT
from .grid_contract import ContractGrid
from .grid_spot import SpotGrid
from .grids import AnyGrid
from .orders import Order, Orders
from .positions import Position
from .rows import Rows, price_text
from .worth import ZERO, money_text

__all__ = ["CHANNELS", "GridRows"]

Json = dict[str, Any]

CHANNELS = {SPOT: "grid-orders-spot", CONTRACT: "grid-orders-contract"}
"""Which channel tells of which sort."""

_YEAR_MS = 365 * 86_400_000
_CONTRACT_ONLY = (
    *("actualLever", "availEq", "direction", "fee", "feeCcy", "fundingFee", "instFamily", "lever", "liqPx"),
    *("ordFrozen", "sz", "uly"),
)
_CONTRACT_WHOLE = ("eq", "tpRatio", "slRatio")
_SPOT_ONLY = ("baseSz", "quoteSz", "tradeQuoteCcy")
_SPOT_WHOLE = ("curBaseSz", "curQuoteSz", "profit")
# What a push leaves out of what REST tells. (Spot grid algo orders channel, Contract grid algo orders channel)
_UNTOLD = {
    SPOT: frozenset((*_CONTRACT_ONLY, *_CONTRACT_WHOLE, "basePos")),
    CONTRACT: frozenset((*_SPOT_ONLY, *_SPOT_WHOLE, "stopResult", "feeCcy", "instFamily", "uly")),
}
_POSITION = (
    *("instType", "instId", "cTime", "uTime", "avgPx", "ccy", "lever", "liqPx", "posSide", "pos", "mgnMode"),
    *("mgnRatio", "imr", "mmr", "upl", "uplRatio", "last", "notionalUsd", "adl", "markPx"),
)


def _number(value: Decimal | None) -> str:
    return exact_text(value) if value is not None else ""


class GridRows:
    """Writes rows.

    Args:
        rows: Writes positions.
        orders: Everybody's orders, for what they have cost.
    """

    def __init__(self, rows: Rows, orders: Orders) -> None:
        self._rows = rows
        self._orders = orders

    def brief(self, grid: AnyGrid) -> Json:
        """Write a bot as lists do. (Grid algo order list)"""
        plan, instrument, total = grid.plan, grid.plan.market.instrument, grid.total
        return {
            **self._sort(grid),
            "algoClOrdId": plan.text("algoClOrdId"),
            "algoId": str(grid.algo_id),
            "algoOrdType": plan.kind,
            "arbitrageNum": str(grid.pairs),
            "cTime": str(grid.created),
            "cancelType": grid.why,
            "copyType": "0",
            "floatProfit": money_text(total - grid.profit),
            "gridNum": str(len(plan.prices) - 1),
            "gridProfit": money_text(grid.profit),
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "investment": money_text(grid.invested),
            "maxPx": instrument.price_text(plan.prices[-1]),
            "minPx": instrument.price_text(plan.prices[0]),
            "pnlRatio": plain(total / grid.invested, 8) if grid.invested > 0 else "0",
            "profitSharingRatio": "",
            "rebateTrans": [],
            "runType": plan.text("runType") or "1",
            "slTriggerPx": _number(grid.stops.stop_loss),
            "state": grid.state,
            "stopResult": grid.result,
            "stopType": grid.how,
            "tag": plan.text("tag"),
            "totalPnl": money_text(total),
            "tpTriggerPx": _number(grid.stops.take_profit),
            "triggerParams": [
                {"triggerAction": "start", "triggerStrategy": "instant", "triggerTime": str(grid.created)}
            ],
            "uTime": str(grid.updated),
        }

    def whole(self, grid: AnyGrid, now: int) -> Json:
        """Write everything that is known of a bot. (Grid algo order details)"""
        worst, best = grid.plan.gains(grid.owner.vip)
        years = Decimal(max(1, now - grid.created)) / _YEAR_MS
        row = self.brief(grid)
        return row | {
            **self._more(grid),
            "activeOrdNum": str(len(grid.open)),
            "annualizedRate": plain(grid.profit / grid.invested / years, 8) if grid.invested > 0 else "0",
            "perMaxProfitRate": plain(best, 8),
            "perMinProfitRate": plain(worst, 8),
            "runPx": exact_text(grid.run_price),
            "singleAmt": grid.plan.market.instrument.size_text(grid.lots),
            "totalAnnualizedRate": plain(Decimal(row["pnlRatio"]) / years, 8),
            "tradeNum": str(len(grid.done)),
        }

    def update(self, grid: AnyGrid, now: int) -> Json:
        """Write a bot as it is pushed: without what only the other sort has."""
        untold = _UNTOLD[grid.plan.kind]
        return {name: value for name, value in self.whole(grid, now).items() if name not in untold} | {
            "pTime": str(now)
        }

    def order(self, grid: AnyGrid, order: Order) -> Json:
        """Write an order of a bot. (Grid algo sub orders)"""
        instrument, ticket = order.market.instrument, order.ticket
        contract = grid.plan.kind == CONTRACT
        return {
            **dict.fromkeys(("ccy", "rebateCcy"), ""),
            "accFillSz": instrument.size_text(order.filled),
            "algoClOrdId": grid.plan.text("algoClOrdId"),
            "algoId": str(grid.algo_id),
            "algoOrdType": grid.plan.kind,
            "avgPx": price_text(order.average),
            "cTime": str(order.created),
            "ctVal": instrument.ct_val if contract else "",
            "fee": exact_text(order.fee),
            "feeCcy": self._rows.ccy_of(order),
            "groupId": "1",
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "lever": order.lever,
            "ordId": str(order.ord_id),
            "ordType": ticket.ord_type,
            "pnl": exact_text(order.pnl),
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

    def position(self, grid: AnyGrid, position: Position) -> Json:
        """Write the position of a bot. (Grid algo order positions)"""
        row = self._rows.position(position)
        names = {"algoId": str(grid.algo_id), "algoClOrdId": grid.plan.text("algoClOrdId")}
        return names | {name: row[name] for name in _POSITION}

    # -- what only one sort has

    def _sort(self, grid: AnyGrid) -> Json:
        if isinstance(grid, ContractGrid):
            return dict.fromkeys(_SPOT_ONLY, "") | self._contract(grid)
        assert isinstance(grid, SpotGrid)  # noqa: S101 - there are two sorts
        return dict.fromkeys(_CONTRACT_ONLY, "") | {
            "basePos": False,
            "baseSz": exact_text(grid.plan.base),
            "quoteSz": exact_text(grid.plan.quote),
            "tradeQuoteCcy": grid.plan.market.instrument.quote,
        }

    def _contract(self, grid: ContractGrid) -> Json:
        plan, standing, family = grid.plan, grid.standing, grid.plan.market.instrument.family
        return {
            "actualLever": plain(standing.lever_with(ZERO), 8),
            "availEq": money_text(standing.spendable) if grid.lives else "0",
            "basePos": plan.based,
            "direction": plan.direction,
            "fee": exact_text(sum((order.fee for order in self._orders.history(grid.agent.user.uid)), ZERO)),
            "feeCcy": standing.ccy,
            "fundingFee": exact_text(standing.funding),
            "instFamily": family,
            "lever": exact_text(plan.lever),
            "liqPx": price_text(standing.liquidation_price),
            "ordFrozen": money_text(standing.frozen),
            "sz": exact_text(plan.margin),
            "uly": family,
        }

    def _more(self, grid: AnyGrid) -> Json:
        if isinstance(grid, ContractGrid):
            return dict.fromkeys(_SPOT_WHOLE, "") | {
                "eq": money_text(grid.present),
                "slRatio": _number(grid.stops.loss_ratio),
                "tpRatio": _number(grid.stops.profit_ratio),
            }
        quote, base = (grid.purse.cash.get(ccy, ZERO) for ccy in grid.ccys)
        return dict.fromkeys(_CONTRACT_WHOLE, "") | {
            "curBaseSz": exact_text(base),
            "curQuoteSz": exact_text(quote),
            "profit": money_text(grid.profit - grid.withdrawn),
        }
