"""Draws a watched book with rich: asks above, bids below, the spread between them, trades at the side.

Prices are drawn only while the book is LIVE. Otherwise the screen says what is wrong, and shows no number that
somebody might take for the market.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, zip_longest

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text

from ..core.book import BookProof, BookState
from ..core.bookview import BookSnapshot, Level
from .view import Print, View

__all__ = ["Ladder"]

COLOURS = {BookState.LIVE: "green", BookState.SYNCING: "yellow", BookState.STALE: "magenta", BookState.BROKEN: "red"}
EXPLAINED = {
    BookState.LIVE: "",
    BookState.SYNCING: "waiting for a snapshot",
    BookState.STALE: "right once, unknown now",
    BookState.BROKEN: "a guard failed; asking for a new snapshot",
}
SHORT = {"sequence": "seq", "checksum": "crc"}
ASK, BID = "red", "green"
EIGHTHS = " ▏▎▍▌▋▊▉"
FRAME = 5
"""Lines that are not levels: two of header, a rule, the middle, the footer."""
TAPE = 33
"""Columns of the tape; there is none on narrow screens."""
NARROW = 72


@dataclass(frozen=True, slots=True)
class _Form:
    """Column widths and decimals that all rows of one picture share."""

    px_places: int
    sz_places: int
    px_width: int
    sz_width: int
    biggest: Decimal
    width: int


class Ladder:
    """Draws one view again and again; remembers sizes, to mark what changed, and decimals, to keep columns still.

    Args:
        levels: Most levels a side; fewer when the screen is lower.
    """

    def __init__(self, levels: int) -> None:
        self._levels = levels
        self._sizes: dict[str, Decimal] = {}
        self._places = [0, 0]

    def draw(self, view: View, age: float, width: int, height: int) -> Group:
        """Return a picture of exactly ``height`` lines, unless ``--levels`` asks for fewer.

        Args:
            view: What to draw.
            age: Seconds since the book's last message.
            width: Columns of the screen.
            height: Lines of the screen.
        """
        room = max(1, min(self._levels, (height - FRAME) // 2))
        wide = width if width < NARROW else width - TAPE
        if not view.book.live:
            body = _warning(view, 2 * room + 1, width)
        else:
            body = self._market(view, room, wide)
            if wide < width:
                body = _beside(body, _tape(view.tape, len(body), self._places[0]), wide)
        head = (_title(view, width), _proof(view.book.proof, width), Text("─" * width, "dim"))
        return Group(*head, *body, _footer(view, age, width))

    # -- the market

    def _market(self, view: View, room: int, width: int) -> list[Text]:
        picture = view.book.snapshot(room)
        asks, bids = picture.asks(), picture.bids()
        form = self._form([*asks, *bids], width)
        fresh = self._fresh([*asks, *bids])
        lines = [Text("")] * (room - len(asks))
        lines += [_level(level, ASK, form, level.row[0] in fresh) for level in reversed(asks)]
        lines.append(_middle(picture, width))
        lines += [_level(level, BID, form, level.row[0] in fresh) for level in bids]
        return lines + [Text("")] * (room - len(bids))

    def _form(self, levels: list[Level], width: int) -> _Form:
        self._places[0] = max([self._places[0], *(_places(level.px) for level in levels)])
        self._places[1] = max([self._places[1], *(_places(level.sz) for level in levels)])
        px, sz = self._places
        return _Form(
            px,
            sz,
            max((len(f"{level.px:,.{px}f}") for level in levels), default=0),
            max((len(f"{level.sz:,.{sz}f}") for level in levels), default=0),
            max((level.sz for level in levels), default=Decimal(0)),
            width,
        )

    def _fresh(self, levels: list[Level]) -> set[str]:
        """Return the prices whose size is not what the picture before showed."""
        before = self._sizes
        self._sizes = {level.row[0]: level.sz for level in levels}
        return {px for px, sz in self._sizes.items() if before and before.get(px) != sz}


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _level(level: Level, colour: str, form: _Form, fresh: bool) -> Text:
    line = Text(" ")
    line.append(f"{level.px:,.{form.px_places}f}".rjust(form.px_width), f"bold {colour}")
    size = f"{level.sz:,.{form.sz_places}f}".rjust(form.sz_width)
    line.append(f"  {size} ", "bold" if fresh else "")
    room = form.width - line.cell_len - 2
    line.append(_bar(level.sz / form.biggest if form.biggest else Decimal(0), room), colour)
    return line


def _bar(share: Decimal, room: int) -> str:
    """Return a bar in steps of an eighth of a column; what is there at all is seen."""
    eighths = max(1, int(share * room * 8)) if room > 0 else 0
    whole, rest = divmod(eighths, 8)
    return "█" * whole + EIGHTHS[rest].strip()


def _middle(picture: BookSnapshot, width: int) -> Text:
    spread, mid = picture.spread, picture.mid
    if spread is None or mid is None:
        words = "nobody bids" if picture.best_ask else "nobody asks" if picture.best_bid else "empty book"
    else:
        name = "CROSSED" if picture.crossed else "spread"
        share = f" ({spread / mid * 10_000:.2f} bp)" if mid > 0 else ""
        words = f"{name} {spread:,f}{share}  ·  mid {mid:,f}"
    line = Text("── ", "dim")
    line.append(words, "bold yellow" if picture.crossed else "bold")
    line.append(" " + "─" * max(0, width - line.cell_len - 3), "dim")
    return _fit(line, width)


# -- around it


def _title(view: View, width: int) -> Text:
    book = view.book
    line = Text(" ")
    line.append(view.inst_id, "bold")
    line.append(f"  {view.channel}  ", "cyan")
    line.append(view.place, "dim")
    badge = Text(f" {book.state.value} ", f"bold reverse {COLOURS[book.state]}")
    line = _fit(line, max(0, width - badge.cell_len - 2))
    line.append(" ")
    line.append(badge)
    return line


def _proof(proof: BookProof, width: int) -> Text:
    line = Text(f" seq {'-' if proof.seq_id is None else proof.seq_id}")
    # While the book is not LIVE nothing guards it, whatever its channel carries.
    guards = proof.guards if proof.state is BookState.LIVE else ()
    line.append("  guards ", "dim")
    line.append("+".join(SHORT[each] for each in guards) or "none", "green" if guards else "yellow")
    line.append(f"  {proof.vouched if guards else 0} levels vouched")
    line.append("  crc ", "dim")
    line.append(f"{proof.crc_verified} ok", "green" if proof.crc_verified else "")
    line.append(f" {proof.crc_failed} failed", "bold red" if proof.crc_failed else "dim")
    line.append(f" {proof.crc_absent} absent", "yellow" if proof.crc_absent else "dim")
    return _fit(line, width)


def _footer(view: View, age: float, width: int) -> Text:
    proof = view.book.proof
    line = Text(" age ", "dim")
    line.append(f"{age * 1000:,.0f} ms".rjust(8) if proof.snapshots else "-".rjust(8), "")
    line.append("  chain ", "dim")
    line.append(str(proof.chain))
    line.append("  resyncs ", "dim")
    line.append(str(view.resyncs), "yellow" if view.resyncs else "")
    line.append(f"  {view.rate:.0f} changes/s")
    if width < NARROW and view.tape and view.book.live:
        last = view.tape[0]
        line.append(f"  last {last.px:f}", _side(last))
    return _ends(line, Text("Ctrl-C ends ", "dim"), width)


def _warning(view: View, height: int, width: int) -> list[Text]:
    """Say why there are no prices, in the middle of the room they would take."""
    state, colour = view.book.state, COLOURS[view.book.state]
    said = [Text(f"● {state.value}", f"bold {colour}"), Text(EXPLAINED[state])]
    if view.book.cause:
        said += [Text(part, "dim") for part in _wrapped(view.book.cause, width - 4)]
    if view.line:
        said += [Text(""), *(Text(part, "yellow") for part in _wrapped(view.line, width - 4))]
    said += [Text(""), Text("no prices are shown while nothing vouches for them", "dim")]
    said = [_fit(Text(" " * max(0, (width - line.cell_len) // 2)).append(line), width) for line in said[:height]]
    above = (height - len(said)) // 2
    return [Text("")] * above + said + [Text("")] * (height - len(said) - above)


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and cell_len(lines[-1]) + 1 + cell_len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# -- the tape


def _tape(prints: Iterable[Print], height: int, places: int) -> list[Text]:
    shown = list(islice(prints, height - 1))
    places = max([places, *(_places(each.px) for each in shown)])  # a price is never rounded
    prices = [f"{each.px:,.{places}f}" for each in shown]
    room = max((len(px) for px, each in zip(prices, shown, strict=True) if not each.note), default=0)
    return [Text("trades", "dim"), *(_print(each, px.rjust(room)) for each, px in zip(shown, prices, strict=True))]


def _print(each: Print, px: str) -> Text:
    line = Text(f"{each.clock} ", "dim")
    if each.note:
        return line.append(each.note, "yellow")
    line.append(f"{'▲' if each.side == 'buy' else '▼'} {px} ", _side(each))
    return line.append(f"{each.sz:f}")


def _side(each: Print) -> str:
    return BID if each.side == "buy" else ASK


def _beside(left: Sequence[Text], right: Sequence[Text], width: int) -> list[Text]:
    lines: list[Text] = []
    for one, other in zip_longest(left, right, fillvalue=Text("")):
        line = _fit(one.copy(), width).append("│ ", "dim")
        line.append(_fit(other.copy(), TAPE - 3))
        lines.append(line)
    return lines


# -- fitting


def _fit(line: Text, width: int) -> Text:
    """Cut or fill a line to a width."""
    line.truncate(width, overflow="ellipsis", pad=True)
    return line


def _ends(left: Text, right: Text, width: int) -> Text:
    """Put two texts at the ends of a line; the left one wins when there is not room for both."""
    if left.cell_len + right.cell_len > width:
        return _fit(left, width)
    return _fit(left, width - right.cell_len).append(right)
