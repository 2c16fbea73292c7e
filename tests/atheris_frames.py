"""Coverage-guided fuzzing of everything that reads frames: ``pip install atheris && python -m tests.atheris_frames``.

Runs until stopped, or for as many runs as ``-runs=N`` says; atheris is in no extra, because it builds for few Pythons.
"""

from __future__ import annotations

import sys

from .mutants import Desk, recorded


def one(data: bytes) -> None:
    """Feed one input to both dialects, behind a frame that makes a book LIVE."""
    for dialect in ("v5", "v3"):
        desk = Desk(dialect)
        desk.feed(recorded(dialect)[0])
        desk.feed(data)
        desk.read_books()


def main() -> None:
    """Fuzz."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    atheris.instrument_all()
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
