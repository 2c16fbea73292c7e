"""``okx-async sim``: a server for programs in any language."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from okx_async import Credentials
from okx_async.cli import main
from okx_async.sim import FaultKind
from tests.sim.accounts.desk import signed

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
    "wrong",
    [["--port", "99999"], ["--instruments", "0"], ["--rate", "-1"], ["--latency", "-1"], ["--host", "256.1.1.1"]],
)
def test_wrong_values(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sim", *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_faults_from_a_file_and_from_outside(tmp_path: Path) -> None:
    """A file begins at once; the admin endpoint says what was done, and takes more."""
    file = tmp_path / "faults.toml"
    file.write_text('[[fault]]\nwhat = "rest_429"\nwhere = { path = "/api/v5/*" }\n')
    with started("sim", "--faults", str(file), "--instruments", "1", "--latency", "0.001") as process:
        rest = json.loads(line_of(process))["rest"]
        path = "/api/v5/public/instruments?instType=SPOT"
        with pytest.raises(urllib.error.HTTPError, match="429") as refused:
            urllib.request.urlopen(rest + path, timeout=10)
        refused.value.close()
        body = json.dumps([{"what": "skew", "args": {"seconds": 3}}]).encode()
        request = urllib.request.Request(rest + "/admin/faults", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer) == {"accepted": 1}
        done: list[str] = []
        while len(done) < 2:
            with urllib.request.urlopen(rest + "/admin/faults", timeout=10) as answer:
                done = [row["kind"] for row in json.load(answer)["done"]]
        assert done == ["rest_429", "skew"]
        assert ended(process, signal.SIGTERM)[0] == 0


@pytest.mark.parametrize("wanted", [[], ["--no-limits"]])
def test_limits_can_be_switched_off(wanted: list[str]) -> None:
    """The rule of the server's time is 10 requests in 2 s; the eleventh is refused, or nobody is."""
    with started("sim", "--instruments", "1", *wanted) as process:
        address = json.loads(line_of(process))["rest"] + "/api/v5/public/time"
        codes: list[int] = []
        for _ in range(12):
            try:
                with urllib.request.urlopen(address, timeout=10) as answer:
                    codes.append(answer.status)
            except urllib.error.HTTPError as refused:
                codes.append(refused.code)
        assert codes[:10] == [200] * 10
        assert set(codes[10:]) == ({200} if wanted else {429})
        ended(process, signal.SIGTERM)


@pytest.mark.parametrize(
    ("option", "header", "code"), [("--demo", "1", "0"), ("--demo", "0", "50101"), ("", "1", "50101")]
)
def test_a_demo_environment_is_for_the_demo_header(option: str, header: str, code: str) -> None:
    """What other clients do in their demo mode, which is the default of some."""
    with started("sim", "--instruments", "1", *filter(None, [option])) as process:
        ready = json.loads(line_of(process))
        key, path = Credentials(*ready["credentials"][0].values()), "/api/v5/account/config"
        now = datetime.now(UTC)
        signature = signed(key, f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z", f"GET{path}")
        request = urllib.request.Request(ready["rest"] + path, headers=signature | {"x-simulated-trading": header})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                body = json.load(answer)
        except urllib.error.HTTPError as refused:
            body = json.load(refused)
            refused.close()
        assert body["code"] == code
        assert ended(process, signal.SIGTERM)[0] == 0


def test_no_admin() -> None:
    with started("sim", "--no-admin", "--instruments", "1") as process:
        rest = json.loads(line_of(process))["rest"]
        with pytest.raises(urllib.error.HTTPError, match="404") as refused:
            urllib.request.urlopen(rest + "/admin/status", timeout=10)
        refused.value.close()
        assert ended(process, signal.SIGTERM)[0] == 0


def test_every_fault_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sim", "--list-faults"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert sorted(names) == sorted(FaultKind)


def test_a_wrong_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "faults.json"
    file.write_text('[{"what": "dorp"}]')
    assert main(["sim", "--faults", str(file)]) == 2
    assert capsys.readouterr().err == "okx-async: fault 1: there is no fault 'dorp'; did you mean 'drop'?\n"
    assert main(["sim", "--faults", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err
