"""Every bot of one sort, and the rounds that look after those that run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from .agents import Agent
from .people import User

__all__ = ["Bot", "Roll", "Rounds"]


class Bot(Protocol):
    """Something that trades for its owner."""

    @property
    def algo_id(self) -> int:
        """Its number."""
        ...

    @property
    def agent(self) -> Agent:
        """Who trades for its owner."""
        ...


B = TypeVar("B", bound=Bot)


class Rounds:
    """Does something, and again where it is asked for in the meantime: never inside of itself.

    Args:
        once: Does it once; the orders that it sends may ask for another round.
    """

    def __init__(self, once: Callable[[], None]) -> None:
        self._once = once
        self._at_work = False
        self._again = False

    def __call__(self) -> None:
        """Do it."""
        self._again = True
        if self._at_work:
            return
        self._at_work = True
        try:
            while self._again:
                self._again = False
                self._once()
        finally:
            self._at_work = False


class Roll(Generic[B]):
    """Bots by number, by owner and by whom they trade as.

    Args:
        look: Looks after one bot that runs.

    Attributes:
        watch: Looks after all of them.
    """

    def __init__(self, look: Callable[[B], None]) -> None:
        self._look = look
        self._all: dict[int, B] = {}
        self._running: dict[int, B] = {}
        self._of_agent: dict[str, B] = {}
        self.watch = Rounds(self._look_at_all)

    def of(self, user: User) -> Iterator[B]:
        """Yield a user's bots, the newest first."""
        yield from (bot for bot in reversed(self._all.values()) if bot.agent.owner is user)

    def find(self, user: User, algo_id: str) -> B | None:
        """Return a user's bot, ``None`` when there is none of that number."""
        bot = self._all.get(int(algo_id)) if algo_id.isdecimal() else None
        return bot if bot is not None and bot.agent.owner is user else None

    def trading_as(self, user: User) -> B | None:
        """Return the bot that trades as a user, ``None`` for anybody else."""
        return self._of_agent.get(user.uid)

    def enter(self, bot: B) -> None:
        """Take a new bot in, which nobody looks after yet."""
        self._all[bot.algo_id] = self._of_agent[bot.agent.user.uid] = bot

    def run(self, bot: B) -> None:
        """Have a bot looked after."""
        self._running[bot.algo_id] = bot

    def rest(self, bot: B) -> None:
        """Have a bot looked after no more."""
        self._running.pop(bot.algo_id, None)

    def _look_at_all(self) -> None:
        for bot in list(self._running.values()):
            if bot.algo_id in self._running:
                self._look(bot)
