"""Takes orders for exports, and gives their files to whoever asked for them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import idempotency, jobs, pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.jobs import Job
from services.chassis.refusals import NotFound, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.region import region_faults
from services.registry.catalogue.store import catalogue
from services.registry.transfer.domain.exporting import Bounds, Export, ExportFormat, ExportKind
from services.registry.transfer.operations.giving import JOB
from services.registry.transfer.store import exports


@dataclass(frozen=True, slots=True)
class Making:
    """An export with the job that makes it."""

    of: Export
    job: Job


async def request(asked: Asked, keyed: Keyed, kind: ExportKind, format_: ExportFormat, wanted: Bounds) -> Answer:
    """Put an export on the table of jobs, with what the caller may see; Refusal ``region.unlisted``."""
    async with asked.database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        now = await business_now(connection)
        if wanted.region is not None:
            known = await catalogue.regions(connection)
            refuse_all(region_faults(wanted.region, regions=known, pointer="/region"))
        identifier = new_id()
        client = asked.permit.caller.subject
        job = await jobs.enqueue(connection, JOB, {"export_id": str(identifier)}, actor=client)
        sight = asked.sight
        one = Export(
            id=identifier,
            kind=kind,
            format=format_,
            wanted=wanted,
            sight={
                "everything": sight.everything,
                "organization": None if sight.organization is None else str(sight.organization),
                "region": sight.region,
            },
            job_id=job.id,
            client=client,
            requested_by=asked.actor,
            requested_at=now,
        )
        await exports.add(connection, one)
        return await idempotency.record(connection, keyed, Making(one, job), one.id)


async def read_export(asked: Asked, export_id: UUID) -> Making:
    """Show an export with its job to whoever asked for it; NotFound ``export.unknown``."""
    async with asked.database.read() as connection:
        one = await _own(connection, asked, export_id)
        return Making(one, await jobs.read(connection, one.job_id))


async def list_exports(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Making], str | None]:
    """Show a page of the caller's exports, newest first, and its next cursor."""
    async with asked.database.read() as connection:
        client, last = asked.permit.caller.subject, pages.only_id(after)
        found = await exports.of_client(connection, client, after=last, limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        return [Making(one, await jobs.read(connection, one.job_id)) for one in page], cursor


async def pieces(database: Database, export_id: UUID) -> AsyncIterator[bytes]:
    """Give the bytes of a file that is ready, piece by piece."""
    place = 0
    while True:
        async with database.read() as connection:
            piece = await exports.piece(connection, export_id, place)
        if piece is None:
            return
        yield piece
        place += 1


async def _own(connection: AsyncConnection, asked: Asked, export_id: UUID) -> Export:
    one = await exports.read(connection, export_id)
    if one is None or one.client != asked.permit.caller.subject:
        raise NotFound("export.unknown")
    return one
