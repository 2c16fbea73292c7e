"""What V5's codes mean: one class each, and a remedy where there is one. (Error Code; WebSocket codes)"""

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

_REGION = (
    "the key is not known here: it may belong to another region (Site.GLOBAL, Site.EEA, Site.US) or to the other "
    "environment (live or demo); a key works only on the site where it was made"
)
_CLOCK = "this machine's clock is too far from the exchange's"
_TIER = "the account's fee tier is too low for this channel (VIP4); use `books` instead"

_KINDS: dict[str, tuple[type[Refused], str]] = {
    "50011": (RateLimited, ""),
    "50013": (RateLimited, ""),
    "50040": (RateLimited, ""),
    "50061": (RateLimited, "the sub-account's order limit is used up"),
    "60014": (RateLimited, ""),
    "60023": (RateLimited, ""),
    "50102": (ClockSkew, _CLOCK),
    "50112": (ClockSkew, "the timestamp could not be read"),
    "60004": (ClockSkew, "the timestamp could not be read"),
    "60006": (ClockSkew, _CLOCK),
    "50101": (WrongEnvironment, _REGION),
    "50119": (WrongEnvironment, _REGION),
    "60005": (WrongEnvironment, _REGION),
    "60032": (WrongEnvironment, _REGION),
    "50103": (AuthRefused, ""),
    "50104": (AuthRefused, ""),
    "50105": (AuthRefused, "the passphrase is wrong"),
    "50106": (AuthRefused, ""),
    "50107": (AuthRefused, ""),
    "50110": (AuthRefused, "the key is bound to other IP addresses"),
    "50111": (AuthRefused, "the API key is wrong"),
    "50113": (AuthRefused, "the secret key is wrong, or something changed the request on its way"),
    "50114": (AuthRefused, "the key lacks the permission"),
    "60007": (AuthRefused, "the secret key is wrong"),
    "60009": (AuthRefused, _REGION),
    "60011": (AuthRefused, "this channel needs credentials"),
    "60024": (AuthRefused, "the passphrase is wrong"),
    "60026": (AuthRefused, ""),
    "60031": (AuthRefused, ""),
    "50001": (Unavailable, ""),
    "50004": (Unavailable, ""),
    "50005": (Unavailable, ""),
    "50026": (Unavailable, ""),
    "63999": (Unavailable, ""),
    "64007": (Unavailable, ""),
    "50014": (BadRequest, ""),
    "50015": (BadRequest, ""),
    "50016": (BadRequest, ""),
    "51000": (BadRequest, ""),
    "60008": (ChannelRefused, "this socket does not serve the channel"),
    "60012": (ChannelRefused, ""),
    "60013": (ChannelRefused, ""),
    "60018": (ChannelRefused, "no such channel or instrument, or not on this socket"),
    "60027": (ChannelRefused, ""),
    "60029": (ChannelRefused, _TIER),
    "60030": (ChannelRefused, _TIER),
    "60033": (ChannelRefused, ""),
    "64000": (ChannelRefused, "use inst_family"),
    "64001": (ChannelRefused, "the channel moved to the business socket"),
    "64002": (ChannelRefused, "the channel is not on the business socket"),
    "64003": (ChannelRefused, _TIER),
    "64004": (ChannelRefused, "books-l2-tbt of the same instrument is already open on this connection"),
}

_LOGIN = frozenset(
    ("60004", "60005", "60006", "60007", "60009", "60023", "60024", "60026", "60031", "60032", "63999", "50101")
)

CODES = Codes(_KINDS, no_instrument=frozenset(("51001",)), login=_LOGIN)
