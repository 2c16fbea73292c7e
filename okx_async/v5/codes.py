"""What V5's codes mean: one class each, and a remedy where there is one. (Error Code; WebSocket codes)

All of them are in ``codes.txt``, which is read at the first refusal. Here is what needs more than that table says.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.refusals import Codes, Meaning, meanings
from ..errors import (
    AuthorizationEnded,
    AuthRefused,
    BadRequest,
    ChannelRefused,
    ClockSkew,
    CodeRefused,
    NotAllowed,
    NotAvailable,
    RateLimited,
    Refused,
    TokenExpired,
    TokenRefused,
    WrongEnvironment,
)

__all__ = ["CODES"]

_REGION = (
    "the key is not known here: it may belong to another region (Site.GLOBAL, Site.EEA, Site.US) or to the other "
    "environment (live or demo); a key works only on the site where it was made"
)
_CLOCK = "this machine's clock is too far from the exchange's"
_TIER = "the account's fee tier is too low for this channel (VIP4); use `books` instead"

_ASK_AGAIN = "let the user authorize again"
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
    "50116": (BadRequest, "delete the Fast API key that is there first"),
    "50117": (NotAllowed, "only API brokers may make keys for their users"),
    "50118": (NotAllowed, "register a list of IP addresses for the application, or leave bind_app out"),
    "53000": (TokenRefused, "refresh it; if that fails, let the user authorize again"),
    "53001": (AuthorizationEnded, _ASK_AGAIN),
    "53002": (TokenExpired, "refresh it"),
    "53003": (TokenRefused, f"a refresh or a revocation killed it: use the newer one, or {_ASK_AGAIN}"),
    "53004": (NotAllowed, "the user's account is frozen; only the user can clear that with the exchange"),
    "53005": (AuthorizationEnded, f"it was used, is too old, or was revoked: {_ASK_AGAIN}"),
    "53006": (AuthRefused, "give the id of the device that the user authorized (TERMID)"),
    "53009": (AuthRefused, "check client id, client secret and code verifier"),
    "53010": (BadRequest, "the message names the parameter"),
    "53011": (BadRequest, "the message names the parameter"),
    "53012": (CodeRefused, f"a code lives about ten minutes and works once: {_ASK_AGAIN}"),
    "53013": (NotAllowed, "the token's scope does not cover this: ask for a wider one"),
    "53014": (AuthRefused, "put this machine's address on the list of servers of the application"),
    "53015": (BadRequest, "shorten it"),
    "53016": (BadRequest, "it must equal the registered one, to the letter"),
    "53017": (NotAllowed, "ask the exchange to enable Fast API for the application"),
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
_UNKNOWN = frozenset(("50004", "51054", "51149"))


def _documented() -> Mapping[str, Meaning]:
    return meanings(__package__ or "")


# How RFC 6749 words what the token endpoint says. Unverified: the documents have numbers only.
_WORDS: dict[str, tuple[type[Refused], str]] = {
    "invalid_client": (AuthRefused, "check client id and client secret"),
    "invalid_grant": (AuthorizationEnded, f"the code or the refresh token is used, too old or revoked: {_ASK_AGAIN}"),
    "invalid_scope": (BadRequest, "ask for scopes that the application was granted"),
}

CODES = Codes(
    _KINDS | _WORDS, no_instrument=frozenset(("51001",)), login=_LOGIN, unknown=_UNKNOWN, documented=_documented
)
