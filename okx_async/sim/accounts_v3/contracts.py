"""What users ask about their futures and swap accounts in V3: positions, balances, leverage, margin mode, ledgers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from ..accounts.asks import Ask
from ..accounts.auto_margin import set_adds_margin
from ..accounts.leverage import LEVERAGE, lever_of, most_leverage
from ..accounts.office import Office
from ..accounts.orders import WhyCanceled
from ..accounts.people import User
from ..accounts.rows import price_text
from ..accounts.venue import Venue
from ..instruments import Instrument, Kind
from ..market import Market
from ..query_v3 import Query, Refusal
from ..query_v5 import Refusal as RefusalV5
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, HandlerV3, page
from .entries import Entries
from .holdings import SIDES, HoldingsV3, account_key
from .refusals import translated
from .spot import fee_rates
from .words import crossed, mode_of, set_crossed, type_of

__all__ = ["ContractsV3"]

Json = dict[str, Any]

_DAY_MS = 86_400_000
_GOOD = {"error_code": "0", "error_message": ""}
_MOST_LEVERAGE = Decimal(100)
_OUT_OF_RANGE = {"futures": 32021, "swap": 35015}
_BUSY = {"futures": 32066, "swap": 35017}
_CLOSES = {"long": "3", "short": "4"}
_MOST_CLOSED = {"BTC": 999}
_MOST_CLOSED_ELSE = 9_999
_TOO_LARGE = {"futures": 32065, "swap": 35103}


class ContractsV3:
    """The handlers of accounts and positions of futures and swaps.

    Leverage is the same as V5's. On swaps ``side`` 1 and 2 set a side's fixed margin leverage, 3 the crossed one, and
    with it the margin mode; whether the exchange changed the mode along is not documented, but no other call does. A
    change is refused while orders or positions of the contract are open.

    Args:
        office: The accounts.
        venue: Orders and positions.
        holdings: Writes positions and accounts.
        entries: The ledgers.
    """

    def __init__(self, office: Office, venue: Venue, holdings: HoldingsV3, entries: Entries) -> None:
        self._office = office
        self._venue = venue
        self._holdings = holdings
        self._entries = entries

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        swap, futures = "/api/swap/v3", "/api/futures/v3"
        found: dict[tuple[str, str], HandlerV3] = {
            ("GET", f"{swap}/position"): self._swap_positions,
            ("GET", f"{swap}/{{instrument_id}}/position"): self._swap_position,
            ("GET", f"{swap}/accounts"): self._swap_accounts,
            ("GET", f"{swap}/{{instrument_id}}/accounts"): self._swap_account,
            ("GET", f"{swap}/accounts/{{instrument_id}}/settings"): self._settings,
            ("POST", f"{swap}/accounts/{{instrument_id}}/leverage"): self._set_swap_leverage,
            ("GET", f"{swap}/accounts/{{instrument_id}}/ledger"): self._swap_ledger,
            ("GET", f"{futures}/position"): self._futures_positions,
            ("GET", f"{futures}/{{instrument_id}}/position"): self._futures_position,
            ("GET", f"{futures}/accounts"): self._futures_accounts,
            ("GET", f"{futures}/accounts/{{underlying}}"): self._futures_account,
            ("GET", f"{futures}/accounts/{{underlying}}/leverage"): self._leverage,
            ("POST", f"{futures}/accounts/{{underlying}}/leverage"): self._set_futures_leverage,
            ("GET", f"{futures}/accounts/{{underlying}}/ledger"): self._futures_ledger,
            ("POST", f"{futures}/accounts/margin_mode"): self._set_margin_mode,
            ("POST", f"{futures}/position/margin"): self._adjust_margin,
            ("POST", f"{futures}/accounts/auto_margin"): self._set_auto_margin,
        }
        for api in (swap, futures):
            found |= {
                ("GET", f"{api}/accounts/{{instrument_id}}/holds"): self._holds,
                ("GET", f"{api}/trade_fee"): self._fees,
                ("POST", f"{api}/close_position"): self._close_position,
                ("POST", f"{api}/cancel_all"): self._cancel_all,
            }
        return found

    # -- swaps

    def _swap_positions(self, ask: AskV3) -> list[Json]:
        told = (self._holdings.swap_position(ask.user, market) for market in self._holdings.markets_of("swap"))
        return [wrapper for wrapper in told if wrapper["holding"]]

    def _swap_position(self, ask: AskV3) -> Json:
        return self._holdings.swap_position(ask.user, ask.query.market())

    def _swap_accounts(self, ask: AskV3) -> Json:
        markets = self._holdings.markets_of("swap")
        return {"info": [self._holdings.swap_account(ask.user, market) for market in markets]}

    def _swap_account(self, ask: AskV3) -> Json:
        return {"info": self._holdings.swap_account(ask.user, ask.query.market())}

    def _settings(self, ask: AskV3) -> Json:
        return _settings(ask.user, ask.query.market().instrument)

    def _set_swap_leverage(self, ask: AskV3) -> Json:
        query, user, market = ask.query, ask.user, ask.query.market()
        shared, side = query.choice("side", ("1", "2", "3")) == "3", SIDES[query.text("side") == "2"]
        lever = self._lever(query, [market])
        self._idle(user, [market], "swap")
        set_crossed(user, market.instrument, shared)
        _set_lever(user, market.instrument, lever, "" if shared else side)
        return _settings(user, market.instrument)

    def _swap_ledger(self, ask: AskV3) -> Answer:
        form, since = re.compile(re.escape(ask.query.market().instrument.inst_id)), ask.received - 7 * _DAY_MS
        return page(self._entries.of_contracts(ask.user, form, ask.query, since), "ledger_id")

    # -- futures

    def _futures_positions(self, ask: AskV3) -> Json:
        """Answer with a list of lists, as the documents show."""
        markets = self._holdings.markets_of("futures")
        held = [market for market in markets if self._holdings.held(ask.user, market)]
        rows = [self._holdings.futures_position(ask.user, market) for market in held]
        return {"result": True, "holding": [rows]}

    def _futures_position(self, ask: AskV3) -> Json:
        row = self._holdings.futures_position(ask.user, ask.query.market())
        return {"result": True, "margin_mode": row["margin_mode"], "holding": [row]}

    def _futures_accounts(self, ask: AskV3) -> Json:
        markets = {market.instrument.family: market.instrument for market in self._holdings.markets_of("futures")}
        rows = {account_key(text): self._holdings.futures_account(ask.user, name) for name, text in markets.items()}
        return {"info": rows}

    def _futures_account(self, ask: AskV3) -> Json:
        return self._holdings.futures_account(ask.user, self._underlying(ask.query))

    def _underlying(self, query: Query) -> str:
        """Return the underlying that is meant; a bare currency still means the coin-margined one."""
        name = query.named("underlying")
        family = name if "-" in name else f"{name}-USD"
        if not self._holdings.markets_of("futures", family):
            raise Refusal(30024, f"underlying parameter value error: {name}")
        return family

    def _leverage(self, ask: AskV3) -> Json:
        return self._leverages(ask.user, self._underlying(ask.query), "long_leverage", "short_leverage")

    def _leverages(self, user: User, family: str, *names: str) -> Json:
        """Write leverages: one for all, or in fixed mode one for each side of each contract, under its name."""
        instruments = [market.instrument for market in self._holdings.markets_of("futures", family)]
        if crossed(user, instruments[0]):
            lever = exact_text(lever_of(user, instruments[0], "cross", ""))
            return {"margin_mode": "crossed", "underlying": family, "leverage": lever}
        sides = {
            text.inst_id: {
                name: exact_text(lever_of(user, text, "isolated", side))
                for name, side in zip(names, SIDES, strict=True)
            }
            for text in instruments
        }
        return {"margin_mode": "fixed", "underlying": family, **sides}

    def _set_futures_leverage(self, ask: AskV3) -> Json:
        query, user, family = ask.query, ask.user, self._underlying(ask.query)
        markets = self._holdings.markets_of("futures", family)
        if crossed(user, markets[0].instrument):
            lever = self._lever(query, markets)
            self._idle(user, markets, "futures")
            for market in markets:
                _set_lever(user, market.instrument, lever, "")
        else:
            market, side = query.market(), query.choice("direction", SIDES)
            if market not in markets:
                raise Refusal(30024, "instrument_id parameter value error: it is of another underlying")
            lever = self._lever(query, [market])
            self._idle(user, [market], "futures")
            _set_lever(user, market.instrument, lever, side)
        return {"result": True} | self._leverages(user, family, *SIDES)

    def _set_margin_mode(self, ask: AskV3) -> Json:
        family, mode = self._underlying(ask.query), ask.query.choice("margin_mode", ("crossed", "fixed"))
        markets = self._holdings.markets_of("futures", family)
        if crossed(ask.user, markets[0].instrument) is not (mode == "crossed"):
            if self._busy(ask.user, markets):
                raise Refusal(32040, "Open orders or positions exist")
            set_crossed(ask.user, markets[0].instrument, mode == "crossed")
        return {"result": True, "margin_mode": mode, "underlying": family}

    def _set_auto_margin(self, ask: AskV3) -> Json:
        """Let fixed positions of an underlying be given margin by themselves, or not."""
        family, on = self._underlying(ask.query), ask.query.choice("type", ("1", "2")) == "1"
        instrument = self._holdings.markets_of("futures", family)[0].instrument
        if crossed(ask.user, instrument):
            raise Refusal(32043, "The margin of a crossed position is not its own")
        set_adds_margin(ask.user, instrument, on)
        return {"result": True, "underlying": family, "type": ask.query.text("type")} | _GOOD

    def _adjust_margin(self, ask: AskV3) -> Json:
        """Set more of the account aside for one side in fixed mode, or less, but never less than it was opened with."""
        query, user, market = ask.query, ask.user, ask.query.market()
        side, add, amount = query.choice("direction", SIDES), query.text("type") == "1", query.decimal("amount")
        margins = self._venue.margins
        if crossed(user, market.instrument):
            raise Refusal(32043, "The margin of a crossed position is not its own")
        position = self._holdings.held(user, market).get(side)
        if position is None:
            raise Refusal(32041, "There is no such position")
        if not self._venue.isolated.change(position, amount if add else -amount):
            raise Refusal(32042, "The change of margin is outside the limits")
        price = margins.liquidation_price(position)
        told = {"instrument_id": market.instrument.inst_id, "direction": side, "amount": exact_text(amount)}
        return told | {"type": query.text("type"), "liquidation_price": price_text(price) or "0", "result": True}

    def _futures_ledger(self, ask: AskV3) -> Answer:
        """Tell what contracts of an underlying moved, those that are over, too."""
        family, since = self._underlying(ask.query), ask.received - 90 * _DAY_MS
        form = re.compile(rf"{re.escape(family)}-\d{{6}}")
        return page(self._entries.of_contracts(ask.user, form, ask.query, since), "ledger_id")

    # -- both

    def _holds(self, ask: AskV3) -> Json:
        market = ask.query.market()
        told = {"instrument_id": market.instrument.inst_id, "amount": self._holdings.on_hold(ask.user, market)}
        return told | {"timestamp": iso_ms(ask.received)}

    def _fees(self, ask: AskV3) -> Json:
        futures = ask.product == "futures"
        row = fee_rates(ask.user, Kind.FUTURES if futures else Kind.SWAP, ask.received)
        return row | ({"delivery": "0"} if futures else {})

    def _close_position(self, ask: AskV3) -> Json:
        """Close one side at the market; close orders that wait are to be cancelled first."""
        market, side = ask.query.market(), ask.query.choice("direction", SIDES)
        position = self._holdings.held(ask.user, market).get(side)
        text = market.instrument
        if position is None:
            raise translated(RefusalV5(200, "51023", "Position doesn't exist"), ask.product)
        if Decimal(text.size_text(abs(position.lots))) > _MOST_CLOSED.get(text.base, _MOST_CLOSED_ELSE):
            raise Refusal(_TOO_LARGE[ask.product], "The position is too large for closing all of it")
        mode = mode_of(ask.user, text)
        fields = {"instId": text.inst_id, "mgnMode": mode, "posSide": position.side}
        handler = self._office.services.handler("POST", "/api/v5/trade/close-position")
        assert handler is not None  # noqa: S101 - the venue has it
        handler(Ask(ask.user, ask.access, fields, (fields,), "rest", ask.address, ask.received))
        return {"result": True, "instrument_id": text.inst_id, "direction": side} | _GOOD

    def _cancel_all(self, ask: AskV3) -> Json:
        """Cancel the orders that would close one side."""
        market, side = ask.query.market(), ask.query.choice("direction", SIDES)
        for order in self._venue.orders.pending(ask.user.uid):
            if order.market is market and order.open and type_of(order) == _CLOSES[side]:
                self._venue.desk.cancel(order, WhyCanceled.USER)
        return {"result": True, "instrument_id": market.instrument.inst_id, "direction": side} | _GOOD

    def _lever(self, query: Query, markets: list[Market]) -> Decimal:
        """Return a leverage that all of some contracts can have."""
        lever = query.decimal("leverage")
        if not 1 <= lever <= min(_MOST_LEVERAGE, *map(most_leverage, markets)):
            raise Refusal(_OUT_OF_RANGE[query.product], "The leverage is out of range")
        return lever

    def _idle(self, user: User, markets: list[Market], product: str) -> None:
        if self._busy(user, markets):
            raise Refusal(_BUSY[product], "Close positions and cancel orders before changing the leverage")

    def _busy(self, user: User, markets: list[Market]) -> bool:
        orders, positions = self._venue.orders.pending(user.uid), self._venue.positions.of(user.uid)
        at = [*(each.market for each in orders), *(each.market for each in positions)]
        return any(market in markets for market in at)


def _settings(user: User, instrument: Instrument) -> Json:
    """Write the leverages of a swap and its margin mode."""
    mode = mode_of(user, instrument)
    levers = {f"{side}_leverage": exact_text(lever_of(user, instrument, mode, side)) for side in SIDES}
    shared = "crossed" if mode == "cross" else "fixed"
    return levers | {"margin_mode": shared, "instrument_id": instrument.inst_id}


def _set_lever(user: User, instrument: Instrument, lever: Decimal, side: str) -> None:
    """Keep a leverage where V5 reads it, too: of one side in fixed mode, else the shared one."""
    user.settings[LEVERAGE, instrument.inst_id, "isolated" if side else "cross", side] = exact_text(lever)
