"""Candle sizes of both dialects and where their candles begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["MARK_BARS", "V3_BARS", "V5_BARS", "BarSize"]

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONDAY = 4 * _DAY  # 1970-01-05, so that weeks begin on Mondays
_HONG_KONG = 8 * _HOUR


@dataclass(frozen=True, slots=True)
class BarSize:
    """One candle size.

    Args:
        name: As V5 writes it, or the seconds as V3 does.
        ms: Length, 0 for whole months.
        months: Length in calendar months, 0 for a fixed length.
        zone_ms: What is added to UTC to find where a day begins.
    """

    name: str
    ms: int
    months: int = 0
    zone_ms: int = _HONG_KONG

    def opening(self, ts: int) -> int:
        """Return when the candle that holds moment ``ts`` opened, Unix milliseconds."""
        if self.months:
            return self._month_opening(ts)
        anchor = (_MONDAY if self.ms % (7 * _DAY) == 0 else 0) - self.zone_ms
        return (ts - anchor) // self.ms * self.ms + anchor

    def following(self, opening: int) -> int:
        """Return when the candle after the one opened at ``opening`` opens."""
        if not self.months:
            return opening + self.ms
        later = opening
        for _ in range(self.months):
            later = BarSize(self.name, 0, 1, self.zone_ms)._month_opening(later + 32 * _DAY)
        return later

    def _month_opening(self, ts: int) -> int:
        zone = timezone(timedelta(milliseconds=self.zone_ms)) if self.zone_ms else UTC
        day = datetime.fromtimestamp(ts // 1000, zone)
        month = (day.month - 1) // self.months * self.months + 1
        return int(datetime(day.year, month, 1, tzinfo=zone).timestamp()) * 1000


def _v5_bars() -> dict[str, BarSize]:
    fixed = {
        "1s": _SECOND, "1m": _MINUTE, "3m": 3 * _MINUTE, "5m": 5 * _MINUTE, "15m": 15 * _MINUTE, "30m": 30 * _MINUTE,
        "1H": _HOUR, "2H": 2 * _HOUR, "4H": 4 * _HOUR, "6H": 6 * _HOUR, "12H": 12 * _HOUR,
        "1D": _DAY, "2D": 2 * _DAY, "3D": 3 * _DAY, "5D": 5 * _DAY, "1W": 7 * _DAY,
    }  # fmt: skip
    bars = {name: BarSize(name, ms) for name, ms in fixed.items()}
    bars |= {f"{months}M": BarSize(f"{months}M", 0, months) for months in (1, 3)}
    # Below six hours both zones have the same candles, so no name of its own exists for UTC.
    for name in ("6H", "12H", "1D", "2D", "3D", "5D", "1W", "1M", "3M"):
        bars[name + "utc"] = BarSize(name + "utc", bars[name].ms, bars[name].months, 0)
    return bars


V5_BARS = _v5_bars()
"""Candle sizes by V5 name, e.g. ``1m``, ``1H``, ``1Dutc``."""

MARK_BARS = {name: size for name, size in V5_BARS.items() if name != "1s"} | {"1Yutc": BarSize("1Yutc", 0, 12, 0)}
"""Candle sizes of mark prices by V5 name; indices have all of these but the year."""

V3_BARS = {
    str(seconds): BarSize(str(seconds), seconds * 1000)
    for seconds in (60, 180, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800)
}
"""Candle sizes by V3 granularity, seconds as text."""
