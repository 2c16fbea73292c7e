"""Numbers, times, checksums and candle openings, against values written down elsewhere."""

from __future__ import annotations

import pytest

from okx_async.sim.bars import V3_BARS, V5_BARS
from okx_async.sim.crc import book_crc
from okx_async.sim.instruments import catalogue
from okx_async.sim.text import decimal_text, iso_ms, parse_iso

Levels = list[tuple[str, str]]


def _levels(text: str) -> Levels:
    pairs: Levels = []
    for pair in text.split():
        price, _, size = pair.partition("/")
        pairs.append((price, size))
    return pairs


def _texts(levels: Levels) -> list[str]:
    return [":".join(level) for level in levels]


@pytest.mark.parametrize(
    ("bids", "asks", "value"),
    [
        # V5 protocol.md, section 6.4
        ("100.5/3 100.4/0.70", "100.6/1.20 101/5", 1213095319),
        ("100.5/3", "100.6/1.20 101/5 102.0/0.001", -1678866675),
        ("", "7/1", -1441598396),
        # V3 protocol.md, "Depth channels and the checksum"
        ("3366.1/7 3366/6", "3366.8/9 3368/8", -1881014294),
        ("3366.1/7", "3366.8/9 3368/8 3372/8", 831078360),
        ("0.0015/906", "", -288111842),
        ("0.5020/12.50 0.5019/4 0.5/130.0", "0.5021/7.25 0.503/0.00000009", -1580523558),
        ("0.5019/4.75 0.5/130.0", "0.5021/6 0.5025/88.1 0.503/0.00000009", -1877113809),
        ("", "", 0),
    ],
)
def test_documented_checksums(bids: str, asks: str, value: int) -> None:
    assert book_crc(_texts(_levels(bids)), _texts(_levels(asks))) == value


def test_only_25_levels_count() -> None:
    bids = [(str(1000 - at), f"{at + 1}.5") for at in range(30)]
    asks = [(str(1001 + at), str(at + 2)) for at in range(30)]
    assert book_crc(_texts(bids), _texts(asks)) == -1779847422
    assert book_crc(_texts(bids[:3]), _texts(asks)) == 2123727416


@pytest.mark.parametrize(
    ("units", "scale", "keep", "text"),
    [
        (700, 4, True, "0.0700"),
        (700, 4, False, "0.07"),
        (609_000, 1, False, "60900"),
        (609_001, 1, False, "60900.1"),
        (1, 8, False, "0.00000001"),
        (-15, 1, False, "-1.5"),
        (12, 0, True, "12"),
    ],
)
def test_decimal_text(units: int, scale: int, keep: bool, text: str) -> None:
    assert decimal_text(units, scale, keep) == text


def test_times_go_there_and_back() -> None:
    assert iso_ms(1_595_232_000_123) == "2020-07-20T08:00:00.123Z"
    assert parse_iso("2020-07-20T08:00:00.123Z") == 1_595_232_000_123
    assert parse_iso("2020-07-20T08:00:00") == 1_595_232_000_000
    with pytest.raises(ValueError, match="isoformat"):
        parse_iso("yesterday")


@pytest.mark.parametrize(
    ("bar", "opening"),
    [
        ("1m", "2025-06-15T15:06:00.000Z"),
        ("4H", "2025-06-15T12:00:00.000Z"),
        ("6H", "2025-06-15T10:00:00.000Z"),
        ("6Hutc", "2025-06-15T12:00:00.000Z"),
        ("1D", "2025-06-14T16:00:00.000Z"),
        ("1Dutc", "2025-06-15T00:00:00.000Z"),
        ("1W", "2025-06-08T16:00:00.000Z"),
        ("1Wutc", "2025-06-09T00:00:00.000Z"),
        ("1M", "2025-05-31T16:00:00.000Z"),
        ("3Mutc", "2025-04-01T00:00:00.000Z"),
    ],
)
def test_candles_open_where_the_zone_says(bar: str, opening: str) -> None:
    size = V5_BARS[bar]
    assert iso_ms(size.opening(parse_iso("2025-06-15T15:06:40.000Z"))) == opening
    following = size.following(parse_iso(opening))
    assert size.opening(following) == following
    assert size.opening(following - 1) == parse_iso(opening)


def test_v3_days_open_at_midnight_in_hong_kong() -> None:
    assert iso_ms(V3_BARS["86400"].opening(parse_iso("2025-06-15T15:06:40Z"))) == "2025-06-14T16:00:00.000Z"


def test_more_instruments_leave_the_first_ones_alone() -> None:
    few, many = catalogue(12, 1_750_000_000_000), catalogue(3_000, 1_750_000_000_000)
    assert many[:12] == few
    assert len({each.inst_id for each in many}) == len({each.code for each in many}) == 3_000


def test_contract_turnover_counts_coins_and_money() -> None:
    by_id = {each.inst_id: each for each in catalogue(12, 1_750_000_000_000)}
    one = 10**12
    assert by_id["BTC-USDT"].turnover(600_000, 50_000_000) == (one // 2, 30_000 * one)
    assert by_id["BTC-USDT-SWAP"].turnover(600_000, 200) == (2 * one // 100, 1_200 * one)
    assert by_id["BTC-USD-SWAP"].turnover(500_000, 5) == (one // 100, 500 * one)
