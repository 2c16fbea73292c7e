"""V5, today's OKX.

::

    from okx_async.v5 import OKX, channels
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import channels

if TYPE_CHECKING:
    from ..client import OKX

__all__ = ["OKX", "channels"]


def __getattr__(name: str) -> Any:
    # The client stands above the declarations, so it is looked up only when somebody asks for it here.
    if name == "OKX":
        from ..client import OKX

        return OKX
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
