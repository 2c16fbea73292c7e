"""The form of requests is judged by the simulator itself, endpoint by endpoint, with the documented codes."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Literal

import pytest

from okx_async.core.endpoint import Endpoint
from okx_async.sim import Exchange
from okx_async.sim.coverage import Coverage, Served
from okx_async.sim.forms import Flaw, Form, Forms, Wrong, declared

from .asking import asking

ALL = [*declared("v5"), *declared("v3")]


def _form(path: str) -> Form:
    form = Forms(ALL).of("GET", path)
    assert form is not None
    return form


CANDLES = "/api/v5/market/history-candles"


@pytest.mark.parametrize(
    ("path", "given", "flaw"),
    [
        (CANDLES, {"instId": "BTC-USDT", "bar": "1H", "limit": "5", "after": "1"}, None),
        (CANDLES, {"instId": "BTC-USDT", "made_up": "%"}, None),
        (CANDLES, {"instId": "no-such-thing"}, None),  # it is looked up, not judged
        (CANDLES, {}, Flaw(Wrong.MISSING, ("instId",))),
        (CANDLES, {"instId": ""}, Flaw(Wrong.MISSING, ("instId",))),
        (CANDLES, {"instId": "BTC-USDT", "bar": "7m"}, Flaw(Wrong.VALUE, ("bar",))),
        (CANDLES, {"instId": "BTC-USDT", "after": "soon"}, Flaw(Wrong.TYPE, ("after",))),
        (CANDLES, {"instId": "BTC-USDT", "limit": "0"}, Flaw(Wrong.VALUE, ("limit",))),
        (CANDLES, {"instId": "BTC-USDT", "limit": "1.5"}, Flaw(Wrong.TYPE, ("limit",))),
        ("/api/v5/public/mark-price", {"instType": "spot"}, Flaw(Wrong.VALUE, ("instType",))),
        ("/api/v5/market/index-tickers", {}, Flaw(Wrong.NEITHER, ("quoteCcy", "instId"))),
        ("/api/v5/public/convert-contract-coin", {"instId": "A", "sz": "1e5"}, Flaw(Wrong.TYPE, ("sz",))),
        ("/api/spot/v3/instruments/{}/candles", {"start": "2020-13-01T00:00:00Z"}, Flaw(Wrong.VALUE, ("start",))),
        ("/api/spot/v3/instruments/{}/candles", {"granularity": "61"}, Flaw(Wrong.VALUE, ("granularity",))),
        ("/api/futures/v3/instruments/{}/liquidation", {}, Flaw(Wrong.MISSING, ("status",))),
    ],
)
def test_what_is_wrong_is_named(path: str, given: dict[str, str], flaw: Flaw | None) -> None:
    found = _form(path).flaw(given)
    if flaw is not None and flaw.wrong is Wrong.NEITHER:
        assert found is not None
        assert (found.wrong, set(found.names)) == (flaw.wrong, set(flaw.names))
    else:
        assert found == flaw


def test_paths_are_known_with_their_parameters() -> None:
    forms = Forms(ALL)
    assert forms.fitting("GET", "/api/swap/v3/instruments/BTC-USD-SWAP/funding_time")
    assert forms.fitting("POST", "/api/v5/trade/order")
    assert not forms.fitting("GET", "/api/v5/trade/order/more")
    assert not forms.fitting("POST", "/api/v5/market/ticker")


def _served() -> list[Endpoint]:
    coverage = Coverage()
    gets = [each for each in ALL if not each.auth and each.method == "GET"]
    return [each for each in gets if coverage.endpoint(each) is Served.YES]


def _path(endpoint: Endpoint, query: dict[str, str]) -> str:
    path = endpoint.path.removeprefix("/api/").replace("{instrument_id}", "BTC-USDT").replace("{currency}", "BTC")
    path = path.replace("{underlying}", "BTC-USD")
    return path + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def _wrong_queries(endpoint: Endpoint) -> Iterator[tuple[dict[str, str], int]]:
    """Yield queries with one thing wrong, and the code they must get."""
    v5 = endpoint.dialect == "v5"
    fields = [each for each in endpoint.signature.fields.values() if f"{{{each.name}}}" not in endpoint.path]
    required = {each.wire: _any_good(each.hint) for each in fields if each.required}
    for name in required:
        yield {other: text for other, text in required.items() if other != name}, 50014 if v5 else 30023
    for each in fields:
        if typing.get_origin(each.hint) is Literal:
            yield required | {each.wire: "no-such-word"}, 51000 if v5 else 30024
        elif each.hint is int and not (each.word and each.word.iso):
            yield required | {each.wire: "many"}, 51000 if v5 else 30025


def _any_good(hint: object) -> str:
    return str(typing.get_args(hint)[0]) if typing.get_origin(hint) is Literal else "1"


async def test_every_served_endpoint_refuses_what_its_declaration_does_not_allow() -> None:
    """Left out, unknown words, no numbers: each with the documented code, before anything else is looked at."""
    tried = 0
    async with Exchange(rate=0, limits=False, history_minutes=5) as sim, asking(sim) as ask:
        for endpoint in _served():
            for query, code in _wrong_queries(endpoint):
                status, body = await ask.get(_path(endpoint, query))
                assert (status, int(body["code"])) == (400, code), (endpoint, query, body)
                tried += 1
    assert tried > 150
