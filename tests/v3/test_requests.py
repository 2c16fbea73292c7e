"""What a V3 call sends: path, query and body as each product wants them, and nothing that is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import BadParameter, Credentials, Endpoint, OKEx, Site
from okx_async.core.endpoint import Request
from okx_async.net.limits import Limits
from okx_async.v3.models.orders import CancelOrders, NewContractOrder, NewMarginOrder, NewSpotOrder

ROWS = {f"{row.chapter}.{row.name}": row for row in OKEx.endpoints()}
MOMENT = 1_595_232_000_123
ISO = "2020-07-20T08:00:00.123Z"


def ask(name: str, **params: Any) -> Request:
    """Return the checked request of an endpoint."""
    return ROWS[name].request((), params)


@pytest.mark.parametrize(
    ("name", "params", "path", "body"),
    [
        (
            "spot.cancel_order",
            {"order_id": "1", "instrument_id": "BTC-USDT"},
            "/api/spot/v3/cancel_orders/1",
            {"instrument_id": "BTC-USDT"},
        ),
        (
            "account.transfer",
            {"currency": "btc", "amount": Decimal("0.10"), "from_": "6", "to": "1"},
            "/api/account/v3/transfer",
            {"currency": "btc", "amount": "0.10", "from": "6", "to": "1"},
        ),
        (
            "spot.place_batch_orders",
            {"orders": [NewSpotOrder(instrument_id="BTC-USDT", side="buy", type_="market", notional=5)]},
            "/api/spot/v3/batch_orders",
            [{"instrument_id": "BTC-USDT", "side": "buy", "type": "market", "notional": "5"}],
        ),
        (
            "margin.place_batch_orders",
            {"orders": [NewMarginOrder(instrument_id="BTC-USDT", side="sell", margin_trading="2", price=1, size=2)]},
            "/api/margin/v3/batch_orders",
            [{"instrument_id": "BTC-USDT", "side": "sell", "margin_trading": "2", "price": "1", "size": "2"}],
        ),
        (
            "spot.cancel_batch_orders",
            {"orders": [{"instrument_id": "BTC-USDT", "order_ids": ["1", "2"]}]},
            "/api/spot/v3/cancel_batch_orders",
            [{"instrument_id": "BTC-USDT", "order_ids": ["1", "2"]}],
        ),
        (
            "futures.place_batch_orders",
            {"instrument_id": "BTC-USD-200925", "orders_data": [NewContractOrder(type_="1", size=2, order_type="4")]},
            "/api/futures/v3/orders",
            {"instrument_id": "BTC-USD-200925", "orders_data": [{"type": "1", "size": "2", "order_type": "4"}]},
        ),
        (
            "swap.place_batch_orders",
            {"instrument_id": "BTC-USD-SWAP", "order_data": [{"type_": "4", "size": 1, "match_price": "1"}]},
            "/api/swap/v3/orders",
            {"instrument_id": "BTC-USD-SWAP", "order_data": [{"type": "4", "size": "1", "match_price": "1"}]},
        ),
        (
            "option.place_batch_orders",
            {
                "underlying": "BTC-USD",
                "order_data": [
                    {"instrument_id": "BTC-USD-200925-9000-C", "side": "buy", "size": 1, "price": Decimal("6.9E-6")}
                ],
            },
            "/api/option/v3/orders",
            {
                "underlying": "BTC-USD",
                "order_data": [
                    {"instrument_id": "BTC-USD-200925-9000-C", "side": "buy", "size": "1", "price": "0.0000069"}
                ],
            },
        ),
        (
            "futures.cancel_batch_orders",
            {"instrument_id": "BTC-USD-200925", "order_ids": ["7"]},
            "/api/futures/v3/cancel_batch_orders/BTC-USD-200925",
            {"order_ids": ["7"]},
        ),
        (
            "swap.cancel_batch_orders",
            {"instrument_id": "BTC-USD-SWAP", "ids": ["6a-d-54dcc6543-0"]},
            "/api/swap/v3/cancel_batch_orders/BTC-USD-SWAP",
            {"ids": ["6a-d-54dcc6543-0"]},
        ),
        (
            "swap.cancel_order",
            {"instrument_id": "BTC-USD-SWAP", "order_id": "536871"},
            "/api/swap/v3/cancel_order/BTC-USD-SWAP/536871",
            {},
        ),
        (
            "futures.amend_order",
            {"instrument_id": "BTC-USD-200925", "client_oid": "a1", "new_size": 3, "cancel_on_fail": "1"},
            "/api/futures/v3/amend_order/BTC-USD-200925",
            {"client_oid": "a1", "new_size": "3", "cancel_on_fail": "1"},
        ),
    ],
)
def test_a_body_is_shaped_as_the_product_wants_it(name: str, params: dict[str, Any], path: str, body: Any) -> None:
    """Bare arrays, ``orders_data``, ``order_data``, ``order_ids``, ``ids``, and path parameters."""
    request = ask(name, **params)
    assert request.path == path
    assert request.fields == body


def test_the_reversed_edges_of_history_candles_have_honest_names() -> None:
    """``since`` is the older edge, which the exchange calls ``end``."""
    for chapter, instrument_id in (("spot", "BTC-USDT"), ("futures", "BTC-USD-200925"), ("swap", "BTC-USD-SWAP")):
        fields = ask(
            f"{chapter}.history_candles", instrument_id=instrument_id, since=MOMENT - 1000, until=MOMENT
        ).fields
        assert fields == {"start": ISO, "end": "2020-07-20T07:59:59.123Z"}
    fields = ask("spot.candles", instrument_id="BTC-USDT", start=MOMENT - 1000, end=MOMENT).fields
    assert fields == {"start": "2020-07-20T07:59:59.123Z", "end": ISO}


@pytest.mark.parametrize(
    ("name", "params", "fields"),
    [
        ("account.sub_account", {"sub_account": "test"}, {"sub-account": "test"}),
        (
            "swap.liquidations",
            {"instrument_id": "BTC-USD-SWAP", "status": "0", "from_": "9", "to": "1"},
            {"status": "0", "from": "9", "to": "1"},
        ),
        (
            "spot.ledger",
            {"currency": "btc", "after": "5", "limit": 10, "type_": "2"},
            {"after": "5", "limit": "10", "type": "2"},
        ),
    ],
)
def test_a_query_has_the_wire_names(name: str, params: dict[str, Any], fields: dict[str, str]) -> None:
    """Names that are no Python names, or keywords of it, are spelt as the exchange wants them."""
    assert ask(name, **params).fields == fields


LIMIT = {"instrument_id": "BTC-USDT", "side": "buy"}
CONTRACT = {"instrument_id": "BTC-USD-SWAP", "type_": "1", "size": 1}
ALGO = {"instrument_id": "BTC-USD-SWAP", "type_": "1", "size": 1}


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("spot.place_order", LIMIT, "'price' and 'size'"),
        ("spot.place_order", {**LIMIT, "type_": "market", "size": 1}, "'notional'"),
        ("spot.place_order", {**LIMIT, "type_": "market", "notional": 1, "order_type": "2"}, "order_type '0'"),
        ("margin.place_order", {**LIMIT, "price": 1, "size": 1}, "margin_trading"),
        ("spot.place_batch_orders", {"orders": []}, "orders is empty"),
        ("spot.place_batch_orders", {"orders": [LIMIT]}, r"orders\[0\].*'price'"),
        ("spot.place_batch_orders", {"orders": [{**LIMIT, "price": 1, "size": 1}] * 11}, "10 orders per pair"),
        (
            "spot.place_batch_orders",
            {"orders": [{**LIMIT, "instrument_id": f"{one}-USDT", "price": 1, "size": 1} for one in "ABCDE"]},
            "1 to 4 pairs",
        ),
        ("spot.cancel_batch_orders", {"orders": [CancelOrders(instrument_id="BTC-USDT")]}, "exactly one"),
        (
            "spot.cancel_batch_orders",
            {
                "orders": [
                    CancelOrders(instrument_id="BTC-USDT", order_ids=["1"]),
                    CancelOrders(instrument_id="ETH-USDT", client_oids=["a"]),
                ]
            },
            "not both",
        ),
        ("swap.place_order", CONTRACT, "match_price"),
        ("swap.place_order", {**CONTRACT, "order_type": "4", "price": 1}, "must not have a price"),
        ("swap.place_order", {**CONTRACT, "order_type": "2", "match_price": "1"}, "order_type '0'"),
        ("swap.place_order", {**CONTRACT, "size": 0.5, "price": 1}, "float"),
        ("swap.place_batch_orders", {"instrument_id": "BTC-USD-SWAP", "order_data": [{"type_": "1"}]}, "'size'"),
        (
            "swap.place_batch_orders",
            {"instrument_id": "BTC-USD-SWAP", "order_data": [{"type_": "1", "size": 1, "price": 1}] * 11},
            "1 to 10 items",
        ),
        ("swap.cancel_batch_orders", {"instrument_id": "BTC-USD-SWAP"}, "exactly one"),
        (
            "swap.cancel_batch_orders",
            {"instrument_id": "BTC-USD-SWAP", "ids": ["1"], "client_oids": ["a"]},
            "exactly one",
        ),
        ("swap.cancel_batch_orders", {"instrument_id": "BTC-USD-SWAP", "ids": ["1"] * 11}, "1 to 10 items"),
        ("futures.amend_order", {"instrument_id": "BTC-USD-200925", "new_size": 1}, "order_id"),
        ("futures.amend_order", {"instrument_id": "BTC-USD-200925", "order_id": "1"}, "new_price"),
        (
            "option.amend_batch_orders",
            {"underlying": "BTC-USD", "amend_data": [{"order_id": "1"}]},
            r"amend_data\[0\].*new_size",
        ),
        ("option.place_order", {"instrument_id": "BTC-USD-200925-9000-C", "side": "buy", "size": 1}, "match_price"),
        ("swap.place_algo_order", {**ALGO, "order_type": "1", "trigger_price": 1}, "algo_price"),
        ("swap.place_algo_order", {**ALGO, "order_type": "2", "trigger_price": 1}, "callback_rate"),
        ("swap.place_algo_order", {**ALGO, "order_type": "3", "algo_variance": "0.01", "avg_amount": 2}, "price limit"),
        ("swap.algo_orders", {"instrument_id": "BTC-USD-SWAP", "order_type": "1"}, "exactly one"),
        ("futures.set_leverage", {"underlying": "BTC-USD", "leverage": 5, "direction": "long"}, "or neither"),
        ("account.transfer", {"currency": "btc", "amount": 1, "from_": "1", "to": "6", "type_": "1"}, "sub_account"),
        ("spot.candles", {"instrument_id": "BTC-USDT", "start": MOMENT}, "or neither"),
        ("spot.place_order", {**LIMIT, "price": 1, "size": 1, "client_oid": "123"}, "client_oid"),
        ("spot.place_order", {**LIMIT, "price": 1, "size": 1, "client_oid": "a" * 33}, "client_oid"),
        ("spot.orders", {"instrument_id": "BTC-USDT", "state": "5"}, "state"),
    ],
)
def test_what_the_exchange_would_refuse_never_leaves(name: str, params: dict[str, Any], says: str) -> None:
    """The message names what is missing or wrong."""
    with pytest.raises(BadParameter, match=says):
        ask(name, **params)


@pytest.mark.parametrize("client_oid", ["a", "1a", "a1", "A" * 32, "0" * 31 + "z"])
def test_a_client_oid_has_letters_or_letters_and_digits(client_oid: str) -> None:
    """1 to 32 of them."""
    fields = ask("spot.place_order", **LIMIT, price=1, size=1, client_oid=client_oid).fields
    assert fields["client_oid"] == client_oid


def test_a_leg_of_an_algo_order_needs_no_price_at_the_market() -> None:
    """``algo_type`` 2 becomes a market order."""
    fields = ask("swap.place_algo_order", **ALGO, order_type="1", trigger_price=1, algo_type="2").fields
    assert "algo_price" not in fields


async def test_contracts_of_one_underlying_share_a_budget() -> None:
    """Whatever their expiry; another underlying has its own."""
    limits = Limits()
    keys = Credentials("k", "s", "p")

    async def spend(instrument_id: str) -> None:
        order = ask("futures.place_order", instrument_id=instrument_id, type_="1", size=1, order_type="4")
        async with limits.slot(order, keys):
            pass

    endpoint = ROWS["futures.place_order"]
    assert endpoint.limit is not None
    for number in range(endpoint.limit.count):
        await spend("BTC-USD-200925" if number % 2 else "BTC-USD-201225")
    await spend("BTC-USDT-200925")
    assert limits.waited == 0.0
    assert len(limits._buckets) == 2
    await limits.aclose()


def test_sister_exchanges_are_sites() -> None:
    """A V3 client takes them."""
    for site in (Site.OKEX_2020, Site.OKCOIN, Site.OKCOIN_JAPAN):
        assert OKEx(site=site).site.socket("v3").endswith("/ws/v3")


def test_every_endpoint_says_where_its_parameters_go() -> None:
    """Path parameters stand in the path, and every cursor has the documents' name."""
    rows: list[Endpoint] = list(ROWS.values())
    assert len(rows) == 165
    for row in rows:
        assert {param.name for param in row.params if param.where == "path"} == {
            name.strip("{}") for name in row.path.split("/") if name.startswith("{")
        }
