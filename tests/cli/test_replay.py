"""``okx-async replay``: recordings that hold, and some that do not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from okx_async.cli import main

from .programs import ROOT, rows, run

DATA = ROOT / "tests" / "data"
V3 = DATA / "v3/ws/2021-04-17_okex_mixed_A.jsonl.gz"
V5 = DATA / "v5/ws/2022-05-13_okx_books.jsonl.gz"
SEQUENCED = DATA / "v5/ws/2026-08-24_okx_books_BTC-USDT.jsonl.gz"
KEYS = (
    *("messages", "book_messages", "crc_verified", "crc_failed", "crc_absent", "seq_verified", "seq_gaps"),
    *("undecoded", "unmodelled", "seconds"),
)
Text = pytest.CaptureFixture[str]


def without(source: Path, target: Path, number: int) -> Path:
    """Write a copy that lacks one line."""
    lines = gzip.decompress(source.read_bytes()).splitlines(keepends=True)
    target.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
    return target


def test_json_is_one_line_with_exact_keys() -> None:
    done = run("replay", "--json", V3)
    assert (done.returncode, done.stderr) == (0, "")
    (report,) = rows(done.stdout)
    assert tuple(report) == KEYS
    assert (report["crc_verified"], report["crc_failed"], report["undecoded"]) == (1509, 0, 0)


def test_every_file_has_its_line(capsys: Text) -> None:
    assert main(["replay", "--json", str(V5), str(SEQUENCED)]) == 0
    first, second = rows(capsys.readouterr().out)
    assert (first["crc_verified"], first["book_messages"]) == (290, 290)
    assert (second["crc_absent"], second["seq_verified"]) == (7, 6)


def test_for_people(capsys: Text) -> None:
    assert main(["replay", str(V5)]) == 0
    out = capsys.readouterr().out
    assert "verdict: ok: 290 checksums and 0 sequence links verified" in out
    assert max(map(len, out.splitlines())) <= 100
    assert main(["replay", str(V5), str(SEQUENCED)]) == 0
    assert capsys.readouterr().out.count(" ok\n") == 2


def test_a_message_lost_is_found_by_the_checksum(tmp_path: Path, capsys: Text) -> None:
    lines = gzip.decompress(V5.read_bytes()).splitlines()
    update = next(at for at, line in enumerate(lines) if b"update" in line and b"checksum" in line)
    damaged = without(V5, tmp_path / "damaged.jsonl", update)
    assert main(["replay", str(damaged)]) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert main(["replay", "--json", str(damaged), str(V5)]) == 1
    assert rows(capsys.readouterr().out)[0]["crc_failed"] > 0


def test_a_message_lost_is_found_by_the_sequence(tmp_path: Path, capsys: Text) -> None:
    damaged = without(SEQUENCED, tmp_path / "damaged.jsonl", 5)
    assert main(["replay", "--json", str(damaged)]) == 1
    assert rows(capsys.readouterr().out)[0]["seq_gaps"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"not json\n",
        b'{"no": "dir"}\n',
        b'{"dir": "recv"}\n',
        b"\x1f\x8b\x08 cut",
        b'["a list"]\n',
        b'{"dir": "recv", "b64": "!!!x"}\n',
    ],
)
@pytest.mark.parametrize("name", ["bad.jsonl", "bad.jsonl.gz"])
def test_unreadable(name: str, content: bytes, tmp_path: Path, capsys: Text) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert main(["replay", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("okx-async: ")
    assert err.count("\n") == 1


def test_no_such_file(tmp_path: Path, capsys: Text) -> None:
    assert main(["replay", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    assert main(["replay", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_empty_recording_claims_nothing(tmp_path: Path, capsys: Text) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text(json.dumps({"dir": "open", "url": "wss://example.invalid/ws/v5/public"}) + "\n")
    assert main(["replay", str(file)]) == 0
    assert "there was nothing in it" in capsys.readouterr().out
