"""Every fault there is: its name, what it may be aimed at, and what it can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["CLOSE_CODES", "KINDS", "FaultKind", "Group", "KindSpec"]

CLOSE_CODES = (1000, 1006, 1009, 1011, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009)
"""The close codes that are documented or were seen (events.json); 1006 means that the line ends without one."""


class FaultKind(StrEnum):
    """What a fault does."""

    DROP = "drop"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    GARBLE = "garble"
    SKIP_SEQUENCE = "skip_sequence"
    WRONG_CRC = "wrong_crc"
    WRONG_LEVEL = "wrong_level"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_ENUM = "unknown_enum"
    UNKNOWN_EVENT = "unknown_event"
    CLOSE = "close"
    RESET_TCP = "reset_tcp"
    HALF_OPEN = "half_open"
    STALL = "stall"
    STOP_READING = "stop_reading"
    NOTICE = "notice"
    REFUSE_LOGIN = "refuse_login"
    REFUSE_TOPIC = "refuse_topic"
    ACK_NEVER = "ack_never"
    ACK_NO_DATA = "ack_no_data"
    DATA_BEFORE_ACK = "data_before_ack"
    REST_SLOW = "rest_slow"
    REST_LAG = "rest_lag"
    REST_429 = "rest_429"
    REST_HTML = "rest_html"
    REST_EMPTY = "rest_empty"
    REST_CUT = "rest_cut"
    REST_WRONG_JSON = "rest_wrong_json"
    REST_RESET = "rest_reset"
    REST_UNKNOWN = "rest_unknown"
    OP_LOST = "op_lost"
    OP_REPLY_LOST = "op_reply_lost"
    OP_REPLY_LATE = "op_reply_late"
    OP_REPLY_TWICE = "op_reply_twice"
    OP_UNKNOWN = "op_unknown"
    OP_REFUSE = "op_refuse"
    OP_CUT = "op_cut"
    RECORDS_LAG = "records_lag"
    SYSTEM_CANCEL = "system_cancel"
    RESET_SEQUENCE = "reset_sequence"
    HEARTBEAT = "heartbeat"
    RENAME = "rename"
    EXPIRE = "expire"
    MAINTENANCE = "maintenance"
    OUTAGE = "outage"
    SKEW = "skew"
    RANDOM = "random"


class Group(StrEnum):
    """What a fault acts on, and so when it happens."""

    MESSAGE = "the next data messages it matches"
    LINE = "lines: at once, or with a channel or instrument named at the next message it matches"
    NOTE = "lines, at once"
    REQUEST = "the next requests it matches"
    REST = "the next HTTP requests it matches"
    OPERATION = "the next operations on orders over a socket that it matches"
    MARKET = "an instrument, at once"
    EXCHANGE = "the whole exchange, at once"


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of fault.

    Args:
        group: What it acts on.
        told: What it can be told, with the type of each.
        needed: Which of these it must be told.
        v3: Whether V3 has the means for it.
    """

    group: Group
    told: Mapping[str, type] = field(default_factory=dict[str, type])
    needed: tuple[str, ...] = ()
    v3: bool = True


_MESSAGE: dict[str, type] = {"after": int, "times": int, "action": str, "chance": float, "seed": int}
_TIMES: dict[str, type] = {"times": int}
_WAIT: dict[str, type] = {"seconds": float}
_DONE: dict[str, type] = {"executed": bool}

KINDS: dict[FaultKind, KindSpec] = (
    {
        kind: KindSpec(Group.MESSAGE, _MESSAGE)
        for kind in (
            FaultKind.DROP,
            FaultKind.DUPLICATE,
            FaultKind.REORDER,
            FaultKind.GARBLE,
            FaultKind.WRONG_CRC,
            FaultKind.WRONG_LEVEL,
            FaultKind.UNKNOWN_FIELD,
            FaultKind.UNKNOWN_ENUM,
            FaultKind.UNKNOWN_EVENT,
        )
    }
    | {
        FaultKind.DELAY: KindSpec(Group.MESSAGE, _MESSAGE | _WAIT | {"keep_order": bool}, ("seconds",)),
        FaultKind.SKIP_SEQUENCE: KindSpec(Group.MESSAGE, _MESSAGE, v3=False),
        FaultKind.CLOSE: KindSpec(Group.LINE, _MESSAGE | {"code": int}, ("code",)),
        FaultKind.STALL: KindSpec(Group.LINE, _MESSAGE | _WAIT),
        FaultKind.NOTICE: KindSpec(Group.NOTE, {"cut_after": float}, v3=False),
        FaultKind.REFUSE_LOGIN: KindSpec(Group.REQUEST, _TIMES | {"code": int}),
        FaultKind.REFUSE_TOPIC: KindSpec(Group.REQUEST, _TIMES | {"code": int}),
        FaultKind.REST_LAG: KindSpec(Group.REST, _TIMES | _WAIT, ("seconds",)),
        FaultKind.REST_SLOW: KindSpec(Group.REST, _TIMES | _WAIT | _DONE, ("seconds",)),
        FaultKind.REST_HTML: KindSpec(Group.REST, _TIMES | _DONE | {"status": int}),
        FaultKind.REST_RESET: KindSpec(Group.REST, _TIMES | _DONE),
        FaultKind.REST_UNKNOWN: KindSpec(Group.REST, _TIMES | _DONE, v3=False),
        FaultKind.OP_REPLY_LATE: KindSpec(Group.OPERATION, _TIMES | _WAIT, ("seconds",), v3=False),
        FaultKind.OP_UNKNOWN: KindSpec(Group.OPERATION, _TIMES | _DONE, v3=False),
        FaultKind.OP_REFUSE: KindSpec(Group.OPERATION, _TIMES | {"code": int}, v3=False),
        FaultKind.RECORDS_LAG: KindSpec(Group.EXCHANGE, _WAIT, ("seconds",), v3=False),
        FaultKind.SYSTEM_CANCEL: KindSpec(Group.EXCHANGE, v3=False),
        FaultKind.RESET_SEQUENCE: KindSpec(Group.MARKET, v3=False),
        FaultKind.HEARTBEAT: KindSpec(Group.MARKET, v3=False),
        FaultKind.RENAME: KindSpec(Group.MARKET, {"to": str}, ("to",), v3=False),
        FaultKind.EXPIRE: KindSpec(Group.MARKET),
        FaultKind.MAINTENANCE: KindSpec(Group.EXCHANGE, {"after": float}),
        FaultKind.OUTAGE: KindSpec(Group.EXCHANGE, _WAIT, ("seconds",)),
        FaultKind.SKEW: KindSpec(Group.EXCHANGE, _WAIT, ("seconds",)),
        FaultKind.RANDOM: KindSpec(Group.EXCHANGE, {"seed": int, "kinds": list}),
    }
    | {
        kind: KindSpec(Group.LINE, _MESSAGE)
        for kind in (FaultKind.RESET_TCP, FaultKind.HALF_OPEN, FaultKind.STOP_READING)
    }
    | {
        kind: KindSpec(Group.REQUEST, _TIMES)
        for kind in (FaultKind.ACK_NEVER, FaultKind.ACK_NO_DATA, FaultKind.DATA_BEFORE_ACK)
    }
    | {
        kind: KindSpec(Group.REST, _TIMES)
        for kind in (
            FaultKind.REST_429,
            FaultKind.REST_EMPTY,
            FaultKind.REST_CUT,
            FaultKind.REST_WRONG_JSON,
        )
    }
    | {
        kind: KindSpec(Group.OPERATION, _TIMES, v3=False)
        for kind in (FaultKind.OP_LOST, FaultKind.OP_REPLY_LOST, FaultKind.OP_REPLY_TWICE, FaultKind.OP_CUT)
    }
)
"""What is known about each kind."""
