"""Takes lists in: a job in batches, each with its lines and their outcome in one transaction; a dry run makes nothing.

A file that cannot be read to its end is found before the first line is carried out. What a batch came to stands beside
it, so that whoever goes on after a death repeats nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.chassis import documents
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.jobs import Handler, Run
from services.chassis.refusals import Refusal
from services.registry.catalogue.store import catalogue
from services.registry.parties.data import size_standard
from services.registry.spaces.data import fields
from services.registry.transfer.domain.importing import Batch, Import, ImportState, Line, tally
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.reading import File
from services.registry.transfer.operations.kinds import KINDS
from services.registry.transfer.store import imports
from services.standards.calendar import local_date

JOB = "take_import"
BATCH = 1_000
AGAIN = 3
"""How often a batch is carried out when others record the same things at the same time."""


def handler(zone: str) -> Handler:
    """What carries imports out; zone: in which local days are told."""
    return partial(carry_out, zone)


async def carry_out(zone: str, run: Run) -> dict[str, Any]:
    """The job: batch after batch until every line was looked at; its report counts them.

    Refusal of a file that cannot be read, with which the import ends.
    """
    async with run.database.read() as connection:
        one = await imports.known(connection, UUID(run.job.payload["import_id"]))
    if "document" not in run.job.checkpoint:
        await _count(run, one)
    for place in range(run.job.checkpoint["document"], len(one.documents) + 1):
        await _take_file(run, one, place, zone)
    return await _end(run, one)


async def _count(run: Run, one: Import) -> None:
    """Read every file to its end and note how many lines there are; an import with one that cannot be read ends."""
    try:
        looked = [await asyncio.to_thread((await _file(run, one, place)).look) for place in _places(one)]
    except Refusal as refusal:
        async with run.database.begin() as connection:
            held = await imports.lock(connection, one.id)
            if held.state is ImportState.TAKEN:
                at = await business_now(connection)
                await imports.end(connection, one.id, at=at, faults=refusal.reasons)
        raise
    async with run.database.begin() as connection:
        await imports.understood(connection, one.id, [heading for _, headings in looked for heading in headings])
        begun = {"document": 1, "rows": 0, "line": 0}
        await run.progress(connection, done=0, total=sum(lines for lines, _ in looked), checkpoint=begun)


async def _take_file(run: Run, one: Import, place: int, zone: str) -> None:
    """Go on with a file where it was left."""
    kind, come = KINDS[one.kind], run.job.checkpoint
    skip = come["rows"] if come["document"] == place else 0
    known = await known_now(run.database, zone)
    file = await _file(run, one, place)
    lines = file.lines(lambda cells: kind.read(cells, known), skip=skip, line=come["line"] + 1)
    while batch := await asyncio.to_thread(lambda: list(islice(lines, BATCH))):
        skip += len(batch)
        await take_batch(run, one, batch, known=known, zone=zone, come={"document": place, "rows": skip})


async def take_batch(
    run: Run, one: Import, lines: Sequence[Line], *, known: Known, zone: str, come: Mapping[str, int]
) -> None:
    """Judge lines and carry them out in one transaction, with what each came to; come: how far the file is read then.

    Whoever recorded the same thing meanwhile is seen at the next try.
    """
    left = AGAIN
    while True:
        try:
            async with run.database.begin() as connection:
                await imports.lock(connection, one.id)
                keys = [line.key for line in lines if line.key is not None]
                earlier = await imports.earlier(connection, one.id, keys)
                judged = await KINDS[one.kind].carry_out(connection, Batch(one, lines, earlier, known, zone))
                await imports.add_lines(connection, one, judged)
                await imports.count(connection, one.id, tally(judged))
                done = lines[-1].line
                await run.progress(connection, done=done, checkpoint={**come, "line": done})
            return
        except IntegrityError:
            left -= 1
            if left == 0:
                raise


async def _end(run: Run, one: Import) -> dict[str, Any]:
    async with run.database.begin() as connection:
        held = await imports.lock(connection, one.id)
        if held.state is ImportState.TAKEN:
            await imports.end(connection, one.id, at=await business_now(connection))
    return {"import_id": show("imp", one.id), "dry_run": one.dry_run, **held.counts}


async def known_now(database: Database, zone: str) -> Known:
    """What everybody may know, by which lines are read today."""
    async with database.read() as connection:
        today = local_date(await business_now(connection), zone)
        return Known.of(await catalogue.regions(connection), fields(), size_standard(), today)


async def _file(run: Run, one: Import, place: int) -> File:
    document_id = one.documents[place - 1]
    async with run.database.read() as connection:
        known = await documents.read(connection, document_id)
        content = await documents.content(connection, document_id)
    return File(place, content, known.media_type, KINDS[one.kind].columns, dict(one.mapping))


def _places(one: Import) -> range:
    return range(1, len(one.documents) + 1)
