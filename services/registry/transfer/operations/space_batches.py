"""Carries out the lines of a list of spaces: one batch in the transaction of whoever calls."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import business_now
from services.chassis.ids import new_id
from services.registry.parties.store import recording
from services.registry.parties.store.publishing import tell_organizations
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.recognition import Standing
from services.registry.spaces.domain.space import differences
from services.registry.spaces.store import recognitions, spaces
from services.registry.spaces.store.publishing import tell_space
from services.registry.spaces.store.settling import write_down
from services.registry.transfer.domain.importing import Batch, Judged, settle
from services.registry.transfer.domain.space_lines import SpaceWrites
from services.standards.calendar import local_date

WHY = "众创空间名单"


async def carry_out(connection: AsyncConnection, batch: Batch) -> list[Judged]:
    """Record what is new and write down what is changed, each as by itself; a dry run only judges.

    IntegrityError when somebody has recorded one of the new spaces meanwhile: then the batch is carried out again.
    """
    operators = await recording.lock_codes(connection, batch.sound("operator"))
    run = await spaces.of_operators(connection, [one.id for one in operators.values()]) if operators else []
    held = await spaces.lock(connection, [one.id for one in run]) if run else {}
    there = {(one.facts.operator_id, one.facts.name): one for one in held.values()}
    now = await business_now(connection)
    work = SpaceWrites(batch, operators, there, new_id)
    judged = settle(batch.lines, batch.earlier, work.judge)
    if not batch.of.dry_run:
        today, by = local_date(now, batch.zone), batch.of.requested_by
        act = Act("record", now, today, by, reason=WHY)
        for one in work.new:
            await spaces.add(connection, one, at=now, by=by)
            await write_down(connection, Standing(one), act, before=None)
        owners = sorted({one.facts.operator_id for one in work.new})
        if owners:
            await tell_organizations(connection, owners, at=now, today=today)
        for one in work.changed:
            changed = differences(held[one.id].facts, one.facts)
            amended = replace(act, verb="amend", changed=changed)
            await write_down(connection, await recognitions.standing(connection, one), amended, before=one.state)
        for one in (*work.new, *work.changed):
            await tell_space(connection, one, at=now)
    return judged
