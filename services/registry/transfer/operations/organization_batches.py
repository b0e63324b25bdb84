"""Carries out the lines of a list of organisations: one batch in the transaction of whoever calls."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import business_now
from services.chassis.ids import new_id
from services.registry.parties.store import recording
from services.registry.parties.store.publishing import tell_organizations
from services.registry.transfer.domain.importing import Batch, Judged, settle
from services.registry.transfer.domain.organization_lines import Recording
from services.standards.calendar import local_date


async def carry_out(connection: AsyncConnection, batch: Batch) -> list[Judged]:
    """Record what is new, write down what is changed, and tell both in the feed; a dry run only judges.

    IntegrityError when somebody has recorded one of the new codes meanwhile: then the batch is carried out again.
    """
    there = await recording.lock_codes(connection, batch.sound("uscc"))
    now = await business_now(connection)
    today = local_date(now, batch.zone)
    work = Recording(replace(batch.known, today=today), there, new_id, batch.of.dry_run)
    judged = settle(batch.lines, batch.earlier, work.judge)
    if not batch.of.dry_run:
        await recording.add_all(connection, work.new, at=now, by=batch.of.requested_by)
        await recording.save_all(connection, work.changed)
        ids = [one.id for one in (*work.new, *work.changed)]
        if ids:
            await tell_organizations(connection, ids, at=now, today=today)
    return judged
