"""The mirror in V3: every product on the simulator, and how V3's rows read in the mirror's words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from okx_async import BadParameter, ClientClosed, MirrorNotLive, MirrorSettings, OKEx, OkxError
from okx_async.mirror import Mirror, rows_v3
from okx_async.mirror.picture import Trust
from okx_async.mirror.reader_v3 import HostV3, ReaderV3
from okx_async.mirror.state import MirrorState
from okx_async.sim import Exchange, warp
from okx_async.v3.models.balances import FuturesPosition, OptionPosition, SwapAccount, SwapPosition, SwapPositions
from okx_async.v3.models.fields import TextId
from okx_async.v3.models.orders import ContractFill, ContractOrder, OptionOrder, SpotFill, SpotOrder
from okx_async.v5.models.trade import Order
from tests.sim.accounts_v3.desk import SPOT, SWAP, future, option_of

FAST = MirrorSettings(audit=5.0, lag=0.2, settle=0.1)
AT = 1_767_225_600_000


def moment(ms: int) -> datetime:
    """Return a time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


@asynccontextmanager
async def desk(*products: str) -> AsyncIterator[tuple[Exchange, OKEx, Mirror]]:
    """An exchange that stands still, and a client with a mirror that is live."""
    async with Exchange(seed=3, instruments=8, rate=0, history_minutes=5) as sim:
        sim.user().hedged = True
        names = {"spot": SPOT, "swap": SWAP, "futures": future(sim, 1), "option": option_of(sim)}
        names |= {"margin": SPOT, "coin": future(sim), "fixed": future(sim, 1)}
        async with OKEx(sim.credentials[0], site=sim.site) as okx:
            async with okx.mirror_of(*(names[product] for product in products), settings=FAST) as mirror:
                yield sim, okx, mirror


def in_warp(body: Callable[[], Awaitable[None]]) -> None:
    """Run a test in simulated time."""
    warp.run(body())  # type: ignore[arg-type]


# -- on the simulator


@pytest.mark.parametrize("product", ["spot", "futures", "swap", "option"])
def test_orders_fills_and_positions_of_every_product_are_kept(product: str) -> None:
    """Pushed first, and the same when REST is asked."""

    async def body() -> None:
        async with desk(product) as (sim, okx, mirror):
            order = mirror.order(cl_ord_id="mine1")
            if product == "spot":
                await okx.spot.place_order(SPOT, "buy", "market", notional="1000", client_oid="mine1")
            elif product == "option":
                await okx.option.place_order(option_of(sim), "buy", "2", match_price="1", client_oid="mine1")
            elif product == "swap":
                await okx.swap.place_order(SWAP, "2", "2", order_type="4", client_oid="mine1")
            else:
                await okx.futures.place_order(future(sim, 1), "2", "2", order_type="4", client_oid="mine1")
            done = await order.done(2)
            (real,) = sim.venue.orders.history(sim.user().uid)
            filled = Decimal(real.market.instrument.size_text(real.filled))
            assert (done.state, done.acc_fill_sz, done.inst_type) == ("filled", filled, product.upper())
            assert {fill.trade_id for fill in order.fills} == {str(fill.trade_id) for fill in real.fills}
            assert {fill.side for fill in order.fills} == {"sell" if product in ("futures", "swap") else "buy"}
            await asyncio.sleep(0.1)
            sizes = {position.pos_side: position.pos for position in mirror.positions.values()}
            sides = {"futures": {"short": 2}, "swap": {"short": 2}, "option": {"net": 2}, "spot": {}}
            assert sizes == {side: Decimal(size) for side, size in sides[product].items()}
            await asyncio.sleep(2 * FAST.audit)
            assert mirror.status.audits >= 2
            counts = mirror.status.counts
            assert not [name for name in counts if name.startswith(("violation", "divergence"))], counts
            if product != "option":
                assert all(fill.fee is not None for fill in order.fills), "REST tells the fee"

    in_warp(body)


def test_a_position_that_turns_and_one_that_ends_are_seen() -> None:
    async def body() -> None:
        async with desk("swap") as (_, okx, mirror):
            for kind, sides in (("1", {"long"}), ("2", {"long", "short"}), ("3", {"short"}), ("4", set[str]())):
                await okx.swap.place_order(SWAP, kind, "2", order_type="4")  # type: ignore[arg-type]
                await asyncio.sleep(0.1)
                assert {row.pos_side for row in mirror.positions.values()} == sides
                await asyncio.sleep(2 * FAST.audit)
                assert {row.pos_side for row in mirror.positions.values()} == sides
            counts = mirror.status.counts
            assert not [name for name in counts if name.startswith(("violation", "divergence"))], counts

    in_warp(body)


def test_what_happened_while_it_was_away_is_read() -> None:
    """Amended, filled and cancelled behind its back; an order's price is believed when all is quiet."""

    async def body() -> None:
        async with desk("swap") as (sim, okx, mirror):
            rows = await okx.swap.place_batch_orders(SWAP, [{"type_": "1", "size": "1", "price": "30000"}] * 2)
            await asyncio.sleep(0.5)
            sim.faults.drop(endpoint="v3", times=10**9)
            changed, gone = (str(row.order_id) for row in rows)
            await okx.swap.amend_order(SWAP, order_id=changed, new_size="3")
            await okx.swap.cancel_order(SWAP, gone)
            await okx.swap.place_order(SWAP, "2", "1", order_type="4")
            await asyncio.sleep(2 * FAST.audit)
            assert mirror.order(ord_id=changed).row.sz == 3
            assert mirror.order(ord_id=gone).row.state == "canceled"
            assert [row.pos_side for row in mirror.positions.values()] == ["short"]
            (sold,) = (row for row in mirror.last_known.finished.values() if row.state == "filled")
            assert {fill.side for fill in mirror.order(ord_id=sold.ord_id).fills} == {"sell"}
            assert {name for name in mirror.status.counts if name.startswith("divergence")} >= {
                "divergence order", "divergence position"
            }  # fmt: skip

    in_warp(body)


def test_it_ends_with_its_client() -> None:
    async def body() -> None:
        async with desk("spot") as (_, okx, mirror):
            with pytest.raises(MirrorNotLive):
                mirror.order(cl_ord_id="mine1").row  # noqa: B018
            await okx.aclose()
            assert isinstance(mirror.ended(), ClientClosed)
        with pytest.raises(BadParameter, match="say what to mirror"):
            OKEx().mirror_of()
        with pytest.raises(OkxError):
            OKEx().mirror_of(SPOT).start()

    in_warp(body)


# -- rows


def test_the_two_legs_of_a_spot_fill_are_one_fill() -> None:
    """Whichever comes first: size and side are those of the base currency, the fee stands in either."""
    common: dict[str, Any] = {"instrument_id": SPOT, "order_id": "7", "trade_id": "5", "price": Decimal(60_000)}
    common |= {"timestamp": moment(AT), "exec_type": "T"}
    base = SpotFill(
        **common, ledger_id=TextId("1"), size=Decimal("0.01"), side="buy", currency="BTC", fee=Decimal("-0.00001")
    )
    quote = SpotFill(**common, ledger_id=TextId("2"), size=Decimal(600), side="sell", currency="USDT", fee=Decimal(0))
    for legs in ([base, quote], [quote, base]):
        (fill,) = rows_v3.fills(legs, {})
        assert (fill.fill_sz, fill.side, fill.fee, fill.fee_ccy) == (
            Decimal("0.01"), "buy", Decimal("-0.00001"), "BTC"
        )  # fmt: skip


def test_what_a_contract_s_fill_did_is_read_from_its_order() -> None:
    """The documents' sample says long and short."""
    row = ContractFill(
        instrument_id=SWAP, order_id="7", trade_id="5", price=Decimal(1), size=Decimal(2), side="long",
        timestamp=moment(AT),
    )  # fmt: skip
    known: Any
    (known,) = rows_v3.fills([row], {"7": Order(inst_id=SWAP, ord_id="7", side="sell")})
    assert (known.side, known.fill_sz) == ("sell", 2)
    (unknown,) = rows_v3.fills([row], {})
    assert unknown.side is None


@pytest.mark.parametrize(
    ("kind", "side", "pos_side"),
    [("1", "buy", "long"), ("2", "sell", "short"), ("3", "sell", "long"), ("4", "buy", "short")],
)
def test_a_contract_s_order_opens_or_closes_a_side(kind: str, side: str, pos_side: str) -> None:
    row = rows_v3.order(ContractOrder(instrument_id=SWAP, order_id="7", type=kind), pushed=False)
    assert (row.side, row.pos_side, row.inst_type, row.category) == (side, pos_side, "SWAP", None)


@pytest.mark.parametrize(
    ("row", "category"),
    [
        (OptionOrder(instrument_id="BTC-USD-200925-9000-C", order_id="7", type="11"), "full_liquidation"),
        (OptionOrder(instrument_id="BTC-USD-200925-9000-C", order_id="7", type="14"), "adl"),
        (ContractOrder(instrument_id=SWAP, order_id="7", type="3", trigger_price=Decimal(9)), "full_liquidation"),
        (ContractOrder(instrument_id=SWAP, order_id="7", type="3", trigger_price=Decimal(0)), None),
    ],
)
def test_what_the_exchange_forces_is_told(row: Any, category: str | None) -> None:
    assert rows_v3.order(row, pushed=True).category == category


def test_margin_orders_are_told_apart_and_market_purchases_are_for_an_amount() -> None:
    bought = SpotOrder(
        instrument_id=SPOT, order_id="7", type="market", side="buy", size=Decimal(0), notional=Decimal(50)
    )
    row: Any = rows_v3.order(bought, pushed=True)
    assert (row.inst_type, row.ord_type, row.sz, row.tgt_ccy) == ("SPOT", "market", 50, "quote_ccy")
    borrowed = SpotOrder(instrument_id=SPOT, order_id="7", order_type="1", size=Decimal(2), margin_trading="2")
    row = rows_v3.order(borrowed, pushed=True)
    assert (row.inst_type, row.ord_type, row.sz) == ("MARGIN", "post_only", 2)


def test_only_pushes_say_when_an_order_changed() -> None:
    row = ContractOrder(
        instrument_id=SWAP, order_id="7", timestamp=moment(AT), last_fill_id="0", last_fill_qty=Decimal(0)
    )
    assert rows_v3.order(row, pushed=True).u_time == AT
    assert rows_v3.order(row, pushed=False).u_time is None
    assert rows_v3.order(row, pushed=False, u_time=5).u_time == 5
    assert rows_v3.order(row, pushed=True).trade_id is None


def test_what_a_push_of_a_swap_leaves_out_is_not_held() -> None:
    """An empty ``holding`` means nothing any more. (Position channel)"""
    held = SwapPosition(side="short", position=Decimal(3), avg_cost=Decimal(9))
    rows: list[Any] = list(
        rows_v3.swap_positions(SwapPositions(instrument_id=SWAP, timestamp=moment(AT), holding=[held]), SWAP)
    )
    assert [(row.pos_id, row.pos, row.u_time) for row in rows] == [(f"{SWAP} long", 0, AT), (f"{SWAP} short", 3, AT)]
    assert all(row.pos == 0 for row in rows_v3.swap_positions(SwapPositions(holding=[]), SWAP))


def test_a_future_has_two_sides_and_an_option_a_net_one() -> None:
    row = FuturesPosition(
        instrument_id="BTC-USD-200925", long_qty=Decimal(2), long_avg_cost=Decimal(9), short_qty=Decimal(0),
        leverage=Decimal(10), updated_at=moment(AT),
    )  # fmt: skip
    long, short = (cast("Any", side) for side in rows_v3.futures_positions(row))
    assert (long.pos, long.avg_px, long.lever, long.u_time) == (2, 9, 10, AT)
    assert (short.pos, short.pos_side) == (0, "short")
    sold = OptionPosition(instrument_id="BTC-USD-200925-9000-C", position=Decimal(-2), updated_at=moment(AT))
    net: Any = rows_v3.option_position(sold)
    assert (net.pos_id, net.pos, net.u_time) == ("BTC-USD-200925-9000-C net", -2, AT)


# -- whom to believe


class NoPages:
    """A list without rows."""

    def since(self, _: int) -> NoPages:
        """Bound it."""
        return self

    async def __aiter__(self) -> AsyncIterator[Any]:
        for row in list[Any]():
            yield row


class Host:
    """A client whose REST says what a test says."""

    def __init__(self, *held: SwapPosition) -> None:
        self.held = list(held)
        self.swap = SimpleNamespace(orders=None, fills=None, position=self._position, account=self._account)

    async def _account(self, name: str) -> SwapAccount:
        return SwapAccount(instrument_id=name)

    async def _position(self, _: str) -> list[SwapPosition]:
        return self.held

    def pages(self, *_: Any, **__: Any) -> NoPages:
        """Return no orders and no fills."""
        return NoPages()


def swap_side(size: int) -> SwapPosition:
    """Return a position as REST tells it."""
    return SwapPosition(instrument_id=SWAP, side="long", position=Decimal(size), avg_cost=Decimal(9))


def swap_push(ms: int, *held: SwapPosition) -> SwapPositions:
    """Return a push."""
    return SwapPositions(instrument_id=SWAP, timestamp=moment(ms), holding=list(held))


@pytest.mark.parametrize(
    ("pushed", "told", "began", "left"),
    [
        (2, 1, 10.5, 2),  # REST may lag behind the push
        (2, 1, 11.5, 1),  # a push was lost
        (0, 1, 10.5, 0),  # just closed: an old answer does not open it again
        (0, 1, 11.5, 1),
        (2, None, 10.5, 2),
        (2, None, 11.5, 0),
    ],
)
async def test_rest_is_believed_about_what_is_quiet(pushed: int, told: int | None, began: float, left: int) -> None:
    """REST does not say how old its positions are."""
    state, host = MirrorState(Trust(lag=1.0, settle=0.5)), Host()
    reader = ReaderV3(cast("HostV3", host), [SWAP], 1.0)
    push = next(take for topic, take in reader.topics(state) if topic.channel.channel == "swap/position")
    push(swap_push(AT - 5, swap_side(3)), 9.0)
    push(swap_push(AT, *([swap_side(pushed)] if pushed else [])), 10.0)
    host.held = [] if told is None else [swap_side(told)]
    state.reconcile(await reader.whole(state, None, began), "audit", began)
    held = state.positions.open.get(f"{SWAP} long")
    assert (held.row.pos if held is not None else Decimal(0)) == left
    push(swap_push(AT + 50, swap_side(7)), 12.0)
    assert state.positions.open[f"{SWAP} long"].row.pos == Decimal(7), "the next push counts all the same"


async def test_options_that_were_not_named_are_left_out() -> None:
    """Channels and lists are of the whole underlying."""
    named, other = "BTC-USD-200925-9000-C", "BTC-USD-200925-9000-P"
    state = MirrorState()
    reader = ReaderV3(cast("HostV3", Host()), [named], 1.0)
    takes = {topic.channel.channel: take for topic, take in reader.topics(state)}
    for name in (named, other):
        takes["option/order"](OptionOrder(instrument_id=name, order_id=name, state="0", timestamp=moment(AT)), 1.0)
        takes["option/position"](OptionPosition(instrument_id=name, position=Decimal(1), updated_at=moment(AT)), 1.0)
    assert list(state.orders.open) == [named]
    assert list(state.positions.open) == [f"{named} net"]
