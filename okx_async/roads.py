"""Which road an order takes: REST, the socket, or whichever is there. The same call, rows and errors on both."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable
from functools import partial
from typing import Any

from .core.endpoint import Endpoint, Request
from .core.intent import Verb
from .core.op import Op
from .core.signing import STAMP
from .errors import BadParameter, NotSent, OkxError, Refused, UnknownInstrument, UsageError
from .instruments import Instruments, NoCode
from .net.caller import Caller
from .net.desk import Away, Desk
from .net.observer import Observer
from .settings import Road
from .v5.intents import SHAPES
from .v5.ops import op_of

__all__ = ["Roads"]

_log = logging.getLogger("okx_async.roads")

#: What the socket says when it does not offer an operation, or not here: not logged in, no such operation, wrong URL.
_NOT_HERE = ("60011", "60019", "60028")
_NO_LOGIN = "60011"
#: What it says to a number it does not know.
_NO_CODE = "51001"
#: Seconds for which an instrument goes over REST after the socket refused its number.
_SHUN = 600.0


class Roads:
    """Sends what has two roads over the one the client was told to take.

    Args:
        road: ``ws`` or ``auto``.
        caller: REST, and the limits and retries of both roads.
        desk: The socket.
        instruments: Knows the numbers by which the socket wants instruments.
        observer: Whom to tell of orders that take REST instead.
    """

    def __init__(self, road: Road, caller: Caller, desk: Desk, instruments: Instruments, observer: Observer) -> None:
        self._auto = road == "auto"
        self._caller = caller
        self._desk = desk
        self._instruments = instruments
        self._observer = observer
        self._shunned: dict[str, float] = {}

    def start(self) -> None:
        """Begin to open the line, so that the first order finds it ready."""
        self._desk.ready("private")

    def by_rest(self, endpoint: Endpoint) -> bool:
        """Tell whether what an endpoint does goes over REST alone.

        So does what has no second road; and, where the roads may be chosen, what only a signature can date: over the
        socket nothing would end its time, and once lost it could not be called so for long. Cancellations take the
        socket all the same, for getting through quickly counts most with them.
        """
        shape = SHAPES.get(endpoint.path)
        dated = shape is not None and shape.verb is not Verb.CANCEL and shape.deadline == STAMP
        return op_of(endpoint) is None or (self._auto and dated)

    def perform(self, request: Request) -> Awaitable[Any]:
        """Send a request and return its typed rows; what has no second road goes over REST."""
        op = op_of(request.endpoint)
        if op is None or self.by_rest(request.endpoint):
            return self._caller.perform(request)
        return self._over_either(op, request) if self._auto else self._over_socket(op, request)

    async def _over_either(self, op: Op, request: Request) -> Any:
        try:
            return await self._try_socket(op, request)
        except _NotThere as error:
            _log.info("%s goes over REST: %s", op.name, error.__cause__)
            self._observer.detoured(op.name, str(error.__cause__))
        return await self._caller.perform(request)

    # -- ws

    async def _over_socket(self, op: Op, request: Request) -> Any:
        codes = self._known_codes(op, request) or await self._codes(op, request)
        try:
            return await self._send(op, request, codes)
        except UnknownInstrument as error:
            if error.code is None or not codes:
                raise
            # Nothing was executed. The number may be out of date: read it anew, once.
            fresh = await self._codes(op, request, refresh=True)
            if fresh == codes:
                raise
        return await self._send(op, request, fresh)

    async def _send(self, op: Op, request: Request, codes: dict[str, int], *, wait: bool = True) -> Any:
        try:
            return await self._caller.perform(request, partial(self._desk.send, op, codes, wait=wait))
        except Refused as error:
            if error.code == _NO_LOGIN:
                self._desk.renew(op.socket, "the exchange says it is not logged in")
            raise

    # -- auto

    async def _try_socket(self, op: Op, request: Request) -> Any:
        """Perform over the socket; `_NotThere` when it certainly was not executed there and REST may do better."""
        if any(self._shunned.get(name, 0.0) > time.monotonic() for name in _uncoded(op, request)):
            raise _NotThere from UnknownInstrument("the socket refused the number of the instrument lately")
        if not self._desk.ready(op.socket):
            raise _NotThere from NotSent(f"the {op.socket} socket for orders is not ready")
        try:
            codes = self._known_codes(op, request) or await self._codes(op, request)
            result = await self._send(op, request, codes, wait=False)
            if op.coded and op.twin.batch and result and all(row.s_code == _NO_CODE for row in result):
                raise UnknownInstrument("the socket knows none of the numbers", code=_NO_CODE)
        except (NotSent, BadParameter, Refused, UnknownInstrument) as error:
            if not self._is_of_the_road(op, error):
                raise
            if isinstance(error, UnknownInstrument):
                self._shunned |= dict.fromkeys(_uncoded(op, request), time.monotonic() + _SHUN)
                self._instruments.doubt(*_uncoded(op, request))
            raise _NotThere from error
        return result

    def _is_of_the_road(self, op: Op, error: OkxError) -> bool:
        """Tell whether an error is about the socket rather than about the order."""
        if isinstance(error, UnknownInstrument):
            return op.coded and (error.code == _NO_CODE or isinstance(error, NoCode))
        return not isinstance(error, Refused) or error.code in _NOT_HERE

    # -- numbers

    def _known_codes(self, op: Op, request: Request) -> dict[str, int] | None:
        """Return the same as `_codes` when all of it is known at once, else ``None``."""
        codes: dict[str, int] = {}
        for name in _uncoded(op, request):
            row = self._instruments.peek(name)
            if row is None or not row.inst_id_code:
                return None
            codes[name] = row.inst_id_code
        return codes

    async def _codes(self, op: Op, request: Request, *, refresh: bool = False) -> dict[str, int]:
        """Return the numbers of the instruments an operation names, by id. Whatever fails here, nothing was sent."""
        try:
            return {name: await self._instruments.code_of(name, refresh=refresh) for name in _uncoded(op, request)}
        except UsageError:
            raise
        except OkxError as error:
            # Not to be taken for an outcome of the order: this was about a list.
            raise Away(f"the number of the instrument could not be read, so nothing was sent: {error}") from error


class _NotThere(Exception):
    """The socket did not execute it; the reason is its cause."""


def _uncoded(op: Op, request: Request) -> list[str]:
    """Return the ids of the instruments that must go by number and were not given one by hand."""
    fields = request.fields
    if not op.coded:
        return []
    if isinstance(fields, list):
        return list(dict.fromkeys(row["instId"] for row in fields if row.get("instIdCode") is None))
    return [fields["instId"]] if fields.get("instIdCode") is None else []
