"""Lets the time for an answer to a sanction case pass, as of the end of its last day."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.registry.parties.domain.sanction_case import CaseState, let_pass
from services.registry.parties.operations.sanction_cases import Act, settle
from services.registry.parties.store import organizations, sanction_cases

BATCH = 100


class ReplyTimer:
    """Falls due when the last of an organisation's working days for an answer is over."""

    name = "sanction_case.reply"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The end of the earliest time for an answer (UTC)."""
        return await sanction_cases.next_reply_end(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Let the time pass of one batch of cases, each as of its own end; gives how many were due."""
        async with database.begin() as connection:
            due = await sanction_cases.unanswered(connection, upto=upto, limit=BATCH)
            held = await organizations.lock(connection, sorted({case.organization_id for case in due}))
            for case in await sanction_cases.read_all(connection, [case.id for case in due]):
                if case.state is CaseState.NOTIFIED:
                    act = Act("let_pass", self.name, case.reply_ends or upto)
                    await settle(connection, act, let_pass(case), held[case.organization_id])
        return len(due)
