"""What MkDocs runs: pages that are made from the catalogue, not written, and their places in the navigation.

They exist only while the site is built, so they cannot fall behind what is declared.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent))

import chapters
import tables

ROOT = Path(__file__).parents[2]


def on_config(config: Any) -> Any:
    """Give the chapters their places behind the written part of the reference."""
    reference = next(section["Reference"] for section in config.nav if "Reference" in section)
    for dialect, title in (("v5", "V5"), ("v3", "V3")):
        pages = [{chapter: f"reference/{dialect}/{chapter}.md"} for chapter in chapters.names(dialect)]
        reference.append(
            {title: [{"Chapters": f"reference/{dialect}.md"}, *pages, {"channels": f"reference/{dialect}/channels.md"}]}
        )
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are made."""
    for path, text in _pages():
        files.append(File.generated(config, path, content=text))
    return files


def _pages() -> Iterator[tuple[str, str]]:
    for dialect in ("v5", "v3"):
        yield f"reference/{dialect}.md", tables.overview(dialect)
        yield f"reference/{dialect}/channels.md", chapters.channel_page(dialect)
        for name in chapters.names(dialect):
            yield f"reference/{dialect}/{name}.md", chapters.chapter_page(dialect, name)
    yield "reference/codes.md", tables.codes()
    yield "coverage.md", tables.coverage()
    yield "coverage-v3.md", tables.headings()
    yield "changelog.md", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
