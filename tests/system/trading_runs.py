"""Seeded trading with random faults: what the client says became of its orders, beside what the exchange really has."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from okx_async import MemoryJournal, OkxError, OutcomeUnknown, Resolution, Timeouts
from okx_async.core.intent import Kind, Outcome, Record, Verb
from okx_async.core.retry import Backoff, Retry
from okx_async.intents.intent import Intent
from okx_async.sim import Exchange, warp
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault

from .manners import MANNERS, Manner
from .order_sorts import ALGO, CLOSE, INST, RFQ, SPREAD, Sort

__all__ = ["HARMS", "Report", "harms", "run", "verdicts"]

TIMES = Timeouts(connect=2.0, read=2.0, total=3.0, reply=2.0)
BACK_WITHIN = 5.0
"""Simulated seconds after the line is back within which every outcome is known, whatever sort of order it is of."""
SET_BACK = 25.0
"""The same where the exchange's clock was set back: it may then take late requests for longer."""
UNDATED = 32.0
"""The same for what nothing can date: spread orders over the socket that got lost."""


class Ledger(MemoryJournal):
    """A journal that forgets nothing, and knows in which order things were written."""

    def __init__(self) -> None:
        super().__init__(keep=1_000_000)
        self.latest: dict[str, Record] = {}

    async def write(self, records: Sequence[Record]) -> None:
        self.latest |= {record.key: record for record in records}
        await super().write(records)


@dataclass
class Report:
    """What a run showed.

    Attributes:
        wrong: What must not be, in sentences.
        outcomes: How often intents ended how.
        faults: How often what went wrong.
        doubts: How many intents had to be looked for.
        took: Simulated seconds from the line's return until all was known.
        set_back: Whether the exchange's clock was set, perhaps back.
    """

    wrong: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    doubts: int = 0
    took: float = 0.0
    set_back: bool = False


class Trader:
    """Does random things with orders, whatever goes wrong meanwhile."""

    def __init__(self, manner: Manner, sim: Exchange, dice: random.Random, report: Report) -> None:
        self.manner = manner
        self.sim = sim
        self.dice = dice
        self.report = report
        self.names: list[str] = []
        self.others: list[tuple[Sort, str]] = []
        self.asked: list[Any] = []

    async def act(self) -> None:
        """Do one thing."""
        manner, dice = self.manner, self.dice
        others = ("other", "other", "close") if manner.sorts else ()
        deed = dice.choice(("place", "place", "place", "batch", "amend", "cancel", "cancels", *others))
        try:
            if deed == "other":
                await self.other()
            elif deed == "close":
                await self.close()
            elif deed == "place" or not self.names:
                self.names.append(await manner.place(manner.order(dice)))
            elif deed == "batch":
                self.names += await manner.batch([manner.order(dice) for _ in range(dice.randint(2, 5))])
            elif deed == "amend":
                await manner.amend(dice.choice(self.names), dice)
            elif deed == "cancel":
                await manner.cancel(dice.choice(self.names))
            else:
                await manner.cancels(dice.sample(self.names, min(2, len(self.names))))
        except OutcomeUnknown as error:
            self.asked += error.intents
            self.report.doubts += len(error.intents)
        except OkxError:
            pass

    async def other(self) -> None:
        """Do one thing with a spread order, an algo order or an RFQ."""
        okx = self.manner.client
        sort, name = self.dice.choice([*((sort, "") for sort in (*self.manner.sorts, RFQ)), *self.others[-2:]])
        if not name:
            self.others.append((sort, await sort.place(okx, None)))
        elif sort is SPREAD and self.dice.random() < 0.5:
            await okx.spread.amend_order(cl_ord_id=name, new_sz=self.dice.choice(("0.03", "0.04")))
        elif sort is ALGO and self.dice.random() < 0.5:
            price = self.dice.choice(("29000", "28000"))
            await okx.algo.amend_algo_order(INST, algo_cl_ord_id=name, new_trigger_px=price)
        else:
            await sort.cancel(okx, name)

    async def close(self) -> None:
        """Open a position, and close it."""
        await CLOSE.ready(self.manner.client)
        await CLOSE.place(self.manner.client, None)

    def harm(self) -> None:
        """Let something go wrong."""
        sim, dice = self.sim, self.dice
        kind = dice.choice(harms(self.manner))
        self.report.faults[kind] += 1
        HARMS[kind](self.manner, sim, dice)
        self.report.set_back |= kind == "skew"


def _rest(kind: str, **more: Any) -> Any:
    def plan(manner: Manner, sim: Exchange, dice: random.Random) -> None:
        args = {name: value(dice) if callable(value) else value for name, value in more.items()}
        path = dice.choice(manner.paths)
        sim.faults.rest.add(RestFault(kind, path, times=dice.randint(1, 2), **args))

    return plan


def _op(kind: str, **more: Any) -> Any:
    def plan(manner: Manner, sim: Exchange, dice: random.Random) -> None:
        args = {name: value(dice) if callable(value) else value for name, value in more.items()}
        sim.faults.requests.ops.add(OpFault(kind, times=dice.randint(1, 2), **args))

    return plan


def _maybe(dice: random.Random) -> bool:
    return dice.random() < 0.5


def _while(dice: random.Random) -> float:
    return round(dice.uniform(0.1, 7.0), 2)


def _lines(kind: str) -> Any:
    return lambda manner, sim, dice: getattr(sim.lines, kind)(endpoint=manner.endpoint)


HARMS: dict[str, Any] = {
    "rest_reset": _rest("rest_reset", executed=_maybe),
    "rest_slow": _rest("rest_slow", executed=_maybe, seconds=_while),
    "rest_html": _rest("rest_html", executed=_maybe),
    "rest_unknown": _rest("rest_unknown", executed=_maybe),
    "rest_cut": _rest("rest_cut"),
    "rest_empty": _rest("rest_empty"),
    "rest_wrong_json": _rest("rest_wrong_json"),
    "rest_429": _rest("rest_429"),
    "op_lost": _op("op_lost"),
    "op_reply_lost": _op("op_reply_lost"),
    "op_reply_late": _op("op_reply_late", seconds=_while),
    "op_reply_twice": _op("op_reply_twice"),
    "op_unknown": _op("op_unknown", executed=_maybe),
    "op_refuse": _op("op_refuse"),
    "op_cut": _op("op_cut"),
    "reset_tcp": _lines("reset_tcp"),
    "half_open": _lines("half_open"),
    "outage": lambda manner, sim, dice: sim.outage(_while(dice)),
    "skew": lambda manner, sim, dice: sim.skew(dice.choice((-180.0, -2.0, 0.0, 2.0, 180.0))),
    "records_lag": lambda manner, sim, dice: sim.panel.records_lag(dice.choice((0.0, 0.3, 0.8))),
    "system_cancel": lambda manner, sim, dice: sim.panel.system_cancel(),
    "drop": lambda manner, sim, dice: sim.faults.drop(manner.channel, action="any", times=3),
    "duplicate": lambda manner, sim, dice: sim.faults.duplicate(manner.channel, action="any", times=3),
}


def harms(manner: Manner | type[Manner]) -> list[str]:
    """Return what can go wrong in a dialect."""
    return sorted(kind for kind in HARMS if manner.operations or not kind.startswith("op_"))


def run(dialect: str, seed: int, deeds: int = 20) -> Report:
    """Trade once, in simulated time."""
    return warp.run(trade(dialect, seed, deeds))


async def trade(dialect: str, seed: int, deeds: int) -> Report:
    """Trade while things go wrong; then let the line come back, and compare."""
    dice = random.Random(seed)
    report, journal = Report(), Ledger()
    kinds = MANNERS[dialect]
    async with Exchange(seed=seed, rate=0) as sim:
        manner = kinds[seed % len(kinds)].of(
            sim.site,
            sim.credentials[0],
            dice,
            [each.inst_id for each in sim.instruments],
            journal=journal,
            namespace="run",
            resolution=Resolution(patience=dice.choice((0.0, 1.0, 10.0))),
            timeouts=TIMES,
            backoff=Backoff(0.1, 1.0),
            retry=Retry(3, Backoff(0.1, 0.5)),
        )
        await manner.fund(sim.site, sim.credentials[0])
        async with manner.client as okx:
            async with contextlib.AsyncExitStack() as stack:
                if dice.random() < 0.5:
                    listening = await stack.enter_async_context(okx.subscribe(manner.topic()))
                    await listening.ready()
                trader = Trader(manner, sim, dice, report)
                # Several at a time, as bots do: faults meet orders in every state.
                for _ in range(deeds // 2):
                    if dice.random() < 0.5:
                        trader.harm()
                    await asyncio.gather(trader.act(), trader.act())
                    await asyncio.sleep(dice.uniform(0, 0.5))
                await _back(sim)
                await _known(okx, report, BACK_WITHIN, manner.undatable)
    report.wrong += verdicts(sim, journal.latest.values())
    report.outcomes.update(f"{record.verb} {record.outcome}" for record in journal.latest.values())
    report.doubts += len(trader.asked)
    return report


async def _back(sim: Exchange) -> None:
    """Let everything work again."""
    sim.faults.clear()
    sim.panel.records_lag(0)
    while sim.accounts is not None and sim._doors.shut:
        await asyncio.sleep(0.1)


async def _known(okx: Any, report: Report, within: float, undatable: Collection[Kind]) -> None:
    """Wait until every outcome is known; only those of some sorts may take long, and only when they were lost."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def took(intent: Intent) -> tuple[Intent, float]:
        return await intent.resolved(), loop.time() - began

    try:
        async with asyncio.timeout(60):
            known = await asyncio.gather(*(took(intent) for intent in okx.orders.open))
    except TimeoutError:
        report.wrong += [f"never known: {intent.story}" for intent in okx.orders.open]
        return
    for intent, seconds in known:
        lost = intent.outcome is Outcome.REJECTED and intent.kind in undatable and intent.verb is not Verb.CANCEL
        if seconds > (UNDATED if lost else SET_BACK if report.set_back else within):
            report.wrong.append(f"{intent.story}, {seconds:.1f} s after the line was back")
    report.took = max((seconds for _, seconds in known), default=0.0)


def verdicts(sim: Exchange, records: Any) -> list[str]:
    """Return where what the client says differs from what the exchange has."""
    records = list(records)
    mine = list(sim.venue.orders.history(sim.user().uid))
    others = {Kind.SPREAD: SPREAD, Kind.ALGO: ALGO, Kind.RFQ: RFQ}
    own = [record for record in records if record.kind not in others]
    wrong = _compare([(order.ticket.cl_ord_id, order.open) for order in mine], own)
    wrong += _resized({(order.ticket.cl_ord_id, str(order.ord_id)): Decimal(order.size) for order in mine}, own)
    for kind, sort in others.items():
        there = [(name, state in ("live", "partially_filled")) for name, state in sort.there(sim)]
        wrong += _compare(there, [record for record in records if record.kind is kind])
    return wrong


def _resized(sizes: Mapping[tuple[str, str], Decimal], records: list[Record]) -> Iterator[str]:
    """Yield which orders are not as large as their amendments say; of several that were taken any may be the last."""
    for names, size in sizes.items():
        accepted = (record for record in records if record.outcome is Outcome.ACCEPTED)
        about = [record for record in accepted if record.cl_ord_id in names or record.ord_id in names]
        placed = [_said(record, "sz", "size") for record in about if record.verb is Verb.PLACE]
        amended = [_said(record, "newSz", "new_size") for record in about if record.verb is Verb.AMEND]
        # What closes a position does not say how large it is.
        if any(amended or placed) and size not in map(Decimal, amended or placed):
            yield f"{names[0]} is {size} large, and was made {', '.join(amended or placed)}"


def _said(record: Record, *names: str) -> str:
    """Return a field of an order, whatever its dialect calls it; ``""`` where it has none."""
    return next((str(record.fields[name]) for name in names if name in record.fields), "")


def _compare(orders: Iterable[tuple[str, bool]], records: list[Record]) -> list[str]:
    """Compare records with the client ids of what there is, and whether that is open."""
    wrong: list[str] = []
    real: dict[str, list[bool]] = {}
    for name, is_open in orders:
        real.setdefault(name, []).append(is_open)
    placed = {record.cl_ord_id: record for record in records if record.verb is Verb.PLACE}
    wrong += [f"{name} is there {len(found)} times" for name, found in real.items() if len(found) > 1]
    wrong += [f"{name} was never written down" for name in real if name not in placed]
    for name, record in placed.items():
        wanted, found = {Outcome.ACCEPTED: 1, Outcome.REJECTED: 0}.get(record.outcome), len(real.get(name, ()))
        if found != wanted:
            wrong.append(f"{name} is called {record.outcome} ({record.code} {record.msg}) and is there {found} times")
    for record in records:
        if record.verb is Verb.CANCEL and record.outcome is Outcome.ACCEPTED and any(real.get(record.cl_ord_id, ())):
            wrong.append(f"{record.cl_ord_id} is called cancelled and is open")
        if record.outcome is Outcome.UNKNOWN:
            wrong.append(f"{record.name} is not known: {record.msg}")
    return wrong
