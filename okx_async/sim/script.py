"""A panel of faults written down: what, where, when and how, as a TOML or JSON file or as plain values.

::

    [[fault]]
    at = 5                                # seconds after the exchange opened, by the simulator's clock
    what = "drop"
    where = { channel = "books", inst_id = "BTC-USDT" }
    args = { times = 2 }

    [[fault]]
    every = 300                           # again and again; first after that time, or at `at`
    times = 10                            # at most so often
    what = "maintenance"
    args = { after = 60 }

In JSON it is a list of such objects, or an object with the key ``fault``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.names import did_you_mean
from ..errors import BadParameter
from .faults import Fault
from .kinds import KINDS, FaultKind, Group
from .op_faults import OpFault
from .requests import RequestFault
from .rest_faults import RestFault

__all__ = ["ENDPOINTS", "Entry", "Script"]

ENDPOINTS = ("public", "private", "business", "v3")
_KEYS = ("at", "every", "times", "what", "where", "args")
_TOPIC = ("channel", "inst_id", "connection", "endpoint")
_WHERE: dict[Group, tuple[str, ...]] = {
    Group.MESSAGE: _TOPIC,
    Group.LINE: _TOPIC,
    Group.NOTE: ("connection", "endpoint"),
    Group.REQUEST: _TOPIC,
    Group.REST: ("path",),
    Group.OPERATION: ("op", "connection", "endpoint"),
    Group.MARKET: ("inst_id",),
    Group.EXCHANGE: (),
}
_WORDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false", list: "a list"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a script.

    Args:
        what: The kind of fault.
        at: Seconds after the script began, ``None`` for at once or after the first ``every``.
        every: Seconds between two times, ``None`` for once.
        times: How often at most, 0 for without end; without ``every`` it is once.
        where: What it is aimed at.
        args: What it is told.
    """

    what: FaultKind
    at: float | None = None
    every: float | None = None
    times: int = 0
    where: dict[str, Any] = field(default_factory=dict[str, Any])
    args: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def on_messages(self) -> bool:
        """Whether it waits for data messages; what happens to lines does only where a topic is named."""
        group = KINDS[self.what].group
        return group is Group.MESSAGE or (group is Group.LINE and bool({"channel", "inst_id"} & set(self.where)))

    @property
    def first(self) -> float:
        """Seconds until the first time."""
        return self.at if self.at is not None else self.every if self.every is not None else 0.0


@dataclass(frozen=True, slots=True)
class Script:
    """A checked list of entries."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, faults: Script | Sequence[Mapping[str, Any]] | str | Path) -> Script:
        """Return a script from plain values, or from a file that ends with ``.toml`` or ``.json``.

        Raises:
            BadParameter: Something in it is wrong; the text says what and where.
        """
        if isinstance(faults, Script):
            return faults
        if isinstance(faults, str | Path):
            return cls.load(Path(faults))
        return cls(tuple(_entry(number, each) for number, each in enumerate(faults, 1)))

    @classmethod
    def load(cls, path: Path) -> Script:
        """Read a file.

        Raises:
            BadParameter: It cannot be read, or something in it is wrong.
        """
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadParameter(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
        if path.suffix not in (".toml", ".json"):
            raise BadParameter(f"{path} must end with .toml or .json")
        return cls.parse(text, path.suffix[1:])

    @classmethod
    def parse(cls, text: str, form: str) -> Script:
        """Read text.

        Args:
            text: The script.
            form: ``"toml"`` or ``"json"``.

        Raises:
            BadParameter: Something in it is wrong.
        """
        try:
            whole: Any = tomllib.loads(text) if form == "toml" else json.loads(text)
        except ValueError as error:
            raise BadParameter(f"the faults are no {form.upper()}: {error}") from None
        if isinstance(whole, dict):
            if set(whole) != {"fault"}:
                raise BadParameter(f"the faults belong under `fault`, and nothing beside it; found {', '.join(whole)}")
            whole = whole["fault"]
        if not isinstance(whole, list):
            raise BadParameter("the faults must be a list")
        return cls.of(whole)


def _entry(number: int, given: Any) -> Entry:
    where = f"fault {number}"
    if not isinstance(given, Mapping):
        raise BadParameter(f"{where}: must be a table, not {given!r}")
    _known(given, _KEYS, where)
    if "what" not in given:
        raise BadParameter(f"{where}: `what` is missing")
    if given["what"] not in list(FaultKind):
        hint = did_you_mean(str(given["what"]), map(str, FaultKind)) or f"; known are {', '.join(sorted(FaultKind))}"
        raise BadParameter(f"{where}: there is no fault {given['what']!r}{hint}")
    kind = FaultKind(given["what"])
    named = f"{where} ({kind})"
    entry = Entry(
        kind,
        _number(given, "at", named),
        _number(given, "every", named),
        _count(given, named),
        _aim(kind, given.get("where", {}), named),
        _told(kind, given.get("args", {}), named),
    )
    if entry.every == 0:
        raise BadParameter(f"{named}: `every` must be above 0")
    _try_out(entry, named)
    return entry


def _known(given: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    for name in given:
        if name not in names:
            hint = did_you_mean(str(name), names) or "; it takes none" * (not names)
            raise BadParameter(f"{where}: there is no `{name}`{hint}")


def _number(given: Mapping[str, Any], name: str, where: str) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise BadParameter(f"{where}: `{name}` must be a number of seconds from 0, not {value!r}")
    return float(value)


def _count(given: Mapping[str, Any], where: str) -> int:
    value = given.get("times", 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadParameter(f"{where}: `times` must be a whole number from 0, not {value!r}")
    if value and "every" not in given:
        raise BadParameter(f"{where}: `times` needs `every`; how often a planned fault fires is `times` in `args`")
    return value


def _aim(kind: FaultKind, given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise BadParameter(f"{where}: `where` must be a table, not {given!r}")
    names = _WHERE[KINDS[kind].group]
    if kind is FaultKind.HEARTBEAT:
        names = ("channel", "inst_id")
    _known(given, names, f"{where}, `where`")
    for name, value in given.items():
        if not isinstance(value, str) or not value:
            raise BadParameter(f"{where}: `{name}` must be text, not {value!r}")
    if given.get("endpoint", "public") not in ENDPOINTS:
        hint = did_you_mean(given["endpoint"], ENDPOINTS)
        raise BadParameter(f"{where}: there is no endpoint {given['endpoint']!r}{hint}")
    if kind in (FaultKind.RENAME, FaultKind.EXPIRE) and "inst_id" not in given:
        raise BadParameter(f"{where}: `where` must name an `inst_id`")
    return dict(given)


def _told(kind: FaultKind, given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise BadParameter(f"{where}: `args` must be a table, not {given!r}")
    spec = KINDS[kind]
    _known(given, list(spec.told), f"{where}, `args`")
    for name in spec.needed:
        if name not in given:
            raise BadParameter(f"{where}: `args` must say `{name}`")
    for name, value in given.items():
        wanted = spec.told[name]
        fits = isinstance(value, int | float if wanted is float else wanted)
        if not fits or (isinstance(value, bool) and wanted is not bool):
            raise BadParameter(f"{where}: `{name}` must be {_WORDS[wanted]}, not {value!r}")
        if wanted is float and kind is not FaultKind.SKEW and value < 0:
            raise BadParameter(f"{where}: `{name}` cannot be negative")
    return dict(given)


def _try_out(entry: Entry, where: str) -> None:
    """Make the fault once, so that what is wrong with it is said now and not when it is due."""
    group = KINDS[entry.what].group
    waiting = {"after", "times", "action", "chance", "seed"} & set(entry.args)
    if group is Group.LINE and waiting and not entry.on_messages:
        raise BadParameter(f"{where}: without a `channel` or `inst_id` it happens at once, so no {', '.join(waiting)}")
    try:
        if group in (Group.MESSAGE, Group.LINE):
            Fault(entry.what, **entry.where, **entry.args)
        elif group is Group.REQUEST:
            RequestFault(entry.what, **entry.where, **entry.args)
        elif group is Group.REST:
            RestFault(entry.what, **entry.where, **entry.args)
        elif group is Group.OPERATION:
            OpFault(entry.what, **entry.where, **entry.args)
    except ValueError as error:
        raise BadParameter(f"{where}: {error}") from None
    for name in entry.args.get("kinds", ()):
        if name not in list(FaultKind) or KINDS[FaultKind(name)].group not in (Group.MESSAGE, Group.LINE):
            raise BadParameter(f"{where}: {name!r} in `kinds` is no fault of messages or lines")
