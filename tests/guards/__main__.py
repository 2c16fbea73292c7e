"""``python -m tests.guards``"""

from __future__ import annotations

from . import MUTATIONS, red_tests


def main() -> int:
    """Try every mutation and print the first red test of each."""
    survived = 0
    for mutation in MUTATIONS:
        red = red_tests(mutation)
        survived += not red
        told = f"RED   {red[0][:140]}" if red else "SURVIVED: no test misses this guard"
        print(f"{mutation.name:32} {told}", flush=True)
    return 1 if survived else 0


raise SystemExit(main())
