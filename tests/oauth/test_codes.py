"""What the codes of OAuth and Fast API mean: one class each, and a remedy. (Error Code, OAuth)"""

from __future__ import annotations

import pytest

from okx_async import (
    AuthorizationEnded,
    AuthRefused,
    BadRequest,
    CodeRefused,
    NotAllowed,
    NotFound,
    OkxError,
    Refused,
    TokenExpired,
    TokenRefused,
)
from okx_async.v5.codes import CODES

DOCUMENTED = [
    ("53000", TokenRefused, "refresh"),
    ("53001", AuthorizationEnded, "authorize again"),
    ("53002", TokenExpired, "refresh"),
    ("53003", TokenRefused, "killed it"),
    ("53004", NotAllowed, "frozen"),
    ("53005", AuthorizationEnded, "authorize again"),
    ("53006", AuthRefused, "TERMID"),
    ("53009", AuthRefused, "client secret"),
    ("53010", BadRequest, "names the parameter"),
    ("53011", BadRequest, "names the parameter"),
    ("53012", CodeRefused, "authorize again"),
    ("53013", NotAllowed, "scope"),
    ("53014", AuthRefused, "list of servers"),
    ("53015", BadRequest, "shorten"),
    ("53016", BadRequest, "registered"),
    ("53017", NotAllowed, "enable Fast API"),
    ("50116", BadRequest, "delete"),
    ("50117", NotAllowed, "API brokers"),
    ("50118", NotAllowed, "list of IP addresses"),
    ("invalid_grant", AuthorizationEnded, "authorize again"),
    ("invalid_client", AuthRefused, "client secret"),
    ("invalid_scope", BadRequest, "scopes"),
]


@pytest.mark.parametrize(("code", "kind", "remedy"), DOCUMENTED, ids=[code for code, _, _ in DOCUMENTED])
def test_every_code_has_a_class_and_a_remedy(code: str, kind: type[OkxError], remedy: str) -> None:
    error = CODES.refusal(code, "said", where="POST /x")
    assert type(error) is kind
    assert remedy in str(error)
    assert error.retryable is (code == "53002")


def test_no_documented_code_of_the_range_is_left_out() -> None:
    range_ = {code for code in CODES.documented() if code.startswith("530") and code != "53018"}
    assert range_ == {code for code, _, _ in DOCUMENTED if code.startswith("530")}


def test_what_is_known_less_well_keeps_its_words() -> None:
    """53018 is reported without a text; 59506 means that there is no key."""
    assert type(CODES.refusal("53018", "x")) is Refused
    assert type(CODES.refusal("59506", "x")) is NotFound
