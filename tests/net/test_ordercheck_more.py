"""Orders with prices of their own kind: attached, algo and spread orders; options, whose step depends on the price."""

from __future__ import annotations

import json
from typing import Any

import pytest

from okx_async import OKX, BadOrder, ConnectFailed, ConnectionLost, OKEx

from .clients import REST, client
from .test_ordercheck import LIST, SPOT, SWAP, listed, order, posts

SENT = (ConnectFailed, ConnectionLost)
SPREADS = f"{REST}/api/v5/sprd/spreads"
BANDS = f"{REST}/api/v5/public/instrument-tick-bands"
SPRD = "BTC-USDT_BTC-USDT-SWAP"
SPREAD = {"sprdId": SPRD, "tickSz": "0.1", "lotSz": "10", "minSz": "20"}
OPTION = {
    "instType": "OPTION", "instFamily": "BTC-USD", "instId": "BTC-USD-260327-90000-C",
    "tickSz": "0.0001", "lotSz": "1", "minSz": "1",
}  # fmt: skip
BTC_BANDS = {
    "instType": "OPTION", "instFamily": "BTC-USD", "tickBand": [
        {"minPx": "0", "maxPx": "0.005", "tickSz": "0.0001"}, {"minPx": "0.005", "maxPx": "", "tickSz": "0.0005"},
    ],
}  # fmt: skip
ENDS = {"tp_trigger_px": "51000", "tp_ord_px": "-1"}


def answers(http: Any, url: str, *rows: Any) -> None:
    """Plan a list."""
    http.get(url, body=json.dumps({"code": "0", "data": rows}), repeat=True)


def asked(http: Any, url: str) -> int:
    """Return how often a list was asked for."""
    return sum(str(one.url).split("?")[0] == url for one in http.requests)


def algo(**given: Any) -> dict[str, Any]:
    """Return a good stop of a perpetual, changed."""
    return {
        "inst_id": "BTC-USDT-SWAP", "td_mode": "cross", "side": "sell", "ord_type": "conditional", "sz": "1",
        "sl_trigger_px": "40000", "sl_ord_px": "-1",
    } | given  # fmt: skip


# -- what is attached


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tp_trigger_px": "51000.01"}, "tpTriggerPx 51000.01 of BTC-USDT-SWAP"),
        ({"tp_ord_px": "51000.01"}, "tpOrdPx 51000.01"),
        ({"sl_trigger_px": "40000.01", "sl_trigger_px_type": "last"}, "slTriggerPx 40000.01"),
        ({"sl_ord_px": "40000.01"}, "slOrdPx 40000.01"),
        ({"sz": "1.5"}, "sz 1.5 of BTC-USDT-SWAP is no multiple of the size step 1"),
    ],
)
async def test_what_is_attached_has_to_fit(given: dict[str, Any], said: str) -> None:
    """To an order, to one of a batch, to a trigger order."""
    wrong = [{**ENDS, **given}]
    one = order(inst_id="BTC-USDT-SWAP", td_mode="cross", sz="1")
    async with client() as (okx, http):
        listed(http, SPOT, SWAP)
        with pytest.raises(BadOrder, match=said):
            await okx.trade.place_order(**one, attach_algo_ords=wrong)
        with pytest.raises(BadOrder, match=said):
            await okx.trade.place_batch_orders([one, {**one, "attach_algo_ords": wrong}])
        if "sz" not in given:  # what is attached to a trigger order has no size of its own
            start = algo(ord_type="trigger", trigger_px="50000", order_px="-1", sl_trigger_px=None, sl_ord_px=None)
            with pytest.raises(BadOrder, match=said):
                await okx.algo.place_algo_order(**start, attach_algo_ords=wrong)
        assert posts(http) == 0


async def test_changes_of_what_is_attached_have_to_fit() -> None:
    async with client() as (okx, http):
        listed(http, SPOT, SWAP)
        for wrong in ({"new_tp_ord_px": "1.23"}, {"new_sl_trigger_px": "1.23", "new_sl_trigger_px_type": "last"}):
            with pytest.raises(BadOrder, match=r"new(TpOrd|SlTrigger)Px 1.23"):
                await okx.trade.amend_order("BTC-USDT-SWAP", ord_id="1", attach_algo_ords=[wrong])
            with pytest.raises(BadOrder, match=r"new(TpOrd|SlTrigger)Px 1.23"):
                await okx.algo.amend_algo_order("BTC-USDT-SWAP", algo_id="1", attach_algo_ords=[wrong])
        assert posts(http) == 0
        # Which price the trigger is compared with is only known where it was placed.
        with pytest.raises(SENT):
            await okx.trade.amend_order("BTC-USDT-SWAP", ord_id="1", attach_algo_ords=[{"new_sl_trigger_px": "1.23"}])


# -- algo orders


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sl_trigger_px": "40000.01"}, "slTriggerPx 40000.01"),
        ({"sl_ord_px": "39999.99"}, "slOrdPx 39999.99"),
        ({"sz": "0.5"}, "sz 0.5 is below"),
        ({"ord_type": "trigger", "trigger_px": "50000.01", "order_px": "-1"}, "triggerPx 50000.01"),
        ({"ord_type": "trigger", "trigger_px": "50000", "order_px": "50000.01"}, "orderPx 50000.01"),
        ({"ord_type": "oco", **ENDS, "tp_ord_px": "51000.01"}, "tpOrdPx 51000.01"),
        ({"ord_type": "twap", "px_limit": "50000.01"}, "pxLimit 50000.01"),
        ({"ord_type": "smart_iceberg", "sz_limit": "0.1"}, "szLimit 0.1"),
        ({"inst_id": "BTC-USDT", "td_mode": "cash", "sz": "0.00015", "sl_ord_px": "39999"}, "sz 0.00015 is below"),
        ({"inst_id": "BTC-USDT", "td_mode": "cash", "sz": "0.00015", "tgt_ccy": "base_ccy"}, "sz 0.00015 is below"),
    ],
)
async def test_an_algo_order_that_does_not_fit_stays_here(given: dict[str, Any], said: str) -> None:
    async with client() as (okx, http):
        listed(http, SPOT, SWAP)
        with pytest.raises(BadOrder, match=said):
            await okx.algo.place_algo_order(**algo(**given))
        assert posts(http) == 0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sl_trigger_px": "40000.01", "sl_trigger_px_type": "mark"},  # mark and index prices are in no steps
        {"ord_type": "trigger", "trigger_px": "50000.01", "trigger_px_type": "index", "order_px": "-1"},
        {"inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "sz": "12.34567"},  # may count the quote currency
        {"ord_type": "move_order_stop", "callback_ratio": "0.0123", "sl_trigger_px": None, "sl_ord_px": None},
        {"sz": None, "close_fraction": "1"},
    ],
)
async def test_an_algo_order_that_may_fit_leaves(given: dict[str, Any]) -> None:
    async with client() as (okx, http):
        listed(http, SPOT, SWAP)
        with pytest.raises(SENT):
            await okx.algo.place_algo_order(**algo(**given))
        assert posts(http) == 1


async def test_changes_of_algo_orders_have_to_fit() -> None:
    """Except for a 0, which takes a stop away, and -1, which means at market."""
    async with client() as (okx, http):
        listed(http, SPOT, SWAP)
        for name, wrong in (("new_sz", "0.5"), ("new_ord_px", "1.23"), ("new_tp_ord_px", "1.23")):
            with pytest.raises(BadOrder, match=wrong):
                await okx.algo.amend_algo_order("BTC-USDT-SWAP", algo_id="1", **{name: wrong})
        assert posts(http) == 0
        fine = {"new_sl_trigger_px": "0", "new_sl_trigger_px_type": "last", "new_tp_ord_px": "-1"}
        with pytest.raises(SENT):
            await okx.algo.amend_algo_order("BTC-USDT-SWAP", algo_id="1", **fine)


async def test_at_market_is_no_price() -> None:
    """Nor is it off any step, however large that is."""
    async with client() as (okx, http):
        listed(http, SWAP | {"tickSz": "2.5"})
        with pytest.raises(SENT):
            await okx.algo.place_algo_order(**algo(ord_type="oco", tp_trigger_px="51000", tp_ord_px="-1"))
        assert posts(http) == 1


async def test_v3_algo_orders_are_looked_at() -> None:
    spot = {"instrument_id": "BTC-USDT", "tick_size": "0.1", "size_increment": "0.001", "min_size": "0.01"}
    swap = {"instrument_id": "BTC-USD-SWAP", "tick_size": "0.1", "size_increment": "1", "contract_val": "100"}
    ends: dict[str, Any] = {"order_type": "1", "size": "1", "trigger_price": "1.2", "algo_price": "1.2"}
    async with client(OKEx) as (okex, http):
        http.get(f"{REST}/api/spot/v3/instruments", body=json.dumps([spot]), repeat=True)
        http.get(f"{REST}/api/swap/v3/instruments", body=json.dumps([swap]), repeat=True)
        for wrong in ({"trigger_price": "1.23"}, {"algo_price": "1.23"}, {"size": "0.5"}):
            with pytest.raises(BadOrder, match=next(iter(wrong))):
                await okex.swap.place_algo_order("BTC-USD-SWAP", type_="1", **ends | wrong)
        with pytest.raises(BadOrder, match="size 0.0015 is below"):
            await okex.spot.place_algo_order("BTC-USDT", mode="1", side="buy", **ends | {"size": "0.0015"})
        assert posts(http) == 0
        # At market the price does not count, and what the size counts nobody says.
        at_market = {"algo_type": "2", "algo_price": None, "size": "0.0015"}
        with pytest.raises(SENT):
            await okex.spot.place_algo_order("BTC-USDT", mode="1", side="buy", **ends | at_market)


# -- spreads


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"px": "-1.23"}, f"px -1.23 of {SPRD} is no multiple of the price step 0.1; what fits is -1.3 or -1.2"),
        ({"sz": "25"}, f"sz 25 of {SPRD} is no multiple of the size step 10; what fits is 20"),
        ({"sz": "10"}, "below the smallest size 20"),
    ],
)
async def test_a_spread_order_has_the_steps_of_the_spread(given: dict[str, str], said: str) -> None:
    async with client() as (okx, http):
        answers(http, SPREADS, SPREAD)
        with pytest.raises(BadOrder, match=said):
            await okx.spread.place_order(SPRD, "buy", "limit", **{"sz": "20", "px": "-1.2"} | given)
        assert posts(http) == 0
        for kind, px in (("limit", "-1"), ("market", "0.01")):  # the price of one at market counts for nothing
            with pytest.raises(SENT):
                await okx.spread.place_order(SPRD, "buy", kind, sz="20", px=px)
        assert (posts(http), asked(http, SPREADS)) == (2, 1)
        assert str((await okx.steps(SPRD)).px("-1.23", "sell")) == "-1.2"


async def test_a_change_of_a_spread_order_is_looked_at_where_its_spread_is_known() -> None:
    """The request does not name it: the client's own journal does, by client id."""
    async with client() as (okx, http):
        answers(http, SPREADS, SPREAD)
        with pytest.raises(SENT):
            await okx.spread.place_order(SPRD, "buy", "limit", sz="20", px="-1.2", cl_ord_id="mine")
        for wrong in ({"new_px": "1.23"}, {"new_sz": "25"}):
            with pytest.raises(BadOrder, match=f"of {SPRD} is no multiple"):
                await okx.spread.amend_order(cl_ord_id="mine", **wrong)
        assert posts(http) == 1
        for named in ({"cl_ord_id": "whose"}, {"ord_id": "1"}):
            with pytest.raises(SENT):
                await okx.spread.amend_order(**named, new_px="1.23")


# -- options


@pytest.mark.parametrize(("px", "fits"), [("0.0012", True), ("0.00125", False), ("0.0051", False), ("0.0055", True)])
async def test_the_step_of_an_option_depends_on_its_price(px: str, fits: bool) -> None:
    """Placed, in a batch, changed; one request reads the bands of all families."""
    inst = OPTION["instId"]
    one = order(inst_id=inst, td_mode="cross", sz="1", px=px)
    refused: Any = SENT if fits else BadOrder
    async with client() as (okx, http):
        answers(http, LIST, OPTION)
        answers(http, BANDS, BTC_BANDS)
        for _ in range(2):
            with pytest.raises(refused):
                await okx.trade.place_order(**one)
        with pytest.raises(refused):
            await okx.trade.place_batch_orders([one])
        with pytest.raises(refused):
            await okx.trade.amend_order(inst, ord_id="1", new_px=px)
        assert (posts(http), asked(http, BANDS)) == (4 if fits else 0, 1)


async def test_prices_in_dollars_and_volatility_are_left_to_the_exchange() -> None:
    """No document tells their steps; sizes are in lots all the same."""
    one = {"inst_id": OPTION["instId"], "td_mode": "cross", "side": "buy", "ord_type": "limit"}
    async with client() as (okx, http):
        answers(http, LIST, OPTION)
        answers(http, BANDS, BTC_BANDS)
        for told in ({"px_usd": "123.456"}, {"px_vol": "0.61234"}):
            with pytest.raises(SENT):
                await okx.trade.place_order(**one, **told, sz="1")
            with pytest.raises(BadOrder, match="sz 1.5"):
                await okx.trade.place_order(**one, **told, sz="1.5")


async def test_new_bands_are_read_before_they_speak_against_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("okx_async.net.instruments.FRESH", -1.0)
    fine = BTC_BANDS | {"tickBand": [{"minPx": "0", "maxPx": "", "tickSz": "0.0001"}]}
    async with client() as (okx, http):
        answers(http, LIST, OPTION)
        http.get(BANDS, body=json.dumps({"code": "0", "data": [BTC_BANDS]}))
        answers(http, BANDS, fine)
        with pytest.raises(SENT):
            await okx.trade.place_order(**order(inst_id=OPTION["instId"], td_mode="cross", sz="1", px="0.0051"))
        assert asked(http, BANDS) == 2


async def test_an_option_whose_bands_are_not_listed_passes() -> None:
    """The step of its row is one of several: nobody can say that a price is off."""
    async with client() as (okx, http):
        answers(http, LIST, OPTION)
        answers(http, BANDS)
        with pytest.raises(SENT):
            await okx.trade.place_order(**order(inst_id=OPTION["instId"], td_mode="cross", sz="1", px="0.00001"))
        assert (await okx.steps(OPTION["instId"])).tick is None


async def test_nothing_more_is_read_for_an_ordinary_order() -> None:
    """Neither spreads nor bands: what a plain order costs has not grown."""
    async with client(OKX) as (okx, http):
        listed(http, SPOT, SWAP)
        with pytest.raises(SENT):
            await okx.trade.place_order(**order())
        assert (asked(http, SPREADS), asked(http, BANDS)) == (0, 0)
