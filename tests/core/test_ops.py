"""Orders over the socket: the REST twin's parameters and rows, in the socket's frames."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from okx_async import BadParameter, Refused, UnknownInstrument
from okx_async.core.dialect import Reply
from okx_async.v5.dialect import V5
from okx_async.v5.ops import OPS, op_of
from okx_async.v5.params import AmendOrder, NewOrder

REPLIES = Path(__file__).parent.parent / "data" / "v5" / "ws_private" / "operations.jsonl"
CODES = {"BTC-USDT": 10459, "BTC-USDT-SWAP": 10458}


def code_of(inst_id: str) -> int:
    """Find the number of an instrument, as a client will."""
    if inst_id not in CODES:
        raise UnknownInstrument(f"no number is known for {inst_id}", inst_id=inst_id)
    return CODES[inst_id]


def frame(op: str, *args: Any, **given: Any) -> Any:
    """Return the frame of an operation as plain values."""
    return orjson.loads(OPS[op].frame(OPS[op].twin.request(args, given), "7", code_of))


def test_an_order_goes_by_number_and_its_deadline_stands_beside_it() -> None:
    """The number is a JSON number, in the place of the id; ``expTime`` never goes into the order."""
    said = frame(
        "order", "BTC-USDT", "cash", "buy", "limit", "0.01", px=50_000, ban_amend=True, exp_time=1_597_026_383_085
    )
    assert said == {
        "id": "7",
        "op": "order",
        "expTime": "1597026383085",
        "args": [
            {
                "instIdCode": 10459,
                "tdMode": "cash",
                "side": "buy",
                "ordType": "limit",
                "sz": "0.01",
                "px": "50000",
                "banAmend": True,
            }
        ],
    }


def test_a_number_given_by_hand_is_used() -> None:
    """Nobody looks up what the caller knows."""
    assert frame("order", "NEW-COIN", "cash", "buy", "market", 1, inst_id_code=99)["args"][0]["instIdCode"] == 99


def test_a_batch_is_one_frame_with_one_object_per_order() -> None:
    """Rows and dicts alike, in the order they were given."""
    orders = [
        NewOrder(inst_id="BTC-USDT", td_mode="cash", side="buy", ord_type="limit", sz=Decimal(1), px="2"),
        {"inst_id": "BTC-USDT-SWAP", "td_mode": "cross", "side": "sell", "ord_type": "market", "sz": 3},
    ]
    said = frame("batch-orders", orders)
    assert [row["instIdCode"] for row in said["args"]] == [10459, 10458]
    assert [row["sz"] for row in said["args"]] == ["1", "3"]
    assert all("instId" not in row for row in said["args"])


def test_spread_orders_and_mass_cancel_carry_no_number() -> None:
    """Spreads keep their id; a family is no instrument."""
    spread = frame("sprd-order", "BTC-USDT_BTC-USDT-SWAP", "buy", "limit", 1, "-2.5")
    assert spread["args"][0]["sprdId"] == "BTC-USDT_BTC-USDT-SWAP"
    assert spread["args"][0]["px"] == "-2.5"
    assert frame("mass-cancel", "OPTION", "BTC-USD")["args"] == [{"instType": "OPTION", "instFamily": "BTC-USD"}]
    assert frame("sprd-mass-cancel")["args"] == [{}]


def test_an_instrument_without_a_number_is_refused_before_anything_is_sent() -> None:
    """Never a 0 and never a guess."""
    with pytest.raises(UnknownInstrument):
        frame("cancel-order", "ETH-USDT", ord_id="1")


def test_what_the_socket_is_not_known_to_take_is_refused() -> None:
    """Dropping a stop loss in silence would cost somebody money."""
    with pytest.raises(BadParameter, match="attachAlgoOrds is not known to work over the socket"):
        frame("order", "BTC-USDT", "cash", "buy", "market", 1, attach_algo_ords=[{"sl_trigger_px": "1"}])
    with pytest.raises(BadParameter, match="attachAlgoOrds"):
        frame("batch-amend-orders", [AmendOrder(inst_id="BTC-USDT", ord_id="1", attach_algo_ords=[{"sz": 1}])])


@pytest.mark.parametrize("request_id", ["", "a-b", "x" * 33, "ü"])
def test_a_request_id_that_the_exchange_would_not_repeat_is_refused(request_id: str) -> None:
    """Without its id no reply could be told from another."""
    op = OPS["cancel-order"]
    with pytest.raises(BadParameter, match="request id"):
        op.frame(op.twin.request(("BTC-USDT", "1"), {}), request_id, code_of)


def test_a_request_of_another_endpoint_is_refused() -> None:
    """A cancel cannot be sent as an order."""
    request = OPS["cancel-order"].twin.request(("BTC-USDT", "1"), {})
    with pytest.raises(BadParameter, match="not of"):
        OPS["order"].frame(request, "7", code_of)


def test_each_endpoint_has_at_most_one_second_road() -> None:
    """The road is found from the endpoint; most endpoints have none."""
    assert all(op_of(op.twin) is op for op in OPS.values())
    assert {op.socket for op in OPS.values()} == {"private", "business"}
    assert op_of(OPS["mass-cancel"].twin) is not op_of(OPS["sprd-mass-cancel"].twin)


def replies() -> list[Any]:
    """Return the replies that other clients wrote down."""
    return [json.loads(line)["message"] for line in REPLIES.read_text().splitlines()]


@pytest.mark.parametrize("message", replies(), ids=lambda one: f"{one['op']} {one['code']}")
def test_a_reply_is_told_from_a_push_and_read_like_the_answer_of_the_twin(message: dict[str, Any]) -> None:
    """Granted: the twin's rows. Refused: the order's own code; the general one only when no row says why."""
    raw = orjson.dumps(message)
    said = V5().read(raw, lambda _: False)
    assert said == Reply(message["id"], message["op"], raw)
    op = OPS[message["op"]]
    reason = next((row for row in message["data"] if row.get("sCode", "0") != "0"), None)
    if op.twin.batch or (message["code"] == "0" and reason is None):
        rows = op.decode(V5(), raw)
        assert len(rows if isinstance(rows, list) else [rows]) == len(message["data"])
        return
    with pytest.raises(Refused) as caught:
        op.decode(V5(), raw)
    assert caught.value.code == (reason["sCode"] if reason else message["code"])
    assert op.name in caught.value.where
