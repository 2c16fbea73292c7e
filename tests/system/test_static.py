"""Every answer the simulator makes from a documented shape is one the client reads."""

from __future__ import annotations

import warnings
from itertools import groupby

import pytest

from okx_async import OKX, Endpoint, catalogue
from okx_async.core.answers import list_of, row_type
from okx_async.core.capability import CAPABILITIES
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.coverage import Coverage, Served

from ..facts import SHARED
from ..test_every_endpoint import least, most


def static_endpoints(mode: str) -> list[Endpoint]:
    """Return what is answered from its shape; of two schemas of one path the simulator can only serve one."""
    coverage = Coverage(Exchange(rate=0, instruments=1, history_minutes=1, static="all"))
    found = [one for one in catalogue() if coverage.endpoint(one) is Served.STATIC]
    return [one for one in found if f"{one.method} {one.path}" not in SHARED and one.writes is (mode == "writes")]


@pytest.mark.parametrize("mode", ["reads", "writes"])
async def test_every_static_answer_is_typed(mode: str) -> None:
    """Asked with the least and with everything, through the client: typed rows, and no field unmodelled."""
    endpoints = static_endpoints(mode)
    chapters = [name for name, _ in groupby(endpoints, lambda one: one.chapter)]
    assert len(endpoints) >= 10
    assert len(set(chapters)) > 5
    async with (
        Exchange(3, rate=0, instruments=4, history_minutes=5, limits=False, static="all") as sim,
        OKX(sim.credentials[0], site=sim.site, allow=CAPABILITIES) as okx,
        OKX(sim.credentials[0], site=sim.site, allow=CAPABILITIES) as other,  # no limit is met twice
    ):
        before = len(sim.ledger.entries)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for endpoint in endpoints:
                answer = await okx.call(endpoint, **least(endpoint))
                assert isinstance(answer, list) is endpoint.many, endpoint
                request = endpoint.request((), most(endpoint))
                if endpoint.bare_list:  # the raw road takes objects only
                    await other.call(endpoint, **most(endpoint))
                    continue
                raw = await other.request(endpoint.method, request.path, request.fields)
                assert unmodelled(list_of(row_type(endpoint)), raw) == set(), endpoint
        assert len(sim.ledger.entries) == before
        assert sim.counters.static.total() == 2 * len(endpoints)
