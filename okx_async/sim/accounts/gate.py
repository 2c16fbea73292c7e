"""Who is let in: the checks every private V5 request goes through before anybody answers it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from ...core.endpoint import Endpoint
from ..clock import Clock
from ..keys import Keyring, Verdict
from ..query_v5 import Refusal
from .asks import Ask
from .meter import Meter
from .people import Access, People

__all__ = ["EXPIRING", "Gate", "TokenJudge", "from_address"]

TokenJudge = Callable[[str, str], Access | str]
"""Judges an OAuth access token and the device it comes from (``TERMID``): what it opens, or the code of the refusal."""

EXPIRING = frozenset(
    f"/api/v5/{path}"
    for path in (
        "trade/order",
        "trade/batch-orders",
        "trade/amend-order",
        "trade/amend-batch-orders",
        "tradingBot/signal/sub-order",
    )
)
"""Where an ``expTime`` counts. (protocol.md, "Private request headers")"""

_KEY, _SIGN, _TIME, _PASSPHRASE = (f"OK-ACCESS-{name}" for name in ("KEY", "SIGN", "TIMESTAMP", "PASSPHRASE"))
_MISSING = {_KEY: "50103", _SIGN: "50106", _TIME: "50107", _PASSPHRASE: "50104"}
_REFUSALS = {
    Verdict.MALFORMED_KEY: (401, "50111", "Invalid OK-ACCESS-KEY"),
    Verdict.UNKNOWN_KEY: (200, "50119", "API key doesn't exist"),
    Verdict.OTHER_ENVIRONMENT: (401, "50101", "APIKey does not match current environment."),
    Verdict.UNREADABLE_TIME: (401, "50112", "Invalid OK-ACCESS-TIMESTAMP"),
    Verdict.EXPIRED: (401, "50102", "Timestamp request expired"),
    Verdict.WRONG_PASSPHRASE: (401, "50105", "Request header OK-ACCESS-PASSPHRASE incorrect."),
    Verdict.WRONG_SIGNATURE: (401, "50113", "Invalid Sign"),
}
_RIGHTS = {"read": "read_only", "trade": "trade", "withdraw": "withdraw"}
_TOKEN_STATUS = {"53006": 401, "53014": 401}
_TOO_MANY = {"50011": "Too Many Requests", "50061": "The maximum sub-account order rate limit is reached"}


class Gate:
    """Lets requests in or refuses them, in this order: headers, key, environment, time, passphrase, signature,
    address, right, body, ``expTime``, limits. In which order the exchange looks is not documented.

    Args:
        keyring: Judges signatures.
        people: Users and keys.
        clock: Market time.
        meter: Counts.
        demo: Whether this is the demo environment.

    Attributes:
        meter: Counts.
        tokens: Judges ``Authorization: Bearer``; by default no token opens anything.
    """

    def __init__(self, keyring: Keyring, people: People, clock: Clock, meter: Meter, demo: bool) -> None:
        self._keyring = keyring
        self._people = people
        self._clock = clock
        self.meter = meter
        self._demo = demo
        self.tokens: TokenJudge = lambda token, device: "53000"

    def admit(self, request: web.Request, body: bytes, endpoint: Endpoint) -> Ask:
        """Return what a request asks for.

        Raises:
            Refusal: It is not let in.
        """
        received = self._clock.now()
        access = self._access(request, body)
        self.permit(access, endpoint)
        fields, items = self._contents(request, body, endpoint)
        if endpoint.path in EXPIRING:
            self._unexpired(request.headers.get("expTime"), received)
        user, address = self._people.user(access.uid), request.remote or ""
        ask = Ask(user, access, fields, items, "rest", address, received)
        self.charge(ask, endpoint.method, endpoint.path)
        return ask

    def permit(self, access: Access, endpoint: Endpoint) -> None:
        """Check that a key may do what an endpoint does.

        Raises:
            Refusal: 50120, or 53013 for a token.
        """
        if endpoint.permission is not None and _RIGHTS[endpoint.permission] not in access.permissions:
            if access.scoped:
                raise Refusal(400, "53013", "No permission to use this API")
            raise Refusal(200, "50120", "This API key doesn't have permission to use this function")

    def charge(self, ask: Ask, method: str, path: str) -> None:
        """Count a request.

        Raises:
            Refusal: 50011 or 50061.
        """
        code = self.meter.charge(method, path, ask.user, ask.address, ask.items)
        if code is not None:
            raise Refusal(429, code, _TOO_MANY[code])

    def _access(self, request: web.Request, body: bytes) -> Access:
        authorization = request.headers.get("Authorization", "")
        if authorization.startswith("Bearer ") and _KEY not in request.headers:
            return self._bearer(authorization.removeprefix("Bearer "), request.headers.get("TERMID", ""))
        for header, code in _MISSING.items():
            if not request.headers.get(header):
                raise Refusal(401, code, f"Request header {header} can not be empty.")
        key, sign, time, passphrase = (request.headers[header] for header in _MISSING)
        text = f"{request.method}{request.raw_path}{body.decode(errors='replace')}"
        verdict = self._keyring.check_request(key, passphrase, time, sign, text)
        if verdict in (Verdict.EXPIRED, Verdict.WRONG_PASSPHRASE, Verdict.WRONG_SIGNATURE, Verdict.GOOD):
            self._same_environment(request)
        if verdict is not Verdict.GOOD:
            raise Refusal(*_REFUSALS[verdict])
        access = self._people.access(key)
        if access is None:
            raise Refusal(*_REFUSALS[Verdict.UNKNOWN_KEY])
        if not from_address(access, request.remote or ""):
            raise Refusal(401, "50110", f"Your IP {request.remote} is not included in your API key's IP whitelist.")
        return access

    def _same_environment(self, request: web.Request) -> None:
        """Refuse a key of this environment on a request to the other one."""
        if (request.headers.get("x-simulated-trading") == "1") is not self._demo:
            raise Refusal(*_REFUSALS[Verdict.OTHER_ENVIRONMENT])

    def _bearer(self, token: str, device: str) -> Access:
        judged = self.tokens(token, device)
        if isinstance(judged, str):
            raise Refusal(_TOKEN_STATUS.get(judged, 400), judged, "The access token is refused")
        return judged

    def _contents(
        self, request: web.Request, body: bytes, endpoint: Endpoint
    ) -> tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]:
        """Return the fields of a request, and its items: those of a body that is a list, else the fields alone."""
        if request.method == "GET":
            query = dict(request.query)
            return query, (query,)
        if not body:
            if any(param.required for param in endpoint.params):
                raise Refusal(400, "50000", "Body for POST request can not be empty.")
            return {}, ({},)
        if request.content_type != "application/json":
            raise Refusal(400, "50006", "Invalid Content-Type, please use the application/json format")
        try:
            contents = orjson.loads(body)
        except orjson.JSONDecodeError:
            contents = None
        items: list[Any] = contents if isinstance(contents, list) and contents else [contents]
        if not all(isinstance(item, dict) for item in items):
            raise Refusal(400, "50002", "JSON syntax error")
        return (contents if isinstance(contents, dict) else {}), tuple(items)

    def _unexpired(self, moment: str | None, now: int) -> None:
        if moment is None:
            return
        if not moment.isdecimal():
            raise Refusal(400, "51000", "Parameter expTime error")
        if int(moment) < now:
            raise Refusal(200, "50036", "The expTime can't be earlier than the current system time")


def from_address(access: Access, address: str) -> bool:
    """Tell whether a key may be used from an address."""
    if not access.addresses:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(one, strict=False) for one in access.addresses)
