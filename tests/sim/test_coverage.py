"""What the simulator says it serves is what it routes."""

from __future__ import annotations

import json

import pytest

from okx_async.catalogue import catalogue
from okx_async.cli import main
from okx_async.sim import Exchange
from okx_async.sim.coverage import Coverage, Served

Text = pytest.CaptureFixture[str]


def test_routes_decide() -> None:
    rows = {(row.dialect, row.chapter, row.name): row for row in catalogue()}
    coverage = Coverage(Exchange(rate=0, instruments=1, history_minutes=1))
    assert coverage.endpoint(rows["v5", "market", "ticker"]) is Served.YES
    assert coverage.endpoint(rows["v3", "swap", "funding_time"]) is Served.YES
    assert coverage.endpoint(rows["v3", "option", "summaries"]) is Served.YES
    assert coverage.endpoint(rows["v5", "support", "announcements"]) is Served.STATIC
    assert coverage.endpoint(rows["v5", "market", "books_sbe"]) is Served.NO
    assert coverage.endpoint(rows["v5", "fiat", "create_withdrawal"]) is Served.NO
    off = Coverage(Exchange(rate=0, instruments=1, history_minutes=1, static=False))
    everything = Coverage(Exchange(rate=0, instruments=1, history_minutes=1, static="all"))
    assert off.endpoint(rows["v5", "support", "announcements"]) is Served.NO
    assert everything.endpoint(rows["v5", "fiat", "create_withdrawal"]) is Served.STATIC
    assert everything.endpoint(rows["v5", "market", "books_sbe"]) is Served.NO


@pytest.mark.parametrize(
    ("dialect", "socket", "name", "served"),
    [
        ("v5", "public", "option-trades", Served.YES),
        ("v5", "business", "mark-price-candle1Yutc", Served.YES),
        ("v5", "business", "index-candle1Yutc", Served.NO),
        ("v5", "public", "books-elp", Served.NO),
        ("v5", "public", "candle1m", Served.NO),
        ("v5", "private", "orders", Served.YES),
        ("v5", "private", "account-greeks", Served.SILENT),
        ("v5", "business", "copytrading-lead-notification", Served.SILENT),
        ("v3", "v3", "index/candle60s", Served.YES),
        ("v3", "v3", "futures/instruments", Served.YES),
        ("v3", "v3", "swap/estimated_price", Served.NO),
        ("v3", "v3", "margin/ticker", Served.NO),
    ],
)
def test_tables_decide(dialect: str, socket: str, name: str, served: Served) -> None:
    assert Coverage().channel(dialect, socket, name) is served


def _rows(argv: list[str], capsys: Text) -> list[dict[str, object]]:
    assert main(["catalogue", "--json", *argv]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_catalogue_tells(capsys: Text) -> None:
    every = _rows(["--sim"], capsys)
    assert {row["sim"] for row in every} == {"served", "static", "not simulated"}
    missing = _rows(["--sim", "not simulated"], capsys)
    assert missing == [row for row in every if row["sim"] == "not simulated"]
    assert all("sim" not in row for row in _rows([], capsys))
    channels = {row["name"]: row["sim"] for row in _rows(["--sim", "--channels", "v5"], capsys)}
    assert channels["option-trades"] == "served"
    assert channels["sprd-books-l2-tbt"] == "not simulated"
    assert main(["catalogue", "--sim", "market.ticker"]) == 0
    assert "served" in capsys.readouterr().out
    assert main(["catalogue", "--sim", "--channels", "index"]) == 0
    assert "simulator" in capsys.readouterr().out.splitlines()[0]
