"""``okx-async watch``: lines, and what it says when there is no book to be had."""

from __future__ import annotations

import json
import socket
import sys
import time
from decimal import Decimal

import pytest

from okx_async.cli import main

from .programs import rows, run

Text = pytest.CaptureFixture[str]
FIELDS = ["inst", "ts", "seq_id", "state", "cause", "bid", "bid_sz", "ask", "ask_sz", "spread"]


@pytest.fixture
def closed_port() -> int:
    """Where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_json_without_a_terminal() -> None:
    done = run("watch", "BTC-USDT", "--sim", "--json", "--count", "3")
    assert done.stderr == ""
    assert done.returncode == 0
    lines = rows(done.stdout)
    assert len(lines) == 3
    for line in lines:
        assert list(line) == FIELDS
        assert line["state"] == "LIVE"
        assert Decimal(line["ask"]) - Decimal(line["bid"]) == Decimal(line["spread"])
    assert lines[0]["seq_id"] < lines[1]["seq_id"] < lines[2]["seq_id"]


@pytest.mark.parametrize(
    "options",
    [
        ["--channel", "books5"],
        ["--channel", "bbo-tbt"],
        ["--channel", "books-l2-tbt"],
        ["--channel", "books_l2_tbt", "--seed", "3"],
        ["--v3"],
        ["--v3", "--channel", "depth_l2_tbt"],
        ["--v3", "--channel", "spot/depth5"],
    ],
)
def test_channels(options: list[str], capsys: Text) -> None:
    assert main(["watch", "BTC-USDT", "--sim", "--json", "--count", "2", *options]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line["state"] for line in rows(out)] == ["LIVE", "LIVE"]


def test_plain_lines_when_stdout_is_no_terminal(capsys: Text) -> None:
    assert main(["watch", "BTC-USDT", "--sim", "--count", "1"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "BTC-USDT  LIVE" in out
    assert "spread" in out


def test_seconds(capsys: Text) -> None:
    assert main(["watch", "BTC-USDT", "--sim", "--json", "--seconds", "0.5"]) == 0
    assert rows(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["BTC-USTD", "--sim"], "did you mean 'BTC-USDT'"),
        (["btc-usdt", "--sim"], "did you mean 'BTC-USDT'"),
        (["BTC-USDT", "--sim", "--channel", "boks5"], "did you mean 'books5'"),
        (["BTC-USDT", "--sim", "--channel", "trades"], "no book channel"),
        (["BTC-USDT", "--sim", "--v3", "--channel", "books"], "no book channel"),
        (["BTC-USDT", "--channel", "books-l2-tbt"], "--site"),
        (["BTC-USDT", "--channel", "books-l2-tbt", "--site", "demo"], "OKX_API_KEY"),
    ],
)
def test_wrong_names(argv: list[str], said: str, capsys: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OKX_API_KEY", raising=False)
    assert main(["watch", "--json", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("okx-async: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("dialect", [[], ["--v3"]])
def test_nobody_listens(dialect: list[str], closed_port: int, capsys: Text) -> None:
    site = f"http://127.0.0.1:{closed_port}"
    began = time.monotonic()
    assert main(["watch", "BTC-USDT", "--json", "--site", site, "--timeout", "0.4", *dialect]) == 2
    assert time.monotonic() - began < 5
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"127.0.0.1:{closed_port}" in err
    assert "try --sim" in err


def test_somebody_listens_and_never_answers(capsys: Text) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert main(["watch", "BTC-USDT", "--json", "--site", site, "--timeout", "0.5"]) == 2
    assert site in capsys.readouterr().err


def test_the_screen_needs_rich_and_says_so(capsys: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name == "rich" or name.startswith("rich.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "okx_async.cli.ladder", raising=False)
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["watch", "BTC-USDT", "--sim"]) == 2
    assert 'pip install "okx-async[cli]"' in capsys.readouterr().err
    assert main(["watch", "BTC-USDT", "--sim", "--json", "--count", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "LIVE"
