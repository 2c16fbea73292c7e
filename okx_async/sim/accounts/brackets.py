"""What becomes of take profits and stop losses that were attached to an order once it is filled.

Each of several take profits closes a part, and the stop loss beside them covers what they have left: it shrinks as they
fire, moves to the mean price of the order after the first of them where that was asked for, and takes what still waits
away when it fires itself. What becomes of the others then is not documented; positions that are kept net could turn
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ..query_v5 import Refusal
from ..text import exact_text
from .forms import lots_of
from .legs import Attached
from .orders import Order
from .stops import LIVE, Stop, Stops
from .worth import terms_of

__all__ = ["Brackets", "Group"]


_TYPES = ("move_order_stop", "conditional", "oco")
"""What becomes of something attached, by how many prices it waits for beside one that moves."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Algo orders that share the size of the order they were attached to.

    Attributes:
        stops: All of them.
        cost: To which price the stop loss moves, ``None`` where it stays.
    """

    stops: tuple[Stop, ...]
    cost: Decimal | None


class Brackets:
    """Lets what was attached to orders wait once they are filled.

    Args:
        stops: Where it waits.
    """

    def __init__(self, stops: Stops) -> None:
        self._stops = stops
        self._groups: dict[int, Group] = {}
        stops.firing.append(self._fires)

    def groups(self) -> list[Group]:
        """Return what shares the size of an order."""
        return list(dict.fromkeys(self._groups.values()))

    def attach(self, order: Order) -> None:
        """Let everything wait that was attached to an order, which has been filled."""
        taken = tuple(stop for one in order.ticket.attached if (stop := self._take(order, one)) is not None)
        if len(taken) > 1:
            moves = any(one.to_cost for one in order.ticket.attached)
            group = Group(taken, _cost(order) if moves else None)
            self._groups |= {stop.algo_id: group for stop in taken}
        for stop in taken:
            if stop.state == LIVE:
                self._stops.look(stop)

    def _take(self, order: Order, attached: Attached) -> Stop | None:
        ticket, instrument = order.ticket, order.market.instrument
        fields = attached.fields | {
            "instId": instrument.inst_id,
            "tdMode": ticket.td_mode,
            "side": "sell" if ticket.buy else "buy",
            "posSide": ticket.pos_side,
            "reduceOnly": ticket.pos_side == "net",
            "ordType": _TYPES[len(attached.legs)],
            "sz": attached.size or instrument.size_text(order.filled),
            "algoClOrdId": attached.name,
            "tag": ticket.tag,
        }
        try:
            trail = None if attached.trail is None else replace(attached.trail)
            return self._stops.add(order.user, order.market, fields, list(attached.legs), trail, looks=False)
        except Refusal as refusal:
            order.unattached[attached.place] = (refusal.code, refusal.msg)
            return None

    def _fires(self, stop: Stop) -> None:
        """Set the others of a group right before the order of one of them is sent."""
        group = self._groups.pop(stop.algo_id, None)
        if group is None:
            return
        for other in group.stops:
            if other is stop or other.state != LIVE:
                continue
            if stop.fired is not None and stop.fired.name == "sl":
                self._stops.cancel(other)
            elif other.legs[0].name == "sl":
                self._shrink(other, stop, group.cost)

    def _shrink(self, loss: Stop, profit: Stop, cost: Decimal | None) -> None:
        """Let a stop loss cover what a take profit leaves of it, at what the position cost where it moves there."""
        instrument = loss.market.instrument
        left = lots_of(loss.market, loss.text("sz")) - lots_of(profit.market, profit.text("sz"))
        if left < instrument.min_lots:
            self._stops.cancel(loss)
            return
        fields, (leg,) = {**loss.fields, "sz": instrument.size_text(left)}, loss.legs
        if cost is not None:
            leg = replace(leg, trigger=cost)
            fields["slTriggerPx"] = exact_text(cost)
        self._stops.amend(loss, fields, [leg], "")


def _cost(order: Order) -> Decimal:
    """Return the mean price of a filled order in whole ticks, where its position loses nothing but fees."""
    assert order.average is not None  # noqa: S101 - it has been filled
    tick = terms_of(order.market.instrument).tick
    rounding = ROUND_CEILING if order.ticket.buy else ROUND_FLOOR
    return (order.average / tick).to_integral_value(rounding) * tick
