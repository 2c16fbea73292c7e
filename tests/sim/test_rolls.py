"""Dated contracts roll over with market time: deliveries, aliases that move on, what is listed next, who is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from okx_async import OKX
from okx_async.errors import Refused
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.calendar import ALIASES, day_of, deliveries
from okx_async.sim.instruments import catalogue
from okx_async.v3 import OKEx
from tests.waiting import until

from .wire import connect

WEEK = 7 * 86_400


def at(text: str) -> int:
    """Unix milliseconds of a moment, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        ("2020-07-20T00:00", ("200724", "200731", "200925", "201225")),
        ("2020-09-11T07:59:59.999", ("200911", "200918", "200925", "201225")),
        ("2020-09-11T08:00", ("200918", "200925", "201225", "210326")),
        ("2020-09-18T08:00", ("200925", "201002", "201225", "210326")),
        ("2020-12-25T08:00", ("210101", "210108", "210326", "210625")),
    ],
)
def test_aliases_stand_for_days(moment: str, days: tuple[str, ...]) -> None:
    dates = deliveries(at(moment))
    assert tuple(dates) == ALIASES
    assert tuple(f"{day_of(each):%y%m%d}" for each in dates.values()) == days
    assert all(each % 86_400_000 == 8 * 3_600_000 for each in dates.values())


def test_the_dozen_goes_by_its_aliases() -> None:
    now = at("2026-03-12T12:00")
    dates = deliveries(now)
    futures = [each for each in catalogue(12, now) if each.alias]
    assert [(each.alias, each.expiry) for each in futures] == [(name, dates[name]) for name in ("next_week", "quarter")]
    more = [each for each in catalogue(12, now, ALIASES) if each.alias]
    assert {(each.family, each.alias) for each in more} == {
        (family, alias) for family in ("BTC-USD", "BTC-USDT") for alias in ALIASES
    }
    assert {each.expiry for each in more if each.alias == "bi_quarter"} == {dates["bi_quarter"]}
    assert len({each.code for each in more}) == len({each.inst_id for each in more}) == 8
    assert [each.alias for each in catalogue(6, now, ("quarter",)) if each.alias] == ["next_week", "quarter", "quarter"]
    with pytest.raises(ValueError, match="this_week, next_week"):
        Exchange(aliases=("this_month",))


@asynccontextmanager
async def exchange(moment: str, **options: Any) -> AsyncIterator[tuple[Exchange, Any, Any]]:
    """An exchange at a moment, and one user's clients in V3 and V5; untyped, to compare decimals with numbers."""
    told: dict[str, Any] = {"seed": 3, "instruments": 8, "rate": 0, "history_minutes": 5, "limits": False}
    told |= {"idle_timeout": 1e9} | options
    async with Exchange(clock=VirtualClock(at(moment)), **told) as sim:
        async with OKEx(sim.credentials[0], site=sim.site) as v3, OKX(sim.credentials[0], site=sim.site) as v5:
            yield sim, v3, v5


async def futures_of(v3: Any) -> dict[tuple[str, str], str]:
    """What each alias of each underlying stands for, as V3 lists it."""
    return {(row.underlying, row.alias): row.instrument_id for row in await v3.futures.instruments()}


async def test_weeks_roll() -> None:
    async with exchange("2026-01-08T12:00") as (sim, v3, v5):  # a Thursday
        before = await futures_of(v3)
        assert before == {("BTC-USD", "next_week"): "BTC-USD-260116", ("BTC-USDT", "quarter"): "BTC-USDT-260327"}
        await sim.advance(20 * 3600 - 1)
        await sim.step()
        assert await futures_of(v3) == before
        await sim.advance(1)
        await sim.step()
        first = await futures_of(v3)
        assert first == {
            ("BTC-USD", "this_week"): "BTC-USD-260116",
            ("BTC-USD", "next_week"): "BTC-USD-260123",
            ("BTC-USDT", "quarter"): "BTC-USDT-260327",
        }
        await sim.advance(WEEK)
        await sim.step()
        assert await futures_of(v3) == {
            ("BTC-USD", "this_week"): "BTC-USD-260123",
            ("BTC-USD", "next_week"): "BTC-USD-260130",
            ("BTC-USDT", "quarter"): "BTC-USDT-260327",
        }
        told = await v3.futures.settlement_history("BTC-USD-260116")
        (gone,) = [row for row in told if row.type == "delivery"]
        assert gone.timestamp.timestamp() * 1000 == at("2026-01-16T08:00")
        rows = await v5.public.instruments("FUTURES", inst_family="BTC-USD")
        assert {(row.inst_id, row.alias) for row in rows} == {
            ("BTC-USD-260123", "this_week"),
            ("BTC-USD-260130", "next_week"),
        }
        assert {row.inst_id for row in await v5.public.instruments("OPTION", inst_family="BTC-USD")} == {
            "BTC-USD-260130-60000-C",
            "BTC-USD-260130-30000-P",
        }


async def test_a_quarter_becomes_next_week_and_the_next_quarter_is_listed() -> None:
    async with exchange("2026-03-12T12:00", aliases=ALIASES) as (sim, v3, v5):  # the day before
        assert {alias: name for (family, alias), name in (await futures_of(v3)).items() if family == "BTC-USDT"} == {
            "this_week": "BTC-USDT-260313",
            "next_week": "BTC-USDT-260320",
            "quarter": "BTC-USDT-260327",
            "bi_quarter": "BTC-USDT-260626",
        }
        await sim.advance(86_400)
        await sim.step()
        for family in ("BTC-USD", "BTC-USDT"):
            names = {alias: name for (other, alias), name in (await futures_of(v3)).items() if other == family}
            assert names == {
                "this_week": f"{family}-260320",
                "next_week": f"{family}-260327",
                "quarter": f"{family}-260626",
                "bi_quarter": f"{family}-260925",
            }
            told = {row.alias: row.inst_id for row in await v5.public.instruments("FUTURES", inst_family=family)}
            assert told == {name.replace("bi_", "next_"): inst_id for name, inst_id in names.items()}
        codes = [each.code for each in sim.instruments]
        assert len(set(codes)) == len(codes)


async def test_who_was_away_for_weeks_finds_what_is_listed_now() -> None:
    async with exchange("2026-01-08T12:00") as (sim, v3, _):
        await sim.advance(10 * WEEK)
        await sim.step()
        assert await futures_of(v3) == {
            ("BTC-USD", "next_week"): "BTC-USD-260327",
            ("BTC-USDT", "next_week"): "BTC-USDT-260327",
            ("BTC-USDT", "quarter"): "BTC-USDT-260626",
        }


async def test_both_dialects_are_told() -> None:
    async with exchange("2026-01-15T12:00") as (sim, _, _v5), connect(sim.ws) as five, connect(sim.ws_v3) as three:
        for kind in ("FUTURES", "OPTION"):
            await five.ask("subscribe", {"channel": "instruments", "instType": kind})
        await three.ask("subscribe", "futures/instruments")
        await three.ask("subscribe", "option/instruments:BTC-USD")
        for line in (five, three):
            await line.until_pong()
        await sim.advance(WEEK + 86_400)
        await sim.step()
        rows = [row for text in await five.until_pong() for row in json.loads(text)["data"]]
        assert [(row["instId"], row["state"], row["alias"]) for row in rows] == [
            ("BTC-USD-260123", "expired", "next_week"),
            ("BTC-USD-260123-60000-C", "expired", ""),
            ("BTC-USD-260123-30000-P", "expired", ""),
            ("BTC-USD-260206", "live", "next_week"),
            ("BTC-USD-260206-60000-C", "live", ""),
            ("BTC-USD-260206-30000-P", "live", ""),
        ]
        lists = {told["table"]: told["data"] for told in map(json.loads, await three.until_pong())}
        assert set(lists) == {"futures/instruments", "option/instruments"}
        ((futures,), options) = lists["futures/instruments"], lists["option/instruments"]
        assert {(row["instrument_id"], row["alias"]) for row in futures} == {
            ("BTC-USD-260206", "next_week"),
            ("BTC-USDT-260327", "quarter"),
        }
        assert [row["instrument_id"] for row in options] == ["BTC-USD-260206-60000-C", "BTC-USD-260206-30000-P"]


async def test_who_asks_by_alias_trades_the_right_contract() -> None:
    async with exchange("2026-01-15T12:00") as (sim, v3, _):
        old = (await futures_of(v3))["BTC-USD", "next_week"]
        assert old == "BTC-USD-260123"
        await v3.futures.place_order(old, "1", "5", order_type="4")
        await v3.futures.place_order(old, "1", "1", price="59000")
        await sim.advance(WEEK + 86_400)
        await sim.step()
        assert await v3.futures.positions() == []
        assert sim.venue.orders.everybodys() == []
        (entry, *_) = await v3.futures.ledger("BTC-USD")
        assert (entry.type, entry.details.instrument_id) == ("settlement", old)
        assert sim.ledger.total("BTC") == 0
        with pytest.raises(Refused):
            await v3.futures.place_order(old, "1", "1", order_type="4")
        name = (await futures_of(v3))["BTC-USD", "next_week"]
        await v3.futures.place_order(name, "1", "2", order_type="4")
        (position,) = await v3.futures.positions()
        assert (position.instrument_id, position.long_qty) == (name, 2)
        index = (await v3.futures.index(name)).index
        assert abs(position.long_avg_cost / index - 1) < 0.01
        await sim.step(50)
        ticker = await v3.futures.ticker(name)
        assert ticker.best_bid < ticker.best_ask


async def test_a_client_that_follows_is_led_to_the_next_contract() -> None:
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")  # the client takes nothing for listed that is over for itself
    async with exchange(began, aliases=("this_week",)) as (sim, _, v5):
        v5.instruments.follow("FUTURES")
        await until(lambda: v5.status().live == 1)
        before = [await v5.instruments.alias("BTC-USD", alias) for alias in ("this_week", "next_week")]
        await sim.advance((deliveries(at(began))["this_week"] - sim.now) / 1000)
        await sim.step()
        cached = v5.instruments._cache.kinds()["FUTURES"]
        await until(lambda: cached[before[0].inst_id].state == "expired" and len(cached) == 6)
        assert (await v5.instruments.alias("BTC-USD", "this_week")).inst_id == before[1].inst_id
        assert (await v5.instruments.alias("BTC-USD", "next_week")).exp_time > before[1].exp_time


async def test_what_was_ended_before_its_time_is_not_listed_again() -> None:
    async with exchange("2026-01-08T12:00") as (sim, v3, _):
        sim.expire("BTC-USDT-260327")
        await sim.advance(WEEK)
        await sim.step()
        assert {family for family, _ in await futures_of(v3)} == {"BTC-USD"}
        assert [str(fault.kind) for fault in sim.faults.done] == ["expire"]  # what ends by time is no fault
