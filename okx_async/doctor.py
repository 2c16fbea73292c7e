"""Finds out why a program does not get through: the way, the clock, the key and the account, one after the other.

What it finds is told as it is found. It only reads, logs in and subscribes; nothing it says holds a secret.
(field lessons 79-86)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .client import OKX
from .core.channel import Topic
from .core.retry import Retry
from .errors import (
    AuthRefused,
    ChannelRefused,
    ConnectFailed,
    OkxError,
    Refused,
    WrongEnvironment,
)
from .net.reach import Blocked, reach
from .settings import Credentials, Site, Timeouts
from .v5 import channels

if TYPE_CHECKING:
    from .v5.models.account_records import AccountConfig

__all__ = ["Doctor", "Finding", "State"]

State = Literal["ok", "warning", "failed", "left out"]

_MODES = {"1": "spot mode", "2": "futures mode", "3": "multi-currency margin", "4": "portfolio margin"}
_SLOW_CLOCK = 1_000.0
"""Milliseconds from which a clock is worth a word; the exchange bears 30 seconds."""
_LOOK = 0.02
"""Seconds between two looks at a socket's state."""
_NETWORK = "look at the network; `OKX(proxy=...)` goes through a proxy"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        check: What was looked at.
        state: ``ok``, ``warning`` (works, but look at it), ``failed`` or ``left out``.
        said: What was found, in one sentence.
        remedy: What to do about it, ``""`` when there is nothing to do.
    """

    check: str
    state: State
    said: str
    remedy: str = ""


class Doctor:
    """Looks a site and a key over.

    ::

        async for finding in Doctor(Site.GLOBAL, credentials).findings(): print(finding.check, finding.said)

    Args:
        site: Where to.
        credentials: As whom; ``None`` leaves the private checks out.
        others: Sites that a key which is not known here may belong to, by the name to tell the user.
        patience: Seconds each check may take.
        simulated: Whether the site is a simulator, which need not have everything.
    """

    def __init__(
        self,
        site: Site,
        credentials: Credentials | None = None,
        *,
        others: Mapping[str, Site] | None = None,
        patience: float = 10.0,
        simulated: bool = False,
    ) -> None:
        self._site = site
        self._credentials = credentials
        self._others = {name: other for name, other in (others or {}).items() if other != site}
        self._patience = patience
        self._simulated = simulated

    async def findings(self) -> AsyncIterator[Finding]:
        """Check everything in order and yield what is found; what cannot work any more is left out."""
        reached = await self._ways()
        for finding in reached.values():
            yield finding
        if reached["REST"].state == "failed":
            yield Finding("everything else", "left out", "without REST nothing else can be asked")
            return
        async with self._client(self._site, None) as client:
            yield await self._clock(client)
            yield await self._maintenance(client)
            if reached["public socket"].state == "ok":
                yield await self._socket(client, "public subscription", channels.status())
        if self._credentials is None:
            yield Finding("key", "left out", "without a key the private checks are left out")
            return
        async with self._client(self._site, self._credentials) as client:
            async for finding in self._private(client, socket=reached["private socket"].state == "ok"):
                yield finding

    def _client(self, site: Site, credentials: Credentials | None) -> OKX:
        timeouts = Timeouts(connect=self._patience, read=self._patience, total=self._patience, close=0.5)
        return OKX(credentials, site=site, timeouts=timeouts, retry=Retry(attempts=1), read_only=True)

    # -- the way there

    async def _ways(self) -> dict[str, Finding]:
        """Open a line to REST and to every socket, all at once."""
        urls = {"REST": self._site.rest} | {
            f"{name} socket": self._site.socket(name) for name in ("public", "private", "business")
        }
        found = await asyncio.gather(*(self._tried(name, reach(url)) for name, url in urls.items()))
        return {
            name: one if isinstance(one, Finding) else Finding(name, "ok", str(one))
            for name, one in zip(urls, found, strict=True)
        }

    # -- what anybody may ask

    async def _clock(self, client: OKX) -> Finding:
        sent = time.time()
        told = await self._tried("clock", client.public.time())
        if isinstance(told, Finding):
            return told
        trip = (time.time() - sent) * 1000.0
        offset = told.ts - (sent * 1000.0 + trip / 2)
        said = f"the exchange's clock is {abs(offset):.0f} ms {'ahead' if offset >= 0 else 'behind'}"
        said += f" (answer in {trip:.0f} ms)"
        if abs(offset) - trip / 2 < _SLOW_CLOCK:
            return Finding("clock", "ok", said)
        remedy = "let a time service (NTP) set this machine's clock; okx_async corrects its own signatures until then"
        return Finding("clock", "warning", said, remedy)

    async def _maintenance(self, client: OKX) -> Finding:
        rows = await self._tried("public request", client.system.status("ongoing"))
        if isinstance(rows, Finding):
            return rows
        if not rows:
            return Finding("public request", "ok", "the exchange answers and tells of no maintenance")
        titles = "; ".join(row.title or "without a title" for row in rows)
        return Finding("public request", "warning", f"maintenance is under way: {titles}", "wait until it is over")

    async def _socket(self, client: OKX, check: str, topic: Topic[Any]) -> Finding:
        granted = await self._tried(check, self._granted(client, topic))
        return granted if isinstance(granted, Finding) else Finding(check, "ok", granted)

    async def _granted(self, client: OKX, topic: Topic[Any]) -> str:
        """Subscribe and return what came of it; raise what the exchange or the line said."""
        async with client.subscribe(topic) as stream:
            first = asyncio.ensure_future(anext(stream))
            try:
                async with asyncio.timeout(self._patience):
                    while not first.done():
                        if any(one.live for one in client.status().topics):
                            return "opened, and the subscription is granted"
                        await asyncio.wait((first,), timeout=_LOOK)
                await first
            except ChannelRefused as error:
                return f"opened; the channel {topic} is not to be had ({error.code})"
            except TimeoutError:
                raise ConnectFailed(client.why_not(topic.key)) from None
            finally:
                first.cancel()
                await asyncio.gather(first, return_exceptions=True)
        return "opened, and data comes"

    # -- what only the key may ask

    async def _private(self, client: OKX, *, socket: bool) -> AsyncIterator[Finding]:
        try:
            async with asyncio.timeout(self._patience):
                config = await client.account.config()
        except WrongEnvironment as error:
            yield Finding("key", "failed", _words(error), await self._home() or error.hint)
            return
        except (OkxError, TimeoutError) as error:
            finding = self._failed("key", error)
            yield finding
            if finding.state == "failed":
                return
        else:
            yield Finding("key", "ok", f"the signature is accepted, and the key is one of {_place(self._site)}")
            for finding in _settings(config, self._site):
                yield finding
        if socket:
            yield await self._socket(client, "private login", channels.account())

    async def _home(self) -> str:
        """Return where the key works, ``""`` when that is nowhere among the sites to try."""
        for name, site in self._others.items():
            async with self._client(site, self._credentials) as client:
                found = await self._tried("key", client.account.config())
            if not isinstance(found, Finding):
                return f"the key is one of {_place(site)}: use {name}"
        return ""

    # -- failures

    async def _tried(self, check: str, call: Awaitable[Any]) -> Any:
        """Return what a call returns, or the finding that it failed."""
        try:
            async with asyncio.timeout(self._patience):
                return await call
        except (OkxError, TimeoutError) as error:
            return self._failed(check, error)

    def _failed(self, check: str, error: OkxError | TimeoutError) -> Finding:
        if isinstance(error, Blocked):
            return Finding(check, "failed", str(error), error.remedy)
        if isinstance(error, Refused):
            if self._simulated and not isinstance(error, AuthRefused):
                return Finding(check, "left out", f"the simulator does not have this ({_words(error)})")
            remedy = error.hint or "this is the exchange's own answer: look the code up in its documents"
            return Finding(check, "failed", _words(error), remedy)
        if isinstance(error, OkxError) and not isinstance(error, TimeoutError):
            return Finding(check, "failed", str(error), _NETWORK)
        return Finding(check, "failed", f"no answer within {self._patience:g} s", _NETWORK)


def _words(error: Refused) -> str:
    return f"the exchange says {error.code or error.status} {error.msg or error.cause}".rstrip()


def _place(site: Site) -> str:
    return f"the {'demo' if site.demo else 'live'} site {site.name!r}"


def _settings(config: AccountConfig, site: Site) -> list[Finding]:
    """Tell what the account's own answer says about key and account."""
    return [_permissions(config), _addresses(config), _mode(config), *_identity(config, site)]


def _rights(config: AccountConfig) -> list[str]:
    return [one.strip() for one in (config.perm or "").split(",") if one.strip()]


def _permissions(config: AccountConfig) -> Finding:
    rights = _rights(config)
    said = f"the key may {', '.join(rights).replace('read_only', 'read') or 'nothing that is told'}"
    if "withdraw" in rights:
        remedy = "give programs that only trade a key without that right: whoever has the key has the money"
        return Finding("permissions", "warning", said, remedy)
    return Finding("permissions", "ok", said)


def _addresses(config: AccountConfig) -> Finding:
    if config.ip:
        return Finding("addresses", "ok", f"the key is bound to {config.ip}")
    said = "the key is bound to no IP address"
    if {"trade", "withdraw"} & set(_rights(config)):
        remedy = "bind it on the web site: unbound it works from anywhere, and it dies after 14 days without use"
        return Finding("addresses", "warning", said, remedy)
    return Finding("addresses", "ok", said)


def _mode(config: AccountConfig) -> Finding:
    mode = _MODES.get(config.acct_lv or "", f"a mode that is not documented ({config.acct_lv})")
    positions = f", positions in {config.pos_mode}" if config.pos_mode else ""
    spot = "; derivatives need another one (account.set_account_level)" if config.acct_lv == "1" else ""
    return Finding("account mode", "ok", f"the account is in {mode}{positions}{spot}")


def _identity(config: AccountConfig, site: Site) -> list[Finding]:
    """Live orders need an identity check of level 2 since 2026-04-07. (REST protocol, "Hosts")"""
    if site.demo or config.kyc_lv not in ("0", "1") or "trade" not in _rights(config):
        return []
    said = f"the identity check stands at level {config.kyc_lv}, and live orders need level 2"
    return [Finding("identity", "warning", said, "finish it on the web site")]
