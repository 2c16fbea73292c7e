"""Parameter rows of channels."""

from __future__ import annotations

from typing import Literal

from ...core.row import V5Part

__all__ = ["PushPace"]


class PushPace(V5Part, frozen=True, kw_only=True):
    """How often a channel repeats itself besides telling changes."""

    update_interval: Literal["0", "2000", "3000", "4000"] | str
    """Milliseconds; ``0`` for changes only. The account channel knows no other value."""
