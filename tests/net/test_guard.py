"""Capabilities, listed addresses and read-only clients: what must not leave does not, on any way (field lesson 98)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from okx_async import (
    OKX,
    AddressNotListed,
    BadParameter,
    CapabilityNeeded,
    ConnectFailed,
    ConnectionLost,
    CredentialsNeeded,
    Endpoint,
    OKEx,
    ReadOnly,
    UsageError,
    catalogue,
)
from okx_async.core.capability import CAPABILITIES
from okx_async.core.endpoint import Request
from okx_async.core.order_ids import belongs

from .clients import REST, client

ROWS = list(catalogue())
KINDS: dict[str, Any] = {"v5": OKX, "v3": OKEx}
NEEDY = [row for row in ROWS if row.needs]
ALL = set(CAPABILITIES)
WITHDRAWAL = "/api/v5/asset/withdrawal"
TRANSFER = "/api/v5/asset/transfer"
# Paths that sound like it and are harmless: they keep money where it is, or move it inside the account.
HARMLESS = {
    "/api/v5/asset/cancel-withdrawal",
    "/api/v5/fiat/cancel-withdrawal",
    "/api/v5/tradingBot/grid/withdraw-income",
}
SENT = (ConnectFailed, ConnectionLost)
"""What a request ends in that got as far as the faked line, where nothing is planned."""


def name(row: Endpoint) -> str:
    """Return how a test calls an endpoint."""
    return f"{row.dialect} {row.chapter}.{row.name}"


def empty(row: Endpoint) -> Request:
    """Return a request without values."""
    return Request(row, row.path, {}, {})


def posted(http: Any) -> list[Any]:
    """Return the bodies of the POSTs that left."""
    return [json.loads(one.kwargs["data"]) for one in http.requests if one.method == "POST"]


def test_what_needs_a_capability_is_declared_so() -> None:
    """The withdraw right needs one; so does whatever sounds like funds that leave or like keys, unless it is known."""
    for row in ROWS:
        needs = row.needs.capability if row.needs else None
        assert (row.permission == "withdraw") == (needs == "withdraw"), row
        sounds = re.search("withdraw|transfer|apikey|move-positions", row.path) and row.method == "POST"
        assert bool(sounds and row.path not in HARMLESS) == (needs is not None), row
        if row.needs and row.needs.to:
            assert row.needs.to in row.signature.fields
    assert {row.needs.capability for row in NEEDY if row.needs} == CAPABILITIES


@pytest.mark.parametrize("row", [row for row in NEEDY if row.needs and not row.needs.free], ids=name)
async def test_nothing_leaves_without_the_capability(row: Endpoint) -> None:
    """By declared call and by path; another capability does not help, the right one does."""
    needed = row.needs.capability if row.needs else ""
    async with client(KINDS[row.dialect], allow=ALL - {needed}) as (made, http):
        with pytest.raises(CapabilityNeeded, match=f"allow={{'{needed}'}}") as caught:
            await made._perform(empty(row))
        assert caught.value.capability == needed
        with pytest.raises(CapabilityNeeded):
            await made.request("POST", row.path, {"a": "b"})
        assert http.requests == []
    async with client(KINDS[row.dialect], allow={needed}) as (made, http):
        with pytest.raises(CredentialsNeeded if row.scheme == "bearer" else SENT):
            await made._perform(empty(row))
        with pytest.raises(SENT):
            await made.request("POST", row.path, {"a": "b"})
        assert len(posted(http)) == (1 if row.scheme == "bearer" else 2)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v5/asset/withdrawal/",
        "/api/v5/asset/Withdrawal",
        "/API/V5/ASSET/WITHDRAWAL",
        "/api/v5/asset/withdrawal?amt=1",
        "/api/v5/asset/withdrawal/?",
        "/api/v5/asset/withdrawal-express",
        "/api/v6/money/withdraw",
    ],
)
async def test_no_spelling_of_a_path_goes_around(path: str) -> None:
    async with client() as (okx, http):
        with pytest.raises(CapabilityNeeded, match="withdraw"):
            await okx.request("POST", path, {"toAddr": "x"})
        assert http.requests == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v5/asset/%77ithdrawal",
        "/api/v5/asset/%2577ithdrawal",
        "/api/v5/account/../asset/withdrawal",
        "/api/v5/asset/./withdrawal",
        "//api/v5/asset/withdrawal",
        "/api/v5/asset//withdrawal",
        "/api/v5/asset\\withdrawal",
        "/api/v5/asset/withdrawal;a=b",
        "/api/v5/asset/withdrawal#x",
        "/api/v5/asset/withdrawal ",
        "/api/v5/asset/withdrawal\n",
        "/api/v5/asset/withdr\u0430wal",
    ],
)
async def test_a_path_that_could_be_read_in_two_ways_is_refused(path: str) -> None:
    """Even of a client that may do everything: it is a mistake in any case."""
    async with client(allow=ALL) as (okx, http):
        with pytest.raises(BadParameter, match="plainly"):
            await okx.request("POST", path, {"toAddr": "x"})
        assert http.requests == []


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("withdraw", "/api/v9/x/withdraw-now"),
        ("keys", "/api/v9/users/new-apikey"),
        ("keys", "/api/v9/users/api-keys"),
        ("transfer_out", "/api/v9/x/transfer-all"),
    ],
)
async def test_an_undeclared_path_is_judged_by_its_words(word: str, path: str) -> None:
    async with client() as (okx, _):
        with pytest.raises(CapabilityNeeded) as caught:
            await okx.request("POST", path)
        assert caught.value.capability == word
        with pytest.raises(SENT):
            await okx.request("GET", path)
        with pytest.raises(SENT):
            await okx.request("POST", "/api/v9/anything/else")
    async with client(allow={word}) as (okx, _):
        with pytest.raises(SENT):
            await okx.request("POST", path)


# -- transfers


async def test_funds_move_freely_inside_the_account_only() -> None:
    """Type 0, said or left out, needs nothing; every other type, known or not, needs the capability."""
    inside: dict[str, Any] = {"ccy": "USDT", "amt": "1", "from_": "6", "to": "18"}
    async with client() as (okx, http):
        for more in ({}, {"type_": "0"}):
            with pytest.raises(SENT):
                await okx.funding.transfer(**inside, **more)
        for body in ({}, {"type": "0"}, {"type": 0}):
            with pytest.raises(SENT):
                await okx.request("POST", TRANSFER, body)
        assert len(posted(http)) == 5
        for kind in "12349":
            with pytest.raises(CapabilityNeeded, match="transfer_out"):
                await okx.funding.transfer(**inside, type_=kind, sub_acct="desk")
            with pytest.raises(CapabilityNeeded, match="transfer_out"):
                await okx.request("POST", TRANSFER, {"type": kind})
        with pytest.raises(CapabilityNeeded):
            await okx.request("POST", f"{TRANSFER}?type=1", {"type": "0"})
        assert len(posted(http)) == 5
    async with client(OKEx) as (okex, http):
        v3 = {"currency": "usdt", "amount": "1", "from_": "6", "to": "1"}
        with pytest.raises(SENT):
            await okex.account.transfer(**v3)
        with pytest.raises(CapabilityNeeded):
            await okex.account.transfer(**v3, type_="1", sub_account="desk")
        assert len(posted(http)) == 1


# -- addresses


@pytest.mark.parametrize(
    ("kind", "call", "params", "to"),
    [
        (OKX, "funding.withdrawal", {"ccy": "BTC", "amt": "1", "dest": "4"}, "to_addr"),
        (OKEx, "account.withdraw", {"currency": "btc", "amount": "1", "destination": "4"}, "to_address"),
    ],
)
async def test_withdrawals_go_to_listed_addresses_once_there_is_a_list(
    kind: Any, call: str, params: dict[str, str], to: str
) -> None:
    """Compared exactly: an address in another letter case is another one."""
    more = {"trade_pwd": "hidden-word", "fee": "0"} if kind is OKEx else {}
    async with client(kind, allow={"withdraw"}, withdraw_to={"bc1good"}) as (made, http):
        for wrong in ("bc1bad", "BC1GOOD", "bc1good:7", " bc1good"):
            with pytest.raises(AddressNotListed, match=re.escape(wrong)) as caught:
                await made.call(call, **params, **more, **{to: wrong})
            assert "hidden-word" not in str(caught.value)
        assert http.requests == []
        with pytest.raises(SENT):
            await made.call(call, **params, **more, **{to: "bc1good"})
        assert len(posted(http)) == 1


async def test_the_list_holds_on_every_road_out() -> None:
    """By path, without an address, over Lightning, to a bank, and where nobody knows which field names the address."""
    async with client(allow={"withdraw"}, withdraw_to=["bc1good", "acct-7"]) as (okx, http):
        for path, body in [
            (WITHDRAWAL, {"toAddr": "bc1bad"}),
            (WITHDRAWAL, {"to_addr": "bc1good"}),
            (WITHDRAWAL, {"toAddr": ["bc1good"]}),
            (f"{WITHDRAWAL}?toAddr=bc1bad", {"toAddr": "bc1good"}),
            (WITHDRAWAL, {}),
            ("/api/v5/asset/withdrawal-lightning", {"invoice": "lnbc1"}),
            ("/api/v5/fiat/create-withdrawal", {"paymentAcctId": "acct-8"}),
            ("/api/v9/withdraw", {"toAddr": "bc1good"}),
        ]:
            with pytest.raises(AddressNotListed):
                await okx.request("POST", path, body)
        assert http.requests == []
        for path, body in [
            (WITHDRAWAL, {"toAddr": "bc1good"}),
            ("/api/v5/fiat/create-withdrawal", {"paymentAcctId": "acct-7"}),
        ]:
            with pytest.raises(SENT):
                await okx.request("POST", path, body)


async def test_a_client_keeps_the_list_it_was_built_with() -> None:
    """Changing the set that was given changes nothing."""
    listed, allow = {"bc1good"}, {"withdraw"}
    async with client(allow=allow, withdraw_to=listed) as (okx, _):
        listed.add("bc1bad")
        allow.add("keys")
        with pytest.raises(AddressNotListed):
            await okx.request("POST", WITHDRAWAL, {"toAddr": "bc1bad"})
        with pytest.raises(CapabilityNeeded):
            await okx.request("POST", "/api/v5/users/subaccount/apikey", {})


# -- reading only


@pytest.mark.parametrize("dialect", ["v5", "v3"])
async def test_a_read_only_client_sends_no_write(dialect: str) -> None:
    """Whatever needs more than the read right is refused, by declared call and by path; the rest goes out."""
    async with client(KINDS[dialect], read_only=True) as (made, http):
        for row in ROWS:
            if row.dialect != dialect:
                continue
            if row.permission in ("trade", "withdraw"):
                with pytest.raises(ReadOnly, match="read-only"):
                    await made._perform(empty(row))
                with pytest.raises(ReadOnly):
                    await made.request("POST", re.sub("{.*?}", "x1", row.path), {})
            else:
                made._guard.check(empty(row))
        with pytest.raises(ReadOnly):
            await made.request("POST", "/api/v9/nobody/knows")
        assert http.requests == []
        with pytest.raises(SENT):
            await made.request("GET", "/api/v9/nobody/knows")
        assert http.requests


async def test_a_read_only_client_may_ask_by_post() -> None:
    """Some questions are POSTs: they need the read right only."""
    async with client(read_only=True) as (okx, http):
        with pytest.raises(SENT):
            await okx.request("POST", "/api/v5/account/position-builder", {})
        assert len(posted(http)) == 1


# -- building a client


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"allow": {"withdrawals"}}, "did you mean 'withdraw'"),
        ({"allow": {"everything"}}, "known are keys, transfer_out, withdraw"),
        ({"allow": "withdraw"}, "must be a set"),
        ({"allow": True}, "must be a set"),
        ({"allow": {"withdraw"}, "withdraw_to": "bc1good"}, "must be a set"),
        ({"allow": {"withdraw"}, "withdraw_to": {7}}, "must be a set"),
        ({"withdraw_to": {"bc1good"}}, "allow={'withdraw'}"),
        ({"allow": {"keys"}, "read_only": True}, "must be empty"),
    ],
)
def test_a_client_is_not_built_on_a_contradiction(options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadParameter, match=re.escape(said)):
        OKX(**options)


def test_the_errors_are_the_callers() -> None:
    """Nothing was sent, so none of them is an answer of the exchange."""
    for kind in (ReadOnly, CapabilityNeeded, AddressNotListed):
        assert issubclass(kind, UsageError)
        assert not kind.retryable


# -- broker tags


async def test_no_broker_tag_is_sent_unless_the_caller_sets_one() -> None:
    """Neither in a body nor in a header nor in an address (field lesson 97)."""
    order = {"inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "market", "sz": "1"}
    async with client() as (okx, http):
        with pytest.raises(SENT):
            await okx.trade.place_order(**order)
        with pytest.raises(SENT):
            await okx.trade.place_batch_orders([order])
        with pytest.raises(SENT):
            await okx.algo.place_algo_order("BTC-USDT", "cash", "buy", "conditional", sz="1", tp_trigger_px="2")
        with pytest.raises(SENT):
            await okx.trade.place_order(**order, tag="mine")
        *plain, tagged = posted(http)
        # The ids are random from the first character to the last: none says which library made it.
        ids = [plain[0].pop("clOrdId"), plain[1][0].pop("clOrdId"), plain[2].pop("algoClOrdId"), tagged.pop("clOrdId")]
        assert all(belongs(name, "") for name in ids)
        wanted = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "market", "sz": "1"}
        assert plain[:2] == [wanted, [wanted]]
        assert len(plain) == 3
        assert "tag" not in plain[2]
        assert "clordid" not in json.dumps(plain).lower()
        assert tagged == {**wanted, "tag": "mine"}
        for one in http.requests:
            assert not re.search("tag|broker", f"{one.url}{[*one.kwargs['headers']]}", re.IGNORECASE)
            assert str(one.url).startswith(REST)
