"""How the mirror is kept, and what it shows: settings, everything at one moment, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..checks import check_count, check_seconds
from ..errors import BadParameter
from ..v5.intents import ALGO_TYPES
from ..v5.models.account import CurrencyBalance, Position
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from ..v5.models.trade import Order
from .fills import OwnFill

__all__ = ["MirrorSettings", "MirrorStatus", "MirrorView"]


@dataclass(frozen=True, slots=True)
class MirrorSettings:
    """How the mirror is kept.

    Attributes:
        audit: Seconds between two comparisons with REST. A push that was dropped while its line looked healthy is
            found within that time; each comparison takes some nine requests.
        lag: Seconds REST may take to show what was pushed; the exchange promises nothing. After a cut the mirror is
            live no sooner than so long after its channels are.
        settle: Seconds pushes may take to bring what REST shows already, before that counts as a divergence.
        keep_orders: How many finished orders are kept, with their fills; open ones are always.
        keep_fills: How many of the latest fills of all orders are kept in one row.
        inst_types: Whose finished orders are read at audits.
        algo_types: Which types of algo orders are kept as well, e.g. ``("conditional", "oco")``; the exchange lists one
            type at a time, so each takes four requests at every comparison.
        spreads: Whether spread orders are kept as well.
        fills_channel: Whether to listen to the channel `fills`, too. It is faster than `orders` and needs fee tier
            VIP4; where it is refused, fills come from `orders` alone.
    """

    audit: float = 30.0
    lag: float = 1.0
    settle: float = 0.5
    keep_orders: int = 10_000
    keep_fills: int = 10_000
    inst_types: tuple[str, ...] = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION")
    fills_channel: bool = True
    algo_types: tuple[str, ...] = ()
    spreads: bool = False

    def __post_init__(self) -> None:
        for name in ("audit", "lag", "settle"):
            check_seconds(name, getattr(self, name))
        if self.audit < self.lag + self.settle:
            raise BadParameter("audit must be at least lag and settle together")
        for name in ("keep_orders", "keep_fills"):
            check_count(name, getattr(self, name))
        unknown = set(self.algo_types) - set(ALGO_TYPES)
        if isinstance(self.algo_types, str) or unknown:
            raise BadParameter(f"algo_types takes some of {', '.join(ALGO_TYPES)}, not {self.algo_types!r}")


@dataclass(frozen=True, slots=True)
class MirrorView:
    """Everything at one moment.

    Attributes:
        live: Whether it can be vouched for.
        cause: Why not, ``""`` when it can.
        version: The number of the latest change in it.
        orders: Open orders by ``ord_id``.
        finished: The latest finished orders by ``ord_id``, the oldest first.
        fills: The latest fills, the oldest first.
        positions: Open positions by ``pos_id``.
        balances: Currencies of the trading account by ``ccy``; in V3 those of every account by `ProductBalance.key`.
        algos: Algo orders that wait or work, by ``algo_id``; where they are kept.
        spreads: Open spread orders by ``ord_id``; where they are kept.
    """

    live: bool
    cause: str
    version: int
    orders: Mapping[str, Order]
    finished: Mapping[str, Order]
    fills: tuple[OwnFill, ...]
    positions: Mapping[str, Position]
    balances: Mapping[str, CurrencyBalance]
    algos: Mapping[str, AlgoOrder] = field(default_factory=dict[str, AlgoOrder])
    spreads: Mapping[str, SpreadOrder] = field(default_factory=dict[str, SpreadOrder])


@dataclass(frozen=True, slots=True)
class MirrorStatus:
    """Where the mirror stands.

    Attributes:
        live: Whether it can be vouched for.
        cause: Why not, ``""`` when it can.
        version: The number of the latest change.
        compared: Local Unix time of the beginning of the latest complete comparison with REST, ``None`` before it.
        audits: Complete comparisons with REST.
        trouble: Why the latest comparison failed, ``""`` when it did not.
        fills_from: ``fills`` or ``orders``: which channel brings fills first.
        counts: Rows and what they were, violations and divergences; see `MirrorState`.
    """

    live: bool
    cause: str
    version: int
    compared: float | None = None
    audits: int = 0
    trouble: str = ""
    fills_from: str = "orders"
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
