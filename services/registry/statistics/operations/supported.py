"""Prepares the list of whom a region supports, which another person publishes."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.region import region_faults
from services.registry.catalogue.store import catalogue
from services.registry.statistics.domain.supported import (
    Cover,
    Entry,
    ListState,
    SupportedList,
    drop,
    prepare,
    publish,
    space_entry,
)
from services.registry.statistics.operations.openly import Openly
from services.registry.statistics.store import supported
from services.registry.statistics.store.counting import Asof

OPEN_TO_ALL = frozenset({ListState.PUBLISHED, ListState.REPLACED})


async def prepare_list(asked: Asked, region: str) -> SupportedList:
    """Prepare the list of a region for this year: who is in its scope today; publishing it is another person's task.

    NotFound ``region.unknown``; Refusal ``region.unlisted``, ``supported.nothing``, ``supported.prepared`` when one is
    prepared already.
    """
    async with asked.database.begin() as connection:
        asked.permit.require("region.unknown", region=region)
        refuse_all(region_faults(region, regions=await catalogue.regions(connection), pointer="/region"))
        now = await business_now(connection)
        today = asked.day_of(now)
        entries = await _entries(connection, asked, region, today.year, today)
        drafted = prepare(SupportedList(new_id(), region, today.year, entries, asked.actor, now))
        if not await supported.add(connection, drafted):
            known = await supported.prepared_for(connection, region, today.year)
            numbers = {"id": None if known is None else show("sup", known)}
            raise Refusal("supported.prepared", pointer="/region", numbers=numbers)
        task = Task("publish_supported_objects", "supported_list", drafted.id, "operator", now)
        await tasks.open_tasks(connection, [task])
        await _decide(connection, asked, drafted, "prepare")
        return drafted


async def publish_list(asked: Asked, list_id: UUID, *, digest: str) -> SupportedList:
    """Publish a prepared list that was seen; the one published before for its region and year is replaced.

    NotFound ``supported.unknown``; Refusal ``supported.state``, ``supported.own``, ``supported.digest``,
    ``supported.outdated`` where it is no longer whom the region supports today.
    """
    async with asked.database.begin() as connection:
        prepared = await _hold(connection, asked, list_id)
        now = await business_now(connection)
        today = await _entries(connection, asked, prepared.region, prepared.year, asked.day_of(now))
        published = publish(prepared, digest=digest, by=asked.actor, at=now, today=today)
        return await _settle(connection, asked, published, "publish")


async def drop_list(asked: Asked, list_id: UUID) -> SupportedList:
    """Drop a prepared list; NotFound ``supported.unknown``, Refusal ``supported.state``."""
    async with asked.database.begin() as connection:
        prepared = await _hold(connection, asked, list_id)
        dropped = drop(prepared, by=asked.actor, at=await business_now(connection))
        return await _settle(connection, asked, dropped, "drop")


async def read_draft(asked: Asked, list_id: UUID) -> SupportedList:
    """Show a list in whatever state to those who work on it; NotFound ``supported.unknown``."""
    async with asked.database.read() as connection:
        return _see(asked, await supported.read(connection, list_id))


async def read_published(asked: Openly, list_id: UUID) -> SupportedList:
    """Show a list that is or was published to everybody; NotFound ``supported.unknown``."""
    async with asked.database.read() as connection:
        found = await supported.read(connection, list_id)
    if found is None or found.state not in OPEN_TO_ALL:
        raise NotFound("supported.unknown")
    return found


async def list_published(
    asked: Openly, *, region: str | None, year: int | None, after: str | None, limit: int
) -> tuple[list[Cover], str | None]:
    """Show a page of the published lists without their lines, and its next cursor."""
    async with asked.database.read() as connection:
        found = await supported.published(
            connection, region=region, year=year, after=pages.only_id(after), limit=limit + 1
        )
    return pages.cut(found, limit, lambda one: (one.id.hex,))


async def _entries(connection: AsyncConnection, asked: Asked, region: str, year: int, today: date) -> tuple[Entry, ...]:
    """Whom a region supports in a year as of a local day."""
    at = Asof.of(today, asked.settings.zone)
    cases = await supported.space_cases(connection, region, year, at)
    spaces = [entry for entry in map(space_entry, cases) if entry is not None]
    return (*spaces, *await supported.provider_entries(connection, region, at))


async def _hold(connection: AsyncConnection, asked: Asked, list_id: UUID) -> SupportedList:
    return _see(asked, await supported.lock(connection, list_id))


def _see(asked: Asked, found: SupportedList | None) -> SupportedList:
    if found is None:
        raise NotFound("supported.unknown")
    asked.permit.require("supported.unknown", region=found.region)
    return found


async def _settle(connection: AsyncConnection, asked: Asked, decided: SupportedList, verb: str) -> SupportedList:
    await supported.save(connection, decided)
    await tasks.close_tasks(connection, [decided.id], at=decided.decided_at or decided.prepared_at)
    await _decide(connection, asked, decided, verb)
    return decided


async def _decide(connection: AsyncConnection, asked: Asked, of: SupportedList, verb: str) -> None:
    decision = Decision(
        subject_kind="supported_list",
        subject_id=of.id,
        kind=verb,
        outcome=of.state.value,
        actor=asked.actor,
        at=of.decided_at or of.prepared_at,
        clause="tongzhou-2018-5 四(一)",
        numbers={"region": of.region, "year": of.year, "lines": len(of.entries), "digest": of.digest},
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
