"""Orders that are sent by path: they pass the intents as the declared calls do, and what comes back is as it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from ..core.answers import row_type
from ..core.endpoint import Endpoint, Request
from ..errors import BadParameter
from ..net.caller import Caller
from ..v5.codes import CODES
from .desk import IntentDesk

__all__ = ["perform_raw"]


async def perform_raw(desk: IntentDesk, caller: Caller, endpoint: Endpoint, request: Request) -> Any:
    """Send one order by path and return the ``data`` of its answer, or what that would have been had it come.

    Args:
        desk: The intents.
        caller: REST.
        endpoint: The declared endpoint of the path.
        request: What is to be sent.

    Raises:
        BadParameter: The path takes a list, which a request by path cannot send.
        OkxError: As the declared call of that path.
    """
    if endpoint.batch:
        name = f"{endpoint.chapter}.{endpoint.name}"
        raise BadParameter(f"{endpoint.path} takes a list of orders, which goes by okx.{name} alone; nothing was sent")
    answers: list[Any] = []

    async def carry(request: Request) -> Any:
        data = await caller.undeclared(request)
        row = _typed(endpoint, data)
        if getattr(row, "s_code", None) not in (None, "0"):
            raise CODES.refusal(row.s_code, row.s_msg or "", where=f"POST {endpoint.path}", answer=data, write=True)
        answers.append(data)
        return row

    row = await desk.perform(replace(request, endpoint=endpoint), carry)
    return answers[0] if answers else [_plain(row)]


def _typed(endpoint: Endpoint, data: Any) -> Any:
    """Return the row of a plain answer; the exchange writes nothing as empty text."""
    given = data[0] if isinstance(data, list) and data else {}
    return msgspec.convert(_each(given, lambda value: None if value == "" else value), row_type(endpoint), strict=False)


def _plain(row: Any) -> dict[str, Any]:
    """Return a row as the exchange writes it."""
    told: dict[str, Any] = _each(msgspec.to_builtins(row), _text)
    return told


def _text(value: Any) -> Any:
    """Return a single value as the exchange writes it."""
    return "" if value is None else value if isinstance(value, bool) else str(value)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the same, with every single value in it changed."""
    if isinstance(value, Mapping):
        return {name: _each(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [_each(one, change) for one in value]
    return change(value)
