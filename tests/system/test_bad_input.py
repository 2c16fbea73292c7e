"""Mistakes are answered with a typed error that says what to do, before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from okx_async import (
    OKX,
    BadParameter,
    ClientClosed,
    Credentials,
    CredentialsNeeded,
    OKEx,
    OkxError,
    Secret,
    Site,
    Timers,
    UnknownChannel,
    UnknownEndpoint,
    UnknownInstrument,
    UsageError,
    WrongLoop,
    WrongSite,
)
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels


class Nothing:
    """A server that counts requests; the tests below must leave the count at zero."""

    def __init__(self) -> None:
        self.requests = 0

    async def __aenter__(self) -> Nothing:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._count)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        sockets = {name: f"ws://127.0.0.1:{port}/{name}" for name in ("public", "private", "business", "v3")}
        self.site = Site("counting", f"http://127.0.0.1:{port}", sockets)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _count(self, _: web.Request) -> web.Response:
        self.requests += 1
        return web.json_response({})


Mistake = Callable[[Any], Coroutine[Any, Any, Any]]
V5_MISTAKES: list[tuple[str, Mistake, type[OkxError], str]] = [
    ("wrong type", lambda okx: okx.market.ticker(17), BadParameter, "inst_id must be text, not int"),
    ("camelCase keyword", lambda okx: okx.market.ticker(instId="BTC-USDT"), BadParameter, "did you mean 'inst_id'"),
    ("unknown keyword", lambda okx: okx.market.ticker("BTC-USDT", color="red"), BadParameter, "no parameter 'color'"),
    ("missing", lambda okx: okx.market.ticker(), BadParameter, "needs 'inst_id'"),
    ("twice", lambda okx: okx.market.ticker("BTC-USDT", inst_id="X-Y"), BadParameter, "twice"),
    ("too many", lambda okx: okx.market.ticker("BTC-USDT", "X"), BadParameter, "at most 1"),
    ("lower case", lambda okx: okx.market.ticker("btc-usdt"), BadParameter, "did you mean 'BTC-USDT'"),
    ("slash", lambda okx: okx.market.ticker("BTC/USDT"), BadParameter, "did you mean 'BTC-USDT'"),
    ("empty", lambda okx: okx.market.ticker(""), BadParameter, "empty"),
    ("wrong literal", lambda okx: okx.public.instruments("SPOTS"), BadParameter, "did you mean 'SPOT'"),
    ("bool for int", lambda okx: okx.market.trades("BTC-USDT", limit=True), BadParameter, "must be an int"),
    ("float for int", lambda okx: okx.market.trades("BTC-USDT", limit=1.5), BadParameter, "must be an int"),
    ("wrong bar", lambda okx: okx.market.candles("BTC-USDT", bar="7m"), BadParameter, "1m, 1H or 1Dutc"),
    ("unknown endpoint", lambda okx: okx.call("market.tickr"), UnknownEndpoint, "market.ticker"),
    ("float in a raw request", lambda okx: okx.request("POST", "/api/v5/x", {"px": 0.1}), BadParameter, "float"),
    (
        "an object in a raw request",
        lambda okx: okx.request("POST", "/api/v5/x", {"px": b"1"}),
        BadParameter,
        "use text",
    ),
    ("wrong method", lambda okx: okx.request("PUT", "/api/v5/x"), BadParameter, "'GET' or 'POST'"),
    ("signed without a key", lambda okx: okx.request("GET", "/api/v5/x", auth=True), CredentialsNeeded, "credentials"),
    ("not a topic", lambda okx: _now(okx.subscribe, "tickers"), UnknownChannel, "channels.tickers"),
    ("a topic of V3", lambda okx: _now(okx.subscribe, v3_channels.ticker("BTC-USDT")), UnknownChannel, "v3"),
    ("not a book", lambda okx: _now(okx.books, "BTC-USDT", channel=channels.tickers), UnknownChannel, "not an order"),
    ("no instrument", lambda okx: _now(okx.books), BadParameter, "at least one"),
    ("twice the same", lambda okx: _now(okx.books, "BTC-USDT", "BTC-USDT"), BadParameter, "twice"),
    ("policy", lambda okx: _now(okx.books, "BTC-USDT", policy="newest"), BadParameter, "'latest'"),
    ("size", lambda okx: _now(okx.subscribe, channels.trades("BTC-USDT"), size=0), BadParameter, "positive int"),
    ("audit", lambda okx: _now(okx.books, "BTC-USDT", audit=-1), BadParameter, "positive"),
    ("audit as text", lambda okx: _now(okx.books, "BTC-USDT", audit="5"), BadParameter, "number of seconds"),
    ("channel by name", lambda okx: _now(okx.books, "BTC-USDT", channel="books5"), BadParameter, "channels.books5"),
    ("not an endpoint", lambda okx: okx.call(17), UnknownEndpoint, "'market.ticker'"),
    ("fields in a list", lambda okx: okx.request("POST", "/api/v5/x", [1]), BadParameter, "fields must be Mapping"),
    ("an object", lambda okx: okx.request("POST", "/api/v5/x", {"a": [{1}]}), BadParameter, "fields['a'][0]"),
    ("no name", lambda okx: okx.request("GET", "/api/v5/x", {1: "a"}), BadParameter, "a name in fields"),
    ("nan", lambda okx: okx.request("GET", "/api/v5/x", {"a": Decimal("nan")}), BadParameter, "finite"),
    ("no text", lambda okx: okx.check_instrument(5), BadParameter, "inst_id must be text such as 'BTC-USDT'"),
    ("nothing", lambda okx: okx.check_instrument(None), BadParameter, "inst_id must be text"),
    ("steps of a number", lambda okx: okx.steps(5), BadParameter, "inst_id must be text"),
    ("link as text", lambda okx: okx.download("https://a.example", None), BadParameter, "link must be Secret"),
    (
        "since in seconds",
        lambda okx: _now(okx.closed_candles, "BTC-USDT", since=1_700_000_000),
        BadParameter,
        "seconds",
    ),
    ("late", lambda okx: okx.subscribe(channels.trades("BTC-USDT")).ready("5"), BadParameter, "timeout must be"),
    ("late books", lambda okx: okx.books("BTC-USDT").ready("5"), BadParameter, "timeout must be"),
    ("heartbeat", lambda okx: _now(okx.keep_alive, heartbeat="5"), BadParameter, "heartbeat must be a positive"),
    ("mirror", lambda okx: _now(okx.mirror.configure, 5), BadParameter, "settings must be MirrorSettings"),
    ("nobody", lambda okx: _now(okx.as_user, None), CredentialsNeeded, "credentials of a user"),
]
OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"timeouts": 5}, "timeouts must be Timeouts, not int"),
    ({"timers": 5}, "timers must be Timers"),
    ({"retry": 3}, "retry must be Retry"),
    ({"backoff": 1.0}, "backoff must be Backoff"),
    ({"resolution": 5}, "resolution must be Resolution"),
    ({"limits": 5}, "limits must be LocalLimits or RedisLimits"),
    ({"proxy": 8080}, "proxy must be str or None"),
    ({"proxy": "user:hush@localhost:8080"}, "its scheme is missing"),
    ({"ssl_context": False}, "ssl_context must be SSLContext or None"),
    ({"opener": "tcp"}, "opener must be a function"),
    ({"observers": print}, "observers must be a list"),
    ({"observers": [print]}, "extend Observer"),
    ({"rotate": "60"}, "rotate must be a positive number of seconds"),
    ({"rotate": 5}, "rotate must be at least 60 seconds"),
    ({"standby": "no"}, "standby must be bool, not str"),
    ({"read_only": 1}, "read_only must be bool"),
    ({"orders": "websocket"}, "orders must be one of rest, ws, auto"),
    ({"share": 5}, "share must be Client"),
    ({"namespace": "a_b"}, "letters or digits"),
]


@pytest.mark.parametrize("client", [OKX, OKEx])
@pytest.mark.parametrize(("options", "text"), OPTIONS)
def test_a_wrong_option_is_named_when_the_client_is_made(client: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(BadParameter, match=text) as caught:
        client(**options)
    assert "hush" not in str(caught.value)


async def _now(function: Callable[..., Any], *args: Any, **given: Any) -> Any:
    return function(*args, **given)


@pytest.mark.parametrize(("mistake", "kind", "text"), [row[1:] for row in V5_MISTAKES], ids=[r[0] for r in V5_MISTAKES])
async def test_a_mistake_is_named_and_nothing_is_sent(mistake: Mistake, kind: type[OkxError], text: str) -> None:
    """One mistake each."""
    async with Nothing() as nothing, OKX(site=nothing.site, check_instruments=False) as okx:
        with pytest.raises(kind) as caught:
            await mistake(okx)
        assert text in str(caught.value)
        assert isinstance(caught.value, UsageError)
        assert nothing.requests == 0


async def test_usage_errors_are_what_python_users_expect_to_catch() -> None:
    """BadParameter is a TypeError and a ValueError, the unknown ones are LookupErrors."""
    assert issubclass(BadParameter, TypeError)
    assert issubclass(BadParameter, ValueError)
    assert issubclass(UnknownEndpoint, LookupError)


def test_keys_need_a_site() -> None:
    """Live or demo must be chosen: there is no silent default (field lesson 85)."""
    with pytest.raises(WrongSite, match=r"Site\.DEMO"):
        OKX(Credentials("key", "secret", "phrase"))
    with pytest.raises(BadParameter, match=r"Site\.DEMO"):
        OKX(site="demo")  # type: ignore[arg-type]
    with pytest.raises(BadParameter, match="Credentials"):
        OKX("key", site=Site.DEMO)  # type: ignore[arg-type]
    with pytest.raises(BadParameter, match="empty"):
        Credentials("key", "", "phrase")


async def test_a_site_of_the_other_dialect_is_named() -> None:
    """A V5 client on a V3 site cannot open its sockets, and says why."""
    async with OKX(site=Site.OKEX_2020, check_instruments=False) as okx:
        with pytest.raises(WrongSite, match="OKEx"):
            await anext(okx.subscribe(channels.tickers("BTC-USDT")))
    async with OKEx(site=Site.GLOBAL, check_instruments=False) as okex:
        with pytest.raises(WrongSite, match="OKX"):
            await anext(okex.subscribe(v3_channels.ticker("BTC-USDT")))


async def test_a_closed_client_says_so() -> None:
    """REST, streams and books alike; closing twice is fine."""
    okx = OKX()
    await okx.aclose()
    await okx.aclose()
    for use in (okx.market.ticker("BTC-USDT"), okx.request("GET", "/api/v5/public/time")):
        with pytest.raises(ClientClosed):
            await use
    with pytest.raises(ClientClosed):
        okx.books("BTC-USDT")


async def test_what_orders_became_of_is_not_asked_by_a_closed_client() -> None:
    """It would open a connection that nobody closes."""
    async with Nothing() as nothing:
        early, late = (OKX(Credentials("key", "secret", "phrase"), site=nothing.site) for _ in range(2))
        desk = early.orders
        await early.aclose()
        await late.aclose()
        for ask in (desk.history("mine"), desk.reconciled()):
            with pytest.raises(ClientClosed):
                await ask
        with pytest.raises(ClientClosed):
            _ = late.orders
        assert nothing.requests == 0


async def test_a_book_that_a_stream_does_not_have_is_named() -> None:
    """Before the stream is open it has none at all."""
    async with OKX(check_instruments=False) as okx:
        books = okx.books("BTC-USDT", "ETH-USDT")
        with pytest.raises(ClientClosed, match="not open yet"):
            _ = books["BTC-USDT"]
        with pytest.raises(UnknownInstrument, match="no book of 'BTC-USD'; did you mean 'BTC-USDT'"):
            _ = books["BTC-USD"]


def test_a_mistyped_channel_is_named() -> None:
    """In both dialects, as the error that Python expects of a module."""
    for module, name, meant in ((channels, "tickerz", "tickers"), (v3_channels, "tickr", "ticker")):
        with pytest.raises(AttributeError, match=f"no channel '{name}'; did you mean '{meant}'"):
            getattr(module, name)


async def test_a_number_as_text_is_told_from_the_number() -> None:
    """The message must not suggest what was given."""
    async with OKEx(check_instruments=False) as okex:
        with pytest.raises(BadParameter, match=r"granularity must not be '60' \(str\): write 60$"):
            okex.closed_candles("BTC-USDT", "60")  # type: ignore[arg-type]


async def test_another_event_loop_is_refused() -> None:
    """A client belongs to the loop of its first use; nothing is captured before that."""
    okx = OKX()  # made outside any particular loop's business

    def elsewhere() -> None:
        async def use() -> None:
            await okx.market.ticker("BTC-USDT")

        asyncio.run(use())

    async with okx:
        with pytest.raises(WrongLoop):
            await asyncio.to_thread(elsewhere)


def test_a_client_may_be_made_before_there_is_a_loop() -> None:
    """No ``get_event_loop``, nothing captured at construction."""
    okx = OKX()

    async def use() -> None:
        async with okx:
            assert okx.status().links == ()

    asyncio.run(use())


def test_timers_must_keep_the_server_from_cutting() -> None:
    """The exchange cuts after 30 s of silence."""
    with pytest.raises(BadParameter, match="30"):
        Timers(quiet=40)


def test_credentials_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named; what is there is never shown."""
    for name in ("API_KEY", "SECRET_KEY", "PASSPHRASE"):
        monkeypatch.setenv(f"OKX_{name}", f"value-of-{name}")
    assert Credentials.from_env().api_key.reveal() == "value-of-API_KEY"
    monkeypatch.delenv("OKX_PASSPHRASE")
    with pytest.raises(BadParameter, match="OKX_PASSPHRASE") as caught:
        Credentials.from_env()
    assert "value-of" not in str(caught.value)
    file = tmp_path / "keys.toml"
    file.write_text('[okx]\napi_key = "a"\nsecret_key = "b"\npassphrase = "c"\n')
    assert Credentials.from_toml(file) == Credentials("a", "b", "c")
    file.write_text("[okx]\napi_key = value-of-key\n")
    with pytest.raises(BadParameter, match="TOML") as caught:
        Credentials.from_toml(file)
    assert "value-of" not in str(caught.value)
    with pytest.raises(BadParameter, match="no table"):
        Credentials.from_toml(file, table="other") if file.write_text("") == 0 else None
    with pytest.raises(BadParameter, match="No such file"):
        Credentials.from_toml(tmp_path / "none.toml")


def test_a_secret_cannot_be_shown_or_pickled() -> None:
    """Only ``reveal`` reveals."""
    secret = Secret("hush")
    assert "hush" not in f"{secret} {secret!r} {secret!s} {[secret]}"
    assert secret.reveal() == "hush"
    with pytest.raises(TypeError):
        secret.__reduce__()
