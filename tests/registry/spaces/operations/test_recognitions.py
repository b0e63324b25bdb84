"""Filing, recognising, upgrading, revoking and giving up."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.spaces.domain.recognition import Level, Track
from services.registry.spaces.operations.recognitions import (
    become_incubator,
    decline_space,
    file_space,
    give_up_recognition,
    list_history,
)
from services.registry.spaces.operations.residencies import list_residencies, record_residency
from services.registry.spaces.operations.revocations import revoke_space
from services.registry.spaces.operations.spaces import amend_space, close_space, read_space
from services.registry.spaces.operations.teams import read_team
from tests.registry.samples import CITY, TAISHAN, TODAY, asked, codes, document, organization, places, space
from tests.registry.spaces.operations.test_spaces import stay
from tests.registry.spaces.samples import CLAUSE, feed, filed, ground, recognised, revoked, team


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def place(registry: Database, operator: UUID) -> UUID:
    return await space(registry, operator)


async def open_tasks(registry: Database, region: str = CITY) -> list[str]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(frozenset({"reviewer"}), region), after=None, limit=9)
    return [task.kind for _, task in found]


async def test_a_filing_waits_for_the_reviewer_of_the_region(registry: Database, operator: UUID, place: UUID) -> None:
    own = asked(registry, "file_space", "space", organization=operator)
    told = await file_space(own, place, document_id=await document(registry))
    assert told["state"] == "filed"
    assert await open_tasks(registry) == ["review_filing"]
    assert await open_tasks(registry, TAISHAN) == []


async def test_a_recognition_ends_the_wait_and_is_told_with_its_document(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    told = await recognised(registry, place)
    (one,) = told["recognitions"]
    assert (told["state"], one["level"], one["document_number"]) == ("recognised", "city", "江科〔2020〕61号")
    assert (one["decided_on"], one["ended_on"]) == (TODAY.isoformat(), None)
    assert await open_tasks(registry) == []


async def test_a_recognition_tells_all_its_faults(registry: Database, place: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await recognised(
            registry, place, document_number="", clause="", document_id=uuid4(), decided_on=TODAY + timedelta(days=1)
        )
    assert places(refused.value) == {
        "/document_number": "name.empty",
        "/clause": "name.empty",
        "/decided_on": "date.future",
        "/document": "reference.unknown",
        None: "space.state",
    }


async def test_an_upgrade_ends_the_former_recognition_of_its_track(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    await recognised(registry, place, decided_on=date(2020, 5, 1))
    await recognised(registry, place, track=Track.SME)
    told = await recognised(registry, place, level=Level.NATIONAL, decided_on=date(2020, 9, 1))
    assert [(one["track"], one["level"], one["end_reason"]) for one in told["recognitions"]] == [
        ("science", "city", "upgraded"),
        ("sme", "city", None),
        ("science", "national", None),
    ]
    assert told["recognitions"][0]["ended_on"] == "2020-09-01"


async def test_nobody_is_recognised_downwards_or_before_what_it_follows(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    await recognised(registry, place)
    with pytest.raises(Refusal) as refused:
        await recognised(registry, place, level=Level.COUNTY, decided_on=date(2020, 5, 1))
    assert places(refused.value) == {"/level": "recognition.level", "/decided_on": "recognition.order"}


async def test_a_filing_is_declined_with_its_reason(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    reviewer = asked(registry, "decline_space", "reviewer", region=CITY)
    told = await decline_space(reviewer, place, ground=await ground(registry, "场地未达标"))
    assert told["state"] == "recorded"
    assert await open_tasks(registry) == []


async def test_a_revoked_space_keeps_its_residents_and_takes_nobody_in(registry: Database, place: UUID) -> None:
    made = await team(registry, place)
    await filed(registry, place)
    await recognised(registry, place)
    told = await revoked(registry, place)
    assert (told["state"], told["revoked_on"]) == ("revoked", TODAY.isoformat())
    assert [one["end_reason"] for one in told["recognitions"]] == ["revoked"]
    (kept,) = (await read_team(asked(registry, "get_team"), made))["residencies"]
    assert kept["until"] is None
    with pytest.raises(Refusal) as refused:
        await record_residency(asked(registry, "create_residency"), stay(place, firm=await organization(registry, 2)))
    assert codes(refused.value) == {"space.revoked"}


async def test_there_is_no_way_back_from_revoked_but_a_filing_and_a_recognition(
    registry: Database, operator: UUID, place: UUID
) -> None:
    await filed(registry, place)
    await recognised(registry, place)
    await revoked(registry, place)
    with pytest.raises(Refusal) as refused:
        await recognised(registry, place)
    assert codes(refused.value) == {"space.state"}
    await filed(registry, place)
    reviewer = asked(registry, "decline_space", "reviewer", region=CITY)
    assert (await decline_space(reviewer, place, ground=await ground(registry)))["state"] == "revoked"
    await filed(registry, place)
    told = await recognised(registry, place)
    assert (told["state"], told["revoked_on"]) == ("recognised", None)
    firm = await organization(registry, 2)
    assert await record_residency(asked(registry, "create_residency"), stay(place, firm=firm))


async def test_a_revoked_space_that_closes_and_opens_stays_revoked(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    await recognised(registry, place)
    version = (await revoked(registry, place))["version"]
    request = asked(registry, "update_space")
    await amend_space(request, place, version=version, changes={"status": "closed", "reason": "停业"})
    told = await amend_space(request, place, version=version + 1, changes={"status": "active"})
    assert told["state"] == "revoked"


async def test_a_recognition_is_given_up_track_by_track(registry: Database, operator: UUID, place: UUID) -> None:
    await filed(registry, place)
    await recognised(registry, place)
    await recognised(registry, place, track=Track.SME)
    own = asked(registry, "give_up_recognition", "space", organization=operator)
    why = await ground(registry, "不再申报")
    assert (await give_up_recognition(own, place, Track.SME, ground=why))["state"] == "recognised"
    with pytest.raises(Refusal) as refused:
        await give_up_recognition(own, place, Track.SME, ground=why)
    assert codes(refused.value) == {"recognition.none"}
    assert (await give_up_recognition(own, place, Track.SCIENCE, ground=why))["state"] == "recorded"


async def test_a_recognised_space_becomes_an_incubator_once(registry: Database, place: UUID) -> None:
    reviewer = asked(registry, "become_incubator", "reviewer", region=CITY)
    why = await ground(registry, "升级为科技企业孵化器")
    await filed(registry, place)
    with pytest.raises(Refusal) as refused:
        await become_incubator(reviewer, place, on=TODAY, ground=why)
    assert codes(refused.value) == {"space.state"}
    await recognised(registry, place)
    assert (await become_incubator(reviewer, place, on=TODAY, ground=why))["incubator_since"] == TODAY.isoformat()
    with pytest.raises(Refusal) as refused:
        await become_incubator(reviewer, place, on=TODAY, ground=why)
    assert codes(refused.value) == {"space.incubator"}


async def test_a_closed_space_gives_up_its_recognitions_and_lets_everybody_leave(
    registry: Database, operator: UUID, place: UUID
) -> None:
    made, firm = await team(registry, place), await organization(registry, 2)
    request = asked(registry, "create_residency")
    await record_residency(request, stay(place, firm=firm))
    await filed(registry, place)
    await recognised(registry, place)
    own = asked(registry, "close_space", "space", organization=operator)
    told = await close_space(own, place, reason="租约到期")
    assert (told["state"], told["recognitions"][0]["end_reason"]) == ("closed", "given_up")
    left, _ = await list_residencies(asked(registry, "list_residencies"), place, after=None, limit=9)
    assert {(one["until"], one["ended_how"]) for one in left} == {(TODAY.isoformat(), "left")}
    assert (await read_team(asked(registry, "get_team"), made))["version"] == 2
    with pytest.raises(Refusal) as refused:
        await close_space(own, place, reason="再次关闭")
    assert codes(refused.value) == {"space.state"}


async def test_the_history_says_who_when_why_and_by_which_clause(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    await recognised(registry, place)
    await revoked(registry, place)
    reader = asked(registry, "list_space_history", "auditor")
    first, cursor = await list_history(reader, place, after=None, limit=2)
    rest, end = await list_history(reader, place, after=cursor, limit=2)
    assert [(one["number"], one["verb"], one["to"]) for one in first + rest] == [
        (1, "record", "recorded"),
        (2, "file", "filed"),
        (3, "recognise", "recognised"),
        (4, "revoke", "revoked"),
    ]
    assert (rest[1]["by"], rest[1]["reason"], rest[1]["clause"], end) == ("per_2", "连续两年考核不合格", CLAUSE, None)


async def test_every_act_is_decided_with_its_grounds_and_told_in_the_feed(
    registry: Database, operator: UUID, place: UUID
) -> None:
    await filed(registry, place)
    await recognised(registry, place)
    await revoked(registry, place)
    async with registry.read() as connection:
        *_, last = await decisions.of_subject(connection, place)
    assert (last.kind, last.outcome, last.clause) == ("revoke", "revoked", CLAUSE)
    told = await feed(registry)
    assert [one.subject_id for one in told[-2:]] == [f"org_{operator.hex}", f"spc_{place.hex}"]
    assert told[-1].data == await read_space(asked(registry, "get_space"), place)


async def test_a_reviewer_of_another_county_is_told_of_no_space(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    stranger = asked(registry, "revoke_space", "reviewer", region=TAISHAN)
    with pytest.raises(NotFound) as refused:
        await revoke_space(stranger, place, ground=await ground(registry))
    assert codes(refused.value) == {"space.unknown"}


async def test_of_two_recognitions_at_once_one_is_made(registry: Database, place: UUID) -> None:
    await filed(registry, place)
    made = await asyncio.gather(recognised(registry, place), recognised(registry, place), return_exceptions=True)
    (refused,) = [one for one in made if isinstance(one, Refusal)]
    assert codes(refused) == {"recognition.level"}
    told = await read_space(asked(registry, "get_space"), place)
    assert (len(told["recognitions"]), parse("spc", told["id"])) == (1, place)
