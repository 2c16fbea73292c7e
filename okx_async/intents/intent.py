"""One intent while it lives: its outcome, and how to wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..core.intent import Kind, Outcome, Record, Verb
from ..errors import TimedOut

__all__ = ["Intent"]


class Intent:
    """What a client means to do with one order, and what became of it.

    Attributes:
        record: What the journal keeps of it.
        row: The order as the exchange told it last while the outcome was looked for, ``None`` when it did not; of V3
            in V5's words, with the exchange's own behind its ``row``.
        looks: How often the exchange was asked for it.
        trouble: What stood in the way of the last look, ``""`` for nothing.
        sent: Whether it has left this machine, as far as that is known: always, for intents of an earlier run.
        heard: Whether its request was answered with nothing about it, so that it is not on its way any more.
        sent_at: When it was sent last, by the loop's clock.
        dated: Whether the exchange was told until when it may take it, if it was sent at all.
        handed_over: Whether its call has given up and raised `OutcomeUnknown`, while looking goes on.
        others: Exchange ids that earlier orders had under the same client id.
    """

    __slots__ = (
        "_over",
        "_waiter",
        "dated",
        "handed_over",
        "heard",
        "looks",
        "others",
        "record",
        "row",
        "sent",
        "sent_at",
        "trouble",
    )

    def __init__(self, record: Record, *, sent: bool = False, sent_at: float = 0.0) -> None:
        self.record = record
        self.row: Any = None
        self.looks = 0
        self.trouble = ""
        self.sent = sent
        self.heard = False
        self.sent_at = sent_at
        self.dated = False
        self.handed_over = False
        self.others: frozenset[str] = frozenset()
        self._over = record.outcome is not Outcome.UNKNOWN
        self._waiter: asyncio.Event | None = None

    def __repr__(self) -> str:
        return f"<Intent {self.record.name}: {self.outcome}>"

    @property
    def verb(self) -> Verb:
        """What is to happen."""
        return self.record.verb

    @property
    def kind(self) -> Kind:
        """To which sort of order."""
        return self.record.kind

    @property
    def inst_id(self) -> str:
        """The instrument or spread, ``""`` where the request named none."""
        return self.record.inst_id

    @property
    def cl_ord_id(self) -> str:
        """The order's client id, ``""`` where it is called by the exchange's id alone."""
        return self.record.cl_ord_id

    @property
    def ord_id(self) -> str:
        """The exchange's id of the order, ``""`` while it is not known."""
        return self.record.ord_id

    @property
    def req_id(self) -> str:
        """The client id of an amendment, ``""`` for everything else."""
        return self.record.req_id

    @property
    def fields(self) -> Mapping[str, Any]:
        """The order as it is sent, by wire name."""
        return self.record.fields

    @property
    def outcome(self) -> Outcome:
        """What became of it, as far as it is known now."""
        return self.record.outcome

    @property
    def code(self) -> str:
        """The exchange's code when it was rejected, ``""`` when the exchange gave none."""
        return self.record.code

    @property
    def msg(self) -> str:
        """Why, in one sentence."""
        return self.record.msg

    @property
    def over(self) -> bool:
        """Whether nothing more will be found out; also when the outcome stays unknown."""
        return self._over

    async def resolved(self, timeout: float | None = None) -> Intent:
        """Wait until the outcome is known, and return the intent itself.

        Args:
            timeout: Seconds; ``None`` waits as long as it takes.

        Raises:
            TimedOut: It is not known yet; looking goes on.
        """
        if not self._over:
            if self._waiter is None:
                self._waiter = asyncio.Event()
            try:
                async with asyncio.timeout(timeout):
                    await self._waiter.wait()
            except TimeoutError:
                raise TimedOut(self.story) from None
        return self

    @property
    def story(self) -> str:
        """All that is known, in one sentence."""
        told = f"{self.record.name}: {self.outcome}"
        if self.msg:
            told += f", {self.code} {self.msg}" if self.code else f", {self.msg}"
        if not self._over:
            told += f"; asked {self.looks} times"
            told += f", at last: {self.trouble}" if self.trouble else ", no trace of it so far"
        return told

    def settle(self, outcome: Outcome, *, ord_id: str = "", code: str = "", msg: str = "") -> bool:
        """Say what became of it; the first word counts. Returns whether this was the first."""
        if self._over:
            if ord_id and not self.record.ord_id:
                self.record = replace(self.record, ord_id=ord_id)
            return False
        self._over = True
        self.record = replace(self.record, outcome=outcome, ord_id=ord_id or self.record.ord_id, code=code, msg=msg)
        if self._waiter is not None:
            self._waiter.set()
        return True

    def abandon(self) -> None:
        """Let nobody wait any longer: the client closes, and whoever opens the journal next looks for it."""
        if not self._over:
            self._over = True
            self.record = replace(self.record, msg="the client was closed before it was known")
            if self._waiter is not None:
                self._waiter.set()
