"""Reading an order book: best prices, depth, costs and imbalance, the same for live books and frozen snapshots."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..errors import BadParameter
from .ladder import Row

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Floats = NDArray[numpy.float64]

__all__ = ["BookReads", "BookSnapshot", "Fill", "Level"]


class Level(NamedTuple):
    """One price level.

    Attributes:
        px: Price.
        sz: Size at that price: base currency for spot, contracts for derivatives.
        row: The exchange's own texts, all columns; their meaning behind the second depends on the channel.
    """

    px: Decimal
    sz: Decimal
    row: Row

    def __str__(self) -> str:
        return f"{self.row[1]} @ {self.row[0]}"

    @property
    def orders(self) -> int | None:
        """Number of orders at this price; ``None`` when the row does not say or only sizes are kept (`whole_rows`)."""
        return int(self.row[-1]) if len(self.row) > 2 else None


class Fill(NamedTuple):
    """What taking a size from one side would cost.

    Attributes:
        sz: How much of the wanted size the visible book holds.
        value: Sum of price times size over what is taken, before contract value and fees.
        worst: Price of the last level touched, ``None`` when nothing could be taken.
    """

    sz: Decimal
    value: Decimal
    worst: Decimal | None

    @property
    def px(self) -> Decimal | None:
        """Average price, ``None`` when nothing could be taken."""
        return self.value / self.sz if self.sz else None


class BookReads(ABC):
    """Everything that can be read from two sides. Sizes and prices are exact decimals."""

    __slots__ = ()

    @abstractmethod
    def _rows(self, side: Literal["bids", "asks"]) -> Iterator[Row]:
        """Yield the rows of one side, best first; raise when they must not be read."""

    # -- slices

    def bids(self, n: int | None = None) -> list[Level]:
        """Return the ``n`` best bids (all without ``n``), highest price first."""
        return _levels(_first(self._rows("bids"), n))

    def asks(self, n: int | None = None) -> list[Level]:
        """Return the ``n`` best asks (all without ``n``), lowest price first."""
        return _levels(_first(self._rows("asks"), n))

    def bid_rows(self, n: int | None = None) -> list[Row]:
        """Return the ``n`` best bids as the exchange's own texts."""
        return list(_first(self._rows("bids"), n))

    def ask_rows(self, n: int | None = None) -> list[Row]:
        """Return the ``n`` best asks as the exchange's own texts."""
        return list(_first(self._rows("asks"), n))

    # -- the top

    @property
    def best_bid(self) -> Level | None:
        """Highest bid, ``None`` when nobody bids."""
        return next(iter(self.bids(1)), None)

    @property
    def best_ask(self) -> Level | None:
        """Lowest ask, ``None`` when nobody asks."""
        return next(iter(self.asks(1)), None)

    @property
    def mid(self) -> Decimal | None:
        """Half way between best bid and best ask, ``None`` when a side is empty."""
        bid, ask = self.best_bid, self.best_ask
        return (bid.px + ask.px) / 2 if bid and ask else None

    @property
    def spread(self) -> Decimal | None:
        """Best ask minus best bid, ``None`` when a side is empty; may be 0 or negative in auctions."""
        bid, ask = self.best_bid, self.best_ask
        return ask.px - bid.px if bid and ask else None

    @property
    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask: normal in pre-open and auctions, alarming elsewhere."""
        spread = self.spread
        return spread is not None and spread <= 0

    @property
    def microprice(self) -> Decimal | None:
        """Mid weighted by the opposite sizes of the two best levels, ``None`` when a side is empty."""
        bid, ask = self.best_bid, self.best_ask
        if not bid or not ask:
            return None
        return (bid.px * ask.sz + ask.px * bid.sz) / (bid.sz + ask.sz)

    def imbalance(self, n: int = 5) -> Decimal | None:
        """Return ``(bids - asks) / (bids + asks)`` of the ``n`` best sizes: 1 is all bids, -1 all asks."""
        bids = sum((level.sz for level in self.bids(n)), Decimal(0))
        asks = sum((level.sz for level in self.asks(n)), Decimal(0))
        return (bids - asks) / (bids + asks) if bids + asks else None

    # -- depth

    def size_to(self, side: Literal["bids", "asks"], px: Decimal | str | int) -> Decimal:
        """Return the cumulative size of one side from the best price down (bids) or up (asks) to ``px`` inclusive."""
        limit = Decimal(px)
        total = Decimal(0)
        for row in self._rows(_side(side)):
            price = Decimal(row[0])
            if price < limit if side == "bids" else price > limit:
                break
            total += Decimal(row[1])
        return total

    def cost(self, side: Literal["bids", "asks"], sz: Decimal | str | int) -> Fill:
        """Return what taking ``sz`` from one side would give: buy from ``asks``, sell into ``bids``.

        The answer's ``sz`` is smaller than asked when the visible book is too thin.
        """
        wanted = Decimal(sz)
        if wanted < 0:
            raise BadParameter(f"sz must not be negative, got {sz}")
        taken, value, worst = Decimal(0), Decimal(0), None
        for row in self._rows(_side(side)):
            if taken >= wanted:
                break
            worst = Decimal(row[0])
            part = min(Decimal(row[1]), wanted - taken)
            taken += part
            value += part * worst
        return Fill(taken, value, worst)

    def arrays(self, n: int | None = None) -> tuple[Floats, Floats]:
        """Return bids and asks as two numpy arrays of shape ``(levels, 2)``: price and size as float64.

        Floats are for statistics, not for orders. Needs numpy, which is not installed with okx_async.
        """
        try:
            import numpy as np
        except ImportError:
            raise BadParameter("arrays() needs numpy: pip install numpy") from None

        def table(rows: Iterable[Row]) -> Any:
            return np.array([(float(row[0]), float(row[1])) for row in rows], dtype=np.float64).reshape(-1, 2)

        return table(_first(self._rows("bids"), n)), table(_first(self._rows("asks"), n))


@dataclass(frozen=True, slots=True)
class BookSnapshot(BookReads):
    """A frozen picture of a book: cheap to take, safe to keep, never changes.

    Attributes:
        topic: Which book.
        seq_id: Sequence id of the last message in it, ``None`` when the channel has none.
        ts: The exchange's time of that message in Unix milliseconds, ``None`` before the first.
        live: Whether the book could be vouched for when the picture was taken.
    """

    topic: str
    seq_id: int | None
    ts: int | None
    live: bool
    bid_levels: tuple[Row, ...]
    ask_levels: tuple[Row, ...]

    def _rows(self, side: Literal["bids", "asks"]) -> Iterator[Row]:
        return iter(self.bid_levels if side == "bids" else self.ask_levels)


def _first(rows: Iterator[Row], n: int | None) -> Iterator[Row]:
    if n is not None and n < 0:
        raise BadParameter(f"the number of levels must not be negative, got {n}")
    return rows if n is None else islice(rows, n)


def _levels(rows: Iterable[Row]) -> list[Level]:
    return [Level(Decimal(row[0]), Decimal(row[1]), row) for row in rows]


def _side(side: Literal["bids", "asks"]) -> Literal["bids", "asks"]:
    if side not in ("bids", "asks"):
        raise BadParameter(f"side must be 'bids' or 'asks', got {side!r}")
    return side
