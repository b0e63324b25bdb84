"""A group is everyone who is linked that day, over however many links and whichever side tells of them."""

import itertools
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.directory.domain.groups import MEMBERS_MAX, group
from services.voucher.directory.domain.party import Party, Relation, Span

DAY = date(2020, 9, 14)
YEAR = Span(date(2020, 1, 1), date(2020, 12, 31))
FIRMS = [UUID(int=number) for number in range(1, 7)]
LINKS = st.sets(st.tuples(st.sampled_from(FIRMS), st.sampled_from(FIRMS)))


def told(links: set[tuple[UUID, UUID]], span: Span = YEAR) -> dict[UUID, Party]:
    """Each link as the first of its two sides tells it."""
    return {
        one: Party(one, None, "", "440703", related=tuple(Relation(b, "ownership", span) for a, b in links if a == one))
        for one in FIRMS
    }


def test_a_link_of_a_link_belongs_to_the_group() -> None:
    mother, daughter, sister, *_ = FIRMS
    assert group(sister, told({(mother, daughter), (mother, sister)}), DAY) == {mother, daughter, sister}


def test_a_link_that_is_over_binds_nobody() -> None:
    assert group(FIRMS[0], told({(FIRMS[0], FIRMS[1])}), date(2021, 1, 1)) == {FIRMS[0]}


def test_one_never_heard_of_stands_alone() -> None:
    assert group(FIRMS[0], {}, DAY) == {FIRMS[0]}


def test_more_than_can_be_counted_together_are_refused() -> None:
    row = [UUID(int=number) for number in range(1, MEMBERS_MAX + 2)]
    parties = {
        a: Party(a, None, "", "440703", related=(Relation(b, "ownership", YEAR),)) for a, b in itertools.pairwise(row)
    }
    for one in (row[0], row[9]):
        with pytest.raises(Refusal, match=r"group\.too_large"):
            group(one, parties, DAY)
    del parties[row[-2]]
    assert len(group(row[0], parties, DAY)) == MEMBERS_MAX


@given(LINKS)
def test_a_group_is_the_same_for_each_of_its_members(links: set[tuple[UUID, UUID]]) -> None:
    parties = told(links)
    for one in FIRMS:
        found = group(one, parties, DAY)
        assert {group(member, parties, DAY) for member in found} == {found}
        assert all((a in found) == (b in found) for a, b in links)
