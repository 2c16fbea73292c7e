"""What V3's codes mean: one class each, and a remedy where there is one. (Error codes)

All of them are in ``codes.txt``, which is read at the first refusal. Here is what needs more than that table says.
"""

from __future__ import annotations

from ..core.refusals import Codes, meanings
from ..errors import AuthRefused, BadRequest, ChannelRefused, ClockSkew, InsufficientFunds, Refused, WrongEnvironment

__all__ = ["CODES"]

_REGION = (
    "no such key is known on this site: it may belong to another site or to the other environment (live or demo), or "
    "was deleted; a key works only where it was made"
)
_CLOCK = "this machine's clock is too far from the exchange's: let a time service (NTP) set it"
_ADDRESS = (
    "this machine's public IP address is not on the key's list: add it there on the web site, or send from a listed one"
)
_SIGNATURE = (
    "the signature is wrong: the secret key is not the one of this API key, or something changed the request on its way"
)
_LAG = "after a fill the balance may lag behind the order channel: wait for the account channel or read it again"

_FULL = "cancel one that is alive, or wait until one has ended"
_TOO_MANY = ("32046", "32049", "32053", "32058", "33036", "35072", "35077", "35083", "36225", "36226")

_KINDS: dict[str, tuple[type[Refused], str]] = {
    **dict.fromkeys(_TOO_MANY, (Refused, _FULL)),
    "30005": (ClockSkew, "the timestamp could not be read: set this machine's clock"),
    "30006": (WrongEnvironment, _REGION),
    "30008": (ClockSkew, _CLOCK),
    "30011": (AuthRefused, _ADDRESS),
    "30012": (
        AuthRefused,
        "the key lacks the permission for this: give it the right on the web site, or use another key",
    ),
    "30013": (AuthRefused, _SIGNATURE),
    "30015": (
        AuthRefused,
        "the passphrase is wrong: it is the one chosen when the key was made, so make a new key when it is lost",
    ),
    "30016": (AuthRefused, "a V1 key does not work on V3: make a new key"),
    "30017": (WrongEnvironment, _REGION),
    "30018": (WrongEnvironment, _REGION),
    "30024": (BadRequest, "an unknown instrument is answered like this, too"),
    "30027": (AuthRefused, "the login failed, or the order is not yours: look at key, secret key and passphrase first"),
    "30040": (ChannelRefused, "no such channel or instrument"),
    "30041": (AuthRefused, "this channel needs a login: give the client credentials"),
    "32015": (InsufficientFunds, _LAG),
    "32076": (Refused, "cancel the pending close orders first, e.g. with `cancel_all`"),
    "33017": (InsufficientFunds, _LAG),
    "34021": (Refused, "put the address on the web site's list first"),
    "34032": (AuthRefused, "use the master account's key"),
    "35047": (InsufficientFunds, _LAG),
}

_LOGIN = frozenset(("30001", "30002", "30003", "30004", "30005", "30006", "30008", "30013", "30015", "30027", "30042"))

# The documents name no code that leaves an outcome open; these are answered when something broke inside the server.
_UNKNOWN = frozenset(("30009", "30030", "30044", "32047"))


CODES = Codes(
    _KINDS,
    no_instrument=frozenset(("30032", "35001", "36002")),
    login=_LOGIN,
    unknown=_UNKNOWN,
    documented=lambda: meanings(__package__ or ""),
)
