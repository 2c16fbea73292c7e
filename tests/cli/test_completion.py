"""``okx-async completion``: the shells themselves are asked what they would offer."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest

from okx_async import OKX, OKEx
from okx_async.cli import main
from okx_async.v5.channels.bars import BARS

SHELLS = ("bash", "zsh")
ASK = {
    "bash": "COMP_WORDS=({words}); COMP_CWORD={last}; _okx_async; echo ${{COMPREPLY[@]}}",
    # Outside of the line editor there is no compadd; what it is given is what it would offer.
    "zsh": 'words=({words}); CURRENT={last}+1; compadd() {{ shift; local one; for one in "$@"; do '
    '[[ $one == "${{words[CURRENT]}}"* ]] && print -n -- "$one "; done; print }}; _files() {{ print }}; _okx_async',
}


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command prints."""
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def offered(shell: str, text: str, *words: str) -> set[str]:
    """Return what a shell offers for the last of some words."""
    asked = ASK[shell].format(words=" ".join(map(shlex.quote, ("okx-async", *words))), last=len(words))
    before = "complete() { :; }" if shell == "bash" else "compdef() { : }"
    clean = ["--norc", "--noprofile"] if shell == "bash" else ["-f"]
    done = subprocess.run(
        [shell, *clean, "-c", f"{before}\n{text}\n{asked}"], capture_output=True, text=True, check=True, timeout=20
    )
    assert not done.stderr
    return set(done.stdout.split())


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    """Return a shell that is installed."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


def test_names_are_completed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    assert offered(shell, text, "ca") == {"call", "catalogue"}
    assert offered(shell, text, "--v") == {"--version", "--verbose"}
    assert offered(shell, text, "call", "market.tick") == {"market.ticker", "market.tickers"}
    assert offered(shell, text, "call", "--sim", "market.history_t") == {"market.history_trades"}
    assert offered(shell, text, "call", "--si") == {"--sim", "--site"}
    assert offered(shell, text, "plot", "") == {"depth", "candles"}
    assert offered(shell, text, "plot", "candles", "BTC-USDT", "--bar", "") == set(BARS)
    assert offered(shell, text, "completion", "") == set(SHELLS)


@pytest.mark.parametrize("client", [OKX, OKEx])
def test_every_endpoint_is_offered(
    client: type[OKX] | type[OKEx], shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = script(shell, capsys)
    more = ["--v3"] if client is OKEx else []
    assert offered(shell, text, "call", *more, "") == {f"{row.chapter}.{row.name}" for row in client.endpoints()}


def test_files_are_left_to_the_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert offered(shell, script(shell, capsys), "replay", "") == set()


def test_other_shells_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fish"]) == 2
    assert "invalid choice" in capsys.readouterr().err
