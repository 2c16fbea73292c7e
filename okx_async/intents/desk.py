"""Gives every order a name, writes it down, sends it once, and says what became of it.

It stands between the checked request and the roads: what is sent, and over which road, is none of its business.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec.structs import replace

from ..core.answers import row_type
from ..core.endpoint import Endpoint, Request
from ..core.intent import IntentShape, Kind, Outcome, Record, Verb
from ..core.order_ids import OrderIds
from ..errors import (
    ClientClosed,
    NotArrived,
    NotReconciled,
    OkxError,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Unconfirmed,
)
from ..net.caller import Caller
from ..settings import Resolution
from ..v5.codes import CODES
from ..v5.intents import GONE, SHAPES, TAKEN, dated
from .book import IntentBook
from .fate import fate
from .intent import Intent
from .journal import Journal
from .judge import FINAL, ids
from .lookup import Lookup
from .resolver import Resolver

__all__ = ["IntentDesk"]

Carry = Callable[[Request], Awaitable[Any]]

CLOCK = 2.0
"""Seconds the first order waits for the exchange's time."""

#: An internal error of the exchange says nothing about the order; ``""`` is a gateway's page instead of an answer.
_VAGUE = ("", "50026")
#: A cancellation's "filled, cancelled, or no such order".
_OR_NEVER_WAS = "51400"


class IntentDesk:
    """Where requests about orders pass.

    Args:
        journal: Where intents are written down.
        namespace: What the ids of its orders begin with.
        resolution: How long what may take.
        caller: Knows the exchange's clock.
        lookup: Asks for orders.
        site: Name of the site.

    Attributes:
        ids: Makes client ids.
        book: The intents.
        resolver: Looks for those whose answer is missing.
    """

    def __init__(
        self, journal: Journal, namespace: str, resolution: Resolution, caller: Caller, lookup: Lookup, site: str
    ) -> None:
        self.ids = OrderIds(namespace, secrets.randbits)
        self.book = IntentBook(journal)
        self._clock = caller.clock
        self._sync_clock = caller.sync_clock
        self.resolver = Resolver(self.book, lookup, resolution, self._now, self._ask_time)
        self._lasts = round(resolution.expire * 1000)
        self._site = site
        self._opening: asyncio.Task[None] | None = None
        self._is_open = False
        self._stopped = False
        self._old: list[Intent] = []

    def _now(self) -> int:
        return self._clock.server_ms(time.time())

    async def _ask_time(self) -> bool:
        before = self._clock.samples
        await self._sync_clock()
        return self._clock.samples > before

    # -- life

    async def open(self) -> None:
        """Open the journal and begin to look up what earlier runs have left open; concurrent callers share it.

        Raises:
            BadParameter: The journal is another client's or site's.
            ClientClosed: It was stopped.
        """
        if self._is_open:
            return
        if self._stopped:
            raise ClientClosed("this client is closed; make a new one")
        if self._opening is None:
            self._opening = asyncio.create_task(self._open(), name="okx journal")
        try:
            await asyncio.shield(self._opening)
        finally:
            if self._opening is not None and self._opening.done():
                self._opening = None

    async def _open(self) -> None:
        if not self._clock.known:
            # Without it no order can be told until when it may be taken.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOCK):
                    await self._ask_time()
        records = await self.book.journal.open(self._site)
        # Of an earlier run nobody knows when it was sent, only that it was before now.
        now = asyncio.get_running_loop().time()
        self._old = [Intent(replace(record, expires=0), sent=True, sent_at=now) for record in records]
        for intent in self._old:
            intent.dated = dated(intent.record)
        self.book.add(self._old)
        for intent in self._old:
            self.resolver.pursue(intent)
        self._is_open = True

    async def reconciled(self) -> None:
        """Return when the intents of earlier runs are known: before that no new order goes out.

        Raises:
            NotReconciled: They could not be found out in time; looking goes on.
        """
        await self.open()
        if self._old:
            await self.resolver.wait(self._old)
            self._old = [intent for intent in self._old if not intent.over]
        if self._old:
            told = "; ".join(intent.story for intent in self._old[:3])
            raise NotReconciled(f"{len(self._old)} order(s) of an earlier run are not looked up yet: {told}", self._old)

    async def stop(self) -> None:
        """Look for nothing more."""
        self._stopped = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        await self.resolver.aclose()

    async def aclose(self) -> None:
        """End the journal. What is open in it is looked up by the next client that is given it."""
        if self._is_open:
            await self.book.aclose()

    async def placed_on(self, cl_ord_id: str, kind: Kind) -> str:
        """Return what an order of a client id was placed on last, ``""`` when nobody remembers."""
        known = await self.book.find(cl_ord_id) if self._is_open else ()
        return next((one.inst_id for one in known if one.kind is kind and one.verb is Verb.PLACE), "")

    async def fate(self, kind: Kind, cl_ord_id: str) -> OkxError | None:
        """Return why nothing will be told of an order, ``None`` when it will or may; see `okx_async.intents.fate`."""
        return await fate(self.book, kind, cl_ord_id) if self._is_open else None

    # -- requests

    async def perform(self, request: Request, carry: Carry) -> Any:
        """Send a request about orders and return its typed rows.

        Raises:
            JournalFailed, NotReconciled: Nothing was sent.
            NotArrived: It was sent and got lost; nothing was executed.
            OutcomeUnknown: Nobody knows yet; its ``intents`` do, later.
            OkxError: As without intents.
        """
        shape = SHAPES[request.endpoint.path]
        if not self._is_open:
            await self.open()
        if self._old and shape.verb is not Verb.CANCEL:
            await self.reconciled()
        request, intents = await self._prepare(shape, request)
        await self.book.begin(intents)
        try:
            result = await carry(request)
        except OkxError as error:
            return await self._failed(request.endpoint, intents, error)
        except BaseException:
            for intent in intents:
                self._lost_sight(intent)
            raise
        if not request.endpoint.batch:
            self._granted(intents[0], result)
            return result
        return await self._several(request.endpoint, intents, result)

    async def _prepare(self, shape: IntentShape, request: Request) -> tuple[Request, list[Intent]]:
        now = self._now()
        rows: list[Mapping[str, Any]] = []
        intents: list[Intent] = []
        for given in shape.rows(request):
            key = self.ids.make()
            row = {**given, shape.own: key} if shape.own and not given.get(shape.own) else given
            intent = Intent(_record(shape, key, row, now))
            if shape.verb is Verb.PLACE and not intent.record.own:
                intent.others = await self._namesakes(intent.record)
            rows.append(row)
            intents.append(intent)
        fields = rows if isinstance(request.fields, list) else rows[0]
        return replace(request, fields=fields, late=partial(self._leaving, shape.deadline, intents)), intents

    async def _namesakes(self, record: Record) -> frozenset[str]:
        """Return the ids of orders that had a client id before: one of the caller's may be used again."""
        known = await self.book.find(record.cl_ord_id)
        return frozenset(one.ord_id for one in known if one.ord_id and one.kind is record.kind)

    def _leaving(self, deadline: str, intents: list[Intent]) -> Mapping[str, str]:
        """Note that a request leaves now, and say until when the exchange may take it."""
        expires = 0
        if deadline and self._clock.known:
            expires = self._now() + self._lasts
        now = asyncio.get_running_loop().time()
        for intent in intents:
            intent.sent, intent.sent_at, intent.dated = True, now, bool(expires)
            intent.record = replace(intent.record, expires=expires)
        return {deadline: str(expires)} if expires else {}

    # -- what came of it

    def _granted(self, intent: Intent, row: Any) -> None:
        self.book.settle(intent, Outcome.ACCEPTED, ord_id=_id(intent, row))

    def _lost_sight(self, intent: Intent) -> None:
        """The answer will not be heard: find out without it, if there is something to find out."""
        if intent.sent:
            self.resolver.pursue(intent)
        else:
            self.book.settle(intent, Outcome.REJECTED, msg="it was not sent")

    async def _failed(self, endpoint: Endpoint, intents: list[Intent], error: OkxError) -> Any:
        """Return what came of it all the same, or raise."""
        if not _open_to_doubt(error, intents):
            gone = await self._gone(endpoint, intents[0], error)
            for intent in intents:
                self.book.settle(intent, Outcome.REJECTED, code=getattr(error, "code", None) or "", msg=_why(error))
            if gone is not None:
                return gone
            raise error
        for intent in intents:
            self._lost_sight(intent)
        await self.resolver.wait(intents)
        self._hand_over(intents)
        if any(not intent.over or intent.outcome is Outcome.UNKNOWN for intent in intents):
            raise _unknown(error, intents)
        if not endpoint.batch:
            return self._told(endpoint, intents[0], error)
        if all(intent.outcome is Outcome.REJECTED and not intent.code and not _too_late(intent) for intent in intents):
            raise NotArrived("; ".join(intent.story for intent in intents)) from error
        return [_row(endpoint, intent) for intent in intents]

    def _told(self, endpoint: Endpoint, intent: Intent, error: OkxError) -> Any:
        """Return or raise what a single request would have, had its answer come."""
        if intent.outcome is Outcome.ACCEPTED or _too_late(intent):
            return _row(endpoint, intent)
        if intent.code:
            raise CODES.refusal(intent.code, intent.msg, where=f"{endpoint.method} {endpoint.path}") from error
        raise NotArrived(intent.story) from error

    async def _several(self, endpoint: Endpoint, intents: list[Intent], rows: list[Any]) -> list[Any]:
        """Settle each order of a batch by its own row; rows that leave it open are looked up."""
        for at, intent in enumerate(intents):
            code = rows[at].s_code if at < len(rows) else None
            if code == "0":
                self._granted(intent, rows[at])
            elif code is None or code in CODES.unknown or (code in TAKEN and intent.record.own):
                self._lost_sight(intent)
            else:
                self.book.settle(intent, Outcome.REJECTED, code=code, msg=rows[at].s_msg or "")
        doubtful = [at for at, intent in enumerate(intents) if not intent.over]
        if not doubtful:
            return rows
        await self.resolver.wait(intents)
        self._hand_over(intents)
        found = [at for at in doubtful if intents[at].outcome is Outcome.ACCEPTED]
        return [
            _row(endpoint, intents[at]) if at in found or at >= len(rows) else rows[at] for at in range(len(intents))
        ]

    def _hand_over(self, intents: list[Intent]) -> None:
        for intent in intents:
            self.book.hand_over(intent)

    async def _gone(self, endpoint: Endpoint, intent: Intent, error: OkxError) -> Any:
        """Return the row of a cancellation that came too late, ``None`` for every other refusal.

        51400 stands for an order that is over as well as for one that never was, so somebody is asked: the journal, or
        the exchange.
        """
        code = getattr(error, "code", None) or ""
        if endpoint.batch or code not in GONE or intent.verb is not Verb.CANCEL:
            return None
        if code == _OR_NEVER_WAS and not await self._was_there(intent):
            return None
        return _row(endpoint, intent, code, getattr(error, "msg", ""))

    async def _was_there(self, intent: Intent) -> bool:
        """Tell whether the order of an intent is over, rather than unknown."""
        for one in await self.book.find(intent.cl_ord_id) if intent.cl_ord_id else ():
            if one.verb is Verb.PLACE and one.outcome is Outcome.ACCEPTED:
                return True
        intent.row = await self.resolver.find(intent.record)
        return intent.row is not None and intent.row.state in FINAL


def _record(shape: IntentShape, key: str, row: Mapping[str, Any], now: int) -> Record:
    name = str(row.get(shape.cl_ord_id) or "")
    ord_id = str(row.get(shape.ord_id) or "")
    return Record(
        key=key,
        verb=shape.verb,
        kind=shape.kind,
        inst_id=str(row.get(shape.inst) or ""),
        cl_ord_id="" if ord_id else name,  # the exchange goes by its own id where both are given
        ord_id=ord_id,
        req_id=str(row.get(shape.own) or "") if shape.verb is Verb.AMEND else "",
        made=now,
        own=name == key,
        fields=row,
    )


def _id(intent: Intent, row: Any) -> str:
    """Return the exchange's id of the order of an intent, ``""`` when a row tells none."""
    return ids(intent.kind, row)[0]


def _open_to_doubt(error: OkxError, intents: list[Intent]) -> bool:
    """Tell whether an order may stand although its request failed."""
    if isinstance(error, OutcomeUnknown):
        return True
    if isinstance(error, Unavailable):
        return error.code in _VAGUE
    # Nobody else can have used an id that was made here: the order is there.
    return isinstance(error, Refused) and error.code in TAKEN and intents[0].record.own


def _why(error: OkxError) -> str:
    return str(getattr(error, "msg", "") or error)


def _unknown(error: OkxError, intents: list[Intent]) -> OutcomeUnknown:
    """Return what is raised when patience is over: the error there was, with all that is known."""
    unknown = error if isinstance(error, OutcomeUnknown) else OutcomeUnknown(str(error))
    unknown.intents = tuple(intents)
    if not isinstance(unknown, Unconfirmed):  # whose arguments are code and message
        told = "; ".join(intent.story for intent in intents if intent.outcome is Outcome.UNKNOWN)
        unknown.args = (f"{error}. {told}", *unknown.args[1:])
    return unknown


def _too_late(intent: Intent) -> bool:
    """Tell whether a cancellation found its order filled, or its algo order triggered."""
    return intent.verb is Verb.CANCEL and intent.row is not None and intent.row.state in FINAL


def _row(endpoint: Endpoint, intent: Intent, code: str = "", msg: str = "") -> Any:
    """Return the row a request would have been answered with.

    Args:
        endpoint: Whose row.
        intent: What was found out.
        code: What the exchange has said, ``""`` when it has not been heard.
        msg: The same in words.
    """
    done = intent.outcome is Outcome.ACCEPTED and not code
    code = code or intent.code or (_OR_NEVER_WAS if _too_late(intent) else "")
    known = {
        "ord_id": intent.ord_id or _id(intent, intent.row) or None,
        "cl_ord_id": intent.cl_ord_id or getattr(intent.row, "cl_ord_id", None),
        "algo_id": intent.ord_id or None,
        "algo_cl_ord_id": intent.cl_ord_id or None,
        "req_id": intent.req_id or None,
        "inst_id": intent.inst_id or None,
        "pos_side": intent.fields.get("posSide"),
        "tag": intent.fields.get("tag") or getattr(intent.row, "tag", None),
        "ts": getattr(intent.row, "c_time", None),
        "s_code": "0" if done else code,
        "s_msg": None if done else msg or intent.msg,
    }
    row = row_type(endpoint)
    return row(**{name: value for name, value in known.items() if name in row.__struct_fields__})
