"""What users ask about grid bots, and the four channels that tell of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .forms import lots_of, money_of, named, refuse, ticks_of
from .grid_bots import CONTRACT, KEEP, RUNNING, SELL, SPOT, Stops
from .grid_contract import ContractGrid
from .grid_reading import KINDS, amount_of, read_plan, read_stops
from .grid_rows import CHANNELS, GridRows
from .grids import AnyGrid, Grids
from .herald import Herald, names_of
from .margin import Margins
from .orders import Order
from .people import Mode, User
from .positions import Position
from .private import Feed, Private
from .services import not_simulated
from .worth import ZERO, money, money_text

__all__ = ["GridV5"]

Json = dict[str, Any]

_MOST_STOPS = 10
_EVERY_MS = 5_000
_ORDERS, _POSITIONS = "grid-sub-orders", "grid-positions"


class GridV5:
    """The handlers of the chapter Grid bots: spot and contract grids that start at once.

    A bot can be started, stopped and told other stops; a spot grid can be relieved of its profit; a contract grid can
    be given more margin or investment, and what it left open when it stopped can be closed. Copies, other triggers and
    changes of range are refused with 50062.

    What no document tells is taken so: an investment that is too small is refused with 51340; ``sz`` of a contract grid
    counts its settlement currency; its position is net, on cross margin, and all that the bot has stands behind it; a
    contract grid that starts where no order of its could wait is refused with 51380; a neutral one takes no
    ``basePos``, and its stop prices are those of a long one; ``percent`` counts hundredths of all margin that was put
    in; of a larger investment only those orders become larger that would open something.

    Args:
        grids: Every bot.
        rows: Writes what is told.
        margins: What users can spend.
        markets: By instrument id; may change at any time.
        clock: Market time.
        private: Where changes are told.
    """

    def __init__(
        self,
        grids: Grids,
        rows: GridRows,
        margins: Margins,
        markets: Mapping[str, Market],
        clock: Clock,
        private: Private,
    ) -> None:
        self._grids = grids
        self._rows = rows
        self._margins = margins
        self._markets = markets
        self._clock = clock
        self._private = private
        grids.on_change, grids.on_order = self._tell, self._tell_order
        for kind, channel in CHANNELS.items():
            private.feed(channel, Feed(partial(self._shown, kind), False, _EVERY_MS))
        private.feed(_POSITIONS, Feed(self._held))

    def listen(self, herald: Herald) -> None:
        """Hear of what happens to the positions of bots."""
        herald.position_listeners.append(self._tell_position)
        herald.order_listeners.append(lambda order, fill, amended: self._grids.heard(order))

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/tradingBot/grid"
        return {
            ("POST", f"{root}/order-algo"): self._one(self._start),
            ("POST", f"{root}/amend-order-algo"): self._one(self._amend),
            ("POST", f"{root}/stop-order-algo"): self._stop,
            ("POST", f"{root}/close-position"): self._close,
            ("POST", f"{root}/cancel-close-order"): self._cancel_close,
            ("POST", f"{root}/withdraw-income"): self._withdraw,
            ("POST", f"{root}/compute-margin-balance"): self._compute_margin,
            ("POST", f"{root}/margin-balance"): self._margin,
            ("POST", f"{root}/adjust-investment"): self._invest,
            ("GET", f"{root}/orders-algo-pending"): self._pending,
            ("GET", f"{root}/orders-algo-history"): self._history,
            ("GET", f"{root}/orders-algo-details"): self._details,
            ("GET", f"{root}/sub-orders"): self._sub_orders,
            ("GET", f"{root}/positions"): self._positions,
        }

    # -- commands

    def _one(self, deed: Callable[[User, Mapping[str, Any]], AnyGrid]) -> Callable[[Ask], list[Any]]:
        def handle(ask: Ask) -> list[Any]:
            return [self._row(deed, ask.user, ask.fields)]

        return handle

    def _stop(self, ask: Ask) -> list[Any]:
        if len(ask.items) > _MOST_STOPS:
            raise Refusal(400, "51000", f"Maximum {_MOST_STOPS} bots can be stopped in bulk")
        return [self._row(self._end, ask.user, item) for item in ask.items]

    def _row(self, deed: Callable[[User, Mapping[str, Any]], AnyGrid], user: User, item: Mapping[str, Any]) -> Json:
        told = {name: str(item.get(name) or "") for name in ("algoId", "algoClOrdId", "tag")}
        try:
            grid = deed(user, item)
        except Refusal as refusal:
            if refusal.code in ("50014", "50062"):
                raise
            return told | {"sCode": refusal.code, "sMsg": refusal.msg}
        return told | _ids(grid) | {"sCode": "0", "sMsg": ""}

    def _start(self, user: User, item: Mapping[str, Any]) -> AnyGrid:
        query = Query(item, self._markets)
        plan = read_plan(query, item)
        stops = read_stops(query, plan, Stops())
        if plan.kind == CONTRACT and user.mode in (Mode.SPOT, Mode.PORTFOLIO):
            code = "51057" if user.mode is Mode.SPOT else "51055"
            raise refuse(code, "Contract grids are not available in your account mode")
        name = named(query, "algoClOrdId")
        if name and any(grid.plan.text("algoClOrdId") == name for grid in self._grids.of(user) if grid.lives):
            raise refuse("51065", "algoClOrdId already exists")
        for ccy, amount in plan.taken.items():
            self._check_money(user, ccy, amount)
        return self._grids.start(user, plan, stops)

    def _check_money(self, user: User, ccy: str, amount: Decimal) -> None:
        if amount > self._margins.spendable(user, ccy):
            raise refuse("51008", f"Order failed. Insufficient {ccy} balance in account")

    def _end(self, user: User, item: Mapping[str, Any]) -> AnyGrid:
        query = Query(item, self._markets)
        grid = self._living(user, query)
        kind = query.choice("algoOrdType", KINDS)
        if query.needed("instId") != grid.plan.market.instrument.inst_id or kind != grid.plan.kind:
            raise refuse("51293", "The bot does not exist")
        self._grids.stop(grid, query.choice("stopType", (SELL, KEEP)))
        return grid

    def _amend(self, user: User, item: Mapping[str, Any]) -> AnyGrid:
        query = Query(item, self._markets)
        grid = self._living(user, query)
        if any(item.get(name) for name in ("topUpAmt", "triggerParams")):
            raise not_simulated("a change of a grid bot other than of when it stops")
        self._grids.amend(grid, read_stops(query, grid.plan, grid.stops))
        return grid

    def _withdraw(self, ask: Ask) -> list[Any]:
        grid = self._living(ask.user, Query(ask.fields, self._markets))
        if grid.plan.kind != SPOT:
            raise refuse("51292", "Only spot grids give their profit away while they run")
        return [_ids(grid) | {"profit": exact_text(self._grids.withdraw(grid))}]

    # -- contract grids

    def _close(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        grid, market_order = self._contract(ask.user, query), query.choice("mktClose", ("true", "false")) == "true"
        lots, price = 0, None
        if not market_order:
            lots = lots_of(grid.plan.market, query.needed("sz"))
            price = ticks_of(grid.plan.market, query.needed("px"))
        order = self._grids.close(grid, lots, price)
        if order is None:
            raise refuse("51341", "The position could not be closed")
        return [_ids(grid) | {"ordId": str(order.ord_id), "tag": grid.plan.text("tag")}]

    def _cancel_close(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        grid = self._contract(ask.user, query)
        order = self._grids.cancel_close(grid, query.needed("ordId"))
        return [_ids(grid) | {"ordId": str(order.ord_id), "tag": grid.plan.text("tag")}]

    def _compute_margin(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        grid, adds = self._contract(ask.user, query), query.choice("type", ("add", "reduce")) == "add"
        text = query.text("amt", "0")
        amount = ZERO if text == "0" else money_of(text, "amt")
        lever = grid.standing.lever_with(amount if adds else -amount)
        return [{"maxAmt": money_text(self._most(grid, adds)), "lever": plain(lever, 8)}]

    def _margin(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        grid, adds = self._contract(ask.user, query), query.choice("type", ("add", "reduce")) == "add"
        if not query.text("amt") and not query.text("percent"):
            raise Refusal(400, "50015", "Either parameter amt or percent is required")
        given = query.text("amt")
        amount = money_of(given, "amt") if given else money(grid.invested * amount_of(query, "percent") / 100)
        if adds:
            self._check_money(ask.user, grid.standing.ccy, amount)
        elif amount > self._most(grid, adds):
            raise refuse("59301", "The margin that would be left is too low")
        self._grids.fund(grid, amount if adds else -amount)
        return [_ids(grid)]

    def _most(self, grid: ContractGrid, adds: bool) -> Decimal:
        """Return how much margin can be added or taken back, which is never more than was put in."""
        free = (
            self._margins.spendable(grid.owner, grid.standing.ccy)
            if adds
            else min(grid.standing.spendable, grid.invested)
        )
        return max(ZERO, free)

    def _invest(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        amount = amount_of(query, "amt")
        if self._living(ask.user, query).plan.kind == SPOT:
            raise not_simulated("a larger investment in a spot grid")
        grid = self._contract(ask.user, query)
        if grid.state != RUNNING or grid.invested <= 0:
            raise refuse("51059", "The state of the bot does not allow this")
        self._check_money(ask.user, grid.standing.ccy, amount)
        self._grids.grow(grid, amount)
        return [{"algoId": str(grid.algo_id)}]

    def _contract(self, user: User, query: Query) -> ContractGrid:
        grid = self._living(user, query)
        if not isinstance(grid, ContractGrid):
            raise refuse("51292", "The bot is not a contract grid")
        return grid

    def _known(self, user: User, query: Query) -> AnyGrid:
        grid = self._grids.find(user, query.needed("algoId"))
        if grid is None:
            raise refuse("51293", "The bot does not exist")
        return grid

    def _living(self, user: User, query: Query) -> AnyGrid:
        grid = self._known(user, query)
        if not grid.lives:
            raise refuse("51291", "The bot has stopped")
        return grid

    # -- questions

    def _pending(self, ask: Ask) -> list[Any]:
        return self._page(ask, True)

    def _history(self, ask: Ask) -> list[Any]:
        return self._page(ask, False)

    def _page(self, ask: Ask, living: bool) -> list[Any]:
        query = Query(ask.fields, self._markets)
        kind = query.choice("algoOrdType", KINDS)
        found = (
            grid
            for grid in self._grids.of(ask.user)
            if kind == grid.plan.kind
            and grid.lives is living
            and query.text("algoId") in ("", str(grid.algo_id))
            and query.text("instId") in ("", grid.plan.market.instrument.inst_id)
            and query.text("instType") in ("", grid.plan.market.instrument.kind.value)
        )
        return [self._rows.brief(grid) for grid in query.page(found, lambda grid: grid.algo_id)]

    def _details(self, ask: Ask) -> list[Any]:
        return [self._rows.whole(self._asked(ask), self._clock.now())]

    def _asked(self, ask: Ask) -> AnyGrid:
        """Return the bot that is asked about by its number and its sort."""
        query = Query(ask.fields, self._markets)
        kind, grid = query.choice("algoOrdType", KINDS), self._known(ask.user, query)
        if kind != grid.plan.kind:
            raise refuse("51293", "The bot does not exist")
        return grid

    def _sub_orders(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        live = query.choice("type", ("live", "filled")) == "live"
        grid = self._asked(ask)
        waiting = [rung.order for rung in grid.open] + ([grid.closing] if grid.closing is not None else [])
        newest = sorted(waiting if live else grid.done, key=lambda order: -order.ord_id)
        return [self._rows.order(grid, order) for order in query.page(newest, lambda order: order.ord_id)]

    def _positions(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        query.choice("algoOrdType", (CONTRACT,))
        grid = self._asked(ask)
        held = grid.standing.position if isinstance(grid, ContractGrid) else None
        return [] if held is None else [self._rows.position(grid, held)]

    # -- channels

    def _tell(self, grid: AnyGrid) -> None:
        channel = CHANNELS[grid.plan.kind]
        if self._private.heard(grid.owner, channel):
            self._private.push(grid.owner, channel, _names(grid), [self._rows.update(grid, self._clock.now())])

    def _tell_order(self, grid: AnyGrid, order: Order) -> None:
        if self._private.heard(grid.owner, _ORDERS):
            row = self._rows.order(grid, order) | {"pTime": str(self._clock.now())}
            del row["ccy"]
            self._private.push(grid.owner, _ORDERS, _names(grid), [row])

    def _tell_position(self, position: Position) -> None:
        grid = self._grids.trading_as(position.user)
        if grid is not None and self._private.heard(grid.owner, _POSITIONS):
            self._private.push(grid.owner, _POSITIONS, _names(grid), [self._position_update(grid, position)])

    def _position_update(self, grid: AnyGrid, position: Position) -> Json:
        return self._rows.position(grid, position) | {"pTime": str(self._clock.now())}

    def _held(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        """Return the position that a new listener is shown."""
        grid = self._grids.find(user, arg["algoId"])
        held = grid.standing.position if isinstance(grid, ContractGrid) else None
        return [] if grid is None or held is None else [self._position_update(grid, held)]

    def _shown(self, kind: str, user: User, arg: Mapping[str, str]) -> list[Any]:
        """Return the bots that a new listener is shown, and all are again and again."""
        wanted = {name: arg[name] for name in ("instId", "algoId") if name in arg}
        if arg.get("instType", "ANY") != "ANY":
            wanted["instType"] = arg["instType"]
        living = (grid for grid in self._grids.of(user) if grid.lives and grid.plan.kind == kind)
        now = self._clock.now()
        return [self._rows.update(grid, now) for grid in living if wanted.items() <= _names(grid).items()]


def _ids(grid: AnyGrid) -> Json:
    return {"algoId": str(grid.algo_id), "algoClOrdId": grid.plan.text("algoClOrdId")}


def _names(grid: AnyGrid) -> dict[str, str]:
    return names_of(grid.plan.market) | {"algoId": str(grid.algo_id)}
