"""The front of the simulated exchange: every path that is served, and what stands before it."""

from __future__ import annotations

import re
import zlib

from aiohttp import web

from .accounts_v3.bureau import Bureau
from .admin import Admin
from .brokers import Brokers
from .derivatives import Derivatives
from .doors import Doors
from .faults import Faults
from .house import House
from .oauth import OAuthServer
from .rest_faults import abort, pause
from .rest_v3 import RestV3
from .rest_v5 import RestV5
from .roads import Answering, Roads
from .rules import v3_rules, v5_rules
from .session_v3 import SessionV3
from .session_v5 import SessionV5
from .sockets import Connection, Session, SocketLimits
from .upkeep import Upkeep

__all__ = ["Front"]

_SOCKETS = {
    "/ws/v5/public": "public",
    "/ws/v5/private": "private",
    "/ws/v5/business": "business",
    "/ws/v3": "v3",
    "/ws/v5": "public",
    "/": "public",
}


class Front:
    """Takes requests and connections in.

    Args:
        house: The exchange behind it.
        bureau: Its accounts in V3.
        figures: What follows from the markets.
        upkeep: What the exchange tells of itself.
        oauth: Codes and tokens.
        brokers: Whose files are served.
        faults: What goes wrong.
        limits: When a connection is cut.
        connections: The open ones by id; kept up here.

    Attributes:
        doors: Whether anybody is let in at all; set when they are hung.
    """

    doors: Doors

    def __init__(
        self,
        house: House,
        bureau: Bureau,
        figures: Derivatives,
        upkeep: Upkeep,
        oauth: OAuthServer,
        brokers: Brokers,
        faults: Faults,
        limits: SocketLimits,
        connections: dict[str, Connection],
    ) -> None:
        self._house = house
        self._bureau = bureau
        self._figures = figures
        self._upkeep = upkeep
        self._oauth = oauth
        self._brokers = brokers
        self._faults = faults
        self._limits = limits
        self._connections = connections
        self._roads: Roads | None = None

    @property
    def routes(self) -> list[tuple[str, re.Pattern[str]]]:
        """Every method and path that has an answer of its own."""
        return self._roads.served if self._roads is not None else []

    def application(self, admin: Admin | None) -> web.Application:
        """Return everything that is served; ``admin`` only where there is one."""
        app = web.Application()
        roads = self._roads = Roads(app, self._spoil)
        for path in _SOCKETS:
            roads.add_get(path, self._serve_socket)
        house, on = self._house, self._house.limits.rest
        self._oauth.mount(roads)
        self._brokers.mount(roads)
        house.office.mount(roads, house.static, house.counters)
        self._bureau.mount(roads, house.counters)
        figures, upkeep = self._figures, self._upkeep
        rules = v5_rules(house.allowances, on)
        v5 = RestV5(
            house.markets,
            house.clock,
            rules,
            house.counters,
            figures,
            upkeep,
            house.beside,
            house.static,
            house.office.public,
            house.office.public_posts,
        )
        v5.mount(roads)
        rules = v3_rules(house.allowances, on)
        RestV3(house.markets, house.clock, rules, house.counters, figures, upkeep).mount(roads)
        if admin is not None:
            admin.mount(roads)
        return app

    async def _spoil(self, request: web.Request, handler: Answering) -> web.StreamResponse:
        """Answer over a way that takes time, and as faults will have it."""
        if request.path.startswith("/admin/"):
            return await handler(request)
        if self.doors.shut:
            return abort(request)
        if not request.path.startswith(("/api/", "/v5/")):
            return await handler(request)
        timeline = self._house.clock.timeline
        if self._limits.latency:
            await pause(timeline, 2 * self._limits.latency)
        if not self._faults.rest.pending:
            return await handler(request)
        return await self._faults.rest.answer(request, handler, timeline, self._house.clock.now())

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            raise web.HTTPNotFound
        house, endpoint = self._house, _SOCKETS[request.path]
        if not house.welcome(endpoint, request.remote or ""):
            return web.Response(status=429, text="Too Many Requests")
        conn_id = f"{zlib.crc32(f'{house.seed}/{house.counters.connections}'.encode()):08x}"
        connection = Connection(conn_id, endpoint, request, self._faults, self._limits, house.clock)
        self._connections[conn_id] = connection
        try:
            return await connection.serve(self._open_session)
        finally:
            del self._connections[conn_id]
            if connection.close_code is not None:
                house.counters.closes[connection.close_code] += 1

    def _open_session(self, connection: Connection) -> Session:
        if connection.endpoint == "v3":
            return SessionV3(connection, self._house, self._bureau.courier)
        return SessionV5(connection, self._house)
