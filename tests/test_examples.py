"""Every example runs as it stands, by itself, without a warning."""

from __future__ import annotations

import os
import subprocess
import sys
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


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(path: Path) -> None:
    done = run(path)
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.strip()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_says_what_it_shows_in_few_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= (120 if int(path.name[:2]) >= FIRST_PROGRAM else 50)


def test_the_market_maker_trades_and_leaves_nothing_behind() -> None:
    done = run(ROOT / "examples" / "14_market_maker.py")
    *fills, last = done.stdout.splitlines()
    assert fills
    assert last == f"{len(fills)} fills; orders and positions left: 0"


def test_the_twap_buys_the_whole_amount() -> None:
    done = run(ROOT / "examples" / "15_twap.py")
    assert "bought 0.05000000 for" in done.stdout.splitlines()[-1]


def test_the_report_is_of_a_client_that_cannot_trade() -> None:
    *_, last = run(ROOT / "examples" / "16_account_report.py").stdout.splitlines()
    assert "this client is read-only; nothing was sent" in last


def test_replay_example_takes_a_file() -> None:
    done = run(ROOT / "examples" / "08_replay.py", ROOT / "tests/data/v3/ws/2021-04-17_okex_mixed_A.jsonl.gz")
    assert done.returncode == 0, done.stderr
    assert "'crc_verified': 1509" in done.stdout
