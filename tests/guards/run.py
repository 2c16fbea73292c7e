"""Takes guards away in a copy of the project, one at a time, and runs the tests that must miss them."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from .mutation import Mutation

__all__ = ["ROOT", "red_tests"]

ROOT = Path(__file__).parents[2]
#: Seconds: a test that waits for ever for what the guard would have brought is red, too.
PATIENCE = 120.0
_COMPILING = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


@cache
def _copy() -> Path:
    """Return a copy of the project, which lasts as long as this process."""
    copy = Path(tempfile.mkdtemp(prefix="okx_async-guards-"))
    atexit.register(shutil.rmtree, copy)
    for name in ("okx_async", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def red_tests(mutation: Mutation) -> list[str]:
    """Take one guard away in a copy of the project and return the tests that failed."""
    copy = _copy()
    file = copy / mutation.file
    text = file.read_text()
    if text.count(mutation.guard) != 1:
        raise ValueError(f"{mutation.name}: the guard stands {text.count(mutation.guard)} times in {mutation.file}")
    file.write_text(text.replace(mutation.guard, mutation.without))
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", "-rfE"]
    # What is compiled lies in the copy, for the next mutation.
    env = {name: value for name, value in os.environ.items() if name not in _COMPILING}
    try:
        done = subprocess.run(
            [*command, *mutation.tests],
            cwd=copy,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return [f"FAILED tests: {mutation.name}: nothing ended within {PATIENCE:g} s"]
    finally:
        shutil.copy2(ROOT / mutation.file, file)  # with its time, by which Python knows what has to be compiled anew
    return [line for line in done.stdout.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))]
