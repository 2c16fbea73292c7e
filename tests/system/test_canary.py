"""A run with every logger at DEBUG, errors and tracebacks included: the secrets appear nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import pytest

from okx_async import OKX, AuthRefused, Backoff, Credentials, OkxError, Resolution, Retry, Site, Timers
from okx_async.cli import doctor, parser
from okx_async.core.endpoint import Endpoint, Request
from okx_async.core.signing import Signer
from okx_async.core.throttle import Limit
from okx_async.settings import Secret
from okx_async.sim import Exchange
from okx_async.v3 import OKEx
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels
from tests.desk import desk
from tests.waiting import until

CANARIES = ("canary-api-key-31415", "canary-secret-27182", "canary-phrase-16180")
MADE: list[str] = []  # not a local variable: those are among what tracebacks may show
HASTY: dict[str, Any] = {
    "timers": Timers(quiet=0.3, grace=0.3, reply=2.0),
    "backoff": Backoff(0.001, 0.01),
    "retry": Retry(attempts=1),
    "check_instruments": False,
    "resolution": Resolution(patience=0),
}


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """Collect what any logger says at any level, formatted with its traceback."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))
    root = logging.getLogger()
    before = root.level
    names = list(logging.root.manager.loggerDict)
    levels = {name: logging.getLogger(name).level for name in names}
    root.setLevel(logging.DEBUG)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def canary() -> Credentials:
    """Return credentials that no exchange knows."""
    return Credentials(*CANARIES)


def told(error: BaseException) -> str:
    """Return everything an error shows: text, repr, attributes, the chain with its local variables' reprs."""
    shown = [str(error), repr(error), repr(vars(error))]
    shown.extend(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return "\n".join(shown)


PRIVATE = {"v5": "/api/v5/account/balance", "v3": "/api/spot/v3/accounts"}
TOPICS: dict[str, Any] = {"v5": channels.account, "v3": lambda: v3_channels.spot_account("BTC")}
BOTH = pytest.mark.parametrize("dialect", ["v5", "v3"])


def client(dialect: str, keys: Credentials, site: Site, **options: Any) -> Any:
    """Return a client with a short temper."""
    return (OKX if dialect == "v5" else OKEx)(keys, site=site, **HASTY | options)


async def private_call(okx: Any, dialect: str = "v5") -> str:
    """Make a signed call that is refused, and return what the error shows."""
    try:
        await okx.request("GET", PRIVATE[dialect], {"ccy": "BTC"}, auth=True)
    except OkxError as error:
        return told(error)
    raise AssertionError("the simulator accepted a key it cannot know")


async def private_topic(okx: Any, dialect: str) -> str:
    """Subscribe to a channel that needs a login, be refused, and return what the error shows."""
    try:
        await anext(okx.subscribe(TOPICS[dialect]()))
    except OkxError as error:
        return told(error)
    raise AssertionError("the simulator accepted a login it cannot know")


def forms(secret: str) -> list[str]:
    """Return the ways a secret could be written: plain, and in Base64."""
    return [secret, base64.b64encode(secret.encode()).decode()]


def nothing_in(everything: str, secrets: list[str]) -> None:
    """Look for secrets in all that was shown."""
    for secret in secrets:
        for form in forms(secret):
            at = everything.find(form)
            assert at < 0, everything[max(0, at - 200) : at + 50]


@pytest.fixture
def signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collect in ``MADE`` what is computed from the secret."""
    real, headers = hmac.digest, Signer.headers
    MADE.clear()

    def remember(key: Any, message: Any, digest: Any) -> bytes:
        result = real(key, message, digest)
        MADE.append(base64.b64encode(result).decode())
        return result

    def remember_headers(self: Signer, *args: Any) -> dict[str, str]:
        made = headers(self, *args)
        MADE.append(made["OK-ACCESS-SIGN"])
        return made

    monkeypatch.setattr("okx_async.core.signing.hmac.digest", remember)
    monkeypatch.setattr(Signer, "headers", remember_headers)


@BOTH
async def test_no_secret_is_ever_shown(dialect: str, everything_logged: io.StringIO) -> None:
    """REST and sockets, refused logins and broken lines."""
    shown = [repr(canary()), str(canary()), f"{canary()}"]
    async with Exchange(3, instruments=3, rate=0, history_minutes=10) as sim:
        for kind in ("v5", "v3"):  # also one that does not speak the site's language
            async with client(kind, canary(), sim.site) as okx:
                shown.extend((repr(okx), repr(vars(okx)), str(okx.status())))
                shown.append(await private_call(okx, dialect))
        async with client(dialect, canary(), sim.site) as okx:
            shown.append(await private_topic(okx, dialect))
            shown.append(str(okx.status()))
        good = sim.credentials[0]
        async with client(dialect, good, sim.site) as okx:
            async with okx.subscribe(TOPICS[dialect]()):
                await until(lambda: okx.status().live == 1)
                sim.connections[0].reset()
                await until(lambda: okx.status().live == 1 and okx.status().links[-1].connections == 2)
    sockets = {"public": "ws://127.0.0.1:9/", "v3": "ws://127.0.0.1:9/"}
    async with client(dialect, canary(), Site("nowhere", "http://127.0.0.1:9", sockets)) as okx:
        shown.append(await private_call(okx, dialect))
    everything = "\n".join(shown) + everything_logged.getvalue()
    assert everything_logged.getvalue().count("okx_async.") > 5, "the loggers were not listened to"
    nothing_in(everything, [*CANARIES, *(value.reveal() for value in (good.api_key, good.secret_key, good.passphrase))])


ORDER = {"inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "1", "px": "1"}
OLD_ORDER = {"instrument_id": "BTC-USDT", "side": "buy", "size": "1", "price": "1"}
CALLS: dict[str, Sequence[Callable[[Any], Awaitable[Any]]]] = {
    "v5": (
        lambda okx: okx.account.config(),
        lambda okx: okx.trade.place_order(**ORDER),
        lambda okx: okx.trade.place_batch_orders([ORDER]),
        lambda okx: okx.funding.withdrawal("BTC", "1", "4", "bc1"),
        lambda okx: okx.subaccount.apikey("desk"),
        lambda okx: okx.request("POST", "/api/v5/trade/cancel-all-after", {"timeOut": "0"}),
    ),
    "v3": (
        lambda okx: okx.spot.accounts(),
        lambda okx: okx.spot.place_order(**OLD_ORDER),
        lambda okx: okx.spot.place_batch_orders([OLD_ORDER]),
        lambda okx: okx.swap.cancel_batch_orders("BTC-USDT-SWAP", client_oids=["mine1"]),
        lambda okx: okx.option.amend_order("BTC-USD", client_oid="mine1", new_size="2"),
        lambda okx: okx.account.withdraw("BTC", "1", "4", "bc1", Secret(CANARIES[2]), "0"),
        lambda okx: okx.request("POST", "/api/spot/v3/orders", {"size": "1"}),
    ),
}
REFUSALS = {
    "v5": ((401, "50110"), (200, "51000"), (503, "50001"), (403, "99999")),
    "v3": ((401, "30012"), (400, "33017"), (500, "30009"), (403, "99999")),
}


@BOTH
async def test_private_traffic_shows_no_secret_even_when_the_exchange_quotes_it(
    dialect: str, everything_logged: io.StringIO, signatures: None
) -> None:
    """Orders, batches, undeclared calls and logins, granted and refused; every refusal quotes all that was sent."""
    shown = io.StringIO()  # whose repr does not hold what is in it: tracebacks show local variables

    async def traffic(okx: Any) -> None:
        for call in CALLS[dialect]:
            try:
                shown.write(repr(await call(okx)))
            except OkxError as error:
                shown.write(told(error))

    async with desk() as exchange:
        exchange.quote = True
        async with client(dialect, canary(), exchange.site, allow={"withdraw"}, check_orders=False) as okx:
            await traffic(okx)
            for status, code in REFUSALS[dialect]:
                exchange.refusal = (status, code)
                await traffic(okx)
            async with okx.subscribe(TOPICS[dialect]()):
                await until(lambda: okx.status().live)
            shown.write(repr(okx.status()) + repr(vars(okx)))
        exchange.login = "60024" if dialect == "v5" else "30027"
        async with client(dialect, canary(), exchange.site) as okx:
            with pytest.raises(AuthRefused) as caught:
                await anext(okx.subscribe(TOPICS[dialect]()))
            shown.write(told(caught.value) + repr(okx.status()))
    assert shown.getvalue().count("Not for ***") > 20, "the exchange quoted nothing"
    assert len(MADE) > 20
    nothing_in(shown.getvalue() + everything_logged.getvalue(), [*CANARIES, *MADE])


@pytest.mark.parametrize("form_of_output", [[], ["--json"]])
async def test_the_doctor_shows_no_secret(
    form_of_output: list[str],
    everything_logged: io.StringIO,
    signatures: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is wrong with the key, and however much the exchange says about it."""
    for name, value in zip(doctor.VARIABLES, CANARIES, strict=True):
        monkeypatch.setenv(name, value)
    async with desk() as exchange:
        exchange.quote = True
        args = parser().parse_args(["doctor", "--site", exchange.site.rest, *form_of_output])
        assert await doctor._run(args) == 0
        for code in ("50101", "50102", "50105", "50110", "50119", "50120", "99999"):
            exchange.refusal = (401, code)
            assert await doctor._run(args) == 1
        exchange.refusal, exchange.login = None, "60024"
        assert await doctor._run(args) == 1
    said = "".join(capsys.readouterr())
    assert said.count("Not for") >= 7, "the exchange quoted nothing"
    assert MADE
    nothing_in(said + everything_logged.getvalue(), [*CANARIES, *MADE])


@BOTH
async def test_signatures_are_not_shown_either(dialect: str, everything_logged: io.StringIO, signatures: None) -> None:
    """What is computed from the secret stays out of logs and errors as well."""
    async with Exchange(3, instruments=3, rate=0, history_minutes=10) as sim:
        async with client(dialect, canary(), sim.site) as okx:
            shown = await private_call(okx, dialect)
            shown += await private_topic(okx, dialect)
    assert len(MADE) >= 2
    nothing_in(shown + everything_logged.getvalue(), MADE)


def test_a_budget_key_tells_nothing_about_the_api_key() -> None:
    """Rate limit budgets are kept under a salted hash (field lesson 96)."""
    from okx_async.net.limits import Limits

    endpoint = Endpoint(test_no_secret_is_ever_shown, "GET", "/x", Limit(1, 1, "user"), True)
    request = Request(endpoint, "/x", {}, {})

    def names() -> str:
        ((bucket, _),) = Limits().slot(request, canary()).want
        return str(bucket.key)

    found = names()
    assert CANARIES[0] not in found
    assert hashlib.sha256(CANARIES[0].encode()).hexdigest()[:8] not in found
    assert names() != found
