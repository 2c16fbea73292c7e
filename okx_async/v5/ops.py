"""Which REST endpoints can be reached over the socket, too. (WebSocket order operations)

Place, change and cancel share one rate limit with their REST twins. Spread orders name their spread; all others name
their instrument by number since 2026-04-07.
"""

from __future__ import annotations

from ..core.endpoint import Endpoint, Section
from ..core.op import Op
from .rest.spread import Spread
from .rest.trade_orders import TradeOrders

__all__ = ["OPS", "op_of"]

# The socket's tables do not name them; attached orders are unproven there.
_REST_ONLY = frozenset(("attachAlgoOrds", "isElpTakerAccess"))


def _twin(section: type[Section], name: str) -> Endpoint:
    return next(one for one in section.endpoints if one.name == name)


def _trade(op: str, name: str) -> Op:
    return Op(op, "private", _twin(TradeOrders, name), coded=True, rest_only=_REST_ONLY)


def _spread(op: str, name: str) -> Op:
    return Op(op, "business", _twin(Spread, name))


OPS: dict[str, Op] = {
    op.name: op
    for op in (
        _trade("order", "place_order"),
        _trade("batch-orders", "place_batch_orders"),
        _trade("cancel-order", "cancel_order"),
        _trade("batch-cancel-orders", "cancel_batch_orders"),
        _trade("amend-order", "amend_order"),
        _trade("batch-amend-orders", "amend_batch_orders"),
        Op("mass-cancel", "private", _twin(TradeOrders, "mass_cancel")),
        _spread("sprd-order", "place_order"),
        _spread("sprd-amend-order", "amend_order"),
        _spread("sprd-cancel-order", "cancel_order"),
        _spread("sprd-mass-cancel", "mass_cancel"),
    )
}
"""Every operation by its name on the wire."""

_BY_TWIN = {op.twin: op for op in OPS.values()}


def op_of(endpoint: Endpoint) -> Op | None:
    """Return the socket's road of an endpoint, ``None`` when there is only REST."""
    return _BY_TWIN.get(endpoint)
