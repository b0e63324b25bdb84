"""A statement is believed whole or not at all: it agrees with itself and with all that is known of its account."""

from collections.abc import Mapping, Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.reconciliation.domain.movement import Movement, identified
from services.voucher.reconciliation.domain.sheet import Sheet
from services.voucher.reconciliation.domain.statement import Known, StatementState, Verdict, judge
from tests.voucher.reconciliation.samples import ACCOUNT, movement

FIRST = Known(before=0, until=0, by_key={})


def sheet(movements: Sequence[Movement], opening: int = 0, closing: int | None = None) -> Sheet:
    end = opening + sum(one.amount for one in movements) if closing is None else closing
    return Sheet(date(2020, 11, 1), date(2020, 11, 30), opening, end, tuple(movements))


def verdict(one: Sheet, known: Known = FIRST) -> Verdict:
    return judge(one, identified(ACCOUNT, one.movements), known, currency="CNY")


def keys(movements: Sequence[Movement]) -> Mapping[str, Movement]:
    return {one.key: one.movement for one in identified(ACCOUNT, movements)}


def faults(found: Verdict) -> list[tuple[str, str]]:
    assert found.state is StatementState.DISAGREES
    assert found.new == ()
    return [(fault.code, fault.pointer) for fault in found.faults]


def test_the_first_statement_of_an_account_adds_all_its_lines() -> None:
    found = verdict(sheet([movement(500), movement(-100)]))
    assert found.state is StatementState.IMPORTED
    assert [one.number for one in found.new] == [1, 2]


def test_what_is_known_is_not_added_again() -> None:
    whole = [movement(500), movement(-100)]
    known = Known(before=0, until=500, by_key=keys(whole[:1]))
    assert [one.movement for one in verdict(sheet(whole), known).new] == whole[1:]


@given(st.lists(st.integers(min_value=-3, max_value=3).filter(bool), max_size=8))
def test_a_whole_file_sent_again_adds_nothing(amounts: list[int]) -> None:
    whole = [movement(amount) for amount in amounts]
    known = Known(before=0, until=sum(amounts), by_key=keys(whole))
    assert verdict(sheet(whole), known) == Verdict((), ())


def test_lines_that_do_not_lead_from_opening_to_closing_are_not_believed() -> None:
    found = verdict(sheet([movement(500)], closing=400))
    assert faults(found) == [("statement.arithmetic", "/closing")]
    assert found.faults[0].numbers == {"expected": "5.00", "stated": "4.00", "difference": "-1.00"}


def test_an_opening_that_is_not_what_came_before_shows_a_gap() -> None:
    assert faults(verdict(sheet([], opening=5))) == [("statement.opening", "/opening")]


def test_a_line_of_the_period_that_is_missing_now_shows_at_the_closing() -> None:
    both = [movement(500), movement(-100)]
    known = Known(before=0, until=400, by_key=keys(both))
    assert faults(verdict(sheet(both[:1]), known)) == [("statement.closing", "/closing")]


def test_an_altered_amount_under_a_known_reference_is_told_by_its_line() -> None:
    known = Known(before=0, until=500, by_key=keys([movement(500, bank_reference="B1")]))
    found = verdict(sheet([movement(-1), movement(499, bank_reference="B1")]), known)
    assert faults(found) == [("statement.line_differs", "/lines/2")]
    assert found.faults[0].numbers == {"line": 2, "reference": "B1"}


def test_a_reference_that_stands_twice_is_told() -> None:
    twice = [movement(5, bank_reference="B1")] * 2
    assert faults(verdict(sheet(twice))) == [("statement.reference_twice", "/lines/2")]


def test_an_older_statement_may_not_add_money_behind_a_newer_closing() -> None:
    known = Known(before=0, until=0, by_key={}, closing_on=date(2020, 12, 31))
    assert faults(verdict(sheet([movement(5)]), known)) == [("statement.later", "/lines")]


def test_an_older_statement_that_adds_nothing_is_welcome() -> None:
    known = Known(before=0, until=5, by_key=keys([movement(5)]), closing_on=date(2020, 12, 31))
    assert verdict(sheet([movement(5)]), known) == Verdict((), ())
