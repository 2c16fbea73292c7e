"""Private calls over a faked line: what of a typed order really leaves, and what comes back."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async.core.claims import ORDERS, Claims
from okx_async.core.endpoint import Endpoint, Request
from okx_async.core.retry import Backoff, Retry
from okx_async.core.signing import sign
from okx_async.core.throttle import Limit, Scope
from okx_async.errors import BadParameter, ConnectionLost, OutcomeUnknown, Refused
from okx_async.net.caller import Caller
from okx_async.net.limits import Limits, Slot
from okx_async.settings import Credentials, Site
from okx_async.v5.dialect import V5
from okx_async.v5.params import CancelOrder, NewOrder
from okx_async.v5.rest.trade import Trade

from .fakehttp import FakeFetch, FakeHttp

HOST = "https://exchange.test"
KEYS = Credentials("key", "secret", "pass")
BATCH = "/api/v5/trade/batch-orders"
ORDER = NewOrder(inst_id="BTC-USDT", td_mode="cash", side="buy", ord_type="limit", sz="2", px="2.15")
FINE = {"ordId": "1", "clOrdId": "", "sCode": "0", "sMsg": ""}
FAILED = {"ordId": "", "clOrdId": "", "sCode": "51008", "sMsg": "too poor"}


class _Desk:
    """The chapter Trade behind a faked line."""

    def __init__(self) -> None:
        self.http = FakeHttp()
        self.limits = Limits()
        self.caller = Caller(
            V5(), Site("test", HOST, {}, {}), KEYS, FakeFetch(self.http), self.limits, Retry(5, Backoff(0.0, 0.0))
        )
        self.trade = Trade(self.caller.perform)
        clock = json.dumps({"code": "0", "data": [{"ts": str(time.time() * 1000)}]})
        self.http.get(f"{HOST}/api/v5/public/time", body=clock, repeat=True)

    def answer(self, path: str, code: str, *rows: dict[str, Any]) -> None:
        """Plan an answer to a POST."""
        self.http.post(HOST + path, body=json.dumps({"code": code, "msg": "general", "data": rows}))

    def posted(self) -> list[Any]:
        """Return the POSTs that were made."""
        return [one.kwargs for one in self.http.requests if one.method == "POST"]


@pytest.fixture
async def desk() -> AsyncIterator[_Desk]:
    """A desk that is closed in the end."""
    made = _Desk()
    yield made
    await made.caller.close()


async def test_a_batch_leaves_as_a_signed_bare_list_and_its_deadline_as_a_header(desk: _Desk) -> None:
    """The signature is over the very bytes of the list; the header is not signed."""
    desk.answer(BATCH, "2", FINE, FAILED)
    rows = await desk.trade.place_batch_orders([ORDER, ORDER], exp_time=1_597_026_383_085)
    (sent,) = desk.posted()
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "2", "px": "2.15"}
    assert json.loads(sent["data"]) == [order, order]
    assert sent["headers"]["expTime"] == "1597026383085"
    stamp = sent["headers"]["OK-ACCESS-TIMESTAMP"]
    assert sent["headers"]["OK-ACCESS-SIGN"] == sign(KEYS, f"{stamp}POST{BATCH}{sent['data'].decode()}")
    assert [(row.s_code, row.ord_id) for row in rows] == [("0", "1"), ("51008", None)]


async def test_a_lone_order_that_is_refused_raises_and_is_not_sent_again(desk: _Desk) -> None:
    """Its own code, once."""
    desk.answer("/api/v5/trade/order", "1", FAILED)
    with pytest.raises(Refused, match="51008 too poor"):
        await desk.trade.place_order("BTC-USDT", "cash", "buy", "market", 1)
    assert len(desk.posted()) == 1


async def test_a_batch_that_dies_on_the_way_is_unknown_and_never_sent_again(desk: _Desk) -> None:
    """Twenty orders may stand or not; only the exchange knows."""
    desk.http.post(HOST + BATCH, exception=ConnectionResetError(), repeat=True)
    with pytest.raises(OutcomeUnknown) as caught:
        await desk.trade.place_batch_orders([ORDER])
    assert isinstance(caught.value, ConnectionLost)
    assert len(desk.posted()) == 1


async def test_what_is_wrong_never_leaves(desk: _Desk) -> None:
    """Too many, none, nameless, inexact: refused at home."""
    for orders in ([ORDER] * 21, [], [{"inst_id": "BTC-USDT"}], [{**_as_dict(), "sz": 0.1}]):
        with pytest.raises(BadParameter):
            await desk.trade.place_batch_orders(orders)
    with pytest.raises(BadParameter, match="one of 'ord_id', 'cl_ord_id'"):
        await desk.trade.cancel_batch_orders([CancelOrder(inst_id="BTC-USDT")])
    with pytest.raises(BadParameter, match="cl_ord_id is not well formed"):
        await desk.trade.cancel_order("BTC-USDT", cl_ord_id="not-allowed")
    assert desk.http.requests == []


def _as_dict() -> dict[str, Any]:
    return {"inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit"}


async def test_each_order_of_a_batch_is_charged(desk: _Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange counts orders, not requests."""
    charged: list[int] = []
    slot = desk.limits.slot

    def note(request: Request, credentials: Credentials | None, cost: int = 1) -> Slot:
        charged.append(cost)
        return slot(request, credentials, cost)

    monkeypatch.setattr(desk.limits, "slot", note)
    for count in (1, 3):
        desk.answer(BATCH, "0", *[FINE] * count)
        await desk.trade.place_batch_orders([ORDER] * count)
    assert charged == [1, 3]


async def _nothing() -> None:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("by", "auth", "shared", "apart"),
    [
        ("user+currency", True, {"amt": "1"}, {"ccy": "ETH"}),
        ("user+tag", True, {"amt": "1"}, {"tag": "b"}),
        ("instrument", True, {"amt": "1"}, {"inst_id": "ETH-USDT"}),
        (None, True, {"ccy": "ETH"}, None),
        (None, False, {"ccy": "ETH"}, None),
        ("master-user", True, {"ccy": "ETH"}, None),
    ],
)
def test_who_shares_a_budget(
    by: Scope | None, auth: bool, shared: dict[str, str], apart: dict[str, str] | None
) -> None:
    """The parts of a scope are read from the parameters; a scope nobody names counts per user, or per address."""
    base = {"inst_id": "BTC-USDT", "ccy": "BTC", "tag": "a", "amt": "0"}

    def key(**values: str) -> tuple[str, ...]:
        limit = Limit(1, 1, by)
        endpoint = Endpoint(_nothing, "POST", "/x", limit, auth)
        (claim,) = Claims(endpoint, limit, (), ORDERS).of(
            Request(endpoint, "/x", {}, {**base, **values}), "me", "ip", 1
        )
        return claim.key

    assert key(**shared) == key()
    assert apart is None or key(**apart) != key()
    assert ("ip" in key()) == (not auth or by == "instrument")
