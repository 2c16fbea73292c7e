"""What users ask about lead trading and copying, and what everybody may see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handler, Handlers
from .copy_people import CCY, MOST_COPIERS, Copier, Leader, leads
from .copy_reading import CLOSES, LIMITS, read_instruments, read_legs, read_share, read_terms
from .copy_rows import CopyRows, nick_name
from .copying import Copying
from .forms import TAG, named, refuse
from .lead_positions import LeadPosition
from .people import User
from .profit_shares import ProfitShares
from .services import not_simulated
from .worth import ZERO, terms_of

__all__ = ["CopyV5"]

Json = dict[str, Any]

_ROOT = "/api/v5/copytrading"
_MOST_CURRENT = 500
_MOST_RANKS = 20
_KINDS = ("SPOT", "SWAP")
_SORTS = {"overview": "aum", "pnl": "pnl", "aum": "aum", "win_ratio": "winRatio", "pnl_ratio": "pnlRatio"}
"""By what ranks are sorted; what an overview is sorted by is not documented."""
_COPIERS_PNL = "current_copy_trader_pnl"
_LEAD_DAYS = {"": 0, "1": 7, "2": 30, "3": 90, "4": 180}


class CopyV5:
    """The handlers of the chapter Copy trading: perpetuals that are settled in USDT.

    A user leads once `Exchange.lead` has let it. Each of its orders that opens something in an instrument it leads
    makes a lead position; what it closes without naming one closes the oldest first. Copies are market orders in the
    account of who copies, with the leverage of what they copy.

    What no document tells is taken so: ``copyAmt`` and ``copyTotalAmt`` count margin; a copy beyond the total is left
    out; closing follows unless ``subPosCloseType`` is ``manual_close``, and ``market_close`` closes at once what is
    open when the settings change; ``slTotalAmt`` ends copying and closes all copies; profit shares are settled as
    `profit_shares` tells, and are transfers in both accounts' bills. Nobody is warned on the channel
    copytrading-lead-notification, as the meaning of its ``infoType`` is not documented. Spot copy trading is refused
    with 59264.

    Args:
        copying: Who copies whom.
        shares: What lead traders get.
        rows: Writes what is told.
        markets: By instrument id; may change at any time.
        clock: Market time.
    """

    def __init__(
        self, copying: Copying, shares: ProfitShares, rows: CopyRows, markets: Mapping[str, Market], clock: Clock
    ) -> None:
        self._copying = copying
        self._shares = shares
        self._rows = rows
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        gets: dict[str, Handler] = {
            "current-subpositions": self._current,
            "subpositions-history": self._history,
            "instruments": self._instruments,
            "profit-sharing-details": self._paid,
            "total-profit-sharing": self._total_paid,
            "unrealized-profit-sharing-details": self._unpaid,
            "total-unrealized-profit-sharing": self._total_unpaid,
            "config": self._config,
            "copy-settings": self._settings,
            "current-lead-traders": self._my_leaders,
        }
        posts: dict[str, Handler] = {
            "algo-order": self._set_stops,
            "close-subposition": self._close,
            "set-instruments": self._set_instruments,
            "amend-profit-sharing-ratio": self._set_share,
            "first-copy-settings": self._begin,
            "amend-copy-settings": self._amend,
            "stop-copy-trading": self._stop,
        }
        found = {("GET", f"{_ROOT}/{name}"): handler for name, handler in gets.items()}
        return found | {("POST", f"{_ROOT}/{name}"): handler for name, handler in posts.items()}

    def endpoints(self) -> dict[str, Callable[[Query], list[Any]]]:
        """Return what answers without a key, by path."""
        return {
            "copytrading/public-config": self._limits,
            "copytrading/public-lead-traders": self._ranks,
            "copytrading/public-current-subpositions": self._public_current,
            "copytrading/public-subpositions-history": self._public_history,
            "copytrading/public-copy-traders": self._copiers,
        }

    def _query(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def _commanded(self, ask: Ask) -> Query:
        """Return the parameters of a command, which spot copy trading has none of."""
        query = self._query(ask)
        if query.choice("instType", _KINDS, "SWAP") == "SPOT":
            raise refuse("59264", "Spot copy trading is not available")
        return query

    def _leads(self, user: User) -> Leader:
        leader = self._copying.leader(user)
        if leader is None:
            raise refuse("59262", "You are not a lead trader of contracts")
        return leader

    # -- lead positions

    def _current(self, ask: Ask) -> list[Any]:
        return self._list(self._query(ask), ask.user, past=False, copies=True, most=_MOST_CURRENT)

    def _history(self, ask: Ask) -> list[Any]:
        return self._list(self._query(ask), ask.user, past=True, copies=True)

    def _list(self, query: Query, user: User, *, past: bool, copies: bool, most: int = 100) -> list[Any]:
        """Return a user's lead positions, and its copies of those of others where they are wanted."""
        found = (
            part
            for part in self._copying.parts.of(user)
            if (part.held.closed if past else part.lots)
            and (copies or part.source is None)
            and query.choice("instType", _KINDS, "SWAP") == "SWAP"
            and query.text("instId") in ("", part.market.instrument.inst_id)
        )
        write = self._rows.past if past else self._rows.current
        return [write(part) for part in query.page(found, lambda part: part.number, most, most)]

    def _part(self, ask: Ask, query: Query) -> LeadPosition:
        part = self._copying.parts.find(ask.user, query.needed("subPosId"))
        if part is None or not part.lots:
            raise refuse("51023", "Position doesn't exist")
        return part

    def _set_stops(self, ask: Ask) -> list[Any]:
        query = self._commanded(ask)
        part, tag = self._part(ask, query), named(query, "tag", TAG)
        last = terms_of(part.market.instrument).price(part.market.tape.last.price)
        legs = read_legs(query, part, last)
        kept = [leg for leg in part.legs if leg.name not in {each.name for each in legs}]
        part.legs, part.algo_id = [*kept, *legs], str(self._copying.parts.next_id())
        return [{"subPosId": str(part.number), "tag": tag}]

    def _close(self, ask: Ask) -> list[Any]:
        query = self._commanded(ask)
        part, tag = self._part(ask, query), named(query, "tag", TAG)
        query.choice("ordType", ("market",), "market")  # a limit is for spot
        self._copying.close(part, tag)
        return [{"subPosId": str(part.number), "tag": tag}]

    # -- lead traders

    def _instruments(self, ask: Ask) -> list[Any]:
        query, leader = self._query(ask), self._leads(ask.user)
        if query.choice("instType", _KINDS, "SWAP") == "SPOT":
            return []
        return [
            {"instId": each, "enabled": each in leader.instruments}
            for each, market in self._markets.items()
            if leads(market)
        ]

    def _set_instruments(self, ask: Ask) -> list[Any]:
        leader, query = self._leads(ask.user), self._commanded(ask)
        leader.instruments = read_instruments(query)
        return [{"instId": each, "enabled": True} for each in sorted(leader.instruments)]

    def _set_share(self, ask: Ask) -> list[Any]:
        leader, query = self._leads(ask.user), self._commanded(ask)
        share = read_share(query.needed("profitSharingRatio"))
        for copier in self._copying.copiers(leader):
            self._shares.settle(copier)  # what was earned before is shared as it was agreed
        leader.share = share
        return [{"result": True}]

    def _config(self, ask: Ask) -> list[Any]:
        spot = {"instType": "SPOT", "roleType": "0"}
        blank = dict.fromkeys(("profitSharingRatio", "maxCopyTraderNum", "copyTraderNum"), "")
        return [
            {
                "uniqueCode": self._copying.code(ask.user),
                "nickName": nick_name(ask.user),
                "portLink": "",
                "details": [spot | blank, self._rows.role(ask.user)],
            }
        ]

    def _paid(self, ask: Ask) -> list[Any]:
        query, leader = self._query(ask), self._leads(ask.user)
        shares = self._shares.paid_to(leader) if query.choice("instType", _KINDS, "SWAP") == "SWAP" else []
        return [self._rows.share(share) for share in query.page(shares, lambda share: share.number)]

    def _total_paid(self, ask: Ask) -> list[Any]:
        total = sum((share.amount for share in self._shares.paid_to(self._leads(ask.user))), ZERO)
        return [{"ccy": CCY, "instType": "SWAP", "totalProfitSharingAmt": exact_text(total)}]

    def _open_shares(self, ask: Ask) -> list[Copier]:
        return [each for each in self._copying.copiers(self._leads(ask.user)) if self._shares.open(each)]

    def _unpaid(self, ask: Ask) -> list[Any]:
        now = self._clock.now()
        return [self._rows.open_share(copier, now) for copier in self._open_shares(ask)]

    def _total_unpaid(self, ask: Ask) -> list[Any]:
        total = sum((self._shares.open(copier) for copier in self._open_shares(ask)), ZERO)
        ts = str(self._shares.next_settlement)
        return [{"profitSharingTs": ts, "totalUnrealizedProfitSharingAmt": exact_text(total)}]

    # -- copiers

    def _begin(self, ask: Ask) -> list[Any]:
        query = self._commanded(ask)
        leader = self._copying.led_by(query.needed("uniqueCode"))
        self._copying.begin(ask.user, leader, read_terms(query, leader))
        return [{"result": True}]

    def _amend(self, ask: Ask) -> list[Any]:
        query = self._commanded(ask)
        copier = self._copier(ask.user, query, active=True)
        self._copying.change(copier, read_terms(query, copier.leader))
        return [{"result": True}]

    def _stop(self, ask: Ask) -> list[Any]:
        query = self._commanded(ask)
        copier = self._copier(ask.user, query, active=True)
        self._copying.stop(copier, query.choice("subPosCloseType", CLOSES))
        return [{"result": True}]

    def _settings(self, ask: Ask) -> list[Any]:
        copier = self._copier(ask.user, self._query(ask), active=False)
        return [self._rows.settings(copier, sorted(copier.leader.instruments))]

    def _my_leaders(self, ask: Ask) -> list[Any]:
        if self._query(ask).choice("instType", _KINDS, "SWAP") == "SPOT":
            return []
        now = self._clock.now()
        return [self._rows.leader(each, now) for each in self._copying.copied_by(ask.user) if each.active]

    def _copier(self, user: User, query: Query, *, active: bool) -> Copier:
        """Return how a user copies who is named.

        Raises:
            Refusal: 59273 where it never copied anybody, 59280 where not this one.
        """
        leader = self._copying.led_by(query.needed("uniqueCode"))
        copier = self._copying.copier(user, leader)
        if copier is None and not any(self._copying.copied_by(user)):
            raise refuse("59273", "You are not a copy trader yet")
        if copier is None or (active and not copier.active):
            raise refuse("59280", "You don't copy this lead trader")
        return copier

    # -- what everybody may see

    def _limits(self, query: Query) -> list[Any]:
        query.choice("instType", _KINDS, "SWAP")
        return [{name: exact_text(value) for name, value in LIMITS.items()}]

    def _ranks(self, query: Query) -> list[Any]:
        if query.choice("instType", _KINDS, "SWAP") == "SPOT":
            return [{"dataVer": "", "totalPage": "0", "ranks": []}]
        if query.text("minAssets") or query.text("maxAssets"):
            raise not_simulated("ranks by assets")
        now, by = self._clock.now(), query.choice("sortType", (*_SORTS, _COPIERS_PNL), "overview")
        leaders = self._copying.leaders()
        if by == _COPIERS_PNL:
            leaders.sort(key=lambda leader: -sum(each.total for each in self._copying.copiers(leader) if each.active))
        ranks = [row for row in (self._rows.rank(leader, now) for leader in leaders) if _fits(query, row)]
        if by in _SORTS:
            ranks.sort(key=lambda row: -Decimal(row[_SORTS[by]]))
        size, page = query.limit("limit", 10, _MOST_RANKS), query.limit("page", 1, 1 << 31)
        version = f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d%H%M%S}"
        pages = str(-(-len(ranks) // size))
        return [{"dataVer": version, "totalPage": pages, "ranks": ranks[(page - 1) * size : page * size]}]

    def _public_current(self, query: Query) -> list[Any]:
        return [self._rows.seen(row) for row in self._of_leader(query, past=False)]

    def _public_history(self, query: Query) -> list[Any]:
        return [self._rows.seen(row) for row in self._of_leader(query, past=True)]

    def _of_leader(self, query: Query, *, past: bool) -> list[Any]:
        leader = self._copying.led_by(query.needed("uniqueCode"))
        return self._list(query, leader.user, past=past, copies=False)

    def _copiers(self, query: Query) -> list[Any]:
        leader = self._copying.led_by(query.needed("uniqueCode"))
        if query.choice("instType", _KINDS, "SWAP") == "SPOT":
            raise Refusal(200, "59264", "Spot copy trading is not available")
        return [self._rows.copiers(leader, query.limit("limit", 100, 100))]


def _fits(query: Query, row: Json) -> bool:
    """Tell whether a rank is one of those that are asked for."""
    vacant = query.choice("state", ("0", "1"), "0") == "0" or int(row["copyTraderNum"]) < MOST_COPIERS
    days = _LEAD_DAYS[query.choice("minLeadDays", _LEAD_DAYS, "")]
    aum = Decimal(row["aum"])
    least, most = (query.decimal(name) if query.text(name) else aum for name in ("minAum", "maxAum"))
    return vacant and int(row["leadDays"]) >= days and least <= aum <= most
