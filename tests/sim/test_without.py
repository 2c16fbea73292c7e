"""What the simulator says it leaves out of what it serves is refused with an honest code."""

from __future__ import annotations

from typing import Any

import pytest

from okx_async import catalogue
from okx_async.cli import main
from okx_async.sim.accounts.people import Mode
from okx_async.sim.coverage import Coverage
from okx_async.sim.without import WITHOUT
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json

ORDER = {"instId": SWAP, "tdMode": "cross", "side": "buy", "ordType": "limit", "sz": "10", "px": "60000"}
ALGO = {"instId": SWAP, "tdMode": "cross", "side": "sell", "sz": "10"}
LOSS = {"slTriggerPx": "59000", "slOrdPx": "-1"}
LIMIT = {"tpTriggerPx": "61000", "tpOrdPx": "61000", "tpOrdKind": "limit"}
RATIO = {"slTriggerRatio": "-0.1", "slOrdPx": "-1"}
TRAILS = [{"callbackRatio": "0.01"}, LOSS]
# For each text: what asks for it, and the code it is refused with.
_ORDERS: dict[str, list[tuple[Json, str]]] = {
    "portfolio margin": [({}, "51010")],
    "margin of pairs": [({"instId": SPOT, "sz": "0.1", "tdMode": mode}, "54000") for mode in ("cross", "isolated")],
    "options": [({"instId": "option", "side": "sell", "sz": "1", "px": "0.05"}, "51018"),
                ({"instId": "option", "px": "", "pxUsd": "1"}, "51179"),
                ({"instId": "option", "px": "", "pxVol": "1"}, "51179")],
    "event contracts": [({"ordType": "rpi"}, "54042"), ({"ordType": "mmp"}, "51036"), ({"instId": "EVENT"}, "51001")],
    "attached": [({"attachAlgoOrds": rows}, "50062") for rows in ([LIMIT], [RATIO], TRAILS)],
}  # fmt: skip
_MODE = ({"acctLv": "4"}, "50062")
TRIED: dict[str, dict[str, list[tuple[Json, str]]]] = {
    "account.set_account_level": {"portfolio": [_MODE]},
    "account.precheck_account_level_switch": {"portfolio": [_MODE]},
    "account.risk_state": {"portfolio": [({}, "51010")]},
    "account.set_isolated_mode": {"settings": [({"isoMode": "quick_margin", "type": "MARGIN"}, "50062")]},
    "account.max_size": {
        "options": [({"instId": "option", "tdMode": "cross"}, "50062")],
        "margin of pairs": [({"instId": SPOT, "tdMode": mode}, "50062") for mode in ("cross", "isolated")],
    },
    "account.max_loan": {"isolated": [({"instId": SPOT, "mgnMode": "isolated"}, "50062")]},
    "account.spot_manual_borrow_repay": {"modes": [({"ccy": "BTC", "side": "borrow", "amt": "1"}, "51010")]},
    "trade.place_order": _ORDERS,
    "trade.place_batch_orders": _ORDERS,
    "trade.order_precheck": _ORDERS,
    "trade.amend_order": {
        "attached": [({"attachAlgoOrds": [{"attachAlgoClOrdId": "loss", field: "0.1"}]}, code)
                     for field, code in (("newCallbackRatio", "50062"), ("newSlTriggerRatio", "50062"),
                                         ("newTpTriggerPx", "51526"))],
    },
    "algo.place_algo_order": {
        "chase": [({"ordType": kind}, "50062") for kind in ("chase", "smart_iceberg")],
        "limit take": [({"ordType": "conditional"} | LIMIT, "50062")],
        "attached": [({"ordType": "conditional", "attachAlgoOrds": [LOSS]} | LOSS, "50062")],
    },
    "algo.amend_algo_order": {
        "types": [({"algoClOrdId": "trail", "newSz": "1"}, "51506")],
        "attached": [({"algoClOrdId": "waits", "attachAlgoOrds": [{"newSlTriggerPx": "1"}]}, "50062")],
    },
    "subaccount.create_subaccount": {"custody": [({"subAcct": "other", "type": "5"}, "50062")]},
    "block.create_rfq": {"splitting": [({"acctAlloc": [{"acct": "0", "legs": []}]}, "50062")]},
}  # fmt: skip
BESIDE: dict[str, Json] = {
    "trade.place_order": ORDER,
    "trade.place_batch_orders": ORDER,
    "trade.order_precheck": ORDER,
    "trade.amend_order": {"instId": SWAP, "clOrdId": "rests"},
    "algo.place_algo_order": ALGO,
    "algo.amend_algo_order": {"instId": SWAP},
    "block.create_rfq": {"counterparties": ["SIM"], "legs": [{"instId": SWAP, "sz": "10", "side": "buy"}]},
}
ENDPOINTS = {f"{row.chapter}.{row.name}": row for row in catalogue() if row.dialect == "v5" and not row.deprecated}


def test_everything_that_is_said_is_tried() -> None:
    assert WITHOUT.keys() == TRIED.keys()
    for name, texts in WITHOUT.items():
        # One of the words that try it stands in each text, in this order.
        assert len(texts) == len(TRIED[name])
        for text, word in zip(texts, TRIED[name], strict=True):
            assert word in text, name


@pytest.mark.parametrize("name", TRIED)
def test_it_is_refused(name: str) -> None:
    endpoint, floor = ENDPOINTS[name], Floor().empty_at_60000(SWAP, SPOT)
    option = next(one for one in floor.markets if one.endswith("-C"))
    user = floor.user()
    floor.good(user, SWAP, "buy", "limit", "1", "59000", clOrdId="rests", attachAlgoOrds=[LOSS | {
        "slTriggerPx": "58000", "attachAlgoClOrdId": "loss"}])  # fmt: skip
    floor.algo(user, ALGO | {"ordType": "move_order_stop", "callbackRatio": "0.1", "algoClOrdId": "trail"})
    floor.algo(user, ALGO | {"ordType": "conditional", "algoClOrdId": "waits"} | LOSS)
    for word, cases in TRIED[name].items():
        for fields, code in cases:
            asked = BESIDE.get(name, {}) | fields
            asked |= {"instId": option} if asked.get("instId") == "option" else {}
            user.mode = Mode.PORTFOLIO if name.startswith("trade") and word == "portfolio margin" else Mode.FUTURES
            path = endpoint.path.removeprefix("/api/v5/")
            given: Any = [asked] if endpoint.bare_list else asked
            path = path if endpoint.method == "POST" else f"?{path}"
            assert floor.answer_code(user, path, given) == code, (word, fields)


def test_the_catalogue_tells(capsys: pytest.CaptureFixture[str]) -> None:
    coverage = Coverage()
    assert all(coverage.without(ENDPOINTS[name]) == texts for name, texts in WITHOUT.items())
    assert coverage.without(ENDPOINTS["market.ticker"]) == ()
    assert main(["catalogue", "--sim", "portfolio"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "* account.set_account_level: without portfolio margin" in lines
    assert any("served *" in line for line in lines)
    assert main(["catalogue", "--sim", "account.max_loan"]) == 0
    assert "isolated margin" in capsys.readouterr().out
    assert main(["catalogue", "account.max_loan"]) == 0
    assert "isolated margin\n" not in capsys.readouterr().out
