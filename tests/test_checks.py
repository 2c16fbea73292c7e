"""Settings are looked at when they are made: what is wrong is named there, with what it must be."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import pytest

from okx_async import Backoff, BadParameter, Credentials, LocalLimits, Resolution, Retry, Secret, Site, Timeouts, Timers
from okx_async.checks import check_count, check_kind, check_moment, check_seconds, check_text
from okx_async.intents.sqlite import SqliteJournal
from okx_async.mirror import MirrorSettings
from okx_async.oauth import OAuthApp

SECONDS: list[Any] = ["5", None, True, -1, nan]
WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: Timeouts(connect="5"), "connect must be a positive number of seconds, got '5'"),  # type: ignore[arg-type]
    (lambda: Timeouts(total=0), "total must be a positive number"),
    (lambda: Timeouts(limit=-1), "limit must be a number of seconds and not be negative"),
    (lambda: Retry(0), "attempts must be a whole number of at least 1, got 0"),
    (lambda: Retry(1.5), "attempts must be a whole number"),  # type: ignore[arg-type]
    (lambda: Retry(backoff=0.5), "backoff must be Backoff, not float"),  # type: ignore[arg-type]
    (lambda: Backoff(-1), "base must be"),
    (lambda: Backoff(cap=nan), "cap must be"),
    (lambda: Timers(quiet="15"), "quiet must be"),  # type: ignore[arg-type]
    (lambda: Timers(grace=30), "the server cuts at 30"),
    (lambda: Resolution(patience="5"), "patience must be"),  # type: ignore[arg-type]
    (lambda: Resolution(expire=0), "expire must be a positive"),
    (lambda: LocalLimits("0.1"), "margin must be"),  # type: ignore[arg-type]
    (lambda: LocalLimits(orders=0), "orders must be"),
    (lambda: LocalLimits(user=5), "user must be str, not int"),  # type: ignore[arg-type]
    (lambda: Site("mine", "https://a.example", None), "sockets must be Mapping, e.g. .* not NoneType"),  # type: ignore[arg-type]
    (lambda: Site("mine", None, {}), "rest must be str, e.g. 'https://"),  # type: ignore[arg-type]
    (lambda: Site("mine", "https://a.example", {"public": 1}), "public must start with"),  # type: ignore[dict-item]
    (lambda: MirrorSettings(audit="30"), "audit must be a positive number"),  # type: ignore[arg-type]
    (lambda: MirrorSettings(keep_orders=0), "keep_orders must be a whole number of at least 1"),
    (lambda: SqliteJournal(5), "path must be str or PathLike, not int"),  # type: ignore[arg-type]
    (lambda: SqliteJournal("x", keep_days="2"), "keep_days must be int or float"),  # type: ignore[arg-type]
    (lambda: OAuthApp(5, site=Site.GLOBAL), "client_id must be str"),  # type: ignore[arg-type]
    (lambda: OAuthApp("me", site="global"), r"site must be Site, e\.g\. Site\.GLOBAL"),  # type: ignore[arg-type]
    (lambda: OAuthApp("me", site=Site.GLOBAL, ahead=nan), "ahead must be"),
    (lambda: Secret(5), "a Secret's text must be str or Secret, not int"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("make", "text"), WRONG)
def test_a_wrong_setting_is_refused_where_it_is_made(make: Callable[[], Any], text: str) -> None:
    with pytest.raises(BadParameter, match=text):
        make()


def test_zero_and_endless_are_good_where_they_mean_something() -> None:
    assert Timeouts(close=0, limit=0, read=inf).limit == 0
    assert Resolution(patience=0).patience == 0
    assert Backoff(0, 0).delay(3, 0.5) == 0


@pytest.mark.parametrize("value", SECONDS)
def test_seconds_are_numbers_and_pass_forwards(value: Any) -> None:
    for zero in (True, False):
        with pytest.raises(BadParameter, match="wait must be"):
            check_seconds("wait", value, zero=zero)
    check_seconds("wait", 0, zero=True)
    with pytest.raises(BadParameter, match="positive"):
        check_seconds("wait", 0)


@pytest.mark.parametrize("value", ["3", 2.0, True, 0, -1, None])
def test_counts_are_whole_and_begin_at_one(value: Any) -> None:
    with pytest.raises(BadParameter, match="at least 1"):
        check_count("tries", value)
    check_count("tries", 1)


@pytest.mark.parametrize("value", ["now", 1.5, -1, True, None])
def test_moments_are_whole_milliseconds(value: Any) -> None:
    with pytest.raises(BadParameter, match="Unix milliseconds, got"):
        check_moment("since", value)


def test_seconds_are_no_moment() -> None:
    """They would mean the first days of 1970, and every page since."""
    with pytest.raises(BadParameter, match="looks like seconds: 1700000000000"):
        check_moment("since", 1_700_000_000)
    for good in (0, 1_700_000_000_000):
        check_moment("since", good)


def test_a_kind_is_named_and_the_value_is_not() -> None:
    """It may be a secret in the wrong place."""
    with pytest.raises(BadParameter, match=r"^site must be Site or None, e\.g\. Site\.DEMO, not str$"):
        check_kind("site", "hush", Site, type(None), example="Site.DEMO")
    with pytest.raises(BadParameter, match="not bool"):
        check_kind("number", True, int)
    check_kind("flag", True, bool)
    with pytest.raises(BadParameter, match="inst_id must be text such as 'BTC-USDT', not int: 5"):
        check_text("inst_id", 5, "BTC-USDT")


@pytest.mark.parametrize("name", ["api_key", "secret_key", "passphrase"])
def test_a_key_that_was_copied_with_a_lines_end_is_refused_without_being_shown(name: str) -> None:
    good = {"api_key": "key", "secret_key": "secret", "passphrase": " my phrase "}
    Credentials(**good)
    with pytest.raises(BadParameter, match=f"^{name} has a blank or a line's end around it") as caught:
        Credentials(**good | {name: "hush\n"})
    assert "hush" not in str(caught.value)
