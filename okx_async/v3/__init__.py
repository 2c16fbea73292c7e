"""V3, the 2020 OKEx documents, still spoken by OKCoin Japan and by years of recordings.

::

    from okx_async.v3 import OKEx, channels
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import channels

if TYPE_CHECKING:
    from ..client import OKEx

__all__ = ["OKEx", "channels"]


def __getattr__(name: str) -> Any:
    # The client stands above the declarations, so it is looked up only when somebody asks for it here.
    if name == "OKEx":
        from ..client import OKEx

        return OKEx
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
