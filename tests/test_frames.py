"""Rows as dicts and frames: nothing rounded unless asked for, nothing lost."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from okx_async import Gap, to_dicts, to_pandas, to_polars
from okx_async.core.row import HiddenRow
from okx_async.errors import BadParameter
from okx_async.v5.models.market import Candle, Trade

TS = 1_767_225_600_123
MOMENT = datetime(2026, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)
BIG = Decimal("12345678901234567.123456789")


def candle(c: str = "0.1", **more: object) -> Candle:
    return Candle(ts=TS, o=Decimal("1.10"), h=BIG, l=Decimal(1), c=Decimal(c), confirm=True, **more)  # type: ignore[arg-type]


def test_dicts_are_exact() -> None:
    (row,) = to_dicts([candle()])
    assert row["ts"] == TS
    assert row["h"] == BIG
    assert str(row["o"]) == "1.10"
    assert row["vol"] is None
    assert list(row)[:5] == ["ts", "o", "h", "l", "c"]


def test_floats_and_times_are_asked_for() -> None:
    (row,) = to_dicts([candle()], floats=True, times=True)
    assert row["ts"] == MOMENT
    assert type(row["c"]) is float
    assert row["c"] == 0.1
    assert row["confirm"] is True


def test_rows_inside_rows_and_rows_without_a_type() -> None:
    (row,) = to_dicts([{"n": Decimal(1), "in": [candle()], "pair": (Decimal(2), "x")}], floats=True, times=True)
    assert row["n"] == 1.0
    assert row["in"][0]["ts"] == MOMENT
    assert row["pair"] == [2.0, "x"]


def test_what_hides_itself_goes_on_hiding() -> None:
    (row,) = to_dicts([{"key": HiddenRow(apiKey="hush")}])
    assert "hush" not in repr(row)
    assert "hush" not in repr(to_dicts([HiddenRow(apiKey="hush")]))


def test_what_is_no_row_is_named() -> None:
    with pytest.raises(BadParameter, match="item 1 is no row but a Gap"):
        to_dicts([candle(), Gap("x", 1.0, 2.0, "why")])


@pytest.mark.parametrize(("make", "name"), [(to_pandas, "pandas"), (to_polars, "polars")])
def test_without_the_extra_the_command_is_said(make: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    assert callable(make)
    with pytest.raises(BadParameter, match=rf"pip install 'okx-async\[{name}\]'"):
        make([candle()])


def test_pandas_keeps_decimals_and_ids() -> None:
    pytest.importorskip("pandas")
    frame = to_pandas([candle(), candle("0.2", vol=Decimal(3))])
    assert list(frame.columns)[:2] == ["ts", "o"]
    assert list(frame["h"]) == [BIG, BIG]
    assert frame["vol"][1] == Decimal(3)
    assert str(frame["ts"].dtype) == "int64"
    ids = to_pandas([{"id": 2**60 + 1}, {"id": None}, {"other": 1}])
    assert ids["id"][0] == 2**60 + 1
    assert list(ids.columns) == ["id", "other"]


def test_pandas_floats_and_times() -> None:
    pytest.importorskip("pandas")
    frame = to_pandas([candle(), candle("0.2", vol=Decimal(3))], floats=True, times=True)
    assert str(frame["ts"].dtype) == "datetime64[ms, UTC]"
    assert frame["ts"][0] == MOMENT
    assert {str(frame[name].dtype) for name in ("o", "h", "l", "c", "vol")} == {"float64"}
    assert list(frame["c"]) == [0.1, 0.2]
    assert frame["vol"].isna().tolist() == [True, False]


def test_polars_keeps_decimals() -> None:
    pl = pytest.importorskip("polars")
    frame = to_polars([candle("0.123456789012"), candle("2", vol=Decimal(3))])
    assert frame["c"].to_list() == [Decimal("0.123456789012"), Decimal(2)]
    assert frame["c"].dtype == pl.Decimal(38, 12)
    assert frame["h"].to_list() == [BIG, BIG]
    assert frame["vol"].to_list() == [None, Decimal(3)]
    assert frame["ts"].dtype == pl.Int64
    wide = to_polars([{"n": Decimal("1e30")}, {"n": Decimal("1e-30")}])
    assert wide["n"].to_list() == [Decimal("1e30"), Decimal("1e-30")]


def test_polars_floats_and_times() -> None:
    pl = pytest.importorskip("polars")
    frame = to_polars([candle(), candle("0.2")], floats=True, times=True)
    assert frame["ts"].dtype == pl.Datetime("ms", "UTC")
    assert frame["ts"].to_list() == [MOMENT, MOMENT]
    assert frame["c"].dtype == pl.Float64


def test_no_rows_are_an_empty_frame() -> None:
    assert to_dicts([]) == []
    pytest.importorskip("pandas")
    assert to_pandas([]).empty
    pytest.importorskip("polars")
    assert to_polars([]).is_empty()


def test_texts_stay_texts() -> None:
    pytest.importorskip("pandas")
    trade = Trade(inst_id="BTC-USDT", trade_id="007", px=Decimal(1), sz=Decimal(2), side="buy", ts=TS)
    assert to_pandas([trade])["trade_id"][0] == "007"
    pytest.importorskip("polars")
    assert to_polars([trade])["trade_id"][0] == "007"
