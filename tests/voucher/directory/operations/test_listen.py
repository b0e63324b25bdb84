"""The directory keeps up with the registry: page by page, each with its cursor, again and again without harm."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.neighbours import Neighbour, NeighbourFailed
from services.voucher.directory.domain.change import Change, Place
from services.voucher.directory.neighbours import PAGE
from services.voucher.directory.operations.listen import faults, keep_listening, listen
from services.voucher.directory.store import feed, outline, parties
from tests.voucher.directory.told import Told, registry_at
from tests.voucher.redemption.samples import HOLDER, PAYEE, PROVIDER
from tests.voucher.redemption.stored import CALENDAR, CATEGORIES, admitted, organization

ALL = [organization(HOLDER), organization(PAYEE, provider=admitted("testing")), *CATEGORIES, CALENDAR]


@pytest.fixture
def told() -> Told:
    return Told(ALL)


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM directory_facts"))).scalar_one())


async def test_what_was_told_is_known(voucher_db: Database, told: Told) -> None:
    assert await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        assert set(await parties.read(connection, [HOLDER, PAYEE, UUID(int=99)])) == {HOLDER, PAYEE}
        assert (await parties.by_provider(connection, [PROVIDER]))[PROVIDER].id == PAYEE
        told_of, age = await outline.read(connection)
        assert told_of.categories.lineage("testing") == ("testing",)
        assert (await parties.working_days(connection)).years == {2020}
        assert not age.warns


async def test_an_organisation_is_found_by_its_credit_code(voucher_db: Database) -> None:
    told = Told([organization(HOLDER, uscc="91350100M000100Y43"), organization(PAYEE)])
    await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        found = await parties.by_uscc(connection, ["91350100M000100Y43", "11331021002687352Y"])
    assert {code: party.id for code, party in found.items()} == {"91350100M000100Y43": HOLDER}


async def test_the_outline_is_read_again_only_once_the_cursor_has_moved(voucher_db: Database, told: Told) -> None:
    await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        first, _ = await outline.read(connection)
        assert (await outline.read(connection))[0] is first
    told.changes.append(Change("calendar", "2021", {"year": 2021, "off": [], "worked": []}, "later"))
    await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        assert (await parties.working_days(connection)).years == {2020, 2021}


async def test_a_directory_that_heard_nothing_has_an_empty_outline(voucher_db: Database) -> None:
    async with voucher_db.read() as connection:
        empty, age = await outline.read(connection)
    assert (dict(empty.categories.parents), empty.calendar.years, age.refuses) == ({}, frozenset(), True)


async def test_listening_goes_on_from_its_cursor_and_hears_nothing_twice(voucher_db: Database, told: Told) -> None:
    await listen(voucher_db, told.registry)
    told.changes.append(organization(HOLDER, status="deregistered"))
    await listen(voucher_db, told.registry)
    assert told.asked == [None, str(len(ALL))]
    async with voucher_db.read() as connection:
        assert not (await parties.read(connection, [HOLDER]))[HOLDER].is_active
    assert await count(voucher_db) == len(ALL)


async def test_of_several_changes_in_one_page_the_last_counts(voucher_db: Database, told: Told) -> None:
    told.changes = [organization(HOLDER), organization(HOLDER, name="改名公司")]
    await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        assert (await parties.read(connection, [HOLDER]))[HOLDER].name == "改名公司"


async def test_a_full_page_is_not_yet_complete(voucher_db: Database, told: Told) -> None:
    told.changes = [organization(UUID(int=number)) for number in range(PAGE + 1)]
    assert not await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        assert (await feed.age(connection)).since_heard is None
    assert await listen(voucher_db, told.registry)
    assert await count(voucher_db) == PAGE + 1


async def test_of_two_readers_of_the_same_page_one_keeps_it(voucher_db: Database, told: Told) -> None:
    await asyncio.gather(listen(voucher_db, told.registry), listen(voucher_db, told.registry))
    async with voucher_db.read() as connection:
        place = await feed.place(connection)
    assert place == Place(str(len(ALL)), f"first {len(ALL)}")


async def test_a_registry_that_fails_changes_nothing(voucher_db: Database, told: Told) -> None:
    told.app.router.routes.pop()
    with pytest.raises(NeighbourFailed):
        await listen(voucher_db, told.registry)
    assert await count(voucher_db) == 0


async def listened(database: Database, told: Told, facts: int, poll_seconds: float = 0.01) -> None:
    """Listen until so many facts are known, then stop."""
    listening = asyncio.create_task(keep_listening(database, told.registry, poll_seconds=poll_seconds))
    for _ in range(200):
        await asyncio.sleep(0.02)
        if await count(database) == facts:
            break
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    assert await count(database) == facts


async def test_a_page_that_makes_no_sense_is_outlived(voucher_db: Database, told: Told) -> None:
    told.changes, told.mended = [Change("organization", "org_1", {"id": "org_1", "provider": {}}, "1")], ALL
    with capture_logs() as said:
        await listened(voucher_db, told, len(ALL))
    assert [one["event"] for one in said] == ["directory.failed"]


async def test_listening_goes_on_at_once_while_there_is_more(voucher_db: Database, told: Told) -> None:
    told.changes = [organization(UUID(int=number)) for number in range(PAGE + 1)]
    await listened(voucher_db, told, PAGE + 1, poll_seconds=60)


async def test_nothing_new_proves_that_the_directory_is_complete(voucher_db: Database, told: Told) -> None:
    told.changes = []
    assert await listen(voucher_db, told.registry)
    assert await faults(voucher_db) == []


async def test_a_neighbour_that_answers_an_error_is_asked_again(voucher_db: Database) -> None:
    nobody = Neighbour("http://registry", app=FastAPI())
    with capture_logs() as said:
        listening = asyncio.create_task(keep_listening(voucher_db, registry_at(nobody), poll_seconds=0.01))
        for _ in range(500):
            await asyncio.sleep(0.01)
            if len(said) > 1:
                break
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
    assert len(said) > 1
    assert {(one["event"], one["status"]) for one in said} == {("directory.unheard", 404)}


async def test_readiness_warns_until_the_directory_was_complete_lately(voucher_db: Database, told: Told) -> None:
    assert await faults(voucher_db) == ["directory: not complete for 15 minutes"]
    await listen(voucher_db, told.registry)
    assert await faults(voucher_db) == []


async def test_every_field_of_an_organisation_arrives(voucher_db: Database, told: Told) -> None:
    since = {"from": "2020-01-01", "until": "2020-12-31"}
    told.changes = [
        organization(
            HOLDER,
            priority_lists=[{"list": "jiangmen-2020", "class": "priority", **since}],
            sanctions=[{"id": "san_1", "kind": "dishonesty", **since}],
            related_parties=[{"organization": show("org", PAYEE), "kind": "ownership", **since}],
            registered_on=None,
        )
    ]
    await listen(voucher_db, told.registry)
    async with voucher_db.read() as connection:
        party = (await parties.read(connection, [HOLDER]))[HOLDER]
    day = date(2020, 12, 31)
    assert [(one.list, one.priority_class) for one in party.priority] == [("jiangmen-2020", "priority")]
    assert party.sanctioned_on(day) is not None
    assert party.related_to(PAYEE, day) is not None
    assert (party.registered_on, party.provider) == (None, None)
