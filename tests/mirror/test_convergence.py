"""Real pushes of the simulator, lost, doubled and swapped at will, then an answer of REST: the mirror says the same."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.answers import build
from okx_async.core.numeric import blank_to_null
from okx_async.mirror.changes import OrderChanged, PositionChanged
from okx_async.mirror.orders import FINAL
from okx_async.mirror.picture import Picture, Trust
from okx_async.mirror.state import MirrorState
from okx_async.sim.frames import Message
from okx_async.sim.query_v5 import Refusal
from okx_async.v5.models.account import AccountBalance, BalanceAndPosition, Position
from okx_async.v5.models.trade import Fill, FillUpdate, Order, OrderUpdate
from tests.sim.accounts.floor import SPOT, SWAP, Floor

KINDS: dict[str, Any] = {
    "orders": OrderUpdate,
    "fills": FillUpdate,
    "positions": Position,
    "account": AccountBalance,
    "balance_and_position": BalanceAndPosition,
}
TAKES: dict[str, Callable[[MirrorState, Any, float], None]] = {
    "orders": MirrorState.order,
    "fills": MirrorState.fill,
    "positions": MirrorState.position,
    "account": MirrorState.account,
    "balance_and_position": MirrorState.change,
}
Push = tuple[str, Any]


def typed(kind: Any, rows: list[Any]) -> list[Any]:
    raw = blank_to_null(json.dumps(rows, separators=(",", ":")).encode())
    decoder = msgspec.json.Decoder(list[kind], strict=False, dec_hook=build)
    return list(decoder.decode(raw))


class Ear:
    """A line that keeps what is pushed."""

    def __init__(self) -> None:
        self.pushes: list[Push] = []

    def push(self, message: Message) -> None:
        for row in typed(KINDS[message.channel], json.loads(message.payload)["data"]):
            self.pushes.append((message.channel, row))

    def flush(self) -> None:
        """Nothing is on a way."""


def pictured(floor: Floor, began: float) -> Picture:
    """What REST says now."""
    user = floor.user()
    done = [floor.ask(user, "?trade/orders-history", {"instType": kind}) for kind in ("SPOT", "SWAP")]
    return Picture(
        began,
        typed(Order, floor.ask(user, "?trade/orders-pending")),
        typed(Order, [row for rows in done for row in rows]),
        fills=typed(Fill, floor.ask(user, "?trade/fills")),
        positions=typed(Position, floor.ask(user, "?account/positions")),
        balances=typed(AccountBalance, floor.ask(user, "?account/balance"))[0].details or [],
    )


@cache
def recorded(seed: int) -> tuple[list[Push], list[Picture]]:
    """One user's trading: all pushes, and REST's answers at three moments, the last at the end."""
    floor, ear, dice, loop = Floor(seed=3, instruments=4, vip=(5, 0, 0)), Ear(), random.Random(seed), asyncio.Runner()
    user, pictures = floor.user(), list[Picture]()

    async def listen() -> None:
        for channel in KINDS:
            arg = {"channel": channel, "instType": "ANY", "extraParams": '{"updateInterval":"0"}'}
            floor.office.private.join(ear, user, channel, arg)

    async def deed() -> None:
        floor.step()
        inst_id = dice.choice((SPOT, SWAP))
        size = str(Decimal(dice.randint(1, 40)) / (400 if inst_id == SPOT else 1))
        pending = floor.venue.orders.pending(user.uid)
        if pending and dice.random() < 0.3:
            one = dice.choice(pending)
            fields = {"instId": one.market.instrument.inst_id, "ordId": str(one.ord_id)}
            path = "trade/cancel-order"
        else:
            mode = "cash" if inst_id == SPOT else "cross"
            fields = {"instId": inst_id, "tdMode": mode, "side": dice.choice(("buy", "sell")), "sz": size}
            fields |= {"ordType": dice.choice(("limit", "ioc", "post_only")), "px": str(dice.randint(60_800, 61_000))}
            path = "trade/order"
        try:
            floor.ask(user, path, fields)
        except Refusal:
            return

    loop.run(listen())
    for number in range(1, 46):
        loop.run(deed())
        loop.run(asyncio.sleep(0))
        if not number % 15:
            pictures.append(pictured(floor, 0.0))
    loop.close()
    floor.venue.close()
    return ear.pushes, pictures


def facts(state: MirrorState) -> dict[tuple[str, str], Any]:
    """What a mirror says."""
    told: dict[tuple[str, str], Any] = {}
    for record in state.orders:
        row = record.row
        fills = frozenset((each.trade_id, each.fill_px, each.fill_sz) for each in record.fills.values())
        told["order", row.ord_id] = (row.state, row.acc_fill_sz, row.px, row.sz, fills)
    for held in state.positions.open.values():
        told["position", held.row.pos_id] = (held.row.pos, held.row.avg_px)
    for ccy, purse in state.balances.open.items():
        if purse.row.cash_bal:
            told["balance", ccy] = purse.row.cash_bal
    return told


def reconciled(state: MirrorState, picture: Picture, now: float) -> None:
    """Do what the network part does with an answer."""
    picture.began = now
    shown = {row.ord_id for row in (*picture.open_orders, *picture.orders)}
    picture.absent = {ord_id for ord_id in state.orders.open if ord_id not in shown}
    state.reconcile(picture, "audit", now)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 3), st.integers(0, 2**32), st.floats(0, 0.5), st.floats(0, 0.5), st.integers(1, 12))
def test_whatever_happens_to_pushes_rest_sets_it_right(
    seed: int, chance: int, lost: float, doubled: float, far: int
) -> None:
    """And nothing ever moves back on the way: old answers of REST come in between."""
    dice = random.Random(chance)
    pushes, pictures = recorded(seed)
    told: list[Any] = []
    state = MirrorState(Trust(lag=1.0, settle=0.5), tell=told.append)
    came = [(at + dice.random() * far, push) for at, push in enumerate(pushes) if dice.random() >= lost]
    came += [(at + dice.random() * far, push) for at, push in came if dice.random() < doubled]
    for number, (_, (channel, row)) in enumerate(sorted(came, key=lambda each: each[0])):
        TAKES[channel](state, row, number / 1000)
        if dice.random() < 0.02:
            reconciled(state, dice.choice(pictures), number / 1000)
    reconciled(state, pictures[-1], 100.0)
    truth = MirrorState()
    truth.reconcile(pictures[-1], "", 0.0)
    assert facts(state) == facts(truth)
    assert not state.differs(pictures[-1], 200.0)
    moved_back(told)


def moved_back(told: list[Any]) -> None:
    """Fail when an order was told to be less filled, or alive, after it was more."""
    orders: dict[str, tuple[Any, bool]] = {}
    for change in told:
        if isinstance(change, OrderChanged):
            filled, final = orders.get(change.row.ord_id, (0, False))
            assert (change.row.acc_fill_sz or 0) >= filled
            assert change.final or not final
            orders[change.row.ord_id] = (change.row.acc_fill_sz or 0, change.row.state in FINAL)
    assert [change.version for change in told] == list(range(1, len(told) + 1))
    assert any(isinstance(change, PositionChanged) for change in told)


def test_what_was_recorded_is_worth_it() -> None:
    """Orders of every end, fills, a position."""
    pushes, pictures = recorded(0)
    states = {row.state for channel, row in pushes if channel == "orders"}
    assert states >= {"live", "partially_filled", "filled", "canceled"}
    assert {channel for channel, _ in pushes} == set(KINDS)
    assert pictures[-1].positions
    assert pictures[-1].fills
