"""Dual currency deposits that end early: for what, until when, exactly once, and with every coin accounted for."""

from __future__ import annotations

from collections.abc import Awaitable
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest

from okx_async import OKX, BadParameter, NotReady, OutcomeUnknown, Refused
from okx_async.dcd import redeem
from okx_async.sim import Exchange, FaultKind, RestFault
from okx_async.sim.brokers.dcd import Order
from tests.sim.accounts.desk import funds

from .test_dcd import SIZE, market, run, user_form

REDEEM = "/api/v5/finance/sfp/dcd/redeem"
HOUR = 3600


def worth(order: Order, price: Decimal, now: int) -> Decimal:
    """What a call should bring, counted anew."""
    product, quote = order.quote.product, order.quote
    part = min(Decimal(1), product.strike / price)
    passed = Decimal(now - order.ts) / (product.expiry - order.ts)
    return (quote.size * part * (1 + quote.gain * passed) * Decimal("0.995")).quantize(Decimal("1e-8"), ROUND_DOWN)


def conserved(sim: Exchange) -> bool:
    return {sim.ledger.total(ccy) for purse in sim.ledger.purses() for ccy in purse.cash} == {Decimal(0)}


async def refused(call: Awaitable[Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        await call
    assert caught.value.code == code


@pytest.mark.parametrize("beyond", [False, True])
def test_an_order_is_redeemed_for_what_it_is_worth(beyond: bool) -> None:
    """Also where the price has gone beyond the strike: then for less. Its end brings nothing more."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            before = funds(sim, sim.user(0), "BTC")
            placed = await user_form(okx, product)
            (deal,) = sim.brokers.deals.orders
            await sim.advance(3 * HOUR)
            price = deal.quote.product.strike * (2 if beyond else 1) - 1
            sim.brokers.deals._prices.rate = lambda base, quote: price  # type: ignore[method-assign]
            quoted = await okx.earn_dcd.request_redeem_quote(placed.ord_id or "")
            assert (quoted.redeem_ccy, quoted.valid_until) == ("BTC", sim.now + 8_000)
            assert quoted.redeem_sz == worth(deal, price, sim.now)
            assert quoted.term_rate is not None
            assert (quoted.term_rate < Decimal("-0.4")) is beyond
            done = await redeem(okx, placed.ord_id or "", floor=0, patience=120)
            assert (done.state, done.settle_ccy, done.settle_px) == ("redeemed", "BTC", price)
            assert done.settle_sz is not None
            assert done.yield_sz == done.settle_sz - SIZE
            assert funds(sim, sim.user(0), "BTC") == before - SIZE + done.settle_sz
            assert (await okx.funding.bills(ccy="BTC"))[0].type == "161"
            again = await redeem(okx, placed.ord_id or "", floor=1)
            assert again == done
            await sim.advance((deal.quote.product.expiry - sim.now) / 1000 + 120)
            assert (await okx.earn_dcd.order_status(placed.ord_id or "")).state == "redeemed"
            assert funds(sim, sim.user(0), "BTC") == before - SIZE + done.settle_sz
            assert conserved(sim)

    run(session())


def test_the_states_on_the_way() -> None:
    """Taken, pending for a minute, and done; the broker's form of the same orders tells of it, too."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            number = (await user_form(okx, product)).ord_id or ""
            assert (await okx.earn_dcd.order_status(number)).state == "live"
            (row,) = await okx.earn_dcd.order_history(ord_id=number)
            (deal,) = sim.brokers.deals.orders
            end = deal.quote.product.expiry - HOUR * 1000
            assert (row.redeem_start_time, row.redeem_end_time) == (deal.ts, end)
            quote = await okx.earn_dcd.request_redeem_quote(number)
            taken = await okx.earn_dcd.redeem(number, quote.quote_id or "")
            assert (taken.ord_id, taken.state) == (number, "pending_redeem_booking")
            assert (await okx.earn_dcd.order_status(number)).state == "pending_redeem"
            (row,) = await okx.earn_dcd.order_history(state="pending_redeem")
            assert (row.ord_id, row.settle_sz) == (number, None)
            await sim.advance(60)
            (row,) = await okx.earn_dcd.order_history(state="redeemed")
            assert (row.settle_sz, row.settle_time) == (quote.redeem_sz, deal.changed)
            assert (await okx.broker_dcd.order(ord_id=number)).state == "redeemed"

    run(session())


def test_what_the_exchange_refuses() -> None:
    """Quotes that are unknown, another's, dead or used, and orders that are not live, not in time, or done."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            dcd = okx.earn_dcd
            bought = await dcd.request_quote(product, SIZE, "BTC")
            number = (await dcd.trade(bought.quote_id or "")).ord_id or ""
            await refused(dcd.request_redeem_quote(number), "51724")
            await sim.advance(1)
            await refused(dcd.request_redeem_quote("1"), "51603")
            await refused(dcd.redeem(number, "nothing"), "70001")
            late = (await dcd.request_redeem_quote(number)).quote_id or ""
            await sim.advance(8.1)
            await refused(dcd.redeem(number, late), "52922")
            good = (await dcd.request_redeem_quote(number)).quote_id or ""
            await sim.advance(60)  # the limit of two requests a minute
            other = (await user_form(okx, product)).ord_id or ""
            good = (await dcd.request_redeem_quote(number)).quote_id or ""
            await refused(dcd.redeem(other, good), "52919")
            assert (await dcd.redeem(number, good)).ord_id == number
            await sim.advance(60)
            await refused(dcd.redeem(number, good), "52921")
            await refused(dcd.request_redeem_quote(number), "51722")
            (_, deal) = sim.brokers.deals.orders
            await sim.advance((deal.quote.product.expiry - sim.now) / 1000 - HOUR + 1)
            await refused(dcd.request_redeem_quote(other), "51724")
            async with OKX(sim.credentials[1], site=sim.site) as stranger:
                await refused(stranger.earn_dcd.request_redeem_quote(other), "51603")
                await refused(stranger.earn_dcd.redeem(number, good), "70001")
            assert conserved(sim)

    run(session())


def test_less_than_the_floor_redeems_nothing() -> None:
    async def session() -> None:
        async with market() as (sim, okx, product):
            number = (await user_form(okx, product)).ord_id or ""
            with pytest.raises(NotReady, match=r"payment of 0\.099.* below the floor of 0\.1; nothing was redeemed"):
                await redeem(okx, number, floor=SIZE)
            assert sim.brokers.deals.orders[0].state == "live"
            with pytest.raises(BadParameter, match="floor"):
                await redeem(okx, number, floor=0.1)  # type: ignore[arg-type]

    run(session())


@pytest.mark.parametrize(
    ("kind", "made"), [(FaultKind.REST_CUT, True), (FaultKind.REST_RESET, False), (FaultKind.REST_HTML, False)]
)
def test_an_answer_that_is_lost_redeems_once_or_not_at_all(kind: FaultKind, made: bool) -> None:
    """The order's state tells which."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            before = funds(sim, sim.user(0), "BTC")
            number = (await user_form(okx, product)).ord_id or ""
            sim.faults.rest.add(RestFault(kind, REDEEM))
            if made:
                done = await redeem(okx, number, floor=0, patience=120)
                assert done.state == "redeemed"
                assert funds(sim, sim.user(0), "BTC") == before - SIZE + (done.settle_sz or 0)
            else:
                with pytest.raises(NotReady, match="did not arrive.*nothing was redeemed"):
                    await redeem(okx, number, floor=0)
                assert sim.brokers.deals.orders[0].state == "live"
            assert conserved(sim)

    run(session())


def test_nobody_knows_while_the_state_cannot_be_asked() -> None:
    """And the same call later finds what the first one did."""

    async def session() -> None:
        async with market() as (sim, okx, product):
            number = (await user_form(okx, product)).ord_id or ""
            real = okx.earn_dcd.redeem

            async def lost(*args: Any) -> Any:
                await real(*args)
                sim.faults.rest.add(RestFault(FaultKind.REST_RESET, "/api/v5/finance/*", times=1_000))
                raise OutcomeUnknown("lost")

            okx.earn_dcd.redeem = lost  # type: ignore[assignment]
            with pytest.raises(OutcomeUnknown, match=f"order {number}"):
                await redeem(okx, number, floor=0, patience=5)
            sim.faults.rest.clear()
            assert (await redeem(okx, number, floor=0, patience=120)).state == "redeemed"

    run(session())


def test_a_quote_that_comes_late_is_not_used() -> None:
    async def session() -> None:
        async with market() as (sim, okx, product):
            number = (await user_form(okx, product)).ord_id or ""
            real, asked = okx.earn_dcd.request_redeem_quote, []

            async def late(ord_id: str) -> Any:
                asked.append(await real(ord_id))
                await sim.advance(7.8)
                return asked[-1]

            okx.earn_dcd.request_redeem_quote = late  # type: ignore[method-assign]
            with pytest.raises(NotReady, match="lived long enough"):
                await redeem(okx, number, floor=0)
            assert len(asked) == 3
            assert sim.brokers.deals.orders[0].state == "live"

    run(session())
