"""The declared catalogue equals the documents, both ways; see `tests.facts`."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from okx_async import Endpoint, Refused, UnknownInstrument, catalogue
from okx_async.facts import BEYOND, OTHERWISE
from okx_async.v3.codes import CODES as V3_CODES
from okx_async.v5.codes import CODES as V5_CODES

from .facts import DATA, Fact, declared, facts, missing

FACTS = facts()
DECLARED = declared()
# What must be complete. Whoever declares more adds units here; when every unit is in, nothing is missing.
COMPLETE = {
    "v3 rest account private",
    "v3 rest futures private",
    "v3 rest futures public",
    "v3 rest index public",
    "v3 rest information public",
    "v3 rest margin private",
    "v3 rest margin public",
    "v3 rest option private",
    "v3 rest option public",
    "v3 rest spot private",
    "v3 rest spot public",
    "v3 rest swap private",
    "v3 rest swap public",
    "v3 rest system public",
    "v3 ws futures private",
    "v3 ws futures public",
    "v3 ws index public",
    "v3 ws option private",
    "v3 ws option public",
    "v3 ws spot private",
    "v3 ws spot public",
    "v3 ws swap private",
    "v3 ws swap public",
    "v3 ws system public",
    "v5 rest account private",
    "v5 rest affiliate private",
    "v5 rest agent private",
    "v5 rest agent public",
    "v5 rest algo private",
    "v5 rest block private",
    "v5 rest block public",
    "v5 rest broker_dcd private",
    "v5 rest broker_dcd public",
    "v5 rest broker_dma private",
    "v5 rest broker_fd private",
    "v5 rest broker_nd private",
    "v5 rest convert private",
    "v5 rest copytrading private",
    "v5 rest copytrading public",
    "v5 rest dca private",
    "v5 rest earn_dcd private",
    "v5 rest earn_eth private",
    "v5 rest earn_eth public",
    "v5 rest earn_flexible_loan private",
    "v5 rest earn_okusd private",
    "v5 rest earn_onchain private",
    "v5 rest earn_savings private",
    "v5 rest earn_savings public",
    "v5 rest earn_sol private",
    "v5 rest earn_sol public",
    "v5 rest earn_stable_rewards private",
    "v5 rest earn_stable_rewards public",
    "v5 rest event_contracts public",
    "v5 rest fiat private",
    "v5 rest funding private",
    "v5 rest funding public",
    "v5 rest glp private",
    "v5 rest grid private",
    "v5 rest grid public",
    "v5 rest market public",
    "v5 rest oauth private",
    "v5 rest oauth public",
    "v5 rest public private",
    "v5 rest public public",
    "v5 rest recurring private",
    "v5 rest rubik public",
    "v5 rest signal_bot private",
    "v5 rest spread private",
    "v5 rest spread public",
    "v5 rest subaccount private",
    "v5 rest support public",
    "v5 rest system public",
    "v5 rest trade private",
    "v5 ws account private",
    "v5 ws algo private",
    "v5 ws block private",
    "v5 ws block public",
    "v5 ws book private",
    "v5 ws book public",
    "v5 ws candle public",
    "v5 ws copy private",
    "v5 ws derivatives public",
    "v5 ws funding private",
    "v5 ws grid private",
    "v5 ws index-candle public",
    "v5 ws mark-price-candle public",
    "v5 ws market public",
    "v5 ws platform private",
    "v5 ws platform public",
    "v5 ws reference public",
    "v5 ws sprd-candle public",
    "v5 ws spread private",
    "v5 ws spread public",
    "v5 ws trade private",
}


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
    assert (params(here, named=named) == params(fact, named=named)) is (key not in OTHERWISE)


@pytest.mark.parametrize("unit", sorted(COMPLETE))
def test_what_is_complete_stays_complete(unit: str) -> None:
    """Everything the documents say of this unit is declared."""
    assert any(fact.unit == unit for fact in FACTS.values()), "no such unit"
    assert missing().get(unit, []) == []


def test_a_complete_unit_is_pinned() -> None:
    """A unit that became complete is written down above, so that it cannot silently become incomplete again."""
    complete = {fact.unit for fact in FACTS.values()} - set(missing())
    assert complete - COMPLETE == set(), "add these to COMPLETE"


ROWS = {f"{row.chapter}.{row.name}": row for row in catalogue() if row.dialect == "v5"}


def test_what_the_documents_call_deprecated_warns_and_nothing_else_does() -> None:
    """Both ways; a docstring that begins to say so says it to the program, too."""
    said = set(json.loads((DATA / "deprecated_v5.json").read_text()))
    assert {f"{row.method} {row.path}" for row in ROWS.values() if row.deprecated} == said
    for name, row in ROWS.items():
        assert bool(row.deprecated) or not re.search(r"^\s*Deprecated:", row.doc, re.MULTILINE), name


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.deprecated], ids=lambda row: row.name)
def test_a_warning_names_a_successor_that_lives_or_says_that_there_is_none(row: Endpoint) -> None:
    """Whoever is warned knows where to go; a successor named in the docstring is the one that the warning names."""
    named = re.search(r"(?:use|see) ([\w.]+)$", row.deprecated)
    if named is None:
        assert re.search(r"without a successor$|no successor is named$", row.deprecated)
        assert not re.search(r"\buse `", row.doc)
        return
    assert not ROWS[named[1]].deprecated
    told = re.search(r"\buse `(?:\w+\.)?(\w+)`", row.doc)
    assert told is None or told[1] == named[1].rpartition(".")[2]


TABLES = {"v5": V5_CODES, "v3": V3_CODES}


@pytest.mark.parametrize("dialect", TABLES)
def test_the_table_of_codes_equals_the_facts_both_ways(dialect: str) -> None:
    """Every code, and whether the same call may work later; finer codes (``51008_1000``) belong to one of them."""
    said: dict[str, bool] = json.loads((DATA / f"codes_{dialect}.json").read_text())
    documented = TABLES[dialect].documented()
    table = {code: meaning for code, meaning in documented.items() if "_" not in code}
    assert {code: meaning.retryable for code, meaning in table.items()} == said
    assert {code.partition("_")[0] for code in documented} == set(said)
    assert {code for code in TABLES[dialect].kinds if code.isdecimal()} <= set(table)  # OAuth has words, too


@pytest.mark.parametrize("dialect", TABLES)
def test_every_code_becomes_one_error_with_cause_remedy_and_retryability(dialect: str) -> None:
    codes = TABLES[dialect]
    for code, meaning in codes.documented().items():
        plain, _, sub = code.partition("_")
        error = codes.refusal(plain, "", sub=sub, where="GET /x")
        if plain in codes.no_instrument:
            assert isinstance(error, UnknownInstrument)
            continue
        assert isinstance(error, Refused)
        assert issubclass(type(error), codes.kinds.get(plain, (meaning.kind, ""))[0])
        assert error.cause == meaning.cause != ""
        assert error.remedy, f"{code} {meaning.cause}"
        assert error.retryable is meaning.retryable


@pytest.mark.parametrize("dialect", TABLES)
@given(
    code=st.text(st.characters(categories=["Nd", "Lu"]), min_size=1),
    msg=st.text(),
    body=st.dictionaries(st.text(), st.text()),
)
@settings(max_examples=50, deadline=None)
def test_an_unknown_code_keeps_all_that_was_said(dialect: str, code: str, msg: str, body: dict[str, str]) -> None:
    """Nothing is made up, and nothing is lost."""
    assume(code not in TABLES[dialect].documented())
    error = TABLES[dialect].refusal(code, msg, status=200, where="GET /x", answer=body)
    assert type(error) is Refused
    assert (error.code, error.msg, error.status, error.where, error.answer) == (code, msg, 200, "GET /x", body)
    assert (error.cause, error.hint, error.remedy, error.retryable) == ("", "", "", False)


HEADINGS: list[tuple[str, str, list[str]]] = json.loads((DATA / "headings_v3.json").read_text(encoding="utf-8"))


def test_every_heading_of_v3_is_answered_and_nothing_is_without_a_heading() -> None:
    """By an endpoint, by a channel (one of a family stands for all of it), or by a word for a kind of prose."""
    assert [number for number, *_ in HEADINGS] == [f"{number:03}" for number in range(1, 319)]
    answers = {answer for *_, said in HEADINGS for answer in said}
    names = {name for dialect, name in DECLARED if dialect == "v3"}
    families = {re.sub(r"candle\d+s", "candle60s", name) for name in names}
    assert answers - {"errors", "prose", "protocol", "socket"} <= names
    assert families - answers == set()
