"""The channel of the exchange itself."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.public import SystemStatus

__all__ = ["system_status"]


@channel("system/status", endpoint="v3", dialect="v3")
def system_status() -> Topic[SystemStatus]:
    """Maintenance, when it changes. The rows are not documented; they are taken to be those of the REST endpoint.

    (System status channel)
    """
    ...
