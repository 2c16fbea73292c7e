"""Everything that can go wrong, as one tree. Each branch answers a different question.

::

    OkxError
    ├── UsageError                      the call was wrong; nothing was sent
    │   ├── BadParameter                wrong name, type or value
    │   │   └── BadOrder                price or size does not fit the instrument's steps
    │   ├── UnknownInstrument           no such instrument (locally known, or the exchange said so)
    │   ├── UnknownChannel              no such channel, or not in this dialect
    │   ├── UnknownEndpoint             no such endpoint, or not in this dialect
    │   ├── WrongSite                   site and credentials or site and dialect do not fit
    │   ├── CredentialsNeeded           a private call on a client without a key
    │   │   └── AuthorizationNeeded     the user's OAuth authorization is over: ask again
    │   ├── ReadOnly                    a write on a client that only reads
    │   ├── CapabilityNeeded            a withdrawal, key or transfer out on a client not built for it
    │   │   └── AddressNotListed        a withdrawal to an address that is not on the client's list
    │   ├── ClientClosed                the client, stream or simulator is closed
    │   └── WrongLoop                   used from another event loop than the one it runs on
    ├── NotSent                         right call, but nothing happened on the exchange
    │   ├── ConnectFailed               no connection could be made
    │   ├── Throttled                   its rate limit would have made it wait for too long
    │   ├── NotArrived                  it was sent and got lost; the exchange has no trace of it and takes it no more
    │   ├── NotReconciled               orders of an earlier run are not looked up yet, so new ones must wait
    │   └── JournalFailed               it could not be written down before it was to be sent
    ├── Refused                         the exchange answered: no
    │   ├── RateLimited                 too many requests; nothing was executed
    │   ├── AuthRefused                 key, signature, clock or permission not accepted
    │   │   ├── WrongEnvironment        key of another region or of live/demo
    │   │   ├── ClockSkew               the timestamp was too far from server time
    │   │   ├── CodeRefused             an OAuth authorization code was not accepted
    │   │   └── TokenRefused            an OAuth token was not accepted
    │   │       ├── TokenExpired        it is too old: refresh it
    │   │       └── AuthorizationEnded  no token will be accepted any more
    │   ├── BadRequest                  the exchange did not accept a parameter
    │   ├── NotAllowed                  the account may not do this
    │   ├── NotAvailable                not offered, not yet, not here, or not any more
    │   ├── NotFound                    no such order, position, quote...
    │   ├── InsufficientFunds           balance, margin or quota is too low
    │   ├── ChannelRefused              one subscription was refused
    │   └── Unavailable                 maintenance, overload or an internal error
    ├── OutcomeUnknown                  sent, but nobody knows what came of it
    │   ├── TimedOut                    no answer in time
    │   ├── ConnectionLost              the line broke before the answer
    │   ├── Unconfirmed                 the exchange itself answered that it does not know
    │   └── BadAnswer                   an answer came but cannot be read
    ├── AuthorizationFailed             a user was asked for an OAuth authorization, and none came
    │   ├── AuthorizationDenied         the user, or the exchange, said no
    │   ├── StateMismatch               an answer that does not belong to the question
    │   └── AuthorizationTimedOut       nobody answered in time
    ├── FileRefused                     a downloaded file is not what it should be
    └── StateError                      what you want to read is not there now
        ├── BookNotLive                 the order book cannot be vouched for
        ├── MirrorNotLive               orders, positions and balances cannot be vouched for
        ├── NotReady                    a file is still being made, or a quote is not what was asked for
        ├── SlowConsumer                a stream with policy "raise" overflowed
        └── TokenStoreFailed            OAuth tokens cannot be read or kept

Data is in attributes, text in ``str()``. No error carries a key, passphrase, signature or token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

__all__ = [
    "AddressNotListed",
    "AuthRefused",
    "AuthorizationDenied",
    "AuthorizationEnded",
    "AuthorizationFailed",
    "AuthorizationNeeded",
    "AuthorizationTimedOut",
    "BadAnswer",
    "BadOrder",
    "BadParameter",
    "BadRequest",
    "BookNotLive",
    "CapabilityNeeded",
    "ChannelRefused",
    "ClientClosed",
    "ClockSkew",
    "CodeRefused",
    "ConnectFailed",
    "ConnectionLost",
    "CredentialsNeeded",
    "FileRefused",
    "InsufficientFunds",
    "JournalFailed",
    "MirrorNotLive",
    "NotAllowed",
    "NotArrived",
    "NotAvailable",
    "NotFound",
    "NotReady",
    "NotReconciled",
    "NotSent",
    "OkxError",
    "OpenIntent",
    "OutcomeUnknown",
    "RateLimited",
    "ReadOnly",
    "Refused",
    "SlowConsumer",
    "StateError",
    "StateMismatch",
    "Throttled",
    "TimedOut",
    "TokenExpired",
    "TokenRefused",
    "TokenStoreFailed",
    "Unavailable",
    "Unconfirmed",
    "UnknownChannel",
    "UnknownEndpoint",
    "UnknownInstrument",
    "UsageError",
    "WrongEnvironment",
    "WrongLoop",
    "WrongSite",
]


class OpenIntent(Protocol):
    """An order whose outcome is being found out: `okx_async.Intent`, as errors know it."""

    @property
    def outcome(self) -> str:
        """What is known just now: ``accepted``, ``rejected`` or ``unknown``."""
        ...

    @property
    def cl_ord_id(self) -> str:
        """The order's client id."""
        ...

    @property
    def ord_id(self) -> str:
        """The exchange's id, ``""`` while it is not known."""
        ...

    async def resolved(self, timeout: float | None = None) -> Any:
        """Wait until the outcome is known."""
        ...


class OkxError(Exception):
    """Base of every error this library raises on purpose.

    Attributes:
        retryable: Whether the same call may succeed later without changing anything.
    """

    retryable: bool = False


class UsageError(OkxError):
    """The call itself was wrong; nothing was sent."""


class BadParameter(UsageError, TypeError, ValueError):
    """A parameter has a wrong name, type or value.

    Also a ``TypeError`` and a ``ValueError``, because that is what Python users expect to catch.
    """


class BadOrder(BadParameter):
    """A price or size does not fit the steps of its instrument.

    Attributes:
        inst_id: The instrument.
        param: The parameter by the exchange's name.
        value: What was given.
    """

    def __init__(self, message: str, *, inst_id: str, param: str, value: str) -> None:
        super().__init__(message)
        self.inst_id = inst_id
        self.param = param
        self.value = value


class UnknownInstrument(UsageError, LookupError):
    """No instrument of that id is known.

    Raised before anything is sent when the instrument list is known, or from the exchange's own refusal.

    Attributes:
        inst_id: The id that was asked for.
        code: The exchange's code when the exchange said so, else ``None``.
        cause: What is wrong.
        remedy: What to do about it.
    """

    cause = "no such instrument is listed on this site"
    remedy = "look the id up among the instruments of this site, in the exchange's own spelling"

    def __init__(self, message: str, *, inst_id: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.inst_id = inst_id
        self.code = code


class UnknownChannel(UsageError, LookupError):
    """No channel of that name exists in this dialect."""


class UnknownEndpoint(UsageError, LookupError):
    """No endpoint of that name exists in this dialect."""


class WrongSite(UsageError):
    """The site does not fit: keys without a site, or a dialect the site does not speak."""


class CredentialsNeeded(UsageError):
    """A private call was made on a client that has no credentials."""


class ReadOnly(UsageError):
    """A call that needs more than the read right was made on a client with ``read_only=True``."""


class CapabilityNeeded(UsageError):
    """The call can empty the account or hand it over, and the client was not built for it.

    Attributes:
        capability: What the client must be built with: ``withdraw``, ``transfer_out`` or ``keys``.
    """

    def __init__(self, message: str, *, capability: str) -> None:
        super().__init__(message)
        self.capability = capability


class AddressNotListed(CapabilityNeeded):
    """A withdrawal would go to an address that is not on the client's list."""


class AuthorizationNeeded(CredentialsNeeded):
    """The user's OAuth authorization is over, so no request can be made: let the user authorize again.

    Raised before anything is sent once it is known; what the exchange said to it is the error's ``__cause__``.
    """


class ClientClosed(UsageError):
    """The client, stream or simulator was closed, or not opened yet."""


class WrongLoop(UsageError, RuntimeError):
    """Used from another event loop than the one it was opened on."""


class NotSent(OkxError):
    """The call was right, and it is certain that nothing happened on the exchange: it never got there."""

    retryable = True


class ConnectFailed(NotSent, ConnectionError):
    """No connection to the exchange could be made."""


class Throttled(NotSent):
    """Its rate limit would have made it wait for longer than it may: see `Timeouts.limit` and `waiting`."""


class NotArrived(NotSent):
    """It was sent and got lost on the way.

    The exchange has no trace of it, and what may still be under way comes too late to be taken: it may be sent again.
    """


class NotReconciled(NotSent):
    """Nobody knows yet what became of some orders of an earlier run, so no new ones are sent.

    Attributes:
        intents: Which; await their ``resolved()``.
    """

    def __init__(self, message: str, intents: Sequence[OpenIntent]) -> None:
        super().__init__(message)
        self.intents = tuple(intents)


class JournalFailed(NotSent):
    """The journal could not write it down, or look up what was written, so it was not sent."""


class _Answered(OkxError):
    """What an answer with a code carries."""

    usual_remedy = ""

    def __init__(
        self,
        code: str,
        msg: str,
        *,
        status: int | None = None,
        where: str = "",
        answer: object = None,
        hint: str = "",
        cause: str = "",
        retryable: bool | None = None,
    ) -> None:
        super().__init__(code, msg)
        self.code = code
        self.msg = msg
        self.status = status
        self.where = where
        self.answer = answer
        self.hint = hint
        self.cause = cause
        if retryable is not None:
            self.retryable = retryable

    @property
    def remedy(self) -> str:
        """What to do about it: for this code, else for all of its class; ``""`` for codes nobody documents."""
        if self.hint or self.usual_remedy:
            return self.hint or self.usual_remedy
        if not self.cause:
            return ""
        return "try again later" if self.retryable else "change what the cause names; the same call is refused again"

    def __str__(self) -> str:
        said = f"{self.code} {self.msg or self.cause}".strip() or f"HTTP {self.status}"
        text = f"{self.where}: {said}" if self.where else said
        return f"{text} ({self.hint})" if self.hint else text


class Refused(_Answered):
    """The exchange answered: no.

    Attributes:
        code: The exchange's code as text, ``""`` when it gave none.
        msg: The exchange's message, unchanged.
        status: HTTP status, or ``None`` on a socket.
        where: What was asked, e.g. ``GET /api/v5/market/ticker``; never with a secret.
        answer: The whole decoded answer, for what this library does not model.
        hint: What to do about just this code, ``""`` when there is nothing beyond `remedy`.
        cause: What the code means, ``""`` when the documents do not know it.
        retryable: Whether the same call may work later; the code decides where it is known, else the class.
    """


class RateLimited(Refused):
    """Too many requests; nothing was executed."""

    usual_remedy = (
        "wait until the limit has room again; the client paces calls by itself, but others may share the limit"
    )
    retryable = True


class AuthRefused(Refused):
    """Key, passphrase, signature, address or permission was not accepted."""

    usual_remedy = "check key, passphrase and permissions, and that the site is the one where the key was made"


class WrongEnvironment(AuthRefused):
    """The key does not exist here: it belongs to another region, or to live instead of demo."""

    usual_remedy = "use the site where the key was made"


class ClockSkew(AuthRefused):
    """The timestamp was too far from the exchange's clock."""

    usual_remedy = "set this machine's clock"
    retryable = True


class CodeRefused(AuthRefused):
    """An authorization code was not accepted: too old, used already, or not of this application."""


class TokenRefused(AuthRefused):
    """An OAuth token was not accepted."""


class TokenExpired(TokenRefused):
    """The access token is too old; a refresh brings a new one."""

    retryable = True


class AuthorizationEnded(TokenRefused):
    """The user took the authorization back, or the refresh token is no good: only the user can give a new one."""


class BadRequest(Refused):
    """The exchange did not accept a parameter."""

    usual_remedy = "correct the parameter the cause names"


class NotAllowed(Refused):
    """The account may not do this: a right, a check of identity, a region or a fee tier is missing."""

    usual_remedy = "get the right the cause names, on the web site of the exchange or from the owner of the account"


class NotAvailable(Refused):
    """Not offered, not yet, not here, or not any more."""

    usual_remedy = "use something else, or wait where the cause says when"


class NotFound(Refused):
    """No such order, position, quote or the like."""

    usual_remedy = "check the id, and that the thing was not finished long ago"


class InsufficientFunds(Refused):
    """Balance, margin or quota is too low."""

    usual_remedy = "lower the size, add funds, or free what other orders hold"


class ChannelRefused(Refused):
    """The exchange refused one subscription; the others of the connection go on."""

    usual_remedy = "check the channel, its arguments and the socket that serves it"


class Unavailable(Refused):
    """Maintenance, overload or an internal error of the exchange."""

    usual_remedy = "wait and try again; the status page and channel tell of planned work"
    retryable = True


class OutcomeUnknown(OkxError):
    """The request was sent, and nobody knows what came of it.

    A read may be repeated. Orders are looked up by the client itself, which goes on after this was raised.

    Attributes:
        intents: The orders it is about, as far as they are known; empty when it is not about orders.
    """

    retryable = True
    intents: tuple[OpenIntent, ...] = ()

    @property
    def intent(self) -> OpenIntent | None:
        """The order it is about, the first of several."""
        return self.intents[0] if self.intents else None


class TimedOut(OutcomeUnknown, TimeoutError):
    """No answer came in time."""


class ConnectionLost(OutcomeUnknown, ConnectionError):
    """The line broke before the answer came."""


class Unconfirmed(_Answered, OutcomeUnknown):
    """The exchange itself answered that it does not know what came of a request.

    Look the order up by its client id before sending again. The attributes are those of `Refused`.
    """

    usual_remedy = "look the order up by its client id before sending again"


class BadAnswer(OutcomeUnknown):
    """An answer came, but it cannot be read as what was promised.

    Attributes:
        raw: The first bytes of the answer, for a report.
        status: HTTP status, or ``None`` on a socket.
    """

    def __init__(self, message: str, *, raw: bytes = b"", status: int | None = None) -> None:
        super().__init__(message)
        self.raw = raw[:500]
        self.status = status


class AuthorizationFailed(OkxError):
    """A user was asked for an OAuth authorization, and none came of it."""


class AuthorizationDenied(AuthorizationFailed):
    """The user said no, or the exchange did.

    Attributes:
        error: The word of the answer, e.g. ``access_denied``.
    """

    def __init__(self, error: str) -> None:
        super().__init__(f"the authorization was not granted: {error}")
        self.error = error


class StateMismatch(AuthorizationFailed):
    """An answer carries another ``state`` than the question: it belongs to another login, or somebody made it up."""


class AuthorizationTimedOut(AuthorizationFailed, TimeoutError):
    """Nobody answered the authorize page in time."""


class FileRefused(OkxError):
    """A file could not be downloaded, or is not what it should be: too large, damaged, unsafe to unpack, or without
    the promised columns.

    Attributes:
        status: What the file server answered with, 0 when it was not the server that refused.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class StateError(OkxError):
    """What you want to read is not there now."""


class BookNotLive(StateError):
    """The order book cannot be vouched for at this moment, so it is not shown.

    Attributes:
        state: The book's state as text: ``SYNCING``, ``STALE`` or ``BROKEN``.
        cause: Why, in one sentence.
    """

    def __init__(self, topic: str, state: str, cause: str) -> None:
        super().__init__(
            f"the book {topic} is {state}: {cause}. Test `book.live` first, or read with "
            "`book.unverified` to take what is there without a guarantee"
        )
        self.topic = topic
        self.state = state
        self.cause = cause


class MirrorNotLive(StateError):
    """Orders, positions and balances cannot be vouched for at this moment, so they are not shown.

    Attributes:
        cause: Why, in one sentence.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"the mirror is not live: {cause}. Test `mirror.live` first, or read `mirror.last_known` to take what is "
            "there without a guarantee"
        )
        self.cause = cause


class NotReady(StateError):
    """What was asked for is not to be had now: a file is not made yet, or no quote was good enough and quick enough.
    Nothing was bought.
    """


class SlowConsumer(StateError):
    """A stream with policy ``raise`` overflowed because its consumer was too slow.

    Attributes:
        dropped: How many items were lost.
    """

    def __init__(self, topic: str, dropped: int) -> None:
        super().__init__(
            f"the consumer of {topic} fell behind and {dropped} item(s) were lost; read faster, "
            "raise `size`, or choose the policy 'latest', 'drop_oldest' or 'block'"
        )
        self.topic = topic
        self.dropped = dropped


class TokenStoreFailed(StateError):
    """OAuth tokens cannot be read or kept: a wrong passphrase, a damaged file, no keyring."""
