"""What V5's codes mean: one class each, and a remedy where there is one. (Error Code; WebSocket codes)

All of them are in ``codes.txt``, which is read at the first refusal. Here is what needs more than that table says.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.refusals import Codes, Meaning, meanings
from ..errors import (
    AuthRefused,
    BadRequest,
    ChannelRefused,
    ClockSkew,
    NotAllowed,
    NotAvailable,
    RateLimited,
    Refused,
    WrongEnvironment,
)

__all__ = ["CODES"]

_REGION = (
    "the key is not known here: it may belong to another region (Site.GLOBAL, Site.EEA, Site.US) or to the other "
    "environment (live or demo); a key works only on the site where it was made"
)
_CLOCK = "this machine's clock is too far from the exchange's"
_TIER = "the account's fee tier is too low for this channel (VIP4); use `books` instead"

_DEMO = "this is not offered in demo trading"

_KINDS: dict[str, tuple[type[Refused], str]] = {
    "50013": (RateLimited, ""),
    "50035": (NotAllowed, "bind the key to this machine's IP address"),
    "50036": (BadRequest, "this machine's clock may be wrong, or the moment was too near"),
    "50038": (NotAvailable, _DEMO),
    "50061": (RateLimited, "the sub-account's order limit is used up"),
    "50101": (WrongEnvironment, _REGION),
    "50102": (ClockSkew, _CLOCK),
    "50105": (AuthRefused, "the passphrase is wrong"),
    "50110": (AuthRefused, "the key is bound to other IP addresses"),
    "50111": (AuthRefused, "the API key is wrong"),
    "50112": (ClockSkew, "the timestamp could not be read"),
    "50113": (AuthRefused, "the secret key is wrong, or something changed the request on its way"),
    "50114": (AuthRefused, "the key lacks the permission"),
    "50119": (WrongEnvironment, _REGION),
    "50120": (AuthRefused, "give the key the right, or use another one"),
    "51121": (BadRequest, "round the size to a multiple of the instrument's lot_sz"),
    "51020": (BadRequest, "see the instrument's min_sz"),
    "60004": (ClockSkew, "the timestamp could not be read"),
    "60005": (WrongEnvironment, _REGION),
    "60006": (ClockSkew, _CLOCK),
    "60007": (AuthRefused, "the secret key is wrong"),
    "60008": (ChannelRefused, "this socket does not serve the channel"),
    "60009": (AuthRefused, _REGION),
    "60011": (AuthRefused, "this channel needs credentials"),
    "60012": (ChannelRefused, ""),
    "60013": (ChannelRefused, ""),
    "60018": (ChannelRefused, "no such channel or instrument, or not on this socket"),
    "60024": (AuthRefused, "the passphrase is wrong"),
    "60027": (ChannelRefused, ""),
    "60028": (BadRequest, "orders go over the private socket, those of spreads over the business socket"),
    "60029": (ChannelRefused, _TIER),
    "60030": (ChannelRefused, _TIER),
    "60032": (WrongEnvironment, _REGION),
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

# For these nobody knows whether the request was executed. (REST protocol, "Partial failure")
# 64007: an internal error of the socket. (WebSocket codes)
_UNKNOWN = frozenset(("50004", "51054", "51149", "64007"))


def _documented() -> Mapping[str, Meaning]:
    return meanings(__package__ or "")


CODES = Codes(_KINDS, no_instrument=frozenset(("51001",)), login=_LOGIN, unknown=_UNKNOWN, documented=_documented)
