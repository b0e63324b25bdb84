"""Carries out the lines of an extract of an official register: one batch in the transaction of whoever calls."""

from datetime import date
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import new_id
from services.registry.parties.store import registers
from services.registry.transfer.domain.importing import Batch, Judged, settle
from services.registry.transfer.domain.register_lines import RegisterWrites


async def carry_out(connection: AsyncConnection, batch: Batch) -> list[Judged]:
    """Write down what the register says; organisations stay as they are, and a dry run only judges."""
    as_of = cast(date, batch.of.as_of)  # what was ordered without a day was refused, by the table too
    there = await registers.of_day(connection, batch.sound("uscc"), as_of)
    work = RegisterWrites(batch, as_of, there, new_id)
    judged = settle(batch.lines, batch.earlier, work.judge)
    if not batch.of.dry_run:
        await registers.add_entries(connection, work.new)
    return judged
