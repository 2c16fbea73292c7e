"""The command line: ``okx-async``, also ``python -m okx_async``. One file per command."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .._version import __version__
from ..errors import OkxError
from . import call, catalogue, completion, doctor, plot, replay, sim, watch
from .common import INTERRUPTED, OK, WRONG, say_why, verbosity

__all__ = ["main"]

COMMANDS = (watch, call, catalogue, doctor, plot, replay, sim, completion)

EPILOG = """\
try it, no account and no network needed:
  okx-async watch BTC-USDT --sim              live order book in the terminal
  okx-async watch BTC-USDT --sim --v3         the same in the 2020 dialect
  okx-async watch BTC-USDT --sim --json | jq .spread
  okx-async call market.ticker inst_id=BTC-USDT --sim
  okx-async catalogue candles                 which endpoints are there
  okx-async doctor                            what keeps a program from getting through
  okx-async plot depth BTC-USDT --out depth.png --sim
  okx-async replay recording.jsonl.gz         check a recorded connection
  okx-async sim --port 8080                   an exchange of your own

exit codes:
  0    done
  1    the check failed, or the exchange said no
  2    wrong use, an unreadable file, or the exchange cannot be reached
  130  interrupted
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error here."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"okx-async: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = _Parser(
        prog="okx-async",
        description="Watch, call, draw, replay and simulate OKX (V5) and OKEx (V3) from the terminal.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"okx-async {__version__}")
    whole.set_defaults(verbose=0)
    verbosity(whole)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="command")
    for command in COMMANDS:
        command.add(commands)
    completion.learn(whole, commands.choices)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors become one line on stderr."""
    try:
        args = parser().parse_args(argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else WRONG
    _log_to_stderr(args.verbose)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return OK
    except OkxError as error:
        return say_why(error)
    return code


def _log_to_stderr(verbose: int) -> None:
    """Show the library's log only on demand: what went wrong is told in one line anyway."""
    log = logging.getLogger("okx_async")
    for old in [each for each in log.handlers if each.get_name() == "okx-async"]:
        log.removeHandler(old)
    handler: logging.Handler = logging.StreamHandler(sys.stderr) if verbose else logging.NullHandler()
    handler.set_name("okx-async")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if verbose > 1 else logging.INFO if verbose else logging.NOTSET)


def _drop_stdout() -> None:
    """Let the interpreter's last flush go nowhere; the reader of the pipe has had enough."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
