"""Which accounts the mirror keeps in V3: their channels, and what REST says of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import msgspec

from ..core.channel import Topic
from ..errors import NotAvailable, NotFound, Refused
from ..v3 import channels
from ..v3.rest.futures import Futures
from ..v3.rest.margin import Margin
from ..v3.rest.option import Option
from ..v3.rest.spot import Spot
from ..v3.rest.swap import Swap
from .balances_v3 import filter_of, futures_balance, margin_balances, option_balance, spot_balance, swap_balance
from .ears import Take
from .purses import ProductBalance
from .state import MirrorState

__all__ = ["AccountHost", "AccountsV3", "if_enabled"]

_NOT_ENABLED = "33001"
"""The answer of a pair whose margin account its owner has never opened. (Error codes)"""


@contextmanager
def if_enabled() -> Iterator[None]:
    """Pass over a pair without margin trading, or one of which its owner has never opened it."""
    try:
        yield
    except (NotAvailable, NotFound):
        pass
    except Refused as error:
        if error.code != _NOT_ENABLED:
            raise


class AccountHost(Protocol):
    """What reading accounts needs of the client."""

    @property
    def spot(self) -> Spot:
        """The chapter of currency pairs."""
        ...

    @property
    def margin(self) -> Margin:
        """The chapter of trading with borrowed money."""
        ...

    @property
    def futures(self) -> Futures:
        """The chapter of futures."""
        ...

    @property
    def swap(self) -> Swap:
        """The chapter of swaps."""
        ...

    @property
    def option(self) -> Option:
        """The chapter of options."""
        ...


class AccountsV3:
    """The accounts that some instruments are traded in.

    Those that hold nothing and never have are left out, as REST leaves such currencies out of the spot account.

    Args:
        host: The client.
        pairs: Currency pairs: the spot account in their currencies, and the margin account of each.
        futures: Underlyings.
        swaps: Contracts.
        options: Underlyings.

    Attributes:
        pairs: Those whose margin accounts are kept.
    """

    def __init__(
        self,
        host: AccountHost,
        *,
        pairs: Sequence[str],
        futures: Sequence[str],
        swaps: Sequence[str],
        options: Sequence[str],
    ) -> None:
        self._host = host
        self._currencies = list(dict.fromkeys(ccy for name in pairs for ccy in name.split("-")))
        self.pairs = list(pairs)
        self._futures = futures
        self._swaps = swaps
        self._options = options

    def spare(self, topic: Topic[Any], state: MirrorState) -> bool:
        """Tell whether a refused channel is that of a margin account: not every pair and site has them."""
        if topic.channel.channel != "spot/margin_account":
            return False
        refused = {name for name in self.pairs if channels.spot_margin_account(name) == topic}
        self.pairs = [name for name in self.pairs if name not in refused]
        state.balances.forget(
            lambda row: isinstance(row, ProductBalance) and row.product == "margin" and row.account in refused
        )
        return True

    def topics(self, state: MirrorState) -> list[tuple[Topic[Any], Take]]:
        """Return what to listen to, and who takes the rows."""

        def take(rows: Iterable[ProductBalance], now: float) -> None:
            for row in _kept(rows, state):
                state.balance(row, now)

        def margin(name: str) -> Take:
            return lambda row, now: take(margin_balances(row, name), now)

        def futures(name: str) -> Take:
            return lambda row, now: take([futures_balance(row, name)], now)

        def swap(name: str) -> Take:
            return lambda row, now: take([swap_balance(row, name)], now)

        def option(name: str) -> Take:
            return lambda row, now: take([option_balance(row, name)], now)

        return [
            *(
                (channels.spot_account(ccy), lambda row, now: take([spot_balance(row)], now))
                for ccy in self._currencies
            ),
            *((channels.spot_margin_account(name), margin(name)) for name in self.pairs),
            *((channels.futures_account(filter_of(name)), futures(name)) for name in self._futures),
            *((channels.swap_account(name), swap(name)) for name in self._swaps),
            *((channels.option_account(name), option(name)) for name in self._options),
        ]

    async def read(self, state: MirrorState) -> list[ProductBalance]:
        """Return what REST says; each row is as late as what is known of it, so that it counts when all is quiet."""
        host = self._host

        async def margin(name: str) -> list[ProductBalance]:
            with if_enabled():
                return margin_balances(await host.margin.account(name), name)
            return []

        async def futures(name: str) -> list[ProductBalance]:
            return [futures_balance(await host.futures.account(name), name)]

        async def swap(name: str) -> list[ProductBalance]:
            return [swap_balance(await host.swap.account(name), name)]

        async def option(name: str) -> list[ProductBalance]:
            return [option_balance(await host.option.account(name), name)]

        parts = await asyncio.gather(
            self._spot(),
            *map(margin, self.pairs),
            *map(futures, self._futures),
            *map(swap, self._swaps),
            *map(option, self._options),
        )
        rows = (row for part in parts for row in part)
        return [_dated(row, state) for row in _kept(rows, state)]

    async def _spot(self) -> list[ProductBalance]:
        if not self._currencies:
            return []
        return [spot_balance(row) for row in await self._host.spot.accounts() if row.currency in self._currencies]


def _kept(rows: Iterable[ProductBalance], state: MirrorState) -> Iterator[ProductBalance]:
    """Yield what is or was something."""
    return (row for row in rows if row.cash_bal or row.liab or row.key in state.balances.open)


def _dated(row: ProductBalance, state: MirrorState) -> ProductBalance:
    """Return a row of REST as late as what is known of it, so that it counts when all is quiet."""
    purse = state.balances.open.get(row.key)
    return msgspec.structs.replace(row, u_time=purse.row.u_time if purse is not None else None)
