"""Scripts of faults: said clearly what is wrong with them, done when they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from okx_async.errors import BadParameter
from okx_async.sim import Exchange, Script, VirtualClock
from okx_async.sim.kinds import KINDS, FaultKind, Group

from .wire import START, arg, connect

TOML = """
[[fault]]
at = 5
what = "drop"
where = { channel = "books", inst_id = "BTC-USDT" }
args = { times = 2 }

[[fault]]
every = 10
times = 3
what = "maintenance"
args = { after = 60 }
"""


def _whole(kind: FaultKind) -> dict[str, Any]:
    """An entry of every kind with everything it can be told."""
    values: dict[str, Any] = {"code": 4005, "action": "any", "to": "NEW-USDT", "kinds": ["drop"], "status": 502}
    spec = KINDS[kind]
    told = {
        name: values.get(name, {int: 1, float: 0.5, bool: False, str: "x"}.get(wanted))
        for name, wanted in spec.told.items()
    }
    where: dict[str, str] = {"inst_id": "BTC-USDT"}
    if spec.group is Group.REST:
        where = {"path": "/api/v5/*"}
    elif spec.group is Group.EXCHANGE:
        where = {}
    elif spec.group is Group.OPERATION:
        where = {"op": "order"}
    elif spec.group is Group.NOTE:
        where = {"endpoint": "public"}
    return {"what": str(kind), "at": 1, "where": where, "args": told}


def test_toml_json_and_plain_values_say_the_same(tmp_path: Path) -> None:
    plain = [
        {"at": 5, "what": "drop", "where": {"channel": "books", "inst_id": "BTC-USDT"}, "args": {"times": 2}},
        {"every": 10, "times": 3, "what": "maintenance", "args": {"after": 60}},
    ]
    script = Script.of(plain)
    assert Script.parse(TOML, "toml") == Script.parse(json.dumps(plain), "json") == script
    assert Script.parse(json.dumps({"fault": plain}), "json") == script
    for name, text in (("f.toml", TOML), ("f.json", json.dumps(plain))):
        (tmp_path / name).write_text(text)
        assert Script.of(tmp_path / name) == Script.of(str(tmp_path / name)) == script


@pytest.mark.parametrize("kind", FaultKind)
async def test_every_kind_can_be_scripted(kind: FaultKind) -> None:
    """Each is done or planned, whatever it needs, with nobody connected."""
    async with Exchange(seed=3, rate=0, clock=VirtualClock(), faults=[_whole(kind)]) as sim:
        assert sim.panel.scheduled == 1
        await sim.advance(2)
        assert sim.panel.scheduled == 0
        planned, done = sim.faults.pending, len(sim.faults.done)
        assert (planned or done) or kind is FaultKind.NOTICE, "it had no effect at all"
        await sim.step(2)
        assert sim.steps == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": "dorp"}, "fault 1: there is no fault 'dorp'; did you mean 'drop'?"),
        ({"at": 1}, "fault 1: `what` is missing"),
        ({"what": "drop", "were": {}}, "fault 1: there is no `were`; did you mean 'where'?"),
        ({"what": "drop", "where": {"instId": "X"}}, "there is no `instId`; did you mean 'inst_id'?"),
        ({"what": "drop", "where": {"endpoint": "pubic"}}, "no endpoint 'pubic'; did you mean 'public'?"),
        ({"what": "drop", "where": {"channel": 5}}, "`channel` must be text, not 5"),
        ({"what": "drop", "args": {"tims": 1}}, "there is no `tims`; did you mean 'times'?"),
        ({"what": "drop", "args": {"times": "two"}}, "`times` must be a whole number, not 'two'"),
        ({"what": "drop", "args": {"times": True}}, "`times` must be a whole number, not True"),
        ({"what": "drop", "args": {"times": -1}}, "cannot be negative"),
        ({"what": "delay"}, "`args` must say `seconds`"),
        ({"what": "delay", "args": {"seconds": 0}}, "a delay needs `seconds` above 0"),
        ({"what": "close", "args": {"code": 4711}}, "`code` must be one of 1000, "),
        ({"what": "close", "args": {"code": 4005, "after": 2}}, "without a `channel` or `inst_id` it happens at once"),
        ({"what": "outage", "args": {"seconds": -3}}, "`seconds` cannot be negative"),
        (
            {"what": "outage", "where": {"endpoint": "v3"}, "args": {"seconds": 3}},
            "there is no `endpoint`; it takes none",
        ),
        ({"what": "rename", "args": {"to": "X"}}, "`where` must name an `inst_id`"),
        ({"what": "random", "args": {"kinds": ["outage"]}}, "'outage' in `kinds` is no fault of messages or lines"),
        ({"what": "rest_html", "args": {"status": 404}}, "`status` must be 500 to 599"),
        ({"what": "drop", "at": -1}, "`at` must be a number of seconds from 0, not -1"),
        ({"what": "drop", "at": "soon"}, "`at` must be a number of seconds from 0, not 'soon'"),
        ({"what": "drop", "every": 0}, "`every` must be above 0"),
        ({"what": "drop", "times": 3}, "`times` needs `every`"),
        ({"what": "drop", "where": []}, "`where` must be a table"),
        ({"what": "drop", "args": []}, "`args` must be a table"),
        (7, "must be a table, not 7"),
    ],
)
def test_what_is_wrong_is_said(wrong: Any, said: str) -> None:
    with pytest.raises(BadParameter) as caught:
        Exchange(faults=[wrong])
    assert said in str(caught.value)


def test_what_is_no_script_at_all(tmp_path: Path) -> None:
    for text, form in (("[[", "toml"), ("[", "json"), ('{"faults": []}', "json"), ('{"fault": 3}', "json")):
        with pytest.raises(BadParameter, match="faults"):
            Script.parse(text, form)
    (tmp_path / "f.txt").write_text("")
    for name in ("f.txt", "missing.toml"):
        with pytest.raises(BadParameter, match=name):
            Script.of(tmp_path / name)


async def test_things_happen_when_they_are_said_to() -> None:
    script: list[dict[str, Any]] = [
        {"every": 10, "times": 3, "what": "skew", "args": {"seconds": 1}},
        {"at": 15, "what": "heartbeat"},
        {"at": 5, "every": 20, "what": "reset_sequence", "where": {"inst_id": "ETH-USDT"}},
        {"what": "skew", "args": {"seconds": 2}},
    ]
    async with Exchange(seed=3, rate=0, clock=VirtualClock(), faults=script) as sim:
        await sim.advance(100)
        moments = [(str(fault.kind), fault.at) for fault in sim.faults.done]
        assert [at for kind, at in moments if kind == "skew"] == [0, 10, 20, 30]
        assert [at for kind, at in moments if kind == "heartbeat"] == [15]
        assert [at for kind, at in moments if kind == "reset_sequence"] == [5, 25, 45, 65, 85]
        assert sim.panel.scheduled == 1
        sim.panel.stop()
        await sim.advance(100)
        assert len(sim.faults.done) == len(moments)


async def test_a_random_panel_is_the_same_for_the_same_seed() -> None:
    async def done(seed: int) -> list[tuple[str, float]]:
        script = [{"every": 1, "what": "random", "args": {"seed": seed, "kinds": ["drop", "duplicate", "garble"]}}]
        async with Exchange(seed=3, rate=20, clock=VirtualClock(START), faults=script) as sim:
            async with connect(sim.ws) as client:
                await client.send("subscribe", arg("books"))
                await sim.advance(60)
                return [(str(fault.kind), fault.at) for fault in sim.faults.done]

    first = await done(1)
    assert first == await done(1) != await done(2)
    assert len(first) > 50
    assert {kind for kind, _ in first} == {"drop", "duplicate", "garble"}
