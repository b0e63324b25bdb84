"""Gives lists out: a job that writes what whoever asked may see into a file, of one moment, and keeps it for a week."""

import asyncio
import tempfile
from typing import Any
from uuid import UUID

from services.chassis.clock import business_now
from services.chassis.ids import show
from services.chassis.jobs import Run
from services.registry.sight import Sight
from services.registry.spaces.data import fields
from services.registry.transfer.domain.exporting import Export, ExportState
from services.registry.transfer.domain.wording import cells
from services.registry.transfer.operations.writing import Writing
from services.registry.transfer.store import exports, listed

JOB = "make_export"
PAGE = 2_000


async def carry_out(run: Run) -> dict[str, Any]:
    """The job. Whoever goes on after a death begins anew: nothing is kept but the whole file."""
    async with run.database.read() as connection:
        one = await exports.known(connection, UUID(run.job.payload["export_id"]))
    if one.state is ExportState.ASKED:
        one = await _make(run, one)
    return {"export_id": show("exp", one.id), "rows": one.file().rows, "sha256": one.file().sha256}


async def _make(run: Run, one: Export) -> Export:
    heading = ("编号", *listed.LISTS[one.kind].columns)
    with tempfile.TemporaryFile() as file:
        writing = Writing(file, one.format, heading)
        await _write(run, one, writing)
        made = await asyncio.to_thread(writing.made)
        async with run.database.begin() as connection:
            held = await exports.lock(connection, one.id)
            ready = held.ready(made, at=await business_now(connection))
            await exports.save(connection, ready, writing.pieces())
            await run.progress(connection, done=made.rows, total=made.rows)
    return ready


async def _write(run: Run, one: Export, writing: Writing) -> None:
    """All rows of one moment, a page at a time."""
    sight, last, done = _sight(one), None, 0
    prefix, headings = listed.LISTS[one.kind].prefix, tuple(listed.LISTS[one.kind].columns)
    names = {code: field["name_zh"] for code, field in fields().items()}
    async with run.database.read() as connection:
        while page := await listed.rows(connection, one.kind, one.wanted, sight, after=last, limit=PAGE):
            rows = [(identifier, dict(zip(headings, values, strict=True))) for identifier, values in page]
            texts = [(show(prefix, identifier), *cells(one.kind, row, names)) for identifier, row in rows]
            await asyncio.to_thread(writing.write, texts)
            last, done = page[-1][0], done + len(page)
            async with run.database.begin() as beside:
                await run.progress(beside, done=done)


def _sight(one: Export) -> Sight:
    """What whoever asked was allowed to see when he asked."""
    organization, region = one.sight["organization"], one.sight["region"]
    return Sight(
        everything=bool(one.sight["everything"]),
        organization=UUID(organization) if isinstance(organization, str) else None,
        region=region if isinstance(region, str) else None,
    )
