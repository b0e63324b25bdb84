"""Looks once a day for the newest extract of the official registers, and has it taken in.

The timetable only orders a look, as a job: a platform that is slow holds up nothing else that falls due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents, jobs
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.ids import show
from services.chassis.jobs import Handler, Run
from services.registry.transfer.domain.fetching import Fetch, FetchOutcome, again_at, days_wanted
from services.registry.transfer.domain.importing import ImportKind
from services.registry.transfer.neighbours import NotFetched, Platform
from services.registry.transfer.operations import imports
from services.registry.transfer.operations.imports import Wanted
from services.registry.transfer.store import fetches
from services.standards.calendar import local_date, start_of_day

JOB = "fetch_extract"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ExtractFetch:
    """Falls due when a local day begins, and every hour until its extract is taken in; never without an address."""

    zone: str
    has_address: bool
    name: str = fetches.HOUSE

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next look is due (UTC); None while one is under way, and where there is no address."""
        if not self.has_address:
            return None
        last = await fetches.last(connection)
        if last is None:
            return start_of_day(local_date(await business_now(connection), self.zone), self.zone)
        if last.ended_at is None and (await jobs.read(connection, last.job_id)).state != "failed":
            return None
        return again_at(last, self.zone)

    async def run(self, database: Database, upto: datetime) -> int:
        """Order one look; gives one. The second of two who do so at once fails on its instant."""
        async with database.begin() as connection:
            job = await jobs.enqueue(connection, JOB, {"due_at": upto.isoformat()}, actor=self.name)
            ordered_at = await business_now(connection)
            await fetches.add(connection, Fetch(due_at=upto, ordered_at=ordered_at, job_id=job.id))
        return 1


def handler(zone: str, platform: Platform) -> Handler:
    """What carries looks out at a platform; zone: in which local days are told."""
    return partial(look, zone, platform)


async def look(zone: str, platform: Platform, run: Run) -> dict[str, Any]:
    """The job: what is found is kept, and its import ordered, in the transaction that ends the look, or nothing is."""
    due_at = datetime.fromisoformat(run.job.payload["due_at"])
    async with run.database.read() as connection:
        fetch = await fetches.known(connection, due_at)
        today = local_date(await business_now(connection), zone)
        wanted = days_wanted(today, await fetches.taken_days(connection))
    if fetch.ended_at is None:
        fetch, found = await _ask(platform, fetch, wanted)
        fetch = await _end(run, fetch, found)
    return _report(fetch)


async def _ask(platform: Platform, fetch: Fetch, wanted: Sequence[date]) -> tuple[Fetch, Sent | None]:
    """What a look comes to, with the first extract that is there; one that cannot be had ends it."""
    for day in wanted:
        try:
            found = await platform.extract(day)
        except NotFetched as failed:
            log.warning("extract.not_fetched", day=day.isoformat(), why=failed.why)
            return replace(fetch, outcome=FetchOutcome.FAILED, day=day, why=failed.why), None
        if found is not None:
            return replace(fetch, outcome=FetchOutcome.TAKEN, day=day), found
    return replace(fetch, outcome=FetchOutcome.NOT_THERE), None


async def _end(run: Run, fetch: Fetch, found: Sent | None) -> Fetch:
    async with run.database.begin() as connection:
        await run.progress(connection, done=1, total=1)
        at = await business_now(connection)
        ended = replace(fetch, ended_at=at)
        if found is not None:
            kept = await documents.keep(connection, found, organization=None, sent_by=fetches.HOUSE)
            wanted = Wanted(ImportKind.REGISTER_ENTRIES, (kept.id,), {}, dry_run=False, as_of=fetch.day)
            ordered = await imports.order(connection, wanted, client=fetches.HOUSE, by=fetches.HOUSE, at=at)
            ended = replace(ended, import_id=ordered.of.id)
        await fetches.end(connection, ended)
    return ended


def _report(fetch: Fetch) -> dict[str, Any]:
    return {
        "outcome": fetch.outcome,
        "day": None if fetch.day is None else fetch.day.isoformat(),
        "why": fetch.why,
        "import_id": None if fetch.import_id is None else show("imp", fetch.import_id),
    }
