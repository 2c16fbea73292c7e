"""Reads the package's docstrings for the site: literal blocks marked by ``::`` become blocks of code."""

from __future__ import annotations

import re
from typing import Any

import griffe

# A line of its own, or the end of a line, before an indented block.
_ALONE = re.compile(r"^ *::\n", re.MULTILINE)
_BEHIND = re.compile(r"::(?=\n\n +)")


class Plain(griffe.Extension):
    """Rewrites every docstring once, before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change one docstring."""
        if obj.docstring is not None:
            obj.docstring.value = _BEHIND.sub(":", _ALONE.sub("", obj.docstring.value))
