"""Whether two organisations are related on a date, and how."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.relation import Known, Relation, RelationKind, relations
from services.registry.parties.domain.standing import Link, LinkKind

DAY = date(2020, 9, 14)
A, B, C, D = FIRMS = [UUID(int=number) for number in range(1, 5)]
YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))


def link(a: UUID, b: UUID, kind: LinkKind = LinkKind.SHARED_OFFICERS, period: Period = YEAR) -> Link:
    first, second = sorted((a, b))
    return Link(new_id(), first, second, kind, period, new_id())


def owns(owner: UUID, held: UUID, share: int = 5_000, period: Period = YEAR) -> Link:
    return replace(link(owner, held, LinkKind.OWNERSHIP, period), share=share, owner_id=owner)


def kinds(a: UUID, b: UUID, *links: Link, on: date = DAY) -> list[str]:
    return [one.kind.value for one in relations(a, b, Known(links), on)]


def test_an_organisation_is_related_to_itself() -> None:
    assert relations(A, A, Known(()), DAY) == [Relation(RelationKind.SAME)]


def test_nobody_is_related_without_a_fact_that_says_so() -> None:
    assert kinds(A, B, owns(C, B), link(A, C)) == []


@pytest.mark.parametrize("kind", [LinkKind.SUBORDINATION, LinkKind.CO_FOUNDING, LinkKind.SHARED_OFFICERS])
def test_what_joins_two_directly_counts_between_these_two_only(kind: LinkKind) -> None:
    joined = [link(A, B, kind), link(B, C, kind)]
    assert kinds(A, B, *joined) == [kind.value]
    assert kinds(A, C, *joined) == []


def test_every_step_is_told_with_the_link_and_the_document_behind_it() -> None:
    upper, lower = owns(A, B, 3_000), owns(B, C, 4_000)
    (found,) = relations(A, C, Known([lower, upper]), DAY)
    assert (found.kind, found.share) == (RelationKind.OWNERSHIP, 4_000)
    assert [(step.from_id, step.to_id, step.link_id, step.document_id) for step in found.steps] == [
        (A, B, upper.id, upper.document_id),
        (B, C, lower.id, lower.document_id),
    ]


def test_a_small_share_relates_nobody_and_one_that_nobody_recorded_counts_between_the_two() -> None:
    assert kinds(A, B, owns(A, B, 2_499)) == []
    unknown = link(A, B, LinkKind.OWNERSHIP)
    assert kinds(A, B, unknown) == ["ownership"]
    assert kinds(A, C, unknown, owns(B, C)) == []


def test_two_who_belong_to_the_same_are_related_through_him() -> None:
    (found,) = relations(B, A, Known([owns(C, A, 2_500), owns(C, B, 9_000)]), DAY)
    assert (found.kind, found.through, found.share) == (RelationKind.COMMON_OWNER, C, 2_500)
    assert {(step.from_id, step.to_id) for step in found.steps} == {(C, A), (C, B)}


def test_a_link_counts_on_its_days_only() -> None:
    joined = [owns(A, B), owns(B, C, period=Period(date(2020, 1, 1), date(2020, 9, 13)))]
    assert kinds(A, C, *joined, on=date(2020, 9, 13)) == ["ownership"]
    assert kinds(A, C, *joined) == []


def test_several_ways_are_all_told() -> None:
    ways = kinds(A, B, owns(A, B), owns(B, A), owns(C, A), owns(C, B), link(A, B), link(A, B, LinkKind.CO_FOUNDING))
    assert ways == ["ownership", "ownership", "common_owner", "co_founding", "shared_officers"]


def test_the_same_persons_on_both_sides_are_told_as_derived() -> None:
    found = relations(A, B, Known((), [LinkKind.SHARED_OFFICERS, LinkKind.CO_FOUNDING]), DAY)
    assert [(one.kind.value, one.derived) for one in found] == [("co_founding", True), ("shared_officers", True)]
    assert {step.link_id for one in found for step in one.steps} == {None}


def test_the_same_address_is_no_kind_of_link() -> None:
    assert {kind.value for kind in LinkKind} == {"ownership", "subordination", "co_founding", "shared_officers"}


PAIRS = st.sampled_from(list(permutations(FIRMS, 2)))
LINKS = st.lists(
    st.one_of(
        st.builds(lambda ends, share: owns(ends[0], ends[1], share), PAIRS, st.integers(1, 10_000)),
        st.builds(lambda ends, kind: link(ends[0], ends[1], kind), PAIRS, st.sampled_from(LinkKind)),
    ),
    max_size=8,
)


@given(LINKS)
def test_a_relation_has_no_direction(links: list[Link]) -> None:
    assert relations(A, B, Known(links), DAY) == relations(B, A, Known(links), DAY)


@given(LINKS, LINKS)
def test_another_fact_never_makes_two_unrelated(links: list[Link], more: list[Link]) -> None:
    before, after = (relations(A, B, Known(some), DAY) for some in (links, [*links, *more]))
    assert {one.kind for one in before} <= {one.kind for one in after}
