"""Names and numbers: the two smallest rules, which everything else rests on."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.names import did_you_mean, snake_name, wire_name
from okx_async.core.numeric import blank_to_null, number_text, to_decimal
from okx_async.core.row import V5Row
from okx_async.errors import BadParameter


@pytest.mark.parametrize(
    ("python", "wire"),
    [
        ("inst_id", "instId"),
        ("vol_ccy24h", "volCcy24h"),
        ("sod_utc0", "sodUtc0"),
        ("ts", "ts"),
        ("prev_seq_id", "prevSeqId"),
        ("open24h", "open24h"),
        ("attach_algo_cl_ord_id", "attachAlgoClOrdId"),
    ],
)
def test_names_translate_both_ways(python: str, wire: str) -> None:
    assert wire_name(python) == wire
    assert snake_name(wire) == python


@pytest.mark.parametrize(("python", "wire"), [("type_", "type"), ("from_", "from"), ("lambda_", "lambda")])
def test_a_trailing_underscore_only_dodges_a_keyword(python: str, wire: str) -> None:
    assert wire_name(python) == wire


def test_rows_use_our_own_rename_and_not_camel_case_of_msgspec() -> None:
    class Row(V5Row, frozen=True):
        vol_ccy24h: str | None = None
        type_: str | None = None

    assert Row.__struct_encode_fields__ == ("volCcy24h", "type")
    assert Row(vol_ccy24h="1").to_dict() == {"vol_ccy24h": "1", "type_": None}


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("instId", "; did you mean 'inst_id'?"),
        ("clOrdId", "; did you mean 'cl_ord_id'?"),
        ("INST_ID", "; did you mean 'inst_id'?"),
        ("inst_di", "; did you mean 'inst_id'?"),
        ("xyz", "; known are cl_ord_id, inst_id, sz"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_right_one(wrong: str, hint: str) -> None:
    assert did_you_mean(wrong, ["sz", "inst_id", "cl_ord_id"]) == hint


def test_many_unrelated_names_are_not_listed() -> None:
    assert did_you_mean("zzz", [f"name{at}" for at in range(13)]) == ""
    assert did_you_mean("zzz", []) == ""


# -- blank_to_null

# Texts made of what could fool a rewrite of bytes: quotes, colons, blanks, backslashes, braces.
_texts = st.text(st.sampled_from('":\\ ,{}[]a\u20ac\n'), max_size=8)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | _texts | st.just(""),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


def _blanked(value: Any) -> Any:
    """Say the rule again, slowly: an empty text that is the value of a key is nothing."""
    if isinstance(value, dict):
        return {key: None if item == "" else _blanked(item) for key, item in value.items()}
    return [_blanked(item) for item in value] if isinstance(value, list) else value


@given(value=_values, spaced=st.booleans(), ascii_only=st.booleans())
@settings(max_examples=400, deadline=None)
def test_blank_to_null_changes_empty_values_of_keys_and_nothing_else(
    value: Any, spaced: bool, ascii_only: bool
) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    raw = json.dumps(value, separators=separators, ensure_ascii=ascii_only).encode()
    assert json.loads(blank_to_null(raw)) == _blanked(value)


# -- numbers


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
@settings(max_examples=200, deadline=None)
def test_number_text_is_plain_and_exact(value: Decimal | int) -> None:
    if isinstance(value, Decimal) and abs(value.adjusted()) > 1000:
        return  # a million zeros prove nothing more
    text = number_text("sz", value)
    assert not set(text) - set("-.0123456789")
    assert Decimal(text) == value
    assert number_text("sz", text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.70", "0.70"),
        ("1E-9", "0.000000001"),
        ("1e3", "1000"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.10"), "0.10"),
        (7, "7"),
        ("-1.5", "-1.5"),
        (".5", "0.5"),
        ("+3", "3"),
        ("\u0663", "3"),  # a digit of another script is a number, but not one to send
    ],
)
def test_number_text_keeps_plain_text_and_unfolds_the_rest(value: Decimal | int | str, text: str) -> None:
    assert number_text("sz", value) == text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.1, "sz must not be a float: 0.1 is not exact. Pass an int, a Decimal or text such as '0.1'"),
        (float("nan"), "must not be a float"),
        (True, "not bool"),
        (None, "not NoneType"),
        ([1], "not list"),
        ("", "must be a number"),
        ("-", "must be a number"),
        ("0.1.2", "must be a number"),
        ("1,5", "must be a number"),
        ("nan", "finite"),
        ("sNaN", "finite"),
        ("Infinity", "finite"),
        (Decimal("-Infinity"), "finite"),
        (Decimal("NaN"), "finite"),
    ],
)
def test_what_is_no_exact_number_is_refused(value: object, said: str) -> None:
    with pytest.raises(BadParameter) as caught:
        number_text("sz", value)
    assert said in str(caught.value)
    with pytest.raises(BadParameter):
        to_decimal("sz", value)
