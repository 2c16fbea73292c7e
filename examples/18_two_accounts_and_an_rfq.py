"""A block trade between two accounts: one asks for a quote, the other one listens and quotes, the first one trades.

The legs are a cash and carry in one piece: sell the perpetual and buy the coin, at prices that are agreed on, without
touching an order book. On the real exchange both accounts need to be let in to block trading, and the trader code of
the other side comes from ``block.counterparties``; leave the simulator out and give each client its own credentials.
"""

import asyncio
from decimal import Decimal
from typing import TypeVar

from okx_async import OKX, StreamEvent
from okx_async.sim import Exchange
from okx_async.v5 import channels
from okx_async.v5.params import NewQuoteLeg, NewRfqLeg

COIN, PERPETUAL = "BTC-USDT", "BTC-USDT-SWAP"
EDGE = Decimal("0.001")
T = TypeVar("T")


def told(value: T | None) -> T:
    """Return what the exchange has told; a row may leave out what there is nothing to say of."""
    if value is None:
        raise ValueError("the exchange left out something that is needed here")
    return value


async def make(maker: OKX, listening: asyncio.Event) -> None:
    """Quote whatever is asked: sell a little above the market, buy a little below it."""
    async with maker.subscribe(channels.rfqs()) as requests:
        await requests.ready()
        listening.set()
        async for rfq in requests:
            if isinstance(rfq, StreamEvent):
                continue
            if rfq.state != "active":
                print("maker: the RFQ is", rfq.state)
                return
            legs = []
            for leg in told(rfq.legs):
                inst_id = told(leg.inst_id)
                ticker = await maker.market.ticker(inst_id)
                # `side` is what the taker does; who quotes "sell" is on the other side of each leg.
                if leg.side == "buy":
                    price = (await maker.steps(inst_id)).px(told(ticker.ask_px) * (1 + EDGE), "sell")
                    legs.append(NewQuoteLeg(inst_id=inst_id, sz=told(leg.sz), px=price, side="buy"))
                else:
                    price = (await maker.steps(inst_id)).px(told(ticker.bid_px) * (1 - EDGE), "buy")
                    legs.append(NewQuoteLeg(inst_id=inst_id, sz=told(leg.sz), px=price, side="sell"))
            quote = await maker.block.create_quote(told(rfq.rfq_id), "sell", legs, expires_in=30)
            print("maker: quoted", ", ".join(f"{leg.side} {leg.inst_id} at {leg.px}" for leg in told(quote.legs)))


async def take(taker: OKX, code: str) -> None:
    """Ask one counterparty for both legs and trade at the first quote."""
    async with taker.subscribe(channels.quotes()) as quotes:
        await quotes.ready()
        legs = [
            NewRfqLeg(inst_id=COIN, sz="0.5", side="buy", td_mode="cash"),
            NewRfqLeg(inst_id=PERPETUAL, sz="50", side="sell", td_mode="cross"),
        ]
        rfq = await taker.block.create_rfq([code], legs, cl_rfq_id="carry1")
        print(f"taker: asked {code} for two legs, open until {rfq.valid_until}")
        quote = await anext(quotes)
        while isinstance(quote, StreamEvent):
            quote = await anext(quotes)
        trade = await taker.block.execute_quote(told(rfq.rfq_id), told(quote.quote_id))
        for leg in told(trade.legs):
            print(f"taker: {leg.side} {leg.sz} {leg.inst_id} at {leg.px}, fee {leg.fee} {leg.fee_ccy}")


async def main() -> None:
    async with (
        Exchange(seed=7) as sim,
        OKX(sim.credentials[0], site=sim.site) as taker,
        OKX(sim.credentials[2], site=sim.site) as maker,
    ):
        uid = told((await maker.account.config()).uid)  # the simulator makes trader codes of uids
        codes = [told(row.trader_code) for row in await taker.block.counterparties()]
        code = next(each for each in codes if uid in each)
        listening = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(make(maker, listening))
            await listening.wait()
            await take(taker, code)
        for name, client in (("taker", taker), ("maker", maker)):
            for position in await client.account.positions():
                print(f"{name} holds {position.pos} {position.inst_id} at {position.avg_px}")
        print("public so far:", await taker.block.public_trades(), "(the public learns of it after 15 minutes)")


asyncio.run(main())
