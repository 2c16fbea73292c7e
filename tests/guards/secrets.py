"""The guards of credentials, tokens and what shows them."""

from __future__ import annotations

from .mutation import Mutation

LIFE = "tests/oauth/test_life.py"
USER = "okx_async/oauth/user.py"
SECRETS = (
    Mutation(
        "redaction of secrets",
        "okx_async/settings.py",
        "return \"Secret('***')\"",
        "return self._text",
        ("tests/system/test_canary.py",),
    ),
    Mutation(
        "redaction of headers",
        "okx_async/settings.py",
        'return f"<{len(self)} headers, values hidden>"',
        "return dict.__repr__(self)",
        ("tests/system/test_canary.py",),
    ),
    Mutation(
        "the library's logger is silent",
        "okx_async/net/pipe.py",
        "logger=_silent,",
        'logger=logging.getLogger("websockets.client"),',
        ("tests/system/test_canary.py",),
    ),
    Mutation(
        "names in Redis are hashed",
        "okx_async/net/limits.py",
        "return hashlib.blake2b(text.encode(), key=self._salt, digest_size=8).hexdigest()",
        "return text",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "one refresh for all who wait",
        USER,
        "if self._renewing is None:\n                if not self._due():\n                    return\n",
        "if True:\n                if not self._due():\n                    return\n",
        (f"{LIFE}::test_fifty_users_of_one_token_share_one_refresh_and_never_use_a_dead_one",),
    ),
    Mutation(
        "a refresh waits for requests under way",
        USER,
        "        await self._drained()\n",
        "",
        (f"{LIFE}::test_a_refresh_waits_for_requests_under_way_with_the_old_token",),
    ),
    Mutation(
        "a doubtful token is not used",
        USER,
        "self._doubtful = True  # nobody knows",
        "pass  # nobody knows",
        (f"{LIFE}::test_after_a_refresh_of_unknown_outcome_the_old_token_is_not_used",),
    ),
    Mutation(
        "one mended proof, not endless ones",
        "okx_async/net/caller.py",
        "                    raise\n                mended = True\n",
        "                    raise\n",
        (f"{LIFE}::test_a_second_refusal_is_told",),
    ),
    Mutation(
        "the state of an answer",
        "okx_async/oauth/login.py",
        "if not hmac.compare_digest(",
        "if False and not hmac.compare_digest(",
        ("tests/oauth/test_login.py",),
    ),
    Mutation(
        "the loopback answers to its own name only",
        "okx_async/oauth/loopback.py",
        'if hosts != [f"127.0.0.1:{self._port}"]:',
        "if False:",
        ("tests/oauth/test_loopback.py",),
    ),
    Mutation(
        "redaction of bodies",
        "okx_async/settings.py",
        'return f"<{len(self)} bytes, hidden>"',
        "return bytes.__repr__(self)",
        ("tests/system/test_canary_oauth.py",),
    ),
    Mutation(
        "redaction of answers to a login",
        "okx_async/oauth/login.py",
        "answer = told = query_of(answer)",
        "told = query_of(answer)",
        ("tests/system/test_canary_oauth.py",),
    ),
)
