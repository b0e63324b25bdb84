"""A statement file is read strictly by its profile, and all that is wrong with it is told at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.reconciliation.domain.movement import Movement
from services.voucher.reconciliation.domain.profiles import Profile
from services.voucher.reconciliation.domain.sheet import LONGEST, MOST_FAULTS, Sheet, read
from tests.voucher.reconciliation.samples import EXPECTED, GBK, NUMBER, UTF8, file, movement

CHINESE = f"""账号,{NUMBER}
币种,CNY
起始日期,2020-11-01
截止日期,20201130
期初余额,0.00
期末余额,400.00

记账日期,银行流水号,借贷标志,金额,对方户名,对方账号,摘要
2020-11-02,B1,贷,500.00,江门市财政局,,拨款 F00000012
２０２０－１１－０３,,借,１００．００,江门检测有限公司,6222 0000 1111 2222,P00000100010
"""


def told(content: bytes, profile: Profile = UTF8) -> list[tuple[str, str | None]]:
    with pytest.raises(Refusal) as refused:
        read(content, profile, EXPECTED)
    return [(reason.code, reason.pointer) for reason in refused.value.reasons]


def with_line(cells: str) -> bytes:
    return file(closing=0) + cells.encode() + b"\r\n"


GOOD = "2020-11-03,B1,debit,100.00,name,123,text"


def test_an_english_file_is_read() -> None:
    one, two = movement(50_000, text="F00000012"), movement(bank_reference="B2")
    assert read(file([one, two]), UTF8, EXPECTED) == Sheet(date(2020, 11, 1), date(2020, 11, 30), 0, 40_000, (one, two))


def test_a_chinese_file_is_read_with_its_full_width_digits() -> None:
    sheet = read(CHINESE.encode("gbk"), GBK, EXPECTED)
    assert (sheet.until_on, sheet.opening, sheet.closing) == (date(2020, 11, 30), 0, 40_000)
    assert sheet.movements == (
        Movement(
            booked_on=date(2020, 11, 2),
            amount=50_000,
            counterparty_name="江门市财政局",
            counterparty_account="",
            bank_reference="B1",
            text="拨款 F00000012",
        ),
        movement(text="P00000100010"),
    )


def test_a_file_of_a_spreadsheet_with_its_mark_and_its_empty_cells_is_read() -> None:
    plain = file([movement()]).decode().replace("currency,CNY", "currency,CNY,,")
    assert read(b"\xef\xbb\xbf" + plain.encode() + b",,,\r\n", UTF8, EXPECTED).movements == (movement(),)


def test_an_account_may_be_overdrawn() -> None:
    assert read(file(opening=-500), UTF8, EXPECTED).closing == -500


@given(st.lists(st.integers(min_value=-(10**12), max_value=10**12).filter(bool), max_size=20))
def test_what_is_written_is_read_back(amounts: list[int]) -> None:
    movements = tuple(movement(amount, text=f"no {place}") for place, amount in enumerate(amounts))
    assert read(file(movements), UTF8, EXPECTED).movements == movements


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    for profile in (UTF8, GBK):
        with pytest.raises(Refusal):
            read(content, profile, EXPECTED)


@pytest.mark.parametrize("content", ["账".encode("gbk"), b'"open', b"\xff"])
def test_what_is_no_such_text_is_unreadable(content: bytes) -> None:
    assert told(content) == [("statement.unreadable", None)]


@pytest.mark.parametrize("content", [b"", b"account,1\r\n", b"account,1\r\n\r\nbooked_on,amount\r\n"])
def test_without_the_columns_nothing_is_read(content: bytes) -> None:
    assert told(content) == [("statement.columns", "/columns")]


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        ({"account": "999"}, ("statement.account", "/account")),
        ({"currency": "EUR"}, ("statement.currency", "/currency")),
        ({"from": "01.11.2020"}, ("statement.day", "/from")),
        ({"from": "20201301"}, ("statement.day", "/from")),
        ({"from": "2020-12-01"}, ("statement.period", "/until")),
        ({"until": "2020-12-01"}, ("statement.future", "/until")),
        ({"opening": "1,000.00"}, ("statement.head_unknown", "/")),
        ({"closing": "1e3"}, ("amount.malformed", "/closing")),
        ({"closing": "1.001"}, ("amount.too_precise", "/closing")),
        ({"bank": "x"}, ("statement.head_unknown", "/")),
    ],
)
def test_a_fault_above_the_lines_is_told(head: dict[str, str], fault: tuple[str, str]) -> None:
    assert told(file(head=head)) == [fault]


def test_what_is_missing_above_the_lines_is_told() -> None:
    content = file().decode().replace("currency,CNY\r\n", "")
    assert told(content.encode()) == [("statement.head_missing", "/currency")]


def test_a_word_that_stands_twice_is_told() -> None:
    content = file().decode().replace("currency,CNY\r\n", "currency,CNY\r\ncurrency,CNY\r\n")
    assert told(content.encode()) == [("statement.head_unknown", "/")]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (GOOD.replace("2020-11-03", "3 Nov"), ("statement.day", "/lines/1/booked_on")),
        (GOOD.replace("2020-11-03", "2020-10-31"), ("statement.outside", "/lines/1/booked_on")),
        (GOOD.replace("debit", "out"), ("statement.side", "/lines/1/side")),
        (GOOD.replace("100.00", "-100.00"), ("amount.malformed", "/lines/1/amount")),
        (GOOD.replace("100.00", '"1,100.00"'), ("amount.malformed", "/lines/1/amount")),
        (GOOD.replace("100.00", "0.00"), ("amount.not_positive", "/lines/1/amount")),
        (GOOD.replace("100.00", "9" * 30), ("amount.too_large", "/lines/1/amount")),
        (GOOD.replace("100.00", "10000000000000.01"), ("amount.too_large", "/lines/1/amount")),
        (GOOD.replace("name", "na\u202eme"), ("statement.characters", "/lines/1/counterparty_name")),
        (GOOD.replace("text", "x" * (LONGEST + 1)), ("statement.too_long", "/lines/1/text")),
        (f"{GOOD},more", ("statement.width", "/lines/1")),
        ("2020-11-03,B1,debit", ("amount.malformed", "/lines/1/amount")),
    ],
)
def test_a_fault_of_a_line_is_told(cells: str, fault: tuple[str, str]) -> None:
    assert told(with_line(cells)) == [fault]


def test_every_fault_of_every_line_is_told_at_once() -> None:
    faults = told(with_line("x,,x,x") + b"x,,debit,1.00\r\n")
    assert faults == [
        ("amount.malformed", "/lines/1/amount"),
        ("statement.day", "/lines/1/booked_on"),
        ("statement.side", "/lines/1/side"),
        ("statement.day", "/lines/2/booked_on"),
    ]


def test_a_period_that_cannot_be_read_is_the_only_thing_said_of_it() -> None:
    assert told(file([movement()], head={"from": "x"})) == [("statement.day", "/from")]


def test_no_more_faults_are_told_than_somebody_reads() -> None:
    assert len(told(with_line("\r\n".join(["x,,debit,1.00"] * (MOST_FAULTS + 5))))) == MOST_FAULTS
