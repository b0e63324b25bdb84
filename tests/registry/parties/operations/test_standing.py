"""Recording what puts an organisation forward or holds it back."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.standing import Link, LinkKind, PriorityListing, Sanction, SanctionKind
from services.registry.parties.operations.organizations import read_organization
from services.registry.parties.operations.standing import (
    end_link,
    list_links,
    list_sanctions,
    read_link,
    read_sanction,
    record_link,
    record_listing,
    record_sanction,
)
from tests.registry.samples import ELSEWHERE, PENGJIANG, TAISHAN, asked, codes, document, organization, places

SINCE = Period(date(2020, 1, 1))


async def whole(registry: Database, organization_id: UUID) -> dict[str, Any]:
    return await read_organization(asked(registry, "get_organization"), organization_id)


async def link(registry: Database, a: UUID, b: UUID) -> UUID:
    first, second = sorted((a, b))
    wanted = Link(new_id(), first, second, LinkKind.OWNERSHIP, SINCE, await document(registry))
    return parse("rel", (await record_link(asked(registry, "create_related_party"), wanted))["id"])


async def sanction(registry: Database, organization_id: UUID) -> UUID:
    fixed = (new_id(), organization_id, SanctionKind.BAN, date(2020, 1, 1), date(2021, 1, 1), await document(registry))
    wanted = Sanction(*fixed, **ELSEWHERE)
    return parse("san", (await record_sanction(asked(registry, "create_sanction"), wanted))["id"])


async def test_a_priority_listing_stands_in_the_organisations_document(registry: Database) -> None:
    firm = await organization(registry)
    listing = PriorityListing(new_id(), firm, "重点名单", "priority", SINCE, await document(registry))
    told = await record_listing(asked(registry, "create_priority_listing"), listing)
    assert told["priority_lists"] == [{"list": "重点名单", "class": "priority", "from": "2020-01-01", "until": None}]
    assert told["version"] == 2


async def test_a_listing_tells_all_its_faults(registry: Database) -> None:
    listing = PriorityListing(new_id(), await organization(registry), "", "priority", SINCE, uuid4())
    with pytest.raises(Refusal) as refused:
        await record_listing(asked(registry, "create_priority_listing"), listing)
    assert places(refused.value) == {"/list": "name.empty", "/document": "reference.unknown"}


async def test_a_link_stands_in_both_documents_and_in_the_decision_log(registry: Database) -> None:
    a, b = await organization(registry, 1), await organization(registry, 2)
    made = await link(registry, a, b)
    for one, other in ((a, b), (b, a)):
        (related,) = (await whole(registry, one))["related_parties"]
        assert related["organization"] == f"org_{other.hex}"
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, made)
    assert (decision.subject_kind, decision.outcome, decision.request_id) == ("related_party", "recorded", "req_1")


async def test_a_link_tells_all_its_faults(registry: Database) -> None:
    nobody = uuid4()
    wanted = Link(new_id(), nobody, nobody, LinkKind.OWNERSHIP, Period(date(2020, 2, 1), date(2020, 1, 1)), uuid4())
    with pytest.raises(Refusal) as refused:
        await record_link(asked(registry, "create_related_party"), wanted)
    assert codes(refused.value) == {"reference.unknown", "related_party.itself", "period.reversed"}
    assert {reason.pointer for reason in refused.value.reasons} == {"/a", "/b", "/until", "/document"}


async def test_what_others_own_is_found_from_whichever_end(registry: Database) -> None:
    one, another, held = [await organization(registry, number) for number in (1, 2, 3)]
    paper = await document(registry)

    def share(owner: UUID, share: int) -> Link:
        fixed = (LinkKind.OWNERSHIP, SINCE, paper)
        return Link(new_id(), min(owner, held), max(owner, held), *fixed, share=share, owner_id=owner)

    await record_link(asked(registry, "create_related_party"), share(one, 2_500))
    with pytest.raises(Refusal) as refused:
        await record_link(asked(registry, "create_related_party"), share(another, 7_501))
    assert places(refused.value) == {"/share_basis_points": "related_party.whole"}


async def test_the_end_of_a_link_stands_in_both_documents_and_in_the_decision_log(registry: Database) -> None:
    a, b = await organization(registry, 1), await organization(registry, 2)
    made = await link(registry, a, b)
    request = asked(registry, "end_related_party")
    await end_link(request, made, last_day=date(2020, 8, 31), document_id=await document(registry))
    for one in (a, b):
        assert [related["until"] for related in (await whole(registry, one))["related_parties"]] == ["2020-08-31"]
    async with registry.read() as connection:
        assert [one.outcome for one in await decisions.of_subject(connection, made)] == ["recorded", "ended"]


async def test_the_end_of_a_link_tells_all_its_faults(registry: Database) -> None:
    made = await link(registry, await organization(registry, 1), await organization(registry, 2))
    request = asked(registry, "end_related_party")
    with pytest.raises(Refusal) as refused:
        await end_link(request, made, last_day=date(2019, 12, 31), document_id=uuid4())
    assert codes(refused.value) == {"period.reversed", "reference.unknown"}
    with pytest.raises(NotFound):
        await end_link(request, uuid4(), last_day=date(2020, 8, 31), document_id=uuid4())


async def test_two_may_own_parts_of_each_other(registry: Database) -> None:
    a, b = sorted((await organization(registry, 1), await organization(registry, 2)))
    request, paper = asked(registry, "create_related_party"), await document(registry)
    for owner in (a, b):
        await record_link(request, Link(new_id(), a, b, LinkKind.OWNERSHIP, SINCE, paper, 1_000, owner))
    with pytest.raises(Refusal, match=r"related_party\.overlap"):
        await record_link(request, Link(new_id(), a, b, LinkKind.OWNERSHIP, SINCE, paper, 500, a))


async def test_a_sanction_stands_in_the_document_and_in_the_decision_log(registry: Database) -> None:
    firm = await organization(registry)
    made = await sanction(registry, firm)
    (stands,) = (await whole(registry, firm))["sanctions"]
    whose = {"id": f"san_{made.hex}", "organization": f"org_{firm.hex}", "kind": "ban"}
    assert stands == {**whose, "from": "2020-01-01", "until": "2021-01-01"}
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, made)
    assert (decision.subject_kind, decision.actor) == ("sanction", "per_1")


async def test_a_sanction_of_nobody_or_of_no_length_is_refused(registry: Database) -> None:
    day = date(2020, 1, 1)
    with pytest.raises(Refusal) as refused:
        await record_sanction(
            asked(registry, "create_sanction"), Sanction(new_id(), uuid4(), SanctionKind.BAN, day, day, uuid4())
        )
    told = {reason.pointer for reason in refused.value.reasons}
    assert told == {"/organization", "/until", "/authority", "/decision_number", "/document"}


async def test_a_sanction_without_a_case_names_the_authority_that_decided_it(registry: Database) -> None:
    made = await sanction(registry, await organization(registry))
    told = await read_sanction(asked(registry, "get_sanction"), made)
    assert {name: told[name] for name in ("case", *ELSEWHERE)} == {"case": None, **ELSEWHERE}


@pytest.mark.parametrize("decided", ["'市监局', NULL, NULL", "'市监局', '1号', :firm"])
async def test_the_database_too_wants_a_number_and_no_authority_beside_a_case(registry: Database, decided: str) -> None:
    firm = await organization(registry)
    columns = "id, organization_id, kind, from_on, until_on, document_id, recorded_at, recorded_by"
    row = f"""INSERT INTO sanctions ({columns}, authority, decision_number, case_id)
        VALUES (gen_random_uuid(), :firm, 'ban', '2020-01-01', '2021-01-01', :firm, business_now(), '', {decided})"""
    with pytest.raises(IntegrityError, match="ck_sanctions_authority"):
        async with registry.begin() as connection:
            await connection.execute(text(row), {"firm": firm})


async def test_a_second_sanction_of_the_kind_on_the_same_days_is_refused(registry: Database) -> None:
    firm = await organization(registry)
    await sanction(registry, firm)
    with pytest.raises(Refusal) as refused:
        await sanction(registry, firm)
    assert codes(refused.value) == {"sanction.overlap"}


async def test_the_database_too_refuses_a_sanction_of_ten_years(registry: Database) -> None:
    firm = await organization(registry)
    row = "INSERT INTO sanctions VALUES (gen_random_uuid(), :firm, 'ban', '2020-01-01', '2030-01-01', :firm, now(), '')"
    with pytest.raises(IntegrityError, match="ck_sanctions_length"):
        async with registry.begin() as connection:
            await connection.execute(text(row), {"firm": firm})


@pytest.mark.parametrize("table", ["sanctions", "related_parties", "priority_listings", "admissions", "events"])
async def test_what_was_recorded_is_neither_changed_nor_deleted(registry: Database, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with pytest.raises(Exception, match="permission denied"):
            async with registry.begin() as connection:
                await connection.execute(text(statement))


async def test_a_link_is_shown_to_either_end_and_to_nobody_else(registry: Database) -> None:
    a, b, stranger = [await organization(registry, number) for number in (1, 2, 3)]
    made = await link(registry, a, b)
    for end in (a, b):
        request = asked(registry, "get_related_party", "holder", organization=end)
        assert (await read_link(request, made))["id"] == f"rel_{made.hex}"
    with pytest.raises(NotFound):
        await read_link(asked(registry, "get_related_party", "holder", organization=stranger), made)
    with pytest.raises(NotFound):
        await read_link(asked(registry, "get_related_party"), uuid4())


async def test_a_sanction_is_shown_in_its_region_only(registry: Database) -> None:
    made = await sanction(registry, await organization(registry))
    assert await read_sanction(asked(registry, "get_sanction", "reviewer", region=PENGJIANG), made)
    with pytest.raises(NotFound):
        await read_sanction(asked(registry, "get_sanction", "reviewer", region=TAISHAN), made)
    with pytest.raises(NotFound):
        await read_sanction(asked(registry, "get_sanction"), uuid4())


async def test_lists_show_what_is_in_sight_and_can_be_narrowed_and_turned_over(registry: Database) -> None:
    a, b, c = [await organization(registry, number) for number in (1, 2, 3)]
    made = [await link(registry, a, b), await link(registry, b, c)]
    request = asked(registry, "list_related_parties", "auditor")
    page, cursor = await list_links(request, None, after=None, limit=1)
    rest, end = await list_links(request, None, after=cursor, limit=1)
    assert ([item["id"] for item in page + rest], end) == ([f"rel_{one.hex}" for one in made], None)
    narrowed, _ = await list_links(request, a, after=None, limit=5)
    assert [item["id"] for item in narrowed] == [f"rel_{made[0].hex}"]
    own, _ = await list_links(
        asked(registry, "list_related_parties", "holder", organization=c), None, after=None, limit=5
    )
    assert [item["id"] for item in own] == [f"rel_{made[1].hex}"]


async def test_sanctions_in_sight_are_listed(registry: Database) -> None:
    near, far = await organization(registry, 1), await organization(registry, 2, region=TAISHAN)
    made = [await sanction(registry, near), await sanction(registry, far)]
    request = asked(registry, "list_sanctions", "reviewer", region=TAISHAN)
    assert [item["id"] for item in (await list_sanctions(request, None, after=None, limit=5))[0]] == [
        f"san_{made[1].hex}"
    ]
    everything = asked(registry, "list_sanctions")
    assert [item["id"] for item in (await list_sanctions(everything, near, after=None, limit=5))[0]] == [
        f"san_{made[0].hex}"
    ]
