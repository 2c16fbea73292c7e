"""How a bot trades in each dialect: everything that a trading run does not say the same way in both."""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from okx_async import OKX, Credentials, OKEx, Site
from okx_async.core.intent import Kind
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels as v5_channels

from .order_sorts import SORTS, Sort

__all__ = ["MANNERS", "Manner"]

#: Far below the market, so that nothing trades and every order rests.
PRICES = ("30000", "30000.1", "30500", "31000.5")


class Manner(ABC):
    """One client in one dialect.

    Attributes:
        endpoint: The socket private channels are on.
        channel: What the order channel is called there.
        paths: REST paths of orders, for faults: of everything, of orders in general, of single orders.
        operations: Whether orders also travel over the socket.
        sorts: Other sorts of orders it trades beside ordinary ones.
        undatable: Sorts of which the exchange cannot be told until when it may take them.
    """

    endpoint: ClassVar[str]
    channel: ClassVar[str]
    paths: ClassVar[tuple[str, ...]]
    operations: ClassVar[bool]
    sorts: ClassVar[tuple[Sort, ...]] = ()
    undatable: Collection[Kind] = ()

    def __init__(self, client: Any, inst: str) -> None:
        self.client = client
        self.inst = inst

    @classmethod
    @abstractmethod
    def of(
        cls, site: Site, keys: Credentials, dice: random.Random, instruments: Sequence[str], **options: Any
    ) -> Manner:
        """Return one with a client of its own, for one of the instruments that are listed."""

    async def fund(self, site: Site, keys: Credentials) -> None:  # noqa: B027 - most have it there
        """Bring money to where it is traded with, by another client."""

    @abstractmethod
    def topic(self) -> Any:
        """Return the order channel."""

    @abstractmethod
    def order(self, dice: random.Random) -> dict[str, Any]:
        """Return an order that is in order."""

    @abstractmethod
    async def place(self, order: dict[str, Any]) -> str:
        """Place an order and return its client id."""

    @abstractmethod
    async def batch(self, orders: Sequence[dict[str, Any]]) -> list[str]:
        """Place several and return the client ids of those that were taken."""

    @abstractmethod
    async def amend(self, name: str, dice: random.Random) -> None:
        """Change the size of one."""

    @abstractmethod
    async def cancel(self, name: str) -> None:
        """Cancel one."""

    @abstractmethod
    async def pending(self) -> list[str]:
        """Return the client ids of open orders."""

    @abstractmethod
    async def sweep(self) -> Any:
        """Cancel what earlier runs have left."""

    @abstractmethod
    async def cancels(self, names: Sequence[str]) -> None:
        """Cancel several."""


class V5Manner(Manner):
    """Spot orders on any road."""

    endpoint = "private"
    channel = "orders"
    paths = ("/api/v5/trade/*", "/api/v5/trade/*order", "/api/v5/sprd/*", "/api/v5/*")
    operations = True
    sorts = SORTS

    @classmethod
    def of(
        cls, site: Site, keys: Credentials, dice: random.Random, instruments: Sequence[str], **options: Any
    ) -> Manner:
        road: Any = dice.choice(("rest", "ws", "auto"))
        manner = cls(OKX(keys, site=site, orders=road, **options), "BTC-USDT")
        manner.undatable = (Kind.SPREAD,) if road == "ws" else ()
        return manner

    def topic(self) -> Any:
        return v5_channels.orders("ANY")

    def order(self, dice: random.Random) -> dict[str, Any]:
        px, sz = dice.choice(PRICES), dice.choice(("0.01", "0.02"))
        return {"inst_id": self.inst, "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": sz, "px": px}

    async def place(self, order: dict[str, Any]) -> str:
        return (await self.client.trade.place_order(**order)).cl_ord_id or ""

    async def batch(self, orders: Sequence[dict[str, Any]]) -> list[str]:
        rows = await self.client.trade.place_batch_orders(orders)
        return [row.cl_ord_id or "" for row in rows if row.s_code == "0"]

    async def amend(self, name: str, dice: random.Random) -> None:
        await self.client.trade.amend_order(self.inst, cl_ord_id=name, new_sz=dice.choice(("0.03", "0.04")))

    async def cancel(self, name: str) -> None:
        await self.client.trade.cancel_order(self.inst, cl_ord_id=name)

    async def pending(self) -> list[str]:
        return [row.cl_ord_id or "" for row in await self.client.trade.orders_pending()]

    async def sweep(self) -> Any:
        return await self.client.orders.sweep()

    async def cancels(self, names: Sequence[str]) -> None:
        await self.client.trade.cancel_batch_orders([{"inst_id": self.inst, "cl_ord_id": name} for name in names])


class V3Manner(Manner):
    """What V3's products have in common; they differ in where an order's instrument is said."""

    endpoint = "v3"
    channel = "order"
    operations = False
    product: ClassVar[str]
    form: ClassVar[re.Pattern[str]]
    """The name of an instrument that will do."""

    @classmethod
    def of(
        cls, site: Site, keys: Credentials, dice: random.Random, instruments: Sequence[str], **options: Any
    ) -> Manner:
        return cls(OKEx(keys, site=site, **options), next(name for name in instruments if cls.form.fullmatch(name)))

    @property
    def chapter(self) -> Any:
        """The product's chapter."""
        return getattr(self.client, self.product)

    @property
    def where(self) -> dict[str, str]:
        """How calls about known orders name the place."""
        return {"instrument_id": self.inst}

    async def place(self, order: dict[str, Any]) -> str:
        return (await self.chapter.place_order(**{"instrument_id": self.inst, **order})).client_oid or ""

    async def sweep(self) -> Any:
        return await self.client.orders.sweep(self.inst)

    async def cancel(self, name: str) -> None:
        await self.chapter.cancel_order(order_id=name, **self.where)


class V3Spot(V3Manner):
    """Spot orders. Nothing can be amended."""

    product = "spot"
    form = re.compile("BTC-USDT")
    paths = ("/api/spot/v3/*", "/api/spot/v3/*order*", "/api/spot/v3/orders*")

    def topic(self) -> Any:
        return v3_channels.spot_order(self.inst)

    def order(self, dice: random.Random) -> dict[str, Any]:
        price, size = dice.choice(PRICES), dice.choice(("0.01", "0.02"))
        return {"instrument_id": self.inst, "side": "buy", "size": size, "price": price}

    async def batch(self, orders: Sequence[dict[str, Any]]) -> list[str]:
        return [row.client_oid or "" for row in await self.chapter.place_batch_orders(orders) if row.ok]

    async def amend(self, name: str, dice: random.Random) -> None:
        await self.chapter.order(order_id=name, **self.where)

    async def pending(self) -> list[str]:
        return [row.client_oid or "" for row in await self.chapter.orders_pending(self.inst)]

    async def cancels(self, names: Sequence[str]) -> None:
        await self.chapter.cancel_batch_orders([{"instrument_id": self.inst, "client_oids": list(names)}])


class V3Margin(V3Spot):
    """Spot orders on margin, with money in the account of their pair."""

    product = "margin"
    paths = ("/api/margin/v3/*", "/api/margin/v3/*order*", "/api/margin/v3/orders*")

    async def fund(self, site: Site, keys: Credentials) -> None:
        async with OKEx(keys, site=site, allow={"transfer_out"}) as rich:
            await rich.account.transfer("USDT", "90000", "1", "5", to_instrument_id=self.inst)

    def order(self, dice: random.Random) -> dict[str, Any]:
        return {**super().order(dice), "margin_trading": "2"}


class V3Contract(V3Manner):
    """Orders of a contract."""

    items: ClassVar[str]
    """What a batch calls its list."""

    def order(self, dice: random.Random) -> dict[str, Any]:
        return {"type_": "1", "size": dice.choice(("1", "2")), "price": dice.choice(PRICES)}

    async def batch(self, orders: Sequence[dict[str, Any]]) -> list[str]:
        rows = await self.chapter.place_batch_orders(**self.where, **{self.items: orders})
        return [row.client_oid or "" for row in rows if row.ok]

    async def amend(self, name: str, dice: random.Random) -> None:
        await self.chapter.amend_order(**self.where, client_oid=name, new_size=dice.choice(("3", "4")))

    async def pending(self) -> list[str]:
        return [row.client_oid or "" for row in await self.chapter.orders(**self.where, state="6")]

    async def cancels(self, names: Sequence[str]) -> None:
        await self.chapter.cancel_batch_orders(**self.where, client_oids=list(names))


class V3Swap(V3Contract):
    """Orders of a swap; what is cancelled in a batch has one outcome for all."""

    product = "swap"
    form = re.compile("BTC-USDT-SWAP")
    paths = ("/api/swap/v3/*", "/api/swap/v3/*order*", "/api/swap/v3/order")
    items = "order_data"

    def topic(self) -> Any:
        return v3_channels.swap_order(self.inst)


class V3Futures(V3Contract):
    """Orders of a future."""

    product = "futures"
    form = re.compile(r"BTC-USDT-\d{6}")
    paths = ("/api/futures/v3/*", "/api/futures/v3/*order*", "/api/futures/v3/order")
    items = "orders_data"

    def topic(self) -> Any:
        return v3_channels.futures_order(self.inst)


class V3Option(V3Contract):
    """Orders of an option, which are called by their underlying."""

    product = "option"
    form = re.compile(r"BTC-USD-\d{6}-\d+-C")
    paths = ("/api/option/v3/*", "/api/option/v3/*order*", "/api/option/v3/order")
    items = "order_data"

    @property
    def where(self) -> dict[str, str]:
        return {"underlying": "-".join(self.inst.split("-")[:2])}

    def topic(self) -> Any:
        return v3_channels.option_order(self.where["underlying"])

    def order(self, dice: random.Random) -> dict[str, Any]:
        price, size = dice.choice(("0.0005", "0.001")), dice.choice(("1", "2"))
        return {"instrument_id": self.inst, "side": "buy", "size": size, "price": price}


MANNERS: dict[str, tuple[type[Manner], ...]] = {
    "v5": (V5Manner,),
    "v3": (V3Spot, V3Swap, V3Futures, V3Option, V3Margin),
}
"""By dialect; seeds take turns."""
