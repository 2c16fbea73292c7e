"""The life of a user's tokens under a virtual clock: refreshed ahead, once, and never used when dead."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from okx_async import (
    OKX,
    AuthorizationFailed,
    AuthorizationNeeded,
    AuthRefused,
    BadParameter,
    CodeRefused,
    ConnectionLost,
    CredentialsNeeded,
    NotAllowed,
    NotSent,
    OutcomeUnknown,
    Secret,
    Site,
    StateMismatch,
    TokenExpired,
    TokenRefused,
    TokenStoreFailed,
    UnknownEndpoint,
    WrongSite,
)
from okx_async.net.limits import Limits
from okx_async.oauth import MemoryStore, Places, TokenPair, UserToken
from okx_async.sim import FaultKind, RestFault
from okx_async.sim.oauth.grants import Grant, Grants
from okx_async.v3 import OKEx
from okx_async.v5 import channels
from tests.waiting import until

from .desk import REDIRECT, desk

HOUR = 3_600
TOKEN_PATH = "/v5/users/oauth/token"


async def test_a_client_works_on_a_token_as_on_a_key() -> None:
    """Nothing is signed; the site comes from the token."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            assert okx.site == d.sim.site
            assert await d.who(okx) == [{"user": "1", "vip": "4"}]
            assert await okx.market.ticker("BTC-USDT")
        assert user.scope == "read_only,trade"
        assert (d.grants.tally.exchanged, d.grants.tally.refreshed) == (1, 0)


async def test_fifty_users_of_one_token_share_one_refresh_and_never_use_a_dead_one() -> None:
    """Ten lives of the token, in each of which fifty tasks come at the same moment."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            for life in range(1, 11):
                await d.sim.advance(HOUR - 60)
                answers = await asyncio.gather(*(d.who(okx) for _ in range(50)))
                assert answers == [[{"user": "1", "vip": "4"}]] * 50
                assert d.grants.tally.refreshed == life
        assert d.grants.tally.dead == 0


async def test_a_refresh_waits_for_requests_under_way_with_the_old_token() -> None:
    """They would be refused if they arrived after it."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            await okx.public.time()  # the connection is there
            d.sim.faults.rest.add(RestFault(FaultKind.REST_SLOW, "/api/v5/users/self", seconds=120))
            slow = asyncio.create_task(d.who(okx))
            await until(lambda: not d.sim.faults.rest.pending)
            refresh = asyncio.create_task(user.refresh())
            quick = asyncio.create_task(d.who(okx))
            for _ in range(5):
                await okx.public.time()
            assert d.grants.tally.refreshed == 0
            assert not quick.done()
            await d.sim.advance(120)
            assert await slow == await quick
            await refresh
        assert (d.grants.tally.refreshed, d.grants.tally.dead) == (1, 0)


async def test_who_gives_up_waiting_does_not_break_the_refresh_off() -> None:
    async with desk() as d:
        user = await d.authorize()
        await d.sim.advance(HOUR)
        d.sim.faults.rest.add(RestFault(FaultKind.REST_SLOW, TOKEN_PATH, seconds=9))
        async with d.client(user) as okx:
            tasks = [asyncio.create_task(d.who(okx)) for _ in range(3)]
            await until(lambda: not d.sim.faults.rest.pending)
            tasks[0].cancel()
            await asyncio.wait(tasks[:1])
            await d.sim.advance(9)
            assert await asyncio.gather(*tasks[1:]) == [[{"user": "1", "vip": "4"}]] * 2
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
        assert (d.grants.tally.refreshed, d.grants.tally.dead) == (1, 0)


async def test_a_token_that_the_exchange_calls_expired_is_refreshed_and_the_request_sent_once_more() -> None:
    """Whatever this machine's clock says."""
    async with desk(clock=lambda: 0.0) as d:
        user = await d.authorize()
        await d.sim.advance(HOUR)
        async with d.client(user) as okx:
            assert await asyncio.gather(*(d.who(okx) for _ in range(5))) == [[{"user": "1", "vip": "4"}]] * 5
        assert d.grants.tally.refreshed == 1


async def test_a_second_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One retry, not an endless one."""
    async with desk(clock=lambda: 0.0) as d:
        user = await d.authorize()
        seen: list[str] = []
        real = Grants.judge

        def expired(grants: Grants, access: str) -> Grant | str:
            seen.append(access)
            return "53002" if len(seen) < 9 else real(grants, access)

        monkeypatch.setattr(Grants, "judge", expired)
        async with d.client(user) as okx:
            with pytest.raises(TokenExpired):
                await d.who(okx)
        assert (len(set(seen)), len(seen), d.grants.tally.refreshed) == (2, 2, 1)


async def test_after_three_days_without_a_request_the_user_must_authorize_again_and_clients_go_on() -> None:
    """Nothing is sent with tokens that are too old; a new authorization revives what was built on the old one."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            await d.sim.advance(3 * 86_400)
            before = d.sim.counters.requests
            for _ in range(2):
                with pytest.raises(AuthorizationNeeded, match="authorize again"):
                    await d.who(okx)
            assert (user.over, d.sim.counters.requests) == (True, before)
            assert await d.authorize() is user
            assert await d.who(okx)
        assert d.grants.tally.dead == 0


async def test_regular_refreshes_keep_an_authorization_for_good() -> None:
    async with desk() as d:
        user = await d.authorize()
        for _ in range(5):
            await d.sim.advance(2.9 * 86_400)
            await user.refresh()
        async with d.client(user) as okx:
            assert await d.who(okx)
        assert d.grants.tally.dead == 0


@pytest.mark.parametrize("end", ["take_back", "revoke"])
async def test_an_authorization_that_ended_is_over_for_all(end: str) -> None:
    """Taken back by the user (53001), or revoked elsewhere (53003)."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            if end == "take_back":
                d.oauth.take_back()
            else:
                d.grants.revoke(d.oauth.app, user._pair.access_token.reveal())
            with pytest.raises(AuthorizationNeeded) as caught:
                await d.who(okx)
            assert isinstance(caught.value.__cause__, TokenRefused)
            before = d.sim.counters.requests
            with pytest.raises(AuthorizationNeeded):
                await d.who(okx)
            assert d.sim.counters.requests == before


async def test_what_is_no_fault_of_the_token_is_told_as_it_is() -> None:
    """A frozen account (53004) is not mended by a refresh."""
    async with desk() as d:
        user = await d.authorize()
        d.oauth.freeze()
        async with d.client(user) as okx:
            with pytest.raises(NotAllowed, match="53004"):
                await d.who(okx)
        assert d.grants.tally.refreshed == 0


async def test_a_scope_that_does_not_cover_a_request_is_told() -> None:
    async with desk() as d:
        user = await d.authorize("fast_api")
        async with d.client(user) as okx:
            with pytest.raises(NotAllowed, match="53013.*wider"):
                await d.who(okx)


async def test_while_the_old_token_lives_a_refresh_that_was_refused_harms_nobody() -> None:
    """Nothing happened to the old pair; requests go on with it, and a while later it is tried again."""
    async with desk() as d:
        user = await d.authorize()
        d.oauth.app.ips = ("192.0.2.1",)  # 53014: not from here
        async with d.client(user) as okx:
            await d.sim.advance(HOUR - 200)
            assert await d.who(okx)
            assert await d.who(okx)
            assert d.sim.counters.refusals["53014"] == 1, "not asked again at once"
            await d.sim.advance(20)
            assert await d.who(okx)
            assert d.sim.counters.refusals["53014"] == 2
            d.oauth.app.ips = ()
            await d.sim.advance(20)
            assert await d.who(okx)
        assert (d.grants.tally.refreshed, d.grants.tally.dead) == (1, 0)


async def test_after_a_refresh_of_unknown_outcome_the_old_token_is_not_used() -> None:
    """The answer is lost, so the old pair may be dead: refresh or raise, but never try it."""
    async with desk() as d:
        user = await d.authorize()
        d.sim.faults.rest.add(RestFault(FaultKind.REST_RESET, TOKEN_PATH, times=6))
        async with d.client(user) as okx:
            await d.sim.advance(HOUR - 60)
            for method in ("GET", "POST"):  # of an order, too, it is certain that it was not sent
                with pytest.raises(NotSent, match="nothing was sent") as caught:
                    await okx.request(method, "/api/v5/users/self")
                assert isinstance(caught.value.__cause__, ConnectionLost)
            assert await d.who(okx)
        assert (d.grants.tally.refreshed, d.grants.tally.dead) == (1, 0)


async def test_an_answer_lost_after_the_refresh_ends_in_a_question_to_the_user() -> None:
    """The exchange made a new pair that nobody got: the old refresh token is used up."""
    async with desk() as d:
        user = await d.authorize()
        d.sim.faults.rest.add(RestFault(FaultKind.REST_CUT, TOKEN_PATH))
        await d.sim.advance(HOUR)
        with pytest.raises(OutcomeUnknown):
            await user.refresh()
        assert d.grants.tally.refreshed == 1
        with pytest.raises(AuthorizationNeeded):
            await user.refresh()
        assert d.grants.tally.dead == 0


async def test_two_processes_with_one_store_adopt_what_the_other_refreshed() -> None:
    store = MemoryStore()
    async with desk(store=store) as d, d.another(store=store) as other:
        mine = await d.authorize(name="alice")
        theirs = await other.user("alice")
        await d.sim.advance(HOUR)
        async with d.client(mine) as one, d.client(theirs) as two:
            assert await d.who(one) == await d.who(two)
        assert (d.grants.tally.refreshed, d.grants.tally.dead) == (1, 0)


async def test_users_are_found_again_after_a_restart() -> None:
    store = MemoryStore()
    async with desk(store=store) as d:
        await d.authorize(name="alice")
        async with d.another(store=store) as later:
            alice = await later.user("alice")
            assert await later.user("alice") is alice
            async with d.client(alice) as okx:
                assert await d.who(okx)
            await alice.forget()
            for name in ("alice", "bob"):
                with pytest.raises(AuthorizationNeeded, match=name):
                    await later.user(name)
            with pytest.raises(AuthorizationNeeded):
                await alice.refresh()


async def test_a_store_that_fails_does_not_fail_requests_but_says_so(caplog: pytest.LogCaptureFixture) -> None:
    class Full(MemoryStore):
        full = False

        async def save(self, name: str, pair: TokenPair) -> None:
            if self.full:
                raise TokenStoreFailed("no space left")
            await super().save(name, pair)

    store = Full()
    async with desk(store=store) as d:
        user = await d.authorize()
        store.full = True
        await d.sim.advance(HOUR)
        async with d.client(user) as okx:
            assert await d.who(okx)
        assert user.unsaved
        assert "in memory only: no space left" in caplog.text
        with pytest.raises(TokenStoreFailed):
            await d.authorize()


async def test_a_store_that_cannot_be_read_does_not_stop_a_refresh(caplog: pytest.LogCaptureFixture) -> None:
    class Locked(MemoryStore):
        async def load(self, name: str) -> TokenPair | None:
            raise TokenStoreFailed("locked")

    async with desk(store=Locked()) as d:
        user = await d.authorize()
        await user.refresh()
        assert d.grants.tally.refreshed == 1
        assert "cannot be looked at: locked" in caplog.text


@pytest.mark.parametrize("end", ["forget", "revoke"])
async def test_what_is_forgotten_during_a_refresh_stays_forgotten(end: str) -> None:
    """The refresh is not broken off, and what it brings is forgotten, too."""
    store = MemoryStore()
    async with desk(store=store) as d:
        user = await d.authorize()
        d.sim.faults.rest.add(RestFault(FaultKind.REST_SLOW, TOKEN_PATH, seconds=9))
        refresh = asyncio.create_task(user.refresh())
        await until(lambda: not d.sim.faults.rest.pending)
        ending = asyncio.create_task(getattr(user, end)())
        await d.sim.advance(9)
        await asyncio.gather(refresh, ending)
        assert (user.over, await store.load("user"), d.grants.tally.refreshed) == (True, None, 1)


async def test_closing_the_application_waits_for_a_refresh_under_way() -> None:
    """Its answer is the only copy of the new pair."""
    store = MemoryStore()
    async with desk(store=store) as d:
        user = await d.authorize()
        before = await store.load("user")
        d.sim.faults.rest.add(RestFault(FaultKind.REST_SLOW, TOKEN_PATH, seconds=9))
        refresh = asyncio.create_task(user.refresh())
        await until(lambda: not d.sim.faults.rest.pending)
        closing = asyncio.create_task(d.app.aclose())
        await d.sim.advance(9)
        await asyncio.gather(refresh, closing)
        assert await store.load("user") not in (None, before)


async def test_revocation() -> None:
    """Where an endpoint is known; the documents name none."""
    async with desk() as d:
        user = await d.authorize()
        await user.revoke()
        assert user.over
        assert d.grants.judge(user._pair.access_token.reveal()) == "53003"
        async with d.another(places=Places(authorize=d.sim.rest + "/account/oauth")) as plain:
            login = plain.ask(REDIRECT)
            kept = await plain.finish(login, await d.back(login))
            with pytest.raises(UnknownEndpoint, match="no document names"):
                await kept.revoke()
            assert not kept.over


async def test_a_code_works_once_and_for_ten_minutes() -> None:
    async with desk() as d:
        login = d.app.ask(REDIRECT)
        answer = await d.back(login)
        await d.app.finish(login, answer)
        with pytest.raises(CodeRefused, match="53012.*once"):
            await d.app.finish(login, answer)
        answer = await d.back(login)
        await d.sim.advance(600)
        with pytest.raises(CodeRefused):
            await d.app.finish(login, answer)


async def test_an_application_without_a_secret_proves_itself_by_its_verifier() -> None:
    """PKCE: right verifier, another one, none; a refresh needs neither; the device goes along."""
    async with desk(client_secret=None, device="desk-1") as d:
        d.oauth.need_device = True
        user = await d.authorize()
        await user.refresh()
        async with d.client(user) as okx:
            assert await d.who(okx)
        async with d.another(client_secret=None) as nameless:
            login = nameless.ask(REDIRECT)
            bare = await nameless.finish(login, await d.back(login), name="bare")
            async with d.client(bare) as okx:
                with pytest.raises(AuthRefused, match="53006.*TERMID"):
                    await d.who(okx)
        first, second = d.app.ask(REDIRECT), d.app.ask(REDIRECT)
        stolen = {"code": first.read(await d.back(first)).code.reveal(), "state": second.state.reveal()}
        with pytest.raises(AuthRefused, match="53009"):
            await d.app.finish(second, stolen)


async def test_the_callback_names_the_site_of_the_user_from_a_fixed_list() -> None:
    """All later calls of the user go there."""
    async with desk() as d:
        d.oauth.domain = "evil.example"
        with pytest.raises(AuthorizationFailed, match="not among `domains`") as caught:
            await d.authorize()
        assert "evil" not in str(caught.value)
        elsewhere = Site("elsewhere", d.sim.rest, {})
        async with d.another(domains={"eea": elsewhere}) as app:
            d.oauth.domain = "eea"
            login = app.ask(REDIRECT)
            user = await app.finish(login, await d.back(login))
            assert user.site is elsewhere
            assert (await app.user()).site is elsewhere


async def test_the_state_is_looked_at_before_anything_is_sent() -> None:
    async with desk() as d:
        login, other = d.app.ask(REDIRECT), d.app.ask(REDIRECT)
        before = d.sim.counters.requests
        with pytest.raises(StateMismatch):
            await d.app.finish(login, await d.back(other))
        assert d.sim.counters.requests == before


async def test_the_token_endpoint_is_looked_for_where_integrators_saw_it() -> None:
    """Without a prefix and with one; what is nowhere is told."""
    async with desk() as d:
        for token in ((TOKEN_PATH, "/api" + TOKEN_PATH), ("/api" + TOKEN_PATH, TOKEN_PATH), ("/nowhere", TOKEN_PATH)):
            async with d.another(places=Places(authorize=d.sim.rest + "/account/oauth", token=token)) as app:
                login = app.ask(REDIRECT)
                assert await app.finish(login, await d.back(login))
        async with d.another(places=Places(authorize=d.sim.rest + "/account/oauth", token=("/nowhere",))) as app:
            login = app.ask(REDIRECT)
            with pytest.raises(OutcomeUnknown, match="404"):
                await app.finish(login, await d.back(login))


async def test_sockets_do_not_log_in_with_a_token() -> None:
    """No document tells how, and the error says what to do instead; public channels work as ever."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            with pytest.raises(CredentialsNeeded, match="access token.*API key.*Fast API"):
                await anext(okx.subscribe(channels.account()))
            async with okx.books("BTC-USDT") as books:
                assert (await anext(books)).best_bid


def test_a_budget_key_tells_nothing_about_the_user() -> None:
    """And is the same for all tokens of one user."""
    limits, user = Limits(), _user()
    name = limits._user(user)
    assert user.identity.reveal() not in name
    user.take(TokenPair(Secret("b"), None, 1.0, 1.0))
    assert limits._user(user) == name
    assert limits._user(_user("other")) != name


def test_tokens_are_of_v5_and_of_their_site() -> None:
    user = _user()
    assert OKX(user).site is Site.DEMO
    assert OKX(user, site=Site.DEMO).site is Site.DEMO
    with pytest.raises(WrongSite, match="global demo, not global"):
        OKX(user, site=Site.GLOBAL)
    with pytest.raises(WrongSite, match="V5 only"):
        OKEx(user)
    with pytest.raises(BadParameter, match="must be Credentials"):
        OKX("token")  # type: ignore[arg-type]


def _user(name: str = "u") -> UserToken:
    async def nothing(pair: TokenPair) -> Any:
        raise AssertionError

    pair = TokenPair(Secret("a"), None, 0.0, 0.0)
    return UserToken(
        name,
        Site.DEMO,
        pair,
        store=MemoryStore(),
        refresh=nothing,
        revoke=nothing,
        clock=lambda: 0.0,
        ahead=1.0,
        drain=1.0,
        device=None,
    )
