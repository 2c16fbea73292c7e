"""The plugin for other people's tests: installed as an entry point, run by a pytest of its own."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
NAME = "okx_async"
Run = Callable[..., pytest.RunResult]

FOUR = """
import asyncio
import pytest

pytestmark = pytest.mark.asyncio

async def test_v5_and_faults(okx_exchange, okx_client, okx_faults):
    assert okx_faults is okx_exchange.faults
    assert okx_exchange.steps == 0, "the market waits for the test"
    ticker = await okx_client.market.ticker("BTC-USDT")
    assert str(ticker.bid_px) == okx_exchange.truth("BTC-USDT").bids[0][0]
    async with asyncio.timeout(10), okx_client.books("BTC-USDT") as books:
        while not (await anext(books)).live:
            pass
        okx_faults.drop("books", "BTC-USDT")
        while not books.resyncs:
            await okx_exchange.step()
            await asyncio.sleep(0.01)
    assert okx_faults.fired

async def test_v3(okx_exchange, okex_client):
    ticker = await okex_client.spot.ticker("BTC-USDT")
    assert str(ticker.best_bid) == okx_exchange.truth("BTC-USDT").bids[0][0]

async def test_both_speak_to_one_exchange(okx_client, okex_client, okx_exchange):
    assert okx_client.site == okex_client.site == okx_exchange.site
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in a project of its own, with the plugin's entry point as an installation would have it."""
    home = pytester.mkdir("site")
    info = home / "okx_async_probe-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: okx-async-probe\nVersion: 1\n", encoding="utf-8")
    module = entry_points()[NAME]
    (info / "entry_points.txt").write_text(f"[pytest11]\n{NAME} = {module}\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(home))))
    # A warning in a run that does not even use it is an error here.
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n")

    def in_a_process(*args: str) -> pytest.RunResult:
        always = ("--strict-markers", "--strict-config", "-p", "no:xdist")
        return pytester.runpytest_subprocess(*always, *args, timeout=120)

    return in_a_process


def entry_points() -> dict[str, str]:
    """Return the pytest plugins this project declares."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    points: dict[str, str] = declared["project"]["entry-points"]["pytest11"]
    assert list(points) == [NAME]
    assert (ROOT / f"{points[NAME].replace('.', '/')}.py").is_file()
    return points


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_the_four_fixtures(pytester: pytest.Pytester, run: Run, mode: str) -> None:
    pytester.makepyfile(FOUR)
    run(f"--asyncio-mode={mode}").assert_outcomes(passed=3)


def test_the_nearest_marker_decides(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("""
        import pytest

        pytestmark = [pytest.mark.asyncio, pytest.mark.okx_exchange(seed=3, instruments=20)]

        async def test_module(okx_exchange):
            assert (okx_exchange.seed, len(okx_exchange.instruments), okx_exchange.rate) == (3, 20, 0)

        @pytest.mark.okx_exchange(seed=4, rate=50)
        async def test_own(okx_exchange):
            assert (okx_exchange.seed, len(okx_exchange.instruments), okx_exchange.rate) == (4, 20, 50)

        @pytest.mark.okx_exchange(checksum="zero", start=1_750_000_000_000)
        class TestClass:
            @pytest.mark.okx_exchange(seed=5)
            async def test_all(self, okx_exchange):
                assert (okx_exchange.seed, len(okx_exchange.instruments)) == (5, 20)
                assert okx_exchange.now == 1_750_000_000_000
    """)
    run().assert_outcomes(passed=3)


def test_wrong_use_is_named(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.okx_exchange(3)
        async def test_positional(okx_exchange): pass

        @pytest.mark.okx_exchange(sed=3)
        async def test_unknown(okx_exchange): pass

        @pytest.mark.okx_exchange(instruments=0)
        async def test_out_of_range(okx_exchange): pass

        def test_synchronous(okx_faults): pass
    """)
    result = run("--asyncio-mode=auto")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(
        [
            "*okx_exchange: name every argument*",
            "*okx_exchange:*unexpected keyword argument 'sed'*",
            "*okx_exchange:*at least 1*",
            "*make the test `async def`*",
        ]
    )


def test_without_pytest_asyncio_the_fixtures_say_so(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    names = ("okx_exchange", "okx_client", "okex_client", "okx_faults")
    pytester.makepyfile("def test_unused(): pass\n" + "".join(f"def test_{name}({name}): pass\n" for name in names))
    result = run("-p", "no:asyncio")
    result.assert_outcomes(passed=1, errors=len(names))
    result.stdout.fnmatch_lines(
        [f"{name} needs the plugin pytest-asyncio: pip install pytest-asyncio" for name in names[:3]]
    )


def test_it_costs_nothing_where_it_is_not_used(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("""
        import sys

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("okx_async")
            assert not {"okx_async.sim", "aiohttp", "websockets"} & set(sys.modules)
    """)
    run().assert_outcomes(passed=1)


def test_it_can_be_switched_off(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("async def test_it(okx_exchange): pass")
    result = run("-p", f"no:{NAME}", "--asyncio-mode=auto")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'okx_exchange' not found*"])


def test_it_is_documented_where_pytest_shows_it(run: Run) -> None:
    run("--markers").stdout.fnmatch_lines(["@pytest.mark.okx_exchange(*): arguments of okx_async.sim.Exchange*"])
    shown = run("--fixtures").stdout.str()
    for text in ("okx_exchange", "A V5 client", "A V3 client", "The faults of"):
        assert text in shown


def test_the_bot_of_the_examples_passes_its_tests(pytester: pytest.Pytester, run: Run) -> None:
    shutil.copytree(ROOT / "examples" / "bot", pytester.path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    result = run("-W", "error", "bot")
    result.assert_outcomes(passed=3)


def test_the_bot_of_the_examples_runs_by_itself(pytester: pytest.Pytester, run: Run) -> None:
    result = pytester.run(sys.executable, "-W", "error", ROOT / "examples" / "bot" / "bot.py")
    assert result.ret == 0
    assert result.errlines == []
    assert len(result.outlines) == 3
