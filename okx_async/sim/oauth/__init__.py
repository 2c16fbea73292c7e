"""OAuth and Fast API of the simulated exchange."""

from __future__ import annotations

from .grants import App
from .server import OAuthServer

__all__ = ["App", "OAuthServer"]
