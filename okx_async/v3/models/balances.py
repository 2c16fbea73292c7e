"""Rows of the trading accounts: balances, ledgers, loans, margin modes and positions of every product."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from ...core.row import V3Row
from ...core.words import InstrumentId, Px, Sz
from .fields import CanonicalId, TextId

__all__ = [
    "Availability",
    "AvailableCurrency",
    "ContractLeverage",
    "EntryDetails",
    "FixedContract",
    "FuturesAccount",
    "FuturesEntry",
    "FuturesLeverage",
    "FuturesPosition",
    "Hold",
    "LedgerEntry",
    "Loan",
    "MarginAccount",
    "MarginChange",
    "MarginCurrency",
    "MarginLeverage",
    "MarginMode",
    "OptionAccount",
    "OptionPosition",
    "SpotAccount",
    "SwapAccount",
    "SwapEntry",
    "SwapPosition",
    "SwapPositions",
    "SwapSettings",
    "UnderlyingSwitch",
]


class SpotAccount(V3Row, frozen=True, gc=False, kw_only=True):
    """One currency of the spot account, in answers and pushes."""

    currency: str
    balance: Decimal
    hold: Decimal | None = None
    """Frozen."""
    available: Decimal | None = None
    id: str | None = None
    """Legacy."""
    frozen: Decimal | None = None
    """Legacy twin of ``hold``."""
    holds: Decimal | None = None
    """Legacy twin of ``hold``."""
    timestamp: datetime | None = None
    """Pushes only."""


# -- ledgers


class EntryDetails(V3Row, frozen=True, gc=False, kw_only=True, rename={"from_": "from"}):
    """What an entry is about: an order, or the two accounts of a transfer."""

    instrument_id: str | None = None
    order_id: str | None = None
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""
    from_: str | None = None
    to: str | None = None


class LedgerEntry(V3Row, frozen=True, gc=False, kw_only=True):
    """One change of a trading account. ``amount`` is signed."""

    ledger_id: TextId
    currency: str | None = None
    """Futures: may be an underlying in small letters."""
    amount: Decimal
    balance: Decimal | None = None
    """Spot and margin: after the change. Contracts: the number of contracts, negative when closed, 0 when none."""
    type: str | None = None
    """A word, e.g. transfer, trade, match, fee, settlement, liquidation, funding, rebate."""
    timestamp: datetime
    details: EntryDetails | None = None
    instrument_id: str | None = None
    created_at: datetime | None = None
    """Legacy twin of ``timestamp``."""

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return round(self.timestamp.timestamp() * 1000)


class FuturesEntry(LedgerEntry, frozen=True, gc=False, kw_only=True):
    """One change of a futures or option account."""

    underlying: str | None = None
    realized_pnl: Decimal | None = None
    """Options only."""


class SwapEntry(LedgerEntry, frozen=True, gc=False, kw_only=True):
    """One change of a swap account."""

    fee: Decimal | None = None
    """Negative charged, positive rebate."""


# -- margin


class MarginCurrency(V3Row, frozen=True, gc=False, kw_only=True):
    """One of the two currencies of a margin account."""

    currency: str
    available: Decimal | None = None
    balance: Decimal | None = None
    borrowed: Decimal | None = None
    """Not yet repaid, without interest."""
    can_withdraw: Decimal | None = None
    hold: Decimal | None = None
    lending_fee: Decimal | None = None
    """Interest owed, a positive amount."""
    frozen: Decimal | None = None
    """Legacy twin of ``hold``."""
    holds: Decimal | None = None
    """Legacy twin of ``hold``."""


class MarginAccount(V3Row, frozen=True, gc=False, kw_only=True):
    """The margin account of one pair, in answers and pushes."""

    instrument_id: InstrumentId | None = None
    """Missing in the documents' sample of a single account."""
    currencies: list[MarginCurrency]
    """On the wire keys such as ``currency:BTC``."""
    liquidation_price: Px | None = None
    maint_margin_ratio: Decimal | None = None
    margin_ratio: Decimal | None = None
    risk_rate: Decimal | None = None
    tiers: str | None = None
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""
    timestamp: datetime | None = None
    """Pushes only."""


class AvailableCurrency(V3Row, frozen=True, gc=False, kw_only=True):
    """What can be borrowed of one currency."""

    currency: str
    available: Decimal | None = None
    """The most that can be borrowed now."""
    leverage: Decimal | None = None
    leverage_ratio: Decimal | None = None
    """Twin of ``leverage``."""
    rate: Decimal | None = None
    """Interest rate, positive: what is charged."""


class Availability(V3Row, frozen=True, gc=False, kw_only=True):
    """What can be borrowed for one pair."""

    instrument_id: InstrumentId | None = None
    currencies: list[AvailableCurrency]
    """On the wire keys such as ``currency:BTC``."""
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""


class Loan(V3Row, frozen=True, gc=False, kw_only=True):
    """One loan. Interest is a positive amount that is owed."""

    borrow_id: TextId
    instrument_id: InstrumentId | None = None
    currency: str
    amount: Decimal
    timestamp: datetime
    interest: Decimal | None = None
    """In all."""
    returned_amount: Decimal | None = None
    paid_interest: Decimal | None = None
    rate: Decimal | None = None
    last_interest_time: datetime | None = None
    force_repay_time: datetime | None = None
    repay_amount: Decimal | None = None
    """Legacy twin of ``returned_amount``."""
    repay_interest: Decimal | None = None
    """Legacy twin of ``paid_interest``."""
    created_at: datetime | None = None
    """Legacy twin of ``timestamp``."""
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""


class MarginLeverage(V3Row, frozen=True, gc=False, kw_only=True):
    """The leverage of a margin pair."""

    instrument_id: CanonicalId | None = None
    leverage: Decimal | None = None
    result: bool | None = None
    error_code: str | None = None
    """``None`` on success; the exchange sends an empty text."""
    error_message: str | None = None


# -- contracts


class Hold(V3Row, frozen=True, gc=False, kw_only=True):
    """The margin that open orders freeze."""

    instrument_id: InstrumentId
    amount: Decimal
    timestamp: datetime | None = None


class FixedContract(V3Row, frozen=True, gc=False, kw_only=True):
    """One contract of a futures account in fixed margin mode."""

    instrument_id: InstrumentId
    available_qty: Decimal | None = None
    fixed_balance: Decimal | None = None
    margin_for_unfilled: Decimal | None = None
    margin_frozen: Decimal | None = None
    realized_pnl: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    long_open_max: Sz | None = None
    """Pushes only."""
    short_open_max: Sz | None = None
    """Pushes only."""
    timestamp: datetime | None = None


class FuturesAccount(V3Row, frozen=True, gc=False, kw_only=True):
    """The futures account of one underlying, in answers and pushes; which fields are there depends on the mode."""

    currency: str | None = None
    underlying: str | None = None
    """Missing in samples of fixed mode."""
    margin_mode: str
    """``crossed`` or ``fixed``."""
    equity: Decimal | None = None
    total_avail_balance: Decimal | None = None
    can_withdraw: Decimal | None = None
    liqui_mode: str | None = None
    margin: Decimal | None = None
    """Crossed."""
    margin_frozen: Decimal | None = None
    """Crossed: held by positions."""
    margin_for_unfilled: Decimal | None = None
    """Crossed: held by open orders."""
    margin_ratio: Decimal | None = None
    """Crossed; 10000 without a position."""
    maint_margin_ratio: Decimal | None = None
    """Crossed."""
    liqui_fee_rate: Decimal | None = None
    """Crossed: the rate charged by a liquidation, positive."""
    realized_pnl: Decimal | None = None
    """Crossed."""
    unrealized_pnl: Decimal | None = None
    """Crossed."""
    available: Decimal | None = None
    """Crossed; pushes only."""
    open_max: Sz | None = None
    """Crossed: the most contracts that can be opened; pushes only."""
    auto_margin: bool | None = None
    """Fixed: whether margin is added by itself."""
    contracts: list[FixedContract] = msgspec.field(default_factory=list)
    """Fixed."""
    timestamp: datetime | None = None
    """Pushes only."""


class ContractLeverage(V3Row, frozen=True, gc=False, kw_only=True):
    """The leverage of one contract in fixed margin mode."""

    instrument_id: InstrumentId
    long_leverage: Decimal | None = None
    short_leverage: Decimal | None = None


class FuturesLeverage(V3Row, frozen=True, gc=False, kw_only=True):
    """The leverage of an underlying: one for all when crossed, one per contract and side when fixed."""

    margin_mode: str | None = None
    underlying: str | None = None
    leverage: Decimal | None = None
    """Crossed."""
    contracts: list[ContractLeverage]
    """Fixed; on the wire the instrument ids are keys."""
    currency: str | None = None
    """Legacy."""
    result: bool | None = None


class FuturesPosition(V3Row, frozen=True, gc=False, kw_only=True):
    """Both sides of the position in one contract, in answers and pushes.

    A row stays for a contract traded once: look at ``long_qty`` and ``short_qty``, not at whether there is a row.
    """

    instrument_id: InstrumentId
    margin_mode: str | None = None
    """``crossed`` or ``fixed``."""
    long_qty: Sz | None = None
    long_avail_qty: Sz | None = None
    long_avg_cost: Px | None = None
    long_settlement_price: Px | None = None
    long_margin: Decimal | None = None
    long_pnl: Decimal | None = None
    long_pnl_ratio: Decimal | None = None
    long_unrealised_pnl: Decimal | None = None
    long_settled_pnl: Decimal | None = None
    short_qty: Sz | None = None
    short_avail_qty: Sz | None = None
    short_avg_cost: Px | None = None
    short_settlement_price: Px | None = None
    short_margin: Decimal | None = None
    short_pnl: Decimal | None = None
    short_pnl_ratio: Decimal | None = None
    short_unrealised_pnl: Decimal | None = None
    short_settled_pnl: Decimal | None = None
    realised_pnl: Decimal | None = None
    last: Px | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    """When the size changed last."""
    leverage: Decimal | None = None
    """Crossed."""
    liquidation_price: Px | None = None
    """Crossed."""
    long_leverage: Decimal | None = None
    """Fixed, like all that follow."""
    long_liqui_price: Px | None = None
    long_margin_ratio: Decimal | None = None
    long_maint_margin_ratio: Decimal | None = None
    short_leverage: Decimal | None = None
    short_liqui_price: Px | None = None
    short_margin_ratio: Decimal | None = None
    short_maint_margin_ratio: Decimal | None = None
    long_open_outstanding: Sz | None = None
    """Contracts of open orders; pushes only."""
    short_open_outstanding: Sz | None = None
    """Contracts of open orders; pushes only."""
    timestamp: datetime | None = None
    """Pushes only."""


class MarginMode(V3Row, frozen=True, gc=False, kw_only=True):
    """The margin mode that was set."""

    underlying: str | None = None
    margin_mode: str | None = None
    result: bool | None = None


class MarginChange(V3Row, frozen=True, gc=False, kw_only=True):
    """Margin that was added to or taken from a position."""

    instrument_id: InstrumentId | None = None
    direction: str | None = None
    amount: Decimal | None = None
    type: str | None = None
    """1 added, 2 reduced."""
    liquidation_price: Px | None = None
    """After the change."""
    result: bool | None = None


class UnderlyingSwitch(V3Row, frozen=True, gc=False, kw_only=True):
    """The automatic adding of margin that was set."""

    underlying: str | None = None
    type: str | None = None
    """1 on, 2 off."""
    result: bool | None = None
    error_code: str | None = None
    error_message: str | None = None


class SwapPosition(V3Row, frozen=True, gc=False, kw_only=True):
    """One side of a swap position, in answers and pushes."""

    instrument_id: InstrumentId | None = None
    """Missing inside pushes, where the row around it says it."""
    side: str
    """``long`` or ``short``."""
    margin_mode: str | None = None
    """``crossed`` or ``fixed``; inside pushes the row around it says it."""
    position: Sz
    """Contracts."""
    avail_position: Sz | None = None
    avg_cost: Px | None = None
    last: Px | None = None
    leverage: Decimal | None = None
    liquidation_price: Px | None = None
    maint_margin_ratio: Decimal | None = None
    margin: Decimal | None = None
    realized_pnl: Decimal | None = None
    """In pushes the sum of both sides."""
    unrealized_pnl: Decimal | None = None
    settled_pnl: Decimal | None = None
    settlement_price: Px | None = None
    open_outstanding: Sz | None = None
    """Contracts of open orders; pushes only."""
    timestamp: datetime | None = None


class SwapPositions(V3Row, frozen=True, gc=False, kw_only=True):
    """A push of swap positions: all that is held of one contract. An empty ``holding`` means: nothing any more."""

    instrument_id: InstrumentId | None = None
    margin_mode: str | None = None
    timestamp: datetime | None = None
    holding: list[SwapPosition]


class SwapAccount(V3Row, frozen=True, gc=False, kw_only=True):
    """The account of one swap contract, in answers and pushes."""

    instrument_id: InstrumentId
    currency: str | None = None
    underlying: str | None = None
    equity: Decimal | None = None
    total_avail_balance: Decimal | None = None
    fixed_balance: Decimal | None = None
    margin: Decimal | None = None
    margin_frozen: Decimal | None = None
    margin_mode: str | None = None
    """``crossed`` or ``fixed``."""
    margin_ratio: Decimal | None = None
    """10000 without a position."""
    maint_margin_ratio: Decimal | None = None
    realized_pnl: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    max_withdraw: Decimal | None = None
    available_qty: Decimal | None = None
    """Pushes only."""
    long_open_max: Sz | None = None
    """Pushes only."""
    short_open_max: Sz | None = None
    """Pushes only."""
    timestamp: datetime | None = None


class SwapSettings(V3Row, frozen=True, gc=False, kw_only=True):
    """Leverage and margin mode of a swap contract."""

    instrument_id: InstrumentId
    long_leverage: Decimal | None = None
    short_leverage: Decimal | None = None
    margin_mode: str | None = None


class OptionPosition(V3Row, frozen=True, gc=False, kw_only=True):
    """The position in one option, in answers and pushes; all zero and dated 1970 when there is none."""

    instrument_id: InstrumentId
    position: Sz
    """Net: negative when sold."""
    avail_position: Sz | None = None
    avg_cost: Px | None = None
    settlement_price: Px | None = None
    """Of the last settlement."""
    total_pnl: Decimal | None = None
    """Without fees."""
    pnl_ratio: Decimal | None = None
    realized_pnl: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    pos_margin: Decimal | None = None
    option_value: Decimal | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class OptionAccount(V3Row, frozen=True, gc=False, kw_only=True):
    """The option account of one underlying, in answers and pushes."""

    currency: str | None = None
    underlying: str | None = None
    equity: Decimal | None = None
    total_avail_balance: Decimal | None = None
    margin_balance: Decimal | None = None
    margin_frozen: Decimal | None = None
    """Held by positions and orders."""
    avail_margin: Decimal | None = None
    margin_for_unfilled: Decimal | None = None
    maintenance_margin: Decimal | None = None
    realized_pnl: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    max_withdraw: Decimal | None = None
    option_value: Decimal | None = None
    delta: Decimal | None = None
    gamma: Decimal | None = None
    theta: Decimal | None = None
    vega: Decimal | None = None
    risk_factor: Decimal | None = None
    """Not in use yet."""
    margin_multiplier: Decimal | None = None
    """Not in use yet."""
    account_status: str | None = None
    """0 normal, 1 reduction delayed, 2 reduction running."""
