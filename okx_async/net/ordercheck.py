"""Compares orders with the steps of their instruments before they are sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from math import inf

from ..core.endpoint import Request
from ..core.orders import Orders, Priced
from ..core.steps import Steps
from ..errors import BadOrder, OkxError, UnknownInstrument

__all__ = ["OrderCheck"]

_log = logging.getLogger("okx_async.net.ordercheck")

PATIENCE = 2.0
"""Seconds an order waits for a list of instruments; then it goes out unchecked."""

PAUSE = 30.0
"""Seconds in which no order waits for a list that could not be read."""


class OrderCheck:
    """Refuses orders that do not fit, and only those: what cannot be known is left to the exchange.

    The first order of an instrument type reads the exchange's list. Steps change now and then, so a row that speaks
    against an order is read anew before the order is refused. Cancels never wait.

    Args:
        orders: Which endpoints carry orders, and where.
        known: Returns the steps of an instrument as they are known.
        now: Returns them as they are listed now.
        peek: Returns them when they are known without any waiting.
    """

    def __init__(
        self,
        orders: Orders,
        known: Callable[[str], Awaitable[Steps]],
        now: Callable[[str], Awaitable[Steps]],
        peek: Callable[[str], Steps | None],
    ) -> None:
        self._orders = orders
        self._peek = peek
        self._known = known
        self._now = now
        self._silent_until = -inf

    def fits(self, request: Request) -> bool:
        """Tell whether every order of a request certainly fits; otherwise `check` finds out."""
        try:
            for order in self._read(request):
                steps = self._peek(order.inst_id)
                if steps is None:
                    return False
                _compare(steps, order)
        except BadOrder:
            return False
        return True

    async def check(self, request: Request) -> None:
        """Raise when an order of a request does not fit.

        Raises:
            BadOrder: Nothing was sent; the message says what would fit.
        """
        for order in self._read(request):
            await self._check(order)

    def _read(self, request: Request) -> Iterable[Priced]:
        shape = self._orders.get(request.endpoint.path) if request.endpoint.method == "POST" else None
        return () if shape is None else shape.read(request)

    async def _check(self, order: Priced) -> None:
        try:
            _compare(await self._steps(self._known, order.inst_id), order)
        except BadOrder:
            _compare(await self._steps(self._now, order.inst_id), order)

    async def _steps(self, read: Callable[[str], Awaitable[Steps]], inst_id: str) -> Steps | None:
        """Return an instrument's steps, ``None`` when they cannot be known in time."""
        now = asyncio.get_running_loop().time
        if now() < self._silent_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await read(inst_id)
        except UnknownInstrument:
            return None
        except (OkxError, TimeoutError) as error:
            self._silent_until = now() + PAUSE
            _log.warning("orders go out unchecked for %g s: no list of instruments (%s)", PAUSE, type(error).__name__)
            return None


def _compare(steps: Steps | None, order: Priced) -> None:
    if steps is not None:
        steps.check(order.px, order.sz, px_name=order.px_name, sz_name=order.sz_name)
