"""A broker with users who traded, on a day that is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

from okx_async import OKX
from okx_async.sim import Exchange
from okx_async.sim.brokers.agency import CODE

__all__ = ["broker", "day"]


@asynccontextmanager
async def broker(trades: int = 2) -> AsyncIterator[tuple[Exchange, OKX]]:
    """Open an exchange on which a broker's sub-account has traded with the broker's tag."""
    async with Exchange(3, instruments=4, rate=0, history_minutes=5) as sim:
        async with OKX(sim.credentials[0], site=sim.site) as okx:
            user = okx.as_user(sim.keys_of(sim.user("simsub1"))[0])
            for _ in range(trades):
                done = await user.trade.place_order("BTC-USDT", "cash", "sell", "market", Decimal("0.01"), tag=CODE)
                assert done.s_code == "0"
            yield sim, okx


def day(sim: Exchange) -> date:
    """Today, by the exchange's clock."""
    return datetime.fromtimestamp(sim.now / 1000, UTC).date()
