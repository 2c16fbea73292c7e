"""Lead positions, lead traders and copiers as V5 writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..derivatives import plain
from ..text import exact_text
from .copy_people import CCY, MOST_COPIERS, RATIO, Copier, Leader
from .copying import Copying
from .lead_positions import LeadPosition
from .margin import Margins
from .people import User
from .profit_shares import DAY_MS, ProfitShares, Share
from .rows import price_text
from .worth import ZERO, money_text

__all__ = ["CopyRows", "nick_name"]

Json = dict[str, Any]

_RATIO = 8
# What everybody may see of a lead position. (Lead trader current lead positions, Lead trader lead position history)
_PUBLIC = frozenset(
    (
        *("instId", "subPosId", "posSide", "mgnMode", "lever", "openAvgPx", "openTime", "subPos", "instType", "margin"),
        *("upl", "uplRatio", "markPx", "uniqueCode", "ccy", "closeTime", "closeAvgPx", "pnl", "pnlRatio"),
    )
)


def nick_name(user: User) -> str:
    """Return what others call a user: nobody can choose a name here."""
    return user.name or f"trader{user.uid[-6:]}"


def _number(value: Decimal | None) -> str:
    return exact_text(value) if value is not None else ""


class CopyRows:
    """Writes rows.

    Args:
        copying: Who copies whom.
        shares: What lead traders get.
        margins: What positions are worth.
    """

    def __init__(self, copying: Copying, shares: ProfitShares, margins: Margins) -> None:
        self._copying = copying
        self._shares = shares
        self._margins = margins

    # -- positions

    def _part(self, part: LeadPosition) -> Json:
        held, instrument = part.held, part.market.instrument
        return {
            "ccy": held.ccy,
            "instId": instrument.inst_id,
            "instType": instrument.kind.value,
            "lever": plain(held.lever, _RATIO),
            "markPx": price_text(self._margins.mark(held)),
            "mgnMode": held.mode,
            "openAvgPx": price_text(held.opened_average),
            "openOrdId": str(part.order.ord_id),
            "openTime": str(held.created),
            "posSide": held.side,
            "subPosId": str(part.number),
            "uniqueCode": part.code,
        }

    def current(self, part: LeadPosition) -> Json:
        """Write an open one. (Existing lead positions)"""
        upl, margin, size = self._margins.upl(part.held), part.margin, self._size(part, part.lots)
        legs = {leg.name: leg for leg in part.legs}
        row = self._part(part) | {
            "algoId": part.algo_id if legs else "",
            "availSubPos": size,
            "margin": money_text(margin) if part.held.mode == "isolated" else "",
            "openAvgPx": price_text(part.held.average),
            "subPos": size,
            "upl": money_text(upl),
            "uplRatio": plain(upl / margin, _RATIO) if margin else "",
        }
        for name in ("tp", "sl"):
            leg = legs.get(name)
            row[f"{name}TriggerPx"] = "" if leg is None else exact_text(leg.trigger)
            row[f"{name}OrdPx"] = "" if leg is None else leg.order_price
        return row

    def past(self, part: LeadPosition) -> Json:
        """Write one that was closed, or a part of it. (Lead position history)"""
        held, margin = part.held, part.opened_margin
        return self._part(part) | {
            "closeAvgPx": price_text(held.closed_average),
            "closeSubPos": self._size(part, held.closed),
            "closeTime": str(held.updated),
            "margin": money_text(margin) if held.mode == "isolated" else "",
            "pnl": money_text(held.pnl),
            "pnlRatio": plain(held.pnl / margin, _RATIO) if margin else "",
            "profitSharingAmt": "",
            "subPos": self._size(part, held.opened),
            "type": "1" if part.lots else "2",
        }

    def seen(self, row: Json) -> Json:
        """Return what everybody may see of a lead position."""
        return {name: value for name, value in row.items() if name in _PUBLIC}

    def _size(self, part: LeadPosition, lots: int) -> str:
        short = part.held.side == "net" and not part.buy
        return part.market.instrument.size_text(-lots if short else lots)

    # -- people

    def settings(self, copier: Copier, led: list[str]) -> Json:
        """Write how somebody copies. (Copy settings)"""
        terms, own = copier.terms, copier.terms.own_list
        return {
            "ccy": CCY,
            "copyAmt": _number(terms.amount),
            "copyInstIdType": "copy" if own is None else "custom",
            "copyMgnMode": terms.margin_mode,
            "copyMode": terms.mode,
            "copyRatio": _number(terms.ratio) if terms.mode == RATIO else "",
            "copyState": "1" if copier.active else "0",
            "copyTotalAmt": exact_text(terms.budget),
            "instIds": [{"instId": each, "enabled": "1" if own is None or each in own else "0"} for each in led],
            "slRatio": _number(terms.loss_ratio),
            "slTotalAmt": _number(terms.loss),
            "subPosCloseType": terms.closes,
            "tag": terms.tag,
            "tpRatio": _number(terms.profit_ratio),
        }

    def leader(self, copier: Copier, now: int) -> Json:
        """Write a lead trader as who copies it sees it. (My lead traders)"""
        today = sum((amount for ts, amount in copier.earned if ts >= now // DAY_MS * DAY_MS), ZERO)
        return {
            "beginCopyTime": str(copier.since),
            "ccy": CCY,
            "copyTotalAmt": exact_text(copier.terms.budget),
            "copyTotalPnl": money_text(copier.total),
            "leadMode": "public",
            "margin": money_text(copier.margin),
            "nickName": nick_name(copier.leader.user),
            "portLink": "",
            "profitSharingRatio": exact_text(copier.leader.share),
            "todayPnl": money_text(today),
            "uniqueCode": copier.leader.code,
            "upl": money_text(self._copying.upl(copier)),
        }

    def share(self, share: Share) -> Json:
        """Write a profit share that was paid. (Profit sharing details)"""
        return {
            "ccy": CCY,
            "instType": "SWAP",
            "nickName": nick_name(share.copier.user),
            "portLink": "",
            "profitSharingAmt": exact_text(share.amount),
            "profitSharingId": str(share.number),
            "ts": str(share.ts),
        }

    def open_share(self, copier: Copier, now: int) -> Json:
        """Write a profit share that is still open. (Unrealized profit sharing details)"""
        return {
            "ccy": CCY,
            "instType": "SWAP",
            "nickName": nick_name(copier.user),
            "portLink": "",
            "ts": str(now),
            "unrealizedProfitSharingAmt": exact_text(self._shares.open(copier)),
        }

    def role(self, user: User) -> Json:
        """Write what a user is in copy trading of contracts. (Account configuration)"""
        leader = self._copying.leader(user)
        return {
            "instType": "SWAP",
            "roleType": self._copying.role(user)[0],
            "profitSharingRatio": exact_text(leader.share) if leader is not None else "",
            "maxCopyTraderNum": str(MOST_COPIERS) if leader is not None else "",
            "copyTraderNum": str(len(self._active(leader))) if leader is not None else "",
        }

    def rank(self, leader: Leader, now: int) -> Json:
        """Write a lead trader as everybody sees it. (Lead trader ranks)"""
        copiers, past = self._active(leader), [part for part in self._parts(leader) if part.held.closed]
        ended = [part for part in past if not part.lots]
        pnl, margin = sum((each.held.pnl for each in past), ZERO), sum((each.opened_margin for each in past), ZERO)
        wins = sum(part.held.pnl > 0 for part in ended)
        return {
            "accCopyTraderNum": str(leader.ever),
            "aum": exact_text(sum((copier.terms.budget for copier in copiers), ZERO)),
            "ccy": CCY,
            "copyState": "0",
            "copyTraderNum": str(len(copiers)),
            "leadDays": str((now - leader.since) // DAY_MS + 1),
            "maxCopyTraderNum": str(MOST_COPIERS),
            "nickName": nick_name(leader.user),
            "pnl": money_text(pnl),
            "pnlRatio": plain(pnl / margin, _RATIO) if margin else "0",
            "pnlRatios": [],
            "portLink": "",
            "traderInsts": sorted(leader.instruments),
            "uniqueCode": leader.code,
            "winRatio": plain(Decimal(wins) / len(ended), _RATIO) if ended else "0",
        }

    def copiers(self, leader: Leader, most: int) -> Json:
        """Write who copies a lead trader. (Copy traders)"""
        active = self._active(leader)
        return {
            "ccy": CCY,
            "copyTotalPnl": money_text(sum((copier.total for copier in active), ZERO)),
            "copyTraderNumChg": "",
            "copyTraderNumChgRatio": "",
            "copyTraders": [
                {
                    "beginCopyTime": str(copier.since),
                    "nickName": nick_name(copier.user),
                    "pnl": money_text(copier.total),
                    "portLink": "",
                }
                for copier in active[:most]
            ],
        }

    def _active(self, leader: Leader) -> list[Copier]:
        return [copier for copier in self._copying.copiers(leader) if copier.active]

    def _parts(self, leader: Leader) -> list[LeadPosition]:
        """Return what a lead trader has led, the newest first."""
        return [part for part in self._copying.parts.of(leader.user) if part.source is None]
