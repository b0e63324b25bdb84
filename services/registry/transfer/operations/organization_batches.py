"""Carries out the lines of a list of organisations: one batch in the transaction of whoever calls."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.registry.parties.domain.organization import Organization
from services.registry.parties.store import names, recording, sizes
from services.registry.parties.store.publishing import tell_organizations
from services.registry.transfer.domain.importing import Batch, Import, Judged, settle
from services.registry.transfer.domain.organization_writes import Recorded, Writes
from services.standards.calendar import local_date


async def carry_out(connection: AsyncConnection, batch: Batch) -> list[Judged]:
    """Record what is new, write down what is changed, and tell both in the feed; a dry run only judges.

    IntegrityError when somebody has recorded one of the new codes meanwhile: then the batch is carried out again.
    """
    there = await _recorded(connection, await recording.lock_codes(connection, batch.sound("uscc")))
    now = await business_now(connection)
    today = local_date(now, batch.zone)
    work = Writes(replace(batch, known=replace(batch.known, today=today)), there, new_id)
    judged = settle(batch.lines, batch.earlier, work.judge)
    ids = [one.id for one in (*work.new, *work.changed)]
    if ids and not batch.of.dry_run:
        await _write(connection, work, batch.of, at=now)
        await tell_organizations(connection, ids, at=now, today=today)
    return judged


async def _recorded(connection: AsyncConnection, held: Mapping[str, Organization]) -> dict[str, Recorded]:
    ids = [one.id for one in held.values()]
    called, declared = defaultdict(list), defaultdict(list)
    for name in await names.of_organizations(connection, ids) if ids else []:
        called[name.organization_id].append(name)
    for size in await sizes.of_organizations(connection, ids) if ids else []:
        declared[size.facts.organization_id].append(size)
    return {code: Recorded(one, called[one.id], declared[one.id]) for code, one in held.items()}


async def _write(connection: AsyncConnection, work: Writes, of: Import, *, at: datetime) -> None:
    by = of.requested_by
    await recording.add_all(connection, work.new, at=at, by=by)
    await recording.save_all(connection, work.changed)
    await recording.save_names(connection, work.kept)
    await recording.add_names(connection, work.names, at=at, by=by)
    await recording.add_sizes(connection, work.sizes, at=at, by=by)
    await decisions.record(connection, _decisions(work, of, at))


def _decisions(work: Writes, of: Import, at: datetime) -> list[Decision]:
    """Why names and size classes are now what they are: the import says so, and who ordered it."""
    told = [
        *(
            ("name", one.organization_id, one.text, one.period.start.isoformat())
            for one in work.names
            if one.document_id
        ),
        *(("size", one.facts.organization_id, one.size_class.value, str(one.facts.year)) for one in work.sizes),
    ]
    return [
        Decision(
            subject_kind="organization",
            subject_id=organization_id,
            kind=kind,
            outcome=outcome,
            actor=of.requested_by,
            at=at,
            rule="lists of organisations",
            numbers={"import": show("imp", of.id), "of": since},
        )
        for kind, organization_id, outcome, since in told
    ]
