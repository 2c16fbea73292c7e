"""Client ids: fit for the exchange, never twice, and told from everybody else's."""

from __future__ import annotations

import os
import random
import re
import secrets
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okx_async import BadParameter
from okx_async.core.order_ids import NAMESPACE, OrderIds, belongs

NAMES = st.text("ABCZabcz0129", max_size=NAMESPACE)


@given(NAMES, st.integers(0, 2**32), st.integers(1, 300))
def test_ids_fit_the_exchange_and_never_come_twice(namespace: str, seed: int, count: int) -> None:
    """1 to 32 letters and digits (Place order, ``clOrdId``), whatever is drawn."""
    ids = OrderIds(namespace, random.Random(seed).getrandbits)
    made = [ids.make() for _ in range(count)]
    assert len(set(made)) == count
    assert all(re.fullmatch("[A-Za-z0-9]{1,32}", name) and name.startswith(namespace) for name in made)
    assert all(belongs(name, namespace) and ids.mine(name) for name in made)


@given(NAMES, NAMES)
def test_namespaces_are_told_apart(one: str, other: str) -> None:
    """Also where one begins with the other."""
    name = OrderIds(one, secrets.randbits).make()
    assert belongs(name, other) is (one == other)


@given(st.text(max_size=40), NAMES)
def test_other_texts_belong_to_nobody(name: str, namespace: str) -> None:
    assert belongs(name, namespace) is bool(
        name.startswith(namespace) and re.fullmatch("[A-Za-z0-9]{20}", name[len(namespace) :])
    )


def test_two_generators_do_not_meet() -> None:
    """Two runs of a program, or two programs of one namespace."""
    one, other = OrderIds("bot", secrets.randbits), OrderIds("bot", secrets.randbits)
    assert not {one.make() for _ in range(1000)} & {other.make() for _ in range(1000)}
    assert not one.mine(other.make())
    assert belongs(other.make(), "bot")


def test_a_generator_whose_count_is_used_up_draws_anew() -> None:
    draws = iter((1, 2))
    ids = OrderIds("", lambda _: next(draws))
    first = ids.make()
    ids._tails = iter(())
    assert ids.make() == first[:13] + "2" + "000000"


FORK = """
import os, secrets
from okx_async.core.order_ids import OrderIds
ids = OrderIds("bot", secrets.randbits)
ids.make()
if os.fork() == 0:
    print(ids.make(), flush=True)
    os._exit(0)
os.wait()
print(ids.make())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_does_not_go_on_with_its_parents_ids() -> None:
    made = subprocess.run([sys.executable, "-c", FORK], check=True, capture_output=True, text=True).stdout.split()
    assert len(set(made)) == 2


@pytest.mark.parametrize("namespace", ["a" * 13, "a-b", "ä", "a b", None, 5])
def test_a_namespace_is_short_and_plain(namespace: object) -> None:
    with pytest.raises(BadParameter, match="namespace"):
        OrderIds(namespace, secrets.randbits)  # type: ignore[arg-type]
