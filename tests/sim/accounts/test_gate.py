"""Every reason for which a private request is not let in, with the code and the status the documents name."""

from __future__ import annotations

from typing import Any

import pytest

from okx_async import OKX, AuthRefused, Credentials, Refused
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import READ_ONLY
from okx_async.sim.accounts.services import OPS, Services
from okx_async.v5.chapters import V5Chapters
from tests.sim.accounts.desk import headers, quiet, send

BALANCE = "/api/v5/account/balance"
TRANSFER = "/api/v5/asset/transfer"
GOOD = '{"ccy":"USDT","amt":"1","from":"6","to":"18"}'


async def test_a_good_request_is_let_in(sim: Exchange) -> None:
    for path in (BALANCE, f"{BALANCE}?ccy=BTC,USDT"):
        status, answer = await send(sim, "GET", path)
        assert (status, answer["code"]) == (200, "0")
    status, answer = await send(sim, "POST", TRANSFER, GOOD)
    assert (status, answer["code"], answer["data"][0]["amt"]) == (200, "0", "1")
    assert not sim.counters.refusals


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"OK-ACCESS-KEY": None}, 401, "50103"),
        ({"OK-ACCESS-PASSPHRASE": None}, 401, "50104"),
        ({"OK-ACCESS-PASSPHRASE": "Wrong-1234"}, 401, "50105"),
        ({"OK-ACCESS-SIGN": None}, 401, "50106"),
        ({"OK-ACCESS-TIMESTAMP": None}, 401, "50107"),
        ({"OK-ACCESS-KEY": "no key at all"}, 401, "50111"),
        ({"OK-ACCESS-TIMESTAMP": "1700000000"}, 401, "50112"),
        ({"OK-ACCESS-TIMESTAMP": "2025-02-30T00:00:00.000Z"}, 401, "50112"),
        ({"OK-ACCESS-SIGN": "AAAA"}, 401, "50113"),
        ({"OK-ACCESS-KEY": "00000000-0000-0000-0000-000000000000"}, 200, "50119"),
        ({"x-simulated-trading": "1"}, 401, "50101"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_headers(sim: Exchange, changed: dict[str, str | None], status: int, code: str) -> None:
    found, answer = await send(sim, "GET", BALANCE, changed=changed)
    assert (found, answer["code"], answer["data"]) == (status, code, [])
    assert answer["msg"]
    assert sim.counters.refusals == {code: 1}


async def test_a_signature_is_for_one_request_alone(sim: Exchange) -> None:
    """Another query, another body, another method: each has a signature of its own."""
    other = headers(sim, sim.credentials[0], "GET", f"{BALANCE}?ccy=BTC")
    assert (await send(sim, "GET", f"{BALANCE}?ccy=ETH", changed=other))[1]["code"] == "50113"
    other = headers(sim, sim.credentials[0], "POST", TRANSFER, GOOD)
    changed = other
    assert (await send(sim, "POST", TRANSFER, GOOD.replace('"1"', '"9"'), changed=changed))[1]["code"] == "50113"
    assert (await send(sim, "POST", TRANSFER, GOOD, changed=changed))[1]["code"] == "0"


@pytest.mark.parametrize(("late", "code"), [(29_000, "0"), (-29_000, "0"), (31_000, "50102"), (-31_000, "50102")])
async def test_the_window_of_thirty_seconds(late: int, code: str) -> None:
    async with quiet(clock=None) as sim:  # real time: else the machine's own clock would be good, too
        told = headers(sim, sim.credentials[0], "GET", BALANCE, at=sim.now - late)
        assert (await send(sim, "GET", BALANCE, changed=told))[1]["code"] == code


async def test_the_key_of_the_demo_environment(sim: Exchange) -> None:
    told = headers(sim, sim.demo_credentials, "GET", BALANCE)
    status, answer = await send(sim, "GET", BALANCE, changed=told)
    assert (status, answer["code"]) == (401, "50101")


async def test_a_demo_environment_wants_its_header() -> None:
    """And ``site`` sends it."""
    async with quiet(demo=True) as sim:
        assert (await send(sim, "GET", BALANCE))[1]["code"] == "50101"
        assert (await send(sim, "GET", BALANCE, changed={"x-simulated-trading": "0"}))[1]["code"] == "50101"
        assert (await send(sim, "GET", BALANCE, changed={"x-simulated-trading": "1"}))[1]["code"] == "0"
        assert sim.site.demo
        async with OKX(sim.credentials[0], site=sim.site) as okx:
            assert (await okx.account.config()).uid == sim.user().uid


@pytest.mark.parametrize(
    ("permissions", "path", "body", "code"),
    [
        (("read_only",), BALANCE, "", "0"),
        (("read_only",), TRANSFER, GOOD, "50120"),
        (("trade",), BALANCE, "", "50120"),
        (("read_only", "trade"), "/api/v5/asset/withdrawal", '{"ccy":"BTC"}', "50120"),
        (("withdraw",), "/api/v5/asset/withdrawal", '{"ccy":"BTC"}', "50014"),
    ],
)
async def test_rights(sim: Exchange, permissions: tuple[str, ...], path: str, body: str, code: str) -> None:
    """What an endpoint needs is what it is declared with."""
    access = sim.accounts.bank.give_key(sim.user(), permissions=frozenset(permissions))
    method = "POST" if body else "GET"
    told = headers(sim, access.key.credentials(), method, path, body)
    assert (await send(sim, method, path, body, changed=told))[1]["code"] == code


@pytest.mark.parametrize(
    ("addresses", "code"),
    [((), "0"), (("127.0.0.1",), "0"), (("10.0.0.0/8", "127.0.0.0/8"), "0"), (("10.1.2.3", "::1"), "50110")],
)
async def test_addresses(sim: Exchange, addresses: tuple[str, ...], code: str) -> None:
    access = sim.accounts.bank.give_key(sim.user(), addresses=addresses)
    told = headers(sim, access.key.credentials(), "GET", BALANCE)
    status, answer = await send(sim, "GET", BALANCE, changed=told)
    assert (status, answer["code"]) == (401 if code != "0" else 200, code)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ("", "application/json", "50000"),
        ("{", "application/json", "50002"),
        ('"text"', "application/json", "50002"),
        ("[1]", "application/json", "50002"),
        (GOOD, "text/plain", "50006"),
        (GOOD, None, "50006"),
        ('{"ccy":"USDT"}', "application/json", "50014"),
        ('{"ccy":["USDT"],"amt":"1"}', "application/json", "51000"),
    ],
)
async def test_bodies(sim: Exchange, body: str, kind: str | None, code: str) -> None:
    status, answer = await send(sim, "POST", TRANSFER, body, changed={"Content-Type": kind})
    assert (status, answer["code"]) == (400, code)


async def test_the_wrong_method(sim: Exchange) -> None:
    status, answer = await send(sim, "POST", BALANCE, "{}")
    assert (status, answer["code"]) == (405, "50115")


@pytest.mark.parametrize(
    ("path", "after", "code"),
    [
        ("trade/order", -1, "50036"),
        ("trade/amend-batch-orders", -1, "50036"),
        ("trade/order", 5_000, "made up"),
        ("trade/cancel-order", -1, "made up"),
    ],
)
async def test_requests_that_come_too_late(sim: Exchange, path: str, after: int, code: str) -> None:
    """Only what places and amends knows ``expTime``."""
    made_up = {("POST", f"/api/v5/{path}"): lambda ask: [{"sCode": "0", "sMsg": "", "ordId": "1"}]}
    sim.accounts.services.add(made_up)
    changed: dict[str, str | None] = {"expTime": str(sim.now + after)}
    answer = (await send(sim, "POST", f"/api/v5/{path}", '{"instId":"BTC-USDT"}', changed=changed))[1]
    assert answer["code"] == ("0" if code == "made up" else code)


async def test_tokens(sim: Exchange) -> None:
    """Who has a token needs no key; what it opens is for others to say."""
    access = sim.accounts.bank.give_key(sim.user(), permissions=READ_ONLY)
    sim.accounts.gate.tokens = lambda token, device: access if token == "good" else "53002"
    none: dict[str, Any] = dict.fromkeys(headers(sim, sim.credentials[0], "GET", BALANCE))
    for token, method, path, body, code in [
        ("good", "GET", BALANCE, "", "0"),
        ("good", "POST", TRANSFER, GOOD, "50120"),
        ("old", "GET", BALANCE, "", "53002"),
    ]:
        changed = none | {"Authorization": f"Bearer {token}"}
        assert (await send(sim, method, path, body, changed=changed))[1]["code"] == code


async def test_what_is_not_simulated_says_so() -> None:
    """Every declared private endpoint that nobody serves: one refusal, behind the gate, with one code."""
    async with Exchange(rate=0, instruments=1, history_minutes=1, static=False) as sim:
        await _every_other_is_refused(sim)


async def _every_other_is_refused(sim: Exchange) -> None:
    served = set(sim.accounts.services.served)
    declared = [each for section in V5Chapters.sections() for each in section.endpoints if each.scheme == "key"]
    others = [each for each in declared if (each.method, each.path) not in served]
    assert len(served) > 50
    assert len(others) > 100
    for endpoint in others[::17]:
        body = '{"ordId":"1","instId":"BTC-USDT"}' if endpoint.method == "POST" else ""
        status, answer = await send(sim, endpoint.method, endpoint.path, body)
        assert (status, answer["code"]) == (501, "50062")
        assert endpoint.path in answer["msg"]
        assert "is not simulated" in answer["msg"]


async def test_paths_nobody_declared(sim: Exchange) -> None:
    assert (await send(sim, "GET", "/api/v5/account/no/such"))[0] == 404
    status, answer = await send(sim, "GET", "/api/v5/account/no/such", changed={"OK-ACCESS-KEY": None})
    assert (status, answer["code"]) == (401, "50103")


# -- limits


async def test_limits_are_counted_for_each_user() -> None:
    """Asked through another key of the same user it is the same budget; another user has his own."""
    path = "/api/v5/account/set-greeks"
    body = '{"greeksType":"PA"}'
    async with quiet() as sim:
        second = sim.accounts.bank.give_key(sim.user())
        for _ in range(5):
            assert (await send(sim, "POST", path, body))[1]["code"] == "0"
        told = headers(sim, second.key.credentials(), "POST", path, body)
        status, answer = await send(sim, "POST", path, body, changed=told)
        assert (status, answer["code"]) == (429, "50011")
        assert (await send(sim, "POST", path, body, key=1))[1]["code"] == "0"
        await sim.advance(2)
        assert (await send(sim, "POST", path, body))[1]["code"] == "0"


async def test_orders_of_a_batch_count_one_by_one() -> None:
    """300 orders in 2 s for each instrument, a batch of one with the single ones; 1000 contracts for the account."""
    async with quiet() as sim:
        meter, user = sim.accounts.gate.meter, sim.user()
        batch, single = "/api/v5/trade/batch-orders", "/api/v5/trade/order"
        btc, swap = [{"instId": "BTC-USDT"}], [{"instId": "BTC-USDT-SWAP"}]

        def charge(path: str, items: list[dict[str, str]]) -> str | None:
            return meter.charge("POST", path, user, "127.0.0.1", items)

        assert [charge(batch, btc * 20) for _ in range(15)] == [None] * 15
        assert charge(batch, btc * 2) == "50011"
        assert charge(batch, btc * 2 + [{"instId": "ETH-USDT"}]) == "50011", "all or nothing"
        assert [charge(batch, btc) for _ in range(30)] == [None] * 30
        assert [charge(single, btc) for _ in range(30)] == [None] * 30
        assert charge(batch, btc) == charge(single, btc) == "50011"
        code = next(each.code for each in sim.instruments if each.inst_id == "BTC-USDT")
        assert charge(single, [{"instIdCode": str(code)}]) == "50011", "by its number it is the same instrument"
        assert charge(single, [{"instId": "ETH-USDT"}]) is None
        assert charge("/api/v5/trade/cancel-order", btc) is None, "cancels have a budget of their own"
        for number in range(4):
            await sim.advance(0.001)
            done = [charge(batch, [{"instId": "BTC-USDT-SWAP"}] * 20) for _ in range(15)]
            assert done == [None] * 15 if number == 0 else set(done) == {"50011"}
        assert charge(single, swap) is None


async def test_an_account_places_a_thousand_contract_orders_in_two_seconds() -> None:
    async with quiet(instruments=12) as sim:
        meter, user = sim.accounts.gate.meter, sim.user()
        contracts = [each.inst_id for each in sim.instruments if each.kind == "SWAP"]
        contracts += [each.inst_id for each in sim.instruments if each.kind == "FUTURES"]
        assert len(contracts) >= 4

        def batch(name: str) -> str | None:
            items = [{"instId": name}] * 20
            return meter.charge("POST", "/api/v5/trade/batch-orders", user, "127.0.0.1", items)

        for name in contracts[:3]:
            assert [batch(name) for _ in range(15)] == [None] * 15
        assert [batch(contracts[3]) for _ in range(6)] == [None] * 5 + ["50061"]
        assert batch("BTC-USDT") is None, "spot orders do not count"


# -- the real client


async def test_the_client_knows_the_refusals(sim: Exchange) -> None:
    good = sim.credentials[0]
    bad = Credentials(good.api_key, "wrong", good.passphrase)
    async with OKX(bad, site=sim.site) as okx:
        with pytest.raises(AuthRefused) as caught:
            await okx.account.balance()
        assert caught.value.code == "50113"
    async with OKX(sim.keys_of(sim.user())[1], site=sim.site) as okx:
        assert (await okx.account.config()).perm == "read_only"
        with pytest.raises(Refused) as refused:
            await okx.funding.transfer("USDT", "1", "6", "18")
        assert refused.value.code == "50120"


def test_every_operation_has_a_twin_that_is_declared() -> None:
    declared = {each.path for section in V5Chapters.sections() for each in section.endpoints if each.method == "POST"}
    assert {path for _, path in OPS.values()} <= declared
    assert Services().op("order") is None
