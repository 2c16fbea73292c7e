"""Files of every kind: what is promised is read, what is dangerous or damaged is refused."""

from __future__ import annotations

import io
import stat
import sys
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okx_async import BadParameter, FileRefused
from okx_async.rebates import Bounds, FdRebate, NdRebate, read_rebates

HEADER = "subAcct,instId,ordId,rebate,ts\n"
ROWS = HEADER + "alice1,BTC-USDT,17,0.00000125,1767225600000\nbob123,ETH-USDT,18,,2026-01-01 00:00:00\n"
XLS = Path(__file__).parent / "rebates.xls"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, method)
    return packed.getvalue()


def read(content: bytes, shape: Any = NdRebate, **bounds: int) -> list[Any]:
    """Return the rows of a download."""
    return list(read_rebates(io.BytesIO(content), shape, Bounds(**bounds)))


@pytest.mark.parametrize(
    "content",
    [ROWS.encode(), b"\xef\xbb\xbf" + ROWS.encode(), ROWS.replace("\n", "\r\n").encode() + b"\r\n"],
    ids=["plain", "byte order mark", "DOS"],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_becomes_typed_rows(content: bytes, packed: bool) -> None:
    """By itself or in an archive; empty cells are none, and a time in another form is kept as it is."""
    one, other = read(zipped(("folder/rebates.csv", content)) if packed else content)
    assert one == NdRebate(
        sub_acct="alice1", inst_id="BTC-USDT", ord_id="17", rebate=Decimal("0.00000125"), ts=1767225600000
    )
    assert (other.rebate, other.ts, other.extra) == (None, "2026-01-01 00:00:00", {})
    assert one.to_dict()["rebate"] == Decimal("0.00000125")


def test_the_columns_of_fully_disclosed_brokers() -> None:
    """In any order and case, with the newer ones, the issue's spelling, and what nobody has documented."""
    names = "ORDID,brokerCode,level,instId,spotTradeAmt,derivativeTradeAmt,fee,brokerRebate,suBrokerRebate,userRebate"
    more = ",affiliated,ts,netFee,settlementFee,uid,clOrdId,bonus\n"
    cells = "9,code1,Lv2,BTC-USDT-SWAP,,12.5,-0.5,0.1,0.02,0.03,FALSE,1767225600000,-0.4,0.1,77,mine,3\n"
    (row,) = read((names + more + cells).encode(), FdRebate)
    assert (row.ord_id, row.broker_code, row.level, row.uid, row.cl_ord_id) == ("9", "code1", "Lv2", "77", "mine")
    assert (row.spot_trade_amt, row.derivative_trade_amt, row.fee) == (None, Decimal("12.5"), Decimal("-0.5"))
    assert (row.broker_rebate, row.sub_broker_rebate) == (Decimal("0.1"), Decimal("0.02"))
    assert (row.user_rebate, row.affiliated, row.net_fee) == (Decimal("0.03"), False, Decimal("-0.4"))
    assert row.extra == {"bonus": "3"}


def test_several_tables_are_read_one_after_another() -> None:
    """Each has its own header; what is no table is left out."""
    content = zipped(("1.csv", ROWS), ("readme.txt", "hello"), ("d/", ""), ("2.CSV", ROWS), method=zipfile.ZIP_STORED)
    assert [row.ord_id for row in read(content)] == ["17", "18", "17", "18"]


@pytest.mark.parametrize("packed", [False, True])
def test_an_old_excel_file(packed: bool) -> None:
    """Long ids are text there, and whole numbers come without the point that Excel gives them."""
    pytest.importorskip("xlrd")
    content = XLS.read_bytes()
    one, other = read(zipped(("rebates.xls", content)) if packed else content)
    assert (one.ord_id, one.rebate, one.ts) == ("123456789012345678", Decimal("0.00000125"), 1767225600000)
    assert (other.ord_id, other.rebate, other.ts) == ("2", Decimal("0.5"), 1767225600001)
    with pytest.raises(FileRefused, match="cannot be read"):
        read(content[:1024])
    with pytest.raises(FileRefused, match="more than 100 bytes"):
        read(content, sheet=100)


def test_an_excel_file_without_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "xlrd", None)
    with pytest.raises(FileRefused, match=r"okx-async\[xls\]"):
        read(XLS.read_bytes())


def test_text_that_calls_itself_excel() -> None:
    """Is read as what it is."""
    assert len(read(zipped(("rebates.xls", ROWS)))) == 2


def link() -> zipfile.ZipInfo:
    """Return a symbolic link to somewhere else."""
    info = zipfile.ZipInfo("rebates.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "name",
    ["../rebates.csv", "a/../../rebates.csv", "/etc/rebates.csv", "..\\rebates.csv", "C:/rebates.csv", "C:rebates.csv"],
)
def test_a_member_that_leads_out_of_the_archive(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is refused, and nothing is written anywhere."""
    inner = tmp_path / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    with pytest.raises(FileRefused, match="leads out"):
        read(zipped((name, ROWS)))
    assert list(tmp_path.rglob("*")) == [inner]


def test_a_member_with_a_hidden_end_of_its_name() -> None:
    """A zero byte ends a name for some readers and not for others."""
    content = zipped(("rebates.csv_../x", ROWS)).replace(b"rebates.csv_", b"rebates.csv\0")
    with pytest.raises(FileRefused, match="leads out"):
        read(content)


def test_a_member_that_is_a_link() -> None:
    with pytest.raises(FileRefused, match="no plain file"):
        read(zipped((link(), "/etc/passwd")))


def bomb(megabytes: int) -> bytes:
    """Return a small archive of a large table."""
    line = b"alice1,BTC-USDT,17,0.1,1767225600000\n"
    return zipped(("rebates.csv", HEADER.encode() + line * (megabytes * (1 << 20) // len(line))))


def test_a_bomb_is_refused_before_it_is_large() -> None:
    """By what comes out of it, whatever it says of itself, and with little memory."""
    content = bomb(16)
    assert len(content) * 20 < 2 << 20
    tracemalloc.start()
    try:
        rows = read_rebates(io.BytesIO(content), NdRebate, Bounds(ratio=20))
        assert next(rows).sub_acct == "alice1"
        with pytest.raises(FileRefused, match="does not justify"):
            deque(rows, maxlen=0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_bounds_of_an_archive() -> None:
    """In all of its members together, and in their number."""
    parts = [(f"{number}.csv", ROWS) for number in range(5)]
    assert len(read(zipped(*parts))) == 10
    with pytest.raises(FileRefused, match="holds more than 200 bytes"):
        read(zipped(*parts), unpacked=200)
    with pytest.raises(FileRefused, match="5 members, and 4 are allowed"):
        read(zipped(*parts), members=4)
    for name in ("packed", "unpacked", "members", "ratio", "sheet"):
        with pytest.raises(BadParameter, match=name):
            Bounds(**{name: 0})


def test_an_archive_that_lies_about_the_size_of_its_index() -> None:
    """It would be read into memory at once."""
    content = bytearray(zipped(("rebates.csv", ROWS)))
    content[-10:-6] = (2 << 20).to_bytes(4, "little")
    with pytest.raises(FileRefused, match="members"):
        read(bytes(content))


def damaged(change: Callable[[bytearray], object]) -> bytes:
    """Return an archive with something wrong in it."""
    content = bytearray(zipped(("rebates.csv", ROWS * 50), method=zipfile.ZIP_STORED))
    change(content)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        damaged(lambda content: content.__setitem__(200, content[200] ^ 1)),
        damaged(lambda content: content.__delitem__(slice(-30, None))),
        damaged(lambda content: content.__delitem__(slice(100, 400))),
        zipped(("inner.zip", zipped(("rebates.csv", ROWS)))),
        zipped(("rebates.csv", b"")),
        zipped(),
        b"PK\x03\x04",
        b"",
        b"\x1f\x8b\x08\x00 packed",
        b"<html>AccessDenied</html>",
        "subAcct;instId;ordId\n".encode("utf-16"),
        HEADER.encode() + b"only,three,cells\n",
        HEADER.encode() + b"alice1,BTC-USDT,17,much,1767225600000\n",
        b"ordId,ordId,rebate\n1,2,3\n",
        b'ordId,rebate\n"open,1\n',
    ],
    ids=[
        *("a bit", "its end", "its middle", "an archive inside", "empty table", "no members", "a head alone"),
        *("nothing", "gzip", "an error page", "UTF-16", "too few cells", "no number", "a column twice", "open quote"),
    ],
)
def test_what_is_damaged_or_something_else_is_refused(content: bytes) -> None:
    """With one kind of error, which does not show what stands in the file."""
    with pytest.raises(FileRefused) as caught:
        read(content)
    assert "alice1" not in str(caught.value)


def test_an_encrypted_archive() -> None:
    content = bytearray(zipped(("rebates.csv", ROWS)))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefused, match="encrypted"):
        read(bytes(content))
