"""Futures by their place in time: an alias is looked up as it stands now, in both dialects and on the command line."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from typing import Any

import pytest

from okx_async import OKX, BadParameter, OKEx, UnknownInstrument
from okx_async.cli import main
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.calendar import ALIASES
from okx_async.v3.models.instruments import Instrument
from tests.cli.programs import ended, line_of, rows, run, started

Text = pytest.CaptureFixture[str]
EVE = int(datetime(2030, 3, 14, 12, tzinfo=UTC).timestamp() * 1000)
"""The day before a delivery."""


def rolling() -> Exchange:
    return Exchange(seed=3, rate=0, history_minutes=5, limits=False, idle_timeout=1e9, aliases=ALIASES,
                    clock=VirtualClock(EVE))  # fmt: skip


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How old lists of instruments are."""
    now = [1000.0]
    monkeypatch.setattr("okx_async.net.instruments.monotonic", lambda: now[0])
    return now


async def test_an_alias_names_one_future_of_the_underlying() -> None:
    async with rolling() as sim, OKEx(site=sim.site) as okex:
        for underlying in ("BTC-USD", "BTC-USDT", "btc-usd"):
            for alias in ALIASES:
                row = await okex.instruments.alias(underlying, alias)
                assert (row.alias, row.underlying) == (alias, underlying.upper())
        with pytest.raises(UnknownInstrument, match="known are bi_quarter, next_week, quarter, this_week"):
            await okex.instruments.alias("BTC-USD", "month")
        with pytest.raises(UnknownInstrument, match="known are none"):
            await okex.instruments.alias("DOGE-USD", "quarter")
        with pytest.raises(BadParameter):
            await okex.instruments.alias("BTC-USD", 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("dialect", [OKEx, OKX])
async def test_labels_that_have_moved_are_found_where_they_are(dialect: Any, clock: list[float]) -> None:
    async with rolling() as sim, dialect(site=sim.site) as client:
        name = "instrument_id" if dialect is OKEx else "inst_id"
        before = getattr(await client.instruments.alias("BTC-USD", "next_week"), name)
        assert before == "BTC-USD-300322"
        await sim.advance(86_400)
        await sim.step()
        clock[0] += 31
        assert getattr(await client.instruments.alias("BTC-USD", "this_week"), name) == before
        assert getattr(await client.instruments.alias("BTC-USD", "next_week"), name) == "BTC-USD-300329"


async def test_who_asks_often_reads_the_list_once() -> None:
    async with rolling() as sim, OKEx(site=sim.site) as okex:
        await okex.instruments.alias("BTC-USD", "quarter")
        asked = sim.counters.requests
        for alias in ALIASES:
            await okex.instruments.alias("BTC-USDT", alias)
        assert sim.counters.requests == asked


async def test_contracts_of_old_captures_do_not_name_their_underlying(monkeypatch: pytest.MonkeyPatch) -> None:
    async def listed(_: str) -> list[Instrument]:
        return [Instrument(instrument_id="BTC-USD-190628", alias="quarter")]

    async with rolling() as sim, OKEx(site=sim.site) as okex:
        monkeypatch.setattr(okex.instruments, "_fetch", listed)
        assert (await okex.instruments.alias("BTC-USD", "quarter")).instrument_id == "BTC-USD-190628"


@pytest.mark.parametrize("options", [["--v3"], []])
@pytest.mark.parametrize("name", ["BTC-USD-quarter", "BTC-USDT-this_week"])
def test_a_place_in_time_can_be_watched(name: str, options: list[str], capsys: Text) -> None:
    assert main(["watch", name, "--sim", "--json", "--count", "2", *options]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for line in rows(out):
        underlying, _, day = line["inst"].rpartition("-")
        assert (underlying, len(day), day.isdecimal()) == (name.rpartition("-")[0], 6, True)
        assert line["state"] == "LIVE"


def test_a_place_in_time_can_be_asked_about(capsys: Text) -> None:
    argv = ["call", "futures.ticker", "instrument_id=BTC-USD-bi_quarter", "--sim", "--v3", "--json"]
    assert main(argv) == 0
    assert json.loads(capsys.readouterr().out)["instrument_id"].startswith("BTC-USD-2")
    assert main(["call", "market.ticker", "inst_id=BTC-USDT-next_quarter", "--sim", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["inst_id"].startswith("BTC-USDT-2")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["watch", "DOGE-USD-quarter", "--v3", "--json"],
            "no future of 'DOGE-USD' goes by 'quarter' now; known are none",
        ),
        (["watch", "BTC-USD-bi_quarter", "--json"], "known are next_quarter"),
        (["watch", "BTC-USD-quartr", "--v3"], "goes by 'quartr' now; known are bi_quarter"),
        (["call", "futures.ticker", "instrument_id=BTC-EUR-quarter", "--v3"], "no future of 'BTC-EUR'"),
    ],
)
def test_no_future_goes_by_that_name(argv: list[str], said: str, capsys: Text) -> None:
    assert main([*argv, "--sim"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_a_simulator_of_its_own_has_the_futures_it_is_told() -> None:
    with started("sim", "--aliases", "all", "--instruments", "8") as process:
        rest = json.loads(line_of(process))["rest"]
        done = run("watch", "BTC-USD-bi_quarter", "--v3", "--site", rest, "--json", "--count", "1")
        assert (done.returncode, done.stderr) == (0, "")
        assert [line["state"] for line in rows(done.stdout)] == ["LIVE"]
        assert ended(process, signal.SIGTERM)[0] == 0


def test_a_simulator_knows_no_other_aliases(capsys: Text) -> None:
    assert main(["sim", "--aliases", "this_week,month"]) == 2
    assert "this_week, next_week, quarter, bi_quarter" in capsys.readouterr().err
