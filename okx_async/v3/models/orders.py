"""Rows of orders, fills and algo orders: one shape per meaning, the products' own spellings are renamed here."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from ...core.row import V3Part, V3Row
from ...core.words import InstrumentId, Num, Px, Side, Sz
from ...errors import OkxError
from ..codes import CODES
from ..words import (
    ClientOid,
    FuturesOrderType,
    MarginTrading,
    MatchPrice,
    OpenClose,
    OptionOrderType,
    OrderId,
    SpotOrderType,
    SpotOrderTypeName,
    SpotTrading,
    YesNo,
)
from .fields import CanonicalId, TextId

__all__ = [
    "AlgoCancelResult",
    "AlgoOrder",
    "AlgoResult",
    "Amendment",
    "CancelOrders",
    "ContractFill",
    "ContractOrder",
    "DirectionResult",
    "Fill",
    "FuturesAlgoOrder",
    "FuturesAmendment",
    "FuturesFill",
    "LoanOrder",
    "NewContractOrder",
    "NewMarginOrder",
    "NewOptionOrder",
    "NewSpotOrder",
    "OptionFill",
    "OptionOrder",
    "OrderResult",
    "SpotAlgoOrder",
    "SpotFill",
    "SpotOrder",
    "TradeFee",
]

_GOOD = (None, "", "0")


# -- what is sent


class _NewSpot(V3Part, frozen=True, kw_only=True):
    instrument_id: InstrumentId
    side: Side
    type_: SpotOrderTypeName | None = None
    price: Num | None = None
    size: Num | None = None
    notional: Num | None = None
    order_type: SpotOrderType | None = None
    client_oid: ClientOid | None = None


class NewSpotOrder(_NewSpot, frozen=True, kw_only=True):
    """One order of a spot batch. A limit order (default) needs ``price`` and ``size``, a market sell ``size``, a market
    buy ``notional``, the amount of the quote currency to spend."""

    margin_trading: SpotTrading | None = None


class NewMarginOrder(_NewSpot, frozen=True, kw_only=True):
    """One order of a margin batch; the rest is as in `NewSpotOrder`."""

    margin_trading: MarginTrading


class NewContractOrder(V3Part, frozen=True, kw_only=True):
    """One order of a futures or swap batch; ``price`` is needed unless it is a market order or matches the opposite."""

    type_: OpenClose
    size: Num
    price: Num | None = None
    order_type: FuturesOrderType | None = None
    match_price: MatchPrice | None = None
    client_oid: ClientOid | None = None


class NewOptionOrder(V3Part, frozen=True, kw_only=True):
    """One order of an option batch; ``price`` is needed unless it matches the opposite price."""

    instrument_id: InstrumentId
    side: Side
    size: Num
    price: Num | None = None
    order_type: OptionOrderType | None = None
    match_price: MatchPrice | None = None
    client_oid: ClientOid | None = None


class CancelOrders(V3Part, frozen=True, kw_only=True):
    """The orders of one pair to cancel: ``order_ids`` or ``client_oids``, the same kind in the whole request."""

    instrument_id: InstrumentId
    order_ids: list[OrderId] | None = None
    client_oids: list[ClientOid] | None = None


class Amendment(V3Part, frozen=True, kw_only=True):
    """One amendment of an option batch: one of the ids, and a new size (which counts what has filled) or price."""

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("order_id", "client_oid"), ("new_size", "new_price"))

    order_id: OrderId | None = None
    client_oid: ClientOid | None = None
    new_size: Num | None = None
    new_price: Num | None = None
    request_id: ClientOid | None = None


class FuturesAmendment(Amendment, frozen=True, kw_only=True):
    """One amendment of a futures or swap batch; ``cancel_on_fail`` 1 cancels the order when it cannot be amended."""

    cancel_on_fail: YesNo | None = None


# -- outcomes


class Outcome(V3Row, frozen=True, gc=False, kw_only=True):
    """What came of one thing that was asked for. Look at `ok`: ``result`` alone says only that it was processed."""

    result: bool | None = None
    error_code: str | int | None = None
    error_message: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it was accepted. An accepted cancel or amendment is confirmed by the order query or channel only."""
        return str(self.error_code or "") in _GOOD

    @property
    def error(self) -> OkxError | None:
        """What the exchange said, as a typed error with its remedy; ``None`` when it was accepted."""
        return None if self.ok else CODES.refusal(str(self.error_code or ""), self.error_message or "", answer=self)


class OrderResult(Outcome, frozen=True, gc=False, kw_only=True):
    """What came of placing, cancelling or amending one order."""

    order_id: str | None = None
    """``-1`` for an order that was not accepted."""
    client_oid: str | None = None
    instrument_id: CanonicalId | None = None
    request_id: str | None = None
    """Your tag of an amendment."""

    @property
    def ok(self) -> bool:
        """Whether it was accepted: decided by ``error_code`` and ``order_id``."""
        return self.order_id != "-1" and str(self.error_code or "") in _GOOD


class AlgoResult(Outcome, frozen=True, gc=False, kw_only=True):
    """What came of placing an algo order."""

    algo_id: TextId | None = None
    """``-1`` for an order that was not accepted."""
    instrument_id: str | None = None
    order_type: str | int | None = None

    @property
    def ok(self) -> bool:
        """Whether it was accepted: decided by ``error_code`` and ``algo_id``."""
        return self.algo_id != "-1" and str(self.error_code or "") in _GOOD


class AlgoCancelResult(Outcome, frozen=True, gc=False, kw_only=True):
    """Which algo orders are being cancelled; ids that are no longer there are left out by the exchange."""

    algo_ids: list[str]
    instrument_id: str | None = None
    order_type: str | int | None = None


class DirectionResult(Outcome, frozen=True, gc=False, kw_only=True):
    """What came of closing a position, or of cancelling its close orders."""

    instrument_id: str | None = None
    direction: str | None = None


class LoanOrder(V3Row, frozen=True, gc=False, kw_only=True):
    """What came of borrowing or repaying."""

    borrow_id: TextId | None = None
    repayment_id: TextId | None = None
    client_oid: str | None = None
    result: bool | None = None


# -- orders


class Order(V3Row, frozen=True, gc=False, kw_only=True):
    """What every product's orders have in common, in answers and pushes. ``fee``: negative charged, positive rebate."""

    instrument_id: InstrumentId
    order_id: str
    client_oid: str | None = None
    price: Px | None = None
    size: Sz | None = None
    price_avg: Px | None = None
    """Average price of what has filled."""
    order_type: str | None = None
    """0 normal, 1 post only, 2 fill or kill, 3 immediate or cancel, 4 market."""
    state: str | None = None
    """-2 failed, -1 cancelled, 0 open, 1 partly filled, 2 filled, 3 being submitted, 4 being cancelled, 5 amended."""
    status: str | None = None
    """Legacy twin of ``state``: words in spot and margin, the same numbers in contracts."""
    fee: Decimal | None = None
    timestamp: datetime | None = None
    """In answers the creation (options: the last change), in pushes the moment of ``state``."""
    last_fill_px: Px | None = None
    """0 when nothing has filled."""
    last_fill_qty: Sz | None = None
    last_fill_id: str | None = None
    """The trade's id; 0 when nothing has filled."""
    last_fill_time: datetime | None = None
    """1970 when nothing has filled."""
    last_request_id: str | None = None
    last_amend_result: str | None = None
    """-1 failed, 0 done, 1 the order was cancelled by the amendment."""
    event_code: str | None = None
    event_message: str | None = None
    error_code: str | None = None
    created_at: datetime | None = None

    @property
    def ts(self) -> int | None:
        """Unix milliseconds."""
        return round(self.timestamp.timestamp() * 1000) if self.timestamp else None


class SpotOrder(Order, frozen=True, gc=False, kw_only=True):
    """A spot or margin order. Margin orders travel on the spot channel and say ``margin_trading`` 2."""

    type: str | None = None
    """``limit`` or ``market``."""
    side: str | None = None
    notional: Decimal | None = None
    """Quote amount of a market buy."""
    filled_size: Sz | None = None
    """Base currency."""
    filled_notional: Decimal | None = None
    """Quote currency."""
    margin_trading: str | None = None
    """1 spot, 2 margin; pushes only."""
    fee_currency: str | None = None
    rebate: Decimal | None = None
    rebate_currency: str | None = None
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""
    funds: Decimal | None = None
    """Legacy."""


class ContractOrder(Order, frozen=True, gc=False, kw_only=True, rename={"filled_size": "filled_qty"}):
    """A futures or swap order."""

    type: str | None = None
    """1 open long, 2 open short, 3 close long, 4 close short."""
    filled_size: Sz | None = None
    """Contracts; ``filled_qty`` on the wire."""
    contract_val: Decimal | None = None
    leverage: Decimal | None = None
    pnl: Decimal | None = None
    """Futures only."""
    trigger_price: Px | None = None
    """Swap: the price that triggered a forced close; 0 otherwise."""
    order_side: str | None = None


class OptionOrder(Order, frozen=True, gc=False, kw_only=True, rename={"filled_size": "filled_qty"}):
    """An option order."""

    type: str | None = None
    """1 buy, 2 sell, 11 liquidation sell, 12 liquidation buy, 13 deleverage sell, 14 deleverage buy."""
    side: str | None = None
    filled_size: Sz | None = None
    """Contracts; ``filled_qty`` on the wire."""
    contract_val: Decimal | None = None
    underlying: str | None = None


# -- fills


class Fill(V3Row, frozen=True, gc=False, kw_only=True):
    """What every product's fills have in common. ``fee``: negative charged, positive rebate."""

    trade_id: str | None = None
    instrument_id: InstrumentId
    order_id: str | None = None
    price: Px
    size: Sz
    side: str | None = None
    exec_type: str | None = None
    """T taker or M maker; options also say the words."""
    fee: Decimal | None = None
    timestamp: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return round(self.timestamp.timestamp() * 1000)


class SpotFill(Fill, frozen=True, gc=False, kw_only=True):
    """One leg of a spot or margin fill: every fill gives two rows, one per currency; join them by ``trade_id``."""

    ledger_id: TextId
    """The page cursor."""
    currency: str | None = None
    """The currency that ``size`` and ``side`` of this row are about."""
    created_at: datetime | None = None
    """Legacy twin of ``timestamp``."""
    liquidity: str | None = None
    """Legacy twin of ``exec_type``."""
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""


class ContractFill(Fill, frozen=True, gc=False, kw_only=True, rename={"size": "order_qty"}):
    """A swap fill; ``size`` is ``order_qty`` on the wire, ``side`` long or short in the documents' sample."""

    size: Sz


class FuturesFill(Fill, frozen=True, gc=False, kw_only=True, rename={"size": "order_qty", "timestamp": "created_at"}):
    """A futures fill; ``size`` is ``order_qty``, ``timestamp`` is ``created_at`` on the wire."""

    size: Sz
    timestamp: datetime
    type: str | None = None
    """1 open long, 2 open short, 3 close long, 4 close short."""


class OptionFill(Fill, frozen=True, gc=False, kw_only=True, rename={"size": "fill_qty", "price": "fill_price"}):
    """An option fill; ``price`` and ``size`` are ``fill_price`` and ``fill_qty`` on the wire."""

    price: Px
    size: Sz


class TradeFee(V3Row, frozen=True, gc=False, kw_only=True):
    """Your fee rates. The sign is the other way round than in fills: positive is charged, negative is a rebate."""

    maker: Decimal | None = None
    taker: Decimal | None = None
    delivery: Decimal | None = None
    """Futures only."""
    exercise: Decimal | None = None
    """Options only."""
    timestamp: datetime | None = None


# -- algo orders


class AlgoOrder(V3Row, frozen=True, gc=False, kw_only=True):
    """An algo order of any product, as a swap answer and as pushes spell it.

    ``order_type``: 1 trigger, 2 trailing, 3 iceberg, 4 TWAP; ``status``: 1 pending, 2 effective, 3 cancelled, 4 partly
    effective, 5 paused, 6 failed.
    """

    algo_id: TextId
    instrument_id: CanonicalId
    order_type: str | int | None = None
    status: str | None = None
    size: Sz | None = None
    timestamp: datetime | None = None
    """The last change of state."""
    created_at: datetime | None = None
    order_id: str | None = None
    """The order it became; empty or 0 until triggered."""
    side: str | None = None
    """Spot and margin."""
    mode: str | None = None
    """Spot and margin: 1 spot, 2 margin."""
    type: str | None = None
    """Contracts: 1 open long, 2 open short, 3 close long, 4 close short."""
    leverage: Decimal | None = None
    trigger_price: Px | None = None
    algo_price: Px | None = None
    algo_type: str | None = None
    """Trigger: 1 limit, 2 market."""
    real_amount: Sz | None = None
    real_price: Px | None = None
    callback_rate: Decimal | None = None
    """Trailing."""
    algo_variance: Decimal | None = None
    """Iceberg: distance of the price."""
    avg_amount: Sz | None = None
    """Iceberg: average size of one part."""
    price_limit: Px | None = None
    """Iceberg and TWAP: worst price; ``limit_price`` in spot answers."""
    deal_value: Sz | None = None
    """Iceberg and TWAP: what was sent so far."""
    sweep_range: Decimal | None = None
    sweep_ratio: Decimal | None = None
    single_limit: Sz | None = None
    time_interval: Decimal | None = None
    """TWAP: seconds between parts."""
    stop_type: str | None = None
    """Trigger: 1 fires at or above, 2 at or below; pushes of spot only."""
    cancel_code: str | None = None
    """0 timeout, 1 user, 2 balance; pushes of spot only."""
    rejected_at: datetime | None = None

    @property
    def ts(self) -> int | None:
        """Unix milliseconds."""
        return round(self.timestamp.timestamp() * 1000) if self.timestamp else None


class SpotAlgoOrder(AlgoOrder, frozen=True, gc=False, kw_only=True, rename={"price_limit": "limit_price"}):
    """An algo order as spot answers spell it."""

    price_limit: Px | None = None


class FuturesAlgoOrder(AlgoOrder, frozen=True, gc=False, kw_only=True, rename={"algo_id": "algo_ids"}):
    """An algo order as futures answers spell it: ``algo_ids``, though it is one."""

    algo_id: TextId
