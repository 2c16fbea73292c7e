"""What V3 answers become: one typed shape per meaning, a typed error for every refusal, and no number lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from okx_async import BadAnswer, BadRequest, InsufficientFunds, NotFound, OkxError, Refused, Unconfirmed
from okx_async.client import OKEx
from okx_async.core.dialect import Answer
from okx_async.v3.codes import CODES
from okx_async.v3.dialect import V3
from okx_async.v3.models.fields import CoinAmount

ROWS = {f"{row.chapter}.{row.name}": row for row in OKEx.endpoints()}


def answer(name: str, body: Any, status: int = 200) -> Any:
    """Return what a call returns or raises for an answer."""
    row = ROWS[name]
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return V3().decode(row, Answer(status, raw, f"{row.method} {row.path}"))


GOOD = {"order_id": "2510789768709120", "client_oid": "a1", "result": True, "error_code": "0", "error_message": ""}
SHORT = {
    "order_id": "-1",
    "client_oid": "a2",
    "result": False,
    "error_code": "33017",
    "error_message": "Greater than the maximum available balance",
}


# -- outcomes


@pytest.mark.parametrize(
    ("name", "body", "kind", "code"),
    [
        ("spot.place_order", {**GOOD, "error_code": "33024", "error_message": "x"}, BadRequest, "33024"),
        ("spot.place_order", {**GOOD, "order_id": "-1", "error_code": ""}, Refused, ""),
        (
            "swap.place_order",
            {"error_message": "x", "result": "true", "error_code": "35040", "order_id": "-1"},
            BadRequest,
            "35040",
        ),
        ("option.place_order", {"error_code": 36001, "error_message": "x"}, NotFound, "36001"),
        (
            "swap.place_algo_order",
            {
                "error_code": "0",
                "data": {"result": "fail", "algo_id": "-1", "error_code": "35083", "error_message": ""},
            },
            Refused,
            "35083",
        ),
        ("spot.place_algo_order", {"result": False, "algo_id": -1, "error_code": "", "error_message": ""}, Refused, ""),
        ("index.constituents", {"code": 30024, "msg": "x", "detailMsg": "", "data": {}}, BadRequest, "30024"),
        (
            "futures.cancel_batch_orders",
            {"result": False, "order_ids": ["1"], "error_code": "32004"},
            NotFound,
            "32004",
        ),
    ],
)
def test_codes_and_ids_decide_and_never_the_result(
    name: str, body: dict[str, Any], kind: type[OkxError], code: str
) -> None:
    """Swap and option say ``"true"`` for what they refuse."""
    with pytest.raises(kind) as caught:
        answer(name, body)
    assert getattr(caught.value, "code", None) == code


@pytest.mark.parametrize("error_code", ["0", ""])
def test_both_spellings_of_success_are_success(error_code: str) -> None:
    """Older captures and margin leverage have an empty code."""
    placed = answer("spot.place_order", {**GOOD, "error_code": error_code})
    assert placed.ok
    assert placed.error is None
    assert placed.order_id == "2510789768709120"


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("spot.place_batch_orders", {"btc_usdt": [GOOD, SHORT], "ETH-USDT": [GOOD]}),
        ("margin.place_batch_orders", {"btc-usdt": [GOOD, SHORT], "eth-usdt": [GOOD]}),
        ("futures.place_batch_orders", {"result": True, "order_info": [GOOD, SHORT, GOOD]}),
        ("swap.place_batch_orders", {"result": "true", "order_info": [GOOD, SHORT, GOOD]}),
        ("option.place_batch_orders", {"result": "true", "order_info": [GOOD, {**SHORT, "result": "false"}, GOOD]}),
        ("option.cancel_batch_orders", {"result": "true", "order_info": [GOOD, SHORT, GOOD]}),
        ("futures.amend_batch_orders", {"result": True, "order_info": [GOOD, SHORT, GOOD]}),
    ],
)
def test_a_batch_that_partly_failed_returns_every_row(name: str, body: dict[str, Any], status: int) -> None:
    """HTTP 400 says nothing about the orders that stand."""
    rows = answer(name, body, status)
    assert [row.ok for row in rows] == [True, False, True]
    assert isinstance(rows[1].error, InsufficientFunds)
    assert "balance" in str(rows[1].error)
    if name.split(".")[0] in ("spot", "margin"):
        assert [row.instrument_id for row in rows] == ["BTC-USDT", "BTC-USDT", "ETH-USDT"]


@pytest.mark.parametrize(
    "name", ["spot.place_batch_orders", "futures.place_batch_orders", "option.cancel_batch_orders"]
)
def test_a_batch_that_was_refused_as_a_whole_raises(name: str) -> None:
    """There are no rows, so the code counts."""
    with pytest.raises(BadRequest, match="30023"):
        answer(name, {"code": 30023, "message": "instrument_id is required"}, 400)
    with pytest.raises(OkxError):
        answer(name, b"<html>bad gateway</html>", 502)


def test_a_shared_outcome_gives_every_order_its_row() -> None:
    """Futures and swap answer once for all orders of a batch of cancels."""
    rows = answer(
        "futures.cancel_batch_orders",
        {"result": True, "order_ids": ["1", "2"], "instrument_id": "BTC-USD-200925", "error_code": "0"},
    )
    assert [(row.order_id, row.ok, row.instrument_id) for row in rows] == [
        ("1", True, "BTC-USD-200925"),
        ("2", True, "BTC-USD-200925"),
    ]
    rows = answer("swap.cancel_batch_orders", {"result": "true", "ids": [], "client_oids": ["a"], "error_code": "0"})
    assert [(row.order_id, row.client_oid) for row in rows] == [(None, "a")]


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ({"result": True, "algo_ids": ["1", "2"]}, ["1", "2"]),
        ({"result": True, "algo_ids": "[340286404443709440,2]"}, ["340286404443709440", "2"]),
        ({"result": True, "algo_id": "7"}, ["7"]),
        ({"result": True, "algo_ids": "['3']"}, ["3"]),
        ({"result": True, "algo_ids": [9007199254740993]}, ["9007199254740993"]),
        ({"result": True}, []),
    ],
)
def test_ids_of_cancelled_algo_orders_are_a_list(body: dict[str, Any], ids: list[str]) -> None:
    """Spot sends a list, futures one id, swap a text that looks like a list."""
    assert answer("futures.cancel_algo_orders", body).algo_ids == ids
    assert answer("swap.cancel_algo_orders", {"error_code": "0", "data": body}).algo_ids == ids


@pytest.mark.parametrize("name", ["option.order", "option.ticker", "option.summary", "margin.account"])
def test_an_empty_object_means_not_found(name: str) -> None:
    """Options answer so for what does not exist."""
    with pytest.raises(NotFound):
        answer(name, {})


def test_an_answer_of_another_shape_is_unreadable_and_no_refusal() -> None:
    """Nobody knows what such an answer means."""
    with pytest.raises(BadAnswer):
        answer("futures.positions", {"result": True})
    with pytest.raises(BadAnswer):
        answer("spot.algo_orders", {"btc_usdt": 5})
    with pytest.raises(BadAnswer):
        answer("margin.availability", [1])


def test_the_exchange_may_not_know_what_came_of_an_order() -> None:
    """Something broke inside the server: a read was refused, an order is unconfirmed."""
    body = {"code": 30044, "message": "timed out"}
    with pytest.raises(Unconfirmed, match="look it up"):
        answer("spot.place_order", body, 400)
    with pytest.raises(Refused):
        answer("spot.orders", body, 400)


@pytest.mark.parametrize(
    "body",
    [
        b'{"error_code":"35040","error_message":null,"message":null,"result":"true","order_id":"-1"}',
        b'{ "error_code" : "35040" , "result" : "true" }',
        b'{"error_code":35040,"code":null,"order_id":null}',
        b'{"error_message":"' + b"so " * 300 + b'","error_code":"35040"}',
    ],
)
def test_a_code_is_found_however_it_is_written(body: bytes) -> None:
    """Nulls beside it, spaces around it, a long message before it."""
    with pytest.raises(BadRequest) as caught:
        answer("swap.place_order", body)
    assert caught.value.code == "35040"


def test_nothing_instead_of_a_list_is_an_empty_list() -> None:
    """Null where rows should be is no answer of another shape."""
    for name, body in (
        ("spot.instruments", None),
        ("futures.positions", {"result": True, "holding": None}),
        ("swap.positions", [{"margin_mode": None, "holding": None}]),
        ("swap.orders", {"order_info": None}),
        ("spot.algo_orders", {"btc_usdt": None}),
        ("futures.accounts", {"info": {}}),
    ):
        assert answer(name, body) == []
    assert answer("futures.cancel_algo_orders", {"result": True, "algo_ids": None}).algo_ids == []


def test_what_a_row_leaves_empty_is_told_by_what_is_around_it() -> None:
    side = {"instrument_id": None, "side": "long", "position": "3", "margin_mode": ""}
    wrapper = {"margin_mode": "fixed", "instrument_id": "BTC-USD-SWAP", "holding": [side]}
    (row,) = answer("swap.position", wrapper)
    assert (row.margin_mode, row.instrument_id) == ("fixed", "BTC-USD-SWAP")
    (row,) = answer("spot.algo_orders", {"btc_usdt": [{"algo_id": 7, "instrument_id": ""}]})
    assert (row.algo_id, row.instrument_id) == ("7", "BTC-USDT")
    accounts = {"result": True, "BTC": {"margin_mode": "crossed", "currency": None}}
    (row,) = answer("futures.accounts", accounts)
    assert row.currency == "BTC"


# -- shapes


def test_positions_are_one_list_of_rows_whatever_wraps_them() -> None:
    """A list in a list, wrapper objects, or an object."""
    row = {"instrument_id": "BTC-USD-200925", "long_qty": "2", "long_pnl": "6.9E-6"}
    for body in ({"holding": [[row]]}, {"holding": [row]}):
        (position,) = answer("futures.positions", {"result": True, **body})
        assert position.long_pnl == Decimal("0.0000069")
    assert answer("futures.positions", {"result": True, "holding": []}) == []
    side = {"instrument_id": "BTC-USD-SWAP", "side": "long", "position": "3"}
    wrapper = {"margin_mode": "fixed", "timestamp": "2019-09-27T03:47:37.230Z", "holding": [side, side]}
    assert [row.margin_mode for row in answer("swap.position", wrapper)] == ["fixed", "fixed"]
    assert len(answer("swap.positions", [wrapper, wrapper, {**wrapper, "holding": []}])) == 4
    (option,) = answer("option.positions", {"holding": [{"instrument_id": "BTC-USD-200925-9000-C", "position": "-1"}]})
    assert option.position == -1


def test_futures_accounts_are_a_list_that_says_whose() -> None:
    """The key fills what the row does not say."""
    crossed = {"currency": "BTC", "underlying": "BTC-USD", "margin_mode": "crossed", "equity": "1.5"}
    fixed = {"margin_mode": "fixed", "auto_margin": "1", "contracts": [{"instrument_id": "BTC-USDT-200925"}]}
    one, two, three = answer("futures.accounts", {"info": {"btc": crossed, "btc-usdt": fixed, "eth": fixed}})
    assert (one.underlying, two.underlying, three.currency) == ("BTC-USD", "BTC-USDT", "ETH")
    assert two.auto_margin is True
    assert two.contracts[0].instrument_id == "BTC-USDT-200925"
    assert answer("futures.accounts", {"info": {}}) == []
    assert answer("futures.accounts", {}) == []


def test_leverage_by_contract_is_a_list() -> None:
    """Asking and setting name the sides differently."""
    asked = {"margin_mode": "fixed", "BTC-USD-200925": {"long_leverage": "10", "short_leverage": "20"}}
    was_set = {"margin_mode": "fixed", "result": "true", "btc-usd-200925": {"long": 10, "short": 20}}
    for name, body in (("futures.leverage", asked), ("futures.set_leverage", was_set)):
        (contract,) = answer(name, body).contracts
        assert (contract.instrument_id, contract.long_leverage, contract.short_leverage) == ("BTC-USD-200925", 10, 20)
    crossed = answer("futures.leverage", {"margin_mode": "crossed", "underlying": "BTC-USD", "leverage": "10"})
    assert (crossed.leverage, crossed.contracts) == (10, [])


def test_margin_currencies_are_a_list() -> None:
    """On the wire the currency is part of a key."""
    pair = {
        "currency:BTC": {"available": "0.1"},
        "currency:USDT": {"available": "5"},
        "instrument_id": "BTC-USDT",
        "risk_rate": "",
    }
    account = answer("margin.account", pair)
    assert [(row.currency, row.available) for row in account.currencies] == [("BTC", Decimal("0.1")), ("USDT", 5)]
    assert account.risk_rate is None
    (listed,) = answer("margin.accounts", [pair])
    assert listed == account
    availability = answer("margin.availability", [{"currency:BTC": {"leverage": "5", "rate": "0.0002"}}])
    assert availability.currencies[0].rate == Decimal("0.0002")


def test_sub_account_balances_are_a_list() -> None:
    """On the wire the kind of account is part of a key, and amounts are numbers."""
    body = (
        b'{"data":{"sub_account":"Test","asset_valuation":0.123456789012345678,"account_type:futures":'
        b'[{"balance":0.1,"underlying":"BTC_USD","equity":0.2}],"account_type:spot":[]}}'
    )
    found = answer("account.sub_account", body)
    assert found.asset_valuation == Decimal("0.123456789012345678")
    assert [(row.account_type, row.equity) for row in found.balances] == [("futures", Decimal("0.2"))]


@pytest.mark.parametrize("cursors", [{}, {"OK-BEFORE": "2", "OK-AFTER": "1"}])
def test_a_page_with_its_cursors_is_the_same_as_a_flat_one(cursors: dict[str, str]) -> None:
    """The documents print both."""
    row = {"trade_id": "1", "side": "buy", "price": "9000", "qty": "2", "timestamp": "2020-03-01T00:00:00.000Z"}
    flat = answer("futures.trades", [row])
    assert answer("futures.trades", [[row], cursors]) == flat
    assert flat[0].size == 2
    assert answer("futures.trades", [[], cursors]) == answer("futures.trades", []) == []
    ledger = {"ledger_id": "2", "amount": "1", "timestamp": "2020-03-01T00:00:00.000Z", "details": None}
    assert answer("margin.ledger", json.dumps([[ledger], cursors], indent=1).encode()) == answer(
        "margin.ledger", [ledger]
    )


def test_algo_orders_have_one_shape() -> None:
    """Keyed by pair with small letters, bare with a plural id, or wrapped in camel case."""
    row = {"order_type": "3", "status": "1", "timestamp": "2020-01-08T02:42:36.796Z"}
    (spot,) = answer(
        "spot.algo_orders",
        {"btc_usdt": [{**row, "algo_id": "5", "instrument_id": "btc_usdt", "limit_price": "8", "order_id": ""}]},
    )
    (futures,) = answer(
        "futures.algo_orders", [{**row, "algo_ids": "5", "instrument_id": "BTC-USDT", "price_limit": "8"}]
    )
    (swap,) = answer(
        "swap.algo_orders",
        {"orderStrategyVOS": [{**row, "algo_id": 5, "instrument_id": "BTC-USDT", "price_limit": "8"}]},
    )
    assert spot.to_dict() == futures.to_dict() == swap.to_dict()
    assert (spot.algo_id, spot.instrument_id, spot.price_limit) == ("5", "BTC-USDT", 8)


def test_fills_have_one_shape_and_the_fee_keeps_its_sign() -> None:
    """``order_qty``, ``fill_qty``, ``created_at``: negative was charged everywhere."""
    moment = datetime(2019, 3, 21, 4, 41, 58, tzinfo=UTC)
    when = "2019-03-21T04:41:58.0Z"
    (futures,) = answer(
        "futures.fills",
        [{"instrument_id": "BTC-USD-190628", "price": "1", "order_qty": "2", "fee": "-0.1", "created_at": when}],
    )
    (swap,) = answer(
        "swap.fills",
        [{"instrument_id": "BTC-USD-SWAP", "price": "1", "order_qty": "2.0000", "fee": "-0.1", "timestamp": when}],
    )
    (option,) = answer(
        "option.fills",
        [{"instrument_id": "X-Y-1-1-C", "fill_price": "1", "fill_qty": "2", "fee": "-0.1", "timestamp": when}],
    )
    for fill in (futures, swap, option):
        assert (fill.price, fill.size, fill.fee, fill.timestamp) == (1, 2, Decimal("-0.1"), moment)
        assert fill.ts == 1_553_143_318_000


# -- values


@pytest.mark.parametrize(
    ("fee", "amount", "currency"),
    [
        ("0.01000000eth", "0.01000000", "ETH"),
        ("5", "5", None),
        ("1E-7btc", "1E-7", "BTC"),
        ("2eos", "2", "EOS"),
        ("0.5 usdt", "0.5", "USDT"),
    ],
)
def test_a_fee_with_its_currency_glued_on_is_both(fee: str, amount: str, currency: str | None) -> None:
    """No digit and no letter is lost."""
    row = {
        "withdrawal_id": 67485,
        "currency": "eth",
        "amount": "1",
        "fee": fee,
        "timestamp": "2018-10-12T11:01:14.000Z",
        "status": "2",
        "from": "me",
    }
    (withdrawal,) = answer("account.withdrawal_history", [row])
    assert withdrawal.fee == CoinAmount(Decimal(amount), currency)
    assert (withdrawal.withdrawal_id, withdrawal.from_) == ("67485", "me")


@pytest.mark.parametrize("fee", ["1.2.3", ".", "-", "eth", "1,5", True, {"a": 1}, ["1"]])
def test_a_fee_that_is_no_amount_is_an_unreadable_answer(fee: Any) -> None:
    row = {"currency": "ETH", "amount": "1", "timestamp": "2020-07-20T08:00:00Z", "status": "2", "fee": fee}
    with pytest.raises(BadAnswer):
        answer("account.withdrawal_history", [row])


def test_an_unreadable_fee_is_an_unreadable_answer() -> None:
    """Nothing is guessed."""
    row = {"currency": "eth", "amount": "1", "fee": "free", "timestamp": "2018-10-12T11:01:14.000Z", "status": "2"}
    with pytest.raises(BadAnswer, match="free"):
        answer("account.withdrawal_history", [row])


def test_numbers_and_texts_mean_the_same() -> None:
    """Ids as numbers become text, and numbers keep every digit of theirs."""
    (entry,) = answer(
        "account.ledger",
        b'[{"amount":0.00051843000000000000001,"balance":"0.00100941","currency":"BTC","fee":0,"ledger_id":8987285,'
        b'"timestamp":"2018-10-12T11:01:14.000Z","typename":"Get from activity"}]',
    )
    assert entry.amount == Decimal("0.00051843000000000000001")
    assert entry.ledger_id == "8987285"
    assert answer("spot.place_algo_order", {"result": True, "algo_id": 9007199254740993}).algo_id == "9007199254740993"
    (ratio,) = answer("information.long_short_ratio", [["2020-07-20T08:00:00.000Z", 1.25]])
    assert ratio == answer("information.long_short_ratio", [["2020-07-20T08:00:00.000Z", "1.25"]])[0]


def test_a_moment_without_a_zone_gets_none() -> None:
    """Neither this machine's nor UTC: the documents do not tell."""
    found = answer(
        "account.asset_valuation",
        {"account_type": "0", "balance": 0.1, "valuation_currency": "BTC", "timestamp": "2019-11-26 13:49:38"},
    )
    assert found.timestamp == datetime(2019, 11, 26, 13, 49, 38)
    assert found.timestamp.tzinfo is None


def test_small_letters_in_answers_are_the_same_instrument() -> None:
    """Futures tickers and settlements have been seen with them."""
    row = {"instrument_id": "btc-usd-200925", "last": "1", "timestamp": "2020-07-20T08:00:00.000Z"}
    assert answer("futures.ticker", row).instrument_id == "BTC-USD-200925"
    assert answer("futures.settlement_history", [{**row, "type": "delivery"}])[0].instrument_id == "BTC-USD-200925"


# -- codes


def test_every_code_has_one_class_a_cause_and_a_mark() -> None:
    """341 codes of REST and 15 of the socket, of which nine are the same."""
    table = CODES.documented()
    assert len(table) == 347
    assert all(meaning.cause for meaning in table.values())
    assert set(CODES.kinds) | CODES.no_instrument | CODES.login | CODES.unknown <= set(table)


def test_a_refusal_tells_its_cause_when_the_exchange_says_nothing() -> None:
    """And whether the same call may work later."""
    error = CODES.refusal("32003", "")
    assert "cancel" in str(error)
    assert error.retryable
    assert not CODES.refusal("35010", "").retryable


# -- codes


def test_every_code_has_a_cause_and_a_remedy() -> None:
    """All of the documents, and the few that were only seen."""
    found = [CODES.refusal(code, "said", where="GET /x") for code in CODES.documented() if code != "0"]
    assert len(found) > 340
    for error in found:
        assert getattr(error, "cause", ""), error
        assert getattr(error, "remedy", ""), error


@pytest.mark.parametrize("code", ["32046", "32049", "32053", "32058", "33036", "35072", "35077", "35083", "36225"])
def test_too_many_of_a_kind_lack_no_right(code: str) -> None:
    """There is room again when one has ended."""
    error = CODES.refusal(code, "said", status=400)
    assert type(error) is Refused
    assert "ended" in error.remedy
