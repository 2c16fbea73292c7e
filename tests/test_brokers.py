"""Brokers and OAuth: the documents' local rules, the documents' slips, and secrets that stay unseen."""

from __future__ import annotations

import traceback
from decimal import Decimal
from typing import Any

import orjson
import pytest

from okx_async.cli.call import plain
from okx_async.core.answers import holds_secret
from okx_async.core.dialect import Answer
from okx_async.core.endpoint import Endpoint, Request
from okx_async.core.retry import Retry
from okx_async.errors import BadAnswer, BadParameter, Refused
from okx_async.net.caller import Caller
from okx_async.net.limits import Limits
from okx_async.settings import Credentials, Secret, Site
from okx_async.v5.dialect import V5
from okx_async.v5.models.earn_dcd import UserDcdProduct
from okx_async.v5.models.grid import GridStopArg, GridTriggerArg
from okx_async.v5.rest.broker_dcd import BrokerDcd
from okx_async.v5.rest.broker_dma import BrokerDma
from okx_async.v5.rest.broker_fd import BrokerFd
from okx_async.v5.rest.broker_nd import BrokerNd
from okx_async.v5.rest.copytrading import CopyTrading
from okx_async.v5.rest.earn_dcd import EarnDcd
from okx_async.v5.rest.grid import Grid
from okx_async.v5.rest.oauth import OAuth
from okx_async.v5.rest.recurring import Recurring
from okx_async.v5.rest.signal_bot import SignalBot
from tests.net.fakehttp import FakeFetch, FakeHttp

PASSPHRASE = "Tr0ub4dor&3"
TOKEN = "canary-access-token"


def call(method: Any, **given: Any) -> Request:
    """Return the checked request of a declared method."""
    endpoint: Endpoint = method.endpoint
    return endpoint.request((), given)


def fields(method: Any, **given: Any) -> dict[str, Any]:
    """Return what goes into query or body."""
    return dict(call(method, **given).fields)


def decode(method: Any, body: Any, status: int = 200) -> Any:
    """Return the typed rows of an answer."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return V5().decode(method.endpoint, Answer(status, raw, f"{method.endpoint.method} {method.endpoint.path}"))


def said(data: Any, code: Any = "0") -> dict[str, Any]:
    """Return an envelope."""
    return {"code": code, "msg": "", "data": data}


# -- local rules


@pytest.mark.parametrize("name", ["acct01", "A1b2c3", "abcdef", "1234567890123456789a", "a12345"])
def test_a_good_sub_account_name_goes_out(name: str) -> None:
    """6 to 20 letters or digits, at least one letter."""
    assert fields(BrokerNd.create_subaccount, sub_acct=name) == {"subAcct": name}


@pytest.mark.parametrize("name", ["acct1", "123456", "12345678901234567890", "acct-01", "acct 01", "a" * 21, "äbcdef"])
def test_a_bad_sub_account_name_stays(name: str) -> None:
    """Too short, too long, digits only, or something else than letters and digits."""
    with pytest.raises(BadParameter, match="6 to 20 letters or digits and not digits only"):
        call(BrokerNd.create_subaccount, sub_acct=name)


@pytest.mark.parametrize(("label", "good"), [("d", True), ("x" * 50, True), ("x" * 51, False), ("my label", False)])
def test_a_label_has_up_to_50_letters_or_digits(label: str, good: bool) -> None:
    """Longer ones and others are refused."""
    if good:
        assert fields(BrokerNd.create_subaccount, sub_acct="acct01", label=label)["label"] == label
    else:
        with pytest.raises(BadParameter, match="up to 50"):
            call(BrokerNd.create_subaccount, sub_acct="acct01", label=label)


@pytest.mark.parametrize("passphrase", [PASSPHRASE, Secret(PASSPHRASE), "Ab1!" * 8, "Ab1 !bcd"])
def test_a_good_passphrase_goes_out(passphrase: str | Secret) -> None:
    """As text or as a secret."""
    sent = fields(BrokerNd.create_subaccount_apikey, sub_acct="acct01", label="k", passphrase=passphrase)
    assert sent["passphrase"] == Secret(passphrase).reveal()


@pytest.mark.parametrize(
    "passphrase", ["Ab1!efg", "Ab1!" * 8 + "x", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Abcdefg1", "Abcdef 1", 12345678]
)
@pytest.mark.parametrize("method", [BrokerNd.create_subaccount_apikey, OAuth.create_fast_api_key])
def test_a_bad_passphrase_stays_and_is_not_shown(method: Any, passphrase: Any) -> None:
    """8 to 32 characters with a digit, a capital, a small letter and a special character."""
    who = {"access_token": TOKEN} if method is OAuth.create_fast_api_key else {"sub_acct": "acct01"}
    with pytest.raises(BadParameter, match="of 8 to 32 characters with a digit, a capital") as caught:
        call(method, label="k", passphrase=passphrase, **who)
    assert str(passphrase) not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(("passphrase", "good"), [("simple00", True), ("x" * 32, True), ("short", False)])
def test_the_passphrase_of_a_dma_key_has_a_length_only(passphrase: str, good: bool) -> None:
    """The DMA pages name no other rule."""
    given = {"sub_acct": "acct01", "label": "k", "passphrase": passphrase}
    if good:
        assert fields(BrokerDma.create_subaccount_apikey, **given)["passphrase"] == passphrase
    else:
        with pytest.raises(BadParameter, match="of 8 to 32 characters"):
            call(BrokerDma.create_subaccount_apikey, **given)


def test_a_key_is_bound_to_20_addresses_at_most() -> None:
    """One more is refused, and so are blanks."""
    given = {"sub_acct": "acct01", "label": "k", "passphrase": PASSPHRASE, "perm": "read_only,trade"}
    twenty = ",".join(f"192.0.2.{at}" for at in range(20))
    assert fields(BrokerNd.create_subaccount_apikey, **given, ip=twenty)["ip"] == twenty
    assert fields(BrokerNd.create_subaccount_apikey, **given, ip="2001:db8::1")["ip"] == "2001:db8::1"
    for wrong in (twenty + ",192.0.2.20", "192.0.2.1, 192.0.2.2", "192.0.2.1,", "localhost"):
        with pytest.raises(BadParameter, match="up to 20 of them"):
            call(BrokerNd.create_subaccount_apikey, **given, ip=wrong)


@pytest.mark.parametrize("perm", ["trade", "read_only,trade", "trade,withdraw"])
def test_a_key_that_may_trade_needs_an_address(perm: str) -> None:
    """Made or changed; a key that only reads does not."""
    key = {"sub_acct": "acct01", "api_key": "abc"}
    with pytest.raises(BadParameter, match="needs 'ip'"):
        call(BrokerNd.modify_subaccount_apikey, **key, perm=perm)
    with pytest.raises(BadParameter, match="needs 'ip'"):
        call(BrokerNd.create_subaccount_apikey, sub_acct="acct01", label="k", passphrase=PASSPHRASE, perm=perm)
    assert call(BrokerNd.modify_subaccount_apikey, **key, perm=perm, ip="192.0.2.1")
    assert call(BrokerNd.modify_subaccount_apikey, **key, perm="read_only")


def test_rights_are_known_words() -> None:
    """Any other right is refused."""
    with pytest.raises(BadParameter, match="read_only,trade"):
        call(BrokerNd.modify_subaccount_apikey, sub_acct="acct01", api_key="abc", perm="read_only,trades")


def test_currencies_are_written_in_capitals() -> None:
    """And a small spelling is answered with the right one."""
    address = BrokerNd.create_subaccount_deposit_address
    assert fields(address, sub_acct="acct01", ccy="USDT", to="6") == {"subAcct": "acct01", "ccy": "USDT", "to": "6"}
    with pytest.raises(BadParameter, match="did you mean 'USDT'"):
        call(address, sub_acct="acct01", ccy="usdt")


@pytest.mark.parametrize("date", ["2026-01-31", "20261301", "20260132", "260131", "1767225600000"])
def test_dates_are_written_yyyymmdd(date: str) -> None:
    """Anything else is refused, moments too."""
    with pytest.raises(BadParameter, match="20260131"):
        call(BrokerNd.create_rebate_per_orders, begin=date, end="20260131")


@pytest.mark.parametrize("section", [BrokerNd, BrokerFd, BrokerDma])
def test_a_range_of_rebates_needs_its_ends(section: Any) -> None:
    """``type_`` false wants begin and end, true does not; it is sent as text."""
    method = section.rebate_per_orders
    assert fields(method, type_=True) == {"type": "true"}
    assert fields(method, type_=False, begin="20260101", end="20260131")["type"] == "false"
    for given in ({}, {"begin": "20260101"}, {"end": "20260101"}):
        with pytest.raises(BadParameter, match="type_ 'false' needs"):
            call(method, type_=False, **given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"chg_type": "absolute"}, "needs one of 'chg_taker', 'chg_maker'"),
        ({"chg_type": "relative", "chg_taker": 1}, "chg_type must not be 'relative'"),
        ({"chg_type": "absolute", "chg_taker": 1, "quote_ccy_type": "2"}, "quote_ccy_type needs 'inst_type'"),
        ({"chg_type": "absolute", "chg_taker": 1, "mgn_type": "1"}, "mgn_type needs 'inst_type'"),
        (
            {"chg_type": "absolute", "chg_taker": 1, "quote_ccy_type": "2", "inst_type": "SWAP"},
            "goes with inst_type SPOT",
        ),
        ({"chg_type": "absolute", "chg_taker": 1, "mgn_type": "1", "inst_type": "SPOT"}, "FUTURES or SWAP"),
        ({"chg_type": "absolute", "chg_taker": "1000.1"}, "bp from 0 to 1000 in steps of 0.1"),
        ({"chg_type": "absolute", "chg_maker": "-1"}, "chg_maker counts in bp"),
        ({"chg_type": "absolute", "chg_maker": "0.25"}, "steps of 0.1"),
        ({"chg_type": "percentage", "chg_maker": "1.5"}, "percent from 0 to 10000 in steps of 1"),
        ({"chg_type": "percentage", "chg_taker": 0.5}, "must not be a float"),
        ({"chg_type": "absolute", "chg_taker": 1, "eff_date": "1767225600000"}, "eff_date is not well formed"),
    ],
)
def test_a_wrong_fee_rate_stays(given: dict[str, Any], said: str) -> None:
    """And the message says what would be right."""
    with pytest.raises(BadParameter, match=said):
        call(BrokerNd.set_subaccount_fee_rate, **given)


def test_a_right_fee_rate_goes_out() -> None:
    """In both ways to give it."""
    method = BrokerNd.set_subaccount_fee_rate
    sent = fields(method, chg_type="absolute", chg_taker="999.9", inst_type="SWAP", mgn_type="1", eff_date="20260201")
    assert sent == {
        "chgType": "absolute",
        "instType": "SWAP",
        "mgnType": "1",
        "chgTaker": "999.9",
        "effDate": "20260201",
    }
    assert fields(method, chg_type="percentage", chg_maker=Decimal(150))["chgMaker"] == "150"


def test_dual_currency_rules() -> None:
    """A mark-up is a share, an order is named by one of its ids, and own ids are letters and digits."""
    quote = {"notional": "0.1", "notional_ccy": "BTC", "product_id": "BTC-USDT-260327-77000-C", "tag": "mybroker"}
    assert fields(BrokerDcd.request_quote, **quote, mark_up="0.999")["markUp"] == "0.999"
    for wrong in ("1", "-0.1"):
        with pytest.raises(BadParameter, match="from 0 to below 1"):
            call(BrokerDcd.request_quote, **quote, mark_up=wrong)
    with pytest.raises(BadParameter, match="needs one of 'ord_id', 'cl_ord_id'"):
        call(BrokerDcd.order)
    with pytest.raises(BadParameter, match="cl_ord_id is not well formed"):
        call(BrokerDcd.place_order, quote_id="q", cl_ord_id="with-dash")


@pytest.mark.parametrize(
    ("method", "given", "said"),
    [
        (Grid.place_order_algo, {"algo_ord_type": "grid"}, "needs one of 'quote_sz', 'base_sz'"),
        (Grid.place_order_algo, {"algo_ord_type": "contract_grid", "sz": 1}, "'direction' and 'lever'"),
        (Recurring.amend_recurring_time, {"period": "hourly", "recurring_time_type": "2"}, "needs 'recurring_hour'"),
        (OAuth.exchange_token, {"grant_type": "refresh_token"}, "needs 'refresh_token'"),
        (OAuth.exchange_token, {"grant_type": "authorization_code"}, "needs 'code'"),
    ],
)
def test_rules_of_other_chapters(method: Any, given: dict[str, Any], said: str) -> None:
    """What one kind needs is told before it is sent."""
    rest = {"inst_id": "BTC-USDT", "max_px": 2, "min_px": 1, "grid_num": 5} if method is Grid.place_order_algo else {}
    if method is Recurring.amend_recurring_time:
        rest = {"algo_id": "1", "time_zone": "8"}
    if method is OAuth.exchange_token:
        rest = {"client_id": "c"}
    with pytest.raises(BadParameter, match=said):
        call(method, **rest, **given)


# -- objects inside parameters


def test_an_object_inside_a_parameter_is_checked_like_a_parameter() -> None:
    """As an instance or as a mapping by Python name; names, numbers and sets of values are those of its type."""
    grid = {
        "inst_id": "BTC-USDT",
        "algo_ord_type": "grid",
        "max_px": "5",
        "min_px": "1",
        "grid_num": 10,
        "quote_sz": "25",
    }
    trigger = GridTriggerArg(trigger_action="start", trigger_strategy="price", trigger_px=Decimal("1.50"))
    wanted = [{"triggerAction": "start", "triggerStrategy": "price", "triggerPx": "1.50"}]
    assert fields(Grid.place_order_algo, **grid, trigger_params=[trigger])["triggerParams"] == wanted
    mapping = {"trigger_action": "start", "trigger_strategy": "price", "trigger_px": "1.50"}
    assert fields(Grid.place_order_algo, **grid, trigger_params=[mapping])["triggerParams"] == wanted
    for wrong, told in (
        ({"trigger_strategy": "rsi"}, r"trigger_params\[0\] needs 'trigger_action'"),
        (mapping | {"trigger_px": 1.5}, "trigger_px must not be a float"),
        (mapping | {"triggerPx": "1"}, "no parameter 'triggerPx'; did you mean 'trigger_px'"),
        (mapping | {"trigger_action": "begin"}, "trigger_action must not be 'begin'"),
        ("start", "must be a GridTriggerArg"),
    ):
        with pytest.raises(BadParameter, match=told):
            call(Grid.place_order_algo, **grid, trigger_params=[wrong])


def test_a_body_that_is_a_list() -> None:
    """Up to ten bots are stopped at once."""
    stop = GridStopArg(algo_id="1", inst_id="BTC-USDT", algo_ord_type="grid", stop_type="2")
    wanted = {"algoId": "1", "instId": "BTC-USDT", "algoOrdType": "grid", "stopType": "2"}
    assert call(Grid.stop_order_algo, orders=[stop, stop]).fields == [wanted, wanted]
    with pytest.raises(BadParameter, match="at most 10 at once, got 11"):
        call(Grid.stop_order_algo, orders=[stop] * 11)
    assert call(SignalBot.stop_order_algo, orders=[{"algo_id": "7"}]).fields == [{"algoId": "7"}]


# -- slips of the documents


def test_a_data_object_and_a_data_list_read_the_same() -> None:
    """One answer of the FD broker came as an object, with a bool that the table calls text."""
    status = {"type": "0", "brokerCode": "abc", "affiliated": False}
    for data in (status, [status]):
        row = decode(BrokerFd.if_rebate, said(data))
        assert (row.type_, row.broker_code, row.affiliated) == ("0", "abc", False)


def test_the_pages_of_daily_rebates() -> None:
    """``totPage`` counts them, and an empty ``page`` is none."""
    day = {"subAcct": "acct01", "income": "1.25", "rebateDate": "20260131"}
    answer = [{"ts": "1700000000000", "totIncome": "1.25", "totPage": "1", "page": "", "details": [day]}]
    page = decode(BrokerNd.rebate_daily, said(answer))
    assert (page.tot_page, page.page) == (1, None)
    assert page.details[0].income == Decimal("1.25")


def test_the_date_of_a_fee_rate_under_its_other_name() -> None:
    """``effTs`` holds a date, not a moment."""
    row = decode(BrokerNd.set_subaccount_fee_rate, said([{"subAcct": "acct01", "effTs": "20260201"}]))
    assert row.eff_date == row.eff_ts == "20260201"


def test_dual_currency_answers_with_all_their_slips() -> None:
    """A number as code, an object as data, and the samples' names."""
    placed = decode(BrokerDcd.place_order, said({"clOrdId": "mine", "orderId": "17", "quoteId": "q"}, 0))
    assert placed.ord_id == "17"
    (product,) = decode(BrokerDcd.products, said([{"altCcy": "USDT", "stk": "77000"}], 0))
    assert (product.alternative_ccy, product.stk) == ("USDT", Decimal(77000))
    quote = decode(BrokerDcd.request_quote, said([{"clQReqId": "mine", "ttlMs": "8000", "markUp": ""}], 0))
    assert (quote.cl_req_id, quote.ttl_ms, quote.mark_up) == ("mine", 8000, None)
    order = decode(BrokerDcd.order, said([{"ordId": "17", "settledTime": "1774598400000"}], 0))
    assert order.sett_time == 1774598400000


def test_the_fee_rate_of_a_dma_sub_account_under_its_other_name() -> None:
    """The sample writes ``marker``."""
    rate = {"type": "1", "marker": "-0.0008", "taker": "-0.001"}
    page = decode(BrokerDma.subaccount_trade_fee, said([{"details": [{"feeRates": [rate]}]}]))
    assert page.details[0].fee_rates[0].maker == Decimal("-0.0008")


def test_rows_inside_a_named_list() -> None:
    """The users' dual investment products were seen one level deeper; none of them is no error."""
    for data in ([{"productId": "p"}], {"products": [{"productId": "p"}]}):
        assert decode(EarnDcd.products, said(data, 0)) == [UserDcdProduct(product_id="p")]
    assert decode(EarnDcd.products, said({"products": []}, 0)) == []


def test_a_refusal_in_a_tolerated_shape_is_still_a_refusal() -> None:
    """Neither an object nor a number as code hides it."""
    with pytest.raises(Refused, match="51000"):
        decode(BrokerDcd.place_order, {"code": 51000, "msg": "bad quote", "data": {}})
    with pytest.raises(BadAnswer, match="no row"):
        decode(BrokerNd.info, said([]))


# -- secrets

KEY = {"subAcct": "acct01", "apiKey": "canary-key", "secretKey": "canary-secret", "passphrase": "canary-phrase"}
TOKENS = {"access_token": TOKEN, "refresh_token": "canary-refresh", "token_type": "bearer", "expires_in": 3600}
CANARIES = [
    (BrokerNd.create_subaccount_apikey, said([KEY])),
    (BrokerDma.create_subaccount_apikey, said([KEY])),
    (BrokerNd.subaccount_apikey, said([{"apiKey": "canary-key"}])),
    (BrokerNd.rebate_per_orders, said([{"fileHref": "https://files.test/canary?signature=1"}])),
    (OAuth.exchange_token, TOKENS),
    (OAuth.create_fast_api_key, said([KEY])),
    (OAuth.exchange_mcp_token, TOKENS),
    (SignalBot.create_signal, said([{"signalChanId": "1", "signalChanToken": "canary-token"}])),
]


@pytest.mark.parametrize(("method", "body"), CANARIES)
def test_a_secret_in_a_row_is_not_shown(method: Any, body: Any) -> None:
    """Not by repr, str, a format, a dict of it, or the command line; only `reveal` tells."""
    answer = decode(method, body)
    rows = answer if isinstance(answer, list) else [answer]
    dicts = [row.to_dict() for row in rows]
    shown = f"{answer!r} {answer} {dicts!r} {plain(answer)!r}"
    assert "canary" not in shown
    assert "***" in shown
    secrets = [value for row in dicts for value in row.values() if isinstance(value, Secret)]
    assert secrets
    assert all("canary" in secret.reveal() for secret in secrets)
    assert holds_secret(method.endpoint.result)


def test_a_new_key_goes_straight_into_credentials() -> None:
    """Without ever being text in between."""
    row = decode(BrokerNd.create_subaccount_apikey, said([KEY]))
    keys = Credentials(row.api_key, row.secret_key, row.passphrase)
    assert keys.secret_key.reveal() == "canary-secret"
    assert row.sub_acct == "acct01"


def wrapped(value: Any) -> Any:
    """Return a copy whose secrets are lists, which no secret is."""
    if isinstance(value, dict):
        return {name: wrapped(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [wrapped(inner) for inner in value]
    return [value] if "canary" in str(value) else value


@pytest.mark.parametrize(("method", "body"), CANARIES)
@pytest.mark.parametrize("broken", ["cut", "wrong type"])
def test_an_unreadable_answer_with_secrets_is_not_shown(method: Any, body: Any, broken: str) -> None:
    """Neither in the message, nor in what the error carries, nor in the error beneath it."""
    raw = orjson.dumps(body)
    raw = raw[:-3] if broken == "cut" else orjson.dumps(wrapped(body))
    with pytest.raises(BadAnswer) as caught:
        decode(method, raw)
    assert caught.value.raw == b""
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_a_request_does_not_show_its_values() -> None:
    """Passphrases, codes and tokens are among them."""
    request = call(OAuth.create_fast_api_key, access_token=TOKEN, label="k", passphrase=PASSPHRASE)
    assert TOKEN not in repr(request)
    assert PASSPHRASE not in repr(request)


def test_a_presigned_download_hides_what_nobody_described() -> None:
    """Its fields are unknown and hold a token."""
    from okx_async.v5.rest.agent import Agent

    row = decode(Agent.presign_skill_download, said({"token": "canary"}))
    assert row["token"] == "canary"
    assert "canary" not in f"{row!r} {row} {plain(row)!r}"


# -- OAuth on the wire


def caller(http: FakeHttp, credentials: Credentials | None = None) -> Caller:
    """Return a caller over a faked HTTP."""
    site = Site("test", "https://exchange.test", {}, {"x-simulated-trading": "1"})
    return Caller(V5(), site, credentials, FakeFetch(http), Limits(), Retry())


async def test_a_token_is_exchanged_without_a_key_or_a_signature() -> None:
    """The client proves itself in the body, on a path without ``/api``; the answer has no envelope."""
    http = FakeHttp()
    http.post("https://exchange.test/v5/users/oauth/token", body=orjson.dumps(TOKENS).decode())
    request = call(
        OAuth.exchange_token,
        grant_type="authorization_code",
        client_id="client",
        client_secret=Secret("hush"),
        code="c0de",
    )
    token = await caller(http).perform(request)
    (sent,) = http.requests
    assert orjson.loads(sent.kwargs["data"]) == {
        "grant_type": "authorization_code",
        "client_id": "client",
        "client_secret": "hush",
        "code": "c0de",
    }
    assert not [name for name in sent.kwargs["headers"] if name.startswith("OK-ACCESS")]
    assert (token.access_token.reveal(), token.expires_in) == (TOKEN, 3600)


async def test_a_fast_api_key_is_made_with_the_access_token() -> None:
    """As a Bearer header beside the site's own ones, never signed, not even when the client has a key."""
    http = FakeHttp()
    http.post("https://exchange.test/api/v5/users/oauth/apikey", body=orjson.dumps(said([KEY])).decode())
    keys = Credentials("k", "s", "p")
    request = call(OAuth.create_fast_api_key, access_token=TOKEN, label="k", passphrase=PASSPHRASE, bind_app=True)
    row = await caller(http, keys).perform(request)
    (sent,) = http.requests
    assert sent.kwargs["headers"]["Authorization"] == f"Bearer {TOKEN}"
    assert sent.kwargs["headers"]["x-simulated-trading"] == "1"
    assert not [name for name in sent.kwargs["headers"] if name.startswith("OK-ACCESS")]
    assert orjson.loads(sent.kwargs["data"]) == {"label": "k", "passphrase": PASSPHRASE, "bindApp": True}
    assert row.secret_key.reveal() == "canary-secret"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"code": "53012", "msg": "code expired", "data": []}, 200, "53012"),
        ({"code": 53010, "msg": "wrong client"}, 400, "53010"),
        ({"error": "invalid_grant", "error_description": "used twice"}, 400, "invalid_grant"),
        ({"error": "invalid_client"}, 401, "invalid_client"),
    ],
)
def test_a_refused_token_is_a_refusal(body: Any, status: int, code: str) -> None:
    """In the exchange's envelope, or in the words of RFC 6749."""
    with pytest.raises(Refused) as caught:
        decode(OAuth.exchange_token, body, status)
    assert caught.value.code == code


def test_an_answer_without_a_token_is_no_token() -> None:
    """Success must bring one."""
    with pytest.raises(BadAnswer, match="may hold a secret"):
        decode(OAuth.exchange_token, {"refresh_token": "canary"})


def test_a_bearer_is_no_wire_parameter() -> None:
    """The catalogue shows it as a header."""
    params = {param.name: param for param in OAuth.delete_fast_api_key.endpoint.params}  # type: ignore[attr-defined]
    assert params["access_token"].where == "header"
    with pytest.raises(BadParameter, match="not shown"):
        call(OAuth.delete_fast_api_key, access_token="two words\r\nX-Evil: 1")


def test_public_and_private_kinds_are_told_apart() -> None:
    """What needs no key, what is signed, and what proves itself otherwise."""
    schemes = {
        method.endpoint.name: method.endpoint.scheme
        for method in (CopyTrading.public_config, BrokerNd.info, OAuth.delete_fast_api_key, OAuth.exchange_token)
        if hasattr(method, "endpoint")
    }
    assert schemes == {
        "public_config": "none",
        "info": "key",
        "delete_fast_api_key": "bearer",
        "exchange_token": "client",
    }
