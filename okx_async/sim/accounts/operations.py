"""V5's operations on a socket: the same handlers as REST, another envelope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...core.endpoint import Endpoint
from ..clock import Clock
from ..query_v5 import Refusal
from .asks import Ask
from .gate import EXPIRING, Gate
from .people import Access, People
from .rest import gateway_times
from .services import OPS, Services, not_simulated, verdict_of

__all__ = ["Operations"]

_MOST = 20
_ALONE = frozenset(("order", "cancel-order", "amend-order", "mass-cancel"))
_TOO_LATE = "51149"


class Operations:
    """Does what operations ask for.

    An operation that is understood is answered with its id and op, also where it is refused as a whole: the code is
    then that of the refusal and ``data`` is empty. What is past its ``expTime`` is refused item by item, with 51149.

    Args:
        endpoints: What is declared, for the rights of REST twins.
        gate: Rights and limits.
        services: Who does it.
        people: Users and keys.
        clock: Market time.
    """

    def __init__(
        self, endpoints: Iterable[Endpoint], gate: Gate, services: Services, people: People, clock: Clock
    ) -> None:
        self._twins = {each.path: each for each in endpoints if each.method == "POST"}
        self._gate = gate
        self._services = services
        self._people = people
        self._clock = clock

    def answer(
        self, op: str, args: Any, request_id: str | None, expires: Any, access: Access | None, address: str
    ) -> dict[str, Any]:
        """Return the reply to one operation.

        Args:
            op: Which, one of `services.OPS`.
            args: With what, as it came.
            request_id: Its id.
            expires: Its ``expTime``, as it came.
            access: With which key the connection is logged in.
            address: Where it comes from.
        """
        began = self._clock.now()
        try:
            rows = self._rows(op, args, request_id, expires, access, address, began)
        except Refusal as refusal:
            code, msg, rows = refusal.code, refusal.msg, []
        else:
            code, msg = verdict_of(rows)
        said = {"id": request_id or "", "op": op, "code": code, "msg": msg, "data": rows}
        return said | gateway_times(began, self._clock.now())

    def _rows(
        self,
        op: str,
        args: Any,
        request_id: str | None,
        expires: Any,
        access: Access | None,
        address: str,
        now: int,
    ) -> list[Any]:
        if access is None:
            raise Refusal(200, "60011", "Please log in")
        if request_id is None:
            raise Refusal(200, "60033", "Parameter id error")
        path = OPS[op][1]
        items = self._items(op, args)
        self._gate.permit(access, self._twins[path])
        if path in EXPIRING and expires is not None:
            if not str(expires).isdecimal():
                raise Refusal(200, "60033", "Parameter expTime error")
            if int(str(expires)) < now:
                return [_late(item, now) for item in items]
        handler = self._services.op(op)
        if handler is None:
            raise not_simulated(f"the operation {op}")
        user = self._people.user(access.uid)
        ask = Ask(user, access, items[0], items, "ws", address, now)
        self._gate.charge(ask, "POST", path)
        return handler(ask)

    def _items(self, op: str, args: Any) -> tuple[dict[str, Any], ...]:
        most = 1 if op in _ALONE or op.startswith("sprd-") else _MOST
        given = args if isinstance(args, list) else []
        if not given or len(given) > most or not all(isinstance(arg, dict) for arg in given):
            raise Refusal(200, "60013", "Invalid args")
        return tuple(given)


def _late(item: dict[str, Any], now: int) -> dict[str, str]:
    names = {name: str(item.get(name, "")) for name in ("ordId", "clOrdId", "tag")}
    return names | {"ts": str(now), "sCode": _TOO_LATE, "sMsg": "Order timed out", "subCode": ""}
