"""Price steps that depend on the price: the next price on a step, whatever bands there are."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okx_async import BadOrder, BadParameter, Steps
from okx_async.core.bands import Band, above, below, on_step

D = Decimal
BTC = (Band(D(0), D("0.005"), D("0.0001")), Band(D("0.005"), None, D("0.0005")))
GAPS = (Band(D(1), D("2.5"), D("0.4")), Band(D(4), D(9), D(2)))
PRICES = st.integers(-200, 1500).map(lambda n: D(n).scaleb(-2))


def grid(bands: tuple[Band, ...]) -> list[Decimal]:
    """Return every price up to 20 that is on a step, by other arithmetic than the code's."""
    hundredths = (D(n).scaleb(-2) for n in range(-300, 2001))
    return [
        px
        for px in hundredths
        for band in bands
        if band.low <= px <= (20 if band.high is None else band.high)
        and (Fraction(px) / Fraction(band.tick)).denominator == 1
    ]


@given(px=PRICES, bands=st.sampled_from([GAPS, (Band(D(0), None, D("0.25")),), (GAPS[0],)]))
def test_the_next_price_is_the_next_one_of_all(px: Decimal, bands: tuple[Band, ...]) -> None:
    allowed = grid(bands)
    assert below(bands, px) == max((one for one in allowed if one <= px), default=None)
    assert above(bands, px) == min((one for one in allowed if one >= px), default=None)


@given(px=PRICES)
def test_a_rounded_price_passes(px: Decimal) -> None:
    """What `Steps.px` returns is what `Steps.check` takes; where there is nothing to return it says so."""
    steps = Steps("X", bands=GAPS)
    sides: tuple[Any, Any] = ("buy", "sell")
    for side in sides:
        try:
            rounded = steps.px(px, side)
        except BadParameter:
            assert px < D("1.2") if side == "buy" else px > 8
        else:
            steps.check(f"{rounded:f}", None)
            assert rounded <= px if side == "buy" else rounded >= px


@pytest.mark.parametrize(
    ("px", "told"),
    [("0.0012", True), ("0.00125", False), ("0.005", True), ("0.0051", False), ("0.0055", True), ("-0.1", None)],
)
def test_the_step_is_the_one_of_the_price(px: str, told: bool | None) -> None:
    assert on_step(BTC, D(px)) is told


def test_an_error_says_what_would_fit() -> None:
    """In both directions, and what is outside of all bands is left to the exchange."""
    steps = Steps("BTC-USD-260327-90000-C", bands=BTC)
    with pytest.raises(BadOrder, match=r"px 0\.0051 of .* the price step there; what fits is 0\.0050 or 0\.0055$"):
        steps.check("0.0051", None)
    steps.check("-0.0123", None)
    with pytest.raises(BadParameter, match="not worse than -1"):
        steps.px("-1", "buy")
