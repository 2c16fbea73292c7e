"""Every fault that orders meet, one by one: what the client says is what the exchange has, and so does the mirror."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from okx_async import MirrorSettings, OkxError
from okx_async.core.intent import Outcome
from okx_async.sim import Exchange
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault
from tests.mirror.session import differences

from .test_intents import INST, ORDER, trading, warped
from .trading_runs import Ledger, verdicts

Fault = Callable[[Exchange], object]
ORDERS = "/api/v5/trade/*order*"
KEEP = MirrorSettings(audit=5.0, lag=0.5, settle=0.3)


def op(kind: str, **more: Any) -> Fault:
    return lambda sim: sim.faults.requests.ops.add(OpFault(kind, times=2, **more))


def rest(kind: str, **more: Any) -> Fault:
    return lambda sim: sim.faults.rest.add(RestFault(kind, ORDERS, times=2, **more))


#: What goes wrong, on which road orders go, and how.
FAULTS: dict[str, tuple[str, Fault]] = {
    "request lost": ("ws", op("op_lost")),
    "request lost, REST": ("rest", rest("rest_reset")),
    "reply lost": ("ws", op("op_reply_lost")),
    "reply lost, REST": ("rest", rest("rest_reset", executed=True)),
    "reply late": ("ws", op("op_reply_late", seconds=4.0)),
    "reply late, REST": ("rest", rest("rest_slow", executed=True, seconds=4.0)),
    "reply twice": ("ws", op("op_reply_twice")),
    "50004": ("ws", op("op_unknown", executed=True)),
    "50004, REST": ("rest", rest("rest_unknown", executed=True)),
    "50004, and nothing was done": ("rest", rest("rest_unknown")),
    "502 with HTML": ("rest", rest("rest_html", executed=True, status=502)),
    "502 with HTML, and nothing was done": ("rest", rest("rest_html", status=502)),
    "socket cut in mid-batch": ("ws", op("op_cut")),
    "push before reply": ("ws", op("op_reply_late", seconds=0.5)),
    "push doubled": ("ws", lambda sim: sim.faults.duplicate("orders", action="any", times=20)),
    "push dropped silently": ("ws", lambda sim: sim.faults.drop("orders", action="any", times=3)),
    "cancelled by the system": ("ws", lambda sim: sim.panel.system_cancel()),
    "the exchange refuses its own instIdCode": ("auto", op("op_refuse", code=51001)),
    "clock off by minutes": ("rest", lambda sim: sim.skew(180.0)),
    "clock off by minutes, behind": ("ws", lambda sim: sim.skew(-180.0)),
    "REST lags behind the stream": ("rest", lambda sim: sim.panel.records_lag(0.8)),
}


@pytest.mark.parametrize("name", FAULTS)
@warped
async def test_the_client_says_what_the_exchange_has(name: str) -> None:
    """Placed, batched, amended and cancelled while it happens; then all is known, and the mirror is equal."""
    road, fault = FAULTS[name]
    ledger = Ledger()
    async with asyncio.timeout(600), trading(orders=road, journal=ledger) as (sim, okx):
        async with okx.mirror.configure(KEEP) as mirror:
            first = await okx.trade.place_order(**ORDER)
            handles = [mirror.order(cl_ord_id=f"mine{number}") for number in range(3)]
            fault(sim)
            for number in range(3):
                with contextlib.suppress(OkxError):
                    await okx.trade.place_order(**ORDER, cl_ord_id=f"mine{number}")
                if name == "cancelled by the system":
                    fault(sim)
            with contextlib.suppress(OkxError):
                await okx.trade.place_batch_orders([ORDER] * 4)
            with contextlib.suppress(OkxError):
                await okx.trade.amend_order(INST, ord_id=first.ord_id, new_sz="0.02")
            with contextlib.suppress(OkxError):
                await okx.trade.cancel_order(INST, ord_id=first.ord_id)
            assert sim.faults.done, "nothing went wrong"
            sim.faults.clear()
            sim.panel.records_lag(0)
            for intent in okx.orders.open:
                await intent.resolved()
            assert await okx.orders.history("mine0")  # outcomes are written down by then
            assert verdicts(sim, ledger.latest.values()) == []
            placed = {record.cl_ord_id: record for record in ledger.latest.values() if record.verb == "place"}
            for handle in handles:
                if placed[handle.cl_ord_id].outcome is Outcome.ACCEPTED:
                    assert (await handle.accepted()).cl_ord_id == handle.cl_ord_id
                else:
                    with pytest.raises(OkxError):
                        await handle.accepted()
            await asyncio.sleep(2.5 * KEEP.audit)
            await mirror.ready()
            assert differences(sim, mirror) == set()
            if name != "cancelled by the system":
                assert len(mirror.orders) >= 2
