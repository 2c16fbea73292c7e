"""``okx-async sim``: a server for programs in any language."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request

import pytest

from okx_async.cli import main

from .programs import ended, line_of, rows, run, started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    with started("sim", "--port", "0", "--seed", "3", "--instruments", "2") as process:
        ready = json.loads(line_of(process))
        assert list(ready) == ["rest", "ws", "ws_v3", "credentials"]
        assert set(ready["credentials"][0]) == {"api_key", "secret_key", "passphrase"}
        path = "/api/v5/public/instruments?instType=SPOT"
        with urllib.request.urlopen(ready["rest"] + path, timeout=10) as answer:
            assert json.load(answer)["code"] == "0"
        code, out, err = ended(process, number)
    assert (code, out, err) == (0, "", "")


def test_another_command_can_use_it() -> None:
    with started("sim", "--checksum", "zero") as process:
        rest = json.loads(line_of(process))["rest"]
        done = run("watch", "BTC-USDT", "--site", rest, "--json", "--count", "2")
        assert (done.returncode, done.stderr) == (0, "")
        assert [line["state"] for line in rows(done.stdout)] == ["LIVE", "LIVE"]
        assert ended(process, signal.SIGTERM)[0] == 0


def test_a_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["sim", "--port", str(port)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"okx-async: cannot listen on 127.0.0.1 port {port}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "wrong", [["--port", "99999"], ["--instruments", "0"], ["--rate", "-1"], ["--host", "256.1.1.1"]]
)
def test_wrong_values(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sim", *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1
