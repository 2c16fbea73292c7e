"""An exchange in the box: a seeded OKX on a loopback port, REST and WebSocket, V5 and V3.

::

    async with Exchange(seed=7) as sim:
        ...  # sim.rest, sim.ws, sim.ws_v3, sim.site, sim.credentials

It shares none of the client's logic: its own book, its own checksum, its own signature check. Else it would prove
nothing.
"""

from __future__ import annotations

from .clock import VirtualClock
from .counters import Counters
from .exchange import Exchange
from .faults import Fault, FaultKind, Faults, FiredFault
from .instruments import Instrument, Kind
from .limits import Limits
from .requests import RequestFault
from .rest_faults import RestFault
from .script import Script
from .truth import Truth

__all__ = [
    "Counters",
    "Exchange",
    "Fault",
    "FaultKind",
    "Faults",
    "FiredFault",
    "Instrument",
    "Kind",
    "Limits",
    "RequestFault",
    "RestFault",
    "Script",
    "Truth",
    "VirtualClock",
]
