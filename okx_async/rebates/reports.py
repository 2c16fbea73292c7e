"""From a range of days to its rows: look, ask, wait, download, read."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TypeVar

from ..core.patience import waiting
from ..errors import BadParameter, FileRefused, NotFound, NotReady, OutcomeUnknown
from ..settings import Secret
from ..v5.models.broker_nd import RebateFile, RebateFileAsked
from .rows import FdRebate, NdRebate
from .tables import read_cells, read_rebates
from .unpack import Bounds

if TYPE_CHECKING:
    from ..client import OKX

__all__ = ["PATIENCE", "Report", "dma_trades", "fd_rebates", "nd_rebates"]

_log = logging.getLogger("okx_async.rebates")

PATIENCE = 7 * 3_600.0
"""Seconds: files are made within six hours, and asking may have to wait for up to one."""
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0
"""Seconds between two looks; each pause is twice the one before. The documents allow two looks a minute."""
_RENEWALS = 3
_EXPIRED = frozenset((401, 403, 404, 410))
_MOST_DAYS = 180
_BATCH = 1_000

T = TypeVar("T")
Day = date | str
"""A day, also as ``YYYYMMDD``."""


@dataclass(frozen=True, slots=True)
class Report:
    """One file of rebates.

    Attributes:
        look: Returns the links there are.
        ask: Asks for it to be made.
    """

    look: Callable[[], Awaitable[list[RebateFile]]]
    ask: Callable[[], Awaitable[RebateFileAsked]]


async def nd_rebates(
    okx: OKX,
    begin: Day,
    end: Day,
    *,
    patience: float = PATIENCE,
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    keep: Path | None = None,
) -> AsyncIterator[NdRebate]:
    """Yield what every order of a non-disclosed broker's sub-accounts brought.

    Looks whether the file is there, asks for it if not (once an hour is allowed; see `Timeouts.limit`), looks again
    in growing pauses until it is made, downloads it, and reads it. A link that expires meanwhile is replaced.

    Args:
        okx: The broker's client.
        begin: First day.
        end: Last day; the range has up to 180 days.
        patience: For how many seconds the file may be made.
        bounds: How large it may be.
        keep: Where the download is kept; by default nowhere.

    Raises:
        BadParameter: The range is wrong; nothing is sent.
        NotReady: It is still being made. Asking again later goes on from there.
        FileRefused: It is not what it should be.
    """
    first, last = _range(begin, end)
    nd = okx.broker_nd
    report = Report(lambda: nd.rebate_per_orders(False, first, last), lambda: nd.create_rebate_per_orders(first, last))
    async for row in _rows(okx, report, patience, bounds, keep, lambda file: read_rebates(file, NdRebate, bounds)):
        yield row


async def fd_rebates(
    okx: OKX,
    begin: Day,
    end: Day,
    *,
    broker_type: Literal["api", "oauth"] | None = None,
    patience: float = PATIENCE,
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    keep: Path | None = None,
) -> AsyncIterator[FdRebate]:
    """Yield what every order with a fully disclosed broker's code brought; otherwise as `nd_rebates`.

    What ``result`` false means when the file is asked for was documented in two ways (failed, being made), so only
    ``patience`` tells.

    Args:
        okx: The broker's client.
        begin: First day.
        end: Last day; the range has up to 180 days.
        broker_type: Needed by a broker of several kinds.
        patience: For how many seconds the file may be made.
        bounds: How large it may be.
        keep: Where the download is kept; by default nowhere.

    Raises:
        BadParameter, NotReady, FileRefused: As `nd_rebates`.
    """
    first, last = _range(begin, end)
    fd = okx.broker_fd
    report = Report(
        lambda: fd.rebate_per_orders(False, first, last, broker_type),
        lambda: fd.create_rebate_per_orders(first, last, broker_type),
    )
    async for row in _rows(okx, report, patience, bounds, keep, lambda file: read_rebates(file, FdRebate, bounds)):
        yield row


async def dma_trades(
    okx: OKX,
    begin: Day,
    end: Day,
    *,
    patience: float = PATIENCE,
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    keep: Path | None = None,
) -> AsyncIterator[dict[str, str]]:
    """Yield the trades of a DMA broker's sub-accounts, as text by column: no document names the columns.

    Otherwise as `nd_rebates`.
    """
    first, last = _range(begin, end)
    dma = okx.broker_dma
    report = Report(lambda: dma.trades_file(False, first, last), lambda: dma.create_trades_file(first, last))
    async for row in _rows(okx, report, patience, bounds, keep, lambda file: read_cells(file, bounds)):
        yield row


def _range(begin: Day, end: Day) -> tuple[str, str]:
    first, last = _day(begin, "begin"), _day(end, "end")
    if first > last:
        raise BadParameter(f"begin ({first}) is after end ({last})")
    if last - first >= timedelta(days=_MOST_DAYS):
        raise BadParameter(f"a file of rebates has up to {_MOST_DAYS} days; ask for several")
    return first.strftime("%Y%m%d"), last.strftime("%Y%m%d")


def _day(value: Day, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == 8 and value.isdecimal():
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        pass
    raise BadParameter(f"{name} must be a day, date(2026, 1, 31) or '20260131', not {value!r}")


async def _rows(
    okx: OKX,
    report: Report,
    patience: float,
    bounds: Bounds,
    keep: Path | None,
    read: Callable[[IO[bytes]], Iterator[T]],
) -> AsyncIterator[T]:
    with tempfile.TemporaryFile() if keep is None else keep.open("w+b") as file:
        await _download(okx, report, patience, bounds, file)
        rows = read(file)
        # Unpacking and reading take time, which other tasks should have.
        while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
            for row in batch:
                yield row


async def _download(okx: OKX, report: Report, patience: float, bounds: Bounds, file: IO[bytes]) -> None:
    """Download a report; a link that has expired is replaced by a new one."""
    for renewals in range(_RENEWALS + 1):
        link = await _link(report, patience)
        try:
            done = await okx.download(link, file, most=bounds.packed)
        except FileRefused as error:
            if error.status not in _EXPIRED or renewals == _RENEWALS:
                raise
            _log.info("the link of a rebate file has expired (HTTP %s); a new one is asked for", error.status)
        else:
            _log.info("a rebate file of %s bytes was downloaded, SHA-256 %s", done.size, done.sha256)
            return


async def _link(report: Report, patience: float) -> Secret:
    """Return the link of a report, which is made if need be."""
    loop = asyncio.get_running_loop()
    end, pause, asked = loop.time() + patience, FIRST_PAUSE, False
    while True:
        with waiting(at_most=max(0.0, end - loop.time())):
            found = await _look(report)
            ready = [one for one in found if one.file_href and one.state != "ongoing"]
            if ready:
                newest = max(ready, key=lambda one: one.ts or 0)
                return newest.file_href or Secret("")
            if not found and not asked:
                asked = True
                await _ask(report)
        left = end - loop.time()
        if left <= 0:
            raise NotReady(f"the file of rebates was not made within {patience:g} s; look again later")
        await asyncio.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE)


async def _look(report: Report) -> list[RebateFile]:
    try:
        return await report.look()
    except NotFound:
        return []


async def _ask(report: Report) -> None:
    """Ask for a file. It is asked for once: when nobody answers, the next look will show whether it is made."""
    try:
        await report.ask()
    except OutcomeUnknown as error:
        _log.warning("nobody knows whether a rebate file is being made (%s)", type(error).__name__)
