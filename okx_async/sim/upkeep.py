"""When the exchange was or is not there, as it tells itself: the status of the system, in both dialects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .text import iso_ms

__all__ = ["V5_STATES", "Disruption", "Upkeep"]

V5_STATES = ("scheduled", "ongoing", "pre_open", "completed", "canceled")

_TITLE = "Disruption of all services"
_SHORTEST_MS = 5_000
_V3_PRODUCTS = ("0", "1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Disruption:
    """A time in which nothing was served, from and to in Unix milliseconds."""

    begin: int
    end: int

    def over(self, now: int) -> bool:
        """Tell whether it has ended."""
        return now >= self.end

    def row_v5(self, now: int) -> dict[str, str]:
        """Write it as V5 does, without the moment of telling."""
        return {
            "title": _TITLE,
            "state": "completed" if self.over(now) else "ongoing",
            "begin": str(self.begin),
            "end": str(self.end),
            "preOpenBegin": "",
            "href": "",
            "serviceType": "99",
            "system": "unified",
            "scheDesc": "",
            "maintType": "3",
            "env": "1",
        }

    def rows_v3(self, now: int) -> Iterator[dict[str, str]]:
        """Write it as V3 does: every product has a row of its own."""
        for product in _V3_PRODUCTS:
            yield {
                "title": _TITLE,
                "href": "",
                "product_type": product,
                "status": "2" if self.over(now) else "1",
                "start_time": iso_ms(self.begin),
                "end_time": iso_ms(self.end),
            }


class Upkeep:
    """What the exchange tells of its own state.

    Cuts of less than five seconds, and lines that are told to go elsewhere, are not told here. (V5 "Status")
    """

    def __init__(self) -> None:
        self.disruptions: list[Disruption] = []

    def disrupted(self, now: int, seconds: float) -> None:
        """Take down that nothing is served for so many seconds."""
        lasts = round(seconds * 1000)
        if lasts >= _SHORTEST_MS:
            self.disruptions.append(Disruption(now, now + lasts))

    def latest_v5(self, now: int) -> list[dict[str, Any]]:
        """Return the latest change as the channel tells it; none when there never was one."""
        return [each.row_v5(now) | {"ts": str(each.end if each.over(now) else each.begin)} for each in self._latest()]

    def latest_v3(self, now: int) -> list[dict[str, Any]]:
        """Return the latest change as V3's channel tells it; none when there never was one."""
        return [row for each in self._latest() for row in each.rows_v3(now)]

    def _latest(self) -> list[Disruption]:
        return self.disruptions[-1:]
