"""How each dialect tells the bars of an instrument; see `Chart`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .core.channel import Topic

if TYPE_CHECKING:
    from .v3.models.market import Candle as OldCandle
    from .v3.models.market import CandlePush
    from .v5.models.market import Candle

__all__ = ["V3Chart", "V5Chart"]


class V5Chart:
    """Bars of V5, which say themselves whether they are closed (``confirm``).

    Args:
        client: The client.
        topic: The candle channel.
        bar: Length of a bar.
    """

    backfill = True

    def __init__(self, client: Any, topic: Topic[Candle], bar: str) -> None:
        self.topic: Topic[Any] = topic
        self.bar = bar
        self._client = client

    def pushed(self, row: Candle) -> tuple[Candle, bool]:
        """Return the bar of a push."""
        return row, bool(row.confirm)

    async def read(self, first: int, until: int | None) -> list[tuple[Candle, bool]]:
        """Read bars, from the archive where the recent ones do not reach back far enough; oldest first."""
        pages = self._client.pages(self._client.market.candles, self.topic.inst_id, bar=self.bar).since(first)
        if until is not None:
            pages = pages.until(until - 1)
        return [(row, bool(row.confirm)) for row in reversed(await pages.all())]


class V3Chart:
    """Bars of V3, which do not say whether they are closed: one is as soon as a later one has begun.

    Its last push may have come before its last trade, so a bar is told as REST knows it after its end.

    Args:
        client: The client.
        topic: The candle channel.
        product: The chapter of the instrument.
        granularity: Length of a bar in seconds.
    """

    backfill = False

    def __init__(self, client: Any, topic: Topic[CandlePush], product: str, granularity: int) -> None:
        self.topic: Topic[Any] = topic
        self.bar = f"{granularity}s"
        self._client = client
        self._candles: Any = getattr(client, product).candles
        self._granularity = granularity

    def pushed(self, row: CandlePush) -> tuple[OldCandle, bool]:
        """Return the bar of a push."""
        return row.candle, False

    async def read(self, first: int, until: int | None) -> list[tuple[OldCandle, bool]]:
        """Read bars, from the archive where the recent ones do not reach back far enough; oldest first."""
        pages = self._client.pages(self._candles, self.topic.inst_id, granularity=self._granularity).since(first)
        if until is not None:
            pages = pages.until(until - 1)
        rows = (await pages.all())[::-1]
        return [(row, until is not None or row is not rows[-1]) for row in rows]
