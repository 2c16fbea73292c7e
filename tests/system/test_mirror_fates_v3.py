"""In V3, too, whoever waits for an order at the mirror is told when there will be none, or that nobody knows."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from okx_async import InsufficientFunds, MirrorSettings, NotArrived, OKEx, Outcome, OutcomeUnknown, Refused, Resolution
from okx_async.mirror import MirroredOrder
from okx_async.sim import Exchange
from okx_async.sim.accounts.orders import WhyCanceled
from okx_async.sim.accounts_v3.rows import order_update
from tests.sim.accounts_v3.desk import SPOT, SWAP, future, option_of

from .test_intents import HASTY, lose, warped

Placed = Coroutine[Any, Any, Any]
FAST = MirrorSettings(audit=5.0, lag=0.2, settle=0.1)


@dataclass(frozen=True)
class Product:
    """How a product's orders are placed.

    Attributes:
        path: Where.
        asked: The paths on which one is looked for.
        place: Places an order that rests, of a size.
        batch: Places a good one and the order in question, of a size, together; returns their rows.
        much: A size that no money pays for.
    """

    path: str
    asked: str
    place: Callable[[Exchange, OKEx, str], Placed]
    batch: Callable[[Exchange, OKEx, str], Placed]
    much: str


def pair(chapter: str, **more: Any) -> Product:
    """Return how orders of a pair are placed, from the spot or the margin account."""
    terms: dict[str, Any] = {"side": "buy", "price": "30000"}

    def row(size: str, name: str | None) -> dict[str, Any]:
        return {"instrument_id": SPOT, "size": size, "client_oid": name, **terms, **more}

    return Product(
        f"/api/{chapter}/v3/orders",
        f"/api/{chapter}/v3/orders*",
        lambda _, okx, size: getattr(okx, chapter).place_order(**row(size, "mine")),
        lambda _, okx, size: getattr(okx, chapter).place_batch_orders([row("0.01", "good"), row(size, "mine")]),
        "900",
    )


def contract(chapter: str, name: Callable[[Exchange], str]) -> Product:
    """Return how orders of contracts are placed."""
    good = {"type_": "1", "size": "1", "price": "30000", "client_oid": "good"}
    return Product(
        f"/api/{chapter}/v3/order",
        f"/api/{chapter}/v3/orders*",
        lambda sim, okx, size: getattr(okx, chapter).place_order(
            name(sim), "1", size, price="30000", client_oid="mine"
        ),
        lambda sim, okx, size: getattr(okx, chapter).place_batch_orders(
            name(sim), [good, {**good, "size": size, "client_oid": "mine"}]
        ),
        "9000000",
    )


PRODUCTS = {
    "spot": pair("spot"),
    "margin": pair("margin", margin_trading="2"),
    "futures": contract("futures", lambda sim: future(sim, 1)),
    "swap": contract("swap", lambda _: SWAP),
}
each_product = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)


@asynccontextmanager
async def mirrored(**options: Any) -> AsyncIterator[tuple[Exchange, OKEx, MirroredOrder]]:
    """Open exchange, client and mirror, with an order that is waited for before it is sent."""
    async with asyncio.timeout(300), Exchange(seed=3, rate=0, instruments=8, history_minutes=5) as sim:
        sim.user().hedged = True
        async with OKEx(sim.credentials[0], site=sim.site, **HASTY | options) as okx:
            await okx.account.transfer("USDT", "1000", "1", "5", to_instrument_id=SPOT)
            names = SPOT, SWAP, future(sim, 1), option_of(sim)
            async with okx.mirror_of(*names, settings=FAST) as mirror:
                yield sim, okx, mirror.order(cl_ord_id="mine")


@pytest.mark.parametrize("first", ["push", "reply"])
@each_product
@warped
async def test_an_order_is_known_by_its_name_although_no_push_says_it(
    product: Product, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pushes of V3 were seen to come before the reply and without the client id: it is the reply that joins the two."""
    told = "okx_async.sim.accounts_v3.courier.order_update"
    monkeypatch.setattr(told, lambda *args: order_update(*args) | {"client_oid": ""})
    async with mirrored() as (sim, okx, order):
        if first == "push":
            lose(sim, "rest_slow", product.path, executed=True, seconds=0.5)
        waiting = asyncio.create_task(order.accepted(4))
        placed = await product.place(sim, okx, "0.01" if product in (PRODUCTS["spot"], PRODUCTS["margin"]) else "1")
        assert (await waiting).cl_ord_id == "mine"
        assert placed.order_id == order.ord_id
        (there,) = sim.venue.orders.pending(sim.user().uid)
        sim.venue.desk.cancel(there, WhyCanceled.COUNTDOWN)
        done = await order.done(4)
        assert (done.state, done.cl_ord_id) == ("canceled", "mine")


@pytest.mark.parametrize("batch", [False, True], ids=["single", "batch"])
@pytest.mark.parametrize("when", ["before", "after"])
@each_product
@warped
async def test_an_order_that_is_refused_ends_the_waiting(product: Product, when: str, batch: bool) -> None:
    """With the exchange's code, whether one waits already or asks later; single or in a batch."""
    async with mirrored() as (sim, okx, order):
        calls = (order.accepted, order.done)
        waiting = [asyncio.create_task(each()) for each in calls if when == "before"]
        await asyncio.sleep(1)
        if batch:
            good, bad = await product.batch(sim, okx, product.much)
            assert good.order_id not in (None, "-1")
            code = bad.error_code
        else:
            with pytest.raises(Refused) as refused:
                await product.place(sim, okx, product.much)
            code = refused.value.code
        for task in waiting or [asyncio.create_task(each()) for each in calls]:
            with pytest.raises(Refused) as caught:
                await task
            assert caught.value.code == code
        assert not order.known


@warped
async def test_an_option_s_order_that_is_refused_ends_the_waiting() -> None:
    async with mirrored() as (sim, okx, order):
        waiting = asyncio.create_task(order.accepted())
        with pytest.raises(InsufficientFunds) as refused:
            await okx.option.place_order(option_of(sim), "buy", "90000", price="0.02", client_oid="mine")
        with pytest.raises(InsufficientFunds) as caught:
            await waiting
        assert caught.value.code == refused.value.code


@warped
async def test_following_an_order_that_is_refused_ends() -> None:
    async with mirrored() as (sim, okx, order):

        async def follow() -> None:
            async for _ in order:
                raise AssertionError("nothing can happen to it")

        task = asyncio.create_task(follow())
        await asyncio.sleep(1)
        with pytest.raises(Refused):
            await PRODUCTS["swap"].place(sim, okx, PRODUCTS["swap"].much)
        with pytest.raises(Refused):
            await task


@each_product
@warped
async def test_an_order_that_got_lost_ends_the_waiting(product: Product) -> None:
    """It was never placed, and nothing of it can come any more."""
    async with mirrored() as (sim, okx, order):
        lose(sim, path=product.path)
        waiting = asyncio.create_task(order.accepted())
        with pytest.raises(NotArrived):
            await product.place(sim, okx, "1" if product.much == "9000000" else "0.01")
        with pytest.raises(NotArrived) as caught:
            await waiting
        assert caught.value.retryable
        await product.place(sim, okx, "1" if product.much == "9000000" else "0.01")
        assert (await order.accepted()).state == "live"


@pytest.mark.parametrize("executed", [True, False])
@each_product
@warped
async def test_an_order_of_which_nobody_knows_ends_the_waiting(product: Product, executed: bool) -> None:
    """Its call has given up. Looking goes on, and who asks again is told what came of it."""
    async with mirrored(resolution=Resolution(patience=2.0)) as (sim, okx, order):
        sim.faults.drop(endpoint="v3", action="any", times=1000)
        lose(sim, path=product.path, executed=executed)
        lose(sim, path=product.asked, times=1000)
        waiting = asyncio.create_task(order.accepted())
        with pytest.raises(OutcomeUnknown):
            await product.place(sim, okx, "1" if product.much == "9000000" else "0.01")
        with pytest.raises(OutcomeUnknown) as caught:
            await waiting
        (intent,) = caught.value.intents
        sim.faults.clear()
        outcome = (await intent.resolved()).outcome
        if executed:
            assert outcome is Outcome.ACCEPTED
            assert (await order.accepted()).state == "live"  # by the next comparison with REST
        else:
            assert outcome is Outcome.REJECTED
            with pytest.raises(NotArrived):
                await order.accepted()


@warped
async def test_other_orders_wake_nobody() -> None:
    """Neither a cancellation that fails nor another order's refusal is an answer."""
    async with mirrored() as (sim, okx, order):
        waiting = asyncio.create_task(order.accepted())
        swap = PRODUCTS["swap"]
        await asyncio.gather(
            okx.swap.place_order(SWAP, "1", swap.much, price="30000", client_oid="other"),
            okx.spot.cancel_order("mine", SPOT),
            return_exceptions=True,
        )
        await asyncio.sleep(1)
        assert not waiting.done()
        await swap.place(sim, okx, "1")
        assert (await waiting).state == "live"


@warped
async def test_every_mirror_is_told_and_none_is_kept_alive() -> None:
    """A client may have several; one that was let go of is not held by those that tell."""
    async with mirrored() as (sim, okx, order):
        async with okx.mirror_of(SPOT, settings=FAST) as other:
            waiting = asyncio.gather(
                *(each.accepted() for each in (order, other.order(cl_ord_id="mine"))), return_exceptions=True
            )
            await asyncio.sleep(1)
            with pytest.raises(Refused):
                await PRODUCTS["spot"].place(sim, okx, "900")
            assert all(isinstance(each, Refused) for each in await waiting)
        gone = weakref.ref(other)
        del other, waiting
        await asyncio.sleep(1)
        gc.collect()
        assert gone() is None
