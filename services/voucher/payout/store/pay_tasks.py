"""Remembers that a treasury has to pay a released line: the task is open as long as any leg of the line is payable."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.tasks import Task
from services.voucher.settlement.domain.claim import LegState, waiting
from services.voucher.settlement.store import claim_lines, legs
from services.voucher.settlement.store.line_steps import SUBJECT


async def keep(connection: AsyncConnection, line_ids: Collection[UUID], *, at: datetime) -> None:
    """Open or close the tasks of lines whose legs were just written, as their states say."""
    lines = await claim_lines.read(connection, line_ids)
    of_lines = await legs.read_of_lines(connection, line_ids)
    owed = {one for one, theirs in of_lines.items() if any(leg.state is LegState.PAYABLE for leg in theirs)}
    await tasks.close_tasks(connection, sorted(set(line_ids) - owed), at=at)
    turns = [(line, turn) for line in lines.values() if line.id in owed and (turn := waiting(line)) is not None]
    opened = [
        Task(turn.task, SUBJECT, line.id, turn.role, opened_at=at, due_at=turn.due_at, treasury=turn.treasury)
        for line, turn in turns
    ]
    await tasks.open_tasks(connection, opened)
