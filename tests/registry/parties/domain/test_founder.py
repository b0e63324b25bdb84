"""A founder is of listed classes, on days that do not overlap, and keeps a post for three years at most."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.catalogue import data as papers
from services.registry.catalogue.domain.period import Period
from services.registry.catalogue.domain.policy_text import parse
from services.registry.parties.data import founder_kinds
from services.registry.parties.domain.founder import (
    FounderClass,
    FounderRole,
    Founding,
    class_faults,
    founding_faults,
)
from tests.registry.samples import TODAY

ME, PAPER, FIRM, TEAM = (UUID(int=n) for n in range(1, 5))
SINCE = date(2020, 1, 1)
STUDENT = FounderClass(ME, ME, "student", Period(SINCE), PAPER)
KEPT = FounderClass(ME, ME, "researcher", Period(SINCE), PAPER, " 五邑大学 ", date(2023, 1, 1))
FOUNDED = Founding(ME, ME, FIRM, None, FounderRole.FOUNDER, Period(SINCE), PAPER)


def codes(wanted: FounderClass, *known: FounderClass) -> list[tuple[str, str | None]]:
    return [(one.code, one.pointer) for one in class_faults(wanted, known, kinds=founder_kinds(), today=TODAY)]


def test_every_class_is_named_by_a_clause_that_its_paper_has() -> None:
    cited = {clause for kind in founder_kinds().values() for clause in kind.clauses}
    clauses = {
        (policy, clause.id)
        for policy in {one for one, _ in cited}
        for clause in parse(papers.shipped_paper(policy)).clauses
    }
    assert cited - clauses == set()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (STUDENT, []),
        (KEPT, []),
        (replace(STUDENT, kind="king"), [("founder_class.unlisted", "/class")]),
        (replace(STUDENT, period=Period(date(2020, 9, 15))), [("date.future", "/from")]),
        (replace(STUDENT, period=Period(SINCE, date(2019, 1, 1))), [("period.reversed", "/until")]),
        (replace(KEPT, kept_until=date(2023, 1, 2)), [("founder_class.employment", "/kept_until")]),
        (replace(KEPT, kept_until=date(2019, 12, 31)), [("founder_class.employment", "/kept_until")]),
        (replace(KEPT, kept_until=None), [("founder_class.employment", "/kept_until")]),
        (replace(KEPT, employer=None), [("founder_class.employment", "/kept_until")]),
        (replace(KEPT, employer=" "), [("name.empty", "/employer")]),
        (replace(KEPT, kind="student"), [("founder_class.employment", "/kept_until")]),
    ],
)
def test_all_that_is_wrong_with_a_class_is_told(wanted: FounderClass, found: list[tuple[str, str]]) -> None:
    assert codes(wanted) == found


@given(st.dates(date(2000, 1, 1), TODAY), st.integers(0, 2_000))
def test_a_post_is_kept_for_three_years_at_most(start: date, days: int) -> None:
    until = date.fromordinal(start.toordinal() + days)
    wanted = replace(KEPT, period=Period(start), kept_until=until)
    third = start.replace(year=start.year + 3, day=min(start.day, 28) if start.month == 2 else start.day)
    if until <= third:
        assert codes(wanted) == []
    if days > 3 * 366:
        assert codes(wanted) == [("founder_class.employment", "/kept_until")]


def test_a_class_holds_once_on_a_day_and_two_may_hold_together() -> None:
    assert codes(STUDENT, STUDENT, STUDENT) == [("founder_class.overlap", "/from")]
    assert codes(STUDENT, replace(STUDENT, period=Period(date(2019, 1, 1), date(2019, 12, 31))), KEPT) == []


def test_an_employer_is_kept_as_it_is_written() -> None:
    assert (KEPT.written().employer, STUDENT.written()) == ("五邑大学", STUDENT)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (FOUNDED, [("founding.overlap", "/from")]),
        (replace(FOUNDED, role=FounderRole.EXECUTIVE), []),
        (replace(FOUNDED, organization_id=None, team_id=TEAM), []),
        (replace(FOUNDED, team_id=TEAM), [("founding.founded", "/organization")]),
        (replace(FOUNDED, organization_id=None), [("founding.founded", "/organization")]),
        (replace(FOUNDED, organization_id=PAPER, period=Period(date(2020, 9, 15))), [("date.future", "/from")]),
        (
            replace(FOUNDED, organization_id=PAPER, period=Period(SINCE, date(2019, 1, 1))),
            [("period.reversed", "/until")],
        ),
    ],
)
def test_all_that_is_wrong_with_a_founding_is_told(wanted: Founding, found: list[tuple[str, str]]) -> None:
    assert [(one.code, one.pointer) for one in founding_faults(wanted, [FOUNDED, FOUNDED], today=TODAY)] == found
