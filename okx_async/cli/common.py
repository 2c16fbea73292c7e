"""What the commands share: where to go, as whom, and how a failure becomes one line and an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeAlias

from ..client import OKX, OKEx
from ..core.names import did_you_mean
from ..errors import BadParameter, ConnectFailed, NotSent, OkxError, OutcomeUnknown, UsageError, WrongSite
from ..settings import Credentials, Site, Timeouts

__all__ = [
    "ALIASES",
    "INTERRUPTED",
    "NO",
    "OK",
    "WRONG",
    "Commands",
    "NotReached",
    "command",
    "is_alias",
    "named",
    "open_client",
    "positive",
    "say_why",
    "site_of",
    "verbosity",
    "where_options",
    "whole",
]

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]

OK, NO, WRONG, INTERRUPTED = 0, 1, 2, 130

V5_SITES = {
    "global": Site.GLOBAL,
    "demo": Site.DEMO,
    "eea": Site.EEA,
    "eea-demo": Site.EEA_DEMO,
    "us": Site.US,
    "us-demo": Site.US_DEMO,
}
V3_SITES = {
    "okex-2020": Site.OKEX_2020,
    "okex-2020-demo": Site.OKEX_2020_DEMO,
    "okcoin": Site.OKCOIN,
    "okcoin-japan": Site.OKCOIN_JAPAN,
}


ALIASES = (
    *("this_week", "next_week", "quarter", "bi_quarter"),
    *("this_month", "next_month", "next_quarter", "third_quarter"),
)
"""What a future's place in time is called: V3's words, then those that V5 alone has."""


class NotReached(ConnectFailed):
    """Nothing could be connected in the time that was given."""


# -- failures


def say_why(error: OkxError) -> int:
    """Print one line about an error and return the exit code that stands for it."""
    hint = "; try --sim, or another --site" if isinstance(error, ConnectFailed) else ""
    print(f"okx-async: {' '.join(str(error).split())}{hint}", file=sys.stderr)
    if isinstance(error, UsageError | NotSent):
        return WRONG
    return WRONG if isinstance(error, OutcomeUnknown) and isinstance(error, OSError) else NO


# -- options


def command(commands: Commands, name: str, text: str, examples: str) -> argparse.ArgumentParser:
    """Add a command with a help that ends in examples."""
    parser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbosity(parser)
    return parser


def verbosity(parser: argparse.ArgumentParser) -> None:
    """Add -v, which may stand before the command or behind it."""
    parser.add_argument(
        "-v", "--verbose", action="count", default=argparse.SUPPRESS, help="log to stderr; twice for everything"
    )


def where_options(parser: argparse.ArgumentParser, timeout: float, *, v3: bool = True) -> None:
    """Add the options that say which exchange is meant; ``v3`` tells whether the command speaks both dialects."""
    others = f"with --v3 {', '.join(V3_SITES)}; " if v3 else ""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--sim", action="store_true", help="use the built-in simulator instead of the real exchange")
    where.add_argument(
        "--site",
        metavar="SITE",
        help=f"{', '.join(V5_SITES)}; {others}or http://HOST:PORT of an `okx-async sim` (default: global)",
    )
    if v3:
        parser.add_argument("--v3", action="store_true", help="speak the 2020 OKEx dialect")
    else:
        parser.set_defaults(v3=False)
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="seed of the simulator (default: 7)")
    parser.add_argument(
        "--timeout",
        type=positive,
        default=timeout,
        metavar="S",
        help="give up when nothing was reached in S seconds (default: %(default)g)",
    )


def positive(text: str) -> float:
    """Read a number above 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def whole(text: str) -> int:
    """Read an int above 0."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


# argparse names the type in its message when a text is no number at all.
positive.__name__ = "number"
whole.__name__ = "whole number"


# -- clients


@asynccontextmanager
async def open_client(
    args: argparse.Namespace, *, keyed: bool = False, rolling: bool = False
) -> AsyncGenerator[OKX | OKEx, None]:
    """Open the client the options ask for, with a simulator behind it when that is wanted.

    Args:
        args: With the options of `where_options`.
        keyed: Whether it needs credentials: of the simulator, else of the environment.
        rolling: Whether the simulator needs a future for each alias.
    """
    async with AsyncExitStack() as stack:
        keys: Credentials | None = None
        if args.sim:
            # The server half is imported only when somebody wants it.
            from ..sim import Exchange
            from ..sim.calendar import ALIASES as CALENDAR

            sim = await stack.enter_async_context(Exchange(seed=args.seed, aliases=CALENDAR if rolling else ()))
            site = sim.site
            keys = sim.credentials[0] if keyed else None
        else:
            site = site_of(args.site, v3=args.v3)
            keys = _own_keys(args) if keyed else None
        timeouts = Timeouts(connect=min(10.0, args.timeout), close=0.5)
        client = (OKEx if args.v3 else OKX)(keys, site=site, timeouts=timeouts)
        yield await stack.enter_async_context(client)


def is_alias(name: str) -> bool:
    """Tell whether a name is that of a future's place in time, e.g. ``BTC-USD-quarter``, or is meant to be one."""
    underlying, _, last = name.rpartition("-")
    return last in ALIASES or ("-" in underlying and underlying.isupper() and last.islower())


async def named(client: OKX | OKEx, name: str) -> str:
    """Return the id that a name stands for now: an alias is looked up, everything else is an id already.

    Raises:
        UnknownInstrument: No future goes by that alias.
    """
    if not is_alias(name):
        return name
    underlying, _, alias = name.rpartition("-")
    if isinstance(client, OKEx):
        return (await client.instruments.alias(underlying, alias)).instrument_id
    return (await client.instruments.alias(underlying, alias)).inst_id


def site_of(name: str | None, *, v3: bool) -> Site:
    """Return a site by its name or by the address of a server that serves everything, as the simulator does."""
    sites = V3_SITES if v3 else V5_SITES
    if name is None:
        return next(iter(sites.values()))
    if name in sites:
        return sites[name]
    if name.startswith(("http://", "https://")):
        base = name.rstrip("/")
        sockets = {kind: f"ws{base[4:]}/ws/v5/{kind}" for kind in ("public", "private", "business")}
        return Site(name, base, {**sockets, "v3": f"ws{base[4:]}/ws/v3"})
    if name in V5_SITES or name in V3_SITES:
        raise WrongSite(f"site {name} speaks {'V5: leave out --v3' if v3 else 'V3: add --v3'}")
    raise BadParameter(f"no site {name!r}{did_you_mean(name, sites)}")


def _own_keys(args: argparse.Namespace) -> Credentials:
    if args.site is None:
        raise WrongSite("this needs a key, and a key works only where it was made: say so with --site")
    return Credentials.from_env()
