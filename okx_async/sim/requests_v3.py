"""Reading what a V3 client sends: a request, or nothing the exchange understands."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from .dialect import TopicKind, TopicSpec
from .dialect_v3 import CHANNELS, OWN, PRODUCTS
from .figure_topics import host_of
from .market import Market

__all__ = ["Name", "public_spec", "read_request", "split", "stands_for_something"]

_MAX_ARGS = 4096
_OPS = ("login", "subscribe", "unsubscribe")

Name = tuple[str, str, str]
"""Product, channel and filter of a topic's name."""


def split(name: str) -> Name:
    """Return the parts of a name like ``spot/depth:BTC-USDT``."""
    path, _, wanted = name.partition(":")
    product, _, channel = path.partition("/")
    return product, channel, wanted


def read_request(text: str) -> tuple[str, list[str]] | None:
    """Return operation and arguments, or ``None`` when it is no request or its arguments are too long."""
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(request, dict) or request.get("op") not in _OPS:
        return None
    args = request.get("args")
    if not isinstance(args, list) or not args or not all(isinstance(arg, str) for arg in args):
        return None
    if sum(len(arg.encode()) for arg in args) > _MAX_ARGS:
        return None
    return request["op"], args


def public_spec(name: Name, markets: Mapping[str, Market]) -> TopicSpec | None:
    """Return how a public channel is published, ``None`` when it is not there or not for this instrument."""
    product, channel, wanted = name
    spec = OWN.get(product, {}).get(channel) or (CHANNELS.get(channel) if product in PRODUCTS else None)
    return spec if spec is not None and _names(wanted, product, spec, markets) else None


def _names(wanted: str, product: str, spec: TopicSpec, markets: Mapping[str, Market]) -> bool:
    """Tell whether the filter of a public channel names what the channel can be about."""
    if not spec.needs:
        return not wanted
    if product == "option" and spec.kind in (TopicKind.INDEX, TopicKind.TOLD):
        return any((each.instrument.product, each.instrument.family) == (product, wanted) for each in markets.values())
    market = host_of(markets, wanted, spec)
    return market is not None and (product == "index" or market.instrument.product == product)


def stands_for_something(name: Name, markets: Mapping[str, Market]) -> bool:
    """Tell whether the filter of a private channel is of the right kind and known. (V3 "websocket")"""
    product, channel, wanted = name
    traded = [market.instrument for market in markets.values() if market.instrument.product == product]
    if product == "option":
        return any(each.family == wanted for each in traded)
    if product == "spot" and channel == "account":
        return any(wanted in (each.base, each.quote) for each in traded)
    if product == "futures" and channel == "account":
        # Coin-margined accounts go by their coin, USDT-margined ones by their underlying.
        return any(wanted == (each.base if each.inverse else each.family) for each in traded)
    return any(each.inst_id == wanted for each in traded)
