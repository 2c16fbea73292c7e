"""Signatures: every vector that the documents of both dialects print."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.signing import Signer, iso_timestamp, sign
from okx_async.settings import Credentials
from okx_async.v3.dialect import V3
from okx_async.v5.dialect import V5

_DATA = Path(__file__).parent.parent / "data"
_V3_SECRET = "TESTSECRET0123456789"
_MOMENT = 1_607_418_537_715  # 2020-12-08T09:08:57.715Z


def _keys(secret: str, key: str = "key", words: str = "pass") -> Credentials:
    return Credentials(key, secret, words)


@pytest.mark.parametrize(
    ("path", "signature"),
    [
        ("/api/v5/account/balance", "tpQYvXdaAfU8ae6zI1rJ2xVcyMIk9BKWK/fysaanweQ="),
        ("/api/v5/account/balance?ccy=BTC", "pS6nHuBl6Qc9S0h+soCkCVHaVHZzS19KqFpeI/doTlE="),
    ],
)
def test_v5_rest_headers_carry_the_documented_signature(path: str, signature: str) -> None:
    headers = Signer(_keys("mock-secret")).headers(_MOMENT, "GET", path, b"")
    assert headers == {
        "OK-ACCESS-KEY": "key",
        "OK-ACCESS-SIGN": signature,
        "OK-ACCESS-TIMESTAMP": "2020-12-08T09:08:57.715Z",
        "OK-ACCESS-PASSPHRASE": "pass",
    }


@pytest.mark.parametrize("vector", json.loads((_DATA / "v5" / "sign_vectors.json").read_text()))
def test_signatures_equal_those_of_other_clients(vector: dict[str, Any]) -> None:
    moment = round(datetime.fromisoformat(vector["timestamp"]).timestamp() * 1000)
    signer = Signer(_keys(vector["secret"], vector["api_key"], vector["passphrase"]))
    headers = signer.headers(moment, vector["method"], vector["request_path"], vector["body"].encode())
    assert headers["OK-ACCESS-SIGN"] == vector["sign"]
    assert headers["OK-ACCESS-TIMESTAMP"] == vector["timestamp"]


@pytest.mark.parametrize(
    ("prehash", "signature"),
    [
        (
            "2020-07-20T08:00:00.123ZGET/api/spot/v3/orders?instrument_id=BTC-USDT&state=0&limit=20",
            "2PyGQXutokisk4i01VDafofZSqmO88qnaxhf2DVVeWQ=",
        ),
        (
            "2020-07-20T08:00:00.123ZPOST/api/futures/v3/order"
            '{"instrument_id":"BTC-USD-200925","type":"1","price":"9150.5","size":"2"}',
            "97PhGr6BgpWRzEWfl30wHBuyd5GU0hjTtO5roH/1XpE=",
        ),
        (
            "1595232000.123POST/api/swap/v3/cancel_order/BTC-USD-SWAP/536871",
            "PAZicNcV36muXTso2U7MOp68el7ujMmV37kL01JOoBY=",
        ),
        ("1595232000.123GET/users/self/verify", "FhlU4BUeCPzHIl/T17d0Vn3WRCMlatvjC309+ovURNA="),
    ],
)
def test_v3_signatures_equal_the_documented_ones(prehash: str, signature: str) -> None:
    assert sign(_keys(_V3_SECRET), prehash) == signature


def test_the_v3_rest_vector_comes_out_of_the_headers_too() -> None:
    path = "/api/spot/v3/orders?instrument_id=BTC-USDT&state=0&limit=20"
    headers = Signer(_keys(_V3_SECRET)).headers(1_595_232_000_123, "GET", path, b"")
    assert headers["OK-ACCESS-SIGN"] == "2PyGQXutokisk4i01VDafofZSqmO88qnaxhf2DVVeWQ="


def test_the_v3_login_is_signed_over_seconds_with_three_decimals() -> None:
    frame = json.loads(V3().login(_keys(_V3_SECRET), 1_595_232_000_123))
    assert frame == {
        "op": "login",
        "args": ["key", "pass", "1595232000.123", "FhlU4BUeCPzHIl/T17d0Vn3WRCMlatvjC309+ovURNA="],
    }
    assert json.loads(V3().login(_keys(_V3_SECRET), 1_595_232_000_003))["args"][2] == "1595232000.003"


def test_the_v5_login_is_signed_over_whole_seconds() -> None:
    keys = _keys("mock-secret")
    (arg,) = json.loads(V5().login(keys, 1_607_418_537_999))["args"]
    assert arg == {
        "apiKey": "key",
        "passphrase": "pass",
        "timestamp": "1607418537",
        "sign": sign(keys, "1607418537GET/users/self/verify"),
    }


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).map(str.strip).filter(bool), st.binary())
@settings(max_examples=200, deadline=None)
def test_a_key_of_any_length_signs_as_the_standard_library_does(secret: str, body: bytes) -> None:
    """Keys longer than a block of the hash are hashed first."""
    made = Signer(_keys(secret)).headers(_MOMENT, "POST", "/api", body)["OK-ACCESS-SIGN"]
    text = b"2020-12-08T09:08:57.715ZPOST/api" + body
    assert made == base64.b64encode(hmac.digest(secret.encode(), text, "sha256")).decode()


@given(st.integers(0, 4_102_444_799_999))
@settings(max_examples=100, deadline=None)
def test_iso_timestamps_have_three_decimals_and_tell_the_same_moment(ms: int) -> None:
    text = iso_timestamp(ms)
    assert len(text) == 24
    assert text.endswith("Z")
    read = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    assert round(read.total_seconds() * 1000) == ms
