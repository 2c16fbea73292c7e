"""Help, versions, wrong use and how failures become one line and an exit code."""

from __future__ import annotations

import logging
import os
import signal
import subprocess

import pytest

from okx_async import (
    BadAnswer,
    BadParameter,
    BookNotLive,
    ConnectFailed,
    OkxError,
    Refused,
    TimedOut,
    __version__,
)
from okx_async.cli import main
from okx_async.cli.common import say_why, site_of
from okx_async.settings import Site

from .programs import COMMAND, PATIENCE, ended, environment, line_of, started

Text = pytest.CaptureFixture[str]


def test_version(capsys: Text) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"okx-async {__version__}\n"


@pytest.mark.parametrize("command", [[], ["watch"], ["call"], ["catalogue"], ["replay"], ["sim"]])
def test_help_has_examples(command: list[str], capsys: Text) -> None:
    assert main([*command, "--help"]) == 0
    out = capsys.readouterr().out
    assert "  okx-async " in out
    assert max(map(len, out.splitlines())) <= 120


def test_help_names_the_exit_codes(capsys: Text) -> None:
    main(["--help"])
    assert "exit codes:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["wacth"],
        ["watch"],
        ["watch", "BTC-USDT", "--levels", "0"],
        ["watch", "BTC-USDT", "--seconds", "-1"],
        ["watch", "BTC-USDT", "--seconds", "soon"],
        ["watch", "BTC-USDT", "--sim", "--site", "demo"],
        ["sim", "--checksum", "wrong"],
        ["replay"],
    ],
)
def test_wrong_use_is_one_line(argv: list[str], capsys: Text) -> None:
    assert main(argv) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("okx-async: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadParameter("a"), 2),
        (ConnectFailed("a"), 2),
        (TimedOut("a"), 2),
        (Refused("51001", "a"), 1),
        (BadAnswer("a"), 1),
        (BookNotLive("a", "STALE", "b"), 1),
        (OkxError("two\nlines"), 1),
    ],
)
def test_exit_codes(error: OkxError, code: int, capsys: Text) -> None:
    assert say_why(error) == code
    assert capsys.readouterr().err.count("\n") == 1


def test_sites() -> None:
    assert site_of(None, v3=False) is Site.GLOBAL
    assert site_of("eea-demo", v3=False) is Site.EEA_DEMO
    assert site_of(None, v3=True) is Site.OKEX_2020
    mine = site_of("http://127.0.0.1:8080/", v3=False)
    assert mine.rest == "http://127.0.0.1:8080"
    assert mine.socket("public") == "ws://127.0.0.1:8080/ws/v5/public"
    assert mine.socket("v3") == "ws://127.0.0.1:8080/ws/v3"


@pytest.mark.parametrize(
    ("site", "v3", "said"),
    [("gobal", False, "did you mean 'global'"), ("eea", True, "leave out --v3"), ("okex-2020", False, "add --v3")],
)
def test_wrong_site(site: str, v3: bool, said: str, capsys: Text) -> None:
    argv = ["watch", "BTC-USDT", "--json", "--site", site]
    assert main([*argv, "--v3"] if v3 else argv) == 2
    assert said in capsys.readouterr().err


def test_verbose_logs_to_stderr_and_only_then(capsys: Text) -> None:
    log = logging.getLogger("okx_async")
    level = log.level
    try:
        assert main(["watch", "BTC-USDT", "--sim", "--json", "--count", "1", "-v"]) == 0
        assert "is up (connection 1)" in capsys.readouterr().err
        assert main(["watch", "BTC-USDT", "--sim", "--json", "--count", "1"]) == 0
        assert capsys.readouterr().err == ""
        assert len([each for each in log.handlers if each.get_name() == "okx-async"]) == 1
    finally:
        log.setLevel(level)
        log.handlers.clear()


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*COMMAND, "catalogue"],
            env=environment(),
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(write)
    assert done.stderr == b""
    assert done.returncode == 0


def test_interrupted_watch_says_nothing() -> None:
    with started("watch", "BTC-USDT", "--sim", "--json") as process:
        assert line_of(process).startswith("{")
        code, _, err = ended(process, signal.SIGINT)
    assert code == 130
    assert err == ""
