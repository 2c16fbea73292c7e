"""Every guard is missed by a test when it is taken away: a few of them here, all with ``-m soak``."""

from __future__ import annotations

import pytest

from tests.guards import MUTATIONS, ROOT, Mutation, red_tests

CORE = {
    "sequence",
    "checksum",
    "throttle",
    "redaction of secrets",
    "a lost line ends what is on its way",
    "written down before it is sent",
    "a fill is told once",
}
"""One of each kind; each takes seconds."""


def name(mutation: Mutation) -> str:
    """Return what a mutation is called."""
    return mutation.name


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name)
def test_a_guard_stands_where_it_is_looked_for(mutation: Mutation) -> None:
    """Else the long run would tell of a guard that is not there."""
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.guard) == 1


@pytest.mark.parametrize("mutation", [each for each in MUTATIONS if each.name in CORE], ids=name)
def test_a_test_goes_red_without_the_guard(mutation: Mutation) -> None:
    """One guard removed, one red test at least."""
    assert red_tests(mutation)


@pytest.mark.soak
@pytest.mark.parametrize("mutation", [each for each in MUTATIONS if each.name not in CORE], ids=name)
def test_a_test_goes_red_without_any_other_guard(mutation: Mutation) -> None:
    """The same for the rest; ``python -m tests.guards`` prints them."""
    assert red_tests(mutation)
