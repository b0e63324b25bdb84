"""The change feed: whole documents, in an order that skips nothing."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import cast, literal
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import events
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.events import Entry, Event
from services.chassis.ids import new_id
from services.chassis.tables import Xid8
from services.registry.catalogue.domain.period import Period
from services.registry.feed.operations.changes import read_changes
from services.registry.parties.domain.standing import PriorityListing
from services.registry.parties.operations.organizations import amend_organization
from services.registry.parties.operations.standing import record_listing
from tests.registry.samples import asked, document, organization


async def told(registry: Database, after: str | None = None) -> tuple[list[str], str | None]:
    """The ids of what the feed tells after a cursor, and the cursor to go on from."""
    found = await page(registry, after)
    return [entry.event.subject_id for entry in found], found[-1].cursor if found else after


async def page(registry: Database, after: str | None, limit: int = 200) -> list[Entry]:
    told = await read_changes(asked(registry, "list_changes", "service"), after=after, seen=None, limit=limit)
    return told.entries


async def tell(connection: AsyncConnection, name: str) -> None:
    event = Event("organization.changed", "organization", name, (), {"id": name}, await business_now(connection))
    await events.append(connection, [event])


async def a_late_commit(registry: Database) -> list[list[str]]:
    """What a reader hears while one transaction that began first commits last."""
    _, cursor = await told(registry)
    async with registry.begin() as early:
        await tell(early, "early")
        async with registry.begin() as quick:
            await tell(quick, "quick")
        meanwhile, cursor = await told(registry, cursor)
    afterwards, _ = await told(registry, cursor)
    return [meanwhile, afterwards]


async def test_a_change_that_took_its_place_first_and_commits_last_is_not_skipped(registry: Database) -> None:
    assert await a_late_commit(registry) == [[], ["early", "quick"]]


async def test_without_the_horizon_it_would_be_skipped(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HORIZON", cast(literal(str(2**63 - 1)), Xid8()))
    meanwhile, afterwards = await a_late_commit(registry)
    assert (meanwhile, afterwards) == (["quick"], [])


async def test_a_change_that_is_rolled_back_is_not_told(registry: Database) -> None:
    _, cursor = await told(registry)
    async with registry.engine.connect() as connection:
        await tell(connection, "gone")
        await connection.rollback()
    assert await told(registry, cursor) == ([], cursor)


async def test_every_change_tells_the_whole_document_again(registry: Database) -> None:
    firm = await organization(registry)
    _, cursor = await told(registry)
    changed = await amend_organization(
        asked(registry, "update_organization"), firm, version=1, changes={"name": "新名"}
    )
    (entry,) = await page(registry, cursor)
    assert (entry.event.subject_kind, entry.event.data) == ("organization", changed)


async def test_the_feed_is_read_page_by_page(registry: Database) -> None:
    whole, _ = await told(registry)
    paged: list[str] = []
    cursor = None
    while found := await page(registry, cursor, limit=7):
        paged += [entry.event.subject_id for entry in found]
        cursor = found[-1].cursor
    assert paged == whole


async def test_of_many_writers_at_once_every_change_is_heard_once_and_of_one_thing_in_order(registry: Database) -> None:
    firms = [await organization(registry, number) for number in range(1, 4)]
    _, cursor = await told(registry)

    async def change(firm: UUID, number: int) -> None:
        listing = PriorityListing(new_id(), firm, f"名单{number}", "priority", Period(date(2020, 1, 1)), paper)
        await record_listing(asked(registry, "create_priority_listing"), listing)

    paper, heard = await document(registry), list[Entry]()
    writers = asyncio.gather(*(change(firm, number) for number in range(8) for firm in firms))
    while True:
        over = writers.done()
        if found := await page(registry, cursor, limit=5):
            heard, cursor = heard + found, found[-1].cursor
        elif over:
            break
        await asyncio.sleep(0)
    await writers
    versions = {
        firm: [one.event.data["version"] for one in heard if one.event.subject_id == f"org_{firm.hex}"]
        for firm in firms
    }
    assert versions == {firm: list(range(2, 10)) for firm in firms}
    assert len({one.id for one in heard}) == len(heard) == 24


async def test_a_replay_from_zero_ends_with_what_one_knows_who_listened_all_the_time(registry: Database) -> None:
    listened, cursor = dict[str, object](), None
    for number in range(1, 4):
        firm = await organization(registry, number)
        await amend_organization(
            asked(registry, "update_organization"), firm, version=1, changes={"name": f"改{number}"}
        )
        while found := await page(registry, cursor, limit=7):
            listened |= {one.event.subject_id: one.event.data for one in found}
            cursor = found[-1].cursor
    whole: list[Entry] = []
    while found := await page(registry, whole[-1].cursor if whole else None, limit=3):
        whole += found
    assert {one.event.subject_id: one.event.data for one in whole} == listened
