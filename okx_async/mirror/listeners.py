"""Streams of changes that end with whoever reads them, so that a loop that was left need not be closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar
from weakref import ref

from ..errors import OkxError
from ..net.stream import Stream
from .changes import Change

__all__ = ["Listener", "Listeners"]


class Listener(Stream[Change]):
    """A stream that lives as long as somebody holds it or waits for it.

    ``async for change in mirror`` gives its user nothing to close: when the loop is left, the stream is gone.
    """

    #: A task that waits is held by what it waits for alone: without this it could vanish while it does.
    _awaited: ClassVar[set[Listener]] = set()

    async def _wait(self) -> None:
        self._awaited.add(self)
        try:
            await super()._wait()
        finally:
            self._awaited.discard(self)


class Listeners:
    """Whoever listens now, in the order they came; held weakly."""

    def __init__(self) -> None:
        self._refs: list[ref[Stream[Change]]] = []

    def __len__(self) -> int:
        return len(self._refs)

    def __iter__(self) -> Iterator[Stream[Change]]:
        for one in tuple(self._refs):  # some leave while they are told
            stream = one()
            if stream is not None:
                yield stream

    def join(self, stream: Stream[Change]) -> Callable[[], None]:
        """Let a stream listen; returns what undoes it."""
        refs, mine = self._refs, ref(stream, self._refs.remove)
        refs.append(mine)
        return lambda: refs.remove(mine)

    def push(self, change: Change) -> None:
        """Tell everybody."""
        for stream in self:
            stream.push(change)

    def end(self, error: OkxError | None) -> None:
        """Let every stream end, with an error or without."""
        for stream in self:
            if error is not None:
                stream.fail(error)
            else:
                stream.end()
