"""What no order of V5 may say, whatever its instrument: refused before anything is sent, alone and in a batch."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.core.endpoint import Endpoint
from okx_async.errors import BadParameter
from okx_async.v5.rest.trade_orders import TradeOrders

OPTION, EVENT = "BTC-USD-261225-60000-C", "BTC-ABOVE-DAILY-261122-0800-60000"
ORDER = {"inst_id": OPTION, "td_mode": "cross", "side": "buy", "ord_type": "limit", "sz": "1"}
CONTRACT = ORDER | {"inst_id": EVENT, "td_mode": "isolated", "px": "0.6", "outcome": "yes", "speed_bump": "1"}
CHANGE = {"inst_id": OPTION, "ord_id": "1"}
ENDPOINTS: dict[str, Endpoint] = {endpoint.name: endpoint for endpoint in TradeOrders.endpoints}


def refused(name: str, fields: dict[str, Any]) -> str:
    """What a call says that must not leave, and a batch with it in the second place says the same of that place."""
    with pytest.raises(BadParameter) as alone:
        ENDPOINTS[f"{name}_order"].request((), fields)
    fine = CHANGE | {"new_sz": "2"} if name == "amend" else ORDER | {"px": "0.01"}
    with pytest.raises(BadParameter) as among:
        ENDPOINTS[f"{name}_batch_orders"].request(([fine, fields],), {})
    assert str(among.value).endswith(f"[1]: {alone.value}")
    return str(alone.value)


@pytest.mark.parametrize("fields", [{"px": "0.01"}, {"px_usd": "600"}, {"px_vol": Decimal("0.55")}, {"px_vol": 1}])
def test_an_option_takes_any_one_of_three_prices(fields: dict[str, Any]) -> None:
    assert ENDPOINTS["place_order"].request((), ORDER | fields).fields.keys() >= {"instId", "sz"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"px": "0.01", "px_usd": "600"}, "'px' and 'px_usd' exclude each other"),
        ({"px_usd": "600", "px_vol": "0.5"}, "'px_usd' and 'px_vol' exclude each other"),
        ({"px": "1", "px_usd": "1", "px_vol": "1"}, "'px', 'px_usd', 'px_vol' exclude each other"),
        ({"px_usd": "-600"}, "px_usd must be above 0, got -600"),
        ({"px_vol": "0"}, "px_vol must be above 0, got 0"),
        ({"px_usd": "600", "ord_type": "market"}, "px_usd needs an order with a limit"),
        ({"px_vol": "0.5", "inst_id": "BTC-USDT-SWAP"}, "px_vol is for options only, which BTC-USDT-SWAP is not"),
        ({"px_vol": "0.5", "inst_id": "BTC-USDT"}, "px_vol is for options only"),
    ],
)
def test_a_price_of_an_option_that_cannot_be_is_refused(fields: dict[str, Any], said: str) -> None:
    assert said in refused("place", ORDER | fields)


@pytest.mark.parametrize("name", ["px_usd", "px_vol"])
def test_such_prices_are_exact_and_written_plainly(name: str) -> None:
    with pytest.raises(BadParameter, match="float"):
        ENDPOINTS["place_order"].request((), ORDER | {name: 0.55})
    (written,) = (
        text
        for key, text in ENDPOINTS["place_order"].request((), ORDER | {name: Decimal("5E+2")}).fields.items()
        if key in ("pxUsd", "pxVol")
    )
    assert written == "500"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"new_px": "0.01", "new_px_vol": "0.5"}, "'new_px' and 'new_px_vol' exclude each other"),
        ({"new_px_usd": "-1"}, "new_px_usd must be above 0"),
        ({"new_px_usd": "500", "new_sz": "2"}, "the size of an order priced by px_usd is fixed"),
        ({"new_px_vol": "1", "inst_id": "BTC-USDT-261225"}, "new_px_vol is for options only"),
    ],
)
def test_a_change_keeps_to_the_same(fields: dict[str, Any], said: str) -> None:
    assert said in refused("amend", CHANGE | fields)


def test_an_order_of_an_event_contract_needs_its_mode_and_its_bump() -> None:
    sent = ENDPOINTS["place_order"].request((), CONTRACT).fields
    assert (sent["outcome"], sent["speedBump"], sent["tdMode"]) == ("yes", "1", "isolated")
    resting = {name: CONTRACT[name] for name in CONTRACT if name != "speed_bump"} | {"ord_type": "post_only"}
    assert "speedBump" not in ENDPOINTS["place_order"].request((), resting).fields
    assert "needs speed_bump '1'" in refused("place", resting | {"ord_type": "limit"})
    assert "needs td_mode 'isolated'" in refused("place", CONTRACT | {"td_mode": "cross"})


def test_what_is_only_looked_at_keeps_to_the_mode() -> None:
    asked = {name: CONTRACT[name] for name in CONTRACT if name != "speed_bump"}
    ENDPOINTS["order_precheck"].request((), asked)
    with pytest.raises(BadParameter, match="td_mode 'isolated'"):
        ENDPOINTS["order_precheck"].request((), asked | {"td_mode": "cash"})
