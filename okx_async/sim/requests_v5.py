"""Reading what a V5 client sends: a request of a known operation, or the exchange's complaint about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from .accounts.services import OPS
from .dialect import TopicKind, TopicSpec
from .dialect_v5 import BUSINESS, PRIVATE, PRIVATE_BUSINESS, PUBLIC
from .figure_topics import host_of
from .market import Market

__all__ = ["Complaint", "Request", "Wanted", "check_args", "find", "read_request"]

Json = dict[str, Any]

_REQUEST_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_CHANNELS = {"public": PUBLIC, "business": BUSINESS | PRIVATE_BUSINESS, "private": PRIVATE}
_CONTROL = ("login", "subscribe", "unsubscribe")
_SEE_DOCS = "Please use the correct URL, channel and parameters referring to API document."
_TYPES = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS")


class Complaint(Exception):
    """The exchange does not accept something: code, message, and whether it knows the request's id."""

    def __init__(self, code: str, msg: str, request_id: str | None = None) -> None:
        super().__init__(msg)
        self.code = code
        self.msg = msg
        self.request_id = request_id


@dataclass(frozen=True, slots=True)
class Request:
    """One frame; before `check_args` its arguments may be anything.

    Args:
        op: What it asks for.
        args: With what.
        request_id: Its id, ``None`` when it has none.
        expires: Its ``expTime`` as it came, ``None`` when it has none.
    """

    op: str
    args: Any
    request_id: str | None
    expires: Any = None

    @property
    def is_control(self) -> bool:
        """Whether it is a login or a subscription; else it is an operation on orders."""
        return self.op in _CONTROL


@dataclass(frozen=True, slots=True)
class Wanted:
    """One argument of a subscription, understood.

    Args:
        channel: Its name.
        inst_id: The instrument it is about, ``""`` for none.
        spec: How the channel is published.
        key: What makes it the same subscription as another one.
    """

    channel: str
    inst_id: str
    spec: TopicSpec
    key: tuple[str, ...]


def read_request(text: str, endpoint: str) -> Request:
    """Return the operation a frame asks for.

    Raises:
        Complaint: 60012 what is no request at all, 60033 a bad id, 60019 an unknown operation, 60028 an
            operation of another socket.
    """
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError:
        request = None
    if not isinstance(request, dict) or not isinstance(request.get("op"), str):
        raise Complaint("60012", f"Illegal request: {text[:500]}")
    request_id = str(request["id"]) if "id" in request else None
    if request_id is not None and not _REQUEST_ID.fullmatch(request_id):
        raise Complaint("60033", "Parameter id error")
    op = request["op"]
    if op in OPS and endpoint != OPS[op][0]:
        raise Complaint("60028", "The current operation is not supported by this URL", request_id)
    if op not in _CONTROL and op not in OPS:
        raise Complaint("60019", f"Invalid op: {op[:100]}", request_id)
    return Request(op, request.get("args"), request_id, request.get("expTime"))


def check_args(request: Request, text: str) -> None:
    """Look at the form of the arguments.

    Raises:
        Complaint: 60013 no list or an empty one, 60012 an argument that is no object or names no channel.
    """
    if not isinstance(request.args, list) or not request.args:
        raise Complaint("60013", "Invalid args", request.request_id)
    for arg in request.args:
        nameless = request.op == "login" or not request.is_control
        named = isinstance(arg, dict) and (nameless or isinstance(arg.get("channel"), str))
        if not named:
            raise Complaint("60012", f"Illegal request: {text[:500]}", request.request_id)


def find(arg: Json, endpoint: str, markets: Mapping[str, Market]) -> Wanted:
    """Return what one argument asks for.

    Which code a missing or unfit parameter has is not documented in every case: here a missing one and an unknown
    value are 60018 like any combination that does not exist, an empty one is 60027. Parameters that a channel does
    not know are ignored.

    Raises:
        Complaint: 60018 or 60027, see above.
    """
    channel = str(arg["channel"])
    spec = _CHANNELS[endpoint].get(channel)
    if spec is None:
        raise _unknown(arg)
    for name in (*spec.needs, *spec.may):
        if name in arg and (not isinstance(arg[name], str) or not arg[name]):
            raise Complaint("60027", f"Parameter {name} can not be empty")
        if (name in spec.needs and name not in arg) or not _fits(name, arg.get(name), spec, markets):
            raise _unknown(arg)
    given = (f"{name}={arg[name]}" for name in (*spec.needs, *spec.may) if name in arg)
    # Greeks are named after their family, whatever else has no instrument has no name.
    name = arg.get("instFamily", "") if spec.kind in TopicKind.INDEXED else ""
    return Wanted(channel, str(arg.get("instId", name)), spec, (channel, *given))


def _fits(name: str, value: str | None, spec: TopicSpec, markets: Mapping[str, Market]) -> bool:
    if value is None:
        return True
    if name == "instId":
        market = host_of(markets, value, spec)
        if market is not None and spec.open_to and market.instrument.kind not in spec.open_to:
            return False
        return market is not None and (spec.kind != TopicKind.RETAIL or market.retail is not None)
    if name == "instType":
        return value in _TYPES or (spec.login and value == "ANY")
    if name == "instFamily":
        if spec.kind in TopicKind.INDEXED and host_of(markets, value, spec) is None:
            return False
        return any(market.instrument.family == value for market in markets.values())
    return True


def _unknown(arg: Json) -> Complaint:
    told = ",".join(f"{key}:{value}" for key, value in arg.items())
    return Complaint("60018", f"Wrong URL or {told} doesn't exist. {_SEE_DOCS}")
