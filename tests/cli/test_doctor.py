"""``okx-async doctor``: what it finds, in which order, and what it says to do."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import trustme

from okx_async import Credentials, Site
from okx_async.cli import doctor as command
from okx_async.cli import main, parser
from okx_async.doctor import Doctor, Finding
from okx_async.net.reach import Blocked, reach
from tests.desk import Desk
from tests.desk import desk as open_desk

from .programs import rows

Text = pytest.CaptureFixture[str]
KEYS = Credentials("a-key-of-mine", "its-secret-key", "its-passphrase")
WAYS = ["REST", "public socket", "private socket", "business socket"]
PUBLIC = [*WAYS, "clock", "public request", "public subscription"]
WHOLE = [*PUBLIC, "key", "permissions", "addresses", "account mode", "private login"]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A loopback exchange."""
    async with open_desk() as made:
        yield made


async def found(desk: Desk, credentials: Credentials | None = KEYS, **options: Any) -> dict[str, Finding]:
    """Return what the doctor finds, in its order."""
    findings = [one async for one in Doctor(desk.site, credentials, patience=5.0, **options).findings()]
    for one in findings:
        assert "\n" not in one.said + one.remedy
        assert bool(one.remedy) == (one.state in ("failed", "warning"))
    return {one.check: one for one in findings}


def states(findings: dict[str, Finding]) -> set[str]:
    """Return which states were found."""
    return {one.state for one in findings.values()}


# -- everything is well


async def test_a_sound_site_and_key_pass_every_check_in_order(desk: Desk) -> None:
    findings = await found(desk)
    assert list(findings) == WHOLE
    assert states(findings) == {"ok"}
    assert "may read, trade" in findings["permissions"].said
    assert "192.0.2.1" in findings["addresses"].said
    assert findings["account mode"].said == "the account is in futures mode, positions in net_mode"
    assert set(desk.heard) == {"/api/v5/account/config"}, "it only reads"


async def test_without_a_key_the_private_checks_are_left_out(desk: Desk) -> None:
    findings = await found(desk, None)
    assert list(findings) == [*PUBLIC, "key"]
    assert states(findings) == {"ok", "left out"}
    assert desk.heard == []


# -- the key


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("50105", "passphrase is wrong"),
        ("50110", "not on the key's list"),
        ("50113", "signature is wrong"),
        ("50120", "lacks the permission"),
        ("50102", "time service"),
        ("50119", "another region"),
    ],
)
async def test_a_refused_key_is_explained_and_ends_the_search(desk: Desk, code: str, said: str) -> None:
    """What comes after would only say the same again."""
    desk.refusal = (401, code)
    findings = await found(desk)
    assert list(findings) == [*PUBLIC, "key"]
    assert findings["key"].state == "failed"
    assert code in findings["key"].said
    assert said in findings["key"].remedy


async def test_the_site_a_key_belongs_to_is_found(desk: Desk) -> None:
    """Live and demo: the right one is named by the option to give; a key that fits nowhere keeps the general advice."""
    desk.demo = True
    demo = replace(desk.site, name="desk demo", headers={"x-simulated-trading": "1"}, demo=True)
    findings = await found(desk, others={"--site here": desk.site, "--site there": demo})
    assert findings["key"].state == "failed"
    assert findings["key"].remedy == "the key is one of the demo site 'desk demo': use --site there"
    nowhere = await found(desk, others={"--site here": desk.site})
    assert "other environment" in nowhere["key"].remedy


async def test_a_key_is_shown_to_the_exchanges_own_hosts_only_when_it_was_meant_for_one(desk: Desk) -> None:
    own = command.others(desk.site)
    assert [site.rest for site in own.values()] == [desk.site.rest]
    assert [site.demo for site in own.values()] == [True]
    assert all(site.rest.endswith(".okx.com") for site in command.others(Site.EEA).values())
    assert command.others(replace(desk.site, demo=True)) == {}
    desk.demo = True
    assert "x-simulated-trading" in (await found(desk, others=own))["key"].remedy


async def test_a_refused_login_is_explained(desk: Desk) -> None:
    """The socket has codes of its own; REST may still work."""
    desk.login = "60024"
    findings = await found(desk)
    assert list(findings) == WHOLE
    assert findings["private login"].state == "failed"
    assert "passphrase is wrong" in findings["private login"].remedy


async def test_a_channel_that_is_not_to_be_had_says_nothing_against_the_login(desk: Desk) -> None:
    desk.topic = "60018"
    findings = await found(desk)
    assert findings["private login"].state == "ok"
    assert "60018" in findings["private login"].said


# -- the account


@pytest.mark.parametrize(
    ("config", "check", "said", "remedy"),
    [
        ({"perm": "read_only,trade,withdraw"}, "permissions", "withdraw", "without that right"),
        ({"ip": ""}, "addresses", "no IP address", "14 days"),
        ({"kycLv": "1"}, "identity", "level 1", "web site"),
    ],
)
async def test_what_works_and_is_not_safe_is_a_warning(
    desk: Desk, config: dict[str, str], check: str, said: str, remedy: str
) -> None:
    desk.config |= config
    findings = await found(desk)
    assert states(findings) == {"ok", "warning"}
    assert findings[check].state == "warning"
    assert said in findings[check].said
    assert remedy in findings[check].remedy


@pytest.mark.parametrize(
    ("config", "check", "said"),
    [
        ({"acctLv": "1"}, "account mode", "derivatives need another one"),
        ({"acctLv": "9"}, "account mode", "not documented (9)"),
        ({"perm": "read_only", "ip": ""}, "addresses", "no IP address"),
        ({"perm": ""}, "permissions", "nothing that is told"),
    ],
)
async def test_what_is_only_worth_knowing_is_no_warning(
    desk: Desk, config: dict[str, str], check: str, said: str
) -> None:
    desk.config |= config
    findings = await found(desk)
    assert states(findings) == {"ok"}
    assert said in findings[check].said


async def test_an_identity_check_is_no_matter_in_demo_trading(desk: Desk) -> None:
    desk.demo = True
    desk.config |= {"kycLv": "0"}
    desk.site = replace(desk.site, headers={"x-simulated-trading": "1"}, demo=True)
    assert "identity" not in await found(desk)


# -- the exchange and the way there


async def test_a_clock_that_is_off_is_measured(desk: Desk) -> None:
    desk.ahead_ms = 95_000.0
    clock = (await found(desk))["clock"]
    assert clock.state == "warning"
    assert "ahead" in clock.said
    assert abs(int(clock.said.split(" ms")[0].split()[-1]) - 95_000) < 5_000
    assert "NTP" in clock.remedy
    desk.ahead_ms = -95_000.0
    assert "behind" in (await found(desk))["clock"].said


async def test_maintenance_is_told(desk: Desk) -> None:
    desk.maintenance = [{"title": "Spot upgrade", "state": "ongoing"}]
    request = (await found(desk))["public request"]
    assert request.state == "warning"
    assert "Spot upgrade" in request.said


def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_without_rest_nothing_else_is_asked(desk: Desk) -> None:
    desk.site = desk.site.at(rest=f"http://127.0.0.1:{closed_port()}")
    findings = await found(desk)
    assert list(findings) == [*WAYS, "everything else"]
    assert [one.state for one in findings.values()] == ["failed", "ok", "ok", "ok", "left out"]
    assert "nobody answers" in findings["REST"].said


async def test_a_socket_that_is_out_of_reach_is_not_tried_again(desk: Desk) -> None:
    nowhere = f"ws://127.0.0.1:{closed_port()}"
    desk.site = desk.site.at(sockets={"public": nowhere, "private": nowhere})
    findings = await found(desk)
    assert list(findings) == [one for one in WHOLE if one not in ("public subscription", "private login")]
    assert findings["key"].state == "ok"


async def test_the_steps_of_the_way_are_told_apart() -> None:
    """Name, line, encryption, trust."""
    with pytest.raises(Blocked, match="is not known here"):
        await reach("https://no-such-host.invalid")
    with pytest.raises(Blocked, match="nobody answers"):
        await reach(f"https://127.0.0.1:{closed_port()}")
    authority = trustme.CA()
    served, trusting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(served)
    authority.configure_trust(trusting)

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0, ssl=served) as server:
        url = f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
        with pytest.raises(Blocked, match="is not trusted"):
            await reach(url)
        assert "TLSv1.3 in" in str(await reach(url, trusting))
    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        with pytest.raises(Blocked, match="does not speak TLS"):
            await reach(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")


# -- the command


def test_on_the_simulator(capsys: Text) -> None:
    """Whatever private endpoints it has by now: nothing fails."""
    assert main(["doctor", "--sim"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("okx_async looks over")
    assert out.endswith("all is well\n")
    assert "private login" in out
    assert main(["doctor", "--sim", "--json"]) == 0
    listed = rows(capsys.readouterr().out)
    assert [one["check"] for one in listed][: len(PUBLIC)] == PUBLIC
    assert {one["state"] for one in listed} <= {"ok", "warning", "left out"}


def test_nobody_listens(capsys: Text) -> None:
    assert main(["doctor", "--site", f"http://127.0.0.1:{closed_port()}"]) == 1
    out = capsys.readouterr().out
    assert "FAILED    REST" in out
    assert out.endswith("4 failed\n")
    assert "Traceback" not in out


async def ran(*argv: str) -> int:
    """Run the command on the loop that the exchange is on."""
    return await command._run(parser().parse_args(["doctor", *argv]))


async def test_the_key_of_the_environment_is_used_where_it_was_made(
    desk: Desk, capsys: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in zip(command.VARIABLES, ("a-key-of-mine", "its-secret-key", "its-passphrase"), strict=True):
        monkeypatch.setenv(name, value)
    assert await ran("--site", desk.site.rest, "--json") == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["check"] for one in listed] == WHOLE
    desk.refusal = (401, "50105")
    assert await ran("--site", desk.site.rest) == 1
    out = capsys.readouterr().out
    assert "FAILED    key" in out
    assert "passphrase is wrong" in out
    assert out.endswith("\n1 failed\n")


async def test_half_a_key_is_told_and_the_rest_is_checked(
    desk: Desk, capsys: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKX_API_KEY", "a-key-of-mine")
    monkeypatch.delenv("OKX_SECRET_KEY", raising=False)
    assert await ran("--site", desk.site.rest) == 1
    out = capsys.readouterr().out
    assert "OKX_SECRET_KEY is missing" in out
    assert "ok        clock" in out
    assert desk.heard == []


def test_a_key_without_a_site_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even against the default site (field lesson 85)."""
    for name in command.VARIABLES:
        monkeypatch.setenv(name, "canary-words")
    finding = command._own_key(None)
    assert isinstance(finding, Finding)
    assert finding.state == "failed"
    assert "--site" in finding.remedy
    assert isinstance(command._own_key("global"), Credentials)
    for name in command.VARIABLES:
        monkeypatch.delenv(name)
    assert command._own_key(None) is None
