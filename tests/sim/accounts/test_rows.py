"""Every private endpoint the simulator serves answers rows that the client has a type for, with no field too many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async import OKX, Endpoint, catalogue
from okx_async.core.answers import list_of
from okx_async.core.capability import CAPABILITIES
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import SUB_NAME
from tests.sim.accounts.desk import Json, quiet

from .test_earn_rows import ANSWERS, WITHOUT_ROWS

SUB = {"subAcct": SUB_NAME}
TRANSFER = {"ccy": "USDT", "amt": "1", "from": "6", "to": "18"}
LEVER = {"instId": "BTC-USDT-SWAP", "mgnMode": "cross", "lever": "5"}
QUOTE = {"baseCcy": "BTC", "quoteCcy": "USDT", "side": "buy", "rfqSz": "100", "rfqSzCcy": "USDT"}
SAVING = {"ccy": "USDT", "amt": "1", "side": "purchase"}
STAKING = tuple(f"finance/staking-defi/{coin}" for coin in ("eth", "sol"))
# What an endpoint needs, by path behind /api/v5/.
FIELDS: dict[str, Json] = {
    "account/instruments": {"instType": "SPOT"},
    "account/leverage-info": {"instId": "BTC-USDT-SWAP", "mgnMode": "cross"},
    "account/max-avail-size": {"instId": "BTC-USDT", "tdMode": "cash"},
    "account/max-size": {"instId": "BTC-USDT", "tdMode": "cash"},
    "account/set-account-level": {"acctLv": "2"},
    "account/set-account-switch-precheck": {"acctLv": "3"},
    "account/set-fee-type": {"feeType": "1"},
    "account/set-greeks": {"greeksType": "BS"},
    "account/set-isolated-mode": {"isoMode": "automatic", "type": "CONTRACTS"},
    "account/set-leverage": LEVER,
    "account/set-position-mode": {"posMode": "net_mode"},
    "account/subaccount/balances": SUB,
    "account/subaccount/max-withdrawal": SUB,
    "account/trade-fee": {"instType": "SPOT"},
    "asset/convert/estimate-quote": QUOTE,
    "asset/deposit-address": {"ccy": "BTC"},
    "asset/subaccount/balances": SUB,
    "asset/subaccount/transfer": TRANSFER | {"fromSubAccount": SUB_NAME, "toSubAccount": "simsub2"},
    "asset/transfer": TRANSFER,
    "asset/transfer-state": {"transId": "7000001"},
    "asset/withdrawal": {"ccy": "BTC", "amt": "0.1", "dest": "4", "toAddr": "somewhere"},
    "finance/savings/purchase-redempt": SAVING,
    "finance/savings/set-lending-rate": {"ccy": "USDT", "rate": "0.02"},
    "users/subaccount/apikey": SUB | {"label": "second", "passphrase": "Sim-pass-1"},
    "users/subaccount/create-subaccount": {"subAcct": "simsub3", "type": "1"},
    "users/subaccount/set-transfer-out": SUB | {"canTransOut": False},
}
# What answers an empty list here, or needs the id of something that another call made.
EMPTY = {
    *("account/positions", "asset/non-tradable-assets", "users/entrust-subaccount-list"),
    *("account/risk-state", "asset/cancel-withdrawal", "asset/convert/trade", "asset/convert/history"),
    *("users/subaccount/modify-apikey", "users/subaccount/delete-apikey", "finance/savings/lending-history"),
    *(f"{root}/{deed}" for root in STAKING for deed in ("purchase", "redeem", "cancel-redeem")),
}


def served() -> list[Endpoint]:
    """The endpoints the simulator's bank serves, but for those that `test_earn_rows` looks at."""
    names = quiet().accounts.bank_v5.handlers()
    rows = (row for row in catalogue() if row.dialect == "v5" and (row.method, row.path) in names)
    return [row for row in rows if f"{row.method} {row.path}" not in ANSWERS.keys() | WITHOUT_ROWS]


def path_of(endpoint: Endpoint) -> str:
    """What `FIELDS` and `EMPTY` call an endpoint."""
    return endpoint.path.removeprefix("/api/v5/")


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """An exchange where everything has happened once."""
    async with quiet(instruments=12, limits=False) as exchange:
        user = exchange.user()
        exchange.add_user("simsub2", master=user)
        exchange.deposit(user, "USDT", 5)
        exchange.deposit(exchange.user(SUB_NAME), "USDT", 5)
        for ccy in ("ETH", "SOL"):
            exchange.deposit(user, ccy, 5)
        async with OKX(exchange.credentials[0], site=exchange.site, allow=CAPABILITIES) as okx:
            for path in ("asset/transfer", "asset/withdrawal", "finance/savings/purchase-redempt"):
                await okx.request("POST", f"/api/v5/{path}", FIELDS[path])
            for root in STAKING:
                await okx.request("POST", f"/api/v5/{root}/purchase", {"amt": "1"})
            below = TRANSFER | {"type": "1", "subAcct": SUB_NAME}
            await okx.request("POST", "/api/v5/asset/transfer", below)
        yield exchange


@pytest.mark.parametrize(
    "endpoint", [row for row in served() if path_of(row) not in EMPTY], ids=lambda row: f"{row.chapter}.{row.name}"
)
async def test_rows_have_types(endpoint: Endpoint, sim: Exchange) -> None:
    async with OKX(sim.credentials[0], site=sim.site, allow=CAPABILITIES) as okx:
        raw: Any = await okx.request(endpoint.method, endpoint.path, FIELDS.get(path_of(endpoint)))
    assert raw, "nothing came, so nothing was proved"
    shape = endpoint.result if str(endpoint.result).startswith("list") else list_of(endpoint.result)
    assert unmodelled(shape, raw) == set()


def test_the_list_of_empty_ones_is_no_longer_than_it_must_be() -> None:
    paths = {path_of(row) for row in served()}
    assert EMPTY | FIELDS.keys() <= paths
    assert not EMPTY & FIELDS.keys()
    assert len(paths - EMPTY) > 35
