"""Converting: quotes, deals, and what is wrong with them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okx_async.sim import Exchange
from okx_async.sim.accounts.convert_v5 import TTL_MS
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import Json, ask, funds, hasty, refused, told

QUOTE = {"baseCcy": "BTC", "quoteCcy": "USDT", "side": "buy", "rfqSz": "1000", "rfqSzCcy": "USDT"}


def quote(sim: Exchange, **other: str) -> Json:
    (row,) = ask(sim, sim.user(), "POST", "asset/convert/estimate-quote", QUOTE | other)
    return dict(row)


def deal(sim: Exchange, row: Json, **other: str) -> Json:
    said = {name: row[name] for name in ("quoteId", "baseCcy", "quoteCcy", "side")}
    said |= {"sz": row["rfqSz"], "szCcy": row["rfqSzCcy"]}
    (done,) = ask(sim, sim.user(), "POST", "asset/convert/trade", said | other)
    return dict(done)


async def test_a_convert_through_the_client(sim: Exchange) -> None:
    user = sim.user()
    async with hasty(sim) as okx:
        assert {"BTC", "ETH", "USDT"} <= {row.ccy for row in await okx.convert.currencies()}
        one = await okx.convert.estimate_quote("BTC", "USDT", "sell", "0.5", "BTC", cl_q_req_id="q1")
        assert told(one.ttl_ms, one.cl_q_req_id, one.base_sz) == [TTL_MS, "q1", Decimal("0.5")]
        assert one.quote_id is not None
        done = await okx.convert.trade(one.quote_id, "BTC", "USDT", "sell", "0.5", "BTC", cl_t_req_id="t1")
        assert (done.state, done.fill_px, done.fill_quote_sz) == ("fullyFilled", one.cnvt_px, one.quote_sz)
        assert funds(sim, user, "BTC", Room.TRADING) == Decimal("4.5")
        assert funds(sim, user, "USDT", Room.TRADING) == 100_000 + (one.quote_sz or 0)
        assert await okx.convert.history(cl_t_req_id="t1") == [done] == await okx.convert.history()
        bills = (await okx.account.bills())[:2]
        assert {(bill.type, bill.ccy, bill.bal_chg) for bill in bills} == {
            ("27", "BTC", Decimal("-0.5")),
            ("27", "USDT", one.quote_sz),
        }
        again = await okx.convert.estimate_quote("BTC", "USDT", "buy", "100", "USDT")
        await refused(
            okx.convert.trade(again.quote_id or "", "BTC", "USDT", "buy", "100", "USDT", cl_t_req_id="t1"), "52925"
        )
    assert sim.ledger.total("BTC") == sim.ledger.total("USDT") == 0


@pytest.mark.parametrize("side", ["buy", "sell"])
async def test_a_quote_is_worse_than_the_market(sim: Exchange, side: str) -> None:
    market, price = sim.accounts.prices.usd("BTC"), Decimal(quote(sim, side=side)["cnvtPx"])
    assert market is not None
    assert price > market if side == "buy" else price < market


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"baseCcy": "NOPE"}, "58009"),
        ({"quoteCcy": "BTC"}, "58009"),
        ({"baseCcy": "USDT", "quoteCcy": "BTC"}, "52901"),
        ({"side": "hold"}, "51000"),
        ({"rfqSz": "0"}, "51000"),
        ({"rfqSz": "0.1000000000001"}, "51000"),
        ({"rfqSz": "0.1"}, "52917"),
        ({"rfqSz": "2000000"}, "52918"),
        ({"rfqSzCcy": "ETH"}, "51000"),
        ({"rfqSzCcy": ""}, "50014"),
        ({"clQReqId": "!"}, "51000"),
    ],
    ids=str,
)
async def test_quotes_that_are_refused(sim: Exchange, other: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        quote(sim, **other)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"quoteId": "none"}, "52907"),
        ({"side": "sell"}, "52919"),
        ({"szCcy": "BTC"}, "52919"),
        ({"sz": "1000.1"}, "52920"),
        ({"sz": "999"}, "52919"),
        ({"sz": ""}, "50014"),
    ],
    ids=str,
)
async def test_deals_that_are_refused(sim: Exchange, other: dict[str, str], code: str) -> None:
    row, entries = quote(sim), len(sim.ledger.entries)
    with pytest.raises(Refusal) as caught:
        deal(sim, row, **other)
    assert caught.value.code == code
    assert len(sim.ledger.entries) == entries
    assert deal(sim, row)["state"] == "fullyFilled", "the quote still holds"


async def test_a_quote_holds_once_and_for_some_seconds(sim: Exchange) -> None:
    row, late = quote(sim), quote(sim)
    deal(sim, row)
    with pytest.raises(Refusal) as caught:
        deal(sim, row)
    assert caught.value.code == "52921"
    await sim.advance(TTL_MS / 1000)
    in_time = quote(sim)
    assert deal(sim, late)["state"] == "fullyFilled"
    await sim.advance(TTL_MS / 1000 + 0.001)
    with pytest.raises(Refusal) as caught:
        deal(sim, in_time)
    assert caught.value.code == "52922"


async def test_a_quote_is_for_who_asked_and_has_the_money(sim: Exchange) -> None:
    row = quote(sim, rfqSz="90000")
    said = {"quoteId": row["quoteId"], "baseCcy": "BTC", "quoteCcy": "USDT", "side": "buy"}
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(1), "POST", "asset/convert/trade", said | {"sz": "90000", "szCcy": "USDT"})
    assert caught.value.code == "52907"
    sim.accounts.bank.trading(sim.user()).hold("order", "USDT", Decimal(20_000))
    with pytest.raises(Refusal) as caught:
        deal(sim, row)
    assert caught.value.code == "52914"


async def test_limits_of_a_pair(sim: Exchange) -> None:
    one = ask(sim, sim.user(), "GET", "asset/convert/currency-pair", {"fromCcy": "USDT", "toCcy": "BTC"})
    assert [row["instId"] for row in one] == ["BTC-USDT"]
    assert (one[0]["fromCcy"], one[0]["baseCcy"]) == ("USDT", "BTC")
    every = ask(sim, sim.user(), "GET", "asset/convert/currency-pair")
    known = len(sim.accounts.prices.currencies)
    assert len(every) == known * (known - 1) // 2
    assert one[0] | {"fromCcy": "BTC", "toCcy": "USDT"} in every
