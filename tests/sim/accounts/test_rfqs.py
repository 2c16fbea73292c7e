"""RFQs between users: asked, answered, cancelled, expired and traded, and who is told what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, Refused
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.accounts.rfqs import code_of
from okx_async.sim.blocks import BLOCK_DELAY_MS
from okx_async.sim.query_v5 import Refusal
from okx_async.v5 import channels
from okx_async.v5.models.block import BlockTrade, Quote, Rfq
from okx_async.v5.params import NewQuoteLeg, NewRfqLeg
from tests.sim.accounts.desk import quiet
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json

TAKER, MAKER, OTHER = 0, 2, 1
LEGS = [{"instId": SPOT, "sz": "0.5", "side": "sell"}, {"instId": SWAP, "sz": "50", "side": "buy"}]
PRICES = {SPOT: "60000", SWAP: "60100.5"}


@pytest.fixture
def floor() -> Floor:
    return Floor(vip=(0, 0, 3)).empty_at_60000(SPOT, SWAP)


def ask(floor: Floor, **more: Any) -> Json:
    """Ask two makers for quotes."""
    codes = [code_of(floor.user(MAKER)), code_of(floor.user(OTHER))]
    (row,) = floor.ask(floor.user(TAKER), "rfq/create-rfq", {"counterparties": codes, "legs": LEGS} | more)
    return dict(row)


def answer(floor: Floor, rfq: Json, side: str = "sell", who: int = MAKER, **more: Any) -> Json:
    """Quote an RFQ."""
    legs = [leg | {"px": PRICES[leg["instId"]]} for leg in LEGS]
    fields = {"rfqId": rfq["rfqId"], "quoteSide": side, "legs": legs} | more
    (row,) = floor.ask(floor.user(who), "rfq/create-quote", fields)
    return dict(row)


def execute(floor: Floor, rfq: Json, quote: Json, **more: Any) -> Json:
    fields = {"rfqId": rfq["rfqId"], "quoteId": quote["quoteId"]} | more
    (row,) = floor.ask(floor.user(TAKER), "rfq/execute-quote", fields)
    return dict(row)


def state(floor: Floor, who: int, path: str, **names: str) -> str:
    (row,) = floor.ask(floor.user(who), f"?rfq/{path}", names)
    return str(row["state"])


def refusal(deed: Any) -> str:
    with pytest.raises(Refusal) as caught:
        deed()
    return caught.value.code


def later(floor: Floor, seconds: float) -> None:
    asyncio.run(floor.hands.advance(seconds))


def test_two_users_trade_all_legs_at_the_quoted_prices(floor: Floor) -> None:
    taker, maker = floor.user(TAKER), floor.user(MAKER)
    before = {user.uid: {ccy: floor.cash(user, ccy) for ccy in ("USDT", "BTC")} for user in (taker, maker)}
    rfq = ask(floor, clRfqId="mine")
    quote = answer(floor, rfq)
    deal = execute(floor, rfq, quote)
    assert [(leg["instId"], leg["px"], leg["sz"], leg["side"]) for leg in deal["legs"]] == [
        (SPOT, "60000", "0.5", "sell"),
        (SWAP, "60100.5", "50", "buy"),
    ]
    assert (deal["tTraderCode"], deal["mTraderCode"]) == (code_of(taker), code_of(maker))
    assert (deal["isSuccessful"], deal["errorCode"], deal["clRfqId"]) == (True, "", "mine")
    (theirs,) = floor.ask(maker, "?rfq/trades")
    assert [leg["tradeId"] for leg in theirs["legs"]] == [leg["tradeId"] for leg in deal["legs"]]
    assert theirs["legs"][0]["fee"] != deal["legs"][0]["fee"]
    for user, row, sign in ((taker, deal, -1), (maker, theirs, 1)):
        fees = {"USDT": Decimal(0), "BTC": Decimal(0)}
        for leg in row["legs"]:
            fees[leg["feeCcy"]] += Decimal(leg["fee"])
        half = Decimal("0.5")
        assert floor.cash(user, "BTC") == before[user.uid]["BTC"] + sign * half + fees["BTC"]
        assert floor.cash(user, "USDT") == before[user.uid]["USDT"] - sign * half * 60_000 + fees["USDT"]
        assert [each["pos"] for each in floor.positions(user)] == [str(-sign * 50)]
        assert len(floor.ask(user, "?trade/fills")) == 2
    assert state(floor, TAKER, "rfqs") == state(floor, MAKER, "rfqs") == "filled"
    assert state(floor, OTHER, "rfqs") == "traded_away"
    assert state(floor, MAKER, "quotes", quoteId=quote["quoteId"]) == "filled"
    floor.conserved()


def test_a_bid_trades_the_other_way_round(floor: Floor) -> None:
    rfq = ask(floor)
    deal = execute(floor, rfq, answer(floor, rfq, "buy"))
    assert [leg["side"] for leg in deal["legs"]] == ["buy", "sell"]
    assert [each["pos"] for each in floor.positions(floor.user(TAKER))] == ["-50"]
    floor.conserved()


def test_the_quotes_of_the_others_end_with_the_rfq(floor: Floor) -> None:
    rfq = ask(floor)
    won, lost = answer(floor, rfq), answer(floor, rfq, who=OTHER)
    execute(floor, rfq, won)
    assert state(floor, OTHER, "quotes", quoteId=lost["quoteId"]) == "canceled"
    assert refusal(lambda: execute(floor, rfq, lost)) == "70504"
    assert refusal(lambda: answer(floor, rfq, who=OTHER)) == "70303"


def test_what_is_not_taken_expires(floor: Floor) -> None:
    rfq = ask(floor)
    short, long = answer(floor, rfq, expiresIn="30"), answer(floor, rfq, who=OTHER, expiresIn="600")
    assert int(short["validUntil"]) == floor.clock.now() + 30_000
    later(floor, 31)
    assert state(floor, MAKER, "quotes") == "expired"
    assert refusal(lambda: execute(floor, rfq, short)) == "70505"
    assert state(floor, TAKER, "rfqs") == "active"
    later(floor, (int(rfq["validUntil"]) - floor.clock.now()) / 1000)
    assert state(floor, TAKER, "rfqs") == "expired"
    assert state(floor, OTHER, "quotes") == "expired"
    assert refusal(lambda: execute(floor, rfq, long)) == "70504"


def test_part_of_it_in_the_same_proportions(floor: Floor) -> None:
    rfq = ask(floor, allowPartialExecution=True)
    quote = answer(floor, rfq)
    half = [{"instId": SWAP, "sz": "25"}, {"instId": SPOT, "sz": "0.25"}]
    assert refusal(lambda: execute(floor, rfq, quote, legs=half[:1])) == "70502"
    assert refusal(lambda: execute(floor, rfq, quote, legs=[half[0], half[1] | {"sz": "0.3"}])) == "70506"
    assert refusal(lambda: execute(floor, rfq, quote, legs=[half[0] | {"sz": "51"}, half[1]])) == "70502"
    deal = execute(floor, rfq, quote, legs=half)
    assert [leg["sz"] for leg in deal["legs"]] == ["0.25", "25"]
    assert [each["pos"] for each in floor.positions(floor.user(TAKER))] == ["25"]
    whole = ask(floor)
    assert refusal(lambda: execute(floor, whole, answer(floor, whole), legs=half)) == "70507"
    floor.conserved()


def test_who_cannot_bear_it(floor: Floor) -> None:
    taker, maker = floor.user(TAKER), floor.user(MAKER)
    rfq = ask(floor)
    quote, other = answer(floor, rfq), answer(floor, rfq, who=OTHER)
    # The maker has to pay for the coins and has spent the money meanwhile.
    floor.markets[SPOT].book.submit(False, 600_000, 10**9)
    floor.good(maker, SPOT, "buy", "ioc", "1.5", "60000")
    assert refusal(lambda: execute(floor, rfq, quote)) == "70509"
    (failed,) = floor.ask(taker, "?rfq/trades", {"isSuccessful": "false"})
    assert (failed["errorCode"], failed["isSuccessful"], failed["legs"][0]["tradeId"]) == ("51008", False, "")
    assert state(floor, MAKER, "quotes") == "failed"
    # The taker has to deliver them and has sold them meanwhile: nothing ends by that.
    floor.markets[SPOT].book.submit(True, 599_990, 10**9)
    floor.good(taker, SPOT, "sell", "ioc", "4.8", "59990")
    assert refusal(lambda: execute(floor, rfq, other)) == "51008"
    assert (state(floor, TAKER, "rfqs"), state(floor, OTHER, "quotes")) == ("active", "active")
    assert floor.positions(taker) == floor.positions(maker) == floor.positions(floor.user(OTHER)) == []
    assert floor.ask(taker, "?rfq/trades", {"isSuccessful": "true"}) == []
    floor.conserved()


@pytest.mark.parametrize(("mode", "sz"), [("cross", "300"), ("isolated", "50")])
def test_nobody_can_lose_at_once_what_they_do_not_have(floor: Floor, mode: str, sz: str) -> None:
    """A price far from the mark would move money from the insurance fund to the other side."""
    leg = {"instId": SWAP, "sz": sz, "side": "buy", "tdMode": mode}
    fund = dict(floor.ledger.house(Room.FUND).cash)
    for side, price, code in (("sell", "95000", "51008"), ("buy", "95000", "70509")):
        rfq = ask(floor, legs=[leg])
        quote = answer(floor, rfq, side, legs=[leg | {"px": price}])
        assert refusal(lambda rfq=rfq, quote=quote: execute(floor, rfq, quote)) == code
    assert floor.positions(floor.user(TAKER)) == floor.positions(floor.user(MAKER)) == []
    assert dict(floor.ledger.house(Room.FUND).cash) == fund
    rfq = ask(floor, legs=[leg])
    assert execute(floor, rfq, answer(floor, rfq, legs=[leg | {"px": "60100"}]))["isSuccessful"] is True
    floor.conserved()


def test_who_wants_to_stay_unknown_does(floor: Floor) -> None:
    rfq = ask(floor, anonymous=True, clRfqId="secret", tag="abc")
    assert rfq["traderCode"] == code_of(floor.user(TAKER))
    assert len(rfq["counterparties"]) == 2
    (seen,) = floor.ask(floor.user(MAKER), "?rfq/rfqs")
    assert [seen[name] for name in ("traderCode", "clRfqId", "tag")] == ["", "", ""]
    assert seen["counterparties"] == [code_of(floor.user(MAKER))]
    assert [leg["tdMode"] for leg in rfq["legs"]] == ["cash", "cross"]
    assert [leg["tdMode"] for leg in seen["legs"]] == ["", ""]
    quote = answer(floor, rfq, anonymous=True, clQuoteId="mine")
    (told,) = floor.ask(floor.user(TAKER), "?rfq/quotes", {"clRfqId": "secret"})
    assert (told["traderCode"], told["clQuoteId"], told["quoteId"]) == ("", "", quote["quoteId"])
    deal = execute(floor, rfq, quote)
    assert (deal["tTraderCode"], deal["mTraderCode"]) == ("", "")


def test_cancelling(floor: Floor) -> None:
    taker, maker = floor.user(TAKER), floor.user(MAKER)
    first, second, third = (ask(floor, clRfqId=name) for name in ("a", "b", "c"))
    quotes = [answer(floor, rfq, clQuoteId=f"q{at}") for at, rfq in enumerate((first, second, third))]

    def code(user: User, path: str, **fields: Any) -> list[str]:
        return [row["sCode"] for row in floor.ask(user, f"rfq/{path}", fields)]

    assert code(maker, "cancel-quote", quoteId=quotes[0]["quoteId"]) == ["0"]
    assert code(maker, "cancel-quote", clQuoteId="q0") == ["70400"]
    assert code(taker, "cancel-quote", quoteId=quotes[1]["quoteId"]) == ["70001"]
    assert code(maker, "cancel-batch-quotes", clQuoteIds=["q1", "qx"]) == ["0", "70001"]
    assert code(taker, "cancel-rfq", clRfqId="a") == ["0"]
    assert code(taker, "cancel-rfq", rfqId=first["rfqId"]) == ["70200"]
    assert code(maker, "cancel-rfq", rfqId=second["rfqId"]) == ["70000"]
    assert code(taker, "cancel-batch-rfqs", rfqIds=[second["rfqId"], "7"]) == ["0", "70000"]
    assert state(floor, MAKER, "quotes", quoteId=quotes[2]["quoteId"]) == "active"
    floor.ask(maker, "rfq/cancel-all-quotes")
    assert state(floor, MAKER, "quotes", quoteId=quotes[2]["quoteId"]) == "canceled"
    assert refusal(lambda: floor.ask(maker, "rfq/cancel-all-quotes")) == "70409"
    floor.ask(taker, "rfq/cancel-all-rfqs")
    assert state(floor, TAKER, "rfqs", rfqId=third["rfqId"]) == "canceled"
    assert refusal(lambda: floor.ask(taker, "rfq/cancel-all-rfqs")) == "70207"
    many = [str(number) for number in range(101)]
    assert refusal(lambda: floor.ask(taker, "rfq/cancel-batch-rfqs", {"rfqIds": many})) == "70203"
    assert refusal(lambda: floor.ask(maker, "rfq/cancel-batch-quotes", {"quoteIds": many})) == "70408"
    assert refusal(lambda: floor.ask(taker, "rfq/cancel-batch-rfqs", {})) == "50015"
    assert refusal(lambda: floor.ask(taker, "rfq/cancel-batch-rfqs", {"rfqIds": "7"})) == "51000"
    assert refusal(lambda: floor.ask(taker, "rfq/cancel-rfq", {})) == "50015"


def test_a_cancelled_rfq_takes_its_quotes_along(floor: Floor) -> None:
    rfq = ask(floor)
    answer(floor, rfq)
    floor.ask(floor.user(TAKER), "rfq/cancel-all-rfqs")
    assert state(floor, MAKER, "quotes") == "canceled"


def test_who_asks_or_quotes_counts_as_working(floor: Floor) -> None:
    taker, maker, working = floor.user(TAKER), floor.user(MAKER), floor.office.balances.holdings.working
    rfq = ask(floor)
    assert (working(taker), working(maker)) == (True, False)
    answer(floor, rfq)
    assert working(maker)
    floor.ask(taker, "rfq/cancel-all-rfqs")
    assert (working(taker), working(maker)) == (False, False)


def test_a_countdown_cancels_quotes(floor: Floor) -> None:
    rfq = ask(floor)
    answer(floor, rfq)
    (told,) = floor.ask(floor.user(MAKER), "rfq/cancel-all-after", {"timeOut": "20"})
    assert int(told["triggerTime"]) == floor.clock.now() + 20_000
    later(floor, 20)
    assert state(floor, MAKER, "quotes") == "canceled"
    assert state(floor, MAKER, "rfqs") == "active"
    assert refusal(lambda: floor.ask(floor.user(MAKER), "rfq/cancel-all-after", {"timeOut": "200"})) == "51000"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"counterparties": []}, "70102"),
        ({"counterparties": ["nobody"]}, "70103"),
        ({"counterparties": "nobody"}, "70103"),
        ({"legs": []}, "50014"),
        ({"legs": "none"}, "51000"),
        ({"legs": [LEGS[0], LEGS[0]]}, "70100"),
        ({"legs": [LEGS[0] | {"instId": "XYZ-USDT"}]}, "70004"),
        ({"legs": [LEGS[0] | {"sz": "0.000001"}]}, "70106"),
        ({"legs": [LEGS[1] | {"sz": "0.001"}]}, "70307"),
        ({"legs": [LEGS[1] | {"lmtPx": "60000.01"}]}, "70304"),
        ({"legs": [LEGS[1] | {"side": "up"}]}, "51000"),
        ({"legs": [LEGS[0] | {"tdMode": "cross"}]}, "54000"),
        ({"legs": [LEGS[1] | {"posSide": "long"}]}, "51000"),
        ({"acctAlloc": [{"acct": "one", "legs": []}]}, "50062"),
        ({"clRfqId": "a-b"}, "51000"),
        ({"clRfqId": "taken"}, "70101"),
    ],
)
def test_rfqs_that_are_refused(floor: Floor, fields: Json, code: str) -> None:
    ask(floor, clRfqId="taken")
    assert refusal(lambda: ask(floor, **fields)) == code
    assert len(floor.ask(floor.user(TAKER), "?rfq/rfqs")) == 1


def test_accounts_without_contracts_are_refused(floor: Floor) -> None:
    rfq = ask(floor)
    floor.user(MAKER).mode = floor.user(TAKER).mode = Mode.SPOT
    assert refusal(lambda: ask(floor)) == "51010"
    assert refusal(lambda: answer(floor, rfq)) == "51010"


def _legs(**changed: str) -> list[Json]:
    legs = [leg | {"px": PRICES[leg["instId"]]} for leg in LEGS]
    return [legs[0], legs[1] | changed]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"rfqId": "7"}, "70000"),
        ({"quoteSide": "up"}, "51000"),
        ({"legs": _legs()[:1]}, "70306"),
        ({"legs": _legs(sz="51")}, "70306"),
        ({"legs": _legs(side="sell")}, "70306"),
        ({"legs": _legs(sz="50.001")}, "70307"),
        ({"legs": _legs(px="60000.01")}, "70304"),
        ({"legs": _legs(px="")}, "50014"),
        ({"expiresIn": "0"}, "51000"),
        ({"expiresIn": "soon"}, "51000"),
        ({"clQuoteId": "taken"}, "70301"),
        ({"quoteSide": "buy"}, "70309"),
        ({"quoteSide": "sell", "legs": _legs(px="60099")}, "70305"),
    ],
)
def test_quotes_that_are_refused(floor: Floor, fields: Json, code: str) -> None:
    rfq = ask(floor)
    answer(floor, rfq, "buy", clQuoteId="taken")
    assert refusal(lambda: answer(floor, rfq, **fields)) == code
    assert len(floor.ask(floor.user(MAKER), "?rfq/quotes")) == 1


def test_nobody_trades_with_themselves_or_at_a_strangers_quote(floor: Floor) -> None:
    assert {row["traderCode"] for row in floor.ask(floor.user(TAKER), "?rfq/counterparties")} == {
        code_of(floor.user(which)) for which in (MAKER, OTHER)
    }
    assert refusal(lambda: ask(floor, counterparties=[code_of(floor.user(SUB_NAME))])) == "70103"
    rfq, other = ask(floor), ask(floor)
    assert refusal(lambda: answer(floor, rfq, who=TAKER)) == "70308"
    quote = answer(floor, rfq)
    assert refusal(lambda: execute(floor, other, quote)) == "70501"
    assert refusal(lambda: execute(floor, rfq, {"quoteId": "7"})) == "70001"
    assert refusal(lambda: execute(floor, {"rfqId": "7"}, quote)) == "70000"
    fields = {"rfqId": rfq["rfqId"], "quoteId": quote["quoteId"]}
    assert refusal(lambda: floor.ask(floor.user(MAKER), "rfq/execute-quote", fields)) == "70001"
    del floor.markets[SWAP]
    assert refusal(lambda: execute(floor, rfq, quote)) == "70004"


def test_a_maker_sets_a_band_around_the_mark(floor: Floor) -> None:
    maker = floor.user(MAKER)
    swap = {"instType": "SWAP", "includeAll": False, "data": [{"instFamily": "BTC-USDT", "makerPxBand": "1000"}]}
    assert floor.ask(maker, "rfq/maker-instrument-settings", [swap]) == [{"result": True}]
    (row,) = floor.ask(maker, "?rfq/maker-instrument-settings")
    assert row["data"] == [{"instFamily": "BTC-USDT", "instId": "", "maxBlockSz": "", "makerPxBand": "1000"}]
    rfq = ask(floor)
    assert refusal(lambda: answer(floor, rfq)) == "70310"
    assert answer(floor, rfq, legs=_legs(px="60100"))["state"] == "active"
    for rows, code in (
        ([swap, swap], "70011"),
        ([swap | {"data": []}], "70009"),
        ([swap | {"data": swap["data"] * 2}], "70012"),  # type: ignore[operator]
        ([swap | {"instType": "XYZ"}], "51000"),
        ([swap | {"data": [{"instId": "BTC-USDT"}]}], "50014"),
    ):
        assert refusal(lambda rows=rows: floor.ask(maker, "rfq/maker-instrument-settings", rows)) == code


def test_protection_freezes_a_maker(floor: Floor) -> None:
    maker = floor.user(MAKER)
    config = {"timeInterval": "5000", "frozenInterval": "2000", "countLimit": "2"}
    assert floor.ask(maker, "rfq/mmp-config", config) == [config]
    rfqs = [ask(floor) for _ in range(4)]
    execute(floor, rfqs[0], answer(floor, rfqs[0]))
    second, waiting = answer(floor, rfqs[1]), answer(floor, rfqs[2])
    execute(floor, rfqs[1], second)
    (row,) = floor.ask(maker, "?rfq/quotes", {"quoteId": waiting["quoteId"]})
    assert (row["state"], row["reason"]) == ("canceled", "mmp_canceled")
    (frozen,) = floor.ask(maker, "?rfq/mmp-config")
    assert (frozen["mmpFrozen"], int(frozen["mmpFrozenUntil"])) == (True, floor.clock.now() + 2_000)
    assert refusal(lambda: answer(floor, rfqs[3])) == "70008"
    later(floor, 2.1)
    assert floor.ask(maker, "?rfq/mmp-config")[0]["mmpFrozen"] is False
    floor.ask(maker, "rfq/mmp-config", config | {"frozenInterval": "0", "countLimit": "1"})
    execute(floor, rfqs[2], answer(floor, rfqs[2], "buy"))
    assert refusal(lambda: answer(floor, rfqs[3])) == "70008"
    assert floor.ask(maker, "?rfq/mmp-config")[0]["mmpFrozenUntil"] == ""
    floor.ask(maker, "rfq/mmp-reset")
    assert answer(floor, rfqs[3])["state"] == "active"
    assert refusal(lambda: floor.ask(maker, "rfq/mmp-config", {"timeInterval": "1"})) == "50014"


def test_lists_are_filtered_and_paged(floor: Floor) -> None:
    rows = [ask(floor) for _ in range(3)]
    ids = [row["rfqId"] for row in reversed(rows)]

    def listed(**fields: str) -> list[str]:
        return [row["rfqId"] for row in floor.ask(floor.user(TAKER), "?rfq/rfqs", fields)]

    assert listed() == ids
    assert listed(endId=ids[0], limit="1") == [ids[1]]
    assert listed(beginId=ids[2]) == ids[:2]
    execute(floor, rows[0], answer(floor, rows[0]))
    assert listed(state="filled") == [ids[2]]
    assert refusal(lambda: floor.ask(floor.user(TAKER), "?rfq/trades", {"beginTs": "2", "endTs": "1"})) == "70013"
    assert len(floor.ask(floor.user(TAKER), "?rfq/trades", {"beginTs": "1", "endTs": str(floor.clock.now())})) == 1


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(limits=False, idle_timeout=1e9) as exchange:
        yield exchange


async def test_both_sides_and_the_public_hear_of_it(sim: Exchange) -> None:
    """Two clients trade a block; every channel tells what REST tells, the public ones a quarter of an hour late."""
    async with (
        OKX(sim.credentials[TAKER], site=sim.site) as taker,
        OKX(sim.credentials[MAKER], site=sim.site) as maker,
        asyncio.timeout(30),
    ):
        asked, offered = maker.subscribe(channels.rfqs()), taker.subscribe(channels.quotes())
        done = maker.subscribe(channels.struc_block_trades())
        volume, late = (
            taker.subscribe(channels.block_tickers(SPOT)),
            taker.subscribe(channels.public_block_trades(SPOT)),
        )
        structures = taker.subscribe(channels.public_struc_block_trades())
        for stream in (asked, offered, done, volume, late, structures):
            await stream.ready()
        quiet_volume: Any = await anext(volume)
        assert quiet_volume.vol24h == 0
        codes = [row.trader_code for row in await taker.block.counterparties()]
        assert code_of(sim.user(MAKER)) in codes
        rfq = await taker.block.create_rfq(
            [code_of(sim.user(MAKER))], [NewRfqLeg(inst_id=SPOT, sz="0.2", side="buy")], cl_rfq_id="one"
        )
        heard = await anext(asked)
        assert isinstance(heard, Rfq)
        assert (heard.rfq_id, heard.state) == (rfq.rfq_id, "active")
        assert rfq.rfq_id is not None
        quote = await maker.block.create_quote(
            rfq.rfq_id, "sell", [NewQuoteLeg(inst_id=SPOT, sz="0.2", px="61000", side="buy")]
        )
        offer = await anext(offered)
        assert isinstance(offer, Quote)
        assert (offer.quote_id, offer.state, (offer.legs or [])[0].px) == (quote.quote_id, "active", Decimal(61000))
        assert quote.quote_id is not None
        deal = await taker.block.execute_quote(rfq.rfq_id, quote.quote_id)
        theirs = await anext(done)
        assert isinstance(theirs, BlockTrade)
        assert theirs == (await maker.block.trades())[0]
        assert theirs.block_td_id == deal.block_td_id
        with pytest.raises(Refused) as caught:
            await taker.block.execute_quote(rfq.rfq_id, quote.quote_id)
        assert caught.value.code == "70504"
        await sim.step()
        told: Any = await anext(volume)
        assert (told.vol24h, told.vol_ccy24h) == (Decimal("0.2"), Decimal(12200))
        assert (await taker.block.block_ticker(SPOT)).vol24h == Decimal("0.2")
        assert {row.inst_id: row.vol24h for row in await taker.block.block_tickers("SPOT")}[SPOT] == Decimal("0.2")
        assert await taker.block.public_trades() == []
        assert await taker.block.public_block_trades(SPOT) == []
        await sim.advance(BLOCK_DELAY_MS / 1000)
        await sim.step()
        single: Any = await anext(late)
        assert single == (await taker.block.public_block_trades(SPOT))[0]
        assert (single.px, single.sz, single.side) == (Decimal(61000), Decimal("0.2"), "buy")
        structure: Any = await anext(structures)
        assert structure.block_td_id == deal.block_td_id
        assert (await taker.block.public_trades())[0].block_td_id == deal.block_td_id
        assert taker.pool.drift.seen == maker.pool.drift.seen == {}
