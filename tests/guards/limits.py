"""The guards of budgets, and how long requests may take."""

from __future__ import annotations

from .mutation import Mutation

LIMITS = (
    Mutation(
        "throttle",
        "okx_async/core/throttle.py",
        "return wait + GUARD if wait >= 0 else 0.0",
        "return 0.0",
        ("tests/core/test_budgets.py",),
    ),
    Mutation(
        "no more algo orders alive than V3 allows",
        "okx_async/sim/accounts_v3/algo_limits.py",
        "sum(1 for _ in alive) >= most",
        "sum(1 for _ in alive) > most",
        ("tests/sim/accounts_v3/test_algo_limits_v3.py::test_one_more_than_may_be_alive_is_refused",),
    ),
    Mutation(
        "a limit holds a place until the answer",
        "okx_async/net/turns.py",
        "        _hold(want)\n        return True",
        "        return True",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "a limit's more urgent requests go first",
        "okx_async/net/turns.py",
        "heappush(heads, (ticket.rank, ticket.number, lane, ticket))",
        "heappush(heads, (0, ticket.number, lane, ticket))",
        ("tests/net/test_turns.py",),
    ),
    Mutation(
        "room gathers for who comes first",
        "okx_async/net/turns.py",
        "closed.update(lacking)",
        "pass",
        ("tests/net/test_turns.py",),
    ),
    Mutation(
        "a refusal slows its limit down",
        "okx_async/net/limits.py",
        "            bucket.refused(now)\n",
        "            pass\n",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "what an order wants is forgotten with its budgets",
        "okx_async/net/limits.py",
        "        self._wants.clear()\n",
        "",
        ("tests/net/test_limits.py",),
    ),
    Mutation(
        "budgets of orders are told apart by all that counts",
        "okx_async/core/claims.py",
        'values.get("ord_type") in _EXEMPT_KINDS, ',
        "False, ",
        ("tests/core/test_claims.py",),
    ),
    Mutation(
        "a request that hears nothing ends",
        "okx_async/net/fetch.py",
        "        self._connected()\n",
        "        pass\n",
        ("tests/net/test_fetch.py",),
    ),
    Mutation(
        "a time-out around a request stays what it is",
        "okx_async/net/watch.py",
        "return task.uncancel() <= watched.others",
        "return True",
        ("tests/net/test_fetch.py",),
    ),
    Mutation(
        "a request never waits past its deadline",
        "okx_async/net/turns.py",
        "if inf > wait > left:",
        "if False:",
        ("tests/net/test_turns.py",),
    ),
    Mutation(
        "shared limits hold a place until the answer",
        "okx_async/net/limits.lua",
        "now + lease + window, '~'",
        "now, '~'",
        ("tests/net/test_shared.py",),
    ),
    Mutation(
        "shared limits are empty-handed after a loss of memory",
        "okx_async/net/limits.lua",
        "    born = now\n",
        "    born = 0\n",
        ("tests/net/test_shared.py",),
    ),
    Mutation(
        "a raised number of orders counts at once",
        "okx_async/net/limits.py",
        "            bucket.resize(count)\n",
        "",
        ("tests/system/test_order_limit.py",),
    ),
    Mutation(
        "the smaller number of orders counts around a change",
        "okx_async/orderlimit.py",
        "self._keep(min(told))",
        "self._keep(told[0])",
        ("tests/system/test_order_limit.py",),
    ),
    Mutation(
        "the exchange cuts a number of orders",
        "okx_async/sim/accounts/meter.py",
        "self._ratios.limit(user), _ACCOUNT_SECONDS",
        "10_000, _ACCOUNT_SECONDS",
        ("tests/sim/accounts/test_ratios.py",),
    ),
)
