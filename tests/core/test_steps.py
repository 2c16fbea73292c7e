"""Steps of prices and sizes: always on a multiple, never to the worse side, never with an exponent."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okx_async import BadOrder, BadParameter, Steps
from okx_async.core.numeric import number_text
from okx_async.v3.models.instruments import Instrument as V3Instrument
from okx_async.v3.orders import steps_of as v3_steps_of
from okx_async.v5.models.public import Instrument
from okx_async.v5.orders import steps_of

STEPS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.sampled_from([1, 2, 5, 25, 10, 1000]),
    st.integers(-3, 12),
)
NUMBERS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, places=12)
SIDES = st.sampled_from(["buy", "sell"])
BTC_SWAP = Steps("BTC-USDT-SWAP", Decimal("0.1"), Decimal("0.01"), Decimal("0.01"), Decimal("0.01"), "BTC")
BTC_COIN = Steps("BTC-USD-SWAP", Decimal("0.1"), Decimal(1), Decimal(1), Decimal(100), "USD", inverse=True)


def on(number: Decimal, step: Decimal) -> bool:
    """Tell whether a number is a multiple of a step, by other arithmetic than the code's."""
    return (Fraction(number) / Fraction(step)).denominator == 1


def plain(number: Decimal) -> bool:
    """Tell whether a number goes on the wire without an exponent, and says the same there."""
    text = number_text("x", number)
    return "e" not in text.lower() and Fraction(text) == Fraction(number)


@given(px=st.one_of(NUMBERS, NUMBERS.map(lambda px: -px)), tick=STEPS, side=SIDES)
def test_a_price_never_gets_worse(px: Decimal, tick: Decimal, side: Any) -> None:
    """A buy pays no more and a sell gets no less than was said, by less than one step; spreads go below 0."""
    rounded = Steps("X", tick).px(px, side)
    assert on(rounded, tick)
    assert plain(rounded)
    gain = px - rounded if side == "buy" else rounded - px
    assert 0 <= gain < tick
    assert Steps("X", tick).px(rounded, side) == rounded


@given(sz=NUMBERS, lot=STEPS, least=st.integers(0, 50))
def test_a_size_never_grows(sz: Decimal, lot: Decimal, least: int) -> None:
    """It is a multiple of the lot and not above what was asked, or 0 when that would be too little."""
    minimum = lot * least
    size = Steps("X", None, lot, minimum).sz(sz)
    assert on(size, lot)
    assert plain(size)
    assert 0 <= size <= sz
    if size:
        assert size >= minimum
        assert sz - size < lot
    else:
        assert sz < max(minimum, lot)


@given(amount=NUMBERS, value=STEPS, lot=STEPS, px=st.decimals(min_value="0.0001", max_value=10**6, places=4))
def test_contracts_never_stand_for_more_than_was_asked(
    amount: Decimal, value: Decimal, lot: Decimal, px: Decimal
) -> None:
    """Straight and inverse; the next size would be too much."""
    for inverse in (False, True):
        steps = Steps("X", None, lot, None, value, "C", inverse)
        count = steps.contracts(amount, px)
        assert on(count, lot)
        assert plain(count)
        one = Fraction(value) / (Fraction(px) if inverse else 1)
        assert Fraction(count) * one <= Fraction(amount) < (Fraction(count) + Fraction(lot)) * one
        back = Fraction(steps.amount(count, px))
        assert 0 <= Fraction(count) * one - back < Fraction(1, 10**60)


@given(px=NUMBERS, tick=STEPS, side=SIDES)
def test_what_was_rounded_passes_the_check(px: Decimal, tick: Decimal, side: Any) -> None:
    steps = Steps("X", tick, tick)
    steps.check(number_text("px", steps.px(px, side)), number_text("sz", steps.sz(px)))
    if not on(px, tick):
        with pytest.raises(BadOrder, match="what fits is"):
            steps.check(number_text("px", px), None)
        with pytest.raises(BadOrder, match="size step"):
            steps.check(None, number_text("sz", px))


def test_the_programs_own_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        assert BTC_SWAP.px("123456.789", "sell") == Decimal("123456.8")
        assert BTC_SWAP.contracts("1234.56789") == Decimal("123456.78")
        assert BTC_SWAP.amount("123456.78") == Decimal("1234.5678")


def test_examples() -> None:
    """As they are met: coins to contracts and back, a size that is too small, a step of tens."""
    assert BTC_SWAP.contracts("0.37") == 37
    assert BTC_SWAP.amount(37) == Decimal("0.37")
    assert BTC_SWAP.sz("0.009") == 0
    assert str(BTC_SWAP.sz("0.009")) == "0"
    assert BTC_COIN.contracts("0.5", "50000") == 250
    assert BTC_COIN.amount(250, px=50000) == Decimal("0.5")
    assert str(Steps("X", Decimal("1E+1")).px("505", "buy")) == "500"
    assert str(Steps("X", Decimal(10)).px("-0.5", "sell")) == "0"


def wrong_uses() -> list[Any]:
    """Return calls that cannot be answered, with what is said about them."""
    return [
        (lambda: BTC_SWAP.px(0.1, "buy"), "float"),  # type: ignore[arg-type]
        (lambda: BTC_SWAP.px("1", "Buy"), "'buy' or 'sell'"),  # type: ignore[arg-type]
        (lambda: BTC_SWAP.sz("-1"), "below 0"),
        (lambda: BTC_SWAP.sz("NaN"), "finite"),
        (lambda: BTC_COIN.contracts("1"), "give a px"),
        (lambda: BTC_COIN.contracts("1", px=0), "above 0"),
        (lambda: Steps("BTC-USDT", Decimal(1), Decimal(1)).contracts(1), "amount already"),
        (lambda: Steps("NEW-USDT").px("1", "buy"), "does not tell the price step"),
        (lambda: Steps("NEW-USDT").sz("1"), "does not tell the size step"),
        (lambda: Steps("X", Decimal("1E-90")).px("1E+90", "buy"), "out of all proportion"),
    ]


@pytest.mark.parametrize(("use", "said"), wrong_uses())
def test_wrong_use_is_told(use: Any, said: str) -> None:
    with pytest.raises(BadParameter, match=said):
        use()


def test_an_error_says_what_would_fit() -> None:
    """With the meaning of a contract: coins given as contracts are the usual mistake."""
    with pytest.raises(BadOrder, match=r"px 50000.13 of BTC-USDT-SWAP .* 0\.1; what fits is 50000\.1 or 50000\.2$"):
        BTC_SWAP.check("50000.13", None)
    with pytest.raises(BadOrder, match=r"0\.01 \(in contracts of 0\.01 BTC\); what fits is 0\.12$") as caught:
        BTC_SWAP.check(None, "0.125", sz_name="newSz")
    assert (caught.value.inst_id, caught.value.param, caught.value.value) == ("BTC-USDT-SWAP", "newSz", "0.125")
    with pytest.raises(BadOrder, match="below the smallest size"):
        Steps("X", None, Decimal("0.01"), Decimal("0.05")).check(None, "0.04")
    with pytest.raises(BadOrder, match=r"below the smallest size 0\.05"):
        Steps("X", None, Decimal("0.01"), Decimal("0.05")).check(None, "0.001")  # rather than "what fits is 0.00"
    with pytest.raises(BadOrder, match=r"what fits is 0\.01$"):
        Steps("X", None, Decimal("0.01")).check(None, "0.001")
    Steps("NEW-USDT").check("0.1234567", "0.1234567")  # nothing is known, nothing is said


def v5_row(**said: Any) -> Instrument:
    """Return a V5 row as the exchange writes it."""
    return msgspec.convert({"instType": "SWAP", **said}, Instrument, strict=False)


def test_both_dialects_tell_the_same_steps() -> None:
    swap = v5_row(
        instId="BTC-USD-SWAP",
        tickSz="0.1",
        lotSz="1",
        minSz="1",
        ctVal="100",
        ctMult="1",
        ctValCcy="USD",
        ctType="inverse",
    )
    assert steps_of(swap) == BTC_COIN
    v3 = V3Instrument(
        instrument_id="BTC-USD-SWAP",
        tick_size=Decimal("0.1"),
        size_increment=Decimal(1),
        min_size=Decimal(1),
        contract_val=Decimal(100),
        contract_val_currency="USD",
        is_inverse=True,
    )
    assert v3_steps_of(v3) == BTC_COIN
    option = v5_row(instId="BTC-USD-260327-90000-C", lotSz="1", minSz="1", ctVal="1", ctMult="0.01", ctValCcy="BTC")
    assert steps_of(option).contracts("0.25") == 25
    assert steps_of(v5_row(instId="NEW-USDT")) == Steps("NEW-USDT")
