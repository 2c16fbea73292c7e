"""``okx-async plot``: pictures that are what their names say, and one clear line when there can be none."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from okx_async import plot
from okx_async.cli import main
from okx_async.cli.plot import units
from okx_async.errors import BadParameter
from okx_async.v5.models.market import Candle

MINUTE = 60_000
START = 1_767_225_600_000


def bars(*prices: str) -> list[Candle]:
    """Return closed bars that rise and fall to these prices, and one that is not closed."""
    closes = [Decimal(price) for price in prices]
    return [
        Candle(
            ts=START + at * MINUTE,
            o=before,
            h=max(before, after) + 1,
            l=min(before, after) - 1,
            c=after,
            vol=Decimal(at),
            confirm=at < len(closes) - 2,
        )
        for at, (before, after) in enumerate(pairwise(closes))
    ]


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Return the one line a wrong command gets."""
    assert main(["plot", *args]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.splitlines()) == 1
    return said.err


@pytest.mark.parametrize("what", ["depth", "candles"])
@pytest.mark.parametrize("ending", ["png", "svg", "PNG"])
def test_the_file_is_what_its_ending_says(
    what: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / f"picture.{ending}"
    assert main(["plot", what, "BTC-USDT", "--out", str(out), "--sim", "--count", "50"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    raw = out.read_bytes()
    if ending == "svg":
        assert ET.fromstring(raw).tag.endswith("svg")  # noqa: S314 - our own file
    else:
        assert raw.startswith(b"\x89PNG\r\n\x1a\n")
        assert int.from_bytes(raw[16:20]) == 1600
    assert "matplotlib.pyplot" not in sys.modules


def test_names_are_checked_before_anything_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "a.png")
    assert "ends in .png or .svg, not in 'a.gif'" in refused(
        capsys, "depth", "BTC-USDT", "--sim", "--out", str(tmp_path / "a.gif")
    )
    assert "no directory" in refused(capsys, "depth", "BTC-USDT", "--sim", "--out", str(tmp_path / "no" / "a.png"))
    assert "no bar '1h'; did you mean" in refused(
        capsys, "candles", "BTC-USDT", "--sim", "--bar", "1h", "--out", out
    ).replace(": did", "; did")
    assert "--bar is for candles" in refused(capsys, "depth", "BTC-USDT", "--sim", "--bar", "1m", "--out", out)
    assert "at most 400" in refused(capsys, "depth", "BTC-USDT", "--sim", "--count", "401", "--out", out)
    assert "invalid choice" in refused(capsys, "pie", "BTC-USDT", "--sim", "--out", out)
    assert "--v3" in refused(capsys, "depth", "BTC-USDT", "--sim", "--v3", "--out", out)
    assert not list(tmp_path.iterdir())


def test_an_unknown_instrument_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "a.png"
    assert main(["plot", "depth", "BTC-USDTT", "--sim", "--out", str(out)]) == 2
    assert "BTC-USDTT" in capsys.readouterr().err
    assert not out.exists()


def test_without_matplotlib_the_command_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said = refused(capsys, "depth", "BTC-USDT", "--sim", "--out", str(tmp_path / "a.svg"))
    assert "needs matplotlib: pip install 'okx-async[plot]'" in said


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "a.png").mkdir()
    assert "cannot be written" in refused(capsys, "depth", "BTC-USDT", "--sim", "--out", str(tmp_path / "a.png"))


def test_the_same_data_are_the_same_file(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("a.svg", "b.svg"):
        plot.save(plot.candles(bars("10", "12", "11", "11"), title="X"), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_depth_chart_adds_up() -> None:
    pytest.importorskip("matplotlib")
    figure = plot.depth(
        [("99", "1", "0", "1"), ("98", "2.5"), ("90", "40")], [("101", "3"), ("103", "4")], title="X", px_unit="USDT"
    )
    axes = figure.axes[0]
    below, above, mid = axes.lines
    # Both sides reach as far from the middle as the shorter one; what lies outside is not drawn.
    assert list(axes.get_xlim()) == [96.94, 103.06]
    assert [list(below.get_xdata()), list(below.get_ydata())] == [[99, 99, 98, 96.94], [0, 1, 3.5, 3.5]]
    assert [list(above.get_xdata()), list(above.get_ydata())] == [[101, 101, 103, 103.06], [0, 3, 7, 7]]
    assert set(mid.get_xdata()) == {100}
    words = " ".join(text.get_text() for text in figure.texts)
    assert "spread 2 USDT (200.00 bp)" in words


def test_a_lopsided_book_keeps_most_of_its_longer_side() -> None:
    pytest.importorskip("matplotlib")
    bids = [(str(99 - at), "1") for at in range(20)]
    axes = plot.depth(bids, [("101", "3")], title="X").axes[0]
    below, above, _ = axes.lines
    assert axes.get_xlim() == pytest.approx((100 - 4.08, 100 + 4.08))
    assert max(below.get_ydata()) == 4
    # What lies beyond the last offer is not known, so nothing is drawn there.
    assert max(above.get_xdata()) < 101.1


def test_a_crossed_book_is_drawn_and_named() -> None:
    pytest.importorskip("matplotlib")
    figure = plot.depth([("10", "1")], [("9", "1")], title="X")
    assert any("crossed by 1" in text.get_text() for text in figure.texts)
    low, high = figure.axes[0].get_xlim()
    assert low < 9 < 10 < high


def test_one_scale_has_one_unit() -> None:
    pytest.importorskip("matplotlib")
    figure = plot.depth([("1", "8e9")], [("2", "14e9")], title="X")
    axis = figure.axes[0].yaxis
    words = [axis.get_major_formatter()(value, None) for value in (0, 5e8, 8e9, 12e9)]
    assert words == ["0", "0.5B", "8B", "12B"]


def test_candles_show_every_bar_once() -> None:
    pytest.importorskip("matplotlib")
    rows = bars("10", "12", "11", "11", "15")
    figure = plot.candles(reversed(rows), title="X 1m", px_unit="USDT", vol_unit="BTC")
    upper, lower = figure.axes
    assert len(upper.patches) == len(lower.patches) == len(rows)
    tops = sorted((patch.get_x(), patch.get_y() + patch.get_height()) for patch in upper.patches)
    assert [top for _, top in tops] == [12, 12, 11, 15]
    assert sorted(patch.get_height() for patch in lower.patches) == [0, 1, 2, 3]
    assert [text.get_text() for text in figure.legends[0].texts] == ["up", "down", "not closed yet"]
    assert "+50.00 %" in " ".join(text.get_text() for text in figure.texts)


def test_nothing_is_no_picture() -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(BadParameter, match="no bars"):
        plot.candles([], title="X")
    with pytest.raises(BadParameter, match="nobody asks"):
        plot.depth([("1", "1")], [], title="X")
    assert plot.depth([("1", "1")], [("2", "1")], title="one level a side")
    assert plot.candles(bars("10", "10"), title="one flat bar")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.00001234, "0.00001234"), (0.5, "0.5"), (12, "12"), (100, "100"), (60_900.5, "60,900.5"),
        (1_000_000, "1,000,000"), (25_000_000, "25M"), (12_500_000_000, "12.5B"), (-2000, "-2,000"),
    ],
)  # fmt: skip
def test_numbers_of_scales_are_plain(value: float, text: str) -> None:
    assert plot._short(value) == text


@pytest.mark.parametrize(
    ("inst_id", "known"),
    [
        ("BTC-USDT", ("USDT", "BTC")),
        ("BTC-USDT-SWAP", ("USDT", "contracts")),
        ("BTC-USD_UM-SWAP", ("USD", "contracts")),
        ("BTC-USD-260327", ("USD", "contracts")),
        ("BTC-USD-260327-60000-C", ("BTC", "contracts")),
    ],
)
def test_units(inst_id: str, known: tuple[str, str]) -> None:
    assert units(inst_id) == known
