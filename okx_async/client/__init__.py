"""`OKX` and `OKEx`: chapters as attributes, streams, books. The only room that knows catalogue and network."""

from __future__ import annotations

from .base import Client
from .v3 import OKEx
from .v5 import OKX

__all__ = ["OKX", "Client", "OKEx"]
