"""Pushes that do not name their subscription exactly, and first pushes that come in pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okx_async.core.channel import Topic
from okx_async.core.dialect import Push
from okx_async.core.paging import SnapshotPages
from okx_async.v5 import channels
from okx_async.v5.dialect import V5
from okx_async.v5.params.push import PushPace

SAMPLES = Path(__file__).parent.parent / "data" / "v5" / "ws_private"
_OTHER = {"instType": "OPTION", "instId": "XRP-USDT", "ccy": "XRP", "instFamily": "XRP-USD", "algoId": "1"}


def samples() -> list[dict[str, Any]]:
    """Return every real push of a private channel."""
    lines = [line for path in sorted(SAMPLES.glob("*.jsonl")) for line in path.read_text().splitlines()]
    messages = [json.loads(line)["message"] for line in lines]
    return [one for one in messages if isinstance(one, dict) and "data" in one and "arg" in one]


def topic(channel: str, **filters: str) -> Topic[Any]:
    """Return a subscription with any filters."""
    declared = {"orders": channels.orders, "positions": channels.positions}.get(channel, channels.account)
    return Topic(declared.channel, channel, tuple(filters.items()))  # type: ignore[attr-defined]


def read(message: dict[str, Any], *topics: Topic[Any]) -> tuple[dict[str, Any], bytes]:
    """Return what each subscription gets of a push, by its argument, and what is learned."""
    v5 = V5()
    keys = {v5.arg_key(one) for one in topics}
    said = v5.read(orjson.dumps(message), keys.__contains__, lambda name: [one for one in topics if one.name == name])
    assert isinstance(said, Push)
    return {arg: orjson.loads(frame)["data"] for arg, frame in said.parts if arg in keys}, said.key


def named(message: dict[str, Any]) -> dict[str, str]:
    """Return the filters a push names."""
    return {name: value for name, value in message["arg"].items() if name not in ("channel", "uid")}


@pytest.mark.parametrize("message", samples(), ids=lambda one: "-".join(map(str, one["arg"].values())))
def test_a_real_push_finds_its_subscription_whatever_it_leaves_out_or_adds(message: dict[str, Any]) -> None:
    """As it names itself, with a pace that no push repeats, with fewer filters, and with one its rows confirm."""
    name, told, rows = message["arg"]["channel"], named(message), message["data"]
    for wanted in (
        told,
        told | {"extraParams": '{"updateInterval":"0"}'},
        {key: "ANY" if key == "instType" else value for key, value in told.items()},
        {key: value for key, value in told.items() if key == "instType"},
    ):
        one = topic(name, **wanted)
        got, learned = read(message, one)
        assert got == {V5().arg_key(one): rows}
        assert learned, "the next one must not be looked at again"
    for key in ("instId", "algoId"):
        values: set[Any] = {row.get(key) for row in rows if isinstance(row, dict)}
        if key not in told and len(values) == 1 and None not in values and "" not in values:
            one = topic(name, **told, **{key: values.pop()})
            got, learned = read(message, one)
            assert got == {V5().arg_key(one): rows}
            assert not learned, "the next one may be about another instrument"


@pytest.mark.parametrize("message", samples(), ids=lambda one: "-".join(map(str, one["arg"].values())))
def test_a_real_push_is_never_taken_for_another_filters(message: dict[str, Any]) -> None:
    """What contradicts a subscription is not its own: by its argument, else by its rows."""
    name, told = message["arg"]["channel"], named(message)
    for key, other in _OTHER.items():
        contradicted = told.get(key, "ANY") not in ("ANY", other)
        rows = [row for row in message["data"] if row.get(key) not in (None, "", other)]
        if contradicted or (key not in told and len(rows) == len(message["data"]) and rows):
            assert read(message, topic(name, **told | {key: other})) == ({}, b"")


def push(*rows: dict[str, str], **arg: str) -> dict[str, Any]:
    """Return a push of own orders."""
    return {"arg": {"channel": "orders", "uid": "7", **arg}, "data": list(rows)}


SPOT = {"instType": "SPOT", "instId": "BTC-USDT"}
SWAP = {"instType": "SWAP", "instId": "BTC-USD-SWAP"}


def test_the_subscription_that_is_confirmed_most_gets_it_alone() -> None:
    """One push for one subscription, although another one would fit as well."""
    every, spot, one = topic("orders", instType="ANY"), topic("orders", instType="SPOT"), topic("orders", **SPOT)
    assert read(push(SPOT, instType="SPOT"), every, spot, one)[0] == {"orders|instType=SPOT": [SPOT]}
    assert read(push(SPOT, instType="SPOT", instId="BTC-USDT"), every, one)[0] == {V5().arg_key(one): [SPOT]}
    assert read(push(SPOT, instType="SPOT", instFamily="BTC-USDT"), every, spot)[0] == {"orders|instType=SPOT": [SPOT]}
    assert read(push(SPOT, instType="SPOT"), every)[0] == {"orders|instType=ANY": [SPOT]}


def test_rows_decide_where_the_argument_is_silent() -> None:
    """Each gets its own rows; a push without any filter is not lost and not learned."""
    spot, swap = topic("orders", instType="SPOT"), topic("orders", instType="SWAP")
    got, learned = read(push(SPOT, SWAP), spot, swap)
    assert got == {"orders|instType=SPOT": [SPOT], "orders|instType=SWAP": [SWAP]}
    assert learned == b""
    assert read(push(), spot, swap)[0] == {"orders|instType=SPOT": [], "orders|instType=SWAP": []}


def test_a_row_that_does_not_fit_the_closest_goes_to_the_next_one() -> None:
    """Nothing is lost because a narrower subscription has the same beginning."""
    every, one = topic("orders", instType="ANY"), topic("orders", instType="SWAP", instId="ETH-USD-SWAP")
    assert read(push(SWAP, instType="SWAP"), every, one)[0] == {"orders|instType=ANY": [SWAP]}


def test_a_family_is_read_from_the_id() -> None:
    """Rows of orders name no family."""
    mine, other = (topic("orders", instType="SWAP", instFamily=family) for family in ("BTC-USD", "ETH-USD"))
    assert read(push(SWAP, instType="SWAP"), mine, other)[0] == {V5().arg_key(mine): [SWAP]}


def test_a_pace_is_never_repeated_by_pushes() -> None:
    """``extraParams`` belongs to the subscription alone."""
    paced = channels.account(extra_params=PushPace(update_interval="0"))
    assert paced.args[0][0] == "extraParams"
    got, learned = read({"arg": {"channel": "account", "uid": "7"}, "data": [{"totalEq": "1"}]}, paced)
    assert got == {V5().arg_key(paced): [{"totalEq": "1"}]}
    assert learned == b'{"arg":{"channel":"account","uid":"7"}'


# -- pages


def page(number: int, last: bool, *rows: Any, event: str = "snapshot") -> bytes:
    """Return one page."""
    head: dict[str, Any] = {"arg": {"channel": "positions"}, "eventType": event}
    return orjson.dumps({**head, "curPage": number, "lastPage": last, "data": list(rows)})


def change(*rows: Any) -> bytes:
    """Return a change."""
    return orjson.dumps({"arg": {"channel": "positions"}, "eventType": "event_update", "data": list(rows)})


def rows(frames: list[bytes]) -> list[Any]:
    """Return the rows of frames."""
    return [orjson.loads(frame)["data"] for frame in frames]


def test_pages_are_handed_on_as_one_when_the_last_is_there() -> None:
    """The first frame's argument, all rows, and a last page."""
    pages = SnapshotPages("")
    assert pages.take(page(1, False, 1, 2)) == []
    assert pages.take(page(2, False, 3)) == []
    assert not pages.whole
    (whole,) = pages.take(page(3, True, 4))
    assert orjson.loads(whole) == orjson.loads(page(1, True, 1, 2, 3, 4))
    assert pages.whole
    alone = page(1, True, 5)
    assert pages.take(alone) == [alone]


def test_pages_of_an_account_split_its_currencies() -> None:
    """One account with all its currencies, not one account per page."""
    pages = SnapshotPages("details")
    assert pages.take(page(1, False, {"totalEq": "9", "details": [{"ccy": "BTC"}]})) == []
    (whole,) = pages.take(page(2, True, {"totalEq": "9", "details": [{"ccy": "ETH"}, {"ccy": "SOL"}]}))
    assert rows([whole]) == [[{"totalEq": "9", "details": [{"ccy": "BTC"}, {"ccy": "ETH"}, {"ccy": "SOL"}]}]]


def test_changes_between_two_pages_come_behind_the_whole() -> None:
    """They are newer than every page."""
    pages = SnapshotPages("")
    assert rows(pages.take(change("before"))) == [["before"]]
    pages.take(page(1, False, 1))
    assert pages.take(change("after")) == []
    assert rows(pages.take(page(2, True, 2))) == [[1, 2], ["after"]]
    assert rows(pages.take(change("later"))) == [["later"]]


def test_half_a_snapshot_is_dropped_when_a_page_is_missing_or_it_begins_anew() -> None:
    """The changes that waited are not."""
    pages = SnapshotPages("")
    assert pages.take(page(2, True, 2)) == [], "no first page"
    assert not pages.whole
    pages.take(page(1, False, 1))
    pages.take(change("a"))
    assert rows(pages.take(page(3, True, 3))) == [["a"]], "no second page"
    assert not pages.whole
    pages.take(page(1, False, 1))
    pages.take(change("b"))
    assert rows(pages.take(page(1, False, 7))) == [["b"]]
    assert rows(pages.take(page(2, True, 8))) == [[7, 8]]


def test_a_push_without_pages_is_whole() -> None:
    """As some accounts still send it."""
    pages = SnapshotPages("details")
    plain = orjson.dumps({"arg": {"channel": "account"}, "data": [{"totalEq": "1"}]})
    assert pages.take(plain) == [plain]
    assert pages.whole


@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=6), changes=st.lists(st.integers(0, 5), max_size=8))
def test_no_row_is_lost_or_doubled_however_a_snapshot_is_cut(sizes: list[int], changes: list[int]) -> None:
    """Any pages, changes between any of them."""
    pages, out, number = SnapshotPages(""), list[Any](), 0
    for at, size in enumerate(sizes, 1):
        for _ in range(changes.count(at - 1)):
            out += pages.take(change("c"))
        out += pages.take(page(at, at == len(sizes), *range(number, number + size)))
        number += size
    got = rows(out)
    assert [part for part in got if part != ["c"]] == [list(range(number))]
    assert got.count(["c"]) == sum(change < len(sizes) for change in changes)
    if len(sizes) > 1:
        first = got.index(list(range(number)))
        assert got[:first].count(["c"]) == changes.count(0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "SPOT", "ANY", "BTC-USDT", "snapshot"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["instType", "instId", "details", "channel", "instFamily"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(arg=st.dictionaries(st.sampled_from(["instType", "instId", "uid", "channel"]), JSON, max_size=4), data=JSON)
def test_no_push_is_too_strange_to_be_read(arg: dict[str, Any], data: Any) -> None:
    """Whatever the exchange sends, the reader goes on."""
    topics = [topic("orders", instType="SPOT"), topic("orders", instType="ANY", instFamily="BTC-USDT")]
    raw = orjson.dumps({"arg": {"channel": "orders"} | arg, "data": data})
    said = V5().read(raw, lambda _: False, lambda _: topics)
    assert not isinstance(said, Push) or said.parts


@given(heads=st.lists(st.tuples(JSON, JSON, JSON, JSON), max_size=6))
def test_no_page_is_too_strange_to_be_taken(heads: list[tuple[Any, Any, Any, Any]]) -> None:
    """What cannot be read is handed on; whoever reads rows says what is wrong with it."""
    pages = SnapshotPages("details")
    for event, number, last, data in heads:
        frame = {"arg": {}, "eventType": event, "curPage": number, "lastPage": last, "data": data}
        assert all(isinstance(one, bytes) for one in pages.take(orjson.dumps(frame)))
    assert rows(pages.take(page(1, True, 5)))[-1] == [5]
