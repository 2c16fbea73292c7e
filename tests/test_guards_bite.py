"""Every guard is missed by a test when it is taken away."""

from __future__ import annotations

import pytest

from tests.guards import MUTATIONS, Mutation, red_tests


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_test_goes_red_without_the_guard(mutation: Mutation) -> None:
    """One guard removed, one red test at least."""
    assert red_tests(mutation)
