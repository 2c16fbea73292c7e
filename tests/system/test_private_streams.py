"""Private channels over a socket: pages, arguments that are not repeated as they were asked, and shared connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from okx_async import OKX, ChannelRefused, Gap, TimedOut
from okx_async.core.retry import Backoff
from okx_async.sim import Exchange, Limits
from okx_async.v5 import channels
from okx_async.v5.params.push import PushPace
from tests.waiting import until

from .order_exchange import OrderExchange


@pytest.fixture
async def there() -> AsyncIterator[OrderExchange]:
    """Run an exchange that acknowledges everything and pushes what it is told to."""
    async with OrderExchange() as exchange:
        yield exchange


def account_page(number: int, last: bool, *ccys: str) -> dict[str, Any]:
    """Return one page of the first push."""
    row = {"totalEq": "9", "details": [{"ccy": ccy, "eq": "1"} for ccy in ccys]}
    arg = {"channel": "account", "uid": "7"}
    return {"arg": arg, "eventType": "snapshot", "curPage": number, "lastPage": last, "data": [row]}


def order(inst_id: str, **arg: str) -> dict[str, Any]:
    """Return the push of one order."""
    kind = "SWAP" if inst_id.endswith("SWAP") else "SPOT"
    row = {"instType": kind, "instId": inst_id, "ordId": "1", "state": "live"}
    return {"arg": {"channel": "orders", **arg, "uid": "7"}, "data": [row]}


async def test_an_account_is_ready_when_its_last_page_is_there(there: OrderExchange) -> None:
    """One row with every currency; nothing is shown before."""
    async with there.client("rest") as okx, okx.subscribe(channels.account()) as accounts:
        ready = asyncio.create_task(accounts.ready())
        await until(lambda: okx.status().live == 1)
        await there.say(account_page(1, False, "BTC", "ETH"))
        await there.say({"arg": {"channel": "account"}, "eventType": "event_update", "data": [{"totalEq": "8"}]})
        with pytest.raises(TimedOut, match="first pages of account are not all there"):
            await accounts.ready(0.05)
        assert accounts.stats.received == 0
        assert not ready.done()
        await there.say(account_page(2, True, "SOL"))
        await ready
        whole, change = await anext(accounts), await anext(accounts)
        assert not isinstance(whole, Gap)
        assert not isinstance(change, Gap)
        assert [detail.ccy for detail in getattr(whole, "details", ())] == ["BTC", "ETH", "SOL"]
        assert str(getattr(change, "total_eq", "")) == "8"


async def test_half_a_snapshot_does_not_survive_its_connection(there: OrderExchange) -> None:
    """A page of the old line is never put together with one of the new."""
    async with there.client("rest", backoff=Backoff(0.001, 0.01)) as okx, okx.subscribe(channels.account()) as accounts:
        await until(lambda: okx.status().live == 1)
        await there.say(account_page(1, False, "OLD"))
        there.cut()
        await until(lambda: okx.status().live == 1 and okx.status().links[-1].connections == 2)
        await there.say(account_page(2, True, "NEW"))
        await there.say(account_page(1, False, "BTC"))
        await there.say(account_page(2, True, "ETH"))
        await accounts.ready()
        rows = [row for row in [await anext(accounts) for _ in range(2)] if not isinstance(row, Gap)]
        assert [detail.ccy for detail in getattr(rows[0], "details", ())] == ["BTC", "ETH"]


@pytest.mark.parametrize("standby", [False, True])
async def test_pages_survive_two_lines(there: OrderExchange, standby: bool) -> None:
    """Each line puts its own pages together: handed over or doubled, the account comes once."""
    async with there.client("rest", standby=standby) as okx, okx.subscribe(channels.account()) as accounts:
        await until(lambda: okx.status().live == 1 + standby)
        for message in (account_page(1, False, "BTC"), account_page(2, True, "ETH")):
            await there.say(message)
        await accounts.ready()
        assert len(getattr(await anext(accounts), "details", ())) == 2
        if not standby:
            moving = asyncio.create_task(okx.hand_over())
            await until(lambda: okx.status().live == 2)
            for message in (account_page(1, False, "BTC"), account_page(2, True, "ETH")):
                await there.say(message)
            await moving
        await there.say({"arg": {"channel": "account"}, "eventType": "event_update", "data": [{"totalEq": "8"}]})
        seen = [await anext(accounts)]
        while str(getattr(seen[-1], "total_eq", "")) != "8":
            seen.append(await anext(accounts))
        assert {len(getattr(row, "details", None) or ()) for row in seen[:-1]} <= {2}
        await accounts.ready()


async def test_pushes_find_their_stream_whatever_they_repeat(there: OrderExchange) -> None:
    """No filter at all, another one, one more: each row arrives once, where it belongs (lesson 48)."""
    spot, swap = channels.orders("SPOT"), channels.orders("SWAP", inst_id="BTC-USD-SWAP")
    there.codes["BTC-USD-SWAP"] = 104
    async with there.client("rest") as okx, okx.subscribe(spot) as spots, okx.subscribe(swap) as swaps:
        await until(lambda: okx.status().live == 2)
        for _ in range(2):
            await there.say(order("BTC-USDT"))
            await there.say(order("BTC-USDT", instType="SPOT"))
            await there.say(order("BTC-USDT", instType="SPOT", instId="BTC-USDT"))
            await there.say(order("BTC-USD-SWAP"))
            await there.say(order("BTC-USD-SWAP", instType="SWAP"))
            await there.say(order("ETH-USD-SWAP", instType="SWAP"))
        assert {(await anext(spots)).inst_id for _ in range(6)} == {"BTC-USDT"}  # type: ignore[union-attr]
        assert {(await anext(swaps)).inst_id for _ in range(4)} == {"BTC-USD-SWAP"}  # type: ignore[union-attr]
        assert (spots.stats.pending, swaps.stats.pending) == (0, 0)
        assert okx.status().links[0].unrouted == 2


async def test_what_was_guessed_is_looked_at_again_when_somebody_else_joins(there: OrderExchange) -> None:
    """A better match takes its pushes from the one that was the only one so far."""
    async with there.client("rest") as okx, okx.subscribe(channels.orders("ANY")) as every:
        await until(lambda: okx.status().live == 1)
        await there.say(order("BTC-USDT", instType="SPOT"))
        await anext(every)
        async with okx.subscribe(channels.orders("SPOT")) as spots:
            await until(lambda: okx.status().live == 2)
            await there.say(order("ETH-USDT", instType="SPOT"))
            assert (await anext(spots)).inst_id == "ETH-USDT"  # type: ignore[union-attr]
        assert every.stats.pending == 0


async def test_a_pace_of_its_own_is_a_subscription_like_any_other(there: OrderExchange) -> None:
    """Its pushes do not repeat ``extraParams``."""
    topic = channels.account(extra_params=PushPace(update_interval="0"))
    async with there.client("rest") as okx, okx.subscribe(topic) as accounts:
        await until(lambda: okx.status().live == 1)
        await there.say(account_page(1, True, "BTC"))
        await accounts.ready()
        assert accounts.stats.received == 1


async def test_one_connection_too_many_ends_that_subscription_alone() -> None:
    """The event comes after a good ack; the stream ends with a typed error, the others of the line go on."""
    async with Exchange(seed=1, rate=0, limits=Limits(holders=1, connects_v5=None)) as sim:
        options: dict[str, Any] = {"site": sim.site, "check_instruments": False}
        async with OKX(sim.credentials[0], **options) as first, OKX(sim.credentials[0], **options) as second:
            holding = first.subscribe(channels.orders("ANY"))
            async with holding:
                await holding.ready()
                await until(lambda: first.status().links[0].held == {"orders": 1})
                other = second.subscribe(channels.fills())
                async with other:
                    await other.ready()
                    with pytest.raises(ChannelRefused, match="1 connections of this account already hold orders"):
                        await anext(second.subscribe(channels.orders("ANY")))
                    assert [topic.topic for topic in second.status().links[0].topics if topic.live] == ["fills"]
                    assert second.status().links[0].held["orders"] == 1
                    assert second.why_not("orders:ANY").startswith("channel-conn-count-error")


def test_json_is_written_as_the_exchange_writes_it() -> None:
    """The tests above stand on it: compact, the argument first."""
    assert orjson.dumps(order("BTC-USDT")).startswith(b'{"arg":{"channel":"orders","uid":"7"},"data":[')
