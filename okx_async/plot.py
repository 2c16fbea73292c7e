"""Charts of a book and of bars as matplotlib figures; needs ``pip install 'okx-async[plot]'``.

Nothing global is touched: no pyplot, no window, no setting of yours. ``save`` writes PNG (the Agg backend) or SVG.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Protocol

from .errors import BadParameter

__all__ = ["Bar", "candles", "depth", "need", "save", "suffix_of"]

INK, FAINT, RULE, PAPER = "#1f2933", "#7b8794", "#e4e7eb", "#ffffff"
UP, DOWN, ACCENT = "#0e9f6e", "#e02d3c", "#3e4c59"
STYLE: dict[str, Any] = {
    "font.size": 10,
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": FAINT,
    "axes.axisbelow": True,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "okx-async",  # the same picture is the same file
}
SIZE, DPI = (10.0, 5.6), 160
KINDS = (".png", ".svg")
MARGIN = Decimal("0.02")
"""How much wider than the shorter side of a book the picture is, so that its last step is seen."""
LOPSIDED = 4
"""Up to so many times the shorter side is cut to it; a longer one keeps so much."""
TAG = 0.055
"""Height of the last price's tag as a share of the scale."""
BODY = 0.7
"""Width of a bar's body as a share of its time."""


class Bar(Protocol):
    """What a bar must have; candles of V5 and V3 have it under these names or are given so."""

    @property
    def ts(self) -> int:
        """Beginning, Unix milliseconds."""
        ...

    @property
    def o(self) -> Decimal:
        """First price."""
        ...

    @property
    def h(self) -> Decimal:
        """Highest price."""
        ...

    @property
    def l(self) -> Decimal:  # noqa: E743 - the documents' own word
        """Lowest price."""
        ...

    @property
    def c(self) -> Decimal:
        """Last price."""
        ...

    @property
    def vol(self) -> Decimal | None:
        """Volume."""
        ...

    @property
    def confirm(self) -> bool | None:
        """Whether it is closed."""
        ...


# -- files


def need(module: str, extra: str) -> Any:
    """Import a module of an extra when it is needed.

    Raises:
        BadParameter: It is not installed; the message has the command that changes this.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise BadParameter(f"this needs {package}: pip install 'okx-async[{extra}]'") from None


def suffix_of(path: Path) -> str:
    """Return the kind of picture a file's name asks for.

    Raises:
        BadParameter: Neither PNG nor SVG.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise BadParameter(f"a picture ends in .png or .svg, not in {path.name!r}")
    return kind


def save(figure: Any, path: Path | str) -> None:
    """Write a figure as PNG or SVG, by the file's ending.

    Raises:
        BadParameter: Another ending, or the file cannot be written.
    """
    path = Path(path)
    kind = suffix_of(path)
    metadata = {"Date": None} if kind == ".svg" else {}
    with need("matplotlib", "plot").rc_context(STYLE):
        try:
            figure.savefig(path, format=kind[1:], dpi=DPI, facecolor=PAPER, metadata=metadata)
        except OSError as error:
            raise BadParameter(f"{path} cannot be written: {error.strerror or error}") from None


# -- the book


def depth(
    bids: Iterable[Sequence[Any]],
    asks: Iterable[Sequence[Any]],
    *,
    title: str,
    px_unit: str = "",
    sz_unit: str = "",
    ts: int | None = None,
) -> Any:
    """Draw how much is wanted and offered up to each price, with mid and spread.

    Args:
        bids: Price, size, and whatever more; best first.
        asks: The same.
        title: What it shows, e.g. the instrument.
        px_unit: Unit of prices, e.g. ``USDT``.
        sz_unit: Unit of sizes, e.g. ``BTC`` or ``contracts``.
        ts: Moment of the book, Unix milliseconds.

    Returns:
        A ``matplotlib.figure.Figure``.

    Raises:
        BadParameter: A side is empty, or matplotlib is missing.
    """
    below, above = ([(Decimal(row[0]), Decimal(row[1])) for row in side] for side in (bids, asks))
    if not below or not above:
        raise BadParameter(f"nothing to draw: nobody {'bids' if not below else 'asks'} in this book")
    mid, spread = (below[0][0] + above[0][0]) / 2, above[0][0] - below[0][0]
    with need("matplotlib", "plot").rc_context(STYLE):
        shorter, longer = sorted(max(abs(px - mid) for px, _ in side) for side in (below, above))
        reach = LOPSIDED * shorter if longer > LOPSIDED * shorter else shorter
        reach *= 1 + MARGIN
        left = _room(*(_short(float(sum(sz for _, sz in side))) for side in (below, above)))
        right = max(0.03, _room(_plain(float(above[0][0]))) / 2)
        figure = _figure()
        axes = figure.add_axes((left, 0.115, 1 - right - left, 0.68))
        top = 0.0
        for name, side, colour in (("bids", below, UP), ("asks", above, DOWN)):
            inside = [level for level in side if abs(level[0] - mid) <= reach]
            xs, sums = _stairs(inside, len(inside) == len(side), reach * (-1 if side is below else 1), mid)
            total = f"{_short(sums[-1])} {sz_unit}".rstrip()
            axes.plot(xs, sums, color=colour, linewidth=1.4, drawstyle="steps-post", label=f"{name}, {total}")
            axes.fill_between(xs, sums, step="post", color=colour, alpha=0.13, linewidth=0)
            top = max(top, sums[-1])
        share = f" ({spread / mid * 10_000:.2f} bp)" if mid > 0 else ""
        axes.axvline(float(mid), color=ACCENT, linewidth=0.9, linestyle=(0, (4, 3)), label=f"mid {mid:,f}")
        axes.set_xlim(float(mid - reach), float(mid + reach))
        axes.set_ylim(0, top * 1.08)
        _dress(axes, _labelled("price", px_unit), _labelled("cumulative size", sz_unit))
        axes.xaxis.set_major_locator(need("matplotlib.ticker", "plot").MaxNLocator(6, steps=[1, 2, 5, 10]))
        _legend(figure, axes.get_legend_handles_labels()[0])
        name = "crossed by" if spread < 0 else "spread"
        said = [f"{name} {abs(spread):,f} {px_unit}".rstrip() + share, f"{len(below)} bids, {len(above)} asks"]
        _head(figure, title, [*said, *([f"{_moment(ts)} UTC"] if ts is not None else [])])
    return figure


def _stairs(
    levels: list[tuple[Decimal, Decimal]], whole: bool, reach: Decimal, mid: Decimal
) -> tuple[list[float], list[float]]:
    """Return the corners of a side's stairs from the best price outwards.

    They end at the picture's edge, or a little behind the last level where nothing is known of what lies beyond.
    """
    sums = [float(total) for total in accumulate(sz for _, sz in levels)]
    prices = [float(px) for px, _ in levels]
    edge, last = mid + reach, levels[-1][0] + reach * MARGIN
    end = edge if not whole else min(edge, last) if reach > 0 else max(edge, last)
    return [prices[0], *prices, float(end)], [0.0, *sums, sums[-1]]


# -- bars


def candles(bars: Iterable[Bar], *, title: str, px_unit: str = "", vol_unit: str = "") -> Any:
    """Draw bars with their volume below them; times are UTC.

    Args:
        bars: In any order.
        title: What it shows, e.g. instrument and length of a bar.
        px_unit: Unit of prices.
        vol_unit: Unit of volume.

    Returns:
        A ``matplotlib.figure.Figure``.

    Raises:
        BadParameter: There are no bars, or matplotlib is missing.
    """
    rows = sorted(bars, key=lambda bar: bar.ts)
    if not rows:
        raise BadParameter("nothing to draw: there are no bars")
    with need("matplotlib", "plot").rc_context(STYLE):
        figure = _figure()
        last = rows[-1]
        wide = 0.97 - _room(f"{last.c:,f}", *(_short(float(px)) for bar in (rows[0], last) for px in (bar.h, bar.l)))
        upper = figure.add_axes((0.03, 0.33, wide, 0.465))
        lower = figure.add_axes((0.03, 0.115, wide, 0.165), sharex=upper)
        times = [_days(bar.ts) for bar in rows]
        step = min((b - a for a, b in pairwise(times)), default=1 / 1440)
        for rising, colour in ((True, UP), (False, DOWN)):
            chosen = [(at, bar) for at, bar in zip(times, rows, strict=True) if (bar.c >= bar.o) is rising]
            _bodies(upper, lower, chosen, step, colour)
        _last_price(upper, last, times[-1] + step)
        upper.set_xlim(times[0] - step / 2, times[-1] + step * 1.5)
        _dress(upper, "", _labelled("price", px_unit), right=True)
        _dress(lower, "time, UTC", _labelled("volume", vol_unit), right=True)
        # Its zero would touch the last time below it.
        lower.yaxis.set_major_locator(need("matplotlib.ticker", "plot").MaxNLocator(2, prune="lower"))
        _time_axis(upper, lower)
        _make_way(upper, float(last.c))
        _legend(figure, _keys(rows))
        change = f"{(last.c - rows[0].o) / rows[0].o * 100:+.2f} %" if rows[0].o else ""
        count = f"{len(rows)} bar{'s' if len(rows) > 1 else ''}"
        span = f"{_moment(rows[0].ts)} to {_moment(last.ts)} UTC"
        highs = f"high {max(bar.h for bar in rows):,f}, low {min(bar.l for bar in rows):,f}"
        _head(figure, title, [part for part in (change, highs, count, span) if part])
    return figure


def _bodies(upper: Any, lower: Any, chosen: list[tuple[float, Bar]], step: float, colour: str) -> None:
    """Draw the bars of one colour; what is not closed yet is pale."""
    for closed in (True, False):
        some = [(at, bar) for at, bar in chosen if (bar.confirm is not False) is closed]
        if not some:
            continue
        alpha = 1.0 if closed else 0.4
        at = [moment for moment, _ in some]
        upper.vlines(
            at,
            [float(bar.l) for _, bar in some],
            [float(bar.h) for _, bar in some],
            color=colour,
            linewidth=0.9,
            alpha=alpha,
        )
        feet = [float(min(bar.o, bar.c)) for _, bar in some]
        heights = [float(abs(bar.c - bar.o)) for _, bar in some]
        # The edge makes a line of a bar that closed where it opened.
        upper.bar(at, heights, BODY * step, bottom=feet, color=colour, edgecolor=colour, linewidth=0.7, alpha=alpha)
        volumes = [float(bar.vol or 0) for _, bar in some]
        lower.bar(at, volumes, BODY * step, color=colour, alpha=0.45 * alpha, linewidth=0)


def _last_price(axes: Any, last: Bar, edge: float) -> None:
    colour = UP if last.c >= last.o else DOWN
    axes.axhline(float(last.c), color=colour, linewidth=0.7, linestyle=(0, (4, 3)), alpha=0.7, zorder=0.5)
    axes.annotate(
        f"{last.c:,f}",
        (1, float(last.c)),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=PAPER,
        fontsize=9,
        zorder=5,
        bbox={"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": PAPER, "linewidth": 1.5},
    )


def _make_way(axes: Any, tagged: float) -> None:
    """Leave out the number of the scale that the last price's tag would half cover."""
    written = _scale(axes.yaxis)

    def formatted(value: float, at: int | None) -> str:
        low, high = axes.get_ylim()
        return "" if abs(value - tagged) < TAG * (high - low) else written(value, at)

    axes.yaxis.set_major_formatter(need("matplotlib.ticker", "plot").FuncFormatter(formatted))


def _time_axis(upper: Any, lower: Any) -> None:
    dates = need("matplotlib.dates", "plot")
    locator = dates.AutoDateLocator(tz=UTC, minticks=4, maxticks=10)
    lower.xaxis.set_major_locator(locator)
    lower.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz=UTC, show_offset=False))
    upper.tick_params(labelbottom=False)


def _keys(rows: list[Bar]) -> list[Any]:
    patch = need("matplotlib.patches", "plot").Patch
    keys = [patch(color=UP, label="up"), patch(color=DOWN, label="down")]
    if any(bar.confirm is False for bar in rows):
        keys.append(patch(color=FAINT, alpha=0.4, linewidth=0, label="not closed yet"))
    return keys


# -- what both look like


def _figure() -> Any:
    return need("matplotlib.figure", "plot").Figure(figsize=SIZE, facecolor=PAPER)


def _head(figure: Any, title: str, said: list[str]) -> None:
    figure.text(0.03, 0.945, title, fontsize=15, fontweight="bold", va="center")
    figure.text(0.03, 0.885, "   ·   ".join(said), fontsize=9.5, color=FAINT, va="center")


def _legend(figure: Any, keys: list[Any]) -> None:
    """Explain the colours in the upper right corner, where no data can be."""
    figure.legend(
        handles=keys,
        loc="upper right",
        bbox_to_anchor=(0.985, 0.985),
        ncols=len(keys),
        frameon=False,
        fontsize=9,
        handlelength=1.2,
        handleheight=0.9,
        columnspacing=1.4,
        handletextpad=0.5,
    )


def _dress(axes: Any, x: str, y: str, *, right: bool = False) -> None:
    ticker = need("matplotlib.ticker", "plot")
    axes.grid(visible=True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
    if x:
        axes.set_xlabel(x, fontsize=9)
    # Lying above its scale a name is read without turning the head, and no price tag can cover it.
    axes.annotate(
        y,
        (1 if right else 0, 1),
        xycoords="axes fraction",
        xytext=(0, 6),
        textcoords="offset points",
        ha="center" if right else "left",
        color=FAINT,
        fontsize=9,
    )
    if right:
        axes.yaxis.tick_right()
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ticker.FuncFormatter(_scale(axis)))


def _scale(axis: Any) -> Callable[[float, int | None], str]:
    """Return what writes the numbers of a scale, all in the unit that suits its greatest."""
    return lambda value, _: _short(value, max(map(abs, axis.get_view_interval())))


def _short(value: float, greatest: float | None = None) -> str:
    """Return a number for a scale: thousands apart, no exponent, no more places than it needs."""
    size = abs(value) if greatest is None else greatest
    for unit, name in ((1e9, "B"), (1e6, "M")):
        if size >= unit * (1 if unit > 1e6 else 10) and value:
            return f"{_plain(value / unit)}{name}"
    return _plain(value)


def _plain(value: float) -> str:
    text = f"{value:,.2f}" if abs(value) >= 1000 else f"{Decimal(f'{value:.6g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _room(*texts: str) -> float:
    """Return which share of the picture's width the longest of these labels takes, with air around it."""
    return 0.028 + 0.0088 * max(6, *map(len, texts))


def _labelled(word: str, unit: str) -> str:
    return f"{word}, {unit}" if unit else word


def _moment(ts: int) -> str:
    return f"{datetime.fromtimestamp(ts / 1000, UTC):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _days(ts: int) -> float:
    """Return Unix milliseconds as matplotlib counts time: days since 1970."""
    return ts / 86_400_000
