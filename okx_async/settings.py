"""Where to connect and as whom: `Site`, `Credentials` and the unprintable `Secret`."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, NoReturn

from .checks import check_count, check_kind, check_seconds
from .errors import BadParameter, WrongSite

__all__ = [
    "ROADS",
    "Credentials",
    "LocalLimits",
    "RedisLimits",
    "Resolution",
    "Road",
    "Secret",
    "SecretBytes",
    "SecretHeaders",
    "Site",
    "Timeouts",
]

Road = Literal["rest", "ws", "auto"]
"""How orders travel.

``rest``: one HTTP request each. ``ws``: over a private socket that stays open. ``auto``: over the socket, and once more
over REST when it certainly was not executed there: the socket is away, does not offer the operation, takes no such
parameter, or does not know its own number of the instrument. Never after an unknown outcome.
"""
ROADS = ("rest", "ws", "auto")


class Secret:
    """A text that cannot be shown by accident.

    ``str()``, ``repr()``, f-strings and pickling never reveal it; `reveal` does, and is the only way.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str | Secret) -> None:
        check_kind("a Secret's text", text, str, Secret)
        self._text: str = text._text if isinstance(text, Secret) else text

    def reveal(self) -> str:
        """Return the text. Call it only where the secret is used, never where it is shown."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled; pass credentials by environment or file")


class SecretHeaders(dict[str, str]):
    """HTTP headers that cannot be shown by accident: tools print the local variables of a traceback."""

    def __repr__(self) -> str:
        return f"<{len(self)} headers, values hidden>"

    __str__ = __repr__


class SecretBytes(bytes):
    """The body of a request, which may hold a token or a passphrase, and cannot be shown by accident either."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes, hidden>"

    __str__ = __repr__


def _refuse_blanks(name: str, text: str) -> None:
    """Refuse what was copied with a blank or a line's end: the exchange would only say that the key is wrong."""
    # A passphrase is a person's own text, in which blanks may be meant, but no line's end.
    if text != (text.rstrip("\r\n") if name == "passphrase" else text.strip()):
        raise BadParameter(f"{name} has a blank or a line's end around it: copy it without")


@dataclass(frozen=True, slots=True)
class Credentials:
    """One API key with its secret and passphrase.

    Args:
        api_key: The key's id; treated as a secret too, because logs travel.
        secret_key: Signs requests; never sent.
        passphrase: Chosen when the key was made; sent with each request.
    """

    api_key: Secret
    secret_key: Secret
    passphrase: Secret

    def __init__(self, api_key: str | Secret, secret_key: str | Secret, passphrase: str | Secret) -> None:
        for name, value in (("api_key", api_key), ("secret_key", secret_key), ("passphrase", passphrase)):
            if not isinstance(value, str | Secret):
                raise BadParameter(f"{name} must be text or a Secret, not {type(value).__name__}")
            if not Secret(value):
                raise BadParameter(f"{name} is empty")
            _refuse_blanks(name, Secret(value).reveal())
            object.__setattr__(self, name, Secret(value))

    @classmethod
    def from_env(cls, prefix: str = "OKX_") -> Credentials:
        """Read ``OKX_API_KEY``, ``OKX_SECRET_KEY`` and ``OKX_PASSPHRASE`` (or another prefix).

        Raises:
            BadParameter: A variable is missing or empty; the message names it.
        """
        return cls._from_mapping(
            {
                "api_key": os.environ.get(prefix + "API_KEY", ""),
                "secret_key": os.environ.get(prefix + "SECRET_KEY", ""),
                "passphrase": os.environ.get(prefix + "PASSPHRASE", ""),
            },
            {
                "api_key": f"environment variable {prefix}API_KEY",
                "secret_key": f"environment variable {prefix}SECRET_KEY",
                "passphrase": f"environment variable {prefix}PASSPHRASE",
            },
        )

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], table: str = "okx") -> Credentials:
        """Read ``api_key``, ``secret_key`` and ``passphrase`` from one table of a TOML file.

        Raises:
            BadParameter: The file, the table or a key is missing; the message names it, never its value.
        """
        import tomllib  # these two only for those who have such a file
        from pathlib import Path

        file = Path(path)
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadParameter(f"credentials file {file}: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            # The parser's message may quote the line, and the line may hold the secret.
            raise BadParameter(f"credentials file {file} is not valid TOML") from None
        found = content.get(table)
        if not isinstance(found, dict):
            raise BadParameter(f"credentials file {file} has no table [{table}]")
        names = ("api_key", "secret_key", "passphrase")
        return cls._from_mapping(
            {name: found.get(name, "") for name in names},
            {name: f"key {name!r} of [{table}] in {file}" for name in names},
        )

    @classmethod
    def _from_mapping(cls, values: Mapping[str, object], places: Mapping[str, str]) -> Credentials:
        for name, place in places.items():
            if not isinstance(values[name], str) or not values[name]:
                raise BadParameter(f"{place} is missing, empty or not text")
        return cls(**{name: str(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class Site:
    """One exchange site: hosts, paths and headers for REST and every socket, as one value.

    A key works only on the site where it was made and only in its own environment (protocol.md, "Addresses"),
    so region and live/demo are chosen here, once, for everything.

    Args:
        name: How errors and logs call it.
        rest: Base URL of REST, without a trailing slash.
        sockets: URL of each socket by its name: ``public``, ``private``, ``business`` for V5, ``v3`` for V3.
        headers: Sent with every REST request, e.g. the demo header.
        demo: Whether this is demo trading.
    """

    name: str
    rest: str
    sockets: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False

    GLOBAL: ClassVar[Site]
    DEMO: ClassVar[Site]
    EEA: ClassVar[Site]
    EEA_DEMO: ClassVar[Site]
    US: ClassVar[Site]
    US_DEMO: ClassVar[Site]
    OKEX_2020: ClassVar[Site]
    OKEX_2020_DEMO: ClassVar[Site]
    OKCOIN: ClassVar[Site]
    OKCOIN_JAPAN: ClassVar[Site]

    def __post_init__(self) -> None:
        check_kind("rest", self.rest, str, example="'https://openapi.okx.com'")
        check_kind("sockets", self.sockets, Mapping, example="{'public': 'wss://ws.okx.com/ws/v5/public'}")
        object.__setattr__(self, "rest", self.rest.rstrip("/"))
        for what, url in (("rest", self.rest), *self.sockets.items()):
            wanted = ("http://", "https://") if what == "rest" else ("ws://", "wss://")
            if not isinstance(url, str) or not url.startswith(wanted):
                raise BadParameter(f"site {self.name}: {what} must start with {' or '.join(wanted)}, got {url!r}")

    def socket(self, endpoint: str) -> str:
        """Return the URL of one socket.

        Raises:
            WrongSite: This site has no such socket, usually because it speaks the other dialect.
        """
        try:
            return self.sockets[endpoint]
        except KeyError:
            raise WrongSite(
                f"site {self.name} has no {endpoint!r} socket, only {', '.join(sorted(self.sockets))}; "
                "use OKX with V5 sites and OKEx with V3 sites"
            ) from None

    def at(self, *, rest: str | None = None, sockets: Mapping[str, str] | None = None) -> Site:
        """Return a copy with other URLs, for a proxy host or a server of your own."""
        return replace(self, rest=rest or self.rest, sockets={**self.sockets, **(sockets or {})})


def _v5(name: str, rest: str, host: str, *, demo: bool = False) -> Site:
    sockets = {kind: f"wss://{host}/ws/v5/{kind}" for kind in ("public", "private", "business")}
    return Site(name, rest, sockets, {"x-simulated-trading": "1"} if demo else {}, demo)


# protocol.md (V5 WebSocket), "Addresses": default TLS port; 8443 was switched off on 2026-10-31.
Site.GLOBAL = _v5("global", "https://openapi.okx.com", "ws.okx.com")
Site.DEMO = _v5("global demo", "https://openapi.okx.com", "wspap.okx.com", demo=True)
Site.EEA = _v5("EEA", "https://eea.okx.com", "wseea.okx.com")
Site.EEA_DEMO = _v5("EEA demo", "https://eea.okx.com", "wseeapap.okx.com", demo=True)
Site.US = _v5("US", "https://us.okx.com", "wsus.okx.com")
Site.US_DEMO = _v5("US demo", "https://us.okx.com", "wsuspap.okx.com", demo=True)
# protocol.md (V3), "Hosts and URLs". Kept as the documents print them; whether they still answer is unverified.
Site.OKEX_2020 = Site("OKEx 2020", "https://www.okex.com", {"v3": "wss://real.okex.com:8443/ws/v3"})
Site.OKEX_2020_DEMO = Site(
    "OKEx 2020 demo",
    "https://www.okex.com",
    {"v3": "wss://real.okex.com:8443/ws/v3?brokerId=9999"},
    {"x-simulated-trading": "1"},
    True,
)

# Sister exchanges of the same dialect. Their hosts are those of their own SDKs and of recordings, not of the documents.
Site.OKCOIN = Site("OKCoin", "https://www.okcoin.com", {"v3": "wss://real.okcoin.com:8443/ws/v3"})
Site.OKCOIN_JAPAN = Site("OKCoin Japan", "https://www.okcoin.jp", {"v3": "wss://connect.okcoin.jp:443/ws/v3"})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    Args:
        connect: For a TCP and TLS connection, REST and WebSocket alike.
        read: For the next bytes of a REST answer.
        total: For one whole REST attempt.
        reply: For the reply to a login, a subscription or an order on a socket.
        close: For a clean shutdown; what is not done by then is cut.
        limit: For a rate limit's turn; what would have to wait for longer raises `Throttled` at once, before anything
            is sent. ``None`` waits as long as it takes. `waiting` changes it for single calls.
    """

    connect: float = 10.0
    read: float = 10.0
    total: float = 20.0
    reply: float = 10.0
    close: float = 5.0
    limit: float | None = None

    def __post_init__(self) -> None:
        for name in ("connect", "read", "total", "reply"):
            check_seconds(name, getattr(self, name))
        check_seconds("close", self.close, zero=True)
        if self.limit is not None:
            check_seconds("limit", self.limit, zero=True)


@dataclass(frozen=True, slots=True)
class Resolution:
    """How the client finds out what became of an order when no answer came, in seconds.

    An order that the exchange does not know may still be on its way. So each is sent with a moment after which the
    exchange takes it no more, and only what is not found after that counts as lost. That moment is V5's ``expTime``
    where there is one, and else a signature dated back: the exchange takes none that is more than 30 s old. (V5
    "Private request headers", V3 "Timestamps")

    Args:
        patience: How long a call waits for the outcome; then it raises `OutcomeUnknown`, and looking goes on behind it.
            0 raises at once.
        expire: For how long the exchange may take what was sent with such a moment; an earlier ``exp_time`` of the
            caller's counts. A signature lasts for 30 s at the most.
        arrive: How long a cancellation may be on its way that has no such moment: it went over the socket, or was sent
            once more because the first one was refused as too old.
        undated: The same for what opens or changes an order: spread orders over the socket (``orders="ws"``), what is
            sent with an access token, which is not signed, and everything else as long as the exchange's clock is not
            known. What is signed is too old for the exchange after 30 s. Over the socket and with a token nothing
            documented ends its time: there this is a span that should do, and no promise of the exchange's. With less,
            one that was held up on its way may come after it was called lost.
        settle: How long after that the exchange's records may lag behind.
    """

    patience: float = 10.0
    expire: float = 3.0
    arrive: float = 3.0
    undated: float = 30.0
    settle: float = 1.0

    def __post_init__(self) -> None:
        for name in ("patience", "settle"):
            check_seconds(name, getattr(self, name), zero=True)
        for name in ("expire", "arrive", "undated"):
            check_seconds(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class LocalLimits:
    """Rate limits that this client keeps for itself: nobody else uses its keys or its address.

    Args:
        margin: Seconds added to every window, for what the exchange's clock and ours do not share.
        orders: New and amended orders the sub-account may send in 2 s; its fill ratio may raise them, see
            `OKX.follow_order_limit`. (V5 "Rate limits")
        lead: Instruments on which the account leads copy traders; their limits are lower.
        user: Whose limits these are. Keys of one sub-account share its limits, so clients that use several keys of one
            sub-account give the same name here; by default each key counts as a user of its own.
    """

    margin: float = 0.02
    orders: int = 1000
    lead: Collection[str] = ()
    user: str = ""

    def __post_init__(self) -> None:
        check_seconds("margin", self.margin, zero=True)
        check_count("orders", self.orders)
        check_kind("user", self.user, str)
        if isinstance(self.lead, str):
            raise BadParameter("lead takes several instrument ids, e.g. ['BTC-USDT-SWAP'], not one text")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisLimits(LocalLimits):
    """Rate limits that several processes and machines share through Redis; needs the extra ``redis``.

    Every process that uses the same keys, or the same outgoing address, gives the same ``url``, ``salt`` and
    ``namespace``. What each may do is decided by one script in Redis by its own clock, in one step for all limits
    of a request. While Redis is away, each process keeps to its ``share`` of every limit, and says so.

    Processes that Redis is away from while others still reach it add their shares to what the others use.

    Args:
        url: Where Redis is, e.g. ``redis://user:password@host:6379/0``; kept as a secret.
        salt: Any text of your own; names in Redis are hashed with it, so that nobody can tell whose they are.
        share: Part of every limit that this process uses while Redis is away. The shares of all processes must not add
            up to more than 1: for four processes 0.25.
        namespace: Beginning of every name in Redis.
        address: A name of the outgoing IP address; machines with different addresses have different limits per
            address, so give each address its own name. By default all share one.
        timeout: Seconds after which an answer of Redis counts as missing.
        probe: Seconds between attempts to reach Redis again.
        lease: Seconds for which a request without an answer keeps its place, e.g. because its process died; longer
            than any request takes.
    """

    url: str | Secret
    salt: str | Secret
    share: float
    namespace: str = "okx"
    address: str = ""
    timeout: float = 1.0
    probe: float = 0.5
    lease: float = 30.0

    def __post_init__(self) -> None:
        super(RedisLimits, self).__post_init__()  # slots make a new class, which `super()` does not know
        for name in ("url", "salt"):
            if not isinstance(getattr(self, name), str | Secret) or not Secret(getattr(self, name)):
                raise BadParameter(f"{name} must be text and not empty")
            object.__setattr__(self, name, Secret(getattr(self, name)))
        if not 0 < self.share <= 1:
            raise BadParameter(f"share must be more than 0 and at most 1, got {self.share!r}")
        if not self.namespace or set("{}:") & set(self.namespace):
            raise BadParameter(f"namespace must be text without braces and colons, got {self.namespace!r}")
        for name in ("timeout", "probe", "lease"):
            check_seconds(name, getattr(self, name))
