"""Asking whether two organisations are related on a date, and how."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain import relation
from services.registry.parties.domain.standing import Link, LinkKind
from services.registry.parties.operations.relations import read_relations
from services.registry.parties.operations.standing import record_link
from services.registry.parties.store import relations as store
from services.registry.parties.store.people_tables import Founders, People
from tests.registry.samples import asked, document, organization

SINCE = Period(date(2020, 1, 1))


async def owns(registry: Database, owner: UUID, held: UUID, share: int = 5_000) -> str:
    a, b = sorted((owner, held))
    wanted = Link(new_id(), a, b, LinkKind.OWNERSHIP, SINCE, await document(registry), share, owner)
    return str((await record_link(asked(registry, "create_related_party"), wanted))["id"])


async def related(registry: Database, a: UUID, b: UUID, on: date | None = None, **who: Any) -> dict[str, Any]:
    return await read_relations(asked(registry, "list_relations", **who), a, b, on=on)


@pytest.fixture
async def firms(registry: Database) -> list[UUID]:
    return [await organization(registry, number) for number in range(1, 6)]


async def test_a_chain_of_owners_is_told_step_by_step_with_its_links(registry: Database, firms: list[UUID]) -> None:
    mother, daughter, granddaughter, *_ = firms
    links = [await owns(registry, mother, daughter, 2_500), await owns(registry, daughter, granddaughter, 6_000)]
    told = await related(registry, granddaughter, mother)
    (way,) = told["ways"]
    assert (told["related"], told["on"], way["kind"], way["share_basis_points"]) == (
        True,
        "2020-09-14",
        "ownership",
        6_000,
    )
    assert [step["link"] for step in way["steps"]] == links
    assert [step["share_basis_points"] for step in way["steps"]] == [2_500, 6_000]


async def test_sisters_are_related_through_their_mother(registry: Database, firms: list[UUID]) -> None:
    mother, one, other, below, stranger = firms
    for held in (one, other):
        await owns(registry, mother, held)
    await owns(registry, other, below, 2_499)
    (way,) = (await related(registry, one, other))["ways"]
    assert (way["kind"], way["through"]) == ("common_owner", f"org_{mother.hex}")
    assert (await related(registry, one, below))["ways"] == []
    assert (await related(registry, one, stranger))["related"] is False


async def test_what_joins_the_two_themselves_is_told_beside_their_owners(registry: Database, firms: list[UUID]) -> None:
    a, b, *_ = firms
    await owns(registry, a, b)
    first, second = sorted((a, b))
    wanted = Link(
        new_id(), first, second, LinkKind.SHARED_OFFICERS, SINCE, await document(registry), officer_role="董事"
    )
    made = await record_link(asked(registry, "create_related_party"), wanted)
    ways = (await related(registry, a, b))["ways"]
    assert [way["kind"] for way in ways] == ["ownership", "shared_officers"]
    assert (made["officer_role"], ways[1]["steps"][0]["link"]) == ("董事", made["id"])


async def test_before_a_link_held_nobody_was_related(registry: Database, firms: list[UUID]) -> None:
    a, b, *_ = firms
    await owns(registry, a, b)
    assert (await related(registry, a, b, date(2019, 12, 31)))["related"] is False


async def test_whoever_may_see_one_of_the_two_may_ask(registry: Database, firms: list[UUID]) -> None:
    a, b, c, *_ = firms
    assert (await related(registry, a, b, role="holder", organization=a))["related"] is False
    with pytest.raises(NotFound):
        await related(registry, a, b, role="holder", organization=c)
    with pytest.raises(NotFound):
        await related(registry, a, uuid4())


async def test_nobody_says_anything_of_two_with_too_many_owners(
    registry: Database, firms: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c, *_ = firms
    await owns(registry, a, b)
    await owns(registry, b, c)
    for module in (relation, store):
        monkeypatch.setattr(module, "OWNERS_MAX", 1)
    with pytest.raises(Refusal, match=r"relation\.too_wide"):
        await related(registry, a, c)


async def test_the_same_person_on_both_sides_relates_them_and_is_not_named(
    registry: Database, firms: list[UUID]
) -> None:
    a, b, c, *_ = firms
    at = datetime(2020, 9, 14, tzinfo=UTC)
    kept = {"recorded_at": at, "recorded_by": "per_1"}
    person, paper = new_id(), await document(registry)
    stands = {"person_id": person, "from_on": date(2020, 1, 1), "document_id": paper, **kept}
    roles = {a: "founder", b: "co_founder", c: "executive"}
    rows = [{"id": new_id(), "organization_id": one, "role": role, **stands} for one, role in roles.items()]
    async with registry.begin() as connection:
        await connection.execute(insert(People.__table__).values(id=person, version=1, erased_at=at, **kept))
        await connection.execute(insert(Founders.__table__), rows)
    assert (await related(registry, a, b, role="holder", organization=a))["ways"] == []
    assert (await related(registry, a, b, role="reviewer", region="440700"))["related"] is True
    (founded,), (led,) = (await related(registry, a, b))["ways"], (await related(registry, b, c))["ways"]
    assert [(way["kind"], way["derived"]) for way in (founded, led)] == [
        ("co_founding", True),
        ("shared_officers", True),
    ]
    assert (await related(registry, a, b, date(2019, 12, 31)))["ways"] == []
    assert person.hex not in str(founded)
