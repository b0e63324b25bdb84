"""What others supported is read from their own sheet: whatever stands above it, with every fault at once."""

from datetime import UTC, date, datetime

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.standards import uscc
from services.standards.sheets import CSV
from services.standards.spreadsheet import XLSX, workbook
from services.voucher.oversight.domain import outside
from services.voucher.oversight.domain.outside import OutsideList, OutsideSupport, keys, of_file

USCC = uscc.complete("91440700MA4UQ3R3")
SAID = ["单位名称", "统一社会信用代码", "项目名称", "合同编号", "发票号码", "支持金额", "拨付日期"]
ROW = ["江门甲公司", USCC.lower(), "新型 电池-A", "JC-2019/7", "24312000000012345678", "20000.5", "2019年7月3日"]


def read(*rows: list[str]) -> tuple[OutsideSupport, ...]:
    return of_file(workbook(rows), XLSX, currency="CNY")


def refused(content: bytes, media_type: str = XLSX) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        of_file(content, media_type, currency="CNY")
    return [reason.code for reason in refusal.value.reasons]


def test_a_sheet_is_read_by_its_headings_below_its_title() -> None:
    (one,) = read(["2019年度兑付名单"], [], SAID, ROW)
    assert (one.number, one.name, one.uscc, one.amount) == (4, "江门甲公司", USCC, 2_000_050)
    assert (one.granted_on, one.invoice) == (date(2019, 7, 3), "24312000000012345678")
    assert keys(one) == {
        "project_key": "新型电池a",
        "contract_key": "jc20197",
        "invoice_key": "24312000000012345678",
    }


def test_a_csv_with_english_headings_is_read_as_well() -> None:
    (one,) = of_file(b"project;granted_on\nBattery;2019-07-03\n", CSV, currency="CNY")
    assert (one.project, one.granted_on) == ("Battery", date(2019, 7, 3))
    assert keys(OutsideSupport(number=1)) == {"project_key": None, "contract_key": None, "invoice_key": None}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("统一社会信用代码", "123"),
        ("项目名称", "—"),
        ("单位名称", "长" * 501),
        ("合同编号", "长" * 501),
        ("发票号码", "123"),
        ("发票号码", "甲" * 20),
        ("支持金额", "0"),
        ("支持金额", "1,000"),
        ("拨付日期", "2019"),
        ("拨付日期", "2019-13-01"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column: str, cell: str) -> None:
    row = [cell if name == column else ROW[place] for place, name in enumerate(SAID)]
    assert refused(workbook([SAID, row])) == ["outside.cell"]


def test_every_fault_of_every_row_is_told_at_once() -> None:
    assert refused(workbook([["项目名称", "支持金额"], ["", "x"], ["甲", "y"]])) == [
        "outside.cell",
        "outside.row_unknown",
        "outside.cell",
    ]


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (b"no workbook", XLSX, "outside.file"),
        (b"\x80\xff", CSV, "outside.file"),
        (workbook([["单位名称"], ["甲"]]), XLSX, "outside.columns"),
        (workbook([SAID]), XLSX, "outside.empty"),
    ],
)
def test_a_file_that_is_no_list_is_refused(content: bytes, media_type: str, code: str) -> None:
    assert refused(content, media_type) == [code]


def test_a_list_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ROWS_MAX", 1)
    assert refused(workbook([["项目名称"], ["甲"], ["乙"]])) == ["outside.too_long"]


def test_a_list_is_withdrawn_once() -> None:
    now = datetime(2020, 9, 21, tzinfo=UTC)
    taken = OutsideList(
        id=new_id(),
        programme="省级科技创新券",
        bureau="jiangmen-sme",
        document_id=new_id(),
        rows=1,
        state=outside.STANDING,
        taken_by="per_operator",
        taken_at=now,
    )
    withdrawn = taken.withdrawn(by="per_operator", at=now, reason="名单有误")
    assert (withdrawn.state, withdrawn.reason) == (outside.WITHDRAWN, "名单有误")
    with pytest.raises(Refusal, match=r"outside\.withdrawn"):
        withdrawn.withdrawn(by="per_operator", at=now, reason="名单有误")
