"""Who is let in over V3: headers, signatures in both kinds of time, rights, bodies, limits, each with its code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.bank import READ_ONLY
from okx_async.sim.accounts.services import not_simulated
from okx_async.sim.accounts_v3.refusals import translated
from okx_async.sim.text import iso_ms
from tests.sim.accounts.desk import signed

from .desk import send

ACCOUNTS, ORDERS = "/api/spot/v3/accounts", "/api/spot/v3/orders"
KEY, SIGN, TIME, PASSPHRASE = (f"OK-ACCESS-{name}" for name in ("KEY", "SIGN", "TIMESTAMP", "PASSPHRASE"))
ORDER = json.dumps({"instrument_id": "BTC-USDT", "side": "buy", "price": "50000", "size": "0.01"})


def quiet(**options: Any) -> Exchange:
    told: dict[str, Any] = {"seed": 3, "instruments": 4, "rate": 0, "history_minutes": 5, "clock": VirtualClock()}
    return Exchange(**told | options)


async def test_both_kinds_of_time_are_read() -> None:
    async with quiet() as sim:
        seconds = f"{sim.now // 1000}.{sim.now % 1000:03d}"
        exact = iso_ms(sim.now)
        others = (f"{exact[:19]}Z", f"{exact[:-1]}456Z", f"{exact[:21]}Z")
        for timestamp in ("", seconds, str(sim.now // 1000), *others):
            status, rows = await send(sim, "GET", ACCOUNTS, timestamp=timestamp)
            assert status == 200
            assert {row["currency"] for row in rows} == {"USDT", "BTC", "ETH"}


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({KEY: None}, 400, 30001),
        ({SIGN: None}, 400, 30002),
        ({TIME: None}, 400, 30003),
        ({PASSPHRASE: None}, 400, 30004),
        ({TIME: "yesterday"}, 400, 30005),
        ({KEY: "no-key"}, 400, 30006),
        ({KEY: "00000000-0000-0000-0000-000000000000"}, 400, 30006),
        ({PASSPHRASE: "wrong"}, 400, 30015),
        ({SIGN: "wrong"}, 401, 30013),
        ({"x-simulated-trading": "1"}, 400, 30006),
    ],
)
async def test_what_is_wrong_with_the_headers(changed: dict[str, str | None], status: int, code: int) -> None:
    async with quiet() as sim:
        got, body = await send(sim, "GET", ACCOUNTS, changed=changed)
        assert (got, body["code"], body["error_code"]) == (status, code, str(code))
        assert sim.counters.refusals[str(code)] == 1


@pytest.mark.parametrize("off", [-31, 31])
async def test_the_window_is_thirty_seconds(off: int) -> None:
    async with quiet() as sim:
        near, far = (f"{(sim.now // 1000) + seconds}.000" for seconds in (off - off // abs(off) * 2, off))
        assert (await send(sim, "GET", ACCOUNTS, timestamp=near))[0] == 200
        status, body = await send(sim, "GET", ACCOUNTS, timestamp=far)
        assert (status, body["code"]) == (400, 30008)


async def test_the_signature_covers_path_query_and_body() -> None:
    async with quiet() as sim:
        path = f"{ORDERS}?instrument_id=BTC-USDT&state=0"
        assert (await send(sim, "GET", path))[0] == 200
        status, _ = await send(sim, "POST", ORDERS, ORDER)
        assert status == 200
        good = sim.credentials[0]
        moment = f"{sim.now // 1000}.000"
        for wrong in (f"GET{ORDERS}", f"POST{path}", f"GET{path}x"):
            told = signed(good, moment, wrong)
            status, body = await send(sim, "GET", path, changed={SIGN: told[SIGN]}, timestamp=moment)
            assert (status, body["code"]) == (401, 30013)


async def test_rights_and_addresses() -> None:
    async with quiet() as sim:
        user, bank = sim.user(), sim.accounts.bank
        reader = bank.give_key(user, "reads", READ_ONLY).key.credentials()
        assert (await send(sim, "GET", ACCOUNTS, credentials=reader))[0] == 200
        status, body = await send(sim, "POST", ORDERS, ORDER, credentials=reader)
        assert (status, body["code"]) == (401, 30012)
        trader = bank.give_key(user, "trades", frozenset(("read_only", "trade"))).key.credentials()
        assert (await send(sim, "POST", ORDERS, ORDER, credentials=trader))[0] == 200
        gone = {"currency": "BTC", "amount": "1", "destination": "4", "to_address": "x", "trade_pwd": "y", "fee": "0"}
        status, body = await send(sim, "POST", "/api/account/v3/withdrawal", json.dumps(gone), credentials=trader)
        assert (status, body["code"]) == (401, 30012)
        far = bank.give_key(user, "far away", addresses=("10.0.0.0/8",)).key.credentials()
        status, body = await send(sim, "GET", ACCOUNTS, credentials=far)
        assert (status, body["code"]) == (400, 30011)


@pytest.mark.parametrize(
    ("body", "changed", "code"),
    [
        ("", {}, 30020),
        (ORDER, {"Content-Type": "text/plain"}, 30007),
        ("{", {}, 30021),
        ('"text"', {}, 30021),
        ('{"instrument_id": "BTC-USDT"}', {}, 30023),
        (ORDER.replace("buy", "hold"), {}, 30024),
        (ORDER.replace("0.01", "much"), {}, 30025),
    ],
)
async def test_bodies(body: str, changed: dict[str, str | None], code: int) -> None:
    async with quiet() as sim:
        status, answer = await send(sim, "POST", ORDERS, body, changed=changed)
        assert (status, answer["code"]) == (400, code)
        assert sim.venue.orders.pending(sim.user().uid) == []


async def test_a_request_too_many() -> None:
    """The valuation may be asked for once in 30 s, by each user; orders count by pair."""
    async with quiet() as sim:
        path = "/api/account/v3/asset-valuation"
        assert (await send(sim, "GET", path))[0] == 200
        status, body = await send(sim, "GET", path)
        assert (status, body["code"]) == (429, 30014)
        assert (await send(sim, "GET", path, credentials=sim.credentials[1]))[0] == 200


async def test_contracts_of_an_underlying_share_a_budget() -> None:
    async with quiet(instruments=6) as sim:
        coin, dollar = (each.inst_id for each in sim.instruments if each.product == "futures")

        def close(name: str) -> str:
            return json.dumps({"instrument_id": name, "direction": "long"})

        path = "/api/futures/v3/close_position"
        for _ in range(2):
            assert (await send(sim, "POST", path, close(coin)))[1]["code"] == 32041
        assert (await send(sim, "POST", path, close(coin)))[1]["code"] == 30014
        assert (await send(sim, "POST", path, close(dollar)))[1]["code"] == 32041


def test_what_is_not_simulated_says_so() -> None:
    told = translated(not_simulated("this"), "swap")
    assert (told.status, told.code) == (501, 30037)
    assert "this" in told.message


async def test_moneys_may_be_named_in_small_letters() -> None:
    """As in the documents' own request."""
    async with quiet() as sim:
        path = "/api/account/v3/asset-valuation?account_type=1&valuation_currency=usd"
        status, body = await send(sim, "GET", path)
        assert (status, body["valuation_currency"]) == (200, "USD")
        status, body = await send(sim, "GET", path.replace("usd", "eur"))
        assert (status, body["code"]) == (400, 30024)


async def test_every_wallet_of_the_documents_can_be_moved_to() -> None:
    async with quiet() as sim:
        to_lending = {"currency": "USDT", "amount": "1", "from": "6", "to": "17"}
        status, body = await send(sim, "POST", "/api/account/v3/transfer", json.dumps(to_lending))
        assert (status, body["result"], body["to"]) == (200, True, "17")
