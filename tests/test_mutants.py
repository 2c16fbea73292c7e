"""Damaged real frames and random bytes end in counted skips or typed errors, never in anything else."""

from __future__ import annotations

import random

import pytest

from okx_async.core.book import BookState

from .mutants import Desk, mutated, recorded


@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("seed", range(5))
def test_damaged_frames_break_books_and_nothing_else(dialect: str, seed: int) -> None:
    chance, desk = random.Random(f"{dialect} {seed}"), Desk(dialect)
    for frame in recorded(dialect):
        desk.feed(mutated(frame, chance) if chance.random() < 0.3 else frame)
        if chance.random() < 0.02:
            desk.feed(chance.randbytes(chance.randrange(80)))
        desk.read_books()
    assert desk.skipped
    assert any(book.state is BookState.BROKEN or not book.live for book in desk.books)


@pytest.mark.parametrize("dialect", ["v5", "v3"])
def test_whole_frames_break_nothing(dialect: str) -> None:
    """The same desk without the wounds: every book is LIVE or still waits for its snapshot."""
    desk = Desk(dialect)
    for frame in recorded(dialect):
        desk.feed(frame)
    assert desk.books
    assert not [book.topic for book in desk.books if book.state is BookState.BROKEN]


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["v5", "v3"])
def test_damaged_frames_for_long(dialect: str) -> None:
    for seed in range(5, 400):
        chance, desk = random.Random(f"{dialect} {seed}"), Desk(dialect)
        for frame in recorded(dialect):
            desk.feed(mutated(frame, chance))
            desk.read_books()
