"""Every example runs as it stands, by itself, without a warning."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRST_PROGRAM = 14
"""From this number on they are whole programs: they show how the parts work together."""
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python on the checked-out package."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", *args], env=env, capture_output=True, text=True, timeout=30, check=False
    )


def test_examples_are_numbered_without_a_hole() -> None:
    assert [int(path.name[:2]) for path in EXAMPLES] == list(range(1, len(EXAMPLES) + 1))


def the_market_maker_trades_and_leaves_nothing_behind(*lines: str) -> bool:
    """Tell whether it says so itself."""
    *fills, last = lines
    return bool(fills) and last == f"{len(fills)} fills; orders and positions left: 0"


SAID: dict[str, Callable[..., bool]] = {
    "14_market_maker": the_market_maker_trades_and_leaves_nothing_behind,
    "15_twap": lambda *lines: "bought 0.05000000 for" in lines[-1],
    "16_account_report": lambda *lines: "this client is read-only; nothing was sent" in lines[-1],
}
"""What the last lines of some must say."""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(path: Path) -> None:
    done = run(path)
    assert done.stderr == ""
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines
    assert path.stem not in SAID or SAID[path.stem](*lines), lines[-1]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_says_what_it_shows_in_few_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= (120 if int(path.name[:2]) >= FIRST_PROGRAM else 50)


def test_replay_example_takes_a_file() -> None:
    done = run(ROOT / "examples" / "08_replay.py", ROOT / "tests/data/v3/ws/2021-04-17_okex_mixed_A.jsonl.gz")
    assert done.returncode == 0, done.stderr
    assert "'crc_verified': 1509" in done.stdout
