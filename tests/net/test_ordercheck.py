"""Orders that do not fit their instrument do not leave; orders that might fit do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, BadOrder, BadParameter, ConnectFailed, ConnectionLost, OKEx, catalogue
from okx_async.core.orders import OrderShape
from okx_async.net import ordercheck
from okx_async.v3.orders import ORDERS as V3_ORDERS
from okx_async.v5.orders import ORDERS as V5_ORDERS

from .clients import REST, client

SENT = (ConnectFailed, ConnectionLost)
LIST = f"{REST}/api/v5/public/instruments"
SPOT = {"instType": "SPOT", "instId": "BTC-USDT", "tickSz": "0.1", "lotSz": "0.0001", "minSz": "0.001"}
SWAP = {"instType": "SWAP", "instId": "BTC-USDT-SWAP", "tickSz": "0.1", "lotSz": "1", "minSz": "1", "ctVal": "0.01"}
OPTION = {"instType": "OPTION", "instId": "BTC-USD-260327-90000-C", "tickSz": "0.0005", "lotSz": "1", "minSz": "1"}


def listed(http: Any, *rows: dict[str, str], repeat: bool = True) -> None:
    """Plan the exchange's list of instruments."""
    http.get(LIST, body=json.dumps({"code": "0", "data": rows}), repeat=repeat)


def posts(http: Any) -> int:
    """Return how many POSTs left."""
    return sum(one.method == "POST" for one in http.requests)


def lists(http: Any) -> int:
    """Return how often a list was asked for."""
    return sum(one.url.path.endswith("/instruments") for one in http.requests)


def order(**given: Any) -> dict[str, Any]:
    """Return a good spot order, changed."""
    return {
        "inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "50000.1"
    } | given  # fmt: skip


def wires(params: Sequence[Any]) -> Iterator[str]:
    """Yield the wire names of parameters and of what they are made of."""
    for param in params:
        yield param.wire
        yield from wires(param.parts)


def test_every_path_is_one_of_the_catalogue() -> None:
    """A misspelt path would check nothing; the names are those of the parameters."""
    rows = {(row.dialect, row.path): row for row in catalogue() if row.method == "POST"}
    for dialect, orders in (("v5", V5_ORDERS), ("v3", V3_ORDERS)):
        for path, shape in orders.items():
            names = set(wires(rows[dialect, path].params))
            if dialect == "v3" and ((isinstance(shape, OrderShape) and shape.rows) or rows[dialect, path].bare_list):
                continue  # what V3's lists hold is looked at below
            missing = set(shape.names()) - names
            assert not missing or (dialect == "v3" and missing < {"limit_price", "price_limit"}), path  # by product


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"px": "50000.12"}, "px 50000.12 of BTC-USDT is no multiple of the price step 0.1"),
        ({"sz": "0.00105"}, "sz 0.00105 of BTC-USDT is no multiple of the size step 0.0001; what fits is 0.0010"),
        ({"sz": "0.0005"}, "below the smallest size 0.001"),
        ({"sz": "0.00105", "ord_type": "market", "tgt_ccy": "base_ccy", "px": None}, "size step"),
        ({"sz": "0.00105", "ord_type": "market", "side": "sell", "px": None}, "size step"),
        ({"inst_id": "BTC-USDT-SWAP", "td_mode": "cross", "sz": "0.01"}, "in contracts of 0.01"),
    ],
)
async def test_an_order_that_does_not_fit_stays_here(given: dict[str, Any], said: str) -> None:
    """Alone and in a batch."""
    async with client() as (okx, http):
        listed(http, SPOT, SWAP)
        with pytest.raises(BadOrder, match=said):
            await okx.trade.place_order(**order(**given))
        with pytest.raises(BadOrder, match=said):
            await okx.trade.place_batch_orders([order(), order(**given)])
        assert posts(http) == 0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ord_type": "market", "sz": "12.34567", "px": None},  # a market buy spends the quote currency
        {"ord_type": "market", "side": "sell", "sz": "12.34567", "px": None, "tgt_ccy": "quote_ccy"},
        {"px": "50000.12", "ord_type": "rpi", "rpi_px_round": True},  # the exchange rounds it
        {"inst_id": "BTC-USD-260327-90000-C", "td_mode": "cross", "sz": "1", "px": "0.0123"},  # steps by bands
        {"inst_id": "NEVER-HEARD", "px": "0.123456789"},
        {"inst_id": "BTC-ABOVE-DAILY-260327-1600-90000", "td_mode": "isolated", "px": "0.123456789"},
    ],
)
async def test_an_order_that_may_fit_leaves(given: dict[str, Any]) -> None:
    async with client() as (okx, http):
        listed(http, SPOT, SWAP, OPTION)
        with pytest.raises(SENT):
            await okx.trade.place_order(**order(**given))
        assert posts(http) == 1


async def test_changes_are_looked_at_and_cancels_are_not() -> None:
    async with client() as (okx, http):
        listed(http, SPOT)
        for wrong in ({"new_px": "1.23"}, {"new_sz": "0.00015"}):
            with pytest.raises(BadOrder, match=r"new(Px|Sz)"):
                await okx.trade.amend_order("BTC-USDT", ord_id="1", **wrong)
            with pytest.raises(BadOrder, match=r"new(Px|Sz)"):
                await okx.trade.amend_batch_orders([{"inst_id": "BTC-USDT", "ord_id": "1", **wrong}])
        assert posts(http) == 0
        with pytest.raises(SENT):
            await okx.trade.amend_order("BTC-USDT", ord_id="1", new_px="1.2")
    async with client() as (okx, http):
        with pytest.raises(SENT):
            await okx.trade.cancel_order("BTC-USDT", ord_id="1")
        assert lists(http) == 0


async def test_one_list_serves_all_orders() -> None:
    async with client() as (okx, http):
        listed(http, SPOT)
        for _ in range(3):
            with pytest.raises(SENT):
                await okx.trade.place_order(**order())
        assert (posts(http), lists(http)) == (3, 1)


async def test_a_list_that_got_old_is_read_anew_before_it_speaks_against_an_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exchange has made the step smaller since: the order is right and the list was not."""
    monkeypatch.setattr("okx_async.net.instruments.FRESH", -1.0)
    async with client() as (okx, http):
        listed(http, SPOT, repeat=False)
        listed(http, SPOT | {"tickSz": "0.01"})
        with pytest.raises(SENT):
            await okx.trade.place_order(**order(px="50000.12"))
        assert (posts(http), lists(http)) == (1, 2)
        with pytest.raises(BadOrder, match="price step 0.01"):
            await okx.trade.place_order(**order(px="50000.123"))


async def test_an_order_does_not_wait_for_a_list_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes out unchecked, and for a while the next ones do not even ask."""
    monkeypatch.setattr(ordercheck, "PATIENCE", 0.01)
    async with client() as (okx, http):
        never = asyncio.Event()

        async def hang(_: str) -> Any:
            asked.append(1)
            await never.wait()

        asked: list[int] = []
        okx._order_check._known = hang
        for _ in range(3):
            with pytest.raises(SENT):
                await okx.trade.place_order(**order(px="50000.12"))
        assert posts(http) == 3
        assert len(asked) == 1


async def test_who_does_not_want_it_is_left_alone() -> None:
    async with client(check_orders=False) as (okx, http):
        with pytest.raises(SENT):
            await okx.trade.place_order(**order(px="50000.12", sz="0.0000000001"))
        assert (posts(http), lists(http)) == (1, 0)


async def test_v3_orders_are_looked_at_too() -> None:
    """Alone, in a list, in a list of one contract, and as a change by path."""
    spot = {"instrument_id": "BTC-USDT", "tick_size": "0.1", "size_increment": "0.001", "min_size": "0.01"}
    swap = {"instrument_id": "BTC-USD-SWAP", "tick_size": "0.1", "size_increment": "1", "contract_val": "100"}
    one = {"type_": "1", "size": "1", "price": "1.23"}
    async with client(OKEx) as (okex, http):
        http.get(f"{REST}/api/spot/v3/instruments", body=json.dumps([spot]), repeat=True)
        http.get(f"{REST}/api/swap/v3/instruments", body=json.dumps([swap]), repeat=True)
        with pytest.raises(BadOrder, match="price 1.23 of BTC-USDT"):
            await okex.spot.place_order("BTC-USDT", "buy", price="1.23", size="1")
        with pytest.raises(BadOrder, match="size 0.001 is below"):
            await okex.spot.place_batch_orders(
                [{"instrument_id": "BTC-USDT", "side": "buy", "price": "1.2", "size": "0.001"}]
            )
        with pytest.raises(BadOrder, match="price 1.23 of BTC-USD-SWAP"):
            await okex.swap.place_order("BTC-USD-SWAP", **one)
        with pytest.raises(BadOrder, match="size 0.5"):
            await okex.swap.place_batch_orders("BTC-USD-SWAP", [{**one, "price": "1.2", "size": "0.5"}])
        with pytest.raises(BadOrder, match="new_price 1.23"):
            await okex.swap.amend_order("BTC-USD-SWAP", order_id="1", new_price="1.23")
        with pytest.raises(BadOrder, match="new_size 0.5"):
            await okex.swap.amend_batch_orders("BTC-USD-SWAP", [{"order_id": "1", "new_size": "0.5"}])
        assert posts(http) == 0
        with pytest.raises(SENT):
            await okex.swap.place_order("BTC-USD-SWAP", **{**one, "price": None, "match_price": "1"})
        with pytest.raises(SENT):
            await okex.spot.place_order("BTC-USDT", "buy", type_="market", notional="12.34567")
        assert posts(http) == 2


# -- floats and exponents


@pytest.mark.parametrize(
    "orders",
    [
        [order(px=50000.1)],
        [order(sz=0.01)],
        [order(attach_algo_ords=[{"tp_trigger_px": 1.5}])],
        [order(), order(attach_algo_ords=[{"sz": 1e-7}])],
    ],
)
async def test_no_float_is_sent_however_deep(orders: list[Any]) -> None:
    """In a row of a batch, and in a row of a row."""
    async with client(check_orders=False) as (okx, http):
        with pytest.raises(BadParameter, match="float"):
            await okx.trade.place_batch_orders(orders)
        with pytest.raises(BadParameter, match="float"):
            await okx.trade.place_order(**orders[-1])
        with pytest.raises(BadParameter, match="float"):
            await okx.request("POST", "/api/v5/trade/order", {"attachAlgoOrds": [{"tpTriggerPx": 1.5}]})
        assert http.requests == []


async def test_no_exponent_is_sent_however_deep() -> None:
    """Whatever notation a number was given in, it goes out in plain digits; by path, too."""
    small = Decimal("1E-8")
    async with client(check_orders=False) as (okx, http):
        with pytest.raises(SENT):
            await okx.trade.place_batch_orders(
                [order(px=small, sz="1e-8", attach_algo_ords=[{"tp_trigger_px": small, "sz": Decimal("5E+2")}])]
            )
        with pytest.raises(SENT):
            await okx.request("POST", "/api/v5/trade/order", {"px": small, "legs": [{"sz": Decimal("5E+2")}]})
        batch, raw = (json.loads(one.kwargs["data"]) for one in http.requests if one.method == "POST")
        assert (batch[0]["px"], batch[0]["sz"]) == ("0.00000001", "0.00000001")
        assert batch[0]["attachAlgoOrds"] == [{"tpTriggerPx": "0.00000001", "sz": "500"}]
        assert len(raw.pop("clOrdId")) == 20
        assert raw == {"px": "0.00000001", "legs": [{"sz": "500"}]}


@pytest.mark.parametrize("row", [row for row in catalogue() if row.method == "POST"], ids=lambda row: row.path)
def test_no_parameter_anywhere_takes_a_float(row: Any) -> None:
    """All of them, rows of parameters included: refused before anything else is looked at."""
    for field in row.signature.fields.values():
        with pytest.raises(BadParameter):
            field.write(0.1)


@pytest.mark.parametrize("kind", [OKX, OKEx])
def test_orders_are_checked_unless_somebody_says_no(kind: Any) -> None:
    assert kind()._order_check is not None
    assert kind(check_orders=False)._order_check is None
