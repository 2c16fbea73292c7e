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
    "no such key is known on this site: it may belong to another region (Site.GLOBAL, Site.EEA, Site.US) or to the "
    "other environment (live or demo), or was deleted; a key works only on the site where it was made, and "
    "`okx-async doctor` finds that site"
)
_ENVIRONMENT = (
    "the key belongs to the other environment: a key made in demo trading works only on a demo site such as "
    "Site.DEMO, every other one only on a live site such as Site.GLOBAL"
)
_CLOCK = "this machine's clock is too far from the exchange's: let a time service (NTP) set it"
_PHRASE = (
    "the passphrase is wrong: it is the one chosen when the key was made, not the password of the account; nobody can "
    "tell it, so make a new key when it is lost"
)
_SIGNATURE = (
    "the signature is wrong: the secret key is not the one of this API key, or something changed the request on its way"
)
_ADDRESS = (
    "this machine's public IP address is not on the key's list: add it there on the web site, or send from a listed one"
)
_PERMISSION = (
    "the key lacks the permission for this: `account.config` tells what it may do (perm); give it the right on the web "
    "site, or use another key"
)
_MODE = (
    "the account's mode does not allow this: `account.config` tells the mode (acct_lv); change it with "
    "`account.set_account_level`, or choose another td_mode or instrument"
)
_LOGIN_FIRST = "this needs a login: give the client credentials, or wait until its line is logged in"
_TIER = "the account's fee tier is too low for this channel (VIP4); use `books` instead"

_DEMO = "this is not offered in demo trading; use a live site"
_ASK_AGAIN = "let the user authorize again"

_KINDS: dict[str, tuple[type[Refused], str]] = {
    "50013": (RateLimited, ""),
    "50030": (NotAllowed, _PERMISSION),
    "50035": (
        NotAllowed,
        "this call wants a key that is bound to IP addresses: bind the key to this machine's on the web site",
    ),
    "50036": (BadRequest, "this machine's clock may be wrong, or the moment was too near"),
    "50038": (NotAvailable, _DEMO),
    "50061": (RateLimited, "the sub-account's order limit is used up"),
    "50101": (WrongEnvironment, _ENVIRONMENT),
    "50102": (ClockSkew, _CLOCK),
    "50105": (AuthRefused, _PHRASE),
    "50110": (AuthRefused, _ADDRESS),
    "50111": (
        AuthRefused,
        "the API key is not a valid one: look for a missing part, a blank or a mix-up with the secret key",
    ),
    "50112": (ClockSkew, "the timestamp could not be read: set this machine's clock"),
    "50113": (AuthRefused, _SIGNATURE),
    "50114": (AuthRefused, _PERMISSION),
    "50119": (WrongEnvironment, _REGION),
    "50120": (AuthRefused, _PERMISSION),
    "50121": (NotAllowed, "the exchange does not serve this machine's IP address: send from another one"),
    "51010": (BadRequest, _MODE),
    "51057": (BadRequest, _MODE),
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
    "51128": (BadRequest, _MODE),
    "51139": (BadRequest, _MODE),
    "54075": (BadRequest, _MODE),
    "59113": (NotAllowed, "the account lacks an identity check for this: finish level 2 on the web site"),
    "60004": (ClockSkew, "the timestamp could not be read: set this machine's clock"),
    "60005": (WrongEnvironment, _REGION),
    "60006": (ClockSkew, _CLOCK),
    "60007": (AuthRefused, _SIGNATURE),
    "60008": (ChannelRefused, "this socket does not serve the channel"),
    "60009": (AuthRefused, "the login failed, and the exchange does not say why: `okx-async doctor` finds the reason"),
    "60011": (AuthRefused, _LOGIN_FIRST),
    "60012": (ChannelRefused, ""),
    "60013": (ChannelRefused, ""),
    "60018": (ChannelRefused, "no such channel or instrument, or not on this socket"),
    "60024": (AuthRefused, _PHRASE),
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


# How RFC 6749 words what the token endpoint says. Unverified: the documents have numbers only.
_WORDS: dict[str, tuple[type[Refused], str]] = {
    "invalid_client": (AuthRefused, "check client id and client secret"),
    "invalid_grant": (AuthorizationEnded, f"the code or the refresh token is used, too old or revoked: {_ASK_AGAIN}"),
    "invalid_scope": (BadRequest, "ask for scopes that the application was granted"),
}

CODES = Codes(
    _KINDS | _WORDS, no_instrument=frozenset(("51001",)), login=_LOGIN, unknown=_UNKNOWN, documented=_documented
)
