"""V5 REST of how a trading account is set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handler, Handlers
from .balances import Balances
from .leverage import LEVERAGE, lever_of, most_leverage
from .people import Mode, User
from .services import not_simulated

__all__ = ["SettingsV5"]

_SIDES = ("long", "short", "net")
_POSITION_MODES = {"net_mode": False, "long_short_mode": True}


class SettingsV5:
    """The settings of the chapter Trading Account.

    Leverage is kept for each instrument and margin mode. Cross margin contracts of one family share it, and a side has
    one of its own only where positions are isolated and kept apart.

    Args:
        balances: What accounts hold, orders and positions among it.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, balances: Balances, markets: dict[str, Market], clock: Clock) -> None:
        self._balances = balances
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        posts: dict[str, Handler] = {
            "set-position-mode": self._set_position_mode,
            "set-leverage": self._set_leverage,
            "set-account-level": self._set_account_level,
            "set-greeks": lambda ask: self._set_word(ask, "greeksType", ("PA", "BS")),
            "set-fee-type": lambda ask: self._set_word(ask, "feeType", ("0", "1")),
            "activate-option": self._activate_option,
            "set-isolated-mode": self._set_isolated_mode,
        }
        gets: dict[str, Handler] = {
            "leverage-info": self._leverage_info,
            "set-account-switch-precheck": self._precheck,
        }
        found = {("POST", f"/api/v5/account/{name}"): handler for name, handler in posts.items()}
        return found | {("GET", f"/api/v5/account/{name}"): handler for name, handler in gets.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def _busy(self, user: User) -> bool:
        return self._balances.holdings.working(user) or bool(self._balances.holdings.positions(user))

    def _set_position_mode(self, ask: Ask) -> list[Any]:
        wanted = self._form(ask).choice("posMode", _POSITION_MODES)
        if ask.user.mode is Mode.SPOT:
            raise Refusal(200, "51010", "You can't complete this request under your current account mode.")
        if self._busy(ask.user) and _POSITION_MODES[wanted] is not ask.user.hedged:
            raise Refusal(200, "59000", "Setting failed. Cancel any open orders and close any positions first.")
        ask.user.hedged = _POSITION_MODES[wanted]
        return [{"posMode": wanted}]

    def _set_word(self, ask: Ask, name: str, words: tuple[str, ...]) -> list[Any]:
        """Keep one word that changes how numbers are shown or taken."""
        word = self._form(ask).choice(name, words)
        if name == "feeType" and self._balances.holdings.working(ask.user):
            raise Refusal(200, "59678", "Cancel your spot orders first.")
        ask.user.settings[name,] = word
        return [{name: word}]

    def _activate_option(self, ask: Ask) -> list[Any]:
        ask.user.settings["opAuth",] = "1"
        return [{"ts": str(self._clock.now())}]

    def _set_isolated_mode(self, ask: Ask) -> list[Any]:
        """Let isolated positions take their margin by themselves, as they always do here."""
        form = self._form(ask)
        mode = form.choice("isoMode", ("automatic", "auto_transfers_ccy", "autonomy", "quick_margin"))
        form.choice("type", ("MARGIN", "CONTRACTS"))
        if mode != "automatic":
            raise not_simulated(f"the isolated margin setting {mode}")
        return [{"isoMode": mode}]

    # -- account mode

    def _obstacle(self, user: User, wanted: Mode) -> tuple[str, str] | None:
        """Return the code and the reason why the mode cannot be changed, ``None`` when it can."""
        if wanted is user.mode:
            return None
        if self._balances.holdings.working(user):
            return "59132", "Unable to switch. Cancel all pending orders first."
        if self._balances.owes(user):
            return "59139", "Unable to switch. Repay what was borrowed first."
        if wanted is Mode.SPOT and self._balances.holdings.positions(user):
            return "59134", "Unable to switch. Close the positions that the mode does not know first."
        return None

    def _wanted_mode(self, ask: Ask) -> Mode:
        wanted = Mode(self._form(ask).choice("acctLv", tuple(Mode)))
        if wanted is Mode.PORTFOLIO:
            raise not_simulated("portfolio margin")
        return wanted

    def _set_account_level(self, ask: Ask) -> list[Any]:
        wanted = self._wanted_mode(ask)
        obstacle = self._obstacle(ask.user, wanted)
        if obstacle is not None:
            raise Refusal(200, *obstacle)
        ask.user.mode = wanted
        if wanted is Mode.SPOT:
            ask.user.hedged = False
        return [{"acctLv": wanted.value}]

    def _precheck(self, ask: Ask) -> list[Any]:
        wanted = self._wanted_mode(ask)
        obstacle = self._obstacle(ask.user, wanted)
        unmatched: list[Any] = []
        if obstacle is not None:
            positions = self._balances.holdings.positions(ask.user)
            held = [row["posId"] for row in positions] if obstacle[0] == "59134" else []
            kind = "all_positions" if held else "pending_orders"
            unmatched = [{"type": kind, "totalAsset": "", "posList": held}]
        return [
            {
                "sCode": "1" if unmatched else "0",
                "curAcctLv": ask.user.mode.value,
                "acctLv": wanted.value,
                "riskOffsetType": "",
                "unmatchedInfoCheck": unmatched,
                "posList": [],
                "posTierCheck": [],
                "mgnBf": None,
                "mgnAft": None,
            }
        ]

    # -- leverage

    def _set_leverage(self, ask: Ask) -> list[Any]:
        form, user = self._form(ask), ask.user
        mode, lever = form.choice("mgnMode", ("cross", "isolated")), form.decimal("lever")
        markets = self._concerned(form, user, mode)
        side = self._side(form, user, markets[0], mode)
        for market in markets:
            if lever < 1:
                raise Refusal(400, "59105", "Leverage can't be lower than 1.")
            if lever > most_leverage(market):
                raise Refusal(200, "59102", "Leverage exceeds the maximum limit.")
        self._balances.holdings.relever(user, markets, mode, side, lever)
        for market in markets:
            user.settings[LEVERAGE, market.instrument.inst_id, mode, side] = exact_text(lever)
        named = form.text("instId")
        return [{"lever": exact_text(lever), "mgnMode": mode, "instId": named, "posSide": form.text("posSide")}]

    def _concerned(self, form: Query, user: User, mode: str) -> list[Market]:
        """Return every market whose leverage is meant: a pair, a currency's pairs, a contract or its family."""
        if user.mode is Mode.SPOT:
            raise Refusal(200, "51010", "You can't complete this request under your current account mode.")
        if not form.text("instId"):
            return self._of_currency(form, mode)
        market = form.market()
        if market.instrument.kind is Kind.OPTION:
            raise Refusal(400, "51000", "Parameter instId error")
        if mode == "isolated" or market.instrument.kind is Kind.SPOT:
            return [market]
        family = market.instrument.family
        kin = (each for each in self._markets.values() if each.instrument.family == family)
        return [each for each in kin if each.instrument.kind in (Kind.SWAP, Kind.FUTURES)]

    def _of_currency(self, form: Query, mode: str) -> list[Market]:
        ccy = form.text("ccy")
        if not ccy:
            raise Refusal(400, "50015", "Either parameter instId or ccy is required")
        spots = (each for each in self._markets.values() if each.instrument.kind is Kind.SPOT)
        found = [each for each in spots if each.instrument.base == ccy]
        if not found or mode != "cross":
            raise Refusal(400, "51000", "Parameter ccy error")
        return found

    def _side(self, form: Query, user: User, market: Market, mode: str) -> str:
        """Return which side is meant, ``""`` for both."""
        side = form.choice("posSide", _SIDES, "")
        apart = user.hedged and mode == "isolated" and market.instrument.kind is not Kind.SPOT
        if not apart:
            if side not in ("", "net") and not user.hedged:
                raise Refusal(400, "51000", "Parameter posSide error")
            return ""
        if side not in ("long", "short"):
            raise Refusal(400, "51000", "Parameter posSide error")
        return side

    def _leverage_info(self, ask: Ask) -> list[Any]:
        form, user = self._form(ask), ask.user
        mode = form.choice("mgnMode", ("cross", "isolated"))
        names = form.names("instId", 20)
        markets = [form.market(name) for name in names] or self._concerned(form, user, mode)
        rows: list[Any] = []
        for market in markets:
            apart = user.hedged and market.instrument.kind is not Kind.SPOT
            for side in ("long", "short") if apart else ("net",):
                lever: Decimal = lever_of(user, market.instrument, mode, side)
                ccy = market.instrument.base if market.instrument.kind is Kind.SPOT else ""
                rows.append(
                    {
                        "instId": market.instrument.inst_id,
                        "ccy": ccy,
                        "mgnMode": mode,
                        "posSide": side,
                        "lever": exact_text(lever),
                    }
                )
        return rows
