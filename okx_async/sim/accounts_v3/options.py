"""Options in V3: orders by underlying, positions, the account. What an order opens or closes follows from its side."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..accounts.desk import Change
from ..accounts.forms import lots_of, ticks_of
from ..accounts.office import Office
from ..accounts.orders import Fill, Order, State, WhyCanceled
from ..accounts.people import User
from ..accounts.positions import Position
from ..accounts.rows import Amended, price_text
from ..accounts.venue import Venue
from ..accounts.worth import ZERO, terms_of
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v3 import Query, Refusal
from ..query_v5 import Refusal as RefusalV5
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, page
from .entries import Entries
from .refusals import SHORT, translated
from .spot import fee_rates
from .words import NEVER, STATES, cut_price, cut_size, state_of

__all__ = ["OptionsV3"]

Json = dict[str, Any]

_DAY_MS = 86_400_000
_MOST = 10
_GOOD = {"error_code": "0", "error_message": ""}
_UNFILLED_MS = 2 * 3_600_000
_TYPES = {
    ("normal", True): "1",
    ("normal", False): "2",
    ("full_liquidation", False): "11",
    ("full_liquidation", True): "12",
}


class OptionsV3:
    """The handlers of the chapter Option.

    As in V5's half of the simulator, nobody can be short in the end. Greeks of an account are not reckoned.

    Args:
        office: The accounts.
        venue: Orders and positions.
        entries: The ledger.
    """

    def __init__(self, office: Office, venue: Venue, entries: Entries) -> None:
        self._office = office
        self._venue = venue
        self._entries = entries

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        api = "/api/option/v3"
        return {
            ("GET", f"{api}/{{underlying}}/position"): self._positions,
            ("GET", f"{api}/accounts/{{underlying}}"): lambda ask: self.account(ask.user, self._family(ask.query)),
            ("GET", f"{api}/accounts/{{underlying}}/ledger"): self._ledger,
            ("GET", f"{api}/trade_fee"): self._fees,
            ("POST", f"{api}/order"): self._single(self._place),
            ("POST", f"{api}/orders"): self._several(self._place, "order_data", 36211),
            ("POST", f"{api}/cancel_order/{{underlying}}/{{order_id}}"): self._single(self._cancel),
            ("POST", f"{api}/cancel_batch_orders/{{underlying}}"): self._cancel_several,
            ("POST", f"{api}/amend_order/{{underlying}}"): self._single(self._amend),
            ("POST", f"{api}/amend_batch_orders/{{underlying}}"): self._several(self._amend, "amend_data", 36213),
            ("GET", f"{api}/orders/{{underlying}}"): self._list,
            ("GET", f"{api}/orders/{{underlying}}/{{order_id}}"): self._one,
            ("GET", f"{api}/fills/{{underlying}}"): self._fills,
        }

    # -- what is about what

    def _family(self, query: Query) -> str:
        family = query.named("underlying")
        if not self._markets(family):
            raise Refusal(36001, f"The underlying {family} does not exist")
        return family

    def _markets(self, family: str) -> list[Market]:
        found = self._office.markets.values()
        return [each for each in found if (each.instrument.kind, each.instrument.family) == (Kind.OPTION, family)]

    def _market(self, query: Query, family: str = "") -> Market:
        """Return the option that is named, which must be of the underlying where there is one."""
        market = self._office.markets.get(query.named("instrument_id"))
        if market is None or market.instrument.kind is not Kind.OPTION:
            raise Refusal(36002, "The instrument does not exist")
        if family not in ("", market.instrument.family):
            raise Refusal(36205, "The instrument does not belong to the underlying")
        return market

    def _find(self, user: User, family: str, name: str) -> Order | None:
        orders = self._venue.orders
        order = (orders.find(user.uid, name, "") if name.isdecimal() else None) or orders.find(user.uid, "", name)
        fits = order is not None and order.market in self._markets(family)
        return order if fits else None

    def _open(self, user: User, query: Query, name: str) -> Order:
        order = self._find(user, self._family(query), name)
        if order is None or not order.open:
            raise Refusal(36216, "The order does not exist or is finished")
        return order

    # -- orders

    def _outcome(self, deed: Callable[[User, Query], Json], user: User, query: Query) -> tuple[Json, int]:
        """Do one thing and return its row, and the HTTP status of a refusal or 0."""
        try:
            done = deed(user, query)
        except RefusalV5 as refusal:
            wrong = translated(refusal, query.product)
        except Refusal as refusal:
            wrong = refusal
        else:
            return done | {"result": "true"} | _GOOD, 0
        told = {"order_id": "-1", "client_oid": "", "result": "true"}
        return told | {"error_code": str(wrong.code), "error_message": wrong.message}, wrong.status

    def _single(self, deed: Callable[[User, Query], Json]) -> Callable[[AskV3], Answer]:
        def handle(ask: AskV3) -> Answer:
            row, status = self._outcome(deed, ask.user, ask.query)
            return Answer(row, status or 200, refused=int(row["error_code"]) if status else 0)

        return handle

    def _several(self, deed: Callable[[User, Query], Json], name: str, too_many: int) -> Callable[[AskV3], Answer]:
        def handle(ask: AskV3) -> Answer:
            items, family = ask.query.items(name), self._family(ask.query)
            if len(items) > _MOST:
                raise Refusal(too_many, f"At most {_MOST} orders in one call")
            if not all(isinstance(item, dict) for item in items):
                raise Refusal(30024, f"{name} parameter value error")
            queries = [ask.query.within({**item, "underlying": family}) for item in items]
            return _batch([self._outcome(deed, ask.user, query)[0] for query in queries])

        return handle

    def _place(self, user: User, query: Query) -> Json:
        market = self._market(query, query.named("underlying"))
        buy = query.choice("side", ("buy", "sell")) == "buy"
        query.choice("order_type", ("0",), "0")
        size = cut_size(market, query.decimal("size"))
        if query.choice("match_price", ("0", "1"), "0") == "1":
            best = market.book.asks.best if buy else market.book.bids.best
            if best is None:
                raise Refusal(36214, "There is no opposite price")
            price = market.instrument.price_text(best)
        elif query.has("price"):
            price = cut_price(market, query.decimal("price"))
        else:
            raise Refusal(36207, "price or match_price is required")
        name = query.text("client_oid")
        item = {"instId": market.instrument.inst_id, "tdMode": "isolated", "side": "buy" if buy else "sell"}
        item |= {"ordType": "limit", "px": price, "sz": size, "clOrdId": name}
        order = self._venue.trading.place(user, item, shares_name=True)
        return {"order_id": str(order.ord_id), "client_oid": name}

    def _cancel(self, user: User, query: Query) -> Json:
        order = self._open(user, query, query.path["order_id"])
        self._venue.desk.cancel(order, WhyCanceled.USER)
        return {"order_id": str(order.ord_id), "client_oid": order.ticket.cl_ord_id}

    def _cancel_several(self, ask: AskV3) -> Answer:
        query = ask.query
        if query.has("order_ids") is query.has("client_oids"):
            code = 36206 if query.has("order_ids") else 36210
            raise Refusal(code, "Exactly one of order_ids and client_oids is required")
        names = query.items("order_ids" if query.has("order_ids") else "client_oids")
        if len(names) > _MOST:
            raise Refusal(36212, f"At most {_MOST} orders in one call")
        queries = [query.within({}, order_id=str(name)) for name in names]
        return _batch([self._outcome(self._cancel, ask.user, each)[0] for each in queries])

    def _amend(self, user: User, query: Query) -> Json:
        name = query.text("order_id") or query.text("client_oid")
        if not name:
            raise Refusal(36209, "order_id or client_oid is required")
        order = self._open(user, query, name)
        if not query.has("new_size") and not query.has("new_price"):
            raise Refusal(36208, "new_size or new_price is required")
        size = cut_size(order.market, query.decimal("new_size")) if query.has("new_size") else ""
        price = cut_price(order.market, query.decimal("new_price")) if query.has("new_price") else ""
        lots = lots_of(order.market, size) if size else None
        ticks = ticks_of(order.market, price) if price else None
        request_id = query.text("request_id")
        self._venue.desk.amend(order, Change(lots, size, ticks, req_id=request_id))
        told = {"order_id": str(order.ord_id), "client_oid": order.ticket.cl_ord_id}
        return told | {"request_id": request_id}

    # -- queries

    def _one(self, ask: AskV3) -> Json:
        """Answer with an empty object where there is no such order, as the documents say."""
        order = self._find(ask.user, self._family(ask.query), ask.query.path["order_id"])
        return self.order(order) if order is not None and self._kept(order) else {}

    def _list(self, ask: AskV3) -> Answer:
        query, states = ask.query, STATES[ask.query.choice("state", STATES)]
        wanted = self._wanted(query)
        found = (
            order
            for order in self._venue.orders.history(ask.user.uid)
            if order.market in wanted and state_of(order) in states and self._kept(order)
        )
        rows = [self.order(order) for order in query.page(found, lambda order: order.ord_id)]
        return page(rows, "order_id", {"order_info": rows})

    def _wanted(self, query: Query) -> list[Market]:
        """Return the options asked for: one, or all of the underlying."""
        family = self._family(query)
        return [self._market(query, family)] if query.has("instrument_id") else self._markets(family)

    def _kept(self, order: Order) -> bool:
        now = self._office.clock.now()
        if not self._venue.records.seen(order):
            return False
        if order.state is State.CANCELED and not order.filled:
            return now - order.updated < _UNFILLED_MS
        return order.open or now - order.created < 7 * _DAY_MS

    def _fills(self, ask: AskV3) -> Answer:
        """Tell fills; trade ids count in each option by itself, so pages are for one option at a time."""
        query, wanted = ask.query, self._wanted(ask.query)
        since, number = ask.received - 7 * _DAY_MS, query.text("order_id")
        found = (
            (order, fill)
            for order, fill in self._venue.orders.fills(ask.user.uid)
            if order.market in wanted and fill.ts >= since and number in ("", str(order.ord_id))
        )
        return page([_fill(*each) for each in query.page(found, lambda each: each[1].trade_id)], "trade_id")

    def _ledger(self, ask: AskV3) -> Answer:
        form = re.compile(rf"{re.escape(self._family(ask.query))}-\d{{6}}-\d+-[CP]")
        rows = self._entries.of_contracts(ask.user, form, ask.query, ask.received - 7 * _DAY_MS)
        return page(rows, "ledger_id")

    def _fees(self, ask: AskV3) -> Json:
        """Tell the rates; an exercise costs nothing here."""
        return fee_rates(ask.user, Kind.OPTION, ask.received) | {"exercise": "0"}

    def _positions(self, ask: AskV3) -> Json:
        """Tell what is held; an option that is asked for by name is told even when nothing is."""
        wanted = self._wanted(ask.query)
        held = {each.market.instrument.inst_id: each for each in self._venue.positions.of(ask.user.uid)}
        rows = [self.position(held.get(each.instrument.inst_id), each) for each in wanted]
        named = ask.query.has("instrument_id")
        return {"holding": [row for row in rows if named or row["position"] != "0"]}

    # -- rows

    def order(self, order: Order) -> Json:
        """Write an order. (Order)"""
        text, last = order.market.instrument, order.fills[-1] if order.fills else None
        return {
            "order_id": str(order.ord_id),
            "client_oid": order.ticket.cl_ord_id,
            "timestamp": iso_ms(order.updated),
            "instrument_id": text.inst_id,
            "size": text.size_text(order.lots),
            "price": "0" if order.price is None else text.price_text(order.price),
            "side": "buy" if order.ticket.buy else "sell",
            "filled_qty": text.size_text(order.filled),
            "price_avg": price_text(order.average) or "0",
            "fee": exact_text(order.fee),
            "contract_val": text.ct_val,
            "last_fill_px": "0" if last is None else text.price_text(last.price),
            "last_fill_qty": "0" if last is None else text.size_text(last.lots),
            "order_type": "0",
            "type": _TYPES.get((order.ticket.category, order.ticket.buy), "1" if order.ticket.buy else "2"),
            "state": state_of(order),
        }

    def update(self, order: Order, fill: Fill | None, amended: Amended) -> Json:
        """Write an order as it is pushed. (Order channel)"""
        more = {"last_fill_px": "0", "last_fill_qty": "0"} if fill is None else {}
        return (
            self.order(order)
            | more
            | {
                "underlying": order.market.instrument.family,
                "last_fill_id": "0" if fill is None else str(fill.trade_id),
                "last_fill_time": NEVER if fill is None else iso_ms(fill.ts),
                "last_request_id": amended[0],
                "last_amend_result": amended[1],
                "event_code": "0",
                "event_message": "",
            }
        )

    def position(self, position: Position | None, market: Market) -> Json:
        """Write what is held of one option; all is zero and of 1970 for nothing."""
        text = market.instrument
        names = ("avail_position", "avg_cost", "settlement_price", "total_pnl", "pnl_ratio", "realized_pnl")
        row: Json = {"instrument_id": text.inst_id, "position": "0", "created_at": NEVER, "updated_at": NEVER}
        row |= dict.fromkeys((*names, "unrealized_pnl", "pos_margin", "option_value"), "0")
        if position is None or not position.lots:
            return row
        margins = self._venue.margins
        upl, value = margins.upl(position), position.terms.value(margins.mark(position), position.lots)
        paid = position.terms.face * position.cost
        return row | {
            "position": text.size_text(position.lots),
            "avail_position": text.size_text(margins.closable(position)),
            "avg_cost": price_text(position.average),
            "settlement_price": price_text(position.average),
            "total_pnl": exact_text(upl + position.pnl),
            "pnl_ratio": plain(upl / paid, 8) if paid else "0",
            "realized_pnl": exact_text(position.pnl),
            "unrealized_pnl": exact_text(upl),
            "option_value": exact_text(value),
            "created_at": iso_ms(position.created),
            "updated_at": iso_ms(position.updated),
        }

    def account(self, user: User, family: str) -> Json:
        """Write the account of an underlying. (Account)"""
        markets, margins = self._markets(family), self._venue.margins
        ccy = terms_of(markets[0].instrument).settle
        held = [each for each in self._venue.positions.of(user.uid) if each.market in markets]
        resting = [each for each in self._venue.orders.pending(user.uid) if each.market in markets]
        waiting = sum((self._need(each) for each in resting), ZERO)
        value = sum((each.terms.value(margins.mark(each), each.lots) for each in held), ZERO)
        money, free = margins.purse(user).cash.get(ccy, ZERO), max(ZERO, margins.spendable(user, ccy))
        return {
            "currency": ccy,
            "underlying": family,
            "equity": exact_text(money + value),
            "total_avail_balance": exact_text(free),
            "margin_balance": exact_text(money),
            "margin_frozen": exact_text(waiting),
            "avail_margin": exact_text(free),
            "margin_for_unfilled": exact_text(waiting),
            "maintenance_margin": "0",
            "realized_pnl": exact_text(sum((each.pnl for each in held), ZERO)),
            "unrealized_pnl": exact_text(sum((margins.upl(each) for each in held), ZERO)),
            "max_withdraw": exact_text(free),
            "option_value": exact_text(value),
            "risk_factor": "",
            "margin_multiplier": "",
            "account_status": "0",
        }

    def _need(self, order: Order) -> Decimal:
        price = terms_of(order.market.instrument).price(order.price or 0)
        return self._venue.margins.need(order, price, order.left)[1]


def _fill(order: Order, fill: Fill) -> Json:
    text = order.market.instrument
    return {
        "trade_id": str(fill.trade_id),
        "order_id": str(order.ord_id),
        "instrument_id": text.inst_id,
        "fill_price": text.price_text(fill.price),
        "fill_qty": text.size_text(fill.lots),
        "side": "buy" if order.ticket.buy else "sell",
        "exec_type": "M" if fill.maker else "T",
        "fee": exact_text(fill.fee),
        "timestamp": iso_ms(fill.ts),
    }


def _batch(rows: list[Json]) -> Answer:
    short = any(int(row["error_code"]) in SHORT for row in rows)
    return Answer({"result": "true", "order_info": rows}, 400 if short else 200)
