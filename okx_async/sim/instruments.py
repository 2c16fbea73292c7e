"""What is traded on the simulated exchange: a fixed dozen first, then as many generated names as asked for."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count, islice
from typing import Literal

from .calendar import ALIASES, day_of, deliveries
from .text import AMOUNT_SCALE, decimal_text

__all__ = ["Instrument", "Kind", "catalogue", "seed_of"]

_DAY_MS = 86_400_000
_STANDING = 500
_MORE_FUTURES = 201


class Kind(StrEnum):
    """Instrument type as V5 writes it; V3 uses the lower-case word as its product."""

    SPOT = "SPOT"
    SWAP = "SWAP"
    FUTURES = "FUTURES"
    OPTION = "OPTION"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One tradable thing, with the integer units its book is kept in.

    Prices are whole ticks and sizes whole lots. ``tick`` and ``lot`` are counted in the last decimal, so a tick size
    of 0.0005 is ``tick=5, price_scale=4``.

    Args:
        inst_id: Its id, the same in both dialects.
        kind: Spot, swap, futures or option.
        family: Base and quote of the contract, e.g. ``BTC-USD``; of a spot pair its own id.
        price: Where its market opens, in ticks.
        typical: An ordinary order's size, in lots.
        levels: Price levels a side its makers keep up.
        period: It moves every so many steps.
        ct_val: Contract value as text, ``""`` for spot.
        keep_zeros: Whether its numbers are written with trailing zeros.
        rpi: Whether it has a layer of retail price improvement orders.
        sides: Which sides its makers quote.
    """

    inst_id: str
    kind: Kind
    base: str
    quote: str
    family: str
    price: int
    tick: int
    price_scale: int
    lot: int
    size_scale: int
    min_lots: int
    typical: int
    levels: int
    period: int = 1
    settle: str = ""
    ct_val: str = ""
    ct_val_ccy: str = ""
    inverse: bool = False
    keep_zeros: bool = False
    rpi: bool = False
    sides: Literal["both", "asks", "bids"] = "both"
    listed: int = 0
    expiry: int | None = None
    alias: str = ""
    strike: str = ""
    option_type: str = ""
    code: int = field(default=0)

    @property
    def product(self) -> str:
        """Its V3 product: ``spot``, ``swap``, ``futures`` or ``option``."""
        return self.kind.value.lower()

    @property
    def tick_size(self) -> str:
        """Price step as text."""
        return decimal_text(self.tick, self.price_scale, False)

    @property
    def lot_size(self) -> str:
        """Size step as text."""
        return decimal_text(self.lot, self.size_scale, False)

    @property
    def min_size(self) -> str:
        """Smallest order size as text."""
        return self.size_text(self.min_lots)

    def price_text(self, ticks: int) -> str:
        """Return a price as the exchange writes it."""
        return decimal_text(ticks * self.tick, self.price_scale, self.keep_zeros)

    def size_text(self, lots: int) -> str:
        """Return a size as the exchange writes it; none at all is always ``"0"``."""
        if lots == 0:
            return "0"
        return decimal_text(lots * self.lot, self.size_scale, self.keep_zeros)

    def open_lots(self, traded: int) -> int:
        """Return how many lots are open: a standing stock, and a fifth of what was traded in 24 hours."""
        return self.typical * _STANDING + traded // 5

    def turnover(self, ticks: int, lots: int) -> tuple[int, int]:
        """Return what a trade moved: coins and quote currency, in units of ``10**-AMOUNT_SCALE``, cut not rounded."""
        price, price_unit = ticks * self.tick, 10**self.price_scale
        size, size_unit = lots * self.lot, 10**self.size_scale
        one = 10**AMOUNT_SCALE
        if self.kind is Kind.SPOT:
            return size * one // size_unit, size * price * one // (size_unit * price_unit)
        whole, _, digits = self.ct_val.partition(".")
        value, value_unit = int(whole + digits), 10 ** len(digits)
        face = size * value * one // (size_unit * value_unit)
        if self.inverse and self.kind is not Kind.OPTION:
            return face * price_unit // price, face
        return face, face * price // price_unit


def seed_of(*parts: object) -> int:
    """Return an integer seed made of its parts, the same in every process and on every machine."""
    text = "/".join(map(str, parts)).encode()
    return zlib.crc32(text) << 32 | zlib.crc32(text[::-1] + b"#")


def catalogue(amount: int, now: int, aliases: Collection[str] = ()) -> list[Instrument]:
    """Return the first ``amount`` instruments, with expiries that lie ahead of ``now`` (Unix milliseconds).

    Args:
        amount: How many.
        now: When the exchange opens.
        aliases: Which futures each family that has any has besides.
    """
    found = list(islice(_all(now), amount))
    return found + list(_beside([each for each in found if each.kind is Kind.FUTURES], aliases, deliveries(now)))


def _beside(futures: list[Instrument], aliases: Collection[str], dates: Mapping[str, int]) -> Iterator[Instrument]:
    """Yield the futures of more aliases, each like the one that its family has already."""
    codes = count(_MORE_FUTURES)
    for like in futures:
        for alias in ALIASES:
            if alias in aliases and alias != like.alias:
                name = f"{like.family}-{day_of(dates[alias]):%y%m%d}"
                yield replace(like, inst_id=name, expiry=dates[alias], alias=alias, code=next(codes))


def _all(now: int) -> Iterator[Instrument]:
    yield from _dozen(now)
    for number in count():
        yield from _generated(number, now)


def _dozen(now: int) -> Iterator[Instrument]:
    dates = deliveries(now)
    near, far = day_of(dates["next_week"]), day_of(dates["quarter"])
    listed = (now // _DAY_MS - 90) * _DAY_MS
    yield Instrument(
        "BTC-USDT", Kind.SPOT, "BTC", "USDT", "BTC-USDT", 609_000, 1, 1, 1, 8, 1_000, 30_000_000, 440,
        rpi=True, listed=listed, code=101,
    )  # fmt: skip
    yield Instrument(
        "BTC-USDT-SWAP", Kind.SWAP, "BTC", "USDT", "BTC-USDT", 609_300, 1, 1, 1, 2, 1, 4_000, 440,
        settle="USDT", ct_val="0.01", ct_val_ccy="BTC", rpi=True, listed=listed, code=102,
    )  # fmt: skip
    yield Instrument(
        "ETH-USDT", Kind.SPOT, "ETH", "USDT", "ETH-USDT", 305_000, 1, 2, 1, 6, 1_000, 4_000_000, 430,
        listed=listed, code=103,
    )  # fmt: skip
    yield Instrument(
        "BTC-USD-SWAP", Kind.SWAP, "BTC", "USD", "BTC-USD", 609_100, 1, 1, 1, 0, 1, 300, 420,
        settle="BTC", ct_val="100", ct_val_ccy="USD", inverse=True, listed=listed, code=104,
    )  # fmt: skip
    yield Instrument(
        f"BTC-USD-{near:%y%m%d}", Kind.FUTURES, "BTC", "USD", "BTC-USD", 612_000, 1, 1, 1, 0, 1, 120, 120,
        settle="BTC", ct_val="100", ct_val_ccy="USD", inverse=True, listed=listed, expiry=dates["next_week"],
        alias="next_week", period=2, code=105,
    )  # fmt: skip
    yield Instrument(
        f"BTC-USDT-{far:%y%m%d}", Kind.FUTURES, "BTC", "USDT", "BTC-USDT", 615_000, 1, 1, 1, 0, 1, 200, 120,
        settle="USDT", ct_val="0.01", ct_val_ccy="BTC", listed=listed, expiry=dates["quarter"], alias="quarter",
        period=2, code=106,
    )  # fmt: skip
    yield Instrument(
        f"BTC-USD-{near:%y%m%d}-60000-C", Kind.OPTION, "BTC", "USD", "BTC-USD", 66, 5, 4, 1, 0, 1, 100, 8,
        settle="BTC", ct_val="0.1", ct_val_ccy="BTC", inverse=True, keep_zeros=True, listed=listed,
        expiry=dates["next_week"], strike="60000", option_type="C", period=4, code=107,
    )  # fmt: skip
    yield Instrument(
        f"BTC-USD-{near:%y%m%d}-30000-P", Kind.OPTION, "BTC", "USD", "BTC-USD", 3, 5, 4, 1, 0, 1, 100, 4,
        settle="BTC", ct_val="0.1", ct_val_ccy="BTC", inverse=True, keep_zeros=True, sides="asks", listed=listed,
        expiry=dates["next_week"], strike="30000", option_type="P", period=6, code=108,
    )  # fmt: skip
    yield Instrument(
        "ETH-BTC", Kind.SPOT, "ETH", "BTC", "ETH-BTC", 5_010, 1, 5, 1, 4, 10, 30_000, 90,
        keep_zeros=True, listed=listed, period=2, code=109,
    )  # fmt: skip
    yield Instrument(
        "ETH-USDT-SWAP", Kind.SWAP, "ETH", "USDT", "ETH-USDT", 305_100, 1, 2, 1, 0, 1, 60, 410,
        settle="USDT", ct_val="0.1", ct_val_ccy="ETH", listed=listed, code=110,
    )  # fmt: skip
    yield Instrument(
        "SOL-USDT", Kind.SPOT, "SOL", "USDT", "SOL-USDT", 14_250, 1, 2, 1, 3, 10, 40_000, 150,
        keep_zeros=True, rpi=True, listed=listed, period=2, code=111,
    )  # fmt: skip
    yield Instrument(
        "DOGE-USDT-SWAP", Kind.SWAP, "DOGE", "USDT", "DOGE-USDT", 12_345, 1, 5, 1, 0, 1, 50, 60,
        settle="USDT", ct_val="1000", ct_val_ccy="DOGE", listed=listed, period=2, code=112,
    )  # fmt: skip


def _generated(number: int, now: int) -> Iterator[Instrument]:
    base = _coin(number)
    own = seed_of("generated", base)
    listed = (now // _DAY_MS - 60) * _DAY_MS
    price = 1_000 + own % 90_000
    levels = 12 + own % 19
    yield Instrument(
        f"{base}-USDT", Kind.SPOT, base, "USDT", f"{base}-USDT", price, 1, 3, 1, 4, 10, 90_000, levels,
        period=25, keep_zeros=own % 5 == 0, listed=listed, code=1_000 + 2 * number,
    )  # fmt: skip
    yield Instrument(
        f"{base}-USDT-SWAP", Kind.SWAP, base, "USDT", f"{base}-USDT", price + 3, 1, 3, 1, 0, 1, 90, levels,
        settle="USDT", ct_val="1", ct_val_ccy=base, period=25, listed=listed, code=1_001 + 2 * number,
    )  # fmt: skip


def _coin(number: int) -> str:
    letters = ""
    for _ in range(4):
        number, letter = divmod(number, 26)
        letters = chr(ord("A") + letter) + letters
    return "S" + letters
