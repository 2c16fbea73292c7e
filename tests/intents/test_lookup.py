"""Where orders of each sort are looked for, and by which of their names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from okx_async.core.intent import Kind, Record, Verb
from okx_async.errors import NotFound, Unavailable, UnknownInstrument
from okx_async.intents.lookup import Lookup

MADE = 1_767_225_600_000


class Exchange:
    """Notes what it is asked, and answers what a test says."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.trade = SimpleNamespace(order=self.call("order"), orders_history="orders")
        self.spread = SimpleNamespace(order=self.call("spread"), orders_history="spreads")
        self.algo = SimpleNamespace(algo_order=self.call("algo"))
        self.lookup = Lookup(cast("Any", self), self.pages)

    def call(self, name: str) -> Any:
        """Return a call of the exchange's."""

        async def ask(*args: Any, **given: Any) -> Any:
            self.asked.append((name, args, given))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return ask

    async def pages(self, name: str, *args: Any, **given: Any) -> AsyncIterator[Any]:
        """Return its lists."""
        self.asked.append((name, args, given))
        if isinstance(self.answer, Exception):
            raise self.answer
        for row in self.answer or ():
            yield row


def intent(kind: Kind, inst_id: str = "BTC-USDT", *, ord_id: str = "", **fields: str) -> Record:
    """Return an intent about the order ``a``."""
    name = "" if ord_id else "a"
    return Record("k", Verb.PLACE, kind, inst_id, name, ord_id, "", MADE, own=True, fields=fields)


@pytest.mark.parametrize(
    ("record", "asked"),
    [
        (intent(Kind.ORDER), ("order", ("BTC-USDT",), {"ord_id": None, "cl_ord_id": "a"})),
        (intent(Kind.ORDER, ord_id="7"), ("order", ("BTC-USDT",), {"ord_id": "7", "cl_ord_id": None})),
        (intent(Kind.SPREAD), ("spread", (), {"ord_id": None, "cl_ord_id": "a"})),
        (intent(Kind.ALGO), ("algo", (None, "a"), {})),
    ],
)
async def test_an_order_is_asked_for_by_its_client_id_until_the_exchange_has_named_it(
    record: Record, asked: tuple[Any, ...]
) -> None:
    there = Exchange("a row")
    assert await there.lookup.order(record) == "a row"
    assert there.asked == [asked]


@pytest.mark.parametrize("error", [NotFound("51603", "no such order"), UnknownInstrument("delisted")])
async def test_what_the_exchange_does_not_know_is_not_there(error: Exception) -> None:
    there = Exchange(error)
    assert await there.lookup.order(intent(Kind.ORDER)) is None
    assert await there.lookup.history(intent(Kind.ORDER)) is None


async def test_an_exchange_that_cannot_be_asked_says_nothing() -> None:
    """Least of all that an order is not there."""
    there = Exchange(Unavailable("50001", "away"))
    for look in (there.lookup.order, there.lookup.history):
        with pytest.raises(Unavailable):
            await look(intent(Kind.ORDER))


@pytest.mark.parametrize(
    ("record", "kinds"),
    [
        (intent(Kind.ORDER, tdMode="cash"), ["SPOT"]),
        (intent(Kind.ORDER, tdMode="cross"), ["MARGIN"]),
        (intent(Kind.ORDER), ["SPOT", "MARGIN"]),
        (intent(Kind.ORDER, "BTC-USDT-SWAP", tdMode="cross"), ["SWAP"]),
        (intent(Kind.ORDER, "BTC-ABOVE-100K-ON-FRIDAY", tdMode="isolated"), ["EVENTS"]),
        (intent(Kind.SPREAD, "BTC-USDT_BTC-USDT-SWAP"), ["BTC-USDT_BTC-USDT-SWAP"]),
        (intent(Kind.ALGO), []),
    ],
)
async def test_finished_orders_are_looked_for_around_the_intent(record: Record, kinds: list[str]) -> None:
    """By the client id: the list has many of the same instrument."""
    rows = [SimpleNamespace(ord_id="6", cl_ord_id="b"), SimpleNamespace(ord_id="7", cl_ord_id="a")]
    there = Exchange(rows)
    found = await there.lookup.history(record)
    assert (found.ord_id if found else None) == ("7" if kinds else None)
    there.answer = rows[:1]
    there.asked.clear()
    assert await there.lookup.history(record) is None
    assert [args[0] for _, args, _ in there.asked] == kinds
    for _, _, given in there.asked:
        assert given["begin"] < MADE < given["end"]
