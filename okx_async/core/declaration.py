"""What endpoints and channels have in common: a function that is never run, whose signature is the specification."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .fields import Signature
from .names import plain_name, wire_name

__all__ = ["Declaration"]


class Declaration:
    """One declared function.

    Args:
        function: The declaration.

    Attributes:
        dialect: ``v5`` or ``v3``, which decides how names are spelled on the wire; set before the first use.
    """

    dialect: str = ""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    @property
    def doc(self) -> str:
        """What it is for."""
        return (self._function.__doc__ or "").strip()

    @functools.cached_property
    def signature(self) -> Signature:
        """The typed parameters, resolved on first use to keep the import quick."""
        return Signature(self._function, wire_name if self.dialect == "v5" else plain_name)
