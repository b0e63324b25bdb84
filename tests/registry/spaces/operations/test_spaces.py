"""Recording spaces and who moves into them."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.operations.organizations import amend_organization, read_organization
from services.registry.spaces.domain.residency import Residency
from services.registry.spaces.domain.space import Premises, SpaceFacts, SpaceForm, SpaceKind, Sponsor
from services.registry.spaces.operations.recognitions import list_history
from services.registry.spaces.operations.residencies import list_residencies, record_residency
from services.registry.spaces.operations.spaces import amend_space, list_spaces, read_space, record_space
from tests.registry.samples import PENGJIANG, TAISHAN, asked, codes, organization, places, space
from tests.registry.spaces.samples import filed, proposed, recognised

SINCE = Period(date(2020, 1, 1))


def stay(space_id: UUID, *, team: UUID | None = None, firm: UUID | None = None, period: Period = SINCE) -> Residency:
    return Residency(new_id(), space_id, team, firm, period)


async def test_a_space_stands_in_its_operators_document(registry: Database) -> None:
    operator = await organization(registry)
    made = await space(registry, operator)
    told = await read_organization(asked(registry, "get_organization"), operator)
    assert told["spaces"] == [f"spc_{made.hex}"]


async def test_a_space_tells_all_its_faults(registry: Database) -> None:
    wrong = SpaceFacts("", SpaceKind.MAKER_INCUBATING, SpaceForm.CAFE, uuid4(), "990000")
    with pytest.raises(Refusal) as refused:
        await record_space(asked(registry, "create_space"), wrong)
    assert places(refused.value) == {
        "/operator": "reference.unknown",
        "/name": "name.empty",
        "/region": "region.unlisted",
    }


async def test_an_operator_has_one_space_of_a_name(registry: Database) -> None:
    operator = await organization(registry)
    made = await space(registry, operator)
    with pytest.raises(Refusal) as refused:
        await space(registry, operator)
    assert refused.value.reasons[0].numbers == {"id": f"spc_{made.hex}"}


async def test_a_space_is_not_moved_away_from_its_filing_or_its_case(registry: Database) -> None:
    made, request = await space(registry, await organization(registry)), asked(registry, "update_space")
    told = await amend_space(request, made, version=1, changes={"region": TAISHAN})
    told = await amend_space(request, made, version=told["version"], changes={"region": PENGJIANG})
    told = await filed(registry, made)
    with pytest.raises(Refusal) as waiting:
        await amend_space(request, made, version=told["version"], changes={"region": TAISHAN})
    assert (codes(waiting.value), waiting.value.reasons[0].numbers["verb"]) == ({"space.state"}, "move")
    told = await recognised(registry, made)
    await proposed(registry, made)
    with pytest.raises(Refusal) as running:
        await amend_space(request, made, version=told["version"], changes={"region": TAISHAN})
    assert codes(running.value) == {"revocation.running"}


async def test_a_deregistered_organisation_opens_no_space(registry: Database) -> None:
    operator = await organization(registry)
    request = asked(registry, "update_organization")
    await amend_organization(request, operator, version=1, changes={"status": "deregistered"})
    with pytest.raises(Refusal) as refused:
        await space(registry, operator)
    assert codes(refused.value) == {"organization.deregistered"}


async def test_a_space_is_changed_from_the_version_that_was_read(registry: Database) -> None:
    made = await space(registry, await organization(registry))
    request = asked(registry, "update_space")
    told = await amend_space(request, made, version=1, changes={"name": "新谷 ", "status": "closed", "reason": "停业"})
    assert (told["name"], told["status"], told["version"]) == ("新谷", "closed", 2)
    with pytest.raises(Refusal) as refused:
        await amend_space(request, made, version=1, changes={})
    assert codes(refused.value) == {"edit.precondition"}


async def test_every_change_of_facts_stands_in_the_history_with_what_was_before(registry: Database) -> None:
    made, request = await space(registry, await organization(registry)), asked(registry, "update_space")
    facts = {"name": "新谷", "premises": Premises(seats=80), "reason": "更名"}
    told = await amend_space(request, made, version=1, changes=facts)
    await amend_space(request, made, version=told["version"], changes={"name": "新谷"})
    steps, _ = await list_history(asked(registry, "list_space_history"), made, after=None, limit=9)
    assert [(one["verb"], one["reason"], one["by"]) for one in steps[1:]] == [("amend", "更名", "per_1")]
    async with registry.read() as connection:
        *_, kept = await decisions.of_subject(connection, made)
    assert (kept.kind, kept.numbers["changed"]) == ("amend", {"name": ["珠西创谷", "新谷"], "seats": [None, "80"]})


async def test_a_space_is_not_closed_without_saying_why(registry: Database) -> None:
    made = await space(registry, await organization(registry))
    with pytest.raises(Refusal) as refused:
        await amend_space(asked(registry, "update_space"), made, version=1, changes={"status": "closed"})
    assert places(refused.value) == {"/reason": "reason.empty"}


async def test_a_space_does_not_take_anothers_name(registry: Database) -> None:
    operator = await organization(registry)
    await space(registry, operator, "甲")
    second = await space(registry, operator, "乙")
    with pytest.raises(Refusal) as refused:
        await amend_space(asked(registry, "update_space"), second, version=1, changes={"name": "甲"})
    assert codes(refused.value) == {"space.duplicate"}


async def test_a_space_is_seen_by_its_operator_and_in_its_region(registry: Database) -> None:
    operator, other = await organization(registry, 1), await organization(registry, 2)
    made = await space(registry, operator)
    assert await read_space(asked(registry, "get_space", "space", organization=operator), made)
    assert await read_space(asked(registry, "get_space", "reviewer", region=PENGJIANG), made)
    for blind in ({"role": "space", "organization": other}, {"role": "reviewer", "region": TAISHAN}):
        with pytest.raises(NotFound):
            await read_space(asked(registry, "get_space", **blind), made)


async def test_spaces_in_sight_are_listed_by_region_and_page(registry: Database) -> None:
    operator = await organization(registry)
    near, far = await space(registry, operator), await space(registry, operator, "台山谷", TAISHAN)
    request = asked(registry, "list_spaces")
    first, cursor = await list_spaces(request, region=None, after=None, limit=1)
    second, _ = await list_spaces(request, region=None, after=cursor, limit=1)
    assert [item["id"] for item in first + second] == [f"spc_{near.hex}", f"spc_{far.hex}"]
    assert [item["id"] for item in (await list_spaces(request, region=TAISHAN, after=None, limit=9))[0]] == [
        f"spc_{far.hex}"
    ]
    blind = asked(registry, "list_spaces", "space", organization=uuid4())
    assert await list_spaces(blind, region=None, after=None, limit=9) == ([], None)


async def test_an_organisation_moves_in_once(registry: Database) -> None:
    operator, firm = await organization(registry, 1), await organization(registry, 2)
    made = await space(registry, operator)
    own = asked(registry, "create_residency", "space", organization=operator)
    told = await record_residency(own, stay(made, firm=firm))
    assert (told["organization"], told["team"]) == (f"org_{firm.hex}", None)
    with pytest.raises(Refusal) as refused:
        await record_residency(own, stay(made, firm=firm))
    assert codes(refused.value) == {"residency.overlap"}


async def test_a_residency_tells_all_its_faults(registry: Database) -> None:
    made = await space(registry, await organization(registry))
    wrong = stay(made, team=uuid4(), firm=uuid4(), period=Period(date(2020, 2, 1), date(2020, 1, 1)))
    with pytest.raises(Refusal) as refused:
        await record_residency(asked(registry, "create_residency"), wrong)
    assert codes(refused.value) == {"reference.unknown", "residency.resident", "period.reversed"}


async def test_nobody_moves_into_a_space_that_is_not_there(registry: Database) -> None:
    with pytest.raises(NotFound):
        await record_residency(asked(registry, "create_residency"), stay(uuid4(), firm=uuid4()))


async def test_residents_are_listed(registry: Database) -> None:
    operator = await organization(registry, 1)
    made = await space(registry, operator)
    request = asked(registry, "create_residency")
    ids = [
        parse("rsd", (await record_residency(request, stay(made, firm=await organization(registry, number))))["id"])
        for number in (2, 3)
    ]
    reader = asked(registry, "list_residencies", "auditor")
    first, cursor = await list_residencies(reader, made, after=None, limit=1)
    second, end = await list_residencies(reader, made, after=cursor, limit=1)
    assert [parse("rsd", item["id"]) for item in first + second] == ids
    assert end is None


async def test_a_branch_names_its_parent(registry: Database) -> None:
    operator = await organization(registry)
    brand = await space(registry, operator, "全国品牌")
    branch = await space(registry, operator, "江门分空间")
    request = asked(registry, "update_space")
    told = await amend_space(request, branch, version=1, changes={"parent_id": brand})
    assert told["parent"] == f"spc_{brand.hex}"
    assert (await amend_space(request, branch, version=2, changes={"name": "蓬江分空间"}))["parent"] == told["parent"]
    with pytest.raises(Refusal) as refused:
        await amend_space(request, brand, version=1, changes={"parent_id": branch})
    assert places(refused.value) == {"/parent": "space.branch"}
    with pytest.raises(Refusal) as refused:
        await amend_space(request, brand, version=1, changes={"parent_id": uuid4()})
    assert places(refused.value) == {"/parent": "reference.unknown"}


async def test_a_space_is_recorded_with_sponsor_field_and_premises(registry: Database) -> None:
    operator = await organization(registry)
    brand = await space(registry, operator, "全国品牌")
    facts = SpaceFacts("江门分空间", SpaceKind.MAKER_INCUBATING, SpaceForm.CAFE, operator, PENGJIANG)
    premises = Premises(1200, 80, "创业园3栋 ")
    more = replace(facts, sponsor=Sponsor.OVERSEAS, field="health", premises=premises, parent_id=brand)
    told = await record_space(asked(registry, "create_space"), more)
    assert (told["sponsor"], told["field"], told["parent"]) == ("overseas", "health", f"spc_{brand.hex}")
    assert told["premises"] == {"area_square_metres": 1200, "seats": 80, "address": "创业园3栋"}
    with pytest.raises(Refusal) as refused:
        await record_space(asked(registry, "create_space"), replace(facts, name="另一个", parent_id=uuid4()))
    assert places(refused.value) == {"/parent": "reference.unknown"}


async def test_of_two_that_make_each_other_branches_one_does(registry: Database) -> None:
    operator = await organization(registry)
    one, other = await space(registry, operator, "甲"), await space(registry, operator, "乙")
    request = asked(registry, "update_space")
    made = await asyncio.gather(
        amend_space(request, one, version=1, changes={"parent_id": other}),
        amend_space(request, other, version=1, changes={"parent_id": one}),
        return_exceptions=True,
    )
    (refused,) = [one for one in made if isinstance(one, Refusal)]
    assert codes(refused) == {"space.branch"}
