"""Rules over several parameters: what is against them never leaves, and the message says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from okx_async.core.rules import Rule, every, needs, one_at_most, when
from okx_async.errors import BadParameter

CASES: list[tuple[Rule, dict[str, Any], dict[str, Any], str]] = [
    (needs("a", "b"), {"b": "1"}, {"a": "1"}, "a needs 'b' beside it"),
    (needs("a", "b", "c"), {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "1"}, "a needs 'c' beside it"),
    (when("a", "false", "b"), {"a": "true"}, {"a": "false"}, "a 'false' needs 'b' beside it"),
    (when("a", True, "b"), {"a": False}, {"a": True}, "a True needs 'b' beside it"),
    (one_at_most("a", "b"), {"b": "1", "c": "1"}, {"a": "1", "b": "1"}, "'a' and 'b' exclude each other: give one"),
    (every(when("a", "2", "c"), needs("a", "b")), {"a": "1", "b": "1"}, {"a": "1"}, "needs 'b'"),
]


@pytest.mark.parametrize(("rule", "fine", "wrong", "said"), CASES)
def test_a_rule_lets_the_right_through_and_says_what_is_wrong(
    rule: Rule, fine: Mapping[str, Any], wrong: Mapping[str, Any], said: str
) -> None:
    """Silence, or a sentence."""
    rule(fine)
    with pytest.raises(BadParameter, match=said):
        rule(wrong)
