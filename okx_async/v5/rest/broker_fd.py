"""Chapter Fully disclosed broker."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.rules import when
from ...core.throttle import Limit
from ...core.words import BoolText, DateArg, KeyId
from ..models.broker_fd import RebateStatus
from ..models.broker_nd import RebateFile, RebateFileAsked

__all__ = ["BrokerFd"]


class BrokerFd(Section, dialect="v5", chapter="broker_fd"):
    """Fully disclosed brokers: rebates for users who trade with their own keys."""

    @get(
        "/api/v5/broker/fd/rebate-per-orders",
        limit=Limit(2, 60, None),
        auth=True,
        check=when("type_", "false", "begin", "end"),
    )
    async def rebate_per_orders(
        self,
        type_: BoolText,
        begin: DateArg | None = None,
        end: DateArg | None = None,
        broker_type: Literal["api", "oauth"] | str | None = None,
    ) -> list[RebateFile]:
        """Links to files of rebates by order.

        ``type_`` true: every file made so far; false: the one of ``begin`` to ``end``, which are then a must.
        ``broker_type`` is a must for a broker of several kinds. A link lives 2 hours and is new with every request.
        (Rebate file link (FD))
        """
        ...

    @post("/api/v5/broker/fd/rebate-per-orders", limit=Limit(1, 3600, None), permission="read")
    async def create_rebate_per_orders(
        self, begin: DateArg, end: DateArg, broker_type: Literal["api", "oauth"] | str | None = None
    ) -> RebateFileAsked:
        """Ask for the file of rebates by order of a range, up to 180 days.

        ``result`` was first documented as accepted or failed, later as: true the link exists, false it is being
        made, look after 2 hours. ``data`` is an object or a list. (Make rebate file (FD))
        """
        ...

    @get("/api/v5/broker/fd/if-rebate", limit=Limit(5, 2, None), auth=True)
    async def if_rebate(self, api_key: KeyId, broker_type: Literal["api", "oauth"] | str | None = None) -> RebateStatus:
        """Whether a user's trades earn a rebate.

        ``data`` is an object or a list; ``affiliated`` is documented as text and came as a bool. (User rebate
        status (FD))
        """
        ...
