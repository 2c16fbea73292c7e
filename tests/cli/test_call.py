"""``okx-async call`` and ``okx-async catalogue``."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, OKEx, catalogue, channels
from okx_async.cli import main
from okx_async.cli.call import plain, value_of
from okx_async.cli.coverage import CHANNELS, DOCUMENTED
from okx_async.cli.table import record, table
from okx_async.core.endpoint import Section, get
from okx_async.v5.models.earn_flexible_loan import LoanArg

from ..facts import SHARED, facts
from .programs import rows

Text = pytest.CaptureFixture[str]


class Odd(Section, dialect="v5", chapter="odd"):
    """Endpoints with parameters of every kind."""

    @get("/api/v5/odd", limit=None)
    async def odd(
        self,
        n: int,
        flag: bool | None = None,
        names: list[str] | None = None,
        one: str | list[str] | None = None,
        loan: LoanArg | None = None,
        free: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Odd. (Odd)"""
        return []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n", "5", 5),
        ("n", "-5", -5),
        ("n", "five", "five"),
        ("flag", "true", True),
        ("flag", "false", False),
        ("flag", "maybe", "maybe"),
        ("names", "a,b", ["a", "b"]),
        ("names", '["a"]', ["a"]),
        ("one", "a,b", "a,b"),
        ("one", '["a","b"]', ["a", "b"]),
        ("loan", '{"ccy":"BTC","amt":"1"}', {"ccy": "BTC", "amt": "1"}),
        ("loan", "1 BTC", "1 BTC"),
        ("free", '{"MA":[5]}', {"MA": [5]}),
        ("unknown", "5", "5"),
    ],
)
def test_values_by_signature(name: str, text: str, value: object) -> None:
    assert value_of(Odd.endpoints[0], name, text) == value


def test_record_as_text(capsys: Text) -> None:
    assert main(["call", "market.ticker", "inst_id=BTC-USDT", "--sim"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "inst_id     BTC-USDT"
    assert len({line.index(line.split()[1]) for line in lines}) == 1


def test_json_keeps_decimals_as_text(capsys: Text) -> None:
    assert main(["call", "market.ticker", "inst_id=BTC-USDT", "--sim", "--json"]) == 0
    (ticker,) = rows(capsys.readouterr().out)
    assert isinstance(ticker["last"], str)
    assert isinstance(ticker["ts"], int)


def test_list_with_int_parameter_and_fields(capsys: Text) -> None:
    argv = ["call", "market.candles", "inst_id=BTC-USDT", "bar=1H", "limit=3", "--fields", "ts,c", "--sim"]
    assert main(argv) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ts", "c"]
    assert len(lines) == 4


def test_a_book_is_readable(capsys: Text) -> None:
    assert main(["call", "market.books", "inst_id=BTC-USDT", "sz=2", "--sim"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "asks"
    assert len(lines[1].split()) == 4


def test_rows_in_a_record_stand_below_each_other(capsys: Text) -> None:
    """A private call needs nothing but ``--sim``: the simulator's own key is used."""
    assert main(["call", "account.balance", "--sim"]) == 0
    lines = capsys.readouterr().out.splitlines()
    begin = lines.index("details")
    assert lines[begin + 1].split()[:3] == ["ccy", "eq", "cash_bal"]
    assert [line.split()[0] for line in lines[begin + 2 :]] == ["BTC", "ETH", "USDT"]


def test_an_order_from_the_command_line(capsys: Text) -> None:
    argv = ["inst_id=BTC-USDT", "td_mode=cash", "side=buy", "ord_type=market", "sz=0.01", "tgt_ccy=base_ccy"]
    assert main(["call", "trade.place_order", *argv, "--sim", "--json"]) == 0
    (placed,) = rows(capsys.readouterr().out)
    assert (placed["s_code"], bool(placed["ord_id"])) == ("0", True)


def test_v3(capsys: Text) -> None:
    assert main(["call", "spot.ticker", "instrument_id=BTC-USDT", "--sim", "--v3", "--json"]) == 0
    assert rows(capsys.readouterr().out)[0]["instrument_id"] == "BTC-USDT"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["market.tikcer", "inst_id=BTC-USDT"], "did you mean 'market.ticker'"),
        (["market.ticker", "instId=BTC-USDT"], "did you mean 'inst_id'"),
        (["market.ticker", "inst_id=btc-usdt"], "did you mean 'BTC-USDT'"),
        (["market.ticker", "BTC-USDT"], "NAME=VALUE"),
        (["market.ticker", "=BTC-USDT"], "NAME=VALUE"),
        (["market.ticker", "inst_id=A", "inst_id=B"], "twice"),
        (["market.ticker"], "needs 'inst_id'"),
        (["market.candles", "inst_id=BTC-USDT", "limit=many"], "limit must be an int"),
        (["spot.ticker", "instrument_id=BTC-USDT"], "add --v3"),
        (["market.ticker", "inst_id=BTC-USDT", "--v3"], "leave out --v3"),
        (["market.ticker", "inst_id=BTC-USDT", "--fields", "lst"], "no field 'lst'"),
    ],
)
def test_wrong_use(argv: list[str], said: str, capsys: Text) -> None:
    assert main(["call", "--sim", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_refused_by_the_exchange(capsys: Text) -> None:
    assert main(["call", "--sim", "public.funding_rate", "inst_id=BTC-USDT"]) == 1
    err = capsys.readouterr().err
    assert "51000" in err
    assert err.count("\n") == 1


def test_nobody_listens(capsys: Text) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site = f"http://127.0.0.1:{probe.getsockname()[1]}"
    assert main(["call", "public.time", "--site", site, "--timeout", "2"]) == 2
    assert "try --sim" in capsys.readouterr().err


def test_plain_knows_rows_in_rows() -> None:
    assert plain([]) == []
    assert plain(None) is None
    assert plain([Decimal("1E-8"), {"a": 1}]) == ["0.00000001", {"a": 1}]


# -- catalogue


def test_everything_is_listed(capsys: Text) -> None:
    assert main(["catalogue"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(list(catalogue()))
    assert main(["catalogue", "--json"]) == 0
    listed = rows(capsys.readouterr().out)
    names = {f"{row.chapter}.{row.name}" for kind in (OKX, OKEx) for row in kind.endpoints()}
    assert {row["name"] for row in listed} == names


def test_words_filter(capsys: Text) -> None:
    assert main(["catalogue", "v5", "CANDLES", "--json"]) == 0
    found = rows(capsys.readouterr().out)
    assert found
    assert all(row["dialect"] == "v5" for row in found)


def test_one_endpoint_in_detail(capsys: Text) -> None:
    assert main(["catalogue", "market.candles"]) == 0
    out = capsys.readouterr().out
    assert "/api/v5/market/candles" in out
    assert "40/2s ip" in out
    assert "inst_id    required" in out


def test_what_is_deprecated_says_so(capsys: Text) -> None:
    assert main(["catalogue", "v5", "market.books_lite"]) == 0
    assert "withdrawn on 2024-03-27, use market.books" in capsys.readouterr().out
    assert main(["catalogue", "withdrawn"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2
    assert any(line.rstrip().endswith("deprecated") for line in lines[1:])
    assert main(["catalogue", "--channels", "books-elp", "--json"]) == 0
    assert "use books_rpi" in rows(capsys.readouterr().out)[0]["deprecated"]


def test_coverage_is_counted_in_the_facts_and_not_in_the_declarations(capsys: Text) -> None:
    """What is documented but not declared would count for the chapter its specification stands in."""
    chapter_of = {
        (row.dialect, f"{name} ({row.chapter})" if name in SHARED else name): row.chapter
        for row in catalogue()
        for name in [f"{row.method} {row.path}"]
    }
    endpoints: Counter[tuple[str, str]] = Counter()
    on_socket: Counter[tuple[str, str]] = Counter()
    for (dialect, name), fact in facts().items():
        _, kind, group, _ = fact.unit.split()
        if kind == "rest":
            endpoints[dialect, chapter_of.get((dialect, name), group)] += 1
        else:
            on_socket[dialect, fact.limit] += 1
    assert endpoints == {
        (one, chapter): count for one, counts in DOCUMENTED.items() for chapter, count in counts.items()
    }
    assert on_socket == {(one, socket): count for one, counts in CHANNELS.items() for socket, count in counts.items()}
    assert main(["catalogue", "--coverage", "--json"]) == 0
    listed = rows(capsys.readouterr().out)
    assert sum(row["declared"] for row in listed if "chapter" in row) == len(list(catalogue()))
    assert sum(row["declared"] for row in listed if "socket" in row) == len(list(channels()))
    assert sum(row["documented"] for row in listed) == len(facts())


def test_coverage_is_a_table_for_a_readme(capsys: Text) -> None:
    assert main(["catalogue", "--coverage"]) == 0
    first, second = capsys.readouterr().out.strip().split("\n\n")
    assert first.startswith("| dialect | chapter | documented | declared |")
    assert second.startswith("| dialect | socket | documented | declared |")
    for one in (first, second):
        assert len({line.count("|") for line in one.splitlines()}) == 1
        assert one.splitlines()[-1].startswith("| all |")
    assert main(["catalogue", "--coverage", "candles"]) == 2
    assert "leave words" in capsys.readouterr().err


def test_channels_are_listed(capsys: Text) -> None:
    assert main(["catalogue", "--channels", "--json"]) == 0
    listed = {name for row in rows(capsys.readouterr().out) for name in row["names"]}
    assert listed == {row.channel for row in channels()}
    assert main(["catalogue", "--channels"]) == 0
    assert "bbo-tbt" in capsys.readouterr().out


def test_nothing_matches(capsys: Text) -> None:
    assert main(["catalogue", "no-such-thing"]) == 1
    assert capsys.readouterr().err == "okx-async: nothing matches 'no-such-thing'\n"


# -- tables


def test_numbers_stand_to_the_right() -> None:
    assert table([["a", "1.5"], ["bcd", "20"], ["e", ""]], ["x", "n"]) == "x      n\na    1.5\nbcd   20\ne"


def test_record_of_nothing() -> None:
    assert record({}) == ""
    assert record({"a": "1", "bcd": "", "e": "2\n3"}) == "a    1\nbcd\ne\n  2\n  3"


def test_rows_and_lists_of_rows_are_written_as_json() -> None:
    """One order of a batch, or a part of an order, is JSON by Python names; everything else stays text."""
    declared = {f"{row.chapter}.{row.name}": row for row in OKX.endpoints()}
    names = ("trade.place_batch_orders", "trade.place_order", "account.leverage_info")
    batch, order, leverage = (declared[name] for name in names)
    assert value_of(batch, "orders", '[{"inst_id":"BTC-USDT"}]') == [{"inst_id": "BTC-USDT"}]
    assert value_of(order, "attach_algo_ords", '[{"sz":"1"}]') == [{"sz": "1"}]
    assert value_of(order, "side", "buy") == "buy"
    assert value_of(order, "reduce_only", "true") is True
    assert value_of(leverage, "inst_id", "BTC-USDT,ETH-USDT") == "BTC-USDT,ETH-USDT"
    assert value_of(leverage, "inst_id", '["BTC-USDT"]') == ["BTC-USDT"]
