"""``okx-async replay``: runs recorded connections through the production path and says what held."""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path

import orjson

from ..errors import BadParameter, OkxError
from ..replay import Replay, ReplayReport, read_recording
from .common import NO, OK, Commands, command
from .table import record, table

__all__ = ["add", "run"]

EXAMPLES = """\
  okx-async replay session.jsonl.gz
  okx-async replay --json day1.jsonl.gz day2.jsonl.gz

a recording has one JSON object per line: "dir" is open (with "url"), send or recv; the frame is in "text", or in
"b64" when it was binary (V3); "t" is the recorder's clock in seconds. Exit code 1: a checksum, a sequence or a
frame was wrong.
"""
COUNTS = ("messages", "book_messages", "crc_verified", "crc_failed", "crc_absent", "seq_verified", "seq_gaps")
HEADS = ("file", "messages", "books", "crc ok", "failed", "absent", "seq ok", "gaps", "undecoded", "s", "verdict")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "replay", "Replay recorded connections and verify every book in them.", EXAMPLES)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording, plain or .gz")
    parser.add_argument("--json", action="store_true", help="one line of JSON per file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay each file by itself."""
    reports: list[tuple[str, ReplayReport]] = []
    for file in args.files:
        report = _replay(file)
        reports.append((file.name, report))
        if args.json:
            print(orjson.dumps(report.to_dict()).decode(), flush=True)
    if not args.json:
        print(_one(*reports[0]) if len(reports) == 1 else _many(reports))
    return OK if all(report.ok for _, report in reports) else NO


def _replay(file: Path) -> ReplayReport:
    try:
        return Replay().run(read_recording(file))
    except OkxError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, zlib.error) as error:
        # A damaged file can hold anything, and its user is helped by its name rather than by a traceback.
        raise BadParameter(f"{file}: cannot be replayed ({type(error).__name__}: {error})") from error


def _cells(report: ReplayReport) -> list[str]:
    return [str(getattr(report, name)) for name in (*COUNTS, "undecoded")] + [f"{report.seconds:.3f}"]


def _one(name: str, report: ReplayReport) -> str:
    names = [each.replace("_", " ") for each in (*COUNTS, "undecoded")]
    width = max(map(len, _cells(report)))
    fields = dict(zip([*names, "seconds"], (cell.rjust(width) for cell in _cells(report)), strict=True))
    lines = [name, record(fields), *_unmodelled(report), f"verdict: {_verdict(report)}"]
    return "\n".join(lines)


def _many(reports: list[tuple[str, ReplayReport]]) -> str:
    rows = [[name, *_cells(report), "ok" if report.ok else "FAILED"] for name, report in reports]
    return table(rows, HEADS)


def _unmodelled(report: ReplayReport) -> list[str]:
    return [f"not modelled in {channel}: {', '.join(names)}" for channel, names in report.unmodelled.items()]


def _verdict(report: ReplayReport) -> str:
    if not report.ok:
        return "FAILED: a checksum, a sequence or a frame was wrong"
    if not report.messages:
        return "ok, but there was nothing in it"
    if not (report.crc_verified or report.seq_verified):
        return "ok, but nothing in it could be verified"
    return f"ok: {report.crc_verified} checksums and {report.seq_verified} sequence links verified"
