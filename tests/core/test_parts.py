"""Parameters that are rows or lists, bodies that are lists, values in headers, and answers with a result per item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
import pytest

from okx_async import BadParameter, RateLimited, Refused, Secret, UnknownInstrument, catalogue
from okx_async.core.channel import Topic, channel
from okx_async.core.dialect import Answer
from okx_async.core.endpoint import Endpoint, Request, Section, get, post
from okx_async.core.row import V5Part, V5Row
from okx_async.core.throttle import Limit
from okx_async.core.words import WHOLE_BODY, BoolText, InstId, JsonInt, Num, Word
from okx_async.net.caller import _spell
from okx_async.v5 import channels
from okx_async.v5.dialect import V5
from okx_async.v5.params import NewOrder, PushPace
from okx_async.v5.words import Fields


class _Stop(V5Part, frozen=True, kw_only=True):
    trigger_px: Num
    move: bool | None = None


class _Item(V5Part, frozen=True, kw_only=True):
    one_of = (("ord_id", "cl_ord_id"),)

    inst_id: InstId
    ord_id: str | None = None
    cl_ord_id: str | None = None
    new_sz: Num | None = None
    stops: Sequence[_Stop | Fields] | None = None


class _Result(V5Row, frozen=True):
    ord_id: str | None = None
    s_code: str | None = None
    s_msg: str | None = None
    sub_code: str | None = None


class _Desk(Section, dialect="v5", chapter="desk"):
    @post("/api/v5/desk/items", limit=Limit(300, 2, "user", items=True), batch=True, most=3)
    async def change(
        self,
        items: Annotated[Sequence[_Item | Fields], WHOLE_BODY],
        exp_time: Annotated[int, Word("Deadline.", header="expTime")] | None = None,
    ) -> list[_Result]:
        """Change several."""
        raise NotImplementedError

    @post("/api/v5/desk/item", limit=None, permission="withdraw")
    async def single(
        self,
        stop: _Stop | Fields | None = None,
        code: JsonInt | None = None,
        loud: bool | None = None,
        quoted: BoolText | None = None,
        mode: Literal["one_way", "both"] | str | None = None,
        names: str | Sequence[str] | None = None,
    ) -> _Result:
        """Change one."""
        raise NotImplementedError

    @get("/api/v5/desk/list", limit=None, auth=True)
    async def listing(self, names: str | Sequence[str] | None = None, loud: bool | None = None) -> list[_Result]:
        """List."""
        raise NotImplementedError

    @get("/api/v5/desk/open", limit=None)
    async def open(self) -> None:
        """Say that it is open."""
        raise NotImplementedError


CHANGE, SINGLE, LISTING, OPEN = _Desk.endpoints
GOOD: Mapping[str, Any] = {"inst_id": "BTC-USDT", "ord_id": "1"}


def body(endpoint: Endpoint, *args: object, **given: object) -> Any:
    """Return the JSON body a call sends."""
    return orjson.loads(_spell("POST", endpoint.request(args, given))[1] or b"")


# -- rows and lists


def test_a_batch_is_a_bare_list_and_a_dict_is_as_good_as_a_row() -> None:
    """Wire names all the way down; what is not given is left out."""
    row = _Item(inst_id="BTC-USDT", cl_ord_id="a1", stops=[_Stop(trigger_px=Decimal("1E2"), move=False)])
    assert body(CHANGE, [row, {**GOOD, "new_sz": 3}]) == [
        {"instId": "BTC-USDT", "clOrdId": "a1", "stops": [{"triggerPx": "100", "move": False}]},
        {"instId": "BTC-USDT", "ordId": "1", "newSz": "3"},
    ]


def test_a_batch_costs_what_it_holds() -> None:
    """Limits that count orders are charged per order."""
    assert CHANGE.request(([GOOD, GOOD],), {}).cost == 2
    assert SINGLE.request((), {}).cost == 1


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "items is empty"),
        ("ab", "items must be a list"),
        ([GOOD] * 4, "takes at most 3 at once, got 4"),
        ([7], "items[0] must be a _Item or a dict, not int"),
        ([GOOD, {"ord_id": "1"}], "items[1] needs 'inst_id'"),
        ([{"inst_id": "BTC-USDT"}], "items[0] needs one of 'ord_id', 'cl_ord_id'"),
        ([{**GOOD, "instId": "X"}], "items[0] has no parameter 'instId'; did you mean 'inst_id'?"),
        ([{**GOOD, "new_sz": 0.1}], "items[0].new_sz must not be a float"),
        ([{**GOOD, "inst_id": "btc-usdt"}], "items[0].inst_id is not well formed"),
        ([{**GOOD, "stops": []}], "items[0].stops is empty"),
        ([{**GOOD, "stops": [{"move": True}]}], "items[0].stops[0] needs 'trigger_px'"),
        ([{**GOOD, "stops": [{"trigger_px": 1, "move": "yes"}]}], "items[0].stops[0].move must be True or False"),
        ([_Item(inst_id="BTC-USDT", ord_id="1", new_sz=0.5)], "items[0].new_sz must not be a float"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_item_is_named_by_its_place(items: Any, said: str) -> None:
    """A batch of twenty must say which one is wrong."""
    with pytest.raises(BadParameter) as caught:
        CHANGE.request((items,), {})
    assert said in str(caught.value)


def test_the_catalogue_shows_what_a_row_is_made_of() -> None:
    """Names, wire names and what is required, nested."""
    (items, deadline) = CHANGE.params
    assert (items.where, items.required, deadline.where, deadline.required) == ("body", True, "header", False)
    assert [(part.wire, part.required) for part in items.parts] == [
        ("instId", True),
        *((name, False) for name in ("ordId", "clOrdId", "newSz", "stops")),
    ]
    assert [part.wire for part in items.parts[-1].parts] == ["triggerPx", "move"]
    assert CHANGE.bare_list
    assert not SINGLE.bare_list


def test_a_row_on_its_own_is_checked_like_one_in_a_list() -> None:
    """A lone part of a call."""
    assert body(SINGLE, stop=_Stop(trigger_px=1)) == {"stop": {"triggerPx": "1"}}
    with pytest.raises(BadParameter, match=r"stop\.trigger_px must be a number"):
        SINGLE.request((), {"stop": {"trigger_px": "many"}})


# -- values


def test_bools_and_numbers_keep_the_json_type_the_documents_name() -> None:
    """JSON in bodies, lower-case text in queries, quoted text where the documents want it."""
    assert body(SINGLE, code=7, loud=True, quoted=False) == {"code": 7, "loud": True, "quoted": "false"}
    assert _spell("GET", LISTING.request((), {"loud": True}))[0] == "/api/v5/desk/list?loud=true"


def test_a_list_in_a_query_has_commas() -> None:
    """One text or several."""
    assert _spell("GET", LISTING.request((["BTC", "ETH"],), {}))[0] == "/api/v5/desk/list?names=BTC%2CETH"
    assert _spell("GET", LISTING.request(("BTC",), {}))[0] == "/api/v5/desk/list?names=BTC"
    with pytest.raises(BadParameter, match="names is empty"):
        LISTING.request(([],), {})


def test_a_new_value_is_accepted_and_a_misspelt_one_is_not() -> None:
    """The exchange may add a value any day; another spelling of a known one is a mistake today."""
    assert body(SINGLE, mode="brand_new") == {"mode": "brand_new"}
    assert body(SINGLE, mode="one_way") == {"mode": "one_way"}
    for wrong in ("One_Way", "one-way", "oneWay", "ONE WAY"):
        with pytest.raises(BadParameter, match="did you mean 'one_way'"):
            SINGLE.request((), {"mode": wrong})
    with pytest.raises(BadParameter, match="mode"):
        SINGLE.request((), {"mode": 1})


def test_a_deadline_travels_as_a_header() -> None:
    """And is in neither body nor query."""
    request = CHANGE.request(([GOOD],), {"exp_time": 1_597_026_383_085})
    assert request.headers == {"expTime": "1597026383085"}
    assert orjson.loads(_spell("POST", request)[1] or b"") == [{"instId": "BTC-USDT", "ordId": "1"}]


def test_a_request_does_not_show_its_values() -> None:
    """Passphrases are among them."""
    assert "hush" not in repr(SINGLE.request((), {"mode": "hush"}))


# -- channels


@channel("desk", endpoint="private", auth=True)
def _desk(loud: bool | None = None) -> Topic[_Result]:
    """Changes."""
    raise NotImplementedError


def test_a_bool_argument_of_a_channel_is_lower_case_text() -> None:
    """``True`` means nothing to the exchange."""
    assert _desk(True).args == (("loud", "true"),)
    assert _desk(loud=False).key == "desk:false"


def test_extra_parameters_of_a_channel_are_json_inside_one_text() -> None:
    """As the documents want it, so that unsubscribing repeats the very same text."""
    topic = channels.positions("ANY", extra_params=PushPace(update_interval="2000"))
    assert topic.args == (("instType", "ANY"), ("extraParams", '{"updateInterval":"2000"}'))
    assert topic == channels.positions("ANY", extra_params={"update_interval": "2000"})
    assert V5().arg(channels.account("BTC")) == {"channel": "account", "ccy": "BTC"}


# -- answers


def answer(code: str, *rows: dict[str, Any], status: int = 200) -> Answer:
    """Return an answer of the exchange."""
    return Answer(status, orjson.dumps({"code": code, "msg": "general", "data": rows}), "POST /x")


FINE = {"ordId": "1", "sCode": "0", "sMsg": ""}
FAILED = {"ordId": "", "sCode": "51008", "sMsg": "too poor", "subCode": "1000"}


@pytest.mark.parametrize(("code", "rows"), [("0", [FINE]), ("2", [FINE, FAILED]), ("1", [FAILED, FAILED])])
def test_a_batch_never_loses_a_row(code: str, rows: list[dict[str, Any]]) -> None:
    """All, some or none accepted: one typed row each, in order."""
    decoded = V5().decode(CHANGE, answer(code, *rows))
    assert [row.s_code for row in decoded] == [row["sCode"] for row in rows]
    assert [row.ord_id for row in decoded] == [row["ordId"] or None for row in rows]


def test_a_batch_that_was_refused_as_a_whole_raises() -> None:
    """Without rows, or with another code, there is nothing to hand over."""
    with pytest.raises(Refused, match="general"):
        V5().decode(CHANGE, answer("1"))
    with pytest.raises(RateLimited):
        V5().decode(CHANGE, answer("50011", FINE))


@pytest.mark.parametrize("code", ["0", "1", "2"])
def test_a_single_order_that_failed_raises_its_own_code(code: str) -> None:
    """The general code says nothing; the finer code and the whole row stay at hand."""
    with pytest.raises(Refused) as caught:
        V5().decode(SINGLE, answer(code, FAILED))
    assert (caught.value.code, caught.value.msg) == ("51008", "too poor [1000]")
    assert caught.value.answer == [FAILED]


def test_codes_of_items_become_the_classes_of_codes_of_answers() -> None:
    """One table of codes, wherever a code stands."""
    with pytest.raises(UnknownInstrument):
        V5().decode(SINGLE, answer("1", {**FAILED, "sCode": "51001"}))
    with pytest.raises(RateLimited):
        V5().decode(SINGLE, answer("1", {**FAILED, "sCode": "50061"}))


def test_an_endpoint_without_rows_only_says_yes_or_no() -> None:
    """Success is all there is to say."""
    assert V5().decode(OPEN, answer("0")) is None
    with pytest.raises(Refused, match="51773"):
        V5().decode(OPEN, answer("51773"))


# -- what is declared


def test_permissions_are_named_and_usual_ones_need_no_word() -> None:
    """Reading reads, posting trades, and what takes money away or needs no key says so."""
    assert (CHANGE.permission, SINGLE.permission, LISTING.permission, OPEN.permission) == (
        *("trade", "withdraw", "read"),
        None,
    )
    withdrawing = {row.path for row in catalogue() if row.permission == "withdraw"}
    assert "/api/v5/asset/withdrawal" in withdrawing
    reading = {row.path for row in catalogue() if row.method == "POST" and row.permission == "read"}
    assert "/api/v5/account/position-builder" in reading


def test_every_batch_reports_per_item_and_every_bare_list_has_rows() -> None:
    """The declarations of the whole catalogue fit together."""
    for row in catalogue():
        if row.batch:
            assert row.many
            assert {"s_code", "s_msg"} <= set(row.result.__args__[0].__struct_fields__)
        if row.bare_list:
            (whole,) = (param for param in row.params if param.where == "body")
            assert whole.parts
    assert sum(row.batch for row in catalogue()) >= 6


def test_a_new_order_takes_what_place_order_takes() -> None:
    """One order of a batch and a lone order have the same parameters, name by name."""
    by_name = {f"{row.chapter}.{row.name}": row for row in catalogue() if row.dialect == "v5"}
    for one, many in (
        ("trade.place_order", "trade.place_batch_orders"),
        ("trade.amend_order", "trade.amend_batch_orders"),
        ("trade.cancel_order", "trade.cancel_batch_orders"),
    ):
        lone = {(param.name, param.required) for param in by_name[one].params if param.where == "body"}
        (orders,) = (param for param in by_name[many].params if param.where == "body")
        assert {(part.name, part.required) for part in orders.parts} == lone
    assert NewOrder(inst_id="BTC-USDT", td_mode="cash", side="buy", ord_type="market", sz=1).px is None


async def test_a_key_that_is_made_never_shows_its_secrets() -> None:
    """Neither in its text nor in what an undecodable answer raises."""
    made = {"subAcct": "a", "apiKey": "k", "secretKey": "hush-1", "passphrase": "hush-2", "ts": "1"}
    endpoint = next(row for row in catalogue() if row.name == "create_apikey" and row.chapter == "subaccount")
    row = V5().decode(endpoint, answer("0", made))
    assert isinstance(row.secret_key, Secret)
    assert row.secret_key.reveal() == "hush-1"
    assert "hush" not in repr(row)
    seen: list[Request] = []

    async def perform(request: Request) -> Any:
        seen.append(request)

    from okx_async.v5.rest.subaccount import SubAccounts

    await SubAccounts(perform).create_apikey("a", "desk", "Hush-1234")
    assert "Hush" not in repr(seen)
    with pytest.raises(BadParameter) as caught:
        await SubAccounts(perform).create_apikey("a", "desk", "hush")
    assert "'hush'" not in str(caught.value)
