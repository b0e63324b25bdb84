"""Recording organisations, changing them, and showing them whole."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.parties.operations.organizations import (
    amend_organization,
    list_organizations,
    read_organization,
    record_organization,
)
from services.registry.parties.store.organizations import OrganizationFilter
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, asked, codes, facts, organization


async def test_an_organisation_is_recorded_once_and_told_in_the_feed(registry: Database) -> None:
    told, is_new = await record_organization(asked(registry, "create_organization"), facts())
    assert (is_new, told["version"], told["uscc"]) == (True, 1, facts().uscc)
    async with registry.read() as connection:
        rows = await connection.execute(text("SELECT data FROM events WHERE type = 'organization.changed'"))
        assert list(rows.scalars()) == [told]


async def test_all_faults_are_told_at_once_and_nothing_is_kept(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await record_organization(asked(registry, "create_organization"), facts(name="", region="990000"))
    assert codes(refused.value) == {"name.empty", "region.unlisted"}
    async with registry.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM organizations"))).scalar_one() == 0


async def test_the_same_facts_again_give_the_same_organisation(registry: Database) -> None:
    first, _ = await record_organization(asked(registry, "create_organization"), facts())
    again, is_new = await record_organization(asked(registry, "create_organization"), facts(name=" 江门1号公司 "))
    assert (again, is_new) == (first, False)


async def test_other_facts_are_refused_to_an_operator_and_pass_by_a_service(registry: Database) -> None:
    known = await organization(registry)
    with pytest.raises(Refusal) as refused:
        await record_organization(asked(registry, "create_organization"), facts(name="别名"))
    assert refused.value.reasons[0].numbers == {"id": f"org_{known.hex}"}
    told, is_new = await record_organization(asked(registry, "create_organization", "service"), facts(name="别名"))
    assert (told["name"], is_new) == (facts().name, False)


async def test_twenty_at_once_make_one_organisation(registry: Database) -> None:
    request = asked(registry, "create_organization", "service")
    told = await asyncio.gather(*(record_organization(request, facts()) for _ in range(20)))
    assert len({document["id"] for document, _ in told}) == 1
    assert sum(is_new for _, is_new in told) == 1


async def test_an_operator_changes_what_he_read(registry: Database) -> None:
    known = await organization(registry)
    request = asked(registry, "update_organization")
    told = await amend_organization(request, known, version=1, changes={"region": TAISHAN})
    assert (told["region"], told["version"]) == (TAISHAN, 2)
    with pytest.raises(Refusal) as refused:
        await amend_organization(request, known, version=1, changes={"region": PENGJIANG})
    assert codes(refused.value) == {"edit.precondition"}


async def test_a_holder_declares_its_own_size_and_sees_no_other(registry: Database) -> None:
    mine, other = await organization(registry, 1), await organization(registry, 2)
    request = asked(registry, "update_organization", "holder", organization=mine)
    told = await amend_organization(request, mine, version=1, changes={"size_class": "small"})
    assert told["size_class"] == "small"
    with pytest.raises(NotFound):
        await amend_organization(request, other, version=1, changes={"size_class": "small"})


async def test_an_unknown_organisation_is_not_found(registry: Database) -> None:
    with pytest.raises(NotFound):
        await read_organization(asked(registry, "get_organization"), uuid4())
    with pytest.raises(NotFound):
        await amend_organization(asked(registry, "update_organization"), uuid4(), version=1, changes={})


async def test_a_reviewer_reads_his_own_region_only(registry: Database) -> None:
    near, far = await organization(registry, 1), await organization(registry, 2, region=TAISHAN)
    reviewer = asked(registry, "get_organization", "reviewer", region=PENGJIANG)
    assert (await read_organization(reviewer, near))["region"] == PENGJIANG
    with pytest.raises(NotFound):
        await read_organization(reviewer, far)


@pytest.mark.parametrize(("bound", "seen"), [(PENGJIANG, {1}), (TAISHAN, {2}), (CITY, {1, 2}), (None, set())])
async def test_a_reviewers_list_ends_where_his_region_ends(registry: Database, bound: str, seen: set[int]) -> None:
    ids = {1: await organization(registry, 1), 2: await organization(registry, 2, region=TAISHAN)}
    request = asked(registry, "list_organizations", "reviewer", region=bound)
    items, _ = await list_organizations(request, OrganizationFilter(), after=None, limit=10)
    assert {parse("org", item["id"]) for item in items} == {ids[number] for number in seen}


async def test_a_list_is_turned_over_without_gap_or_repetition(registry: Database) -> None:
    ids = [await organization(registry, number) for number in range(1, 6)]
    request = asked(registry, "list_organizations", "auditor")
    seen, cursor = await list_organizations(request, OrganizationFilter(), after=None, limit=2)
    while cursor is not None:
        more, cursor = await list_organizations(request, OrganizationFilter(), after=cursor, limit=2)
        seen += more
    assert [parse("org", item["id"]) for item in seen] == ids


@pytest.mark.parametrize(
    "wanted",
    [
        OrganizationFilter(uscc=facts(2).uscc),
        OrganizationFilter(region=TAISHAN),
        OrganizationFilter(name="100%"),
        OrganizationFilter(status="active", name="省"),
    ],
)
async def test_a_filter_narrows_and_takes_percent_literally(registry: Database, wanted: OrganizationFilter) -> None:
    await organization(registry, 1)
    two = await organization(registry, 2, region=TAISHAN, name="省心100%公司")
    items, _ = await list_organizations(asked(registry, "list_organizations"), wanted, after=None, limit=10)
    assert [parse("org", item["id"]) for item in items] == [two]


async def test_a_foreign_cursor_is_refused(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await list_organizations(asked(registry, "list_organizations"), OrganizationFilter(), after="bm9wZQ", limit=10)
    assert codes(refused.value) == {"page.cursor"}
