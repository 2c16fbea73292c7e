"""The steps prices and sizes of one instrument come in: rounding in the harmless direction, and finding what is off.

Everything is exact: whatever decimal context a program has set, it changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..errors import BadOrder, BadParameter
from .bands import Band, above, below, on_step
from .multiples import EXACT, down, fits, plain, up
from .numeric import Number, to_decimal

__all__ = ["Steps"]

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one instrument or spread, whatever its dialect calls them; ``okx.steps(inst_id)`` returns it.

    ::

        steps = await okx.steps("BTC-USDT-SWAP")
        await okx.trade.place_order(steps.inst_id, "cross", "buy", "limit",
                                    px=steps.px("50000.123", "buy"), sz=steps.contracts("0.37"))

    Attributes:
        inst_id: The instrument.
        tick: Price step, ``None`` when the exchange does not tell, or when it depends on the price.
        lot: Size step.
        minimum: Smallest size.
        value: What one contract stands for, ``None`` for what is not counted in contracts.
        value_ccy: The currency of that value.
        inverse: Whether that currency is the one prices are told in, so that a price turns contracts into coins.
        bands: Price steps that depend on the price, as options have them.
    """

    inst_id: str
    tick: Decimal | None = None
    lot: Decimal | None = None
    minimum: Decimal | None = None
    value: Decimal | None = None
    value_ccy: str = ""
    inverse: bool = False
    bands: tuple[Band, ...] = ()

    # -- rounding

    def px(self, px: Number, side: Literal["buy", "sell"]) -> Decimal:
        """Return the nearest price that is not worse than the one given: a buy's goes down, a sell's up.

        Raises:
            BadParameter: The price is no exact number, or the price step is not known.
        """
        if side not in ("buy", "sell"):
            raise BadParameter(f"side must be 'buy' or 'sell', not {side!r}")
        if self.bands:
            return self._banded(to_decimal("px", px), side)
        step = self._known("price step", self.tick)
        number = to_decimal("px", px)
        return up(number, step) if side == "sell" else down(number, step)

    def _banded(self, px: Decimal, side: str) -> Decimal:
        found = above(self.bands, px) if side == "sell" else below(self.bands, px)
        if found is None:
            raise BadParameter(f"no price of {self.inst_id} that is not worse than {px} has a step")
        return found

    def sz(self, sz: Number) -> Decimal:
        """Return the largest size that is not above the one given; 0 when that would be below the smallest size.

        Raises:
            BadParameter: The size is no exact number or below 0, or the size step is not known.
        """
        return self._sz(_amount("sz", sz))

    def contracts(self, amount: Number, px: Number | None = None) -> Decimal:
        """Return how many contracts stand for no more than an amount of the coin; 0 when that is below the smallest.

        Args:
            amount: Of the base currency, e.g. of BTC.
            px: The price; needed by inverse contracts only, whose value is told in the quote currency.

        Raises:
            BadParameter: It is not counted in contracts, or inverse and no price was given.
        """
        value, coins = self._value(), _amount("amount", amount)
        if self.inverse:
            coins = EXACT.multiply(coins, self._price(px))
        return self._sz(EXACT.divide(coins, value))

    def amount(self, contracts: Number, px: Number | None = None) -> Decimal:
        """Return the amount of the coin that contracts stand for; of inverse ones cut off after 100 digits.

        Args:
            contracts: How many.
            px: The price; needed by inverse contracts only.

        Raises:
            BadParameter: It is not counted in contracts, or inverse and no price was given.
        """
        worth = EXACT.multiply(_amount("contracts", contracts), self._value())
        return plain(EXACT.divide(worth, self._price(px)) if self.inverse else worth)

    # -- looking

    def check(self, px: str | None, sz: str | None, *, px_name: str = "px", sz_name: str = "sz") -> None:
        """Raise when a price or size as it goes on the wire is off the steps or too small; what is unknown passes.

        Raises:
            BadOrder: The message says what would fit.
        """
        if px is not None and self.tick:
            if not fits(Decimal(px), self.tick):
                near = f"{down(Decimal(px), self.tick):f} or {up(Decimal(px), self.tick):f}"
                raise self._off(px_name, px, f"the price step {self.tick:f}", near)
        elif px is not None and self.bands:
            self._check_bands(px_name, px)
        if sz is None:
            return
        size = Decimal(sz)
        if self.minimum and size < self.minimum:
            text = f"{sz_name} {sz} is below the smallest size {self.minimum:f} of {self.inst_id}{self._meaning()}"
            raise BadOrder(text, inst_id=self.inst_id, param=sz_name, value=sz)
        if self.lot and not fits(size, self.lot):
            near = f"{max(down(size, self.lot), self.lot):f}"
            raise self._off(sz_name, sz, f"the size step {self.lot:f}{self._meaning()}", near)

    def _check_bands(self, name: str, text: str) -> None:
        number = Decimal(text)
        if on_step(self.bands, number) is False:
            near = [one for one in (below(self.bands, number), above(self.bands, number)) if one is not None]
            raise self._off(name, text, "the price step there", " or ".join(f"{one:f}" for one in near))

    def _off(self, name: str, text: str, what: str, near: str) -> BadOrder:
        said = f"{name} {text} of {self.inst_id} is no multiple of {what}; what fits is {near}"
        return BadOrder(said, inst_id=self.inst_id, param=name, value=text)

    def _meaning(self) -> str:
        return f" (in contracts of {self.value:f} {self.value_ccy})" if self.value else ""

    # -- parts

    def _sz(self, sz: Decimal) -> Decimal:
        size = down(sz, self._known("size step", self.lot))
        return _NONE if self.minimum is not None and size < self.minimum else size

    def _value(self) -> Decimal:
        if not self.value:
            raise BadParameter(f"{self.inst_id} is not counted in contracts: its size is an amount already")
        return self.value

    def _price(self, px: Number | None) -> Decimal:
        if px is None:
            raise BadParameter(f"a contract of {self.inst_id} is worth {self.value:f} {self.value_ccy}: give a px, too")
        price = to_decimal("px", px)
        if price <= 0:
            raise BadParameter(f"px must be above 0, got {px}")
        return price

    def _known(self, what: str, step: Decimal | None) -> Decimal:
        if not step:
            raise BadParameter(f"the exchange does not tell the {what} of {self.inst_id} (yet)")
        return step


def _amount(name: str, value: Number) -> Decimal:
    number = to_decimal(name, value)
    if number < 0:
        raise BadParameter(f"{name} must not be below 0, got {value}")
    return number
