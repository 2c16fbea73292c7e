"""Which journal a client was given: a path, or one of its own making."""

from __future__ import annotations

import os

from ..errors import BadParameter
from .journal import Journal

__all__ = ["journal_of"]


def journal_of(given: Journal | str | os.PathLike[str]) -> Journal:
    """Return a journal as it was given, or the file of that path as one.

    Raises:
        BadParameter: It is neither.
    """
    if isinstance(given, str | os.PathLike):
        from .sqlite import SqliteJournal  # loaded by those who want a file

        return SqliteJournal(given)
    if not all(callable(getattr(given, name, None)) for name in ("open", "write", "find", "aclose")):
        raise BadParameter(f"journal must be a path or a Journal, not {type(given).__name__}")
    return given
