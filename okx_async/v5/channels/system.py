"""Channels of the chapter Status."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.system import SystemStatus

__all__ = ["status"]


@channel("status", endpoint="public")
def status() -> Topic[SystemStatus]:
    """Maintenance windows and disruptions when they change; short restarts are not told. (Status channel)"""
    ...
