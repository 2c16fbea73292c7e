"""Set-up trouble is told in one sentence with cause and remedy, on either road, without a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from okx_async.core.advice import advise, hidden
from okx_async.core.dialect import Answer, Refusal
from okx_async.errors import AuthRefused, BadAnswer, ClockSkew, NotAllowed, Refused, WrongEnvironment
from okx_async.settings import Credentials, Site
from okx_async.v3.codes import CODES as V3_CODES
from okx_async.v5.codes import CODES
from okx_async.v5.dialect import V5

KEYS = Credentials("canary-key-1", "canary-secret-1", 'canary"phrase')
# The trouble, the codes that tell of it, the class, and words of cause and remedy.
TROUBLES: list[tuple[str, tuple[str, ...], type[Refused], str, str]] = [
    ("live and demo", ("50101",), WrongEnvironment, "other environment", "Site.DEMO"),
    ("region", ("50119", "60005", "60032"), WrongEnvironment, "another region", "Site.EEA"),
    ("clock", ("50102", "60006"), ClockSkew, "clock is too far", "time service"),
    ("clock unreadable", ("50112", "60004"), ClockSkew, "could not be read", "set this machine's clock"),
    ("addresses", ("50110",), AuthRefused, "not on the key's list", "add it there"),
    ("no addresses", ("50035",), NotAllowed, "bound to IP addresses", "bind the key"),
    ("permission", ("50114", "50120"), AuthRefused, "lacks the permission", "give it the right"),
    ("right", ("50030",), NotAllowed, "lacks the permission", "use another key"),
    ("passphrase", ("50105", "60024"), AuthRefused, "passphrase is wrong", "make a new key"),
    ("signature", ("50113", "60007"), AuthRefused, "signature is wrong", "secret key"),
    ("key", ("50111",), AuthRefused, "not a valid one", "look for"),
    ("account mode", ("51010", "51057", "51128", "51139", "54075"), Refused, "account's mode", "set_account_level"),
]
CASES = [
    pytest.param(code, kind, cause, remedy, id=f"{what} {code}")
    for what, codes, kind, cause, remedy in TROUBLES
    for code in codes
]


def over_rest(code: str) -> Refused:
    """Return the error of a REST answer, as the exchange words it."""
    body = json.dumps({"code": code, "msg": "Said so", "data": []}).encode()
    with pytest.raises(Refused) as caught:
        V5().decode_raw(Answer(401, body, "GET /api/v5/account/config"))
    return caught.value


def over_the_socket(code: str) -> Refused:
    """Return the error of a refused login or subscription."""
    frame = json.dumps({"event": "error", "code": code, "msg": "Said so", "connId": "a1"}).encode()
    said = V5().read(frame, lambda _: False)
    assert isinstance(said, Refusal)
    assert isinstance(said.error, Refused)
    return said.error


@pytest.mark.parametrize(("code", "kind", "cause", "remedy"), CASES)
def test_one_sentence_tells_cause_and_remedy(code: str, kind: type[Refused], cause: str, remedy: str) -> None:
    for error in (over_rest(code), over_the_socket(code)):
        assert isinstance(error, kind)
        assert error.msg == "Said so", "the exchange's own words stay"
        assert cause in error.hint
        assert remedy in error.hint
        assert str(error).endswith(f"({error.hint})")
        assert "\n" not in str(error)
        assert ". " not in error.hint


@pytest.mark.parametrize("code", ["30005", "30006", "30008", "30011", "30012", "30013", "30015", "30017", "30018"])
def test_v3_says_what_to_do_too(code: str) -> None:
    error = V3_CODES.refusal(code, "Said so")
    assert isinstance(error, AuthRefused)
    assert any(
        word in error.hint for word in ("set ", "add it", "give it", "make a new", "works only", "not the one")
    ), error.hint


@pytest.mark.parametrize(
    ("site", "where"), [(Site.GLOBAL, "the live site 'global'"), (Site.EEA_DEMO, "demo site 'EEA demo'")]
)
def test_a_mix_up_names_the_site_that_was_used(site: Site, where: str) -> None:
    for code in ("50101", "50119", "60032"):
        error = over_rest(code)
        advise(error, site, KEYS, 0.0)
        assert str(error).endswith(f"{where})") or where in str(error)


def test_a_wrong_clock_is_told_with_what_was_measured() -> None:
    """Field lesson 82."""
    measured, blind = over_rest("50102"), over_the_socket("60006")
    advise(measured, Site.GLOBAL, KEYS, 31_500.4)
    advise(blind, Site.GLOBAL, KEYS, None)
    assert "measured offset +31500 ms" in str(measured)
    assert "could not be measured" in str(blind)


@pytest.mark.parametrize("secret", ["canary-key-1", "canary-secret-1", 'canary"phrase'])
def test_credentials_that_are_quoted_back_are_hidden(secret: str) -> None:
    """Plain and as JSON writes them; the rest of the sentence stays."""
    error = CODES.refusal("50110", f"Your IP is not in the list of key {secret}.")
    advise(error, Site.GLOBAL, KEYS, 0.0)
    assert "Your IP is not in the list of key ***." in str(error)
    assert secret not in repr(error) + repr(vars(error)) + repr(error.args)
    raw: Any = hidden(json.dumps({"msg": secret}).encode(), KEYS)
    assert json.loads(raw) == {"msg": "***"}


def test_a_signature_that_is_quoted_back_is_hidden() -> None:
    """Whichever way JSON writes its slashes."""
    made = "qN/1+" + "a" * 38 + "="
    for text in (made, made.replace("/", "\\/")):
        assert hidden(f'{{"msg":"Not for {text}!"}}'.encode(), KEYS) == b'{"msg":"Not for ***!"}'
    assert hidden(b"a" * 43, KEYS) == b"a" * 43


def test_nothing_else_is_touched() -> None:
    other = BadAnswer("cut short", raw=b"canary")
    advise(other, Site.GLOBAL, KEYS, 0.0)
    assert str(other) == "cut short"
    short = CODES.refusal("51000", "Parameter key error")
    advise(short, Site.GLOBAL, Credentials("key", "e", "r"), 0.0)
    assert short.args == ("51000", "Parameter key error")
    assert hidden(b"key", None) == b"key"
