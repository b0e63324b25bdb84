"""Whom a region supports is prepared by one person, published by another, and shown to everybody."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.spaces.store.spaces import SPACES
from services.registry.statistics.domain.supported import ListState, SupportedList
from services.registry.statistics.operations import supported
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, TODAY, admitted, asked, organization
from tests.registry.statistics.samples import openly, recognised, spaces


def another(registry: Database, operation: str) -> Asked:
    found = asked(registry, operation)
    return replace(found, permit=replace(found.permit, caller=replace(found.permit.caller, person="per_2")))


async def new_space(registry: Database, decided_on: date = TODAY) -> UUID:
    """A space that is recognised."""
    (one,) = await spaces(registry, PENGJIANG, 1)
    await recognised(registry, one, decided_on)
    async with registry.begin() as connection:
        await connection.execute(SPACES.update().where(SPACES.c.id == one).values(state="recognised"))
    return one


async def prepared(registry: Database) -> SupportedList:
    await new_space(registry)
    await admitted(registry, await organization(registry, 9))
    return await supported.prepare_list(asked(registry, "prepare_supported_objects"), CITY)


async def published(registry: Database) -> SupportedList:
    found = await prepared(registry)
    asking = another(registry, "publish_supported_objects")
    return await supported.publish_list(asking, found.id, digest=found.digest)


async def test_a_list_names_new_spaces_and_admitted_providers(registry: Database) -> None:
    found = await prepared(registry)
    assert [(one.name, one.grounds) for one in found.entries] == [
        ("空间1", ("recognised_this_year",)),
        ("江门9号公司", ("admitted",)),
    ]


async def test_a_space_recognised_long_ago_is_on_it_only_by_an_assessment(registry: Database) -> None:
    await new_space(registry, date(2019, 5, 4))
    with pytest.raises(Refusal, match=r"supported\.nothing"):
        await supported.prepare_list(asked(registry, "prepare_supported_objects"), PENGJIANG)


async def test_one_list_of_a_region_and_year_is_prepared_at_a_time(registry: Database) -> None:
    found = await prepared(registry)
    with pytest.raises(Refusal) as refused:
        await supported.prepare_list(asked(registry, "prepare_supported_objects"), CITY)
    assert refused.value.reasons[0].numbers == {"id": f"sup_{found.id.hex}"}


async def test_nobody_but_who_works_on_it_sees_a_draft(registry: Database) -> None:
    found = await prepared(registry)
    with pytest.raises(NotFound, match=r"supported\.unknown"):
        await supported.read_published(openly(registry), found.id)
    other = asked(registry, "get_supported_objects_draft", "reviewer", region=TAISHAN)
    with pytest.raises(NotFound, match=r"supported\.unknown"):
        await supported.read_draft(other, found.id)
    assert await supported.read_draft(asked(registry, "get_supported_objects_draft"), found.id) == found


async def test_a_reviewer_prepares_his_region_only(registry: Database) -> None:
    other = asked(registry, "prepare_supported_objects", "reviewer", region=TAISHAN)
    with pytest.raises(NotFound, match=r"region\.unknown"):
        await supported.prepare_list(other, PENGJIANG)


async def test_who_prepared_a_list_does_not_publish_it(registry: Database) -> None:
    found = await prepared(registry)
    with pytest.raises(Refusal, match=r"supported\.own"):
        await supported.publish_list(asked(registry, "publish_supported_objects"), found.id, digest=found.digest)


async def test_a_list_that_is_no_longer_so_is_not_published(registry: Database) -> None:
    found = await prepared(registry)
    async with registry.begin() as connection:
        await connection.execute(SPACES.update().values(state="closed"))
    asking = another(registry, "publish_supported_objects")
    with pytest.raises(Refusal) as refused:
        await supported.publish_list(asking, found.id, digest=found.digest)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.numbers) == ("supported.outdated", {"lines": 1})


async def test_of_two_who_prepare_at_once_one_does(registry: Database) -> None:
    await admitted(registry, await organization(registry, 9))
    asking = asked(registry, "prepare_supported_objects")
    found = await asyncio.gather(*(supported.prepare_list(asking, CITY) for _ in range(4)), return_exceptions=True)
    refused = [one for one in found if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["supported.prepared"] * 3


async def test_a_published_list_is_everybodys(registry: Database) -> None:
    found = await published(registry)
    assert await supported.read_published(openly(registry), found.id) == found
    covers, _ = await supported.list_published(openly(registry), region=CITY, year=2020, after=None, limit=9)
    assert [(one.id, one.lines, one.digest) for one in covers] == [(found.id, 2, found.digest)]


async def test_the_next_list_of_a_year_replaces_the_one_before(registry: Database) -> None:
    first = await published(registry)
    second = await supported.prepare_list(asked(registry, "prepare_supported_objects"), CITY)
    await supported.publish_list(another(registry, "publish_supported_objects"), second.id, digest=second.digest)
    former = await supported.read_published(openly(registry), first.id)
    assert former.state is ListState.REPLACED
    covers, cursor = await supported.list_published(openly(registry), region=None, year=None, after=None, limit=1)
    assert ([one.id for one in covers], cursor) == ([second.id], None)


async def test_covers_are_turned_over(registry: Database) -> None:
    first = await published(registry)
    other = await supported.prepare_list(asked(registry, "prepare_supported_objects"), PENGJIANG)
    await supported.publish_list(another(registry, "publish_supported_objects"), other.id, digest=other.digest)
    page, cursor = await supported.list_published(openly(registry), region=None, year=None, after=None, limit=1)
    rest, end = await supported.list_published(openly(registry), region=None, year=None, after=cursor, limit=1)
    assert ([one.id for one in [*page, *rest]], end) == ([first.id, other.id], None)


async def test_a_dropped_list_makes_room_for_another(registry: Database) -> None:
    found = await prepared(registry)
    dropped = await supported.drop_list(asked(registry, "drop_supported_objects"), found.id)
    assert dropped.state is ListState.DROPPED
    again = await supported.prepare_list(asked(registry, "prepare_supported_objects"), CITY)
    assert again.id != found.id


async def test_every_step_is_decided_with_its_digest(registry: Database) -> None:
    found = await published(registry)
    async with registry.read() as connection:
        told = await decisions.of_subject(connection, found.id)
    assert [(one.kind, one.numbers["digest"]) for one in told] == [
        ("prepare", found.digest),
        ("publish", found.digest),
    ]


async def test_a_list_that_is_not_there_is_not_found(registry: Database) -> None:
    with pytest.raises(NotFound, match=r"supported\.unknown"):
        await supported.drop_list(asked(registry, "drop_supported_objects"), UUID(int=1))


async def test_of_two_who_publish_at_once_one_does(registry: Database) -> None:
    found = await prepared(registry)
    asking = another(registry, "publish_supported_objects")
    both = (supported.publish_list(asking, found.id, digest=found.digest) for _ in range(2))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [one.code for one in outcomes if isinstance(one, Refusal)] == ["supported.state"]
