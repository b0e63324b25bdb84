"""Whether two are related: by a link between them, or by who owns them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.standards.holding import Kind
from services.voucher.directory.domain.groups import group
from services.voucher.directory.domain.party import Associate, Party, Relation, Span
from services.voucher.directory.domain.relations import relation

DAY = date(2020, 9, 14)
A, B, C, D = (UUID(int=number) for number in range(1, 5))
YEAR = Span(date(2020, 1, 1), date(2020, 12, 31))


def owned(*stakes: tuple[UUID, UUID, int], span: Span = YEAR) -> dict[UUID, Party]:
    """Everybody, each with the shares that he holds and that are held of him, as both their documents tell."""

    def of(one: UUID) -> Iterable[Relation]:
        for number, (owner, held, share) in enumerate(stakes):
            if one in (owner, held):
                other = held if one == owner else owner
                yield Relation(other, "ownership", span, f"rel_{number}", share, owner)

    return {one: Party(one, None, "", "440703", related=tuple(of(one))) for one in (A, B, C, D)}


def related(one: UUID, other: UUID, parties: dict[UUID, Party], day: date = DAY) -> str | None:
    found = relation(parties[one], parties[other], parties, day)
    return None if found is None else found.kind


def test_a_chain_of_owners_relates_its_ends() -> None:
    parties = owned((A, B, 2_500), (B, C, 2_500))
    assert [related(A, C, parties), related(C, A, parties), related(A, D, parties)] == ["ownership", "ownership", None]


def test_an_owner_in_common_relates_both() -> None:
    assert related(A, B, owned((C, A, 5_000), (C, B, 2_500))) == "common_owner"
    assert related(A, B, owned((C, A, 5_000), (C, B, 2_499))) is None


def test_small_shares_relate_nobody_until_they_add_up() -> None:
    small = [(A, B, 1_500), (C, B, 1_000)]
    assert related(A, B, owned(*small)) is None
    assert related(A, B, owned(*small, (A, C, 10_000))) == "ownership"


def test_what_is_over_relates_nobody() -> None:
    parties = owned((A, B, 9_000), (B, C, 9_000))
    assert related(A, C, parties, date(2021, 1, 1)) is None


def test_an_owner_never_heard_of_owns_nothing_further() -> None:
    parties = owned((A, B, 9_000), (B, C, 9_000))
    assert relation(parties[A], parties[C], {}, DAY) is None


def test_a_group_is_who_is_related_by_shares_too_and_not_by_small_ones() -> None:
    assert group(A, owned((A, B, 1_500), (C, B, 1_000)), DAY) == {A}
    assert group(A, owned((A, B, 1_500), (C, B, 1_000), (A, C, 2_500)), DAY) == {A, B, C}


def of_people(one: UUID, kind: Kind, *people: UUID, span: Span = YEAR) -> Party:
    return Party(one, None, "", "440703", kind=kind, people=tuple(Associate(person, span) for person in people))


def test_a_team_or_a_person_is_related_to_the_firm_of_its_own_people() -> None:
    firm = of_people(B, Kind.ORGANIZATION, C)
    for holder in (of_people(A, Kind.TEAM, C, D), of_people(C, Kind.PERSON, C)):
        found = relation(holder, firm, {}, DAY)
        assert found is not None
        assert found.kind == "co_founding"
        assert relation(holder, firm, {}, date(2021, 1, 1)) is None
    assert relation(of_people(A, Kind.TEAM, D), firm, {}, DAY) is None


def test_two_firms_are_related_by_recorded_links_alone() -> None:
    one, other = (of_people(firm, Kind.ORGANIZATION, C) for firm in (A, B))
    assert relation(one, other, {}, DAY) is None
