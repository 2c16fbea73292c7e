"""What an order would change is what it does change once it is placed, and asking changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.accounts.tickets import spot_mode
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import quiet
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP, Floor, Json

TRADED = (SPOT, SWAP, INVERSE)
PERPETUAL = {"instId": SWAP, "tdMode": "cross"}


@pytest.fixture
def floor() -> Floor:
    """A floor where both sides of three instruments can trade at some prices near 60000."""
    floor = Floor(vip=(3, 0, 0)).empty_at_60000(*TRADED)
    for inst_id in TRADED:
        market = floor.markets[inst_id]
        scale = int(1 / Decimal(market.instrument.tick_size))
        for away in (100, 200, 300):
            market.book.submit(True, (60_000 - away) * scale, 30_000)
            market.book.submit(False, (60_000 + away) * scale, 30_000)
    return floor


def precheck(floor: Floor, user: User, fields: Json) -> Json:
    row: Json = floor.ask(user, "trade/order-precheck", fields)[0]
    return row


def refusal(floor: Floor, user: User, fields: Json) -> str:
    with pytest.raises(Refusal) as caught:
        precheck(floor, user, fields)
    return caught.value.code


def account(floor: Floor, user: User, ccy: str) -> dict[str, Decimal | None]:
    """The figures of an account and, where each currency stands for itself, of one currency."""
    row = floor.ask(user, "?account/balance")[0]
    detail: Json = next((one for one in row["details"] if one["ccy"] == ccy), {})
    told = row if user.mode is Mode.MULTI_CURRENCY else {"imr": "0", "mmr": "0"} | detail | {"adjEq": ""}
    figures = {name: told.get(name, "") for name in ("adjEq", "imr", "mmr", "mgnRatio")}
    figures["availBal"] = detail.get("availBal", "0")
    return {name: Decimal(text) if text else None for name, text in figures.items()}


def everything(floor: Floor, user: User) -> Any:
    """All that asking must not change."""
    purses = [(purse.owner, purse.room, dict(purse.cash), dict(purse.holds)) for purse in floor.ledger.purses()]
    books = {
        name: (dict(market.book.bids.levels), list(market.book.asks.keys)) for name, market in floor.markets.items()
    }
    told = [floor.ask(user, path, {"instType": "SWAP"}) for path in ("?account/positions", "?trade/orders-history")]
    return purses, books, told, len(floor.ledger.entries), floor.ask(user, "?account/balance")[0]["details"]


@pytest.mark.parametrize("mode", [Mode.FUTURES, Mode.MULTI_CURRENCY])
@pytest.mark.parametrize(
    ("fields", "ccy"),
    [
        (PERPETUAL | {"side": "buy", "ordType": "market", "sz": "12"}, "USDT"),
        (PERPETUAL | {"side": "sell", "ordType": "limit", "sz": "3", "px": "59900"}, "USDT"),
        (PERPETUAL | {"side": "sell", "ordType": "market", "sz": "400"}, "USDT"),
        (PERPETUAL | {"side": "sell", "ordType": "optimal_limit_ioc", "sz": "3", "reduceOnly": True}, "USDT"),
        (PERPETUAL | {"side": "buy", "ordType": "ioc", "sz": "20", "px": "60100", "tdMode": "isolated"}, "USDT"),
        (PERPETUAL | {"side": "buy", "ordType": "fok", "sz": "5", "px": "60100"}, "USDT"),
        (PERPETUAL | {"side": "buy", "ordType": "post_only", "sz": "2", "px": "60200"}, "USDT"),
        ({"instId": INVERSE, "tdMode": "cross", "side": "sell", "ordType": "market", "sz": "600"}, "BTC"),
        ({"instId": SPOT, "side": "buy", "ordType": "market", "sz": "5000"}, "USDT"),
        ({"instId": SPOT, "side": "sell", "ordType": "limit", "sz": "0.0005", "px": "59800"}, "BTC"),
    ],
)
def test_what_is_told_is_what_happens(floor: Floor, fields: Json, ccy: str, mode: Mode) -> None:
    """Beside a long position of 299 contracts, in both kinds of modes."""
    user = floor.user()
    user.mode = mode
    if fields["instId"] == SPOT:
        fields = fields | {"tdMode": spot_mode(user)}
    floor.good(user, SWAP, "buy", "limit", "299", "60100")
    before, untouched = account(floor, user, ccy), everything(floor, user)
    told = precheck(floor, user, fields)
    assert everything(floor, user) == untouched
    stood = {name: floor.markets[name].instrument.price_text(floor.markets[name].tape.last.price) for name in TRADED}
    placed = floor.ask(user, "trade/order", fields)[0]
    assert placed["sCode"] == "0"
    for name, price in stood.items():  # the trade itself has moved the price that margins are reckoned at
        floor.print_at(name, price)
    after = account(floor, user, ccy)
    for name, was in before.items():
        now = after[name]
        assert told[name] == ("" if was is None else str(told[name]))
        if was is None or now is None:
            assert told[f"{name}Chg"] == ""
        else:
            assert (Decimal(told[name]), Decimal(told[f"{name}Chg"])) == (was, now - was), name
    if fields["instId"] == SWAP and fields["tdMode"] == "cross":
        (position,) = floor.positions(user)
        away = abs(Decimal(position["liqPx"]) - Decimal(position["markPx"]))
        assert abs(Decimal(told["liqPxDiff"]) - away) < Decimal("1e-9")
    floor.conserved()


def test_what_would_rest_is_reckoned_at_its_own_price(floor: Floor) -> None:
    """Nothing would trade now, and yet a bot wants to know what the order would be worth in the end."""
    user = floor.user()
    told = precheck(floor, user, PERPETUAL | {"side": "buy", "ordType": "limit", "sz": "10", "px": "59000"})
    face = Decimal(floor.markets[SWAP].instrument.ct_val)
    value = 10 * face * 59_000
    assert Decimal(told["imrChg"]) == (value / 3).quantize(Decimal("1e-12"))
    # A maker's fee, and a profit against the mark price that does count as money that is free.
    assert Decimal(told["availBalChg"]) > -value / 3
    assert told["liqPx"] == told["liqPxDiff"] == ""  # all of that is covered down to a price of nothing
    told = precheck(floor, user, PERPETUAL | {"side": "buy", "ordType": "limit", "sz": "400", "px": "59000"})
    assert told["liqPx"] == ""
    assert Decimal(told["liqPxDiff"]) > 0
    assert abs(Decimal(told["liqPxDiffRatio"]) * 60_000 - Decimal(told["liqPxDiff"])) < Decimal("1e-6")


def test_what_would_be_refused_is_refused_alike(floor: Floor) -> None:
    user, order = floor.user(), PERPETUAL | {"side": "buy", "ordType": "limit", "sz": "10", "px": "60000"}
    cases: list[tuple[Json, str]] = [
        ({"sz": "1000000"}, "51004"),
        ({"sz": "90000"}, "51008"),
        ({"px": "90000"}, "51006"),
        ({"px": "60000.05"}, "51150"),
        ({"sz": ""}, "50014"),
        ({"instId": "NO-SUCH"}, "51001"),
        ({"reduceOnly": True}, "51169"),
        ({"attachAlgoOrds": [{"slTriggerPx": "61000", "slOrdPx": "-1"}]}, "51047"),
    ]
    for change, code in cases:
        assert floor.answer_code(user, "trade/order", order | change) == code
        assert refusal(floor, user, order | change) == code, change


def test_what_is_charged_by_other_rates_is_told_by_them(floor: Floor) -> None:
    """As a broker's users are."""
    user, order = floor.user(), PERPETUAL | {"side": "buy", "ordType": "market", "sz": "10"}
    usual = Decimal(precheck(floor, user, order)["availBalChg"])
    floor.venue.charge(lambda instrument, user, maker: Decimal("0.01"))
    assert usual - Decimal(precheck(floor, user, order)["availBalChg"]) > 50


def test_an_option_and_an_account_that_owns_nothing(floor: Floor) -> None:
    poor = floor.office.bank.add_user()
    fields = {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.1", "px": "60000"}
    assert refusal(floor, poor, fields) == "51008"
    option = next(name for name in floor.markets if name.endswith(("-C", "-P")))
    market = floor.markets[option]
    (ask,) = [market.instrument.price_text(market.book.asks.best or 0)]
    told = precheck(floor, floor.user(), {"instId": option, "tdMode": "cross", "side": "buy", "ordType": "limit",
                                          "sz": "1", "px": ask})  # fmt: skip
    assert Decimal(told["availBalChg"]) < 0
    assert told["liqPx"] == told["liqPxDiff"] == ""


async def test_the_client_reads_it() -> None:
    async with quiet() as sim, OKX(sim.credentials[0], site=sim.site) as client:
        told = await client.trade.order_precheck("BTC-USDT-SWAP", "cross", "buy", "market", "1")
        assert told.avail_bal == 100_000
        assert told.avail_bal_chg is not None
        assert told.avail_bal_chg < 0
        assert told.liab is None
