"""Applicants are read from a CSV file by its columns; every cell that cannot be read is named, and no name is read."""

from datetime import date
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.facts import Residence
from services.voucher.wallet.domain import roster
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.roster import Roster, of_file
from services.voucher.words import WHYS
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.trying import DAY

WHOLE = (
    "asked,price,region,size_class,legal_form,registered_on,members,residences,holder,lists,came_on,points\n"
    "20000.00,40000.00,440703,small,company,2018-01-01,3,incubator:provincial;makerspace,team,"
    "jiangmen-service-2020:priority; other,2020-09-14,70\n"
)


def read(text: str) -> Roster:
    return of_file(text.encode(), a_scheme(), day=DAY)


def one_of(text: str) -> Applicant:
    (found,) = read(text).applicants
    return found


def refused(text: str | bytes) -> list[Any]:
    with pytest.raises(Refusal) as caught:
        of_file(text if isinstance(text, bytes) else text.encode(), a_scheme(), day=DAY)
    return [(reason.code, reason.pointer) for reason in caught.value.reasons]


def test_every_column_is_read() -> None:
    found = one_of(WHOLE)
    facts = found.facts
    assert (found.number, found.asked, found.price, found.points) == (1, 2_000_000, 4_000_000, 70)
    assert (found.came_on, found.queue_class) == (date(2020, 9, 14), "priority")
    assert (facts.holder, facts.region, facts.size_class, facts.members) == ("team", "440703", "small", 3)
    assert facts.residences == (Residence("incubator", ("provincial",)), Residence("makerspace"))


def test_what_is_not_told_is_not_known() -> None:
    found = one_of("asked,region\n5000.00,\n")
    assert (found.facts.region, found.facts.holder, found.came_on) == (None, "organization", DAY)


def test_names_are_left_unread_and_that_is_said() -> None:
    found = read("name,asked,uscc\n张三,5000.00,91350100M000100Y43\n")
    assert found.ignored == ("name", "uscc")
    assert "张三" not in repr(found.applicants)


def test_every_cell_that_cannot_be_read_is_named_with_its_row_and_column() -> None:
    found = refused("asked,registered_on,points\nmuch,2018-01-01,1\n0.00,yesterday,many\n")
    places = ("1/asked", "2/asked", "2/points", "2/registered_on")
    assert sorted(found) == [("roster.cell", f"/file/{place}") for place in places]


def test_a_row_that_is_too_short_asks_for_nothing() -> None:
    assert refused("region,asked\n440703\n") == [("roster.cell", "/file/1/asked")]


@pytest.mark.parametrize("content", [b"\xff\xfe", b'asked\n"5000', b"region\n440703\n", b""])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    assert refused(content) == [("list.file", "/file")]


def test_a_list_without_rows_is_refused() -> None:
    assert refused("asked\n") == [("list.empty", "/file")]


def test_a_list_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "ROWS_MAX", 1)
    assert refused("asked\n1.00\n1.00\n") == [("list.too_long", "/file")]


@pytest.mark.parametrize("day", ["9999-12-31", "1799-12-31", "0001-01-01", "20180101x", "soon"])
def test_a_day_lies_in_years_that_can_be_reckoned_with(day: str) -> None:
    assert refused(f"asked,registered_on\n1.00,{day}\n") == [("roster.cell", "/file/1/registered_on")]


@pytest.mark.parametrize("number", ["-1", "３", "1e3", "1" * 10])
def test_a_whole_number_is_digits_alone(number: str) -> None:
    assert refused(f"asked,points\n1.00,{number}\n") == [("roster.cell", "/file/1/points")]


def test_what_is_wrong_with_a_file_has_chinese_words() -> None:
    wrong = (b"\xff\xfe", b'asked\n"5000', b"region\n", b"asked,points,registered_on\nx,y,z\n")
    for content in wrong:
        with pytest.raises(Refusal) as caught:
            of_file(content, a_scheme(), day=DAY)
        assert {reason.numbers["why"] for reason in caught.value.reasons} <= WHYS.keys()
