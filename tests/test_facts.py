"""The declared catalogue equals the documents, both ways; see `tests.facts`."""

from __future__ import annotations

import json

import pytest

from okx_async.v5.codes import CODES

from .facts import DATA, Fact, declared, facts, missing

FACTS = facts()
DECLARED = declared()
# What must be complete. Whoever declares more adds units here; when every unit is in, nothing is missing.
COMPLETE = {
    "v3 ws spot public",
    "v5 rest block public",
    "v5 rest event_contracts public",
    "v5 rest market public",
    "v5 rest public public",
    "v5 rest rubik public",
    "v5 rest spread public",
    "v5 rest support public",
    "v5 rest system public",
    "v5 ws block public",
    "v5 ws book private",
    "v5 ws book public",
    "v5 ws candle public",
    "v5 ws derivatives public",
    "v5 ws index-candle public",
    "v5 ws mark-price-candle public",
    "v5 ws market public",
    "v5 ws platform public",
    "v5 ws reference public",
    "v5 ws spread public",
    "v5 ws sprd-candle public",
}
# Declared things the documents do not know, with the reason.
BEYOND: dict[tuple[str, str], str] = {}


def params(fact: Fact, *, named: bool) -> dict[str, str] | list[str]:
    """Return parameters for comparison: what is needed only sometimes is optional in a signature."""
    said = {name: need.replace("conditional", "optional") for name, need in fact.params.items()}
    return said if named else list(said.values())


@pytest.mark.parametrize("key", sorted(DECLARED), ids=" ".join)
def test_what_is_declared_is_what_the_documents_say(key: tuple[str, str]) -> None:
    """Method and path or channel, parameters and which are required, auth, rate limit or socket."""
    if key in BEYOND:
        assert key not in FACTS, "the documents know it by now"
        return
    fact, here = FACTS[key], DECLARED[key]
    assert here.auth == fact.auth
    assert here.limit == fact.limit
    named = not (key[0] == "v3" and " ws " in fact.unit)
    assert params(here, named=named) == params(fact, named=named)


@pytest.mark.parametrize("unit", sorted(COMPLETE))
def test_what_is_complete_stays_complete(unit: str) -> None:
    """Everything the documents say of this unit is declared."""
    assert any(fact.unit == unit for fact in FACTS.values()), "no such unit"
    assert missing().get(unit, []) == []


def test_a_complete_unit_is_pinned() -> None:
    """A unit that became complete is written down above, so that it cannot silently become incomplete again."""
    complete = {fact.unit for fact in FACTS.values()} - set(missing())
    assert complete - COMPLETE == set(), "add these to COMPLETE"


def test_every_code_has_one_class_and_the_documented_answer_to_whether_it_may_work_later() -> None:
    """The table of codes equals the facts, both ways."""
    said: dict[str, bool] = json.loads((DATA / "codes_v5.json").read_text())
    table = {code: meaning for code, meaning in CODES.documented().items() if "_" not in code}
    assert {code: meaning.retryable for code, meaning in table.items()} == said
    assert all(meaning.cause for meaning in CODES.documented().values())
    assert set(CODES.kinds) <= set(table)
