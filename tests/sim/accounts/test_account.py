"""The trading account: what it holds, how it is set, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any, Literal

import pytest

from okx_async import OKX
from okx_async.sim import Exchange
from okx_async.sim.accounts.fees import rate_of
from okx_async.sim.accounts.holdings import Margin, Nothing
from okx_async.sim.accounts.leverage import DEFAULT_LEVER, lever_of
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.instruments import Kind
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import ask, quiet, refused, told

SWAP = "BTC-USDT-SWAP"


class Trader(Nothing):
    """Holds one long swap, and perhaps an order."""

    def __init__(self, mode: str = "cross", working: bool = False, margin: Margin = Margin()) -> None:  # noqa: B008
        self.mode, self.busy, self.figures = mode, working, margin

    def positions(self, user: User) -> list[dict[str, Any]]:
        return [{"instId": SWAP, "instType": "SWAP", "posId": "1", "mgnMode": self.mode, "pos": "2", "ccy": "USDT"}]

    def margin(self, user: User) -> Mapping[str, Margin]:
        return {"USDT": self.figures}

    def working(self, user: User) -> bool:
        return self.busy


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(instruments=12, limits=False) as exchange:
        yield exchange


@pytest.fixture
async def okx(sim: Exchange) -> AsyncIterator[OKX]:
    async with OKX(sim.credentials[0], site=sim.site) as client:
        yield client


async def test_a_balance_adds_up(sim: Exchange, okx: OKX) -> None:
    """Equity is money and profit; what is free is equity less what is set aside."""
    margin = Margin(Decimal(-50), Decimal(300), Decimal(20), Decimal(1_000), Decimal(400), Decimal(8_000))
    sim.accounts.holds(Trader(margin=margin))
    purse = sim.accounts.bank.trading(sim.user())
    purse.hold("order 1", "USDT", Decimal(700))
    purse.hold("position 1", "USDT", Decimal(300))
    balance = await okx.account.balance()
    row = next(each for each in balance.details or () if each.ccy == "USDT")
    assert row.eq == 100_000 - 50 + 20
    assert told(row.iso_eq, row.iso_upl, row.upl) == [320, 20, -50]
    assert told(row.imr, row.mmr, row.ord_frozen) == [1_000, 400, 700]
    assert row.cash_bal == 100_000 - 300
    assert row.avail_bal == row.avail_eq == 100_000 - 50 - 300 - 1_000 - 700
    assert row.frozen_bal == (row.eq or 0) - (row.avail_bal or 0)
    assert row.mgn_ratio == Decimal(100_000 - 50 - 300) / 400
    assert balance.total_eq == sum(((each.eq_usd or Decimal(0)) for each in balance.details or ()), Decimal(0))
    assert balance.adj_eq is None, "a figure of pooled margin"
    sim.user().mode = Mode.MULTI_CURRENCY
    pooled = await okx.account.balance()
    assert pooled.adj_eq == (balance.total_eq or 0) - 320
    assert told(pooled.imr, pooled.mmr, pooled.notional_usd, pooled.upl) == [1_000, 400, 8_000, -50]
    assert (await okx.account.max_withdrawal("USDT"))[0].max_wd == 100_000 - 300 - 700 - 50 - 1_000
    await refused(okx.funding.transfer("USDT", "97950.1", "18", "6"), "58350")
    await okx.funding.transfer("USDT", "97950", "18", "6")


async def test_profit_that_is_not_realised_cannot_leave(sim: Exchange, okx: OKX) -> None:
    sim.accounts.holds(Trader(margin=Margin(upl=Decimal(500))))
    assert (await okx.account.max_withdrawal("USDT"))[0].max_wd == 100_000


async def test_only_what_was_asked_for(sim: Exchange, okx: OKX) -> None:
    sim.accounts.holds(Trader())
    details = (await okx.account.balance("BTC,ETH")).details or ()
    assert [row.ccy for row in details] == ["BTC", "ETH"]
    risk = await okx.account.account_position_risk()
    assert [row.ccy for row in risk.bal_data or ()] == ["BTC", "ETH", "USDT"]
    assert [told(row.inst_id, row.pos) for row in risk.pos_data or ()] == [[SWAP, 2]]


async def test_what_could_be_ordered(okx: OKX, sim: Exchange) -> None:
    (size,) = await okx.account.max_size("BTC-USDT", "cash", px="50000")
    assert told(size.max_buy, size.max_sell) == [2, 5]
    (free,) = await okx.account.max_avail_size("BTC-USDT", "cash")
    assert told(free.avail_buy, free.avail_sell) == [100_000, 5]
    swap = next(each for each in sim.instruments if each.inst_id == SWAP)
    (size,) = await okx.account.max_size(SWAP, "cross", px="50000")
    assert size.max_buy == size.max_sell == 100_000 * int(DEFAULT_LEVER) / (50_000 * Decimal(swap.ct_val))
    await okx.account.set_leverage("10", "cross", inst_id=SWAP)
    (more,) = await okx.account.max_size(SWAP, "cross", px="50000")
    assert more.max_buy == 100_000 * 10 / (50_000 * Decimal(swap.ct_val))
    inverse, price = "BTC-USD-SWAP", Decimal(50_000)
    (coin,) = await okx.account.max_size(inverse, "cross", px=price)
    assert coin.ccy == "BTC"
    assert coin.max_buy == 5 * int(DEFAULT_LEVER) * price / 100
    await refused(okx.account.max_size("NOPE-USDT", "cash"), "51001")


async def test_fees_by_tier(sim: Exchange, okx: OKX) -> None:
    kinds: list[Literal["SPOT", "SWAP"]] = ["SPOT", "SWAP"]
    for place, kind in zip((0, 2), kinds, strict=True):
        async with OKX(sim.credentials[place], site=sim.site) as client:
            (row,) = await client.account.trade_fee(kind)
            vip = sim.user(place).vip
            assert row.level == f"Lv{vip + 1}"
            assert row.taker == -rate_of(Kind(kind), vip, False) < 0
            assert row.maker == -rate_of(Kind(kind), vip, True)


# -- settings


async def test_leverage_is_kept_for_instrument_mode_and_side(sim: Exchange, okx: OKX) -> None:
    user = sim.user()
    instruments = {each.inst_id: each for each in sim.instruments}

    def lever(name: str, mode: str, side: str = "net") -> str:
        return str(lever_of(user, instruments[name], mode, side))

    kin = [each.inst_id for each in sim.instruments if each.family == "BTC-USDT" and each.kind == Kind.FUTURES]
    await okx.account.set_leverage("20", "cross", inst_id=SWAP)
    assert [lever(name, "cross") for name in (SWAP, *kin, "ETH-USDT-SWAP")] == ["20"] * (1 + len(kin)) + ["3"]
    assert lever(SWAP, "isolated") == DEFAULT_LEVER
    await okx.account.set_position_mode("long_short_mode")
    await okx.account.set_leverage("5", "isolated", inst_id=SWAP, pos_side="long")
    assert (lever(SWAP, "isolated", "long"), lever(SWAP, "isolated", "short")) == ("5", "3")
    rows = await okx.account.leverage_info("isolated", inst_id=SWAP)
    assert [told(row.pos_side, row.lever) for row in rows] == [["long", 5], ["short", 3]]
    await okx.account.set_leverage("4", "cross", ccy="BTC")
    assert lever("BTC-USDT", "cross") == "4"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"lever": "101"}, "59102"),
        ({"lever": "0.5"}, "59105"),
        ({"lever": "-1"}, "51000"),
        ({"mgnMode": "cash"}, "51000"),
        ({"instId": ""}, "50015"),
        ({"instId": "NOPE"}, "51001"),
        ({"instId": "", "ccy": "NOPE"}, "51000"),
        ({"posSide": "long"}, "51000"),
    ],
    ids=str,
)
async def test_leverages_that_are_refused(sim: Exchange, fields: dict[str, str], code: str) -> None:
    user = sim.user()
    good = {"instId": SWAP, "lever": "5", "mgnMode": "cross"}
    with pytest.raises(Refusal) as caught:
        ask(sim, user, "POST", "account/set-leverage", good | fields)
    assert caught.value.code == code
    assert {key[0] for key in user.settings} == {"created"}


async def test_isolated_positions_take_their_margin_by_themselves(okx: OKX) -> None:
    (told,) = [await okx.account.set_isolated_mode("automatic", "CONTRACTS")]
    assert told.iso_mode == "automatic"
    await refused(okx.account.set_isolated_mode("auto_transfers_ccy", "MARGIN"), "50062")


async def test_modes_change_only_when_nothing_is_open(sim: Exchange, okx: OKX) -> None:
    user = sim.user()
    await okx.account.set_position_mode("long_short_mode")
    assert (await okx.account.config()).pos_mode == "long_short_mode"
    sim.accounts.holds(Trader())
    await refused(okx.account.set_position_mode("net_mode"), "59000")
    await okx.account.set_position_mode("long_short_mode")
    await refused(okx.account.set_account_level("1"), "59134")
    assert (await okx.account.precheck_account_level_switch("1")).s_code == "1"
    await okx.account.set_account_level("3")
    sim.accounts.holds(Trader(working=True))
    await refused(okx.account.set_account_level("2"), "59132")
    sim.accounts.holds(Nothing())
    assert (await okx.account.precheck_account_level_switch("1")).s_code == "0"
    await okx.account.set_account_level("1")
    assert (user.mode, user.hedged) == (Mode.SPOT, False)
    for call in (
        okx.account.set_position_mode("net_mode"),
        okx.account.set_leverage("5", "cross", inst_id=SWAP),
        okx.account.max_size(SWAP, "cross"),
        okx.account.max_avail_size(SWAP, "cross"),
    ):
        await refused(call, "51010")
    await refused(okx.account.set_account_level("4"), "50062")


async def test_words_that_are_kept(okx: OKX) -> None:
    await okx.account.set_greeks("BS")
    await okx.account.set_fee_type("1")
    config = await okx.account.config()
    assert (config.greeks_type, config.fee_type) == ("BS", "1")
    await refused(okx.account.set_greeks("XX"), "51000")


async def test_instruments_of_an_account_are_those_of_the_market(okx: OKX, sim: Exchange) -> None:
    mine = await okx.account.instruments("SWAP")
    assert [row.inst_id for row in mine] == [each.inst_id for each in sim.instruments if each.kind == "SWAP"]
    assert [row.inst_id_code for row in mine] == [row.inst_id_code for row in await okx.public.instruments("SWAP")]
