"""Plausible Python values for declared parameters: what a careful caller might give."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union

from okx_async.core.fields import Field, Signature, part_of, part_signature
from okx_async.core.words import Word

__all__ = ["given", "is_sequence", "value_of"]

MOMENT = 1_597_026_383_085
# Words whose example is a sentence about the value.
_WORDS = {"Passphrase of a key": "Abcdef1!", "The funds password": "secret"}
# Texts whose form no word of the vocabulary tells, by parameter.
_TEXTS = {
    "bar": "1H",
    "exp_time": str(MOMENT),
    "perm": "read_only,trade",
    "region": "japan",
    "sub_type": "1",
    "type_": "1",
}


def given(signature: Signature, *, everything: bool) -> dict[str, Any]:
    """Return values by Python name: for the required parameters, or for all."""
    return {
        name: value_of(field, everything=everything)
        for name, field in signature.fields.items()
        if field.required or everything
    }


def value_of(field: Field, *, everything: bool) -> Any:
    """Return a value that means something for a parameter."""
    part = part_of(field.hint)
    if part is not None:
        row = given(part_signature(part), everything=everything)
        if not everything:
            row |= _one_of_each(part, row)
        return [row] if is_sequence(field.hint) else row
    return _plain(field.name, field.hint, field.word)


def _one_of_each(part: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first of every group of which one is needed and none is there."""
    fields = part_signature(part).fields
    return {
        group[0]: value_of(fields[group[0]], everything=False) for group in part.one_of if row.keys().isdisjoint(group)
    }


def _plain(name: str, hint: Any, word: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin is Literal:
        return typing.get_args(hint)[0]
    if origin in (Union, UnionType):
        return _plain(name, _best(typing.get_args(hint)), word)
    if origin is Mapping:
        return {"instId": "BTC-USDT"}
    if is_sequence(hint):
        (inner,) = typing.get_args(hint)
        metadata = getattr(inner, "__metadata__", ())
        return [_plain(name, getattr(inner, "__origin__", inner), metadata[0] if metadata else None)]
    if hint is bool:
        return True
    if hint is int:
        return MOMENT if word is not None and ("moment" in word.text.lower() or word.iso) else 5
    if hint is Decimal:
        return Decimal("1.5")
    return _text(name, word)


def _best(members: tuple[Any, ...]) -> Any:
    """Return the member of a union that says most: listed values, exact numbers, lists, anything."""
    for member in members:
        if typing.get_origin(member) is Literal or member is Decimal:
            return member
    return members[0]


def _text(name: str, word: Word | None) -> str:
    if word is None or not word.shape:
        return _TEXTS.get(name, "7")
    known = [text for start, text in _WORDS.items() if word.text.startswith(start)]
    for text in [*known, word.example, *re.split(r",? or |, | \(", word.example), "7", "a7", "BTC"]:
        if text and re.fullmatch(word.shape, text):
            return text
    raise AssertionError(f"no value for {name}: {word}")


def is_sequence(hint: Any) -> bool:
    """Tell whether an annotation stands for a list."""
    origin = typing.get_origin(hint)
    if origin in (Union, UnionType):
        return any(is_sequence(member) for member in typing.get_args(hint))
    return isinstance(origin, type) and issubclass(origin, Sequence)
