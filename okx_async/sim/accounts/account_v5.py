"""V5 REST of trading accounts: what they hold and what they may do."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from ..clock import Clock
from ..instruments import Instrument, Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..rest_v5 import instrument_row
from ..text import exact_text
from .asks import Ask, Handler, Handlers
from .balances import Balances
from .bank import Bank
from .credit import AUTO_LOAN, AUTO_REPAY
from .fees import rate_of
from .leverage import lever_of
from .people import Mode
from .prices import Prices
from .services import not_simulated
from .tickets import spot_mode
from .worth import terms_of

__all__ = ["AccountV5"]

_ZERO = Decimal(0)
_MODES = ("cross", "isolated", "cash", "spot_isolated")
_PUBLIC_ONLY = frozenset(("alias", "category", "freq", "method"))
"""What the public rows of instruments have, and those of an account have not."""


class AccountV5:
    """The chapter Trading Account, without settings and bills.

    Args:
        bank: Users and money.
        balances: What accounts look like.
        prices: What currencies are worth.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(
        self,
        bank: Bank,
        balances: Balances,
        prices: Prices,
        markets: dict[str, Market],
        clock: Clock,
    ) -> None:
        self._bank = bank
        self._balances = balances
        self._prices = prices
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        found: dict[str, Handler] = {
            "balance": self._balance,
            "positions": self._positions,
            "account-position-risk": self._risk,
            "config": self._config,
            "instruments": self._instruments,
            "max-size": self._max_size,
            "max-avail-size": self._max_avail_size,
            "max-withdrawal": self._max_withdrawal,
            "trade-fee": self._trade_fee,
            "risk-state": self._risk_state,
        }
        return {("GET", f"/api/v5/account/{name}"): handler for name, handler in found.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def _balance(self, ask: Ask) -> list[Any]:
        return [self._balances.row(ask.user, self._form(ask).names("ccy", 20))]

    def _positions(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        kind = form.choice("instType", ("MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS"), "")
        inst_ids, pos_ids = form.names("instId", 10), form.names("posId", 20)
        return [
            row
            for row in self._balances.holdings.positions(ask.user)
            if kind in ("", row["instType"])
            and (not inst_ids or row["instId"] in inst_ids)
            and (not pos_ids or row["posId"] in pos_ids)
        ]

    def _risk(self, ask: Ask) -> list[Any]:
        kind = self._form(ask).choice("instType", ("MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS"), "")
        account = self._balances.row(ask.user)
        balances = [{name: row[name] for name in ("ccy", "eq", "disEq")} for row in account["details"]]
        positions = [
            {name: row.get(name, "") for name in _RISK_POSITION} | {"notionalCcy": row.get("ccy", "")}
            for row in self._balances.holdings.positions(ask.user)
            if kind in ("", row["instType"])
        ]
        ts = str(self._clock.now())
        return [{"ts": ts, "adjEq": account["adjEq"], "balData": balances, "posData": positions}]

    def _config(self, ask: Ask) -> list[Any]:
        user, access = ask.user, ask.access
        role, led = self._balances.holdings.role(user)
        rights = [one for one in ("read_only", "trade", "withdraw") if one in access.permissions]
        return [
            {
                "uid": user.uid,
                "mainUid": self._bank.master_of(user).uid,
                "acctLv": user.mode.value,
                "acctStpMode": "cancel_maker",
                "posMode": "long_short_mode" if user.hedged else "net_mode",
                "autoLoan": user.settings.get((AUTO_LOAN,)) == "true",
                "greeksType": user.settings.get(("greeksType",), "PA"),
                "feeType": user.settings.get(("feeType",), "0"),
                "level": f"Lv{user.vip + 1}",
                "levelTmp": "",
                "ctIsoMode": "automatic",
                "mgnIsoMode": "automatic",
                "spotOffsetType": "",
                "stgyType": "0",
                "roleType": role,
                "traderInsts": led,
                "spotRoleType": "0",
                "spotTraderInsts": [],
                "opAuth": user.settings.get(("opAuth",), "1"),
                "kycLv": "3",
                "label": access.label,
                "ip": ",".join(access.addresses),
                "perm": ",".join(rights),
                "liquidationGear": "-1",
                "enableSpotBorrow": user.borrows,
                "spotBorrowAutoRepay": user.settings.get((AUTO_REPAY,)) == "true",
                "type": "0" if user.is_master else "1",
                "settleCcy": "",
                "settleCcyList": [],
            }
        ]

    def _instruments(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        margin = form.text("instType") == "MARGIN"
        kind = Kind.SPOT if margin else form.kind()
        family, inst_id = form.family(), form.text("instId")
        found = [
            market.instrument
            for market in self._markets.values()
            if market.instrument.kind is kind
            and family in ("", market.instrument.family)
            and inst_id in ("", market.instrument.inst_id)
        ]
        if inst_id and not found:
            raise Refusal(200, "51001", "Instrument ID or Spread ID doesn't exist")
        return [_own_row(instrument, margin) for instrument in found]

    def _max_size(self, ask: Ask) -> list[Any]:
        rows: list[Any] = []
        for market in self._named(self._form(ask)):
            buy, sell, ccy = self._affordable(ask, market)
            lot = terms_of(market.instrument).lot
            texts = [exact_text((size / lot).to_integral_value(ROUND_DOWN) * lot) for size in (buy, sell)]
            rows.append({"instId": market.instrument.inst_id, "ccy": ccy, "maxBuy": texts[0], "maxSell": texts[1]})
        return rows

    def _affordable(self, ask: Ask, market: Market) -> tuple[Decimal, Decimal, str]:
        """Return what could be bought and sold with what is free, before fees, and in which currency it is paid."""
        form, instrument = self._form(ask), market.instrument
        terms = terms_of(instrument)
        price = form.decimal("px") if form.text("px") else terms.price(market.tape.last.price)
        mode = form.choice("tdMode", _MODES)
        if instrument.kind is Kind.SPOT and mode == spot_mode(ask.user):
            free = [self._balances.payable(ask.user, ccy) for ccy in (instrument.quote, instrument.base)]
            return free[0] / price, free[1], instrument.base
        if ask.user.mode is Mode.SPOT:
            raise Refusal(200, "51010", "You can't complete this request under your current account mode.")
        if instrument.kind is Kind.OPTION or instrument.kind is Kind.SPOT:
            raise not_simulated(f"max-size of {instrument.kind} in {mode} mode")
        lever = form.decimal("leverage") if form.text("leverage") else lever_of(ask.user, instrument, mode, "")
        margin = self._balances.free(ask.user, terms.settle)
        lots = margin * lever / terms.value(price, 1)
        return lots * terms.lot, lots * terms.lot, terms.settle

    def _max_avail_size(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        mode = form.choice("tdMode", _MODES)
        rows: list[Any] = []
        for market in self._named(form):
            instrument = market.instrument
            spot = instrument.kind is Kind.SPOT
            if not spot and (mode == "cash" or ask.user.mode is Mode.SPOT):
                raise Refusal(200, "51010", "You can't complete this request under your current account mode.")
            ends = (instrument.quote, instrument.base) if spot else (terms_of(instrument).settle,) * 2
            have = self._balances.payable if spot else self._balances.free
            buy, sell = (exact_text(have(ask.user, ccy)) for ccy in ends)
            rows.append({"instId": instrument.inst_id, "availBuy": buy, "availSell": sell})
        return rows

    def _named(self, form: Query) -> list[Market]:
        """Return the markets of ``instId``, of which up to five may be named."""
        form.needed("instId")
        return [form.market(name) for name in form.names("instId", 5)]

    def _max_withdrawal(self, ask: Ask) -> list[Any]:
        return self._balances.withdrawable(ask.user, self._form(ask).names("ccy", 20))

    def _trade_fee(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        asked = form.choice("instType", ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION"))
        kind = Kind.SPOT if asked == "MARGIN" else Kind(asked)
        maker, taker = (exact_text(-rate_of(kind, ask.user.vip, side)) for side in (True, False))
        linear = kind in (Kind.SWAP, Kind.FUTURES)
        return [
            {
                "level": f"Lv{ask.user.vip + 1}",
                "feeGroup": [{"groupId": "1", "maker": maker, "taker": taker}],
                "maker": maker,
                "taker": taker,
                "makerU": maker if linear else "",
                "takerU": taker if linear else "",
                "makerUSDC": maker if linear else "",
                "takerUSDC": taker if linear else "",
                "delivery": "",
                "exercise": "",
                "settle": "",
                "instType": asked,
                "ruleType": "normal",
                "category": "1",
                "fiat": [],
                "ts": str(self._clock.now()),
            }
        ]

    def _risk_state(self, ask: Ask) -> list[Any]:
        if ask.user.mode is not Mode.PORTFOLIO:
            raise Refusal(200, "51010", "You can't complete this request under your current account mode.")
        now = str(self._clock.now())
        return [{"atRisk": False, "atRiskIdx": [], "atRiskMgn": [], "ts": now}]


def _own_row(instrument: Instrument, margin: bool) -> dict[str, Any]:
    """Write an instrument as an account sees it: nobody here may place RPI orders."""
    row = instrument_row(instrument, margin)
    return {name: row[name] for name in row if name not in _PUBLIC_ONLY} | {"rpi": "1" if instrument.rpi else "0"}


_RISK_POSITION = (
    "instType",
    "mgnMode",
    "posId",
    "instId",
    "pos",
    "baseBal",
    "quoteBal",
    "posSide",
    "posCcy",
    "ccy",
    "notionalUsd",
)
