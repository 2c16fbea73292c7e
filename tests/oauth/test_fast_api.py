"""Fast API: the key a broker makes for a user, straight into `Credentials`."""

from __future__ import annotations

import pytest

from okx_async import OKX, AuthorizationNeeded, BadRequest, CredentialsNeeded, NotAllowed, OkxError, Refused, Site
from okx_async.core.fields import Signature
from okx_async.oauth import create_api_key, delete_api_key
from okx_async.oauth.fast_api import _passphrase
from okx_async.v5 import channels
from okx_async.v5.rest.oauth import OAuth

from .desk import desk


async def test_a_user_who_authorized_gets_a_key_that_works() -> None:
    """It logs in on a socket, and is replaced by the next one."""
    async with desk() as d:
        user = await d.authorize("fast_api")
        async with d.client(user) as okx:
            first = await create_api_key(okx, "desk1")
            second = await create_api_key(okx, "desk1", passphrase="Tr0ub4dor&3", perm="trade")
        assert second.passphrase.reveal() == "Tr0ub4dor&3"
        async with OKX(second, site=d.sim.site) as keyed:
            async with keyed.books("BTC-USDT", channel=channels.books_l2_tbt) as books:
                assert (await anext(books)).best_bid
        async with OKX(first, site=d.sim.site) as replaced:
            with pytest.raises(OkxError):
                await anext(replaced.books("BTC-USDT", channel=channels.books_l2_tbt))


async def test_a_key_is_deleted_and_deleting_none_is_no_error() -> None:
    async with desk() as d:
        user = await d.authorize("fast_api")
        async with d.client(user) as okx:
            assert await delete_api_key(okx) is False
            await create_api_key(okx, "desk1")
            with pytest.raises(BadRequest, match="50116.*delete"):
                await okx.oauth.create_fast_api_key("desk2", "Tr0ub4dor&3")
            assert await delete_api_key(okx) is True


async def test_what_the_exchange_refuses_says_what_to_do() -> None:
    async with desk() as d:
        trader = await d.authorize("trade", name="trader")
        async with d.client(trader) as okx:
            with pytest.raises(NotAllowed, match="53013.*wider"):
                await create_api_key(okx, "desk1")
        user = await d.authorize("fast_api")
        async with d.client(user) as okx:
            with pytest.raises(NotAllowed, match="50118.*bind_app"):
                await create_api_key(okx, "desk1", bind_app=True)
            d.oauth.app.fast_api = False
            with pytest.raises(NotAllowed, match="53017.*enable"):
                await create_api_key(okx, "desk1")


async def test_its_token_lives_an_hour_and_cannot_be_refreshed() -> None:
    """The exchange gives no refresh token with it."""
    async with desk() as d:
        user = await d.authorize("fast_api")
        async with d.client(user) as okx:
            await d.sim.advance(3_590)
            assert await delete_api_key(okx) is False
            await d.sim.advance(10)
            with pytest.raises(AuthorizationNeeded):
                await create_api_key(okx, "desk1")
        assert d.grants.tally.dead == 0


async def test_a_token_may_also_be_given_with_the_call() -> None:
    """Then nothing is refreshed; and a client without one is told before anything is sent."""
    async with desk() as d:
        user = await d.authorize("fast_api")
        token = user._pair.access_token
        keys = d.sim.credentials[0]
        async with OKX(keys, site=d.sim.site, allow={"keys"}) as okx:
            assert (await okx.oauth.create_fast_api_key("desk1", "Tr0ub4dor&3", access_token=token)).api_key
            before = d.sim.counters.requests
            with pytest.raises(CredentialsNeeded, match="needs an access token"):
                await create_api_key(okx, "desk1")
            assert d.sim.counters.requests == before
        other = await d.authorize("read_only", name="other")
        async with d.client(other) as okx:
            with pytest.raises(Refused, match="53000"):
                await okx.oauth.delete_fast_api_key(access_token="unknown")
            assert not other.over


def test_passphrases_are_as_the_exchange_wants_them() -> None:
    """Checked by the declaration itself, which every one must pass."""
    made = {_passphrase() for _ in range(200)}
    assert len(made) == 200
    signature: Signature = OAuth.create_fast_api_key.endpoint.signature  # type: ignore[attr-defined]
    for text in made:
        assert signature.bind("key", (), {"label": "k", "passphrase": text})["passphrase"] == text


async def test_a_client_without_anything_is_told() -> None:
    async with OKX(site=Site.DEMO, allow={"keys"}) as okx:
        with pytest.raises(CredentialsNeeded):
            await delete_api_key(okx)
