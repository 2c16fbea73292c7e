"""``okx-async doctor``: finds out why a program does not get through."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, replace

import orjson

from ..doctor import Doctor, Finding
from ..errors import BadParameter
from ..settings import Credentials, Site
from .common import NO, OK, V5_SITES, Commands, command, site_of, where_options

__all__ = ["add", "run"]

EXAMPLES = """\
  okx-async doctor                            the way to the exchange, without a key
  okx-async doctor --site eea                 with the key of the environment, if there is one
  okx-async doctor --sim --json

The key comes from OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE and is used only where --site says that it was made.
When the exchange does not know it there, the other sites of the exchange are tried and the right one is named.
"""
VARIABLES = ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE")
DEMO = {"x-simulated-trading": "1"}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "doctor", "Check network, clock, key and account, one after the other.", EXAMPLES)
    parser.add_argument("--json", action="store_true", help="one line of JSON per check")
    where_options(parser, timeout=10.0, v3=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run every check and print what it found."""
    return asyncio.run(_run(args))


async def _run(args: argparse.Namespace) -> int:
    failures = 0
    async with AsyncExitStack() as stack:
        key: Credentials | Finding | None
        if args.sim:
            # The server half is imported only when somebody wants it.
            from ..sim import Exchange

            sim = await stack.enter_async_context(Exchange(seed=args.seed))
            site, key = sim.site, sim.credentials[0]
        else:
            site, key = site_of(args.site, v3=False), _own_key(args.site)
        doctor = Doctor(
            site,
            None if isinstance(key, Finding) else key,
            others=others(site),
            patience=args.timeout,
            simulated=args.sim,
        )
        if not args.json:
            print(f"okx_async looks over the {'demo' if site.demo else 'live'} site {site.name!r}\n", flush=True)
        if isinstance(key, Finding):
            failures += _tell(key, json=args.json)
        async for finding in doctor.findings():
            failures += _tell(finding, json=args.json)
    if not args.json:
        print(f"\n{failures} failed" if failures else "\nall is well")
    return NO if failures else OK


def _own_key(site: str | None) -> Credentials | Finding | None:
    """Return the key of the environment, or what is wrong with it; ``None`` when there is none."""
    if not any(os.environ.get(name) for name in VARIABLES):
        return None
    if site is None:
        said = "there is a key in the environment, but nobody said where it was made"
        return Finding("site", "failed", said, "say so with --site; a guess is enough, the right one will be found")
    try:
        return Credentials.from_env()
    except BadParameter as error:
        return Finding("environment", "failed", str(error), f"set all of {', '.join(VARIABLES)}")


def others(site: Site) -> Mapping[str, Site]:
    """Return where a key may belong that a site does not know, by the option to give.

    A key goes to the exchange's own hosts only when it was meant for one of them.
    """
    if site in V5_SITES.values():
        return {f"--site {name}": other for name, other in V5_SITES.items()}
    if site.demo:
        return {}
    return {"the header x-simulated-trading": replace(site, name=f"{site.name} demo", headers=DEMO, demo=True)}


def _tell(finding: Finding, *, json: bool) -> bool:
    """Print a finding and tell whether it is a failure."""
    if json:
        print(orjson.dumps(asdict(finding)).decode(), flush=True)
    else:
        mark = finding.state.upper() if finding.state == "failed" else finding.state
        text = f"{finding.said}: {finding.remedy}" if finding.remedy else finding.said
        print(f"{mark:<9} {finding.check:<20} {text}", flush=True)
    return finding.state == "failed"
