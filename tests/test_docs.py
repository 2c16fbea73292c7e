"""Every block of code in the documentation and the README runs as it stands, on the simulator.

A block of Python that ends in ``run(main())`` is a whole program. Other blocks continue each other down their page,
with ``await`` at the top level, and find an open simulator ``sim`` and the clients ``okx`` and ``okex`` on it. A block
with a title such as ``test_bot.py`` is a file that pytest runs. What a page needs besides, e.g. a check, stands in a
comment that begins with ``<!-- run``. Lines of the shell are parsed, and run when they need nothing but the simulator.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from okx_async import OKX, OKEx
from okx_async.cli import main, parser
from okx_async.sim import Exchange

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r'^(?P<in>[ ]*)```(?P<lang>\w*)(?:[ ]title="(?P<title>[^"]+)")?\n(?P<text>.*?)^(?P=in)```$'
    r"|^<!-- run\n(?P<run>.*?)^-->$",
    re.MULTILINE | re.DOTALL,
)
PROGRAM = re.compile(r"^\S*\brun\(main\(\)\).*\s*$", re.MULTILINE)
# Commands that end by themselves when they are given nothing but these words.
ENDS = ("catalogue", "completion", "call", "doctor", "watch", "plot")


@dataclass(frozen=True)
class Block:
    """A piece of a page.

    Attributes:
        page: Where it stands.
        line: Where on the page.
        lang: ``python``, ``bash``...; ``run`` for a hidden one.
        title: Its file name, if it has one.
        text: What it says.
    """

    page: Path
    line: int
    lang: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 2
        lang = "run" if found["run"] else found["lang"]
        yield Block(page, line, lang, found["title"] or "", textwrap.dedent(found["text"] or found["run"]))


ALL = [block for page in PAGES for block in blocks(page)]
PYTHON = [block for block in ALL if block.lang == "python"]
PROGRAMS = [block for block in PYTHON if PROGRAM.search(block.text) and not block.title]
FILES = [block for block in PYTHON if block.title]
FRAGMENTS = [block for block in ALL if block.lang in ("python", "run") and block not in PROGRAMS and not block.title]
CONTINUED = list(dict.fromkeys(block.page for block in FRAGMENTS))
LINES = [
    (str(block), line.split("  #")[0])
    for block in ALL
    if block.lang == "bash"
    for line in block.text.splitlines()
    if line.startswith("okx-async ")
]


def compiled(block: Block, flags: int = 0) -> Any:
    """Compile a block so that a traceback names its line on its page."""
    return compile("\n" * (block.line - 1) + block.text, str(block.page), "exec", flags=flags)


@pytest.mark.parametrize("block", PROGRAMS, ids=str)
def test_program_runs(block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compiled(block), {"__name__": "__main__"})  # noqa: S102 - the documentation is ours
    assert capsys.readouterr().out.strip(), "a program of the documentation shows something"


@pytest.mark.parametrize("page", CONTINUED, ids=lambda page: page.stem)
async def test_fragments_continue_each_other(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE"):
        monkeypatch.setenv(name, "made up")
    async with asyncio.timeout(30), Exchange(seed=7) as sim:
        key = sim.credentials[0]
        async with OKX(key, site=sim.site) as okx, OKEx(key, site=sim.site) as okex:
            room: dict[str, Any] = {"sim": sim, "okx": okx, "okex": okex, "__name__": page.stem}
            for block in (one for one in FRAGMENTS if one.page == page):
                ran = eval(compiled(block, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), room)  # noqa: S307 - ours, too
                if inspect.isawaitable(ran):
                    await ran


@pytest.mark.parametrize("block", FILES, ids=str)
def test_file_of_tests_passes(block: Block, tmp_path: Path) -> None:
    (tmp_path / block.title).write_text(block.text, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    plugin = ("-p", "okx_async.pytest_plugin") if not _installed() else ()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, block.title],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _installed() -> bool:
    from importlib.metadata import entry_points

    return any(one.value == "okx_async.pytest_plugin" for one in entry_points(group="pytest11"))


@pytest.mark.parametrize(("where", "line"), LINES, ids=[f"{where} {line}" for where, line in LINES])
def test_command_line_is_right(
    where: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(re.split(r"\s[|>]\s", line)[0])[1:]
    parser().parse_args(words)  # a word that does not exist ends the program
    alone = "--sim" in words or (words[0] in ("catalogue", "completion") and "--audit" not in words)
    if words[0] not in ENDS or not alone:
        return
    monkeypatch.chdir(tmp_path)
    if words[0] == "watch" and not {"--count", "--seconds"} & set(words):
        words += ["--count", "2"]
    assert main(words) == 0, f"{where}: {capsys.readouterr().err}"


def test_something_is_found() -> None:
    """A pattern that fits nothing would make every test above pass."""
    assert PROGRAMS
    assert FRAGMENTS
    assert FILES
    assert LINES
    fences = sum(page.read_text(encoding="utf-8").count("```") for page in PAGES)
    assert fences == 2 * sum(block.lang != "run" for block in ALL)


def test_nothing_is_fetched_from_elsewhere() -> None:
    """The built site works without a network and tells nobody who reads it."""
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert not re.search(r"analytics|https?://", settings)
    for page in PAGES[1:]:
        assert not re.search(r"<(?:script|img|link|iframe)\b|!\[", page.read_text(encoding="utf-8")), page
