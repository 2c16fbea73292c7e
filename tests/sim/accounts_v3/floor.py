"""The trading floor of the V5 tests with V3's bureau on it: handlers are called directly, time is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from okx_async.sim.accounts.people import User
from okx_async.sim.accounts_v3.asks import Answer, AskV3
from okx_async.sim.accounts_v3.bureau import Bureau
from okx_async.sim.keys import Keyring
from okx_async.sim.limits import Allowances
from okx_async.sim.query_v3 import Query, Refusal
from okx_async.sim.query_v5 import Refusal as RefusalV5
from tests.sim.accounts.floor import Floor

Json = dict[str, Any]


def bureau_of(floor: Floor) -> Bureau:
    """Put V3's accounts on a floor."""
    keyring = Keyring(3, floor.clock, ())
    return Bureau(floor.office, floor.venue, floor.markets, keyring, Allowances(floor.clock), limited=False, demo=False)


def ask_v3(
    floor: Floor, bureau: Bureau, user: User, method: str, path: str, given: Any = None, **parts: str
) -> Callable[[], Any]:
    """Return what calls a handler; a path is written without ``/api/`` and ``v3``. A refusal comes back as its code."""
    product = path.split("/")[0]
    fields = given if isinstance(given, dict) else {}
    query = Query(product, parts, fields, floor.markets)
    access = next(floor.office.bank.people.keys_of(user.uid))
    ask = AskV3(user, access, query, given, "127.0.0.1", floor.clock.now())
    handler = bureau.handlers[method, f"/api/{path.replace('/', '/v3/', 1)}"]

    def call() -> Any:
        try:
            answer = handler(ask)
        except Refusal as refusal:
            return refusal.code
        except RefusalV5 as refusal:
            return refusal.code
        return answer.body if isinstance(answer, Answer) else answer

    return call


class FloorV3(Floor):
    """A floor that speaks V3."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.bureau = bureau_of(self)

    def v3(self, which: int | str, method: str, path: str, given: Any = None, **parts: str) -> Any:
        """Call a handler for one of the users; what was not done in turn is done before it returns."""

        async def turn() -> Any:
            answer = ask_v3(self, self.bureau, self.user(which), method, path, given, **parts)()
            await asyncio.sleep(0)
            return answer

        return asyncio.run(turn())
