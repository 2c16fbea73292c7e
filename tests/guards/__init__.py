"""Every guard of the package, and what takes it away: ``python -m tests.guards`` shows the test that goes red for each.

A guard that no test misses is no guard. Each mutation changes one place of a copy of the package; the named tests are
run on the copy and must fail. ``tests/test_guards_bite.py`` does the same inside the suite.
"""

from __future__ import annotations

from .limits import LIMITS
from .market import MARKET
from .mutation import Mutation
from .orders import ORDERS
from .run import ROOT, red_tests
from .secrets import SECRETS
from .state import STATE

__all__ = ["MUTATIONS", "ROOT", "Mutation", "red_tests"]

MUTATIONS = (*MARKET, *LIMITS, *SECRETS, *ORDERS, *STATE)
