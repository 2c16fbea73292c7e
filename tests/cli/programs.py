"""Runs the command line as a user does: as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-W", "error", "-m", "okx_async")
PATIENCE = 20.0


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a program: the checked-out package, nothing that changes its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OKX_", "COLUMNS", "LINES"))}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **more}


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, args)], env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextmanager
def started(*args: str) -> Generator[subprocess.Popen[str], None, None]:
    """Start a command and make sure that it is gone at the end."""
    with subprocess.Popen(
        [*COMMAND, *args], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    """Return the next line of output; a program that says nothing is killed and so fails the test."""
    assert process.stdout is not None
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        return process.stdout.readline()
    finally:
        watchdog.cancel()


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    """Send a signal and return exit code and the rest of both outputs."""
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def rows(text: str) -> list[dict[str, Any]]:
    """Return lines of JSON."""
    return [json.loads(line) for line in text.splitlines()]
