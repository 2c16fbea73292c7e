"""Where a desktop application's browser comes back to: what is believed there, and what is turned away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from okx_async import AuthorizationDenied, AuthorizationFailed, AuthorizationTimedOut, BadParameter
from okx_async.oauth import Login, Loopback, Places

from .desk import desk

Scene = Callable[[str], Awaitable[object]]


async def say(loopback: Loopback, target: str, *, method: str = "GET", host: str | None = None) -> tuple[int, str]:
    """Send one request and return status and whole answer."""
    place = loopback.redirect_uri.split("/")[2]
    reader, writer = await asyncio.open_connection("127.0.0.1", int(place.rpartition(":")[2]))
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: {host or place}\r\n\r\n".encode())
    await writer.drain()
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), answer


def question(loopback: Loopback) -> Login:
    """Ask with the loopback's own address."""
    return Login.ask(Places(), "client-1", loopback.redirect_uri, "trade", pkce=True)


async def test_a_desktop_application_signs_its_user_in() -> None:
    """The whole way, with a user who needs no browser."""
    async with desk(client_secret=None) as d:
        user = await d.app.sign_in(open_page=d.oauth.play_user, scope="read_only")
        assert user.scope == "read_only"
        with pytest.raises(AuthorizationDenied):
            await d.app.sign_in(open_page=lambda url: d.oauth.play_user(url, grant=False))


async def test_only_the_answer_is_believed_and_only_once() -> None:
    async with Loopback() as loopback:
        login = question(loopback)
        good = f"/callback?code=canary&state={login.state.reveal()}"

        async def scene(url: str) -> None:
            assert url == login.url
            assert (await say(loopback, good, host="evil.example"))[0] == 403
            assert (await say(loopback, good, host="localhost"))[0] == 403
            assert (await say(loopback, good.replace("/callback", "/favicon.ico")))[0] == 404
            assert (await say(loopback, "/callback/x?" + good.partition("?")[2]))[0] == 404
            assert (await say(loopback, good, method="POST"))[0] == 405
            status, page = await say(loopback, "/callback?code=canary&state=guess")
            assert (status, loopback.turned_away) == (400, 1)
            assert "another login" in page
            status, page = await say(loopback, good)
            assert status == 200
            assert "Access was granted" in page
            assert "canary" not in page
            assert "no-store" in page
            assert (await say(loopback, good))[0] == 410

        answer = await loopback.answer(login, scene)
        assert answer.code.reveal() == "canary"
        assert (await say(loopback, good))[0] == 410


async def test_a_no_and_an_empty_answer_end_the_login() -> None:
    for answer, kind in (("error=access_denied", AuthorizationDenied), ("domain=www", AuthorizationFailed)):
        async with Loopback() as loopback:
            login = question(loopback)
            target = f"/callback?{answer}&state={login.state.reveal()}"
            with pytest.raises(kind):
                await loopback.answer(login, lambda url, to=target: say(loopback, to))  # type: ignore[misc]


async def test_nobody_answers() -> None:
    """In time, that is; answers that were turned away are told."""
    async with Loopback() as loopback:
        login = question(loopback)

        async def scene(url: str) -> None:
            await say(loopback, "/callback?code=c&state=guess")

        with pytest.raises(AuthorizationTimedOut, match=r"within 0.5 seconds; 1 answer\(s\) with another state"):
            await loopback.answer(login, scene, timeout=0.5)


async def test_talk_that_is_no_request_is_cut() -> None:
    """Too long, or cut off: the others go on."""
    async with Loopback() as loopback:
        login = question(loopback)
        port = int(loopback.redirect_uri.split(":")[2].partition("/")[0])

        async def scene(url: str) -> None:
            for raw in (b"x" * 100_000, b"GET /callback"):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(raw)
                writer.write_eof()
                with contextlib.suppress(ConnectionError):  # what was not read makes a reset of the close
                    assert await reader.read() == b""
                writer.close()
            await say(loopback, f"/callback?code=c&state={login.state.reveal()}")

        assert await loopback.answer(login, scene)


async def test_a_silent_browser_does_not_keep_it_open() -> None:
    """Browsers open connections in advance."""
    async with Loopback() as loopback:
        port = int(loopback.redirect_uri.split(":")[2].partition("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await reader.read() == b""
    writer.close()


async def test_it_listens_on_this_machine_only_and_says_when_it_cannot() -> None:
    async with Loopback() as loopback:
        assert loopback.redirect_uri.startswith("http://127.0.0.1:")
        port = int(loopback.redirect_uri.split(":")[2].partition("/")[0])
        with pytest.raises(AuthorizationFailed, match=f"cannot listen on 127.0.0.1:{port}"):
            await Loopback(port=port).__aenter__()
    with pytest.raises(BadParameter):
        Loopback(path="callback?x")


async def test_a_question_with_another_address_is_refused() -> None:
    async with Loopback() as loopback:
        login = Login.ask(Places(), "client-1", "https://app.example/", "trade", pkce=True)
        with pytest.raises(BadParameter, match="another redirect_uri"):
            await loopback.answer(login, _never)


async def test_a_browser_that_cannot_be_opened_is_told() -> None:
    def broken(url: str) -> Any:
        raise OSError("no display")

    async with Loopback() as loopback:
        with pytest.raises(OSError, match="no display"):
            await loopback.answer(question(loopback), broken)


async def _never(url: str) -> None:
    raise AssertionError
