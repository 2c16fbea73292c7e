"""What V3's codes mean: one class each, and a remedy where there is one. (Error codes)"""

from __future__ import annotations

from ..core.refusals import Codes
from ..errors import (
    AuthRefused,
    BadRequest,
    ChannelRefused,
    ClockSkew,
    RateLimited,
    Refused,
    Unavailable,
    WrongEnvironment,
)

__all__ = ["CODES"]

_REGION = "the key is not known here: it may belong to another site or to the other environment (live or demo)"

_NOT_HERE = "the endpoint is offline"

_KINDS: dict[str, tuple[type[Refused], str]] = {
    "30001": (AuthRefused, "the key is missing"),
    "30002": (AuthRefused, "the signature is missing"),
    "30003": (AuthRefused, "the timestamp is missing"),
    "30004": (AuthRefused, "the passphrase is missing"),
    "30005": (ClockSkew, "the timestamp could not be read"),
    "30006": (WrongEnvironment, _REGION),
    "30008": (ClockSkew, "this machine's clock is too far from the exchange's"),
    "30009": (Unavailable, ""),
    "30010": (AuthRefused, ""),
    "30011": (AuthRefused, "this machine's IP address is not on the key's list"),
    "30012": (AuthRefused, "the key lacks the permission"),
    "30013": (AuthRefused, "the secret key is wrong, or something changed the request on its way"),
    "30014": (RateLimited, ""),
    "30015": (AuthRefused, "the passphrase is wrong"),
    "30016": (AuthRefused, "a V1 key does not work on V3"),
    "30017": (WrongEnvironment, _REGION),
    "30018": (WrongEnvironment, _REGION),
    "30019": (Unavailable, _NOT_HERE),
    "30022": (AuthRefused, "the key is frozen"),
    "30023": (BadRequest, ""),
    "30024": (BadRequest, "an unknown instrument is answered like this, too"),
    "30025": (BadRequest, ""),
    "30026": (RateLimited, ""),
    "30027": (AuthRefused, "the login failed"),
    "30030": (Unavailable, ""),
    "30035": (Unavailable, "this site does not offer trading now"),
    "30037": (Unavailable, _NOT_HERE),
    "30038": (Unavailable, "the matching engine is being upgraded; try again after about a minute"),
    "30039": (ChannelRefused, "the request was not understood"),
    "30040": (ChannelRefused, "no such channel or instrument"),
    "30041": (AuthRefused, "this channel needs credentials"),
    "30042": (AuthRefused, "already logged in"),
    "30043": (Unavailable, ""),
    "30044": (Unavailable, ""),
}

_LOGIN = frozenset(("30001", "30002", "30003", "30004", "30005", "30006", "30008", "30013", "30015", "30027", "30042"))

CODES = Codes(_KINDS, no_instrument=frozenset(("30032",)), login=_LOGIN)
