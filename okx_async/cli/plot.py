"""``okx-async plot``: a book or bars as a picture."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar, cast

from ..client import OKX
from ..core.names import did_you_mean
from ..errors import BadParameter
from ..plot import candles, depth, need, save, suffix_of
from ..v5.channels.bars import BARS
from ..v5.instruments import type_of
from .common import OK, Commands, NotReached, command, is_alias, named, open_client, where_options, whole

__all__ = ["add", "run", "units"]

T = TypeVar("T")

EXAMPLES = """\
  okx-async plot depth BTC-USDT --out depth.png --sim
  okx-async plot candles BTC-USDT --bar 1m --out candles.svg --sim
  okx-async plot candles ETH-USDT-SWAP --bar 1H --count 200 --out eth.png

needs matplotlib: pip install 'okx-async[plot]'
"""
MOST = {"depth": 400, "candles": 1440}
USUAL = {"depth": 400, "candles": 120}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "plot", "Draw an order book or bars to a PNG or SVG file.", EXAMPLES)
    parser.add_argument("what", choices=("depth", "candles"), help="cumulative book, or bars with volume")
    parser.add_argument("inst_id", metavar="INST_ID", help="e.g. BTC-USDT")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .png or .svg")
    parser.add_argument("--bar", metavar="BAR", help="length of a bar: 1s, 1m, 1H, 1Dutc ... (default: 1m)")
    parser.add_argument("--count", type=whole, metavar="N", help="levels a side (400) or bars (120)")
    where_options(parser, timeout=10.0, v3=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the data, draw it and say where it is."""
    suffix_of(args.out)
    if not args.out.parent.is_dir():
        raise BadParameter(f"there is no directory {args.out.parent}")
    _check(args)
    need("matplotlib", "plot")
    count = args.count or USUAL[args.what]
    if args.what == "depth":
        book = asyncio.run(_read(args, lambda okx: okx.market.books(args.inst_id, sz=count)))
        px, sz = units(args.inst_id)
        figure = depth(book.bids, book.asks, title=f"{args.inst_id} order book", px_unit=px, sz_unit=sz, ts=book.ts)
    else:
        bar = args.bar or "1m"
        rows = asyncio.run(
            _read(args, lambda okx: okx.pages(okx.market.candles, args.inst_id, bar=bar).first(count).all())
        )
        px, sz = units(args.inst_id)
        figure = candles(rows, title=f"{args.inst_id} {bar}", px_unit=px, vol_unit=sz)
    save(figure, args.out)
    print(args.out)
    return OK


def _check(args: argparse.Namespace) -> None:
    if args.what == "depth" and args.bar is not None:
        raise BadParameter("--bar is for candles: a book has no bars")
    if args.bar is not None and args.bar not in BARS:
        raise BadParameter(f"no bar {args.bar!r}{did_you_mean(args.bar, BARS)}")
    if args.count is not None and args.count > MOST[args.what]:
        raise BadParameter(f"--count is at most {MOST[args.what]} for {args.what}, got {args.count}")


async def _read(args: argparse.Namespace, read: Callable[[OKX], Awaitable[T]]) -> T:
    async with open_client(args, rolling=is_alias(args.inst_id)) as opened:
        client = cast("OKX", opened)  # there is no --v3 here
        args.inst_id = await named(client, args.inst_id)
        await client.check_instrument(args.inst_id)
        deadline = asyncio.timeout(args.timeout)
        try:
            async with deadline:
                return await read(client)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise NotReached(f"{client.site.rest} did not answer within {args.timeout:g} s") from None


def units(inst_id: str) -> tuple[str, str]:
    """Return the units of prices and sizes of an instrument, by its id."""
    base, _, rest = inst_id.partition("-")
    kind = type_of(inst_id)
    quote = rest.partition("-")[0]
    if kind == "SPOT":
        return quote, base
    # Options are quoted in the coin itself.
    return (base if kind == "OPTION" else quote.partition("_")[0]), "contracts"
