"""One order, one outcome, in V3: how each product's orders are named, sent, looked up, and read in V5's words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from okx_async import BadParameter, NotArrived, NotFound, OKEx, Outcome, Resolution, Timeouts
from okx_async.core.intent import Kind, Known, Record, Verb
from okx_async.core.retry import Backoff, Retry
from okx_async.errors import Refused, Unavailable
from okx_async.intents.judge import by_push
from okx_async.intents.lookup_v3 import LookupV3
from okx_async.sim import Exchange, warp
from okx_async.sim.rest_faults import RestFault
from okx_async.v3 import channels
from okx_async.v3.chapters import V3Chapters
from okx_async.v3.intents import GONE, SHAPES, V3_INTENTS, told
from okx_async.v3.models.orders import ContractOrder, OptionOrder, OrderResult, SpotOrder
from tests.sim.accounts_v3.desk import SPOT, SWAP, future, option_of

HASTY: dict[str, Any] = {
    "timeouts": Timeouts(connect=1.0, read=1.0, total=1.0, reply=1.0),
    "backoff": Backoff(0.1, 0.5),
    "retry": Retry(1),
    "namespace": "bot",
}
MADE = 1_767_225_600_000
ORDER = {"side": "buy", "price": "30000", "size": "0.01"}


@asynccontextmanager
async def trading(**options: Any) -> AsyncIterator[tuple[Exchange, OKEx]]:
    """Open exchange and client."""
    async with Exchange(seed=3, rate=0) as sim:
        async with OKEx(sim.credentials[0], site=sim.site, **HASTY | options) as okx:
            yield sim, okx


def in_warp(body: Callable[[], Awaitable[None]]) -> None:
    """Run a test in simulated time."""
    warp.run(body())  # type: ignore[arg-type]


def real(sim: Exchange) -> list[str]:
    """Return the client ids of all orders the exchange has, the oldest first."""
    return [order.ticket.cl_ord_id for order in sim.venue.orders.history(sim.user().uid)][::-1]


def lose(sim: Exchange, **more: Any) -> None:
    """Let the answer to the next POST be lost; what it asked for is done."""
    sim.faults.rest.add(RestFault("rest_reset", "/api/*/v3/*order*", executed=True, **more))


# -- every product, every call


@dataclass
class Bench:
    """One product's calls, with what differs between them.

    Attributes:
        chapter: The product's chapter.
        inst: The instrument.
        where: How calls about known orders name the place.
        order: An order that rests.
        items: The name of a batch's list.
        ids: The name of a list of ids to cancel.
    """

    chapter: Any
    inst: str
    where: dict[str, str]
    order: dict[str, str]
    items: str
    ids: str = "client_oids"

    async def place(self) -> OrderResult:
        """Place one order."""
        return cast("OrderResult", await self.chapter.place_order(instrument_id=self.inst, **self.order))

    async def batch(self, count: int) -> list[OrderResult]:
        """Place several."""
        order: dict[str, Any] = dict(self.order)
        if "underlying" in self.where or self.items == "orders":
            order["instrument_id"] = self.inst
        where = {} if self.items == "orders" else self.where
        return cast(
            "list[OrderResult]", await self.chapter.place_batch_orders(**where, **{self.items: [order] * count})
        )

    async def cancel(self, name: str) -> OrderResult:
        """Cancel one."""
        return cast("OrderResult", await self.chapter.cancel_order(order_id=name, **self.where))

    async def cancels(self, names: Sequence[str]) -> list[OrderResult]:
        """Cancel several by their own ids."""
        if self.items == "orders":
            rows = await self.chapter.cancel_batch_orders([{"instrument_id": self.inst, "client_oids": list(names)}])
        else:
            rows = await self.chapter.cancel_batch_orders(**self.where, client_oids=list(names))
        return cast("list[OrderResult]", rows)


def bench(okx: OKEx, sim: Exchange, product: str) -> Bench:
    """Return the calls of a product."""
    if product == "spot":
        return Bench(okx.spot, SPOT, {"instrument_id": SPOT}, ORDER, "orders")
    if product == "option":
        name = option_of(sim)
        where = {"underlying": "-".join(name.split("-")[:2])}
        return Bench(okx.option, name, where, {"side": "buy", "size": "1", "price": "0.0005"}, "order_data")
    name = SWAP if product == "swap" else future(sim, 1)
    items = "order_data" if product == "swap" else "orders_data"
    order = {"type_": "1", "size": "1", "price": "30000"}
    return Bench(getattr(okx, product), name, {"instrument_id": name}, order, items)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("product", ["spot", "futures", "swap", "option"])
def test_every_call_about_orders_says_what_became_of_them(product: str, lost: bool) -> None:
    """Placed, in batches, amended and cancelled; whether the answer comes or must be found out makes no difference."""

    async def body() -> None:
        async with trading() as (sim, okx):
            calls = bench(okx, sim, product)

            async def sure(call: Callable[[], Awaitable[Any]]) -> Any:
                if lost:
                    lose(sim)
                result = await call()
                assert not sim.faults.rest.pending
                rows = result if isinstance(result, list) else [result]
                assert all(row.ok for row in rows), rows
                assert list(okx.orders.open) == []
                return result

            one = await sure(calls.place)
            several = await sure(lambda: calls.batch(3))
            names = [row.client_oid or "" for row in (one, *several)]
            assert real(sim) == names
            assert all(okx.orders.mine(name) for name in names)
            if product != "spot":
                changed = await sure(
                    lambda: calls.chapter.amend_order(**calls.where, client_oid=names[0], new_size="2")
                )
                assert okx.orders.mine(changed.request_id)
                key = {"amend_data": [{"client_oid": name, "new_size": "3"} for name in names[:2]]}
                assert len(await sure(lambda: calls.chapter.amend_batch_orders(**calls.where, **key))) == 2
            await sure(lambda: calls.cancel(names[0]))
            gone = await sure(lambda: calls.cancels(names[1:]))
            assert [row.client_oid for row in gone] == names[1:]
            assert not any(order.open for order in sim.venue.orders.history(sim.user().uid))
            assert [one.verb for one in await okx.orders.history(names[-1])][-2:] != [Verb.PLACE, Verb.PLACE]
            again = await calls.cancel(names[0])
            assert not again.ok
            assert again.error_code in GONE
            with pytest.raises(NotFound):
                await calls.cancel("never")

    in_warp(body)


@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown", "rest_slow"])
def test_a_request_that_is_lost_is_found_out(kind: str) -> None:
    """It is not there, and cannot come any more: its signature is too old for that when it arrives late."""

    async def body() -> None:
        async with trading() as (sim, okx):
            sim.faults.rest.add(RestFault(kind, "/api/spot/v3/orders", seconds=6.0))
            with pytest.raises(NotArrived):
                await okx.spot.place_order(SPOT, **ORDER)  # type: ignore[arg-type]
            await asyncio.sleep(20)
            assert real(sim) == []

    in_warp(body)


def test_many_that_are_lost_at_once_are_certain_soon() -> None:
    """As many as may be asked for in one window: nobody takes a turn from the look-ups that decide."""

    async def body() -> None:
        async with trading(resolution=Resolution(patience=0)) as (sim, okx):
            await okx.spot.orders_pending(SPOT)
            sim.faults.rest.add(RestFault("rest_reset", "/api/spot/v3/batch_orders", times=2))
            orders = [{"instrument_id": SPOT, **ORDER}] * 10
            batch = okx.spot.place_batch_orders
            await asyncio.gather(batch(orders), batch(orders), return_exceptions=True)
            intents = list(okx.orders.open)
            assert len(intents) == 20
            began = asyncio.get_running_loop().time()
            for intent in intents:
                await intent.resolved()
            assert asyncio.get_running_loop().time() - began < 5
            assert {intent.outcome for intent in intents} == {Outcome.REJECTED}

    in_warp(body)


def test_a_slow_order_that_is_taken_in_time_is_found() -> None:
    async def body() -> None:
        async with trading() as (sim, okx):
            sim.faults.rest.add(RestFault("rest_slow", "/api/spot/v3/orders", seconds=2.5))
            placed = await okx.spot.place_order(SPOT, **ORDER)  # type: ignore[arg-type]
            assert real(sim) == [placed.client_oid]

    in_warp(body)


def test_the_order_channel_tells_first() -> None:
    """While orders cannot be asked for."""

    async def body() -> None:
        async with trading() as (sim, okx):
            async with okx.subscribe(channels.spot_order(SPOT)) as orders:
                await orders.ready()
                lose(sim)
                sim.faults.rest.add(RestFault("rest_html", "/api/spot/v3/orders*", times=1000))
                placed = await okx.spot.place_order(SPOT, **ORDER)  # type: ignore[arg-type]
                assert real(sim) == [placed.client_oid]
                assert placed.ok

    in_warp(body)


def test_a_batch_that_failed_in_part_keeps_the_request_s_order() -> None:
    """HTTP 400, grouped by pair on the wire; each row has its own outcome."""

    async def body() -> None:
        async with trading() as (_, okx):
            rich = {"instrument_id": SPOT, **ORDER}
            other = {"instrument_id": "ETH-USDT", "side": "buy", "price": "1000", "size": "0.1"}
            rows = await okx.spot.place_batch_orders([rich, other, {**rich, "size": "20"}, rich])
            assert [row.instrument_id for row in rows] == [SPOT, "ETH-USDT", SPOT, SPOT]
            assert [row.ok for row in rows] == [True, True, False, True]
            (record,) = await okx.orders.history(rows[2].client_oid or "")
            assert (record.outcome, record.code) == (Outcome.REJECTED, "33017")

    in_warp(body)


# -- orphans


def test_orphans_are_found_where_one_looks_and_swept() -> None:
    async def body() -> None:
        async with trading() as (sim, okx):
            async with OKEx(sim.credentials[0], site=sim.site, **HASTY) as earlier:
                for product in ("spot", "futures", "swap", "option"):
                    await bench(earlier, sim, product).place()
                await earlier.spot.place_order(SPOT, **ORDER, client_oid="stranger")  # type: ignore[arg-type]
            mine = await okx.spot.place_order(SPOT, **ORDER)  # type: ignore[arg-type]
            places = (SPOT, future(sim, 1), SWAP, option_of(sim))
            orphans = await okx.orders.orphans(*places)
            assert [one.instrument_id for one in orphans] == list(places)
            assert await okx.orders.orphans(*places, namespace="nobody") == []
            swept = await okx.orders.sweep(*places)
            assert len(swept.cancelled) == 4
            assert not swept.gone
            assert not swept.failed
            left = [order.ticket.cl_ord_id for order in sim.venue.orders.history(sim.user().uid) if order.open]
            assert set(left) == {mine.client_oid, "stranger"}
            with pytest.raises(BadParameter, match="where to look"):
                await okx.orders.orphans()

    in_warp(body)


# -- reading


def record(verb: Verb = Verb.PLACE, **more: Any) -> Record:
    """Return an intent about the order ``a``."""
    values: dict[str, Any] = {"key": "k", "kind": Kind.SPOT, "inst_id": SPOT, "cl_ord_id": "a", "ord_id": ""}
    return Record(verb=verb, **values | {"req_id": "", "made": MADE, "own": True} | more)


def moment(ms: int) -> datetime:
    """Return a time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"state": "-2"}, "canceled"),
        ({"state": "-1"}, "canceled"),
        ({"state": "0"}, "live"),
        ({"state": "1"}, "partially_filled"),
        ({"state": "2"}, "filled"),
        ({"state": "3"}, "live"),
        ({"state": "4"}, "live"),
        ({"status": "part_filled"}, "partially_filled"),
        ({"status": "cancelled"}, "canceled"),
        ({"status": "open"}, "live"),
    ],
)
def test_states_read_in_v5_words(columns: dict[str, str], state: str) -> None:
    assert told(SpotOrder(instrument_id=SPOT, order_id="1", **columns), pushed=False).state == state  # type: ignore[arg-type]


def test_when_an_order_was_made_is_told_only_where_the_exchange_tells_it() -> None:
    """A push's timestamp is that of the state, and that of an option's answer the last change."""
    columns: dict[str, Any] = {"instrument_id": SWAP, "order_id": "1", "timestamp": moment(MADE)}
    assert told(ContractOrder(**columns), pushed=False).c_time == MADE
    assert told(ContractOrder(**columns), pushed=True).c_time is None
    assert told(OptionOrder(**columns | {"instrument_id": "BTC-USD-200925-9000-C"}), pushed=False).c_time is None
    assert told(ContractOrder(**columns, created_at=moment(5)), pushed=True).c_time == 5


def test_an_id_is_unique_in_its_place_alone() -> None:
    """The same id on another instrument is another order."""
    row = SpotOrder(instrument_id=SPOT, order_id="7", state="-1")
    cancel = record(Verb.CANCEL, cl_ord_id="", ord_id="7")
    assert by_push(cancel, told(row, pushed=True), frozenset()) == (Outcome.ACCEPTED, "", "")
    other = record(Verb.CANCEL, cl_ord_id="", ord_id="7", inst_id="ETH-USDT")
    assert by_push(other, told(row, pushed=True), frozenset()) is None


@pytest.mark.parametrize(("result", "outcome"), [("0", Outcome.ACCEPTED), ("-1", Outcome.REJECTED)])
def test_a_push_tells_of_the_amendment_it_names(result: str, outcome: Outcome) -> None:
    row = ContractOrder(
        instrument_id=SWAP, order_id="7", client_oid="a", state="0", last_request_id="r", last_amend_result=result
    )
    amend = record(Verb.AMEND, kind=Kind.SWAP, inst_id=SWAP, req_id="r")
    verdict = by_push(amend, told(row, pushed=True), frozenset())
    assert verdict is not None
    assert verdict.outcome is outcome
    assert (
        by_push(record(Verb.AMEND, kind=Kind.SWAP, inst_id=SWAP, req_id="s"), told(row, pushed=True), frozenset())
        is None
    )


def test_rows_find_their_intents_in_any_order() -> None:
    """By either id; what the answer leaves out has no row."""
    rows = [
        OrderResult(order_id="7"),
        OrderResult(order_id="-1", client_oid="a"),
        OrderResult(order_id="9", client_oid="b"),
    ]
    intents = [record(), record(cl_ord_id="", ord_id="7"), record(cl_ord_id="c")]
    assert V3_INTENTS.sort(intents, rows) == [rows[1], rows[0], None]


def test_orders_that_share_a_name_have_a_row_each() -> None:
    """V3 takes several orders of one client id, even in one batch."""
    rows = [OrderResult(order_id="7", client_oid="a"), OrderResult(order_id="8", client_oid="a")]
    assert V3_INTENTS.sort([record(), record(), record()], rows) == [*rows, None]


def test_a_refusal_without_a_code_is_one() -> None:
    """Where nothing but an id would be left of a row, that is -1."""
    lost = Known(record(Verb.CANCEL, cl_ord_id="", ord_id="7"), "7", "", None, "", "the exchange has no trace of it")
    row = V3_INTENTS.answer(OrderResult, lost)
    assert (row.ok, row.error_message) == (False, "the exchange has no trace of it")


def test_refusals_without_a_name_are_those_of_the_orders_without_a_row() -> None:
    """As long as there is one for each of them."""
    good, bad = OrderResult(order_id="7", client_oid="a"), OrderResult(order_id="-1", error_code="36202")
    intents = [record(cl_ord_id="b"), record(), record(cl_ord_id="c")]
    assert V3_INTENTS.sort(intents, [good, bad, bad]) == [bad, good, bad]
    assert V3_INTENTS.sort(intents, [good, bad]) == [None, good, None]
    assert V3_INTENTS.sort(intents[:2], [good, OrderResult(order_id="8")]) == [None, good]


def test_a_row_says_no_only_when_the_exchange_does() -> None:
    assert V3_INTENTS.said(OrderResult(order_id="7", error_code="0")) == V3_INTENTS.said(OrderResult(order_id="7"))
    refused = V3_INTENTS.said(OrderResult(order_id="-1", error_code="33017", error_message="poor"))
    assert refused is not None
    assert (refused.code, refused.msg) == ("33017", "poor")
    assert V3_INTENTS.said(OrderResult(order_id="-1", error_code="32047")) is None, "it broke inside the exchange"


def test_every_order_of_the_documents_is_an_intent() -> None:
    """But algo orders, which have no client id, and what closes positions."""
    from okx_async.catalogue import sections

    posts = {
        each.path
        for each in (row for section in sections("v3") for row in section.endpoints)
        if each.method == "POST" and "order" in each.path and "algo" not in each.path
    }
    assert posts == set(SHAPES)


# -- looking up


class Lists:
    """A product's chapter that answers what a test says."""

    def __init__(self, *pages: list[Any], answer: Any = None) -> None:
        self.pages = list(pages)
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.spot = self.option = self

    async def order(self, **given: Any) -> Any:
        """Return the order, or raise."""
        self.asked.append(given)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def orders(self, **given: Any) -> list[Any]:
        """Return the next page."""
        self.asked.append(given)
        return self.pages.pop(0) if self.pages else []

    @property
    def lookup(self) -> LookupV3:
        """Return a look-up that asks here."""
        return LookupV3(cast("V3Chapters", self))


def listed(name: str, number: int = 7, ms: int = MADE) -> SpotOrder:
    """Return a row of a list."""
    return SpotOrder(instrument_id=SPOT, order_id=str(number), client_oid=name, state="2", timestamp=moment(ms))


@pytest.mark.parametrize("error", [NotFound("33014", "no"), Refused("", "purged", status=404)])
async def test_what_the_exchange_does_not_know_is_not_there(error: Exception) -> None:
    there = Lists(answer=error)
    assert await there.lookup.order(record()) is None
    assert there.asked == [{"order_id": "a", "instrument_id": SPOT}]


@pytest.mark.parametrize("error", [Unavailable("", "away", status=502), Refused("30024", "no")])
async def test_an_exchange_that_cannot_be_asked_says_nothing(error: Exception) -> None:
    with pytest.raises(type(error)):
        await Lists(answer=error).lookup.order(record())


async def test_options_are_looked_up_by_their_underlying() -> None:
    there = Lists(answer=OptionOrder(instrument_id="BTC-USD-200925-9000-C", order_id="7", client_oid="a", state="0"))
    found = await there.lookup.order(record(kind=Kind.OPTION, inst_id="BTC-USD"))
    assert found is not None
    assert found.place == "BTC-USD"
    assert there.asked == [{"order_id": "a", "underlying": "BTC-USD"}]


async def test_lists_are_turned_until_the_order_is_too_old() -> None:
    """Open ones first; a full page is followed by another, from its last id on."""
    full = [listed("x", 1000 - at) for at in range(100)]
    old = [listed("x", at, MADE - 61_000) for at in range(100, 0, -1)]
    there = Lists([], full, old, [listed("a")])
    assert await there.lookup.history(record()) is None
    assert [one.get("after") for one in there.asked] == [None, None, "901"]
    assert [one["state"] for one in there.asked] == ["6", "7", "7"]
    there = Lists([], full, [listed("a", 3)])
    found = await there.lookup.history(record())
    assert found is not None
    assert found.ord_id == "3"


async def test_of_a_long_list_the_newest_are_read() -> None:
    """Or an intent of yesterday would have everything read that was traded since, over and over again."""
    there = Lists(*([listed("x", 1000 - at) for at in range(100)] for _ in range(50)))
    assert await there.lookup.history(record(made=MADE - 86_400_000)) is None
    assert [one["state"] for one in there.asked] == ["6"] * 3 + ["7"] * 3


async def test_one_reading_serves_all_who_ask_before_it_begins() -> None:
    """And nobody who asks later: an order may have come meanwhile."""
    there = Lists([listed("a"), listed("b", 8)])
    lookup = there.lookup
    found = await asyncio.gather(*(lookup.history(record(cl_ord_id=name)) for name in ("a", "b", "a")))
    assert [one and one.ord_id for one in found] == ["7", "8", "7"]
    assert len(there.asked) == 1

    begun, go = asyncio.Event(), asyncio.Event()
    listing = there.orders

    async def held(**given: Any) -> list[Any]:
        begun.set()
        await go.wait()
        return await listing(**given)

    cast("Any", there).orders = held
    there.asked.clear()
    first = asyncio.create_task(lookup.history(record(cl_ord_id="c")))
    await begun.wait()
    second = asyncio.create_task(lookup.history(record(cl_ord_id="c")))
    await asyncio.sleep(0)
    there.pages = [[], [], [listed("c", 9)]]
    go.set()
    assert await first is None
    late = await second
    assert late is not None
    assert late.ord_id == "9"


async def test_a_reading_that_fails_is_nobody_s_answer() -> None:
    there = Lists([listed("a")])
    calls = SimpleNamespace(count=0)
    listing = there.orders

    async def broken(**given: Any) -> list[Any]:
        calls.count += 1
        if calls.count == 1:
            raise Unavailable("", "away", status=502)
        return await listing(**given)

    cast("Any", there).orders = broken
    lookup = there.lookup
    first, second = await asyncio.gather(lookup.history(record()), lookup.history(record()), return_exceptions=True)
    assert isinstance(first, Unavailable)
    assert not isinstance(second, BaseException)
    assert second is not None
    assert second.sz is None or second.sz == Decimal(0)
