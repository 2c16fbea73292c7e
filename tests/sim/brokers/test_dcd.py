"""Dual currency deposits from quote to settlement, in both forms, also where answers are lost: never twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from okx_async import (
    OKX,
    BadParameter,
    InsufficientFunds,
    NotReady,
    OutcomeUnknown,
)
from okx_async.dcd import deposit, user_deposit
from okx_async.sim import Exchange, FaultKind, RestFault, warp
from okx_async.sim.accounts.ledger import Room
from tests.sim.accounts.desk import funds, refused

ORDER, TRADE = "/api/v5/finance/sfp/dcd/order", "/api/v5/finance/sfp/dcd/trade"
SIZE = Decimal("0.1")


def run(session: Coroutine[Any, Any, None]) -> None:
    """Run hours in no time."""
    warp.run(session)


@asynccontextmanager
async def market(which: int = 0) -> AsyncIterator[tuple[Exchange, OKX, str]]:
    """Open an exchange, and tell a product that takes BTC."""
    async with Exchange(3, instruments=4, rate=0, history_minutes=5) as sim:
        async with OKX(sim.credentials[which], site=sim.site) as okx:
            product = (await okx.broker_dcd.products("BTC", "USDT", "C", "mycode"))[0]
            assert product.alternative_ccy == "USDT"
            assert product.product_id is not None
            yield sim, okx, product.product_id


async def broker_form(okx: OKX, product: str, **more: Any) -> Any:
    return await deposit(okx, product, SIZE, "BTC", tag="mycode", **({"floor": 0} | more))


async def user_form(okx: OKX, product: str, **more: Any) -> Any:
    return await user_deposit(okx, product, SIZE, "BTC", **({"floor": 0} | more))


FORMS = pytest.mark.parametrize(("form", "path"), [(broker_form, ORDER), (user_form, TRADE)], ids=["broker", "user"])
Form = Callable[..., Awaitable[Any]]


@FORMS
@pytest.mark.parametrize("beyond", [False, True])
def test_a_deposit_from_quote_to_settlement(form: Form, path: str, beyond: bool) -> None:
    """Above the strike a call is paid in the other currency; either way with the yield, and no money is lost."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            before = funds(sim, sim.user(0), "BTC")
            order = await form(okx, product)
            assert order.state == "live"
            assert funds(sim, sim.user(0), "BTC") == before - SIZE
            (deal,) = sim.brokers.deals.orders
            dollars = funds(sim, sim.user(0))
            if beyond:
                sim.brokers.deals._prices.rate = lambda base, quote: deal.quote.product.strike + 1  # type: ignore[method-assign]
            await sim.advance((deal.quote.product.expiry - sim.now) / 1000 + 1)
            found = (await okx.broker_dcd.order(ord_id=order.ord_id)).to_dict()
            assert found["state"] == "pending_settled"
            assert found["sett_amt"] is None
            await sim.advance(60)
            done = await okx.broker_dcd.order(ord_id=order.ord_id)
            gain = 1 + deal.quote.gain
            strike = deal.quote.product.strike
            paid = (SIZE * strike * gain if beyond else SIZE * gain).quantize(Decimal(1).scaleb(-7))
            assert (done.state, done.sett_ccy) == ("settled", "USDT" if beyond else "BTC")
            assert done.sett_amt is not None
            assert abs(done.sett_amt - paid) < Decimal("0.000001")
            assert done.sett_time == deal.changed
            held = funds(sim, sim.user(0), "USDT" if beyond else "BTC")
            assert held == (dollars if beyond else before - SIZE) + done.sett_amt
            assert sim.ledger.total("BTC") == sim.ledger.total("USDT") == 0
            (mine,) = await okx.earn_dcd.order_history(state="settled")
            assert (mine.settle_sz, mine.settle_ccy) == (done.sett_amt, done.sett_ccy)

    run(session())


def test_a_put_takes_the_stable_currency() -> None:
    """The same products in both forms."""

    async def session() -> None:
        async with market() as (_, okx, __):
            user = await okx.earn_dcd.products("BTC", "USDT", "P")
            assert {row.notional_ccy for row in user} == {"USDT"}
            names = [row.product_id for row in await okx.broker_dcd.products("BTC", "USDT", "P", "mycode")]
            assert [row.product_id for row in user] == names
            quote = await okx.broker_dcd.request_quote(50, "USDT", names[0] or "", "mycode", "req1", "0.1")
            assert (quote.cl_req_id, quote.mark_up, quote.ttl_ms) == ("req1", Decimal("0.1"), 8_000)

    run(session())


@FORMS
def test_a_yield_below_the_floor_buys_nothing(form: Form, path: str) -> None:
    async def session() -> None:
        async with market() as (sim, okx, product):
            with pytest.raises(NotReady, match="below the floor"):
                await form(okx, product, floor="0.9")
            assert sim.brokers.deals.orders == []

    run(session())


@FORMS
@pytest.mark.parametrize(
    ("kind", "made"), [(FaultKind.REST_CUT, True), (FaultKind.REST_RESET, False), (FaultKind.REST_HTML, False)]
)
def test_an_answer_that_is_lost_makes_no_second_order(form: Form, path: str, kind: FaultKind, made: bool) -> None:
    """It is looked for: found where it was made, and certainly not made otherwise. The money tells the same."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            before = funds(sim, sim.user(0), "BTC")
            sim.faults.rest.add(RestFault(kind, path))
            if made:
                order = await form(okx, product)
                assert order.state == "live"
                assert [str(one.number) for one in sim.brokers.deals.orders] == [order.ord_id]
            else:
                with pytest.raises(NotReady, match="did not arrive"):
                    await form(okx, product)
                assert sim.brokers.deals.orders == []
            assert funds(sim, sim.user(0), "BTC") == before - made * SIZE
            await sim.advance(600)
            assert len(sim.brokers.deals.orders) <= 1

    run(session())


def test_nobody_knows_while_the_exchange_cannot_be_asked() -> None:
    """Then the id to look for is told, and the same call goes on with it later."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            # The first answer is lost after it was made; every look fails.
            real = okx.broker_dcd.place_order

            async def lost(*args: Any) -> Any:
                await real(*args)
                sim.faults.rest.add(RestFault(FaultKind.REST_RESET, "/api/v5/finance/*", times=1_000))
                raise OutcomeUnknown("lost")

            okx.broker_dcd.place_order = lost  # type: ignore[assignment]
            with pytest.raises(OutcomeUnknown, match="march7"):
                await broker_form(okx, product, cl_ord_id="march7")
            sim.faults.rest.clear()
            order = await broker_form(okx, product, cl_ord_id="march7")
            assert (order.state, order.cl_ord_id) == ("live", "march7")
            assert len(sim.brokers.deals.orders) == 1

    run(session())


def test_an_order_that_is_rejected_later() -> None:
    """The money is back, and the call says so."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            before = funds(sim, sim.user(0), "BTC")
            sim.brokers.deals.rejecting = 1
            with pytest.raises(NotReady, match="rejected"):
                await broker_form(okx, product)
            assert funds(sim, sim.user(0), "BTC") == before

    run(session())


def test_a_quote_that_comes_late_is_not_used() -> None:
    """Three quotes are asked for, none is ordered by."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            sim.faults.rest.add(RestFault(FaultKind.REST_SLOW, "/api/v5/finance/sfp/dcd/quote", times=9, seconds=7.8))
            with pytest.raises(NotReady, match="lived long enough"):
                await broker_form(okx, product)
            assert sim.brokers.deals.orders == []
            assert len(sim.brokers.deals._quotes) == 3

    run(session())


def test_an_order_that_would_wait_for_its_limit_takes_another_quote() -> None:
    """Two trades a minute: the third would go out when its quote is dead."""

    async def session() -> None:
        async with market(2) as (sim, okx, product):
            for _ in range(2):
                await user_form(okx, product)
            with pytest.raises(NotReady, match="lived long enough"):
                await user_form(okx, product)
            assert len(sim.brokers.deals.orders) == 2
            assert sim.counters.refusals.total() == 0

    run(session())


def test_what_the_exchange_refuses() -> None:
    """A quote that is unknown, used or dead; a client id that is taken; sizes; money; and too much at once."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            dcd = okx.broker_dcd

            async def quote(size: Any = SIZE, ccy: str = "BTC", name: str = product) -> str:
                return (await dcd.request_quote(size, ccy, name, "mycode")).quote_id or ""

            await refused(dcd.place_order("nothing"), "70001")
            good = await quote()
            await dcd.place_order(good, "first")
            await refused(dcd.place_order(good, "second"), "52921")
            await refused(dcd.place_order(await quote(), "first"), "52925")
            late = await quote()
            await sim.advance(8.1)
            await refused(dcd.place_order(late), "52922")
            await refused(quote("0.0001"), "52917")
            await refused(quote("1000"), "52918")
            await refused(quote(SIZE, "USDT"), "52919")
            await refused(quote(SIZE, "BTC", "BTC-USDT-200101-1-C"), "51000")
            await refused(dcd.order(ord_id="1"), "51603")
            with pytest.raises(InsufficientFunds):
                await dcd.place_order(await quote(9))
            for number in range(4):
                await dcd.place_order(await quote("0.001"), f"many{number}")
            rows = await dcd.orders(limit=2)
            older = await dcd.orders(end_id=rows[-1].ord_id)
            assert [row.cl_ord_id for row in (*rows, *older)] == ["many3", "many2", "many1", "many0", "first"]

    run(session())


@pytest.mark.parametrize("wrong", [0.1, "much", True, "NaN"])
async def test_a_wrong_floor_or_size_is_not_sent(wrong: Any) -> None:
    async with OKX() as okx:
        with pytest.raises(BadParameter, match="floor"):
            await deposit(okx, "p", 1, "BTC", tag="mycode", floor=wrong)
        with pytest.raises(BadParameter, match="notional"):
            await user_deposit(okx, "p", wrong, "BTC", floor=0)


def test_the_house_is_the_other_side() -> None:
    """What a user is paid, the street pays."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            street = sim.ledger.house(Room.STREET)
            before = street.cash["BTC"]
            await broker_form(okx, product)
            assert street.cash["BTC"] == before + SIZE
            bills = await okx.funding.bills(ccy="BTC")
            assert bills[0].type == "160"

    run(session())
