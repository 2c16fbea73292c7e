"""``okx.instruments`` on the simulator: looked up by id, family, alias and number, kept current by the channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, BadParameter, OKEx, UnknownInstrument
from okx_async.core.retry import Backoff
from okx_async.sim import Exchange
from tests.waiting import until


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """Run an exchange with the twelve instruments of every kind."""
    async with Exchange(seed=5, rate=0) as exchange:
        yield exchange


async def test_an_instrument_is_found_by_id_and_by_number(sim: Exchange) -> None:
    """One typed row, whichever way it is asked for."""
    async with OKX(site=sim.site) as okx:
        spot = await okx.instruments.get("BTC-USDT")
        assert (spot.inst_type, spot.base_ccy, spot.tick_sz, spot.inst_id_code) == ("SPOT", "BTC", Decimal("0.1"), 101)
        for row in [spot, *await okx.instruments.family("BTC-USD")]:
            assert row.inst_id_code is not None
            assert await okx.instruments.by_code(row.inst_id_code) is await okx.instruments.get(row.inst_id)
            assert await okx.instruments.code_of(row.inst_id) == row.inst_id_code
        with pytest.raises(UnknownInstrument, match="did you mean 'BTC-USDT'"):
            await okx.instruments.get("BTC-USTD")
        for code in (0, 999_999):
            with pytest.raises(UnknownInstrument, match=str(code)):
                await okx.instruments.by_code(code)


async def test_a_family_holds_all_its_contracts_and_an_alias_names_one_future(sim: Exchange) -> None:
    """Perpetual, futures and options, of this family alone."""
    async with OKX(site=sim.site) as okx:
        family = await okx.instruments.family("BTC-USD")
        assert {row.inst_type for row in family} == {"SWAP", "FUTURES", "OPTION"}
        assert {row.inst_family for row in family} == {"BTC-USD"}
        future = await okx.instruments.alias("BTC-USD", "next_week")
        assert (future.inst_type, future.alias) == ("FUTURES", "next_week")
        with pytest.raises(UnknownInstrument, match="known are next_week"):
            await okx.instruments.alias("BTC-USD", "quarter")
        with pytest.raises(UnknownInstrument, match="NOPE-USD"):
            await okx.instruments.family("NOPE-USD")


async def test_options_and_events_want_their_family_or_series(sim: Exchange) -> None:
    """Nobody is sent the whole list of options by mistake."""
    async with OKX(site=sim.site) as okx:
        assert len(await okx.instruments.of_type("OPTION", "BTC-USD")) == 2
        assert [row.inst_family for row in await okx.instruments.of_type("SWAP", "BTC-USD")] == ["BTC-USD"]
        for wrong in ("OPTION", "EVENTS", "COIN"):
            wrong_type: Any = wrong
            with pytest.raises(BadParameter, match=wrong):
                await okx.instruments.of_type(wrong_type)


async def test_the_channel_keeps_the_list_current(sim: Exchange) -> None:
    """A rename: the old id ends, the new one is there at once, and the number names the new one."""
    async with OKX(site=sim.site, backoff=Backoff(0.001, 0.01)) as okx:
        await okx.instruments.get("ETH-USDT")
        okx.instruments.follow("SPOT")
        okx.instruments.follow("SPOT")
        await until(lambda: okx.status().live == 1)
        before = await okx.instruments.get("ETH-USDT")
        sim.rename("ETH-USDT", "ETHX-USDT")
        cached = okx.instruments._cache.kinds()["SPOT"]
        await until(lambda: "ETHX-USDT" in cached and cached["ETHX-USDT"].state == "live")
        assert cached["ETH-USDT"].state == "expired"
        assert "BTC-USDT" in cached, "a push is never the whole list"
        assert before.inst_id_code is not None
        assert (await okx.instruments.by_code(before.inst_id_code)).inst_id == "ETHX-USDT"

        sim.connections[0].reset()
        await until(lambda: okx.status().links[0].connections == 2 and okx.status().live == 1)
        with pytest.raises(UnknownInstrument):
            await okx.instruments.get("ETH-USDT")


async def test_v3_has_the_same_cache(sim: Exchange) -> None:
    """The 2020 dialect looks its instruments up likewise."""
    async with OKEx(site=sim.site) as okex:
        assert (await okex.instruments.get("BTC-USDT")).base_currency == "BTC"
        with pytest.raises(UnknownInstrument, match="BTC-USDT"):
            await okex.instruments.get("BTC-USDX")
