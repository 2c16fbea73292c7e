"""What tests do to an exchange by hand, beside what clients can: its people, lines, markets, and the truth of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ..settings import Credentials
from .accounts.bank import Money
from .accounts.chains import Deposit
from .accounts.copy_reading import read_share
from .accounts.ledger import Ledger
from .accounts.office import Office
from .accounts.people import Mode, User
from .accounts.venue import Venue
from .lines import Lines
from .market import Market
from .panel import Panel
from .publish import Publisher
from .query_v5 import Refusal
from .topics import Frozen
from .truth import Truth, truth_of

__all__ = ["Hands"]


class Hands:
    """An exchange as those see it who own it."""

    accounts: Office
    venue: Venue
    lines: Lines
    panel: Panel
    _markets: dict[str, Market]
    _publisher: Publisher

    @property
    def ledger(self) -> Ledger:
        """All the money, as the truth about it."""
        return self.accounts.bank.ledger

    def user(self, which: int | str = 0) -> User:
        """Return a user: the owner of `credentials` number so many, or one by uid or sub-account name.

        Raises:
            KeyError: There is none.
        """
        return self.accounts.bank.user(which)

    def add_user(
        self,
        name: str = "",
        *,
        master: User | None = None,
        vip: int = 0,
        mode: Mode = Mode.FUTURES,
        funding: Money | None = None,
        trading: Money | None = None,
    ) -> User:
        """Take in one more user, with a key; see `Bank.add_user`."""
        bank = self.accounts.bank
        user = bank.add_user(name, master=master, vip=vip, mode=mode, funding=funding, trading=trading)
        bank.give_key(user, "main")
        return user

    def deposit(
        self, user: User, ccy: str, amount: Decimal | int | str, chain: str = "", *, at_once: bool = True
    ) -> Deposit:
        """Let somebody outside send a user money; see `Chains.deposit`.

        Raises:
            ValueError: The amount is not above zero, or the currency has no such chain.
        """
        return self.accounts.chains.deposit(user, ccy, amount, chain, at_once=at_once)

    def lead(self, user: User, share: Decimal | str = "0.1", inst_ids: Iterable[str] | None = None) -> str:
        """Let a user lead others' trades in perpetuals, for which the exchange has no endpoint any more.

        Args:
            user: Who.
            share: Which part of its copiers' profits is its own, 0 to 0.3.
            inst_ids: What it leads, and may then send fewer orders on (50011); ``None`` for all that can be led.

        Returns:
            Its unique code, by which others copy it.

        Raises:
            ValueError: It cannot: its account mode does not fit, or it copies somebody itself.
        """
        chosen = None if inst_ids is None else set(inst_ids)
        try:
            return self.venue.copying.lead(user, read_share(str(share)), chosen).code
        except Refusal as refusal:
            raise ValueError(refusal.msg) from None

    def keys_of(self, user: User) -> list[Credentials]:
        """Return a user's keys, the oldest first; the second of those the exchange opens with may only read."""
        return self.accounts.bank.credentials(user)

    def maintenance(self, after: float = 60.0) -> int:
        """Announce the end of every line and cut those that are still there; see `Lines.maintenance`."""
        return self.lines.maintenance(after)

    def outage(self, seconds: float) -> None:
        """Cut every line and refuse connections and requests for a while; see `Panel.outage`."""
        self.panel.outage(seconds)

    def skew(self, seconds: float) -> None:
        """Let the exchange's clock run ahead; see `Panel.skew`."""
        self.panel.skew(seconds)

    def reset_sequence(self, inst_id: str | None = None) -> None:
        """Let sequence numbers begin lower, in an unbroken chain; see `Panel.reset_sequence`."""
        self.panel.reset_sequence(inst_id)

    def heartbeat(self, inst_id: str | None = None, channel: str | None = None) -> None:
        """Push the empty update of a quiet book; see `Panel.heartbeat`."""
        self.panel.heartbeat(inst_id, channel)

    def rename(self, old: str, new: str) -> None:
        """Give an instrument another name; see `Listing.rename`."""
        self.panel.listing.rename(old, new)

    def expire(self, inst_id: str) -> None:
        """End an instrument; see `Listing.expire`."""
        self.panel.listing.expire(inst_id)

    def truth(self, inst_id: str) -> Truth:
        """Return what one book really is now.

        Raises:
            KeyError: No such instrument.
        """
        return truth_of(self._markets[inst_id])

    def history(self, inst_id: str, channel: str = "books") -> Mapping[int | str, Frozen]:
        """Return the states of one published book since someone first subscribed to it, oldest first.

        Keys are seqIds in V5 and the message's timestamp text in V3. Empty without ``keep_history``.
        """
        return self._publisher.history(inst_id, channel)

    def freeze(self, inst_id: str, frozen: bool = True) -> None:
        """Stop or restart the order flow of one instrument.

        Raises:
            KeyError: No such instrument.
        """
        self._markets[inst_id].frozen = frozen

    def auction(self, inst_id: str, on: bool = True) -> None:
        """Begin or end a call auction of one instrument.

        While it lasts nothing trades, the best bid may be at or above the best ask, and books come about once a
        second. When it ends, what crosses trades at one price in the instrument's next step.

        Raises:
            KeyError: No such instrument.
        """
        self._markets[inst_id].auction = on
