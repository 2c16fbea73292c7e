"""A simulated exchange without servers: markets, accounts and the venue, called directly and stepped by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from okx_async.sim.accounts.asks import Ask
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.office import Office
from okx_async.sim.accounts.people import Access, User
from okx_async.sim.accounts.services import verdict_of
from okx_async.sim.accounts.tickets import spot_mode
from okx_async.sim.accounts.venue import Venue
from okx_async.sim.clock import Clock, VirtualClock
from okx_async.sim.derivatives import Derivatives
from okx_async.sim.engine import Match
from okx_async.sim.instruments import Kind, catalogue
from okx_async.sim.keys import Keyring
from okx_async.sim.limits import Allowances
from okx_async.sim.market import Market, Turns
from okx_async.sim.query_v5 import Refusal
from tests.sim.wire import START

Json = dict[str, Any]

SPOT, SWAP, INVERSE = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP"


class Floor:
    """The trading floor.

    Args:
        seed: Of everything random.
        instruments: How many.
        frozen: Whether the background stands still from the beginning.
        vip: The fee tiers of the users.
    """

    def __init__(
        self, seed: int = 7, instruments: int = 8, frozen: bool = True, vip: tuple[int, ...] = (0, 0, 0)
    ) -> None:
        self.hands = VirtualClock(START)
        self.clock = Clock(None, 50, timeline=self.hands)
        listed = (replace(each, levels=min(each.levels, 25)) for each in catalogue(instruments, START))
        self.markets = {each.inst_id: Market(each, seed, START, 600) for each in listed}
        self.figures = Derivatives(self.markets)
        self.turns = Turns(self.markets.values())
        keyring = Keyring(seed, self.clock, vip)
        self.office = Office(
            seed,
            self.clock,
            keyring,
            vip,
            self.markets,
            self.figures,
            Allowances(self.clock),
            limited=False,
            demo=False,
        )
        self.venue = Venue(self.office, self.markets, self.figures)
        self.ledger = self.office.bank.ledger
        for market in self.markets.values():
            market.frozen = frozen

    def user(self, which: int | str = 0) -> User:
        return self.office.bank.user(which)

    def step(self, amount: int = 1) -> None:
        for _ in range(amount):
            now = self.clock.advance()
            self.venue.step(now, self.turns.play(self.clock.steps, now))

    def pass_until(self, moment: int) -> None:
        """Let time pass up to a moment, Unix milliseconds, without a step of the market; no timer goes off."""
        self.hands._now = (moment - START) / 1000

    def ask(self, user: User, path: str, fields: Any = None, *, road: str = "rest") -> list[Any]:
        """Call a handler; a path that begins with ``?`` is read, any other is a command."""
        method, name = ("GET", path[1:]) if path.startswith("?") else ("POST", path)
        handler = self.office.services.handler(method, f"/api/v5/{name}")
        assert handler is not None, path
        items = tuple(fields) if isinstance(fields, list) else (fields or {},)
        access = next(iter(self.office.bank.people.keys_of(user.uid)), None) or Access(None, user.uid)  # type: ignore[arg-type]
        return handler(Ask(user, access, items[0], items, road, "127.0.0.1", self.clock.now()))

    def place(self, user: User, inst_id: str, side: str, ord_type: str, sz: str, px: str = "", **more: Any) -> Json:
        """Place one order and return its row."""
        market = self.markets.get(inst_id)
        mode = spot_mode(user) if market is None or market.instrument.kind is Kind.SPOT else "cross"
        fields = {"instId": inst_id, "tdMode": mode, "side": side, "ordType": ord_type, "sz": sz, "px": px, **more}
        row: Json = self.ask(user, "trade/order", fields)[0]
        return row

    def good(self, user: User, inst_id: str, side: str, ord_type: str, sz: str, px: str = "", **more: Any) -> str:
        """Place one order that is accepted and return its id."""
        row = self.place(user, inst_id, side, ord_type, sz, px, **more)
        assert row["sCode"] == "0", row
        return str(row["ordId"])

    def code(self, user: User, inst_id: str, side: str, ord_type: str, sz: str, px: str = "", **more: Any) -> str:
        """Place one order and return the code it is answered with."""
        try:
            return str(self.place(user, inst_id, side, ord_type, sz, px, **more)["sCode"])
        except Refusal as refusal:
            return refusal.code

    def answer_code(self, user: User, path: str, fields: Any) -> str:
        """What a command is answered with: the code of its row, ``"0"`` where it has none, or of its refusal."""
        try:
            return str(self.ask(user, path, fields)[0].get("sCode", "0"))
        except Refusal as refusal:
            return refusal.code

    def algo(self, user: User, fields: Json, **more: Any) -> Json:
        """Place an algo order, for ten contracts of the perpetual where nothing else is said, and return its row."""
        told = {"instId": SWAP, "tdMode": "cross", "side": "buy", "sz": "10"} | fields | more
        row: Json = self.ask(user, "trade/order-algo", told)[0]
        return row

    def algo_now(self, user: User, placed: Json) -> Json:
        """Where an accepted algo order stands."""
        assert placed["sCode"] == "0", placed
        row: Json = self.ask(user, "?trade/order-algo", {"algoId": placed["algoId"]})[0]
        return row

    def order(self, user: User, inst_id: str, ord_id: str) -> Json:
        row: Json = self.ask(user, "?trade/order", {"instId": inst_id, "ordId": ord_id})[0]
        return row

    def positions(self, user: User) -> list[Json]:
        return self.ask(user, "?account/positions")

    def cash(self, user: User, ccy: str) -> Decimal:
        return self.ledger.purse(user.uid, Room.TRADING).cash[ccy]

    def empty(self, inst_id: str) -> Market:
        """Take the background out of a book, so that only users are in it."""
        market = self.markets[inst_id]
        for side in (market.book.bids, market.book.asks):
            for key in list(side.keys):
                for order_id in list(side.levels[key].orders):
                    market.book.cancel(order_id)
        return market

    def empty_at_60000(self, *inst_ids: str) -> Floor:
        """Leave nothing in books but what users put there, at a last price of 60000, and return the floor."""
        for inst_id in inst_ids:
            self.empty(inst_id)
            self.print_at(inst_id, "60000")
        return self

    def print_at(self, inst_id: str, price: str) -> None:
        """Let strangers trade beside the book, so that their price is last price, mark price and, for spot, index."""
        market = self.markets[inst_id]
        ticks = int(Decimal(price) / Decimal(market.instrument.tick_size))
        now = self.clock.advance()
        market.tape.record([Match(0, 0, ticks, market.instrument.min_lots, True)], now)
        self.venue.step(now, {inst_id: market})

    def conserved(self) -> None:
        """Check that no money was made or lost, to the last digit."""
        currencies = {ccy for purse in self.ledger.purses() for ccy in purse.cash}
        assert {ccy: self.ledger.total(ccy) for ccy in currencies} == dict.fromkeys(currencies, Decimal(0))


def verdict(rows: list[Mapping[str, Any]]) -> str:
    return verdict_of(list(rows))[0]
