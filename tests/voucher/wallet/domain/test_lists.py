"""A row of a list is told with all that is wrong with it, and a list of rows with what repeats."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.lists import (
    ROWS_MAX,
    ApplicationList,
    Others,
    Read,
    Row,
    collisions,
    is_there,
    numbered,
    of_file,
    read,
)
from services.voucher.wallet.domain.states import ListState
from tests.voucher.wallet.samples import FACE, HOLDER, OPEN, ROUND, an_application

ORG = show("org", HOLDER)
CELLS = {"holder_id": ORG, "amount": "20000.00", "client_ref": "r1"}


def a_list(*rows: Row) -> ApplicationList:
    return ApplicationList(
        id=new_id(),
        round_id=ROUND,
        document="江工信〔2020〕31号",
        currency="CNY",
        dry_run=False,
        rows=rows,
        state=ListState.TAKEN,
        client="cli_1",
        handed_in_by="per_operator",
        handed_in_at=OPEN,
    )


def codes(one: Read) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.pointer) for fault in one.faults]


@pytest.mark.parametrize("kind", ["org", "tea", "per"])
def test_a_good_row_says_whom_for_and_how_much(kind: str) -> None:
    (one,) = read(a_list(Row(1, show(kind, HOLDER), "20000.00", "r1")))
    assert one.sound is not None
    assert (one.sound.holder_id, one.sound.amount, one.sound.client_ref) == (HOLDER, FACE, "r1")


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    (one,) = read(a_list(Row(1, "江门一号公司", "1,00", "a b")))
    assert codes(one) == [
        ("list.holder_id", "/holder_id"),
        ("list.amount", "/amount"),
        ("list.client_ref", "/client_ref"),
    ]
    assert one.sound is None


@pytest.mark.parametrize("amount", ["0", "0.00", "-1.00", "0.001", "1e3", "NaN", "", "92233720368547758.08"])
def test_an_amount_is_above_zero_and_plain(amount: str) -> None:
    (one,) = read(a_list(Row(1, ORG, amount, "r1")))
    assert codes(one) == [("list.amount", "/amount")]


def test_whom_or_what_a_row_named_already_is_a_fault_of_the_later_row() -> None:
    first, again = read(a_list(Row(1, ORG, "1.00", "r1"), Row(2, ORG, "1.00", "r1")))
    assert first.sound is not None
    assert codes(again) == [("list.repeated", "/holder_id"), ("list.repeated", "/client_ref")]
    assert [fault.numbers for fault in again.faults] == [{"row": 1}] * 2


@given(some.lists(some.sampled_from(["r1", "r2", "r3"]), max_size=8))
def test_of_rows_that_name_the_same_the_first_stands(references: list[str]) -> None:
    rows = [Row(place, show("org", new_id()), "1.00", name) for place, name in enumerate(references, start=1)]
    good = [one.client_ref for one in read(a_list(*rows)) if one.sound is not None]
    assert good == list(dict.fromkeys(references))


def test_a_file_names_its_columns_in_any_order() -> None:
    file = f"client_ref,holder_id,amount\r\nr1,{ORG},20000.00\r\n\r\nr2,{ORG},\r\n"
    assert of_file(b"\xef\xbb\xbf" + file.encode()) == (Row(1, ORG, "20000.00", "r1"), Row(2, ORG, "", "r2"))


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "list.file"),
        (b"holder_id,amount\n", "list.file"),
        (b"holder_id,amount,client_ref,more\n", "list.file"),
        ("单位".encode("gbk"), "list.file"),
        (b'holder_id,amount,client_ref\n"a', "list.file"),
        (b"holder_id,amount,client_ref\na,b,\0\n", "list.file"),
        (b"holder_id,amount,client_ref\n", "list.empty"),
        (b"holder_id,amount,client_ref\n" + b"a,b,c\n" * (ROWS_MAX + 1), "list.too_long"),
    ],
)
def test_a_file_that_is_no_list_is_refused(file: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        of_file(file)
    assert refused.value.code == code


def test_a_row_that_is_too_short_or_too_long_is_a_fault_of_that_row_alone() -> None:
    rows = of_file(f"holder_id,amount,client_ref\na,20,000.00,r1\na,b\n{ORG},1.00,r1\n".encode())
    long, short, good = read(a_list(*rows))
    assert [fault.numbers["cells"] for one in (long, short) for fault in one.faults] == [4, 2]
    assert (codes(long), codes(short), codes(good)) == ([("list.cells", None)], [("list.cells", None)], [])


def test_what_stands_in_a_cell_is_shown_where_it_is_short() -> None:
    one = Row(1, ORG, "1,00", "r" * 65)
    assert (one.found("/amount"), one.found("/client_ref"), one.found(None)) == ("1,00", None, None)


def test_rows_are_counted_from_one() -> None:
    assert [row.row for row in numbered([CELLS, CELLS])] == [1, 2]


def test_a_row_is_there_when_the_holders_live_application_is_the_one_it_asks_for() -> None:
    (one,) = read(a_list(Row(1, ORG, "20000.00", "r1")))
    made = an_application(client="cli_1", client_ref="r1")
    assert is_there(one, "cli_1", Others(made, made))
    assert not is_there(one, "cli_2", Others(made, None))
    assert not is_there(one, "cli_1", Others(an_application(client="cli_1", client_ref="r1", amount=1), None))
    assert not is_there(one, "cli_1", Others(None, made))


def test_another_application_of_the_holder_or_of_that_name_is_in_the_way() -> None:
    other = an_application()
    assert [reason.code for reason in collisions(Others(other, other))] == [
        "application.duplicate",
        "client_ref.taken",
    ]
    assert collisions(Others(None, None)) == []
