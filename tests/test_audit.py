"""``okx-async catalogue --audit``: facts files that were doctored are compared with what is declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from okx_async.audit import Difference, audit
from okx_async.cli import main
from okx_async.errors import BadParameter

from .facts import DATA, SHARED, facts

Text = pytest.CaptureFixture[str]
Doctor = Callable[[Any], None]
OLD = set(json.loads((DATA / "deprecated_v5.json").read_text()))


def limit_of(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    rate, scope = text.split(" ", 1)
    count, seconds = rate.removesuffix("s").split("/")
    return {"count": int(count), "seconds": float(seconds), "scope": scope}


def write_all(folder: Path) -> None:
    """Write the condensed facts in the specification's own schema, a file per group."""
    (folder / "v5_rest").mkdir(parents=True)
    groups: dict[str, list[Any]] = {}
    channels: list[Any] = []
    for (dialect, name), fact in facts().items():
        _, kind, group, _ = fact.unit.split()
        if dialect == "v3":
            continue
        if kind == "ws":
            args = [{"name": arg, "required": need} for arg, need in fact.params.items()]
            row = {"name": name, "group": group, "endpoint": fact.limit, "auth": fact.auth, "args": args}
            channels.append(row)
            continue
        plain = name.partition(" (")[0]
        method, path = plain.split()
        params = [
            {"name": param, "in": said.split()[0], "required": {"optional": False, "required": True}.get(need, need)}
            for param, said in fact.params.items()
            for need in [said.split()[1]]
        ]
        one = {"name": path, "method": method, "path": path, "auth": "read" if fact.auth else "public"}
        more = {"rate_limit": limit_of(fact.limit), "params": params, "deprecated": plain in OLD}
        groups.setdefault(group, []).append(one | more)
    for group, endpoints in groups.items():
        said = {"group": group, "title": group, "endpoints": endpoints}
        (folder / "v5_rest" / f"{group}.json").write_text(json.dumps(said))
    (folder / "v5_rest" / "errors.json").write_text('{"codes": {}}')
    (folder / "channels.json").write_text(json.dumps({"channels": channels}))


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    write_all(tmp_path / "spec")
    return tmp_path / "spec"


def doctor(file: Path, change: Doctor) -> Path:
    said = json.loads(file.read_text())
    change(said)
    file.write_text(json.dumps(said))
    return file


def endpoint(said: Any, path: str) -> Any:
    return next(one for one in said["endpoints"] if one["path"] == path)


def test_the_facts_as_they_are_do_not_differ(spec: Path, capsys: Text) -> None:
    assert main(["catalogue", "--audit", str(spec)]) == 0
    assert capsys.readouterr().out == "no difference\n"
    assert main(["catalogue", "--audit", str(spec), "--json"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("group", sorted({fact.unit.split()[2] for key, fact in facts().items() if key[0] == "v5"}))
def test_one_group_is_compared_with_its_own_chapter(spec: Path, group: str) -> None:
    file = spec / "v5_rest" / f"{group}.json"
    if file.exists():  # the others are groups of channels
        assert audit(file) == []


def tickers(change: Doctor) -> Doctor:
    return lambda said: change(endpoint(said, "/api/v5/market/tickers"))


CHANGES: dict[str, tuple[Doctor, tuple[str, str, str]]] = {
    "limit": (tickers(lambda one: one["rate_limit"].update(count=40)), ("limit", "20/2s ip", "40/2s ip")),
    "limit gone": (tickers(lambda one: one.update(rate_limit=None)), ("limit", "20/2s ip", "")),
    "scope": (tickers(lambda one: one["rate_limit"].update(scope="user")), ("limit", "20/2s ip", "20/2s user")),
    "auth": (tickers(lambda one: one.update(auth="read")), ("auth", "no key", "key")),
    "required": (
        tickers(lambda one: one["params"][1].update(required=True)),
        ("param instFamily", "query optional", "query required"),
    ),
    "new parameter": (
        tickers(lambda one: one["params"].append({"name": "zone", "in": "query", "required": False})),
        ("param zone", "", "query optional"),
    ),
    "lost parameter": (tickers(lambda one: one["params"].pop(0)), ("param instType", "query required", "")),
    "place": (
        tickers(lambda one: one["params"][0].update({"in": "body"})),
        ("param instType", "query required", "body required"),
    ),
    "deprecated": (tickers(lambda one: one.update(deprecated=True)), ("deprecated", "no", "yes")),
    "path": (
        tickers(lambda one: one.update(path="/api/v5/market/all-tickers")),
        ("path", "/api/v5/market/tickers", "/api/v5/market/all-tickers"),
    ),
    "method": (tickers(lambda one: one.update(method="POST")), ("method", "GET", "POST")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_as_one_line(spec: Path, what: str, capsys: Text) -> None:
    change, (part, ours, theirs) = CHANGES[what]
    file = doctor(spec / "v5_rest" / "market.json", change)
    expected = Difference("changed", "v5", "GET /api/v5/market/tickers", part, ours, theirs)
    for path in (file, spec):
        assert audit(path) == [expected]
    assert main(["catalogue", "--audit", str(file), "--json"]) == 1
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [expected.to_dict()]


def test_a_sometimes_required_parameter_counts_as_optional(spec: Path) -> None:
    change = tickers(lambda one: one["params"][1].update(required="conditional"))
    assert audit(doctor(spec / "v5_rest" / "market.json", change)) == []


def test_what_is_new_and_what_is_gone(spec: Path, capsys: Text) -> None:
    new = {"method": "POST", "path": "/api/v5/zoo/feed", "auth": "trade", "deprecated": False}
    new |= {
        "rate_limit": {"count": 5, "seconds": 2, "scope": None},
        "params": [{"name": "animal", "in": "body", "required": True}],
    }

    def change(said: Any) -> None:
        said["endpoints"].remove(endpoint(said, "/api/v5/market/index-tickers"))
        said["endpoints"].append(new)

    file = doctor(spec / "v5_rest" / "market.json", change)
    assert audit(file) == [
        Difference("removed", "v5", "GET /api/v5/market/index-tickers", ours="no key; 20/2s ip"),
        Difference("added", "v5", "POST /api/v5/zoo/feed", theirs="key; 5/2s user; needs animal"),
    ]
    assert main(["catalogue", "--audit", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "index-tickers" in lines[1]
    assert "needs animal" in lines[2]


def test_a_folder_without_a_group_says_that_the_group_is_gone_and_a_file_does_not(spec: Path) -> None:
    (spec / "v5_rest" / "glp.json").unlink()
    here = [key for key, fact in facts().items() if fact.unit.startswith("v5 rest glp ")]
    assert {(one.kind, one.dialect, one.name) for one in audit(spec)} == {("removed", *key) for key in here}
    assert audit(spec / "v5_rest" / "market.json") == []


def test_channels_and_their_arguments(spec: Path) -> None:
    def change(said: Any) -> None:
        rows = {one["name"]: one for one in said["channels"]}
        rows["tickers"]["endpoint"] = "business"
        rows["trades"]["args"].append({"name": "zone", "required": "required"})
        rows["orders"]["auth"] = False
        said["channels"].remove(rows["bbo-tbt"])
        said["channels"].append({"name": "zoo", "group": "x", "endpoint": "public", "auth": False, "args": []})

    file = doctor(spec / "channels.json", change)
    found = audit(file)
    assert audit(spec) == found
    assert {(one.kind, one.name, one.part, one.ours, one.theirs) for one in found} == {
        ("changed", "tickers", "socket", "public", "business"),
        ("changed", "trades", "param zone", "", "required"),
        ("changed", "orders", "auth", "key", "no key"),
        ("removed", "bbo-tbt", "", "no key; public; needs instId", ""),
        ("added", "zoo", "", "", "no key; public"),
    }


def test_v3_knows_arguments_by_place_and_bars_by_seconds(tmp_path: Path) -> None:
    """Taking an argument away is a change; a family of bars is all of its channels."""
    row = {"name": "spot/ticker", "group": "spot", "auth": False, "filter": {"kind": "instrument"}}
    bars = {"name": "spot/candle{seconds}s", "group": "spot", "auth": False, "filter": {"kind": "instrument"}}
    file = tmp_path / "ws.json"
    file.write_text(json.dumps({"channels": [row, bars]}))
    names = {one.name for one in audit(file)}
    assert not {"spot/ticker", "spot/candle60s", "spot/candle604800s"} & names
    assert "swap/candle60s" in names  # the file holds everything there is
    row["filter"] = {"kind": "none"}
    file.write_text(json.dumps({"channels": [row, bars]}))
    assert Difference("changed", "v3", "spot/ticker", "param 1", "required", "") in audit(file)


def test_v3_endpoints(tmp_path: Path) -> None:
    one = {"group": "general", "method": "GET", "path": "/api/general/v3/time", "auth": True, "rate_limit": None}
    file = tmp_path / "rest.json"
    file.write_text(json.dumps({"endpoints": [one | {"params": []}]}))
    assert Difference("changed", "v3", "GET /api/general/v3/time", "auth", "no key", "key") in audit(file)


def test_what_is_known_to_go_beyond_the_documents_is_no_difference(spec: Path) -> None:
    """A path with two schemas is declared twice and documented once; see `okx_async.facts.BEYOND`."""
    assert audit(spec / "v5_rest" / "earn_dcd.json") == []
    change: Doctor = lambda said: endpoint(said, "/api/v5/sprd/amend-order").update(rate_limit=None)  # noqa: E731
    found = audit(doctor(spec / "v5_rest" / "spread.json", change))
    assert [one.part for one in found] == ["limit"]
    assert len(SHARED) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "no facts file"),
        ("{}", "no facts file"),
        ("no json", "not JSON"),
        ('{"group": "market", "endpoints": [{}]}', "not a facts file of v5 rest"),
        ('{"channels": [7]}', "not a facts file of v5 ws"),
        ('{"channels": [{"filter": {}}]}', "not a facts file of v3 ws"),
        ('{"endpoints": ["x"]}', "not a facts file of v3 rest"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str, said: str, capsys: Text) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(BadParameter, match=said):
        audit(file)
    assert main(["catalogue", "--audit", str(file)]) == 2
    err = capsys.readouterr().err
    assert "x.json" in err
    assert len(err.splitlines()) == 1


def test_no_file_and_an_empty_folder(tmp_path: Path, capsys: Text) -> None:
    assert main(["catalogue", "--audit", str(tmp_path / "none.json")]) == 2
    assert main(["catalogue", "--audit", str(tmp_path)]) == 2
    assert main(["catalogue", "--audit", str(tmp_path), "candles"]) == 2
    assert main(["catalogue", "--audit", str(tmp_path), "--coverage"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert ["cannot be read" in lines[0], "no facts file" in lines[1]] == [True, True]
    assert all("leave words" in line for line in lines[2:])
