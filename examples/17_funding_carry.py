"""Watches what it pays to hold spot and be short the perpetual: funding by the year, and the premium on top.

Public data only, so no key is needed. For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from decimal import Decimal

from okx_async import OKX, Gap, StreamEvent
from okx_async.sim import Exchange
from okx_async.v5 import channels
from okx_async.v5.models.derivatives import FundingRate
from okx_async.v5.models.market import Ticker

COINS = ("BTC", "ETH", "SOL")
YEAR_MS = 365 * 24 * 3_600_000
ENOUGH = Decimal("0.05")
"""From which yearly rate on a line is marked."""
SECONDS, EVERY = 3.0, 1.0


@dataclass
class Carry:
    """What is known of one coin: both markets and the coming funding."""

    coin: str
    prices: dict[str, Ticker] = field(default_factory=dict)
    funding: FundingRate | None = None
    settled: list[Decimal] = field(default_factory=list)

    @property
    def by_year(self) -> Decimal | None:
        """The coming rate, if every settlement of a year were like it."""
        now = self.funding
        if now is None or now.funding_rate is None or not now.funding_time or not now.next_funding_time:
            return None
        return now.funding_rate * YEAR_MS / (now.next_funding_time - now.funding_time)

    @property
    def premium(self) -> Decimal | None:
        """How much more the perpetual pays than spot costs, when both are taken at once."""
        spot, swap = self.prices.get(f"{self.coin}-USDT"), self.prices.get(f"{self.coin}-USDT-SWAP")
        if spot is None or swap is None or not spot.ask_px or not swap.bid_px:
            return None
        return swap.bid_px / spot.ask_px - 1

    def line(self) -> str:
        """Return one line of the report."""
        if self.by_year is None or self.premium is None or self.funding is None:
            return f"{self.coin:5} not known yet"
        mark = "  <- pays" if self.by_year >= ENOUGH else ""
        past = sum(self.settled) / len(self.settled) if self.settled else Decimal(0)
        return (
            f"{self.coin:5} coming {self.funding.funding_rate:+.6%}, {self.by_year:+8.2%} a year, premium "
            f"{self.premium:+.4%}, {len(self.settled)} settled: {past:+.6%} on average{mark}"
        )


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx:
        perpetuals = {row.inst_id for row in await okx.instruments.of_type("SWAP")}
        carries = {coin: Carry(coin) for coin in COINS if f"{coin}-USDT-SWAP" in perpetuals}
        for coin, carry in carries.items():
            past = await okx.pages(okx.public.funding_rate_history, f"{coin}-USDT-SWAP").first(30).all()
            carry.settled = [row.realized_rate for row in past if row.realized_rate is not None]

        swaps = [f"{coin}-USDT-SWAP" for coin in carries]
        topics = [channels.tickers(inst_id) for inst_id in [*swaps, *(f"{coin}-USDT" for coin in carries)]]
        async with (
            okx.subscribe(*topics, policy="drop_oldest") as tickers,
            okx.subscribe(*(channels.funding_rate(inst_id) for inst_id in swaps), policy="drop_oldest") as rates,
        ):

            async def listen(stream: AsyncIterable[Ticker | FundingRate | StreamEvent]) -> None:
                async for item in stream:
                    if isinstance(item, Gap):
                        forget(item)
                    elif not isinstance(item, StreamEvent):
                        take(item)

            def forget(gap: Gap) -> None:
                """What was not heard for a while is not known any more."""
                for carry in carries.values():
                    carry.prices = {name: row for name, row in carry.prices.items() if name not in gap.topic}

            def take(row: Ticker | FundingRate) -> None:
                carry = carries[row.inst_id.split("-")[0]]
                if isinstance(row, Ticker):
                    carry.prices[row.inst_id] = row
                else:
                    carry.funding = row

            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
                    group.create_task(listen(tickers))
                    group.create_task(listen(rates))
                    while True:
                        await asyncio.sleep(EVERY)
                        print("\n".join(carry.line() for carry in carries.values()), end="\n\n")


asyncio.run(main())
