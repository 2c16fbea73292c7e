"""``okx-async sim``: runs the simulated exchange until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import signal
from typing import Literal

import orjson

from ..errors import BadParameter
from .common import OK, Commands, command

__all__ = ["add", "run"]

EXAMPLES = """\
  okx-async sim --port 8080
  okx-async watch BTC-USDT --site http://127.0.0.1:8080
  okx-async sim --port 8080 --aliases all
  okx-async sim --checksum zero --rate 100 --instruments 200
  okx-async sim --faults faults.toml --latency 0.05

prints one line of JSON when it is ready: rest, ws, ws_v3 and the credentials that can log in

a file of faults is TOML or JSON; at, every and args are optional, times are seconds of the simulator's clock:
  [[fault]]
  at = 5
  what = "drop"
  where = { channel = "books", inst_id = "BTC-USDT" }
  args = { times = 2 }
  [[fault]]
  every = 300
  what = "maintenance"
  args = { after = 60 }

programs on the same machine may ask and steer it while it runs (unless --no-admin is given):
  curl $REST/admin/status
  curl "$REST/admin/truth?instId=BTC-USDT&depth=5"
  curl $REST/admin/faults
  curl $REST/admin/faults -H "Content-Type: application/json" -d '[{"what": "close", "args": {"code": 4005}}]'
  curl $REST/admin/faults -X DELETE
"""


_STATIC: dict[str, bool | Literal["all"]] = {"reads": True, "all": "all", "none": False}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "sim", "Run the exchange simulator: REST and WebSocket, V5 and V3.", EXAMPLES)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="where to listen; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="of everything random (default: 7)")
    parser.add_argument("--instruments", type=int, default=12, metavar="N", help="how many (default: 12)")
    parser.add_argument("--rate", type=float, default=20.0, metavar="N", help="market steps per second (default: 20)")
    parser.add_argument(
        "--checksum",
        choices=("on", "zero", "absent"),
        default="on",
        help="what books carry: true CRC32s, zeros as the exchange since 2026-06, or none (default: on)",
    )
    parser.add_argument(
        "--aliases",
        type=_aliases,
        default=(),
        metavar="A,B",
        help="futures that each family has beside its own, by their place in time: this_week, next_week, quarter, "
        "bi_quarter, or all",
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="S", help="seconds each way takes (default: 0)")
    parser.add_argument(
        "--skew", type=float, default=0.0, metavar="S", help="seconds its clock runs ahead (default: 0)"
    )
    parser.add_argument(
        "--no-limits", action="store_true", help="refuse nobody for asking too often or connecting too fast"
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help="be a demo environment: private requests need the header x-simulated-trading, as demo keys do",
    )
    parser.add_argument(
        "--static",
        choices=tuple(_STATIC),
        default="reads",
        help="answer what is not simulated with an example, marked X-Simulated: static: what only asks (reads), also "
        "what would change something and then does not (all), or nothing (none) (default: reads)",
    )
    parser.add_argument("--faults", metavar="FILE", help="what goes wrong and when: a .toml or .json file, see below")
    parser.add_argument("--list-faults", action="store_true", help="print every kind of fault and what it can be told")
    parser.add_argument("--no-admin", action="store_true", help="do not serve /admin/, which is for this machine only")
    parser.set_defaults(run=run)


def _aliases(text: str) -> tuple[str, ...]:
    from ..sim.calendar import ALIASES

    return ALIASES if text == "all" else tuple(text.split(","))


def _kinds() -> str:
    """Return the table of faults."""
    from ..sim.kinds import KINDS

    lines: list[str] = []
    for kind, spec in KINDS.items():
        told = ", ".join(spec.told) or "-"
        lines.append(f"{kind:16} {told:37} acts on {spec.group}{'' if spec.v3 else ' (V5 only)'}")
    return "\n".join(lines)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    if args.list_faults:
        print(_kinds())
        return OK
    # Where the loop cannot handle signals, Ctrl-C still is the usual way to stop a server.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(args))
    return OK


async def _serve(args: argparse.Namespace) -> None:
    from ..sim import Exchange

    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    try:
        sim = Exchange(
            seed=args.seed,
            instruments=args.instruments,
            rate=args.rate,
            checksum=args.checksum,
            host=args.host,
            port=args.port,
            skew_ms=round(args.skew * 1000),
            latency=args.latency,
            aliases=args.aliases,
            limits=not args.no_limits,
            faults=args.faults or (),
            admin=not args.no_admin,
            static=_STATIC[args.static],
            demo=args.demo,
        )
    except ValueError as error:
        raise BadParameter(str(error)) from None
    try:
        await sim.__aenter__()
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if isinstance(number, int) and number > 0 else str(error)
        raise BadParameter(f"cannot listen on {args.host} port {args.port}: {reason}") from None
    # The markets stay until the end; looking them over for garbage again and again costs a quarter of the pace.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    try:
        print(orjson.dumps(sim.ready_line()).decode(), flush=True)
        await stop.wait()
    finally:
        await sim.close()
