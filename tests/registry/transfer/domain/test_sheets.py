"""Which rows a file has, and which files are refused before anything believes them."""

import io
import zipfile
from collections import deque
from datetime import date, datetime, time
from itertools import chain

import pytest

from services.chassis.refusals import Refusal
from services.registry.transfer.domain.sheets import CSV, XLSX, Unreadable, tables_of
from services.standards import sheets
from tests.registry.transfer.samples import Rows, as_csv, as_xlsx

TABLE: Rows = [("代码", "名称"), ("1", "甲")]


def rows(content: bytes, media_type: str = CSV, table: int = 0) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in list(tables_of(content, media_type))[table]]


def refused(content: bytes, media_type: str = CSV) -> tuple[str, object]:
    with pytest.raises(Refusal) as refusal:
        deque(chain.from_iterable(tables_of(content, media_type)), maxlen=0)
    (reason,) = refusal.value.reasons
    return reason.code, reason.numbers.get("what")


def packed(**entries: bytes) -> bytes:
    """A zip with the entries of a workbook; _ stands for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"xl_workbook": b"<workbook/>", **entries}.items():
            archive.writestr(name.replace("_", "/") + ".xml", content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_are_in_use(encoding: str) -> None:
    assert rows(as_csv(TABLE, encoding=encoding)) == [(1, ("代码", "名称")), (2, ("1", "甲"))]


@pytest.mark.parametrize(("delimiter", "table"), [(",", 0), (";", 1), ("\t", 2)])
def test_a_csv_is_looked_at_by_each_delimiter(delimiter: str, table: int) -> None:
    assert rows(as_csv(TABLE, delimiter=delimiter), table=table)[1] == (2, ("1", "甲"))


def test_a_row_is_numbered_as_a_spreadsheet_counts_it() -> None:
    assert rows('甲,乙\n\n"多\n行",丙,,\n丁\n'.encode()) == [(1, ("甲", "乙")), (3, ("多\n行", "丙")), (5, ("丁",))]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00a", "名".encode("utf-16"), b"a\0b", b"\x80\x80\xff"])
def test_bytes_of_no_known_encoding_are_refused(content: bytes) -> None:
    assert refused(content)[0] == "import.encoding"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('甲,"乙'.encode(), Unreadable.QUOTES),
        ('"甲"乙,丙'.encode(), Unreadable.QUOTES),
        (b"a" * 200_000, Unreadable.CELL),
    ],
)
def test_a_csv_that_cannot_be_read_says_why_in_words_of_its_own(content: bytes, why: Unreadable) -> None:
    with pytest.raises(Refusal) as refusal:
        rows(content)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.numbers) == ("import.unreadable", {"row": 1, "why": why.value})


def test_a_row_of_too_many_columns_is_refused() -> None:
    assert refused(b"a," * 64 + b"a") == ("import.too_large", "columns")


def test_a_workbook_tells_its_cells_as_they_would_be_typed() -> None:
    table = [
        ("代码", 1, 2.5, date(2018, 3, 15), datetime.combine(date(2018, 3, 15), time(8, 30)), True, ""),
        (0.1 + 0.2, 10**17),
    ]
    first, second = rows(as_xlsx(table), XLSX)
    assert first[1] == ("代码", "1", "2.5", "2018-03-15", "2018-03-15T08:30:00", "True")
    assert second[1] == ("0.3", "1.00000000000000E+17")


def test_each_sheet_is_a_table_and_empty_rows_are_left_out() -> None:
    book = as_xlsx([[], [], ("甲",)], sheets=[[("封面",)]])
    assert [rows(book, XLSX, place) for place in (0, 1)] == [[(1, ("封面",))], [(3, ("甲",))]]


@pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04", packed(), packed(content=b"<a/>")])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert refused(content, XLSX)[0] == "import.unreadable"


def test_a_workbook_that_unpacks_to_more_than_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_MAX", 5_000_000)
    bomb = packed(xl_worksheets_sheet1=b"<a>" + b" " * 6_000_000)
    assert len(bomb) < 10_000
    assert refused(bomb, XLSX) == ("import.too_large", "bytes")


def test_what_a_header_says_of_its_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_MAX", 1_000_000)
    honest = packed(xl_worksheets_sheet1=b" " * 2_000_000)
    lie = honest.replace((2_000_000).to_bytes(4, "little"), (20).to_bytes(4, "little"))
    assert lie != honest
    assert refused(lie, XLSX) == ("import.too_large", "bytes")


@pytest.mark.parametrize(
    ("sheet", "what"),
    [
        (b'<c r="A1048576"/>', "lines"),
        (b"<row r='999999'><c/></row>", "lines"),
        (b'<c s="1" r = "XFD1"/>', "columns"),
        (b'<c r="bm1"/>', "columns"),
        (b'<c r="A99999999999999"/>', "lines"),
    ],
)
def test_a_cell_far_out_is_refused_before_room_is_made_for_all_between(sheet: bytes, what: str) -> None:
    assert refused(packed(xl_worksheets_sheet1=sheet), XLSX) == ("import.too_large", what)


def test_a_cell_on_the_edge_of_a_chunk_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_CHUNK", 16)
    assert refused(packed(xl_worksheets_sheet1=b" " * 10 + b'<c r="XFD1"/>'), XLSX)[1] == "columns"


def test_a_workbook_of_too_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ENTRIES_MAX", 2)
    assert refused(packed(a=b"", b=b""), XLSX) == ("import.too_large", "entries")


def test_an_entry_that_is_not_packed_is_measured_too() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", '<c r="XFD1"/>')
    assert refused(out.getvalue(), XLSX) == ("import.too_large", "columns")


def test_a_workbook_whose_entries_are_not_packed_is_read() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx([("甲",)]))) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name in made.namelist():
            archive.writestr(name, made.read(name))
    assert rows(out.getvalue(), XLSX, 0) == [(1, ("甲",))]
