"""Who is let in: the checks every private V3 request goes through before anybody answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from aiohttp import web

from ...core.endpoint import Endpoint
from ..accounts.gate import from_address
from ..accounts.people import Access, People
from ..clock import Clock
from ..forms import Form, Wrong
from ..keys import Keyring, Verdict
from ..market import Market
from ..query_v3 import Query, Refusal, flawed
from ..roads import way_of
from .asks import AskV3
from .meter import MeterV3

__all__ = ["GateV3"]

_EITHER_CASE = {"valuation_currency"}
"""Words whose letters may be small: the documents list capitals, and show a request without."""
_MISSING = {"KEY": 30001, "SIGN": 30002, "TIMESTAMP": 30003, "PASSPHRASE": 30004}
_REFUSALS = {
    Verdict.MALFORMED_KEY: (30006, "Invalid OK_ACCESS_KEY", 400),
    Verdict.UNKNOWN_KEY: (30006, "Invalid OK_ACCESS_KEY", 400),
    Verdict.OTHER_ENVIRONMENT: (30006, "Invalid OK_ACCESS_KEY", 400),
    Verdict.UNREADABLE_TIME: (30005, "Invalid OK_ACCESS_TIMESTAMP", 400),
    Verdict.EXPIRED: (30008, "Request timestamp expired", 400),
    Verdict.WRONG_PASSPHRASE: (30015, "Invalid OK_ACCESS_PASSPHRASE", 400),
    Verdict.WRONG_SIGNATURE: (30013, "Invalid Sign", 401),
}


class GateV3:
    """Lets requests in or refuses them, in this order: headers, key, time, passphrase, signature, environment, address,
    right, body, form, limit. In which order the exchange looked is not documented, nor with which code it met a key of
    the other environment: here it does not know such a key. (V3 "signing", "time"; Error codes)

    Args:
        endpoints: What is declared.
        keyring: Judges signatures.
        people: Users and keys.
        clock: Market time.
        meter: Counts.
        markets: By instrument id.
        demo: Whether this is the demo environment.
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        keyring: Keyring,
        people: People,
        clock: Clock,
        meter: MeterV3,
        markets: Mapping[str, Market],
        demo: bool,
    ) -> None:
        self._forms = {(each.method, each.path): Form(each) for each in endpoints}
        self._keyring = keyring
        self._people = people
        self._clock = clock
        self._meter = meter
        self._markets = markets
        self._demo = demo

    def admit(self, request: web.Request, raw: bytes, endpoint: Endpoint) -> AskV3:
        """Return what a request asks for.

        Raises:
            Refusal: It is not let in.
        """
        received = self._clock.now()
        access = self._access(request, raw)
        wanted = endpoint.permission or ("read" if endpoint.method == "GET" else "trade")
        if {"read": "read_only"}.get(wanted, wanted) not in access.permissions:
            raise Refusal(30012, "This API key has no permission for this call", 401)
        body = None if request.method == "GET" else _body(request, raw, endpoint)
        given: Mapping[str, Any] = request.query if request.method == "GET" else body if isinstance(body, dict) else {}
        if not isinstance(body, list):
            self._judge(endpoint, given)
        product = endpoint.path.split("/")[2]
        query = Query(product, way_of(request), given, self._markets)
        user = self._people.user(access.uid)
        self._meter.charge(endpoint, user, request.remote or "", query)
        return AskV3(user, access, query, body, request.remote or "", received)

    def _access(self, request: web.Request, raw: bytes) -> Access:
        headers = {name: request.headers.get(f"OK-ACCESS-{name}", "") for name in _MISSING}
        for name, value in headers.items():
            if not value:
                raise Refusal(_MISSING[name], f"OK_ACCESS_{name} header is required")
        text = f"{request.method}{request.raw_path}{raw.decode(errors='replace')}"
        verdict = self._keyring.check_request(
            headers["KEY"], headers["PASSPHRASE"], headers["TIMESTAMP"], headers["SIGN"], text, epoch=True
        )
        if verdict is Verdict.GOOD and (request.headers.get("x-simulated-trading") == "1") is not self._demo:
            verdict = Verdict.OTHER_ENVIRONMENT
        if verdict is not Verdict.GOOD:
            raise Refusal(*_REFUSALS[verdict])
        access = self._people.access(headers["KEY"])
        if access is None:
            raise Refusal(*_REFUSALS[Verdict.UNKNOWN_KEY])
        if not from_address(access, request.remote or ""):
            raise Refusal(30011, f"Invalid IP: {request.remote} is not on the key's list")
        return access

    def _judge(self, endpoint: Endpoint, given: Mapping[str, Any]) -> None:
        """Look at the form of the parameters; of a list only whether it is there. That one of several parameters is
        missing is for the products to say, which have codes of their own for it."""
        told = {name: _text(value) for name, value in given.items() if value is not None}
        told |= {name: told[name].upper() for name in _EITHER_CASE & told.keys()}
        flaw = self._forms[endpoint.method, endpoint.path].flaw(told)
        if flaw is not None and flaw.wrong is not Wrong.NEITHER:
            raise flawed(flaw)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        orjson.dumps(value).decode() if isinstance(value, list | dict) and value else str(value or "0" * (value == 0))
    )


def _body(request: web.Request, raw: bytes, endpoint: Endpoint) -> Any:
    if not raw:
        if any(param.required and f"{{{param.name}}}" not in endpoint.path for param in endpoint.params):
            raise Refusal(30020, "body cannot be blank")
        return {}
    if request.content_type != "application/json":
        raise Refusal(30007, 'Invalid Content_Type, please use "application/json" format')
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict | list):
        raise Refusal(30021, "Json data format error")
    return body
