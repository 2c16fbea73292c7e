"""The made-up API keys of the simulated exchange and its own check of what they sign."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from ..settings import Credentials
from .clock import Clock
from .instruments import seed_of
from .text import parse_iso

__all__ = ["Keyring", "PlainKey", "Verdict"]

_LOGIN_TEXT = "GET/users/self/verify"
_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_ANY_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


@dataclass(frozen=True, slots=True)
class PlainKey:
    """One key in plain text; made up from the seed, so there is nothing to hide.

    Args:
        api_key: Its name.
        secret_key: What signatures are made with.
        passphrase: Its passphrase.
        vip: Fee tier of its owner.
    """

    api_key: str
    secret_key: str
    passphrase: str
    vip: int = 0

    def credentials(self) -> Credentials:
        """Return the key as the client takes it."""
        return Credentials(self.api_key, self.secret_key, self.passphrase)


class Verdict(Enum):
    """What is wrong with a signature, in the order it is looked at."""

    GOOD = auto()
    MALFORMED_KEY = auto()
    UNKNOWN_KEY = auto()
    OTHER_ENVIRONMENT = auto()
    UNREADABLE_TIME = auto()
    EXPIRED = auto()
    WRONG_PASSPHRASE = auto()
    WRONG_SIGNATURE = auto()


class Keyring:
    """The keys that exist, at first one for each account, and one that exists in the demo environment only.

    Args:
        seed: Of the whole exchange.
        clock: Market time; signatures must be within 30 s of it.
        vip: The fee tier of each key.

    Attributes:
        keys: Those of the accounts the exchange opens with.
        demo: The one of the other environment.
    """

    def __init__(self, seed: int, clock: Clock, vip: Sequence[int]) -> None:
        self._clock = clock
        source = random.Random(seed_of(seed, "keys"))
        self.keys = [_make_key(source, tier) for tier in vip]
        self.demo = _make_key(random.Random(seed_of(seed, "demo keys")), 0)
        self._further = random.Random(seed_of(seed, "further keys"))
        self._by_name = {key.api_key: key for key in self.keys}

    def credentials(self) -> list[Credentials]:
        """Return the keys as the client takes them."""
        return [key.credentials() for key in self.keys]

    def make(self, passphrase: str = "") -> PlainKey:
        """Make one more key that opens the exchange, with a passphrase of its owner's choice."""
        key = _make_key(self._further, 0)
        if passphrase:
            key = replace(key, passphrase=passphrase)
        self._by_name[key.api_key] = key
        return key

    def forget(self, api_key: str) -> None:
        """Let a key be unknown from now on."""
        self._by_name.pop(api_key, None)

    def check_login(self, api_key: str, passphrase: str, timestamp: str, sign: str) -> Verdict:
        """Judge a socket login.

        Args:
            api_key: As sent.
            passphrase: As sent.
            timestamp: Seconds as text. V5's documents show whole ones; clients in use send decimals, too.
            sign: Base64 text.
        """
        return self._check(api_key, passphrase, _seconds(timestamp), timestamp + _LOGIN_TEXT, sign)

    def check_request(
        self, api_key: str, passphrase: str, timestamp: str, sign: str, text: str, *, epoch: bool = False
    ) -> Verdict:
        """Judge a REST request.

        Args:
            api_key: As sent.
            passphrase: As sent.
            timestamp: ISO 8601 in UTC with exactly three decimals.
            sign: Base64 text.
            text: What is signed behind the timestamp: method, path with query, and body.
            epoch: Whether the timestamp may be seconds with decimals, too, and ISO 8601 with any decimals or none: V3
                calls three of them usual.
        """
        ms = _iso(timestamp, _ANY_ISO if epoch else _ISO)
        if ms is None and epoch:
            ms = _seconds(timestamp)
        return self._check(api_key, passphrase, ms, timestamp + text, sign)

    def _check(self, api_key: str, passphrase: str, ms: int | None, text: str, sign: str) -> Verdict:
        if api_key == self.demo.api_key:
            return Verdict.OTHER_ENVIRONMENT
        key = self._by_name.get(api_key)
        if key is None:
            return Verdict.UNKNOWN_KEY if _FORM.fullmatch(api_key) else Verdict.MALFORMED_KEY
        if ms is None:
            return Verdict.UNREADABLE_TIME
        if not self._clock.accepts(ms):
            return Verdict.EXPIRED
        if passphrase != key.passphrase:
            return Verdict.WRONG_PASSPHRASE
        digest = hmac.new(key.secret_key.encode(), text.encode(), hashlib.sha256).digest()
        good = hmac.compare_digest(base64.b64encode(digest), sign.encode())
        return Verdict.GOOD if good else Verdict.WRONG_SIGNATURE


def _make_key(source: random.Random, vip: int) -> PlainKey:
    digits = f"{source.getrandbits(128):032x}"
    api_key = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return PlainKey(api_key, f"{source.getrandbits(128):032X}", f"Sim-{source.getrandbits(32):08x}", vip)


def _iso(text: str, form: re.Pattern[str]) -> int | None:
    try:
        return parse_iso(text) if form.fullmatch(text) else None
    except ValueError:  # a day that no month has
        return None


def _seconds(text: str) -> int | None:
    whole, point, part = text.partition(".")
    if not whole.isdecimal() or len(whole) > 11 or (point and not part.isdecimal()):
        return None
    return int(whole) * 1000 + int((part + "000")[:3])
