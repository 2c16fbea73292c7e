"""Gives every order a name, writes it down, sends it once, and says what became of it.

It stands between the checked request and the roads: what is sent, and over which road, is none of its business.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec.structs import replace

from ..core.answers import row_type
from ..core.endpoint import Endpoint, Request
from ..core.intent import IntentDialect, IntentShape, Kind, Known, Outcome, Record, Verb
from ..core.order_ids import OrderIds
from ..errors import (
    ClientClosed,
    ClockSkew,
    JournalFailed,
    NotArrived,
    NotReconciled,
    OkxError,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Unconfirmed,
)
from ..net.caller import Caller
from ..net.together import together
from ..settings import Resolution
from .book import UNSENT, IntentBook
from .fate import fate, refusal
from .intent import Intent
from .journal import Journal
from .judge import FINAL, ids
from .resolver import Lookup, Resolver

__all__ = ["IntentDesk"]

_log = logging.getLogger("okx_async.intents")

Carry = Callable[[Request], Awaitable[Any]]

CLOCK = 2.0
"""Seconds the first order waits for the exchange's time."""


class IntentDesk:
    """Where requests about orders pass.

    Args:
        dialect: How the exchange speaks of orders.
        journal: Where intents are written down.
        namespace: What the ids of its orders begin with.
        resolution: How long what may take.
        caller: Knows the exchange's clock.
        signs: Tells whether requests to an endpoint are signed for a moment of their own, whatever happens.
        lookup: Asks for orders.
        site: Name of the site.
        owner: A hash of the key that sends, ``""`` for none.

    Attributes:
        dialect: As it was given.
        ids: Makes client ids.
        book: The intents.
        resolver: Looks for those whose answer is missing.
    """

    def __init__(
        self,
        dialect: IntentDialect,
        journal: Journal,
        namespace: str,
        resolution: Resolution,
        caller: Caller,
        signs: Callable[[Endpoint], bool],
        lookup: Lookup,
        site: str,
        owner: str,
    ) -> None:
        self.dialect = dialect
        self.ids = OrderIds(namespace, secrets.randbits)
        self.book = IntentBook(journal)
        self._clock = caller.clock
        self._sync_clock = caller.sync_clock
        self._signs = signs
        self.resolver = Resolver(self.book, lookup, resolution, self._now, self._ask_time)
        self._lasts = round(resolution.expire * 1000)
        self._site = site
        self._owner = owner
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
            BadParameter: The journal is another client's, site's or key's.
            ClientClosed: It was stopped.
        """
        if self._is_open:
            return
        if self._stopped:
            raise ClientClosed("this client is closed; make a new one")
        if self._opening is None:
            self._opening = asyncio.create_task(self._open(), name="okx journal")
        try:
            await together(self._opening, "the client was closed while its journal was opened")
        finally:
            if self._opening is not None and self._opening.done():
                self._opening = None

    async def _open(self) -> None:
        if not self._clock.known:
            # Without it no order can be told until when it may be taken.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOCK):
                    await self._ask_time()
        records = await self.book.journal.open(self._site, self._owner)
        # Of an earlier run nobody knows when it was sent, only that it was before now.
        now = asyncio.get_running_loop().time()
        self._old = [Intent(replace(record, expires=0), sent=True, sent_at=now) for record in records]
        for intent, record in zip(self._old, records, strict=True):
            intent.dated = bool(record.expires)
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
        known: Sequence[Record] = ()
        with suppress(JournalFailed):
            known = await self.book.find(cl_ord_id) if self._is_open else ()
        return next((one.inst_id for one in known if one.kind is kind and one.verb is Verb.PLACE), "")

    async def fate(self, kinds: Collection[Kind], cl_ord_id: str) -> OkxError | None:
        """Return why nothing will be told of an order, ``None`` when it will or may; see `okx_async.intents.fate`."""
        return await fate(self.book, self.dialect, kinds, cl_ord_id) if self._is_open else None

    def refusal(self, record: Record) -> OkxError | None:
        """Return why there is no such order, ``None`` when there is one or may be."""
        return refusal(self.dialect, record)

    # -- requests

    async def perform(self, request: Request, carry: Carry) -> Any:
        """Send a request about orders and return its typed rows.

        Raises:
            JournalFailed, NotReconciled: Nothing was sent. Cancellations go out all the same: one that nobody has
                written down can double nothing, and a full disk must not keep orders alive.
            NotArrived: It was sent and got lost; nothing was executed.
            OutcomeUnknown: Nobody knows yet; its ``intents`` do, later.
            OkxError: As without intents.
        """
        shape = self.dialect.shapes[request.endpoint.path]
        if not self._is_open:
            await self.open()
        if self._old and shape.verb is not Verb.CANCEL:
            await self.reconciled()
        request, intents = await self._prepare(shape, request)
        try:
            await self.book.begin(intents)
        except JournalFailed as error:
            if shape.verb is not Verb.CANCEL:
                raise
            _log.warning("a cancellation goes out without being written down: %s", error)
            self.book.add(intents)
        try:
            return await self._carried(request, intents, carry)
        except BaseException:
            # Whatever ends the call, at whichever await: no intent is left that nobody looks for.
            for intent in intents:
                self._lost_sight(intent)
            raise

    async def _carried(self, request: Request, intents: list[Intent], carry: Carry) -> Any:
        try:
            result = await carry(request)
        except OkxError as error:
            return await self._failed(request.endpoint, intents, error)
        if not request.endpoint.many:
            self.book.settle(intents[0], Outcome.ACCEPTED, ord_id=self.dialect.ord_id(intents[0].kind, result))
            return result
        return await self._several(request.endpoint, intents, result)

    async def _prepare(self, shape: IntentShape, request: Request) -> tuple[Request, list[Intent]]:
        now = self._now()
        rows: list[Mapping[str, Any]] = []
        intents: list[Intent] = []
        expires = self._expires(shape, request.headers, signed=self._signs(request.endpoint))
        for given in shape.rows(request):
            key = self.ids.make()
            row = {**given, shape.own: key} if shape.own and not given.get(shape.own) else given
            intent = Intent(shape.record(key, row, now, expires))
            if shape.verb is Verb.PLACE and not intent.record.own:
                intent.others = await self._namesakes(intent.record)
            rows.append(row)
            intents.append(intent)
        fields = shape.fields(request, rows)
        return replace(request, fields=fields, late=partial(self._leaving, shape, request.headers, intents)), intents

    def _expires(self, shape: IntentShape, given: Mapping[str, str], *, signed: bool) -> int:
        """Return until when the exchange may take what is sent now, 0 when it cannot be told so.

        Args:
            shape: What is sent.
            given: The caller's headers: a moment of the caller's own counts where it is the earlier one.
            signed: Whether it is signed for a moment of its own.
        """
        lasts = shape.lasts(self._lasts, signed=signed)
        if not self._clock.known or not lasts:
            return 0
        expires = self._now() + lasts
        return min(expires, int(given.get(shape.deadline, expires)))

    async def _namesakes(self, record: Record) -> frozenset[str]:
        """Return the ids of orders that had a client id before: one of the caller's may be used again."""
        known = await self.book.find(record.cl_ord_id) if record.cl_ord_id else ()
        return frozenset(one.ord_id for one in known if one.ord_id and one.kind is record.kind)

    def _leaving(
        self, shape: IntentShape, given: Mapping[str, str], intents: list[Intent], signed: bool
    ) -> Mapping[str, str]:
        """Note that a request leaves now, and say until when the exchange may take it.

        A cancellation that leaves again, because it was refused, is not dated: most of all it has to get through.
        """
        again = shape.verb is Verb.CANCEL and intents[0].sent
        expires = 0 if again else self._expires(shape, given, signed=signed)
        now = asyncio.get_running_loop().time()
        for intent in intents:
            intent.sent, intent.sent_at, intent.dated = True, now, bool(expires)
            intent.record = replace(intent.record, expires=expires)
        return shape.until(expires) if expires else {}

    # -- what came of it

    def _lost_sight(self, intent: Intent) -> None:
        """The answer will not be heard: find out without it, if there is something to find out that is not known."""
        if intent.over:
            return
        if intent.sent:
            self.resolver.pursue(intent)
        else:
            self.book.settle(intent, Outcome.REJECTED, msg=UNSENT)

    async def _failed(self, endpoint: Endpoint, intents: list[Intent], error: OkxError) -> Any:
        """Return what came of it all the same, or raise."""
        if not self._open_to_doubt(error, intents):
            if isinstance(error, ClockSkew) and intents[0].dated:
                error.hint += f"; or the line took longer than the {self._lasts / 1000:g} s of `Resolution.expire`"
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
        if not endpoint.many:
            return self._told(endpoint, intents[0], error)
        if all(intent.outcome is Outcome.REJECTED and not intent.code and not _too_late(intent) for intent in intents):
            raise NotArrived("; ".join(intent.story for intent in intents)) from error
        return [self._row(endpoint, intent) for intent in intents]

    def _told(self, endpoint: Endpoint, intent: Intent, error: OkxError) -> Any:
        """Return or raise what a single request would have, had its answer come."""
        if intent.outcome is Outcome.ACCEPTED or _too_late(intent):
            return self._row(endpoint, intent)
        if intent.code:
            raise self.dialect.codes.refusal(
                intent.code, intent.msg, where=f"{endpoint.method} {endpoint.path}"
            ) from error
        raise NotArrived(intent.story) from error

    async def _several(self, endpoint: Endpoint, intents: list[Intent], rows: list[Any]) -> list[Any]:
        """Settle each order of a batch by its own row; rows that leave it open are looked up."""
        rows = self.dialect.sort([intent.record for intent in intents], rows)
        for intent, row in zip(intents, rows, strict=True):
            said = self.dialect.said(row) if row is not None else None
            intent.heard = row is None
            if said is None or (said.code in self.dialect.taken and intent.record.own):
                self._lost_sight(intent)
            elif said.code == "0":
                self.book.settle(intent, Outcome.ACCEPTED, ord_id=self.dialect.ord_id(intent.kind, row))
            else:
                self.book.settle(intent, Outcome.REJECTED, code=said.code, msg=said.msg)
        doubtful = [intent for intent in intents if not intent.over]
        if not doubtful:
            return rows
        await self.resolver.wait(intents)
        self._hand_over(intents)
        found = [intent for intent in doubtful if intent.outcome is Outcome.ACCEPTED]
        return [
            self._row(endpoint, intent) if row is None or intent in found else row
            for intent, row in zip(intents, rows, strict=True)
        ]

    def _hand_over(self, intents: list[Intent]) -> None:
        for intent in intents:
            self.book.hand_over(intent)

    async def _gone(self, endpoint: Endpoint, intent: Intent, error: OkxError) -> Any:
        """Return the row of a cancellation that came too late, ``None`` for every other refusal.

        Some codes stand for an order that is over as well as for one that never was, so somebody is asked: the
        journal, or the exchange.
        """
        code = getattr(error, "code", None) or ""
        if endpoint.many or code not in self.dialect.gone or intent.verb is not Verb.CANCEL:
            return None
        if code in self.dialect.or_never_was and not await self._was_there(intent):
            return None
        return self._row(endpoint, intent, code, getattr(error, "msg", ""))

    async def _was_there(self, intent: Intent) -> bool:
        """Tell whether the order of an intent is over, rather than unknown."""
        with suppress(JournalFailed):  # the exchange may know it all the same
            for one in await self.book.find(intent.cl_ord_id) if intent.cl_ord_id else ():
                if one.verb is Verb.PLACE and one.outcome is Outcome.ACCEPTED:
                    return True
        intent.row = await self.resolver.find(intent.record)
        return intent.row is not None and intent.row.state in FINAL

    def _open_to_doubt(self, error: OkxError, intents: list[Intent]) -> bool:
        """Tell whether an order may stand although its request failed."""
        if isinstance(error, OutcomeUnknown):
            return True
        if isinstance(error, Unavailable):
            return error.code in self.dialect.vague
        # Nobody else can have used an id that was made here: the order is there.
        return isinstance(error, Refused) and error.code in self.dialect.taken and intents[0].record.own

    def _row(self, endpoint: Endpoint, intent: Intent, code: str = "", msg: str = "") -> Any:
        """Return the row a request would have been answered with.

        Args:
            endpoint: Whose row.
            intent: What was found out.
            code: What the exchange has said, ``""`` when it has not been heard.
            msg: The same in words.
        """
        done = intent.outcome is Outcome.ACCEPTED and not code
        code = code or intent.code or (self.dialect.too_late(intent.kind) if _too_late(intent) else "")
        ord_id, name = ids(intent.kind, intent.row)
        told = "" if done else msg or intent.msg
        known = Known(
            intent.record, intent.ord_id or ord_id, intent.cl_ord_id or name, intent.row, "0" if done else code, told
        )
        return self.dialect.answer(row_type(endpoint), known)


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
