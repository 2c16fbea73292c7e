"""Codes of V5: one class each, what they mean, whether the same call may work later, and what nobody knows."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from okx_async.core.dialect import Answer
from okx_async.errors import (
    AuthRefused,
    BadRequest,
    InsufficientFunds,
    NotAllowed,
    NotAvailable,
    NotFound,
    OkxError,
    RateLimited,
    Refused,
    Unavailable,
    Unconfirmed,
)
from okx_async.v5.codes import CODES
from okx_async.v5.dialect import V5


@pytest.mark.parametrize(
    ("code", "kind", "retryable"),
    [
        ("50001", Unavailable, True),
        ("50005", NotAvailable, False),
        ("50011", RateLimited, True),
        ("50055", RateLimited, False),
        ("50014", BadRequest, False),
        ("50060", NotAllowed, False),
        ("50103", AuthRefused, False),
        ("51008", InsufficientFunds, False),
        ("51022", NotAvailable, True),
        ("51063", NotFound, False),
        ("60014", RateLimited, True),
        ("60028", BadRequest, False),
    ],
)
def test_a_code_has_a_class_a_cause_and_an_answer_to_whether_it_may_work_later(
    code: str, kind: type[Refused], retryable: bool
) -> None:
    """What the documents say of it is in the error, beside what the exchange said."""
    error = CODES.refusal(code, "said", where="GET /x", answer=[1])
    assert type(error) is kind
    assert isinstance(error, Refused)
    assert error.retryable is retryable
    assert (error.code, error.msg, error.where, error.answer) == (code, "said", "GET /x", [1])
    assert error.cause == CODES.documented()[code].cause != ""
    assert str(CODES.refusal(code, "")).startswith(f"{code} {error.cause}")


def test_a_finer_code_tells_the_finer_cause() -> None:
    """51008 alone says several things; its finer code says one. An unknown finer code takes nothing away."""
    finer = CODES.refusal("51008", "", sub="1004")
    assert isinstance(finer, InsufficientFunds)
    assert finer.cause == CODES.documented()["51008_1004"].cause != CODES.documented()["51008"].cause
    coarse = CODES.refusal("51008", "", sub="9")
    assert isinstance(coarse, InsufficientFunds)
    assert coarse.cause == CODES.documented()["51008"].cause


def test_an_unknown_code_keeps_all_that_was_said() -> None:
    """Nothing is made up: no cause, no remedy, and the class's own answer to trying again."""
    error = CODES.refusal("12345", "brand new", status=200, where="POST /x", answer={"a": 1})
    assert type(error) is Refused
    assert (error.code, error.msg, error.status, error.answer) == ("12345", "brand new", 200, {"a": 1})
    assert (error.cause, error.hint, error.retryable) == ("", "", False)
    assert str(error) == "POST /x: 12345 brand new"


@pytest.mark.parametrize("code", ["50004", "51054", "51149"])
def test_what_may_have_happened_is_not_called_refused(code: str) -> None:
    """The outcome of a write is unknown; of a read there is none, so it may be repeated."""
    body = orjson.dumps({"code": code, "msg": "timed out", "data": []})
    with pytest.raises(Unconfirmed, match="client id") as caught:
        V5().decode_raw(Answer(200, body, "POST /api/v5/trade/order"))
    assert caught.value.code == code
    assert not isinstance(caught.value, Refused)
    with pytest.raises(OkxError) as read:
        V5().decode_raw(Answer(200, body, "GET /api/v5/trade/order"))
    assert type(read.value) is Unavailable
    assert read.value.retryable


def test_the_table_is_not_read_before_something_is_refused() -> None:
    """A thousand lines cost an import nothing."""
    code = (
        "from okx_async.core.refusals import meanings; import okx_async.v5.codes as codes; "
        "print(meanings.cache_info().currsize); codes.CODES.refusal('50001', ''); print(meanings.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "1"]
