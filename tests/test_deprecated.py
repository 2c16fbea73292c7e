"""What the exchange gave up says so when it is used: over the whole catalogue, at the caller's own line."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

import pytest

import okx_async.v5.channels as v5_channels
from okx_async import Endpoint, catalogue
from okx_async.catalogue import channels, sections
from okx_async.core.endpoint import Section

from .facts import DATA

ROWS = [row for row in catalogue() if row.dialect == "v5"]
OLD = [row for row in ROWS if row.deprecated]
METHODS: dict[Endpoint, Callable[..., Any]] = {
    row: getattr(section, row.name) for section in sections("v5") for row in section.endpoints
}
# Channels that the documents' lists mark; the text is what the warning says of them.
OLD_CHANNELS = {
    "books-elp": "use books_rpi",
    "copytrading-notification": "use copytrading_lead_notification",
    "grid-orders-moon": "gone with the moon grid product",
}


def call(row: Endpoint) -> None:
    """Call an endpoint as a user does, but let nothing go out: the coroutine is never begun."""
    METHODS[row](Section.__new__(Section)).close()


def test_the_list_is_the_documents_list() -> None:
    said = json.loads((DATA / "deprecated_v5.json").read_text())
    assert sorted(f"{row.method} {row.path}" for row in OLD) == sorted(said)
    assert len(said) > 60


@pytest.mark.parametrize("row", OLD, ids=lambda row: f"{row.chapter}.{row.name}")
def test_a_call_warns_with_the_successor_at_its_own_line(row: Endpoint) -> None:
    """The warning tells what to use instead, or that there is nothing; the docstring says it, too."""
    with pytest.warns(DeprecationWarning, match=re.escape(f"{row.chapter}.{row.name} is deprecated: ")) as caught:
        call(row)
    (warning,) = caught
    text = str(warning.message)
    assert text == f"{row.chapter}.{row.name} is deprecated: {row.deprecated}"
    assert warning.filename == __file__
    named = re.search(r"(?:use|see) (\w+)\.(\w+)$", text)
    if named is None:
        assert re.search(r"without a successor$|no successor is named$", text)
    else:
        (successor,) = [one for one in ROWS if (one.chapter, one.name) == named.groups()]
        assert not successor.deprecated
    assert "Deprecated: " in row.doc


def test_nothing_else_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for row in ROWS:
            if not row.deprecated:
                call(row)


def test_old_channels_warn_and_no_others_do() -> None:
    """Making a topic is enough."""
    assert {row.channel for row in channels() if row.declared.deprecated} == set(OLD_CHANNELS)
    makers = {maker.channel.names[0]: maker for maker in (getattr(v5_channels, name) for name in v5_channels.__all__)}
    for name, said in OLD_CHANNELS.items():
        maker = makers[name]
        needed = [one.name for one in signature(maker).parameters.values() if one.default is Parameter.empty]
        given = {"inst_id": "BTC-USDT", "inst_type": "SPOT"}
        with pytest.warns(DeprecationWarning, match=re.escape(f"the channel {name} is deprecated: ")) as caught:
            maker(**{one: given[one] for one in needed})
        assert said in str(caught[0].message)
        assert caught[0].filename == __file__
        successor = re.search(r"use (\w+)$", said)
        assert successor is None or not getattr(v5_channels, successor[1]).channel.deprecated
