"""Carries out the lines of a list of residencies: one batch in the transaction of whoever calls."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import business_now
from services.chassis.ids import new_id
from services.registry.parties.store import recording
from services.registry.spaces.store import residencies, spaces
from services.registry.transfer.domain.importing import Batch, Judged, settle
from services.registry.transfer.domain.residency_lines import ResidencyWrites


async def carry_out(connection: AsyncConnection, batch: Batch) -> list[Judged]:
    """Record who lives where; a dry run only judges.

    IntegrityError when somebody has recorded one of the stays meanwhile: then the batch is carried out again.
    """
    firms = await recording.lock_codes(connection, [*batch.sound("operator"), *batch.sound("resident")])
    ids = [one.id for one in firms.values()]
    run = await spaces.of_operators(connection, ids) if ids else []
    held = await spaces.lock(connection, [one.id for one in run]) if run else {}
    named = {(one.facts.operator_id, one.facts.name): one for one in held.values()}
    stays = await residencies.of_residents(connection, ids) if ids else []
    now = await business_now(connection)
    work = ResidencyWrites(batch, firms, named, stays, new_id)
    judged = settle(batch.lines, batch.earlier, work.judge)
    if not batch.of.dry_run:
        for one in work.new:
            await residencies.add(connection, one, at=now, by=batch.of.requested_by)
    return judged
