"""A desktop login in a real browser: grant, deny, a state that is not ours, a code that was used."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from okx_async import AuthorizationDenied, CodeRefused
from okx_async.oauth import Login, Loopback

from .chromium import Page, chromium, installed
from .desk import desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(installed() is None, reason="no chromium: apt-get install chromium"),
]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A browser's only tab."""
    async with chromium() as made:
        yield made


async def test_a_user_allows(page: Page) -> None:
    """The page says who asks for what; afterwards the application is told, and so is the user."""
    async with desk(client_secret=None) as d:

        async def allow(url: str) -> None:
            await page.goto(url)
            await page.shows("Allow Demo Desk to use your account?")
            await page.shows("Place, change and cancel orders. It cannot withdraw anything.")
            await page.shows("Either way you go back to 127.0.0.1:")
            await page.press("Allow")

        user = await d.app.sign_in(open_page=allow, scope="read_only,trade")
        await page.shows("Access was granted")
        async with d.client(user) as okx:
            assert await d.who(okx) == [{"user": "1", "vip": "4"}]


async def test_a_user_denies(page: Page) -> None:
    async with desk(client_secret=None) as d:

        async def deny(url: str) -> None:
            await page.goto(url)
            await page.shows("Allow Demo Desk")
            await page.press("Deny")

        with pytest.raises(AuthorizationDenied, match="access_denied"):
            await d.app.sign_in(open_page=deny)
        await page.shows("Access was not granted")
        assert d.grants.tally.codes == 0


async def test_an_answer_to_another_question_is_turned_away(page: Page) -> None:
    """Somebody sends the user to a page that ends at our door with a code of theirs; the true answer still counts."""
    async with desk(client_secret=None) as d, Loopback() as loopback:
        login = d.app.ask(loopback.redirect_uri)

        async def forged_first(url: str) -> None:
            await page.goto(url.replace(login.state.reveal(), "guessed"))
            await page.shows("Allow Demo Desk")
            await page.press("Allow")
            await page.shows("This answer was not accepted")
            await page.goto(url)
            await page.shows("Allow Demo Desk")
            await page.press("Allow")

        answer = await loopback.answer(login, forged_first)
        assert loopback.turned_away == 1
        await page.shows("Access was granted")
        assert await d.app.finish(login, answer)


async def test_a_code_that_was_used_is_refused(page: Page) -> None:
    """A look into the browser's history gives nobody anything."""
    async with desk(client_secret=None) as d, Loopback() as loopback:
        login: Login = d.app.ask(loopback.redirect_uri)

        async def allow(url: str) -> None:
            await page.goto(url)
            await page.shows("Allow Demo Desk")
            await page.press("Allow")

        await d.app.finish(login, await loopback.answer(login, allow))
        await page.shows("Access was granted")
        kept = await page.where()
        assert "code=" in kept
        with pytest.raises(CodeRefused, match="53012"):
            await d.app.finish(login, kept)
        await page.goto(kept)
        await page.shows("This login is over")


async def test_an_application_that_nobody_knows_sends_nobody_anywhere(page: Page) -> None:
    """Neither with another name nor with another address, and no code is given."""
    async with desk(client_secret=None) as d, Loopback(path="/elsewhere") as loopback:
        login = d.app.ask(loopback.redirect_uri)
        await page.goto(login.url)
        await page.shows("did not register the address")
        await page.goto(login.url.replace(d.app.client_id, "nobody"))
        await page.shows("No application of this name is registered.")
        assert d.grants.tally.codes == 0
