"""RFQs, quotes and what trades at them have one outcome as well: found out on the simulator, whatever is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from okx_async import OKX, NotArrived, NotFound, Outcome, OutcomeUnknown, Refused, Resolution
from okx_async.core.intent import Kind, Record, Verb
from okx_async.errors import Unavailable
from okx_async.intents.intent import Intent
from okx_async.intents.lookup_block import BlockLookup
from okx_async.sim import Exchange
from okx_async.sim.accounts.people import User
from okx_async.sim.accounts.rfqs import code_of
from okx_async.v5 import channels
from okx_async.v5.chapters import V5Chapters
from okx_async.v5.models.block import BlockTrade, Rfq
from tests.sim.accounts.desk import ask

from .test_intents import HASTY, lose, warped
from .trading_runs import Ledger

SPOT = "BTC-USDT"
LEG = {"inst_id": SPOT, "sz": "0.2", "side": "buy"}
MADE = 1_767_225_600_000
KINDS = ["rest_reset", "rest_html", "rest_unknown", "rest_slow", "rest_cut"]


@dataclass
class Pit:
    """Two who trade blocks with each other.

    Attributes:
        sim: The exchange.
        taker: Asks.
        maker: Answers.
    """

    sim: Exchange
    taker: OKX
    maker: OKX

    async def rfq(self, name: str | None = None) -> Rfq:
        """Ask."""
        return await self.taker.block.create_rfq([code_of(self.user(maker=True))], [LEG], cl_rfq_id=name)

    async def quote(self, rfq: Rfq, name: str | None = None, px: str = "61000") -> Any:
        """Answer."""
        return await self.maker.block.create_quote(rfq.rfq_id or "", "sell", [LEG | {"px": px}], cl_quote_id=name)

    def user(self, *, maker: bool = False) -> User:
        """Return one of them as the exchange knows them."""
        return self.sim.user(2 if maker else 0)

    def there(self, path: str) -> list[dict[str, Any]]:
        """Return what the exchange has: RFQs, quotes or trades."""
        return ask(self.sim, self.user(maker=path == "quotes"), "GET", f"rfq/{path}")


@asynccontextmanager
async def pit(**options: Any) -> AsyncIterator[Pit]:
    """Open the exchange and both clients."""
    async with Exchange(seed=3, rate=0) as sim:
        given = HASTY | options
        async with OKX(sim.credentials[0], site=sim.site, **given) as taker:
            async with OKX(sim.credentials[2], site=sim.site, **given) as maker:
                yield Pit(sim, taker, maker)


@dataclass(frozen=True)
class Deed:
    """One thing that is asked of the exchange.

    Attributes:
        name: What it is called.
        kind: As what it is written down.
        path: Where it goes.
        asked: Where it is looked for.
        prepare: Brings about what it needs.
        do: Does it, under a name where it can have one; returns the row.
        table: Where the exchange has it.
        client: Whose it is.
        topic: Which channel tells of it.
    """

    name: str
    kind: Kind
    path: str
    asked: str
    prepare: Callable[[Pit], Coroutine[Any, Any, Any]]
    do: Callable[[Pit, Any, str | None], Coroutine[Any, Any, Any]]
    table: str
    client: Callable[[Pit], OKX]
    topic: Callable[[], Any]


async def _nothing(here: Pit) -> None:
    await here.taker.block.rfqs()


async def _asked(here: Pit) -> Rfq:
    return await here.rfq()


async def _answered(here: Pit) -> Any:
    rfq = await here.rfq()
    return await here.quote(rfq)


async def _execute(here: Pit, quote: Any, _: str | None) -> BlockTrade:
    return await here.taker.block.execute_quote(quote.rfq_id, quote.quote_id)


ASK = Deed(
    "ask", Kind.RFQ, "/api/v5/rfq/create-rfq", "/api/v5/rfq/rfqs",
    _nothing, lambda here, _, name: here.rfq(name), "rfqs", lambda here: here.taker, channels.rfqs,
)  # fmt: skip
ANSWER = Deed(
    "answer", Kind.QUOTE, "/api/v5/rfq/create-quote", "/api/v5/rfq/quotes",
    _asked, lambda here, rfq, name: here.quote(rfq, name), "quotes", lambda here: here.maker, channels.quotes,
)  # fmt: skip
TRADE = Deed(
    "trade", Kind.BLOCK, "/api/v5/rfq/execute-quote", "/api/v5/rfq/trades",
    _answered, _execute, "trades", lambda here: here.taker, channels.struc_block_trades,
)  # fmt: skip
each_deed = pytest.mark.parametrize("deed", [ASK, ANSWER, TRADE], ids=lambda deed: deed.name)


@each_deed
@pytest.mark.parametrize("kind", ["", *KINDS])
@warped
async def test_a_reply_that_is_lost_is_found_out(deed: Deed, kind: str) -> None:
    """It is there once, and the call returns what the exchange has."""
    async with pit() as here:
        needed = await deed.prepare(here)
        if kind:
            lose(here.sim, kind, deed.path, executed=kind != "rest_cut", seconds=5.0)
        row = await deed.do(here, needed, None)
        (there,) = here.there(deed.table)
        assert (row.rfq_id, getattr(row, "quote_id", None)) == (there["rfqId"], there.get("quoteId"))
        assert row.legs[0].inst_id == SPOT
        okx = deed.client(here)
        assert okx.orders.open == []
        if deed is not TRADE:
            name = row.cl_rfq_id if deed is ASK else row.cl_quote_id
            assert okx.orders.mine(name)
            (record,) = await okx.orders.history(name)
            assert (record.kind, record.outcome) == (deed.kind, Outcome.ACCEPTED)
            assert record.ord_id == there["rfqId" if deed is ASK else "quoteId"]


@each_deed
@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown", "rest_slow"])
@warped
async def test_a_request_that_is_lost_is_found_out(deed: Deed, kind: str) -> None:
    """Soon, for nothing of it can come any more; nothing is sent again, and the caller may."""
    async with pit(resolution=Resolution(patience=0)) as here:
        needed = await deed.prepare(here)
        lose(here.sim, kind, deed.path, seconds=6.0)
        with pytest.raises(OutcomeUnknown) as caught:
            await deed.do(here, needed, "mine")
        (intent,) = caught.value.intents
        began = asyncio.get_running_loop().time()
        await intent.resolved()
        assert asyncio.get_running_loop().time() - began < 5
        assert intent.outcome is Outcome.REJECTED
        await asyncio.sleep(20)
        assert here.there(deed.table) == []
        await deed.do(here, needed, "mine")
        assert len(here.there(deed.table)) == 1


@each_deed
@warped
async def test_it_may_arrive_while_it_is_looked_for(deed: Deed) -> None:
    async with pit() as here:
        needed = await deed.prepare(here)
        lose(here.sim, "rest_slow", deed.path, seconds=2.5)
        row = await deed.do(here, needed, None)
        assert [one["rfqId"] for one in here.there(deed.table)] == [row.rfq_id]


@each_deed
@warped
async def test_its_channel_is_heard_first(deed: Deed) -> None:
    """However long REST is away."""
    async with pit() as here, deed.client(here).subscribe(deed.topic()) as rows:
        await rows.ready()
        needed = await deed.prepare(here)
        lose(here.sim, "rest_reset", deed.path, executed=True)
        lose(here.sim, path=deed.asked, times=1000)
        row = await deed.do(here, needed, None)
        assert row.rfq_id == here.there(deed.table)[0]["rfqId"]


@warped
async def test_a_block_trade_that_failed_was_refused() -> None:
    """The answer is lost, and the list tells of the failure."""
    async with pit() as here:
        quote = await _answered(here)
        await here.maker.trade.place_order(SPOT, "cash", "sell", "market", sz="4.9")  # the coins it would need
        lose(here.sim, path=TRADE.path, executed=True)
        with pytest.raises(Refused) as caught:
            await _execute(here, quote, None)
        (failed,) = here.there("trades")
        assert (failed["isSuccessful"], caught.value.code) == (False, failed["errorCode"])


@warped
async def test_refusals_are_outcomes() -> None:
    async with pit() as here:
        with pytest.raises(Refused) as caught:
            await here.taker.block.create_rfq(["nobody"], [LEG], cl_rfq_id="mine")
        (record,) = await here.taker.orders.history("mine")
        assert (record.outcome, record.code) == (Outcome.REJECTED, caught.value.code)
        await here.rfq("mine")
        with pytest.raises(Refused):
            await here.rfq("mine")
        outcomes = [one.outcome for one in await here.taker.orders.history("mine")]
        assert outcomes == [Outcome.REJECTED, Outcome.ACCEPTED, Outcome.REJECTED]
        assert len(here.there("rfqs")) == 1


# -- cancelling


@pytest.mark.parametrize("table", ["rfqs", "quotes"])
@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_a_cancellation_is_found_out(table: str, executed: bool) -> None:
    async with pit() as here:
        quote = await here.quote(await here.rfq("r"), "q")
        assert quote.cl_quote_id == "q"

        async def cancel() -> Any:
            if table == "rfqs":
                return await here.taker.block.cancel_rfq(cl_rfq_id="r")
            return await here.maker.block.cancel_quote(quote_id=quote.quote_id)

        lose(here.sim, path=f"/api/v5/rfq/cancel-{table[:-1]}", executed=executed)
        with contextlib.nullcontext() if executed else pytest.raises(NotArrived):
            assert (await cancel()).s_code == "0"
        assert here.there(table)[0]["state"] == ("canceled" if executed else "active")
        if executed:
            late = await cancel()
            assert late.already_gone
            assert late.s_code == ("70200" if table == "rfqs" else "70400")


@warped
async def test_what_never_was_cannot_be_cancelled() -> None:
    async with pit() as here:
        with pytest.raises(NotFound):
            await here.taker.block.cancel_rfq(cl_rfq_id="never")


# -- many, by path, after a restart


@warped
async def test_many_quotes_that_are_lost_are_known_soon() -> None:
    """They may be asked for twice in 2 s: one reading serves all of them."""
    async with pit(resolution=Resolution(patience=0)) as here:
        rfqs = [await here.rfq() for _ in range(12)]
        for executed in (True, False):
            lose(here.sim, path=ANSWER.path, times=6, executed=executed)
        calls = await asyncio.gather(*(here.quote(rfq) for rfq in rfqs), return_exceptions=True)
        assert all(isinstance(call, OutcomeUnknown) for call in calls)
        began = asyncio.get_running_loop().time()
        intents = [call.intents[0] for call in calls if isinstance(call, OutcomeUnknown)]
        for intent in intents:
            await intent.resolved()
        assert asyncio.get_running_loop().time() - began < 5
        assert sorted(one.outcome for one in intents) == [Outcome.ACCEPTED] * 6 + [Outcome.REJECTED] * 6
        taken = {one.cl_ord_id for one in intents if one.outcome is Outcome.ACCEPTED}
        assert {row["clQuoteId"] for row in here.there("quotes")} == taken


@warped
async def test_an_rfq_by_path_has_an_intent() -> None:
    """Its row has the shape the exchange gives it, whether it comes or is found out."""
    async with pit() as here:
        fields = {"counterparties": [code_of(here.user(maker=True))], "legs": [
            {"instId": SPOT, "sz": "0.2", "side": "buy"}
        ]}  # fmt: skip
        (heard,) = await here.taker.request("POST", ASK.path, fields)
        lose(here.sim, path=ASK.path, executed=True)
        (found,) = await here.taker.request("POST", ASK.path, fields)
        assert [row["rfqId"] for row in here.there("rfqs")] == [found["rfqId"], heard["rfqId"]]
        assert here.taker.orders.mine(found["clRfqId"])
        assert found["legs"][0]["instId"] == heard["legs"][0]["instId"] == SPOT
        assert found["allowPartialExecution"] is heard["allowPartialExecution"] is False


@each_deed
@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_the_next_client_of_the_journal_finds_it_out(deed: Deed, executed: bool) -> None:
    async with pit(resolution=Resolution(patience=0)) as here:
        needed = await deed.prepare(here)
        journal, keys = Ledger(), here.sim.credentials[2 if deed is ANSWER else 0]
        given = HASTY | {"journal": journal, "resolution": Resolution(patience=0)}
        async with OKX(keys, site=here.sim.site, **given) as okx:
            mine = Pit(here.sim, okx, okx)
            lose(here.sim, path=deed.path, executed=executed)
            lose(here.sim, path="/api/v5/rfq/*s", times=1000)
            with pytest.raises(OutcomeUnknown) as caught:
                await deed.do(mine, needed, None)
        here.sim.faults.clear()
        (left,) = caught.value.intents
        assert isinstance(left, Intent)
        async with OKX(keys, site=here.sim.site, **given | {"resolution": Resolution()}) as okx:
            await okx.orders.reconciled()
            await okx.orders.history("")  # so that outcomes are written down
        assert journal.latest[left.record.key].outcome is (Outcome.ACCEPTED if executed else Outcome.REJECTED)
        assert len(here.there(deed.table)) == executed


# -- looking up


class Lists:
    """Answers what is asked for, and remembers what that was."""

    def __init__(self, *pages: list[Any], state: str = "active") -> None:
        self.block = self
        self.pages = list(pages)
        self.state = state
        self.asked: list[dict[str, Any]] = []

    async def quotes(self, **given: Any) -> list[Any]:
        """Return the next page."""
        self.asked.append(given)
        return self.pages.pop(0) if self.pages else []

    async def rfqs(self, **given: Any) -> list[Any]:
        """Return the RFQ that is asked for."""
        return [Rfq(rfq_id=given["rfq_id"], state=self.state)]

    @property
    def lookup(self) -> BlockLookup:
        """Return a look-up that asks here."""
        return BlockLookup(cast("V5Chapters", self))


def record(kind: Kind, **more: Any) -> Record:
    """Return an intent."""
    values: dict[str, Any] = {"key": "k", "inst_id": "", "cl_ord_id": "a", "ord_id": "", "req_id": ""}
    return Record(verb=Verb.PLACE, kind=kind, **values | {"made": MADE, "own": True} | more)


def quoted(name: str, number: int, ms: int = MADE) -> Any:
    """Return a row of the list of quotes."""
    return SimpleNamespace(quote_id=str(number), cl_quote_id=name, c_time=ms)


async def test_a_block_trade_that_is_under_way_is_not_called_lost() -> None:
    """The RFQ says so; before it is over, nobody knows."""
    trade = record(Kind.BLOCK, cl_ord_id="", ord_id="7", fields={"rfqId": "3", "quoteId": "7"})
    with pytest.raises(Unavailable, match="RFQ 3 is being executed"):
        await Lists(state="pending_fill").lookup.arrived(trade)
    await Lists().lookup.arrived(trade)


async def test_lists_are_turned_until_the_quotes_are_too_old() -> None:
    """And of a list that does not end soon enough each is asked for by its own name."""
    full = [quoted("x", 1000 - at) for at in range(100)]
    old = [quoted("x", at, MADE - 61_000) for at in range(100, 0, -1)]
    two = [record(Kind.QUOTE, cl_ord_id=name) for name in ("a", "b")]

    async def both(there: Lists) -> list[Any]:
        lookup = there.lookup
        return [row and row.quote_id for row in await asyncio.gather(*(lookup.order(one) for one in two))]

    there = Lists(full, [quoted("b", 9), *old])
    assert await both(there) == [None, "9"]
    assert there.asked == [{"limit": 100}, {"limit": 100, "end_id": "901"}]
    there = Lists(full, full, full, [quoted("a", 3)])
    assert await both(there) == ["3", None]
    assert there.asked[3:] == [{"cl_quote_id": "a"}, {"cl_quote_id": "b"}]


async def test_a_name_that_looks_like_a_number_is_a_name() -> None:
    """Somebody else's quote has that number."""
    there = Lists([quoted("", 7)])
    assert await there.lookup.order(record(Kind.QUOTE, cl_ord_id="7")) is None
