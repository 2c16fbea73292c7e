"""One process serves a broker's users: they share what costs, and nothing that is theirs."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from okx_async import (
    OKX,
    AuthRefused,
    BadParameter,
    ClientClosed,
    Credentials,
    LocalLimits,
    OKEx,
    ReadOnly,
    WrongLoop,
    waiting,
)
from okx_async.errors import Throttled
from okx_async.sim import Exchange
from okx_async.v5 import channels

USERS = 1_000
MOST = 20_000
"""Bytes of one idle user, as promised."""


@asynccontextmanager
async def broker(**options: object) -> AsyncIterator[tuple[Exchange, OKX]]:
    """Open an exchange and the client of a broker."""
    async with Exchange(rate=0, instruments=4) as sim:
        async with OKX(sim.credentials[0], site=sim.site, **options) as okx:  # type: ignore[arg-type]
            yield sim, okx


async def test_a_thousand_users_cost_little_and_run_nothing() -> None:
    """Each below 20 KB after its first call and no task, all over the connections of one client."""
    async with broker() as (sim, okx):
        sub = sim.user("simsub1")
        keys = sim.keys_of(sub)[0]
        await okx.account.balance()
        await okx.as_user(keys).account.balance()  # what is loaded once is loaded
        ready = [sim.accounts.bank.give_key(sub).key.credentials() for _ in range(USERS)]
        before, session = len(asyncio.all_tasks()), okx._caller.fetch._session
        gc.collect()
        tracemalloc.start()
        try:
            users = [okx.as_user(each) for each in ready]
            for user in users[
                ::125
            ]:  # a call leaves budgets behind; the exchange counts the keys of one account together
                await user.account.balance()
            for user in users:
                assert user.account is not okx.account
                assert user.trade is user.trade
            gc.collect()
            each = tracemalloc.get_traced_memory()[0] / USERS
        finally:
            tracemalloc.stop()
        assert each < MOST
        # A request of the simulator's may just be ending; nothing is added for a user.
        assert len(asyncio.all_tasks()) - before < 5
        assert all(user._caller.fetch is okx._caller.fetch for user in users)
        assert okx._caller.fetch._session is session


async def test_each_user_is_itself() -> None:
    """Its own key signs, its own rights hold."""
    async with broker() as (sim, okx):
        sub = sim.user("simsub1")
        user = okx.as_user(sim.keys_of(sub)[0], read_only=True)
        assert (await user.request("GET", "/api/v5/account/config"))[0]["uid"] == sub.uid
        assert (await okx.request("GET", "/api/v5/account/config"))[0]["uid"] == sim.user(0).uid
        with pytest.raises(ReadOnly):
            await user.trade.cancel_order("BTC-USDT", ord_id="1")
        stranger = okx.as_user(Credentials("3f6d2a3c-0000-0000-0000-000000000000", "s", "p"))
        with pytest.raises(AuthRefused):
            await stranger.account.balance()


async def test_budgets_of_users_are_their_own_and_those_of_the_address_are_shared() -> None:
    """One user at its limit does not stop another; what counts per address counts for all of them together."""
    async with broker() as (sim, okx):
        one, other = (okx.as_user(keys) for keys in (sim.credentials[1], sim.credentials[2]))
        with waiting(at_most=0):
            for _ in range(5):  # 5 in 2 s for each user (Get account configuration)
                await one.account.config()
            with pytest.raises(Throttled):
                await one.account.config()
            await other.account.config()
            await one.system.status()  # once in 5 s for each address (Status)
            for each in (other, okx):
                with pytest.raises(Throttled):
                    await each.system.status()


async def test_users_share_the_list_of_instruments() -> None:
    """It is read once, by whoever is first."""
    async with broker() as (sim, okx):
        users = [okx.as_user(keys) for keys in sim.credentials]
        before = sim.counters.requests
        for user in users:
            await user.steps("BTC-USDT")
        await okx.steps("BTC-USDT")
        assert sim.counters.requests == before + 1


async def test_closing_one_user_leaves_the_others() -> None:
    """And closing the client they share closes them all, their sockets too."""
    async with broker() as (sim, okx):
        one, other = (okx.as_user(keys) for keys in sim.credentials[:2])
        await one.account.balance()
        await one.aclose()
        with pytest.raises(ClientClosed):
            await one.account.balance()
        await okx.account.balance()
        stream = other.subscribe(channels.account())
        await stream.ready()
        assert len(sim.connections) == 1
        await okx.aclose()
        with pytest.raises(ClientClosed):
            await other.account.balance()
        async with asyncio.timeout(5):
            while sim.connections:
                await asyncio.sleep(0)
        with pytest.raises(ClientClosed, match="share"):
            okx.as_user(sim.credentials[0])


async def test_what_cannot_be_shared_is_refused() -> None:
    """Another dialect, another site, or budgets that take every key for one user."""
    async with broker(limits=LocalLimits(user="me")) as (sim, okx):
        with pytest.raises(BadParameter, match="one user"):
            okx.as_user(sim.credentials[1])
        with pytest.raises(BadParameter, match="dialect and site"):
            OKEx(sim.credentials[1], site=sim.site, share=okx)  # type: ignore[arg-type]
        with pytest.raises(BadParameter, match="dialect and site"):
            OKX(share=okx)


async def test_a_user_of_a_user_shares_with_the_first() -> None:
    """However it was made."""
    async with broker() as (sim, okx):
        between = okx.as_user(sim.credentials[1])
        user = between.as_user(sim.credentials[2])
        await between.aclose()
        assert (await user.request("GET", "/api/v5/account/config"))[0]["uid"] == sim.user(2).uid
        await okx.aclose()
        with pytest.raises(ClientClosed):
            await user.account.balance()


async def test_users_stay_on_the_loop_of_the_client_they_share() -> None:
    """Its connections live there."""
    async with broker() as (sim, okx):
        user = okx.as_user(sim.credentials[1])

        async def elsewhere() -> None:
            with pytest.raises(WrongLoop):
                await user.account.balance()

        await asyncio.to_thread(asyncio.run, elsewhere())
